"""Old Vietnamese writings: every letter, the fonts, and the guess that leaves Unicode alone."""

import unicodedata

import pytest

from core import legacy_vietnamese as legacy

_VOWELS = "aăâeêioôơuưy"
_LETTERS = "đ" + "".join(
    unicodedata.normalize("NFC", vowel + tone)
    for vowel in _VOWELS
    for tone in ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
)
_MARKED = [letter for letter in _LETTERS if not letter.isascii()]

_SENTENCES = (
    (
        "Cải cách hành chính nhà nước giai đoạn 2021 - 2030",
        "C¶i c¸ch hµnh chÝnh nhµ n\u00adíc giai ®o¹n 2021 - 2030",
        "Caûi caùch haønh chính nhaø nöôùc giai ñoaïn 2021 - 2030",
    ),
    (
        "Ủy ban nhân dân tỉnh Đắk Lắk quyết định thời hạn giải quyết",
        "ñy ban nh©n d©n tØnh §¾k L¾k quyÕt ®Þnh thêi h¹n gi¶i quyÕt",
        "UÛy ban nhaân daân tænh Ñaék Laék quyeát ñònh thôøi haïn giaûi quyeát",
    ),
    (
        "Chữ ký số được sử dụng ở bộ phận một cửa",
        "Ch÷ ký sè ®\u00adîc sö dông ë bé phËn mét cöa",
        "Chöõ kyù soá ñöôïc söû duïng ôû boä phaän moät cöûa",
    ),
)


def test_the_tables_reach_every_letter_of_the_language():
    tcvn3 = {legacy.convert_tcvn3(chr(code)) for code in range(0xA1, 0x100)}
    vni = set(legacy._VNI.values())

    assert set(_MARKED) - tcvn3 == set()
    assert {letter.upper() for letter in _MARKED} | set(_MARKED) == vni


@pytest.mark.parametrize(("plain", "tcvn3", "vni"), _SENTENCES)
def test_convert_a_sentence_of_either_writing_gives_its_unicode(plain, tcvn3, vni):
    small = plain.replace("Ủy", "ủy")

    assert legacy.convert_tcvn3(tcvn3) == small
    assert legacy.convert_vni(vni) == plain


def test_convert_tcvn3_of_a_font_of_capitals_gives_capitals():
    assert legacy.convert_tcvn3("céng hßa x· héi", upper=True) == "CỘNG HÒA XÃ HỘI"


def test_convert_vni_takes_the_capital_from_the_letter_not_from_its_mark():
    assert legacy.convert_vni("Aùp duïng, AÙP DUÏNG, Yù kieán") == "Áp dụng, ÁP DỤNG, Ý kiến"


@pytest.mark.parametrize(
    ("name", "scheme", "capitals"),
    [
        (".VnTime", "tcvn3", False),
        (".VnTimeH", "tcvn3", True),
        (".VnArial NarrowH", "tcvn3", True),
        ("VnTime", "tcvn3", False),
        ("VNI-Times", "vni", False),
        ("VNI-Helve-Condense", "vni", False),
        ("Times New Roman", None, False),
        ("Vni", None, False),
        ("Vivaldi", None, False),
    ],
)
def test_of_font_tells_the_writing_by_the_name(name, scheme, capitals):
    assert (legacy.of_font(name), legacy.has_capitals_only(name)) == (scheme, capitals)


@pytest.mark.parametrize(("plain", "tcvn3", "vni"), _SENTENCES)
def test_guess_tells_old_writings_and_leaves_unicode_alone(plain, tcvn3, vni):
    decomposed = unicodedata.normalize("NFD", plain)

    found = [legacy.guess(text) for text in (plain, decomposed, tcvn3, vni)]

    assert found == [None, None, "tcvn3", "vni"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A. Có",
        "Không có gì, là hai loài: cá và gà",
        "5 × 3 ÷ 2 ± 1 = ½, tính a × b ÷ c",
        "Đo bằng µm, µH và µg ở 15°C, diện tích 20 m²",
        "Le café près de l'hôtel, été comme à Noël",
        "Größe über Öl, señor, más años, não são",
        "© 2024 «Sở» §5 ¶2 · ®",
        "naïve façade résumé",
    ],
)
def test_guess_never_fires_on_unicode_or_other_languages(text):
    assert legacy.guess(text) is None


def test_guess_of_one_word_alone_is_none():
    assert legacy.guess("A. §óng") is None

"""Old Vietnamese writings in plain text are made Unicode, and nothing else is touched."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import legacy_vietnamese as legacy
from questions.formats import encoding, reading

_TEXT = (
    "Cải cách hành chính nhà nước giai đoạn hai nghìn không trăm hai mươi mốt nhằm xây dựng nền "
    "hành chính dân chủ chuyên nghiệp hiện đại tinh gọn hiệu lực hiệu quả có năng lực kiến tạo "
    "phát triển liêm chính phục vụ nhân dân trên cơ sở những quan điểm chủ trương đường lối của "
    "Đảng về đẩy mạnh toàn diện đồng bộ thủ tục công vụ chế độ tỉnh Đắk Lắk Ủy ban quyết định"
)
WORDS = _TEXT.split()
FOREIGN = (
    "L'été dernier nous avons visité le château où était né le poète français",
    "Quel est le rôle du maître dans la procédure préalable à l'arrêté préfectoral",
    "El niño comió una manzana en el jardín y mañana también irá a la montaña con su mamá",
    "Die Größe der Tür hängt natürlich von der Höhe des Gebäudes für fünf Brüder ab",
    "Não há solução fácil para a situação da irmã do João e três cães à noite",
    "Perché la città è così bella Però più tardi andrò lì già è lunedì",
    "På sjön går en ö där åtta små båtar väntar på några män från Malmö",
    "Góc 25° ± 2 µm © 2020 ® § 5 «trích» 600 dm² x³ ½ × ÷",
)
_TCVN3 = {letter: chr(code) for code, letter in legacy._TCVN3.items()}
_VNI = {}
for _written, _letter in legacy._VNI.items():
    _VNI.setdefault(_letter, _written)

sentences = st.lists(st.sampled_from(WORDS), min_size=1, max_size=60).map(" ".join)
foreign = st.lists(st.sampled_from(FOREIGN), min_size=1, max_size=4).map("\n".join)


def in_tcvn3(text):
    return "".join(_TCVN3.get(one, _TCVN3.get(one.lower(), one)) for one in text)


def in_vni(text):
    return "".join(_VNI.get(one, one) for one in text)


def in_cp1258(text):
    """A tone stands behind its vowel where the page has no letter with both."""
    made = b""
    for one in unicodedata.normalize("NFC", text):
        bare, tone = one, ""
        if one.encode("cp1258", "ignore") == b"":
            parts = unicodedata.normalize("NFD", one)
            tone = "".join(part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323")
            bare = unicodedata.normalize("NFC", "".join(p for p in parts if p not in tone))
        made += (bare + tone).encode("cp1258")
    return made


def codes(found):
    return [code for _, code, _ in found]


PAPER = "\n".join(
    f"Câu {n}: Cơ quan nào ban hành quyết định này của tỉnh Đắk Lắk?\n"
    "A. Ủy ban nhân dân tỉnh\nB. Hội đồng nhân dân tỉnh\nC. Sở Nội vụ\nĐáp án: A"
    for n in (1, 2)
)
GIFT = "::Một::Cơ quan nào ban hành quyết định của tỉnh?{\n=Ủy ban nhân dân\n~Sở Nội vụ\n}"
CSV = "Câu hỏi,A,B,Đáp án\nCơ quan nào ban hành quyết định?,Ủy ban nhân dân,Sở Nội vụ,A"


@pytest.mark.parametrize(("name", "text"), [("de.txt", PAPER), ("de.gift", GIFT), ("de.csv", CSV)])
@pytest.mark.parametrize("unicode", [False, True])
@pytest.mark.parametrize("write", [in_tcvn3, in_vni])
def test_read_when_a_text_is_in_an_old_writing_then_it_is_as_in_unicode(name, text, unicode, write):
    whole = "\n".join([text, text.replace("quyết định", "thể thức, trình tự, nghị quyết đã có")])
    old = write(whole)
    letters = old.encode() if unicode else old.encode("cp1252", "strict")

    found = reading.read(name, letters)

    small = lambda d: (d.stem.casefold(), [one.casefold() for one in d.options], d.key)  # noqa: E731
    assert list(map(small, found.drafts())) == list(
        map(small, reading.read(name, whole.encode()).drafts())
    )
    assert [m.code for m in found.messages if m.code == "encoding"] == ["encoding"]


@given(sentences)
@settings(max_examples=200, deadline=None)
def test_decode_when_a_text_is_unicode_vietnamese_then_it_is_not_touched(text):
    assert encoding.decode(text.encode()) == (text, [])


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=80))
@settings(max_examples=200, deadline=None)
def test_decode_when_a_text_is_any_short_unicode_then_it_is_not_touched(text):
    assert encoding.decode(b"\xef\xbb\xbf" + text.encode())[0] == unicodedata.normalize("NFC", text)


@given(st.lists(st.sampled_from(WORDS), min_size=8, max_size=60).map(" ".join))
@settings(max_examples=200, deadline=None)
def test_decode_when_a_text_is_cp1258_then_it_is_not_taken_for_an_old_writing(text):
    assert encoding.decode(in_cp1258(text))[0] == text


@given(foreign)
@settings(max_examples=200, deadline=None)
def test_decode_when_a_text_is_of_another_language_then_it_is_not_touched(text):
    said, notes = encoding.decode(text.encode("cp1252"))

    assert (said, codes(notes)) == (text, ["encoding"])
    assert encoding.decode(text.encode()) == (text, [])

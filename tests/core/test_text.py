"""Vietnamese text is compared, found, sorted and shown as its readers expect."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from core import text

LETTERS = (
    "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"
)
VIETNAMESE = st.text(alphabet=LETTERS + LETTERS.upper() + " ’'", max_size=40)


def shuffled(words):
    return random.Random(7).sample(words, len(words))


def test_nfc_of_decomposed_text_is_shorter():
    typed = unicodedata.normalize("NFD", "Tiếng Việt")

    composed = text.nfc(typed)

    assert (len(typed), len(composed), composed) == (14, 10, "Tiếng Việt")


def test_clean_drops_what_nobody_sees():
    typed = "\ufeff Ðắk\u200b\u00a0 Lắk\u00ad \r\n\r\n\u202eTỉnh\x07\tĐoàn "

    assert text.clean(typed) == "Đắk Lắk\n\nTỉnh Đoàn"


def test_clean_line_joins_lines():
    assert text.clean_line(" Phường \n  Buôn Ma Thuột ") == "Phường Buôn Ma Thuột"


@pytest.mark.parametrize(
    ("typed", "written"),
    [("Ea H'leo", "Ea H’leo"), ("Ea M' Doal", "Ea M’Doal"), ("H`Hen", "H’Hen"), ("Y Ký", "Y Ký")],
)
def test_apostrophes_are_written_as_printers_do(typed, written):
    assert text.apostrophes(typed) == written


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Đắk Lắk", "dak lak"),
        ("ĐẮC LẮC", "dac lac"),
        ("Ea H’Leo", "ea h'leo"),
        ("Ea Hʼleo", "ea h'leo"),
        ("Ƀuôn  Čư ɓ", "buon cu b"),
        ("Nguyễn\u00a0Thị Hạnh", "nguyen thi hanh"),
        ("ðại hội", "dai hoi"),
    ],
)
def test_fold_leaves_bare_letters(typed, folded):
    assert text.fold(typed) == folded


@given(st.text())
def test_fold_twice_changes_nothing_more(value):
    once = text.fold(value)

    assert text.fold(once) == once


@given(VIETNAMESE)
def test_fold_of_vietnamese_is_ascii_however_it_was_typed(value):
    folded = text.fold(value)

    assert folded.isascii()
    assert folded == text.fold(unicodedata.normalize("NFD", value)) == text.fold(value.upper())


def test_search_key_leaves_words_only():
    assert text.search_key("Xã Ea H’leo (H. Ea H'Leo)") == "xa ea hleo h ea hleo"


@pytest.mark.parametrize(
    ("one", "other"),
    [("Đắc Lắc", "Đắk Lắk"), ("Krông Pắk", "Krông Pắc"), ("Lý Mỹ", "Lí Mĩ"), ("quý", "quí")],
)
def test_lenient_search_key_forgives_spellings(one, other):
    assert text.search_key(one) != text.search_key(other)
    assert text.lenient_search_key(one) == text.lenient_search_key(other)


def test_lenient_search_key_keeps_ch_and_other_words():
    assert text.lenient_search_key("bách khoa cúc ay") == "bach khoa cuk ay"


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("hoà", "hòa"),
        ("Phú Hoà", "Phú Hòa"),
        ("KHOẺ", "KHỎE"),
        ("Thuý", "Thúy"),
        ("huỷ bỏ", "hủy bỏ"),
        ("quý", "quý"),
        ("hoàn toàn", "hoàn toàn"),
        ("khuỷu", "khuỷu"),
        ("Đoàn", "Đoàn"),
        ("luỵ", "lụy"),
        ("hoạ sĩ", "họa sĩ"),
        ("thuở", "thuở"),
        ("toà án", "tòa án"),
        ("ngoài", "ngoài"),
        ("xoá đói", "xóa đói"),
    ],
)
def test_old_style_moves_the_tone_of_open_syllables_only(new, old):
    assert text.old_style(new) == old


@given(VIETNAMESE)
def test_old_style_twice_changes_nothing_more(value):
    once = text.old_style(value)

    assert text.old_style(once) == once


def test_same_text_forgives_keyboards_and_not_marks():
    pairs = [("Tuy Hoà", "tuy  hòa"), ("Ea H'leo", "EA H’LEO"), ("Hòa", "Hoa"), ("an", "ăn")]

    assert [text.same_text(*pair) for pair in pairs] == [True, True, False, False]


def test_sort_key_orders_the_alphabet():
    names = ["An", "Ánh", "Ăn", "Ân", "Dung", "Đặng", "Oanh", "Ơn", "Ý", "Yến"]

    assert sorted(shuffled(names), key=text.sort_key) == names


def test_sort_key_orders_the_tones():
    tones = ["ma", "mà", "mả", "mã", "má", "mạ", "man", "mă", "mâ"]

    assert sorted(shuffled(tones), key=text.sort_key) == tones


def test_sort_key_goes_by_syllable_and_by_number():
    names = ["Ea Bar", "Ea Ƀar", "Hoa Bình", "Hòa An", "Phú Hòa 2", "Phú Hòa 10", "Ê Đê", "Ý"]
    expected = ["Ea Bar", "Ea Ƀar", "Ê Đê", "Hoa Bình", "Hòa An", "Phú Hòa 2", "Phú Hòa 10", "Ý"]

    assert sorted(names, key=text.sort_key) == expected


@given(st.text())
def test_sort_key_is_always_ascii(value):
    assert text.sort_key(value).isascii()


@given(VIETNAMESE, VIETNAMESE)
def test_sort_key_is_equal_exactly_when_the_words_are(one, other):
    plain = [
        text.old_style(value).casefold().replace("’", "").replace("'", "").split()
        for value in (one, other)
    ]
    one_mark = all(_tones(word) <= 1 for words in plain for word in words)

    same = text.sort_key(one) == text.sort_key(other)

    assert same == (plain[0] == plain[1]) or (not one_mark and same)


def _tones(word):
    return sum(c in "\u0300\u0301\u0303\u0309\u0323" for c in unicodedata.normalize("NFD", word))


def test_breathe_keeps_numbers_with_their_units():
    shown = text.breathe("Câu 7: 15 phút, thứ Hai, Chủ nhật; 1.200 lượt 3 câuX")

    assert shown == (
        "Câu\u00a07: 15\u00a0phút, thứ\u00a0Hai, Chủ\u00a0nhật; 1.200\u00a0lượt 3 câuX"
    )


def test_breathe_of_markup_is_markup():
    assert text.breathe(Markup("<b>3 câu</b>")) == Markup("<b>3\u00a0câu</b>")
    assert isinstance(text.breathe(Markup("3 câu")), Markup)


@pytest.mark.parametrize(
    ("shown", "query", "parts"),
    [
        ("Phường Ea Kao", "ea kao", [("Phường ", False), ("Ea Kao", True)]),
        ("Tỉnh Đắk Lắk", "dac", [("Tỉnh ", False), ("Đắk", True), (" Lắk", False)]),
        ("Sở Y tế", "", [("Sở Y tế", False)]),
        ("", "a", []),
        ("Sở Nội vụ", "zz", [("Sở Nội vụ", False)]),
        ("Kao Ea", "ea kao", [("Kao", True), (" ", False), ("Ea", True)]),
    ],
)
def test_highlight_marks_what_was_sought(shown, query, parts):
    assert text.highlight(shown, query) == parts


@given(VIETNAMESE, VIETNAMESE)
def test_highlight_never_loses_a_letter(shown, query):
    assert "".join(part for part, _ in text.highlight(shown, query)) == text.nfc(shown)


def test_markdown_shows_paragraphs_lists_and_links():
    source = (
        "**Điều 1.** Đối tượng *dự thi*:\n- Cán bộ\n- Công chức\n\n1. Một\n2. Hai\n\n"
        "Xem [thể lệ](https://daklak.gov.vn/the-le?a=1&b=2)\ndòng hai"
    )

    assert text.markdown(source) == Markup(
        "<p><strong>Điều 1.</strong> Đối tượng <em>dự thi</em>:</p>"
        "<ul><li>Cán bộ</li><li>Công chức</li></ul>\n"
        "<ol><li>Một</li><li>Hai</li></ol>\n"
        '<p>Xem <a href="https://daklak.gov.vn/the-le?a=1&amp;b=2" rel="noopener nofollow">'
        "thể lệ</a><br>dòng hai</p>"
    )


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        '[x](https://a.vn/"onmouseover="alert(1))',
        "<img src=x onerror=alert(1)>",
    ],
)
def test_markdown_lets_nothing_dangerous_through(attack):
    html = text.markdown(attack)

    assert "<script" not in html
    assert "<img" not in html
    assert "href" not in html

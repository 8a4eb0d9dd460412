"""A person taken out of texts: found however it was written, and nothing else touched."""

import pytest

from contest.rules.effacing import Known, effaced

HANH = Known("Nguyễn Thị Hạnh", "+84914556677", "hanh.nguyen@daklak.gov.vn")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Sổ tay của Nguyễn Thị Hạnh, xã Ea Kao", "Sổ tay của Nguyễn Thị H***, xã Ea Kao"),
        ("NGUYỄN THỊ HẠNH – thuyết minh", "Nguyễn Thị H*** – thuyết minh"),
        ("Nguyen-Thi-Hanh_thuyet-minh.pdf", "Nguyễn Thị H***_thuyet-minh.pdf"),
        ("nguyenthihanh.docx", "Nguyễn Thị H***.docx"),
        ("Nguyễn Thị Hạnh", "Nguyễn Thị H***"),
        ("Gọi 0914 556 677 hoặc +84914556677", "Gọi 09xx***677 hoặc 09xx***677"),
        ("Thư: Hanh.Nguyen@daklak.gov.vn", "Thư: h***@daklak.gov.vn"),
        # Rather once too often: it may be a longer name, or the next word of the sentence.
        ("Nguyễn Thị Hạnh Trưởng nhóm", "Nguyễn Thị H*** Trưởng nhóm"),
        ("Nguyễn Thị Hạnh và Nguyễn Thị Hạnh", "Nguyễn Thị H*** và Nguyễn Thị H***"),
    ],
)
def test_person_is_masked_however_it_was_written(written, read):
    assert effaced(written, HANH) == read


@pytest.mark.parametrize(
    "text",
    [
        "Nguyễn Thị Hành bán hàng",
        "Đức hạnh của cán bộ một cửa",
        "Số 10914556677 là mã hồ sơ",
    ],
)
def test_what_is_another_word_stays(text):
    assert effaced(text, HANH) == text


@pytest.mark.parametrize(
    ("name", "text"), [("Lê An", "Clean code, lean"), ("Hoa", "Hoa nở"), ("", "Không ai")]
)
def test_short_names_are_not_found_within_words(name, text):
    assert effaced(text, Known(name)) == text


def test_name_of_the_highlands_is_found_with_any_apostrophe():
    found = effaced("Nhóm của H'Hen Niê và Y Bhăm", Known("H’Hen Niê"))

    assert "Niê" not in found
    assert found.endswith("và Y Bhăm")

"""Documents by their dates and kinds, and texts parted at their articles."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questions.rules import validity
from questions.rules.validity import DocumentKind, Validity

TODAY = date(2026, 11, 27)
DAYS = st.none() | st.dates(date(2020, 1, 1), date(2030, 12, 31))
TEXT = """NGHỊ ĐỊNH
Điều 1. Phạm vi điều chỉnh
Nghị định này quy định về tuyển dụng công chức.
Điều 2a. Hội đồng thi
Hội đồng thi do người đứng đầu thành lập."""


@pytest.mark.parametrize(
    ("begins", "ends", "in_part", "found"),
    [
        (None, None, False, Validity.UNKNOWN),
        (date(2026, 12, 1), None, False, Validity.NOT_YET),
        (TODAY, None, False, Validity.IN_FORCE),
        (TODAY, None, True, Validity.PARTLY),
        (None, TODAY, False, Validity.UNKNOWN),
        (date(2020, 1, 1), TODAY, False, Validity.IN_FORCE),
        (date(2020, 1, 1), TODAY - timedelta(days=1), True, Validity.ENDED),
    ],
)
def test_validity_on_a_day(begins, ends, in_part, found):
    assert validity.validity(begins, ends, TODAY, in_part=in_part) is found


@given(DAYS, DAYS, st.booleans(), st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_what_has_ended_stays_ended(begins, ends, in_part, day):
    after = validity.validity(begins, ends, day + timedelta(days=1), in_part=in_part)

    ended = validity.validity(begins, ends, day, in_part=in_part) is Validity.ENDED
    assert not ended or after is Validity.ENDED


@pytest.mark.parametrize(
    ("number", "title", "kind"),
    [
        ("170/2025/NĐ-CP", "Nghị định số 170", DocumentKind.DECREE),
        ("22/2025/TT-BNV", "", DocumentKind.CIRCULAR),
        ("76/NQ-CP", "", DocumentKind.RESOLUTION),
        ("91/2025/QH15", "Luật Bảo vệ dữ liệu cá nhân", DocumentKind.LAW),
        ("29-HD/TWĐTN-VP", "Hướng dẫn", DocumentKind.GUIDANCE),
        ("", "Luật Cán bộ, công chức năm 2025", DocumentKind.LAW),
        ("", "Quy chế thực hiện dân chủ", DocumentKind.OTHER),
    ],
)
def test_kind_is_told_by_the_number_or_the_title(number, title, kind):
    assert validity.kind_of(number, title) is kind


def test_articles_part_the_text():
    found = validity.articles(TEXT)

    assert [one.name for one in found] == ["", "Điều 1", "Điều 2a"]


@given(st.text(alphabet="Điều 12a.\nHội đồng", max_size=200))
def test_articles_lose_no_line_that_says_something(text):
    kept = "\n".join(one.text for one in validity.articles(text)).split()

    assert kept == text.split()


def test_finding_takes_words_without_marks_or_the_name_of_an_article():
    parts = validity.articles(TEXT)

    assert validity.finding(parts, "hoi dong") == [parts[2]]
    assert validity.finding(parts, "Điều 1") == [parts[1]]
    assert validity.finding(parts, "không có") == []


def test_article_of_a_clause_is_named():
    assert validity.article_named("Khoản 2, Điều  8 Nghị định 138") == "Điều 8"
    assert validity.article_named("Mục II.1") == ""

"""Numbers and times are written, read and spoken as Vietnamese offices do."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import writing
from core.saying import Sentence, Unreadable

NBSP = "\u00a0"
# Wednesday, 18 November 2026, 10:42:07 in Viet Nam.
WEDNESDAY = datetime(2026, 11, 18, 3, 42, 7, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
NUMBERS = st.decimals(-(10**11), 10**11, places=6, allow_nan=False)


@pytest.mark.parametrize(
    ("value", "places", "vietnamese", "english"),
    [
        (25980, None, "25.980", "25,980"),
        (2_000_000, None, "2.000.000", "2,000,000"),
        (Decimal("87.65"), None, "87,65", "87.65"),
        (Decimal("8.005"), 2, "8,01", "8.01"),
        (Decimal("-1234.5"), None, "−1.234,5", "−1,234.5"),
        (Decimal("1E+3"), None, "1.000", "1,000"),
        (7, 2, "7,00", "7.00"),
    ],
)
def test_number_has_the_separators_of_the_language(value, places, vietnamese, english):
    assert writing.number(value, places=places) == vietnamese
    assert writing.number(value, "en", places=places) == english


@pytest.mark.parametrize(
    ("part", "whole", "written"),
    [(2348, 10000, "23,48%"), (1, 3, "33,33%"), (2, 3, "66,67%"), (63, 63, "100,00%"), (0, 0, "–")],
)
def test_percent_has_two_decimals(part, whole, written):
    assert writing.percent(part, whole) == written


def test_percent_of_a_rate_is_that_rate():
    assert writing.percent(Decimal("23.48")) == "23,48%"
    assert writing.percent(1, 8, "en") == "12.50%"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("8.250000"), "8,25"),
        (8_250_000, "8,25"),
        (10_000_000, "10"),
        (Decimal("100"), "100"),
        (0, "0"),
        (1, "0,000001"),
        (Decimal("0.3333333"), "0,333333"),
        (Decimal("1250.5"), "1.250,5"),
    ],
)
def test_score_drops_trailing_zeros(value, written):
    assert writing.score(value) == written


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1.234,5", "1234.5"),
        ("8,25", "8.25"),
        ("8.25", "8.25"),
        ("87,65432", "87.65432"),
        ("87.65432", "87.65432"),
        ("1.234", "1234"),
        ("1 234 567", "1234567"),
        ("1\u00a0234,5", "1234.5"),
        ("1,234,567", "1234567"),
        ("−3,5", "-3.5"),
        ("0", "0"),
        (" 1350 ", "1350"),
    ],
)
def test_parse_number_takes_comma_and_dot(typed, value):
    assert writing.parse_number(typed) == Decimal(value)


@pytest.mark.parametrize("typed", ["", "abc", "1,2,3", "1.2.3", "1e5", "12.34,5", "٣", "--1", ","])
def test_parse_number_refuses_what_is_none(typed):
    with pytest.raises(Unreadable) as refused:
        writing.parse_number(typed)

    assert refused.value.sentence == Sentence(
        "“%(typed)s” is not a number. Write it like 1350 or 87,65.", {"typed": typed}
    )


@given(NUMBERS)
def test_parse_number_reads_what_number_writes(value):
    assert writing.parse_number(writing.number(value)) == value


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("0", "không"),
        ("4", "bốn"),
        ("5", "năm"),
        ("10", "mười"),
        ("11", "mười một"),
        ("14", "mười bốn"),
        ("15", "mười lăm"),
        ("20", "hai mươi"),
        ("21", "hai mươi mốt"),
        ("24", "hai mươi tư"),
        ("55", "năm mươi lăm"),
        ("101", "một trăm linh một"),
        ("105", "một trăm linh năm"),
        ("110", "một trăm mười"),
        ("120", "một trăm hai mươi"),
        ("1000", "một nghìn"),
        ("1005", "một nghìn không trăm linh năm"),
        ("25980", "hai mươi lăm nghìn chín trăm tám mươi"),
        ("1000005", "một triệu không trăm linh năm"),
        ("999000000000", "chín trăm chín mươi chín tỷ"),
        ("8.25", "tám phẩy hai lăm"),
        ("8.50", "tám phẩy năm"),
        ("8.05", "tám phẩy không năm"),
        ("8.15", "tám phẩy mười lăm"),
        ("8.21", "tám phẩy hai mốt"),
        ("8.375", "tám phẩy ba bảy năm"),
        ("-3", "âm ba"),
    ],
)
def test_in_words_says_numbers_as_they_are_spoken(value, words):
    assert writing.in_words(Decimal(value)) == words


def test_in_words_beyond_its_range_is_a_bug():
    with pytest.raises(ValueError, match="no words"):
        writing.in_words(10**12)


@given(st.integers(0, 10**12 - 1), st.integers(0, 10**12 - 1))
def test_in_words_differ_for_different_numbers(one, other):
    assert (writing.in_words(one) == writing.in_words(other)) == (one == other)


def test_days_and_moments_are_written_out():
    wednesday = date(2026, 11, 18)

    assert writing.day(wednesday) == "18/11/2026"
    assert writing.day(WEDNESDAY) == "18/11/2026"
    assert writing.day(wednesday, "en") == "18 November 2026"
    assert writing.clock(WEDNESDAY) == "10:42:07"
    assert writing.moment(WEDNESDAY) == f"10:42:07 thứ{NBSP}Tư, 18/11/2026"
    assert writing.moment(WEDNESDAY, "en") == "10:42:07 Wednesday, 18 November 2026"


def test_day_is_the_civil_day_in_viet_nam():
    assert writing.day(datetime(2026, 11, 18, 17, 0, tzinfo=UTC)) == "19/11/2026"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (date(2026, 2, 5), "ngày 05 tháng 02 năm 2026"),
        (date(2026, 11, 18), "ngày 18 tháng 11 năm 2026"),
        (date(2026, 3, 9), "ngày 09 tháng 3 năm 2026"),
    ],
)
def test_document_date_pads_what_could_be_forged(value, written):
    assert writing.document_date(value) == written


def test_opening_at_midnight_is_0h00_of_the_day_itself():
    assert writing.opening(MIDNIGHT) == f"0h00 thứ{NBSP}Hai, 23/11"
    assert writing.opening(MIDNIGHT, "en") == "0:00 Monday, 23 November"


def test_deadline_at_midnight_is_24h00_of_the_day_before():
    assert writing.deadline(MIDNIGHT) == f"24h00 Chủ{NBSP}nhật, 22/11"
    assert writing.deadline(MIDNIGHT, "en") == "24:00 Sunday, 22 November"
    assert writing.deadline(MIDNIGHT - timedelta(hours=1)) == f"23h00 Chủ{NBSP}nhật, 22/11"


@pytest.mark.parametrize(
    ("span", "vietnamese", "english"),
    [
        (timedelta(minutes=9, seconds=58), "9 phút 58 giây", "9 minutes 58 seconds"),
        (61_999, "1 phút 1 giây", "1 minute 1 second"),
        (0, "0 giây", "0 seconds"),
        (timedelta(days=2, hours=1), "2 ngày 1 giờ", "2 days 1 hour"),
        (timedelta(seconds=-5), "0 giây", "0 seconds"),
    ],
)
def test_duration_names_only_what_there_is(span, vietnamese, english):
    assert writing.duration(span).replace(NBSP, " ") == vietnamese
    assert writing.duration(span, "en").replace(NBSP, " ") == english


def test_countdown_shows_minutes_and_hours_only_when_needed():
    assert [writing.countdown(s) for s in (252, 0, -3, 3852)] == [
        *("04:12", "00:00", "00:00", "1:04:12")
    ]

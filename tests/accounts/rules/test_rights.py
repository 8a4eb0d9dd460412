from datetime import date

import pytest

from accounts.models import DataRight
from accounts.rules import rights


@pytest.mark.parametrize(
    ("asked", "answer_by"),
    [
        (date(2026, 11, 18), date(2026, 11, 20)),
        (date(2026, 11, 20), date(2026, 11, 24)),
        (date(2026, 11, 21), date(2026, 11, 24)),
    ],
)
def test_two_working_days_leave_out_saturday_and_sunday(asked, answer_by):
    assert rights.due("correction", asked)[0] == answer_by


def test_every_right_has_its_terms_in_the_file():
    assert [right for right in DataRight if not rights.terms_of(right, date(2026, 1, 1))] == []


def test_before_the_law_there_are_no_terms():
    with pytest.raises(ValueError, match="no terms"):
        rights.due("access", date(2025, 12, 31))

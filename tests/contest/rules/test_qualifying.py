"""Who may take a round: each condition alone, what is kept of it, and how it is said."""

from datetime import date

import pytest

from contest.rules import qualifying
from contest.rules.grouping import Members
from contest.rules.qualifying import ANYBODY, Eligibility, Taker

ON = date(2026, 11, 23)
STAFF = Taker(is_staff=True, born=date(2000, 1, 1), block=4, place=3, passed=True)
CITIZEN = Taker(is_staff=False, born=None, block=None)


def words(asked, who):
    said = qualifying.refusal(asked, who, on=ON)
    return None if said is None else said.message % said.values


def test_a_round_that_asks_for_nothing_takes_everybody():
    assert ANYBODY.is_open
    assert [words(ANYBODY, who) for who in (STAFF, CITIZEN)] == [None, None]


@pytest.mark.parametrize(
    ("asked", "kept_out", "said"),
    [
        (Eligibility(Members.STAFF), CITIZEN, "This round is for the staff of agencies and units."),
        (
            Eligibility(Members.CITIZENS),
            STAFF,
            "This round is for citizens, not for the staff of agencies.",
        ),
        (Eligibility(min_age=18), CITIZEN, "This round is for people from 18 years of age."),
        (Eligibility(min_age=27), STAFF, "This round is for people from 27 years of age."),
        (Eligibility(blocks=(5, 6)), STAFF, "This round is for other groups of the contest."),
        (Eligibility(blocks=(5,)), CITIZEN, "This round is for other groups of the contest."),
        (
            Eligibility(after=1, first=2),
            STAFF,
            "This round is for the first 2 of the round before.",
        ),
        (
            Eligibility(after=1, first=50),
            CITIZEN,
            "This round is for the first 50 of the round before.",
        ),
        (
            Eligibility(after=1, must_pass=True),
            CITIZEN,
            "This round is for those who passed the round before.",
        ),
    ],
)
def test_who_lacks_one_condition_is_told_which(asked, kept_out, said):
    assert words(asked, kept_out) == said


def test_who_meets_all_conditions_at_once_may_take_it():
    asked = Eligibility(Members.STAFF, 26, (4,), after=1, first=3, must_pass=True)

    assert words(asked, STAFF) is None


@pytest.mark.parametrize(
    ("on", "years", "last"),
    [
        (date(2026, 11, 23), 18, date(2008, 11, 23)),
        (date(2028, 2, 29), 18, date(2010, 2, 28)),
        (date(2028, 2, 29), 20, date(2008, 2, 29)),
    ],
)
def test_last_day_of_birth_counts_birthdays(on, years, last):
    assert qualifying.born_by(on, years) == last


@pytest.mark.parametrize(
    "asked",
    [ANYBODY, Eligibility(Members.STAFF, 16, (2, 9), after=7, first=15, must_pass=True)],
)
def test_what_is_kept_is_read_back_and_nothing_more_is_kept(asked):
    assert qualifying.read(asked.written()) == asked
    assert (asked.written() == {}) == asked.is_open


def test_an_earlier_round_and_what_it_decides_go_together():
    assert [one.problems() for one in (ANYBODY, Eligibility(after=1, first=3))] == [[], []]
    assert Eligibility(first=3).problems()[0].message.startswith("Name the earlier round")
    assert Eligibility(after=1).problems()[0].message.startswith("Say how many")


def test_conditions_are_said_with_the_names_of_groups_and_rounds():
    asked = Eligibility(Members.STAFF, 16, (2, 9), after=7, first=15, must_pass=True)

    told = qualifying.says(asked, blocks={2: "Khối A", 9: "Khối B"}, rounds={7: "Vòng 1"})

    assert [one.message % one.values for one in told] == [
        "Only staff of agencies and units take this round.",
        "Whoever takes this round is at least 16 years old.",
        "The round is for: Khối A, Khối B.",
        "Only the first 15 of “Vòng 1” enter, counted in each group.",
        "Only who passed “Vòng 1” enters.",
    ]

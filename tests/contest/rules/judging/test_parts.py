"""Parts of a round: points out of so many, sums of parts, the share that a public vote may have."""

from decimal import Decimal
from fractions import Fraction

import pytest

from contest.rules.judging import parts
from contest.rules.judging.parts import PartKind, PartScores, QuizWay, Share
from core.saying import Sentence


def given(kind, most, points=None, refused=None):
    return PartScores(kind.value, kind.value, kind, Decimal(most), points, refused)


def test_content_of_seventy_and_media_of_thirty_are_added():
    jury = {"1": Decimal("81"), "2": Decimal("90")}
    media = given(PartKind.MEASURED, 30, {"1": Decimal("30"), "2": Decimal("12.5")})

    found = parts.totals([given(PartKind.JUDGED, 70), media], jury)

    assert found == {"1": Decimal("86.700000000"), "2": Decimal("75.500000000")}


def test_round_without_parts_is_as_it_was_judged():
    assert parts.totals([], {"1": Decimal("81.25")}) == {"1": Decimal("81.25")}


def test_entry_that_a_part_does_not_know_gets_nothing_there():
    vote = given(PartKind.VOTED, 10, {"2": Decimal(10)})

    found = parts.totals([given(PartKind.JUDGED, 90), vote], {"1": Decimal(100)})

    assert found == {"1": Decimal("90.000000000")}


@pytest.mark.parametrize(
    ("way", "points"), [(QuizWay.MEAN, "6.000000000"), (QuizWay.BEST, "18.000000000")]
)
def test_quiz_of_a_team_counts_who_did_not_come(way, points):
    team = [Fraction(9, 10), None, None]

    assert parts.of_quiz({"1": team}, way, Decimal(20)) == {"1": Decimal(points)}


def test_entry_without_people_has_nothing_of_a_quiz():
    assert parts.of_quiz({"1": []}, QuizWay.MEAN, Decimal(20)) == {"1": Decimal(0)}


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        ([(PartKind.MEASURED, 30)], "No part is judged."),
        ([(PartKind.JUDGED, 70), (PartKind.QUIZ, 0)], "Every part has points to give."),
        (
            [(PartKind.JUDGED, 69), (PartKind.VOTED, 31)],
            "A public vote gives at most %(percent)s%% of all points.",
        ),
    ],
)
def test_parts_that_make_no_sense_together_are_named(shares, message):
    declared = [Share(kind, Decimal(most)) for kind, most in shares]

    assert [one.message for one in parts.problems(declared)] == [message]


def test_vote_of_thirty_in_a_hundred_is_allowed():
    declared = [Share(PartKind.JUDGED, Decimal(70)), Share(PartKind.VOTED, Decimal(30))]

    assert parts.problems(declared) == []


def test_first_refusal_of_the_parts_is_the_refusal_of_all():
    sealed = Sentence("chưa mở phiếu")

    found = parts.refused([given(PartKind.JUDGED, 70), given(PartKind.VOTED, 30, {}, sealed)])

    assert found == sealed

"""Predictions."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.rules import predicting
from contest.rules.predicting import Asked, Counted, Lock, Prediction, Scope, Target
from core.saying import Sentence, Unreadable

PEOPLE = Prediction()
SHARE = Prediction(Target.PCT_FULLY_CORRECT, decimals=5)
COUNTED = Counted(
    participants=9341, attempts=12050, fully_correct_people=1366, fully_correct_attempts=1502
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1350", "1350"),
        ("1.350", "1350"),
        (" 1 350 ", "1350"),
        ("1\N{NO-BREAK SPACE}350", "1350"),
        ("1,350", "1350"),
        ("1.234.567", "1234567"),
        ("0", "0"),
        ("007", "7"),
    ],
)
def test_parse_a_number_of_people(text, number):
    assert predicting.parse(text, PEOPLE) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "number"),
    [("87,65432", "87.65432"), ("87.65432", "87.65432"), ("87,5%", "87.5"), ("100 %", "100")],
)
def test_parse_a_percentage(text, number):
    assert predicting.parse(text, SHARE) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "prediction", "message", "values"),
    [
        ("", PEOPLE, "Write a number.", {}),
        ("13,5", PEOPLE, "Write a whole number with digits only, for example 1.350.", {}),
        ("-3", PEOPLE, "Write a whole number with digits only, for example 1.350.", {}),
        ("mười", PEOPLE, "Write a whole number with digits only, for example 1.350.", {}),
        ("١٢", PEOPLE, "Write a whole number with digits only, for example 1.350.", {}),
        (
            "1234567890",
            PEOPLE,
            "This number is too large. It may have at most %(count)s digits.",
            {"count": 9},
        ),
        ("87,5,5", SHARE, "Write a percentage with digits, for example 87,5.", {}),
        ("1,234567", SHARE, "Write at most %(count)s digits after the comma.", {"count": 5}),
        ("100,00001", SHARE, "A percentage is at most 100.", {}),
    ],
)
def test_parse_what_is_no_prediction_says_why(text, prediction, message, values):
    with pytest.raises(Unreadable) as refusal:
        predicting.parse(text, prediction)

    assert refusal.value.sentence == Sentence(message, values)


@given(st.integers(0, 999_999_999))
def test_parse_reads_a_number_however_it_is_written(number):
    dotted = f"{number:,}".replace(",", ".")
    stored = predicting.canonical(Decimal(number))

    assert {predicting.parse(text, PEOPLE) for text in (dotted, stored)} == {number}


@given(st.decimals(0, 100, places=5))
def test_parse_reads_a_percentage_with_comma_or_point(share):
    stored = predicting.canonical(share)

    assert {predicting.parse(text, SHARE) for text in (stored, stored.replace(".", ","))} == {share}


@pytest.mark.parametrize(
    ("target", "number"),
    [
        (Target.FULLY_CORRECT_PEOPLE, "1366"),
        (Target.FULLY_CORRECT_ATTEMPTS, "1502"),
        (Target.PARTICIPANTS, "9341"),
        (Target.ATTEMPTS, "12050"),
    ],
)
def test_actual_of_a_count_is_what_was_counted(target, number):
    assert predicting.actual(Prediction(target), COUNTED) == Decimal(number)


def test_actual_of_a_percentage_is_rounded_half_up_to_its_decimals():
    found = [
        predicting.actual(Prediction(Target.PCT_FULLY_CORRECT, decimals=n), COUNTED)
        for n in (0, 2, 5)
    ]

    assert [str(share) for share in found] == ["15", "14.62", "14.62370"]


def test_actual_of_a_percentage_of_nobody_is_unknown():
    assert predicting.actual(SHARE, Counted(0, 0, 0, 0)) is None


def test_difference_not_over_drops_what_is_too_high():
    found = [
        predicting.difference(Decimal(number), Decimal(1366), not_over=over)
        for number, over in ((1350, False), (1380, False), (1350, True), (1366, True), (1380, True))
    ]

    assert found == [Decimal(16), Decimal(14), Decimal(16), Decimal(0), None]


def test_difference_of_something_missing_is_missing():
    assert predicting.difference(None, Decimal(1366)) is None
    assert predicting.difference(Decimal(1350), None) is None


@pytest.mark.parametrize(
    ("lock", "counts"),
    [
        (Lock.PER_ATTEMPT, [None, Decimal(5), Decimal(9)]),
        (Lock.FIRST_ATTEMPT, [None, None, None]),
        (Lock.PER_ROUND, [Decimal(5), Decimal(5), Decimal(5)]),
    ],
)
def test_counting_takes_the_number_that_the_lock_keeps(lock, counts):
    predicted = [None, Decimal(5), Decimal(9)]

    assert [predicting.counting(lock, own, predicted) for own in range(3)] == counts


def test_counting_of_a_round_without_predictions_is_missing():
    assert predicting.counting(Lock.PER_ROUND, 0, [None]) is None


@given(st.lists(st.none() | st.integers(0, 9).map(Decimal), min_size=1, max_size=4))
def test_is_locked_means_that_a_new_number_changes_nothing(earlier):
    for lock in Lock:
        later = [
            predicting.counting(lock, len(earlier), [*earlier, number])
            for number in (Decimal(100), Decimal(200))
        ]

        assert predicting.is_locked(lock, earlier) == (later[0] == later[1])


def test_is_locked_before_the_first_attempt_never():
    assert [predicting.is_locked(lock, []) for lock in Lock] == [False, False, False]


def test_problems_of_a_prediction_name_the_decimals():
    found = [
        Prediction(decimals=2).problems(),
        Prediction(Target.PCT_FULLY_CORRECT, decimals=7).problems(),
        SHARE.problems(),
        PEOPLE.problems(),
    ]

    assert found == [
        [Sentence("A number of people or attempts is predicted without decimals.")],
        [Sentence("A percentage is predicted with 0 to 6 decimals.")],
        [],
        [],
    ]


def test_read_gives_back_what_was_written():
    unusual = Prediction(
        Target.PCT_FULLY_CORRECT, Scope.BLOCK, 5, Asked.AFTER_SUBMIT, Lock.PER_ATTEMPT, True
    )

    assert [predicting.read(p.written()) for p in (unusual, PEOPLE)] == [unusual, PEOPLE]


def test_read_of_nothing_said_is_the_usual_prediction():
    assert predicting.read({"target": "participants"}) == Prediction(Target.PARTICIPANTS)


def test_target_said_names_the_number_and_where():
    assert predicting.target_said(PEOPLE) == Sentence(
        "%(target)s %(scope)s",
        {
            "target": Sentence("the number of people who answer everything correctly"),
            "scope": Sentence("in this round"),
        },
    )

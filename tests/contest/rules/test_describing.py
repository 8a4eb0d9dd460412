"""A round in plain words, and the remarks before it opens."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.rules import describing, ranking
from contest.rules.allowing import AttemptPolicy, Counts
from contest.rules.describing import Level, Remark, RoundPlan, Shortage
from contest.rules.predicting import Asked, Lock, Prediction, Target
from contest.rules.ranking import Key
from core.saying import Sentence, told
from core.vietnam import parse_moment

NOW = parse_moment("10h41 20/11/2026")
WEEK_4 = RoundPlan(
    parse_moment("0h00 23/11/2026"),
    parse_moment("24h00 29/11/2026"),
    minutes=15,
    questions=20,
    policy=AttemptPolicy(),
    ranking=ranking.natural(
        Key.CORRECT_COUNT, Key.PREDICTION_DIFF, Key.DURATION_MS, Key.SUBMITTED_AT, Key.LOT
    ),
    prediction=Prediction(),
    excluded=14,
)
KEPT = Remark(
    Level.OK,
    Sentence(
        "Kept from entering, as organisers or writers of questions: %(count)s people.",
        {"count": 14},
    ),
)


def in_english(sentences):
    return [told(sentence, str, str) for sentence in sentences]


def with_policy(**limits):
    return replace(WEEK_4, policy=AttemptPolicy(**limits))


def test_describe_the_usual_week():
    assert in_english(describing.describe(WEEK_4)) == [
        "The round is open from 0h00 Monday 23/11/2026 to 24h00 Sunday 29/11/2026.",
        "An attempt has 20 questions in 15 minutes, and one question that asks to predict"
        " the number of people who answer everything correctly in this round.",
        "Attempts allowed for each person in this round: 1.",
        "Each person predicts once in the round; further attempts do not change the number.",
        "Places go by number of correct answers.",
        "Among equals, what counts is the closer prediction, then less time taken,"
        " then handing in earlier, then drawing lots.",
    ]


def test_describe_a_round_with_everything_unusual():
    plan = RoundPlan(
        parse_moment("10h00 25/11/2026"),
        parse_moment("9h00 02/12/2026"),
        minutes=20,
        questions=10,
        policy=AttemptPolicy(30, None, 3, 60, Counts.LAST),
        ranking=replace(ranking.natural(Key.SCORE), shares_prizes=True),
        prediction=Prediction(
            Target.PCT_FULLY_CORRECT,
            decimals=5,
            asked=Asked.AFTER_SUBMIT,
            lock=Lock.FIRST_ATTEMPT,
            not_over=True,
        ),
        practice_questions=5,
        participant_results_at=parse_moment("12h00 02/12/2026"),
        public_results_at=parse_moment("24h00 03/12/2026"),
    )

    assert in_english(describing.describe(plan)) == [
        "The round is open from 10h00 Wednesday 25/11/2026 to 09h00 Wednesday 02/12/2026.",
        "An attempt has 10 questions in 20 minutes, and one question that asks to predict"
        " the percentage of people who answer everything correctly in this round.",
        "Attempts allowed for each person on one day: 3.",
        "Attempts allowed for each person in the whole contest: 30.",
        "Two attempts must begin at least 60 minutes apart.",
        "Of several attempts, the last counts.",
        "The prediction of a person’s first attempt holds for all the attempts in the round.",
        "The prediction is sent after handing in, once, before the round closes.",
        "The percentage may have up to 5 digits after the comma.",
        "A prediction above the actual number counts as no prediction.",
        "Places go by score.",
        "Who is equal in all this shares the place and the prize.",
        "A practice attempt has 5 questions and never counts.",
        "Each person sees the own result from 12h00 Wednesday 02/12/2026.",
        "The results are made public from 0h00 Friday 04/12/2026.",
    ]


def test_describe_a_round_without_limits_or_prediction():
    plan = replace(WEEK_4, prediction=None, policy=AttemptPolicy(max_in_round=None))

    assert in_english(describing.describe(plan))[1:4] == [
        "An attempt has 20 questions in 15 minutes.",
        "Each person may make any number of attempts.",
        "Of several attempts, the best counts.",
    ]


def test_inspect_a_sound_round_has_nothing_to_say_against_it():
    remarks = describing.inspect(WEEK_4, NOW)

    assert remarks == [KEPT]
    assert describing.may_open(remarks)


@pytest.mark.parametrize(
    ("plan", "level", "said"),
    [
        (
            replace(WEEK_4, shortages=(Shortage("Cải cách tài chính công", 10, 9),)),
            Level.DANGER,
            "“Cải cách tài chính công” has too few questions: 10 wanted, 9 usable.",
        ),
        (
            replace(WEEK_4, ranking=ranking.natural(Key.PREDICTION_DIFF, Key.SCORE)),
            Level.WARN,
            "Nothing says what happens if people are still equal after criterion 2."
            " Add drawing lots or sharing the prize.",
        ),
        (
            replace(WEEK_4, ranking=ranking.natural(Key.SCORE, Key.LOT)),
            Level.WARN,
            "A prediction is asked, but the ranking does not use it.",
        ),
        (
            replace(WEEK_4, prediction=None),
            Level.DANGER,
            "The ranking uses a prediction, but none is asked.",
        ),
        (
            replace(WEEK_4, prediction=Prediction(decimals=2)),
            Level.DANGER,
            "A number of people or attempts is predicted without decimals.",
        ),
        (
            replace(
                with_policy(max_in_round=10, min_interval_minutes=60),
                prediction=Prediction(lock=Lock.PER_ATTEMPT),
            ),
            Level.WARN,
            "With several attempts and a prediction for each, the prediction can be hunted:"
            " the same answers again with another number. Lock it for the round.",
        ),
        (
            replace(WEEK_4, closes_at=WEEK_4.opens_at),
            Level.DANGER,
            "The round closes before it opens.",
        ),
        (
            replace(
                WEEK_4, opens_at=NOW - timedelta(days=9), closes_at=parse_moment("24h00 19/11/2026")
            ),
            Level.DANGER,
            "The round would have closed already, at 24h00 Thursday 19/11/2026.",
        ),
        (
            replace(WEEK_4, opens_at=parse_moment("7h00 20/11/2026")),
            Level.WARN,
            "The opening, 07h00 Friday 20/11/2026, has passed: the round opens at once.",
        ),
        (
            replace(WEEK_4, closes_at=WEEK_4.opens_at + timedelta(minutes=14)),
            Level.DANGER,
            "An attempt of 15 minutes does not fit between opening and closing.",
        ),
        (
            with_policy(max_in_round=2, max_per_day=3),
            Level.WARN,
            "3 attempts in a day can never be used: only 2 are allowed in the round.",
        ),
        (
            with_policy(max_in_round=4, max_in_contest=3),
            Level.WARN,
            "4 attempts in the round can never be used: only 3 are allowed in the contest.",
        ),
        (
            with_policy(max_in_round=0),
            Level.DANGER,
            "With no attempt allowed, nobody can take the round.",
        ),
        (replace(WEEK_4, questions=0), Level.DANGER, "The paper has no questions."),
        (
            replace(WEEK_4, minutes=0),
            Level.DANGER,
            "The time for an attempt must be at least one minute.",
        ),
        (
            replace(WEEK_4, ranking=ranking.natural(Key.PREDICTION_DIFF, Key.LOT, Key.SCORE)),
            Level.DANGER,
            "After drawing lots nothing is left to decide.",
        ),
        (
            replace(WEEK_4, public_results_at=parse_moment("7h00 28/11/2026")),
            Level.WARN,
            "The results become public while the round is still open.",
        ),
    ],
)
def test_inspect_names_what_is_wrong_and_nothing_else(plan, level, said):
    remarks = describing.inspect(plan, NOW)

    assert [(r.level, told(r.sentence, str, str)) for r in remarks[:-1]] == [(level, said)]
    assert remarks[-1] == KEPT
    assert describing.may_open(remarks) == (level is not Level.DANGER)


def test_inspect_when_nobody_is_excluded_warns():
    remarks = describing.inspect(replace(WEEK_4, excluded=0), NOW)

    message = "Nobody is kept from entering yet: name the organisers and question writers."
    assert remarks == [Remark(Level.WARN, Sentence(message))]


@given(
    st.builds(
        RoundPlan,
        opens_at=st.integers(-99, 99).map(lambda n: NOW + timedelta(hours=n)),
        closes_at=st.integers(-99, 99).map(lambda n: NOW + timedelta(hours=n)),
        minutes=st.integers(0, 99),
        questions=st.integers(0, 40),
        policy=st.builds(
            AttemptPolicy,
            max_in_round=st.none() | st.integers(0, 3),
            max_per_day=st.none() | st.integers(0, 3),
            max_in_contest=st.none() | st.integers(0, 3),
        ),
        ranking=st.lists(st.sampled_from(Key), max_size=5).map(lambda keys: ranking.natural(*keys)),
        prediction=st.none()
        | st.builds(
            Prediction,
            target=st.sampled_from(Target),
            decimals=st.integers(0, 7),
            lock=st.sampled_from(Lock),
        ),
    )
)
def test_inspect_puts_the_gravest_first_and_every_sentence_can_be_told(plan):
    remarks = describing.inspect(plan, NOW)

    weights = [list(Level).index(remark.level) for remark in remarks]
    assert weights == sorted(weights)
    sentences = [*describing.describe(plan), *(remark.sentence for remark in remarks)]
    assert all("%(" not in text for text in in_english(sentences))


def test_closing_said_of_an_end_within_a_day_is_that_day():
    assert in_english([describing.closing_said(parse_moment("23h00 29/11/2026"))]) == [
        "23h00 Sunday 29/11/2026"
    ]

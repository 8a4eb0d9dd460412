"""A run computed from rows of the database equals a count on paper, whoever came first."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from contest import attempting, publishing
from contest.models import Attempt, Enrolment, Standing
from contest.rules import ranking
from contest.rules.predicting import Prediction, Target
from contest.rules.ranking import Key, natural
from contest.rules.timing import Audience
from core.db import db
from tests import factories
from tests.contest.judged import one_paper, take

MINUTE = timedelta(minutes=1)
SHEETS = ("bbb", "bba", "baa", "bbb", "aab", "")
GUESSES = ("8", "12", None, "8", "500", "0")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_places_of_a_run_are_those_counted_on_paper_in_any_order_of_people(app, noon, seed):
    order = list(range(10))
    random.Random(seed).shuffle(order)
    round_ = factories.round_(
        opens_at=noon,
        closes_at=noon + 120 * MINUTE,
        blueprint=one_paper(),
        ranking=natural(Key.CORRECT_COUNT, Key.PREDICTION_DIFF).written(),
        prediction=Prediction(Target.PARTICIPANTS).written(),
    )
    for at, who in enumerate(order):
        sheet, guess = SHEETS[who % 6], GUESSES[(who * 7) % 6]
        take(round_, sheet, at=noon + at * MINUTE, name=f"Người {who}", prediction=guess)
    attempting.expire_due(at=noon + 100 * MINUTE)

    run = publishing.compute(round_, None, reason="", at=noon + 121 * MINUTE)

    rows = db.session.execute(
        select(Attempt.correct, Attempt.predicted, Standing.sort_key, Enrolment.id)
        .join(Standing, Standing.attempt_id == Attempt.id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Standing.run_id == run.id, Standing.audience == Audience.PARTICIPANT)
    ).all()
    placed = ranking.places((row.sort_key, row.id) for row in rows)
    found = {who: place for place, who in placed}
    paper = {
        row.id: (
            -row.correct,
            row.predicted is None,
            abs((row.predicted or 0) - 10_000_000) if row.predicted is not None else 0,
        )
        for row in rows
    }
    by_hand = {
        who: 1 + sum(other < mine for other in paper.values()) for who, mine in paper.items()
    }
    assert run.prediction_actual == 10_000_000
    assert len(found) == 10
    assert found == by_hand
    assert len(set(found.values())) < 10

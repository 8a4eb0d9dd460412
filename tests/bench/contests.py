"""A large contest, written in bulk as the save path would have left it, and what results take.

`python -m tests.bench.contests [attempts]`: 40,000 people in 168 units, over four weeks, make
100,000 attempts at one round. Prints the seconds of a result run, of the preview of a changed key,
and of applying it; ends with 1 when one of them takes over twenty.
"""

import json
import resource
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import func, select

from accounts import charting
from app import create_app
from contest import demo, demo_attempts, publishing, recomputing, revising
from contest.models import Contest, ContestUnit, Seat, Slot
from contest.rules.changing import Change, ChangeKind
from contest.rules.comparing import Lines
from core import clock, schema
from core.db import AMONG, among, atomic, db
from tests import factories

PEOPLE, ATTEMPTS, UNITS, WEEKS = 40_000, 100_000, 168, 4
QUESTIONS, POOL = 10, 20
# Attempts made in one transaction: what is written is held in memory.
AT_ONCE = 2500
MOST_SECONDS = 20
BEGAN = datetime(2026, 10, 4, 17, 0, tzinfo=UTC)


def paper(questions=QUESTIONS, pool=POOL):
    """Return a blueprint of a bank of its own: so many questions out of so many."""
    bank = factories.bank()
    for number in range(1, pool + 1):
        factories.item(bank, number=number, key="abcd"[number % 4])
    return factories.blueprint(bank, questions)


def invented(people, at, rng):
    """Return a contest with its units and people, who have taken no round yet."""
    with atomic():
        charting.load_daklak()
        contest = demo._contest(at)
        units = demo._units(contest, at)[:UNITS]
        kept = {unit.id for unit in units}
        for row in db.session.scalars(select(ContestUnit)):
            if row.contest_id == contest.id and row.unit_id not in kept:
                db.session.delete(row)
        takers = demo._people(contest, units, people, rng, at)
        demo._headcounts(takers, units, contest, rng)
    return contest, takers


def rounds(contest, *, count, blueprint):
    """Return rounds of four weeks in all, each with a prediction, ranked as the demo ranks."""
    span = timedelta(weeks=WEEKS) / count
    made = []
    for number in range(1, count + 1):
        opens = BEGAN + (number - 1) * span
        made.append(
            factories.round_(
                contest=contest,
                number=number,
                title=f"Tuần {number}",
                opens_at=opens,
                closes_at=opens + span,
                blueprint=blueprint,
                max_per_round=None,
                prediction=PREDICTION,
                ranking=RANKING,
            )
        )
    return made


PREDICTION = {
    "target": "fully_correct_people",
    "scope": "round",
    "decimals": 0,
    "asked": "with_quiz",
    "lock": "per_round",
    "not_over": False,
}
RANKING = [
    {"key": "correct_count", "direction": "desc"},
    {"key": "prediction_diff", "direction": "asc"},
    {"key": "duration_ms", "direction": "asc"},
    {"key": "submitted_at", "direction": "asc"},
]


def large(*, people=PEOPLE, attempts=ATTEMPTS, count=1, seed=20_261_128):
    """Make the contest with `count` rounds that share the attempts; return it and the rounds.

    With one round people come again: everybody has up to four attempts in the one seat.
    """
    rng = Random(seed)
    contest, takers = invented(people, BEGAN + timedelta(weeks=3), rng)
    made = rounds(contest, count=count, blueprint=paper())
    waves = WEEKS if count == 1 else count
    taken = [Counter() for _ in made]
    for wave in range(waves):
        number = attempts * (wave + 1) // waves - attempts * wave // waves
        chosen = rng.sample(takers, min(number, len(takers)))
        _wave(made[wave % count], chosen, wave, taken[wave % count], rng)
    return contest, made


def _wave(round_, chosen, wave, taken, rng):
    for begin in range(0, len(chosen), AT_ONCE):
        some = chosen[begin : begin + AT_ONCE]
        with atomic():
            part = [
                replace(one, number=taken[one.enrolment_id] + 1) for one in _seated(round_, some)
            ]
            demo_attempts.take(round_, part, week=wave + 1, until=round_.closes_at, rng=rng)
        taken.update(one.enrolment_id for one in some)


def _seated(round_, takers):
    """Give those who have been here before the seat that they had."""
    numbers = {AMONG: json.dumps([one.enrolment_id for one in takers])}
    is_one = among("seat.enrolment_id", db.session.connection().dialect.name)
    seats = dict(
        db.session.execute(
            select(Seat.enrolment_id, Seat.id).where(Seat.round_id == round_.id, is_one), numbers
        ).all()
    )
    return [replace(one, seat_id=seats.get(one.enrolment_id)) for one in takers]


def most_asked(round_):
    """Return the item version that stands in the most attempts, as changes name it."""
    return str(
        db.session.scalar(
            select(Slot.version_id)
            .where(Slot.version_id.is_not(None))
            .group_by(Slot.version_id)
            .order_by(func.count().desc())
            .limit(1)
        )
    )


def application(folder):
    """Return the application on an empty database in a folder."""
    address = f"sqlite:///{folder / 'bench.db'}"
    settings = {
        "TESTING": True,
        "SECRET_KEYS": ("a secret of the bench",),
        "INSTANCE": folder,
        "DATABASE_URL": address,
        "SQLALCHEMY_DATABASE_URI": address,
    }
    return create_app(settings)


def timed(name, act):
    """Do it, say how long it took, and return that with what came of it."""
    db.session.rollback()
    begun = time.monotonic()
    found = act()
    took = time.monotonic() - begun
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"{name}: {took:.1f} s ({megabytes:,.0f} MB)\n")
    sys.stdout.flush()
    return took, found


def measure(attempts):
    """Return the longest that a run, a preview and an application took."""
    share = attempts / ATTEMPTS
    people = max(8, int(PEOPLE * share))
    _, (contest, (round_,)) = timed("made", lambda: large(people=people, attempts=attempts))
    at = round_.closes_at + timedelta(hours=1)
    took = [timed("run", lambda: publishing.compute(round_, None, reason="", at=at))[0]]
    first, second = factories.account(), factories.account()
    version = most_asked(round_)
    change = Change(ChangeKind.KEY, version, ("a", "b"))
    lines = Lines((1, 3, 6, 10))
    told = timed("preview", lambda: recomputing.preview(round_, [change], lines, at=clock.now()))
    took.append(told[0])
    sys.stdout.write(f"  {told[1].attempts:,} attempts marked anew, {told[1].totals}\n")
    made = revising.draft(round_, first, at=at)
    revising.add(made, change, first)
    revising.propose(made, first, reason="Hai đáp án đúng", at=at)
    took.append(timed("apply", lambda: revising.agree(made, second, reason="", at=at))[0])
    assert db.session.get(Contest, contest.id) is not None
    return max(took)


def main():
    attempts = int(sys.argv[1]) if len(sys.argv) > 1 else ATTEMPTS
    with tempfile.TemporaryDirectory() as folder:
        app = application(Path(folder))
        with app.app_context():
            schema.upgrade()
            return int(measure(attempts) > MOST_SECONDS)


if __name__ == "__main__":
    sys.exit(main())

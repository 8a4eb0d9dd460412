"""What a load profile needs to be there: a round, people signed in, a board, prepared papers.

`python -m tests.bench.stage '{"people": 600}'` makes it by the environment's settings and says on
the last line, as JSON, what the simulated people have to know.
"""

from datetime import timedelta
from random import Random

from sqlalchemy import select

from contest import demo_attempts, preparing, publishing, sitting_queries, unopened
from contest.models import Enrolment, Seat
from contest.rules.timing import Clock
from core import assets, clock
from core.db import atomic, db
from tests import factories
from tests.bench import contests, crowd
from tests.faults import building

DEFAULTS = {
    "people": 20,
    # So many have handed in before, and stand on the board.
    "finished": 0,
    # So many may sign in with a password.
    "phones": 0,
    "items": 30,
    "minutes": 15,
    # So many start together, of papers prepared beforehand, in a round of their own.
    "together": 0,
    "together_items": 60,
    # Whether there is a round that is about to end.
    "closing": False,
    "seed": 1,
    "unseen": 0,
}


def build(wish):
    """Make the contest; return what the simulated people have to know."""
    wish, now = DEFAULTS | wish, clock.now()
    contest, round_ = _first(wish, now)
    found = building.told(round_, building.people(round_, wish, now))
    found["board"] = f"/cuoc-thi/{contest.slug}/bang-xep-hang/{round_.number}"
    found["phones"] = crowd.signing_in(wish["phones"], now)
    if wish["closing"]:
        last = factories.round_(
            contest=contest, number=2, blueprint=contests.paper(wish["items"], wish["items"] + 4)
        )
        found["closing"] = last.public_id
    if wish["together"]:
        found["together"] = _together(contest, wish)
    return found


def _first(wish, now):
    rng = Random(wish["seed"])
    contest, takers, more = factories.contest(), [], {}
    if wish["finished"]:
        contest, takers = contests.invented(wish["finished"], now, rng)
        more = {"prediction": contests.PREDICTION, "ranking": contests.RANKING}
    round_ = factories.round_(
        contest=contest,
        opens_at=now - timedelta(days=2),
        closes_at=now + timedelta(days=5),
        minutes=wish["minutes"],
        blueprint=contests.paper(wish["items"], wish["items"] + 4),
        **more,
    )
    if takers:
        with atomic():
            demo_attempts.take(round_, takers, week=1, until=now, rng=rng)
        publishing.rebuild_provisional(round_)
    return contest, round_


def _together(contest, wish):
    """Make the round that many start at once, with a paper prepared for each of them."""
    items = wish["together_items"]
    round_ = factories.round_(
        contest=contest,
        number=3,
        opens_at=clock.now() + timedelta(hours=1),
        minutes=60,
        blueprint=contests.paper(items, items + 4),
    )
    with atomic():
        round_.sittings[0].clock = Clock.FIXED
        _seat(round_, wish["together"])
    sitting = sitting_queries.sitting_with(round_.sittings[0].public_id)
    release = assets.current()
    preparing.prepare(sitting, None, unopened.pages, release=release, at=clock.now())
    db.session.rollback()
    return {"round": round_.public_id, "sitting": round_.sittings[0].public_id}


def _seat(round_, number):
    """Seat those who entered last."""
    newest = select(Enrolment.id).where(Enrolment.contest_id == round_.contest_id)
    chosen = db.session.scalars(newest.order_by(Enrolment.id.desc()).limit(number))
    for one in chosen:
        db.session.add(Seat(sitting_id=round_.sittings[0].id, round_id=round_.id, enrolment_id=one))


def main(words=()):
    """Make an installation by the environment's settings and say what is in it."""
    building.main(words, build)

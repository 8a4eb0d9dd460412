"""A large contest, written in bulk as the save path would have left it, and its results' script.

40,000 people in 168 units make, over four weeks, 100,000 attempts at one round: everybody up to
four. `tests.bench.results` measures the script, `test_contests.py` runs it at a fiftieth.
"""

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random

from sqlalchemy import func, insert, select

from accounts import auditing, charting
from accounts.models import Account, Unit
from accounts.rules.units import UnitKind
from contest import (
    awarding,
    certifying,
    demo,
    demo_attempts,
    drafting,
    offering,
    previewing,
    publishing,
    revising,
    run_queries,
)
from contest.certifying import Wanted
from contest.models import (
    Attempt,
    ContestUnit,
    PrizeKind,
    Response,
    ResultChange,
    Round,
    Seat,
    Slot,
)
from contest.offering import RuleSettings
from contest.rules.changing import Change, ChangeKind
from contest.rules.comparing import Lines
from contest.rules.prizes import IndividualRule, Level, Ties
from core import clock
from core.db import AMONG, among, atomic, db
from questions.models import ItemVersion
from questions.rules import marking
from tests import factories

PEOPLE, ATTEMPTS, UNITS, WEEKS = 40_000, 100_000, 168, 4
QUESTIONS, POOL = 10, 20
# Attempts made in one transaction: what is written is held in memory.
AT_ONCE = 2500


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
        units = demo._units(contest, at)
        units += _unions(contest, UNITS - len(units))
        takers = demo._people(contest, units, people, rng, at)
        demo._headcounts(takers, units, contest, rng)
    return contest, takers


def _unions(contest, count):
    """Let so many bodies of the Youth Union take part beside the places and the agencies."""
    of_today = (Unit.kind == UnitKind.COMMUNE_UNION) & Unit.valid_to.is_(None)
    found = db.session.scalars(select(Unit).where(of_today).order_by(Unit.id).limit(count)).all()
    rows = [{"contest_id": contest.id, "unit_id": one.id} for one in found]
    db.session.execute(insert(ContestUnit), rows)
    return list(found)


def rounds(contest, began, *, count, blueprint):
    """Return rounds of four weeks in all, each with a prediction, ranked as the demo ranks."""
    span = timedelta(weeks=WEEKS) / count
    made = []
    for number in range(1, count + 1):
        opens = began + (number - 1) * span
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
    rng, began = Random(seed), clock.now() - timedelta(weeks=WEEKS, days=1)
    contest, takers = invented(people, began + timedelta(weeks=3), rng)
    made = rounds(contest, began, count=count, blueprint=paper())
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


def settled(round_):
    """Leave behind what the server would have by the end of a round: its board, and the trail."""
    publishing.rebuild_provisional(round_)
    while auditing.sequence(at=clock.now()):
        continue


class Script:
    """The results of a round from the first run to the certificates, each step ordered as a job."""

    STEPS = ("run", "preview", "apply", "documents", "certificates")

    def __init__(self, round_):
        self.round_id = round_.id
        self.staff = [factories.account(full_name=name).id for name in STAFF]

    @property
    def round(self):
        return db.session.get_one(Round, self.round_id)

    @property
    def change(self):
        made = select(ResultChange).where(ResultChange.round_id == self.round_id)
        return db.session.scalars(made.order_by(ResultChange.id.desc())).first()

    def person(self, number):
        return db.session.get_one(Account, self.staff[number])

    def order(self, step):
        """Order a step; return the public id of its job."""
        db.session.rollback()
        return getattr(self, step)(clock.now()).public_id

    def run(self, at):
        return publishing.order(self.round, self.person(0), reason="Lần đầu", at=at)

    def preview(self, at):
        change = revising.draft(self.round, self.person(0), at=at)
        revising.draw_lines(change, LINES, self.person(0))
        revising.add(change, rekeyed(self.round), self.person(0))
        return previewing.order(change, self.person(0), at=at)

    def apply(self, at):
        revising.propose(self.change, self.person(0), reason="Biên bản số 3", at=at)
        return previewing.order(self.change, self.person(1), reason="Nhất trí", at=at)

    def documents(self, at):
        self.award(at)
        round_ = self.round
        return drafting.order(round_.contest, round_, self.person(0), in_full=True, at=at)

    def award(self, at):
        """Give the prizes of the round by decision of two people: some documents tell of them."""
        levels = (Level("Giải Nhất", 1), Level("Giải Nhì", 2), Level("Giải Ba", 3))
        written = IndividualRule(levels, ties=Ties.LOT).written()
        told = RuleSettings("Giải tuần", PrizeKind.INDIVIDUAL, written, self.round_id)
        rule = offering.add_rule(self.round.contest, told, self.person(0), at=at)
        made = awarding.draft(rule, self.person(0), at=at)
        awarding.propose(made, self.person(0), reason="Họp Ban Tổ chức", at=at)
        awarding.agree(made, self.person(1), reason="Nhất trí", at=at)

    def certificates(self, at):
        round_ = self.round
        design = certifying.add_design(round_.contest, "Giấy chứng nhận", self.person(0), at=at)
        wanted = Wanted(round_, percent_of_most(round_), "Đạt thành tích cao, Tuần 1")
        return certifying.order(design, wanted, self.person(0), "https://thi.example/gcn", at=at)


STAFF = ("Phạm Thị Hồng", "Y Khoa Niê Kđăm")
LINES = Lines((1, 3, 6))
CERTIFICATES = 1000


def rekeyed(round_):
    """Return a change that takes the most frequent wrong answer to a question for right too."""
    version, answer = db.session.execute(
        select(Slot.version_id, Response.answer)
        .join(
            Response,
            (Response.attempt_id == Slot.attempt_id) & (Response.position == Slot.position),
        )
        .join(Attempt, Attempt.id == Slot.attempt_id)
        .where(Attempt.round_id == round_.id, Slot.mark == 0)
        .group_by(Slot.version_id, Response.answer)
        .order_by(func.count().desc(), Slot.version_id, Response.answer)
        .limit(1)
    ).one()
    found = db.session.get_one(ItemVersion, version)
    right = marking.right(found.type, found.content)
    return Change(ChangeKind.KEY, str(version), (right, answer))


def percent_of_most(round_):
    """Return the greatest share of right answers that is reached by all who get a certificate."""
    run = run_queries.current_run(round_)
    people = run_queries.ranked_people(run)
    papers = sorted(run_queries.achieved_papers(run), reverse=True)
    correct, asked = papers[max(1, min(CERTIFICATES, people * CERTIFICATES // PEOPLE)) - 1]
    return 100 * correct // asked

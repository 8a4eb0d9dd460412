"""What the pages and the sheets of results read: runs, and who stands where in them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import case, func, select, tuple_
from sqlalchemy.orm import aliased, contains_eager, joinedload

from accounts.models import Account
from contest.models import (
    UNFINISHED,
    Attempt,
    AttemptKind,
    Audience,
    Enrolment,
    ResultRun,
    Round,
    Slot,
    Standing,
)
from contest.rules import scoring
from core.db import db
from core.text import search_key
from core.web import Page, whole_or
from questions.models import Item, ItemVersion, Topic

AT_ONCE = 1000
BOARD_PAGE = 50


def pass_mark(round_: Round) -> Decimal | None:
    """Return the points that pass in a round; None where nobody passes or fails."""
    return None if round_.pass_mark is None else scoring.from_millionths(round_.pass_mark)


def passed_in(run: ResultRun) -> int | None:
    """Return how many people of a run passed, by the mark it was made with; None without one."""
    mark = run.rule.get("pass_mark")
    if mark is None:
        return None
    counted = select(func.count()).where(
        Standing.run_id == run.id,
        Standing.audience == Audience.PARTICIPANT,
        Standing.score >= int(mark),
    )
    return db.session.scalar(counted) or 0


def runs_of(round_: Round) -> Sequence[ResultRun]:
    """Return the runs of a round, the newest first."""
    return db.session.scalars(
        select(ResultRun)
        .where(ResultRun.round_id == round_.id, ~UNFINISHED)
        .order_by(ResultRun.number.desc())
    ).all()


def current_run(round_: Round) -> ResultRun | None:
    """Return the run that counts now."""
    return db.session.get(ResultRun, round_.current_run_id) if round_.current_run_id else None


def open_attempts(round_: Round) -> int:
    """Return how many official attempts nobody has closed yet."""
    waiting = select(func.count()).where(
        Attempt.round_id == round_.id,
        Attempt.kind == AttemptKind.OFFICIAL,
        Attempt.submitted_at.is_(None),
    )
    return db.session.scalar(waiting) or 0


def ranked_people(run: ResultRun) -> int:
    """Return how many people stand in a run."""
    standing = select(func.count()).where(
        Standing.run_id == run.id, Standing.audience == Audience.PARTICIPANT
    )
    return db.session.scalar(standing) or 0


def is_public(run: ResultRun) -> bool:
    """Say whether a run is shown to the public."""
    shown = select(Standing.id).where(
        Standing.run_id == run.id, Standing.audience == Audience.PUBLIC
    )
    return db.session.scalar(shown.limit(1)) is not None


def achieved_papers(run: ResultRun) -> Sequence[tuple[int, int]]:
    """Return (correct, asked) of everybody who stands in a run."""
    rows = db.session.execute(
        select(Standing.correct, Standing.asked).where(
            Standing.run_id == run.id, Standing.audience == Audience.PARTICIPANT
        )
    )
    return [(correct, asked) for correct, asked in rows]


def standings(run: ResultRun, *, most: int | None = None) -> Iterator[Standing]:
    """Yield the standings of a run in order of rank with person and unit, a batch at a time."""
    last: tuple[str, int] | None = None
    left = most
    while left is None or left > 0:
        rows = _standings_after(run, last, AT_ONCE if left is None else min(AT_ONCE, left))
        yield from rows
        if left is not None:
            left -= len(rows)
        if len(rows) < AT_ONCE:
            return
        last = (rows[-1].sort_key, rows[-1].enrolment_id)


def _standings_after(
    run: ResultRun, last: tuple[str, int] | None, count: int
) -> Sequence[Standing]:
    statement = select(Standing).where(
        Standing.run_id == run.id, Standing.audience == Audience.PARTICIPANT
    )
    if last is not None:
        statement = statement.where(tuple_(Standing.sort_key, Standing.enrolment_id) > last)
    person = joinedload(Standing.enrolment)
    return db.session.scalars(
        statement.order_by(Standing.sort_key, Standing.enrolment_id)
        .limit(count)
        .options(
            person.joinedload(Enrolment.account),
            person.joinedload(Enrolment.counted_unit),
            person.joinedload(Enrolment.unit),
            joinedload(Standing.attempt),
        )
    ).all()


def board_of(
    run: ResultRun, *, words: str = "", after: str | None = None, before: str | None = None
) -> Page[tuple[int, Standing]]:
    """Return a page of a run's standings with their places, found by name; two statements."""
    statement = (
        select(Standing)
        .join(Enrolment, Enrolment.id == Standing.enrolment_id)
        .join(Account, Account.id == Enrolment.account_id)
        .where(Standing.run_id == run.id, Standing.audience == Audience.PARTICIPANT)
        .options(
            contains_eager(Standing.enrolment).contains_eager(Enrolment.account),
            contains_eager(Standing.enrolment).joinedload(Enrolment.unit),
        )
    )
    for word in search_key(words).split():
        statement = statement.where(Account.search_text.contains(word, autoescape=True))
    begin = max(0, whole_or(after or before or "", 0))
    rows = db.session.scalars(
        statement.order_by(Standing.sort_key, Standing.enrolment_id)
        .offset(begin)
        .limit(BOARD_PAGE + 1)
    ).all()
    places = _places_of(run, [one.sort_key for one in rows])
    shown = [(places[one.sort_key], one) for one in rows[:BOARD_PAGE]]
    earlier = str(max(0, begin - BOARD_PAGE)) if begin else None
    later = str(begin + BOARD_PAGE) if len(rows) > BOARD_PAGE else None
    return Page(shown, before=earlier, after=later)


def _places_of(run: ResultRun, keys: Sequence[str]) -> dict[str, int]:
    """Return the place of each sort key: one more than the number of smaller ones."""
    one, other = aliased(Standing), aliased(Standing)
    above = (
        select(func.count())
        .where(
            other.run_id == run.id,
            other.audience == Audience.PARTICIPANT,
            other.sort_key < one.sort_key,
        )
        .correlate(one)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(one.sort_key, above)
        .where(
            one.run_id == run.id,
            one.audience == Audience.PARTICIPANT,
            one.sort_key.in_(set(keys)),
        )
        .group_by(one.sort_key)
    )
    return {key: 1 + count for key, count in rows}


def by_topic(run: ResultRun) -> list[tuple[str, int, int]]:
    """Return for each topic how often it was asked and answered wholly; one statement."""
    right = func.sum(case((Slot.mark == Slot.points, 1), else_=0))
    rows = db.session.execute(
        select(Topic.name, func.count(), right)
        .select_from(Standing)
        .join(Slot, Slot.attempt_id == Standing.attempt_id)
        .join(ItemVersion, ItemVersion.id == Slot.version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .outerjoin(Topic, Topic.id == Item.topic_id)
        .where(Standing.run_id == run.id, Standing.audience == Audience.PARTICIPANT)
        .group_by(Topic.name, Topic.position)
        .order_by(Topic.position, Topic.name)
    )
    return [(name or "", asked, int(correct or 0)) for name, asked, correct in rows]


def round_of(round_id: int) -> Round:
    """Return a round with its contest."""
    return db.session.scalars(
        select(Round).where(Round.id == round_id).options(joinedload(Round.contest))
    ).one()


def run_with(run_id: int) -> tuple[Round, ResultRun]:
    """Return a run and its round with the contest."""
    run = db.session.get_one(ResultRun, run_id)
    return round_of(run.round_id), run


def due_for_publishing(*, at: datetime) -> Sequence[Round]:
    """Return the rounds whose results are computed, not public yet, and whose hour has come."""
    shown = (
        select(Standing.id)
        .where(Standing.run_id == Round.current_run_id, Standing.audience == Audience.PUBLIC)
        .exists()
    )
    return db.session.scalars(
        select(Round)
        .join(ResultRun, ResultRun.id == Round.current_run_id)
        .where(
            ResultRun.is_provisional.is_(False),
            Round.public_results_at <= at,
            Round.frozen_run_id.is_(None),
            ~shown,
        )
        .options(joinedload(Round.contest))
    ).all()

"""Taking a quiz round: start, take over, submit, expire."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, insert, select, text
from sqlalchemy.orm import joinedload

from accounts import auditing, consenting
from accounts.models import Account
from accounts.rules.consents import Purpose
from contest import (
    closing,
    copying,
    eligibility_queries,
    enrolling,
    placing,
    queries,
    sitting_queries,
)
from contest.copying import Copied, Starter
from contest.errors import (
    AttemptClosed,
    CannotStart,
    ConsentWithdrawn,
    Excluded,
    NotEnoughItems,
)
from contest.models import (
    Attempt,
    AttemptKind,
    BlockPaper,
    Enrolment,
    Round,
    Seat,
    Slot,
    SlotKind,
)
from contest.rules import admitting, predicting
from contest.rules.admitting import Hours
from contest.rules.allowing import EarlierAttempt
from contest.sitting_queries import Stand
from core import ids, writer
from core.db import atomic, db, lock
from core.saying import Sentence
from core.text import N_
from questions import assembling
from questions.assembling import Asked, PaperSlot
from questions.models import Blueprint
from questions.rules import drawing
from questions.rules.drawing import Plan

PRACTICE_SECONDS_EACH = 60
TOGETHER = 10
NO_SEAT = Sentence(
    N_("You have no place in a sitting of this round yet. Please ask its organisers for one.")
)
_ASKED_MEDIA = """
INSERT INTO asked_media (version_id, media) VALUES (:version_id, :media) ON CONFLICT DO NOTHING
"""


# Excluded from the contest, consent withdrawn, not among those whom the round is for.
Bars = tuple[ColumnElement[bool], ColumnElement[bool], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Client:
    """Where an attempt is taken: the browser session that holds it, "phone" or "computer"."""

    session: str
    device: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A round, and the blueprint that somebody's papers are drawn by there."""

    round: Round
    blueprint: Blueprint | None

    @property
    def name(self) -> str:
        """Under what name the draw is remembered."""
        return self.blueprint.public_id if self.blueprint else self.round.public_id


def start(
    round_: Round, enrolment: Enrolment, actor: Account, *, client: Client, at: datetime
) -> Attempt:
    """Open the person's next official attempt; one that is still running is returned as it is.

    Raise `CannotStart` with the reason when hours or policy do not allow it, `Excluded` for who
    was given a role after entering, `NotEnoughItems` when the bank cannot fill the paper.
    """
    contest = round_.contest
    bars = (
        enrolling.barring(contest.id, actor.id, contest.created_at, at),
        consenting.withdrawal(actor.id, Purpose.TAKE_PART, contest.log),
        eligibility_queries.kept_out(round_),
    )
    return _start((round_.id, enrolment.id), bars, actor, client=client, at=at)


@atomic()
def _start(
    where: tuple[int, int], bars: Bars, actor: Account, *, client: Client, at: datetime
) -> Attempt:
    round_id, enrolment_id = where
    enrolment, own_paper, is_barred, is_withdrawn, is_kept_out = _lock(round_id, enrolment_id, bars)
    earlier = queries.attempts_of(enrolment_id)
    here = [one for one in earlier if one.round_id == round_id]
    running = next((one for one in here if is_running(one, at=at)), None)
    if running is not None:
        return running
    if is_withdrawn:
        raise ConsentWithdrawn
    if is_barred:
        raise Excluded
    stand, is_prepared = sitting_queries.entrance(round_id, enrolment_id)
    if stand is None:
        raise CannotStart(NO_SEAT.message)
    _check_seat(stand)
    round_ = stand.sitting.round
    if is_kept_out:
        _refuse(eligibility_queries.refusal(round_, enrolment))
    hours = Hours(round_.window, stand.window, enrolment.allowance)
    _check(round_, hours, earlier, at=at)
    if is_prepared:
        return _begin_prepared(stand, actor, client, until=hours.accepts_until(at), at=at)
    attempt = Attempt(
        public_id=ids.public_id(),
        seat=_seat(round_, stand, enrolment),
        round_id=round_.id,
        enrolment_id=enrolment.id,
        number=1 + max((one.number for one in here), default=0),
        started_at=at,
        accepts_until=hours.accepts_until(at),
        grace_seconds=round_.grace_seconds,
        device=client.device,
        holder=client.session,
    )
    blueprint = db.session.get(Blueprint, own_paper) if own_paper else round_.blueprint
    source = Source(round_, blueprint)
    paper = official_paper(source, _plan(source, at=at), attempt.public_id, at=at)
    _fill(attempt, paper, asks_prediction=asks_prediction(round_, here))
    _record_start(round_, attempt, actor)
    return attempt


def _lock(
    round_id: int, enrolment_id: int, bars: Bars
) -> tuple[Enrolment, int | None, bool, bool, bool]:
    """Lock an enrolment, read with contest and account, and say what keeps it from starting.

    With it the blueprint that its block has to itself in the round.
    """
    own_paper = (
        select(BlockPaper.blueprint_id)
        .where(BlockPaper.round_id == round_id, BlockPaper.block_id == Enrolment.block_id)
        .correlate(Enrolment)
        .scalar_subquery()
    )
    row = db.session.execute(
        select(Enrolment, own_paper, *bars)
        .where(Enrolment.id == enrolment_id)
        .options(joinedload(Enrolment.contest), joinedload(Enrolment.account))
        .with_for_update(of=Enrolment, key_share=True)
        .execution_options(populate_existing=True)
    ).one()
    return row[0], row[1], bool(row[2]), bool(row[3]), bool(row[4])


def _refuse(said: Sentence | None) -> None:
    if said is not None:
        raise CannotStart(said.message, **said.values)


@atomic()
def practise(
    round_: Round, enrolment: Enrolment, actor: Account, *, client: Client, at: datetime
) -> Attempt:
    """Open a practice attempt, drawn from the practice items; it counts nowhere."""
    lock(enrolment)
    earlier = queries.attempts_of(enrolment.id, kind=AttemptKind.PRACTICE)
    here = [one for one in earlier if one.round_id == round_.id]
    running = next((one for one in here if is_running(one, at=at)), None)
    if running is not None:
        return running
    attempt = Attempt(
        public_id=ids.public_id(),
        seat=_seat(round_, _stand(round_, enrolment), enrolment),
        round_id=round_.id,
        enrolment_id=enrolment.id,
        kind=AttemptKind.PRACTICE,
        number=1 + max((one.number for one in here), default=0),
        started_at=at,
        accepts_until=at,
        device=client.device,
        holder=client.session,
    )
    paper = _practice_paper(source_of(round_, enrolment.block_id), attempt.public_id, at=at)
    attempt.accepts_until = at + timedelta(seconds=PRACTICE_SECONDS_EACH * len(paper))
    _fill(attempt, paper, asks_prediction=False)
    _record_start(round_, attempt, actor)
    return attempt


@atomic()
def take_over(attempt: Attempt, actor: Account, *, session: str, at: datetime) -> Attempt:
    """Give the right to write to the tab or device that asks; the one before may only look.

    Raise `AttemptClosed` once it is over.
    """
    lock(attempt)
    if not is_running(attempt, at=at):
        raise AttemptClosed
    attempt.lease_no = 1 + max(attempt.lease_no, queries.newest_lease(attempt.id))
    attempt.holder = session
    auditing.record(
        actor,
        "attempt.taken_over",
        f"attempt:{attempt.public_id}",
        log=attempt.round.contest.log,
        lease_no=attempt.lease_no,
    )
    return attempt


def submit(attempt: Attempt, actor: Account | None, *, at: datetime) -> Attempt:
    """Close the attempt for good, mark it and place it. Submitting twice is the same as once.

    Without an actor the clock closes it. The moment written is never after the deadline.
    """
    attempt_id = attempt.id
    db.session.rollback()
    writer.run(lambda on: closing.close(on, attempt_id, by_person=actor is not None, at=at))
    return attempt


def expire_due(*, at: datetime, limit: int = 200) -> int:
    """Close the attempts whose time and grace are over; return how many were closed.

    Any process may do it, and several at once: a second one finds them closed. Only a few share
    a transaction, so that nobody who saves waits long.
    """
    due = queries.overdue_attempts(at=at, limit=limit)
    db.session.rollback()
    for start in range(0, len(due), TOGETHER):
        some = due[start : start + TOGETHER]

        wishes = [closing.Wish(one, at, by_person=False) for one in some]
        writer.run(partial(closing.close_all, wishes=wishes))
    return len(due)


def is_running(attempt: Attempt, *, at: datetime) -> bool:
    """Say whether the attempt still takes answers."""
    grace = timedelta(seconds=attempt.grace_seconds)
    return attempt.submitted_at is None and at < attempt.accepts_until + grace


def _check(round_: Round, hours: Hours, earlier: Sequence[Attempt], *, at: datetime) -> None:
    before = [
        EarlierAttempt(one.started_at, one.round_id == round_.id, is_running=is_running(one, at=at))
        for one in earlier
    ]
    _refuse(admitting.refusal(hours, round_.policy, before, at))


def _stand(round_: Round, enrolment: Enrolment) -> Stand:
    stand = sitting_queries.stand_of(round_, enrolment.id)
    if stand is None:
        raise CannotStart(NO_SEAT.message)
    _check_seat(stand)
    return stand


def _check_seat(stand: Stand) -> None:
    if stand.seat is not None and stand.seat.voided_at is not None:
        raise CannotStart(admitting.VOIDED.message)


def _seat(round_: Round, stand: Stand, enrolment: Enrolment) -> Seat:
    if stand.seat is not None:
        return stand.seat
    return Seat(sitting=stand.sitting, round_id=round_.id, enrolment_id=enrolment.id)


def _begin_prepared(
    stand: Stand, actor: Account, client: Client, *, until: datetime, at: datetime
) -> Attempt:
    """Return the attempt that the seat's prepared paper becomes."""
    seat_id = stand.seat.id if stand.seat is not None else 0
    who = Starter(seat_id, actor.id, actor.public_id, client.session, client.device)
    made = copying.copy_all(db.session.connection(), [Copied(who, at, until)])
    if seat_id not in made:
        raise CannotStart(copying.USED)
    attempt = db.session.get_one(Attempt, made[seat_id])
    _record_start(stand.sitting.round, attempt, actor)
    return attempt


def source_of(round_: Round, block_id: int | None) -> Source:
    """Return what the people of a block draw their papers from: the block's own, or the round's."""
    own = (one.blueprint for one in round_.block_papers if one.block_id == block_id)
    return Source(round_, next(own, round_.blueprint))


def official_plan(source: Source, *, at: datetime) -> Plan:
    """Lay a blueprint over its bank; raise `NotEnoughItems` where there is none."""
    if source.blueprint is None:
        raise NotEnoughItems
    return assembling.plan(source.blueprint, before=source.round.opens_at, at=at)


def _plan(source: Source, *, at: datetime) -> Plan:
    if source.blueprint is None:
        raise NotEnoughItems
    return assembling.plan_soon(source.blueprint, before=source.round.opens_at, at=at)


def official_paper(source: Source, plan: Plan, attempt: str, *, at: datetime) -> list[PaperSlot]:
    """Return the paper of the attempt with this public id: the same whenever it is drawn."""
    round_ = source.round
    seed = drawing.paper_seed(bytes.fromhex(round_.seed), attempt)
    return assembling.draw(plan, seed, shuffled=round_.shuffles, under=source.name, at=at)


def _practice_paper(source: Source, attempt: str, *, at: datetime) -> list[PaperSlot]:
    round_ = source.round
    if source.blueprint is None or round_.practice_items == 0:
        raise NotEnoughItems
    plan = assembling.practice_plan(source.blueprint.bank_id, round_.practice_items)
    if not plan.rows:
        raise NotEnoughItems
    seed = drawing.paper_seed(bytes.fromhex(round_.seed), attempt)
    return assembling.draw(plan, seed, shuffled=True, under=source.name, at=at)


def asks_prediction(round_: Round, here: Sequence[Attempt]) -> bool:
    """Say whether a paper asks for the prediction, after these attempts in the round."""
    config = round_.asked_prediction
    if config is None or config.asked is predicting.Asked.AFTER_SUBMIT:
        return False
    return not predicting.is_locked(config.lock, [placing.predicted(one) for one in here])


def _fill(attempt: Attempt, paper: Sequence[PaperSlot], *, asks_prediction: bool) -> None:
    attempt.asked = len(paper)
    db.session.add(attempt)
    db.session.flush()
    rows = slot_rows(paper, asks_prediction=asks_prediction)
    db.session.execute(insert(Slot), [{"attempt_id": attempt.id} | row for row in rows])
    show_media([slot.version for slot in paper])


def slot_rows(paper: Sequence[PaperSlot], *, asks_prediction: bool) -> list[dict[str, Any]]:
    """Return the columns of a paper's slots, the prediction's last."""
    rows: list[dict[str, Any]] = [
        {
            "position": slot.position,
            "kind": SlotKind.ITEM,
            "version_id": slot.version.id,
            "option_order": slot.option_order,
            "points": slot.points,
        }
        for slot in paper
    ]
    if asks_prediction:
        last = {"position": len(paper) + 1, "kind": SlotKind.PREDICTION, "version_id": None}
        rows.append({"option_order": [], "points": 0} | last)
    return rows


def show_media(asked: Sequence[Asked]) -> None:
    """Let whoever has these versions in a paper see their pictures and hear their sounds."""
    rows = [
        {"version_id": version, "media": media}
        for version, listed in assembling.media_of(asked).items()
        for media in dict.fromkeys(listed)
    ]
    if rows:
        db.session.execute(text(_ASKED_MEDIA), rows)


def _record_start(round_: Round, attempt: Attempt, actor: Account) -> None:
    auditing.record(
        actor,
        "attempt.started",
        f"attempt:{attempt.public_id}",
        log=round_.contest.log,
        round=round_.public_id,
        kind=attempt.kind,
        number=attempt.number,
        until=attempt.accepts_until,
    )

"""Taking a quiz round: start, take over, submit, expire."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, text

from accounts import auditing, consenting
from accounts.models import Account
from accounts.rules.consents import Purpose
from contest import closing, enrolling, placing, queries, sitting_queries
from contest.errors import AttemptClosed, CannotStart, ConsentWithdrawn, NotEnoughItems
from contest.models import (
    Attempt,
    AttemptKind,
    Enrolment,
    Round,
    Seat,
    Slot,
    SlotKind,
)
from contest.rules import predicting, timing
from contest.rules.allowing import EarlierAttempt, may_start
from contest.rules.timing import AttemptTimes, PhaseName
from contest.sitting_queries import Stand
from core import ids, writer
from core.db import atomic, db, lock
from core.saying import Sentence
from core.text import N_
from questions import assembling
from questions import queries as bank_queries
from questions.assembling import PaperSlot
from questions.models import ItemVersion
from questions.rules import drawing

PRACTICE_SECONDS_EACH = 60
NO_SEAT = Sentence(
    N_("You have no place in a sitting of this round yet. Please ask its organisers for one.")
)
VOIDED = Sentence(N_("Your place in this sitting was withdrawn. Please ask the proctor."))
STANDS = Sentence(N_("The sitting is interrupted. You can start as soon as it goes on."))
TOGETHER = 10
_ASKED_MEDIA = """
INSERT INTO asked_media (version_id, media) VALUES (:version_id, :media) ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Client:
    """Where an attempt is taken: the browser session that holds it, "phone" or "computer"."""

    session: str
    device: str = ""


@atomic()
def start(
    round_: Round, enrolment: Enrolment, actor: Account, *, client: Client, at: datetime
) -> Attempt:
    """Open the person's next official attempt; one that is still running is returned as it is.

    Raise `CannotStart` with the reason when hours or policy do not allow it, `Excluded` for who
    was given a role after entering, `NotEnoughItems` when the bank cannot fill the paper.
    """
    lock(enrolment)
    earlier = queries.attempts_of(enrolment.id)
    here = [one for one in earlier if one.round_id == round_.id]
    running = next((one for one in here if is_running(one, at=at)), None)
    if running is not None:
        return running
    if consenting.is_withdrawn(actor, Purpose.TAKE_PART, subject=round_.contest.log):
        raise ConsentWithdrawn
    enrolling.check_not_excluded(round_.contest, actor, at=at)
    stand = _stand(round_, enrolment)
    _check(round_, stand, enrolment, earlier, at=at)
    attempt = Attempt(
        public_id=ids.public_id(),
        seat=_seat(round_, stand, enrolment),
        round_id=round_.id,
        enrolment_id=enrolment.id,
        number=1 + max((one.number for one in here), default=0),
        started_at=at,
        accepts_until=_accepts_until(round_, stand, enrolment, at),
        grace_seconds=round_.grace_seconds,
        device=client.device,
        holder=client.session,
    )
    paper = _official_paper(round_, attempt.public_id, at=at)
    _fill(attempt, paper, asks_prediction=_prediction_asked(round_, here))
    _record_start(round_, attempt, actor)
    return attempt


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
    paper = _practice_paper(round_, attempt.public_id)
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
    attempt.lease_no += 1
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

        def close_them(on: Connection, some: Sequence[int] = some) -> None:
            for attempt_id in some:
                closing.close(on, attempt_id, by_person=False, at=at)

        writer.run(close_them)
    return len(due)


def is_running(attempt: Attempt, *, at: datetime) -> bool:
    """Say whether the attempt still takes answers."""
    grace = timedelta(seconds=attempt.grace_seconds)
    return attempt.submitted_at is None and at < attempt.accepts_until + grace


def _check(
    round_: Round,
    stand: Stand,
    enrolment: Enrolment,
    earlier: Sequence[Attempt],
    *,
    at: datetime,
) -> None:
    found = timing.phase(at, round_.window, stand.window, enrolment.allowance, None)
    if timing.halt(at, stand.window.interruptions) is not None:
        raise CannotStart(STANDS.message)
    if found.phase is not PhaseName.OPEN:
        said = found.reasons[0] if found.reasons else None
        raise CannotStart(said.message if said else None, **(said.values if said else {}))
    verdict = may_start(
        round_.policy,
        [
            EarlierAttempt(
                one.started_at, one.round_id == round_.id, is_running=is_running(one, at=at)
            )
            for one in earlier
        ],
        at,
    )
    if not verdict.allowed and verdict.reason is not None:
        raise CannotStart(verdict.reason.message, **verdict.reason.values)


def _stand(round_: Round, enrolment: Enrolment) -> Stand:
    stand = sitting_queries.stand_of(round_, enrolment.id)
    if stand is None:
        raise CannotStart(NO_SEAT.message)
    if stand.seat is not None and stand.seat.voided_at is not None:
        raise CannotStart(VOIDED.message)
    return stand


def _seat(round_: Round, stand: Stand, enrolment: Enrolment) -> Seat:
    if stand.seat is not None:
        return stand.seat
    return Seat(sitting=stand.sitting, round_id=round_.id, enrolment_id=enrolment.id)


def _accepts_until(round_: Round, stand: Stand, enrolment: Enrolment, at: datetime) -> datetime:
    until = timing.accepts_until(round_.window, stand.window, enrolment.allowance, AttemptTimes(at))
    return until or at


def _official_paper(round_: Round, attempt: str, *, at: datetime) -> list[PaperSlot]:
    if round_.blueprint is None:
        raise NotEnoughItems
    seed = drawing.paper_seed(bytes.fromhex(round_.seed), attempt)
    plan = assembling.plan(round_.blueprint, before=round_.opens_at, at=at)
    return assembling.draw(plan, seed, shuffled=round_.shuffles)


def _practice_paper(round_: Round, attempt: str) -> list[PaperSlot]:
    if round_.blueprint is None or round_.practice_items == 0:
        raise NotEnoughItems
    plan = assembling.practice_plan(round_.blueprint.bank_id, round_.practice_items)
    if not plan.rows:
        raise NotEnoughItems
    seed = drawing.paper_seed(bytes.fromhex(round_.seed), attempt)
    return assembling.draw(plan, seed, shuffled=True)


def _prediction_asked(round_: Round, here: Sequence[Attempt]) -> bool:
    config = round_.asked_prediction
    if config is None:
        return False
    return not predicting.is_locked(config.lock, [placing.predicted(one) for one in here])


def _fill(attempt: Attempt, paper: Sequence[PaperSlot], *, asks_prediction: bool) -> None:
    db.session.add(attempt)
    db.session.flush()
    attempt.asked = len(paper)
    rows = [
        {
            "attempt_id": attempt.id,
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
        rows.append({"attempt_id": attempt.id, "option_order": [], "points": 0} | last)
    db.session.execute(insert(Slot), rows)
    _show_media([slot.version for slot in paper])


def _show_media(asked: Sequence[ItemVersion]) -> None:
    """Let whoever has these versions in a paper see their pictures and hear their sounds."""
    rows = [
        {"version_id": version, "media": media}
        for version, listed in bank_queries.media_of(asked).items()
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

"""What is read of prepared papers: how many seats have theirs, and what is wrong with any."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.fernet import InvalidToken
from sqlalchemy import ColumnElement, Executable, case, func, select
from sqlalchemy.orm import joinedload, undefer

from contest import eligibility_queries
from contest.models import (
    Attempt,
    AttemptKind,
    Contest,
    Enrolment,
    PreparedPaper,
    PreparedSlot,
    Round,
    Seat,
    Sitting,
    Slot,
    SlotKind,
)
from core import sealing, signing
from core.db import db
from core.saying import Sentence
from core.text import N_
from questions.models import BlueprintRow, ItemVersion
from questions.rules import marking

KEY = "paper"
MOST_LINES = 50
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class State:
    """How far the papers of a sitting are: seats that need one, and what they have."""

    seats: int
    current: int
    outdated: int
    used: int

    @property
    def missing(self) -> int:
        """How many seats have no paper at all."""
        return self.seats - self.current - self.outdated - self.used

    @property
    def is_complete(self) -> bool:
        """Say whether every seat has a paper that is up to date, or has used it."""
        return self.seats > 0 and self.current + self.used == self.seats


@dataclass(frozen=True, slots=True)
class Line:
    """What is wrong with the paper of one candidate, by number."""

    number: int
    sentence: Sentence


def sittings_of(round_id: int) -> Sequence[Sitting]:
    """Return the sittings of a round, the first first."""
    return db.session.scalars(
        select(Sitting).where(Sitting.round_id == round_id).order_by(Sitting.opens_at, Sitting.id)
    ).all()


def _needs_paper(sitting_id: int) -> ColumnElement[bool]:
    """Return the condition that a seat is to have a paper: not started, and not excluded."""
    started = select(Attempt.id).where(
        Attempt.seat_id == Seat.id, Attempt.kind == AttemptKind.OFFICIAL
    )
    return (Seat.sitting_id == sitting_id) & Enrolment.disqualified_at.is_(None) & ~started.exists()


def state(sitting_id: int, basis: str) -> State:
    """Return how far the papers of a sitting are, in one statement."""
    used = PreparedPaper.used_at.is_not(None)
    current = PreparedPaper.used_at.is_(None) & (PreparedPaper.basis == basis)
    outdated = PreparedPaper.used_at.is_(None) & (PreparedPaper.basis != basis)
    row = db.session.execute(
        select(
            func.count(),
            func.count(case((current, 1))),
            func.count(case((outdated, 1))),
            func.count(case((used, 1))),
        )
        .select_from(Seat)
        .join(Enrolment, Enrolment.id == Seat.enrolment_id)
        .outerjoin(PreparedPaper, PreparedPaper.seat_id == Seat.id)
        .where(_needs_paper(sitting_id) | ((Seat.sitting_id == sitting_id) & used))
    ).one()
    return State(row[0], row[1], row[2], row[3])


def seats_without(sitting: Sitting, basis: str) -> Sequence[int]:
    """Return the seats that still need a paper of this basis, in a fixed order.

    Whoever may not take the round gets none.
    """
    has_one = select(PreparedPaper.id).where(
        PreparedPaper.seat_id == Seat.id,
        (PreparedPaper.basis == basis) | PreparedPaper.used_at.is_not(None),
    )
    return db.session.scalars(
        select(Seat.id)
        .join(Enrolment, Enrolment.id == Seat.enrolment_id)
        .where(_needs_paper(sitting.id), ~has_one.exists())
        .where(eligibility_queries.entitled(sitting.round))
        .order_by(Seat.id)
    ).all()


def seats(ids: Collection[int]) -> Sequence[Seat]:
    """Return seats with sitting, person and account."""
    return db.session.scalars(
        select(Seat)
        .where(Seat.id.in_(ids))
        .options(joinedload(Seat.sitting), joinedload(Seat.enrolment).joinedload(Enrolment.account))
        .order_by(Seat.id)
    ).all()


def seat_in(sitting: Sitting, account_id: int) -> Seat | None:
    """Return the account's own seat in a sitting."""
    return db.session.scalar(
        select(Seat)
        .join(Enrolment, Enrolment.id == Seat.enrolment_id)
        .where(Seat.sitting_id == sitting.id, Enrolment.account_id == account_id)
        .options(joinedload(Seat.enrolment), joinedload(Seat.room))
    )


def paper_of(seat_id: int) -> PreparedPaper | None:
    """Return the prepared paper of a seat, without its document."""
    return db.session.scalar(select(PreparedPaper).where(PreparedPaper.seat_id == seat_id))


def document_of(seat_id: int) -> tuple[str, bytes] | None:
    """Return the public id and the sealed document of a seat's paper."""
    row = db.session.execute(
        select(PreparedPaper.public_id, PreparedPaper.document).where(
            PreparedPaper.seat_id == seat_id
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None


def versions(ids: Collection[int]) -> dict[int, ItemVersion]:
    """Return item versions with their passages, by id."""
    found = db.session.scalars(
        select(ItemVersion).where(ItemVersion.id.in_(ids)).options(joinedload(ItemVersion.stimulus))
    )
    return {one.id: one for one in found}


def digests(sitting_id: int) -> Sequence[str]:
    """Return the public id and digest of each paper of a sitting."""
    rows = db.session.execute(
        select(PreparedPaper.public_id, PreparedPaper.digest)
        .join(Seat, Seat.id == PreparedPaper.seat_id)
        .where(Seat.sitting_id == sitting_id)
    )
    return [f"{public_id}:{digest}" for public_id, digest in rows]


def broken_documents(sitting_id: int) -> list[int]:
    """Return the numbers of the candidates whose sealed document cannot be opened as it is."""
    rows = db.session.execute(
        select(PreparedPaper, Enrolment.number)
        .join(Seat, Seat.id == PreparedPaper.seat_id)
        .join(Enrolment, Enrolment.id == Seat.enrolment_id)
        .where(Seat.sitting_id == sitting_id, PreparedPaper.used_at.is_(None))
        .options(undefer(PreparedPaper.document))
        .order_by(Enrolment.number)
        .execution_options(yield_per=_AT_ONCE)
    )
    return [number for paper, number in rows if not _opens(paper)]


def _opens(paper: PreparedPaper) -> bool:
    if hashlib.sha256(paper.document).hexdigest() != paper.document_digest:
        return False
    try:
        sealing.unseal(paper.document, signing.unseal(KEY, paper.key), paper.public_id)
    except (InvalidTag, InvalidToken):
        return False
    return True


def problems(sitting: Sitting, basis: str) -> list[Line]:
    """Return what is wrong with the papers of a sitting, by candidate; at most so many lines."""
    wanted = _wanted(sitting.round)
    found: list[Line] = []
    keyless = _without_key(sitting.id)
    for row in db.session.execute(_totals(sitting.id)):
        due = wanted.get(row.block_id, wanted[None])
        said = _said(row.asked, row.points, row.basis, (*due, basis))
        if said is None and row.id in keyless:
            said = Sentence(N_("question %(position)s has no key"), {"position": keyless[row.id]})
        if said is not None:
            found.append(Line(row.number, said))
        if len(found) == MOST_LINES:
            break
    return found


def _totals(sitting_id: int) -> Executable:
    is_item = PreparedSlot.kind == SlotKind.ITEM
    return (
        select(
            Enrolment.number,
            PreparedPaper.id,
            PreparedPaper.basis,
            Enrolment.block_id,
            func.count(case((is_item & PreparedSlot.version_id.is_not(None), 1))).label("asked"),
            func.coalesce(func.sum(PreparedSlot.points), 0).label("points"),
        )
        .select_from(Seat)
        .join(Enrolment, Enrolment.id == Seat.enrolment_id)
        .outerjoin(PreparedPaper, PreparedPaper.seat_id == Seat.id)
        .outerjoin(PreparedSlot, PreparedSlot.paper_id == PreparedPaper.id)
        .where(_needs_paper(sitting_id))
        .group_by(Enrolment.number, Enrolment.block_id, PreparedPaper.id, PreparedPaper.basis)
        .order_by(Enrolment.number)
    )


def _said(
    asked: int, points: int, basis: str | None, wanted: tuple[int, int, str]
) -> Sentence | None:
    if basis is None:
        return Sentence(N_("no paper"))
    if basis != wanted[2]:
        return Sentence(N_("the paper is out of date"))
    if asked != wanted[0]:
        values = {"count": asked, "wanted": wanted[0]}
        return Sentence(N_("%(count)s questions, not %(wanted)s"), values)
    if points != wanted[1]:
        earned, due = Decimal(points) / 1_000_000, Decimal(wanted[1]) / 1_000_000
        return Sentence(N_("%(points)s points, not %(wanted)s"), {"points": earned, "wanted": due})
    return None


def _wanted(round_: Round) -> dict[int | None, tuple[int, int]]:
    """Return how many questions and millionths of points a paper has, by block, else None."""
    drawn = {one.block_id: one.blueprint_id for one in round_.block_papers}
    used = {None: round_.blueprint_id} | drawn
    rows = db.session.execute(
        select(
            BlueprintRow.blueprint_id,
            func.sum(BlueprintRow.count),
            func.sum(BlueprintRow.count * BlueprintRow.points),
        )
        .where(BlueprintRow.blueprint_id.in_([one for one in used.values() if one is not None]))
        .group_by(BlueprintRow.blueprint_id)
    )
    sums = {row[0]: (int(row[1]), int(row[2])) for row in rows}
    return {block: sums.get(blueprint or 0, (0, 0)) for block, blueprint in used.items()}


def _without_key(sitting_id: int) -> dict[int, int]:
    """Return the papers that ask a question which nobody could mark, with its position."""
    mine = (
        select(PreparedSlot.version_id)
        .join(PreparedPaper, PreparedPaper.id == PreparedSlot.paper_id)
        .join(Seat, Seat.id == PreparedPaper.seat_id)
        .where(Seat.sitting_id == sitting_id)
    )
    faulty = [
        version.id
        for version in db.session.scalars(select(ItemVersion).where(ItemVersion.id.in_(mine)))
        if marking.check(version.type, version.stem, version.content)
    ]
    if not faulty:
        return {}
    rows = db.session.execute(
        select(PreparedSlot.paper_id, func.min(PreparedSlot.position))
        .join(PreparedPaper, PreparedPaper.id == PreparedSlot.paper_id)
        .join(Seat, Seat.id == PreparedPaper.seat_id)
        .where(Seat.sitting_id == sitting_id, PreparedSlot.version_id.in_(faulty))
        .group_by(PreparedSlot.paper_id)
    )
    return dict(rows.all())


def prepared_in(
    contest: Contest,
) -> Sequence[tuple[PreparedPaper, Round, int | None, int | None]]:
    """Return every prepared paper of a contest: with round, block, and the attempt it became."""
    rows = db.session.execute(
        select(PreparedPaper, Round, Enrolment.block_id, Attempt.id)
        .join(Seat, Seat.id == PreparedPaper.seat_id)
        .join(Enrolment, Enrolment.id == Seat.enrolment_id)
        .join(Round, Round.id == Seat.round_id)
        .outerjoin(Attempt, Attempt.public_id == PreparedPaper.public_id)
        .where(Round.contest_id == contest.id)
        .order_by(PreparedPaper.id)
    )
    return [(paper, round_, block, attempt) for paper, round_, block, attempt in rows]


def rows_of(paper_id: int, attempt_id: int | None) -> list[dict[str, Any]]:
    """Return what a paper asks, as columns: of its attempt once there is one."""
    model = PreparedSlot if attempt_id is None else Slot
    owner = (
        PreparedSlot.paper_id == paper_id if attempt_id is None else Slot.attempt_id == attempt_id
    )
    names = ("position", "kind", "version_id", "option_order", "points")
    rows = db.session.execute(
        select(*(getattr(model, name) for name in names)).where(owner).order_by(model.position)
    )
    return [dict(row) for row in rows.mappings()]

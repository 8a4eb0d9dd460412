"""Paper sheets typed in: two people type each one, and it counts once they agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from accounts.models import Account
from contest import judging
from contest.errors import CannotJudge
from contest.models import PaperTyping, Scoresheet, SheetVersion
from core.db import atomic, db, lock
from core.text import N_


@dataclass(frozen=True, slots=True)
class Typed:
    """What came of a typing: the version it locked, or the criteria where two people differ."""

    version: SheetVersion | None = None
    differs: tuple[str, ...] = ()


@atomic()
def enter(
    sheet: Scoresheet,
    typist: Account,
    marks: Mapping[str, Decimal],
    *,
    note: str = "",
    at: datetime,
) -> Typed:
    """Keep what somebody read from the paper; the sheet is locked once two people read the same.

    Whoever typed before may type again. Raise `CannotJudge` for a locked sheet, for a judge of
    the panel, for marks that cannot be or are missing.
    """
    lock(sheet)
    if sheet.locked is not None:
        raise CannotJudge(N_("The sheet is locked: ask the chair to open it again."))
    if any(one.account_id == typist.id for one in judging.judges_of(sheet.member.panel)):
        raise CannotJudge(N_("Judges do not type paper sheets in."))
    judging.check_marks(sheet, marks)
    judging.check_whole(sheet, marks)
    number = len(sheet.versions) + 1
    written = {id_: str(mark) for id_, mark in marks.items()}
    known = typings_of(sheet)
    mine = next((one for one in known if one.typist_id == typist.id), None)
    if mine is None:
        mine = PaperTyping(sheet_id=sheet.id, number=number, typist_id=typist.id)
        db.session.add(mine)
    mine.marks, mine.public_note, mine.typed_at = written, note, at
    other = [one for one in known if one.typist_id != typist.id]
    agreed = next((one for one in other if differing(one, mine) == ()), None)
    if agreed is None:
        return Typed(differs=differing(other[-1], mine) if other else ())
    return Typed(_lock(sheet, agreed, mine, at))


def typings_of(sheet: Scoresheet) -> list[PaperTyping]:
    """Return what has been typed in of the sheet as it stands, the oldest first."""
    number = len(sheet.versions) + 1
    found = select(PaperTyping).where(
        PaperTyping.sheet_id == sheet.id, PaperTyping.number == number
    )
    return list(db.session.scalars(found.order_by(PaperTyping.typed_at, PaperTyping.id)))


def differing(one: PaperTyping, other: PaperTyping) -> tuple[str, ...]:
    """Return the criteria that two people read differently."""
    ids = sorted(set(one.marks) | set(other.marks))
    return tuple(id_ for id_ in ids if _mark(one.marks.get(id_)) != _mark(other.marks.get(id_)))


def _mark(written: str | None) -> Decimal | None:
    return None if written is None else Decimal(written)


def _lock(sheet: Scoresheet, first: PaperTyping, second: PaperTyping, at: datetime) -> SheetVersion:
    # The paper is what is signed: remarks of an earlier draft stay with that draft.
    sheet.remarks = {}
    sheet.marks, sheet.public_note = dict(second.marks), second.public_note or first.public_note
    # What a device of the judge still sends is no longer the newest.
    sheet.sequence, sheet.saved_at = sheet.sequence + 1, at
    by = (first.typist, second.typist)
    return judging.lock_paper(sheet, by, at=at)

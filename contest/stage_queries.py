"""What is read of a round on stage: running order, clocks, who has locked, what was revealed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from contest.models import (
    DeductionLine,
    Entry,
    HourMove,
    JudgedRound,
    Panel,
    PanelMember,
    Performance,
    Recusal,
    Reveal,
    RoundEntry,
    Scoresheet,
    SheetVersion,
    Stage,
)
from contest.rules.judging import revealing, sealing
from contest.rules.judging.revealing import Line
from contest.rules.scoring import from_millionths
from core.db import db


@dataclass(frozen=True, slots=True)
class Slip:
    """The sheet of one judge for the entry that is on; what stands on it is not told here."""

    judge: str
    name: str
    is_locked: bool
    is_recused: bool = False


@dataclass(frozen=True, slots=True)
class Slips:
    """The sheets that an entry needs."""

    slips: Sequence[Slip]

    @property
    def due(self) -> list[Slip]:
        """Those that count: of judges who were not recused."""
        return [one for one in self.slips if not one.is_recused]

    @property
    def locked(self) -> int:
        """How many of them are locked."""
        return sum(one.is_locked for one in self.due)

    @property
    def is_full(self) -> bool:
        """Whether every judge has locked (đủ phiếu)."""
        return bool(self.due) and all(one.is_locked for one in self.due)


@dataclass(frozen=True, slots=True)
class Run:
    """An entry in the running order, with its clock and what was revealed of it."""

    row: RoundEntry
    performance: Performance | None
    reveal: Reveal | None


def stage_of(judged: JudgedRound) -> Stage | None:
    """Return the stage of a round, once something was done on it."""
    return db.session.get(Stage, judged.round_id)


def runs_in(judged: JudgedRound) -> list[Run]:
    """Return the entries in their running order, those without a lot last; three statements."""
    rows = db.session.scalars(
        select(RoundEntry)
        .join(Entry)
        .where(RoundEntry.round_id == judged.round_id, Entry.withdrawn_at.is_(None))
        .order_by(RoundEntry.running_order.is_(None), RoundEntry.running_order, Entry.code)
        .options(_ENTRY)
    ).all()
    clocks, shown = _performances(judged), _reveals(judged)
    return [Run(row, clocks.get(row.id), shown.get(row.id)) for row in rows]


def performance_of(row: RoundEntry) -> Performance | None:
    """Return the clock of an entry that counts."""
    return db.session.scalar(
        select(Performance).where(
            Performance.round_entry_id == row.id, Performance.void_at.is_(None)
        )
    )


def reveal_of(row: RoundEntry) -> Reveal | None:
    """Return what stands revealed of an entry."""
    return db.session.scalar(
        select(Reveal).where(Reveal.round_entry_id == row.id, Reveal.undone_at.is_(None))
    )


def undone_in(judged: JudgedRound) -> Sequence[Reveal]:
    """Return the reveals of a round that were taken back, for its minutes."""
    return db.session.scalars(
        select(Reveal)
        .join(RoundEntry, RoundEntry.id == Reveal.round_entry_id)
        .where(RoundEntry.round_id == judged.round_id, Reveal.undone_at.is_not(None))
        .order_by(Reveal.undone_at)
        .options(
            joinedload(Reveal.round_entry).options(_ENTRY),
            joinedload(Reveal.undone_by),
            joinedload(Reveal.revealed_by),
        )
    ).all()


def set_back_in(judged: JudgedRound) -> Sequence[Performance]:
    """Return the clocks of a round that were set back, for its minutes."""
    return db.session.scalars(
        select(Performance)
        .join(RoundEntry, RoundEntry.id == Performance.round_entry_id)
        .where(RoundEntry.round_id == judged.round_id, Performance.void_at.is_not(None))
        .order_by(Performance.void_at)
        .options(
            joinedload(Performance.round_entry).options(_ENTRY), joinedload(Performance.void_by)
        )
    ).all()


def moves_in(judged: JudgedRound) -> Sequence[HourMove]:
    """Return how the ends of a round's judging and of its votes were moved, the first first."""
    return db.session.scalars(
        select(HourMove)
        .where(HourMove.round_id == judged.round_id)
        .order_by(HourMove.moved_at, HourMove.id)
        .options(joinedload(HourMove.part), joinedload(HourMove.moved_by))
    ).all()


def reopened_in(judged: JudgedRound) -> Sequence[SheetVersion]:
    """Return the signed sheets of a round that were opened again, for its minutes."""
    return db.session.scalars(
        select(SheetVersion)
        .join(Scoresheet, Scoresheet.id == SheetVersion.sheet_id)
        .join(RoundEntry, RoundEntry.id == Scoresheet.round_entry_id)
        .where(RoundEntry.round_id == judged.round_id, SheetVersion.unlocked_at.is_not(None))
        .order_by(SheetVersion.unlocked_at)
        .options(joinedload(SheetVersion.unlocked_by))
    ).all()


def slips_of(row: RoundEntry) -> Slips:
    """Return whose sheets an entry needs, and which are locked; two statements."""
    recused = _recused(row)
    return Slips(
        [
            Slip(
                _called(sheet.member),
                sheet.member.account.full_name,
                sheet.locked is not None,
                sheet.member.account_id in recused,
            )
            for sheet in _sheets(row)
        ]
    )


def opened(row: RoundEntry) -> tuple[dict[str, Mapping[str, Decimal]], list[str]]:
    """Return the locked marks of an entry by judge, and the judges whose seal is broken.

    Two statements. Only who reveals calls this: nobody sees marks before.
    """
    recused, broken = _recused(row), []
    marks: dict[str, Mapping[str, Decimal]] = {}
    for sheet in _sheets(row):
        version, judge = sheet.locked, _called(sheet.member)
        if version is None or sheet.member.account_id in recused:
            continue
        marks[judge] = {id_: Decimal(mark) for id_, mark in version.marks.items()}
        score = revealing.score(row.judged.declared, marks[judge])
        who = sheet.member.account.public_id
        nonce = bytes.fromhex(version.nonce)
        if score != version.points or not sealing.was_committed(
            version.commitment, nonce, row.entry.public_id, who, version.points
        ):
            broken.append(judge)
    return marks, broken


def lines_of(row: RoundEntry) -> list[Line]:
    """Return what is taken off an entry's score, or added, as it stands now."""
    rows = db.session.scalars(
        select(DeductionLine)
        .where(DeductionLine.round_entry_id == row.id, DeductionLine.cancelled_at.is_(None))
        .order_by(DeductionLine.id)
    )
    return [Line(from_millionths(one.points), one.reason) for one in rows]


def judges_of(judged: JudgedRound) -> int:
    """Return how many people judge in a round."""
    found = db.session.scalars(
        select(Scoresheet.member_id)
        .join(RoundEntry, RoundEntry.id == Scoresheet.round_entry_id)
        .where(RoundEntry.round_id == judged.round_id)
        .distinct()
    )
    return len(found.all())


def _sheets(row: RoundEntry) -> Sequence[Scoresheet]:
    """Return the sheets of an entry that count: of who left the panel, only locked ones."""
    found = db.session.scalars(
        select(Scoresheet)
        .join(PanelMember, PanelMember.id == Scoresheet.member_id)
        .join(Panel, Panel.id == PanelMember.panel_id)
        .where(Scoresheet.round_entry_id == row.id)
        .order_by(Panel.criteria, PanelMember.number)
        .options(
            joinedload(Scoresheet.member).options(
                joinedload(PanelMember.account), joinedload(PanelMember.panel)
            ),
            selectinload(Scoresheet.versions),
        )
    ).all()
    return [one for one in found if one.member.left_at is None or one.locked is not None]


def _called(member: PanelMember) -> str:
    """Return what the hall knows a judge by; panels for single criteria say so."""
    own = member.panel.criteria
    return f"GK{member.number} {own}" if own else f"GK{member.number}"


def _recused(row: RoundEntry) -> set[int]:
    return set(
        db.session.scalars(select(Recusal.account_id).where(Recusal.entry_id == row.entry_id))
    )


def _performances(judged: JudgedRound) -> dict[int, Performance]:
    rows = db.session.scalars(
        select(Performance)
        .join(RoundEntry, RoundEntry.id == Performance.round_entry_id)
        .where(RoundEntry.round_id == judged.round_id, Performance.void_at.is_(None))
    )
    return {row.round_entry_id: row for row in rows}


def _reveals(judged: JudgedRound) -> dict[int, Reveal]:
    rows = db.session.scalars(
        select(Reveal)
        .join(RoundEntry, RoundEntry.id == Reveal.round_entry_id)
        .where(RoundEntry.round_id == judged.round_id, Reveal.undone_at.is_(None))
    )
    return {row.round_entry_id: row for row in rows}


_ENTRY = joinedload(RoundEntry.entry).options(joinedload(Entry.unit), joinedload(Entry.category))

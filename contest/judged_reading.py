"""A judged round read whole: entries, judges, sheets with every version, lines and decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, subqueryload

from contest.models import (
    DeductionLine,
    DeviationDecision,
    Entry,
    EntryState,
    JudgedRound,
    Panel,
    PanelMember,
    PanelRole,
    PanelVote,
    Recusal,
    RoundEntry,
    Scoresheet,
    SheetVersion,
)
from contest.rules.judging import rubric
from contest.rules.judging.conflicts import Cause
from contest.rules.judging.deducting import Deduction
from contest.rules.scoring import from_millionths
from core.db import db
from core.saying import Sentence

JUDGES = frozenset({PanelRole.CHAIR, PanelRole.MEMBER, PanelRole.SUBSTITUTE})


@dataclass(frozen=True, slots=True)
class Judge:
    """Somebody who judges: the key and label that stand for the person where no name may."""

    key: str
    member_id: int
    account_id: int
    name: str
    panel_id: int
    panel_title: str
    criteria: str
    role: PanelRole
    has_left: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One judge's sheet for one entry: what counts of it, and what it said before."""

    sheet_id: int
    public_id: str
    marks: Mapping[str, Decimal] | None
    versions: Sequence[SheetVersion]
    public_note: str
    private_note: str
    remarks: Mapping[str, Mapping[str, Any]]
    position: int

    @property
    def locked_at(self) -> datetime | None:
        """When what counts was handed in; None while the sheet is open."""
        return next((one.locked_at for one in self.versions if one.unlocked_at is None), None)

    @property
    def earlier(self) -> list[SheetVersion]:
        """What the sheet said before it was opened again."""
        return [one for one in self.versions if one.unlocked_at is not None]


@dataclass(frozen=True)
class Read:
    """A judged round as it is: entries by their codes, judges by their keys, both as text.

    `due` are the judges whose sheet each entry needs: those assigned, less those recused.
    """

    judged: JudgedRound
    entries: Mapping[str, RoundEntry]
    judges: Mapping[str, Judge]
    cells: Mapping[tuple[str, str], Cell]
    recused: Mapping[tuple[str, str], Cause]
    decisions: Mapping[str, Sequence[DeviationDecision]]
    vote: PanelVote | None
    due: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def sheets(self) -> dict[tuple[str, str], Mapping[str, Decimal]]:
        """The marks that count of every sheet that was handed in."""
        return {pair: one.marks for pair, one in self.cells.items() if one.marks is not None}

    @property
    def orders(self) -> dict[str, list[str]]:
        """The order in which each judge scored, by the moment of locking."""
        moments = sorted(
            (one.locked_at, judge, entry)
            for (entry, judge), one in self.cells.items()
            if one.locked_at is not None
        )
        found: dict[str, list[str]] = {}
        for _moment, judge, entry in moments:
            found.setdefault(judge, []).append(entry)
        return found

    def lines(self, entry: str) -> tuple[Deduction, ...]:
        """Return the lines of an entry that stand: what is taken off, or added."""
        return tuple(
            Deduction(from_millionths(one.points), Sentence("%(reason)s", {"reason": one.reason}))
            for one in self.entries[entry].lines
            if one.cancelled_at is None
        )

    def judges_of(self, account_id: int) -> list[Judge]:
        """Return the seats of an account among those who judge."""
        return [one for one in self.judges.values() if one.account_id == account_id]


def read(judged: JudgedRound) -> Read:
    """Read a judged round; the number of statements does not grow with what is in it."""
    entries = _entries(judged)
    judges = _judges(judged)
    by_row = {row.id: code for code, row in entries.items()}
    by_member = {one.member_id: key for key, one in judges.items()}
    by_entry = {row.entry_id: code for code, row in entries.items()}
    recused = _recused(judges, by_entry)
    cells = _cells(judged, by_row, by_member)
    due: dict[str, set[str]] = {code: set() for code in entries}
    for (entry, judge), cell in cells.items():
        if (cell.marks is not None or not judges[judge].has_left) and (entry, judge) not in recused:
            due[entry].add(judge)
    return Read(
        judged,
        entries,
        judges,
        {pair: one for pair, one in cells.items() if pair not in recused},
        recused,
        _decisions(judged, by_row),
        db.session.scalar(
            select(PanelVote)
            .where(PanelVote.round_id == judged.round_id)
            .order_by(PanelVote.id.desc())
            .limit(1)
        ),
        {entry: frozenset(found) for entry, found in due.items()},
    )


def score_of(read_: Read, pair: tuple[str, str]) -> Decimal | None:
    """Return the score of a sheet that counts, at nine places; None while it is open."""
    marks = read_.cells[pair].marks if pair in read_.cells else None
    return None if marks is None else rubric.score(read_.judged.declared.rubric, marks)


def scores(read_: Read) -> dict[str, dict[str, Decimal]]:
    """Return the score of every sheet that counts: `scores[entry][judge]`, at nine places."""
    found: dict[str, dict[str, Decimal]] = {}
    given = rubric.scores(read_.judged.declared.rubric, read_.sheets)
    for (entry, judge), score in given.items():
        found.setdefault(entry, {})[judge] = score
    return found


def deducted(lines: Sequence[Deduction]) -> Decimal:
    """Return what lines add up to."""
    return sum((line.points for line in lines), Decimal(0))


def _entries(judged: JudgedRound) -> dict[str, RoundEntry]:
    rows = db.session.scalars(
        select(RoundEntry)
        .join(Entry)
        .where(RoundEntry.round_id == judged.round_id, Entry.state != EntryState.WITHDRAWN)
        .options(
            joinedload(RoundEntry.entry).joinedload(Entry.unit),
            joinedload(RoundEntry.entry).joinedload(Entry.category),
            joinedload(RoundEntry.version),
            subqueryload(RoundEntry.lines).joinedload(DeductionLine.recorded_by),
        )
        .order_by(RoundEntry.running_order, RoundEntry.id)
        .execution_options(populate_existing=True)
    )
    return {row.entry.code or row.entry.public_id: row for row in rows}


def _judges(judged: JudgedRound) -> dict[str, Judge]:
    """Return the judges by their keys: GK01, and with several panels the panel's number first."""
    rows = db.session.scalars(
        select(PanelMember)
        .join(Panel)
        .where(Panel.round_id == judged.round_id, PanelMember.role.in_(JUDGES))
        .options(joinedload(PanelMember.account), joinedload(PanelMember.panel))
        .order_by(PanelMember.panel_id, PanelMember.number)
    ).all()
    panels = sorted({one.panel_id for one in rows})
    found = {}
    for one in rows:
        before = f"H{panels.index(one.panel_id) + 1}-" if len(panels) > 1 else ""
        key = f"{before}GK{one.number:02}"
        found[key] = Judge(
            key,
            one.id,
            one.account_id,
            one.account.full_name,
            one.panel_id,
            one.panel.title,
            one.panel.criteria,
            one.role,
            one.left_at is not None,
        )
    return found


def _cells(
    judged: JudgedRound, by_row: Mapping[int, str], by_member: Mapping[int, str]
) -> dict[tuple[str, str], Cell]:
    rows = db.session.scalars(
        select(Scoresheet)
        .join(RoundEntry)
        .where(RoundEntry.round_id == judged.round_id)
        .options(subqueryload(Scoresheet.versions))
        .order_by(Scoresheet.id)
        .execution_options(populate_existing=True)
    )
    return {
        (by_row[one.round_entry_id], by_member[one.member_id]): _cell(one)
        for one in rows
        if one.round_entry_id in by_row and one.member_id in by_member
    }


def _cell(sheet: Scoresheet) -> Cell:
    locked = sheet.locked
    return Cell(
        sheet.id,
        sheet.public_id,
        None if locked is None else {id_: Decimal(mark) for id_, mark in locked.marks.items()},
        sheet.versions,
        sheet.public_note,
        sheet.private_note,
        locked.remarks if locked is not None else {},
        sheet.position,
    )


def _recused(
    judges: Mapping[str, Judge], by_entry: Mapping[int, str]
) -> dict[tuple[str, str], Cause]:
    keys: dict[int, list[str]] = {}
    for one in judges.values():
        keys.setdefault(one.account_id, []).append(one.key)
    rows = db.session.execute(
        select(Recusal.entry_id, Recusal.account_id, Recusal.cause).where(
            Recusal.account_id.in_(keys)
        )
    )
    return {
        (by_entry[entry], key): cause
        for entry, account, cause in rows
        if entry in by_entry
        for key in keys[account]
    }


def _decisions(
    judged: JudgedRound, by_row: Mapping[int, str]
) -> dict[str, Sequence[DeviationDecision]]:
    rows = db.session.scalars(
        select(DeviationDecision)
        .join(RoundEntry)
        .where(RoundEntry.round_id == judged.round_id)
        .options(joinedload(DeviationDecision.decided_by))
        .order_by(DeviationDecision.id)
    )
    found: dict[str, list[DeviationDecision]] = {}
    for one in rows:
        if one.round_entry_id in by_row:
            found.setdefault(by_row[one.round_entry_id], []).append(one)
    return dict(found)

"""What judged rounds read: locked sheets as the rules take them, who still has to judge, lines."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from contest.models import (
    DeductionLine,
    Entry,
    JudgedRound,
    PanelMember,
    Recusal,
    RoundEntry,
    Scoresheet,
    SheetVersion,
)
from contest.rules.judging import combining, deducting
from contest.rules.judging.combining import Outcome, Sheets
from contest.rules.judging.deducting import Deduction
from contest.rules.scoring import from_millionths
from core.db import db
from core.saying import Sentence


@dataclass(frozen=True, slots=True)
class Judged:
    """A judged round as the rules take it; entries and judges by their ids, as text.

    `due` are the judges whose sheet each entry needs: those assigned, less those recused. `orders`
    is the order in which each judge scored, by the moment of locking.
    """

    sheets: Sheets
    due: Mapping[str, frozenset[str]]
    lines: Mapping[str, tuple[Deduction, ...]]
    orders: Mapping[str, tuple[str, ...]]


def judged(judged_round: JudgedRound) -> Judged:
    """Read a judged round in three statements; a sheet counts as it was last locked."""
    sheets: dict[tuple[str, str], dict[str, Decimal]] = {}
    due: dict[str, set[str]] = {}
    orders: dict[str, list[str]] = {}
    for entry_id, member_id, marks in _sheets(judged_round):
        entry, judge = str(entry_id), str(member_id)
        due.setdefault(entry, set()).add(judge)
        if marks is not None:
            sheets[entry, judge] = {id_: Decimal(mark) for id_, mark in marks.items()}
            orders.setdefault(judge, []).append(entry)
    for entry_id, member_id in _recused(judged_round):
        due.get(str(entry_id), set()).discard(str(member_id))
        sheets.pop((str(entry_id), str(member_id)), None)
    return Judged(
        sheets,
        {entry: frozenset(judges) for entry, judges in due.items()},
        _lines(judged_round),
        {judge: tuple(order) for judge, order in orders.items()},
    )


def judged_round(round_id: int) -> JudgedRound | None:
    """Return how a round is judged; None for one that is no judged round."""
    return db.session.get(JudgedRound, round_id)


def row_in(round_: JudgedRound, entry_id: str) -> RoundEntry | None:
    """Return an entry of a round by the entry's id."""
    return db.session.scalar(
        select(RoundEntry)
        .join(RoundEntry.entry)
        .where(RoundEntry.round_id == round_.round_id, Entry.public_id == entry_id)
        .options(contains_eager(RoundEntry.entry))
    )


def outcome(judged_round: JudgedRound) -> Outcome:
    """Return the result by the declared rule, before deductions; see `settled`."""
    read, protocol = judged(judged_round), judged_round.declared
    return combining.of_sheets(read.sheets, protocol.rubric, protocol.terms, read.due)


def settled(result: Outcome, read: Judged) -> dict[str, Decimal]:
    """Return what each entry has after its lines; only for rules whose results are points."""
    return {
        entry: deducting.settled(value, read.lines.get(entry, ()))
        for entry, value in result.values.items()
    }


def _sheets(judged_round: JudgedRound) -> list[tuple[int, int, Mapping[str, str] | None]]:
    """Return every assigned sheet with the marks that count; None while it is open."""
    rows = db.session.execute(
        select(RoundEntry.entry_id, Scoresheet.member_id, SheetVersion.marks)
        .join(Scoresheet, Scoresheet.round_entry_id == RoundEntry.id)
        .join(PanelMember, PanelMember.id == Scoresheet.member_id)
        .outerjoin(
            SheetVersion,
            (SheetVersion.sheet_id == Scoresheet.id) & SheetVersion.unlocked_at.is_(None),
        )
        .where(
            RoundEntry.round_id == judged_round.round_id,
            # Of who left the panel only what was locked counts.
            PanelMember.left_at.is_(None) | SheetVersion.sheet_id.is_not(None),
        )
        .order_by(SheetVersion.locked_at, Scoresheet.id)
    )
    return [(entry, member, marks) for entry, member, marks in rows]


def _recused(judged_round: JudgedRound) -> list[tuple[int, int]]:
    rows = db.session.execute(
        select(RoundEntry.entry_id, PanelMember.id)
        .join(Recusal, Recusal.entry_id == RoundEntry.entry_id)
        .join(PanelMember, PanelMember.account_id == Recusal.account_id)
        .where(RoundEntry.round_id == judged_round.round_id)
    )
    return [(entry, member) for entry, member in rows]


def _lines(judged_round: JudgedRound) -> dict[str, tuple[Deduction, ...]]:
    rows = db.session.execute(
        select(RoundEntry.entry_id, DeductionLine.points, DeductionLine.reason)
        .join(RoundEntry, RoundEntry.id == DeductionLine.round_entry_id)
        .where(RoundEntry.round_id == judged_round.round_id, DeductionLine.cancelled_at.is_(None))
        .order_by(DeductionLine.id)
    )
    found: dict[str, tuple[Deduction, ...]] = {}
    for entry_id, points, reason in rows:
        line = Deduction(from_millionths(points), Sentence("%(reason)s", {"reason": reason}))
        found[str(entry_id)] = (*found.get(str(entry_id), ()), line)
    return found

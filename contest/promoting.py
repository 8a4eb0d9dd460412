"""Promoting: who goes on to the next judged round, by a rule that people review, or a wild card."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts import auditing
from accounts.models import Account
from contest import concluding
from contest.errors import CannotPromote, RoundFinal
from contest.models import (
    Entry,
    EntryState,
    JudgedRound,
    JudgedRun,
    Round,
    RoundEntry,
    RoundState,
)
from contest.rules.judging import promoting
from contest.rules.judging.promoting import Line, PromotionRule
from core.db import atomic, db, lock
from core.text import N_


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry on the list, with what it had and how it is grouped."""

    line: Line
    entry: Entry
    result: Decimal | None
    group: str


def next_rounds(judged: JudgedRound) -> list[JudgedRound]:
    """Return the judged rounds that follow a round."""
    return list(
        db.session.scalars(
            select(JudgedRound)
            .join(Round, Round.id == JudgedRound.round_id)
            .where(JudgedRound.before_id == judged.round_id)
            .order_by(Round.number)
        )
    )


def listed(
    judged: JudgedRound,
    rule: PromotionRule,
    *,
    by_unit: bool,
    wild_cards: Mapping[str, str] | None = None,
) -> list[Listed]:
    """Return the list of a rule over the final run, best first.

    Where places are within each category, the rule is applied to each category by itself. Raise
    `CannotPromote` before the round is closed, or for a rule that says nothing.
    """
    run = concluding.run_of(judged)
    if run is None:
        raise CannotPromote(N_("Close this round first: who goes on follows from its final run."))
    problems = rule.problems()
    if problems:
        raise CannotPromote(problems[0].message, **problems[0].values)
    entries = _entries(run)
    groups = {code: _group(entry, by_unit=by_unit) for code, entry in entries.items()}
    results = {row["code"]: Decimal(row["result"]) for row in run.rows if row["result"]}
    lines = [
        line
        for order in _orders(run)
        for line in promoting.promoted(rule, order, results, groups, wild_cards or {})
    ]
    return [
        Listed(one, entries[one.entry], results.get(one.entry), groups[one.entry]) for one in lines
    ]


def _entries(run: JudgedRun) -> dict[str, Entry]:
    rows = db.session.scalars(
        select(Entry)
        .where(Entry.id.in_([row["entry_id"] for row in run.rows]))
        .options(joinedload(Entry.unit), joinedload(Entry.category))
    )
    by_id = {one.id: one for one in rows}
    return {row["code"]: by_id[row["entry_id"]] for row in run.rows if row["entry_id"] in by_id}


def _group(entry: Entry, *, by_unit: bool) -> str:
    if by_unit:
        return entry.unit.name if entry.unit is not None else ""
    return entry.category.title


def _orders(run: JudgedRun) -> list[list[list[str]]]:
    """Return the codes best first, those that share a place together; one list a category."""
    found: dict[str, dict[int, list[str]]] = {}
    for row in run.rows:
        if row["place"] is not None:
            places = found.setdefault(row.get("category", ""), {})
            places.setdefault(int(row["place"]), []).append(row["code"])
    return [[places[place] for place in sorted(places)] for places in found.values()]


@atomic()
def promote(
    target: JudgedRound, lines: list[Listed], actor: Account, *, at: datetime
) -> list[RoundEntry]:
    """Put those who go on into the next round, with the newest version of each entry.

    Who is in it already stays as it is. Raise `CannotPromote` for entries that may not go on,
    `RoundFinal` once that round is final.
    """
    lock(target)
    if target.round.state is RoundState.FINAL:
        raise RoundFinal
    going = [one for one in lines if one.line.goes_on]
    if not going:
        raise CannotPromote(N_("By this rule nobody goes on."))
    there = set(
        db.session.scalars(
            select(RoundEntry.entry_id).where(RoundEntry.round_id == target.round_id)
        )
    )
    made = [_row(target, one, at) for one in going if one.entry.id not in there]
    db.session.add_all(made)
    db.session.flush()
    auditing.record(
        actor,
        "entries.promoted",
        f"round:{target.round.public_id}",
        log=target.round.contest.log,
        entries=[one.line.entry for one in going],
        wild_cards={one.line.entry: one.line.reason for one in going if one.line.reason},
    )
    return made


def _row(target: JudgedRound, one: Listed, at: datetime) -> RoundEntry:
    version = max(one.entry.versions, key=lambda version: version.number, default=None)
    if one.entry.state is not EntryState.ADMITTED or version is None:
        message = N_("The entry %(code)s is not admitted, or has no frozen version.")
        raise CannotPromote(message, code=one.line.entry)
    return RoundEntry(
        round_id=target.round_id,
        entry_id=one.entry.id,
        version_id=version.id,
        wild_card=one.line.reason,
        added_at=at,
    )

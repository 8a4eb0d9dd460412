"""Results of a judged round as the public and its entrants read them: by codes of judges only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from contest import concluding, honouring, judged_results
from contest.judged_results import Results
from contest.models import Entry, EntryPrizeList, JudgedRound, JudgedRun, RoundEntry
from contest.rules.judging import feedback
from core.db import db


@dataclass(frozen=True, slots=True)
class PublicRow:
    """One entry as everybody may see it: no person, no judge by name."""

    place: int | None
    code: str
    unit: str
    title: str
    scores: Mapping[str, Decimal]
    dropped: frozenset[str]
    lines: Decimal
    result: Decimal | None
    prizes: Sequence[str]


def public_rows(run: JudgedRun, held: EntryPrizeList | None) -> list[PublicRow]:
    """Return the rows of a run, best first; one statement."""
    entries = {
        one.id: one
        for one in db.session.scalars(
            select(Entry)
            .where(Entry.id.in_([row["entry_id"] for row in run.rows]))
            .options(joinedload(Entry.unit))
        )
    }
    given: dict[int, list[str]] = {}
    for prize in held.prizes if held is not None else ():
        if prize.entry_id is not None:
            given.setdefault(prize.entry_id, []).append(prize.title)
    return [
        PublicRow(
            row["place"],
            row["code"],
            _unit(entries.get(row["entry_id"])),
            _title(entries.get(row["entry_id"])),
            {judge: Decimal(score) for judge, score in row["scores"].items()},
            frozenset(row["dropped"]),
            sum((Decimal(line) for line in row["lines"]), Decimal(0)),
            None if row["result"] is None else Decimal(row["result"]),
            given.get(row["entry_id"], ()),
        )
        for row in run.rows
    ]


def _unit(entry: Entry | None) -> str:
    return entry.unit.name if entry is not None and entry.unit is not None else ""


def _title(entry: Entry | None) -> str:
    return entry.title if entry is not None else ""


def judges_in(run: JudgedRun) -> list[str]:
    """Return the keys of the judges of a run."""
    return sorted({judge for row in run.rows for judge in row["scores"]})


# --- Feedback ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CriterionFeedback:
    """A criterion as the entrant reads it: the combined mark, and the share of others below."""

    title: str
    mark: Decimal | None
    most: Decimal
    percentile: int | None
    remarks: Sequence[str]


@dataclass(frozen=True, slots=True)
class RoundFeedback:
    """What an entrant reads of one round: result, place, criteria, lines, notes without names."""

    round_title: str
    place: int | None
    entries: int
    result: Decimal | None
    criteria: Sequence[CriterionFeedback]
    lines: Sequence[tuple[Decimal, object]]
    notes: Sequence[str]
    prizes: Sequence[str]


def feedback_on(entry: Entry, *, at: datetime) -> list[RoundFeedback]:
    """Return the feedback of every round of an entry whose results its entrants may see by now."""
    rounds = db.session.scalars(
        select(JudgedRound)
        .join(RoundEntry, RoundEntry.round_id == JudgedRound.round_id)
        .where(RoundEntry.entry_id == entry.id)
        .options(joinedload(JudgedRound.round))
        .order_by(JudgedRound.round_id)
    ).all()
    shown = [one for one in rounds if concluding.is_shown(one, at=at, everybody=False)]
    return [_of_round(judged, entry) for judged in shown]


def _of_round(judged: JudgedRound, entry: Entry) -> RoundFeedback:
    results = judged_results.results(judged)
    run, code = concluding.run_of(judged), entry.code or entry.public_id
    row = next((one for one in (run.rows if run else ()) if one["code"] == code), None)
    held = honouring.held_of(judged)
    lines = results.read.lines(code) if code in results.read.entries else ()
    return RoundFeedback(
        judged.round.title,
        row["place"] if row else None,
        len(run.rows) if run else 0,
        Decimal(row["result"]) if row and row["result"] else None,
        _criteria(results, code),
        [(line.points, line.reason) for line in lines],
        _notes(results, code),
        [p.title for p in (held.prizes if held else ()) if p.entry_id == entry.id],
    )


def _criteria(results: Results, code: str) -> list[CriterionFeedback]:
    protocol, read = results.read.judged.declared, results.read
    marks = judged_results.combined_marks(results.counted, protocol.rubric, protocol.terms)
    below = feedback.by_criterion(marks)
    if code not in read.entries:
        return []
    leaves = protocol.rubric.leaves(read.entries[code].entry.category.prefix)
    return [
        CriterionFeedback(
            leaf.title,
            marks.get(leaf.id, {}).get(code),
            leaf.most,
            below.get(leaf.id, {}).get(code),
            _remarks(results, code, leaf.id),
        )
        for leaf in leaves
    ]


def _remarks(results: Results, code: str, criterion: str) -> list[str]:
    """Return what judges wrote of a criterion for the entrant, in no order that would name them."""
    found = [
        cell.remarks[criterion]
        for (entry, _), cell in results.read.cells.items()
        if entry == code and criterion in cell.remarks
    ]
    return sorted(str(one["text"]) for one in found if one["public"])


def _notes(results: Results, code: str) -> list[str]:
    """Return what judges wrote for the entrant, in no order that would name them."""
    cells = results.read.cells.items()
    return sorted(
        cell.public_note for (entry, _), cell in cells if entry == code and cell.public_note
    )

"""Results of a judged round as the public and its entrants read them: by codes of judges only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from contest.models import Entry, EntryPrizeList, JudgedRun
from core.db import db


@dataclass(frozen=True, slots=True)
class PublicRow:
    """One entry as everybody may see it: no person, no judge by name.

    `category` is empty where all entries are ranked together.
    """

    place: int | None
    code: str
    category: str
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
            .options(joinedload(Entry.unit), joinedload(Entry.category))
        )
    }
    given: dict[int, list[str]] = {}
    for prize in held.prizes if held is not None else ():
        if prize.entry_id is not None:
            given.setdefault(prize.entry_id, []).append(prize.named)
    return [
        PublicRow(
            row["place"],
            row["code"],
            _category(row, entries.get(row["entry_id"])),
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


def _category(row: Mapping[str, Any], entry: Entry | None) -> str:
    """Return the title of the category that an entry is ranked in; its prefix if it is gone."""
    prefix = str(row.get("category", ""))
    return entry.category.title if prefix and entry is not None else prefix


def _unit(entry: Entry | None) -> str:
    return entry.unit.name if entry is not None and entry.unit is not None else ""


def _title(entry: Entry | None) -> str:
    return entry.title if entry is not None else ""


def judges_in(run: JudgedRun) -> list[str]:
    """Return the keys of the judges of a run."""
    return sorted({judge for row in run.rows for judge in row["scores"]})

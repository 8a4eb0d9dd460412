"""A person's rights over data: by when each request must be answered and done, by the dated law."""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent.parent / "data" / "rights.csv"
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Terms:
    """How long a request may take, and which law says so from which day on."""

    right: str
    answer_working_days: int
    done_days: int
    valid_from: date
    basis: str


def due(right: str, asked_on: date) -> tuple[date, date]:
    """Return the days by which a request made on that day must be answered and done."""
    terms = terms_of(right, asked_on)
    answer_by = add_working_days(asked_on, terms.answer_working_days)
    return answer_by, max(answer_by, asked_on + timedelta(days=terms.done_days))


def terms_of(right: str, on: date) -> Terms:
    """Return the terms in force that day. Raise `ValueError` when no law of the file is."""
    in_force = [terms for terms in _all() if terms.right == right and terms.valid_from <= on]
    if not in_force:
        raise ValueError(f"no terms for {right} on {on}")
    return max(in_force, key=lambda terms: terms.valid_from)


def add_working_days(begin: date, days: int) -> date:
    """Return the last of so many working days after `begin`; public holidays are not known here."""
    day = begin
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < _SATURDAY
    return day


@cache
def _all() -> tuple[Terms, ...]:
    with _FILE.open(encoding="utf-8") as file:
        return tuple(
            Terms(
                row["right"],
                int(row["answer_working_days"]),
                int(row["done_days"]),
                date.fromisoformat(row["valid_from"]),
                row["basis"],
            )
            for row in csv.DictReader(file)
        )

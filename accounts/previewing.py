"""Reading sheets of people, units and headcounts into rows that a person looks over first."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select

from accounts import unit_queries
from accounts.errors import SheetRefused
from accounts.models import Account, ImportKind, PendingImport, Unit
from accounts.rules import contacting, rostering, unit_sheets
from accounts.rules.matching import Directory, NamedUnit
from accounts.rules.rostering import RosterRow
from accounts.rules.unit_sheets import CountLine, UnitLine
from core import ids, sandbox
from core.archives import FileRefused
from core.db import atomic, db
from core.saying import Sentence, Unreadable
from core.text import N_
from core.vietnam import civil_day

KEPT = timedelta(hours=24)
VALID, REPAIRED, DOUBTFUL, KNOWN, WRONG = "valid", "repaired", "doubtful", "known", "wrong"
STATES = (WRONG, DOUBTFUL, REPAIRED, KNOWN, VALID)
_READER = "accounts.rules.cells:read"
ALREADY_THERE = N_("This person already has an account; the row is left out.")
# What is only said, and what was put right for certain; everything else is a doubt.
_REMARKS = ("“%(name)s” is kept whole; say which part to sort by if lists need it.",)
_REPAIRS = (
    "The phone number had lost its first 0: taken as %(phone)s.",
    "The date of birth “%(text)s” is taken as %(day)s.",
)

Row = dict[str, Any]


def read_cells(file_name: str, content: bytes) -> list[list[str]]:
    """Return the cells of an uploaded sheet. Raise `FileRefused` or `ReadingFailed`."""
    answer = sandbox.run(_READER, content, {"name": file_name})
    if "refused" in answer:
        raise FileRefused(answer["refused"], **answer["details"])
    rows: list[list[str]] = answer["rows"]
    return rows


def stage_roster(
    owner: Account, file_name: str, content: bytes, *, unit: Unit | None, at: datetime
) -> PendingImport:
    """Read a sheet of people and keep its rows for the preview; no account is made."""
    cells, units = read_cells(file_name, content), _directory()
    try:
        roster = rostering.read_roster(cells, units, unit_code=unit.code if unit else None)
    except Unreadable as refused:
        raise _refusal(refused) from refused
    known = _known_people(roster.rows)
    rows = [
        _person_row(row, units.name_of(row.unit_code), is_known=bool(_identities(row) & known))
        for row in roster.rows
    ]
    return _stage(owner, ImportKind.ROSTER, file_name, rows, at=at)


def stage_units(owner: Account, file_name: str, content: bytes, *, at: datetime) -> PendingImport:
    """Read a sheet of units and keep its rows for the preview; no unit is made."""
    cells = read_cells(file_name, content)
    try:
        lines = unit_sheets.read_units(cells, _directory())
    except Unreadable as refused:
        raise _refusal(refused) from refused
    return _stage(owner, ImportKind.UNITS, file_name, [_unit_row(line) for line in lines], at=at)


def stage_headcounts(
    owner: Account, file_name: str, content: bytes, *, on: date | None, source: str, at: datetime
) -> PendingImport:
    """Read a sheet of headcounts and keep its rows for the preview; none is written."""
    cells, units = read_cells(file_name, content), _directory()
    try:
        lines = unit_sheets.read_headcounts(
            cells, units, on=on or civil_day(at), source=source or file_name
        )
    except Unreadable as refused:
        raise _refusal(refused) from refused
    rows = [_count_row(line, units.name_of(line.unit_code)) for line in lines]
    return _stage(owner, ImportKind.HEADCOUNTS, file_name, rows, at=at)


def _refusal(refused: Unreadable) -> SheetRefused:
    return SheetRefused(refused.sentence.message, **refused.sentence.values)


def _directory() -> Directory:
    return Directory(
        NamedUnit(unit.code, unit.name, unit.context) for unit in unit_queries.living_units()
    )


@atomic()
def _stage(
    owner: Account, kind: ImportKind, file_name: str, rows: list[Row], *, at: datetime
) -> PendingImport:
    pending = PendingImport(
        public_id=ids.public_id(),
        kind=kind,
        owner_id=owner.id,
        file_name=file_name[-200:],
        rows=rows,
        created_at=at,
        expires_at=at + KEPT,
    )
    db.session.add(pending)
    db.session.flush()
    return pending


def _row(
    number: int,
    shown: Sequence[str],
    values: Mapping[str, Any],
    *,
    errors: Sequence[Sentence],
    notices: Sequence[Sentence],
    is_known: bool = False,
) -> Row:
    said = [*errors, *notices]
    if errors:
        state = WRONG
    elif is_known:
        state = KNOWN
    elif all(notice.message in _REMARKS for notice in notices):
        state = VALID
    else:
        state = REPAIRED if all(n.message in _REPAIRS + _REMARKS for n in notices) else DOUBTFUL
    return {
        "number": number,
        "state": state,
        "shown": list(shown),
        "says": [pack(sentence) for sentence in said],
        "values": dict(values),
    }


def _person_row(row: RosterRow, unit: str, *, is_known: bool) -> Row:
    values = {
        "full_name": row.name,
        "sort_by": row.sort_by,
        "unit_code": row.unit_code,
        "category": row.category,
        "one_stop": row.one_stop,
        "phone": row.phone,
        "email": row.email,
        "birth_date": row.born.isoformat() if row.born else None,
    }
    contact = contacting.show_phone(row.phone) if row.phone else row.email or ""
    notices = (Sentence(ALREADY_THERE),) if is_known else row.notices
    return _row(
        row.number,
        [row.name, unit, contact],
        values,
        errors=row.errors,
        notices=notices,
        is_known=is_known,
    )


def _unit_row(line: UnitLine) -> Row:
    values = {
        "code": line.code,
        "name": line.name,
        "kind": line.kind,
        "parent_code": line.parent_code,
        "valid_from": line.valid_from.isoformat() if line.valid_from else None,
    }
    return _row(
        line.number,
        [line.name, line.code, line.parent_code],
        values,
        errors=line.errors,
        notices=line.notices,
        is_known=line.is_known,
    )


def _count_row(line: CountLine, unit: str) -> Row:
    values = {
        "unit_code": line.unit_code,
        "category": line.category,
        "one_stop": line.one_stop,
        "people": line.people,
        "counted_on": line.counted_on.isoformat() if line.counted_on else None,
        "source": line.source,
    }
    shown = [unit, "" if line.errors else str(line.people), line.source]
    return _row(line.number, shown, values, errors=line.errors, notices=line.notices)


def _identities(row: RosterRow) -> set[str]:
    return {known for known in (row.phone, row.email) if known}


def _known_people(rows: Sequence[RosterRow]) -> set[str]:
    """Return the numbers and addresses of the sheet that an account already has."""
    given = set().union(*(_identities(row) for row in rows)) if rows else set()
    found: set[str] = set()
    for part in _parts(sorted(given), 400):
        for phone, email in db.session.execute(
            select(Account.phone, Account.email).where(
                or_(Account.phone.in_(part), Account.email.in_(part))
            )
        ):
            found |= {known for known in (phone, email) if known}
    return found


def _parts(values: Sequence[str], size: int) -> list[Sequence[str]]:
    return [values[at : at + size] for at in range(0, len(values), size)]


def pack(sentence: Sentence) -> list[Any]:
    """Return a sentence as JSON keeps it."""
    values = {
        name: pack(value) if isinstance(value, Sentence) else value
        for name, value in sentence.values.items()
    }
    return [sentence.message, values]


def unpack(packed: Sequence[Any]) -> Sentence:
    """Return the sentence that was packed."""
    message, values = packed
    return Sentence(
        message,
        {name: unpack(v) if isinstance(v, list) else v for name, v in values.items()},
    )


def pending_of(owner: Account, public_id: str, *, at: datetime) -> PendingImport | None:
    """Return a preview of this person that is still kept."""
    return db.session.scalar(
        select(PendingImport).where(
            PendingImport.public_id == public_id,
            PendingImport.owner_id == owner.id,
            PendingImport.expires_at > at,
        )
    )


def count_states(pending: PendingImport) -> dict[str, int]:
    """Return how many rows are in each state."""
    counts = dict.fromkeys(STATES, 0)
    for row in pending.rows:
        counts[row["state"]] += 1
    return counts

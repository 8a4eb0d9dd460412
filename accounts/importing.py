"""Writing the rows of a sheet that a person has looked over and agreed to."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, update

from accounts import auditing, charting, registering
from accounts.charting import Counted
from accounts.errors import ImportExpired, NothingToImport
from accounts.models import Account, ImportKind, PendingImport, Unit
from accounts.previewing import DOUBTFUL, KEPT, REPAIRED, VALID, Row
from accounts.registering import Applicant
from accounts.rules.staff import StaffCategory
from accounts.rules.units import UnitKind
from core import jobs
from core.db import atomic, db, lock
from core.vietnam import civil_day

JOB = "accounts.import"
# More rows than this are written by a job, with its progress shown.
MOST_AT_ONCE = 500


def agree(
    owner: Account, pending: PendingImport, doubtful: Collection[int], *, at: datetime
) -> PendingImport:
    """Write the rows agreed to: the valid ones, the repaired ones, and these doubtful ones.

    A large file is written by a job. Raise `ImportExpired` or `NothingToImport`.
    """
    if sum(_is_taken(row, doubtful) for row in pending.rows) <= MOST_AT_ONCE:
        write(owner, pending, doubtful, at=at)
        return pending
    return _queue(owner, pending, doubtful, at=at)


@atomic()
def _queue(
    owner: Account, pending: PendingImport, doubtful: Collection[int], *, at: datetime
) -> PendingImport:
    lock(pending)
    if pending.applied_at is not None:
        raise ImportExpired
    payload = {"pending": pending.id, "owner": owner.id, "doubtful": sorted(doubtful)}
    key = f"{JOB}:{pending.public_id}"
    pending.job = jobs.enqueue(JOB, payload, at=at, key=key, owner=owner.id).public_id
    return pending


def work(job: jobs.Work, *, at: datetime) -> dict[str, Any]:
    """Write a large file, as the job that `agree` queued; one already written is left alone."""
    pending = db.session.get_one(PendingImport, job.payload["pending"])
    owner = db.session.get_one(Account, job.payload["owner"])
    total = len(pending.rows)
    job.progress(0, total)
    if pending.applied_at is None:
        write(owner, pending, set(job.payload["doubtful"]), at=at)
    job.progress(total, total)
    return dict(pending.result or {})


@atomic()
def write(
    owner: Account, pending: PendingImport, doubtful: Collection[int], *, at: datetime
) -> int:
    """Write the rows agreed to in one transaction; return how many.

    Raise `ImportExpired` when they were written before, `NothingToImport` when there are none.
    """
    lock(pending)
    if pending.applied_at is not None or pending.expires_at <= at:
        raise ImportExpired
    taken = [row["values"] for row in pending.rows if _is_taken(row, doubtful)]
    if not taken:
        raise NothingToImport
    writers = {
        ImportKind.ROSTER: _write_people,
        ImportKind.UNITS: _write_units,
        ImportKind.HEADCOUNTS: _write_headcounts,
    }
    written = writers[pending.kind](owner, taken, at)
    pending.applied_at, pending.result = at, {"written": written}
    auditing.record(
        owner,
        "sheet.imported",
        f"import:{pending.public_id}",
        kind=pending.kind,
        file_name=pending.file_name,
        written=written,
    )
    # The rows hold contact data: they are not kept longer than they are needed.
    pending.rows = []
    return written


def _is_taken(row: Row, doubtful: Collection[int]) -> bool:
    if row["state"] == DOUBTFUL:
        return row["number"] in doubtful
    return row["state"] in {VALID, REPAIRED}


def _units(codes: set[str]) -> dict[str, Unit]:
    return charting.units_by_code(code for code in codes if code)


def _write_people(owner: Account, taken: Sequence[Row], at: datetime) -> int:
    units = _units({row["unit_code"] or "" for row in taken})
    applicants = [
        Applicant(
            full_name=row["full_name"],
            phone=row["phone"],
            email=row["email"],
            unit=units.get(row["unit_code"] or ""),
            category=StaffCategory(row["category"]) if row["category"] else None,
            one_stop=row["one_stop"],
            birth_date=_day(row["birth_date"]),
            sort_by=row["sort_by"],
        )
        for row in taken
    ]
    return len(registering.register_many(owner, applicants, at=at))


def _write_units(owner: Account, taken: Sequence[Row], at: datetime) -> int:
    parents = _units({row["parent_code"] for row in taken})
    for row in taken:
        unit = charting.add_unit(
            owner,
            row["name"],
            UnitKind(row["kind"]),
            code=row["code"],
            parent=parents.get(row["parent_code"]),
            valid_from=_day(row["valid_from"]),
        )
        parents.setdefault(unit.code, unit)
    return len(taken)


def _write_headcounts(owner: Account, taken: Sequence[Row], at: datetime) -> int:
    units = _units({row["unit_code"] for row in taken})
    for row in taken:
        counted = Counted(
            category=StaffCategory(row["category"]),
            people=row["people"],
            counted_on=_day(row["counted_on"]) or civil_day(at),
            source=row["source"],
            one_stop=row["one_stop"],
        )
        charting.set_headcount(owner, units[row["unit_code"]], counted)
    return len(taken)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@atomic()
def clean(*, at: datetime) -> int:
    """Empty previews that nobody agreed to in time; the rows of long-written ones go as well."""
    db.session.execute(delete(PendingImport).where(PendingImport.expires_at < at - KEPT))
    emptied = db.session.scalars(
        update(PendingImport)
        .where(PendingImport.expires_at < at, PendingImport.applied_at.is_(None))
        .values(rows=[])
        .returning(PendingImport.id)
    ).all()
    return len(emptied)

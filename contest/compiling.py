"""The whole file of a contest or a round, for judges and auditors: ordered, and written by a job.

Each export carries the data dictionary. Whoever may not see personal data gets codes that hold
within the file; what an order took out, and why, stands in the trail.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from accounts import auditing
from accounts.models import Account, AuditEntry
from contest import (
    dossier_decisions,
    dossier_files,
    dossier_minutes,
    dossier_papers,
    dossier_results,
    dossier_scope,
    overviews,
    run_queries,
)
from contest.dossier_files import FileForm
from contest.dossier_scope import Scope, Value, Values
from contest.models import Attempt, Contest, Enrolment, Response, ResultRun, Round, Slot, Standing
from contest.rules import dictionary
from contest.rules.dictionary import Part, Table
from core import jobs, sheets
from core.db import atomic, db
from core.jobs import Job, Work
from questions import locking
from questions.models import ViewPlace

JOB = "dossier.write"
ROWS_AT_ONCE = 2000
_SOURCES: Mapping[str, Callable[[Scope], Iterator[Values]]] = {
    "cuoc_thi": dossier_results.contest,
    "vong_thi": dossier_results.rounds,
    "don_vi": dossier_results.units,
    "nguoi_du_thi": dossier_results.people,
    "luot_thi": dossier_results.attempts,
    "lan_tinh": dossier_results.runs,
    "ket_qua": dossier_results.standings,
    "bang_tong": dossier_results.totals,
    "cau_hoi": dossier_papers.questions,
    "cau_trong_de": dossier_papers.slots,
    "tra_loi": dossier_papers.responses,
    "cham_tu_luan": dossier_minutes.essay_marks,
    "co_cau_giai": dossier_decisions.prize_rules,
    "giai_thuong": dossier_decisions.awards,
    "chung_nhan": dossier_decisions.certificates,
    "chi_tieu": dossier_decisions.quotas,
    "chi_tieu_don_vi": dossier_decisions.quota_cells,
    "thay_doi": dossier_decisions.changes,
    "phan_quyet": dossier_decisions.rulings,
    "phuc_khao": dossier_decisions.appeals,
    "bai_nop_muon": dossier_minutes.late_decisions,
    "bien_ban": dossier_minutes.minutes,
    "nhat_ky": dossier_decisions.trail,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for, why, and what who asks may read."""

    parts: tuple[Part, ...]
    form: FileForm
    reason: str
    round: Round | None = None
    in_full: bool = False
    reads_bank: bool = False

    @property
    def tables(self) -> list[Table]:
        """The tables that are written."""
        return dictionary.tables_of(self.parts)


# --- Ordering ----------------------------------------------------------------------------------


@atomic()
def order(contest: Contest, wanted: Wanted, actor: Account, *, at: datetime) -> Job:
    """Queue the writing of the file; who asked, for what and why is recorded now."""
    told = {
        "parts": [part.value for part in wanted.parts],
        "form": wanted.form.value,
        "reason": wanted.reason,
        "round": wanted.round.public_id if wanted.round else None,
        "in_full": wanted.in_full,
        "reads_bank": wanted.reads_bank,
    }
    auditing.record(
        actor,
        "dossier.ordered",
        f"contest:{contest.public_id}",
        log=contest.log,
        personal_data=wanted.in_full,
        **{name: value for name, value in told.items() if name != "in_full"},
    )
    payload = told | {"contest": contest.public_id, "owner": actor.id}
    return jobs.enqueue(JOB, payload, at=at, owner=actor.id)


def wanted_of(payload: Mapping[str, Any]) -> tuple[Contest, Wanted]:
    """Return the contest that a job is about, and what it was asked for."""
    contest = overviews.contest_with(payload["contest"])
    assert contest is not None  # noqa: S101 -- contests are archived, never taken away
    return contest, Wanted(
        tuple(Part(part) for part in payload["parts"]),
        FileForm(payload["form"]),
        payload["reason"],
        overviews.round_with(payload["round"]) if payload["round"] else None,
        payload["in_full"],
        payload["reads_bank"],
    )


def file_name(contest: Contest, wanted: Wanted) -> str:
    """Return the name under which the file is saved."""
    part = f"-vong-{wanted.round.number}" if wanted.round else ""
    return f"ho-so-{contest.slug}{part}.{wanted.form.ending}"


# --- Writing -----------------------------------------------------------------------------------


class Counter:
    """Counts rows as they go by, and says now and then how far the work is."""

    def __init__(self, total: int, progress: Callable[[int, int], None]) -> None:
        self.done, self.total, self.progress = 0, total, progress
        progress(0, total)

    def passing(self, rows: Iterable[Values]) -> Iterator[Values]:
        """Yield the rows, and say how far the work is after every two thousand."""
        for row in rows:
            yield row
            self.done += 1
            if self.done % ROWS_AT_ONCE == 0:
                self.progress(min(self.done, self.total), self.total)


def write(work: Work, path: Path, say: Callable[[str], str], *, at: datetime) -> str:
    """Write the file that was ordered, saying how far it is; return its name.

    What was written when the work is stopped is taken away.
    """
    contest, wanted = wanted_of(work.payload)
    name, tables = file_name(contest, wanted), wanted.tables
    scope = scope_of(contest, wanted, say, at=at)
    about = _about(contest, wanted, scope, at=at)
    if wanted.reads_bank and Part.ANSWERS in wanted.parts:
        actor = db.session.get(Account, work.payload["owner"])
        locking.note_views(actor, dossier_papers.items(scope), ViewPlace.EXPORT, at=at)
    counter = Counter(_expected(scope, wanted.parts), work.progress)
    try:
        with path.open("wb") as target:
            dossier_files.write(target, wanted.form, tables, rows_of(scope, tables, counter), about)
        work.progress(counter.total, counter.total)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return name


def scope_of(contest: Contest, wanted: Wanted, say: Callable[[str], str], *, at: datetime) -> Scope:
    """Return what a file is about, with a key for its codes that nothing else has."""
    return Scope(
        contest_id=contest.id,
        log=contest.log,
        rounds=dossier_scope.rounds_of(contest, wanted.round, at=at),
        is_whole=wanted.round is None,
        at=at,
        in_full=wanted.in_full,
        reads_bank=wanted.reads_bank,
        key=secrets.token_bytes(32),
        say=say,
    )


def rows_of(
    scope: Scope, tables: Sequence[Table], counter: Counter
) -> dict[str, Iterator[list[Value]]]:
    """Return the rows of each table; none is read before it is asked for."""
    return {
        table.name: scope.kept(table, counter.passing(_SOURCES[table.name](scope)))
        for table in tables
    }


def _expected(scope: Scope, parts: Sequence[Part]) -> int:
    """Return about how many rows will be written, from the tables that are long."""
    mine = Attempt.round_id.in_(scope.rounds)
    over = Attempt.round_id.in_(scope.over)
    counts = {
        Part.RESULTS: [
            select(func.count()).where(Enrolment.contest_id == scope.contest_id),
            select(func.count()).select_from(Attempt).where(mine),
            select(func.count()).where(Standing.run_id.in_(scope.runs)),
        ],
        Part.ANSWERS: [
            select(func.count())
            .select_from(one)
            .join(Attempt, Attempt.id == one.attempt_id)
            .where(over)
            for one in (Slot, Response)
        ],
        Part.TRAIL: [select(func.count()).where(AuditEntry.log == scope.log)],
    }
    chosen = [one for part, each in counts.items() if part in parts for one in each]
    return 1 + sum(db.session.scalar(one) or 0 for one in chosen)


def _about(
    contest: Contest, wanted: Wanted, scope: Scope, *, at: datetime
) -> list[tuple[str, sheets.Value]]:
    """Return what is said of the file itself."""
    runs = (run_queries.run_with(run_id)[1] for run_id in scope.runs)
    return [
        ("Hồ sơ", contest.title),
        ("Phạm vi", wanted.round.title if wanted.round else "Cả cuộc thi"),
        ("Các bảng", ", ".join(table.name for table in wanted.tables)),
        ("Lập lúc", at),
        ("Lý do", wanted.reason if wanted.in_full else None),
        ("Dữ liệu cá nhân", "có" if wanted.in_full else "không: người và lượt thi mang mã giả"),
        ("Câu hỏi và đáp án", "có, của vòng đã kết thúc" if wanted.reads_bank else "không"),
        *((f"Mã băm, vòng {scope.number(run.round_id)}", _digest(run)) for run in runs),
        ("Tệp CSV", "UTF-8, dấu chấm phẩy, dấu phẩy thập phân, giờ Việt Nam"),
    ]


def _digest(run: ResultRun) -> str:
    return f"lần tính {run.number}: {run.board_digest or run.inputs_digest}"

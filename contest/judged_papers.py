"""Papers and files of a judged round: gathered, drafted, numbered, written, and what leaves it."""

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts import auditing
from accounts.models import Account
from contest import concluding, document_queries, drafting, honouring, judged_results
from contest.documents import (
    judged_decision,
    judged_minutes,
    judged_sheets,
    judged_table,
)
from contest.documents.judged_facts import (
    EntryFacts,
    JudgedMatter,
    JudgeFacts,
    PrizeFacts,
    points,
)
from contest.documents.paper import Paper
from contest.drafting import FileForm
from contest.errors import DocumentIncomplete
from contest.judged_reading import Cell
from contest.judged_results import Ranked, Results
from contest.models import (
    DeviationDecision,
    JudgedRound,
    JudgedRun,
    Panel,
    PanelMember,
    PanelRole,
    RoundState,
)
from contest.rules.judging import exported, rubric
from contest.rules.judging.deviating import Way
from contest.rules.judging.rubric import Criterion
from core import sheets
from core.db import atomic, db
from core.saying import Sentence
from core.text import N_
from core.writing import number

Say = Callable[[Sentence], str]
# The words of official papers, whatever the reader's language.
_ROLES = {
    PanelRole.CHAIR: "Trưởng ban",
    PanelRole.MEMBER: "Giám khảo",
    PanelRole.SUBSTITUTE: "Giám khảo dự khuyết",
    PanelRole.SECRETARY: "Thư ký",
    PanelRole.SUPERVISOR: "Giám sát",
}
_WAYS = {
    Way.KEEP: "giữ nguyên điểm",
    Way.AGAIN: "chấm lại",
    Way.DISCUSSION: "thảo luận, chấm lại",
    Way.THIRD: "chấm lần thứ ba",
}


class JudgedKind(StrEnum):
    """A kind of paper of a judged round; its value is its place in an address and a file's name."""

    SHEETS = "phieu-cham"
    TABLE = "bang-diem-giam-khao"
    MINUTES = "bien-ban-cham"
    DECISION = "quyet-dinh-trao-giai"


@dataclass(frozen=True, slots=True)
class JudgedForm:
    """How a kind is made: before closing only what is signed on the way to it."""

    title: str
    made_by: Callable[[JudgedMatter], Paper]
    letters: str = ""
    needs_run: bool = False
    needs_prizes: bool = False


FORMS = {
    JudgedKind.SHEETS: JudgedForm(N_("Scoresheets by judge"), judged_sheets.paper),
    JudgedKind.TABLE: JudgedForm(N_("Table of the judges’ scores"), judged_table.paper),
    JudgedKind.MINUTES: JudgedForm(
        N_("Minutes of the judging"), judged_minutes.paper, "BB", needs_run=True
    ),
    JudgedKind.DECISION: JudgedForm(
        N_("Decision on the prizes"),
        judged_decision.paper,
        "QĐ",
        needs_run=True,
        needs_prizes=True,
    ),
}


def missing(kind: JudgedKind, matter: JudgedMatter) -> Sentence | None:
    """Return what keeps a paper from being written; None for nothing."""
    form = FORMS[kind]
    if form.needs_run and matter.run is None:
        return Sentence(N_("The round is not closed yet."))
    if form.needs_prizes and not matter.prizes:
        return Sentence(N_("No prize has been awarded yet."))
    if not matter.entries:
        return Sentence(N_("The round has no entries"))
    return None


# --- Gathering ---------------------------------------------------------------------------------


def matter(judged: JudgedRound, kind: JudgedKind, say: Say) -> JudgedMatter:
    """Return all that a paper is made from; `say` puts what rules say into Vietnamese."""
    results = judged_results.results(judged)
    round_ = judged.round
    run = concluding.run_of(judged) if round_.state is RoundState.FINAL else None
    given = document_queries.numbers_of(round_.contest).get((kind.value, round_.public_id))
    entries = [_entry(results, one, say) for one in results.rows]
    leaves = judged.declared.rubric.leaves(rubric.ANY)
    read = results.read
    held = {judge for _entry, judge in read.cells}
    return JudgedMatter(
        office=drafting.office_of(round_.contest),
        contest=round_.contest.title,
        round=round_.title,
        judges=[JudgeFacts(key, one.name) for key, one in read.judges.items() if key in held],
        panel=_panel(judged),
        entries=entries,
        criteria=[(leaf.id, leaf.title, leaf.most) for leaf in leaves],
        marks=read.sheets,
        signed={pair: one.locked_at for pair, one in read.cells.items() if one.locked_at},
        remarks={pair: _remarks(one, leaves) for pair, one in read.cells.items() if one.locked_at},
        rule=[say(one) for one in judged.declared.terms.says()],
        seal=judged.digest,
        decisions=_decisions(results),
        vote=_vote(results),
        prizes=_prizes(judged, entries) if run is not None else (),
        run=run.number if run is not None else None,
        digest=run.digest if run is not None else "",
        closed=_closed(run) if run is not None else "",
        number=f"{given.number:02}" if given is not None else "",
        on=given.dated_on if given is not None else None,
    )


def _entry(results: Results, one: Ranked, say: Say) -> EntryFacts:
    entry = one.row.entry
    return EntryFacts(
        one.code,
        entry.unit.name if entry.unit is not None else one.code,
        entry.title,
        one.place,
        results.scored.scores.get(one.code, {}),
        one.dropped,
        frozenset(judge for code, judge in results.read.recused if code == one.code),
        one.combined,
        [(line.points, say(line.reason)) for line in one.lines],
        one.result,
        [say(step.says()) for step in one.steps if step.has_separated],
    )


def _remarks(cell: Cell, leaves: Sequence[Criterion]) -> list[tuple[str, str]]:
    """Return what a judge wrote for the entrant; the rest is for judge and chair alone."""
    said = [(leaf.title, cell.remarks.get(leaf.id)) for leaf in leaves]
    found = [(title, str(one["text"])) for title, one in said if one is not None and one["public"]]
    return found + ([("", cell.public_note)] if cell.public_note else [])


def _panel(judged: JudgedRound) -> list[tuple[str, str]]:
    rows = db.session.scalars(
        select(PanelMember)
        .join(Panel)
        .where(Panel.round_id == judged.round_id, PanelMember.left_at.is_(None))
        .options(joinedload(PanelMember.account))
        .order_by(Panel.id, PanelMember.number)
    )
    return [(_ROLES[one.role], one.account.full_name) for one in rows]


def _decisions(results: Results) -> list[str]:
    return [
        _decision(results, code, one)
        for code, rows in sorted(results.read.decisions.items())
        for one in rows
    ]


def _decision(results: Results, code: str, one: DeviationDecision) -> str:
    before = ", ".join(f"{judge} {points(Decimal(s))}" for judge, s in sorted(one.before.items()))
    now = results.scored.scores.get(code, {})
    after = ", ".join(f"{judge} {points(now[judge])}" for judge in sorted(now))
    return (
        f"{code}: {_WAYS[one.way]}, lý do: {one.reason}. Điểm trước: {before}."
        f" Điểm sau: {after} (Trưởng ban {one.decided_by.full_name} quyết định);"
    )


def _vote(results: Results) -> str:
    vote = results.read.vote
    if vote is None:
        return ""
    order, votes = " trên ".join(vote.order), f"{vote.votes_for} tán thành"
    return f"{vote.motion} ({order}; {votes}, {vote.votes_against} không tán thành)."


def _prizes(judged: JudgedRound, entries: list[EntryFacts]) -> list[PrizeFacts]:
    held = honouring.held_of(judged)
    by_code = {one.code: one for one in entries}
    return [
        PrizeFacts(
            one.title,
            one.value,
            by_code.get(one.entry.code or "") if one.entry is not None else None,
            one.reason,
        )
        for one in (held.prizes if held is not None else ())
    ]


def _closed(run: JudgedRun) -> str:
    second = run.decided_by.full_name if run.decided_by is not None else ""
    return (
        f"Kết quả do {run.computed_by.full_name} chốt, {second} kiểm tra và đồng ý"
        f" (lần chốt thứ {number(run.number)})."
    )


# --- Writing -----------------------------------------------------------------------------------


def draft(judged: JudgedRound, kind: JudgedKind, say: Say) -> Paper:
    """Return a paper. Raise `DocumentIncomplete` where something it needs is missing."""
    made_from = matter(judged, kind, say)
    if missing(kind, made_from) is not None:
        raise DocumentIncomplete
    return FORMS[kind].made_by(made_from)


def write(judged: JudgedRound, kind: JudgedKind, form: FileForm, say: Say) -> bytes:
    """Return a paper as a file."""
    return drafting.write(draft(judged, kind, say), form)


@atomic()
def record(judged: JudgedRound, what: str, actor: Account, *, form: str) -> None:
    """Write down that somebody takes a paper or the marks of a round out."""
    act = "judged.written" if what in set(JudgedKind) else "judged.exported"
    log, target = judged.round.contest.log, f"round:{judged.round.public_id}"
    auditing.record(actor, act, target, log=log, what=what, form=form)


def file_name(judged: JudgedRound, what: str, form: str) -> str:
    """Return the name under which a file is saved."""
    return f"{what}-{judged.round.contest.slug}-vong-{judged.round.number}.{form}"


def give_number(judged: JudgedRound, kind: JudgedKind, actor: Account, *, at: datetime) -> str:
    """Give a paper the next number of its series, and today's date; the same if it has one."""
    series = drafting.Series(kind.value, FORMS[kind].letters, judged.round.public_id)
    return drafting.number_in(judged.round.contest, series, actor, at=at)


# --- For judges elsewhere ----------------------------------------------------------------------


def bundle(judged: JudgedRound) -> bytes:
    """Return protocol, marks and results, so that anybody can reckon them again, as an archive.

    Entries and judges stand by their codes; `docs/check_judged.py` reads both files.
    """
    results = judged_results.results(judged)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr("quy-tac.json", exported.protocol_file(judged.declared))
        files.writestr("diem.csv", exported.marks_file(results.counted))
        files.writestr("ket-qua.csv", b"".join(sheets.write_csv(_HEADER, _rows(results))))
        files.writestr("niem-phong.txt", f"{judged.digest}\n")
    return target.getvalue()


_HEADER = ("Xếp hạng", "Mã số", "Điểm chấm", "Điểm trừ", "Kết quả")


def _rows(results: Results) -> list[tuple[sheets.Value, ...]]:
    return [(one.place, one.code, one.combined, one.deducted, one.result) for one in results.rows]

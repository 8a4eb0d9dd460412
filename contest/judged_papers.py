"""Papers of a judged round: gathered, drafted, looked at, numbered, written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts import auditing
from accounts.models import Account
from contest import (
    concluding,
    document_queries,
    drafting,
    feedback_sheets,
    honouring,
    judged_events,
    judged_results,
)
from contest.documents import (
    judged_decision,
    judged_feedback,
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
from contest.documents.paper import Paper, Text
from contest.drafting import FileForm
from contest.errors import DocumentIncomplete
from contest.judged_reading import Cell
from contest.judged_results import Ranked, Results
from contest.models import (
    DeviationDecision,
    EntryPrizeList,
    JudgedRound,
    JudgedRun,
    NumberedDocument,
    Panel,
    PanelMember,
    PanelRole,
    RoundState,
)
from contest.rules.judging import rubric
from contest.rules.judging.deviating import Way
from contest.rules.judging.rubric import Criterion
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
    FEEDBACK = "phieu-nhan-xet"


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
    JudgedKind.FEEDBACK: JudgedForm(
        N_("Feedback sheets for entrants"), judged_feedback.paper, needs_run=True
    ),
}
# So much of a paper is set for a look at it; the file has all.
SEEN_ENTRIES, SEEN_JUDGES, SEEN_SHEETS = 60, 2, 3


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


@dataclass(frozen=True, slots=True)
class Listed:
    """A paper that a round can have: the number it was given, and what keeps it from being made."""

    kind: JudgedKind
    number: str
    missing: Sentence | None


def listed(judged: JudgedRound, say: Say) -> list[Listed]:
    """Return every paper of a round; the round is read once for all of them."""
    made_from = matter(judged, JudgedKind.SHEETS, say)
    given = document_queries.numbers_of(judged.round.contest)
    return [
        Listed(
            kind, _number(given.get((kind.value, judged.round.public_id))), missing(kind, made_from)
        )
        for kind in JudgedKind
    ]


def _number(given: NumberedDocument | None) -> str:
    return f"{given.number:02}" if given is not None else ""


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
        rule=[say(one) for one in judged.declared.says()],
        seal=judged.digest,
        decisions=_decisions(results),
        vote=_vote(results),
        events=judged_events.told(results),
        prizes=_prizes(honouring.held_of(judged), entries) if run is not None else (),
        run=run.number if run is not None else None,
        digest=run.digest if run is not None else "",
        closed=_closed(run) if run is not None else "",
        number=_number(given),
        on=given.dated_on if given is not None else None,
        feedback=feedback_sheets.sheets(results, say) if kind is JudgedKind.FEEDBACK else (),
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
        entry.category.title if results.resolved.groups else "",
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
        f"{code}: {_WAYS[one.way]}, lý do: {one.reason.rstrip('. ')}. Điểm trước: {before}."
        f" Điểm sau: {after} (Trưởng ban {one.decided_by.full_name} quyết định);"
    )


def _vote(results: Results) -> str:
    vote = results.read.vote
    if vote is None:
        return ""
    order, votes = " trên ".join(vote.order), f"{vote.votes_for} tán thành"
    return f"{vote.motion} ({order}; {votes}, {vote.votes_against} không tán thành)."


def _prizes(held: EntryPrizeList | None, entries: Sequence[EntryFacts]) -> list[PrizeFacts]:
    by_code = {one.code: one for one in entries}
    return [
        PrizeFacts(
            one.named,
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


def preview(judged: JudgedRound, kind: JudgedKind, say: Say) -> Paper | None:
    """Return the beginning of a paper as it would be now, marked as a draft until it is due.

    Prizes are those of the newest list, agreed to or not. None for a round without entries.
    """
    made_from = matter(judged, kind, say)
    if not made_from.entries:
        return None
    is_draft = missing(kind, made_from) is not None
    if FORMS[kind].needs_prizes and not made_from.prizes:
        newest = next(iter(honouring.lists_of(judged)), None)
        made_from = replace(made_from, prizes=_prizes(newest, made_from.entries))
    some = replace(
        made_from,
        entries=made_from.entries[:SEEN_ENTRIES],
        judges=made_from.judges[:SEEN_JUDGES] if kind is JudgedKind.SHEETS else made_from.judges,
        feedback=made_from.feedback[:SEEN_SHEETS],
    )
    paper = FORMS[kind].made_by(some)
    return replace(paper, blocks=(_DRAFT, *paper.blocks)) if is_draft else paper


_DRAFT = Text("DỰ THẢO", "b", is_centred=True)


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

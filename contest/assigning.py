"""Giving entries to the judges of a panel: by flow, loads even, recused judges kept out."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, subqueryload

from accounts import auditing
from accounts.models import Account
from contest.errors import CannotJudge
from contest.models import (
    Entry,
    JudgedRound,
    Panel,
    PanelMember,
    PanelRole,
    Recusal,
    RoundEntry,
    Scoresheet,
)
from contest.rules.judging import assigning, connecting, drawing, planning
from contest.rules.judging.assigning import Assignment, Request
from core import ids
from core.db import atomic, db, lock
from core.text import N_


@dataclass(frozen=True, slots=True)
class _State:
    """What a panel has: its entries, its judges who sit, and the sheets there are, by both."""

    entries: dict[str, RoundEntry]
    judges: dict[str, PanelMember]
    sheets: dict[tuple[str, str], Scoresheet]
    forbidden: frozenset[tuple[str, str]]


@atomic()
def assign(panel: Panel, actor: Account, *, at: datetime) -> Assignment:
    """Give every entry of a panel its judges, and each judge an order to score in.

    Doing it again, after somebody left or was recused, keeps every sheet that a judge has begun
    and gives out only the rest. Raise `CannotJudge` where conflicts leave an entry too few judges.
    """
    lock(panel.judged)
    state = _state(panel)
    if not state.judges:
        raise CannotJudge(N_("Nobody sits on the panel yet."))
    seed = f"{panel.judged.seed}{panel.public_id}"
    plan = assigning.assigned(_request(panel.judged, state), seed)
    if plan.problems:
        raise CannotJudge(plan.problems[0].message, **plan.problems[0].values)
    _write(state, plan, seed.encode())
    auditing.record(
        actor,
        "panel.assigned",
        f"panel:{panel.public_id}",
        log=panel.judged.round.contest.log,
        entries=len(state.entries),
        judges=len(state.judges),
    )
    return plan


@atomic()
def anchor(panel: Panel, actor: Account, *, at: datetime) -> list[str]:
    """Let every judge of a panel score the entries that would link it best; return their codes.

    Judges who are recused stay out. Raise `CannotJudge` before entries are given to judges, and
    where no anchor is needed.
    """
    lock(panel.judged)
    state = _state(panel)
    plan = {entry: set[str]() for entry in state.entries}
    for entry, judge in state.sheets:
        plan[entry].add(judge)
    if not any(plan.values()):
        raise CannotJudge(N_("Give the entries to judges first."))
    advice = planning.advice(plan, state.forbidden)
    if advice is None:
        raise CannotJudge(N_("The plan is as sure as it can be: no anchor is needed."))
    whole = connecting.anchored(plan, advice.entries, state.forbidden)
    seed = f"{panel.judged.seed}{panel.public_id}"
    _write(state, Assignment(whole), seed.encode())
    codes = [state.entries[one].entry.code or one for one in advice.entries]
    target, log = f"panel:{panel.public_id}", panel.judged.round.contest.log
    auditing.record(actor, "panel.anchored", target, log=log, entries=codes)
    return codes


def _request(judged: JudgedRound, state: _State) -> Request:
    panel: dict[str, set[str]] = {entry: set() for entry in state.entries}
    begun: dict[str, set[str]] = {entry: set() for entry in state.entries}
    for (entry, judge), sheet in state.sheets.items():
        if (entry, judge) not in state.forbidden:
            panel[entry].add(judge)
        if _is_begun(sheet):
            begun[entry].add(judge)
    # An entry with more judges than agreed is an anchor, and stays one.
    kept = {
        entry: frozenset(begun[entry] | (judges if len(judges) > judged.judges_each else set()))
        for entry, judges in panel.items()
    }
    return Request(
        sorted(state.entries),
        sorted(state.judges),
        min(judged.judges_each, len(state.judges)),
        state.forbidden,
        kept=kept,
    )


def _is_begun(sheet: Scoresheet) -> bool:
    return bool(sheet.sequence or sheet.marks or sheet.versions)


def _state(panel: Panel) -> _State:
    wanted = select(RoundEntry).join(Entry).where(RoundEntry.round_id == panel.round_id)
    if panel.category_id is not None:
        wanted = wanted.where(Entry.category_id == panel.category_id)
    entries = {one.entry.public_id: one for one in db.session.scalars(wanted.options(_ENTRY))}
    sits = (PanelMember.panel_id == panel.id, PanelMember.left_at.is_(None))
    members = db.session.scalars(select(PanelMember).where(*sits).options(_ACCOUNT))
    judges = {one.account.public_id: one for one in members if _judges(one)}
    sheets = db.session.scalars(
        select(Scoresheet).join(PanelMember).where(*sits).options(subqueryload(Scoresheet.versions))
    )
    by_entry = {row.id: name for name, row in entries.items()}
    by_judge = {row.id: name for name, row in judges.items()}
    return _State(
        entries,
        judges,
        {
            (by_entry[one.round_entry_id], by_judge[one.member_id]): one
            for one in sheets
            if one.round_entry_id in by_entry and one.member_id in by_judge
        },
        _forbidden(entries, judges),
    )


def _judges(member: PanelMember) -> bool:
    """Say whether a member scores; a substitute does once there is somebody to stand in for."""
    if member.role is PanelRole.SUBSTITUTE:
        return member.replaces_id is not None
    return member.role in (PanelRole.CHAIR, PanelRole.MEMBER)


def _forbidden(
    entries: dict[str, RoundEntry], judges: dict[str, PanelMember]
) -> frozenset[tuple[str, str]]:
    by_entry = {row.entry_id: name for name, row in entries.items()}
    by_account = {row.account_id: name for name, row in judges.items()}
    rows = db.session.execute(
        select(Recusal.entry_id, Recusal.account_id).where(Recusal.account_id.in_(by_account))
    )
    return frozenset((by_entry[e], by_account[a]) for e, a in rows if e in by_entry)


def _write(state: _State, plan: Assignment, seed: bytes) -> None:
    """Take untouched sheets away that the plan does not ask for, and make those it lacks."""
    for (entry, judge), sheet in state.sheets.items():
        if judge not in plan.panel[entry] and not _is_begun(sheet):
            db.session.delete(sheet)
    turns = drawing.turned(seed, {judge: plan.of_judge(judge) for judge in state.judges})
    for judge, order in turns.items():
        for position, entry in enumerate(order, start=1):
            sheet = state.sheets.get((entry, judge)) or Scoresheet(
                public_id=ids.public_id(),
                round_entry=state.entries[entry],
                member=state.judges[judge],
            )
            sheet.position = position
            db.session.add(sheet)
    db.session.flush()


_ENTRY = joinedload(RoundEntry.entry)
_ACCOUNT = joinedload(PanelMember.account)

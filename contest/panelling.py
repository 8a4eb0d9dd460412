"""Panels: set up, people appointed to them, leaving, and replaced by somebody else."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from accounts import auditing, granting
from accounts.models import Account, Grant
from accounts.rules.authorizing import Role, ScopeKind
from contest import judging
from contest.errors import CannotJudge
from contest.models import EntryCategory, JudgedRound, Panel, PanelMember, PanelRole
from core import ids
from core.db import atomic, db, lock
from core.text import N_


@dataclass(frozen=True, slots=True)
class PanelSettings:
    """What a panel is: its name, its category or all, the criteria that name it or the others."""

    title: str
    category: EntryCategory | None = None
    criteria: str = ""


@atomic()
def add(judged: JudgedRound, settings: PanelSettings, actor: Account) -> Panel:
    """Set up a panel. Raise `CannotJudge` where another one has the name."""
    lock(judged)
    if _named(judged, settings.title) is not None:
        raise CannotJudge(N_("Another panel of the round has this name."))
    panel = Panel(public_id=ids.public_id(), judged=judged, title=settings.title)
    panel.category, panel.criteria = settings.category, settings.criteria
    db.session.add(panel)
    db.session.flush()
    told = {"title": panel.title, "criteria": panel.criteria}
    _record(panel, actor, "panel.added", **told)
    return panel


@atomic()
def remove(panel: Panel, actor: Account) -> None:
    """Take away a panel to which nobody was ever appointed. Raise `CannotJudge` otherwise."""
    lock(panel)
    if panel.members:
        raise CannotJudge(N_("People were appointed to this panel: it stays."))
    _record(panel, actor, "panel.removed", title=panel.title)
    db.session.delete(panel)


@atomic()
def appoint(
    panel: Panel, account: Account, role: PanelRole, actor: Account, *, at: datetime
) -> PanelMember:
    """Give somebody a seat on a panel, and who judges the role of a judge in the round.

    Raise `CannotJudge` for who sits there already, or for a second chair; `OwnRole` for oneself.
    """
    lock(panel)
    sitting = [one for one in panel.members if one.left_at is None]
    if any(one.account_id == account.id for one in sitting):
        raise CannotJudge(N_("This person sits on the panel already."))
    if role is PanelRole.CHAIR and any(one.role is PanelRole.CHAIR for one in sitting):
        raise CannotJudge(N_("The panel has a chair already."))
    member = _seat(panel, account, role, at)
    _let_in(member, actor, at)
    _record(panel, actor, "panel.appointed", account=account.public_id, role=role.value)
    return member


@atomic()
def leave(member: PanelMember, actor: Account, *, reason: str, at: datetime) -> PanelMember:
    """Let somebody leave a panel; what was handed in stays. Doing it twice is once.

    Raise `CannotJudge` without a reason.
    """
    lock(member)
    if member.left_at is not None:
        return member
    if not reason.strip():
        raise CannotJudge(N_("Say why this person leaves the panel."))
    member.left_at, member.left_for = at, reason
    db.session.flush()
    _let_out(member, actor, at)
    told = {"account": member.account.public_id, "reason": reason}
    _record(member.panel, actor, "panel.left", **told)
    return member


@atomic()
def replace(
    member: PanelMember, account: Account, actor: Account, *, reason: str, at: datetime
) -> PanelMember:
    """Let somebody leave, and another person take over the seat: a substitute, or anybody new.

    What was handed in stays with who handed it in; entries are given out anew afterwards. Raise
    `CannotJudge` without a reason, for who does not judge, and for who judges there already.
    """
    panel = member.panel
    lock(panel)
    if member.role not in judging.JUDGES or member.left_at is not None:
        raise CannotJudge(N_("Only a judge who sits on the panel is replaced."))
    seats = [one for one in panel.members if one.account_id == account.id and one.left_at is None]
    waits = next((one for one in seats if _waits(one)), None)
    if seats and waits is None:
        raise CannotJudge(N_("This person sits on the panel already."))
    leave(member, actor, reason=reason, at=at)
    new = waits or _seat(panel, account, PanelRole.SUBSTITUTE, at)
    new.replaces_id = member.id
    _let_in(new, actor, at)
    told = {"account": account.public_id, "instead_of": member.account.public_id}
    _record(panel, actor, "panel.replaced", **told, reason=reason)
    return new


def _waits(member: PanelMember) -> bool:
    return member.role is PanelRole.SUBSTITUTE and member.replaces_id is None


def _seat(panel: Panel, account: Account, role: PanelRole, at: datetime) -> PanelMember:
    number = 1 + max((one.number for one in panel.members), default=0)
    member = PanelMember(panel=panel, account=account, role=role, number=number, appointed_at=at)
    db.session.add(member)
    db.session.flush()
    return member


def _let_in(member: PanelMember, actor: Account, at: datetime) -> None:
    if member.role in judging.JUDGES:
        scope = (ScopeKind.ROUND, member.panel.round_id)
        granting.give(actor, member.account, Role.JUDGE, scope, at=at)


def _let_out(member: PanelMember, actor: Account, at: datetime) -> None:
    """Take the judge's role back from who judges on no other panel of the round."""
    elsewhere = (
        select(PanelMember.id)
        .join(Panel)
        .where(
            Panel.round_id == member.panel.round_id,
            PanelMember.account_id == member.account_id,
            PanelMember.left_at.is_(None),
            PanelMember.role.in_(judging.JUDGES),
        )
    )
    if db.session.scalar(elsewhere.limit(1)) is not None:
        return
    held = select(Grant).where(
        Grant.account_id == member.account_id,
        Grant.role == Role.JUDGE,
        Grant.scope_kind == ScopeKind.ROUND,
        Grant.scope_id == member.panel.round_id,
        Grant.valid_to.is_(None),
    )
    for grant in db.session.scalars(held):
        granting.withdraw(actor, grant, at=at)


def _named(judged: JudgedRound, title: str) -> Panel | None:
    return db.session.scalar(
        select(Panel).where(Panel.round_id == judged.round_id, Panel.title == title)
    )


def _record(panel: Panel, actor: Account, act: str, **details: object) -> None:
    log = panel.judged.round.contest.log
    auditing.record(actor, act, f"panel:{panel.public_id}", log=log, **details)

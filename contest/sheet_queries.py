"""What judges read: their rounds, their own sheets and nobody else's, and what came apart."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import contains_eager, joinedload, subqueryload

from contest.models import (
    Entry,
    JudgedRound,
    Panel,
    PanelMember,
    PanelRole,
    Recusal,
    Round,
    RoundEntry,
    Scoresheet,
    SheetDraft,
    SheetState,
)
from core.db import db

_JUDGES = (PanelRole.CHAIR, PanelRole.MEMBER, PanelRole.SUBSTITUTE)


@dataclass(frozen=True, slots=True)
class Task:
    """A round in which somebody judges: how many sheets there are, and how many are handed in."""

    round: Round
    sheets: int
    locked: int


@dataclass(frozen=True, slots=True)
class Own:
    """A judge's sheets of a round in the order to score them, and what the judge is kept from."""

    judged: JudgedRound
    sheets: Sequence[Scoresheet]
    recused: frozenset[int]

    def is_recused(self, sheet: Scoresheet) -> bool:
        """Say whether the judge does not judge the entry of a sheet."""
        return sheet.round_entry.entry_id in self.recused

    @property
    def to_do(self) -> list[Scoresheet]:
        """The sheets that are still to be handed in."""
        return [one for one in self.sheets if not self.is_recused(one) and one.locked is None]


def tasks_of(account_id: int) -> list[Task]:
    """Return the rounds in which an account judges something now, the newest first."""
    locked = func.sum(case((Scoresheet.state == SheetState.LOCKED, 1), else_=0))
    counts = db.session.execute(
        select(Panel.round_id, func.count(Scoresheet.id), locked)
        .join(PanelMember, PanelMember.panel_id == Panel.id)
        .join(Scoresheet, Scoresheet.member_id == PanelMember.id)
        .join(JudgedRound, JudgedRound.round_id == Panel.round_id)
        .where(*_sits(account_id), JudgedRound.sealed_at.is_not(None))
        .group_by(Panel.round_id)
    ).all()
    rounds = db.session.scalars(
        select(Round)
        .where(Round.id.in_([row[0] for row in counts]))
        .options(joinedload(Round.contest))
        .order_by(Round.opens_at.desc(), Round.id)
    )
    told = {row[0]: (int(row[1]), int(row[2] or 0)) for row in counts}
    return [Task(round_, *told[round_.id]) for round_ in rounds]


def own_sheets(account_id: int, round_public_id: str) -> Own | None:
    """Return a judge's sheets of a sealed round; None where there are none. Four statements."""
    judged = db.session.scalar(
        select(JudgedRound)
        .join(JudgedRound.round)
        .where(Round.public_id == round_public_id, JudgedRound.sealed_at.is_not(None))
        .options(contains_eager(JudgedRound.round).joinedload(Round.contest))
    )
    if judged is None:
        return None
    sheets = db.session.scalars(
        select(Scoresheet)
        .join(Scoresheet.member)
        .join(PanelMember.panel)
        .where(*_sits(account_id), Panel.round_id == judged.round_id)
        .options(*_WHOLE)
        .order_by(Panel.id, Scoresheet.position, Scoresheet.id)
    ).all()
    if not sheets:
        return None
    return Own(judged, sheets, _recused(account_id, [one.round_entry.entry_id for one in sheets]))


def sheet_with(public_id: str) -> Scoresheet | None:
    """Return a sheet with its entry, panel and round."""
    return db.session.scalar(
        select(Scoresheet).where(Scoresheet.public_id == public_id).options(*_WHOLE)
    )


def drafts_of(sheet: Scoresheet) -> Sequence[SheetDraft]:
    """Return everything that devices sent of a sheet, as it came."""
    return db.session.scalars(
        select(SheetDraft).where(SheetDraft.sheet_id == sheet.id).order_by(SheetDraft.id)
    ).all()


def seats_of(account_id: int, panel: Panel) -> set[PanelRole]:
    """Return what an account does on a panel now."""
    found = select(PanelMember.role).where(
        PanelMember.account_id == account_id,
        PanelMember.panel_id == panel.id,
        PanelMember.left_at.is_(None),
    )
    return set(db.session.scalars(found))


def _sits(account_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        PanelMember.account_id == account_id,
        PanelMember.left_at.is_(None),
        PanelMember.role.in_(_JUDGES),
    )


def _recused(account_id: int, entry_ids: list[int]) -> frozenset[int]:
    found = select(Recusal.entry_id).where(
        Recusal.account_id == account_id, Recusal.entry_id.in_(entry_ids)
    )
    return frozenset(db.session.scalars(found))


_WHOLE = (
    subqueryload(Scoresheet.versions),
    joinedload(Scoresheet.member).joinedload(PanelMember.panel),
    joinedload(Scoresheet.round_entry).options(
        joinedload(RoundEntry.entry).options(
            joinedload(Entry.category), joinedload(Entry.unit), joinedload(Entry.contest)
        ),
        joinedload(RoundEntry.version),
        joinedload(RoundEntry.judged).joinedload(JudgedRound.round).joinedload(Round.contest),
    ),
)

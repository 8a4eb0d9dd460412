"""The way for a view to a judged round, and what the asker may know of it: marks, names, acts."""

from collections.abc import Set
from dataclasses import dataclass

from sqlalchemy import select

from accounts.access import signed_in
from accounts.rules.authorizing import Permission
from contest import access, concluding, entry_queries, judge_access, overviews
from contest.judged_reading import JUDGES, Read
from contest.models import (
    Entry,
    EntryMember,
    EntryPrize,
    EntryPrizeList,
    JudgedRound,
    JudgedRun,
    Panel,
    PanelMember,
    PanelRole,
    Round,
    RoundState,
)
from core import clock
from core.db import db
from core.errors import Forbidden, NotFound


@dataclass(frozen=True, slots=True)
class Seat:
    """What the asker is to a judged round.

    Staff compute results; `chairs` are the panels that the asker chairs; `assists` is whether the
    asker keeps their books or watches over them. Whoever judges sees of an entry what the others
    gave only once the own sheet is locked, and in a blind round no name before the end.
    """

    account_id: int
    is_staff: bool
    chairs: Set[int]
    assists: bool
    judges: bool
    is_blind: bool
    is_final: bool
    # Judges blindly in any round of the contest: entries go on from one to the next.
    is_kept_blind: bool = False

    @property
    def sees_names(self) -> bool:
        """Whether the asker may know whose entries these are."""
        if self.is_kept_blind:
            return False
        return self.is_final or not self.is_blind or (self.is_staff and not self.judges)

    @property
    def sees_table(self) -> bool:
        """Whether the panel's table is for the asker."""
        return self.is_staff or bool(self.chairs) or self.assists

    @property
    def may_chair(self) -> bool:
        """Whether the asker decides about scores too far apart."""
        return bool(self.chairs) and not self.is_final

    @property
    def may_write(self) -> bool:
        """Whether the asker adds lines and records votes: staff, chair, the panel's secretary."""
        return self.sees_table and not self.is_final

    def is_shut(self, read: Read, code: str) -> bool:
        """Say whether the marks of an entry are still hidden: the asker has to judge it first."""
        return any(
            (code, one.key) in read.cells and read.cells[code, one.key].marks is None
            for one in read.judges_of(self.account_id)
            if not one.has_left
        )

    def waits(self, read: Read) -> bool:
        """Say whether the marks of any entry are still hidden from the asker."""
        return any(self.is_shut(read, code) for code in read.entries)


def table_seen(public_id: str) -> tuple[JudgedRound, Seat]:
    """Return a judged round whose table the asker may see, and what the asker is to it.

    To somebody without any part in the contest it does not exist. Raise `SignInNeeded`,
    `NotFound` or `Forbidden`: other judges do not see it.
    """
    signed_in()
    round_ = overviews.round_with(public_id)
    judged = db.session.get(JudgedRound, round_.id) if round_ is not None else None
    if round_ is None or judged is None:
        raise NotFound
    seat = seat_in(judged)
    if not seat.sees_table:
        if access.may_in_round(round_, Permission.SEE_CONTEST):
            raise Forbidden
        raise NotFound
    return judged, seat


def seat_in(judged: JudgedRound) -> Seat:
    """Return what the asker is to a judged round; two statements."""
    account, round_ = signed_in(), judged.round
    rows = db.session.execute(
        select(PanelMember.panel_id, PanelMember.role)
        .join(Panel)
        .where(
            Panel.round_id == judged.round_id,
            PanelMember.account_id == account.id,
            PanelMember.left_at.is_(None),
        )
    ).all()
    return Seat(
        account.id,
        access.may_in_round(round_, Permission.COMPUTE_RESULTS),
        frozenset(panel for panel, role in rows if role is PanelRole.CHAIR),
        any(role in (PanelRole.SECRETARY, PanelRole.SUPERVISOR) for _panel, role in rows),
        any(role in JUDGES for _panel, role in rows),
        judged.is_blind,
        round_.state is RoundState.FINAL,
        entry_queries.judges_blindly(account, round_.contest),
    )


def seat_of(round_: Round) -> Seat:
    """Return what the asker is to a round that is judged."""
    return seat_in(db.session.get_one(JudgedRound, round_.id))


def run_managed(public_id: str) -> JudgedRun:
    """Return a run of a judged round whose results the asker may compute."""
    signed_in()
    run = db.session.scalar(select(JudgedRun).where(JudgedRun.public_id == public_id))
    if run is None:
        raise NotFound
    judge_access.judged_round(run.judged.round.public_id, Permission.COMPUTE_RESULTS)
    return run


def prizes_managed(public_id: str) -> EntryPrizeList:
    """Return a list of prizes of entries in whose round the asker may compute results."""
    signed_in()
    found = db.session.scalar(select(EntryPrizeList).where(EntryPrizeList.public_id == public_id))
    if found is None:
        raise NotFound
    judge_access.judged_round(found.judged.round.public_id, Permission.COMPUTE_RESULTS)
    return found


def prize_managed(public_id: str) -> EntryPrize:
    """Return a prize of an entry in whose round the asker may compute results."""
    signed_in()
    found = db.session.scalar(select(EntryPrize).where(EntryPrize.public_id == public_id))
    if found is None:
        raise NotFound
    prizes_managed(found.prize_list.public_id)
    return found


def open_result(slug: str, number: int) -> tuple[JudgedRound, JudgedRun]:
    """Return a judged round of a public contest with its final run, once everybody may see it."""
    contest = access.open_contest(slug)
    round_ = next((one for one in contest.rounds if one.number == number), None)
    judged = db.session.get(JudgedRound, round_.id) if round_ is not None else None
    if judged is None or not concluding.is_shown(judged, at=clock.now(), everybody=True):
        raise NotFound
    run = concluding.run_of(judged)
    if run is None:
        raise NotFound
    return judged, run


def own_entry(public_id: str) -> Entry:
    """Return an entry that the asker handed in or is a member of; others' are not there."""
    account = signed_in()
    found = db.session.scalar(
        select(Entry)
        .outerjoin(EntryMember, EntryMember.entry_id == Entry.id)
        .where(
            Entry.public_id == public_id,
            (Entry.entered_by_id == account.id) | (EntryMember.account_id == account.id),
        )
        .limit(1)
    )
    if found is None:
        raise NotFound
    return found

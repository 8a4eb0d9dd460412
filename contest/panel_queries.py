"""What is read of panels: who sits on them, who judges what, how far it is, who is in conflict."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from accounts import unit_queries
from accounts.models import Account
from contest.models import (
    ConflictDismissal,
    Entry,
    EntryMember,
    JudgedRound,
    JudgeTie,
    MemberRole,
    Panel,
    PanelMember,
    PanelRole,
    PaperTyping,
    Recusal,
    Round,
    RoundEntry,
    Scoresheet,
    SheetState,
)
from contest.rules.judging import conflicts, relations
from contest.rules.judging.conflicts import Conflict, Entrant, Person
from core.db import db
from core.text import fold
from core.vietnam import civil_day

_JUDGES = (PanelRole.CHAIR, PanelRole.MEMBER, PanelRole.SUBSTITUTE)


@dataclass(frozen=True, slots=True)
class Desk:
    """A panel with its work: entries, the judges who have sheets or sit, and the sheets by both."""

    panel: Panel
    entries: Sequence[RoundEntry]
    judges: Sequence[PanelMember]
    sheets: dict[tuple[int, int], Scoresheet]
    recused: frozenset[tuple[int, int]]

    @property
    def plan(self) -> dict[str, frozenset[str]]:
        """Who judges what, by codes of entries and numbers of judges; who left is out."""
        sits = {one.id: f"GK{one.number}" for one in self.judges if one.left_at is None}
        return {
            row.entry.code or row.entry.public_id: frozenset(
                name for member, name in sits.items() if self._judges(row, member)
            )
            for row in self.entries
        }

    def _judges(self, row: RoundEntry, member: int) -> bool:
        return (row.id, member) in self.sheets and (row.id, member) not in self.recused

    @property
    def barred(self) -> frozenset[tuple[str, str]]:
        """Pairs that must not be, as `plan` names them."""
        codes = {row.id: row.entry.code or row.entry.public_id for row in self.entries}
        names = {one.id: f"GK{one.number}" for one in self.judges}
        return frozenset((codes[e], names[j]) for e, j in self.recused if e in codes)

    @property
    def locked(self) -> int:
        """How many sheets are handed in."""
        return sum(one.state is SheetState.LOCKED for one in self.sheets.values())

    def state(self, row: RoundEntry, member: PanelMember) -> str:
        """Return how the sheet of a judge for an entry stands; empty where there is none."""
        if (row.id, member.id) in self.recused:
            return "recused"
        sheet = self.sheets.get((row.id, member.id))
        if sheet is None:
            return ""
        if sheet.state is SheetState.LOCKED:
            return "locked"
        return "begun" if sheet.sequence else "open"


@dataclass(frozen=True, slots=True)
class Found:
    """A conflict with the entry and the judge that it is between."""

    conflict: Conflict
    entry: Entry
    judge: Account


def panels_of(judged: JudgedRound) -> Sequence[Panel]:
    """Return the panels of a round with everybody who sits or sat on them; two statements."""
    return db.session.scalars(
        select(Panel)
        .where(Panel.round_id == judged.round_id)
        .options(joinedload(Panel.category), _MEMBERS)
        .order_by(Panel.id)
    ).all()


def counts_of(judged: JudgedRound) -> dict[int, tuple[int, int]]:
    """Return how many sheets each panel has, by its id, and how many are handed in."""
    locked = func.sum(case((Scoresheet.state == SheetState.LOCKED, 1), else_=0))
    rows = db.session.execute(
        select(Panel.id, func.count(Scoresheet.id), locked)
        .join(PanelMember, PanelMember.panel_id == Panel.id)
        .join(Scoresheet, Scoresheet.member_id == PanelMember.id)
        .where(Panel.round_id == judged.round_id)
        .group_by(Panel.id)
    )
    return {panel: (int(sheets), int(done or 0)) for panel, sheets, done in rows}


def panel_with(public_id: str) -> Panel | None:
    """Return a panel with its round, contest and members."""
    return db.session.scalar(
        select(Panel)
        .where(Panel.public_id == public_id)
        .options(
            joinedload(Panel.judged).joinedload(JudgedRound.round).joinedload(Round.contest),
            joinedload(Panel.category),
            _MEMBERS,
        )
    )


def desk_of(panel: Panel) -> Desk:
    """Return a panel with its work; three statements."""
    wanted = select(RoundEntry).join(Entry).where(RoundEntry.round_id == panel.round_id)
    if panel.category_id is not None:
        wanted = wanted.where(Entry.category_id == panel.category_id)
    entries = db.session.scalars(
        wanted.options(joinedload(RoundEntry.entry)).order_by(Entry.code)
    ).all()
    sheets = db.session.scalars(
        select(Scoresheet).join(PanelMember).where(PanelMember.panel_id == panel.id)
    )
    by_both = {(one.round_entry_id, one.member_id): one for one in sheets}
    have = {member for _, member in by_both}
    judges = [one for one in panel.members if one.id in have or _scores(one)]
    return Desk(panel, entries, judges, by_both, _recused(entries, judges))


def _scores(member: PanelMember) -> bool:
    if member.left_at is not None or member.role not in _JUDGES:
        return False
    return member.role is not PanelRole.SUBSTITUTE or member.replaces_id is not None


def _recused(
    entries: Sequence[RoundEntry], judges: Sequence[PanelMember]
) -> frozenset[tuple[int, int]]:
    rows = {row.entry_id: row.id for row in entries}
    seats: dict[int, list[int]] = {}
    for one in judges:
        seats.setdefault(one.account_id, []).append(one.id)
    found = db.session.execute(
        select(Recusal.entry_id, Recusal.account_id).where(Recusal.account_id.in_(seats))
    )
    return frozenset(
        (rows[entry], seat) for entry, account in found if entry in rows for seat in seats[account]
    )


def blank_sheets(panel: Panel) -> Sequence[Scoresheet]:
    """Return the sheets of a panel that are not handed in, by judge and order; one statement."""
    return db.session.scalars(
        select(Scoresheet)
        .join(Scoresheet.member)
        .where(
            PanelMember.panel_id == panel.id,
            PanelMember.left_at.is_(None),
            Scoresheet.state == SheetState.DRAFT,
        )
        .options(
            contains_eager(Scoresheet.member).joinedload(PanelMember.panel),
            joinedload(Scoresheet.round_entry).options(
                joinedload(RoundEntry.entry).options(
                    joinedload(Entry.category), joinedload(Entry.unit)
                ),
                joinedload(RoundEntry.version),
                joinedload(RoundEntry.judged),
            ),
        )
        .order_by(PanelMember.number, Scoresheet.position)
    ).all()


def typed_in(panel: Panel) -> dict[int, set[int]]:
    """Return who has typed which sheet of a panel in that is not handed in yet; one statement."""
    rows = db.session.execute(
        select(PaperTyping.sheet_id, PaperTyping.typist_id)
        .join(Scoresheet, Scoresheet.id == PaperTyping.sheet_id)
        .join(PanelMember, PanelMember.id == Scoresheet.member_id)
        .where(PanelMember.panel_id == panel.id, Scoresheet.state == SheetState.DRAFT)
    )
    found: dict[int, set[int]] = {}
    for sheet, typist in rows:
        found.setdefault(sheet, set()).add(typist)
    return found


def recusals_of(judged: JudgedRound) -> Sequence[Recusal]:
    """Return the recusals that concern the entries and judges of a round; one statement."""
    entries = select(RoundEntry.entry_id).where(RoundEntry.round_id == judged.round_id)
    people = select(PanelMember.account_id).join(Panel).where(Panel.round_id == judged.round_id)
    return db.session.scalars(
        select(Recusal)
        .where(Recusal.entry_id.in_(entries), Recusal.account_id.in_(people))
        .options(joinedload(Recusal.entry), joinedload(Recusal.account))
        .order_by(Recusal.id)
    ).all()


def conflicts_in(judged: JudgedRound, *, at: datetime) -> list[Found]:
    """Return the conflicts that units and people show and nobody has decided on; seven statements.

    The units of who judges and who entered are those of now.
    """
    judges = judging_in(judged)
    entrants = {row.public_id: row for row in _entered(judged)}
    members = _people(entrants.values())
    places = {fold(row.unit.name) for row in entrants.values() if row.unit}
    ties = ties_of(judged)
    people = [_person(one, [t for t in ties if t.account_id == one.id], places) for one in judges]
    entered = [_entrant(one, members.get(one.id, [])) for one in entrants.values()]
    units = {one.unit for one in people} | {one.unit for one in entered}
    units |= {who.unit for one in entered for who in one.members}
    known = {(one.entry.public_id, one.account.public_id) for one in recusals_of(judged)}
    over = _parents(units - {""}, at)
    no = [(row.public_id, one.account.public_id, one.cause) for one, row in dismissals_of(judged)]
    found = conflicts.conflicts(people, entered, over, dismissed=no)
    accounts = {one.public_id: one for one in judges}
    return [
        Found(one, entrants[one.entry], accounts[one.judge])
        for one in found
        if (one.entry, one.judge) not in known
    ]


def ties_of(judged: JudgedRound) -> Sequence[JudgeTie]:
    """Return the organiser's list of people near to judges of a round; one statement."""
    return db.session.scalars(
        select(JudgeTie)
        .where(JudgeTie.round_id == judged.round_id)
        .options(joinedload(JudgeTie.account))
        .order_by(JudgeTie.id)
    ).all()


def dismissals_of(judged: JudgedRound) -> Sequence[tuple[ConflictDismissal, Entry]]:
    """Return the conflicts of a round that somebody dismissed, with their entries."""
    rows = db.session.execute(
        select(ConflictDismissal, Entry)
        .join(Entry, Entry.id == ConflictDismissal.entry_id)
        .join(RoundEntry, RoundEntry.entry_id == Entry.id)
        .where(RoundEntry.round_id == judged.round_id)
        .options(joinedload(ConflictDismissal.account), joinedload(ConflictDismissal.decided_by))
        .order_by(ConflictDismissal.id)
    )
    return [(one, entry) for one, entry in rows]


def judging_in(judged: JudgedRound) -> list[Account]:
    """Return who judges in a round now, substitutes who wait among them."""
    return list(
        db.session.scalars(
            select(Account)
            .join(PanelMember, PanelMember.account_id == Account.id)
            .join(Panel, Panel.id == PanelMember.panel_id)
            .where(
                Panel.round_id == judged.round_id,
                PanelMember.left_at.is_(None),
                PanelMember.role.in_(_JUDGES),
            )
            .distinct()
            .order_by(Account.id)
        )
    )


def _entered(judged: JudgedRound) -> Sequence[Entry]:
    return db.session.scalars(
        select(Entry)
        .join(RoundEntry, RoundEntry.entry_id == Entry.id)
        .where(RoundEntry.round_id == judged.round_id)
        .options(joinedload(Entry.unit))
        .order_by(Entry.code)
    ).all()


def _people(entries: Iterable[Entry]) -> dict[int, list[EntryMember]]:
    wanted = [one.id for one in entries]
    rows = db.session.scalars(
        select(EntryMember)
        .where(EntryMember.entry_id.in_(wanted))
        .options(joinedload(EntryMember.account))
    )
    found: dict[int, list[EntryMember]] = {}
    for one in rows:
        found.setdefault(one.entry_id, []).append(one)
    return found


def _person(account: Account, ties: Sequence[JudgeTie], places: set[str]) -> Person:
    """Return a judge with what the organiser's list says; places are found in names of units."""
    homes = {
        (relations.family(one.name or account.full_name), place)
        for one in ties
        for place in places
        if one.place and fold(one.place) in place
    }
    near = frozenset(fold(one.name) for one in ties if one.name)
    name = fold(account.full_name)
    unit = str(account.unit_id or "")
    return Person(account.public_id, unit, name=name, near=near, homes=frozenset(homes))


def _entrant(entry: Entry, members: Sequence[EntryMember]) -> Entrant:
    named = [one for one in members if one.role is not MemberRole.MENTOR]
    mentors = [one for one in members if one.role is MemberRole.MENTOR]
    place = fold(entry.unit.name) if entry.unit else ""
    return Entrant(
        entry.public_id,
        str(entry.unit_id or ""),
        tuple(_member(one, place) for one in named),
        frozenset(one.account.public_id for one in mentors if one.account),
        frozenset(fold(one.full_name) for one in mentors if one.account is None),
    )


def _member(one: EntryMember, place: str) -> Person:
    name = one.full_name
    account = one.account.public_id if one.account else ""
    return Person(account, str(one.unit_id or ""), relations.family(name), place, fold(name))


def _parents(units: set[str], at: datetime) -> dict[str, str]:
    above = unit_queries.unit_ancestors({int(one) for one in units}, on=civil_day(at))
    return {str(unit): str(over[0]) for unit, over in above.items() if over}


_MEMBERS = selectinload(Panel.members).joinedload(PanelMember.account).joinedload(Account.unit)

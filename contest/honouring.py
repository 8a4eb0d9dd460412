"""Honouring entries: prizes over the ranking of a judged round, changed and agreed to by two."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from accounts import auditing
from accounts.models import Account
from contest import concluding
from contest.errors import AlreadyDecided, CannotAward, CannotDecide, RoundNotReady, SamePerson
from contest.models import (
    Entry,
    EntryCategory,
    EntryPrize,
    EntryPrizeList,
    JudgedRound,
    JudgedRun,
)
from contest.rules import prizes
from contest.rules.awards import Change, ListState
from contest.rules.judging import sealing
from contest.rules.prizes import Level, Placed, Ties
from core import ids
from core.db import atomic, db, lock
from core.text import N_

_OPEN = (ListState.DRAFT, ListState.PROPOSED)


@dataclass(frozen=True, slots=True)
class Plan:
    """Which prizes there are: levels over the ranking, and side prizes that follow none."""

    levels: Sequence[Level]
    side: Sequence[Level] = ()


def lists_of(judged: JudgedRound) -> list[EntryPrizeList]:
    """Return the lists of prizes of a round, the newest first; a fixed number of statements."""
    return list(
        db.session.scalars(
            select(EntryPrizeList)
            .where(EntryPrizeList.round_id == judged.round_id)
            .options(
                selectinload(EntryPrizeList.prizes).options(
                    joinedload(EntryPrize.entry).joinedload(Entry.unit),
                    joinedload(EntryPrize.category),
                ),
                joinedload(EntryPrizeList.proposed_by),
                joinedload(EntryPrizeList.decided_by),
                joinedload(EntryPrizeList.run),
            )
            .order_by(EntryPrizeList.number.desc())
        )
    )


def held_of(judged: JudgedRound) -> EntryPrizeList | None:
    """Return the list that holds: the newest that was agreed to."""
    return next((one for one in lists_of(judged) if one.state is ListState.AGREED), None)


@atomic()
def draft(judged: JudgedRound, plan: Plan, actor: Account, *, at: datetime) -> EntryPrizeList:
    """Make a draft of who gets the prizes, as the final run proposes; an older draft is dropped.

    Raise `RoundNotReady` before the round is closed, `CannotAward` for prizes that cannot be,
    `CannotDecide` while a list waits for a second person.
    """
    lock(judged)
    run = concluding.run_of(judged)
    if run is None:
        raise RoundNotReady(N_("Close the round before giving prizes."))
    problems = prizes.problems([*plan.levels, *plan.side])
    if problems and plan.levels:
        raise CannotAward(problems[0].message, **problems[0].values)
    _drop_draft(judged)
    newest = select(func.max(EntryPrizeList.number)).where(
        EntryPrizeList.round_id == judged.round_id
    )
    made = EntryPrizeList(
        public_id=ids.public_id(),
        judged=judged,
        run=run,
        number=1 + (db.session.scalar(newest) or 0),
        made_at=at,
    )
    made.prizes = _prizes(run, plan)
    db.session.add(made)
    db.session.flush()
    _record(made, actor, "entry_prizes.drafted", "")
    return made


def _drop_draft(judged: JudgedRound) -> None:
    waiting = db.session.scalar(
        select(EntryPrizeList).where(
            EntryPrizeList.round_id == judged.round_id, EntryPrizeList.state.in_(_OPEN)
        )
    )
    if waiting is None:
        return
    if waiting.state is ListState.PROPOSED:
        raise CannotDecide(N_("A list of winners is waiting for a second person."))
    db.session.delete(waiting)
    db.session.flush()


def _prizes(run: JudgedRun, plan: Plan) -> list[EntryPrize]:
    found = [
        prize
        for prefix, rows in _by_category(run).items()
        for prize in _by_ranking(rows, plan, _category(run, prefix))
    ]
    for position, prize in enumerate(found, start=1):
        prize.position = position
    for level in plan.side:
        for _number in range(level.count):
            found.append(
                EntryPrize(
                    public_id=ids.public_id(),
                    position=len(found) + 1,
                    title=level.title,
                    value=level.value,
                    is_side=True,
                )
            )
    return found


def _by_category(run: JudgedRun) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of a run by the category they are ranked in; together where by none."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in run.rows:
        found.setdefault(row.get("category", ""), []).append(row)
    return found


def _category(run: JudgedRun, prefix: str) -> EntryCategory | None:
    if not prefix:
        return None
    return db.session.scalars(
        select(EntryCategory).where(
            EntryCategory.contest_id == run.judged.round.contest_id, EntryCategory.prefix == prefix
        )
    ).one()


def _by_ranking(
    rows: Sequence[dict[str, Any]], plan: Plan, category: EntryCategory | None
) -> list[EntryPrize]:
    ranked = [Placed(row["code"], f"{row['place']:06}") for row in rows if row["place"] is not None]
    entries = {row["code"]: int(row["entry_id"]) for row in rows}
    return [
        EntryPrize(
            public_id=ids.public_id(),
            title=plan.levels[seat.level].title,
            value=seat.value,
            category=category,
            entry_id=entries.get(seat.who or ""),
            place=seat.place,
            proposed=[seat.who] if seat.who is not None else list(seat.candidates),
        )
        for seat in prizes.allot(plan.levels, ranked, ties=Ties.COMMITTEE)
    ]


@atomic()
def give(prize: EntryPrize, code: str, actor: Account, *, reason: str) -> EntryPrize:
    """Give a prize of a draft to an entry of the round: one of equals, or another than proposed.

    Raise `CannotAward` for an entry that the run does not have, that has a prize of the ranking
    already, or is of another category than the prize; `AlreadyDecided` once the list is proposed.
    """
    one = prize.prize_list
    _lock_draft(one)
    entry = _entry(one, code)
    if prize.category_id not in (None, entry.category_id):
        raise CannotAward(N_("The prize is for entries of another category."))
    held = [o for o in one.prizes if o is not prize and o.entry_id == entry.id and not o.is_side]
    if held and not prize.is_side:
        raise CannotAward(N_("That one has a prize in this list already."))
    before = _holder(prize)
    alone = len(prize.proposed) == 1
    if prize.is_side or (code in prize.proposed and not alone):
        prize.change = Change.CHOSEN
    else:
        prize.change = Change.NONE if prize.proposed == [code] else Change.MOVED
    prize.reason = "" if prize.change is Change.NONE else reason
    prize.entry = entry
    _record_change(prize, actor, before, reason)
    return prize


def _entry(one: EntryPrizeList, code: str) -> Entry:
    row = next((row for row in one.run.rows if row["code"] == code), None)
    found = db.session.get(Entry, row["entry_id"]) if row is not None else None
    if found is None:
        raise CannotAward(N_("The round has no entry of that code."))
    return found


@atomic()
def vacate(prize: EntryPrize, actor: Account, *, reason: str) -> EntryPrize:
    """Leave a prize of a draft vacant."""
    _lock_draft(prize.prize_list)
    before = _holder(prize)
    prize.entry, prize.change, prize.reason = None, Change.VACANT, reason
    _record_change(prize, actor, before, reason)
    return prize


@atomic()
def propose(one: EntryPrizeList, actor: Account, *, reason: str, at: datetime) -> EntryPrizeList:
    """Ask a second person to agree to a draft.

    Raise `CannotAward` while a prize waits for somebody's choice, `AlreadyDecided`.
    """
    _lock_draft(one)
    waiting = sum(prize.is_undecided for prize in one.prizes)
    if waiting:
        message = N_("Choose among equals first: prizes that wait for it are %(count)s.")
        raise CannotAward(message, count=waiting)
    one.state, one.reason = ListState.PROPOSED, reason
    one.proposed_by, one.proposed_at = actor, at
    _record(one, actor, "entry_prizes.proposed", reason)
    return one


@atomic()
def agree(one: EntryPrizeList, actor: Account, *, reason: str, at: datetime) -> EntryPrizeList:
    """Agree to somebody else's list: it holds from now on, in place of the one before.

    Raise `SamePerson`, `AlreadyDecided`, and `CannotDecide` where another run holds by now.
    """
    _lock_waiting(one, actor)
    run = concluding.run_of(one.judged)
    if run is None or run.id != one.run_id:
        raise CannotDecide(
            N_("The results have changed since: refuse this list and make a new one.")
        )
    _settle(one, ListState.AGREED, actor, reason, at)
    _record(one, actor, "entry_prizes.agreed", reason)
    return one


@atomic()
def refuse(one: EntryPrizeList, actor: Account, *, reason: str, at: datetime) -> EntryPrizeList:
    """Refuse somebody else's list. Raise `SamePerson`, `AlreadyDecided`."""
    _lock_waiting(one, actor)
    _settle(one, ListState.REFUSED, actor, reason, at)
    _record(one, actor, "entry_prizes.refused", reason)
    return one


@atomic()
def withdraw(one: EntryPrizeList, actor: Account) -> EntryPrizeList:
    """Take the own proposal back, as long as nobody has decided. Raise `CannotDecide`."""
    lock(one)
    if one.state is not ListState.PROPOSED:
        raise AlreadyDecided
    if one.proposed_by_id != actor.id:
        raise CannotDecide(N_("Only who made a proposal can take it back."))
    one.state = ListState.WITHDRAWN
    _record(one, actor, "entry_prizes.withdrawn", "")
    return one


def digest_of(one: EntryPrizeList) -> str:
    """Return the digest of who gets what by a list, as the trail and the papers name it."""
    return sealing.digest(
        [[prize.position, prize.named, prize.value, _holder(prize)] for prize in one.prizes]
    )


def _lock_draft(one: EntryPrizeList) -> None:
    lock(one)
    if one.state is not ListState.DRAFT:
        raise AlreadyDecided


def _lock_waiting(one: EntryPrizeList, actor: Account) -> None:
    lock(one)
    if one.state is not ListState.PROPOSED:
        raise AlreadyDecided
    if one.proposed_by_id == actor.id:
        raise SamePerson


def _settle(
    one: EntryPrizeList, state: ListState, actor: Account, reason: str, at: datetime
) -> None:
    one.state, one.decided_for = state, reason
    one.decided_by, one.decided_at = actor, at


def _holder(prize: EntryPrize) -> str | None:
    return prize.entry.code if prize.entry is not None else None


def _record(one: EntryPrizeList, actor: Account, act: str, reason: str) -> None:
    round_ = one.judged.round
    told = {"list": one.public_id, "number": one.number, "reason": reason}
    auditing.record(
        actor,
        act,
        f"round:{round_.public_id}",
        log=round_.contest.log,
        prizes=digest_of(one),
        **told,
    )


def _record_change(prize: EntryPrize, actor: Account, before: str | None, reason: str) -> None:
    round_ = prize.prize_list.judged.round
    auditing.record(
        actor,
        "entry_prizes.changed",
        f"round:{round_.public_id}",
        log=round_.contest.log,
        list=prize.prize_list.public_id,
        prize=prize.named,
        change=prize.change,
        before=before,
        after=_holder(prize),
        reason=reason,
    )

"""Awarding: who gets the prizes, proposed by the rule, changed and agreed to by two people."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from accounts import auditing
from accounts.models import Account, Unit
from contest import allotting, award_queries
from contest.errors import (
    AlreadyDecided,
    CannotAward,
    CannotDecide,
    RoundNotReady,
    SamePerson,
)
from contest.models import Award, AwardList, Enrolment, PrizeRule
from contest.rules import awards
from contest.rules.awards import Change, ListState
from contest.rules.prizes import Seat
from contest.rules.unit_groups import belongs
from core import ids
from core.db import atomic, db, lock
from core.text import N_

# --- A list of winners -------------------------------------------------------------------------


@atomic()
def draft(rule: PrizeRule, actor: Account, *, at: datetime) -> AwardList:
    """Make a draft of who gets the prizes, as the rule proposes; an older draft is dropped.

    Raise `RoundNotReady` while results are missing, `CannotDecide` while a list waits for a
    second person.
    """
    lock(rule)
    derived = allotting.derive(rule)
    if derived is None:
        raise RoundNotReady(N_("Compute the results before giving prizes."))
    _drop_draft(rule)
    made = _new_list(rule, at)
    made.basis, made.derived = derived.basis, awards.written(derived.seats)
    made.awards = _awards(rule, derived.seats)
    db.session.add(made)
    db.session.flush()
    _record(rule, actor, "awards.drafted", list=made.public_id, number=made.number)
    return made


def _drop_draft(rule: PrizeRule) -> None:
    waiting = award_queries.open_list(rule)
    if waiting is None:
        return
    if waiting.state is ListState.PROPOSED:
        raise CannotDecide(N_("A list of winners is waiting for a second person."))
    db.session.delete(waiting)
    db.session.flush()


def _new_list(rule: PrizeRule, at: datetime) -> AwardList:
    newest = db.session.scalar(
        select(func.max(AwardList.number)).where(AwardList.rule_id == rule.id)
    )
    return AwardList(
        public_id=ids.public_id(),
        rule=rule,
        number=1 + (newest or 0),
        rule_then=rule.rule,
        basis={},
        derived=[],
        made_at=at,
    )


def _awards(rule: PrizeRule, seats: Sequence[Seat]) -> list[Award]:
    named = {seat.who for seat in seats if seat.who is not None}
    people = {} if rule.is_collective else award_queries.enrolments_named(named)
    units = award_queries.units_named(named) if rule.is_collective else {}
    return [
        Award(
            public_id=ids.public_id(),
            level=seat.level,
            number=seat.number,
            title=rule.levels[seat.level].title,
            value=seat.value,
            place=seat.place,
            enrolment=people.get(seat.who or ""),
            unit=units.get(seat.who or ""),
        )
        for seat in seats
    ]


@atomic()
def give(award: Award, holder: Enrolment | Unit, actor: Account, *, reason: str) -> Award:
    """Give a prize of a draft to somebody: one of equals, or another than the rule proposes.

    Raise `CannotAward` for who may not have it, `AlreadyDecided` once the list is proposed.
    """
    _lock_draft(award.award_list)
    _check_holder(award.award_list, holder, but=award)
    before = _holder(award)
    seat = _seat(award)
    chosen = seat is not None and holder.public_id in seat.candidates
    as_proposed = seat is not None and seat.who == holder.public_id
    award.change = Change.NONE if as_proposed else Change.CHOSEN if chosen else Change.MOVED
    award.reason = "" if as_proposed else reason
    _set_holder(award, holder)
    _record_change(award, actor, before, reason)
    return award


@atomic()
def vacate(award: Award, actor: Account, *, reason: str) -> Award:
    """Leave a prize of a draft without a winner."""
    _lock_draft(award.award_list)
    before = _holder(award)
    award.enrolment = award.unit = None
    award.change, award.reason = Change.VACANT, reason
    _record_change(award, actor, before, reason)
    return award


@atomic()
def add_award(
    draft_: AwardList, level: int, holder: Enrolment | Unit, actor: Account, *, reason: str
) -> Award:
    """Add one prize more of a level to a draft. Raise `CannotAward`, `AlreadyDecided`."""
    _lock_draft(draft_)
    _check_holder(draft_, holder)
    levels = draft_.rule.levels
    if not 0 <= level < len(levels):
        raise CannotAward(N_("There is no such prize."))
    taken = [award.number for award in draft_.awards if award.level == level]
    award = Award(
        public_id=ids.public_id(),
        level=level,
        number=1 + max(taken, default=0),
        title=levels[level].title,
        value=levels[level].value,
        change=Change.FURTHER,
        reason=reason,
    )
    _set_holder(award, holder)
    draft_.awards.append(award)
    db.session.flush()
    _record_change(award, actor, None, reason)
    return award


@atomic()
def restore(award: Award, actor: Account) -> None:
    """Undo what was changed of a prize: it stands as the rule proposes; one added goes."""
    _lock_draft(award.award_list)
    before, draft_ = _holder(award), award.award_list
    if award.change is Change.NONE:
        return
    seat = _seat(award)
    if seat is None:
        draft_.awards.remove(award)
    else:
        people = award_queries.enrolments_named([seat.who or ""])
        units = award_queries.units_named([seat.who or ""])
        award.enrolment, award.unit = people.get(seat.who or ""), units.get(seat.who or "")
        award.change, award.reason = Change.NONE, ""
    target = f"prizes:{draft_.rule.public_id}"
    told = {"award": award.public_id, "before": before, "list": draft_.public_id}
    auditing.record(actor, "awards.restored", target, log=draft_.rule.contest.log, **told)


def _lock_draft(draft_: AwardList) -> None:
    lock(draft_.rule)
    lock(draft_)
    if draft_.state is not ListState.DRAFT:
        raise AlreadyDecided


def _seat(award: Award) -> Seat | None:
    """Return the prize as the rule proposed it; None for one that people added."""
    kept = awards.seats_from(award.award_list.derived)
    return next(
        (seat for seat in kept if (seat.level, seat.number) == (award.level, award.number)), None
    )


def _check_holder(draft_: AwardList, holder: Enrolment | Unit, *, but: Award | None = None) -> None:
    rule = draft_.rule
    if isinstance(holder, Unit):
        if not rule.is_collective or not belongs(holder.kind, rule.collective.groups):
            raise CannotAward(N_("These prizes are not for this unit."))
    else:
        _check_person(rule, holder)
    others = [award for award in draft_.awards if award is not but]
    if any(_holder(award) == holder.public_id for award in others):
        raise CannotAward(N_("That one has a prize in this list already."))


def _check_person(rule: PrizeRule, person: Enrolment) -> None:
    if rule.is_collective or person.contest_id != rule.contest_id:
        raise CannotAward(N_("These prizes are not for this person."))
    if rule.block_id is not None and person.block_id != rule.block_id:
        raise CannotAward(N_("These prizes are for another group."))
    if person.is_test or person.is_hidden or person.disqualified_at is not None:
        raise CannotAward(N_("Who is not ranked cannot have a prize."))


def _holder(award: Award) -> str | None:
    if award.enrolment is not None:
        return award.enrolment.public_id
    return award.unit.public_id if award.unit is not None else None


def _set_holder(award: Award, holder: Enrolment | Unit) -> None:
    award.enrolment = holder if isinstance(holder, Enrolment) else None
    award.unit = holder if isinstance(holder, Unit) else None


# --- Two people decide -------------------------------------------------------------------------


@atomic()
def propose(draft_: AwardList, actor: Account, *, reason: str, at: datetime) -> AwardList:
    """Ask a second person to agree to a draft.

    Raise `CannotAward` while equals wait for the committee's choice, `AlreadyDecided`.
    """
    _lock_draft(draft_)
    waiting = sum(_is_undecided(award) for award in draft_.awards)
    if waiting:
        raise CannotAward(
            N_("Choose among equals first: prizes that wait for it are %(count)s."), count=waiting
        )
    draft_.state, draft_.reason = ListState.PROPOSED, reason
    draft_.proposed_by, draft_.proposed_at = actor, at
    _record_list(draft_, actor, "awards.proposed", reason)
    return draft_


def _is_undecided(award: Award) -> bool:
    seat = _seat(award)
    return seat is not None and seat.is_open and award.change is Change.NONE


@atomic()
def revoke(rule: PrizeRule, actor: Account, *, reason: str, at: datetime) -> AwardList:
    """Propose that the list which holds is taken back; nothing changes until somebody agrees.

    Raise `CannotDecide` where none holds, or another list waits.
    """
    lock(rule)
    if not award_queries.lists_that_hold([rule]):
        raise CannotDecide(N_("No list of winners has been agreed to."))
    _drop_draft(rule)
    made = _new_list(rule, at)
    made.revokes, made.state, made.reason = True, ListState.PROPOSED, reason
    made.proposed_by, made.proposed_at = actor, at
    db.session.add(made)
    db.session.flush()
    _record_list(made, actor, "awards.revocation_proposed", reason)
    return made


@atomic()
def agree(waiting: AwardList, actor: Account, *, reason: str, at: datetime) -> AwardList:
    """Agree to somebody else's list: it holds from now on, in place of the one before.

    Raise `SamePerson` for one's own, `AlreadyDecided`, and `CannotDecide` where the results have
    changed so that the rule proposes other winners by now.
    """
    _lock_waiting(waiting)
    _check_second(waiting, actor)
    if not waiting.revokes and _is_overtaken(waiting):
        raise CannotDecide(
            N_("The results have changed since: refuse this list and make a new one.")
        )
    _settle(waiting, ListState.AGREED, actor, reason, at)
    _record_list(waiting, actor, "awards.agreed", reason)
    return waiting


def _is_overtaken(waiting: AwardList) -> bool:
    now = allotting.derive(waiting.rule)
    return now is None or awards.differs(awards.seats_from(waiting.derived), now.seats)


@atomic()
def refuse(waiting: AwardList, actor: Account, *, reason: str, at: datetime) -> AwardList:
    """Refuse somebody else's list. Raise `SamePerson`, `AlreadyDecided`."""
    _lock_waiting(waiting)
    _check_second(waiting, actor)
    _settle(waiting, ListState.REFUSED, actor, reason, at)
    _record_list(waiting, actor, "awards.refused", reason)
    return waiting


@atomic()
def withdraw(waiting: AwardList, actor: Account) -> AwardList:
    """Take the own proposal back, as long as nobody has decided.

    Raise `CannotDecide` for somebody else's, `AlreadyDecided`.
    """
    _lock_waiting(waiting)
    if waiting.proposed_by_id != actor.id:
        raise CannotDecide(N_("Only who made a proposal can take it back."))
    waiting.state = ListState.WITHDRAWN
    _record_list(waiting, actor, "awards.withdrawn", "")
    return waiting


def _lock_waiting(waiting: AwardList) -> None:
    lock(waiting.rule)
    lock(waiting)
    if waiting.state is not ListState.PROPOSED:
        raise AlreadyDecided


def _check_second(waiting: AwardList, actor: Account) -> None:
    if waiting.proposed_by_id == actor.id:
        raise SamePerson


def _settle(
    waiting: AwardList, state: ListState, actor: Account, reason: str, at: datetime
) -> None:
    waiting.state, waiting.decided_for = state, reason
    waiting.decided_by, waiting.decided_at = actor, at


def _record(rule: PrizeRule, actor: Account, action: str, **told: object) -> None:
    auditing.record(actor, action, f"prizes:{rule.public_id}", log=rule.contest.log, **told)


def _record_list(one: AwardList, actor: Account, action: str, reason: str) -> None:
    digest = award_queries.digest_of(one)
    _record(one.rule, actor, action, list=one.public_id, awards=digest, reason=reason)


def _record_change(award: Award, actor: Account, before: str | None, reason: str) -> None:
    one = award.award_list
    told: dict[str, object] = {
        "award": award.public_id,
        "list": one.public_id,
        "prize": award.title,
    }
    told |= {"change": award.change, "before": before, "after": _holder(award), "reason": reason}
    _record(one.rule, actor, "awards.changed", **told)

"""Prizes and winners as pages and documents read them."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from accounts.models import Unit
from contest.models import (
    Audience,
    Award,
    AwardList,
    Contest,
    Enrolment,
    PrizeRule,
    ResultRun,
    Round,
    Standing,
)
from contest.rules.awards import ListState
from core.db import db
from core.web import whole_or

# --- Awards that hold --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Awarded:
    """A prize that somebody has by decision: a person (`enrolment`) or a unit."""

    prize_title: str
    level: str
    level_number: int
    place: int | None
    value: int
    enrolment: Enrolment | None
    unit: Unit | None
    # In full; `shows_name` says whether the public may read it so.
    name: str
    shows_name: bool
    public_id: str
    decided_at: datetime
    standing: Standing | None = None

    @property
    def is_collective(self) -> bool:
        """Whether a unit has it."""
        return self.enrolment is None


def awards_of(scope: Round | Contest) -> list[Awarded]:
    """Return the prizes that hold in a round, or in the contest and all its rounds, in order.

    Prizes left vacant are not among them. Three statements.
    """
    statement = (
        select(PrizeRule)
        .where(PrizeRule.round_id == scope.id)
        .order_by(PrizeRule.position)
        .options(joinedload(PrizeRule.round))
    )
    if isinstance(scope, Contest):
        statement = (
            select(PrizeRule)
            .where(PrizeRule.contest_id == scope.id)
            .order_by(PrizeRule.position)
            .options(joinedload(PrizeRule.round))
        )
    rules = db.session.scalars(statement).all()
    holding = lists_that_hold(rules)
    standings = _standings_of(holding.values())
    return [
        _awarded(rule, award, standings)
        for rule in rules
        if rule.id in holding
        for award in holding[rule.id].awards
        if award.enrolment_id is not None or award.unit_id is not None
    ]


def _awarded(
    rule: PrizeRule, award: Award, standings: Mapping[tuple[int, int], Standing]
) -> Awarded:
    person = award.enrolment
    unit = person.unit or person.counted_unit if person else award.unit
    names = rule.rule.get("publishes_names", False)
    shows = person is None or bool(names and person.publishes_name)
    decided = award.award_list.decided_at or award.award_list.made_at
    name = person.account.full_name if person else award.unit.name if award.unit else ""
    standing = standings.get((award.list_id, person.id)) if person else None
    return Awarded(
        rule.title, award.title, award.level, award.place, award.value, person, unit, name,
        shows, award.public_id, decided, standing,
    )  # fmt: skip


def _standings_of(lists: Iterable[AwardList]) -> dict[tuple[int, int], Standing]:
    """Return what winners of rounds achieved, by list and enrolment; one statement."""
    runs = {
        run: one
        for one in lists
        if len(one.basis.get("runs", ())) == 1
        for run in one.basis["runs"]
    }
    people = [a.enrolment_id for one in runs.values() for a in one.awards if a.enrolment_id]
    if not people:
        return {}
    rows = db.session.scalars(
        select(Standing).where(
            Standing.run_id.in_(runs),
            Standing.audience == Audience.PARTICIPANT,
            Standing.enrolment_id.in_(people),
        )
    )
    return {(runs[row.run_id].id, row.enrolment_id): row for row in rows}


def lists_that_hold(rules: Iterable[PrizeRule]) -> dict[int, AwardList]:
    """Return the list that holds for each rule that has one, by the rule's id; two statements."""
    newest: dict[int, AwardList] = {}
    for one in db.session.scalars(
        select(AwardList)
        .where(
            AwardList.rule_id.in_([rule.id for rule in rules]),
            AwardList.state == ListState.AGREED,
        )
        .order_by(AwardList.number)
        .options(*_with_holders())
    ):
        newest[one.rule_id] = one
    return {rule_id: one for rule_id, one in newest.items() if not one.revokes}


def held_in(round_: Round) -> list[AwardList]:
    """Return the lists of winners of a round that hold, in order; three statements."""
    rules = [one for one in rules_of(round_.contest) if one.round_id == round_.id]
    held = lists_that_hold(rules)
    return [held[rule.id] for rule in rules if rule.id in held]


def _with_holders() -> list[ExecutableOption]:
    award = selectinload(AwardList.awards)
    person = award.joinedload(Award.enrolment)
    return [
        person.joinedload(Enrolment.account),
        person.joinedload(Enrolment.unit),
        person.joinedload(Enrolment.counted_unit),
        award.joinedload(Award.unit),
        joinedload(AwardList.rule),
        joinedload(AwardList.proposed_by),
        joinedload(AwardList.decided_by),
    ]


# --- Rules and lists ---------------------------------------------------------------------------


def rules_of(contest: Contest) -> Sequence[PrizeRule]:
    """Return the prizes of a contest in order with their rounds and blocks; one statement."""
    return db.session.scalars(
        select(PrizeRule)
        .where(PrizeRule.contest_id == contest.id)
        .order_by(PrizeRule.position)
        .options(joinedload(PrizeRule.round), joinedload(PrizeRule.block))
    ).all()


def rule_with(public_id: str) -> PrizeRule | None:
    """Return the prizes of that public id with contest and round."""
    return db.session.scalar(
        select(PrizeRule)
        .where(PrizeRule.public_id == public_id)
        .options(
            joinedload(PrizeRule.contest).selectinload(Contest.rounds),
            joinedload(PrizeRule.round),
            joinedload(PrizeRule.block),
        )
    )


def list_with(public_id: str) -> AwardList | None:
    """Return the list of winners of that public id."""
    return db.session.scalar(
        select(AwardList).where(AwardList.public_id == public_id).options(*_with_holders())
    )


def lists_of(rule: PrizeRule) -> Sequence[AwardList]:
    """Return every list of winners of a rule, the newest first."""
    return db.session.scalars(
        select(AwardList)
        .where(AwardList.rule_id == rule.id)
        .order_by(AwardList.number.desc())
        .options(*_with_holders())
    ).all()


def open_list(rule: PrizeRule) -> AwardList | None:
    """Return the list that is a draft or waits for a second person."""
    return open_lists([rule]).get(rule.id)


def open_lists(rules: Iterable[PrizeRule]) -> dict[int, AwardList]:
    """Return the list that is a draft or waits, of each rule that has one, by the rule's id."""
    rows = db.session.scalars(
        select(AwardList)
        .where(
            AwardList.rule_id.in_([rule.id for rule in rules]),
            AwardList.state.in_([ListState.DRAFT, ListState.PROPOSED]),
        )
        .options(*_with_holders())
    )
    return {row.rule_id: row for row in rows}


def enrolments_named(public_ids: Collection[str]) -> dict[str, Enrolment]:
    """Return enrolments with person and unit by their public ids; one statement."""
    rows = db.session.scalars(
        select(Enrolment)
        .where(Enrolment.public_id.in_(public_ids))
        .options(
            joinedload(Enrolment.account),
            joinedload(Enrolment.unit),
            joinedload(Enrolment.counted_unit),
        )
    )
    return {row.public_id: row for row in rows}


def units_named(public_ids: Collection[str]) -> dict[str, Unit]:
    """Return units by their public ids; one statement."""
    rows = db.session.scalars(select(Unit).where(Unit.public_id.in_(public_ids)))
    return {row.public_id: row for row in rows}


def digest_of(one: AwardList) -> str:
    """Return the digest of who has which prize in a list, as the trail keeps it."""
    lines = sorted(
        f"{award.level}|{award.number}|{award.title}|{award.value}|"
        f"{award.enrolment.public_id if award.enrolment else ''}|"
        f"{award.unit.public_id if award.unit else ''}|{award.change.value}"
        for award in one.awards
    )
    return hashlib.sha256("\n".join([one.public_id, *lines]).encode()).hexdigest()


def person_of_number(contest: Contest, typed: str) -> Enrolment | None:
    """Return who has this number (SBD) in a contest."""
    if not typed.isdecimal():
        return None
    return db.session.scalar(
        select(Enrolment)
        .where(Enrolment.contest_id == contest.id, Enrolment.number == whole_or(typed, -1))
        .options(joinedload(Enrolment.account))
    )


def public_runs(contest: Contest, *, at: datetime) -> set[int]:
    """Return the ids of the runs of a contest that were shown to the public and may be by now."""
    return set(
        db.session.scalars(
            select(Standing.run_id)
            .join(ResultRun, ResultRun.id == Standing.run_id)
            .join(Round, Round.id == ResultRun.round_id)
            .where(
                Round.contest_id == contest.id,
                Round.public_results_at <= at,
                ResultRun.is_provisional.is_(False),
                Standing.audience == Audience.PUBLIC,
            )
            .distinct()
        )
    )

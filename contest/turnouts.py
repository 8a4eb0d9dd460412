"""What the pages of a contest read beside its boards: who took part, by round and by unit."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from contest import overviews
from contest.models import (
    Attempt,
    AttemptKind,
    Contest,
    ContestState,
    Enrolment,
    Round,
)
from contest.rules.participating import Participation
from core.db import db
from core.keeping import Kept
from core.text import search_key
from questions.models import BlueprintRow

# The cloth and the figures of a contest's page move once in so many seconds, whoever looks.
KEPT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class UnitTurnout:
    """A unit of a contest and how many of it took part."""

    code: str
    name: str
    search_text: str
    taken: Participation


@dataclass(frozen=True, slots=True)
class Turnout:
    """A contest in numbers; `rounds` are (people, attempts) by the round's id."""

    units: Sequence[UnitTurnout]
    rounds: Mapping[int, tuple[int, int]]
    at: datetime

    @property
    def units_with(self) -> int:
        """How many units have somebody who took part."""
        return sum(unit.taken.people > 0 for unit in self.units)

    @property
    def rates(self) -> list[Decimal]:
        """The rate of each unit, for the cloth; 0 where no headcount is known."""
        return [unit.taken.rate or Decimal(0) for unit in self.units]


_kept: Kept[Turnout] = Kept(KEPT_SECONDS)


def turnout(contest: Contest, *, at: datetime) -> Turnout:
    """Return a contest in numbers: four statements, or none while the last count is fresh."""
    return _kept.get(contest.public_id, lambda: _count(contest, at), at=at)


def _count(contest: Contest, at: datetime) -> Turnout:
    units = [
        UnitTurnout(line.unit.code, line.unit.name, line.unit.search_text, line.taken)
        for line in overviews.participation(contest)
    ]
    return Turnout(units, _rounds(contest), at)


def _rounds(contest: Contest) -> dict[int, tuple[int, int]]:
    rows = db.session.execute(
        select(Attempt.round_id, func.count(Attempt.enrolment_id.distinct()), func.count())
        .join(Round, Round.id == Attempt.round_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(
            Round.contest_id == contest.id,
            Attempt.kind == AttemptKind.OFFICIAL,
            Attempt.submitted_at.is_not(None),
            Enrolment.is_test.is_(False),
            Enrolment.is_hidden.is_(False),
        )
        .group_by(Attempt.round_id)
    )
    return {round_id: (people, attempts) for round_id, people, attempts in rows}


def by_rate(units: Sequence[UnitTurnout]) -> list[UnitTurnout]:
    """Return the units that can be compared by their rate, the most diligent first.

    A unit of one person is left out: its rate says little, and tells of that person.
    """
    rated = [one for one in units if one.taken.rate is not None and not one.taken.is_one_person]
    return sorted(rated, key=lambda one: -(one.taken.rate or 0))


def matching(units: Sequence[UnitTurnout], words: str) -> list[UnitTurnout]:
    """Return the units whose name holds all the words, marks forgiven."""
    sought = search_key(words).split()
    return [unit for unit in units if all(word in unit.search_text for word in sought)]


def published_contests() -> Sequence[Contest]:
    """Return the contests that the public may enter or read, the newest first; two statements."""
    return db.session.scalars(
        select(Contest)
        .where(Contest.state == ContestState.PUBLISHED)
        .options(selectinload(Contest.rounds))
        .order_by(Contest.created_at.desc(), Contest.id.desc())
    ).all()


def items_asked(blueprint_ids: Collection[int]) -> dict[int, int]:
    """Return how many items a paper of each blueprint has; one statement."""
    rows = db.session.execute(
        select(BlueprintRow.blueprint_id, func.sum(BlueprintRow.count))
        .where(BlueprintRow.blueprint_id.in_(blueprint_ids))
        .group_by(BlueprintRow.blueprint_id)
    )
    return {blueprint_id: int(count) for blueprint_id, count in rows}


def attempt_of_receipt(code: str) -> Attempt | None:
    """Return the attempt with that receipt code, its round and its contest."""
    return db.session.scalar(
        select(Attempt)
        .where(Attempt.receipt_code == code)
        .options(joinedload(Attempt.round).joinedload(Round.contest))
    )


def units_sorted(taken: Turnout, words: str, sort: str) -> list[UnitTurnout]:
    """Return the units found by the words, in the order asked for; the best rate first if none."""
    key, descending = sort.removeprefix("-"), sort.startswith("-")
    nothing = Decimal(-1)
    values: dict[str, Any] = {
        "people": lambda one: one.taken.people,
        "attempts": lambda one: one.taken.attempts,
        "headcount": lambda one: one.taken.headcount or -1,
        "rate": lambda one: one.taken.rate if one.taken.rate is not None else nothing,
    }
    found = matching(taken.units, words)
    if key in values:
        return sorted(found, key=values[key], reverse=descending)
    return list(reversed(found)) if descending else found

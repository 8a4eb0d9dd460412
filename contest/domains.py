"""How each topic was known to which kind of people: added up from the attempts that count."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from accounts.models import Unit
from accounts.rules.staff import StaffCategory
from accounts.rules.units import UnitKind
from contest.models import Attempt, Enrolment, Slot
from contest.rules import participating
from core.db import db
from questions.models import Item, ItemVersion, Topic

Who = tuple[str, str, str]
Sums = dict[Who, list[int]]


@dataclass(frozen=True, slots=True)
class Domain:
    """How a topic was known to one kind of people; None: to everybody, or not said."""

    topic: str
    unit_kind: UnitKind | None
    category: StaffCategory | None
    people: int
    earned: int
    points: int

    @property
    def share(self) -> Decimal | None:
        """The points earned in a hundred of those asked."""
        return participating.share(self.earned, self.points)


def add(sums: Sums, attempts: Sequence[int]) -> None:
    """Add what these attempts earned to the sums; one statement."""
    rows = db.session.execute(
        select(
            Topic.name,
            Unit.kind,
            Enrolment.category,
            func.count(Attempt.id.distinct()),
            func.sum(Slot.mark),
            func.sum(Slot.points),
        )
        .select_from(Slot)
        .join(Attempt, Attempt.id == Slot.attempt_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(ItemVersion, ItemVersion.id == Slot.version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .outerjoin(Topic, Topic.id == Item.topic_id)
        .outerjoin(Unit, Unit.id == Enrolment.counted_unit_id)
        .where(Slot.attempt_id.in_(attempts), Slot.mark.is_not(None))
        .group_by(Topic.name, Unit.kind, Enrolment.category)
    )
    for topic, kind, category, *more in rows:
        kept = sums.setdefault((topic or "", kind or "", category or ""), [0, 0, 0])
        for place, value in enumerate(more):
            kept[place] += int(value or 0)


def written(sums: Sums) -> list[list[Any]]:
    """Return the sums as they are stored."""
    return [[*who, *counted] for who, counted in sorted(sums.items())]


def read(figures: Mapping[str, Any]) -> list[Domain]:
    """Return the domains that were stored with the figures of a test."""
    return [
        Domain(
            topic,
            UnitKind(kind) if kind else None,
            StaffCategory(category) if category else None,
            *counted,
        )
        for topic, kind, category, *counted in figures.get("domains", [])
    ]


def by_topic(rows: Iterable[Domain]) -> list[Domain]:
    """Return the topics whatever the people."""
    found: dict[str, list[int]] = {}
    for row in rows:
        kept = found.setdefault(row.topic, [0, 0, 0])
        for place, value in enumerate((row.people, row.earned, row.points)):
            kept[place] += value
    return [Domain(topic, None, None, *sums) for topic, sums in sorted(found.items())]

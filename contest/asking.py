"""What the papers of attempts ask: slots, contents and rulings, of many attempts at once."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, select

from contest.models import Attempt, QuestionRuling, Slot, SlotKind
from contest.rules import marking
from contest.rules.marking import Asked, Ruling
from core.db import AMONG, among
from questions.models import ItemVersion
from questions.rules import marking as item_marking

_PAPERS = (
    select(
        *(Slot.attempt_id, Slot.position, Slot.kind, Slot.points, Slot.version_id),
        QuestionRuling.kind.label("ruled"),
        QuestionRuling.accepted,
    )
    .join(Attempt, Attempt.id == Slot.attempt_id)
    .outerjoin(
        QuestionRuling,
        (QuestionRuling.round_id == Attempt.round_id)
        & (QuestionRuling.version_id == Slot.version_id)
        & QuestionRuling.lifted_by_id.is_(None),
    )
    .order_by(Slot.attempt_id, Slot.position)
)
_VERSIONS = select(ItemVersion.id, ItemVersion.type, ItemVersion.content)


@dataclass(frozen=True, slots=True)
class Asking:
    """What a slot asks; a prediction has neither type nor content."""

    position: int
    kind: SlotKind
    points: int
    type: str | None
    content: Mapping[str, Any] | None
    ruling: Ruling | None = None


def papers(connection: Connection, attempt_ids: Iterable[int]) -> dict[int, list[Asking]]:
    """Return what each attempt's slots ask; a version that many were asked is read once."""
    slots = connection.execute(_slots(connection.dialect.name), among_ids(attempt_ids)).all()
    wanted = {one.version_id for one in slots if one.version_id is not None}
    rows = connection.execute(_versions(connection.dialect.name), among_ids(wanted))
    versions = {one.id: (one.type, one.content) for one in rows}
    found: dict[int, list[Asking]] = {attempt: [] for attempt in attempt_ids}
    for one in slots:
        kind, content = versions.get(one.version_id, (None, None))
        told = (one.position, one.kind, one.points, kind, content)
        ruling = marking.ruling_of(one.ruled, one.accepted)
        found[one.attempt_id].append(Asking(*told, ruling))
    return found


def asked_of(paper: Iterable[Asking]) -> list[Asked]:
    """Return what the slots ask, the prediction left out."""
    return [
        Asked(one.position, one.type, one.content, one.points, ruling=one.ruling)
        for one in paper
        if one.type is not None and one.content is not None
    ]


def for_people(asked: Iterable[Asked], answers: Mapping[int, str]) -> frozenset[int]:
    """Return where people have to mark: essays that were answered."""
    essays = [one for one in asked if one.type in item_marking.MARKED_BY_PEOPLE]
    places = {one.position for one in essays if not one.is_void}
    return frozenset(place for place in places if answers.get(place, "").strip())


@cache
def _slots(dialect: str) -> Executable:
    return _PAPERS.where(among("slot.attempt_id", dialect))


@cache
def _versions(dialect: str) -> Executable:
    return _VERSIONS.where(among("item_version.id", dialect))


def among_ids(numbers: Iterable[int]) -> dict[str, str]:
    """Return the numbers as the one parameter that `among` takes."""
    return {AMONG: json.dumps(sorted(numbers))}

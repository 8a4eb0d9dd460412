"""Marking a whole paper: the answer in every slot against the item version asked there."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from contest.rules.scoring import SlotMark, from_millionths
from questions.rules import marking, rekeying
from questions.types.answers import FULL


class RulingKind(StrEnum):
    """What two people ruled about an item version in a round."""

    # Everybody gets all its points; it leaves the total; other answers are its key.
    FULL = "full"
    OUT = "out"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Ruling:
    """A ruling about an item version in one round; `accepted` are all the answers of a new key."""

    kind: RulingKind
    accepted: tuple[str, ...] = ()


def ruling_of(kind: RulingKind | str | None, accepted: Iterable[str] | None) -> Ruling | None:
    """Return the ruling as it is kept; None for none."""
    return None if kind is None else Ruling(RulingKind(kind), tuple(accepted or ()))


@dataclass(frozen=True, slots=True)
class Asked:
    """What a slot asks: the item version's type and content, the points (millionths), the topic."""

    position: int
    type: str
    content: Mapping[str, Any]
    points: int
    topic: str = ""
    ruling: Ruling | None = None

    @property
    def is_out(self) -> bool:
        """Say whether the question has left the total."""
        return self.ruling is not None and self.ruling.kind is RulingKind.OUT

    @property
    def is_void(self) -> bool:
        """Say whether no answer is marked: all get its points, or nobody."""
        return self.ruling is not None and self.ruling.kind is not RulingKind.KEY


@dataclass(frozen=True, slots=True)
class Given:
    """The newest answer to a slot, as it was received."""

    position: int
    lease_no: int
    seq: int
    answer: str
    receipt: str


def mark_paper(asked: Iterable[Asked], answers: Mapping[int, str]) -> dict[int, SlotMark]:
    """Return how each slot was marked, by position; a slot without an answer earns nothing.

    A question that has left the total has no mark.
    """
    return {
        slot.position: SlotMark(
            earned(slot, answers.get(slot.position)), from_millionths(slot.points), slot.topic
        )
        for slot in asked
        if not slot.is_out
    }


def earned(slot: Asked, answer: str | None) -> Decimal:
    """Return the part of a slot's points that an answer earns, by what was ruled about it."""
    if slot.ruling is None:
        return marking.mark(slot.type, slot.content, answer)
    if slot.ruling.kind is RulingKind.FULL:
        return FULL
    return rekeying.mark(slot.type, slot.content, slot.ruling.accepted, answer or "")


def answers_digest(attempt: str, given: Iterable[Given]) -> str:
    """Return the digest of the answers that counted; any later change of one changes it.

    `attempt` is the attempt's public id, so that answers cannot be moved to another.
    """
    lines = [attempt]
    for one in sorted(given, key=lambda one: one.position):
        lines.append(f"{one.position}|{one.lease_no}|{one.seq}|{one.receipt}|{one.answer}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()

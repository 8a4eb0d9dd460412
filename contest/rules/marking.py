"""Marking a whole paper: the answer in every slot against the item version asked there."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from contest.rules.scoring import SlotMark, from_millionths
from questions.rules import marking


@dataclass(frozen=True, slots=True)
class Asked:
    """What a slot asks: the item version's type and content, the points (millionths), the topic."""

    position: int
    type: str
    content: Mapping[str, Any]
    points: int
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """The newest answer to a slot, as it was received."""

    position: int
    lease_no: int
    seq: int
    answer: str
    receipt: str


def mark_paper(asked: Iterable[Asked], answers: Mapping[int, str]) -> dict[int, SlotMark]:
    """Return how each slot was marked, by position; a slot without an answer earns nothing."""
    return {
        slot.position: SlotMark(
            marking.mark(slot.type, slot.content, answers.get(slot.position)),
            from_millionths(slot.points),
            slot.topic,
        )
        for slot in asked
    }


def answers_digest(attempt: str, given: Iterable[Given]) -> str:
    """Return the digest of the answers that counted; any later change of one changes it.

    `attempt` is the attempt's public id, so that answers cannot be moved to another.
    """
    lines = [attempt]
    for one in sorted(given, key=lambda one: one.position):
        lines.append(f"{one.position}|{one.lease_no}|{one.seq}|{one.receipt}|{one.answer}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()

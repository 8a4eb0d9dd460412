"""Answers that came late: why each is late, and which of them count once that is decided."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from contest.rules.marking import Given
from core.saying import Sentence
from core.text import N_


class LateRule(StrEnum):
    """What is decided about the late answers of an attempt."""

    FILL = "fill"
    REPLACE = "replace"
    NONE = "none"


class LateReason(StrEnum):
    """Why an answer was not in time."""

    AFTER_END = "after_end"
    AFTER_HANDING_IN = "after_handing_in"
    DISPLACED = "displaced"


RULES: dict[LateRule, Sentence] = {
    LateRule.FILL: Sentence(N_("They count only where no answer came in time.")),
    LateRule.REPLACE: Sentence(
        N_("They count, also in place of an older answer that came in time.")
    ),
    LateRule.NONE: Sentence(N_("They do not count.")),
}


def reason_of(
    received_at: datetime, accepts_until: datetime, submitted_at: datetime | None
) -> LateReason:
    """Return why an answer that is late was not taken in time, by when the server received it."""
    if received_at >= accepts_until:
        return LateReason.AFTER_END
    if submitted_at is not None and received_at >= submitted_at:
        return LateReason.AFTER_HANDING_IN
    return LateReason.DISPLACED


def counting(
    rule: LateRule, in_time: Mapping[int, Given], late: Iterable[Given]
) -> dict[int, Given]:
    """Return the late answers that count by the rule, by position: the newest of each slot.

    Newest is what was written last under the newest lease, whenever it arrived: an answer from
    a displaced device never takes the place of one written after the takeover.
    """
    if rule is LateRule.NONE:
        return {}
    newest: dict[int, Given] = {}
    for one in sorted(late, key=_order):
        newest[one.position] = one
    return {
        position: one
        for position, one in newest.items()
        if _counts(rule, one, in_time.get(position))
    }


def _counts(rule: LateRule, late: Given, in_time: Given | None) -> bool:
    if in_time is None:
        return True
    if rule is LateRule.FILL and in_time.answer.strip():
        return False
    return _order(late) > _order(in_time)


def _order(one: Given) -> tuple[int, int]:
    return one.lease_no, one.seq

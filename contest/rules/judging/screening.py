"""Screening of entries (thẩm định hồ sơ): one checklist, several people, and what they come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """What a screener says of an entry."""

    PASS = "pass"  # noqa: S105 -- no password
    FAIL = "fail"
    RETURN = "return"


class Consensus(StrEnum):
    """What several screeners come to: more have to look, they agree, or they have to talk."""

    WAITING = "waiting"
    ADMITTED = "admitted"
    REJECTED = "rejected"
    RETURNED = "returned"
    DISAGREED = "disagreed"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checklist as a screener found it; what does not pass needs a reason."""

    passes: bool
    reason: str = ""


def missing(checklist: Sequence[str], checks: Mapping[str, Check]) -> list[str]:
    """Return the lines that nobody answered, or that fail without a reason, in order."""
    found = []
    for line in checklist:
        check = checks.get(line)
        if check is None or not (check.passes or check.reason.strip()):
            found.append(line)
    return found


def allowed(checks: Mapping[str, Check]) -> set[Verdict]:
    """Return the verdicts that fit a filled checklist: with a line that fails, none passes."""
    if all(check.passes for check in checks.values()):
        return {Verdict.PASS}
    return {Verdict.FAIL, Verdict.RETURN}


def consensus(verdicts: Sequence[Verdict], wanted: int) -> Consensus:
    """Return what the verdicts of so many wanted screeners come to.

    All have to say the same; those who pass and those who fail an entry have to talk. Where
    everybody else passes or returns it, it is returned: correcting it harms nobody.
    """
    if len(verdicts) < wanted:
        return Consensus.WAITING
    said = set(verdicts)
    if said == {Verdict.PASS}:
        return Consensus.ADMITTED
    if said == {Verdict.FAIL}:
        return Consensus.REJECTED
    return Consensus.DISAGREED if Verdict.FAIL in said else Consensus.RETURNED


def is_open_for_correction(returned_until: datetime | None, at: datetime) -> bool:
    """Say whether a returned entry may still be corrected; the last moment is still good."""
    return returned_until is not None and at <= returned_until

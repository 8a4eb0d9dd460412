"""Blocks (khối, bảng): who may enter one."""

from dataclasses import dataclass
from enum import StrEnum

from core.saying import Sentence
from core.text import N_


class Members(StrEnum):
    """Whom a block is for: staff are those whom a unit counts in its headcount."""

    ANYBODY = "anybody"
    STAFF = "staff"
    CITIZENS = "citizens"


@dataclass(frozen=True, slots=True)
class BlockSettings:
    """What organisers set a block to."""

    title: str
    members: Members = Members.ANYBODY
    min_age: int | None = None


def refusal(
    members: Members, min_age: int | None, *, is_staff: bool, age: int | None
) -> Sentence | None:
    """Say what keeps a person out of a block; nothing for who may enter it."""
    if members is Members.STAFF and not is_staff:
        return Sentence(N_("This group is for the staff of agencies and units."))
    if members is Members.CITIZENS and is_staff:
        return Sentence(N_("This group is for citizens; staff of agencies enter the other one."))
    return _too_young(min_age, age)


def _too_young(min_age: int | None, age: int | None) -> Sentence | None:
    if min_age is not None and age is None:
        return Sentence(N_("Enter the date of birth: the rules of this group set an age."))
    if min_age is not None and age is not None and age < min_age:
        return Sentence(N_("This group is for people from %(age)s years of age."), {"age": min_age})
    return None


_SAID = {
    Members.ANYBODY: N_("for everybody"),
    Members.STAFF: N_("for staff of agencies and units"),
    Members.CITIZENS: N_("for citizens"),
}


def said(members: Members, min_age: int | None) -> Sentence:
    """Say whom a block is for."""
    whom = Sentence(_SAID[members])
    if min_age is None:
        return whom
    return Sentence(N_("%(whom)s, from %(age)s years of age"), {"whom": whom, "age": min_age})

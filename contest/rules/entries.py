"""Entries of a contest: the form that asks for them, their hours, their codes, what is missing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from contest.rules.file_types import Group
from core.saying import Sentence
from core.text import N_

MEGABYTE = 1024 * 1024
USUAL_MB, MOST_MB = 200, 2000


class Kind(StrEnum):
    """What a field of the form asks for."""

    LINE = "line"
    LINES = "lines"
    NUMBER = "number"
    LINK = "link"
    FILE = "file"


KIND_NAMES: dict[Kind, str] = {
    Kind.LINE: N_("One line of text"),
    Kind.LINES: N_("Several lines of text"),
    Kind.NUMBER: N_("A number, in digits"),
    Kind.LINK: N_("A link"),
    Kind.FILE: N_("Files"),
}
LONGEST = {Kind.LINE: 300, Kind.LINES: 8000, Kind.NUMBER: 20, Kind.LINK: 500}


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of a category's form; `names_people` keeps its answer from judges who are blind."""

    id: str
    label: str
    kind: Kind
    is_required: bool = False
    accepts: tuple[Group, ...] = ()
    most_mb: int = USUAL_MB
    names_people: bool = False

    def written(self) -> dict[str, object]:
        """Return it as plain values, as it is stored."""
        return {
            "id": self.id,
            "label": self.label,
            "kind": self.kind.value,
            "required": self.is_required,
            "accepts": [one.value for one in self.accepts],
            "most_mb": self.most_mb,
            "names_people": self.names_people,
        }


def read(form: Sequence[Mapping[str, Any]]) -> list[Asked]:
    """Return the fields of a form as it is stored."""
    return [
        Asked(
            str(one["id"]),
            str(one["label"]),
            Kind(one["kind"]),
            bool(one.get("required")),
            tuple(Group(group) for group in one.get("accepts", ())),
            int(one.get("most_mb", USUAL_MB)),
            bool(one.get("names_people")),
        )
        for one in form
        if one.get("kind") in set(Kind)
    ]


def fresh_id(taken: Collection[str], prefix: str) -> str:
    """Return an id that nothing has yet: an answer must never come to stand under another field."""
    number = 1
    while f"{prefix}{number}" in taken:
        number += 1
    return f"{prefix}{number}"


def checklist(lines: Sequence[str], before: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return a checklist of these lines; a line that stood there before keeps its id."""
    known = {str(one["text"]): str(one["id"]) for one in before}
    taken = set(known.values())
    found = []
    for line in dict.fromkeys(lines):
        if line not in known:
            known[line] = fresh_id(taken, "c")
            taken.add(known[line])
        found.append({"id": known[line], "text": line})
    return found


# --- What is missing ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filled:
    """What an entry has: title, answers by field, fields with files or links, its people."""

    title: str
    answers: Mapping[str, str]
    files: Collection[str]
    members: int


def missing(
    form: Sequence[Asked], filled: Filled, least_members: int, most_members: int
) -> list[Sentence]:
    """Return what is still wanting before an entry can be handed in, in order of the form."""
    found = []
    if not filled.title.strip():
        found.append(Sentence(N_("The entry has no title yet.")))
    if filled.members < least_members:
        message = N_("People are missing: %(least)s at least make an entry here.")
        found.append(Sentence(message, {"least": least_members}))
    if filled.members > most_members:
        message = N_("There are too many people: %(most)s at most make an entry here.")
        found.append(Sentence(message, {"most": most_members}))
    for one in form:
        has = one.id in filled.files or bool(filled.answers.get(one.id, "").strip())
        if one.is_required and not has:
            found.append(Sentence(N_("“%(label)s” is still empty."), {"label": one.label}))
    return found


def link_fault(address: str) -> Sentence | None:
    """Say why an address cannot be a link: only pages of the web are."""
    parts = urlsplit(address)
    if parts.scheme in ("http", "https") and parts.netloc and " " not in address:
        return None
    return Sentence(N_("A link begins with https://."))


# --- Hours -------------------------------------------------------------------------------------


class Hours(StrEnum):
    """Whether a category takes entries now."""

    OPEN = "open"
    LATE = "late"
    CLOSED = "closed"


def hours(closes_at: datetime, late_until: datetime | None, at: datetime) -> Hours:
    """Say whether entries are taken; the last moment is still good."""
    if at <= closes_at:
        return Hours.OPEN
    return Hours.LATE if late_until is not None and at <= late_until else Hours.CLOSED


def code(prefix: str, taken: Collection[str], drawn: int) -> str:
    """Return the code of an entry from a drawn number; it says not even who came first."""
    width = 3 if len(taken) < 300 else 4
    first, count = 10 ** (width - 1), 9 * 10 ** (width - 1)
    for step in range(count):
        found = f"{prefix}-{first + (drawn + step) % count}"
        if found not in taken:
            return found
    raise ValueError(prefix)

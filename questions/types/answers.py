"""How answers are written: what a participant chose or typed, as one text that is stored.

Types with options store the ids chosen, sorted and joined by commas. Types that ask for several
things at once (statements, matching, ordering, cloze) store a JSON object from the id of each
part to what was given there. The other types store what was typed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

LONGEST = 20_000
FIELD = "answer"
KEYED_FIELD = "answer-"
FULL = Decimal(1)
NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Said:
    """One part of an answer in words: which part, what was given, what is right there."""

    label: str
    given: str
    right: str
    is_right: bool


def keyed(parts: Mapping[str, str]) -> str:
    """Return an answer of several parts as it is stored; parts left empty are left out."""
    given = {part: value for part, value in parts.items() if value}
    if not given:
        return ""
    return json.dumps(given, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def parts(text: str | None) -> dict[str, str]:
    """Return the parts of an answer by id; a text that is no such answer has none."""
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {part: value for part, value in found.items() if isinstance(value, str) and value}


def from_form(fields: Mapping[str, list[str]]) -> str:
    """Return the answer that a form without script sent, as it is stored."""
    given = {
        name.removeprefix(KEYED_FIELD): values[-1].strip()
        for name, values in fields.items()
        if name.startswith(KEYED_FIELD) and values
    }
    if given:
        return keyed(given)
    # A form ends the lines of a long text as no script does.
    return ",".join(sorted(fields.get(FIELD, ()))).replace("\r\n", "\n")


def share(right: int, asked: int) -> Decimal:
    """Return which part of the points `right` parts of `asked` earn."""
    return Decimal(right) / Decimal(asked) if asked else NONE


def neutral_ids(texts: list[str]) -> list[str]:
    """Return an id for each text that does not tell in which order the author wrote them."""
    ranked = sorted(range(len(texts)), key=lambda place: (_mixed(texts[place]), place))
    ids = [""] * len(texts)
    for rank, place in enumerate(ranked):
        ids[place] = chr(ord("a") + rank) if rank < 26 else f"z{rank}"
    return ids


def _mixed(text: str) -> str:
    return sha256(text.encode()).hexdigest()

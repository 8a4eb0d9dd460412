"""The organiser's list of people near to judges: one line each, checked against the panel."""

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.rules import naming
from core.saying import Sentence, Unreadable
from core.text import N_, fold

MOST, LONGEST = 300, 120


@dataclass(frozen=True, slots=True)
class Relation:
    """A judge (by id), the name of somebody near, and a commune or ward; one may be empty."""

    judge: str
    name: str = ""
    place: str = ""


def read(text: str, judges: Mapping[str, str]) -> list[Relation]:
    """Read lines “judge; somebody near; commune”; `judges` has ids by full names, folded.

    Raise `Unreadable` with the number of the first line that cannot be read.
    """
    rows = [(at, line) for at, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(rows) > MOST:
        raise Unreadable(Sentence(N_("At most %(most)s lines."), {"most": MOST}))
    found = [_read(at, line, judges) for at, line in rows]
    return list(dict.fromkeys(found))


def written(relations: Mapping[str, str], row: Relation) -> str:
    """Write a line as it is read; `relations` has full names by id."""
    return "; ".join((relations[row.judge], row.name, row.place)).rstrip("; ")


def family(name: str) -> str:
    """Return the family name, folded: the first word, or the clan at the end of highland names."""
    words = fold(name).split()
    if not words:
        return ""
    return words[-1] if naming.is_highland(name) else words[0]


def _read(at: int, line: str, judges: Mapping[str, str]) -> Relation:
    cells = [" ".join(cell.split()) for cell in line.split(";")]
    cells += [""] * (3 - len(cells))
    if len(cells) > 3 or not any(cells[1:]) or max(map(len, cells)) > LONGEST:
        message = N_(
            "Line %(line)s: write judge; somebody near; commune. One of the last two may be empty."
        )
        raise Unreadable(Sentence(message, {"line": at}))
    judge = judges.get(fold(cells[0]))
    if judge is None:
        message = N_("Line %(line)s: nobody of that name judges here.")
        raise Unreadable(Sentence(message, {"line": at}))
    return Relation(judge, cells[1], cells[2])

"""A list of seats as people paste it: one line a person, checked against the round."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from contest.rules import preflight
from contest.rules.describing import Level
from contest.rules.timetable import Fault, Finding, Line, Plan, RoomPlan, SittingPlan
from core.saying import Sentence
from core.text import N_, clean_line, search_key

MOST_LINES = 20_000
# What the columns may be called, without marks; in this order where there is no header.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": ("sbd", "so bao danh", "number"),
    "sitting": ("ca", "ca thi", "sitting"),
    "room": ("phong", "phong thi", "room"),
    "place": ("cho", "cho ngoi", "so cho", "place", "seat"),
    "machine": ("may", "may tinh", "machine"),
}
# What a list adds to the faults of a timetable is about its own lines.
_ROSTER = frozenset(
    {
        Fault.LINE_TWICE,
        Fault.TWO_SITTINGS,
        Fault.PLACE_TWICE,
        Fault.MACHINE_TWICE,
        Fault.ROOM_OVERFULL,
        Fault.NO_ROOM,
        Fault.EXCLUDED_PERSON,
    }
)


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody as the list seats the person; `row` is the line of the list."""

    row: int
    number: int
    sitting: int
    room: int | None
    place: str
    machine: str


@dataclass(frozen=True, slots=True)
class Told:
    """Something wrong with a line of the list."""

    row: int
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Reading:
    """What a list says, and what is wrong with it; nothing is written while anything is."""

    listed: tuple[Listed, ...]
    faults: tuple[Told, ...]


def read(text: str, plan: Plan, now: datetime) -> Reading:
    """Read a pasted list: number, sitting, room, place, machine; with a header in any order."""
    known = {line.number: line for line in plan.lines}
    listed, faults = [], []
    for row, cells in _rows(text):
        found = _line(row, cells, plan, known)
        if isinstance(found, Told):
            faults.append(found)
        else:
            listed.append(found)
    faults += _together(listed, plan, known, now)
    return Reading(tuple(listed), tuple(sorted(faults, key=lambda told: told.row)))


def _rows(text: str) -> list[tuple[int, dict[str, str]]]:
    lines = text.splitlines()[: MOST_LINES + 1]
    signs = max(("\t", ";", ","), key=lambda sign: sum(line.count(sign) for line in lines))
    names = list(COLUMNS)
    found: list[tuple[int, dict[str, str]]] = []
    for number, cells in enumerate(csv.reader(io.StringIO("\n".join(lines)), delimiter=signs), 1):
        cells = [clean_line(cell) for cell in cells]
        if not any(cells):
            continue
        header = [_column(cell) for cell in cells]
        if not found and "number" in header:
            names = header
            continue
        found.append((number, dict(zip(names, cells, strict=False))))
    return found


def _column(title: str) -> str:
    key = search_key(title)
    return next((name for name, called in COLUMNS.items() if key in called), "")


def _line(
    row: int, cells: Mapping[str, str], plan: Plan, known: Mapping[int, Line]
) -> Listed | Told:
    typed = cells.get("number", "")
    if not typed.isdecimal() or int(typed[:12]) not in known:
        return Told(row, Sentence(N_("Nobody has the number “%(number)s”."), {"number": typed}))
    sitting = _sitting(cells.get("sitting", ""), plan)
    if sitting is None:
        name = cells.get("sitting", "")
        return Told(row, Sentence(N_("There is no sitting “%(name)s”."), {"name": name}))
    name = cells.get("room", "")
    room = _room(name, sitting)
    if name and room is None:
        said = N_("%(sitting)s has no room “%(name)s”.")
        return Told(row, Sentence(said, {"sitting": sitting.title, "name": name}))
    spots = (cells.get("place", "")[:20], cells.get("machine", "")[:60])
    return Listed(row, int(typed), sitting.key, room.key if room else None, *spots)


def _sitting(name: str, plan: Plan) -> SittingPlan | None:
    if not name and len(plan.sittings) == 1:
        return plan.sittings[0]
    key = search_key(name)
    return next((one for one in plan.sittings if name and search_key(one.title) == key), None)


def _room(name: str, sitting: SittingPlan) -> RoomPlan | None:
    key = search_key(name)
    return next((one for one in sitting.rooms if name and search_key(one.title) == key), None)


def _together(
    listed: Sequence[Listed], plan: Plan, known: Mapping[int, Line], now: datetime
) -> list[Told]:
    """Return what is wrong with the lines together: people twice, places twice, rooms too full.

    Whoever the list does not name stays where the person sits.
    """
    named = {one.number for one in listed}
    stays = [line for line in plan.lines if line.number not in named and line.sitting is not None]
    lines, rows = list(stays), {}
    for one in listed:
        line = replace(
            known[one.number],
            sitting=one.sitting,
            room=one.room,
            place=one.place,
            machine=one.machine,
        )
        lines.append(line)
        rows[one.number] = one.row
    found = preflight.inspect(replace(plan, lines=tuple(lines)), now)
    return [
        Told(_row(finding, rows), finding.sentence) for finding in found if _counts(finding, rows)
    ]


def _counts(finding: Finding, rows: Mapping[int, int]) -> bool:
    is_grave = finding.level is Level.DANGER and finding.fault in _ROSTER
    return is_grave and finding.line in rows


def _row(finding: Finding, rows: Mapping[int, int]) -> int:
    return rows[finding.line] if finding.line is not None else 0

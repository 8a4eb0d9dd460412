"""What is wrong with the lines of a roster: people, places and extra time that do not fit."""

from collections.abc import Iterator
from datetime import timedelta

from contest.rules import timing
from contest.rules.describing import Level
from contest.rules.timetable import (
    Fault,
    Finding,
    Line,
    Plan,
    SittingPlan,
    Times,
    find,
    is_fixed,
    times,
)
from core.text import N_

MOST_EXTRA = timedelta(hours=4)
MOST_PERCENT = 300
_GRAVE, _DOUBT = Level.DANGER, Level.WARN


def inspect(plan: Plan) -> list[Finding]:
    """Return what is wrong or doubtful with the lines of the roster, each naming its line."""
    return [*_roster(plan), *(found for line in plan.lines for found in _line(plan, line))]


def _roster(plan: Plan) -> Iterator[Finding]:
    yield from _people_twice(plan)
    numbers: dict[int, Line] = {}
    places: dict[tuple[object, ...], Line] = {}
    machines: dict[tuple[object, ...], Line] = {}
    for line in plan.lines:
        before = numbers.setdefault(line.number, line)
        if before.person != line.person:
            said = N_("Number %(number)s is given to %(name)s and to %(other)s.")
            yield find(Fault.NUMBER_TWICE, _GRAVE, said, line, other=before.name)
        if line.room is None:
            continue
        for fault, kept, spot, said in (
            (
                Fault.PLACE_TWICE,
                places,
                line.place,
                N_("Number %(number)s, %(name)s, has place %(spot)s of number %(other)s."),
            ),
            (
                Fault.MACHINE_TWICE,
                machines,
                line.machine,
                N_("Number %(number)s, %(name)s, has machine %(spot)s of number %(other)s."),
            ),
        ):
            key = (line.room, spot.casefold())
            if spot and kept.setdefault(key, line).person != line.person:
                other = kept[key].number
                yield find(fault, _GRAVE, said, line, spot=spot, other=other)


def _people_twice(plan: Plan) -> Iterator[Finding]:
    seen: dict[int, Line] = {}
    for line in plan.lines:
        before = seen.setdefault(line.person, line)
        if before is line:
            continue
        if before.sitting == line.sitting:
            said = N_("Number %(number)s, %(name)s, stands in the roster twice.")
            yield find(Fault.LINE_TWICE, _GRAVE, said, line)
        else:
            said = N_("Number %(number)s, %(name)s, sits in %(sitting)s and in %(other)s.")
            told = {"sitting": _title(plan, before), "other": _title(plan, line)}
            yield find(Fault.TWO_SITTINGS, _GRAVE, said, line, **told)


def _title(plan: Plan, line: Line) -> str:
    sitting = plan.by_key.get(line.sitting) if line.sitting is not None else None
    return sitting.title if sitting else "–"


def _line(plan: Plan, line: Line) -> Iterator[Finding]:
    if line.allowance.disqualified:
        said = N_("Number %(number)s, %(name)s, is disqualified and cannot start.")
        yield find(Fault.DISQUALIFIED_PERSON, _DOUBT, said, line)
    if line.is_excluded:
        said = N_("Number %(number)s, %(name)s, helps to hold the contest and cannot start.")
        yield find(Fault.EXCLUDED_PERSON, _GRAVE, said, line)
    if line.sitting is None:
        said = N_("Number %(number)s, %(name)s, has no place in any sitting.")
        yield find(Fault.NO_SEAT, _DOUBT, said, line)
        return
    sitting = plan.by_key.get(line.sitting)
    if sitting is None:
        said = N_("Number %(number)s, %(name)s, is put into a sitting that does not exist.")
        yield find(Fault.UNKNOWN_SITTING, _GRAVE, said, line)
        return
    yield from _room_of(sitting, line)
    yield from _allowance(plan, sitting, line)
    yield from _elsewhere(plan, sitting, line)


def _room_of(sitting: SittingPlan, line: Line) -> Iterator[Finding]:
    if line.room is None:
        if sitting.rooms:
            said = N_("Number %(number)s, %(name)s, has no room in %(sitting)s.")
            yield find(Fault.NO_ROOM, _GRAVE, said, line, sitting=sitting.title)
    elif all(room.key != line.room for room in sitting.rooms):
        said = N_("Number %(number)s, %(name)s, is put into a room that %(sitting)s does not have.")
        yield find(Fault.FOREIGN_ROOM, _GRAVE, said, line, sitting=sitting.title)


def _allowance(plan: Plan, sitting: SittingPlan, line: Line) -> Iterator[Finding]:
    own = line.allowance
    if own.extra_seconds < 0 or own.extra_percent < 0:
        said = N_("Number %(number)s, %(name)s: extra time cannot be less than nothing.")
        yield find(Fault.EXTRA_NEGATIVE, _GRAVE, said, line)
        return
    if own.delay_seconds < 0:
        said = N_("Number %(number)s, %(name)s: a delay cannot be less than nothing.")
        yield find(Fault.DELAY_NEGATIVE, _GRAVE, said, line)
        return
    if timedelta(seconds=own.extra_seconds) > MOST_EXTRA or own.extra_percent > MOST_PERCENT:
        said = N_("Number %(number)s, %(name)s: so much extra time cannot be meant.")
        yield find(Fault.EXTRA_TOO_MUCH, _GRAVE, said, line)
    hours = times(plan.round, sitting.window, own)
    if hours.begins >= hours.last_start or hours.begins >= sitting.window.closes_at:
        said = N_(
            "Number %(number)s, %(name)s, would begin at %(begins)s, when %(sitting)s is over."
        )
        told = {"begins": hours.begins, "sitting": sitting.title}
        yield find(Fault.DELAY_TOO_LONG, _GRAVE, said, line, **told)
    elif own.extra_percent or own.extra_seconds or own.delay_seconds:
        yield from _extra_cut(plan, sitting, line, hours)


def _extra_cut(plan: Plan, sitting: SittingPlan, line: Line, hours: Times) -> Iterator[Finding]:
    """Find somebody whose granted time does not fit, even when the person starts at once."""
    granted = timing.granted(plan.round, line.allowance)
    if granted is None or hours.closes - hours.begins >= granted:
        return
    said = N_(
        "Number %(number)s, %(name)s, is granted %(minutes)s minutes from %(begins)s, but is cut"
        " off at %(closes)s with %(sitting)s."
    )
    told = {"begins": hours.begins, "closes": hours.closes, "sitting": sitting.title}
    minutes = granted // timedelta(minutes=1)
    yield find(Fault.EXTRA_CUT, _GRAVE, said, line, minutes=minutes, **told)


def _elsewhere(plan: Plan, sitting: SittingPlan, line: Line) -> Iterator[Finding]:
    if not plan.elsewhere:
        return
    hours = times(plan.round, sitting.window, line.allowance)
    for other in plan.elsewhere:
        if other.person != line.person or not is_fixed(sitting):
            continue
        if other.begins < hours.latest and hours.begins < other.ends:
            said = N_("Number %(number)s, %(name)s, sits in %(other)s at the same time.")
            yield find(Fault.SITS_ELSEWHERE, _GRAVE, said, line, other=other.title)

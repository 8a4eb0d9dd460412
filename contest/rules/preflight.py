"""What keeps a timetable from being held, looked for before a round is made ready."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import combinations

from contest.rules import rostered
from contest.rules.describing import Level
from contest.rules.timetable import (
    Fault,
    Finding,
    Line,
    Plan,
    RoomPlan,
    SittingPlan,
    find,
    is_fixed,
    times,
)
from contest.rules.timing import NO_ALLOWANCE
from core.text import N_

_GRAVE, _DOUBT = Level.DANGER, Level.WARN


def inspect(plan: Plan, now: datetime) -> list[Finding]:
    """Return everything that is wrong or doubtful, the gravest first."""
    found = [
        *_round(plan),
        *_paper(plan),
        *(finding for sitting in plan.sittings for finding in _sitting(plan, sitting, now)),
        *_titles(plan),
        *_rooms(plan),
        *_overlaps(plan),
        *rostered.inspect(plan),
        *_results(plan),
    ]
    weights = list(Level)
    return sorted(found, key=lambda finding: weights.index(finding.level))


# --- The round, its sittings and rooms ---------------------------------------------------------


def _round(plan: Plan) -> Iterator[Finding]:
    around = plan.round
    if around.closes_at <= around.opens_at:
        said = N_("The round closes at %(closes)s, before it opens at %(opens)s.")
        hours = {"opens": around.opens_at, "closes": around.closes_at}
        yield find(Fault.ROUND_TURNED, _GRAVE, said, **hours)
    if around.time_limit is not None and around.time_limit <= timedelta(0):
        said = N_("An attempt has no time: set how many minutes it takes.")
        yield find(Fault.NO_TIME, _GRAVE, said)
    if not plan.sittings:
        yield find(Fault.NO_SITTING, _GRAVE, N_("The round has no sitting: nobody can start."))
    if plan.needs_seats and not plan.lines:
        said = N_("The round has several sittings, and nobody has a place in any of them.")
        yield find(Fault.NOBODY_SEATED, _GRAVE, said)
    if plan.attempts != 1 and any(is_fixed(one) for one in plan.sittings):
        said = N_(
            "One clock runs for everybody, but people may start more than once: a second attempt"
            " has only what is left of the same time."
        )
        yield find(Fault.AGAIN_ON_ONE_CLOCK, _DOUBT, said)


def _paper(plan: Plan) -> Iterator[Finding]:
    for code in plan.without_key:
        said = N_(
            "Question %(code)s may be asked, but cannot be marked: its key is missing or bad."
        )
        yield find(Fault.NO_KEY, _GRAVE, said, code=code)
    for name in plan.empty_rows:
        said = N_("%(row)s: the bank has no question that may be drawn.")
        yield find(Fault.EMPTY_POOL, _GRAVE, said, row=name)


def _sitting(plan: Plan, sitting: SittingPlan, now: datetime) -> Iterator[Finding]:
    window, around = sitting.window, plan.round
    name = {"sitting": sitting.title}
    if window.closes_at <= window.opens_at:
        said = N_("%(sitting)s closes at %(closes)s, before it opens at %(opens)s.")
        hours = {"opens": window.opens_at, "closes": window.closes_at}
        yield find(Fault.SITTING_TURNED, _GRAVE, said, **name, **hours)
        return
    if window.opens_at < around.opens_at:
        said = N_("%(sitting)s opens at %(sits)s, before the round does at %(round)s.")
        hours = {"sits": window.opens_at, "round": around.opens_at}
        yield find(Fault.OPENS_OUTSIDE, _GRAVE, said, **name, **hours)
    if window.closes_at > around.closes_at:
        said = N_("%(sitting)s goes on until %(sits)s, but the round closes at %(round)s.")
        hours = {"sits": window.closes_at, "round": around.closes_at}
        yield find(Fault.CLOSES_OUTSIDE, _GRAVE, said, **name, **hours)
    if window.closes_at <= now:
        said = N_("%(sitting)s was over at %(closes)s already.")
        yield find(Fault.OVER_ALREADY, _GRAVE, said, **name, closes=window.closes_at)
    yield from _cut_off(plan, sitting)
    yield from _late(plan, sitting)


def _cut_off(plan: Plan, sitting: SittingPlan) -> Iterator[Finding]:
    """Find who would be cut off: a cutoff before the last start and the whole time limit."""
    if plan.round.time_limit is None:
        return
    hours = times(plan.round, sitting.window, NO_ALLOWANCE)
    told = {
        "sitting": sitting.title,
        "minutes": plan.round.time_limit // timedelta(minutes=1),
        "closes": hours.latest,
    }
    if hours.closes - hours.begins < plan.round.time_limit:
        said = N_(
            "%(sitting)s: whoever starts at %(begins)s is cut off at %(closes)s, before the"
            " %(minutes)s minutes are over."
        )
        yield find(Fault.CUT_OFF, _GRAVE, said, **told, begins=hours.begins)
    elif (
        not is_fixed(sitting)
        and sitting.window.late_limit is not None
        and hours.least < plan.round.time_limit
    ):
        said = N_(
            "%(sitting)s: people may start until %(last)s, but are all cut off at %(closes)s,"
            " before the %(minutes)s minutes of a late one are over."
        )
        yield find(Fault.LATE_CUT_OFF, _GRAVE, said, **told, last=hours.last_start)


def _late(plan: Plan, sitting: SittingPlan) -> Iterator[Finding]:
    late = sitting.window.late_limit
    if late is None:
        return
    minutes = late // timedelta(minutes=1)
    name = {"sitting": sitting.title, "minutes": minutes}
    if late < timedelta(0) or late > sitting.window.closes_at - sitting.window.opens_at:
        said = N_("%(sitting)s: %(minutes)s minutes of arriving late are longer than the sitting.")
        yield find(Fault.LATE_TOO_LONG, _GRAVE, said, **name)
    elif sitting.late_most is not None and minutes > sitting.late_most:
        said = N_(
            "%(sitting)s lets people arrive %(minutes)s minutes late; the rule in force says"
            " %(most)s at most. The council may decide otherwise in writing."
        )
        yield find(Fault.LATE_BEYOND_LAW, _DOUBT, said, **name, most=sitting.late_most)


def _titles(plan: Plan) -> Iterator[Finding]:
    if len(plan.sittings) < 2:
        return
    titles = Counter(one.title.casefold() for one in plan.sittings)
    for sitting in plan.sittings:
        if not sitting.title:
            said = N_("The sitting of %(opens)s has no name; people cannot tell it from others.")
            yield find(Fault.NO_TITLE, _GRAVE, said, opens=sitting.window.opens_at)
    for sitting in _first_of(plan.sittings):
        if titles[sitting.title.casefold()] > 1 and sitting.title:
            said = N_("Several sittings are called “%(sitting)s”.")
            yield find(Fault.SAME_TITLE, _GRAVE, said, sitting=sitting.title)


def _first_of(sittings: Iterable[SittingPlan]) -> list[SittingPlan]:
    return list({one.title.casefold(): one for one in sittings}.values())


def _rooms(plan: Plan) -> Iterator[Finding]:
    for sitting in plan.sittings:
        name = {"sitting": sitting.title}
        titles = Counter(room.title.casefold() for room in sitting.rooms)
        for title in {one.title for one in sitting.rooms if titles[one.title.casefold()] > 1}:
            said = N_("%(sitting)s has the room “%(room)s” more than once.")
            yield find(Fault.SAME_ROOM_TWICE, _GRAVE, said, **name, room=title)
        codes = Counter(room.code.casefold() for room in sitting.rooms if room.code)
        for code in sorted(code for code, count in codes.items() if count > 1):
            said = N_("%(sitting)s: several rooms have the code %(code)s.")
            yield find(Fault.ROOM_CODE_TWICE, _GRAVE, said, **name, code=code)
        for room in sitting.rooms:
            yield from _overfull(plan, sitting, room)


def _overfull(plan: Plan, sitting: SittingPlan, room: RoomPlan) -> Iterator[Finding]:
    here = [line for line in plan.lines if line.room == room.key]
    if room.capacity is not None and len(here) > room.capacity:
        said = N_(
            "%(sitting)s, %(room)s: %(people)s people for %(capacity)s places. The first without"
            " one is number %(number)s, %(name)s."
        )
        told = {"sitting": sitting.title, "room": room.title}
        counts = {"people": len(here), "capacity": room.capacity}
        yield find(Fault.ROOM_OVERFULL, _GRAVE, said, here[room.capacity], **told, **counts)


def _overlaps(plan: Plan) -> Iterator[Finding]:
    """Find one room, by its name and address, in two sittings at the same hour."""
    ends = {one.key: _latest(plan, one) for one in plan.sittings}
    for one, other in combinations(sorted(plan.sittings, key=lambda s: s.window.opens_at), 2):
        if other.window.opens_at >= ends[one.key][0]:
            continue
        for room in _shared(one, other):
            last = ends[one.key][1]
            fault = Fault.ROOM_OVERLAP
            said = N_("%(room)s is used by %(sitting)s and %(other)s at the same time.")
            if other.window.opens_at >= one.window.closes_at and last is not None:
                fault = Fault.EXTRA_MEETS_NEXT
                said = N_(
                    "%(room)s: number %(number)s, %(name)s, of %(sitting)s goes on until %(until)s"
                    " with extra time, but %(other)s begins there at %(begins)s."
                )
            line = last if fault is Fault.EXTRA_MEETS_NEXT else None
            told = {"room": room, "sitting": one.title, "other": other.title}
            hours = {"until": ends[one.key][0], "begins": other.window.opens_at}
            yield find(fault, _GRAVE, said, line, **told, **hours)


def _latest(plan: Plan, sitting: SittingPlan) -> tuple[datetime, Line | None]:
    """Return when the last person of a sitting is done, and whose line that is."""
    ends, last = times(plan.round, sitting.window, NO_ALLOWANCE).latest, None
    for line in plan.lines:
        if line.sitting == sitting.key:
            latest = times(plan.round, sitting.window, line.allowance).latest
            if latest > ends:
                ends, last = latest, line
    return ends, last


def _shared(one: SittingPlan, other: SittingPlan) -> list[str]:
    known = {(room.title.casefold(), room.place.casefold()) for room in other.rooms}
    return [r.title for r in one.rooms if (r.title.casefold(), r.place.casefold()) in known]


def _results(plan: Plan) -> Iterator[Finding]:
    """Find results that would be shown while somebody still writes."""
    if not plan.sittings:
        return
    fixed = [_latest(plan, one) for one in plan.sittings if is_fixed(one)]
    if not fixed:
        return
    ends, last = max(fixed, key=lambda found: found[0])
    for fault, moment, said in (
        (
            Fault.RESULTS_TOO_EARLY,
            plan.round.participant_results_at,
            N_("Participants see results at %(shown)s, while somebody writes until %(until)s."),
        ),
        (
            Fault.PUBLIC_TOO_EARLY,
            plan.round.public_results_at,
            N_("Everybody sees results at %(shown)s, while somebody writes until %(until)s."),
        ),
    ):
        if moment is not None and moment < ends:
            yield find(fault, _GRAVE, said, last, shown=moment, until=ends)

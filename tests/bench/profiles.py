"""The loads of a contest week, an examination and a show, offered, measured and then checked.

`python -m tests.bench.profiles A B C spike close soak [--seconds N] [--scale S] [--database D]`
plays each profile on an installation of its own: every request comes at its moment, whether or not
the one before was answered, and is counted from then. At the end the checker of the fault tests
joins the journals of all simulated people with the database. Ends with 1 when an invariant is
broken, a request failed, or a time is not held.
"""

import argparse
import asyncio
import contextlib
import resource
import sys
import time
from dataclasses import dataclass, field
from statistics import linear_regression

from core import clock
from tests.bench import offered, strangers
from tests.bench.company import Company
from tests.faults import clusters, journals
from tests.faults.running import prepare

# Requests a second: the design peak of a contest of 100,000 people in a week, and its busy hour.
PEAK = {
    "static": 150, "register": 20, "sign-in": 10, "start": 10, "save": 240, "hand in": 10,
    "board": 200,
}  # fmt: skip
MEAN = {
    "static": 20, "register": 3, "sign-in": 2.3, "start": 2.3, "save": 82, "hand in": 2.3,
    "board": 20,
}  # fmt: skip
# Nobody may save more often than once a second for long: so many are under way for each save.
PEOPLE_PER_SAVE = 2.5
STANDING = 5000
# Milliseconds within which 99 of 100 must be answered.
HOLD = {
    "static file": 200, "register": 1500, "sign-in": 1000, "start": 1000, "save": 300,
    "hand in": 1000, "board": 300, "result": 1000,
}  # fmt: skip
EXAM = {"start, prepared": 2000, "save": 300, "hand in": 2000}
SHOW = {"save": 1000, "board": 2000}
SETTINGS = {"CHUNGTAY_TRUSTED_PROXIES": "1"}
# What memory grows by in an hour, judged where it was watched for as long.
MOST_SLOPE, LONG_ENOUGH = 1.0, 3600
# Connections are closed and what belongs to them is freed within so many seconds.
SETTLED, FIRST_SIGN_INS = 5, 20
# No measure: how long a machine that does much else may take until the server answers.
STARTED_WITHIN = 300


@dataclass(frozen=True)
class Profile:
    """A load: what has to be there, who is around, what happens, and what must hold."""

    about: str
    seconds: int
    wish: object
    play: object
    hold: dict
    around: dict = field(default_factory=dict)


def under_way(rates, scale):
    return max(4, int(rates["save"] * scale * PEOPLE_PER_SAVE))


def coming(rate, seconds):
    """Return how many may come by chance, where that many a second are expected."""
    return int(rate * seconds + 4 * (rate * seconds) ** 0.5) + 1


# --- A: a week of a contest ---------------------------------------------------------------------


def week_wish(rates):
    def wish(seconds, scale):
        return {
            "people": under_way(rates, scale) + coming(rates["start"] * scale, seconds),
            "finished": max(10, int(STANDING * scale)),
            "phones": max(10, int(1000 * scale)),
        }

    return wish


def week(rates):
    async def play(company, people, seconds):
        first = under_way(rates, company.scale)
        await company.come_in(company.people(people[:first]))
        rate = {name: value * company.scale for name, value in rates.items()}
        every = seconds / 40 if company.is_watched else None
        company.settle()
        loads = [
            company.starts(people[first:], rate=rate["start"]),
            company.saves(rate=rate["save"]),
            company.goes(rate=rate["hand in"]),
            *company.strangers,
        ]
        await company.offer(loads, seconds, every=every)

    return play


# --- Spike: fifty starts a second ---------------------------------------------------------------

SPIKE, LASTING = 50, 10


def spike_wish(seconds, scale):
    people = under_way(MEAN, scale) + coming(SPIKE * scale, min(LASTING, seconds))
    return week_wish(MEAN)(0, scale) | {"people": people}


async def spike(company, people, seconds):
    """Offer the busy hour, and in its middle many who start at once."""
    first, scale = under_way(MEAN, company.scale), company.scale
    await company.come_in(company.people(people[:first]))
    lasting = min(LASTING, seconds)
    when = {"after": (seconds - lasting) / 2, "lasting": lasting}
    loads = [
        company.starts(people[first:], rate=SPIKE * scale, **when),
        company.saves(rate=MEAN["save"] * scale),
        company.goes(rate=MEAN["hand in"] * scale),
        *company.strangers,
    ]
    await company.offer(loads, seconds)


# --- Close-out: fifty hand in a second until the end, the rest is closed by the clock -----------

CLOSING, LOOKING, GRACE, CLOSED_WITHIN = 50, 100, 5, 30


def close_wish(seconds, scale):
    return {"people": 2 * coming(CLOSING * scale, seconds), "closing": True}


async def close(company, people, seconds):
    """Let half hand in before the end, the clock close the rest, and all look at their results."""
    round_ = company.site.made["closing"]
    ends = company.end(round_, seconds=3 + seconds + 0.2 * len(people))
    there = company.people(people, round_)
    await company.come_in(there)
    left = (ends - clock.now()).total_seconds()
    assert left > seconds, f"the last came in {left} s before the end: try with fewer people"
    await asyncio.sleep(left - seconds)
    rate = CLOSING * company.scale
    await company.offer([company.hands_in(rate=rate)], seconds)
    late = await company.closed_after(round_, ends, within=GRACE + CLOSED_WITHIN)
    company.say(f"all attempts closed {late:.1f} s after the end (grace {GRACE} s)")
    looks = company.results(there, rate=LOOKING * company.scale)
    await company.offer([looks], seconds)


# --- B: an examination --------------------------------------------------------------------------

EXAM_PEOPLE, EXAM_ITEMS, EXAM_MINUTES = 1000, 60, 60
EXAM_SAVES, EXAM_LAST_SAVES, LAST_MINUTES, EXAM_BEATS = 20, 60, 5, 33
ENTERING = 25


def exam_wish(seconds, scale):
    people = max(5, int(EXAM_PEOPLE * scale))
    # A smaller exam has a shorter paper too: each is made whole beforehand.
    items = max(10, int(EXAM_ITEMS * min(1, scale)))
    return {"people": people, "together": people, "together_items": items}


async def exam(company, people, seconds):
    """Let all wait, start in the same second, write an hour in `seconds`, and finish in one."""
    made, scale = company.site.made["together"], company.scale
    there = company.people(people, made["round"])

    async def enter(one, due):
        await one.wait_for_start(made["sitting"], due)

    entering = company.each("entries", enter, there)
    await company.offer([entering], len(there) / ENTERING)
    await company.begin_together(made["round"], seconds=1)

    async def start(one, due):
        await one.open_sealed(due)
        company.inside.append(one)

    await company.offer([company.each("starts together", start, there)], 1)
    faster, last = EXAM_MINUTES * 60 / seconds, seconds * LAST_MINUTES / EXAM_MINUTES
    # However short it is made: no faster than people may save.
    rate = min(faster, 30) * scale
    loads = [
        company.saves(rate=EXAM_SAVES * rate, lasting=seconds - last),
        company.saves(rate=EXAM_LAST_SAVES * rate, after=seconds - last),
        company.beats(rate=EXAM_BEATS * scale),
    ]
    await company.offer(loads, seconds)

    async def finish(one, due):
        await one.hand_in(due)

    await company.offer([company.each("finishes together", finish, there)], 1)


# --- C: a show, as far as there is one ----------------------------------------------------------

SHOW_PEOPLE, SHOW_SECONDS, EACH_QUESTION = 2000, 2, 10
NOT_THERE = (
    "Not there yet, and so not measured: joining with a code and a nickname, questions pushed to"
    " 2,000 phones, the host's page, the end of a question by the server's clock. What is offered"
    " are the answers of 2,000 people within two seconds, at an ordinary round."
)


def show_wish(seconds, scale):
    return {"people": max(5, int(SHOW_PEOPLE * scale)), "items": 20}


async def show(company, people, seconds):
    """Let everybody answer within two seconds, again and again, and look at the board."""
    await company.come_in(company.people(people))
    company.say(NOT_THERE)
    count, loads = len(people), list(company.strangers)
    for number in range(max(1, seconds // EACH_QUESTION)):
        when = {"after": number * EACH_QUESTION, "lasting": SHOW_SECONDS}
        loads.append(company.each_saves(count=count, **when))
    await company.offer(loads, seconds)


PROFILES = {
    "A": Profile("a contest's peak", 600, week_wish(PEAK), week(PEAK), HOLD, PEAK),
    "B": Profile("an examination of 1,000 people", 360, exam_wish, exam, EXAM),
    "C": Profile("answers of a show", 60, show_wish, show, SHOW, {"board": 100}),
    "spike": Profile("50 starts a second for 10 s", 30, spike_wish, spike, HOLD, MEAN),
    "close": Profile("the end of a round", 20, close_wish, close, HOLD),
    "soak": Profile("a contest's busy hour", 7200, week_wish(MEAN), week(MEAN), HOLD, MEAN),
}


# --- Playing them -------------------------------------------------------------------------------


@dataclass
class Outcome:
    """What became of a profile."""

    profile: Profile
    company: Company
    seconds: float

    def kinds(self):
        """Return what was measured, by kind of request."""
        return [*self.company.tally.kinds.values(), *self.company.strangers]

    def failed(self):
        """Return what was not answered as it should have been, and what was given up, if any."""
        return {one.name: one.failed for one in (*self.kinds(), *self.company.acts) if one.failed}

    def slow(self):
        """Return the kinds of request that took longer than they may."""
        hold = self.profile.hold
        return [one.name for one in self.kinds() if one.at(0.99) > hold.get(one.name, 1e9)]

    def slope(self):
        """Return by how many MB an hour the memory grew in the later half; nothing: not watched."""
        later = self.company.memory[len(self.company.memory) // 2 :]
        if len(later) < 3:
            return None
        return linear_regression(*zip(*later, strict=True)).slope * 3600 / 1024

    def grows(self):
        """Say whether memory grew for so long that it would not end."""
        slope = self.slope()
        return slope is not None and self.seconds >= LONG_ENOUGH and slope > MOST_SLOPE


@contextlib.contextmanager
def staged(names, *, seconds, scale, database=""):
    """Give a site that is up with all that these profiles need, and whose people are whose."""
    wishes = [PROFILES[name].wish(seconds, scale) for name in names]
    # Papers are prepared for those who entered last.
    assert "B" not in names[:-1]
    wish, parts, at = {}, [], 0
    for one in wishes:
        parts.append(range(at, at := at + one["people"]))
        wish |= {name: max(value, wish.get(name, 0)) for name, value in one.items()}
    with prepare(
        20_17,
        database=database,
        settings=SETTINGS,
        builder="stage",
        **wish | {"people": at},
    ) as run:
        run.site.start(wait=False)
        run.site.wait(seconds=STARTED_WITHIN)
        yield run, parts


def perform(run, name, people, *, seconds, scale):
    """Play a profile on a site that is up; return its `Outcome`."""
    profile = PROFILES[name]
    company = Company(run, scale=scale, is_watched=name == "soak")
    company.strangers = around(run.site, profile.around, scale)
    if company.is_watched:
        # What starts with the first password is there before anything is counted.
        first = strangers.sign_ins(run.site.port, run.site.made["phones"], FIRST_SIGN_INS)
        offered.run(run.site.port, [first], seconds=3)
    run.play(lambda: profile.play(company, people, seconds))
    if company.is_watched:
        time.sleep(SETTLED)
        run.measure("after")
    return Outcome(profile, company, seconds)


def around(site, rates, scale):
    """Return the loads of those who are at no attempt."""
    made, port = site.made, site.port
    loads = {
        "static": lambda rate: strangers.files(port, rate),
        "register": lambda rate: strangers.registrations(port, made["slug"], rate),
        "sign-in": lambda rate: strangers.sign_ins(port, made["phones"], rate),
        "board": lambda rate: strangers.looks(made["board"], rate),
    }
    return [make(rates[name] * scale) for name, make in loads.items() if name in rates]


def say(text=""):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def report(outcome):
    """Write what a profile gave."""
    company, hold = outcome.company, outcome.profile.hold
    say(f"{'':<18}{'offered':>9}{'failed':>8}{'p50':>9}{'p95':>9}{'p99 ms':>9}   must hold")
    for one in outcome.kinds():
        told, most = one.told(), hold.get(one.name)
        judged = f"{most} {'holds' if told['p99'] <= most else 'DOES NOT HOLD'}" if most else ""
        say(
            f"{one.name:<18}{told['offered']:>9}{told['failed']:>8}{told['p50']:>9.1f}"
            f"{told['p95']:>9.1f}{told['p99']:>9.1f}   {judged}"
        )
    for (kind, status), count in sorted(company.tally.refused.items(), key=str):
        say(f"  {kind}: {count} × {status}")
    for one in company.acts:
        if one.failed:
            say(f"  {one.name}: {one.failed} given up, such as {one.faults[0]}")
    for text in company.said:
        say(f"  {text}")
    late = [company.late.at(part) for part in (0.5, 0.99)]
    say(f"  the load tool itself was late by {late[0]:.1f} ms (p50), {late[1]:.1f} ms (p99)")
    memories(outcome)


def memories(outcome):
    site, slope = outcome.company.site, outcome.slope()
    each = ", ".join(f"{name} {kb / 1024:.0f} MB" for name, kb in site.memories())
    say(f"  memory: {each}")
    if slope is not None:
        say(f"  memory grew by {slope:.2f} MB an hour in the later half (at most {MOST_SLOPE})")


def measure(name, given, database):
    """Play a profile on an installation of its own; say whether all of it held."""
    seconds = given.seconds or PROFILES[name].seconds
    where = "PostgreSQL" if database else "SQLite"
    say(f"\n{name}: {PROFILES[name].about}, {seconds} s, × {given.scale:g}, {where}")
    stage = staged([name], seconds=seconds, scale=given.scale, database=database)
    with stage as (run, (people,)):
        outcome = perform(run, name, people, seconds=seconds, scale=given.scale)
        report(outcome)
        broken = run.broken()
        kept = len(journals.of_kind(journals.read(run.journals), "ack"))
    say(f"  {kept} acknowledged saves; {len(broken)} invariants broken")
    for line in broken[:20]:
        say(f"  {line}")
    return not (broken or outcome.failed() or outcome.slow() or outcome.grows())


def main():
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("profiles", nargs="+", choices=sorted(PROFILES))
    asked.add_argument("--seconds", type=int, help="how long, instead of what the profile says")
    asked.add_argument("--scale", type=float, default=1.0, help="a part of the people and rates")
    asked.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    given = asked.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    with contextlib.ExitStack() as left:
        cluster = None
        if given.database == "postgresql":
            cluster = left.enter_context(clusters.cluster())
        held = [
            measure(name, given, cluster.database("profile") if cluster else "")
            for name in given.profiles
        ]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())

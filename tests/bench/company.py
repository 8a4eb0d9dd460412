"""Everybody of a load profile: who comes in, who is under way, and what they do when it is due."""

import asyncio
from datetime import timedelta
from random import Random

from sqlalchemy import create_engine, func, select, update

from contest.models import Attempt, Round, Sitting
from core import clock
from tests.bench.offered import Acts, Took, offer
from tests.bench.takers import Taker, Tally

# So many come in at a time while nothing is measured.
AT_ONCE = 12


class Company:
    """The people of one profile, on a site that is up; `scale` makes all of it smaller."""

    def __init__(self, run, *, seed=1, scale=1.0, is_watched=False):
        self.run, self.site, self.scale = run, run.site, scale
        self.is_watched = is_watched
        self.rng, self.seed = Random(f"{seed} company"), seed
        self.tally, self.late = Tally(), Took("the load tool, late by")
        self.inside, self.strangers, self.acts = [], [], []
        self.memory, self.said = [], []

    def say(self, text):
        """Keep a line for the report."""
        self.said.append(text)

    def now(self):
        return clock.now()

    # --- Who they are ---------------------------------------------------------------------------

    def person(self, number, round_=""):
        one = self.run.person(number, kind=Taker, name=f"{number}-{round_ or 'round'}")
        one.tally, one.round = self.tally, round_ or self.site.made["round"]
        return one

    def people(self, numbers, round_=""):
        return [self.person(number, round_) for number in numbers]

    def settle(self):
        """Note what the server uses now, before it is watched for long."""
        if self.is_watched:
            self.run.measure("before")

    async def come_in(self, people):
        """Let people start, a few at a time, before anything is measured."""
        waiting = list(people)

        async def one_after_another():
            while waiting:
                one = waiting.pop()
                await one.come(None)
                self.inside.append(one)

        await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))
        self.tally.clear()

    # --- What they do ---------------------------------------------------------------------------

    def _acts(self, name, act, when):
        made = Acts(name, act=act, **when)
        self.acts.append(made)
        return made

    def starts(self, numbers, **when):
        """Let the people of these numbers start, one at each moment, and be under way then."""
        waiting = list(numbers)

        async def act(_number, due):
            # More may come by chance than were thought of.
            if waiting:
                one = self.person(waiting.pop())
                await one.come(due)
                self.inside.append(one)

        return self._acts("starts", act, when)

    def saves(self, **when):
        """Let anybody under way change an answer."""

        async def act(_number, due):
            while not await self.rng.choice(self.inside).answer(due):
                pass

        return self._acts(f"saves after {when.get('after', 0)}", act, when)

    def each_saves(self, **when):
        """Let everybody under way change an answer, as when all are asked the same."""
        people = list(self.inside)

        async def act(number, due):
            await people[number % len(people)].answer(due)

        return self._acts(f"saves of each after {when.get('after', 0)}", act, when)

    def beats(self, **when):
        async def act(_number, due):
            await self.rng.choice(self.inside).beat(due)

        return self._acts("beats", act, when)

    def hands_in(self, **when):
        """Let whoever is longest under way hand in."""

        async def act(_number, due):
            if self.inside:
                await self.inside.pop(0).hand_in(due)

        return self._acts("hand-ins", act, when)

    def goes(self, **when):
        """Let whoever is longest under way hand in and not come back: the journal is closed."""

        async def act(_number, due):
            if self.inside:
                one = self.inside.pop(0)
                await one.hand_in(due)
                one.journal.close()

        return self._acts("hand-ins", act, when)

    def results(self, people, **when):
        """Let people look at their results."""

        async def act(number, due):
            await people[number % len(people)].look(due)

        return self._acts("results", act, when)

    def each(self, name, act, people, **when):
        """Let each of these people do something, all within the time that is given."""

        async def done(number, due):
            await act(people[number], due)

        return self._acts(name, done, when | {"count": len(people)})

    # --- Offering it ----------------------------------------------------------------------------

    async def offer(self, loads, seconds, *, every=None):
        """Offer all at once; look at the memory of the server `every` so many seconds."""
        looking = asyncio.create_task(self._watch(every)) if every else None
        try:
            late = await offer(self.site.port, loads, seconds=seconds, seed=self.seed)
        finally:
            if looking:
                looking.cancel()
        self.late.took += late.took

    async def _watch(self, every):
        loop = asyncio.get_running_loop()
        begun = loop.time()
        while True:
            self.memory.append((loop.time() - begun, self.site.resources()["rss_kb"]))
            await asyncio.sleep(every)

    # --- The hour -------------------------------------------------------------------------------

    async def begin_together(self, public_id, *, seconds):
        """Let a round begin so many seconds from now; come back at that moment."""
        opens = clock.now() + timedelta(seconds=seconds)
        self._move(public_id, opens_at=opens, closes_at=opens + timedelta(hours=1))
        await self.wait_until(opens)

    def end(self, public_id, *, seconds):
        """Let a round end so many seconds from now; return when."""
        closes = clock.now() + timedelta(seconds=seconds)
        self._move(public_id, closes_at=closes)
        return closes

    async def wait_until(self, moment):
        await asyncio.sleep(max(0.0, (moment - clock.now()).total_seconds()))

    async def closed_after(self, public_id, ends, *, within):
        """Wait until the clock has closed every attempt; return how many seconds after the end."""
        while self.open_attempts(public_id):
            late = (clock.now() - ends).total_seconds()
            assert late < within, f"{self.open_attempts(public_id)} attempts are open"
            await asyncio.sleep(0.2)
        return (clock.now() - ends).total_seconds()

    def _move(self, public_id, **hours):
        """Write the hours of a round in which nobody has started into the database."""
        engine = create_engine(self.site.url)
        found = select(Round.id).where(Round.public_id == public_id).scalar_subquery()
        with engine.begin() as connection:
            for model, own in ((Round, Round.id), (Sitting, Sitting.round_id)):
                connection.execute(update(model.__table__).where(own == found).values(**hours))
        engine.dispose()

    def open_attempts(self, public_id):
        """Return how many attempts at a round nobody has closed."""
        engine = create_engine(self.site.url)
        statement = (
            select(func.count(Attempt.id))
            .join(Round, Round.id == Attempt.round_id)
            .where(Round.public_id == public_id, Attempt.submitted_at.is_(None))
        )
        with engine.connect() as connection:
            found = connection.scalar(statement)
        engine.dispose()
        return found

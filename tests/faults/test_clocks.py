"""F-08: the wall clock of a server jumps forth and back while people answer and time runs out."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import bindparam, create_engine, select, update

from contest.models import Attempt
from core import clock
from tests.faults import journals, processes, recording
from tests.faults.clients import ClosedError
from tests.faults.running import cases, prepare, together

pytestmark = pytest.mark.slow
SECOND = 1_000_000_000
HOUR = 3600
JUMPS = (HOUR, -HOUR, 86400, -86400, 60, -60, 5, -5, 1, -1)
# How long the attempts have that end while the clock is wrong.
LEFT = timedelta(seconds=5)


class Wall:
    """The wall clock as a server sees it."""

    def __init__(self, folder):
        folder.mkdir()
        self._says = folder / "off"
        self.settings = {
            "LD_PRELOAD": str(recording.compiled(folder, "clock")),
            "CLOCK_SAYS": str(self._says),
        }

    def jump(self, seconds):
        """Be off by so many seconds from now on."""
        made = self._says.with_suffix(".new")
        made.write_text(str(round(seconds * SECOND)))
        made.rename(self._says)


def rows(run, attempts):
    """Return the rows of attempts as they are."""
    engine = create_engine(run.site.url)
    with engine.connect() as connection:
        found = connection.execute(
            select(Attempt.__table__).where(Attempt.public_id.in_(attempts))
        ).all()
    engine.dispose()
    return found


def let_end(run, attempts, moment):
    """Have attempts end at that moment, as if their people had begun so long ago."""
    engine = create_engine(run.site.url)
    with engine.begin() as connection:
        connection.execute(
            update(Attempt.__table__)
            .where(Attempt.public_id.in_(attempts))
            .values(accepts_until=bindparam("moment")),
            {"moment": moment},
        )
    engine.dispose()


async def jumping(wall, people, jumps):
    """Let the clock jump while people answer, and have each look when the attempt ends."""
    for jump in jumps:
        wall.jump(jump)
        await together(*(one.go_on(3, pause=0.05) for one in people))
        await together(*(one.open() for one in people))


async def until_closed(person):
    """Answer until the server takes no more."""
    try:
        while True:
            await person.go_on(1)
    except ClosedError:
        return


def test_a_clock_that_jumps_closes_nothing_early_and_gives_nobody_more_time(database):
    with prepare(801, database=database, people=8) as run:
        wall = Wall(run.journals / "clock")
        run.site.start(**wall.settings)

        async def act():
            people = run.people()
            await together(*(one.sit(2) for one in people))
            run.measure("before")
            for _ in range(cases(1, 6)):
                await jumping(wall, people, JUMPS)
            run.measure("after")
            # Who starts while the clock is wrong goes on by the time before, too.
            wall.jump(HOUR)
            await asyncio.to_thread(run.site.stop)
            run.site.start(wait=False, **wall.settings)
            await asyncio.to_thread(run.site.wait)
            ends = clock.now() + LEFT
            ending = [one.attempt for one in people[:4]]
            let_end(run, ending, ends)
            busy = [asyncio.create_task(until_closed(one)) for one in people[:4]]
            await jumping(wall, people[4:], (-HOUR, HOUR))
            await together(*busy)
            await asyncio.to_thread(
                processes.until,
                lambda: all(one.submitted_at for one in rows(run, ending)),
                seconds=40,
                what="the end of what is over",
            )
            await together(*(one.submit() for one in people[4:]))
            return ending, ends

        ending, ends = run.play(act)

        closed = rows(run, ending)
        assert {(one.submitted_by, one.submitted_at) for one in closed} == {("clock", ends)}
        assert "clock stepped" in run.site.said(last=1_000_000)
        refused = journals.of_kind(journals.read(run.journals), "closed")
        assert len(refused) == len(ending)
        assert min(line["at"] for line in refused) >= ends.isoformat()
        assert run.broken() == []

"""F-01, F-02, F-40: processes killed while people answer, and servers that come and go."""

import asyncio
import signal

import pytest

from tests.faults import processes
from tests.faults.clients import PatienceError
from tests.faults.running import cases, prepare, together

pytestmark = pytest.mark.slow
POINTS = ("save.read", "write.done", "write.kept")
# A worker that dies twice within seconds takes the other one with it: all are started anew then.
BACK_WITHIN = 20


async def until(true, *, seconds, what, act=None):
    """Wait until it is true, and let people do something meanwhile."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not true():
        assert loop.time() < end, f"not within {seconds} s: {what}"
        await (act() if act else asyncio.sleep(0.05))


def answering(people, number=1):
    return lambda: together(*(one.go_on(number) for one in people))


async def finish(people):
    """Send some saves again, and hand in."""
    await together(*(one.replay() for one in people))
    await together(*(one.submit() for one in people))


def test_a_worker_killed_at_any_point_of_a_save_loses_nothing_and_is_replaced(database):
    with prepare(101, database=database, people=8) as run:
        folder = run.journals / "points"
        folder.mkdir()
        run.site.start(CHUNGTAY_FAULT=str(folder))

        async def killed_at(name, people):
            before = set(run.site.workers())
            (folder / name).touch()
            act = answering(people)
            await until(
                lambda: not (folder / name).exists(),
                seconds=30,
                what=f"somebody at {name}",
                act=act,
            )
            await until(
                lambda: len(run.site.workers()) == 2 and not before <= set(run.site.workers()),
                seconds=BACK_WITHIN,
                what="a worker in the place of the one killed",
                act=act,
            )

        async def act():
            people = run.people()
            await together(*(one.sit(3) for one in people))
            run.measure("before")
            for _ in range(cases(2, 80)):
                for name in POINTS:
                    await killed_at(name, people)
            await finish(people)
            run.measure("after")

        run.play(act)

        assert run.broken() == []


def test_workers_killed_at_random_under_load_lose_nothing(database):
    with prepare(102, database=database, people=8) as run:
        run.site.start()

        async def killing():
            for _ in range(cases(3, 80)):
                await asyncio.sleep(run.rng.uniform(0.05, 0.6))
                found = run.site.workers()
                if found:
                    processes.kill(run.rng.choice(found))
                await until(
                    lambda: len(run.site.workers()) == 2, seconds=BACK_WITHIN, what="two workers"
                )

        async def answering_until_over(person, over):
            while not over.is_set():
                await person.go_on(3)

        async def act():
            people, over = run.people(), asyncio.Event()
            await together(*(one.begin() for one in people))
            busy = [asyncio.create_task(answering_until_over(one, over)) for one in people]
            try:
                await killing()
            finally:
                over.set()
            await together(*busy)
            await finish(people)

        run.play(act)

        assert run.broken() == []


def test_the_whole_tree_killed_acknowledges_nothing_that_is_not_on_disk(database):
    # A night of it takes longer than a paper usually does.
    with prepare(103, database=database, people=8, minutes=180) as run:
        folder = run.journals / "points"
        folder.mkdir()
        settings = {"CHUNGTAY_FAULT": str(folder)}
        run.site.start(**settings)

        async def down_and_up(people):
            busy = [asyncio.create_task(one.go_on(6)) for one in people]
            await asyncio.sleep(run.rng.uniform(0.0, 0.15))
            run.site.kill_all()
            run.site.start(wait=False, **settings)
            await asyncio.to_thread(run.site.wait)
            await together(*busy)

        async def act():
            people = run.people(patience=90)
            await together(*(one.sit(2) for one in people))
            for _ in range(cases(3, 100)):
                await down_and_up(people)
            await finish(people)

        run.play(act)

        assert run.broken() == []


def test_a_rolling_restart_shows_nobody_a_save_that_failed(database):
    with prepare(140, database=database, people=8) as run:
        run.site.start()

        async def restart():
            process = run.site.process
            process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(process.wait, 40) == 0
            run.site.start(wait=False)
            await asyncio.to_thread(run.site.wait)

        async def act():
            people, over = run.people(), asyncio.Event()
            await together(*(one.begin() for one in people))

            async def go_on(person):
                while not over.is_set():
                    await person.go_on(2)

            busy = [asyncio.create_task(go_on(one)) for one in people]
            for _ in range(cases(2, 20)):
                await asyncio.sleep(0.3)
                await restart()
            over.set()
            await together(*busy)
            await finish(people)

        try:
            run.play(act)
        except PatienceError as fault:
            pytest.fail(f"a save was seen to fail: {fault}")

        assert run.broken() == []

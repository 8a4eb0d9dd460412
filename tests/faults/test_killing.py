"""F-01, F-02, F-40: processes killed while people answer, and servers that come and go."""

import asyncio
from random import Random

import pytest

from tests.faults import processes
from tests.faults.running import cases, prepare, together

pytestmark = pytest.mark.slow
POINTS = ("save.read", "write.done", "write.kept")
BACK_WITHIN = 5


def armed(run):
    """Return the folder that kills: a file in it ends whoever passes the point of its name."""
    folder = run.journals / "points"
    folder.mkdir()
    return folder


async def killed_at(run, people, folder, name):
    """Let everybody answer while the next to pass the point is killed; wait for its successor."""
    before = set(run.site.workers())
    (folder / name).touch()
    await together(*(one.go_on(4) for one in people))

    def is_back():
        return not (folder / name).exists() and len(set(run.site.workers()) - before) == 1

    while not is_back():
        await together(*(one.go_on(1) for one in people))


def test_a_worker_killed_at_any_point_of_a_save_loses_nothing_and_is_replaced(database):
    rounds = cases(2, 80)
    with prepare(101, database=database, people=12) as run:
        folder = armed(run)
        run.site.start(CHUNGTAY_FAULT=str(folder))
        people = run.people()
        asyncio.run(all_begin(people))
        run.measure("before")

        for _ in range(rounds):
            for name in POINTS:
                asyncio.run(with_new_wires(killed_at, run, people, folder, name))
        asyncio.run(all_end(people))
        run.measure("after")

        assert run.broken() == []

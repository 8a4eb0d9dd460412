"""F-16: Valkey killed, hanging, full and emptied while people answer and look at boards."""

import asyncio
import contextlib
import threading

import pytest

from core import hub
from core.hub import Hub
from tests.faults import journals, processes, valkeys
from tests.faults.running import cases, prepare, together

pytestmark = pytest.mark.slow
# How long somebody waits at most for a page; a fifth of a second is what Valkey may take of it.
PATIENCE = 5


async def stay(person, page, over, pause):
    """Look at a page again and again, each time in time and without a fault."""
    person.wire.timeout = PATIENCE
    seen = 0
    while not over.is_set():
        reply = await person.ask("GET", page)
        assert reply.status == 200, f"{page}: {reply.status}"
        seen += 1
        await asyncio.sleep(pause)
    return seen


async def bad_times(server, people):
    """Let one thing after the other happen to Valkey; people answer in each state."""

    async def answering():
        await together(*(one.go_on(4) for one in people))

    for _ in range(cases(1, 15)):
        for spoil, mend in (
            (server.hang, server.go_on),
            (server.fill, server.empty),
            (server.kill, server.start),
            (server.empty, server.empty),
        ):
            await asyncio.to_thread(spoil)
            await answering()
            await asyncio.to_thread(mend)
            await answering()


def test_whatever_happens_to_valkey_nothing_is_lost_refused_or_kept_waiting():
    with contextlib.ExitStack() as left:
        server = left.enter_context(valkeys.server())
        settings = {"CHUNGTAY_VALKEY_URL": server.url}
        run = left.enter_context(prepare(1601, people=8, settings=settings))
        run.site.start()
        board = f"/cuoc-thi/{run.site.made['slug']}/bang-xep-hang/1"
        # The second of them counts against a rate limit, of 120 a minute.
        pages = ((board, 0.02), ("/don-vi/tim?q=a", 0.6))

        async def act():
            people, over = run.people(6), asyncio.Event()
            watching = [
                asyncio.create_task(stay(run.person(6 + number), page, over, pause))
                for number, (page, pause) in enumerate(pages)
            ]
            await together(*(one.sit(3) for one in people))
            await in_use(server)
            run.measure("before")
            await bad_times(server, people)
            await in_use(server)
            over.set()
            looked = await together(*watching)
            await together(*(one.submit() for one in people))
            run.measure("after")
            return looked

        looked = run.play(act)
        faults = journals.of_kind(journals.read(run.journals), "fault")

        assert min(looked) > 5
        assert faults == [], run.site.told_of(faults)
        assert "valkey away" in run.site.said(last=1_000_000)
        assert run.broken() == []


async def in_use(server):
    """Wait until servers share by it what they share: counts, and pages for a second each."""

    def used():
        found = server.names()
        return all(
            any(name.startswith(kind) for name in found) for kind in ("LIMITS", "chungtay:page")
        )

    await asyncio.to_thread(processes.until, used, seconds=30, what="Valkey in use")


def test_who_waits_at_a_bell_is_woken_by_whoever_rings_it(monkeypatch):
    monkeypatch.setattr(hub, "LONGEST", 60)
    with valkeys.server() as server:
        waits, rings = Hub(server.url), Hub(server.url)
        waiting = threading.Thread(target=waits.wait, args=("jobs", threading.Event(), 60))
        waiting.start()
        rings.ring("jobs")
        waiting.join(timeout=30)
        assert not waiting.is_alive()

        # Rung twice before anybody waits, it is heard once; what is put there is there for all.
        rings.ring("jobs")
        rings.ring("jobs")
        waits.wait("jobs", threading.Event(), 60)
        rings.put("trang", "Bảng".encode(), 60)
        assert waits.get("trang") == "Bảng".encode()
        assert server.names() == ["chungtay:trang"]

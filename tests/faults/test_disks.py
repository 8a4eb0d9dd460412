"""F-06, F-07: disks that are full, that have no more files, and that fail to write or to sync."""

import asyncio
import contextlib
import sqlite3

import pytest

from tests.faults import journals, processes
from tests.faults.disks import Disk
from tests.faults.power import lost_at, said_to_all
from tests.faults.recording import ACK, FAILED, SYNC, WRITE
from tests.faults.running import cases, prepare, together

pytestmark = pytest.mark.slow
KILOBYTE = 1024
SETTINGS = {"CHUNGTAY_BALLAST_MB": "1"}


async def until(true, *, seconds=30, what):
    await asyncio.to_thread(processes.until, true, seconds=seconds, what=what)


def faults(run):
    return journals.of_kind(journals.read(run.journals), "fault")


async def look(run, people, strangers):
    """Look at the pages that people need meanwhile, each signed in; return their statuses."""
    board = f"/cuoc-thi/{run.site.made['slug']}/bang-xep-hang/1"
    wanted = [(one, f"/thi/bai/{one.attempt}") for one in people]
    wanted += [(one, f"/thi/vong/{one.round}") for one in strangers]
    wanted += [(one, board) for one in strangers]
    return [(page, (await one.ask("GET", page)).status) for one, page in wanted]


def once_more(run, number, known):
    """Return a person's other tab, which only looks."""
    other = run.person(number, name=f"{known.name}-looks")
    other.attempt = known.attempt
    return other


def empty_log(run):
    """Let the database's log begin anew: what is written next has no room there of its own."""
    with contextlib.closing(sqlite3.connect(run.site.file, timeout=30)) as beside:
        assert beside.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0


async def filled(run, disk, people, stranger):
    """Leave no room at all while people answer and pages are looked at, and then make some."""
    empty_log(run)
    disk.leave(0)
    before = journals.count(run.journals, "fault")
    is_refused = asyncio.Event()

    async def answer(one):
        # What is held back is given up first, and serves for some.
        while not is_refused.is_set():
            await one.go_on(3)

    busy = [asyncio.create_task(answer(one)) for one in people]
    await until(
        lambda: journals.count(run.journals, "fault") > before + 8, what="saves that are refused"
    )
    is_refused.set()
    seen = await look(run, [once_more(run, 0, people[0])], [stranger])
    disk.recover()
    await together(*busy)
    assert [one for one in seen if one[1] != 200] == []


def test_on_a_full_disk_saves_say_so_pages_are_read_and_what_is_held_back_serves_to_finish():
    rounds = cases(1, 38)
    # Nobody was seen for a while: a page that is only read then wants to write that somebody is.
    with prepare(601, people=8 + 2 * rounds, unseen=300, settings=SETTINGS) as run:
        disk = Disk.make(run.site.folder, run.journals / "library")
        run.site.start(**disk.settings)
        ballast = run.site.folder / "ballast"

        async def act():
            people, leaving = run.people(8), [run.person(8 + one) for one in range(rounds)]
            strangers = [run.person(8 + rounds + one) for one in range(rounds)]
            await until(ballast.exists, what="the ballast")
            await together(*(one.sit(2) for one in people + leaving))
            run.measure("before")
            jobs = run.site.jobs()
            empty_log(run)
            disk.leave(24 * KILOBYTE)
            await together(*(one.go_on(3) for one in people))
            assert not ballast.exists(), "what was held back is still there"
            for _ in range(rounds):
                await leaving.pop().submit()
                await filled(run, disk, people, strangers.pop())
            run.measure("after")
            await together(*(one.submit() for one in people))
            assert run.site.jobs() == jobs, "the job process has ended"

        run.play(act)

        told = {(line["method"], line["status"]) for line in faults(run)}
        assert told == {("PUT", 507)}, run.site.told_of(faults(run))
        assert run.broken() == []


@pytest.mark.parametrize("what", ["log", "files"])
def test_a_log_that_finds_no_room_and_a_disk_without_room_for_files_are_felt_by_nobody(what):
    with prepare(602, people=6, settings=SETTINGS | {"CHUNGTAY_LOG_LEVEL": "INFO"}) as run:
        run.site.log.touch()
        under = run.site.log if what == "log" else run.site.folder
        disk = Disk.make(under, run.journals / "library")
        run.site.start(**disk.settings)

        async def act():
            people = run.people()
            await together(*(one.sit(2) for one in people[:3]))
            run.measure("before")
            disk.leave(0) if what == "log" else disk.have_no_files()
            full = disk.used()
            await together(*(one.go_on(cases(4, 40)) for one in people[:3]))
            await together(*(one.sit(cases(4, 40)) for one in people[3:]))
            await together(*(one.submit() for one in people))
            assert what == "files" or disk.used() == full
            run.measure("after")

        run.play(act)

        assert faults(run) == [], run.site.told_of(faults(run))
        assert run.broken() == []


async def failing(run, disk, what, people):
    """Let one write or sync fail while people answer, and a process be put in its place.

    One that fails while the log is moved into the database ends nobody: SQLite keeps the log, and
    moves it again. Another has to fail then.
    """
    before = {*run.site.workers(), run.site.jobs()}
    disk.fail_once(what)
    while True:
        await together(*(one.go_on(2) for one in people))
        workers, jobs = run.site.workers(), run.site.jobs()
        is_over = disk.failed(what)
        if is_over and {*workers, jobs} == before:
            disk.fail_once(what)
        elif is_over and jobs and len(workers) == 2:
            return


async def tidying(run, disk, what, people):
    """Let the database fail to be synced while people answer; nobody notices."""
    before = run.site.workers()
    disk.fail_once(what)
    while not disk.failed(what):
        await together(*(one.go_on(6, pause=0.01) for one in people))
    assert run.site.workers() == before


@pytest.mark.parametrize("what", ["write-fails", "sync-fails"])
def test_a_process_whose_disk_fails_ends_and_acknowledges_nothing_that_was_not_written(what):
    with prepare(603, people=6) as run:
        disk = Disk.make(run.site.file, run.journals / "library")
        run.site.start(**disk.settings)

        async def act():
            people = run.people()
            await together(*(one.sit(2) for one in people))
            run.measure("before")
            for _ in range(cases(2, 25)):
                await failing(run, disk, what, people)
            run.measure("after")
            await together(*(one.replay() for one in people))
            await together(*(one.submit() for one in people))

        run.play(act)

        assert "storage failed" in run.site.said(last=1_000_000)
        assert run.broken() == []


@pytest.mark.parametrize(("what", "fails"), [("sync-fails", failing), ("tidying-fails", tidying)])
def test_what_a_failed_sync_has_dropped_is_never_taken_for_written_when_the_power_goes(
    what, fails, tmp_path
):
    with prepare(604, people=6) as run:
        disk = Disk.make(run.site.file, run.journals / "library")

        async def during(people):
            await together(*(one.sit(2) for one in people))
            for _ in range(cases(2, 10)):
                await fails(run, disk, what, people)
            await together(*(one.go_on(6, pause=0.01) for one in people))

        lost = lost_at(
            run,
            tmp_path,
            cases(100, 1000),
            wanted={WRITE, SYNC, ACK, FAILED},
            during=during,
            before=str(disk.library),
            DISK_UNDER=str(disk.under),
            DISK_SAYS=str(disk.says),
            # Ten times as often as usual.
            **said_to_all(tmp_path, "PRAGMA wal_autocheckpoint=100"),
        )

    assert lost == []

"""F-04, F-05: PostgreSQL killed and stopped under load, and its disk lost."""

import asyncio
import contextlib
import json
import shutil
from random import Random

import pytest

from tests.faults import clusters, journals
from tests.faults.running import cases, prepare, together

pytestmark = pytest.mark.slow


def test_postgresql_killed_or_stopped_at_once_is_waited_for_without_a_restart_of_ours(cluster):
    with prepare(401, database=cluster.database("chungtay_killed"), people=8) as run:
        run.site.start()

        async def down_and_up(people, number):
            busy = [asyncio.create_task(one.go_on(8)) for one in people]
            await asyncio.sleep(run.rng.uniform(0.05, 0.3))
            await asyncio.to_thread(cluster.kill if number % 3 != 1 else cluster.stop)
            await asyncio.sleep(0.3)
            await asyncio.to_thread(cluster.start)
            await together(*busy)

        async def act():
            people = run.people()
            await together(*(one.sit(2) for one in people))
            workers = run.site.workers()
            run.measure("before")
            for number in range(cases(3, 50)):
                await down_and_up(people, number)
            assert run.site.workers() == workers
            await together(*(one.replay() for one in people))
            await together(*(one.submit() for one in people))
            await asyncio.sleep(1.5)
            run.measure("after")

        run.play(act)
        faults = journals.of_kind(journals.read(run.journals), "fault")

        strange = [line for line in faults if line["status"] != 503]
        assert strange == [], run.site.told_of(strange)
        assert faults
        assert run.broken() == []


def cut_archive(archive, rng):
    """Lose the end of what was archived, from some byte on."""
    kept = sorted(one for one in archive.iterdir() if len(one.name) == 24)
    cut = rng.randrange(len(kept))
    for path in kept[cut + 1 :]:
        path.unlink()
    content = kept[cut].read_bytes()
    at = rng.randrange(len(content))
    kept[cut].write_bytes(content[:at] + bytes(len(content) - at))


def recover(cluster, backup):
    """Lose the disk, put the base backup in its place, and replay what the archive still has."""
    cluster.kill()
    shutil.rmtree(cluster.data)
    cluster.run_plain("cp", "-a", str(backup), str(cluster.data))
    # What was on the lost disk and not archived is gone.
    (cluster.data / "recovery.signal").touch()
    with (cluster.data / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"restore_command = 'cp {cluster.archive}/%f %p'\n")
    cluster.start()
    cluster.wait_promoted()


@pytest.mark.parametrize("number", range(cases(1, 100)))
def test_a_lost_disk_is_recovered_as_a_prefix_and_the_clients_close_the_gap(number):
    with contextlib.ExitStack() as left:
        cluster = left.enter_context(clusters.cluster())
        run = left.enter_context(prepare(501 + number, database=cluster.database("x"), people=6))
        run.site.start()
        people = run.people()

        async def before():
            await together(*(one.sit(3) for one in people))
            await asyncio.to_thread(cluster.run, "pg_basebackup", "-D", cluster.folder / "backup")
            for _ in range(3):
                await together(*(one.go_on(4) for one in people))
                await asyncio.to_thread(cluster.switch_wal)
            await together(*(one.wire.close() for one in people))

        run.play(before)
        run.site.stop()
        cut_archive(cluster.archive, Random(run.seed))
        recover(cluster, cluster.folder / "backup")
        assert_a_prefix_is_left(run)
        run.site.run("core", "new-epoch")
        run.site.start()

        async def after():
            await together(*(one.open() for one in people))
            await together(*(one.go_on(1) for one in people))
            await together(*(one.submit() for one in people))

        run.play(after)

        assert run.broken() == []


def assert_a_prefix_is_left(run):
    """Of each client's saves those that are left are its first ones; the rest is listed."""
    said = run.site.run("contest", "missing-receipts", str(claimed(run)), check=False)
    lost = {tuple(line.split()[1:5]) for line in said.splitlines() if line.startswith("MISSING")}
    lines = journals.of_kind(journals.read(run.journals), "ack")
    for client in {line["client"] for line in lines}:
        gone = [named(line) in lost for line in lines if line["client"] == client]
        assert gone == sorted(gone), f"{client}: {gone}"


def named(line):
    return tuple(f"{name}={line[name]}" for name in ("attempt", "slot", "lease", "seq"))


def claimed(run):
    """Write what the clients hold receipts of into a file, as they would send it in."""
    path = run.site.folder.parent / "claimed.jsonl"
    lines = journals.of_kind(journals.read(run.journals), "ack")
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path

"""F-03: the power is cut at any point of the writing, and nothing acknowledged is lost."""

import contextlib
import shutil
import sqlite3
from random import Random

import pytest

from core.config import ROOT
from tests.faults import recording
from tests.faults.recording import ACK, SYNC, WRITE
from tests.faults.running import cases, prepare, together

pytestmark = pytest.mark.slow
# Python runs this at its start where its folder is on the path: every connection of the
# application then waits for the disk only when it tidies up, as many installations are set.
NORMAL = """
from sqlalchemy import event
from sqlalchemy.pool import Pool

@event.listens_for(Pool, "checkout")
def loosen(driver, *rest):
    driver.execute("PRAGMA synchronous=NORMAL")
"""
COUNTED = """
SELECT a.public_id, r.position, r.lease_no, r.seq, r.answer
FROM response AS r JOIN attempt AS a ON a.id = r.attempt_id
"""


def recorded(run, folder, **settings):
    """Let people answer while everything is recorded; return base files, acts and acknowledged."""
    log = folder / "log"
    base = {str(run.site.file): run.site.file.read_bytes()}
    library = recording.compiled(folder)
    marks = recording.Marks(log)
    run.site.start(
        LD_PRELOAD=str(library), RECORD_TO=str(log), RECORD_UNDER=str(run.site.file), **settings
    )
    people = run.people()
    for one in people:
        one.journal.close()
        one.journal = marks

    async def act():
        await together(*(one.sit(12, pause=0.01) for one in people))
        await together(*(one.submit() for one in people))

    run.play(act)
    run.site.stop()
    return base, recording.read(log), marks.lines


def acknowledged(acts, lines, point):
    """Return what had been acknowledged when the power went."""
    marks = [act.at for act in acts[:point] if act.kind == ACK]
    told = [lines[one] for one in marks]
    return {(one["attempt"], one["slot"], one["lease"], one["seq"], one["answer"]) for one in told}


def found_in(files, folder):
    """Open the database as it was left by the power cut; return what is wrong, and its answers."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in files.items():
        if not name.endswith(("-shm", ".lock")):
            (folder / name.rpartition("/")[2]).write_bytes(content)
    with contextlib.closing(sqlite3.connect(folder / "chungtay.db")) as connection:
        try:
            wrong = connection.execute("PRAGMA integrity_check").fetchone()[0]
            return wrong, set(connection.execute(COUNTED).fetchall())
        except sqlite3.DatabaseError as fault:
            return str(fault), set()


def lost_at(run, folder, number, **settings):
    """Cut the power at so many points; return what was lost or damaged at each."""
    base, acts, lines = recorded(run, folder, **settings)
    rng = Random(run.seed)
    points = sorted(rng.randrange(len(acts)) for _ in range(number))
    disk, done, faults = recording.Disk(base), 0, []
    for point in points:
        for act in acts[done:point]:
            disk.do(act)
        done = point
        wrong, stored = found_in(disk.after_power_cut(rng), folder / "after")
        lost = acknowledged(acts, lines, point) - stored
        if wrong != "ok" or lost:
            faults.append((point, wrong, sorted(lost)))
    kinds = {act.kind for act in acts}
    assert {WRITE, SYNC, ACK} <= kinds, f"nothing was recorded: {kinds}"
    return faults


def test_power_cut_anywhere_loses_nothing_that_was_acknowledged(tmp_path):
    with prepare(301, people=6) as run:
        faults = lost_at(run, tmp_path, cases(300, 3000))

    assert faults == []


def test_the_same_power_cuts_do_lose_answers_where_commits_do_not_wait_for_the_disk(tmp_path):
    loose = tmp_path / "loose"
    loose.mkdir()
    (loose / "sitecustomize.py").write_text(NORMAL)

    with prepare(302, people=6) as run:
        faults = lost_at(run, tmp_path, cases(60, 300), PYTHONPATH=f"{loose}:{ROOT}")

    assert any(lost for _, _, lost in faults), "the test would not notice a lost answer"

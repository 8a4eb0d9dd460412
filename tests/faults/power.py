"""Power cuts: people answer while every write is recorded, and the disk is found at any point."""

import contextlib
import shutil
import sqlite3
from random import Random

from core.config import ROOT
from tests.faults import recording
from tests.faults.recording import ACK, SYNC, WRITE
from tests.faults.running import together

COUNTED = """
SELECT a.public_id, r.position, r.lease_no, r.seq, r.answer
FROM response AS r JOIN attempt AS a ON a.id = r.attempt_id
"""


# Python runs this at its start where its folder is on the path.
BEFORE_ALL = """
from sqlalchemy import event
from sqlalchemy.pool import Pool

@event.listens_for(Pool, "checkout")
def say(driver, *rest):
    driver.execute({!r})
"""


def said_to_all(folder, statement):
    """Return by which setting every connection of the application is told a statement."""
    place = folder / "before-all"
    place.mkdir()
    (place / "sitecustomize.py").write_text(BEFORE_ALL.format(statement))
    return {"PYTHONPATH": f"{place}:{ROOT}"}


async def answer(people):
    await together(*(one.sit(12, pause=0.01) for one in people))


def recorded(run, folder, during=answer, before="", **settings):
    """Let people answer while everything is recorded; return base files, acts and acknowledged.

    `during` is what they do until they hand in; `before` a library loaded before the recorder.
    """
    log = folder / "log"
    base = {str(run.site.file): run.site.file.read_bytes()}
    library = recording.compiled(folder)
    marks = recording.Marks(log)
    run.site.start(
        LD_PRELOAD=f"{before} {library}",
        RECORD_TO=str(log),
        RECORD_UNDER=str(run.site.file),
        **settings,
    )
    people = run.people()
    for one in people:
        one.journal.close()
        one.journal = marks

    async def act():
        await during(people)
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
        if not name.endswith(("-shm", ".lock", ".there")):
            (folder / name.rpartition("/")[2]).write_bytes(content)
    with contextlib.closing(sqlite3.connect(folder / "chungtay.db")) as connection:
        try:
            wrong = connection.execute("PRAGMA integrity_check").fetchone()[0]
            return wrong, set(connection.execute(COUNTED).fetchall())
        except sqlite3.DatabaseError as fault:
            return str(fault), set()


def lost_at(run, folder, number, *, wanted=frozenset({WRITE, SYNC, ACK}), **options):
    """Cut the power at so many points; return what was lost or damaged at each.

    `wanted` are the kinds of acts without which the recording is none.
    """
    base, acts, lines = recorded(run, folder, **options)
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
    assert wanted <= kinds, f"nothing was recorded: {kinds}"
    return faults

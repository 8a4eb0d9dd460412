"""What results take at the size of a province, as jobs of a real server that answers meanwhile.

`python -m tests.bench.results [attempts] [--folder FOLDER]` makes the large contest (with a
folder, the one that is kept there from another time), serves it from SQLite as `flask core serve`
does, and orders a run, the preview of another key, carrying that out, the documents of the round
and 1,000 certificates. While each is done, 20 boards and 50 saves a second are asked for. Ends
with 1 where an aim is not reached.
"""

import argparse
import contextlib
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import select

from app import create_app
from contest import demo
from contest.models import Contest, Round
from core import clock, config, schema
from core.db import db
from core.jobs import PERIODIC, Job, JobState
from tests.bench import contests, crowd
from tests.bench.attempt import GZIP, Figures, saving
from tests.bench.offered import Load, Took, run
from tests.faults.processes import PROC, Site, children, free_port, until

MOST = {"run": 20, "preview": 20, "apply": 20, "documents": 60, "certificates": 60}
NAMED = {
    "run": "result run",
    "preview": "preview of another key",
    "apply": "carrying it out",
    "documents": "all documents of the round",
    "certificates": "certificates",
}
MOST_MEGABYTES = 300
# Nobody waits longer than this for an answer to be kept.
MOST_MILLISECONDS = 1500
SAVERS, BOARDS_A_SECOND, SAVES_A_SECOND = 500, 20, 50
TICKS = os.sysconf("SC_CLK_TCK")


def serve(folder):
    """Return the site in a folder, not started; the environment of this process becomes its."""
    site = Site(folder, "", {}, free_port(), {"CHUNGTAY_LOG_LEVEL": "WARNING"})
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.update(site.environment())
    return site


def application(folder):
    config.make_secret(folder)
    app = create_app({})
    app.config.update(config.complete({}))
    return app


def make(attempts, folder):
    """Make the contest, and beside it a round that is open, with people who answer in it."""
    begun = time.monotonic()
    people = max(8, contests.PEOPLE * attempts // contests.ATTEMPTS)
    contest, (round_,) = contests.large(people=people, attempts=attempts)
    contests.settled(round_)
    sys.stdout.write(
        f"made: {time.monotonic() - begun:.0f} s, {time.process_time():.0f} s of a processor\n"
    )
    _open, made = crowd.answering(SAVERS, clock.now())
    lines = "".join(f"{public} {ticket}\n" for _, public, ticket in made)
    (folder / "save").write_text(lines)
    return contest, round_


def kept():
    """Return the contest that was made before, and its round."""
    found = db.session.scalars(select(Round).join(Contest).where(Contest.slug == demo.SLUG))
    round_ = found.one()
    return round_.contest, round_


def job_of(public_id):
    db.session.rollback()
    return db.session.scalars(select(Job).where(Job.public_id == public_id)).one()


def is_idle():
    """Say whether no job waits but those that repeat."""
    db.session.rollback()
    alive = select(Job.id).where(
        Job.state.in_((JobState.QUEUED, JobState.RUNNING)), Job.kind.not_in(PERIODIC)
    )
    return db.session.scalar(alive.limit(1)) is None


class Beside:
    """What people ask of the site while something else is done."""

    def __init__(self, site, path):
        self.site, self.path, self.turn = site, path, 0

    def during(self, is_over):
        """Offer it, a second at a time, until that is over; return the boards and the saves."""
        board = Load("board", rate=BOARDS_A_SECOND, make=lambda n: ("GET", self.path, GZIP, b""))
        whole = Took("saves")
        while not is_over():
            self.turn += 1
            saves = saving(self.site, "save", SAVES_A_SECOND, self.turn)
            run(self.site.port, [board, saves], seconds=1, seed=self.turn)
            whole.took += saves.took
            whole.failed += saves.failed
        return board, whole


def cpu(pid):
    """Return the seconds that a process has had of a processor."""
    told = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / TICKS


def most_memory(pid):
    """Return the most megabytes that a process had since it was last forgotten."""
    told = (PROC / str(pid) / "status").read_text()
    return next(int(line.split()[1]) for line in told.splitlines() if "VmHWM" in line) / 1024


class Below:
    """The most that the children of a process had at once, as far as it was looked at."""

    def __init__(self, pid):
        self.pid, self.most = pid, 0.0

    def look(self):
        with contextlib.suppress(OSError, StopIteration):
            self.most = max(self.most, sum(map(most_memory, children(self.pid))))


def forget_memory(pid):
    with contextlib.suppress(OSError):
        (PROC / str(pid) / "clear_refs").write_text("5")


def measure(figures, site, script, path):
    """Do the steps one after another, and say of each what it took and what others waited."""
    beside, pid = Beside(site, path), site.jobs()
    until(is_idle, seconds=600, what="the jobs that were queued", every=0.5)
    end = time.monotonic() + 2
    beside.during(lambda: time.monotonic() >= end)
    end = time.monotonic() + 10
    quiet = beside.during(lambda: time.monotonic() >= end)
    figures.head(f"Quiet: {BOARDS_A_SECOND} boards and {SAVES_A_SECOND} saves a second")
    waited(figures, quiet)
    for step in contests.Script.STEPS:
        forget_memory(pid)
        used = cpu(pid)
        public_id = script.order(step)
        below = Below(pid)
        job, loads = followed(beside, public_id, below)
        figures.head(f"{NAMED[step]}: {job.state.value} {job.result or job.fault}")
        took = (job.finished_at - job.created_at).total_seconds()
        # Who reached as much as the thousandth gets one too, and these may be many more.
        share = max(1, job.total / contests.CERTIFICATES) if step == "certificates" else 1
        if step == "certificates":
            figures.say("certificates", job.total)
        told = "seconds" if share == 1 else "seconds for 1,000"
        figures.say(told, took / share, "s", most=MOST[step])
        figures.say("of a processor", cpu(pid) - used, "s")
        most = MOST_MEGABYTES if share == 1 else None
        figures.say("most memory of the job process", most_memory(pid), "MB", most=most)
        if below.most:
            figures.say("most memory of Typst beside it", below.most, "MB", most=MOST_MEGABYTES)
        figures.wrong += job.state is not JobState.DONE
        waited(figures, loads)
        until(is_idle, seconds=600, what="the end of the step", every=0.5)


def followed(beside, public_id, below):
    """Offer loads until the job is over; return it, and them."""

    def is_over():
        below.look()
        return job_of(public_id).is_over

    loads = beside.during(is_over)
    return job_of(public_id), loads


def waited(figures, loads):
    """Say how long people waited."""
    board, saves = loads
    figures.say("boards, p95", board.at(0.95), "ms")
    figures.say("saves, p95", saves.at(0.95), "ms")
    figures.say("boards, longest", board.at(1), "ms", most=MOST_MILLISECONDS)
    figures.say("saves, longest", saves.at(1), "ms", most=MOST_MILLISECONDS)
    figures.say("refused or failed", board.failed + saves.failed, most=0)


def main():
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("attempts", nargs="?", type=int, default=contests.ATTEMPTS)
    asked.add_argument("--folder", type=Path)
    given = asked.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    figures = Figures()
    with tempfile.TemporaryDirectory(prefix="chungtay-bench-") as name:
        site = serve(given.folder or Path(name))
        app = application(site.folder)
        with app.app_context():
            is_made = site.file.exists()
            schema.upgrade()
            contest, round_ = kept() if is_made else make(given.attempts, site.folder)
            script = contests.Script(round_)
            path = f"/cuoc-thi/{contest.slug}/bang-xep-hang/{round_.number}"
            db.session.remove()
            try:
                site.start(wait=False).wait(seconds=300)
                measure(figures, site, script, path)
            finally:
                site.stop()
                db.session.remove()
                db.engine.dispose()
    return int(figures.wrong > 0)


if __name__ == "__main__":
    sys.exit(main())

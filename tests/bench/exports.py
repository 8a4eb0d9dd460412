"""What taking a large contest out takes: `python -m tests.bench.exports [rows]`.

40,000 people make 100,000 attempts (or as many as are said). Prints seconds and the most memory
used for a workbook of one row for each attempt, for the part of results in each form of file, and
for the figures of the run; ends with 1 when the workbook of attempts takes over twenty seconds or
the process ever over 300 MB more than before.
"""

import resource
import secrets
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from app import create_app
from contest import analysing, compiling, dossier_files, publishing
from contest.compiling import Wanted
from contest.dossier_files import FileForm
from contest.rules import dictionary
from contest.rules.dictionary import Part
from core import clock, i18n, schema
from core.db import db
from core.jobs import Work
from tests.bench.contests import ATTEMPTS, PEOPLE, large

MOST_SECONDS, MOST_MEGABYTES = 20, 300
ATTEMPTS_TABLE = "luot_thi"


def megabytes():
    """Return the most memory that this process ever used."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def made(rows):
    """Make a contest of so many attempts in one round, and compute its results."""
    people = max(8, PEOPLE * rows // ATTEMPTS)
    contest, (round_,) = large(people=people, attempts=rows)
    run = publishing.compute(round_, None, reason="", at=round_.closes_at + timedelta(hours=1))
    return contest, round_, run.id


def write_table(contest, path, name=ATTEMPTS_TABLE, form=FileForm.XLSX):
    """Write one table of the contest into a file."""
    wanted = Wanted((Part.RESULTS,), form, "đo", reads_bank=True)
    scope = compiling.scope_of(contest, wanted, i18n.translated, at=clock.now())
    tables = [one for one in dictionary.tables() if one.name == name]
    counter = compiling.Counter(1, lambda done, total: None)
    with Path(path).open("wb") as target:
        rows = compiling.rows_of(scope, tables, counter)
        dossier_files.write(target, form, tables, rows, [("Hồ sơ", contest.title)])
    return counter.done


def write_part(contest, path, form, parts=(Part.RESULTS,)):
    """Order the file and write it as its job does; return its job."""
    job = compiling.order(
        contest, Wanted(parts, form, "đo", reads_bank=True), _owner(), at=clock.now()
    )
    work = Work(job.id, job.payload)
    compiling.write(work, Path(path), i18n.translated, at=clock.now())
    return job


def _owner():
    from tests import factories

    return factories.account(full_name=f"Người đo {secrets.token_hex(2)}")


def timed(name, act):
    db.session.rollback()
    begun = time.monotonic()
    found = act()
    took = time.monotonic() - begun
    sys.stdout.write(f"{name}: {took:.1f} s, {megabytes():,.0f} MB at most so far\n")
    sys.stdout.flush()
    return took, found


def measure(rows, folder):
    _, (contest, _round, run_id) = timed(f"made, {rows:,} attempts", lambda: made(rows))
    db.session.remove()
    contest = db.session.merge(contest)
    before = megabytes()
    took, count = timed("workbook of attempts", lambda: write_table(contest, folder / "a.xlsx"))
    used = megabytes() - before
    sys.stdout.write(f"  {count:,} rows, {(folder / 'a.xlsx').stat().st_size / 1e6:.1f} MB\n")
    for form in FileForm:
        timed(f"results, {form.value}", lambda form=form: write_part(contest, folder / "b", form))
    both = (Part.RESULTS, Part.ANSWERS)
    timed("with answers, csv", lambda: write_part(contest, folder / "c", FileForm.CSV, both))
    timed("figures of the run", lambda: analysing.compute(run_id, at=clock.now()))
    return took > MOST_SECONDS or used > MOST_MEGABYTES


def application(folder):
    """Return the application of an installation in that folder."""
    return create_app({"INSTANCE": folder, "SECRET_KEYS": ("a secret of the bench",)})


def main(rows=ATTEMPTS):
    """Print seconds and peak MB; `rows` are the attempts, and the rows of the workbook."""
    with tempfile.TemporaryDirectory() as folder:
        app = application(Path(folder))
        with app.app_context():
            schema.upgrade()
            return int(measure(rows, Path(folder)))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))

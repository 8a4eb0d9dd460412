"""`python -m tests.faults.checker <journals> <database url>`: does everything hold that must?

Joins the journals of simulated clients with the database and names each invariant that is broken.
The secrets that receipts are checked with are those of the environment (`CHUNGTAY_INSTANCE`).
"""

import argparse
import sys
from pathlib import Path

from app import create_app
from core.db import db
from tests.faults import evidence, invariants, journals
from tests.faults.nursery import nursery


def main(words=None):
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("journals", type=Path)
    asked.add_argument("database")
    asked.add_argument("--log", type=Path, help="the log of the server, for I12")
    asked.add_argument("--but", default="", help="invariants not judged, such as I14,I18")
    asked.add_argument("--missing", type=Path, help="what `contest missing-receipts` said")
    given = asked.parse_args(words)
    lines = journals.read(given.journals)
    log = given.log.read_text("utf-8", "replace") if given.log else None
    app = create_app({"DATABASE_URL": given.database, "LOG_LEVEL": "ERROR"})
    with app.app_context():
        missing = listed(given.missing.read_text()) if given.missing else ()
        found = invariants.broken(
            evidence.gather(lines, log=log, missing=missing), but=given.but.split(",")
        )
        db.session.remove()
        db.engine.dispose()
    acks = len(journals.of_kind(lines, "ack"))
    sys.stdout.write("".join(f"BROKEN {one}\n" for one in found))
    sys.stdout.write(f"{acks} acknowledged saves, {len(found)} broken\n")
    return 1 if found else 0


def listed(text):
    """Return the keys of the receipts that `contest missing-receipts` named."""
    keys = set()
    for line in text.splitlines():
        words = dict(word.partition("=")[::2] for word in line.split())
        if line.startswith("MISSING"):
            place = (int(words[name]) for name in ("slot", "lease", "seq"))
            keys.add((words["attempt"], *place))
    return keys


def run(site, folder, *, but=(), missing=None):
    """Check an installation in a process of its own, as a person would; return what is broken."""
    more = ["--missing", str(missing)] if missing else []
    log = ["--log", str(site.log)] if site.log.exists() else []
    words = (folder, site.url, "--but", ",".join(but), *log, *more)
    _, said, complained = nursery().run("checker", *words, environment=site.environment())
    assert "broken" in said, said + complained
    return [line for line in said.splitlines() if line.startswith("BROKEN")]


if __name__ == "__main__":
    sys.exit(main())

"""A run: an installation, simulated people in it, their journals, and the check at the end."""

import asyncio
import contextlib
import json
import os
import tempfile
from pathlib import Path
from random import Random

from tests.faults import checker, journals, processes
from tests.faults.clients import Person
from tests.faults.nursery import nursery
from tests.faults.processes import Site

NIGHTLY = os.environ.get("CHUNGTAY_FAULT_CASES") == "nightly"


def cases(each_push, nightly):
    """Return how many cases are tried: `make faults` asks for the nightly number."""
    return nightly if NIGHTLY else each_push


class Run:
    """One installation and everybody in it; `seed` makes the same people do the same things."""

    def __init__(self, site, seed):
        self.site, self.seed = site, seed
        self.journals = journals.folder()
        self.rng = Random(seed)
        self._there, self.measured = [], {}
        self._machine = journals.Journal(self.journals / "machine.jsonl")

    def person(self, number, *, name=None, port=None, patience=60, kind=Person):
        """Return the person of that number, in a browser of their own."""
        known = self.site.made["people"][number]
        name = name or f"person-{number}"
        one = kind(
            name=name,
            token=known["token"],
            round=self.site.made["round"],
            host="127.0.0.1",
            port=port or self.site.port,
            journal=journals.Journal(self.journals / f"{name}.jsonl"),
            rng=Random(f"{self.seed} {name}"),
            patience=patience,
            account=known["account"],
        )
        self._there.append(one)
        return one

    def people(self, number=None, **options):
        return [self.person(one, **options) for one in range(number or self.number)]

    @property
    def number(self):
        return len(self.site.made["people"])

    def play(self, act):
        """Let an asynchronous function happen, and put everybody's connections away."""

        async def played():
            try:
                return await act()
            finally:
                for one in self._there:
                    await one.wire.close()

        return asyncio.run(played())

    def measure(self, when):
        """Note what the server uses now, for I18."""
        found = self.site.resources()
        self.measured[when] = found
        self._machine.note("resources", when=when, **found)

    def broken(self, *, but=(), missing=None):
        return checker.run(self.site, self.journals, but=but, missing=missing)

    def close(self):
        self.site.stop()
        for one in [self._machine, *(person.journal for person in self._there)]:
            one.close()
        journals.remove(self.journals)


@contextlib.contextmanager
def prepare(seed, *, database="", folder=None, settings=None, builder="building", **wish):
    """Build an installation with a contest in it; what is left of it at the end is taken away."""
    with contextlib.ExitStack() as left:
        if folder is None:
            base = tempfile.TemporaryDirectory(prefix="chungtay-faults-", dir=journals.MEMORY)
            folder = Path(left.enter_context(base)) / "instance"
        folder.mkdir(parents=True, exist_ok=True)
        site = Site(folder, database, {}, processes.free_port(), settings or {})
        wanted = json.dumps({"seed": seed} | wish)
        status, said, complained = nursery().run(builder, wanted, environment=site.environment())
        assert status == 0, said + complained
        site.made = json.loads(said.splitlines()[-1])
        run = Run(site, seed)
        left.callback(run.close)
        yield run


async def together(*acts):
    """Do everything at once; the first fault is raised once all have ended."""
    found = await asyncio.gather(*acts, return_exceptions=True)
    for one in found:
        if isinstance(one, BaseException):
            raise one
    return found

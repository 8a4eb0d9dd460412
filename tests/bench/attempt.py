"""How fast answers are kept, attempts handed in and boards sent, as ratios to the yardstick.

`python -m tests.bench.attempt` starts the yardstick and ours under the same server with the same
settings and load tool, one after the other, and prints each figure beside the yardstick's.
`--quick` takes a tenth of the time, to see that everything runs.
"""

import argparse
import os
import resource
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from core import config
from tests.bench import costs, hashing, sites
from tests.bench.offered import Load, run
from tests.bench.strangers import GZIP, looks, sign_ins
from tests.faults import clusters

# What a whole request may take, where that was promised.
STATEMENTS = {"save": 1, "start of a prepared paper": 8, "attempt page": 6}
# One pair of loads says little: by chance it differs by a fifth.
TURNS = 5
OURS = {"Content-Type": "application/json", "X-Requested-With": "chungtay"}


@dataclass
class Figures:
    """What was measured, written as it comes."""

    wrong: int = 0

    def say(self, name, value, unit="", *, least=None, most=None):
        """Write a line; with a bound, say whether it holds."""
        judged = ""
        if least is not None:
            judged = f"(at least {least}: {'holds' if value >= least else 'DOES NOT HOLD'})"
        if most is not None:
            judged = f"(at most {most}: {'holds' if value <= most else 'DOES NOT HOLD'})"
        self.wrong += "NOT" in judged
        sys.stdout.write(f"{name:<58} {value:10,.2f} {unit:<6} {judged}\n")
        sys.stdout.flush()

    def head(self, text):
        sys.stdout.write(f"\n{text}\n")


def closed(figures, folder, wish, seconds, *, database=""):
    """Load both with as much as they answer, in turn, and compare."""
    threads = config.read()["THREADS"]
    name = "PostgreSQL" if database else "SQLite"
    figures.head(f"Durable saves, {sites.CONNECTIONS} connections, {name}")
    with (
        sites.yardstick(folder, threads=threads) as yard,
        sites.ours(folder / name, wish, database=database) as site,
    ):
        here = sites.address(site)
        yards, saves, fixed = [], [], []
        for turn in range(3):
            yards.append(sites.load(yard, "yard.lua", seconds=seconds))
            saves.append(
                sites.load(
                    here, "put.lua", site.folder / "save", "save", turn * 999, seconds=seconds
                )
            )
            fixed.append(sites.load(f"{yard}/fixed", "get.lua", seconds=seconds))
        inserts, kept = (median(one["rate"] for one in many) for many in (yards, saves))
        figures.say("yardstick, insert with synchronous=FULL", inserts, "/s")
        figures.say("ours, save", kept, "/s")
        figures.say("ratio", kept / inserts, "x", least=2)
        slow = [median(one["p99"] for one in many) for many in (yards, saves)]
        figures.say("p99 of the yardstick", slow[0], "ms")
        figures.say("p99 of ours", slow[1], "ms", most=round(slow[0], 2))
        figures.say("saves refused or failed", sum(one["failed"] for one in saves), most=0)
        handed = sites.load(here, "put.lua", site.folder / "hand", "hand", 0, seconds=seconds)
        count = len((site.folder / "hand").read_text().split("\n")) - 1
        figures.say("ours, submit", handed["rate"], "/s")
        figures.say("ratio", handed["rate"] / inserts, "x", least=0.3)
        figures.say("submits failed", handed["failed"], most=0)
        figures.say("submits, of as many attempts", handed["requests"], "", most=count)
        boards(figures, site, median(one["rate"] for one in fixed), seconds, name)
        memory(figures, site)


def boards(figures, site, fixed, seconds, name):
    """Load the boards that everybody looks at, and ask once for pages that nobody did."""
    figures.head(f"Boards, {name}")
    figures.say("yardstick, a fixed 5 KB", fixed, "/s")
    for count, path in site.made["boards"].items():
        # Each a page that nobody has asked for, and none while another is made.
        cold = Load("cold", rate=2, make=lambda n, p=path: ("GET", f"{p}?after=0.{n}", GZIP, b""))
        run(site.port, [cold], seconds=5)
        most = 50 if int(count) <= 5000 else 300
        figures.say(f"board of {int(count):,}, cold", cold.at(0.5), "ms", most=most)
        warm = sites.load(sites.address(site) + path, "get.lua", seconds=seconds)
        figures.say(f"board of {int(count):,}, warm", warm["rate"], "/s")
        figures.say("ratio", warm["rate"] / fixed, "x", least=0.9)
        figures.say("bytes of a page as it is sent", warm["bytes"], "B")


def offered(figures, folder, wish, seconds, *, database=""):
    """Offer what people ask for at once, and see how one kind of request bears another."""
    name, proxies = "PostgreSQL" if database else "SQLite", {"CHUNGTAY_TRUSTED_PROXIES": "1"}
    figures.head(f"Offered, {name}: each request at its moment, whatever became of the one before")
    with sites.ours(folder / f"offered-{name}", wish, database=database, **proxies) as site:
        board = site.made["boards"]["5000"]
        quiet, saves = looks(board, 100), saving(site, "save", 500, 1)
        run(site.port, [looks(board, 100)], seconds=1)
        run(site.port, [quiet], seconds=seconds)
        busy = looks(board, 100)
        run(site.port, [busy, saves], seconds=seconds)
        figures.say("100 boards/s alone, p95", quiet.at(0.95), "ms")
        figures.say("beside 500 saves/s, p95", busy.at(0.95), "ms")
        figures.say("ratio", busy.at(0.95) / quiet.at(0.95), "x", most=2)
        figures.say("500 saves/s beside them, p95", saves.at(0.95), "ms")
        signed = signing_in(figures, site, seconds)
        hands = lines(site, "hand")
        finishing = Load(
            "finish", rate=len(hands), make=lambda n: put(hands[n % len(hands)], "nop", "")
        )
        run(site.port, [finishing], seconds=1)
        figures.say("1,000 finishes in a second, p99", finishing.at(0.99), "ms", most=2000)
        every = (quiet, busy, saves, *signed, finishing)
        figures.say("requests failed", sum(one.failed for one in every), most=0)


def signing_in(figures, site, seconds):
    """Let people sign in beside those who save; return every load that was offered."""
    every, found = [], []
    for turn in range(2, 2 + 3 * TURNS, 3):
        alone, beside, floor = (saving(site, "save", 200, turn + number) for number in range(3))
        signing = sign_ins(site.port, site.made["phones"], 25)
        run(site.port, [alone], seconds=seconds)
        run(site.port, [beside, signing], seconds=seconds)
        with hashing.beside(25):
            run(site.port, [floor], seconds=seconds)
        every += [alone, beside, floor, signing]
        found.append([one.at(0.95) for one in (alone, beside, floor, signing)])
    slow = [median(each) for each in zip(*found, strict=True)]
    rises = [median(each[place] / each[0] for each in found) for place in (1, 2)]
    figures.say("200 saves/s alone, p95", slow[0], "ms")
    figures.say("beside 25 sign-ins/s, p95", slow[1], "ms")
    figures.say("ratio, median of the turns", rises[0], "x", most=1.2)
    figures.say("beside 25 hashes/s of a stranger to us, p95", slow[2], "ms")
    figures.say("ratio of the hashes alone, median of the turns", rises[1], "x")
    figures.say("sign-ins, p95", slow[3], "ms")
    return every


def lines(site, name):
    return [line.split() for line in (site.folder / name).read_text().splitlines()]


def put(line, last, more):
    public, ticket = line
    return "PUT", f"/thi/bai/{public}/{last}", OURS, f'{{"ticket":"{ticket}"{more}}}'.encode()


def saving(site, name, rate, turn):
    known = lines(site, name)

    def make(number):
        seq = turn * 10_000 + number // len(known)
        answer = f'{{"slot":{1 + number % 20},"seq":{seq},"answer":"c","elapsed_ms":900}}'
        return put(known[number % len(known)], "tra-loi", f',"answers":[{answer}]')

    return Load(f"save {turn}", rate=rate, make=make)


def memory(figures, site):
    used = site.memories()
    for name, kilobytes in used:
        figures.say(f"memory of a process: {name}", kilobytes / 1024, "MB")
    figures.say("memory of all processes", sum(one for _, one in used) / 1024, "MB")


def single(figures, folder):
    """Say what single requests cost, against what was promised."""
    figures.head("Single requests, SQLite: statements, commits, bytes")
    folder.mkdir(parents=True, exist_ok=True)
    for one in costs.measure(folder):
        name = one.name
        figures.say(f"{name}: statements", one.statements, most=STATEMENTS.get(name))
        figures.say(f"{name}: commits", one.commits, most=1 if name == "save" else None)
        if one.plain:
            figures.say(f"{name}: plain", one.plain, "B")
            figures.say(f"{name}: as it is sent", one.packed, "B")


def main():
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--quick", action="store_true")
    asked.add_argument("--only", choices=["single", "sqlite", "postgresql", "offered"])
    given = asked.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    seconds, wide = (1, 5000) if given.quick else (6, 100_000)
    figures = Figures()
    figures.say("cores", os.cpu_count() or 0)
    with tempfile.TemporaryDirectory(prefix="chungtay-bench-") as name:
        folder = Path(name)
        wish = {"attempts": 22_000, "handing": 16_000, "boards": sorted({5000, wide})}
        if given.only in (None, "single"):
            single(figures, folder / "single")
        small = {"attempts": 4000, "handing": 1000, "boards": [5000], "phones": 2000}
        if given.only in (None, "sqlite"):
            closed(figures, folder, wish, seconds)
        if given.only in (None, "offered"):
            offered(figures, folder, small, seconds * 2)
        if given.only in (None, "postgresql"):
            with clusters.cluster() as found:
                on, more = found.database("closed"), found.database("offered")
                closed(figures, folder / "pg", wish, seconds, database=on)
                offered(figures, folder / "pg", small, seconds * 2, database=more)
    return 1 if figures.wrong else 0


if __name__ == "__main__":
    sys.exit(main())

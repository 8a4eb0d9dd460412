"""What a large judged contest takes on the site: `python -m tests.bench.judged_site [entries]`.

400 entries, 20 judges, 10 criteria, every sheet locked, written in bulk into an SQLite database of
its own, and beside it the same contest with 5 entries. The job that weighs the result, the pages of
the panel, the judges and the public, and the files that leave are asked for as people ask for them:
seconds (the least of three) and statements, which must be the same for both. Ends with 1 where an
aim is not reached.
"""

import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from sqlalchemy import insert

from accounts.models import Account
from accounts.rules.authorizing import Role, ScopeKind
from contest import concluding, weighing
from contest.models import (
    Entry,
    EntryState,
    EntryVersion,
    JudgedRound,
    Round,
    RoundEntry,
    RoundKind,
    Scoresheet,
    SheetState,
    SheetVersion,
)
from contest.rules.judging import rubric, sealing, table
from contest.rules.judging.rubric import Criterion
from contest.rules.judging.sealing import Protocol
from contest.rules.judging.terms import Rule, Terms
from core import clock, ids, jobs, schema
from core.db import atomic, db
from core.jobs import Job, JobState
from core.text import fold
from tests import factories
from tests.bench.attempt import Figures
from tests.bench.costs import application
from tests.contest import judging
from tests.counting import counted, heard
from tests.world import Asker

ENTRIES, FEW, JUDGES, CRITERIA, UNITS = 400, 5, 20, 10, 40
MOST_SECONDS = 10
TIMES = 3
RUBRIC = rubric.points(
    tuple(
        Criterion(f"c{at}", f"Tiêu chí {at + 1}", most=Decimal(10), step=Decimal("0.25"))
        for at in range(CRITERIA)
    )
)
# What is asked for: as whom, and where; `{}` is the round's address.
PAGES = {
    "panel's table": ("organizer", "/quan-ly/vong/{round}/bang-diem"),
    "panel's table, best first": ("organizer", "/quan-ly/vong/{round}/bang-diem?xep=hang"),
    "one entry in full": ("organizer", "/quan-ly/vong/{round}/bang-diem/A-001"),
    "analysis": ("organizer", "/quan-ly/vong/{round}/do-vung"),
    "closing": ("organizer", "/quan-ly/vong/{round}/chot-cham"),
    "run": ("organizer", "/quan-ly/vong/{round}/chot-cham/lan/1"),
    "prizes": ("organizer", "/quan-ly/vong/{round}/giai-bai-du-thi"),
    "papers": ("organizer", "/quan-ly/vong/{round}/giay-to-cham"),
    "round and its rules": ("organizer", "/quan-ly/vong/{round}/cham-diem"),
    "panels of the round": ("organizer", "/quan-ly/vong/{round}/ban-giam-khao"),
    "one panel": ("organizer", "/quan-ly/ban-giam-khao/{panel}"),
    "next round": ("organizer", "/quan-ly/vong/{round}/vong-sau"),
    "entries of the contest": ("organizer", "/quan-ly/cuoc-thi/{contest}/bai-du-thi"),
    "judge's rounds": ("judge", "/cham/"),
    "judge's sheets": ("judge", "/cham/vong/{round}"),
    "public results": (None, "/cuoc-thi/{slug}/ket-qua-cham/{number}"),
    "feedback of an entry": ("entrant", "/thi/bai-du-thi/{entry}/phieu-nhan-xet"),
}
FILES = {
    "rules and marks (ZIP)": ("/quan-ly/vong/{round}/giay-to-cham/du-lieu", "zip"),
    "table of scores (Excel)": (
        "/quan-ly/vong/{round}/giay-to-cham/bang-diem-giam-khao/tai-ve",
        "xlsx",
    ),
}


@dataclass(frozen=True)
class Made:
    """A contest that was judged: the ids of its rows, and who asks for its pages."""

    round_id: int
    people: dict[str | None, Account | None]
    told: dict[str, str]

    @property
    def judged(self):
        return db.session.get_one(JudgedRound, self.round_id)


def made(entries):
    """Return a contest of so many entries, every sheet locked; written in bulk."""
    now = clock.now()
    contest = factories.contest(title="Hội thi ứng dụng công nghệ thông tin")
    round_ = factories.round_(
        contest=contest,
        title="Chung khảo",
        kind=RoundKind.JUDGED,
        blueprint=None,
        opens_at=now - timedelta(days=2),
        closes_at=now - timedelta(days=1),
    )
    written = Protocol(RUBRIC, Terms(Rule.TRIMMED)).written()
    judged = judging.judged_round(
        contest,
        round_id=round_.id,
        protocol=written,
        digest=sealing.digest(written),
        judges_each=JUDGES,
        is_blind=False,
    )
    panel = judging.panel(judged)
    seats = [judging.judge(panel, number=number) for number in range(1, JUDGES + 1)]
    people = {"organizer": factories.account(), "second": factories.account(), None: None}
    people |= {"entrant": factories.account(), "judge": seats[0].account}
    for who in ("organizer", "second"):
        factories.grant(people[who], Role.ORGANIZER, ScopeKind.CONTEST, contest.id)
    for seat in seats:
        factories.grant(seat.account, Role.JUDGE, ScopeKind.ROUND, round_.id)
    rows = _entries(contest, round_, people["entrant"], entries)
    _sheets(rows, seats)
    first = db.session.get_one(RoundEntry, rows[0]["id"]).entry.public_id
    told = {"round": round_.public_id, "slug": contest.slug, "number": round_.number}
    told |= {"contest": contest.public_id, "panel": panel.public_id}
    return Made(round_.id, people, told | {"entry": first})


def _added(model, rows):
    """Add rows in bulk, and give them their ids."""
    with atomic():
        found = db.session.scalars(
            insert(model).returning(model.id, sort_by_parameter_order=True), rows
        )
        return [row | {"id": id_} for row, id_ in zip(rows, found, strict=True)]


def _entries(contest, round_, owner, count):
    category, now = judging.category(contest), clock.now()
    units = [factories.unit(name=f"Xã Ea Súp {at}") for at in range(1, UNITS + 1)]
    title = "Trợ lý ảo trả lời thủ tục hành chính"
    given = [
        {
            "public_id": ids.public_id(),
            "contest_id": contest.id,
            "category_id": category.id,
            "code": f"A-{at:03}",
            "title": f"{title} {at}",
            "search_text": fold(f"{title} {at}"),
            "entered_by_id": owner.id,
            "unit_id": units[at % UNITS].id,
            "state": EntryState.ADMITTED,
            "created_at": now,
            "declared_at": now,
            "submitted_at": now,
        }
        for at in range(1, count + 1)
    ]
    entries = _added(Entry, given)
    content = {"title": title}
    frozen = {"number": 1, "content": content, "digest": sealing.digest(content), "frozen_at": now}
    versions = _added(EntryVersion, [frozen | {"entry_id": one["id"]} for one in entries])
    return [
        row | {"public_id": entry["public_id"]}
        for entry, row in zip(
            entries,
            _added(
                RoundEntry,
                [
                    {
                        "round_id": round_.id,
                        "entry_id": entry["id"],
                        "version_id": version["id"],
                        "running_order": at,
                        "added_at": now,
                    }
                    for at, (entry, version) in enumerate(zip(entries, versions, strict=True), 1)
                ],
            ),
            strict=True,
        )
    ]


def _sheets(rows, seats):
    """Lock a sheet of every judge for every entry, as judges of differing severity fill them."""
    chance, now = Random(6), clock.now()
    quality = [chance.gauss(7, 1) for _ in rows]
    severity = [chance.gauss(0, 0.7) for _ in seats]
    who = {seat.id: seat.account.public_id for seat in seats}
    pairs = [(at, seat) for at in range(len(rows)) for seat in range(len(seats))]
    sheets = _added(
        Scoresheet,
        [
            {
                "public_id": ids.public_id(),
                "round_entry_id": rows[at]["id"],
                "member_id": seats[seat].id,
                "position": at + 1,
                "state": SheetState.LOCKED,
                "submitted_at": now,
            }
            for at, seat in pairs
        ],
    )
    versions = []
    for sheet, (at, seat) in zip(sheets, pairs, strict=True):
        marks = {
            one.id: Decimal(
                min(40, max(0, round(4 * chance.gauss(quality[at] + severity[seat], 1))))
            )
            / 4
            for one in RUBRIC.criteria
        }
        score = rubric.score(RUBRIC, marks)
        nonce = chance.randbytes(16)
        versions.append(
            {
                "sheet_id": sheet["id"],
                "number": 1,
                "marks": {id_: str(mark) for id_, mark in marks.items()},
                "score": table.to_billionths(score),
                "locked_at": now + timedelta(seconds=at),
                "nonce": nonce.hex(),
                "commitment": sealing.commitment(
                    nonce, rows[at]["public_id"], who[seats[seat].id], score
                ),
            }
        )
    with atomic():
        db.session.execute(insert(SheetVersion), versions)


# --- Measuring ---------------------------------------------------------------------------------


def weighed(one):
    """Let the site's job weigh the result; return its seconds, and how it ended."""
    public_id = weighing.order(one.judged, one.people["organizer"], at=clock.now()).public_id
    begun = time.monotonic()
    while jobs.run_next(at=clock.now()):
        pass
    took = time.monotonic() - begun
    db.session.rollback()
    return took, db.session.query(Job).filter_by(public_id=public_id).one().state


def closed(one):
    """Close the round by two people and show its results; return the seconds of each person."""
    took = []
    for act in (
        lambda: concluding.propose(
            one.judged, one.people["organizer"], reason="Đã chấm xong", at=clock.now()
        ),
        lambda: concluding.agree(
            concluding.waiting_in(one.judged), one.people["second"], reason="Đúng", at=clock.now()
        ),
    ):
        begun = time.monotonic()
        act()
        took.append(time.monotonic() - begun)
        db.session.rollback()
    with atomic():
        round_ = db.session.get_one(Round, one.round_id)
        round_.participant_results_at = round_.public_results_at = clock.now() - timedelta(hours=1)
    return took


def asked(app, one, who, method, address, times=TIMES, **more):
    """Ask as somebody; return the least seconds and statements, and the bytes."""
    asker, took, sent_each = Asker(app, one.people[who]), [], []
    address = address.format(**one.told)
    asker.ask(method, address, **more)
    for _ in range(times):
        db.session.rollback()
        db.session.expire_all()
        with heard(db.engine) as sent:
            begun = time.monotonic()
            answer = asker.ask(method, address, **more)
            took.append(time.monotonic() - begun)
        sent_each.append(counted(sent)[0])
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
    # Once a minute a session is written down as seen: that is not of the page.
    return min(took), min(sent_each), len(answer.get_data())


def measure(figures, app, large, small):
    """Say what the job, the pages and the files of the large contest take."""
    figures.head("The job that weighs the result: every rule, each judge left out, reliability")
    took, state = weighed(large)
    weighed(small)
    figures.say("seconds", took, "s", most=MOST_SECONDS)
    figures.wrong += state is not JobState.DONE
    proposing, agreeing = closed(large)
    closed(small)
    figures.say("closing, first person", proposing, "s")
    figures.say("closing, second person", agreeing, "s")
    figures.head("Pages and files: seconds, statements more than with few entries")
    wanted = [(name, who, "GET", at, {}) for name, (who, at) in PAGES.items()]
    wanted += [
        (name, "organizer", "POST", at, {"data": {"form": form}})
        for name, (at, form) in FILES.items()
    ]
    for name, who, method, address, more in wanted:
        seconds, statements, size = asked(app, large, who, method, address, **more)
        _, few, _ = asked(app, small, who, method, address, **more)
        figures.say(f"{name} ({size:,} B)", seconds, "s")
        figures.say(f"{name}: {statements} statements, more", statements - few, most=0)


def main(entries=ENTRIES):
    figures = Figures()
    with tempfile.TemporaryDirectory(prefix="chungtay-judged-") as folder:
        app = application(Path(folder))
        with app.app_context():
            schema.upgrade()
            large, small = made(entries), made(FEW)
            measure(figures, app, large, small)
            db.session.remove()
            db.engine.dispose()
    return int(figures.wrong > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))

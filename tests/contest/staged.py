"""The smallest valid rows of a judged round with parts, and on stage."""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from contest import judging as acting
from contest.judging import Draft
from contest.models import Part, PartCount, Scoresheet, Vote, VoteCode
from contest.rules.judging import sealing
from contest.rules.judging.deducting import TimeRule
from contest.rules.judging.measured import MeasureRule, Scale
from contest.rules.judging.parts import PartKind
from contest.rules.scoring import to_millionths
from core import clock, ids
from core.db import db
from tests import factories
from tests.contest import judging
from tests.factories import saved

VIEWS = MeasureRule(Decimal(30), Scale.LINEAR, cap=1000)


def part(judged, kind=PartKind.JUDGED, **fields):
    defaults = {
        "public_id": ids.public_id(),
        "round_id": judged.round_id,
        "position": 1 + list(PartKind).index(kind),
        "kind": kind,
        "title": {"judged": "Nội dung", "quiz": "Kiến thức", "measured": "Lan tỏa"}.get(
            kind.value, "Khán giả bình chọn"
        ),
        "most": to_millionths(Decimal({"judged": 70, "quiz": 20}.get(kind.value, 30))),
        "terms": {},
    }
    now = clock.now()
    if kind is PartKind.MEASURED:
        defaults |= {"terms": VIEWS.written(), "closes_at": now}
    if kind is PartKind.VOTED:
        defaults |= {
            "terms": {"roster": False, "per_device": None, "per_network": None},
            "opens_at": now - timedelta(hours=1),
            "closes_at": now + timedelta(hours=1),
        }
    return saved(Part(**defaults | fields))


def count(part, row, *, views, **fields):
    now = clock.now()
    defaults = {
        "public_id": ids.public_id(),
        "part_id": part.id,
        "round_entry_id": row.id,
        "figures": {"views": views},
        "taken_at": part.closes_at - timedelta(hours=1),
        "recorded_at": now,
        "recorded_by_id": fields.get("recorded_by_id") or factories.account().id,
    }
    return saved(PartCount(**defaults | fields))


def code(part, *, number=1, digest="d" * 32, **fields):
    defaults = {
        "part_id": part.id,
        "number": number,
        "digest": digest,
        "issued_at": clock.now(),
    }
    return saved(VoteCode(**defaults | fields))


def vote(part, row, *, code="d" * 32, **fields):
    defaults = {
        "public_id": ids.public_id(),
        "part_id": part.id,
        "code": code,
        "round_entry_id": row.id,
        "cast_at": part.opens_at + timedelta(minutes=1),
    }
    return saved(Vote(**defaults | fields))


TIMED = replace(
    judging.PROTOCOL,
    time=TimeRule(limit=600, grace=10, step=30, per_step=Decimal("0.5"), most=Decimal(3)),
)
TEAMS = ("Sở Tư pháp", "Phường Buôn Ma Thuột", "Xã Ea Kao")


@dataclass
class Hall:
    """A sealed round on stage: teams with their units, a panel of judges, sheets for all."""

    judged: object
    rows: list
    judges: list

    def sheet(self, row, number):
        """The sheet of a judge (1, 2, …) for an entry."""
        found = db.session.query(Scoresheet).filter_by(
            round_entry_id=row.id, member_id=self.judges[number - 1].id
        )
        return found.one()

    def lock(self, row, *marks):
        """Let each judge in turn lock a sheet: `new` and `use` both get the mark."""
        for number, mark in enumerate(marks, start=1):
            sheet = self.sheet(row, number)
            judge = sheet.member.account
            given = {"new": Decimal(mark), "use": Decimal(mark)}
            acting.save(sheet, judge, Draft(given, sheet.sequence + 1), at=clock.now())
            acting.submit(sheet, judge, at=clock.now())


def hall(judges=5, teams=TEAMS, contest=None, **fields):
    """A sealed round with its entries and a panel, nothing locked yet."""
    written = TIMED.written()
    fields = {"is_blind": False, "protocol": written, "digest": sealing.digest(written)} | fields
    judged = judging.judged_round(contest or factories.contest(), **fields)
    category = judging.category(judged.round.contest)
    rows = [
        judging.round_entry(
            judged,
            judging.entry(
                category,
                code=f"A-{number:03}",
                title=f"Tiểu phẩm {number}",
                unit_id=factories.unit(name=name).id,
            ),
        )
        for number, name in enumerate(teams, start=1)
    ]
    panel = judging.panel(judged)
    members = [judging.judge(panel, number=number) for number in range(1, judges + 1)]
    for at, row in enumerate(rows, start=1):
        for member in members:
            judging.sheet(row, member, position=at)
    return Hall(judged, rows, members)

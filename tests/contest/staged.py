"""The smallest valid rows of a judged round with parts, and on stage."""

from datetime import timedelta
from decimal import Decimal

from contest.models import Part, PartCount, Vote, VoteCode
from contest.rules.judging.measured import MeasureRule, Scale
from contest.rules.judging.parts import PartKind
from contest.rules.scoring import to_millionths
from core import clock, ids
from tests import factories
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

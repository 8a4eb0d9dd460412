"""People who took rounds, results of them, and prizes: what tests of awards and quotas need."""

from datetime import date, timedelta
from decimal import Decimal

from accounts.models import Headcount
from accounts.rules.staff import StaffCategory
from accounts.rules.units import UnitKind
from contest import offering, publishing
from contest.models import Attempt, ContestUnit, PrizeKind, Seat
from contest.offering import RuleSettings
from contest.rules.collective import CollectiveRule, Measure
from contest.rules.prizes import IndividualRule, Level, Once, Ties
from core import ids
from core.db import atomic
from tests import factories

LEVELS = (Level("Giải Nhất", 1, 3_000_000), Level("Giải Nhì", 2, 2_000_000))
DAY = date(2026, 10, 31)


@atomic()
def taken(round_, enrolment, correct=3, seconds=60):
    """Let somebody submit an attempt with so many right answers; it is placed by a run."""
    seat = factories.saved(
        Seat(sitting_id=round_.sittings[0].id, round_id=round_.id, enrolment_id=enrolment.id)
    )
    ends = round_.opens_at + timedelta(seconds=seconds)
    factories.saved(
        Attempt(
            public_id=ids.public_id(), seat_id=seat.id, round_id=round_.id,
            enrolment_id=enrolment.id, number=1, started_at=round_.opens_at, accepts_until=ends,
            submitted_at=ends, submitted_by="person", receipt_code=ids.code(), asked=3,
            score=correct * 1_000_000, correct=correct, duration_ms=seconds * 1000,
        )
    )  # fmt: skip
    return enrolment


def person(contest, name, **fields):
    account = factories.account(full_name=name)
    return factories.enrolment(contest, account, **fields)


def field(round_, *people):
    """Enrol people by name, the first the fastest, and let everybody take the round."""
    found = []
    for at, name in enumerate(people, start=1):
        found.append(taken(round_, person(round_.contest, name), seconds=60 * at))
    return found


def computed(round_):
    """Compute the results as soon as the round is closed."""
    return publishing.compute(round_, None, reason="", at=round_.closes_at)


def prizes(round_, actor, *, title="Giải cá nhân", levels=LEVELS, **fields):
    rule = IndividualRule(levels, **{"ties": Ties.COMMITTEE, "once": Once.HIGHER} | fields)
    settings = RuleSettings(title, PrizeKind.INDIVIDUAL, rule.written(), round_.id)
    return offering.add_rule(round_.contest, settings, actor, at=round_.opens_at)


def unit_prizes(contest, actor, *measures, round_=None, **fields):
    weights = tuple((measure, Decimal(1)) for measure in measures or (Measure.RATE,))
    rule = CollectiveRule((Level("Giải Nhất tập thể", 1, 5_000_000),), weights, **fields)
    settings = RuleSettings(
        "Giải tập thể", PrizeKind.COLLECTIVE, rule.written(), round_.id if round_ else None
    )
    return offering.add_rule(contest, settings, actor, at=contest.created_at)


def taking_part(contest, name, kind=UnitKind.DEPARTMENT, **fields):
    unit = factories.unit(name=name, kind=kind, **fields)
    factories.saved(ContestUnit(contest_id=contest.id, unit_id=unit.id))
    return unit


def headcount(unit, people, category=StaffCategory.CIVIL_SERVANT, **fields):
    row = {"unit_id": unit.id, "category": category, "counted_on": DAY, "people": people}
    return factories.saved(Headcount(**row | {"source": "Báo cáo số 12/BC-SNV"} | fields))


def member(round_, unit, category=StaffCategory.CIVIL_SERVANT, *, took=True, **fields):
    """Somebody entered for a unit, who took the round or not."""
    row = {"unit_id": unit.id, "counted_unit_id": unit.id, "category": category}
    enrolment = factories.enrolment(round_.contest, **row | fields)
    return taken(round_, enrolment) if took else enrolment

"""A contest with people in it, for a first look: drawn, marked and ranked by the real rules."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import delete, func, insert, select

from accounts import auditing, charting
from accounts.models import Account, Consent, Headcount, Unit
from accounts.rules import consents
from accounts.rules.authorizing import Role
from accounts.rules.staff import StaffCategory
from accounts.rules.units import UnitKind
from contest import demo_accounts, demo_attempts, demo_prizes, publishing
from contest.demo_attempts import Taker
from contest.models import (
    Contest,
    ContestState,
    ContestUnit,
    Enrolment,
    Round,
    RoundState,
    Sitting,
)
from contest.rules import simulating
from contest.rules.predicting import Asked, Lock, Scope, Target
from contest.rules.ranking import Key, natural
from contest.rules.simulating import Person
from core import ids
from core.db import Model, atomic, db
from core.text import search_key
from core.vietnam import DAY, civil_day, start_of_day
from questions import stocking
from questions.models import Bank, Blueprint, BlueprintRow, Topic

SEED = 2026
RULES = Path(__file__).parent / "data" / "demo-rules.md"
PRIZES = Path(__file__).parent / "data" / "demo-prizes.md"
SLUG = "chung-tay-cchc-2026"
TITLE = "Thanh niên Đắk Lắk chung tay cải cách hành chính 2026"
SOURCE = "Số liệu minh họa của bản trình diễn, không phải số thật"
WEEK = timedelta(days=7)
# How many of a paper's questions come from which topic.
PAPER = {
    "THECHE": 2, "TTHC": 3, "BOMAY": 2, "CONGVU": 3, "TAICHINH": 2,
    "HIENDAI": 2, "MUCTIEU": 2, "HINHTHUC": 2, "TOCHUC": 1, "CUOCTHI": 1,
}  # fmt: skip
TAKE_PART = (
    UnitKind.WARD, UnitKind.COMMUNE, UnitKind.DEPARTMENT, UnitKind.PUBLIC_SERVICE, UnitKind.FRONT,
    UnitKind.PRESS, UnitKind.SCHOOL, UnitKind.CENTRAL_AGENCY, UnitKind.PROVINCIAL_UNION,
)  # fmt: skip
STAFF = (
    ("admin", "Trần Quốc Bảo", Role.ADMIN),
    ("organizer", "Lê Thị Mai", Role.ORGANIZER),
    ("secretary", "H’Linh Mlô", Role.SECRETARY),
    ("author", "Phạm Đức Hùng", Role.AUTHOR),
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """A way into the demo: who it is, and the code."""

    who: str
    name: str
    code: str


@atomic()
def load(*, at: datetime, number: int = 2000) -> Contest:
    """Make the demo contest: two rounds finished, one open, one to come.

    Everything follows from a fixed seed and from the day of `at`.
    """
    rng = Random(SEED + _earlier())  # noqa: S311 -- for invented people, not for secrets
    charting.load_daklak()
    bank = stocking.stock(at=at)
    contest = _contest(at)
    rounds = _rounds(contest, _blueprint(bank), at)
    _staff(at)
    units = _units(contest, at)
    takers = _people(contest, units, number, rng, at)
    _headcounts(takers, units, contest, rng)
    shares = (0.78, 0.86, 0.34)
    for week, (round_, share) in enumerate(zip(rounds, shares, strict=False), start=1):
        entered = [taker for taker in takers if rng.random() < share]
        closes = min(round_.closes_at, at - timedelta(minutes=20))
        demo_attempts.take(round_, entered, week=week, until=closes, rng=rng)
    for round_ in rounds[:2]:
        ready = round_.closes_at + timedelta(hours=10)
        publishing.compute(round_, None, reason="", at=ready)
        publishing.publish(round_, None, at=ready)
    publishing.rebuild_provisional(rounds[2])
    demo_prizes.load(contest, at=at)
    return contest


def _earlier() -> int:
    """Return how many demo contests were put away: their ids are taken."""
    return db.session.scalar(select(func.count()).where(Contest.title == TITLE)) or 0


def _contest(at: datetime) -> Contest:
    contest = Contest(
        public_id=ids.public_id(),
        slug=SLUG,
        title=TITLE,
        summary="Mỗi tuần một lượt thi: 20 câu, 15 phút, làm ngay trên điện thoại.",
        state=ContestState.PUBLISHED,
        hosts=[
            {"name": "Sở Nội vụ tỉnh Đắk Lắk", "part": "lead"},
            {"name": "Tỉnh Đoàn Đắk Lắk", "part": "with"},
        ],
        eligibility="Đoàn viên, thanh niên, cán bộ, công chức, viên chức, người lao động "
        "từ đủ 16 tuổi, đang sống hoặc làm việc tại tỉnh Đắk Lắk.",
        min_age=16,
        rules_text=RULES.read_text("utf-8"),
        prizes_text=PRIZES.read_text("utf-8"),
        contact="Tổ Thư ký cuộc thi (bản trình diễn)",
        fields=["birth_date", "category"],
        max_attempts=None,
        headcount_on=civil_day(at),
        created_at=at - 4 * WEEK,
    )
    db.session.add(contest)
    db.session.flush()
    return contest


def _blueprint(bank: Bank) -> Blueprint:
    topics = {topic.code: topic.id for topic in db.session.scalars(select(Topic))}
    rows = [BlueprintRow(topic_id=topics[code], count=count) for code, count in PAPER.items()]
    blueprint = Blueprint(public_id=ids.public_id(), bank_id=bank.id, title=TITLE, rows=rows)
    db.session.add(blueprint)
    db.session.flush()
    return blueprint


def _rounds(contest: Contest, blueprint: Blueprint, at: datetime) -> list[Round]:
    """Make four weeks of which the third opened two days ago."""
    third = start_of_day(civil_day(at)) - 2 * DAY
    rounds = []
    for number in range(1, 5):
        opens = third + (number - 3) * WEEK
        round_ = Round(
            public_id=ids.public_id(),
            contest=contest,
            number=number,
            title=f"Tuần {number}",
            state=RoundState.READY,
            opens_at=opens,
            closes_at=opens + WEEK,
            minutes=15,
            blueprint=blueprint,
            seed=hashlib.sha256(f"chung tay {SEED} {number}".encode()).hexdigest(),
            prediction={
                "target": Target.FULLY_CORRECT_PEOPLE,
                "scope": Scope.ROUND,
                "decimals": 0,
                "asked": Asked.WITH_QUIZ,
                "lock": Lock.PER_ROUND,
                "not_over": False,
            },
            ranking=natural(
                Key.CORRECT_COUNT, Key.PREDICTION_DIFF, Key.DURATION_MS, Key.SUBMITTED_AT
            ).written(),
            participant_results_at=opens,
            public_results_at=opens + WEEK + timedelta(hours=10),
            shows_answers=True,
            sittings=[Sitting(public_id=ids.public_id(), opens_at=opens, closes_at=opens + WEEK)],
        )
        db.session.add(round_)
        db.session.flush()
        publishing.open_run(round_, at=opens)
        rounds.append(round_)
    return rounds


def _staff(at: datetime) -> None:
    for key, name, role in STAFF:
        demo_accounts.staff(key, name, role, at)
    newcomer, _ = demo_accounts.account("participant", "Lê Hoàng Yến", at)
    newcomer.birth_date = date(1998, 5, 20)
    newcomer.category = StaffCategory.YOUTH_MEMBER


def sign_ins() -> list[SignIn]:
    """Return the ways into the demo, as `make run` prints them."""
    found = [SignIn(key, name, demo_accounts.code_of(key)) for key, name, _ in STAFF]
    for key in (*demo_accounts.JUDGING, "participant", "veteran"):
        name = demo_accounts.name_of(key)
        if name is not None:
            found.append(SignIn(key, name, demo_accounts.code_of(key)))
    return found


def _units(contest: Contest, at: datetime) -> list[Unit]:
    today = civil_day(at)
    rows = db.session.scalars(select(Unit).where(Unit.kind.in_(TAKE_PART)).order_by(Unit.id))
    units = [unit for unit in rows if unit.is_valid(today) and unit.valid_to is None]
    db.session.execute(
        insert(ContestUnit), [{"contest_id": contest.id, "unit_id": unit.id} for unit in units]
    )
    return units


def _people(
    contest: Contest, units: Sequence[Unit], number: int, rng: Random, at: datetime
) -> list[Taker]:
    """Make the people, their consents and their enrolments, in bulk."""
    invented = simulating.people(number, rng, today=civil_day(at))
    weights = [rng.lognormvariate(0, 0.8) for _ in units]
    chosen = rng.choices(list(units), weights, k=number)
    joined = at - 3 * WEEK
    accounts = _insert(
        Account,
        [
            {
                "public_id": demo_attempts.public_id(rng),
                "full_name": person.name,
                "search_text": search_key(person.name),
                "birth_date": person.born,
                "unit_id": unit.id,
                "category": person.category,
                "one_stop": person.one_stop,
                "created_at": joined,
            }
            for person, unit in zip(invented, chosen, strict=True)
        ],
    )
    names = [demo_attempts.public_id(rng) for _ in invented]
    enrolments = _insert(
        Enrolment,
        [
            {
                "public_id": name,
                "contest_id": contest.id,
                "account_id": account,
                "number": place,
                "unit_id": unit.id,
                "counted_unit_id": unit.id,
                "category": person.category,
                "one_stop": person.one_stop,
                "publishes_name": person.publishes_name,
                "enrolled_at": joined,
            }
            for place, (name, account, person, unit) in enumerate(
                zip(names, accounts, invented, chosen, strict=True), start=1
            )
        ],
    )
    _consents(contest, accounts, invented, joined)
    demo_accounts.slip(accounts[0], "veteran", at)
    return [
        Taker(enrolment, name, person, unit.id)
        for enrolment, name, person, unit in zip(enrolments, names, invented, chosen, strict=True)
    ]


def _consents(
    contest: Contest, accounts: Sequence[int], people: Sequence[Person], at: datetime
) -> None:
    rows = []
    for account, person in zip(accounts, people, strict=True):
        agreed = [consents.Purpose.TAKE_PART]
        agreed += [consents.Purpose.PUBLISH_NAME] if person.publishes_name else []
        rows += [
            {
                "account_id": account,
                "purpose": purpose,
                "subject": contest.log,
                "wording": purpose.wording,
                "given_at": at,
            }
            for purpose in agreed
        ]
    db.session.execute(insert(Consent), rows)


def _headcounts(
    takers: Iterable[Taker], units: Sequence[Unit], contest: Contest, rng: Random
) -> None:
    """Give every unit a headcount that holds its people and some who never took part."""
    taking: dict[tuple[int, StaffCategory], int] = {}
    for taker in takers:
        key = (taker.unit_id, taker.person.category)
        taking[key] = taking.get(key, 0) + 1
    rows = [
        {
            "unit_id": unit.id,
            "category": category,
            "one_stop": False,
            "counted_on": contest.headcount_on,
            "people": _people_there(taking.get((unit.id, category), 0), rng),
            "source": SOURCE,
        }
        for unit in units
        for category, _ in simulating.CATEGORIES
    ]
    db.session.execute(delete(Headcount).where(Headcount.source == SOURCE))
    db.session.execute(insert(Headcount), rows)


def _people_there(taking: int, rng: Random) -> int:
    return taking + (0 if rng.random() < 0.2 else rng.randint(0, 2 + 2 * taking))


def _insert(model: type[Model], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows in bulk and return their ids in the same order."""
    column = model.__table__.c.id
    statement = insert(model).returning(column, sort_by_parameter_order=True)
    return list(db.session.scalars(statement, rows))


def existing() -> Contest | None:
    """Return the demo contest if it has been loaded."""
    return db.session.scalar(select(Contest).where(Contest.slug == SLUG))


def is_over(contest: Contest, *, at: datetime) -> bool:
    """Say whether the round that was open when the demo was loaded has closed."""
    closes = db.session.scalar(
        select(func.max(Round.closes_at)).where(Round.contest_id == contest.id, Round.number == 3)
    )
    return closes is not None and closes <= at


@atomic()
def put_away(contest: Contest) -> None:
    """Let go of a demo contest's address, so that a new one can be made beside it."""
    contest.slug = f"{contest.slug}-{contest.public_id[:6]}"
    contest.state = ContestState.ARCHIVED
    auditing.record(None, "contest.archived", f"contest:{contest.public_id}", log=contest.log)

"""The demo's prizes and quotas: lists of winners decided by two people, a radar with gaps in it."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import joinedload

from accounts.models import Account, Grant, Headcount
from accounts.rules.authorizing import Role, ScopeKind
from accounts.rules.staff import StaffCategory
from contest import awarding, offering, targeting, unit_figures
from contest.models import Contest, Enrolment, PrizeKind, PrizeRule, Round
from contest.offering import RuleSettings
from contest.rules.collective import CollectiveRule, Measure
from contest.rules.prizes import IndividualRule, Level, Once, Ties
from contest.rules.quotas import DAKLAK_2023
from contest.rules.unit_groups import UnitGroup, group_of
from core.db import db

SOURCE = "Số liệu minh họa về bộ phận Một cửa, không phải số thật"
WEEKLY = (
    Level("Giải Nhất", 1, 2_000_000),
    Level("Giải Nhì", 2, 1_000_000),
    Level("Giải Ba", 3, 700_000),
    Level("Giải Khuyến khích", 4, 300_000),
)
COLLECTIVE = (
    Level("Giải Nhất tập thể", 1, 3_000_000),
    Level("Giải Nhì tập thể", 1, 2_000_000),
    Level("Giải Ba tập thể", 1, 1_000_000),
)
# How many units send whom the quotas ask for, and whom they send first.
STRONG = 0.7
SENT = (
    StaffCategory.LEADER,
    StaffCategory.MANAGER,
    StaffCategory.CIVIL_SERVANT,
    StaffCategory.CIVIL_SERVANT,
)
# Of these no more people are there, for each who entered; at other desks so many more work.
MOST_TIMES = {StaffCategory.MANAGER: 1, StaffCategory.CIVIL_SERVANT: 2}
MORE = (0, 0, 1, 3)


def load(contest: Contest, *, at: datetime) -> None:
    """Give the demo contest quotas and prizes; the winners of the finished weeks are decided."""
    mai, linh = (_staff(role) for role in (Role.ORGANIZER, Role.SECRETARY))
    _send(contest)
    targeting.add(contest, DAKLAK_2023, mai)
    rules = [_weekly(contest, round_, mai) for round_ in contest.rounds]
    _for_units(contest, mai)
    for week, rule in enumerate(rules[:2], start=1):
        hour = (rule.round.closes_at if rule.round else at) + timedelta(hours=12)
        _decide(rule, mai, linh, week=week, at=min(hour, at))


def _staff(role: Role) -> Account:
    return db.session.scalars(
        select(Account)
        .join(Grant, Grant.account_id == Account.id)
        .where(Grant.role == role, Grant.scope_kind == ScopeKind.PLATFORM)
        .order_by(Grant.id)
    ).all()[0]


def _send(contest: Contest) -> None:
    """Let two of three units send whom the quotas ask for; count the desks of all of them."""
    rng = Random(contest.id)  # noqa: S311 -- for invented figures, not for secrets
    people: dict[int | None, list[Enrolment]] = defaultdict(list)
    for one in db.session.scalars(
        select(Enrolment)
        .where(Enrolment.contest_id == contest.id)
        .options(joinedload(Enrolment.account))
        .order_by(Enrolment.id)
    ):
        people[one.counted_unit_id].append(one)
    desks = []
    for unit in unit_figures.units_of(contest):
        if group_of(unit.kind) not in (UnitGroup.ADMINISTRATIVE, UnitGroup.COMMUNE):
            continue
        mine, is_strong = people[unit.id], rng.random() < STRONG
        at_desk = sum(one.one_stop for one in mine)
        desks.append(_desk(contest, unit.id, at_desk + (0 if is_strong else rng.choice(MORE))))
        if is_strong and len(mine) >= len(SENT):
            _be_there(contest, unit.id, mine, rng)
    db.session.execute(delete(Headcount).where(Headcount.source == SOURCE))
    db.session.execute(insert(Headcount), desks)


def _be_there(contest: Contest, unit_id: int, mine: list[Enrolment], rng: Random) -> None:
    """Put a leader and others among the people of a unit, and count the unit to fit them."""
    for one, category in zip(mine, SENT, strict=False):
        one.category = one.account.category = category
    counts = Counter(one.category for one in mine)
    rows = db.session.scalars(
        select(Headcount).where(
            Headcount.unit_id == unit_id,
            Headcount.counted_on == contest.headcount_on,
            Headcount.one_stop.is_(False),
        )
    )
    for row in rows:
        most = MOST_TIMES.get(row.category)
        here = counts[row.category]
        row.people = max(here, row.people if most is None else min(row.people, most * here))
        if row.category is StaffCategory.LEADER:
            row.people = here + rng.randint(0, 2)


def _desk(contest: Contest, unit_id: int, people: int) -> dict[str, object]:
    return {
        "unit_id": unit_id,
        "category": StaffCategory.CIVIL_SERVANT,
        "one_stop": True,
        "counted_on": contest.headcount_on,
        "people": people,
        "source": SOURCE,
    }


def _weekly(contest: Contest, round_: Round, actor: Account) -> PrizeRule:
    rule = IndividualRule(WEEKLY, Ties.COMMITTEE, Once.HIGHER, publishes_names=True)
    settings = RuleSettings(
        f"Giải cá nhân {round_.title}", PrizeKind.INDIVIDUAL, rule.written(), round_.id
    )
    return offering.add_rule(contest, settings, actor, at=contest.created_at)


def _for_units(contest: Contest, actor: Account) -> None:
    """Compare agencies and communes apart, by their rate and by the prizes their people won."""
    for title, group in (
        ("Giải tập thể khối sở, ban, ngành", UnitGroup.ADMINISTRATIVE),
        ("Giải tập thể khối xã, phường", UnitGroup.COMMUNE),
    ):
        rule = CollectiveRule(
            COLLECTIVE,
            ((Measure.RATE, Decimal(1)), (Measure.PRIZE_POINTS, Decimal(1))),
            (group,),
            (
                ("Giải Nhất", Decimal(10)),
                ("Giải Nhì", Decimal(8)),
                ("Giải Ba", Decimal(6)),
                ("Giải Khuyến khích", Decimal(4)),
            ),
            least_headcount=10,
            least_people=5,
        )
        settings = RuleSettings(title, PrizeKind.COLLECTIVE, rule.written())
        offering.add_rule(contest, settings, actor, at=contest.created_at)


def _decide(rule: PrizeRule, first: Account, second: Account, *, week: int, at: datetime) -> None:
    """Decide a week: equals are taken as they come; in the second week one prize stays vacant."""
    draft = awarding.draft(rule, first, at=at)
    for award in draft.awards:
        if award.enrolment is None and award.place is not None:
            awarding.vacate(award, first, reason="Hai thí sinh bằng nhau, chờ Ban Tổ chức họp")
    if week > 1:
        reason = "Thí sinh không xác nhận thông tin trong thời hạn của Thể lệ"
        awarding.vacate(draft.awards[-1], first, reason=reason)
    awarding.propose(draft, first, reason="Họp Ban Tổ chức, biên bản của Tổ Thư ký", at=at)
    awarding.agree(draft, second, reason="Đúng với kết quả đã công bố", at=at)

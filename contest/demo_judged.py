"""Two judged contests for a first look: one finished, one on the stage now; by the real rules."""

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import insert, select

from accounts.models import Account, Unit
from accounts.rules.authorizing import Role
from accounts.rules.units import UnitKind
from contest import (
    demo_accounts,
    demo_closing,
    demo_panels,
    demo_parts,
    demo_rubrics,
    demo_sheets,
    demo_stage,
    entering,
)
from contest.demo_closing import Two
from contest.models import (
    Contest,
    ContestState,
    ContestUnit,
    Entry,
    EntryCategory,
    EntryMember,
    EntryState,
    EntryVersion,
    JudgedRound,
    MemberRole,
    Round,
    RoundEntry,
    RoundKind,
    RoundState,
    Screening,
)
from contest.rules import simulating
from contest.rules.judging import sealing
from contest.rules.judging.screening import Verdict
from contest.rules.judging.sealing import Protocol
from contest.rules.simulating import Person
from core import ids
from core.db import atomic, db
from core.text import search_key
from core.vietnam import DAY, civil_day, start_of_day

SEED = 2027
DATA = Path(__file__).parent / "data" / "demo-judged.toml"
SENDING = (UnitKind.WARD, UnitKind.COMMUNE, UnitKind.DEPARTMENT, UnitKind.PUBLIC_SERVICE)
FIRST_JUDGES, FINAL_JUDGES, STAGE_JUDGES = 12, 7, 5
IN_FINAL = 12
# Who sits on both panels first, and signs in: the chair and a judge.
NAMED = (("chair", "Y Khoa Niê Kđăm"), ("judge", "Nguyễn Thị Thanh Hương"))
PERFORMED = 11
CHECKLIST = (
    {"id": "form", "text": "Phiếu đăng ký đủ thông tin, có xác nhận của đơn vị"},
    {"id": "paper", "text": "Bản thuyết minh đọc được, không quá 20 trang"},
    {"id": "own", "text": "Có cam đoan tác phẩm tự làm, chưa đạt giải cấp tỉnh"},
    {"id": "blind", "text": "Bản dùng để chấm không có tên tác giả, tên đơn vị"},
)
FORM = (
    {"id": "problem", "label": "Vấn đề cần giải quyết", "kind": "lines", "required": True},
    {"id": "solution", "label": "Cách làm và công nghệ sử dụng", "kind": "lines", "required": True},
    {"id": "effect", "label": "Hiệu quả đã đo được", "kind": "lines", "required": True},
)
TEAM_FORM = ({"id": "script", "label": "Tóm tắt tiểu phẩm", "kind": "lines", "required": True},)


@dataclass(frozen=True, slots=True)
class _Made:
    """A contest with its entries, the units they are from and who they are said to be good."""

    contest: Contest
    entries: Sequence[Entry]
    quality: Mapping[int, float]


@atomic()
def load(*, at: datetime) -> tuple[Contest, Contest]:
    """Make the finished contest and the one in progress; units have to be there already."""
    rng = Random(SEED)  # noqa: S311 -- for invented people, not for secrets
    told = tomllib.loads(DATA.read_text("utf-8"))
    units = _units(at)
    return _it_contest(told["it"], units, rng, at), _stage_contest(told["stage"], units, rng, at)


def existing() -> list[Contest]:
    """Return the judged contests of the demo that are there."""
    slugs = [told["slug"] for told in tomllib.loads(DATA.read_text("utf-8")).values()]
    return list(db.session.scalars(select(Contest).where(Contest.slug.in_(slugs))))


# --- The finished contest ----------------------------------------------------------------------


def _it_contest(told: dict[str, Any], units: Sequence[Unit], rng: Random, at: datetime) -> Contest:
    closed = start_of_day(civil_day(at)) - 35 * DAY
    contest = _contest(told, closed - 40 * DAY)
    entries: list[Entry] = []
    for position, group in enumerate(told["entries"], start=1):
        title = ("Phần mềm, ứng dụng", "Giải pháp, sáng kiến")[position - 1]
        category = EntryCategory(
            public_id=ids.public_id(),
            contest=contest,
            position=position,
            title=title,
            prefix=group["category"],
            form=list(FORM),
            checklist=list(CHECKLIST),
            least_members=1,
            most_members=5,
            screeners=2,
            closes_at=closed,
        )
        entries += _entries(category, group["titles"], units[len(entries) :], rng, closed)
    demo_accounts.slip(entries[0].entered_by_id, "entrant", at)
    _screened(entries, closed + 5 * DAY, at)
    made = _Made(contest, entries, {one.id: rng.gauss(78, 6) for one in entries})
    first = _round(contest, 1, "Vòng sơ khảo", closed + 10 * DAY, demo_rubrics.first_round(), 3)
    two = Two(
        demo_accounts.staff("organizer", "Lê Thị Mai", Role.ORGANIZER, at),
        demo_accounts.staff("secretary", "H’Linh Mlô", Role.SECRETARY, at),
    )
    people = demo_panels.people(FIRST_JUDGES, rng, at)
    _rows(first, entries, closed + 11 * DAY)
    panel = demo_panels.panel(first, people, at)
    demo_sheets.finished(panel, made.quality, rng, closed + 12 * DAY)
    demo_closing.close(first, two, people[0], at=closed + 17 * DAY)
    final = _round(contest, 2, "Vòng chung khảo", closed + 22 * DAY, demo_rubrics.final(), 7)
    final.before = first.round
    db.session.flush()
    demo_closing.promote(first, final, IN_FINAL, two, closed + 18 * DAY)
    people = demo_panels.people(FINAL_JUDGES, rng, at, named=NAMED)
    panel = demo_panels.panel(final, people, at)
    demo_sheets.finished(panel, made.quality, rng, closed + 23 * DAY)
    demo_closing.close(final, two, people[0], at=closed + 30 * DAY)
    demo_closing.honour(final, two, at=closed + 31 * DAY)
    return contest


def _screened(entries: Sequence[Entry], on: datetime, at: datetime) -> None:
    """Write down that two people of the secretariat found every entry complete."""
    people = [
        demo_accounts.account("secretary", "H’Linh Mlô", at)[0],
        demo_accounts.account("screener", "Phan Thị Kim Oanh", at)[0],
    ]
    checks = {str(line["id"]): {"passes": True, "reason": ""} for line in CHECKLIST}
    rows = [
        {
            "version_id": entry.versions[0].id,
            "screener_id": person.id,
            "checks": checks,
            "verdict": Verdict.PASS,
            "given_at": on + timedelta(minutes=7 * number),
        }
        for number, entry in enumerate(entries)
        for person in people
    ]
    db.session.execute(insert(Screening), rows)


# --- The contest in progress -------------------------------------------------------------------


def _stage_contest(
    told: dict[str, Any], units: Sequence[Unit], rng: Random, at: datetime
) -> Contest:
    today = start_of_day(civil_day(at))
    contest = _contest(told, today - 40 * DAY)
    category = EntryCategory(
        public_id=ids.public_id(),
        contest=contest,
        position=1,
        title="Đội thi sân khấu hóa",
        prefix="D",
        form=list(TEAM_FORM),
        checklist=[],
        least_members=5,
        most_members=10,
        closes_at=today - 12 * DAY,
    )
    entries = _entries(category, told["entries"]["titles"], units[50:], rng, category.closes_at)
    quality = {one.id: rng.gauss(81, 5) for one in entries}
    judged = _round(contest, 1, "Chung khảo sân khấu", today, demo_rubrics.stage(), STAGE_JUDGES)
    judged.is_blind = False
    counted, voted = demo_parts.declare(judged, at)
    people = demo_panels.people(STAGE_JUDGES, rng, at, named=NAMED)
    panel = demo_panels.panel(judged, people, at)
    rows = _rows(judged, entries, today)
    demo_stage.draw(judged, demo_sheets.chair(panel).account, at=today)
    rows.sort(key=lambda row: row.running_order or 0)
    demo_sheets.on_stage(panel, rows, quality, rng, PERFORMED, at)
    demo_stage.perform(rows[:PERFORMED], demo_sheets.chair(panel).account, rng, at)
    secretary = demo_accounts.staff("secretary", "H’Linh Mlô", Role.SECRETARY, at)
    demo_parts.count(counted, rows, secretary, rng)
    demo_parts.vote(voted, rows, secretary, rng, at)
    return contest


# --- What both are made of ---------------------------------------------------------------------


def _contest(told: Mapping[str, Any], at: datetime) -> Contest:
    contest = Contest(
        public_id=ids.public_id(),
        slug=told["slug"],
        title=told["title"],
        summary=told["summary"],
        state=ContestState.PUBLISHED,
        hosts=[
            {"name": "Tỉnh Đoàn Đắk Lắk", "part": "lead"},
            {"name": "Sở Nội vụ tỉnh Đắk Lắk", "part": "with"},
        ],
        eligibility="Cán bộ, công chức, viên chức, đoàn viên, thanh niên trong tỉnh.",
        rules_text=told["rules"].strip(),
        contact="Tổ Thư ký hội thi (bản trình diễn)",
        created_at=at,
    )
    db.session.add(contest)
    db.session.flush()
    return contest


def _units(at: datetime) -> list[Unit]:
    """Return the units that send entries, offices and places mixed as they come."""
    today = civil_day(at)
    rows = db.session.scalars(select(Unit).where(Unit.kind.in_(SENDING)).order_by(Unit.id))
    units = [unit for unit in rows if unit.is_valid(today) and unit.valid_to is None]
    return sorted(units, key=lambda unit: hashlib.sha256(unit.code.encode()).digest())


def _entries(
    category: EntryCategory, titles: Sequence[str], units: Sequence[Unit], rng: Random, on: datetime
) -> list[Entry]:
    db.session.add(category)
    db.session.flush()
    codes = [f"{category.prefix}-{number:03}" for number in range(1, len(titles) + 1)]
    rng.shuffle(codes)
    made, senders = [], units[: len(titles)]
    for title, code, unit in zip(titles, codes, senders, strict=True):
        people = simulating.people(_team(category, rng), rng, today=civil_day(on))
        entry = _entry(category, title, code, unit, people)
        entry.submitted_at = entry.declared_at = on - timedelta(hours=rng.randint(2, 200))
        entry.created_at = entry.submitted_at - 4 * DAY
        made.append(entry)
    db.session.add_all(made)
    taking = [{"contest_id": category.contest.id, "unit_id": one.id} for one in senders]
    db.session.flush()
    db.session.execute(insert(ContestUnit), taking)
    for entry in made:
        _freeze(entry, on)
    db.session.flush()
    return made


def _team(category: EntryCategory, rng: Random) -> int:
    return rng.randint(category.least_members, min(category.most_members, 7))


def _entry(
    category: EntryCategory, title: str, code: str, unit: Unit, people: Sequence[Person]
) -> Entry:
    leader = Account(
        public_id=ids.public_id(),
        full_name=people[0].name,
        search_text=search_key(people[0].name),
        birth_date=people[0].born,
        category=people[0].category,
        unit_id=unit.id,
        created_at=category.closes_at - 60 * DAY,
    )
    members = [
        EntryMember(
            position=position,
            role=MemberRole.MEMBER if position > 1 else MemberRole.LEADER,
            full_name=person.name,
            unit=unit,
            account=leader if position == 1 else None,
        )
        for position, person in enumerate(people, start=1)
    ]
    return Entry(
        public_id=ids.public_id(),
        contest=category.contest,
        category=category,
        code=code,
        title=title,
        search_text=search_key(title),
        unit=unit,
        entered_by=leader,
        state=EntryState.ADMITTED,
        answers={str(field["id"]): demo_rubrics.said(str(field["id"])) for field in category.form},
        members=members,
    )


def _freeze(entry: Entry, on: datetime) -> None:
    content = entering.frozen(entry)
    entry.versions.append(
        EntryVersion(number=1, content=content, digest=sealing.digest(content), frozen_at=on)
    )


def _round(
    contest: Contest, number: int, title: str, opens: datetime, protocol: Protocol, each: int
) -> JudgedRound:
    """Make a round and seal by what it is judged, the digest of its seed included."""
    seed = hashlib.sha256(f"{contest.slug} {number}".encode()).hexdigest()
    round_ = Round(
        public_id=ids.public_id(),
        contest=contest,
        number=number,
        title=title,
        kind=RoundKind.JUDGED,
        state=RoundState.READY,
        opens_at=opens,
        closes_at=opens + 7 * DAY,
        minutes=15,
        seed=seed,
        ranking=[],
    )
    judged = JudgedRound(
        round=round_,
        protocol=protocol.written() | {"seed_digest": sealing.seed_digest(bytes.fromhex(seed))},
        seed=seed,
        judges_each=each,
        is_blind=True,
        sealed_at=opens - DAY,
    )
    judged.digest = sealing.digest(judged.protocol)
    db.session.add(judged)
    db.session.flush()
    return judged


def _rows(judged: JudgedRound, entries: Sequence[Entry], on: datetime) -> list[RoundEntry]:
    rows = [
        RoundEntry(judged=judged, entry=one, version=one.versions[0], added_at=on)
        for one in entries
    ]
    db.session.add_all(rows)
    db.session.flush()
    return rows

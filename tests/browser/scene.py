"""A site with something on every page: roles, sheets half imported, files written, a draft."""

import os
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from accounts import granting, issuing, previewing, registering, upholding
from accounts.models import Account, AuditEntry, DataRight, Unit
from accounts.registering import Applicant
from accounts.rules.authorizing import Role, ScopeKind
from app import create_app
from contest import (
    adjusting,
    arranging,
    attempting,
    award_queries,
    awarding,
    certifying,
    compiling,
    demo,
    exporting,
    interrupting,
    organizing,
    planning,
    presets,
    quota_queries,
    run_queries,
    saving,
    seating,
    totalling,
    unveiling,
)
from contest import queries as contests
from contest.dossier_files import FileForm
from contest.exporting import CSV, Ordered
from contest.interrupting import Scope
from contest.models import Certificate
from contest.rules import ranking
from contest.rules.arranging import RoomSettings, SittingSettings
from contest.rules.dictionary import Part
from contest.rules.setting import ContestSettings
from contest.rules.timing import Clock
from contest.rules.totalling import MILLION, OverallRule, OverallTerms
from contest.totalling import TableSettings
from contest.unveiling import Chosen
from core import clock
from core.clock_rows import MachineClock
from core.db import atomic, db
from core.vietnam import civil_day
from questions import (
    amending,
    authoring,
    importing,
    jobs,  # noqa: F401 -- the jobs register themselves
    reviewing,
)
from questions import exporting as bank_files
from questions.models import Bank, Item, LegalDocument, ReviewSteps
from tests import factories
from tests.browser import disputed, supervised
from tests.browser.driving import sign_in
from tests.browser.serving import SLUG
from tests.questions.contents import SOUND, STEMS

FILES = Path(__file__).parents[1] / "questions" / "files"
UNIT = "Phường Buôn Ma Thuột"
ROSTER = "Họ và tên;Số điện thoại;Đơn vị\nH’Wen Êban;0905111222;Phường Buôn Ma Thuột\nY Bhok;x;\n"
UNITS = "Tên đơn vị;Loại;Đơn vị cấp trên\nĐội Bảo vệ rừng Ea Kao;Phòng;Phường Buôn Ma Thuột\n"
COUNTS = "Đơn vị;Biên chế có mặt\nPhường Buôn Ma Thuột;41\nXã Không Có;7\n"
HOUR = timedelta(hours=1)
NETWORK = ("10.20.0.0/16",)
TEXT = (
    "Điều 1. Phạm vi điều chỉnh\nNghị định này quy định về các cuộc thi.\n"
    "Điều 2. Hội đồng thi\nHội đồng thi có ít nhất năm thành viên."
)
# Who holds which role beside the demo's own staff, and where.
HELD = {
    "officer": ("Đinh Thị Nhạn", Role.UNIT_OFFICER),
    "reviewer": ("Bùi Quang Khải", Role.REVIEWER),
    "observer": ("Võ Minh Tâm", Role.OBSERVER),
    "viewer": ("Y Khoa Buôn Krông", Role.DATA_VIEWER),
}


@dataclass(frozen=True)
class Scene:
    """What stands on the site: a way in by role, and the values of the addresses."""

    codes: dict
    values: dict


@contextmanager
def application(site):
    """Push the application of a site that is being served, for rows that no page makes fast."""
    os.environ.pop("CHUNGTAY_INSTANCE", None)
    app = create_app({"INSTANCE": site.folder, "DEMO": True})
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def set_up(site):
    """Give roles and leave something half done wherever a page shows such a thing."""
    with application(site):
        now = clock.now()
        unit = db.session.scalar(select(Unit).where(Unit.name == UNIT, Unit.valid_to.is_(None)))
        codes = {role: _officer(name, given, unit, now) for role, (name, given) in HELD.items()}
        values = {"unit": unit.public_id, "unit_code": unit.code}
        values |= _accounts_values(now) | _bank_values(now) | _contest_values(now)
        values |= _review_values(now)
        values |= supervised.set_up(now)
        return Scene(site.codes | codes, values)


def _officer(name, role, unit, now):
    account = registering.register(Applicant(name, unit=unit), at=now)
    is_local = role is Role.UNIT_OFFICER
    scope = (ScopeKind.UNIT, unit.id) if is_local else (ScopeKind.PLATFORM, 0)
    granting.give(None, account, role, scope, at=now)
    return issuing.issue(None, account, at=now, lasts=timedelta(days=1)).code


def _named(name):
    return db.session.scalar(select(Account).where(Account.full_name == name))


def _accounts_values(now):
    admin, newcomer = _named("Trần Quốc Bảo"), _named("Lê Hoàng Yến")
    upholding.ask(newcomer, DataRight.CORRECTION, "Tên đệm của tôi viết có dấu.", at=now)
    roster = previewing.stage_roster(admin, "danh-sach.csv", ROSTER.encode(), unit=None, at=now)
    units = previewing.stage_units(admin, "don-vi.csv", UNITS.encode(), at=now)
    counts = previewing.stage_headcounts(
        admin, "bien-che.csv", COUNTS.encode(), on=None, source="Công văn 12", at=now
    )
    return {
        "account": newcomer.public_id,
        "staff_account": _named("Phạm Đức Hùng").public_id,
        "sheets": [one.public_id for one in (roster, units, counts)],
        "entry": db.session.scalar(select(AuditEntry.id).order_by(AuditEntry.id.desc())),
    }


def _bank_values(now):
    organizer = _named("Lê Thị Mai")
    bank = db.session.scalar(select(Bank).order_by(Bank.id))
    mixed = FILES / "16-mixed-and-faulty.docx"
    pending = importing.stage(organizer, bank, mixed.name, mixed.read_bytes(), at=now)
    red = FILES / "03-red-option.docx"
    done = importing.stage(organizer, bank, red.name, red.read_bytes(), at=now)
    importing.agree(organizer, done, at=now)
    item = db.session.scalar(select(Item).order_by(Item.id))
    return {
        "bank": bank.public_id,
        "imports": [pending.public_id, done.public_id],
        "item": item.public_id,
        "document": db.session.scalar(select(LegalDocument.code).order_by(LegalDocument.id)),
        "bank_file": bank_files.queue(organizer, bank, at=now),
    }


def _review_values(now):
    """Leave one question waiting for a reviewer, and one that rests on a document that ended."""
    organizer, reviewer = _named("Lê Thị Mai"), _named("Bùi Quang Khải")
    bank = authoring.create_bank(organizer, "Câu hỏi có thẩm định", at=now)
    reviewing.set_steps(organizer, bank, ReviewSteps.TWO, at=now)
    granting.give(organizer, reviewer, Role.REVIEWER, (ScopeKind.BANK, bank.id), at=now)
    first = db.session.scalar(select(Item).order_by(Item.id))
    source = replace(authoring.as_new(first), code="")
    waiting = authoring.create(organizer, bank, source, at=now)
    reviewing.submit(organizer, waiting, number=1, at=now, note="Đã đối chiếu văn bản")
    old = _document(organizer, "ND-1-2020", "1/2020/NĐ-CP", "", now)
    new = _document(organizer, "ND-2-2026", "2/2026/NĐ-CP", TEXT, now)
    told = replace(source.wording, document_id=old.id, clause="Điều 2", quote="ba thành viên")
    cited = authoring.create(organizer, bank, replace(source, wording=told), at=now)
    yesterday = civil_day(now - timedelta(days=1))
    amending.end_document(organizer, old, yesterday, successor=new, at=now)
    return {
        "reviewed_bank": bank.public_id,
        "waiting_item": waiting.public_id,
        "cited_item": cited.public_id,
        "ended_document": old.code,
    }


def _document(actor, code, number, clauses, now):
    found = LegalDocument(
        code=code, number=number, title="Nghị định về cuộc thi", note="", clauses=clauses
    )
    return amending.add_document(actor, found, at=now)


def _ranking_values(contest, organizer, now):
    """Put two rounds together, and leave a contest of two groups with a round."""
    weights = {one.id: MILLION for one in contest.rounds[:2]}
    terms = OverallTerms(OverallRule.SUM, ranking.natural(ranking.Key.SCORE), weights)
    settings = TableSettings("Tổng hợp hai tuần đầu", terms)
    table = totalling.create(contest, settings, organizer, at=now)
    totalling.compute(table, organizer, reason="Hết tuần 2", at=now)
    hue = presets.find("hue-cchc-2025")
    grouped = organizing.create_contest(
        ContestSettings("Tìm hiểu dịch vụ công trực tuyến 2027"), organizer, at=now,
        groups=hue.blocks,
    )  # fmt: skip
    settings = replace(planning.usual(grouped, at=now), title="Tuần 1")
    round_ = organizing.create_round(grouped, settings, organizer, at=now)
    return {
        "table": table.public_id,
        "grouped": grouped.public_id,
        "grouped_round": round_.public_id,
        "block": grouped.blocks[0].id,
    }


def _certificate(contest, round_, organizer, now):
    design = certifying.add_design(contest, "Giấy chứng nhận tuần", organizer, at=now)
    wanted = certifying.Wanted(round_, 100, "Đã trả lời đúng tất cả các câu hỏi Tuần 1")
    certifying.issue(design, wanted, organizer, at=now)
    return {
        "design": design.public_id,
        "certificate": db.session.scalar(select(Certificate.code).order_by(Certificate.id)),
    }


def _contest_values(now):
    organizer = _named("Lê Thị Mai")
    contest = contests.contest_by_slug(SLUG)
    first, _second, open_, coming = contest.rounds
    run = run_queries.current_run(first)
    ordered = exporting.order(first, Ordered(run, CSV, False), organizer, at=now)
    asked = compiling.Wanted((Part.RESULTS,), FileForm.JSON, "Thanh tra tỉnh", first)
    dossier = compiling.order(contest, asked, organizer, at=now)
    draft = organizing.copy_round(coming, organizer, at=now)
    return _ranking_values(contest, organizer, now) | {
        "contest": contest.public_id,
        "rounds": [one.public_id for one in (first, open_, coming, draft)],
        "past_round": first.public_id,
        "open_round": open_.public_id,
        "sitting": coming.sittings[0].public_id,
        "enrolment": db.session.scalar(
            select(demo.Enrolment.public_id).where(demo.Enrolment.contest_id == contest.id)
        ),
        "result_file": ordered.public_id,
        "dossier": dossier.public_id,
        **_certificate(contest, first, organizer, now),
        **_prizes_values(contest, organizer, now),
        "exam": _exam(draft, organizer, now),
        "ceremony": unveiling.start(first, organizer, Chosen(places=5), at=now).public_id,
        "dispute": disputed.dispute(first, _named("H’Linh Mlô"), organizer, now),
        "paused": _pause(open_, organizer, now),
    }


def _prizes_values(contest, organizer, now):
    """Leave a draft of winners among the units; two weeks are decided in the demo."""
    rules = award_queries.rules_of(contest)
    awarding.draft(rules[-1], organizer, at=now)
    held = award_queries.lists_that_hold(rules)
    return {
        "quota": quota_queries.quotas_of(contest)[0].public_id,
        "prizes": [rules[at].public_id for at in (0, 1, 2, -1)],
        "winners": [one.public_id for one in held.values()],
    }


def _exam(round_, organizer, now):
    """Make an exam of a round: two sittings on one clock, rooms, and everybody in a place."""
    begins = round_.opens_at + timedelta(hours=1)
    first = round_.sittings[0]
    hours = [(begins, begins + timedelta(minutes=15)), (begins + HOUR, begins + HOUR * 2)]
    named = [
        SittingSettings(f"Ca {n}", *window, Clock.FIXED, 5, "Thông tư 22/2025/TT-BNV")
        for n, window in enumerate(hours, start=1)
    ]
    arranging.edit_sitting(first, named[0], organizer, at=now)
    second = arranging.add_sitting(round_, named[1], organizer)
    rooms = [
        arranging.add_room(
            sitting,
            RoomSettings(f"Phòng máy {n}", "Trường Chính trị tỉnh, nhà B", f"P{n}", 20, NETWORK),
            organizer,
        )
        for sitting in (first, second)
        for n in (1, 2)
    ]
    db.session.expire_all()
    seating.fill(round_, rooms, organizer, by_name=True)
    person = db.session.scalar(
        select(demo.Enrolment).where(demo.Enrolment.contest_id == round_.contest_id).limit(1)
    )
    adjusting.grant_time(person, 0, organizer, percent=50, reason="Khuyết tật vận động tay")
    return {
        "public_id": round_.public_id,
        "sitting_id": first.public_id,
        "room_id": rooms[0].public_id,
    }


def _pause(round_, organizer, now):
    """Take time out of the open round twice: a pause that is over, and a machine's step."""
    scope = Scope(round_.sittings[0])
    reason = "Mất điện toàn khu vực Buôn Đôn"
    began = now - timedelta(minutes=9)
    over = interrupting.pause(scope, organizer, reason=reason, at=began)
    interrupting.resume(over, organizer, at=began + timedelta(minutes=7))
    with atomic():
        db.session.add(
            MachineClock(machine="may-chu-du-phong", seen_at=now, offset_ms=0, database_ms=2)
        )
    return over.public_id


@dataclass(frozen=True)
class Taking:
    """A round with one question of each type, and a way in for somebody entered."""

    round_id: str
    code: str
    kinds: dict


def round_of_every_type(site):
    """Make a bank with one item of each type, and an open round that asks them all."""
    with application(site):
        bank = factories.bank(title="Đủ các dạng câu hỏi")
        for number, kind in enumerate(SOUND, start=1):
            factories.item_of(bank, kind, number=number)
        round_ = factories.round_(
            blueprint=factories.blueprint_of_types(bank, SOUND), title="Đủ dạng", minutes=40
        )
        person = factories.enrolment(round_.contest, factories.account(full_name="H’Bia Niê"))
        issued = issuing.issue(None, person.account, at=clock.now(), lasts=timedelta(days=1))
        return Taking(round_.public_id, issued.code, {STEMS[kind]: kind for kind in SOUND})


def essay_to_mark(site, text):
    """Hand in an essay in a round of its own; return the round's id and the way in of a judge."""
    with application(site):
        now, bank = clock.now(), factories.bank(title="Tự luận")
        factories.item_of(bank, "essay")
        round_ = factories.round_(
            blueprint=factories.blueprint_of_types(bank, ["essay"]), markers=2, title="Tự luận"
        )
        person = factories.enrolment(round_.contest, factories.account(full_name="Y Duy Mlô"))
        client = attempting.Client("a" * 20)
        attempt = attempting.start(round_, person, person.account, client=client, at=now)
        saving.save(saving.ticket_of(attempt), [saving.Answer(1, 1, text)], at=now)
        attempting.submit(attempt, person.account, at=now)
        judge = factories.account(full_name="Phan Thị Giám Khảo")
        factories.grant(judge, Role.JUDGE, ScopeKind.ROUND, round_.id)
        issued = issuing.issue(None, judge, at=now, lasts=timedelta(days=1))
        return round_.public_id, issued.code


def enter(page, scene):
    """Let the newcomer register, start the open round and leave it open; return the attempt."""
    page.goto(f"/cuoc-thi/{SLUG}/dang-ky?dv={scene.values['unit_code']}")
    page.check("#take_part")
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/thi/vong/*")
    page.check("#honest")
    page.locator("main button.btn--primary[type=submit]").click()
    page.wait_for_url("**/thi/bai/*")
    return page.url.partition("#")[0].rpartition("/")[2]


def person(chrome, site, code):
    """Open a browser of one person's own, signed in if there is a code."""
    context = chrome.new_context(base_url=site.address, locale="vi")
    context.set_default_timeout(15_000)
    page = context.new_page()
    if code:
        sign_in(page, code)
    return page

"""Sheets in a real browser after the server was restored, remarks offline, a word to the judge."""

import json
import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete, select, update

from accounts import issuing
from accounts.rules.authorizing import Role, ScopeKind
from contest.models import (
    PanelRole,
    Round,
    RoundEntry,
    Scoresheet,
    SheetDraft,
    SheetState,
    SheetVersion,
)
from core import clock
from core.db import atomic, db
from tests import factories
from tests.browser.driving import DESK, PHONE, load_axe, shoot, sign_in, violations
from tests.browser.scene import application
from tests.contest import judging

pytestmark = pytest.mark.browser

LOCKED = """SELECT e.code, v.marks, v.remarks FROM sheet_version v
    JOIN scoresheet s ON s.id = v.sheet_id JOIN round_entry r ON r.id = s.round_entry_id
    JOIN entry e ON e.id = r.entry_id JOIN round o ON o.id = r.round_id
    WHERE o.public_id = ? ORDER BY s.position"""
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"
REMARK = "Cần nêu rõ nguồn số liệu"


@pytest.fixture
def hall(site):
    """A judged round with six sheets of one judge: its id, and the judge's way in."""
    with application(site):
        made = judging.judged_round(factories.contest())
        seat = judging.judge(judging.panel(made), role=PanelRole.CHAIR)
        factories.grant(seat.account, Role.JUDGE, ScopeKind.ROUND, made.round_id)
        category = judging.category(made.round.contest)
        for number in range(1, 7):
            entry = judging.entry(category, code=f"A-{number:03}", title=f"Giải pháp số {number}")
            judging.sheet(judging.round_entry(made, entry), seat, position=number)
        issued = issuing.issue(None, seat.account, at=clock.now(), lasts=timedelta(days=1))
        return made.round.public_id, issued.code


@pytest.fixture
def page(chrome, site, hall):
    """The first sheet of the round on the judge's phone; a script that fails fails the test."""
    round_id, code = hall
    broken = []
    context = chrome.new_context(base_url=site.address, viewport=PHONE, locale="vi")
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.on("pageerror", lambda error: broken.append(str(error)))
    sign_in(page, code)
    page.goto(f"/cham/vong/{round_id}")
    expect(page.locator("#save-words")).not_to_have_text("Lưu khi bấm nút")
    page.locator("[data-open]").first.click()
    yield page
    context.close()
    assert broken == []


def give(page, new, use, remark=""):
    form = page.locator("form[data-shape]:visible")
    form.locator("[name=mark-new]").fill(new)
    form.locator("[name=mark-use]").fill(use)
    if remark:
        form.locator("[data-remark=new] summary").click()
        form.locator("[name=remark-new]").fill(remark)
        form.locator("[name=shared-new]").check()


def sign(page):
    page.locator("#foot [data-act=sign]").click()
    page.locator("#ask-sign [data-act=confirm]").click()


def saved(page):
    expect(page.locator("#save-words")).to_have_text(re.compile("^Đã lưu"))


def forget(site, round_id):
    """Leave the sheets of a round as a backup has them that was made before anybody judged."""
    with application(site), atomic():
        rows = select(RoundEntry.id).join(Round, Round.id == RoundEntry.round_id)
        own = select(Scoresheet.id).where(
            Scoresheet.round_entry_id.in_(rows.where(Round.public_id == round_id))
        )
        db.session.execute(delete(SheetVersion).where(SheetVersion.sheet_id.in_(own)))
        db.session.execute(delete(SheetDraft).where(SheetDraft.sheet_id.in_(own)))
        blank = {"state": SheetState.DRAFT, "marks": {}, "remarks": {}, "sequence": 0}
        blank |= {"submitted_at": None, "saved_at": None}
        db.session.execute(update(Scoresheet).where(Scoresheet.id.in_(own)).values(blank))


def restored(route):
    """Let the server answer as one that was restored does: with another epoch."""
    reply = route.fetch()
    route.fulfill(response=reply, json=reply.json() | {"server_epoch": "sau-khi-khoi-phuc"})


def test_what_the_server_had_acknowledged_is_sent_again_after_a_restore(page, site, hall):
    give(page, "8", "7,5", REMARK)
    sign(page)
    expect(page.locator("#title")).to_have_text("A-002")
    give(page, "6", "5")
    saved(page)
    assert len(site.rows(LOCKED, hall[0])) == 1

    forget(site, hall[0])
    page.route("**/luu", restored)
    give(page, "6,5", "5")
    saved(page)
    page.locator("#beside [data-go='-1']").click()
    expect(page.locator("#notice-locked")).to_be_visible()
    expect(page.locator("#save")).to_have_attribute("data-state", "saved")

    ((code, marks, remarks),) = site.rows(LOCKED, hall[0])
    assert (code, json.loads(marks)) == ("A-001", {"new": "8", "use": "7.5"})
    assert json.loads(remarks) == {"new": {"text": REMARK, "public": True}}


def test_remarks_written_without_network_come_with_the_signature(page, site, hall):
    page.context.set_offline(True)
    give(page, "8", "7,5", REMARK)
    load_axe(page)
    assert violations(page) == []
    assert page.evaluate(OVERFLOW) <= 0
    shoot(page, "judge-remark-phone")
    sign(page)
    page.locator("#beside [data-go='-1']").click()
    field = page.locator("form[data-shape]:visible [name=remark-new]")
    expect(field).to_have_value(REMARK)
    assert site.rows(LOCKED, hall[0]) == []

    page.context.set_offline(False)
    expect(page.locator("#notice-locked")).to_be_visible()

    ((_, _, remarks),) = site.rows(LOCKED, hall[0])
    assert json.loads(remarks) == {"new": {"text": REMARK, "public": True}}


def test_judge_is_told_of_five_sheets_alike_and_may_go_on(page):
    for number in range(1, 6):
        expect(page.locator("#title")).to_have_text(f"A-{number:03}")
        expect(page.locator("#notice-hints")).to_be_hidden()
        give(page, "8", "8")
        sign(page)

    expect(page.locator("#notice-hints")).to_be_visible()
    expect(page.locator("#hints li")).to_have_count(1)
    load_axe(page)
    assert violations(page) == []
    assert page.evaluate(OVERFLOW) <= 0
    shoot(page, "judge-hints-phone")
    page.set_viewport_size(DESK)
    shoot(page, "judge-hints-desk")
    give(page, "7", "8")
    sign(page)
    expect(page.locator("#list-done")).to_have_text("Đã ký: 6/6")

"""Judging in a real browser: twelve entries without network, two devices, no script, every page."""

import json
import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts import issuing
from accounts.models import SignInSlip
from accounts.rules.authorizing import Role, ScopeKind
from contest.models import PanelRole
from core import clock
from core.db import atomic, db
from tests import factories
from tests.browser.driving import DESK, PHONE, load_axe, shell_kept, shoot, sign_in, violations
from tests.browser.scene import application
from tests.contest import judging

pytestmark = pytest.mark.browser

TABLET = {"width": 820, "height": 1180}
MINUTE = 60_000
ENTRIES = 12
LOCKED = """SELECT e.code, v.marks, v.number FROM sheet_version v
    JOIN scoresheet s ON s.id = v.sheet_id JOIN round_entry r ON r.id = s.round_entry_id
    JOIN entry e ON e.id = r.entry_id JOIN round o ON o.id = r.round_id
    WHERE o.public_id = ? ORDER BY v.locked_at, s.position"""
DRAFTS = """SELECT d.marks, d.fate FROM sheet_draft d JOIN scoresheet s ON s.id = d.sheet_id
    JOIN round_entry r ON r.id = s.round_entry_id JOIN round o ON o.id = r.round_id
    WHERE o.public_id = ? ORDER BY d.id"""
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"


def judged(site, count=ENTRIES):
    """Make a judged round with entries and a judge; return its id and the judge's way in."""
    with application(site):
        made = judging.judged_round(factories.contest())
        seat = judging.judge(judging.panel(made), role=PanelRole.CHAIR)
        factories.grant(seat.account, Role.JUDGE, ScopeKind.ROUND, made.round_id)
        category = judging.category(made.round.contest)
        for number in range(1, count + 1):
            code = f"A-{number:03}"
            entry = judging.entry(category, code=code, title=f"Giải pháp số {number}")
            judging.sheet(judging.round_entry(made, entry), seat, position=number)
        return made.round.public_id, slip(seat.account)


def slip(account):
    """Return a code with which the judge signs in on as many devices as need be."""
    issued = issuing.issue(None, account, at=clock.now(), lasts=timedelta(days=1))
    with atomic():
        for row in db.session.query(SignInSlip).filter_by(account_id=account.id):
            row.uses_left = None
    return issued.code


@pytest.fixture
def device(chrome, site):
    """Open the round on a device of the judge's own; a script that fails fails the test."""
    opened, broken = [], []

    def open_(code, size=TABLET, **options):
        context = chrome.new_context(base_url=site.address, viewport=size, locale="vi", **options)
        context.set_default_timeout(15_000)
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: broken.append(str(error)))
        sign_in(page, code)
        return page

    yield open_
    for context in opened:
        context.close()
    assert broken == []


def ready(page):
    expect(page.locator("#save-words")).not_to_have_text("Lưu khi bấm nút")


def give(page, new, use):
    form = page.locator("form[data-shape]:visible")
    form.locator("[name=mark-new]").fill(new)
    form.locator("[name=mark-use]").fill(use)


def sign(page):
    page.locator("#foot [data-act=sign]").click()
    page.locator("#ask-sign [data-act=confirm]").click()


def begin(page, round_id):
    """Open the first sheet of a page that the worker has kept, with a clock that can be moved."""
    page.goto(f"/cham/vong/{round_id}")
    ready(page)
    shell_kept(page)
    page.clock.install()
    page.reload()
    ready(page)
    page.locator("[data-open]").first.click()


def test_judge_scores_twelve_entries_on_a_tablet_without_network_for_ten_minutes(device, site):
    round_id, code = judged(site)
    page = device(code)
    begin(page, round_id)
    page.context.set_offline(True)
    expect(page.locator("#save")).to_have_attribute("data-state", "offline")

    wanted = []
    for number in range(1, ENTRIES + 1):
        expect(page.locator("#title")).to_have_text(f"A-{number:03}")
        give(page, f"{number / 2:g}".replace(".", ","), "7,25")
        wanted.append((f"A-{number:03}", {"new": f"{number / 2:g}", "use": "7.25"}))
        sign(page)
        page.clock.fast_forward(MINUTE * 5 // 6)
        if number in (4, 9):
            # Not even a page that is left may send while there is no network.
            page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError()); }")
            page.reload()
            ready(page)
    expect(page.locator("#list-done")).to_have_text("Đã ký: 12/12")
    assert site.rows(LOCKED, round_id) == []
    page.context.set_offline(False)
    for _ in range(60):
        page.clock.run_for(1_000)
        page.wait_for_timeout(50)

    found = [(code, json.loads(marks)) for code, marks, _ in site.rows(LOCKED, round_id)]
    assert found == wanted
    expect(page.locator("[data-badge=locked]:visible")).to_have_count(ENTRIES)
    shoot(page, "judge-list-tablet")


def test_two_devices_apart_are_both_kept_and_the_judge_decides(device, site):
    round_id, code = judged(site, 1)
    tablet, phone = device(code), device(code, PHONE)
    for page in (tablet, phone):
        page.goto(f"/cham/vong/{round_id}")
        ready(page)
        page.locator("[data-open]").first.click()
    tablet.context.set_offline(True)
    give(tablet, "9", "8")
    give(phone, "6", "5")
    expect(phone.locator("#save-words")).to_have_text(re.compile("^Đã lưu"))
    tablet.context.set_offline(False)
    expect(tablet.locator("#notice-apart")).to_be_visible()
    expect(tablet.locator("#apart-mine")).to_contain_text("9,00")
    expect(tablet.locator("#apart-theirs")).to_contain_text("6,00")
    load_axe(tablet)
    assert violations(tablet) == []
    shoot(tablet, "judge-apart-tablet")

    tablet.locator("[data-act=mine]").click()
    expect(tablet.locator("#notice-apart")).to_be_hidden()
    expect(tablet.locator("#save-words")).to_have_text(re.compile("^Đã lưu"))

    fates = [fate for _, fate in site.rows(DRAFTS, round_id)]
    assert "apart" in fates
    assert fates[-1] == "kept"
    assert '"9"' in site.rows(DRAFTS, round_id)[-1][0]


def test_mark_that_cannot_be_is_told_at_once_and_not_signed(device, site):
    round_id, code = judged(site, 1)
    page = device(code)
    page.goto(f"/cham/vong/{round_id}")
    ready(page)
    page.locator("[data-open]").first.click()
    give(page, "10,5", "7")

    page.locator("#foot [data-act=sign]").click()

    expect(page.locator("form[data-shape]:visible [data-fault]:visible")).to_have_count(1)
    expect(page.locator("#ask-sign")).to_be_hidden()
    assert site.rows(LOCKED, round_id) == []


def test_steps_and_running_total(device, site):
    round_id, code = judged(site, 1)
    page = device(code)
    page.goto(f"/cham/vong/{round_id}")
    ready(page)
    page.locator("[data-open]").first.click()
    give(page, "8", "7,25")
    page.locator("[data-leaf=use] [data-by='1']").first.click()

    expect(page.locator("[name=mark-use]:visible")).to_have_value("7,50")
    expect(page.locator("#foot-total")).to_have_text("77,00")


def test_without_a_script_the_same_sheet_is_filled_and_locked(device, site):
    round_id, code = judged(site, 2)
    page = device(code, java_script_enabled=False)
    page.goto(f"/cham/vong/{round_id}")
    page.get_by_role("link", name=re.compile("A-001")).click()
    give(page, "8", "7,5")
    page.locator("form[data-shape]:visible button[value=sign]:visible").click()
    page.wait_for_load_state()

    assert [row[0] for row in site.rows(LOCKED, round_id)] == ["A-001"]
    expect(page.locator("#title")).to_have_text("A-002")


@pytest.mark.parametrize("size", [PHONE, TABLET, DESK], ids=["phone", "tablet", "desk"])
def test_pages_of_judging_are_whole_and_accessible(device, site, size):
    rounds = site.rows("SELECT r.public_id FROM round r JOIN judged_round ON round_id = r.id")
    panels = [one for (one,) in site.rows("SELECT public_id FROM panel ORDER BY id")]
    sheet = site.value("SELECT public_id FROM scoresheet WHERE state = 'draft'")
    organizer, judge, chair = (
        device(site.codes[role], size) for role in ("organizer", "judge", "chair")
    )
    looked = []

    def look(page, address):
        page.goto(address)
        load_axe(page)
        found = violations(page), max(0, page.evaluate(OVERFLOW))
        if found != ([], 0):
            looked.append((address, found))

    for (one,) in rounds:
        look(organizer, f"/quan-ly/vong/{one}/cham-diem")
        look(organizer, f"/quan-ly/vong/{one}/ban-giam-khao")
    for one in panels[:3]:
        look(organizer, f"/quan-ly/ban-giam-khao/{one}?tim=an")
        look(organizer, f"/phieu-giay/ban/{one}")
    if sheet:
        look(organizer, f"/phieu-giay/phieu/{sheet}")
    for page in (judge, chair):
        page.goto("/cham/")
        at = page.locator("main a").first.get_attribute("href")
        look(page, at)
        for place in ("first", "last"):
            page.goto(at)
            look(page, getattr(page.locator("[data-open]"), place).get_attribute("href"))
    assert looked == []

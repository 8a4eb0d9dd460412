"""The waiting room in a real Chromium: the paper is there before, and opens at the moment."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts import issuing
from accounts.models import Account
from contest import preparing, sitting_queries, unopened
from contest.models import RoundState
from contest.rules.timing import Clock
from core import assets, clock
from core.db import atomic, db
from tests import factories
from tests.browser import driving, scene

pytestmark = pytest.mark.browser


TICKET = "JSON.parse(document.getElementById('waiting-config').textContent).ticket"


class Sat:
    """A sitting with one start for all, and the slip of somebody who has a seat in it."""

    def __init__(self, site, *, opens_in, prepared=True):
        self.site = site
        with scene.application(site):
            now = clock.now()
            self.opens = now + timedelta(seconds=opens_in)
            bank = factories.bank(title="Ngân hàng kỳ kiểm tra đầu vào")
            for number in range(1, 7):
                factories.item(bank, number=number)
            contest = factories.contest(title="Kiểm tra kiến thức cải cách hành chính")
            round_ = factories.round_(
                contest=contest,
                opens_at=self.opens,
                closes_at=self.opens + timedelta(minutes=30),
                blueprint=factories.blueprint(bank),
                title="Vòng 1",
                state=RoundState.READY,
            )
            sitting = round_.sittings[0]
            with atomic():
                sitting.title, sitting.clock, sitting.late_minutes = "Ca sáng", Clock.FIXED, 10
            room = factories.room(sitting)
            person = factories.enrolment(
                contest, factories.account(full_name="H’Hoa Niê"), number=41
            )
            factories.seat(sitting, person, room_id=room.id, place="12")
            if prepared:
                self._prepare(sitting.public_id, now)
            slip = issuing.issue(None, person.account, at=now, lasts=timedelta(days=1))
            self.code, self.token, self.round = slip.code, sitting.public_id, round_.public_id
            self.account = person.account_id

    @staticmethod
    def _prepare(token, now):
        sitting = sitting_queries.sitting_with(token)
        release = assets.current()
        preparing.prepare(sitting, None, unopened.pages, release=release, at=now)

    def another_code(self):
        with scene.application(self.site):
            account = db.session.get(Account, self.account)
            return issuing.issue(None, account, at=clock.now(), lasts=timedelta(days=1)).code

    @property
    def address(self):
        return f"/thi/ca/{self.token}/phong-cho"

    def value(self, column):
        return self.site.value(
            f"SELECT {column} FROM attempt JOIN round ON round.id = attempt.round_id"
            " WHERE round.public_id = ?",
            self.round,
        )


def enter(visit, sat, **options):
    page = visit(**options)
    driving.sign_in(page, sat.code)
    page.goto(sat.address)
    return page


def state_of(page, name):
    return page.locator(f"[data-check={name}] [data-when]:not([hidden])")


def test_paper_fetched_before_opens_after_the_network_was_away_and_is_handed_in(visit, site):
    sat = Sat(site, opens_in=12)
    page = enter(visit, sat)
    expect(state_of(page, "offline")).to_have_text("chạy được, kể cả khi tải lại trang")
    page.check("#honest")
    page.context.set_offline(True)
    page.reload()
    page.check("#honest")
    expect(page.locator("#waiting")).to_have_attribute("data-phase", "open", timeout=20_000)
    expect(page.locator("#doing")).to_have_text(re.compile("Chưa liên lạc được với máy chủ"))

    page.context.set_offline(False)
    page.wait_for_url("**/thi/bai/*")
    page.context.set_offline(True)
    expect(page.locator("#where")).to_have_text("Câu 1")
    page.locator("[data-slot]:not([hidden]) .option").first.click()
    page.reload()
    expect(page.locator("[data-slot]:not([hidden]) .option input").first).to_be_checked()
    page.context.set_offline(False)
    expect(page.locator("#save")).to_have_attribute("data-state", "saved")
    page.keyboard.press("r")
    page.locator("#submit").click()
    page.wait_for_url("**/bien-nhan")

    assert sat.value("count(*)") == 1
    assert sat.value("submitted_by") == "person"
    assert site.value("SELECT count(*) FROM response WHERE is_late = 0") >= 1


def test_nothing_of_the_paper_can_be_read_before_the_moment(visit, site):
    sat = Sat(site, opens_in=120)
    page = enter(visit, sat)
    expect(state_of(page, "paper")).to_have_text("đã giữ ở đây, còn niêm phong")

    kept = page.evaluate(
        """async () => {
        let found = document.documentElement.outerHTML;
        for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const asked of await cache.keys()) {
                if (asked.url.includes("/static/")) continue;
                found += await (await cache.match(asked)).text();
            }
        }
        return found + JSON.stringify(localStorage);
    }"""
    )
    answer = page.request.put(
        f"/thi/ca/{sat.token}/bat-dau",
        data={
            "ticket": page.evaluate(
                "JSON.parse(document.getElementById('waiting-config').textContent).ticket"
            )
        },
        headers={"X-Requested-With": "chungtay"},
    )

    stem = site.value("SELECT stem FROM item_version ORDER BY id DESC LIMIT 1")
    assert len(stem) > 10
    assert stem not in kept
    assert "question__stem" not in kept
    assert (answer.status, "key" in answer.json()) == (409, False)
    assert sat.value("count(*)") == 0


def test_without_a_script_the_form_starts_the_same_paper(visit, site):
    sat = Sat(site, opens_in=-60)
    page = enter(visit, sat, java_script_enabled=False)
    page.check("#honest")
    page.locator("#go").click()

    page.wait_for_url("**/thi/bai/*")
    assert (
        site.value(
            "SELECT count(*) FROM prepared_paper WHERE public_id = ?",
            sat.value("attempt.public_id"),
        )
        == 1
    )


def test_second_device_is_led_to_the_running_attempt_and_may_only_look(visit, site):
    sat = Sat(site, opens_in=-60)
    first = enter(visit, sat)
    second = visit()
    driving.sign_in(second, sat.another_code())
    second.goto(sat.address)
    first.check("#honest")
    first.wait_for_url("**/thi/bai/*")
    second.check("#honest")
    second.wait_for_url("**/thi/bai/*")

    expect(second.locator("#notice-displaced")).to_be_visible()
    assert sat.value("count(*)") == 1


@pytest.mark.parametrize("opens_in", [120, -60, -1200])
def test_page_is_whole_and_accessible_at_every_hour(visit, site, opens_in):
    sat = Sat(site, opens_in=opens_in)
    page = enter(visit, sat)
    if opens_in == 120:
        expect(state_of(page, "offline")).to_have_text("chạy được, kể cả khi tải lại trang")
    found = []
    for name, size in (("360", driving.PHONE), ("1280", driving.DESK)):
        page.set_viewport_size(size)
        driving.shoot(page, f"waiting-{opens_in}-{name}")
        driving.load_axe(page)
        found += driving.violations(page)

    assert found == []
    assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0

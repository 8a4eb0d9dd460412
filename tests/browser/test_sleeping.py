"""F-46: a paper of four hours in a browser, against a server that gets a new secret and restarts.

The page's clock is moved forward; on the server everything is put back by as much, so that for
both of them the time has passed.
"""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import create_engine, delete, select, update

from accounts.models import Account, BrowserSession
from contest.models import Attempt, Enrolment, Response
from tests.browser.driving import PHONE, is_fault
from tests.browser.joining import begin, ready, saved
from tests.browser.playing import choose
from tests.faults.running import cases, prepare

pytestmark = pytest.mark.browser

HOURS = 4
SLEEP, IDLE = timedelta(minutes=40), timedelta(minutes=150)


class Hall:
    """An installation whose people write for four hours, and what happens to it meanwhile."""

    def __init__(self, run):
        self.run, self.site, self.number = run, run.site, 0
        self.secrets = ["bí mật của buổi sáng, đủ dài để ký"]
        self.start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.site.port}"

    def start(self):
        self.site.settings["CHUNGTAY_SECRET_KEYS"] = ",".join(self.secrets)
        self.site.start()

    def restart_with_a_new_secret(self):
        """Stop the server, put a new secret before the old ones, and start it again."""
        self.site.stop()
        self.secrets.insert(0, f"bí mật thứ {len(self.secrets) + 1} của buổi thi, đủ dài để ký")
        self.start()

    def somebody(self):
        """Return somebody who has not begun: the id of the account, and the session's token."""
        known = self.site.made["people"][self.number]
        self.number += 1
        return known["account"], known["token"]

    def write(self, *statements):
        engine = create_engine(self.site.url)
        with engine.begin() as connection:
            for one in statements:
                connection.execute(one)
        engine.dispose()

    def rows(self, statement):
        engine = create_engine(self.site.url)
        with engine.connect() as connection:
            found = [tuple(row) for row in connection.execute(statement)]
        engine.dispose()
        return found

    def pass_time(self, account, passed):
        """Put back all that is measured in somebody's attempt and session."""
        own, seen = Attempt.__table__, BrowserSession.__table__
        id_ = select(Account.id).where(Account.public_id == account).scalar_subquery()
        mine = select(Enrolment.id).where(Enrolment.account_id == id_).scalar_subquery()
        [(begun, ends)] = self.rows(
            select(own.c.started_at, own.c.accepts_until).where(own.c.enrolment_id == mine)
        )
        [(last, held)] = self.rows(
            select(seen.c.seen_at, seen.c.held_until).where(seen.c.account_id == id_)
        )
        self.write(
            update(own)
            .where(own.c.enrolment_id == mine)
            .values(started_at=begun - passed, accepts_until=ends - passed),
            update(seen)
            .where(seen.c.account_id == id_)
            .values(seen_at=last - passed, held_until=held - passed),
        )

    def sign_out(self, account):
        """Take somebody's session away behind their back."""
        id_ = select(Account.id).where(Account.public_id == account).scalar_subquery()
        self.write(delete(BrowserSession).where(BrowserSession.account_id == id_))

    def slip(self, account):
        """Return the code of a new sign-in slip."""
        return self.site.run("accounts", "slip", account).strip().splitlines()[-1].split()[0]

    def answers(self, attempt):
        found = (
            select(Response.position, Response.seq, Response.answer, Response.is_late)
            .join(Attempt, Attempt.id == Response.attempt_id)
            .where(Attempt.public_id == attempt)
        )
        return sorted(self.rows(found))


@pytest.fixture(scope="module")
def hall():
    wish = {"people": 3 * cases(2, 8), "minutes": HOURS * 60, "opened": 6 * 3600}
    with prepare(4601, **wish) as run:
        yield Hall(run)
        assert run.broken() == []


@pytest.fixture
def sit(chrome, hall):
    """Let somebody begin; a script that fails fails the test."""
    opened, broken = [], []

    def sit():
        account, token = hall.somebody()
        context = chrome.new_context(base_url=hall.address, viewport=PHONE, locale="vi")
        context.add_cookies([{"name": "sid", "value": token, "url": hall.address}])
        context.set_default_timeout(30_000)
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on("console", lambda line: broken.append(line.text) if is_ours(line) else None)
        page.clock.install()
        page.goto(f"/thi/vong/{hall.site.made['round']}")
        attempt = begin(page)
        ready(page)
        return account, attempt, page

    yield sit
    for context in opened:
        context.close()
    assert broken == []


def is_ours(line):
    """Say whether a line of the console tells of a fault: a worker not fetched anew is none."""
    return is_fault(line) and "fetching the script" not in line.text


def minutes_left(page, *, at_most):
    """Return how many minutes the page says are left, once it has heard of the time passed."""
    for _ in range(20):
        hours, minutes, _ = page.locator("#timer-value").inner_text().split(":")
        found = int(hours) * 60 + int(minutes)
        if found <= at_most:
            break
        page.clock.run_for(4_000)
    return found


def meanwhile(hall, page, account, passed):
    """Let the time pass while nobody touches the page, and the server becomes another one."""
    hall.restart_with_a_new_secret()
    hall.pass_time(account, passed)
    page.clock.fast_forward(passed // timedelta(milliseconds=1))


def answer(page, key):
    """Choose an option of the seventh question; return what it is called in the paper."""
    choose(page, 7, key)
    chosen = page.locator("#slot-7 .option input:checked").get_attribute("value")
    page.clock.run_for(10_000)
    saved(page)
    return chosen


@pytest.mark.parametrize("number", range(cases(2, 8)))
@pytest.mark.parametrize(("kind", "passed"), [("sleeps", SLEEP), ("reads", IDLE)])
def test_four_hours_outlive_sleep_a_new_secret_and_a_new_server(hall, sit, kind, passed, number):
    account, attempt, page = sit()
    chosen = [answer(page, "a")]

    meanwhile(hall, page, account, passed)
    chosen.append(answer(page, "b"))

    left = HOURS * 60 - passed // timedelta(minutes=1)
    assert left - 5 <= minutes_left(page, at_most=left) <= left
    expect(page.locator("#where")).to_have_text("Câu 7")
    page.goto(f"/thi/bai/{attempt}")
    ready(page)
    expect(page.locator("#where")).to_have_text("Câu 7")
    chosen.append(answer(page, "d"))
    assert hall.answers(attempt) == [(7, n, key, False) for n, key in enumerate(chosen, start=1)]


@pytest.mark.parametrize("number", range(cases(2, 8)))
def test_who_signs_in_again_stands_at_the_same_question_and_has_lost_nothing(hall, sit, number):
    account, attempt, page = sit()
    chosen = [answer(page, "a")]

    meanwhile(hall, page, account, SLEEP)
    hall.sign_out(account)
    # What is on the page is saved without the session: the ticket outlives it.
    chosen.append(answer(page, "b"))
    page.goto(f"/thi/bai/{attempt}")
    page.get_by_role("link", name="phiếu").first.click()
    page.fill("#code", hall.slip(account))
    page.locator("main button[type=submit]").click()
    page.wait_for_url(f"**/thi/bai/{attempt}")
    page.get_by_role("button", name="Làm tiếp ở máy này").click()
    ready(page)

    expect(page.locator("#where")).to_have_text("Câu 7")
    chosen.append(answer(page, "d"))
    assert sorted(row[2] for row in hall.answers(attempt)) == sorted(chosen)
    page.keyboard.press("r")
    page.locator("#submit").click()
    page.wait_for_url("**/bien-nhan")

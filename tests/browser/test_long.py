"""A long paper: sleep, a new secret, pauses, leaving the page, and handing in by the form."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.playing import PAPER, arrive, choose, let_pass, ready, submit

pytestmark = pytest.mark.browser

FOUR_HOURS = 240
# The browser says that the page is out of sight, or in sight again.
SIGHT = """state => {
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture
def long_page(context, desk):
    """A paper of four hours, open at its seventh question, with a clock that can be moved."""
    desk.__init__(minutes=FOUR_HOURS)
    page = context.new_page()
    page.clock.install()
    page.goto(PAPER)
    ready(page)
    choose(page, 7, "a")
    arrive(page, desk, (7, 1, "a"))
    return page


def test_machine_that_slept_forty_minutes_goes_on_at_the_same_question(long_page, desk):
    let_pass(long_page, desk, 40 * 60)
    desk.fault = "ticket"  # the secret was changed meanwhile: the old ticket says nothing
    long_page.keyboard.press("b")
    long_page.clock.run_for(5_000)
    arrive(long_page, desk, (7, 1, "a"), (7, 2, "b"))

    assert long_page.locator("#where").inner_text() == "Câu 7"
    assert long_page.locator("#timer-value").inner_text().startswith("3:1")


def test_page_opened_anew_stands_at_the_question_where_it_was_left(long_page):
    long_page.goto("/thi/bat-dau")
    long_page.goto(PAPER)

    expect(long_page.locator("#where")).to_have_text("Câu 7")


def test_pause_is_said_and_the_clock_stands_still(long_page, desk):
    desk.paused_until = desk.now() + timedelta(minutes=10)
    desk.ends += timedelta(minutes=10)
    long_page.clock.run_for(5_000)
    expect(long_page.locator("#times")).to_have_text(re.compile("^Bài thi tạm dừng đến"))
    long_page.clock.run_for(2_000)
    before = long_page.locator("#timer-value").inner_text()
    let_pass(long_page, desk, 60)

    assert long_page.locator("#timer-value").inner_text() == before
    expect(long_page.locator("#slot-7 .option input").first).to_be_enabled()


@pytest.mark.parametrize(("watched", "counted"), [(True, 1), (False, 0)])
def test_leaving_the_page_is_counted_only_where_a_room_is_watched(
    long_page, desk, watched, counted
):
    desk.watched = watched
    long_page.reload()
    ready(long_page)
    long_page.evaluate(SIGHT, "hidden")
    long_page.clock.run_for(1_500)
    long_page.evaluate(SIGHT, "visible")
    long_page.clock.run_for(5_000)
    expect(long_page.get_by_text("Phòng thi có giám sát")).to_have_count(int(watched))

    assert desk.beats[-1][1:] == (7, counted)


def test_attempt_is_handed_in_by_the_form_where_the_request_fails(page, desk):
    desk.takes_puts = False
    choose(page, 1, "a")
    arrive(page, desk, (1, 1, "a"))
    submit(page)

    asked = [method for method, path in desk.requests if path.endswith("/nop")]
    assert asked == ["PUT", "POST"]
    assert desk.submitted is not None

"""Whole stretches of an attempt without network: whatever ends meanwhile, all of it arrives."""

import re
from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest
from playwright.sync_api import Error, expect

from core import clock
from tests.browser.driving import shell_kept
from tests.browser.joining import begin, ready, register, saved
from tests.browser.profile import Browser
from tests.faults.running import cases

pytestmark = pytest.mark.browser

KINDS = ("reload", "tab killed", "browser killed", "request cut")
MINUTE = 60_000
ROWS = """SELECT position, seq, answer, receipt, is_late, received_at FROM response
    WHERE attempt_id = (SELECT id FROM attempt WHERE public_id = ?)"""
CHOOSE = """([position, other]) => {
    const section = document.getElementById(`slot-${position}`);
    const inputs = [...section.querySelectorAll(".option input")];
    const free = inputs.filter((one) => !one.checked);
    free[other % free.length].click();
    return inputs.filter((one) => one.checked).map((one) => one.value).sort().join(",");
}"""
# Changes, and the tab closes: nothing that the page would still hear of can help it.
LEAVE = f"""(wanted) => {{
    const answers = wanted.map({CHOOSE});
    setTimeout(() => window.close());
    return answers;
}}"""
# The end as it would be for somebody who had begun so long ago, and how long the grace is.
ENDS = "UPDATE attempt SET accepts_until = ?, grace_seconds = ? WHERE public_id = ?"
CLOSED = "SELECT submitted_by FROM attempt WHERE public_id = ?"
SOON = timedelta(seconds=8)
JOURNAL = """() => new Promise((resolve) => {
    indexedDB.open("chungtay").onsuccess = (event) => {
        const store = event.target.result.transaction("changes").objectStore("changes");
        store.getAll().onsuccess = (all) => {
            event.target.result.close();
            const changes = all.target.result;
            resolve(changes.map(({ slot, seq, answer, receipt }) => [slot, seq, answer, receipt]));
        };
    };
})"""


class Taking:
    """An attempt somebody takes, and what was changed in it, in order."""

    def __init__(self, browser, seed):
        self.browser, self.rng = browser, Random(seed)
        self.page, self.attempt = None, ""
        self.changed, self._seq = [], {}

    def begin(self, name):
        self.page = self.browser.context.pages[0]
        register(self.page, name)
        self.attempt = begin(self.page)
        ready(self.page)
        shell_kept(self.page)

    def change(self, times):
        """Change so many answers, one after the other, at random."""
        for _ in range(times):
            position = self.rng.randrange(1, 21)
            answer = self.page.evaluate(CHOOSE, [position, self.rng.randrange(8)])
            self._seq[position] = self._seq.get(position, 0) + 1
            self.changed.append((position, self._seq[position], answer))
            self.journalled()

    def change_and_leave(self, positions):
        """Change these answers and close the tab in one breath; then open the attempt again."""
        wanted = [(position, self.rng.randrange(8)) for position in positions]
        answers = self.page.evaluate(LEAVE, wanted)
        self.page.close()
        self.open()
        for position, answer in zip(positions, answers, strict=True):
            self._seq[position] = self._seq.get(position, 0) + 1
            self.changed.append((position, self._seq[position], answer))

    def journalled(self):
        """Wait until this machine has the last change: then nothing may take it away."""
        for _ in range(200):
            kept = self.page.evaluate(JOURNAL)
            if len(kept) >= len(self.changed):
                return
            self.page.wait_for_timeout(10)
        raise AssertionError("the journal has not got the change")

    def open(self):
        """Open the attempt again in a tab of its own, with a clock that can be moved."""
        self.page = self.browser.context.new_page()
        self.page.clock.install()
        self.page.goto(f"/thi/bai/{self.attempt}")
        ready(self.page)

    def arrive(self, site):
        """Let ten seconds pass; return what the server has, in the order in which it got it."""
        for _ in range(10):
            self.page.clock.run_for(1_000)
            self.page.wait_for_timeout(50)
        saved(self.page)
        return [row[:3] for row in self.rows(site)]

    def rows(self, site):
        """Return the answers as they came; those of one request came at one moment."""
        found = site.rows(ROWS, self.attempt)
        return sorted(found, key=lambda row: (row[5], self.changed.index(row[:3])))


@pytest.fixture
def take(chrome, site, tmp_path):
    """Let somebody take an attempt in a browser of their own."""
    browsers = []

    def take(name, seed):
        browsers.append(Browser(chrome.browser_type, tmp_path / "profile", site.address))
        taking = Taking(browsers[-1], seed)
        taking.begin(name)
        return taking

    yield take
    for browser in browsers:
        browser.close()


def set_clock(taking):
    """Give the page a clock that can be moved."""
    taking.page.clock.install()
    taking.page.reload()
    ready(taking.page)


def lose(taking):
    taking.browser.context.set_offline(True)
    expect(taking.page.locator("#notice-offline")).to_be_visible()


def find(taking):
    taking.browser.context.set_offline(False)


def waits(taking):
    """Say that the page tells of waiting answers, not of an error."""
    expect(taking.page.locator("#save")).to_have_attribute("data-state", "offline")
    expect(taking.page.locator("#save-words")).to_have_text(re.compile("câu chờ gửi"))


def test_thirty_changes_in_ten_minutes_offline_with_reload_and_restart_all_arrive(take, site):
    taking = take("Lê Thị Ngọc Bích", 1)
    set_clock(taking)
    lose(taking)
    taking.change(10)
    taking.page.clock.fast_forward(3 * MINUTE)
    waits(taking)
    taking.page.reload()
    ready(taking.page)
    taking.change(10)
    taking.page.clock.fast_forward(4 * MINUTE)
    taking.browser.close()
    taking.browser.start().set_offline(True)
    taking.open()
    taking.change(10)
    taking.page.clock.fast_forward(3 * MINUTE)
    waits(taking)
    find(taking)

    assert taking.arrive(site) == taking.changed
    rows = taking.rows(site)
    assert len(rows) == 30
    assert [row[4] for row in rows] == [0] * 30
    assert taking.page.evaluate(JOURNAL) == [list(row[:4]) for row in rows]
    taking.page.keyboard.press("r")
    taking.page.locator("#receipts summary").click()
    newest = {slot: receipt for slot, _, _, receipt, *_ in rows}
    shown = taking.page.locator("#receipt-list .code").all_inner_texts()
    assert [one.replace(" ", "") for one in shown] == [newest[slot] for slot in sorted(newest)]


def test_changes_of_the_moment_before_the_page_goes_are_all_kept(take, site):
    taking = take("H’Bia Niê", 5)
    set_clock(taking)
    lose(taking)
    for first in range(1, 19, 3):
        taking.change_and_leave([first, first + 1, first + 2])
    waits(taking)
    find(taking)

    assert taking.arrive(site) == taking.changed
    assert len(taking.rows(site)) == 18


def end_abruptly(taking, kind):
    """Reload the page, or kill its tab, or the whole browser, without network."""
    if kind == "reload":
        taking.page.reload()
        ready(taking.page)
        return
    if kind == "tab killed":
        with suppress(Error):  # nobody is there to say that it worked
            taking.page.goto("chrome://crash", timeout=3_000)
        taking.page.close()
    if kind == "browser killed":
        taking.browser.kill()
        taking.browser.start().set_offline(True)
    taking.open()


def cut_requests(taking):
    """Cut the next two saves in the middle: one before the server has it, one after."""
    cut = []

    def handle(route):
        cut.append(route.request.url)
        if len(cut) == 1:
            return route.abort("connectionreset")
        if len(cut) == 2:
            route.fetch()
            return route.abort("connectionreset")
        return route.continue_()

    taking.page.route("**/tra-loi", handle)
    return cut


@pytest.mark.parametrize("seed", range(cases(1, 15)))
@pytest.mark.parametrize("kind", KINDS)
def test_changes_made_offline_arrive_in_order_whatever_ended_meanwhile(take, site, kind, seed):
    taking = take(f"Người Thử {kind.title()}", seed)
    times = taking.rng.randrange(5, 31)
    set_clock(taking)
    if kind == "request cut":
        cut = cut_requests(taking)
        taking.change(times)
        taking.page.clock.run_for(20_000)
        assert taking.arrive(site) == taking.changed
        assert len(cut) >= 3
        return
    lose(taking)
    taking.change(times // 2)
    end_abruptly(taking, kind)
    taking.change(times - times // 2)
    taking.page.clock.fast_forward(10 * MINUTE)
    waits(taking)
    find(taking)

    assert taking.arrive(site) == taking.changed
    rows = taking.rows(site)
    assert taking.page.evaluate(JOURNAL) == [list(row[:4]) for row in rows]


# --- The end comes while there is no network -----------------------------------------------------


def over_offline(taking, site, *, grace):
    """Let the end come while somebody changes answers without network; return when it was."""
    ends = clock.now() + SOON
    site.change(ENDS, f"{ends:%Y-%m-%d %H:%M:%S.%f}", grace, taking.attempt)
    taking.page.reload()
    ready(taking.page)
    taking.change(2)
    saved(taking.page)
    lose(taking)
    taking.change(taking.rng.randrange(2, 4))
    expect(taking.page.locator("#notice-over-offline")).to_be_visible(timeout=60_000)
    expect(taking.page.locator("#slot-1 .option input").first).to_be_disabled()
    return ends


def handed_in(taking):
    """Wait until the page has gone on to the receipt by itself."""
    taking.page.wait_for_url("**/bien-nhan", timeout=60_000)


def test_who_comes_back_within_the_grace_has_everything_counted(take, site):
    taking = take("H’Lan Êban", 3)
    ends = over_offline(taking, site, grace=3600)
    find(taking)
    handed_in(taking)

    rows = taking.rows(site)
    assert [row[:3] for row in rows] == taking.changed
    assert {row[4] for row in rows} == {0}
    assert rows[-1][5] >= f"{ends:%Y-%m-%d %H:%M:%S}"
    assert site.value(CLOSED, taking.attempt) == "person"
    expect(taking.page.get_by_text(re.compile("câu trả lời đến muộn"))).to_have_count(0)
    assert sorted(taking.page.evaluate(JOURNAL)) == sorted(list(row[:4]) for row in rows)


def test_who_comes_back_after_the_grace_is_told_so_and_loses_nothing(take, site):
    taking = take("Y Wên Mlô", 4)
    over_offline(taking, site, grace=0)
    late = len(taking.changed) - 2
    for _ in range(600):
        if site.value(CLOSED, taking.attempt) == "clock":
            break
        taking.page.wait_for_timeout(100)
    assert site.value(CLOSED, taking.attempt) == "clock"
    find(taking)
    handed_in(taking)

    rows = taking.rows(site)
    assert [row[:3] for row in rows] == taking.changed
    assert [row[4] for row in rows] == [0, 0] + [1] * late
    expect(taking.page.get_by_text(f"Số câu trả lời đến muộn: {late}")).to_be_visible()
    expect(taking.page.get_by_text("chưa câu nào được tính")).to_be_visible()
    # The page keeps what it changed, with the receipts of what counts.
    kept = taking.page.evaluate(JOURNAL)
    assert sorted(tuple(one[:3]) for one in kept) == sorted(taking.changed)
    assert sum(bool(receipt) for *_, receipt in kept) == 2

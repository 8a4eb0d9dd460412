"""One writer for an attempt: tabs, machines, takeover, the back button, a page out of memory."""

import re
from random import Random

import pytest
from playwright.sync_api import expect

from tests.browser.playing import PAPER, arrive, choose, cut, mend, ready, submit
from tests.faults.running import cases

pytestmark = pytest.mark.browser

SAVED = re.compile("Đã lưu")
# What a browser tells a page that it keeps in memory and brings back by the back button.
LEAVE = "dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))"
RETURN = "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"


def saved(page):
    expect(page.locator("#save-words")).to_have_text(SAVED)


def writes(page):
    expect(page.locator("#slot-1 .option input").first).to_be_enabled(timeout=5_000)


def reads(page):
    expect(page.locator("#notice-displaced")).to_be_visible(timeout=5_000)
    expect(page.locator("#slot-1 .option input").first).to_be_disabled()


def take_over(page):
    page.get_by_role("button", name="Làm tiếp ở máy này").click()
    writes(page)


def chosen_on(page):
    """Return the option that is ticked, by slot."""
    ticked = page.locator("[data-slot] .option input:checked").all()
    return {int(one.evaluate("one => one.form.dataset.slot")): one.input_value() for one in ticked}


@pytest.fixture
def machine(chrome, served):
    """Open the attempt on another machine of the same person."""
    opened = []

    def machine():
        context = chrome.new_context(base_url=served.address)
        opened.append(context)
        page = context.new_page()
        page.goto(PAPER)
        return page

    yield machine
    for context in opened:
        context.close()


def test_two_tabs_have_one_writer_however_often_it_changes(page, context, desk):
    second = context.new_page()
    second.goto(PAPER)
    reads(second)
    for n, (own, other) in enumerate([(second, page), (page, second)] * 2):
        take_over(own)
        reads(other)
        choose(own, n + 1, "abad"[n])
        arrive(own, desk, *[(1, 1, "a"), (2, 1, "b"), (3, 1, "a"), (4, 1, "d")][: n + 1])

    assert desk.late == []


def test_letters_not_yet_noted_are_kept_when_another_tab_takes_over(page, context, desk):
    page.goto(f"{PAPER}#c21")
    page.reload()
    ready(page)
    second = context.new_page()
    second.goto(f"{PAPER}#c21")
    reads(second)
    page.locator("#du-doan-21").press_sequentially("1350")
    take_over(second)
    saved(second)

    assert second.input_value("#du-doan-21") == "1.350"
    arrive(page, desk, (21, 1, "1350"))


def test_second_machine_shows_every_acknowledged_answer_and_the_first_only_reads(
    page, machine, desk
):
    for position in range(1, 9):
        choose(page, position, "b" if position % 2 else "a")
    saved(page)
    other = machine()
    take_over(other)
    reads(page)

    assert chosen_on(other) == {n: "b" if n % 2 else "a" for n in range(1, 9)}
    assert desk.late == []


def test_first_machine_takes_the_attempt_back_with_what_both_have_answered(page, machine, desk):
    choose(page, 1, "a")
    saved(page)
    other = machine()
    take_over(other)
    choose(other, 2, "b")
    saved(other)
    reads(page)
    take_over(page)
    ready(page)
    reads(other)
    choose(page, 1, "c")
    arrive(page, desk, (1, 1, "a"), (2, 1, "b"), (1, 2, "c"))

    assert desk.answers() == {1: (3, 2, "c"), 2: (2, 1, "b")}
    expect(page.locator("#slot-2 input[value=b]")).to_be_checked()


def test_machine_cut_off_while_another_writes_overwrites_nothing(page, machine, desk):
    choose(page, 1, "a")
    saved(page)
    cut(page, desk)
    choose(page, 1, "d")
    desk.down = False
    other = machine()
    take_over(other)
    choose(other, 1, "b")
    saved(other)
    mend(page, desk)
    reads(page)

    assert desk.answers()[1][2] == "b"
    assert desk.late == [(1, 1, 2, "d")]


def test_same_machine_signed_in_anew_first_sends_what_it_had_not_sent(page, context, desk):
    choose(page, 1, "a")
    saved(page)
    cut(page, desk)
    choose(page, 1, "b")
    choose(page, 2, "c")
    expect(page.locator("#save-words")).to_have_text(re.compile("2 câu chờ gửi"))
    page.goto("about:blank")
    context.clear_cookies()  # the browser was closed: its session is gone, its journal is not
    mend(page, desk)
    page.goto(PAPER)
    reads(page)
    expect(page.locator("#slot-1 input[value=b]")).to_be_checked()
    page.wait_for_function("document.getElementById('save').dataset.state === 'saved'")
    take_over(page)

    arrive(page, desk, (1, 1, "a"), (1, 2, "b"), (2, 1, "c"))
    assert desk.late == []


def test_second_tab_that_goes_on_takes_over_from_a_machine_it_has_not_heard_of(
    page, context, machine, desk
):
    second = context.new_page()
    second.goto(PAPER)
    reads(second)
    second.route("**/nhip", lambda route: route.abort())
    other = machine()
    take_over(other)
    second.unroute("**/nhip")
    take_over(second)
    reads(other)
    choose(second, 1, "b")
    saved(second)

    arrive(second, desk, (1, 1, "b"))
    assert desk.late == []


def test_back_from_the_receipt_gives_no_attempt_to_write(page, desk):
    choose(page, 1, "a")
    saved(page)
    submit(page)
    page.go_back()
    page.wait_for_url("**/bien-nhan")

    assert page.locator("[data-slot]").count() == 0
    arrive(page, desk, (1, 1, "a"))


def test_back_to_the_attempt_from_another_page_writes_on(page, desk):
    choose(page, 1, "a")
    saved(page)
    page.goto("/thi/bat-dau")
    page.go_back()
    ready(page)
    writes(page)
    choose(page, 1, "b")
    saved(page)

    arrive(page, desk, (1, 1, "a"), (1, 2, "b"))


def test_page_out_of_the_browsers_memory_reads_what_another_tab_wrote(page, context, desk):
    choose(page, 1, "a")
    saved(page)
    page.evaluate(LEAVE)
    second = context.new_page()
    second.goto(PAPER)
    writes(second)
    choose(second, 1, "b")
    saved(second)
    page.evaluate(RETURN)
    reads(page)
    expect(page.locator("#slot-1 input[value=b]")).to_be_checked()
    second.close()
    take_over(page)
    choose(page, 1, "c")
    saved(page)

    arrive(page, desk, (1, 1, "a"), (1, 2, "b"), (1, 3, "c"))


def test_page_out_of_the_browsers_memory_alone_writes_on(page, desk):
    choose(page, 1, "a")
    saved(page)
    page.evaluate(LEAVE)
    page.evaluate(RETURN)
    writes(page)
    choose(page, 1, "b")
    saved(page)

    arrive(page, desk, (1, 1, "a"), (1, 2, "b"))


def test_duplicated_tab_with_the_same_storage_only_reads(page, context, desk):
    page.evaluate("sessionStorage.setItem('kept', 'here')")
    with context.expect_page() as found:
        page.evaluate("address => { window.open(address); }", PAPER)
    double = found.value
    reads(double)
    choose(page, 1, "a")
    saved(page)

    assert double.evaluate("sessionStorage.getItem('kept')") == "here"
    arrive(page, desk, (1, 1, "a"))


def held(page, desk, wanted):
    """Return what the server has for each slot, once it is that or after five seconds."""
    for _ in range(100):
        found = {slot: answer for slot, (*_, answer) in desk.answers().items()}
        if found == wanted:
            break
        page.wait_for_timeout(50)
    return found


def moved_on(rng, views, writer):
    """Let another view take over, or this one be away for a moment; return who writes."""
    act = rng.choice(["nothing", "nothing", "take over", "take over", "memory", "again"])
    if act == "take over":
        other = rng.choice([one for one in views if one is not writer])
        take_over(other)
        reads(writer)
        return other
    if act == "memory":
        writer.evaluate(LEAVE)
        writer.evaluate(RETURN)
    elif act == "again":
        writer.reload()
        ready(writer)
    return writer


@pytest.mark.parametrize("seed", range(cases(1, 72)))
def test_whoever_writes_in_whatever_order_what_was_acknowledged_stays(
    page, context, machine, desk, seed
):
    rng, given = Random(seed), {}
    views = [page, context.new_page(), machine()]
    views[1].goto(PAPER)
    # It asks who writes, and waits; a page that goes at that moment does not answer.
    reads(views[1])
    writer = page
    for _ in range(10):
        writer = moved_on(rng, views, writer)
        writes(writer)
        place, key = rng.choice([1, 3, 4, 5, 6, 7, 8]), rng.choice("ab")
        if given.get(place) == key:
            continue
        choose(writer, place, key)
        given[place] = key
        assert held(writer, desk, given) == given
    for one in views:
        if one is not writer:
            reads(one)

    last = machine()
    take_over(last)
    assert chosen_on(last) == given
    assert desk.late == []

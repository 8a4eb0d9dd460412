"""Playing an attempt on the attempt page: choosing, losing the network, letting time pass."""

from datetime import timedelta

from playwright.sync_api import expect

PAPER = "/thi/bai/k7"
LISTEN = """() => {
    const announcer = document.getElementById("announcer");
    window.spoken = [];
    new MutationObserver(() => {
        const words = announcer.textContent;
        if (words && words !== window.spoken[window.spoken.length - 1]) window.spoken.push(words);
    }).observe(announcer, { childList: true, characterData: true, subtree: true });
}"""


def ready(page):
    expect(page.locator("#save-words")).not_to_have_text("Lưu khi chuyển câu")


def choose(page, position, key):
    if page.locator("#where").inner_text() != f"Câu {position}":
        page.evaluate("n => document.querySelectorAll('#side a.cell')[n - 1].click()", position)
    page.keyboard.press(key)


def cut(page, desk):
    desk.down = True
    page.context.set_offline(True)


def mend(page, desk):
    desk.down = False
    page.context.set_offline(False)


def let_pass(page, desk, seconds):
    """Let time pass for the server and for the page at once."""
    desk.skew += timedelta(seconds=seconds)
    page.clock.fast_forward(seconds * 1000)


def slots_of(desk):
    return [(slot, seq, answer) for _, slot, seq, answer in desk.arrived]


def journal(page):
    """Return how many changes the journal holds with the receipt of each."""
    return page.evaluate(
        """() => new Promise((resolve) => {
            indexedDB.open("chungtay").onsuccess = (event) => {
                const store = event.target.result.transaction("changes").objectStore("changes");
                const isReceived = (change) => change.receipt.length === 16;
                store.getAll().onsuccess = (all) =>
                    resolve(all.target.result.filter(isReceived).length);
            };
        })"""
    )


def submit(page):
    """Hand the attempt in by its button; return once the receipt is there."""
    page.keyboard.press("r")
    page.locator("#submit").click()
    page.wait_for_url("**/bien-nhan")


def arrive(page, desk, *rows):
    """Wait until the server has these answers, each as (slot, seq, answer), in this order."""
    for _ in range(200):
        if len(slots_of(desk)) >= len(rows):
            break
        page.wait_for_timeout(50)
    assert slots_of(desk) == list(rows)

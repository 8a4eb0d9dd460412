"""Driving a real Chromium: starting it, signing in, looking over a page, keeping a picture."""

from pathlib import Path

from tests.system import chromium

ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
SHOTS = Path(__file__).parent / "shots"
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# What lies half behind a bar that stays is judged where a person would bring it: in the middle.
HIDDEN_BY_BARS = """async selector => {
    const one = document.querySelector(selector);
    const [left, top] = [scrollX, scrollY];
    one.scrollIntoView({block: "center", behavior: "instant"});
    const rules = {type: "rule", values: ["target-size"]};
    const found = await axe.run(one, {runOnly: rules, resultTypes: ["violations"]});
    scrollTo({left, top, behavior: "instant"});
    return found.violations.length === 0;
}"""

KEPT = """async () => {
    const name = (await caches.keys()).find((name) => name.startsWith("chungtay:"));
    if (!name || !navigator.serviceWorker.controller) return 0;
    return (await (await caches.open(name)).keys()).length;
}"""


def launch(playwright):
    return playwright.chromium.launch(executable_path=chromium(), args=list(ARGS))


def is_fault(line):
    """Say whether a line of the console tells of a fault of ours: a lost network is none."""
    return line.type == "error" and "net::ERR_" not in line.text


def sign_in(page, code):
    page.goto("/phieu")
    page.fill("#code", code)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(lambda address: not address.endswith("/phieu"))


def load_axe(page):
    page.evaluate(AXE.read_text("utf-8"))


def violations(page):
    """Return what axe, loaded before, finds wrong with the page."""
    found = page.evaluate(
        "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})"
        ".then(found => found.violations)",
        TAGS,
    )
    return [
        (one["id"], one["help"], node["html"][:140])
        for one in found
        for node in one["nodes"]
        if one["id"] != "target-size" or not page.evaluate(HIDDEN_BY_BARS, node["target"][0])
    ]


def shoot(page, name):
    """Keep a picture of the page, for people to look at."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


def shell_kept(page):
    """Wait until the service worker has the page and its files."""
    for _ in range(100):
        if page.evaluate(KEPT) >= 4:
            return
        page.wait_for_timeout(100)
    raise AssertionError("the service worker kept nothing")


class Hand:
    """A person's hand: every click, field and pick is counted, and every letter typed."""

    def __init__(self, page):
        self.page, self.actions, self.letters = page, 0, 0

    def press(self, name):
        """Press the button or follow the link of this name in the page."""
        self.actions += 1
        page = self.page
        named = page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name))
        named.filter(visible=True).first.click()

    def fill(self, field, text):
        self.actions += 1
        self.letters += len(text)
        self.page.fill(field, text)

    def choose(self, field, value):
        self.actions += 1
        self.page.select_option(field, value)

    def tick(self, box):
        self.actions += 1
        self.page.check(box)

    def pick(self, option):
        self.actions += 1
        option.click()

    def give(self, field, path):
        """Choose a file: the button, the file, the button of the dialogue."""
        self.actions += 3
        self.page.set_input_files(field, path)

    @property
    def seconds(self):
        """How long a person takes: six seconds for everything done, 0.3 for every letter."""
        return self.actions * 6 + self.letters * 0.3

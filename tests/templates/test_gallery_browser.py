"""The gallery in a real browser: no violations of axe, no refused script, nothing too wide."""

from hashlib import sha256
from pathlib import Path
from threading import Thread

import pytest
from werkzeug.serving import make_server

from tests.templates.gallery import make_app

pytestmark = pytest.mark.browser

VENDOR = Path(__file__).parents[1] / "browser" / "vendor"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = ["public", "staff", "form", "print", "player", "loi/missing", "loi/broken"]
WIDTHS = [360, 1280]


@pytest.fixture(scope="module")
def address():
    server = make_server("127.0.0.1", 0, make_app(), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def open_page(chrome, address):
    """Open a page of the gallery; what the browser complains of is an error of the test."""
    pages, complaints = [], []

    def go(path, *, width=1280, script=True):
        context = chrome.new_context(
            viewport={"width": width, "height": 800}, java_script_enabled=script, bypass_csp=False
        )
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
        page.goto(f"{address}/{path}", wait_until="networkidle")
        pages.append(context)
        return page

    yield go
    for context in pages:
        context.close()
    assert complaints == []


def violations(page):
    """Return what axe objects to; it is put in through the debugger, past the page's policy."""
    page.evaluate((VENDOR / "axe.min.js").read_text())
    found = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS
    )["violations"]
    return [f"{v['id']}: {node['html'][:160]}" for v in found for node in v["nodes"]]


def test_axe_is_the_one_that_was_taken():
    checksum = sha256((VENDOR / "axe.min.js").read_bytes()).hexdigest()

    assert f"{checksum}  axe.min.js" in (VENDOR / "README.md").read_text()


@pytest.mark.parametrize(("path", "width"), [(p, w) for p in PAGES for w in WIDTHS])
def test_page_in_the_browser_has_no_violation_and_fits_its_width(open_page, path, width):
    page = open_page(path, width=width)

    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")

    # A sheet of paper is wider than a phone, and is only looked at there.
    assert (violations(page), wide <= 0 or path == "print") == ([], True)


def test_combobox_by_keyboard_chooses_what_was_typed_without_marks(open_page):
    page = open_page("public", width=360)

    page.fill("#unit", "ea kao")
    page.wait_for_selector("#unit-list [role=option]")
    hits = page.locator("#unit-list mark").all_text_contents()
    opened = violations(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    assert (hits, opened) == (["Ea Kao", "Ea Kao"], [])
    assert page.input_value("#unit") == "Đoàn phường Ea Kao"
    assert page.input_value("input[name=unit][type=hidden]") == "u2"
    assert page.get_attribute("#unit", "aria-expanded") == "false"


def test_combobox_without_a_script_sends_the_unit_chosen_from_the_list(open_page):
    page = open_page("public", script=False)

    page.check("input[name=school][value=u3]")
    sent = page.evaluate("new FormData(document.querySelector('#school').form).getAll('school')")

    assert sent == ["u3"]


def test_question_before_an_act_opens_as_a_dialog_and_gives_the_focus_back(open_page):
    page = open_page("public", width=360)

    page.click("#huy-luot summary")
    opened = page.locator("dialog[open]").get_by_role("heading").all_text_contents()
    found = violations(page)
    page.keyboard.press("Escape")

    assert (opened, found) == (["Hủy lượt thi của Lê Hoàng Yến?"], [])
    assert page.locator("dialog[open]").count() == 0
    assert page.evaluate("document.activeElement.textContent.trim()") == "Hủy lượt thi"


def test_question_before_an_act_without_a_script_opens_in_place(open_page):
    page = open_page("public", width=360, script=False)

    page.click("#huy-luot summary")

    assert page.locator("#huy-luot form").is_visible()
    assert page.locator("#huy-luot button[type=submit]").inner_text() == "Hủy lượt thi này"


def test_menu_of_a_phone_without_a_script_opens_and_leads_on(open_page):
    page = open_page("form", width=360, script=False)

    page.click(".menu summary")
    names = page.locator(".menu__list a").all_inner_texts()

    assert [name.strip() for name in names[:2]] == ["Cuộc thi", "Bảng xếp hạng"]
    assert page.locator(".menu__list").is_visible()


def test_menu_closes_by_escape_and_gives_the_focus_back(open_page):
    page = open_page("form", width=360)

    page.click(".menu summary")
    page.keyboard.press("Escape")

    assert not page.locator(".menu__list").is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_number_stepper_keeps_the_comma_and_the_step(open_page):
    page = open_page("public")

    page.fill("#mark", "8,25")
    page.locator("#mark + button").click()

    assert page.input_value("#mark") == "8,50"


def test_job_shows_what_the_server_says(open_page):
    page = open_page("public")

    page.wait_for_selector("text=Đã đọc /viec")

    assert page.locator("[data-url='/viec'] progress").evaluate("bar => bar.value") == 62


def test_dialog_of_a_link_opens_and_closes_by_its_button(open_page):
    page = open_page("public")

    page.click("[data-dialog=bat-dau]")
    opened = page.locator("#bat-dau").is_visible()
    page.click("#bat-dau [data-close]")

    assert (opened, page.locator("#bat-dau").is_visible()) == (True, False)

"""Drawing a paper set with the keyboard alone: a blueprint, the papers, a look, the print."""

import pytest

from tests.browser.driving import DESK, PHONE, load_axe, shoot, violations

pytestmark = pytest.mark.browser


def tab_to(page, selector):
    """Press Tab until the element has the focus, as a person without a mouse does."""
    for _ in range(400):
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")


def type_into(page, selector, text):
    tab_to(page, selector)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def press(page, selector, key="Enter"):
    tab_to(page, selector)
    page.keyboard.press(key)


def looks_right(page, name):
    """Keep a picture of the page, and find nothing wrong with it."""
    load_axe(page)
    assert violations(page) == []
    shoot(page, name)


def write_blueprint(page):
    """Write a blueprint of ten questions, asking too many of the bank at first."""
    type_into(page, "#title", "Ma trận vòng tỉnh")
    type_into(page, "#target_points", "10")
    type_into(page, "[name=cells-0-count]", "200")
    type_into(page, "[name=cells-1-count]", "200")
    page.get_by_text("Cần 400 câu").first.wait_for()
    type_into(page, "[name=cells-0-count]", "8")
    tab_to(page, "[name=cells-1-difficulty]")
    page.keyboard.press("ArrowDown")
    type_into(page, "[name=cells-1-count]", "2")
    page.get_by_text("Ngân hàng đủ câu cho ma trận này.").wait_for()
    with page.expect_navigation():
        press(page, "[name=act][value=equal]")
    assert page.input_value("[name=cells-1-points]") == "1"
    press(page, "button.btn--primary[name=act][value=save]")
    page.get_by_text("Đã lưu ma trận đề.").wait_for()


def draw_papers(page):
    press(page, "a[href$='/rut']")
    page.wait_for_url("**/rut")
    type_into(page, "[name=body]", "Ban Tổ chức cuộc thi")
    looks_right(page, "papers-draw")
    press(page, "main form button.btn--primary")
    page.wait_for_url("**/bo-de/*")
    press(page, "main details summary.link")
    page.get_by_role("columnheader", name="104").first.wait_for()


def replace_a_question(page):
    press(page, "a.cover[href$='/de/101']")
    page.wait_for_url("**/de/101")
    page.wait_for_function("() => document.querySelector('img.sheet').naturalWidth > 800")
    looks_right(page, "papers-paper")
    type_into(page, "#position", "3")
    type_into(page, "#reason", "Câu hỏi đã lộ")
    page.keyboard.press("Enter")
    page.get_by_text("Đã thay câu 3.").wait_for()


def test_paper_set_is_drawn_with_the_keyboard(visit, site):
    bank = site.value("SELECT public_id FROM bank ORDER BY id LIMIT 1")
    page = visit(DESK, code="organizer")
    page.goto(f"/ngan-hang/{bank}/ma-tran/moi")

    write_blueprint(page)
    looks_right(page, "papers-blueprint")
    draw_papers(page)
    looks_right(page, "papers-set")
    replace_a_question(page)
    press(page, "p.crumb a")
    page.wait_for_url("**/bo-de/*")
    tab_to(page, "#form")
    with page.expect_download() as taken:
        press(page, "form[action$='/in'] button")

    assert taken.value.suggested_filename.endswith("-101-de.pdf")
    assert site.value("SELECT COUNT(*) FROM audit_entry WHERE action = 'papers.printed'") == 1


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_pages_of_blueprints_and_sets_have_no_violation(visit, site, size):
    bank = site.value("SELECT public_id FROM bank ORDER BY id LIMIT 1")
    page = visit(size, code="organizer")
    for part in ("ma-tran", "ma-tran/moi", "bo-de"):
        page.goto(f"/ngan-hang/{bank}/{part}")
        load_axe(page)
        assert violations(page) == []
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, part

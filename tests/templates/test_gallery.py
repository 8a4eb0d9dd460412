"""Every layout, component and problem page, rendered and looked over."""

import pytest

from tests.page import faults
from tests.templates.gallery import make_app

PAGES = ["/public", "/staff", "/form", "/print", "/player"]
PROBLEMS = ["refused", "missing", "forbidden", "too-many", "broken", "maintenance"]


@pytest.fixture(scope="module")
def gallery():
    return make_app().test_client()


@pytest.mark.parametrize("address", PAGES + [f"/loi/{name}" for name in PROBLEMS])
def test_page_of_the_gallery_has_no_faults(gallery, address):
    response = gallery.get(address)

    assert (response.status_code, faults(response.text)) == (200, [])


@pytest.mark.parametrize("address", PAGES)
def test_page_of_the_gallery_draws_each_icon_once(gallery, address):
    text = gallery.get(address).text

    names = [part.split('"')[0] for part in text.split('<symbol id="')[1:]]

    assert names == sorted(set(names))
    assert all(f'href="#{name}"' in text for name in names)


def test_field_with_an_error_names_its_hint_and_its_error(gallery):
    text = gallery.get("/public").text

    assert 'aria-invalid="true"' in text.split('id="birth"')[0].rsplit("<input", 1)[1]
    assert 'aria-describedby="birth-error"' in text
    assert 'aria-describedby="name-hint"' in text
    assert '<p class="field__error" id="birth-error">' in text


def test_error_summary_links_to_the_field_with_the_error(gallery):
    text = gallery.get("/public").text

    assert "Còn 1 chỗ cần sửa" in text
    assert '<a class="link" href="#birth">Ngày sinh: Tháng 2 không có ngày 31.' in text


def test_notice_of_the_last_request_is_shown_in_its_kind(gallery):
    text = gallery.get("/staff").text

    assert 'class="notice notice--ok" role="status"' in text
    assert "Đã lưu nháp 10:41:55." in text


def test_table_head_sorted_by_says_so_and_turns_around(gallery):
    text = gallery.get("/public?q=y+thi%C3%AAn").text

    assert 'class="r" aria-sort="descending"' in text
    assert 'href="/public?q=y+thi%C3%AAn&amp;sort=right"' in text


def test_table_without_rows_shows_the_empty_state(gallery):
    text = gallery.get("/public").text

    assert "Chưa có đơn vị nào" in text
    assert "Chưa có dòng" not in text


def test_pager_on_the_first_page_leads_only_forward(gallery):
    text = gallery.get("/public?q=a").text

    assert 'rel="next" href="/public?q=a&amp;after=m15"' in text
    assert 'rel="prev"' not in text


def test_countdown_without_a_script_says_the_time_left(gallery):
    text = gallery.get("/public").text

    assert 'aria-label="Còn 4 ngày 13 giờ 0 phút"' in text
    assert '<b data-part="days">04</b> ngày' in text


def test_language_switch_leads_to_the_same_page_in_the_other_language(gallery):
    text = gallery.get("/form?q=a").text

    assert '<a class="small" href="/form?q=a&amp;lang=en" lang="en"' in text
    assert "Tiếng Việt" not in text


def test_problem_page_of_a_fault_gives_the_request_id_and_asks_for_no_script(gallery):
    text = gallery.get("/loi/broken").text

    assert '<span class="code">7F2K92QD</span>' in text
    assert "<script" not in text


def test_page_in_english_has_english_words(gallery):
    app = make_app()
    app.config["BABEL_DEFAULT_LOCALE"] = "en"
    app.extensions["babel"].default_locale = "en"

    text = app.test_client().get("/loi/missing").text

    assert '<html lang="en">' in text
    assert "There is no such page" in text

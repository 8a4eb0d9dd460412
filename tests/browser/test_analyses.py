"""An organiser looks at a round in figures, prints them, and takes the whole file out."""

import io
import json
import zipfile

import pytest
from playwright.sync_api import expect

from tests.browser import driving
from tests.browser.driving import DESK, PHONE, shoot
from tests.browser.serving import SLUG

pytestmark = pytest.mark.browser


@pytest.fixture
def contest(site):
    return site.value("SELECT public_id FROM contest WHERE slug = ?", SLUG)


@pytest.fixture
def past(site):
    """The first round, once the background work has counted its figures."""
    return site.value(
        """SELECT round.public_id FROM round JOIN contest ON contest.id = contest_id
        WHERE slug = ? AND number = 1""",
        SLUG,
    )


def counted(page, address):
    """Open a page of figures; they are counted by a job, and the page shows them by itself."""
    page.goto(address)
    expect(page.locator("svg.chart").first).to_be_visible(timeout=60_000)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_figures_of_a_round_are_drawn_each_beside_its_table(visit, past, size):
    page = visit(size, code="organizer")

    counted(page, f"/quan-ly/vong/{past}/phan-tich-ket-qua")

    driving.load_axe(page)
    assert driving.violations(page) == []
    assert page.evaluate("document.scrollingElement.scrollWidth") <= size["width"]
    for chart in page.locator("svg.chart").all():
        assert chart.locator("xpath=ancestor::section[1]//table").count() == 1
        assert chart.get_attribute("aria-label").startswith("Biểu đồ: ")
    shoot(page, f"analysis-round-{size['width']}")


def test_figures_are_printed_without_the_rail_and_with_every_table(visit, past):
    page = visit(DESK, code="organizer")
    counted(page, f"/quan-ly/vong/{past}/phan-tich-ket-qua")

    page.emulate_media(media="print")

    expect(page.locator(".rail")).to_be_hidden()
    expect(page.locator("main form").first).to_be_hidden()
    fills = {
        one.evaluate("bar => getComputedStyle(bar).fill")
        for one in page.locator("svg.chart rect").all()
    }
    assert "none" not in fills
    shoot(page, "analysis-print")


def test_figures_of_the_contest_stand_beside_each_other_by_round(visit, contest, past):
    page = visit(DESK, code="organizer")
    counted(page, f"/quan-ly/vong/{past}/phan-tich-ket-qua")

    page.get_by_role("link", name="Phân tích cuộc thi").click()

    expect(page.locator("h1")).to_have_text("Phân tích cuộc thi")
    expect(page.get_by_role("heading", name="Các vòng đặt cạnh nhau")).to_be_visible()
    shoot(page, "analysis-contest-1280")


def test_whole_file_is_ordered_waited_for_and_fetched(visit, contest):
    page = visit(DESK, code="organizer")
    page.goto(f"/quan-ly/{contest}/ho-so")
    shoot(page, "dossier-order-1280")

    page.get_by_label("JSON kèm lược đồ").check()
    page.get_by_label("Lý do, kết xuất cho ai").fill("Theo yêu cầu của Thanh tra tỉnh")
    page.get_by_role("button", name="Lập hồ sơ").click()
    fetch = page.get_by_role("link", name="Tải tệp")
    expect(fetch).to_be_visible(timeout=60_000)
    shoot(page, "dossier-ready-1280")
    with page.expect_download() as waiting:
        fetch.click()

    content = waiting.value.path().read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        told = json.loads(archive.read("ho-so.json"))
    assert {row["ho_ten"] for row in told["bang"]["nguoi_du_thi"]} == {None}
    assert len(told["bang"]["luot_thi"]) > 50
    assert waiting.value.suggested_filename.endswith(".json.zip")

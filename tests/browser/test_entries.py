"""An entrant enters as a team with a large file over a broken line; the pages of entries."""

import hashlib
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from contest import categorizing, sifting
from contest import entry_queries as found
from contest import queries as contests
from contest.categorizing import Settings
from contest.rules.entries import Asked, Kind
from contest.rules.file_types import Group
from contest.rules.judging.screening import Check, Verdict
from contest.sifting import Finding
from core import clock
from core.db import db
from tests import factories
from tests.browser import scene
from tests.browser.broken_line import between
from tests.browser.driving import PHONE, is_fault
from tests.browser.joining import register
from tests.browser.serving import SLUG
from tests.browser.test_pages import look_over

pytestmark = pytest.mark.browser

MEGABYTE = 1024 * 1024
SIZE = 50 * MEGABYTE
CHECKS = ("Đúng đối tượng dự thi theo thể lệ", "Tệp mở được, đọc được")
FORM = (
    Asked("f1", "Tóm tắt giải pháp", Kind.LINES, is_required=True),
    Asked("f2", "Bản thuyết minh", Kind.FILE, True, (Group.PDF, Group.OFFICE), 50),
    Asked("f3", "Video giới thiệu giải pháp", Kind.FILE, accepts=(Group.VIDEO,), most_mb=500),
    Asked("f4", "Địa chỉ sản phẩm để dùng thử", Kind.LINK),
)
KEPT = """SELECT entry_file.digest, size, entry.state FROM entry_file
    JOIN entry ON entry.id = entry_id WHERE entry_file.title = ?"""


@pytest.fixture(scope="module")
def category(site):
    """A category of the demo's contest that takes entries of teams."""
    with scene.application(site):
        contest = contests.contest_by_slug(SLUG)
        settings = Settings(
            *("Bảng A: phần mềm ứng dụng", "A", FORM, CHECKS, 1, 5, 1),
            clock.now() + timedelta(days=9),
        )
        return categorizing.add(contest, settings, factories.account()).public_id


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    """A video of 50 MB, as far as its first bytes say."""
    path = tmp_path_factory.mktemp("tep") / "gioi-thieu-giai-phap.mp4"
    block = hashlib.sha512(b"khung hinh").digest() * 1024
    with path.open("wb") as file:
        file.write(b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2")
        while file.tell() < SIZE:
            file.write(block)
        file.truncate(SIZE)
    return path


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    path = tmp_path_factory.mktemp("tep") / "thuyet-minh.pdf"
    path.write_bytes(b"%PDF-1.7\n" + "Thuyết minh giải pháp".encode() + b"\n%%EOF\n")
    return path


@pytest.fixture
def away(chrome, site):
    """A page that reaches the site over a line that can be cut."""
    told = []
    with between(site.address) as line:
        context = chrome.new_context(base_url=line.address, viewport=PHONE, locale="vi")
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on("console", lambda said: told.append(said.text) if is_fault(said) else None)
        page.line, page.told = line, told
        yield page
        context.close()
    assert told == []


def begin_entry(page, category, title):
    page.goto("/thi/bai-du-thi")
    page.get_by_role("link", name="Bắt đầu bài dự thi").first.click()
    page.fill("#title", title)
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_url("**/thi/bai-du-thi/*")
    return page.url.rpartition("/")[2]


def fill_in(page):
    page.fill("#a_f1", "Trợ lý trả lời thủ tục hành chính cho người dân cả ngoài giờ làm việc.")
    page.fill("#people-1-name", "Y Bhăm Niê")
    page.fill("#people-2-name", "Trần Văn Bình")
    page.select_option("#people-2-role", "mentor")
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_text("Đã lưu.")).to_be_visible()


def send(page, field, path):
    page.set_input_files(f"#tep-{field}", path)
    page.locator(f"#muc-{field} button[type=submit]").last.click()


def send_over_breaks(page, site, entry, video):
    """Send the video while the line breaks and the page goes; say what had come, what came then."""
    line, words = page.line, page.locator("#muc-f3 [data-words]")
    # The line breaks in the midst of a piece, three times; nobody touches the page. Every break
    # is set before the line is mended: a fast line cannot be through before it.
    for cut, megabytes in enumerate((7, 11, 9)):
        line.break_after(megabytes * MEGABYTE)
        if cut:
            line.mend()
        else:
            send(page, "f3", video)
        line.wait_for_cut(cut + 1)
        expect(words).to_contain_text("Mất mạng")

    # Then the page is closed while the network is away.
    page.goto("about:blank")
    line.mend()
    page.goto(f"/thi/bai-du-thi/{entry}")
    before = site.value("SELECT received FROM upload WHERE name = ?", video.name)
    expect(page.locator("#muc-f3")).to_contain_text("đang gửi dở")
    began_at = line.sent
    send(page, "f3", video)
    expect(page.locator("#muc-f3").get_by_role("link", name=video.name)).to_be_visible()
    return before, line.sent - began_at


def test_team_hands_in_a_file_of_50_mb_over_a_line_that_breaks(site, away, category, video, report):
    page, line = away, away.line
    register(page, "Nguyễn Thị Hoa")
    entry = begin_entry(page, category, "Trợ lý ảo một cửa phường Tân Lập")
    fill_in(page)
    send(page, "f2", report)
    expect(page.locator("#muc-f2").get_by_role("link", name="thuyet-minh.pdf")).to_be_visible()

    before, again = send_over_breaks(page, site, entry, video)

    page.check("#declares")
    page.get_by_role("button", name="Nộp bài dự thi").click()
    expect(page.get_by_text("Đã nộp lúc")).to_be_visible()

    digest = hashlib.sha256(video.read_bytes()).hexdigest()
    assert line.cuts == 3
    assert 0 < before < SIZE
    # What had come was not sent again.
    assert again < SIZE - before + MEGABYTE, (again, before)
    assert site.rows(KEPT, video.name) == [(digest, SIZE, "submitted")]
    kept = site.folder / "files" / digest[:2] / digest
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == digest
    assert [one.name for one in (site.folder / "files" / "parts").iterdir()] == []


def test_what_was_typed_stays_while_a_file_arrives(away, category, report):
    page = away
    register(page, "Lê Thị Mai")
    begin_entry(page, category, "Bản đồ số hồ sơ")
    page.fill("#a_f1", "Chưa lưu mà vẫn còn")

    send(page, "f2", report)

    expect(page.locator("#muc-f2").get_by_role("link", name="thuyet-minh.pdf")).to_be_visible()
    assert page.input_value("#a_f1") == "Chưa lưu mà vẫn còn"


def test_file_that_is_no_video_is_refused_with_words(away, category, tmp_path):
    page = away
    register(page, "Hoàng Văn Nam")
    begin_entry(page, category, "Sổ tay số")
    wrong = tmp_path / "phim.mp4"
    wrong.write_bytes(b"MZ" + bytes(5000))

    send(page, "f3", wrong)

    expect(page.locator("#muc-f3 [data-error]")).to_contain_text("không đúng loại như tên gọi")
    # The browser itself notes every answer that refuses.
    assert ["409" in one for one in page.told] == [True]
    page.told.clear()


def test_pages_of_entries_are_accessible_and_fit_a_phone_and_a_desk(
    site, chrome, away, category, report
):
    page = away
    register(page, "Phạm Thị Lan")
    entry = begin_entry(page, category, "Kiosk tự phục vụ tại bộ phận một cửa")
    fill_in(page)
    send(page, "f2", report)
    expect(page.locator("#muc-f2").get_by_role("link", name="thuyet-minh.pdf")).to_be_visible()
    addresses = {"own": f"/thi/bai-du-thi/{entry}", "own-list": "/thi/bai-du-thi"}
    addresses["own-new"] = f"/thi/bang/{category}/bai-moi"
    wrong = {name: look_over(page, address, f"entry-{name}") for name, address in addresses.items()}
    page.goto(addresses["own"])
    page.check("#declares")
    page.get_by_role("button", name="Nộp bài dự thi").click()
    expect(page.get_by_text("Đã nộp lúc")).to_be_visible()

    desk = scene.person(chrome, site, site.codes["organizer"])
    contest = site.value("SELECT public_id FROM contest WHERE slug = ?", SLUG)
    staff = {
        "screen": f"/quan-ly/bai-du-thi/{entry}",
        "list": f"/quan-ly/cuoc-thi/{contest}/bai-du-thi",
        "categories": f"/quan-ly/cuoc-thi/{contest}/bang",
        "category": f"/quan-ly/bang/{category}",
        "category-new": f"/quan-ly/cuoc-thi/{contest}/bang/moi",
    }
    wrong |= {name: look_over(desk, address, f"entry-{name}") for name, address in staff.items()}
    with scene.application(site):
        row = found.entry_with(entry)
        lines = [one["id"] for one in row.category.checklist]
        checks = {one: Check(passes=one == lines[0], reason="Tệp thiếu trang") for one in lines}
        until = clock.now() + timedelta(days=3)
        told = Finding(checks, Verdict.RETURN, "Bản thuyết minh thiếu trang 3", until)
        sifting.give(row, factories.account(full_name="Phan Thị Thẩm"), told, at=clock.now())
        db.session.remove()
    wrong["returned"] = look_over(page, addresses["own"], "entry-returned")
    wrong["screened"] = look_over(desk, staff["screen"], "entry-screened")
    desk.context.close()

    assert {name: each for name, each in wrong.items() if each} == {}

"""The panel's table, by hand: the chair resolves a deviation, two people close and award, the
secretary prints the minutes; and every page of it looked over on a phone and a desk."""

import subprocess
import sys
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from accounts import authenticating
from app import create_app
from contest import weighing
from contest.models import Entry
from core import clock, schema
from core.config import ROOT as HERE
from core.db import db
from tests.browser.driving import DESK, PHONE, is_fault, load_axe, shoot, violations
from tests.browser.serving import environment, free_port, wait_for
from tests.judged_factories import Scene, protocol

pytestmark = pytest.mark.browser

SCORES = (
    *((81, 83, 82, 80, 82), (88, 87, 90, 86, 88), (80, 72, 80, 79, 78)),
    *((70, 75, 72, 74, 73), (77, 78, 75, 76, 79)),
)
REASON = "Hội đồng đã thống nhất"
OVER = "document.documentElement.scrollWidth - window.innerWidth"
ROUND = "/quan-ly/vong/{}/"
PAGES = (
    *("bang-diem", "bang-diem/A-003", "do-vung", "chot-cham", "chot-cham/lan/1"),
    *("giai-bai-du-thi", "vong-sau", "giay-to-cham", "giay-to-cham/bien-ban-cham"),
)


@dataclass
class Hall:
    """A served site with one judged round in it, and the sessions of its people."""

    address: str
    round: str
    contest: str
    entry: str
    tokens: dict

    def url(self, part):
        return ROUND.format(self.round) + part


@pytest.fixture(scope="module")
def hall(tmp_path_factory):
    folder, port = tmp_path_factory.mktemp("hall"), free_port()
    app = create_app({"INSTANCE": folder, "LOG_LEVEL": "ERROR"})
    with app.app_context():
        schema.upgrade()
        db.engine.dispose()
    told = environment(folder, port) | {"CHUNGTAY_DEMO": "off"}
    process = subprocess.Popen(
        [sys.executable, "app.py"], cwd=HERE, env=told, start_new_session=True
    )
    try:
        address = f"http://127.0.0.1:{port}"
        made = _made(app, address)
        wait_for(f"{address}/dang-nhap", process)
        yield made
    finally:
        process.terminate()
        process.wait(timeout=30)


def _made(app, address):
    """Make a judged round on the site, its figures, and the sessions of its people."""
    with app.app_context():
        scene = Scene(SCORES, declared=protocol(percent="6"))
        weighing.compute(scene.round.id, at=clock.now())
        entrant = db.session.get_one(Entry, scene.entries[0].id).entered_by
        people = {"chair": scene.chair, "entrant": entrant}
        people |= {"organizer": scene.organizer, "secretary": scene.secretary}
        tokens = {name: _session(one) for name, one in people.items()}
        ids = scene.round.public_id, scene.contest.slug, scene.entries[0].public_id
        db.session.remove()
        db.engine.dispose()
    return Hall(address, *ids, tokens)


def _session(account):
    now = clock.now()
    is_staff = authenticating.is_staff(account, at=now)
    return authenticating.open_session(account, is_staff=is_staff, device="phép thử", at=now)


@pytest.fixture
def of(chrome, hall):
    """Open a page as somebody; a script that fails fails the test."""
    opened, told = [], []

    def of(who, size=DESK):
        context = chrome.new_context(base_url=hall.address, viewport=size, locale="vi")
        context.set_default_timeout(20_000)
        opened.append(context)
        if who:
            token = {"name": "sid", "value": hall.tokens[who], "url": hall.address}
            context.add_cookies([token])
        page = context.new_page()
        page.on("console", lambda line: told.append(line.text) if is_fault(line) else None)
        return page

    yield of
    for context in opened:
        context.close()
    assert told == []


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def _resolve(hall, chair):
    chair.goto(hall.url("bang-diem"))
    expect(chair.get_by_text("Điểm chấm lệch: Xã Ea Súp 3")).to_be_visible()
    chair.get_by_role("link", name="Quyết định").click()
    chair.get_by_label("Giữ nguyên điểm").check()
    chair.locator("[name=reason]").first.fill(REASON)
    press(chair, "Quyết định")
    expect(chair.get_by_text("Đã quyết định và ghi vào biên bản.")).to_be_visible()


def _close(hall, organizer, secretary):
    organizer.goto(hall.url("chot-cham"))
    organizer.fill("#chot", REASON)
    press(organizer, "Chốt và xin người thứ hai duyệt")
    expect(organizer.get_by_text("Lần chốt 1 chờ người thứ hai")).to_be_visible()
    secretary.goto(hall.url("chot-cham"))
    secretary.fill("#dong-y", REASON)
    press(secretary, "Đồng ý chốt")
    expect(secretary.get_by_text("Mở lại vòng thi")).to_be_visible()


def _award(hall, organizer, secretary):
    organizer.goto(hall.url("giai-bai-du-thi"))
    organizer.fill("#levels", "Giải Nhất; 1; 10.000.000\nGiải Nhì; 1; 7.000.000")
    press(organizer, "Lập dự thảo theo xếp hạng")
    organizer.fill("#trinh", REASON)
    press(organizer, "Trình người thứ hai duyệt")
    secretary.goto(hall.url("giai-bai-du-thi"))
    secretary.fill("#dong-y", REASON)
    press(secretary, "Đồng ý trao giải")
    expect(secretary.get_by_text("Đã trao giải.")).to_be_visible()


def test_chair_resolves_a_deviation_two_close_and_award_secretary_prints_the_minutes(hall, of):
    chair, organizer, secretary = of("chair"), of("organizer"), of("secretary")

    _resolve(hall, chair)
    _close(hall, organizer, secretary)
    _award(hall, organizer, secretary)

    secretary.goto(hall.url("giay-to-cham"))
    with secretary.expect_download() as waiting:
        press(secretary, "PDF Biên bản chấm thi")
    minutes = waiting.value
    assert minutes.suggested_filename.startswith("bien-ban-cham-")
    assert minutes.path().read_bytes().startswith(b"%PDF")

    organizer.goto(hall.url("chot-cham"))
    organizer.fill("#entrants", "8h00 28/11/2020")
    organizer.fill("#public", "8h00 28/11/2020")
    press(organizer, "Lưu")
    everybody = of(None)
    everybody.goto(f"/cuoc-thi/{hall.contest}/ket-qua-cham/1")
    expect(everybody.get_by_role("heading", name="Giải thưởng")).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_pages_of_the_panel_are_accessible_and_fit(hall, of, size):
    organizer, entrant = of("organizer", size), of("entrant", size)
    wrong = {part: _faults(organizer, hall.url(part), size) for part in PAGES}
    wrong["public"] = _faults(organizer, f"/cuoc-thi/{hall.contest}/ket-qua-cham/1", size)
    sheet = f"/thi/bai-du-thi/{hall.entry}/phieu-nhan-xet"
    wrong["feedback"] = _faults(entrant, sheet, size)

    assert {part: found for part, found in wrong.items() if found} == {}


def _faults(page, address, size):
    reply = page.goto(address)
    shoot(page, f"panel-{address.rpartition('/')[2]}-{size['width']}")
    load_axe(page)
    found = violations(page)
    wide = page.evaluate(OVER)
    return [*found, *([wide] if wide > 0 else []), *([reply.status] if reply.status != 200 else [])]

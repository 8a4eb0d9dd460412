"""A round on stage: the projector follows its operator, and a phone in the hall votes once."""

import re
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from contest import balloting
from contest import judging as acting
from contest.judging import Draft
from contest.models import Contest, JudgedRound, Round, RoundEntry, Scoresheet
from contest.rules.judging.parts import PartKind
from core import clock
from core.db import db
from tests import factories
from tests.browser import driving
from tests.browser.driving import DESK, PHONE
from tests.browser.scene import application
from tests.contest import staged

pytestmark = pytest.mark.browser

SLUG = "san-khau-hoa-cchc-2026"
VOTES = "SELECT count(*) FROM vote JOIN part ON part.id = part_id WHERE part.public_id = ?"
HALL = {"width": 1920, "height": 1080}
# Nothing of a screen lies outside it.
FITS = """() => {
    const main = document.querySelector('main');
    const page = document.documentElement;
    return page.scrollHeight <= innerHeight && page.scrollWidth <= innerWidth
        && main.scrollHeight <= main.clientHeight + 1;
}"""


@dataclass
class Evening:
    """The demo's stage contest: its round, a team that is not judged yet, and a public vote."""

    round_id: str
    code: str
    vote: str
    cards: list


@pytest.fixture(scope="module")
def evening(site):
    with application(site):
        judged = _judged()
        row = _row(judged)
        part = staged.part(judged, PartKind.VOTED, position=9)
        cards = balloting.issue(part, factories.account(), count=2, at=clock.now())
        return Evening(
            judged.round.public_id, row.entry.code, part.public_id, [one.code for one in cards]
        )


def _judged():
    wanted = select(JudgedRound).join(Round, Round.id == JudgedRound.round_id).join(Contest)
    return db.session.scalars(wanted.where(Contest.slug == SLUG)).one()


def _row(judged):
    """The first team in the running order without any locked sheet."""
    rows = select(RoundEntry).where(RoundEntry.round_id == judged.round_id)
    for row in db.session.scalars(rows.order_by(RoundEntry.running_order)):
        sheets = select(Scoresheet).where(Scoresheet.round_entry_id == row.id)
        if not any(one.versions for one in db.session.scalars(sheets)):
            return row
    raise AssertionError("every team of the demo is judged")


def lock_sheets(site, code, *, leave):
    """Let the judges of a team lock their sheets, all but so many."""
    with application(site):
        judged = _judged()
        rows = db.session.scalars(select(RoundEntry).where(RoundEntry.round_id == judged.round_id))
        row = next(one for one in rows if one.entry.code == code)
        sheets = select(Scoresheet).where(Scoresheet.round_entry_id == row.id)
        open_ = [
            one for one in db.session.scalars(sheets.order_by(Scoresheet.id)) if not one.locked
        ]
        for number, sheet in enumerate(open_[: len(open_) - leave]):
            judge, leaves = sheet.member.account, judged.declared.rubric.leaves()
            marks = {leaf.id: leaf.most - leaf.step * number for leaf in leaves}
            acting.save(sheet, judge, Draft(marks, sheet.sequence + 1), at=clock.now())
            acting.submit(sheet, judge, at=clock.now())
        return len(open_)


def looked_over(page, name):
    driving.load_axe(page)
    driving.shoot(page, name)
    return driving.violations(page)


def press(desk, key, button):
    """Press a key of the operator's page, once the page shows that button and hears keys."""
    heard = desk.locator("[data-heard]")
    heard.filter(has=desk.get_by_role("button", name=button)).wait_for()
    desk.keyboard.press(key)


def perform(desk, hall):
    """Run the clock of the team that is on: begin, hold, go on, stop; the hall follows."""
    press(desk, "Space", "Bắt đầu tính giờ")
    hall.locator("[data-light=green] [data-clock][data-running='1']").wait_for()
    hall.locator("[data-clock]", has_text=re.compile("00:0[2-9]")).wait_for()
    press(desk, "p", "Tạm dừng đồng hồ")
    hall.locator("[data-clock][data-running='0']").wait_for()
    press(desk, "Space", "Cho đồng hồ chạy tiếp")
    press(desk, "Space", "Tạm dừng đồng hồ")
    desk.get_by_role("button", name="Chờ đủ phiếu").wait_for()


def collect(site, desk, hall, code):
    """Let sheets come in while both pages are open; they load themselves anew."""
    lock_sheets(site, code, leave=1)
    hall.locator(".stage__main .cell[data-s=right]").first.wait_for()
    assert desk.get_by_role("button", name="Công bố điểm cùng lúc").count() == 0
    lock_sheets(site, code, leave=0)
    desk.get_by_role("button", name="Công bố điểm cùng lúc").wait_for()
    hall.get_by_text("đủ phiếu").wait_for()
    assert hall.locator(".marks").count() == 0


def show_scenes(desk, hall):
    """Show one scene after another; return what is wrong with any of them."""
    faults = []
    for scene in ("board", "order", "vote", "title"):
        desk.locator(f"button[name=scene][value={scene}]").click()
        desk.locator(f"button[value={scene}][aria-pressed=true]").wait_for()
        hall.wait_for_timeout(1600)
        faults += looked_over(hall, f"stage-{scene}")
        faults += [] if hall.evaluate(FITS) else [f"{scene} does not fit"]
    return faults


def test_projector_follows_a_team_through_clock_sheets_and_reveal(visit, site, evening):
    desk, hall = visit(DESK, code="secretary"), visit(HALL, code="organizer")
    address = f"/quan-ly/vong/{evening.round_id}/san-khau"
    desk.goto(address)
    hall.goto(f"{address}/man-chieu")

    desk.locator("tr", has_text=evening.code).get_by_role("button", name="Gọi").click()
    hall.locator("h1.big--name").wait_for()
    faults = looked_over(hall, "stage-team")
    perform(desk, hall)
    faults += looked_over(desk, "stage-desk-waiting")
    collect(site, desk, hall, evening.code)
    press(desk, "Space", "Công bố điểm cùng lúc")
    hall.locator(".marks").wait_for()

    assert hall.locator(".marks li").count() >= 5
    assert hall.locator(".marks li[data-s=off]").count() == 2
    assert hall.get_by_text("cao nhất, không tính").count() == 1
    assert hall.evaluate(FITS)
    faults += looked_over(hall, "stage-scores")
    assert faults + show_scenes(desk, hall) == []


def test_scores_taken_back_with_a_reason_leave_the_hall_and_stand_in_the_minutes(
    visit, site, evening
):
    desk, hall = visit(DESK, code="secretary"), visit(HALL, code="organizer")
    address = f"/quan-ly/vong/{evening.round_id}/san-khau"
    lock_sheets(site, evening.code, leave=0)
    desk.goto(address)
    desk.get_by_text("Rút lại điểm", exact=True).or_(
        desk.get_by_role("button", name="Công bố điểm cùng lúc")
    ).wait_for()
    hall.goto(f"{address}/man-chieu")
    desk.locator("button[name=scene][value=board]").click()
    hall.get_by_text("đã công bố 11/25").wait_for()

    desk.get_by_text("Rút lại điểm", exact=True).click()
    desk.get_by_label("Lý do").filter(visible=True).fill("GK2 chấm nhầm đội")
    desk.get_by_role("button", name="Rút lại điểm, ghi biên bản").click()

    desk.get_by_text("GK2 chấm nhầm đội").wait_for()
    hall.get_by_text("đã công bố 10/25").wait_for()
    assert looked_over(desk, "stage-desk") == []


def test_phone_votes_once_with_the_code_of_a_seat_card(visit, chrome, site, evening):
    first = visit(PHONE)
    address = f"/binh-chon/{evening.vote}?ma={evening.cards[0]}"
    first.goto(address)
    faults = looked_over(first, "vote-phone")

    first.locator(".option").nth(2).click()
    first.get_by_role("button", name="Gửi phiếu").click()
    first.get_by_text("Phiếu của bạn được tính một lần.").wait_for()
    faults += looked_over(first, "vote-received-phone")
    # A browser tells of a refused form as of a fault, so this one is not watched.
    second = chrome.new_context(base_url=site.address, viewport=PHONE, locale="vi").new_page()
    second.goto(address)
    second.locator(".option").nth(0).click()
    second.get_by_role("button", name="Gửi phiếu").click()
    second.get_by_text("Mã này đã bình chọn.").wait_for()
    second.context.close()

    assert first.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert faults == []
    assert site.value(VOTES, evening.vote) == 1


def test_organiser_of_the_vote_sees_no_count_before_it_closes(visit, evening):
    desk = visit(DESK, code="secretary")
    desk.goto(f"/quan-ly/binh-chon/{evening.vote}")
    faults = looked_over(desk, "ballot-desk")
    phone = visit(PHONE, code="organizer")
    phone.goto(f"/quan-ly/binh-chon/{evening.vote}")
    faults += looked_over(phone, "ballot-phone")
    phone.goto(f"/quan-ly/vong/{evening.round_id}/san-khau")
    faults += looked_over(phone, "stage-desk-phone")
    widths = [phone.evaluate("document.documentElement.scrollWidth")]
    for page in (desk, phone):
        page.goto(f"/quan-ly/vong/{evening.round_id}/phan-thi")
        faults += looked_over(page, f"parts-{page.viewport_size['width']}")
    for way in ("dem", "binh-chon"):
        phone.goto(f"/quan-ly/vong/{evening.round_id}/phan-thi/them/{way}")
        faults += looked_over(phone, f"part-{way}")
    widths.append(phone.evaluate("document.documentElement.scrollWidth"))

    assert desk.get_by_text("Mở phiếu").count() == 0
    assert faults == []
    assert max(widths) <= PHONE["width"]

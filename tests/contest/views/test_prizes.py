"""Pages of prizes and quotas: what they show to whom, and what their forms do."""

import pytest

from accounts.rules.authorizing import Role, ScopeKind
from accounts.rules.staff import StaffCategory
from contest import award_queries, awarding, publishing, quota_queries, targeting
from contest.models import AwardList, PrizeRule
from contest.rules.awards import ListState
from contest.rules.quotas import DAKLAK_2023
from core import sheets
from core.db import atomic, db
from tests import factories
from tests.contest import winning
from tests.world import Asker


@pytest.fixture
def round_(app, noon):
    return factories.round_(opens_at=noon, contest=factories.contest(headcount_on=winning.DAY))


def rule_made():
    """The prizes that a request before has made: read in a transaction of their own."""
    db.session.rollback()
    return db.session.query(PrizeRule).one()


def list_made():
    db.session.rollback()
    return db.session.query(AwardList).one()


def asker(app, role=Role.ORGANIZER, scope=(ScopeKind.PLATFORM, 0), name="Lê Thị Mai"):
    person = factories.account(full_name=name)
    factories.grant(person, role, *scope)
    return Asker(app, person)


@pytest.fixture
def unit(round_):
    found = winning.taking_part(round_.contest, "Sở Tư pháp")
    winning.headcount(found, 3, StaffCategory.LEADER)
    targeting.add(round_.contest, DAKLAK_2023, factories.account())
    return found


def radar(round_):
    return f"/quan-ly/cuoc-thi/{round_.contest.public_id}/chi-tieu"


def test_radar_says_in_words_and_numbers_what_is_lacking(app, round_, unit):
    page = asker(app).ask("GET", radar(round_))

    assert "Chưa đạt: " in page.text
    assert "0/3" in page.text
    assert "Kính gửi Sở Tư pháp: đến" in page.text
    assert "Lãnh đạo Sở: 1 người" in page.text


def test_names_are_for_the_units_own_officer_only(app, round_, unit):
    factories.account(full_name="Y Thiên Niê", unit_id=unit.id)
    address = f"{radar(round_)}/don-vi/{unit.public_id}"
    officer = asker(app, Role.UNIT_OFFICER, (ScopeKind.UNIT, unit.id), "Đinh Thị Nhạn")
    other = factories.unit(name="Sở Y tế")
    stranger = asker(app, Role.UNIT_OFFICER, (ScopeKind.UNIT, other.id), "Võ Minh")

    assert "Y Thiên Niê" in officer.ask("GET", address).text
    assert "Y Thiên Niê" not in asker(app).ask("GET", address).text
    assert stranger.ask("GET", address).status_code == 404


def test_officer_finds_everybody_of_a_large_unit_page_by_page_and_without_marks(app, round_, unit):
    for number in range(103):
        factories.account(full_name=f"Nguyễn Văn {number:03}", unit_id=unit.id)
    factories.account(full_name="H’Đương Êban", unit_id=unit.id)
    address = f"{radar(round_)}/don-vi/{unit.public_id}"
    officer = asker(app, Role.UNIT_OFFICER, (ScopeKind.UNIT, unit.id), "Đinh Thị Nhạn")

    first = officer.ask("GET", address).text
    last = officer.ask("GET", f"{address}?after=100").text
    found = officer.ask("GET", f"{address}?tim=duong+eban").text

    names = [f"Nguyễn Văn {number:03}" for number in range(103)]
    assert "after=100" in first
    assert [name for name in names if name not in first and name not in last] == []
    assert not any(name in first and name in last for name in names)
    assert "H’Đương Êban" in found
    assert not any(name in found for name in names)


def test_letter_names_only_units_that_are_behind(app, round_, unit):
    done = winning.taking_part(round_.contest, "Sở Y tế")
    winning.headcount(done, 1, StaffCategory.LEADER)
    winning.member(round_, done, StaffCategory.LEADER)

    page = asker(app).ask("GET", f"{radar(round_)}/cong-van")

    assert "Sở Tư pháp" in page.text
    assert "Sở Y tế" not in page.text


def test_radar_as_a_workbook_holds_the_same_figures(app, round_, unit):
    answer = asker(app).ask("POST", f"{radar(round_)}/tai-ve", data={})

    (sheet,) = sheets.read_xlsx(answer.data)
    rows = [[cell.text for cell in row] for row in sheet.rows]
    assert rows[0][3] == "Lãnh đạo Sở (ít nhất 1 người)"
    assert rows[1][1:7] == ["Sở Tư pháp", "Chưa đạt", "0", "3", "1", "1"]


def test_quota_is_added_by_its_form_and_one_that_asks_for_nothing_is_told_so(app, round_):
    mai, address = asker(app), f"{radar(round_)}/muc"

    refused = mai.ask("POST", address, data={"title": "Lãnh đạo", "basis": "headcount"})
    form = {"title": "Lãnh đạo", "basis": "headcount", "count": "2", "categories": ["leader"]}
    added = mai.ask("POST", address, data=form)

    assert (refused.status_code, added.status_code) == (422, 303)
    db.session.rollback()
    (quota,) = quota_queries.quotas_of(round_.contest)
    assert (quota.title, quota.count, quota.categories) == ("Lãnh đạo", 2, ["leader"])


FORM = {
    "title": "Giải tuần",
    "levels": "Giải Nhất; 1; 800.000\nGiải Nhì; 2; 500.000",
    "ties": "committee",
    "once": "higher",
    "publishes_names": "y",
}


def offered(app, round_, **more):
    mai = asker(app)
    address = f"/quan-ly/cuoc-thi/{round_.contest.public_id}/giai-thuong/moi"
    form = FORM | {"round": round_.public_id} | more
    return mai, mai.ask("POST", address, data=form)


def test_prizes_are_set_by_their_form_and_read_back_in_words(app, round_):
    mai, answer = offered(app, round_)

    rule = rule_made()
    assert answer.status_code == 303
    assert [(one.title, one.count, one.value) for one in rule.levels] == [
        ("Giải Nhất", 1, 800_000),
        ("Giải Nhì", 2, 500_000),
    ]
    page = mai.ask("GET", answer.location)
    assert "Giải Nhì: 2 giải, mỗi giải 500.000 đồng" in page.text.replace("\u00a0", " ")


def test_level_that_cannot_be_read_is_told_and_stays_in_the_box(app, round_):
    _mai, answer = offered(app, round_, levels="Giải Nhất: một giải")

    assert answer.status_code == 422
    assert "Giải Nhất: một giải" in answer.text


def test_prizes_for_units_are_set_by_their_form(app, round_):
    form = {
        "title": "Giải tập thể", "levels": "Nhất; 1", "rate": "0,6", "prize_points": "0,4",
        "points": "Giải Nhất; 10", "decimals": "2", "least_headcount": "5", "least_people": "1",
        "ties": "lot", "groups": ["commune"],
    }  # fmt: skip
    address = f"/quan-ly/cuoc-thi/{round_.contest.public_id}/giai-thuong/moi?loai=tap-the"

    asker(app).ask("POST", address, data=form)

    rule = rule_made().collective
    assert [(measure.value, str(weight)) for measure, weight in rule.weights] == [
        ("rate", "0.6"),
        ("prize_points", "0.4"),
    ]


def test_two_people_decide_on_the_pages_and_the_public_reads_it_masked_or_in_full(app, round_):
    with atomic():
        an, binh = winning.field(round_, "Trần Thị An", "Lê Văn Bình")
        an.publishes_name = True
        round_.public_results_at = None
    winning.computed(round_)
    mai, _ = offered(app, round_)
    rule = rule_made().public_id
    mai.ask("POST", f"/quan-ly/giai-thuong/{rule}/du-thao", data={})
    list_ = list_made().public_id
    reason = {"reason": "Họp Ban Tổ chức"}

    mai.ask("POST", f"/quan-ly/danh-sach-giai/{list_}/trinh", data=reason)
    mine = mai.ask("POST", f"/quan-ly/danh-sach-giai/{list_}/dong-y", data=reason)
    hung = asker(app, name="Phạm Đức Hùng")
    hung.ask("POST", f"/quan-ly/danh-sach-giai/{list_}/dong-y", data=reason)

    assert mine.status_code >= 400
    assert list_made().state is ListState.AGREED
    public = f"/cuoc-thi/{round_.contest.slug}/giai-thuong"
    assert "Trần Thị A" not in Asker(app).ask("GET", public).text
    with atomic():
        publishing.publish(round_, None, at=round_.closes_at)
    shown = Asker(app).ask("GET", public).text.replace("\u00a0", " ")
    assert "Trần Thị An" in shown
    assert "Lê Văn B***" in shown
    assert binh.account.full_name not in shown
    minutes = mai.ask("GET", f"/quan-ly/danh-sach-giai/{list_}/bien-ban")
    assert "Người duyệt: Phạm Đức Hùng" in minutes.text


def test_prize_is_moved_left_vacant_and_restored_on_the_page(app, round_):
    people = winning.field(round_, "Trần Thị An", "Lê Văn Bình", "Y Cường Niê", "H’Dung")
    winning.computed(round_)
    mai, _ = offered(app, round_)
    rule = rule_made()
    draft = awarding.draft(rule, factories.account(), at=round_.closes_at)
    first = draft.awards[0].public_id
    base = f"/quan-ly/danh-sach-giai/{draft.public_id}/giai/{first}"

    def holder():
        db.session.rollback()
        award = award_queries.open_list(rule).awards[0]
        return award.enrolment.number if award.enrolment else None

    lost = mai.ask("POST", f"{base}/trao", data={"holder": "999999", "reason": "Nhầm"})
    number = str(people[3].number)
    mai.ask("POST", f"{base}/trao", data={"holder": number, "reason": "Từ chối nhận giải"})
    moved = holder()
    mai.ask("POST", f"{base}/de-trong", data={"reason": "Không xác nhận thông tin"})
    vacant = holder()
    mai.ask("POST", f"{base}/khoi-phuc", data={})

    assert lost.status_code == 422
    assert (moved, vacant, holder()) == (people[3].number, None, people[0].number)


def test_one_prize_more_is_added_on_the_page_with_its_reason(app, round_):
    people = winning.field(round_, "Trần Thị An", "Lê Văn Bình", "Y Cường Niê", "H’Dung")
    winning.computed(round_)
    mai, _ = offered(app, round_)
    draft = awarding.draft(rule_made(), factories.account(), at=round_.closes_at)
    form = {"them-level": "1", "them-holder": str(people[3].number), "them-reason": "Giải phụ"}

    added = mai.ask("POST", f"/quan-ly/danh-sach-giai/{draft.public_id}/them", data=form)

    assert added.status_code == 303
    last = list_made().awards[-1]
    assert (last.title, last.reason) == ("Giải Nhì", "Giải phụ")
    assert last.enrolment_id == people[3].id

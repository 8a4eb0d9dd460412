"""One choice of letterhead: what the office of a contest is set to stands on all it prints."""

import pytest

from accounts.rules.staff import StaffCategory
from contest import awarding, drafting, targeting
from contest.documents.office import Office
from contest.rules.quotas import DAKLAK_2023
from questions import usage
from questions.rules.letterheads import COUNTRY, UNION, Profile
from tests import factories
from tests.contest import winning
from tests.contest.views.test_prizes import asker

STATE = Office(
    profile=Profile.STATE,
    parent="UBND tỉnh Đắk Lắk",
    body="Sở Nội vụ",
    letters="SNV",
    place="Buôn Ma Thuột",
    signing="",
    capacity="",
    post="Giám đốc",
    signer="Nguyễn Văn Bình",
)
YOUTH = Office(
    profile=Profile.UNION,
    body="BCH Tỉnh Đắk Lắk",
    letters="TĐTN-VP",
    place="Đắk Lắk",
    capacity="BAN THƯỜNG VỤ",
    post="BÍ THƯ",
    signer="Y Lê Pas Tơr",
)


@pytest.fixture
def round_(app, noon):
    made = factories.round_(opens_at=noon, contest=factories.contest(headcount_on=winning.DAY))
    unit = winning.taking_part(made.contest, "Sở Tư pháp")
    winning.headcount(unit, 3, StaffCategory.LEADER)
    targeting.add(made.contest, DAKLAK_2023, factories.account())
    return made


def set_to(round_, office):
    drafting.keep_office(round_.contest, office, factories.account())


def letter(app, round_):
    address = f"/quan-ly/cuoc-thi/{round_.contest.public_id}/chi-tieu/cong-van"
    return asker(app).ask("GET", address).text


def minutes(app, round_):
    winning.field(round_, "Trần Thị An")
    winning.computed(round_)
    actor = factories.account()
    list_ = awarding.draft(winning.prizes(round_, actor), actor, at=round_.closes_at)
    return asker(app).ask("GET", f"/quan-ly/danh-sach-giai/{list_.public_id}/bien-ban").text


@pytest.mark.parametrize("page", [letter, minutes])
def test_pages_to_be_printed_have_the_letterhead_of_the_state_office(app, round_, page):
    set_to(round_, STATE)

    text = page(app, round_)

    assert COUNTRY in text
    assert "SỞ NỘI VỤ" in text
    assert "GIÁM ĐỐC" in text
    assert "Buôn Ma Thuột, ngày" in text
    assert "BAN TỔ CHỨC CUỘC THI" not in text


@pytest.mark.parametrize("page", [letter, minutes])
def test_pages_to_be_printed_have_the_letterhead_of_the_youth_union(app, round_, page):
    set_to(round_, YOUTH)

    text = page(app, round_)

    assert COUNTRY not in text
    assert "Độc lập" not in text
    assert UNION in text
    assert "***" in text
    assert "TM. BAN THƯỜNG VỤ" in text
    assert ("-CV/TĐTN-VP" if page is letter else "-----") in text


def test_letter_has_its_subject_under_the_sign(app, round_):
    set_to(round_, STATE)

    assert "V/v nhắc thực hiện chỉ tiêu dự thi" in letter(app, round_)


def test_a_new_paper_set_begins_with_the_letterhead_of_its_contest(round_):
    bank = round_.blueprint.bank_id
    assert usage.letterhead(bank) == {}

    set_to(round_, YOUTH)

    assert usage.letterhead(bank) == {
        "profile": "union",
        "parent": "",
        "body": "BCH Tỉnh Đắk Lắk",
        "place": "Đắk Lắk",
    }

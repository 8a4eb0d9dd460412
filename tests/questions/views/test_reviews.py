"""The pages of the review: the queue, deciding, locking; and whose questions a person sees."""

import io
import re

import pytest
from sqlalchemy import select

from accounts.rules.authorizing import Role, ScopeKind
from core import sheets
from core.db import db
from questions import reviewing
from questions.models import Item, ItemState, ItemView, ReviewSteps, ViewPlace
from tests import factories
from tests.questions.conftest import enter

SECRET = "Số hiệu bí mật của đề là gì?"


@pytest.fixture
def bank(app):
    return factories.bank(review_steps=ReviewSteps.TWO)


def person(client, bank, *roles, **fields):
    """Sign somebody in who holds these roles in the bank."""
    found = factories.account(**fields)
    for role in roles:
        factories.grant(found, role, ScopeKind.BANK, bank.id)
    enter(client, found)
    return found


def waiting(bank, count=1, **fields):
    """Return items of another author that wait for a reviewer."""
    author = factories.account(full_name="Lê Thị Mai")
    items = [
        factories.item(bank, number=n, state=ItemState.DRAFT, author_id=author.id, **fields)
        for n in range(1, count + 1)
    ]
    at = author.created_at
    reviewing.submit_many(author, bank, [one.id for one in items], at=at)
    return items


def state_of(item):
    db.session.rollback()
    return db.session.scalar(select(Item.state).where(Item.id == item.id))


def decided(step="review", verdict="passed", **more):
    return {"number": "1", "step": step, "verdict": verdict} | more


# --- The queue ---------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_queue_when_more_waits_then_statements_do_not_grow(client, bank, queries, rows):
    person(client, bank, Role.REVIEWER)
    waiting(bank, rows)
    queries.clear()

    page = client.get("/ngan-hang/tham-dinh").text

    assert f"{rows} câu đang chờ xem" in page
    assert len(queries) == 5


@pytest.mark.parametrize("rows", [1, 3])
def test_look_when_more_waits_then_statements_do_not_grow(client, bank, queries, rows):
    person(client, bank, Role.REVIEWER)
    items = waiting(bank, rows)
    client.get(f"/ngan-hang/tham-dinh/{items[0].public_id}")
    queries.clear()

    client.get(f"/ngan-hang/tham-dinh/{items[0].public_id}")

    assert len(queries) == 12


def test_queue_when_a_stranger_asks_then_there_is_none(client, sign_in):
    sign_in()

    assert client.get("/ngan-hang/tham-dinh").status_code == 404


def test_queue_when_an_author_asks_then_it_is_refused(client, bank):
    person(client, bank, Role.AUTHOR)

    assert client.get("/ngan-hang/tham-dinh").status_code == 403


def test_queue_when_the_day_is_over_then_a_word_says_so(client, bank, noon):
    person(client, bank, Role.REVIEWER)
    item = waiting(bank)[0]
    reviewing.assign(factories.account(), item, None, noon.date())

    assert "Quá hạn từ 18/11/2026" in client.get("/ngan-hang/tham-dinh").text


def test_decide_when_passed_then_the_next_one_is_shown(client, bank):
    person(client, bank, Role.REVIEWER)
    first, second = waiting(bank, 2)

    answer = client.post(f"/ngan-hang/tham-dinh/{first.public_id}", data=decided())

    assert answer.location == f"/ngan-hang/tham-dinh/{second.public_id}"
    assert state_of(first) == ItemState.REVIEWED


def test_decide_when_returned_without_a_reason_then_it_is_asked_for(client, bank):
    person(client, bank, Role.REVIEWER)
    item = waiting(bank)[0]

    answer = client.post(f"/ngan-hang/tham-dinh/{item.public_id}", data=decided(verdict="returned"))

    assert (answer.status_code, state_of(item)) == (422, ItemState.SUBMITTED)
    assert "Ghi rõ cần sửa gì." in answer.text


def test_decide_when_a_reviewer_approves_then_it_is_refused(client, bank):
    person(client, bank, Role.REVIEWER)
    item = waiting(bank)[0]
    reviewing.accept(
        factories.account(),
        item,
        reviewing.Looked(1, reviewing.Step.REVIEW),
        at=item.created_at,
    )

    answer = client.post(f"/ngan-hang/tham-dinh/{item.public_id}", data=decided("approval"))

    assert (answer.status_code, state_of(item)) == (403, ItemState.REVIEWED)


def test_decide_when_one_person_holds_every_role_then_the_own_item_stays(client, bank):
    roles = (Role.AUTHOR, Role.REVIEWER, Role.APPROVER, Role.BANK_OWNER)
    writer = person(client, bank, *roles)
    item = factories.item(bank, state=ItemState.DRAFT, author_id=writer.id)
    reviewing.submit(writer, item, number=1, at=item.created_at)

    client.post(f"/ngan-hang/tham-dinh/{item.public_id}", data=decided())
    page = client.get(f"/ngan-hang/cau/{item.public_id}").text

    assert state_of(item) == ItemState.SUBMITTED
    assert "người soạn câu hỏi không thẩm định" in page


def test_pass_many_when_one_was_not_opened_then_none_is_passed(client, bank):
    person(client, bank, Role.REVIEWER)
    first, second = waiting(bank, 2)
    client.get(f"/ngan-hang/tham-dinh/{first.public_id}")
    both = {"cau": [f"{first.public_id}:1", f"{second.public_id}:1"]}

    client.post("/ngan-hang/tham-dinh", data=both)
    before = state_of(first), state_of(second)
    client.get(f"/ngan-hang/tham-dinh/{second.public_id}")
    client.post("/ngan-hang/tham-dinh", data=both)

    assert before == (ItemState.SUBMITTED, ItemState.SUBMITTED)
    assert (state_of(first), state_of(second)) == (ItemState.REVIEWED, ItemState.REVIEWED)


def test_pass_many_when_the_bank_is_another_then_it_is_refused(client, bank):
    person(client, factories.bank(title="Ngân hàng khác"), Role.REVIEWER)
    item = waiting(bank)[0]

    answer = client.post("/ngan-hang/tham-dinh", data={"cau": [f"{item.public_id}:1"]})

    assert (answer.status_code, state_of(item)) == (403, ItemState.SUBMITTED)


# --- Importing, submitting ---------------------------------------------------------------------


def test_import_into_a_reviewed_bank_offers_to_submit_all(client, bank):
    person(client, bank, Role.AUTHOR)
    text = "Câu 1. Ai chủ trì?\n*A. Sở Nội vụ\nB. Sở Y tế\nC. Sở Tài chính\nD. Tỉnh đoàn\n"
    sent = {"file": (io.BytesIO(text.encode()), "de.txt")}
    staged = client.post(f"/ngan-hang/{bank.public_id}/nhap", data=sent).location

    client.post(f"{staged}/dong-y")
    page = client.get(staged).text
    client.post(f"{staged}/gui-tham-dinh")
    after = client.get(staged).text

    assert "Gửi thẩm định tất cả" in page
    assert "Tất cả đã được gửi thẩm định." in after
    db.session.rollback()
    assert [one.state for one in db.session.query(Item)] == [ItemState.SUBMITTED]


def test_submit_drafts_of_the_bank_takes_only_the_own_ones(client, bank):
    writer = person(client, bank, Role.AUTHOR)
    own = factories.item(bank, number=1, state=ItemState.DRAFT, author_id=writer.id)
    other = factories.item(bank, number=2, state=ItemState.DRAFT)

    client.post(f"/ngan-hang/{bank.public_id}/gui-tham-dinh")

    assert (state_of(own), state_of(other)) == (ItemState.SUBMITTED, ItemState.DRAFT)


# --- Locked items ------------------------------------------------------------------------------


def test_locked_item_is_hidden_in_lists_and_its_opening_is_recorded(client, bank):
    reader = person(client, bank, Role.APPROVER, full_name="Phạm Hùng")
    item = factories.item(bank, stem=SECRET, search_text="c001 so hieu bi mat")
    client.post(f"/ngan-hang/cau/{item.public_id}/khoa", data={"number": "1"})

    listed = client.get(f"/ngan-hang/{bank.public_id}").text
    found = client.get(f"/ngan-hang/{bank.public_id}?tim=bi mat").text
    opened = client.get(f"/ngan-hang/cau/{item.public_id}").text

    assert (SECRET in listed, "C001" in listed, "C001" in found) == (False, True, False)
    assert SECRET in opened
    assert "Lần mở xem này đã được ghi lại." in opened
    db.session.rollback()
    views = [(one.account_id, one.place) for one in db.session.query(ItemView)]
    assert views == [(reader.id, ViewPlace.PAGE)]


def test_export_with_a_locked_item_counts_as_a_view(client, bank):
    owner = person(client, bank, Role.BANK_OWNER)
    factories.item(bank, state=ItemState.LOCKED)
    factories.item(bank, number=2)

    client.post(f"/ngan-hang/{bank.public_id}/xuat")

    db.session.rollback()
    views = [(one.account_id, one.place) for one in db.session.query(ItemView)]
    assert views == [(owner.id, ViewPlace.EXPORT)]


def test_edit_of_a_locked_item_leads_back_to_its_page(client, bank):
    person(client, bank, Role.BANK_OWNER)
    item = factories.item(bank, state=ItemState.LOCKED, stem=SECRET)

    answer = client.get(f"/ngan-hang/cau/{item.public_id}/sua")

    assert (answer.status_code, SECRET in answer.text) == (303, False)


def test_unlock_without_a_reason_leaves_it_locked(client, bank):
    person(client, bank, Role.APPROVER)
    item = factories.item(bank, state=ItemState.LOCKED)

    client.post(f"/ngan-hang/cau/{item.public_id}/mo-khoa", data={"reason": ""})

    assert state_of(item) == ItemState.LOCKED


# --- Whose questions a person sees -------------------------------------------------------------


def test_author_of_a_bank_sees_only_the_own_questions(client, bank):
    writer = person(client, bank, Role.AUTHOR)
    own = factories.item(bank, number=1, stem="Câu của tôi?", author_id=writer.id)
    other = factories.item(bank, number=2, stem=SECRET)

    page = client.get(f"/ngan-hang/{bank.public_id}").text
    banks = client.get("/ngan-hang/").text
    export = client.post(f"/ngan-hang/{bank.public_id}/xuat").data
    mine = client.get(f"/ngan-hang/cau/{own.public_id}").status_code
    foreign = client.get(f"/ngan-hang/cau/{other.public_id}").status_code

    assert ("Câu của tôi?" in page, SECRET in page) == (True, False)
    assert (mine, foreign) == (200, 404)
    assert re.search(r"cover[^<]*</a></td><td class=\"r\">1</td>", banks)
    (sheet,) = sheets.read_xlsx(export)
    assert "Câu của tôi?" in str(sheet)
    assert SECRET not in str(sheet)


def test_author_of_a_bank_sees_no_like_question_of_others_on_importing(client, bank):
    person(client, bank, Role.AUTHOR)
    factories.item(bank, stem="Cơ quan nào chủ trì Hội thi cải cách hành chính?")
    text = (
        "Câu 1. Cơ quan nào chủ trì Hội thi cải cách hành chính?\n"
        "*A. Phương án a của câu 1\nB. Phương án b của câu 1\n"
        "C. Phương án c của câu 1\nD. Phương án d của câu 1\n"
    )
    sent = {"file": (io.BytesIO(text.encode()), "de.txt")}
    staged = client.post(f"/ngan-hang/{bank.public_id}/nhap", data=sent).location

    page = client.get(staged).text

    assert "mà tài khoản này không được xem" in page
    assert "Mở trong ngân hàng" not in page


def test_import_of_another_author_does_not_exist(client, bank):
    person(client, bank, Role.AUTHOR)
    sent = {"text": "Câu 1. Ai chủ trì?\n*A. Sở Nội vụ\nB. Sở Y tế\n"}
    staged = client.post(f"/ngan-hang/{bank.public_id}/nhap", data=sent).location
    person(client, bank, Role.AUTHOR)

    assert client.get(staged).status_code == 404


def test_bank_of_others_does_not_exist(client, bank):
    person(client, factories.bank(title="Ngân hàng khác"), Role.BANK_OWNER)

    answers = [
        client.get(f"/ngan-hang/{bank.public_id}{rest}").status_code
        for rest in ("", "/quyen", "/soan", "/nhap")
    ]

    assert answers == [404] * 4
    assert bank.title not in client.get("/ngan-hang/").text


# --- The rights of a bank ----------------------------------------------------------------------


def test_maker_of_a_bank_is_its_owner(client, sign_in):
    maker = sign_in()
    factories.grant(maker, Role.ORGANIZER, ScopeKind.CONTEST, factories.contest().id)

    made = client.post("/ngan-hang/", data={"title": "Ngân hàng 2027"}).location

    assert client.get(made).status_code == 200
    assert client.get(f"{made}/quyen").status_code == 200


def test_rights_when_given_then_the_person_works_in_this_bank_alone(client, bank):
    person(client, bank, Role.BANK_OWNER)
    other = factories.account(full_name="H’Bia Niê", phone="+84914000111")

    page = client.get(f"/ngan-hang/{bank.public_id}/quyen?tim=0914 000 111").text
    given = {"account": other.public_id, "role": "reviewer"}
    client.post(f"/ngan-hang/{bank.public_id}/quyen", data=given)
    enter(client, other)

    assert "H’Bia Niê" in page
    assert client.get(f"/ngan-hang/{bank.public_id}").status_code == 200
    assert client.get(f"/ngan-hang/{bank.public_id}/quyen").status_code == 403


def test_rights_search_finds_who_takes_part_by_no_word_of_the_name(client, bank):
    person(client, bank, Role.BANK_OWNER)
    factories.account(full_name="Hồ Thị Ngọc Trâm")
    reviewer = factories.account(full_name="Ngọc Bích")
    factories.grant(reviewer, Role.REVIEWER)

    page = client.get(f"/ngan-hang/{bank.public_id}/quyen?tim=ngoc").text

    assert ("Ngọc Bích" in page, "Ngọc Trâm" in page) == (True, False)


@pytest.mark.parametrize("role", ["admin", "organizer", "judge", ""])
def test_rights_when_the_role_is_not_of_banks_then_it_is_refused(client, bank, role):
    person(client, bank, Role.BANK_OWNER)
    given = {"account": factories.account().public_id, "role": role}

    assert client.post(f"/ngan-hang/{bank.public_id}/quyen", data=given).status_code == 422


def test_rights_to_oneself_are_refused(client, bank):
    owner = person(client, bank, Role.BANK_OWNER)
    given = {"account": owner.public_id, "role": "approver"}

    client.post(f"/ngan-hang/{bank.public_id}/quyen", data=given)

    assert client.get("/ngan-hang/tham-dinh").status_code == 403


def test_steps_when_changed_then_what_waits_begins_again(client, bank):
    person(client, bank, Role.BANK_OWNER)
    item = waiting(bank)[0]

    client.post(f"/ngan-hang/{bank.public_id}/so-buoc", data={"steps": "none"})

    assert state_of(item) == ItemState.DRAFT


def test_steps_when_the_form_is_faulty_then_nothing_changes(client, bank):
    person(client, bank, Role.BANK_OWNER)

    answer = client.post(f"/ngan-hang/{bank.public_id}/so-buoc", data={"steps": "seven"})

    assert answer.status_code == 422

"""The bank's pages: who may see them, what they show, how items are written."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from accounts.models import AuditEntry, BrowserSession
from accounts.rules.authorizing import Role, ScopeKind
from core import clock, jobs
from core.db import atomic, db
from questions import exporting, stocking
from questions.formats import gift
from questions.models import Bank, Item, ItemState, ItemVersion
from tests import factories

GOOD = {
    "number": "1",
    "stem": "Cơ quan nào chủ trì Hội thi?",
    "option-0": "Sở Nội vụ",
    "option-1": "Tỉnh Đoàn",
    "option-2": "",
    "key": "1",
    "purpose": "official",
}


def read(statement):
    """Read what the requests have written: this session may hold an older snapshot."""
    db.session.rollback()
    return db.session.scalar(statement)


def stems(item):
    db.session.rollback()
    rows = select(ItemVersion.stem).where(ItemVersion.item_id == item.id)
    return list(db.session.scalars(rows.order_by(ItemVersion.number)))


def state_of(item):
    return read(select(Item.state).where(Item.id == item.id))


def test_banks_when_a_stranger_asks_then_there_are_none(client, sign_in):
    factories.bank(title="Ngân hàng của tỉnh")
    sign_in()

    answer = client.get("/ngan-hang/")

    assert answer.status_code == 404
    assert "Ngân hàng của tỉnh" not in answer.text


def test_banks_when_nobody_is_signed_in_then_sign_in_is_asked(client):
    answer = client.get("/ngan-hang/")

    assert (answer.status_code, answer.location.split("?")[0]) == (303, "/dang-nhap")


def test_bank_when_the_role_is_held_in_a_contest_that_draws_from_it_then_it_is_shown(
    client, sign_in
):
    round_, elsewhere = factories.round_(), factories.contest()
    bank = round_.blueprint.bank
    here = sign_in()
    factories.grant(here, Role.AUTHOR, ScopeKind.CONTEST, round_.contest_id)

    drawn_from = client.get(f"/ngan-hang/{bank.public_id}")
    other = sign_in()
    factories.grant(other, Role.AUTHOR, ScopeKind.CONTEST, elsewhere.id)
    foreign = client.get(f"/ngan-hang/{bank.public_id}")

    assert (drawn_from.status_code, foreign.status_code) == (200, 404)


def test_create_when_the_reviewer_may_only_read_then_it_is_refused(client, sign_in):
    bank = factories.bank()
    sign_in(Role.REVIEWER)

    answer = client.post(f"/ngan-hang/{bank.public_id}/soan", data=GOOD)

    assert answer.status_code == 403
    assert read(select(func.count()).select_from(Item)) == 0


def test_create_bank_when_the_name_is_taken_then_it_is_said(client, author):
    factories.bank(title="Ngân hàng CCHC")

    answer = client.post("/ngan-hang/", data={"title": "Ngân hàng CCHC"})

    assert answer.status_code == 409
    assert "Đã có ngân hàng tên “Ngân hàng CCHC”." in answer.text


def test_create_bank_when_named_then_its_page_follows(client, author):
    answer = client.post("/ngan-hang/", data={"title": "Ngân hàng 2026"})

    bank = read(select(Bank).where(Bank.title == "Ngân hàng 2026"))
    assert answer.location == f"/ngan-hang/{bank.public_id}"


def test_bank_when_searched_without_marks_then_only_what_fits_is_shown(client, author):
    bank = factories.bank()
    factories.item(
        bank,
        number=1,
        stem="Bộ phận Một cửa đặt ở đâu?",
        search_text="c001 bo phan mot cua dat o dau",
    )
    factories.item(bank, number=2, stem="Ai chủ trì?", search_text="c002 ai chu tri")

    page = client.get(f"/ngan-hang/{bank.public_id}?tim=mot cua").text

    assert "đặt ở đâu" in page
    assert "Ai chủ trì" not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_bank_when_it_has_more_items_then_statements_do_not_grow(client, author, queries, rows):
    bank = factories.bank()
    topic = factories.topic()
    for number in range(rows):
        factories.item(bank, number=number + 1, topic_id=topic.id)
    queries.clear()

    client.get(f"/ngan-hang/{bank.public_id}")

    assert len(queries) == 10


def test_bank_when_there_are_two_pages_then_each_leads_to_the_other(client, author):
    bank = stocking.stock(at=author.created_at)

    first = client.get(f"/ngan-hang/{bank.public_id}?after=0")
    second = client.get(f"/ngan-hang/{bank.public_id}?after=25")
    back = client.get(f"/ngan-hang/{bank.public_id}?before=26")

    assert "THECHE-001" in first.text
    assert "THECHE-018" in first.text
    assert "THECHE-001" not in second.text
    assert "before=26" in second.text
    assert "THECHE-001" in back.text
    assert "after=25" in back.text


def test_create_when_the_form_is_good_then_the_item_says_it(client, author):
    bank = factories.bank()

    answer = client.post(f"/ngan-hang/{bank.public_id}/soan", data=GOOD)

    item = read(select(Item))
    assert answer.location == f"/ngan-hang/cau/{item.public_id}"
    assert (item.code, item.state, item.author_id) == ("C0001", ItemState.USABLE, author.id)
    assert item.current.content == {
        "options": [
            {"id": "a", "text": "Sở Nội vụ", "pinned": False},
            {"id": "b", "text": "Tỉnh Đoàn", "pinned": False},
        ],
        "key": ["b"],
    }


def test_create_when_no_key_is_chosen_then_the_fault_is_named(client, author):
    bank = factories.bank()

    answer = client.post(f"/ngan-hang/{bank.public_id}/soan", data=GOOD | {"key": ""})

    assert answer.status_code == 422
    assert "Chọn một phương án đúng." in answer.text
    assert read(select(func.count()).select_from(Item)) == 0


def test_create_when_an_option_is_added_then_nothing_is_saved(client, author):
    bank = factories.bank()

    page = client.post(f"/ngan-hang/{bank.public_id}/soan", data=GOOD | {"act": "add"}).text

    assert 'name="option-3"' in page
    assert 'name="option-4"' not in page
    assert "Tỉnh Đoàn</textarea>" in page
    assert read(select(func.count()).select_from(Item)) == 0


def test_create_when_an_option_is_taken_away_then_the_key_moves_with_it(client, author):
    bank = factories.bank()

    page = client.post(f"/ngan-hang/{bank.public_id}/soan", data=GOOD | {"act": "remove-0"}).text

    assert 'name="key" value="0" checked' in page
    assert "Sở Nội vụ" not in page


def test_create_when_the_type_is_true_or_false_then_its_options_are_given(client, author):
    bank = factories.bank()
    told = {"stem": "Kế hoạch do UBND tỉnh ban hành.", "option-0": "Đúng", "option-1": "Sai"}
    told |= {"key": "0", "purpose": "practice"}

    client.post(f"/ngan-hang/{bank.public_id}/soan?loai=true_false", data=told)

    item = read(select(Item))
    assert (item.type, item.purpose, item.current.content["key"]) == (
        "true_false",
        "practice",
        ["a"],
    )


def test_revise_when_the_wording_changes_then_the_old_version_stays(client, author):
    item = factories.item(factories.bank(), stem="Cơ quan nào chủ trì?")

    client.post(f"/ngan-hang/cau/{item.public_id}/sua", data=GOOD)

    assert stems(item) == ["Cơ quan nào chủ trì?", "Cơ quan nào chủ trì Hội thi?"]
    page = client.get(f"/ngan-hang/cau/{item.public_id}").text
    assert "<del" in page
    assert "Phiên bản 2" in page


def test_revise_when_somebody_was_quicker_then_nothing_is_lost(client, author):
    item = factories.item(factories.bank())
    client.post(f"/ngan-hang/cau/{item.public_id}/sua", data=GOOD)

    answer = client.post(f"/ngan-hang/cau/{item.public_id}/sua", data=GOOD | {"stem": "Câu khác?"})

    assert answer.status_code == 422
    assert "đã được người khác sửa" in answer.text
    assert stems(item)[-1] == "Cơ quan nào chủ trì Hội thi?"


def test_revise_when_sent_twice_then_there_is_one_new_version(client, author):
    item = factories.item(factories.bank())

    for _ in range(2):
        client.post(f"/ngan-hang/cau/{item.public_id}/sua", data=GOOD)

    assert len(stems(item)) == 2


def test_retire_when_no_reason_is_given_then_it_stays_usable(client, author):
    item = factories.item(factories.bank())

    answer = client.post(f"/ngan-hang/cau/{item.public_id}/ngung", data={"reason": " "})

    assert answer.status_code == 422
    assert state_of(item) == ItemState.USABLE


def test_retire_and_restore_when_asked_then_the_state_follows(client, author):
    item = factories.item(factories.bank())

    client.post(f"/ngan-hang/cau/{item.public_id}/ngung", data={"reason": "Không còn phù hợp"})
    retired = client.get(f"/ngan-hang/cau/{item.public_id}").text
    client.post(f"/ngan-hang/cau/{item.public_id}/dung-lai")

    assert "Không còn phù hợp" in retired
    assert state_of(item) == ItemState.USABLE


def test_item_when_shown_then_the_preview_is_what_participants_see(client, author):
    item = factories.item(factories.bank())

    page = client.get(f"/ngan-hang/cau/{item.public_id}").text

    assert 'class="question__stem"' in page
    assert page.count('class="option"') == 4


def test_item_when_a_participant_asks_then_there_is_none(client, sign_in):
    item = factories.item(factories.bank())
    sign_in()

    answer = client.get(f"/ngan-hang/cau/{item.public_id}")

    assert answer.status_code == 404
    assert "Cơ quan nào chủ trì" not in answer.text


def test_export_when_asked_then_a_workbook_comes(client, author):
    bank = stocking.stock(at=author.created_at)

    answer = client.post(f"/ngan-hang/{bank.public_id}/xuat")

    assert answer.status_code == 200
    assert answer.data.startswith(b"PK")
    assert "attachment" in answer.headers["Content-Disposition"]


def test_export_when_another_format_is_chosen_then_it_comes_and_is_noted(client, author):
    bank = stocking.stock(at=author.created_at)

    answer = client.post(f"/ngan-hang/{bank.public_id}/xuat", data={"dang": "gift"})

    assert answer.headers["Content-Disposition"].endswith('.gift"')
    count = len(gift.read(answer.data).questions)
    kept = read(select(AuditEntry.record).where(AuditEntry.action == "bank.exported"))
    assert (count > 0, '"gift"' in kept, f"{count}" in kept) == (True, True, True)


def test_choose_format_when_a_format_holds_less_then_the_page_says_what_is_lost(client, author):
    bank = factories.bank()
    stem = "Cơ quan nào chủ trì phong trào?" + " Chọn một." * 12
    factories.item(bank, stem=stem, search_text="phong trao")

    keeps = client.get(f"/ngan-hang/{bank.public_id}/xuat?dang=moodle").text
    loses = client.get(f"/ngan-hang/{bank.public_id}/xuat?dang=kahoot&tim=phong").text

    assert "Dạng này giữ trọn nội dung các câu hỏi." in keeps
    assert "Cơ quan nào chủ trì phong trào?" in loses
    assert 'name="tim" value="phong"' in loses


def test_export_when_the_proof_is_old_then_the_person_proves_again(client, author):
    bank = factories.bank()
    with atomic():
        session = db.session.scalar(select(BrowserSession))
        session.stepped_up_at = author.created_at - timedelta(hours=1)

    answer = client.post(f"/ngan-hang/{bank.public_id}/xuat")

    assert (answer.status_code, answer.location.split("?")[0]) == (303, "/xac-nhan")


def test_export_when_the_bank_is_large_then_a_job_writes_it(client, author, monkeypatch):
    monkeypatch.setattr(exporting, "MOST_AT_ONCE", 0)
    bank = factories.bank()
    factories.item(bank)

    waiting = client.post(f"/ngan-hang/{bank.public_id}/xuat").location
    before = client.get(waiting).text
    jobs.run_next(at=clock.now())
    after = client.get(waiting).text
    told = client.get(f"{waiting}/tien-do").json
    fetched = client.get(f"{waiting}?tep=1")

    assert 'data-behaviour="job-progress"' in before
    assert "Tệp đã sẵn sàng." in after
    assert told == {"state": "done", "progress": 100, "text": ""}
    assert fetched.data.startswith(b"PK")

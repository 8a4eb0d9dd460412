"""The worklist of an ended document, and the pages that correct and load documents."""

from datetime import date

import pytest
from sqlalchemy import func, select

from accounts.rules.authorizing import Role, ScopeKind
from core.db import atomic, db
from questions.models import Item, ItemState, LegalDocument
from tests import factories

TEXT = "Điều 1. Phạm vi\nQuy định về thi.\nĐiều 8. Hội đồng\nHội đồng có năm thành viên."


@pytest.fixture
def old(app):
    new = factories.saved(
        LegalDocument(code="ND-2", number="2/2026/NĐ-CP", title="Nghị định mới", clauses=TEXT)
    )
    return factories.saved(
        LegalDocument(
            code="ND-1",
            number="1/2020/NĐ-CP",
            title="Nghị định cũ",
            effective_to=date(2026, 6, 30),
            successor_id=new.id,
        )
    )


def kept_out(old, count=1):
    bank = factories.bank()
    items = [factories.item(bank, number=n + 1) for n in range(count)]
    with atomic():
        for item in items:
            item.state, item.current.document_id = ItemState.QUARANTINED, old.id
            item.current.clause = "Điều 8, khoản 1"
    return items


def read(statement):
    db.session.rollback()
    return db.session.scalar(statement)


def address(item, act=""):
    return f"/ngan-hang/van-ban/ND-1/ra-soat/{item.public_id}{act}"


@pytest.mark.parametrize("rows", [1, 3])
def test_worklist_when_more_waits_then_statements_do_not_grow(client, author, old, queries, rows):
    kept_out(old, rows)
    queries.clear()

    page = client.get("/ngan-hang/van-ban/ND-1/ra-soat").text

    assert f"Đã xử lý 0 trên {rows} câu" in page
    assert len(queries) == 5


@pytest.mark.parametrize("rows", [1, 3])
def test_compare_when_more_waits_then_statements_do_not_grow(client, author, old, queries, rows):
    page = address(kept_out(old, rows)[0])
    queries.clear()

    client.get(page)

    assert len(queries) == 9


def test_compare_shows_the_article_of_the_same_name_and_searches_without_marks(client, author, old):
    item = kept_out(old)[0]

    page = client.get(address(item)).text
    found = client.get(address(item, "?tim=quy dinh ve thi")).text

    assert ("năm thành viên" in page, "Quy định về thi" in page) == (True, False)
    assert "năm thành viên" not in found


def test_move_without_a_document_is_asked_for_one(client, author, old):
    item = kept_out(old)[0]

    answer = client.post(address(item, "/doi-can-cu"), data={"number": "1", "document": ""})

    assert (answer.status_code, read(select(Item.state))) == (422, ItemState.QUARANTINED)


def test_move_goes_on_to_the_next_question(client, author, old):
    first, second = kept_out(old, 2)
    told = {"number": "1", "document": str(old.successor_id), "clause": "Điều 8", "quote": ""}

    answer = client.post(address(first, "/doi-can-cu"), data=told)

    assert answer.location == address(second)
    assert read(select(Item.state).where(Item.id == first.id)) == ItemState.USABLE


def test_keep_without_a_reason_is_asked_for_one(client, author, old):
    item = kept_out(old)[0]

    assert client.post(address(item, "/giu-nguyen"), data={"number": "1"}).status_code == 422


def test_worklist_shows_nothing_of_banks_of_others(client, sign_in, old):
    item = kept_out(old)[0]
    person = sign_in()
    other = factories.bank(title="Ngân hàng khác")
    factories.grant(person, Role.BANK_OWNER, ScopeKind.BANK, other.id)

    page = client.get("/ngan-hang/van-ban/ND-1/ra-soat").text

    assert "Câu số 1" not in page
    assert client.get(address(item)).status_code == 404


def test_document_of_all_banks_is_changed_only_by_who_writes_everywhere(client, sign_in, old):
    person = sign_in()
    factories.grant(person, Role.BANK_OWNER, ScopeKind.BANK, factories.bank().id)

    answers = [
        client.post(f"/ngan-hang/van-ban/{rest}").status_code
        for rest in ("ND-1/sua", "ND-1/het-hieu-luc", "nap")
    ]

    assert answers == [403] * 3


def test_edit_saves_kind_and_text(client, author, old):
    told = {"kind": "decree", "number_": "1/2020/NĐ-CP", "title": "Nghị định cũ", "clauses": TEXT}

    answer = client.post("/ngan-hang/van-ban/ND-1/sua", data=told | {"successor": ""})

    assert answer.status_code == 303
    row = read(select(LegalDocument).where(LegalDocument.code == "ND-1"))
    assert (row.kind.value, row.clauses, row.effective_to) == ("decree", TEXT, None)


def test_edit_when_the_last_day_lies_before_the_first_then_it_is_said(client, author, old):
    told = {"kind": "decree", "title": "Nghị định", "successor": ""}
    days = {"effective_from": "2026-07-01", "effective_to": "2026-06-30"}

    answer = client.post("/ngan-hang/van-ban/ND-1/sua", data=told | days)

    assert answer.status_code == 422
    assert "Ngày hết hiệu lực đứng trước ngày có hiệu lực." in answer.text


def test_load_twice_adds_nothing_the_second_time(client, author):
    counts = []
    for _ in range(2):
        client.post("/ngan-hang/van-ban/nap")
        counts.append(read(select(func.count()).select_from(LegalDocument)))

    assert counts[0] == counts[1] > 0


def test_documents_are_found_without_marks_and_by_state(client, author, old):
    found = client.get("/ngan-hang/van-ban?tim=nghi dinh cu").text
    ended = client.get("/ngan-hang/van-ban?hieu-luc=ended").text

    assert ("1/2020/NĐ-CP" in found, "Nghị định mới" in found) == (True, False)
    assert ("Nghị định cũ" in ended, "Nghị định mới" in ended) == (True, False)

"""Topics and legal documents, and what becomes of items when a document ends."""

from datetime import date

import pytest
from sqlalchemy import select

from accounts.rules.authorizing import Role
from core.db import db
from questions import stocking
from questions.models import Item, ItemState, ItemVersion, LegalDocument
from tests import factories


@pytest.fixture
def stocked(author, noon):
    return stocking.stock(at=noon)


def resting_on(code):
    db.session.rollback()
    return set(
        db.session.scalars(
            select(Item.state)
            .join(ItemVersion, ItemVersion.id == Item.current_id)
            .join(LegalDocument, LegalDocument.id == ItemVersion.document_id)
            .where(LegalDocument.code == code)
        )
    )


def test_topics_when_shown_then_each_names_its_successor(client, stocked):
    page = client.get("/ngan-hang/linh-vuc").text

    assert "Hiện đại hóa hành chính nhà nước" in page
    assert "Xây dựng và phát triển Chính phủ điện tử, Chính phủ số" in page


def test_documents_when_shown_then_validity_and_items_are_counted(client, stocked):
    page = client.get("/ngan-hang/van-ban").text

    assert "13/2023/NĐ-CP" in page
    assert "Hết hiệu lực" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_documents_when_there_are_more_then_statements_do_not_grow(client, author, queries, rows):
    for number in range(rows):
        factories.saved(
            LegalDocument(code=f"VB-{number}", number=f"{number}/QĐ", title="Quyết định")
        )
    queries.clear()

    client.get("/ngan-hang/van-ban")

    assert len(queries) == 4


def test_end_when_a_document_is_replaced_then_its_items_are_quarantined(client, stocked):
    told = {"on": "2026-06-30", "successor": "QD-3466-2016"}

    answer = client.post("/ngan-hang/van-ban/KH-2017/het-hieu-luc", data=told)

    assert answer.status_code == 303
    assert resting_on("KH-2017") == {ItemState.QUARANTINED}
    assert ItemState.USABLE in resting_on("QD-3180-2016")
    document = db.session.scalar(select(LegalDocument).where(LegalDocument.code == "KH-2017"))
    assert (document.effective_to, document.successor.code) == (date(2026, 6, 30), "QD-3466-2016")


def test_end_when_an_item_still_cites_it_then_it_cannot_be_used_again(client, stocked):
    client.post(
        "/ngan-hang/van-ban/KH-2017/het-hieu-luc", data={"on": "2026-06-30", "successor": ""}
    )
    item = db.session.scalar(select(Item).where(Item.code == "THECHE-001"))

    client.post(f"/ngan-hang/cau/{item.public_id}/dung-lai")
    page = client.get(f"/ngan-hang/cau/{item.public_id}").text

    assert "đã hết hiệu lực" in page
    db.session.rollback()
    assert db.session.get(Item, item.id).state == ItemState.QUARANTINED


def test_end_when_no_day_is_given_then_nothing_changes(client, stocked):
    answer = client.post("/ngan-hang/van-ban/KH-2017/het-hieu-luc", data={"successor": ""})

    assert answer.status_code == 422
    assert ItemState.USABLE in resting_on("KH-2017")


def test_end_when_a_reviewer_asks_then_it_is_refused(client, sign_in, noon):
    stocking.stock(at=noon)
    sign_in(Role.REVIEWER)

    answer = client.post("/ngan-hang/van-ban/KH-2017/het-hieu-luc", data={"on": "2026-06-30"})

    assert answer.status_code == 403


def test_add_when_the_form_is_good_then_the_document_is_listed(client, author):
    told = {"code": "nd-1-2026", "number_": "1/2026/NĐ-CP", "title": "Nghị định về cuộc thi"}

    answer = client.post("/ngan-hang/van-ban/them", data=told)

    assert answer.location == "/ngan-hang/van-ban/ND-1-2026"
    assert "1/2026/NĐ-CP" in client.get("/ngan-hang/van-ban").text


def test_add_when_the_code_is_taken_then_it_is_said(client, stocked):
    answer = client.post("/ngan-hang/van-ban/them", data={"code": "KH-2017", "title": "Trùng"})

    assert answer.status_code == 422
    assert "Đã có văn bản mang mã KH-2017." in answer.text


def test_document_when_a_stranger_asks_then_there_is_none(client, sign_in, noon):
    stocking.stock(at=noon)
    sign_in()

    assert client.get("/ngan-hang/van-ban/KH-2017").status_code == 404

"""One act for many items, views kept, and the near-duplicates of a bank."""

import pytest
from sqlalchemy import select

from accounts.models import AuditEntry
from accounts.rules.authorizing import Role
from core import clock, jobs
from core.db import atomic, db
from questions import tending
from questions.models import Item, ItemState, SavedView
from tests import factories


@pytest.fixture
def bank(app):
    bank = factories.bank()
    for number in range(1, 4):
        factories.item(bank, number=number)
    return bank


def states(bank):
    db.session.rollback()
    rows = select(Item.state).where(Item.bank_id == bank.id).order_by(Item.id)
    return list(db.session.scalars(rows))


def first_of(bank):
    return db.session.scalar(select(Item).where(Item.bank_id == bank.id).order_by(Item.id))


def test_change_all_when_some_are_ticked_then_it_asks_before_it_does(client, bank, author):
    told = {"act": "retire", "cau": first_of(bank).public_id}
    address = f"/ngan-hang/{bank.public_id}/nhieu-cau"

    asked = client.post(address, data=told)
    before = states(bank)
    client.post(address, data=told | {"sure": "1", "reason": "Văn bản đã hết hiệu lực"})

    assert "Ngừng dùng: 1 câu" in asked.text
    assert before == [ItemState.USABLE] * 3
    assert states(bank) == [ItemState.RETIRED, ItemState.USABLE, ItemState.USABLE]
    assert "items.changed" in db.session.scalars(select(AuditEntry.action)).all()


def test_change_all_when_everything_is_meant_then_the_filter_holds(client, bank, author):
    topic = factories.topic()
    code = first_of(bank).code

    client.post(
        f"/ngan-hang/{bank.public_id}/nhieu-cau?tim={code}",
        data={"act": "topic", "everything": "y", "sure": "1", "topic": str(topic.id)},
    )

    db.session.rollback()
    given = [item.code for item in db.session.scalars(select(Item)) if item.topic_id == topic.id]
    assert given == [code]


def test_change_all_without_a_reason_then_it_is_asked_for(client, bank, author):
    told = {"act": "quarantine", "everything": "y", "sure": "1"}

    answer = client.post(f"/ngan-hang/{bank.public_id}/nhieu-cau", data=told)

    assert answer.status_code == 422
    assert states(bank) == [ItemState.USABLE] * 3


def test_change_all_of_a_locked_item_then_it_stays(client, bank, author):
    item = first_of(bank)
    with atomic():
        db.session.get(Item, item.id).state = ItemState.LOCKED

    client.post(
        f"/ngan-hang/{bank.public_id}/nhieu-cau",
        data={"act": "retire", "everything": "y", "sure": "1", "reason": "Thử"},
    )

    assert states(bank) == [ItemState.LOCKED, ItemState.RETIRED, ItemState.RETIRED]


def test_change_all_by_somebody_who_may_only_review_is_refused(client, bank, sign_in):
    sign_in(Role.REVIEWER)

    answer = client.post(f"/ngan-hang/{bank.public_id}/nhieu-cau", data={"act": "retire"})

    assert answer.status_code == 403


def test_keep_view_when_it_is_kept_twice_then_it_says_the_new_thing(client, bank, author):
    for level in ("NB", "TH"):
        client.post(f"/ngan-hang/{bank.public_id}/bo-loc?muc={level}&la=1", data={"title": "Dễ"})

    page = client.get(f"/ngan-hang/{bank.public_id}?muc=TH").text

    db.session.rollback()
    assert [view.query for view in db.session.scalars(select(SavedView))] == ["muc=TH"]
    assert "Bỏ bộ lọc “Dễ”" in page


def test_forget_view_of_somebody_else_then_it_stays(client, bank, sign_in, noon):
    other = factories.account(full_name="H'Hen Niê")
    tending.keep_view(other, bank, "Của tôi", "muc=NB", at=noon)
    view = tending.views_of(other.id, bank.id)[0]
    sign_in(Role.AUTHOR)

    client.post(f"/ngan-hang/{bank.public_id}/bo-loc/{view.public_id}/bo")

    db.session.rollback()
    assert len(tending.views_of(other.id, bank.id)) == 1


def test_duplicates_when_two_questions_are_alike_then_both_are_named(client, bank, author):
    page = client.get(f"/ngan-hang/{bank.public_id}/trung-lap").text

    assert "Câu hỏi giống nhau" in page


def test_compare_all_when_the_bank_is_large_then_a_job_does_it(client, bank, author, monkeypatch):
    monkeypatch.setattr(tending, "MOST_AT_ONCE", 1)

    page = client.post(f"/ngan-hang/{bank.public_id}/trung-lap").location
    waiting = client.get(page).text
    jobs.run_next(at=clock.now())
    told = client.get(page.replace("trung-lap", "trung-lap/tien-do")).json

    assert 'data-behaviour="job-progress"' in waiting
    assert told["state"] == "done"


@pytest.mark.parametrize("count", [1, 3])
def test_duplicates_statements_do_not_grow(client, author, queries, count):
    bank = factories.bank()
    for number in range(1, count + 1):
        factories.item(bank, number=number)
    queries.clear()

    client.get(f"/ngan-hang/{bank.public_id}/trung-lap")

    assert len(queries) == 8

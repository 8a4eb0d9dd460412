"""The starter bank comes into the database whole, and once."""

from sqlalchemy import func, select

from core.db import db
from questions import stocking
from questions.models import (
    Bank,
    Difficulty,
    Item,
    ItemState,
    ItemType,
    ItemVersion,
    LegalDocument,
    Purpose,
    Topic,
)
from questions.rules import starting, wording


def count(model, *conditions):
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions))


def counts():
    return [count(model) for model in (Bank, Item, ItemVersion, Topic, LegalDocument)]


def test_stock_when_the_database_is_empty_then_every_item_has_its_version(app, noon):
    bank = stocking.stock(at=noon)

    assert bank.title == "Ngân hàng CCHC – Kế hoạch 2017"
    wanted = len(starting.items())
    assert counts() == [1, wanted, wanted, len(starting.topics()), len(starting.documents())]
    assert count(Item, Item.current_id.is_(None)) == 0
    wrong = (
        select(func.count()).select_from(Item).join(ItemVersion, ItemVersion.id == Item.current_id)
    )
    assert db.session.scalar(wrong.where(ItemVersion.item_id != Item.id)) == 0


def test_stock_when_called_twice_then_nothing_is_added(app, noon):
    first = stocking.stock(at=noon)
    before = counts()

    second = stocking.stock(at=noon)

    assert second.id == first.id
    assert counts() == before


def test_stock_when_done_then_an_item_says_what_the_file_says(app, noon):
    stocking.stock(at=noon)

    item = db.session.scalar(select(Item).where(Item.code == "THECHE-001"))

    version = item.current
    assert (item.topic.code, item.difficulty, item.type) == (
        "THECHE",
        Difficulty.RECALL,
        ItemType.SINGLE_CHOICE,
    )
    assert (item.state, item.purpose, item.rivals) == (
        ItemState.USABLE,
        Purpose.OFFICIAL,
        "RASOAT",
    )
    assert version.content["key"] == ["c"]
    assert [option["id"] for option in version.content["options"]] == ["a", "b", "c", "d"]
    assert version.document.code == "KH-2017"
    assert version.digest == wording.digest(version.type, version.stem, version.content)
    assert "ra soat de bo sung" in item.search_text


def test_stock_when_the_basis_is_not_checked_then_the_item_is_quarantined(app, noon):
    stocking.stock(at=noon)

    kept_back = [item for item in starting.items() if not item.official and not item.practice]
    practice = [item for item in starting.items() if item.practice]
    assert count(Item, Item.state == ItemState.QUARANTINED) == len(kept_back)
    assert count(Item, Item.purpose == Purpose.PRACTICE) == len(practice)


def test_stock_when_done_then_old_topics_and_documents_name_their_successors(app, noon):
    stocking.stock(at=noon)

    old = db.session.scalar(select(Topic).where(Topic.code == "HIENDAI"))
    document = db.session.scalar(select(LegalDocument).where(LegalDocument.code == "NQ-30C-2011"))
    assert db.session.get(Topic, old.successor_id).code == "HIENDAI-2021"
    assert db.session.get(Topic, old.parent_id).code == "CCHC-2011"
    assert document.successor.code == "NQ-76"


def test_stock_when_the_database_is_empty_then_it_takes_few_statements(app, noon, queries):
    stocking.stock(at=noon)

    assert len(queries) <= 30

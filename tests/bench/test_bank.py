"""The benchmark of the bank at a fiftieth of its size: what it counts, never how long it takes."""

import pytest
from sqlalchemy import func, select

from core.db import db
from questions import found
from questions.browsing import Filters
from questions.formats import splitting
from questions.models import Bank, ImportEntry, Item
from tests.bench import bank as bench


@pytest.mark.slow
def test_carry_writes_every_question_of_the_paper_once(app, monkeypatch):
    monkeypatch.setattr(splitting, "PART", 100)
    monkeypatch.setattr(splitting, "_FEWEST_BYTES", 1000)
    monkeypatch.setattr(bench.importing, "MOST_BYTES_AT_ONCE", 1000)

    figures = bench.carry(1000)

    assert (figures["questions"], figures["items"]) == (1000, 1000)
    assert db.session.scalar(select(func.count()).select_from(ImportEntry)) == 0
    assert len(set(db.session.scalars(select(Item.code)))) == 1000


@pytest.mark.slow
def test_search_finds_all_at_once_in_two_statements(app, queries, monkeypatch):
    bench.carry(200)
    bank = db.session.scalar(select(Bank))
    db.session.rollback()
    bank_id = bank.id
    queries.clear()

    listed = found.search(bank_id, Filters(text="ke hoach so"))

    assert (listed.total, len(listed.page.rows), len(queries)) == (200, 25, 2)
    second = found.search(bank_id, Filters(text="ke hoach so"), after=int(listed.page.after))
    back = found.search(bank_id, Filters(text="ke hoach so"), before=int(second.page.before))
    assert [item.code for item in back.page.rows] == [item.code for item in listed.page.rows]

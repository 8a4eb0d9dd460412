"""How often the bank's versions were asked is counted from the papers of attempts."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from contest import asked, attempting
from contest.attempting import Client
from core.db import db
from questions import importing
from questions.errors import ItemsAsked
from questions.models import Item
from tests import factories

PAPER = "Câu 1. Ai chủ trì Hội thi cấp tỉnh?\nA. Sở Nội vụ\n*B. Tỉnh Đoàn\nC. Sở Tư pháp\n"


def take(round_, noon):
    enrolment = factories.enrolment(round_.contest)
    here = Client("phiên 1", "phone")
    return attempting.start(round_, enrolment, enrolment.account, client=here, at=noon)


def test_times_when_a_version_stands_in_two_papers_then_it_counts_two(app, noon):
    bank = factories.bank()
    item, other = factories.item(bank, number=1), factories.item(factories.bank())
    paper = factories.blueprint(bank, count=1)
    round_ = factories.round_(opens_at=noon - timedelta(hours=1), blueprint=paper)
    take(round_, noon)
    take(round_, noon)

    found = asked.times([item.current_id, other.current_id])

    assert found == {item.current_id: 2}


def test_undo_when_a_question_of_the_import_was_drawn_then_it_is_refused(app, noon):
    bank, owner = factories.bank(), factories.account()
    pending = importing.stage(owner, bank, "de.txt", PAPER.encode(), at=noon)
    importing.write(owner, pending, at=noon)
    paper = factories.blueprint(bank, count=1)
    take(factories.round_(opens_at=noon - timedelta(hours=1), blueprint=paper), noon)

    with pytest.raises(ItemsAsked):
        importing.undo(owner, pending, at=noon)

    assert len(db.session.scalars(select(Item)).all()) == 1


def test_banks_of_contests_are_those_their_rounds_draw_from(app):
    own, other = factories.round_(), factories.round_()

    found = asked.banks([own.contest_id])

    assert (found, asked.banks([])) == ({own.blueprint.bank_id}, set())
    assert other.blueprint.bank_id not in found

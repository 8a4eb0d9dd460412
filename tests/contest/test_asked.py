"""How often the bank's versions were asked is counted from the papers of attempts."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from contest import asked, attempting
from contest.attempting import Client
from contest.models import Attempt, Slot
from core.db import atomic, db
from questions import assembling, importing, undoing
from questions.errors import ItemsAsked
from questions.models import Blueprint, Item, ItemVersion
from questions.rules.excluding import Exclusions
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
        undoing.undo(owner, pending, at=noon)

    assert len(db.session.scalars(select(Item)).all()) == 1


# --- What was asked before ---------------------------------------------------------------------


def week(bank, number, noon, **fields):
    """A round of the bank that is over `number` days before noon, of two questions a paper."""
    closes = noon - timedelta(days=number)
    return factories.round_(
        opens_at=closes - timedelta(hours=2),
        closes_at=closes,
        blueprint=factories.blueprint(bank, count=2),
        **fields,
    )


def asked_by(round_):
    rows = select(ItemVersion.item_id).join(Slot, Slot.version_id == ItemVersion.id).join(Attempt)
    return set(db.session.scalars(rows.where(Attempt.round_id == round_.id)))


@pytest.fixture
def stocked(app):
    bank = factories.bank()
    for number in range(1, 13):
        factories.item(bank, number=number)
    return bank


def test_in_rounds_tells_only_of_the_last_rounds_that_are_over(stocked, noon):
    rounds = [week(stocked, days, noon) for days in (9, 5, 1)]
    for one in rounds:
        take(one, one.opens_at + timedelta(minutes=1))
    running = factories.round_(
        opens_at=noon - timedelta(hours=1), blueprint=factories.blueprint(stocked, count=2)
    )
    take(running, noon)

    assert asked.in_rounds(stocked.id, 1, noon) == asked_by(rounds[2])
    assert asked.in_rounds(stocked.id, 2, noon) == asked_by(rounds[2]) | asked_by(rounds[1])
    assert asked.in_rounds(factories.bank().id, 5, noon) == set()


def test_exposure_counts_items_and_papers_of_rounds_that_are_over(stocked, noon):
    over = week(stocked, 1, noon)
    for _ in range(3):
        take(over, over.opens_at + timedelta(minutes=1))

    found = asked.exposure(stocked.id, noon)

    assert (sum(found.times.values()), found.papers) == (6, 3)
    assert asked.exposure(stocked.id, over.closes_at - timedelta(seconds=1)).papers == 0


def test_round_with_exclusions_draws_nothing_of_the_round_before_and_stays_the_same(stocked, noon):
    before = week(stocked, 1, noon)
    for _ in range(3):
        take(before, before.opens_at + timedelta(minutes=1))
    blueprint = factories.blueprint(stocked, count=2)
    with atomic():
        db.session.get(Blueprint, blueprint.id).exclusions = Exclusions(rounds=1).written()
    round_ = factories.round_(opens_at=noon - timedelta(hours=1), blueprint=blueprint)

    pools = []
    for _ in range(4):
        take(round_, noon)
        plan = assembling.plan(round_.blueprint, before=round_.opens_at, at=noon)
        pools.append({one.item for one in plan.pool})

    assert asked_by(round_) & asked_by(before) == set()
    assert pools == [pools[0]] * 4
    assert len(pools[0]) == 12 - len(asked_by(before))


def test_banks_of_contests_are_those_their_rounds_draw_from(app):
    own, other = factories.round_(), factories.round_()

    found = asked.banks([own.contest_id])

    assert (found, asked.banks([])) == ({own.blueprint.bank_id}, set())
    assert other.blueprint.bank_id not in found

"""The law of the bank: documents that end, by hand or by the clock, and what rests on them."""

from datetime import date, timedelta

import pytest

from accounts.models import AuditEntry
from core.db import atomic, db
from core.vietnam import civil_day
from questions import amending, authoring, law_queries, reviewing, stocking
from questions.amending import Basis
from questions.errors import DocumentNotInForce, OwnItem, ReasonNeeded, SuccessorInCircle
from questions.models import ItemState, LegalDocument, ReviewSteps
from questions.reviewing import Looked
from questions.rules import starting
from questions.rules.reviewing import Step
from tests import factories


@pytest.fixture
def actor(app):
    return factories.account(full_name="Nguyễn Thị Hằng")


def document(code, **fields):
    told = {"number": f"{code}/NĐ-CP", "title": "Nghị định về tuyển dụng"}
    return factories.saved(LegalDocument(code=code, **told | fields))


def resting(bank, on, number=1, **fields):
    item = factories.item(bank, number=number, **fields)
    with atomic():
        item.current.document_id, item.current.clause = on.id, "Điều 8, khoản 1"
    return again(item)


def again(row):
    db.session.rollback()
    return db.session.get(type(row), row.id)


def end(actor, old, noon, *, days, successor=None):
    on = civil_day(noon) + timedelta(days=days)
    return amending.end_document(actor, old, on, successor=successor, at=noon)


@pytest.mark.parametrize(
    "state",
    [
        ItemState.DRAFT,
        ItemState.SUBMITTED,
        ItemState.REVIEWED,
        ItemState.USABLE,
        ItemState.LOCKED,
    ],
)
def test_end_keeps_out_every_item_that_could_be_drawn_or_passed(actor, noon, state):
    old = document("ND-138-2020")
    item = resting(factories.bank(), old, state=state)

    count = end(actor, old, noon, days=-1)

    assert (count, again(item).state) == (1, ItemState.QUARANTINED)


def test_end_on_a_day_to_come_keeps_items_in_until_that_day_is_over(actor, noon):
    old = document("ND-138-2020")
    item = resting(factories.bank(), old)

    now = end(actor, old, noon, days=3)
    early = amending.keep_out_ended(at=noon + timedelta(days=3))
    before = again(item).state
    late = amending.keep_out_ended(at=noon + timedelta(days=4))

    assert (now, early, before) == (0, 0, ItemState.USABLE)
    assert (late, again(item).state) == (1, ItemState.QUARANTINED)
    assert db.session.query(AuditEntry).filter_by(action="document.items_kept_out").count() == 1


def test_keep_out_by_the_clock_twice_changes_nothing_the_second_time(actor, noon):
    old = document("ND-138-2020")
    resting(factories.bank(), old)
    end(actor, old, noon, days=0)

    counts = [amending.keep_out_ended(at=noon + timedelta(days=1)) for _ in range(2)]

    assert counts == [1, 0]


def test_move_to_the_new_basis_makes_a_version_that_is_drawn_again(actor, noon):
    old, new = document("ND-138-2020"), document("ND-170-2025")
    item = resting(factories.bank(), old)
    end(actor, old, noon, days=-1, successor=new)

    basis = Basis(new.id, "Điều 9", "một phần thi")
    amending.move_basis(actor, again(item), basis, number=1, at=noon)

    moved = again(item)
    told = (moved.state, moved.current.number, moved.current.document_id, moved.current.clause)
    assert told == (ItemState.USABLE, 2, new.id, "Điều 9")


def test_move_in_a_reviewed_bank_waits_for_another_person(actor, noon):
    old, new = document("ND-138-2020"), document("ND-170-2025")
    item = resting(factories.bank(review_steps=ReviewSteps.ONE), old)
    end(actor, old, noon, days=-1)

    amending.move_basis(actor, again(item), Basis(new.id, "Điều 9", ""), number=1, at=noon)

    assert again(item).state == ItemState.SUBMITTED
    with pytest.raises(OwnItem):
        reviewing.accept(actor, again(item), Looked(2, Step.REVIEW), at=noon)


def test_kept_item_is_drawn_and_not_kept_out_again(actor, noon):
    old = document("ND-138-2020")
    item = resting(factories.bank(), old)
    end(actor, old, noon, days=-1)

    amending.keep(actor, again(item), "Câu hỏi về quy định năm 2020", number=1, at=noon)
    count = amending.keep_out_ended(at=noon + timedelta(days=1))

    assert (again(item).state, count) == (ItemState.USABLE, 0)


def test_keep_in_a_reviewed_bank_needs_another_person(actor, noon):
    old = document("ND-138-2020")
    item = resting(factories.bank(review_steps=ReviewSteps.ONE), old)
    other = factories.account(full_name="Phạm Hùng")
    end(actor, old, noon, days=-1)

    amending.keep(actor, again(item), "Nội dung không đổi", number=1, at=noon)
    with pytest.raises(OwnItem):
        reviewing.accept(actor, again(item), Looked(1, Step.REVIEW), at=noon)
    between = again(item).state
    reviewing.accept(other, again(item), Looked(1, Step.REVIEW), at=noon)

    assert (between, again(item).state) == (ItemState.SUBMITTED, ItemState.USABLE)


def test_keep_without_a_reason_is_refused(actor, noon):
    item = resting(factories.bank(), document("ND-138-2020"), state=ItemState.QUARANTINED)

    with pytest.raises(ReasonNeeded):
        amending.keep(actor, item, "", number=1, at=noon)


def test_item_of_an_ended_document_is_not_passed_on(actor, noon):
    bank = factories.bank(review_steps=ReviewSteps.ONE)
    old = document("ND-138-2020", effective_to=date(2025, 6, 30))
    item = resting(bank, old, state=ItemState.SUBMITTED)

    with pytest.raises(DocumentNotInForce):
        reviewing.accept(actor, item, Looked(1, Step.REVIEW), at=noon)
    with pytest.raises(DocumentNotInForce):
        authoring.restore(actor, resting(bank, old, 2, state=ItemState.QUARANTINED), at=noon)


def test_successors_in_a_circle_are_refused(actor, noon):
    first = document("ND-1")
    second = document("ND-2", successor_id=first.id)

    with pytest.raises(SuccessorInCircle):
        end(actor, first, noon, days=0, successor=second)


def test_change_of_a_document_that_ends_it_keeps_its_items_out(actor, noon):
    old = document("ND-138-2020")
    item = resting(factories.bank(), old)

    count = amending.change_document(actor, old, {"effective_to": date(2025, 6, 30)}, at=noon)

    assert (count, again(item).state) == (1, ItemState.QUARANTINED)


def test_progress_counts_what_is_settled_and_what_waits(actor, noon):
    old, bank = document("ND-138-2020"), factories.bank()
    items = [resting(bank, old, number) for number in (1, 2, 3)]
    end(actor, old, noon, days=-1)

    amending.keep(actor, again(items[0]), "Không đổi", number=1, at=noon)
    authoring.retire(actor, again(items[1]), "Lạc hậu")

    found = law_queries.progress(old.id)
    assert (found.total, found.done, found.waiting) == (3, 2, 1)


# --- The list that comes with the product ------------------------------------------------------


def test_list_of_law_is_loaded_once(app):
    first, second = stocking.load_law(), stocking.load_law()

    assert (first, second) == (len(starting.law()), 0)


def test_list_of_law_leaves_the_starter_documents_alone(app):
    stocking.load_documents()
    before = {one.code: one.note for one in db.session.query(LegalDocument)}

    stocking.load_law()

    after = {one.code: one.note for one in db.session.query(LegalDocument)}
    assert {code: after[code] for code in before} == before
    assert len(after) > len(before)


def test_every_document_of_the_list_names_its_source_or_says_that_it_has_none():
    unsaid = [one.code for one in starting.law() if not one.source and "trí nhớ" not in one.note]

    assert unsaid == []


def test_no_document_of_the_list_without_a_source_has_a_date():
    dated = [
        one.code
        for one in starting.law()
        if not one.source and (one.issued_on or one.effective_from or one.effective_to)
    ]

    assert dated == []


def test_successors_of_the_list_are_in_it_and_make_no_circle():
    successors = {one.code: one.successor for one in starting.law()}

    def chain(code):
        seen = []
        while code and code not in seen:
            seen.append(code)
            code = successors[code]
        return code

    assert {code: chain(code) for code in successors} == dict.fromkeys(successors, "")

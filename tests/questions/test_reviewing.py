"""Reviewing: who may pass what, what was seen, what is locked, and that nobody does both steps."""

from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from accounts.models import AuditEntry
from core.db import atomic, db
from questions import authoring, importing, locking, review_queries, reviewing
from questions.errors import (
    ItemChanged,
    ItemLocked,
    NoReviewHere,
    NotADraft,
    NotOpened,
    NotUsable,
    NotWaiting,
    OwnItem,
    OwnReview,
    ReasonNeeded,
    ReviewNeeded,
)
from questions.models import (
    DRAWN,
    Item,
    ItemState,
    ItemView,
    Review,
    ReviewSteps,
    ReviewTask,
    ViewPlace,
)
from questions.review_queries import Asker, Wanted
from questions.reviewing import Looked
from questions.rules.reviewing import Step, Verdict
from tests import factories

FILE = "Câu 1. Ai chủ trì?\n*A. Sở Nội vụ\nB. Sở Y tế\nC. Sở Tài chính\nD. Tỉnh đoàn\n".encode()
REVIEW, APPROVAL = Looked(1, Step.REVIEW), Looked(1, Step.APPROVAL)


@pytest.fixture
def people(app):
    names = ("Lê Thị Mai", "Phạm Hùng", "H’Bia Niê", "Y Thiên Êban")
    return [factories.account(full_name=name) for name in names]


@pytest.fixture
def bank(app):
    return factories.bank(review_steps=ReviewSteps.TWO)


@pytest.fixture
def item(bank, people):
    return factories.item(bank, state=ItemState.DRAFT, author_id=people[0].id)


def again(row):
    db.session.rollback()
    return db.session.get(type(row), row.id)


def submitted(item, people, noon):
    reviewing.submit(people[0], item, number=1, at=noon)
    return item


# --- The steps ---------------------------------------------------------------------------------


def test_item_in_two_steps_is_usable_after_two_other_people(item, people, noon):
    author, reviewer, approver, _ = people

    reviewing.submit(author, item, number=1, at=noon)
    reviewing.accept(reviewer, item, REVIEW, at=noon, reason="Đúng căn cứ")
    between = again(item).state
    reviewing.accept(approver, item, APPROVAL, at=noon)

    assert (between, again(item).state) == (ItemState.REVIEWED, ItemState.USABLE)
    rows = db.session.query(Review).order_by(Review.id)
    assert [(one.step, one.verdict, one.account_id, one.reason) for one in rows] == [
        (Step.REVIEW, Verdict.PASSED, reviewer.id, "Đúng căn cứ"),
        (Step.APPROVAL, Verdict.PASSED, approver.id, ""),
    ]
    assert db.session.query(ReviewTask).filter_by(done_at=None).count() == 0


def test_item_in_one_step_is_usable_after_one_other_person(people, noon):
    bank = factories.bank(review_steps=ReviewSteps.ONE)
    item = factories.item(bank, state=ItemState.DRAFT, author_id=people[0].id)

    submitted(item, people, noon)
    reviewing.accept(people[1], item, REVIEW, at=noon)

    assert again(item).state == ItemState.USABLE


def test_new_item_of_a_reviewed_bank_is_a_draft(bank, people, noon):
    source = authoring.as_new(factories.item(factories.bank(title="Nguồn")))

    made = authoring.create(people[0], bank, source, at=noon)

    assert made.state == ItemState.DRAFT


def test_new_item_of_a_bank_without_review_is_usable(people, noon):
    source = authoring.as_new(factories.item(factories.bank(title="Nguồn")))

    made = authoring.create(people[0], factories.bank(title="Mở"), source, at=noon)

    assert made.state == ItemState.USABLE


def test_submit_in_a_bank_without_review_is_refused(people, noon):
    item = factories.item(factories.bank(), state=ItemState.DRAFT)

    with pytest.raises(NoReviewHere):
        reviewing.submit(people[0], item, number=1, at=noon)


def test_submit_of_a_usable_item_is_refused(bank, people, noon):
    item = factories.item(bank)

    with pytest.raises(NotADraft):
        reviewing.submit(people[0], item, number=1, at=noon)


def test_submit_twice_waits_once(item, people, noon):
    for _ in range(2):
        reviewing.submit(people[0], item, number=1, at=noon)

    assert db.session.query(ReviewTask).filter_by(item_id=item.id).count() == 1


def test_submit_of_another_version_than_seen_is_refused(item, people, noon):
    with pytest.raises(ItemChanged):
        reviewing.submit(people[0], item, number=2, at=noon)


def test_give_back_makes_a_draft_and_keeps_the_reason(item, people, noon):
    submitted(item, people, noon)

    reviewing.give_back(people[1], item, REVIEW, "Đề nghị ghi rõ ngạch chuyên viên", at=noon)

    assert again(item).state == ItemState.DRAFT
    (found,) = review_queries.verdicts_of(item.id)
    told = (found.review.verdict, found.review.reason, found.name)
    assert told == (Verdict.RETURNED, "Đề nghị ghi rõ ngạch chuyên viên", "Phạm Hùng")


def test_give_back_without_a_reason_is_refused(item, people, noon):
    submitted(item, people, noon)

    with pytest.raises(ReasonNeeded):
        reviewing.give_back(people[1], item, REVIEW, "", at=noon)


def test_accept_of_a_version_that_was_changed_since_is_refused(item, people, noon):
    submitted(item, people, noon)
    new = authoring.as_new(item)
    changed = authoring.replace(new, wording=authoring.replace(new.wording, stem="Ai chấm thi?"))
    authoring.revise(people[0], item, changed, number=1, at=noon)
    reviewing.submit(people[0], item, number=2, at=noon)

    with pytest.raises(ItemChanged):
        reviewing.accept(people[1], item, REVIEW, at=noon)


def test_accept_twice_is_refused_the_second_time(item, people, noon):
    submitted(item, people, noon)
    reviewing.accept(people[1], item, REVIEW, at=noon)

    with pytest.raises(NotWaiting):
        reviewing.accept(people[2], item, REVIEW, at=noon)


# --- The same person ---------------------------------------------------------------------------


def test_author_passes_no_step(item, people, noon):
    submitted(item, people, noon)

    with pytest.raises(OwnItem):
        reviewing.accept(people[0], item, REVIEW, at=noon)
    with pytest.raises(OwnItem):
        reviewing.give_back(people[0], item, REVIEW, "Sửa lại", at=noon)


def test_reviewer_does_not_approve(item, people, noon):
    submitted(item, people, noon)
    reviewing.accept(people[1], item, REVIEW, at=noon)

    with pytest.raises(OwnReview):
        reviewing.accept(people[1], item, APPROVAL, at=noon)


def test_who_changed_only_the_topic_is_an_author_too(item, people, noon):
    topic = factories.topic()
    moved = authoring.replace(authoring.as_new(item), topic_id=topic.id)
    authoring.revise(people[1], item, moved, number=1, at=noon)
    submitted(item, people, noon)

    with pytest.raises(OwnItem):
        reviewing.accept(people[1], item, REVIEW, at=noon)


def test_who_brought_the_file_and_who_corrected_it_are_authors(bank, people, noon):
    from questions import previewing

    pending = importing.stage(people[0], bank, "de.txt", FILE, at=noon)
    told = {"stem": "Ai chủ trì hội thi?", "options": ["Sở Nội vụ", "Sở Y tế"], "key": [0]}
    told |= {"explanation": "", "topic_id": None, "level": None}
    previewing.correct(people[1], pending, 1, told)
    importing.write(people[2], pending, at=noon)

    item = db.session.query(Item).filter_by(import_id=pending.id).one()
    assert review_queries.authors_of(item.id) == {person.id for person in people[:3]}
    assert item.state == ItemState.DRAFT


def test_assign_to_the_author_is_refused(item, people, noon):
    submitted(item, people, noon)

    with pytest.raises(OwnItem):
        reviewing.assign(people[3], item, people[0], None)


# --- Changing, locking, leaving aside ----------------------------------------------------------


def test_revise_of_a_usable_item_makes_a_draft_in_a_reviewed_bank(bank, people, noon):
    item = factories.item(bank)
    new = authoring.as_new(item)
    changed = authoring.replace(new, wording=authoring.replace(new.wording, stem="Ai chấm thi?"))

    authoring.revise(people[0], item, changed, number=1, at=noon)

    assert again(item).state == ItemState.DRAFT


def test_revise_that_changes_nothing_leaves_a_usable_item_usable(bank, people, noon):
    item = factories.item(bank)

    authoring.revise(people[0], item, authoring.as_new(item), number=1, at=noon)

    assert again(item).state == ItemState.USABLE


def test_locked_item_is_neither_changed_nor_retired(bank, people, noon):
    item = factories.item(bank, state=ItemState.LOCKED)

    for act in (
        lambda: authoring.revise(people[0], item, authoring.as_new(item), number=1, at=noon),
        lambda: authoring.retire(people[0], item, "Cũ"),
        lambda: authoring.quarantine(people[0], item, "Cũ"),
        lambda: authoring.restore(people[0], item, at=noon),
    ):
        with pytest.raises(ItemLocked):
            act()


def test_lock_of_a_draft_is_refused(item, people):
    with pytest.raises(NotUsable):
        locking.lock_up(people[3], item, number=1)


def test_unlock_needs_a_reason_and_leaves_it_usable(bank, people):
    item = factories.item(bank)
    locking.lock_up(people[3], item, number=1)

    with pytest.raises(ReasonNeeded):
        locking.unlock(people[3], item, "")
    locking.unlock(people[3], item, "Sửa lỗi chính tả")

    assert again(item).state == ItemState.USABLE


@pytest.mark.parametrize("state", [ItemState.DRAFT, ItemState.SUBMITTED, ItemState.REVIEWED])
def test_restore_does_not_go_round_the_review(bank, people, noon, state):
    item = factories.item(bank, state=state)

    with pytest.raises(ReviewNeeded):
        authoring.restore(people[0], item, at=noon)


def test_restore_of_a_retired_item_makes_a_draft(bank, people, noon):
    item = factories.item(bank, state=ItemState.RETIRED)

    authoring.restore(people[0], item, at=noon)

    assert again(item).state == ItemState.DRAFT


def test_every_view_of_a_locked_item_is_a_row_and_an_entry(bank, people, noon):
    locked, open_ = factories.item(bank, state=ItemState.LOCKED), factories.item(bank, number=2)

    for _ in range(2):
        locking.note_views(people[1], [locked, open_], ViewPlace.PAGE, at=noon)

    rows = [(one.item_id, one.account_id, one.place) for one in db.session.query(ItemView)]
    assert rows == [(locked.id, people[1].id, ViewPlace.PAGE)] * 2
    assert db.session.query(AuditEntry).filter_by(action="item.seen").count() == 2


# --- Many at once, the queue, the steps of a bank ----------------------------------------------


def test_submit_many_takes_the_drafts_alone(bank, people, noon):
    drafts = [factories.item(bank, number=n, state=ItemState.DRAFT) for n in (1, 2)]
    usable = factories.item(bank, number=3)
    ids = [one.id for one in (*drafts, usable)]

    count = reviewing.submit_many(people[0], bank, ids, at=noon)

    states = [again(one).state for one in (*drafts, usable)]
    assert (count, states) == (2, [ItemState.SUBMITTED] * 2 + [ItemState.USABLE])


def test_accept_all_passes_only_what_was_opened(bank, people, noon):
    items = [
        factories.item(bank, number=n, state=ItemState.DRAFT, author_id=people[0].id)
        for n in (1, 2)
    ]
    reviewing.submit_many(people[0], bank, [one.id for one in items], at=noon)
    locking.note_opening(people[1], again(items[0]), at=noon)
    both = [(again(one), REVIEW) for one in items]

    with pytest.raises(NotOpened):
        reviewing.accept_all(people[1], both, at=noon)
    between = [again(one).state for one in items]
    locking.note_opening(people[1], again(items[1]), at=noon)
    reviewing.accept_all(people[1], [(again(one), REVIEW) for one in items], at=noon)

    assert between == [ItemState.SUBMITTED] * 2
    assert [again(one).state for one in items] == [ItemState.REVIEWED] * 2


def test_queue_shows_what_the_person_may_take_and_first_what_is_due_first(bank, people, noon):
    items = [
        factories.item(bank, number=n, state=ItemState.DRAFT, author_id=people[0].id)
        for n in (1, 2)
    ]
    own = factories.item(bank, number=3, state=ItemState.DRAFT, author_id=people[1].id)
    reviewing.submit_many(people[0], bank, [one.id for one in (*items, own)], at=noon)
    soon = (noon + timedelta(days=1)).date()
    reviewing.assign(people[3], again(items[1]), people[1], soon)

    def codes(reviews, approves, **wanted):
        asker = Asker(people[1].id, reviews, approves)
        return [line.item.code for line in review_queries.queue(asker, Wanted(**wanted))]

    assert codes(None, None) == ["C002", "C001"]
    assert codes({bank.id}, ()) == ["C002", "C001"]
    assert codes((), None) == []
    assert codes(None, None, is_mine=True) == ["C002"]
    assert codes(None, None, overdue_on=soon) == []
    assert codes(None, None, overdue_on=soon + timedelta(days=1)) == ["C002"]


@pytest.mark.parametrize(
    ("steps", "states"),
    [
        (ReviewSteps.NONE, [ItemState.DRAFT, ItemState.DRAFT, ItemState.USABLE]),
        (ReviewSteps.ONE, [ItemState.SUBMITTED, ItemState.SUBMITTED, ItemState.USABLE]),
    ],
)
def test_set_steps_lets_what_waits_begin_again(bank, people, noon, steps, states):
    items = [
        factories.item(bank, number=n, state=state)
        for n, state in enumerate([ItemState.SUBMITTED, ItemState.REVIEWED, ItemState.USABLE], 1)
    ]

    moved = reviewing.set_steps(people[3], bank, steps, at=noon)

    assert (moved, [again(one).state for one in items]) == (2, states)


# --- No path lets one person do both -----------------------------------------------------------

WHO = st.integers(0, 3)


class Office(RuleBasedStateMachine):
    """Four people with every right do whatever they like to one item of a bank in two steps."""

    noon = None

    def __init__(self):
        super().__init__()
        with atomic():
            for table in (ItemView, Review, ReviewTask):
                db.session.query(table).delete()
        self.people = [factories.account(full_name=f"Người {n}") for n in range(4)]
        self.bank = factories.bank(review_steps=ReviewSteps.TWO)
        source = authoring.as_new(factories.item(factories.bank(title="Nguồn")))
        self.item = authoring.create(self.people[0], self.bank, source, at=self.noon)
        self.wrote, self.passed, self.told = {self.people[0].id}, {}, 0

    def number(self):
        return again(self.item).current.number

    def attempt(self, act):
        try:
            act()
        except authoring.ItemRefused:
            raise
        except reviewing_errors:
            return False
        return True

    @rule(who=WHO)
    def writes(self, who):
        new, self.told = authoring.as_new(again(self.item)), self.told + 1
        stem = f"Câu hỏi lần thứ {self.told}: ai chủ trì?"
        changed = authoring.replace(new, wording=authoring.replace(new.wording, stem=stem))
        person, number = self.people[who], self.number()
        if self.attempt(
            lambda: authoring.revise(person, self.item, changed, number=number, at=self.noon)
        ):
            self.wrote.add(person.id)
            self.passed = {}

    @rule(who=WHO)
    def submits(self, who):
        number = self.number()
        self.attempt(
            lambda: reviewing.submit(self.people[who], self.item, number=number, at=self.noon)
        )

    @rule(who=WHO, step=st.sampled_from(Step))
    def passes(self, who, step):
        person, seen = self.people[who], Looked(self.number(), step)
        if self.attempt(lambda: reviewing.accept(person, self.item, seen, at=self.noon)):
            self.passed[step] = person.id

    @rule(who=WHO, step=st.sampled_from(Step))
    def returns(self, who, step):
        person, seen = self.people[who], Looked(self.number(), step)
        self.attempt(lambda: reviewing.give_back(person, self.item, seen, "Sửa", at=self.noon))

    @rule(who=WHO)
    def takes_back(self, who):
        self.attempt(lambda: reviewing.take_back(self.people[who], self.item, at=self.noon))

    @rule(who=WHO)
    def sets_aside(self, who):
        self.attempt(lambda: authoring.quarantine(self.people[who], self.item, "Rà soát"))

    @rule(who=WHO)
    def restores(self, who):
        self.attempt(lambda: authoring.restore(self.people[who], self.item, at=self.noon))

    @precondition(lambda self: again(self.item).state in DRAWN)
    @rule(who=WHO)
    def locks_and_unlocks(self, who):
        number = self.number()
        self.attempt(lambda: locking.lock_up(self.people[who], self.item, number=number))
        self.attempt(lambda: locking.unlock(self.people[who], self.item, "Sửa"))

    @invariant()
    def what_is_drawn_was_passed_by_two_others(self):
        if again(self.item).state not in DRAWN:
            return
        current = self.item.current_id
        rows = db.session.query(Review).filter_by(version_id=current, verdict=Verdict.PASSED)
        reviewers = {one.account_id for one in rows if one.step is Step.REVIEW}
        approvers = [one.account_id for one in rows if one.step is Step.APPROVAL]
        assert reviewers
        assert approvers
        assert not (reviewers | set(approvers)) & self.wrote
        assert approvers[-1] not in reviewers


reviewing_errors = (
    ItemChanged,
    ItemLocked,
    NotADraft,
    NotUsable,
    NotWaiting,
    OwnItem,
    OwnReview,
    ReviewNeeded,
)


def test_no_path_lets_one_person_write_and_pass_or_pass_twice(app, noon):
    from hypothesis.stateful import run_state_machine_as_test

    Office.noon = noon

    run_state_machine_as_test(
        Office, settings=settings(max_examples=12, stateful_step_count=25, deadline=None)
    )

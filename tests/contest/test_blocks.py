"""Blocks: people placed apart, with papers and a prediction of their own."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from accounts.models import AuditEntry
from accounts.rules.consents import Purpose
from accounts.rules.staff import StaffCategory
from contest import (
    attempting,
    blocks,
    computing,
    enrolling,
    organizing,
    papers,
    planning,
    prepared_queries,
    preparing,
    publishing,
    queries,
    recomputing,
    revising,
    sitting_queries,
    unopened,
    verifying,
)
from contest.attempting import Client
from contest.enrolling import Entry
from contest.errors import (
    BlockTaken,
    Excluded,
    NameTaken,
    RoundNotReady,
    RoundTaken,
    WrongBlock,
    WrongChange,
)
from contest.models import Attempt, Block, BlockPaper, Contest, Enrolment, Round, RoundState
from contest.rules.changing import Change, ChangeKind
from contest.rules.comparing import Lines
from contest.rules.grouping import BlockSettings, Members
from contest.rules.predicting import Prediction, Scope, Target
from contest.rules.ranking import Key, natural
from contest.rules.timing import Audience
from core.db import atomic, db
from core.keeping import Kept
from questions import assembling
from questions.models import Blueprint, BlueprintRow, ItemVersion
from tests import factories
from tests.contest import judged
from tests.contest.taking import answered

HERE = Client("phiên 1", "phone")
MILLION = 1_000_000


@pytest.fixture
def round_(app, noon):
    rule = natural(Key.CORRECT_COUNT, Key.PREDICTION_DIFF, Key.DURATION_MS).written()
    return factories.round_(opens_at=noon, ranking=rule)


@pytest.fixture
def block(round_):
    return factories.saved(Block(contest_id=round_.contest_id, title="Khối người dân"))


@pytest.fixture
def own(round_):
    """A bank of two questions and its own blueprint of two, for a block."""
    bank = factories.bank(title="Ngân hàng người dân")
    for number in (41, 42):
        factories.item(bank, number=number)
    blueprint = factories.blueprint(bank, count=2)
    with atomic():
        blueprint.is_listed, blueprint.title = True, "Đề khối người dân"
    return blueprint


def give(round_, block, own, noon):
    blocks.set_papers(round_, {block.id: own}, factories.account(), at=noon)
    return db.session.get_one(Round, round_.id)


def banks_of(slots):
    versions = db.session.scalars(
        select(ItemVersion).where(ItemVersion.id.in_([one.version_id for one in slots]))
    )
    return {version.stem for version in versions}


def start(round_, enrolment, at):
    return attempting.start(round_, enrolment, enrolment.account, client=HERE, at=at)


# --- Papers --------------------------------------------------------------------------------------


def test_start_draws_the_paper_of_the_own_block(round_, block, own, noon):
    round_ = give(round_, block, own, noon)
    here = factories.enrolment(round_.contest, block_id=block.id)
    other = factories.enrolment(round_.contest)

    mine = queries.slots_of(start(round_, here, noon).id)
    usual = queries.slots_of(start(round_, other, noon).id)

    assert len(mine) == 2
    assert len(usual) == 3
    assert banks_of(mine) == {f"Câu số {n}: cơ quan nào chủ trì?" for n in (41, 42)}
    assert queries.items_asked(round_, block.id) == 2
    assert queries.items_asked(round_, None) == 3


def test_start_asks_the_database_as_often_as_without_blocks(
    round_, block, own, noon, queries, monkeypatch
):
    people = [factories.enrolment(round_.contest) for _ in range(3)]
    start(round_, people[0], noon)

    ids, round_id = [one.id for one in people], round_.id
    own_paper = {"round_id": round_id, "block_id": block.id, "blueprint_id": own.id}

    def statements(enrolment_id):
        db.session.rollback()
        db.session.expunge_all()
        row, person = (
            db.session.get_one(Round, round_id),
            db.session.get_one(Enrolment, enrolment_id),
        )
        known = (row, row.contest, person, person.account)
        # Whether all that is drawn was drawn before is chance: here nothing was.
        monkeypatch.setattr(assembling, "_known", Kept(3600, most=50))
        queries.clear()
        attempting.start(row, person, known[-1], client=HERE, at=noon)
        return len(queries)

    before = statements(ids[1])
    factories.saved(BlockPaper(**own_paper))

    assert statements(ids[2]) <= before


def test_prepared_papers_are_those_of_each_block(round_, block, own, noon):
    with atomic():
        db.session.get_one(Round, round_.id).opens_at = noon + timedelta(hours=1)
    round_ = give(round_, block, own, noon)
    for block_id in (block.id, None):
        factories.enrolment(round_.contest, block_id=block_id)
    sitting = sitting_queries.sitting_with(round_.sittings[0].public_id)
    preparing.order(sitting, factories.account(), at=noon)
    sitting = sitting_queries.sitting_with(round_.sittings[0].public_id)

    preparing.prepare(sitting, None, unopened.pages, release="0" * 16, at=noon)

    basis = preparing.basis_of(sitting.round, "0" * 16, at=noon)
    asked = {
        held: len(list(prepared_queries.rows_of(paper.id, None)))
        for paper, _, held, _ in prepared_queries.prepared_in(sitting.round.contest)
    }
    assert asked == {block.id: 2, None: 3}
    assert prepared_queries.problems(sitting, basis) == []
    assert preparing.faults(sitting.round.contest) == []


def test_paper_of_a_block_makes_prepared_papers_out_of_date(round_, block, own, noon):
    before = preparing.basis_of(round_, "0" * 16, at=noon)

    round_ = give(round_, block, own, noon)

    assert preparing.basis_of(round_, "0" * 16, at=noon) != before


def test_paper_of_a_block_is_a_copy_that_editing_the_source_does_not_change(
    round_, block, own, noon
):
    round_ = give(round_, block, own, noon)
    with atomic():
        db.session.get_one(Blueprint, own.id).rows = [BlueprintRow(count=1)]

    assert queries.items_asked(round_, block.id) == 2


def test_who_wrote_questions_for_a_block_is_kept_from_entering(round_, block, own, noon):
    author = factories.account()
    factories.item(own.bank, number=43, author_id=author.id)
    give(round_, block, own, noon)

    with pytest.raises(Excluded):
        enrolling.check_not_excluded(round_.contest, author, at=noon)


def test_papers_stay_as_they_are_once_somebody_has_begun(round_, block, own, noon):
    start(round_, factories.enrolment(round_.contest), noon)

    with pytest.raises(RoundTaken):
        give(round_, block, own, noon)


def test_ready_round_refuses_a_paper_that_the_bank_cannot_fill(round_, block, own, noon):
    with atomic():
        db.session.get_one(Blueprint, own.id).rows = [BlueprintRow(count=9)]

    with pytest.raises(RoundNotReady):
        give(round_, block, own, noon)
    db.session.rollback()
    assert db.session.get_one(Round, round_.id).block_papers == []


def test_draft_with_such_a_paper_does_not_become_ready(round_, block, own, noon):
    with atomic():
        db.session.get_one(Blueprint, own.id).rows = [BlueprintRow(count=9)]
        db.session.get_one(Round, round_.id).state = RoundState.DRAFT
    round_ = give(round_, block, own, noon)

    with pytest.raises(RoundNotReady):
        organizing.make_ready(round_, factories.account(), at=noon)


def test_copy_of_a_round_has_the_papers_of_blocks(round_, block, own, noon):
    round_ = give(round_, block, own, noon)

    made = organizing.copy_round(round_, factories.account(), at=noon)

    copied = db.session.get_one(Round, made.id).block_papers
    assert [(one.block_id, one.blueprint.source_id) for one in copied] == [(block.id, own.id)]
    assert copied[0].blueprint_id != round_.block_papers[0].blueprint_id
    assert planning.bank_ids(Round.id == made.id) is not None


# --- Who may enter -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "min_age", "category", "born", "enters"),
    [
        (Members.STAFF, None, StaffCategory.CIVIL_SERVANT, None, True),
        (Members.STAFF, None, StaffCategory.CITIZEN, None, False),
        (Members.STAFF, None, None, None, False),
        (Members.CITIZENS, None, StaffCategory.CITIZEN, None, True),
        (Members.CITIZENS, None, StaffCategory.LEADER, None, False),
        (Members.CITIZENS, 18, StaffCategory.CITIZEN, date(2008, 11, 18), True),
        (Members.CITIZENS, 18, StaffCategory.CITIZEN, date(2008, 11, 19), False),
        (Members.ANYBODY, 18, None, None, False),
    ],
)
def test_block_lets_in_whom_it_is_for(round_, noon, members, min_age, category, born, enters):
    block = factories.saved(
        Block(contest_id=round_.contest_id, title="Khối", members=members, min_age=min_age)
    )
    person = factories.account(category=category, birth_date=born)
    contest = db.session.get_one(Contest, round_.contest_id)

    def enter():
        consents = dict.fromkeys(Purpose, "Tôi đồng ý")
        enrolling.enrol(contest, person, Entry(block=block, consents=consents), at=noon)

    if enters:
        enter()
    else:
        with pytest.raises(WrongBlock):
            enter()
    db.session.rollback()
    entered = db.session.scalars(select(Enrolment).where(Enrolment.account_id == person.id)).all()
    assert [one.block_id for one in entered] == ([block.id] if enters else [])


def test_block_that_people_entered_is_not_taken_away(round_, block):
    factories.enrolment(round_.contest, block_id=block.id)

    with pytest.raises(BlockTaken):
        blocks.remove(round_.contest, block, factories.account())


def test_blocks_are_added_edited_and_removed_with_a_trace(round_, block):
    actor, contest = factories.account(), round_.contest
    made = blocks.add(contest, BlockSettings("Khối cán bộ", Members.STAFF, 18), actor)
    blocks.edit(contest, made, BlockSettings("Khối CBCCVC", Members.STAFF, None), actor)
    with pytest.raises(NameTaken):
        blocks.edit(contest, made, BlockSettings(block.title), actor)
    blocks.remove(contest, made, actor)

    told = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.log == contest.log).order_by(AuditEntry.id)
    )
    assert list(told) == ["block.added", "block.edited", "block.removed"]


# --- Predictions and places ----------------------------------------------------------------------


def predicting(round_, **config):
    with atomic():
        row = db.session.get_one(Round, round_.id)
        row.prediction = Prediction(**config).written()
    return db.session.get_one(Round, round_.id)


def take(round_, *, right, predicted=None, at=None, block=None, enrolment=None):
    """Somebody answers all questions rightly or none, and submits after a minute."""
    person = enrolment or factories.enrolment(round_.contest, block_id=block.id if block else None)
    at = at or round_.opens_at
    attempt = start(round_, person, at)
    answered(attempt, "b" if right else "a", at=at)
    attempting.submit(attempt, person.account, at=at + timedelta(minutes=1))
    if predicted is not None:
        with atomic():
            db.session.get_one(Attempt, attempt.id).predicted = predicted * MILLION
    return person


def compute(round_, at=None):
    at = at or round_.closes_at + timedelta(hours=1)
    return publishing.compute(db.session.get_one(Round, round_.id), None, reason="", at=at)


def offs(round_):
    here = db.session.scalars(
        select(Enrolment.id).where(Enrolment.contest_id == round_.contest_id)
    ).all()
    places = {one: papers.place_of(one, round_, Audience.PARTICIPANT) for one in here}
    return {one: place.standing.prediction_off for one, place in places.items() if place}


def test_prediction_in_the_own_block_is_counted_there(round_, block, noon):
    round_ = predicting(round_, scope=Scope.BLOCK, target=Target.PARTICIPANTS)
    citizens = [take(round_, right=True, predicted=2, block=block) for _ in range(2)]
    others = [take(round_, right=True, predicted=2) for _ in range(3)]

    run = compute(round_)

    assert run.true_values == {block.id: 2 * MILLION, None: 3 * MILLION}
    assert run.prediction_actual is None
    assert offs(round_) == {one.id: 0 for one in citizens} | {one.id: MILLION for one in others}


def test_place_in_a_block_is_counted_among_its_people(round_, block, noon):
    for right in (True, True, False):
        take(round_, right=right)
    mine = take(round_, right=False, block=block)
    compute(round_)

    place = papers.place_of(mine.id, round_, Audience.PARTICIPANT)

    assert (place.place, place.people) == (1, 1)
    assert papers.places_of(mine.id)[round_.id][1:] == (1, 1)


def second(round_, noon):
    return factories.round_(
        contest=round_.contest, number=2, blueprint=round_.blueprint, ranking=round_.ranking,
        opens_at=round_.closes_at, prediction=round_.prediction,
    )  # fmt: skip


def test_prediction_over_the_contest_is_known_after_its_last_round(round_, noon):
    round_ = predicting(round_, scope=Scope.CONTEST, target=Target.FULLY_CORRECT_PEOPLE)
    later = second(round_, noon)
    both = take(round_, right=True, predicted=3)
    take(round_, right=False, predicted=3)

    early = compute(round_)
    take(later, right=True, enrolment=both)
    for _ in range(2):
        take(later, right=True)
    run = compute(later)
    again = compute(round_, at=later.closes_at + timedelta(hours=2))

    assert early.true_values == {}
    assert run.true_values == again.true_values == {None: 3 * MILLION}
    assert offs(db.session.get_one(Round, round_.id))[both.id] == 0


@pytest.mark.parametrize("scope", list(Scope))
def test_verify_finds_the_true_values_of_every_scope_again(round_, block, noon, scope):
    round_ = predicting(round_, scope=scope, target=Target.PCT_FULLY_CORRECT, decimals=5)
    later = second(round_, noon)
    take(round_, right=True, block=block)
    take(round_, right=False)
    take(later, right=True, block=block)
    for one in (round_, later, round_):
        compute(one, at=later.closes_at + timedelta(hours=1))

    contest = db.session.get_one(Contest, round_.contest_id)
    sound = [one for one in verifying.verify(contest).faults if "run " in one or "standing" in one]
    with atomic():
        run = db.session.get_one(Round, round_.id).current_run_id
        row = db.session.get_one(publishing.ResultRun, run)
        row.prediction_actual = None if row.actuals else row.prediction_actual + 1
        row.actuals = {key: value + 1 for key, value in row.actuals.items()}
    forged = verifying.verify(db.session.get_one(Contest, round_.contest_id)).faults

    assert sound == []
    assert any("predicted value differs" in one for one in forged)


def board_of_two():
    return [factories.account(full_name=name) for name in ("Phạm Hùng", "Lê Thị Lan")]


def agreed(round_, changes, at):
    first, second_ = board_of_two()
    made = revising.draft(round_, first, at=at)
    for one in changes:
        revising.add(made, one, first)
    revising.propose(made, first, reason="Theo biên bản số 3", at=at)
    return revising.agree(made, second_, reason="Nhất trí", at=at)


def answer(round_, predicted, *, block=None, enrolment=None):
    """Somebody answers everything rightly and predicts, through the door of answers."""
    person = enrolment or factories.enrolment(round_.contest, block_id=block.id if block else None)
    at = round_.opens_at
    attempt = judged.take(round_, "bbb", at=at, prediction=str(predicted), enrolment=person)
    attempting.submit(attempt, person.account, at=at + timedelta(minutes=5))
    return person


def attempt_of(enrolment, round_):
    return db.session.scalars(
        select(Attempt).where(Attempt.enrolment_id == enrolment.id, Attempt.round_id == round_.id)
    ).one()


def faults(round_):
    db.session.expire_all()
    return verifying.verify(db.session.get_one(Contest, round_.contest_id)).faults


def test_the_true_value_of_one_block_is_fixed_by_hand_and_counted_again(round_, block, noon):
    round_ = predicting(round_, scope=Scope.BLOCK, target=Target.PARTICIPANTS)
    mine = answer(round_, 5, block=block)
    other = answer(round_, 1)
    compute(round_)
    later = round_.closes_at + timedelta(hours=2)

    fixed = agreed(round_, [Change(ChangeKind.ACTUAL, str(block.id), ("7",))], later)
    assert fixed.true_values == {block.id: 7 * MILLION, None: MILLION}
    assert offs(round_) == {mine.id: 2 * MILLION, other.id: 0}
    assert faults(round_) == []

    everybody = agreed(round_, [Change(ChangeKind.ACTUAL, "", ("4",))], later)
    assert everybody.true_values == {block.id: 7 * MILLION, None: 4 * MILLION}
    assert faults(round_) == []

    again = agreed(round_, [Change(ChangeKind.COUNTED, str(block.id))], later)
    assert again.true_values == {block.id: MILLION, None: 4 * MILLION}
    assert faults(round_) == []


def test_the_true_value_of_a_block_that_is_not_counted_apart_is_not_fixed(round_, block, noon):
    first = factories.account()
    take(round_, right=True, block=block)
    for scope, subject in ((Scope.ROUND, str(block.id)), (Scope.BLOCK, "99999")):
        round_ = predicting(round_, scope=scope, target=Target.PARTICIPANTS)
        made = revising.draft(round_, first, at=noon)

        with pytest.raises(WrongChange):
            revising.add(made, Change(ChangeKind.ACTUAL, subject, ("7",)), first)


def test_a_change_computes_the_earlier_rounds_that_count_it_in_the_same_decision(round_, noon):
    round_ = predicting(round_, scope=Scope.CONTEST, target=Target.ATTEMPTS)
    later = second(round_, noon)
    mine = answer(round_, 2)
    other = answer(round_, 3)
    annulled = attempt_of(answer(later, 3, enrolment=mine), later)
    for one in (later, round_):
        publishing.compute(one, None, reason="", at=later.closes_at + timedelta(hours=1))
    at = later.closes_at + timedelta(hours=2)
    changes = [
        Change(ChangeKind.ANNUL, annulled.public_id),
        Change(ChangeKind.RECOMPUTE, round_.public_id),
    ]
    assert offs(round_) == {mine.id: MILLION, other.id: 0}
    before = db.session.get_one(Round, round_.id).current_run_id
    seen = recomputing.preview(later, changes, Lines(), at=at).others

    agreed(later, changes, at)

    assert seen == [recomputing.Other(round_.title, 3 * MILLION, 2 * MILLION, 2)]
    assert db.session.get_one(Round, round_.id).current_run_id != before
    assert offs(round_) == {mine.id: 0, other.id: MILLION}
    assert faults(round_) == []


def test_without_it_verify_names_the_earlier_round_that_counts_the_change(round_, noon):
    round_ = predicting(round_, scope=Scope.CONTEST, target=Target.ATTEMPTS)
    later = second(round_, noon)
    answer(round_, 2)
    annulled = attempt_of(answer(later, 2), later)
    for one in (later, round_):
        publishing.compute(one, None, reason="", at=later.closes_at + timedelta(hours=1))
    at = later.closes_at + timedelta(hours=2)

    agreed(later, [Change(ChangeKind.ANNUL, annulled.public_id)], at)

    assert [one for one in faults(round_) if round_.public_id in one and "predicted" in one] != []


def test_a_round_that_counts_only_itself_is_not_computed_with_another(round_, noon):
    later, first = second(round_, noon), factories.account()
    made = revising.draft(later, first, at=noon)
    with atomic():
        later.state = RoundState.READY

    with pytest.raises(WrongChange):
        revising.add(made, Change(ChangeKind.RECOMPUTE, round_.public_id), first)


def test_person_who_moved_to_another_unit_keeps_the_place(round_, noon):
    mine = take(round_, right=True)
    take(round_, right=False)
    moved = factories.unit(name="Xã Cư Pui")
    with atomic():
        db.session.get_one(Enrolment, mine.id).account.unit_id = moved.id

    compute(round_)

    by_person = computing.achieved_in(round_)
    assert papers.place_of(mine.id, round_, Audience.PARTICIPANT).place == 1
    assert len(by_person) == 2

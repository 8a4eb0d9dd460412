"""Paper sets: drawn, a question replaced, approved, locked, and counted as used thereafter."""

import hashlib
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.models import AuditEntry
from core import clock, jobs
from core.db import atomic, db
from questions import assembling, blueprinting, paper_queries, papering, usage
from questions.errors import (
    BlueprintTitleTaken,
    CannotFill,
    NoOtherItem,
    SecondPersonNeeded,
    SetClosed,
    SetLocked,
    SetNotDrawn,
)
from questions.models import (
    Bank,
    Blueprint,
    Difficulty,
    Item,
    ItemState,
    PaperSetState,
    ReviewSteps,
    Stimulus,
)
from questions.rules.composing import Coding, Grouping, Making
from questions.rules.excluding import Exclusions
from questions.rules.filling import Cell, Spec
from questions.rules.letterheads import Letterhead, Profile
from tests import factories

HEAD = Letterhead(Profile.STATE, "UBND tỉnh Đắk Lắk", "Ban Tổ chức cuộc thi", minutes=60)


@pytest.fixture
def hoa(app):
    return factories.account(full_name="Nguyễn Thị Hoa")


@pytest.fixture
def bank(app):
    """Twelve questions on procedures, six on digital work."""
    bank = factories.bank()
    bank.procedures = factories.topic(code="thu-tuc", name="Thủ tục hành chính", position=1)
    bank.digital = factories.topic(code="so-hoa", name="Chuyển đổi số", position=2)
    for number in range(1, 13):
        factories.item(bank, number=number, topic_id=bank.procedures.id)
    for number in range(13, 19):
        grade = Difficulty.APPLICATION
        factories.item(bank, number=number, topic_id=bank.digital.id, difficulty=grade)
    return bank


def spec(bank, *counts, title="Ma trận vòng tỉnh", **more):
    topics = (bank.procedures.id, bank.digital.id)
    cells = [Cell(topic, None, None, count) for topic, count in zip(topics, counts, strict=True)]
    return Spec(title, tuple(cells), **more)


def draw(actor, bank, counts=(4, 2), making=Making(), excluding=Exclusions(), at=None):  # noqa: B008 -- a frozen value
    title = f"Ma trận {db.session.query(Item).count()}-{clock.now():%H%M%S%f}"
    blueprint = blueprinting.create(
        actor, bank, spec(bank, *counts, title=title, excluding=excluding), at=clock.now()
    )
    order = papering.Order("Đề thi vòng tỉnh", making, HEAD)
    return papering.draw(actor, blueprint, order, at=at or clock.now())


def codes_of(paper):
    return [slot.version.item.code for slot in paper.slots]


def acts():
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_draw_with_the_same_items_gives_every_paper_the_same_in_another_order(hoa, bank):
    made = draw(hoa, bank, making=Making(count=3))

    papers = paper_queries.papers_of(made.id)

    assert [paper.form_code for paper in papers] == ["101", "102", "103"]
    assert len({frozenset(codes_of(paper)) for paper in papers}) == 1
    assert len({tuple(codes_of(paper)) for paper in papers}) == 3
    assert {len(paper.slots) for paper in papers} == {6}


def test_draw_with_other_items_shares_none_as_long_as_the_bank_has_enough(hoa, bank):
    made = draw(hoa, bank, making=Making(count=3, same_items=False))

    asked = [code for paper in paper_queries.papers_of(made.id) for code in codes_of(paper)]

    assert len(set(asked)) == len(asked) == 18


def test_draw_with_other_items_takes_some_again_when_the_bank_has_too_few(hoa, bank):
    made = draw(hoa, bank, making=Making(count=5, same_items=False))

    for paper in paper_queries.papers_of(made.id):
        assert len(set(codes_of(paper))) == 6


def test_draw_honours_every_count_of_the_blueprint(hoa, bank):
    made = draw(hoa, bank, counts=(5, 3), making=Making(count=2, same_items=False))

    for paper in paper_queries.papers_of(made.id):
        topics = Counter(slot.version.item.topic.name for slot in paper.slots)
        assert topics == {"Thủ tục hành chính": 5, "Chuyển đổi số": 3}


def test_draw_grouped_by_topic_keeps_the_topics_together_in_their_order(hoa, bank):
    made = draw(hoa, bank, making=Making(count=2, grouping=Grouping.TOPIC))

    for paper in paper_queries.papers_of(made.id):
        topics = [slot.version.item.topic.position for slot in paper.slots]
        assert topics == [1, 1, 1, 1, 2, 2]


def test_draw_with_random_codes_gives_three_digits_each_once(hoa, bank):
    made = draw(hoa, bank, making=Making(count=20, coding=Coding.RANDOM))

    codes = [paper.form_code for paper in paper_queries.papers_of(made.id)]

    assert len(set(codes)) == 20
    assert all(len(code) == 3 and code.isdecimal() for code in codes)


def test_draw_without_shuffling_prints_the_options_as_written(hoa, bank):
    making = Making(count=2, shuffles_items=False, shuffles_options=False)

    made = draw(hoa, bank, making=making)

    orders = [
        slot.option_order for paper in paper_queries.papers_of(made.id) for slot in paper.slots
    ]
    assert orders == [["a", "b", "c", "d"]] * 12


def test_draw_again_from_the_kept_seed_gives_the_same_papers(hoa, bank):
    made = draw(hoa, bank, making=Making(count=3, same_items=False))
    before = [
        (paper.form_code, codes_of(paper), [slot.option_order for slot in paper.slots])
        for paper in paper_queries.papers_of(made.id)
    ]

    with atomic():
        again = paper_queries.set_with(made.public_id)
        again.papers.clear()
        again.state = PaperSetState.DRAWING
    papering.fill_later(made.public_id)

    assert before == [
        (paper.form_code, codes_of(paper), [slot.option_order for slot in paper.slots])
        for paper in paper_queries.papers_of(made.id)
    ]


def test_draw_that_the_bank_can_not_fill_names_the_empty_cell(hoa, bank):
    with pytest.raises(CannotFill) as refused:
        draw(hoa, bank, counts=(4, 7))

    said = refused.value.details["cells"]
    assert said.message == "Needs %(wanted)s questions of %(cell)s; the bank has %(available)s."
    assert (said.values["wanted"], said.values["available"]) == (7, 6)


def test_draw_records_the_commitment_and_never_the_seed(hoa, bank):
    made = draw(hoa, bank)

    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "papers.drawn")).one()

    told = entry.record
    assert hashlib.sha256(bytes.fromhex(made.seed)).hexdigest() in told
    assert made.seed not in told


def test_draw_of_a_large_set_is_left_to_a_job(hoa, bank, monkeypatch):
    monkeypatch.setattr(papering, "MOST_AT_ONCE", 10)

    made = draw(hoa, bank)
    waiting = (made.state, len(made.papers))
    while jobs.run_next(at=clock.now()):
        pass
    db.session.rollback()

    assert waiting == (PaperSetState.DRAWING, 0)
    assert paper_queries.set_with(made.public_id).state is PaperSetState.DRAFT
    assert len(paper_queries.papers_of(made.id)) == 4


def test_draw_by_a_job_fails_in_peace_when_the_bank_changed(hoa, bank, monkeypatch):
    monkeypatch.setattr(papering, "MOST_AT_ONCE", 10)
    made = draw(hoa, bank, counts=(4, 6))
    with atomic():
        gone = db.session.scalars(select(Item).where(Item.code == "C018")).one()
        gone.state = ItemState.QUARANTINED

    while jobs.run_next(at=clock.now()):
        pass
    db.session.rollback()

    assert paper_queries.set_with(made.public_id).state is PaperSetState.FAILED


# --- Exclusions --------------------------------------------------------------------------------


def test_items_of_the_last_sets_are_not_drawn_again(hoa, bank):
    first = draw(hoa, bank, counts=(6, 3), making=Making(count=1))
    second = draw(hoa, bank, (6, 3), Making(count=1), Exclusions(sets=1))

    asked = [set(codes_of(paper_queries.papers_of(one.id)[0])) for one in (first, second)]

    assert asked[0] & asked[1] == set()


def test_what_exclusions_took_away_is_said_with_the_empty_cell(hoa, bank):
    draw(hoa, bank, counts=(6, 3), making=Making(count=1))
    wanted = spec(bank, 6, 4, excluding=Exclusions(sets=1))

    found = assembling.look(bank.id, wanted, before=clock.now())

    values = found.lacks[0].values
    assert (values["wanted"], values["available"], values["kept_out"]) == (4, 3, 3)
    assert [one.values for one in found.remarks] == [{"count": 9}]
    assert found.available == (6, 3)


def test_items_asked_too_often_are_kept_out(hoa, bank):
    draw(hoa, bank, counts=(12, 3), making=Making(count=2))

    found = assembling.sifted(bank.id, Exclusions(most_asked=1), before=clock.now())

    assert len(found.pool) == 3


def test_a_share_of_papers_keeps_items_out(hoa, bank):
    draw(hoa, bank, counts=(6, 3), making=Making(count=1))
    draw(hoa, bank, counts=(6, 3), making=Making(count=1), excluding=Exclusions(sets=1))

    half = assembling.sifted(bank.id, Exclusions(most_share=50), before=clock.now())
    less = assembling.sifted(bank.id, Exclusions(most_share=49), before=clock.now())

    assert (len(half.pool), len(less.pool)) == (18, 0)


def test_items_in_a_set_count_as_asked(hoa, bank):
    made = draw(hoa, bank, making=Making(count=3))
    version = paper_queries.papers_of(made.id)[0].slots[0].version_id

    assert usage.times_asked([version]) == {version: 3}


def test_only_locked_items_are_drawn_when_that_is_asked(hoa, bank):
    with atomic():
        for item in db.session.scalars(select(Item).where(Item.code.in_(["C001", "C013"]))):
            item.state = ItemState.LOCKED

    made = draw(hoa, bank, (1, 1), Making(count=1), Exclusions(locked_only=True))

    assert set(codes_of(paper_queries.papers_of(made.id)[0])) == {"C001", "C013"}


# --- Passages ----------------------------------------------------------------------------------


def test_items_of_a_passage_stand_together_in_every_paper(hoa, bank):
    with atomic():
        passage = Stimulus(
            public_id="doan-van", bank_id=bank.id, text="Kế hoạch số 88", created_at=clock.now()
        )
        db.session.add(passage)
        db.session.flush()
        for item in db.session.scalars(select(Item).where(Item.code.in_(["C002", "C005", "C014"]))):
            item.current.stimulus_id = passage.id

    made = draw(hoa, bank, counts=(12, 6), making=Making(count=6))

    for paper in paper_queries.papers_of(made.id):
        codes = codes_of(paper)
        at = codes.index("C002")
        assert codes[at : at + 3] == ["C002", "C005", "C014"]


# --- What becomes of a set ---------------------------------------------------------------------


def test_replace_puts_another_item_of_the_cell_into_every_paper(hoa, bank):
    made = draw(hoa, bank, making=Making(count=2))
    paper = paper_queries.papers_of(made.id)[0]
    gone = paper.slots[0].version.item

    papering.replace(hoa, paper, 1, "Câu hỏi đã lộ")
    papers = paper_queries.papers_of(made.id)

    came = papers[0].slots[0].version.item
    assert came.topic_id == gone.topic_id
    for one in papers:
        assert gone.code not in codes_of(one)
        assert codes_of(one).count(came.code) == 1
        assert len(set(codes_of(one))) == 6
    assert acts()[-1] == "papers.replaced"


def test_replace_when_the_bank_has_no_other_is_refused(hoa, bank):
    made = draw(hoa, bank, counts=(12, 6), making=Making(count=1))

    with pytest.raises(NoOtherItem):
        papering.replace(hoa, paper_queries.papers_of(made.id)[0], 1, "Câu hỏi đã lộ")


def test_approved_set_takes_no_other_question(hoa, bank):
    made = draw(hoa, bank)
    papering.approve(hoa, made, at=clock.now())

    with pytest.raises(SetClosed):
        papering.replace(hoa, paper_queries.papers_of(made.id)[0], 1, "Câu hỏi đã lộ")


def test_approve_by_whoever_drew_it_is_refused_in_a_reviewed_bank(hoa, bank):
    with atomic():
        db.session.get(Bank, bank.id).review_steps = ReviewSteps.ONE
    made = draw(hoa, bank)

    with pytest.raises(SecondPersonNeeded):
        papering.approve(hoa, made, at=clock.now())
    papering.approve(factories.account(), made, at=clock.now())

    assert made.state is PaperSetState.APPROVED


def test_close_wants_an_approved_set_and_happens_once(hoa, bank):
    made = draw(hoa, bank)
    with pytest.raises(SetNotDrawn):
        papering.close(hoa, made, at=clock.now())
    papering.approve(hoa, made, at=clock.now())

    papering.close(hoa, made, at=clock.now())
    papering.close(hoa, made, at=clock.now() + timedelta(hours=1))

    assert made.state is PaperSetState.LOCKED
    assert acts().count("papers.locked") == 1


def test_locked_set_keeps_what_is_printed_around_the_questions(hoa, bank):
    made = draw(hoa, bank)
    papering.head(hoa, made, Letterhead(body="Hội đồng thi"))
    papering.approve(hoa, made, at=clock.now())
    papering.close(hoa, made, at=clock.now())

    with pytest.raises(SetLocked):
        papering.head(hoa, made, HEAD)

    assert Letterhead.read(made.letterhead).body == "Hội đồng thi"


def test_set_is_read_in_as_many_statements_however_many_papers_it_has(hoa, bank, queries):
    few = draw(hoa, bank, making=Making(count=1)).id
    many = draw(hoa, bank, making=Making(count=3)).id
    db.session.rollback()

    counted = []
    for set_id in (few, many):
        db.session.rollback()
        queries.clear()
        papers = paper_queries.papers_of(set_id)
        told = [slot.version.item.topic.name for one in papers for slot in one.slots]
        counted.append((len(queries), len(told)))

    assert counted[0][0] == counted[1][0]
    assert [told for _made, told in counted] == [6, 18]


# --- Blueprints --------------------------------------------------------------------------------


def test_blueprint_is_changed_without_touching_what_was_drawn(hoa, bank):
    made = draw(hoa, bank)
    blueprint = db.session.get(Blueprint, made.blueprint_id)

    blueprinting.edit(hoa, blueprint, spec(bank, 9, 1), at=clock.now())

    assert [cell.count for cell in assembling.spec_of(blueprint).cells] == [9, 1]
    assert [cell["count"] for cell in made.spec["cells"]] == [4, 2]


def test_create_with_a_taken_title_is_refused(hoa, bank):
    blueprinting.create(hoa, bank, spec(bank, 1, 1), at=clock.now())

    with pytest.raises(BlueprintTitleTaken):
        blueprinting.create(hoa, bank, spec(bank, 2, 2), at=clock.now())


def test_edit_writes_all_that_is_set_and_once(hoa, bank):
    blueprint = blueprinting.create(hoa, bank, spec(bank, 1, 1), at=clock.now())
    wanted = spec(
        bank,
        3,
        2,
        title="Ma trận chung kết",
        target_count=60,
        target_points=100_000_000,
        excluding=Exclusions(rounds=2, most_asked=0, based_only=True),
    )

    blueprinting.edit(hoa, blueprint, wanted, at=clock.now())
    blueprinting.edit(hoa, blueprint, wanted, at=clock.now())

    assert assembling.spec_of(blueprint) == wanted
    assert acts().count("blueprint.edited") == 1


def test_copy_twice_gives_two_names(hoa, bank):
    blueprint = blueprinting.create(hoa, bank, spec(bank, 1, 1), at=clock.now())

    titles = [
        blueprinting.copy(hoa, blueprint, "Ma trận, bản sao", at=clock.now()).title
        for _ in range(2)
    ]

    assert titles == ["Ma trận, bản sao", "Ma trận, bản sao (2)"]

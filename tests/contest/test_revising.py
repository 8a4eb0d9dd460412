"""Changes to results: previewed, agreed to by a second person, and written as a new run."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from accounts.models import AuditEntry
from contest import (
    allotting,
    attempting,
    deciding,
    essay_queries,
    explaining,
    offering,
    previewing,
    publishing,
    recomputing,
    revising,
    run_queries,
    verifying,
)
from contest.errors import (
    AlreadyDecided,
    CannotDecide,
    RoundFinal,
    RoundNotReady,
    SamePerson,
    WrongChange,
)
from contest.models import (
    Attempt,
    ChangeState,
    PrizeKind,
    QuestionRuling,
    ResultChange,
    ResultRun,
    RoundState,
    Slot,
    Standing,
)
from contest.offering import RuleSettings
from contest.rules.changing import Change, ChangeKind
from contest.rules.comparing import Lines
from contest.rules.lateness import LateRule
from contest.rules.prizes import IndividualRule, Level, Once, Ties
from contest.rules.timing import Audience
from contest.saving import Answer, save, ticket_of
from core import clock
from core.db import atomic, db
from questions.types.answers import keyed
from tests import factories
from tests.contest.judged import computed, one_paper, take
from tests.questions.contents import SOUND

MINUTE = timedelta(minutes=1)
SHEETS = ("bbb", "bba", "baa", "aab")


@pytest.fixture
def board(app):
    return [factories.account(full_name=name) for name in ("Phạm Hùng", "Lê Thị Lan")]


@pytest.fixture
def later(noon):
    return noon + 90 * MINUTE


@pytest.fixture
def judged(app, noon):
    return computed(noon, SHEETS, blueprint=one_paper())


def version_at(attempt, position):
    return next(slot.version_id for slot in attempt.slots if slot.position == position)


def proposed(round_, board, changes, at):
    made = revising.draft(round_, board[0], at=at)
    for one in changes:
        revising.add(made, one, board[0])
    return revising.propose(made, board[0], reason="Theo biên bản số 3", at=at)


def agreed(round_, board, changes, at):
    made = proposed(round_, board, changes, at)
    return revising.agree(made, board[1], reason="Nhất trí", at=at + MINUTE)


def scores(attempts):
    db.session.expire_all()
    return [(one.score // 1_000_000, one.correct, one.asked) for one in attempts]


def places(run, audience=Audience.PARTICIPANT):
    rows = db.session.scalars(
        select(Standing)
        .where(Standing.run_id == run.id, Standing.audience == audience)
        .order_by(Standing.sort_key)
    )
    return [one.enrolment_id for one in rows]


def faults(round_):
    db.session.expire_all()
    return verifying.verify(round_.contest).faults


# --- Kinds -------------------------------------------------------------------------------------


def test_a_void_question_gives_everybody_its_points(judged, board, later):
    round_, attempts = judged
    third = version_at(attempts[0], 3)

    run = agreed(round_, board, [Change(ChangeKind.VOID_FULL, str(third))], later)

    assert [one[1] for one in scores(attempts)] == [
        _expected(one, sheet, third, full=True)[0]
        for one, sheet in zip(attempts, SHEETS, strict=True)
    ]
    assert run.number == 3
    assert faults(round_) == []


def _expected(attempt, sheet, version, *, full=False, out=False, key=("b",)):
    """Correct answers and questions asked, counted by hand from the sheet."""
    correct = asked = 0
    for slot, letter in zip(attempt.slots, sheet, strict=True):
        ruled = slot.version_id == version
        if ruled and out:
            continue
        asked += 1
        correct += (ruled and full) or letter in (key if ruled else ("b",))
    return correct, asked


def test_a_question_can_leave_the_total(judged, board, later):
    round_, attempts = judged
    version = version_at(attempts[0], 1)

    agreed(round_, board, [Change(ChangeKind.VOID_OUT, str(version))], later)

    assert [one[1:] for one in scores(attempts)] == [
        _expected(one, sheet, version, out=True)
        for one, sheet in zip(attempts, SHEETS, strict=True)
    ]
    assert faults(round_) == []


def test_a_changed_key_takes_the_other_answers_for_this_round_alone(judged, board, later):
    round_, attempts = judged
    version = version_at(attempts[0], 1)
    content = attempts[0].slots[0].version.content

    agreed(round_, board, [Change(ChangeKind.KEY, str(version), ("a", "c"))], later)

    assert [one[1:] for one in scores(attempts)] == [
        _expected(one, sheet, version, key=("a", "c"))
        for one, sheet in zip(attempts, SHEETS, strict=True)
    ]
    assert attempts[0].slots[0].version.content == content
    assert faults(round_) == []


def test_who_answered_by_the_old_key_is_shown_the_one_that_counts(judged, board, later):
    round_, attempts = judged
    version = version_at(attempts[0], 1)
    agreed(round_, board, [Change(ChangeKind.KEY, str(version), ("d",))], later)
    wrong = [one for attempt in attempts for one in explaining.wrong_items(attempt)]

    ruled = [one for one in wrong if one.is_rekeyed]
    assert {one.stem for one in ruled} == {attempts[0].slots[0].version.stem}
    right = {option.text for one in ruled for option in one.options if option.is_right}
    assert len(right) == 1
    assert all(not option.is_chosen for one in ruled for option in one.options if option.is_right)


WEIGHTS = {
    "scoring": "weights",
    "options": [
        {"id": "a", "text": "Pa nô", "pinned": False, "weight": "0.5"},
        {"id": "b", "text": "Tờ gấp", "pinned": False, "weight": "0.5"},
        {"id": "c", "text": "Đa cấp", "pinned": False, "weight": "-0.5"},
    ],
}
# A kind, what it adds to its example, two answers, another key, what the two earn before and after.
REKEYED = [
    ("matching", {}, ("matched", "swapped"), "swapped", (100, 0), (0, 100)),
    ("ordering", {}, ("in order", "turned"), "turned", (100, 0), (0, 100)),
    ("cloze", {}, ("filled", "other"), "other", (100, 66), (66, 100)),
    ("multiple_choice", WEIGHTS, ("a,b", "a"), "weights", (100, 50), (75, 75)),
]
_MATCHING = SOUND["matching"]["pairs"]
_FIRST, _SECOND = _MATCHING.values()
_STEPS = [one["id"] for one in SOUND["ordering"]["parts"]]
SAID = {
    "matched": keyed(_MATCHING),
    "swapped": keyed(dict(zip(_MATCHING, (_SECOND, _FIRST), strict=True))),
    "in order": keyed(dict(zip(_STEPS, "123", strict=True))),
    "turned": keyed(dict(zip(_STEPS, "231", strict=True))),
    "filled": keyed({"1": "Sở Thông tin và Truyền thông", "2": "2017", "3": "a"}),
    "other": keyed({"1": "Sở Thông tin và Truyền thông", "2": "2018", "3": "a"}),
    "weights": keyed({"a": "0.75", "b": "0", "c": "0.25"}),
}


@pytest.mark.parametrize(("kind", "adds", "answers", "key", "before", "after"), REKEYED)
def test_the_key_of_every_closed_kind_changes_as_previewed(
    app, noon, board, later, kind, adds, answers, key, before, after
):
    bank = factories.bank()
    factories.item_of(bank, kind, content=adds)
    sheets = [[SAID.get(one, one)] for one in answers]
    round_, attempts = computed(noon, sheets, blueprint=factories.blueprint_of_types(bank, [kind]))
    change = Change(ChangeKind.KEY, str(version_at(attempts[0], 1)), (SAID[key],))

    def hundredths():
        db.session.expire_all()
        return tuple(100 * one.score // one.slots[0].points for one in attempts)

    assert hundredths() == before
    seen = recomputing.would_be(round_, [change], at=clock.now()).computed

    run = agreed(round_, board, [change], later)

    assert hundredths() == after
    assert run.board_digest == seen.board_digest
    assert faults(round_) == []
    wrong = [one for attempt in attempts for one in explaining.wrong_items(attempt)]
    assert len(wrong) == sum(earned < 100 for earned in after)
    assert all(one.is_rekeyed for one in wrong)


def test_taking_a_ruling_back_restores_every_mark(judged, board, later):
    round_, attempts = judged
    before = scores(attempts)
    version = str(version_at(attempts[0], 2))
    agreed(round_, board, [Change(ChangeKind.VOID_OUT, version)], later)

    run = agreed(round_, board, [Change(ChangeKind.LIFT, version)], later + 5 * MINUTE)

    first = db.session.scalar(select(ResultRun).where(ResultRun.number == 2))
    assert scores(attempts) == before
    assert places(run) == places(first)
    assert run.board_digest == first.board_digest
    assert faults(round_) == []


def test_an_annulled_attempt_leaves_the_run_and_can_come_back(judged, board, later):
    round_, attempts = judged
    first = attempts[0]

    run = agreed(round_, board, [Change(ChangeKind.ANNUL, first.public_id)], later)
    assert first.enrolment_id not in places(run)
    assert faults(round_) == []

    again = agreed(round_, board, [Change(ChangeKind.RESTORE, first.public_id)], later + 9 * MINUTE)
    assert places(again)[0] == first.enrolment_id
    assert faults(round_) == []


def test_a_disqualified_person_leaves_the_run_and_can_come_back(judged, board, later):
    round_, attempts = judged
    person = attempts[0].enrolment

    run = agreed(round_, board, [Change(ChangeKind.DISQUALIFY, person.public_id)], later)
    assert person.id not in places(run)
    assert faults(round_) == []

    again = agreed(
        round_, board, [Change(ChangeKind.REINSTATE, person.public_id)], later + 9 * MINUTE
    )
    assert places(again)[0] == person.id
    assert faults(round_) == []


def asking(target="attempts"):
    return {
        "target": target,
        "scope": "round",
        "decimals": 0,
        "asked": "with_quiz",
        "lock": "per_attempt",
        "not_over": False,
    }


def test_the_actual_value_can_be_fixed_by_hand_and_be_counted_again(app, noon, board, later):
    round_ = factories.round_(
        opens_at=noon, closes_at=noon + 60 * MINUTE, prediction=asking(), blueprint=one_paper()
    )
    round_.ranking = []
    with atomic():
        round_.ranking = [{"key": "prediction_diff", "direction": "asc"}]
    near = take(round_, "bbb", at=noon, prediction="3")
    far = take(round_, "bbb", at=noon + MINUTE, prediction="90")
    attempting.expire_due(at=noon + 70 * MINUTE)
    counted = publishing.compute(round_, None, reason="", at=noon + 80 * MINUTE)

    fixed = agreed(round_, board, [Change(ChangeKind.ACTUAL, "", ("100",))], later)
    assert (counted.prediction_actual, fixed.prediction_actual) == (2_000_000, 100_000_000)
    assert places(counted) == [near.enrolment_id, far.enrolment_id]
    assert places(fixed) == [far.enrolment_id, near.enrolment_id]
    assert faults(round_) == []

    again = agreed(round_, board, [Change(ChangeKind.COUNTED)], later + 9 * MINUTE)
    assert again.prediction_actual == 2_000_000
    assert faults(round_) == []


def test_a_proposal_about_late_answers_is_agreed_to_as_a_part_of_a_change(app, noon, board, later):
    round_ = factories.round_(opens_at=noon, closes_at=noon + 60 * MINUTE, blueprint=one_paper())
    attempt = take(round_, "baa", at=noon)
    attempting.expire_due(at=noon + 70 * MINUTE)
    for position in (2, 3):
        save(ticket_of(attempt), [Answer(position, 2, "b")], at=noon + 71 * MINUTE)
    publishing.compute(round_, None, reason="", at=noon + 80 * MINUTE)
    late = deciding.propose(attempt, board[0], LateRule.REPLACE, reason="Mất mạng", at=later)
    changes = [
        Change(ChangeKind.LATE, late.public_id),
        Change(ChangeKind.VOID_OUT, str(version_at(attempt, 1))),
    ]
    seen = recomputing.would_be(round_, changes, at=clock.now()).computed

    run = agreed(round_, board, changes, later)

    assert scores([attempt]) == [(2, 2, 2)]
    assert run.board_digest == seen.board_digest
    assert faults(round_) == []


def test_an_essay_of_a_void_question_needs_no_mark_any_more(app, noon, board, later):
    bank = factories.bank()
    factories.item_of(bank, "essay")
    blueprint = factories.blueprint_of_types(bank, ["essay"])
    round_ = factories.round_(opens_at=noon, closes_at=noon + 60 * MINUTE, blueprint=blueprint)
    attempt = take(round_, ["Một cửa là nơi tiếp nhận hồ sơ."], at=noon)
    attempting.expire_due(at=noon + 70 * MINUTE)
    with pytest.raises(RoundNotReady):
        publishing.compute(round_, None, reason="", at=later)
    version = str(version_at(attempt, 1))

    agreed(round_, board, [Change(ChangeKind.VOID_FULL, version)], later)

    assert (attempt.unmarked, attempt.score) == (0, attempt.slots[0].points)
    assert essay_queries.next_answer(round_, board[1].id, at=later) is None
    assert faults(round_) == []


# --- Previewing --------------------------------------------------------------------------------


def counted_rows():
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table))
        for table in db.metadata.sorted_tables
    }


def test_a_preview_writes_nothing(judged, queries):
    round_, attempts = judged
    changes = [
        Change(ChangeKind.VOID_FULL, str(version_at(attempts[0], 1))),
        Change(ChangeKind.ANNUL, attempts[1].public_id),
    ]
    before = counted_rows()
    queries.clear()

    recomputing.preview(round_, changes, Lines((1,)), at=clock.now())

    assert {one.split()[0].upper() for one in queries} <= {"SELECT", "WITH"}
    assert counted_rows() == before
    assert not db.session.dirty
    assert not db.session.new


def test_a_preview_takes_the_same_statements_for_few_and_many(app, noon, queries):
    def cost(count):
        round_, attempts = computed(noon, SHEETS * count, blueprint=one_paper())
        changes = [Change(ChangeKind.VOID_FULL, str(version_at(attempts[0], 1)))]
        assert round_.current_run_id
        queries.clear()
        recomputing.preview(round_, changes, Lines(), at=clock.now())
        return len(queries)

    assert cost(1) == cost(3)


def test_a_preview_says_who_gains_and_who_crosses_a_line(judged, board, later):
    round_, attempts = judged
    first = attempts[0]

    seen = recomputing.preview(
        round_, [Change(ChangeKind.ANNUL, first.public_id)], Lines((1, 2)), at=clock.now()
    )

    assert (seen.totals.before, seen.totals.after, seen.totals.went) == (4, 3, 1)
    assert seen.totals.place_up == 3
    assert seen.totals.prizes == ((1, 1, 1), (2, 1, 1))
    last = seen.moved[-1]
    assert (last.who, last.place_before, last.place_after) == (first.enrolment_id, 1, None)


LEVELS = (Level("Giải Nhất", 1, 2_000_000), Level("Giải Nhì", 2, 1_000_000))


def offered(round_, board, levels=LEVELS, **more):
    rule = IndividualRule(levels, **{"ties": Ties.COMMITTEE, "once": Once.HIGHER} | more)
    settings = RuleSettings("Giải tuần", PrizeKind.INDIVIDUAL, rule.written(), round_.id)
    return offering.add_rule(round_.contest, settings, board[0], at=round_.opens_at)


def test_a_preview_says_who_crosses_which_prize_by_its_rule(judged, board, later):
    round_, attempts = judged
    offered(round_, board)
    first, second, third, fourth = (one.enrolment.public_id for one in attempts)

    seen = recomputing.preview(
        round_, [Change(ChangeKind.ANNUL, attempts[0].public_id)], Lines(), at=clock.now()
    )

    assert {(one.who, one.before, one.after) for one in seen.prizes} == {
        (first, "Giải Nhất", ""),
        (second, "Giải Nhì", "Giải Nhất"),
        (fourth, "", "Giải Nhì"),
    }
    assert third not in {one.who for one in seen.prizes}


def test_what_a_preview_says_of_prizes_is_what_the_rule_proposes_afterwards(judged, board, later):
    round_, attempts = judged
    rule = offered(round_, board, least_score=Decimal(1))
    changes = [Change(ChangeKind.KEY, str(version_at(attempts[0], 1)), ("a",))]
    before = {one.who: one.level for one in allotting.derive(rule).seats if one.who}
    seen = recomputing.preview(round_, changes, Lines(), at=clock.now()).prizes

    agreed(round_, board, changes, later)

    after = {one.who: one.level for one in allotting.derive(rule).seats if one.who}
    titles = [one.title for one in LEVELS]
    assert {(one.who, one.before, one.after) for one in seen} == {
        (who, _title(titles, before.get(who)), _title(titles, after.get(who)))
        for who in before.keys() | after.keys()
        if before.get(who) != after.get(who)
    }


def _title(titles, level):
    return "" if level is None else titles[level]


def test_the_lines_are_those_of_the_prizes_unless_others_are_drawn(judged, board, later):
    round_, _ = judged
    offered(round_, board, least_score=Decimal(2))
    made = revising.draft(round_, board[0], at=later)
    assert previewing.lines_of(made) == Lines((1, 3), 2_000_000)

    revising.draw_lines(made, Lines((2,)), board[0])

    assert previewing.lines_of(made) == Lines((2,))


KINDS = st.lists(
    st.tuples(
        st.sampled_from(["full", "out", "key", "annul", "disqualify"]),
        st.integers(0, 3),
        st.sets(st.sampled_from("abcd"), min_size=1),
    ),
    min_size=1,
    max_size=3,
)


@given(KINDS)
@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_what_was_previewed_is_what_is_applied_and_nothing_is_at_fault(app, noon, wanted):
    board = [factories.account(), factories.account()]
    round_, attempts = computed(noon, SHEETS)
    changes = {}
    for kind, number, letters in wanted:
        attempt = attempts[number]
        version = str(version_at(attempt, 1 + number % 3))
        one = {
            "full": Change(ChangeKind.VOID_FULL, version),
            "out": Change(ChangeKind.VOID_OUT, version),
            "key": Change(ChangeKind.KEY, version, tuple(sorted(letters))),
            "annul": Change(ChangeKind.ANNUL, attempt.public_id),
            "disqualify": Change(ChangeKind.DISQUALIFY, attempt.enrolment.public_id),
        }[kind]
        if one.values != ("b",):
            changes[one.about] = one
    if not changes:
        return
    seen = recomputing.would_be(round_, list(changes.values()), at=clock.now()).computed

    run = agreed(round_, board, list(changes.values()), noon + 90 * MINUTE)

    assert (run.board_digest, run.inputs_digest) == (seen.board_digest, seen.inputs_digest)
    assert faults(round_) == []


# --- Two people, audit, runs -------------------------------------------------------------------


def test_nobody_agrees_to_an_own_proposal(judged, board, later):
    round_, attempts = judged
    made = proposed(round_, board, [Change(ChangeKind.ANNUL, attempts[0].public_id)], later)

    with pytest.raises(SamePerson):
        revising.agree(made, board[0], reason="", at=later)
    with pytest.raises(SamePerson):
        revising.refuse(made, board[0], reason="", at=later)
    with pytest.raises(IntegrityError), atomic():
        made.decided_by_id = made.made_by_id

    db.session.refresh(made)
    assert made.state is ChangeState.PROPOSED


def test_agreeing_twice_makes_one_run(judged, board, later):
    round_, attempts = judged
    made = proposed(round_, board, [Change(ChangeKind.ANNUL, attempts[0].public_id)], later)
    revising.agree(made, board[1], reason="", at=later)

    with pytest.raises(AlreadyDecided):
        revising.agree(made, board[1], reason="", at=later)

    assert len(run_queries.runs_of(round_)) == 3


def test_a_refused_or_withdrawn_proposal_changes_nothing(judged, board, later):
    round_, attempts = judged
    before = scores(attempts)
    one = Change(ChangeKind.VOID_FULL, str(version_at(attempts[0], 1)))

    refused = proposed(round_, board, [one], later)
    revising.refuse(refused, board[1], reason="Chưa đủ căn cứ", at=later)
    withdrawn = proposed(round_, board, [one], later)
    revising.withdraw(withdrawn, board[0])

    assert [refused.state, withdrawn.state] == [ChangeState.REFUSED, ChangeState.WITHDRAWN]
    assert scores(attempts) == before
    assert db.session.query(QuestionRuling).count() == 0
    assert faults(round_) == []


def test_one_proposal_waits_at_a_time(judged, board, later):
    round_, attempts = judged
    proposed(round_, board, [Change(ChangeKind.ANNUL, attempts[0].public_id)], later)

    with pytest.raises(CannotDecide):
        proposed(round_, board, [Change(ChangeKind.ANNUL, attempts[1].public_id)], later)


def test_nobody_proposes_or_agrees_about_an_own_attempt(judged, board, later):
    round_, attempts = judged
    owner = attempts[0].enrolment.account
    one = Change(ChangeKind.ANNUL, attempts[0].public_id)

    with pytest.raises(CannotDecide):
        proposed(round_, [owner, board[1]], [one], later)
    made = proposed(round_, board, [one], later)
    with pytest.raises(CannotDecide):
        revising.agree(made, owner, reason="", at=later)


def test_the_draft_of_one_person_is_not_edited_by_another(judged, board, later):
    round_, attempts = judged
    made = revising.draft(round_, board[0], at=later)

    with pytest.raises(CannotDecide):
        revising.add(made, Change(ChangeKind.ANNUL, attempts[0].public_id), board[1])

    assert made.entries == []


def test_the_run_and_the_change_are_in_the_trail_with_both_people(judged, board, later):
    round_, attempts = judged
    run = agreed(round_, board, [Change(ChangeKind.ANNUL, attempts[0].public_id)], later)

    rows = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action.like("change.%")).order_by(AuditEntry.id)
    ).all()

    told = [json.loads(row.record) for row in rows]
    assert [row.action for row in rows] == [
        "change.drafted",
        "change.edited",
        "change.proposed",
        "change.agreed",
    ]
    assert {told[2]["actor"], told[3]["actor"]} == {one.public_id for one in board}
    assert told[3]["details"]["run"] == run.number
    assert told[3]["details"]["board"] == run.board_digest


def test_old_runs_stay_as_they_were(judged, board, later):
    round_, attempts = judged
    old = db.session.get(ResultRun, round_.current_run_id)
    before = places(old), old.board_digest

    new = agreed(round_, board, [Change(ChangeKind.ANNUL, attempts[0].public_id)], later)

    db.session.refresh(round_)
    assert round_.current_run_id == new.id
    assert (places(old), old.board_digest) == before


def test_the_public_sees_the_new_run_from_its_date_on_and_not_before(app, noon, board, later):
    round_, attempts = computed(noon, SHEETS, public_results_at=noon + timedelta(days=2))
    one = Change(ChangeKind.ANNUL, attempts[0].public_id)

    run = agreed(round_, board, [one], later)
    assert places(run, Audience.PUBLIC) == []

    publishing.publish(round_, None, at=noon + timedelta(days=2))
    assert places(run, Audience.PUBLIC) == places(run)


def test_results_change_only_once_nothing_comes_in_any_more(app, noon, board):
    round_ = factories.round_(opens_at=noon, closes_at=noon + 60 * MINUTE, blueprint=one_paper())
    attempt = take(round_, "bbb", at=noon)
    attempting.expire_due(at=noon + 20 * MINUTE)
    made = proposed(round_, board, [Change(ChangeKind.ANNUL, attempt.public_id)], noon)

    with pytest.raises(RoundNotReady):
        revising.agree(made, board[1], reason="", at=noon + 30 * MINUTE)

    assert attempt.annulled_at is None


def test_later_attempts_are_marked_by_what_was_ruled(judged, board, noon, later):
    round_, attempts = judged
    version = version_at(attempts[0], 1)
    agreed(round_, board, [Change(ChangeKind.VOID_OUT, str(version))], later)
    with atomic():
        round_.closes_at = later + timedelta(hours=2)
        round_.sittings[0].closes_at = round_.closes_at

    attempt = take(round_, "bbb", at=later + 10 * MINUTE, name="Phan Thị Tư")
    attempting.expire_due(at=later + 60 * MINUTE)

    assert scores([attempt]) == [(2, 2, 2)]
    mark = next(slot.mark for slot in attempt.slots if slot.version_id == version)
    assert mark is None


def test_changes_that_cannot_be_are_refused_when_they_are_added(judged, board, later):
    round_, attempts = judged
    version = str(version_at(attempts[0], 1))
    wrong = [
        Change(ChangeKind.RESTORE, attempts[0].public_id),
        Change(ChangeKind.ANNUL, "none"),
        Change(ChangeKind.LIFT, version),
        Change(ChangeKind.KEY, version, ("z",)),
        Change(ChangeKind.VOID_FULL, "99999"),
        Change(ChangeKind.ACTUAL, "", ("5",)),
        Change(ChangeKind.REINSTATE, attempts[0].enrolment.public_id),
        Change(ChangeKind.LATE, "none"),
    ]
    made = revising.draft(round_, board[0], at=later)

    for one in wrong:
        with pytest.raises(WrongChange):
            revising.add(made, one, board[0])

    assert made.entries == []


def test_after_finalizing_nothing_is_drafted_or_agreed_to(judged, board, later):
    round_, attempts = judged
    made = proposed(round_, board, [Change(ChangeKind.ANNUL, attempts[0].public_id)], later)
    with atomic():
        round_.state = RoundState.FINAL

    with pytest.raises(RoundFinal):
        revising.agree(made, board[1], reason="", at=later)
    with pytest.raises(RoundFinal):
        revising.draft(round_, board[0], at=later)


# --- Verifying ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE question_ruling SET kind = 'full'", "mark differs"),
        ("UPDATE question_ruling SET lifted_by_id = change_id", "nobody agreed to the ruling"),
        ("UPDATE standing SET sort_key = '0' WHERE run_id = 2", "run 2 of round"),
        ("DELETE FROM standing WHERE run_id = 2", "run 2 of round"),
        ("UPDATE result_run SET inputs_digest = 'x' WHERE number = 3", "other inputs"),
        ("UPDATE result_change SET entries = '[]'", "other changes"),
        ("UPDATE slot SET mark = 0 WHERE mark IS NULL", "mark differs"),
    ],
)
def test_verify_names_what_was_altered(judged, board, later, statement, words):
    round_, attempts = judged
    version = str(version_at(attempts[0], 1))
    agreed(round_, board, [Change(ChangeKind.VOID_OUT, version)], later)
    with atomic():
        db.session.execute(text(statement))

    found = faults(round_)

    assert any(words in one for one in found), found


def test_verify_counts_an_annulment_only_from_the_run_that_knows_it(judged, board, later):
    round_, attempts = judged
    with atomic():
        attempts[0].enrolment.disqualified_at = later

    assert faults(round_) == []


def test_a_state_that_changed_after_computing_is_computed_again(judged, board, later):
    round_, attempts = judged
    made = proposed(round_, board, [Change(ChangeKind.ANNUL, attempts[0].public_id)], later)
    told = []

    def meddle(done, total):
        if not told:
            with atomic():
                db.session.get_one(Attempt, attempts[1].id).enrolment.disqualified_at = later
        told.append((done, total))

    run = revising.agree(made, board[1], reason="", at=later + MINUTE, progress=meddle)

    assert places(run) == [attempts[2].enrolment_id, attempts[3].enrolment_id]
    assert faults(round_) == []


def test_only_attempts_that_hold_the_question_are_marked_anew(app, noon, board, later):
    round_, attempts = computed(noon, SHEETS)
    version = version_at(attempts[0], 1)
    holding = {slot.attempt_id for slot in db.session.query(Slot).filter_by(version_id=version)}

    would = recomputing.would_be(
        round_, [Change(ChangeKind.VOID_FULL, str(version))], at=clock.now()
    )

    assert set(would.remarked.worths) == holding
    assert db.session.query(Attempt).count() == len(attempts)
    assert db.session.query(ResultChange).count() == 0

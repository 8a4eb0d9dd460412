"""Late answers count only by a decision of two people, and then everywhere at once."""

import threading
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from contest import attempting, deciding, late_queries, placing, publishing, queries, verifying
from contest.attempting import Client
from contest.errors import (
    AlreadyDecided,
    CannotDecide,
    EssayAlreadyMarked,
    NothingLate,
    RoundFinal,
    RoundNotReady,
    SamePerson,
)
from contest.grading import Told, claim, criteria_of, give
from contest.models import DecisionState, EssayClaim, LateDecision, RoundState, Standing
from contest.rules.lateness import LateReason, LateRule
from contest.saving import Answer, save, ticket_of
from core.db import atomic, db, writing
from tests import factories


@pytest.fixture
def board(app):
    return [factories.account(full_name=name) for name in ("Phạm Hùng", "Lê Thị Mai")]


@pytest.fixture
def attempt(app, noon):
    return begun(noon)


def begun(noon, **fields):
    person = factories.account(full_name="H’Hen Niê")
    round_ = factories.round_(opens_at=noon, closes_at=noon + timedelta(hours=1), **fields)
    enrolment = factories.enrolment(round_.contest, person)
    return attempting.start(round_, enrolment, person, client=Client("máy"), at=noon)


def put(attempt, position, letter, *, at, seq=1, ticket=None):
    return save(ticket or ticket_of(attempt), [Answer(position, seq, letter)], at=at)


def over(attempt, noon):
    """Let the clock hand the attempt in, and return when everything is over."""
    attempting.expire_due(at=noon + timedelta(minutes=16))
    db.session.refresh(attempt)
    return noon + timedelta(minutes=20)


def late_case(attempt, noon):
    """A right answer and a wrong one in time, then late right ones to these and to a third."""
    put(attempt, 1, "b", at=noon + timedelta(minutes=1))
    put(attempt, 2, "a", at=noon + timedelta(minutes=2))
    at = over(attempt, noon)
    for position in (1, 2, 3):
        put(attempt, position, "b", at=at, seq=2)
    return at


def decide(attempt, rule, board, at):
    first, second = board
    made = deciding.propose(attempt, first, rule, reason="Mất mạng cả phòng", at=at)
    return deciding.agree(made, second, reason="Đúng như biên bản", at=at)


def worth(attempt):
    db.session.refresh(attempt)
    standing = db.session.query(Standing).filter_by(enrolment_id=attempt.enrolment_id).first()
    return attempt.correct, standing.correct


def faults(attempt):
    return verifying.verify(attempt.round.contest).faults


def test_late_answers_do_not_count_by_themselves(attempt, noon):
    late_case(attempt, noon)

    assert worth(attempt) == (1, 1)
    assert faults(attempt) == []


def test_a_proposal_of_one_person_changes_nothing(attempt, board, noon):
    at = late_case(attempt, noon)

    deciding.propose(attempt, board[0], LateRule.REPLACE, reason="Mất mạng", at=at)

    assert worth(attempt) == (1, 1)
    assert faults(attempt) == []


@pytest.mark.parametrize(
    ("rule", "correct"), [(LateRule.FILL, 2), (LateRule.REPLACE, 3), (LateRule.NONE, 1)]
)
def test_an_agreed_rule_says_which_late_answers_count(attempt, board, noon, rule, correct):
    at = late_case(attempt, noon)

    decision = decide(attempt, rule, board, at)

    assert worth(attempt) == (correct, correct)
    assert decision.before["correct"] == 1
    assert decision.after["correct"] == correct
    assert decision.after["answers"] == attempt.answers_digest
    assert faults(attempt) == []


def test_a_later_decision_takes_the_place_of_an_earlier_one(attempt, board, noon):
    at = late_case(attempt, noon)
    decide(attempt, LateRule.REPLACE, board, at)

    second = decide(attempt, LateRule.NONE, board[::-1], at)

    assert worth(attempt) == (1, 1)
    assert second.before["correct"] == 3
    assert faults(attempt) == []


def test_an_answer_of_a_displaced_device_takes_no_place_of_one_after_the_takeover(
    attempt, board, noon
):
    old = ticket_of(attempt)
    attempting.take_over(attempt, attempt.enrolment.account, session="khác", at=noon)
    put(attempt, 1, "b", at=noon + timedelta(minutes=3))
    put(attempt, 1, "a", at=noon + timedelta(minutes=4), seq=7, ticket=old)
    put(attempt, 2, "b", at=noon + timedelta(minutes=4), seq=1, ticket=old)
    at = over(attempt, noon)

    decide(attempt, LateRule.REPLACE, board, at)

    assert {place: one.answer for place, one in queries.answers_of(attempt.id).items()} == {
        1: "b",
        2: "b",
    }
    reasons = [one.reason for one in late_queries.answers_of(attempt)]
    assert reasons == [LateReason.DISPLACED, LateReason.DISPLACED]


def test_the_second_person_is_another_one(attempt, board, noon):
    at = late_case(attempt, noon)
    made = deciding.propose(attempt, board[0], LateRule.FILL, reason="Mất mạng", at=at)

    for act in (deciding.agree, deciding.refuse):
        with pytest.raises(SamePerson):
            act(made, board[0], reason="Tôi cũng thấy thế", at=at)

    assert made.state is DecisionState.PROPOSED


def test_the_database_itself_refuses_a_decision_of_one_person(attempt, board, noon):
    at = late_case(attempt, noon)
    made = deciding.propose(attempt, board[0], LateRule.FILL, reason="Mất mạng", at=at)
    number = made.id
    db.session.rollback()

    for who in (str(board[0].id), "NULL"):
        with pytest.raises(IntegrityError), writing() as connection:
            connection.execute(
                text(
                    f"UPDATE late_decision SET state = 'agreed', decided_by_id = {who}"
                    f" WHERE id = {number}"
                )
            )


def test_who_sat_the_attempt_decides_nothing_about_it(attempt, board, noon):
    at = late_case(attempt, noon)
    owner = attempt.enrolment.account

    with pytest.raises(CannotDecide):
        deciding.propose(attempt, owner, LateRule.FILL, reason="Cho tôi", at=at)


def test_a_proposal_is_taken_back_by_its_author_alone(attempt, board, noon):
    at = late_case(attempt, noon)
    made = deciding.propose(attempt, board[0], LateRule.FILL, reason="Mất mạng", at=at)

    with pytest.raises(CannotDecide):
        deciding.withdraw(made, board[1])
    deciding.withdraw(made, board[0])
    with pytest.raises(AlreadyDecided):
        deciding.agree(made, board[1], reason="Đồng ý", at=at)

    assert deciding.withdraw(made, board[0]).state is DecisionState.WITHDRAWN
    assert worth(attempt) == (1, 1)


def test_a_refusal_leaves_room_for_another_proposal(attempt, board, noon):
    at = late_case(attempt, noon)
    made = deciding.propose(attempt, board[0], LateRule.REPLACE, reason="Mất mạng", at=at)

    deciding.refuse(made, board[1], reason="Chỉ máy này mất mạng", at=at)
    decide(attempt, LateRule.FILL, board, at)

    assert worth(attempt) == (2, 2)


def test_only_one_proposal_waits_at_a_time(attempt, board, noon):
    at = late_case(attempt, noon)
    deciding.propose(attempt, board[0], LateRule.FILL, reason="Mất mạng", at=at)

    with pytest.raises(CannotDecide):
        deciding.propose(attempt, board[1], LateRule.NONE, reason="Không", at=at)


def test_nothing_is_decided_about_an_attempt_that_runs_or_is_in_time(attempt, board, noon):
    with pytest.raises(CannotDecide):
        deciding.propose(attempt, board[0], LateRule.FILL, reason="Sớm", at=noon)
    at = over(attempt, noon)
    with pytest.raises(NothingLate):
        deciding.propose(attempt, board[0], LateRule.FILL, reason="Không có gì", at=at)


def test_a_final_round_takes_no_decision(attempt, board, noon):
    at = late_case(attempt, noon)
    made = deciding.propose(attempt, board[0], LateRule.FILL, reason="Mất mạng", at=at)
    with atomic():
        attempt.round.state = RoundState.FINAL

    with pytest.raises(RoundFinal):
        deciding.agree(made, board[1], reason="Đồng ý", at=at)

    assert worth(attempt) == (1, 1)


def test_results_wait_for_proposals(attempt, board, noon):
    at = late_case(attempt, noon)
    made = deciding.propose(attempt, board[0], LateRule.FILL, reason="Mất mạng", at=at)
    closed = noon + timedelta(hours=2)

    with pytest.raises(RoundNotReady):
        publishing.compute(attempt.round, board[0], reason="Lần 1", at=closed)
    deciding.refuse(made, board[1], reason="Không", at=at)

    assert publishing.compute(attempt.round, board[0], reason="Lần 1", at=closed).number == 2


def test_a_decision_after_the_results_computes_them_again(attempt, board, noon):
    late_case(attempt, noon)
    closed = noon + timedelta(hours=2)
    publishing.compute(attempt.round, board[0], reason="Lần 1", at=closed)

    decide(attempt, LateRule.REPLACE, board, closed)

    run = attempt.round.current_run_id
    standing = db.session.query(Standing).filter_by(run_id=run).first()
    assert standing.correct == 3
    assert faults(attempt) == []


def test_of_two_who_agree_at_once_one_is_told_that_it_is_done(attempt, board, noon, app):
    at = late_case(attempt, noon)
    made = deciding.propose(attempt, board[0], LateRule.REPLACE, reason="Mất mạng", at=at)
    number, people = made.id, [board[1].id, factories.account().id]
    told = []
    gate = threading.Barrier(2)

    def agree(person):
        with app.app_context():
            row = db.session.get(LateDecision, number)
            who = db.session.get(factories.Account, person)
            gate.wait()
            try:
                deciding.agree(row, who, reason="Đồng ý", at=at)
                told.append("agreed")
            except AlreadyDecided:
                told.append("late")
            finally:
                db.session.remove()

    db.session.rollback()
    threads = [threading.Thread(target=agree, args=(person,)) for person in people]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sorted(told) == ["agreed", "late"]
    assert worth(attempt) == (3, 3)


def essay_attempt(noon):
    bank = factories.bank()
    factories.item_of(bank, "essay")
    attempt = begun(noon, blueprint=factories.blueprint_of_types(bank, ["essay"]))
    put(attempt, 1, "Một cửa là nơi nhận hồ sơ.", at=noon + timedelta(minutes=1))
    at = over(attempt, noon)
    put(attempt, 1, "Một cửa là nơi nhận và trả hồ sơ.", at=at, seq=2)
    return attempt, at


def marked(attempt, at):
    held = claim(attempt.round, factories.account(), at=at)
    lines = criteria_of(held)
    give(
        held,
        db.session.get(factories.Account, held.marker_id),
        Told({one.id: one.points for one in lines}),
        at=at,
    )


def test_a_late_essay_that_counts_waits_for_its_mark(app, board, noon):
    attempt, at = essay_attempt(noon)
    held = claim(attempt.round, factories.account(), at=at).id

    decide(attempt, LateRule.REPLACE, board, at)

    assert attempt.unmarked == 1
    assert queries.answers_of(attempt.id)[1].answer.endswith("trả hồ sơ.")
    assert db.session.get(EssayClaim, held) is None
    marked(attempt, at)
    assert (attempt.unmarked, attempt.correct) == (0, 1)
    assert faults(attempt) == []


def test_an_essay_that_was_marked_stays_as_it_is(app, board, noon):
    attempt, at = essay_attempt(noon)
    marked(attempt, at)

    decision = decide(attempt, LateRule.REPLACE, board, at)

    assert decision.answers == []
    assert (attempt.unmarked, attempt.correct) == (0, 1)
    assert faults(attempt) == []


def test_an_essay_marked_between_proposal_and_agreement_stops_it(app, board, noon):
    attempt, at = essay_attempt(noon)
    made = deciding.propose(attempt, board[0], LateRule.REPLACE, reason="Mất mạng", at=at)
    marked(attempt, at)

    with pytest.raises(EssayAlreadyMarked):
        deciding.agree(made, board[1], reason="Đồng ý", at=at)


def test_verify_names_a_late_answer_that_somebody_let_count(attempt, board, noon):
    at = late_case(attempt, noon)
    made = deciding.propose(attempt, board[0], LateRule.FILL, reason="Mất mạng", at=at)
    row = f"({attempt.id}, 3, 1, 2, {made.id})"
    name = f"attempt {attempt.public_id}: late answers count that no two people decided"
    db.session.rollback()
    with writing() as connection:
        connection.execute(
            text(
                "INSERT INTO counted_late (attempt_id, position, lease_no, seq, decision_id)"
                f" VALUES {row}"
            )
        )

    assert name in faults(attempt)


def test_verify_names_a_decision_that_the_trail_does_not_tell_of(attempt, board, noon):
    at = late_case(attempt, noon)
    decision = decide(attempt, LateRule.FILL, board, at)
    name = f"attempt {attempt.public_id}: the trail does not tell of decision {decision.public_id}"
    db.session.rollback()
    with writing() as connection:
        connection.execute(text("DELETE FROM audit_entry WHERE action = 'attempt.late_agreed'"))

    assert name in faults(attempt)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["propose", "agree", "refuse", "withdraw"]),
        st.integers(0, 2),
        st.sampled_from(list(LateRule)),
    ),
    max_size=8,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_three_people_try_only_two_different_ones_make_it_count(app, noon, steps):
    people = [factories.account() for _ in range(3)]
    attempt = begun(noon)
    at = late_case(attempt, noon)

    for act, who, rule in steps:
        waiting = late_queries.waiting_of(attempt.id)
        try:
            if act == "propose":
                deciding.propose(attempt, people[who], rule, reason="Mất mạng", at=at)
            elif waiting is not None and act == "withdraw":
                deciding.withdraw(waiting, people[who])
            elif waiting is not None:
                getattr(deciding, act)(waiting, people[who], reason="Đã xem", at=at)
        except CannotDecide:
            pass

    agreed = late_queries.agreed_of([attempt.id]).get(attempt.id, [])
    pairs = [{one.proposed_by_id, one.decided_by_id} - {None} for one in agreed]
    by_rule = {LateRule.NONE: 1, LateRule.FILL: 2, LateRule.REPLACE: 3}
    assert all(len(pair) == 2 for pair in pairs)
    db.session.refresh(attempt)
    assert attempt.correct == (by_rule[agreed[-1].rule] if agreed else 1)
    assert placing.achieved(attempt).correct == attempt.correct
    assert faults(attempt) == []

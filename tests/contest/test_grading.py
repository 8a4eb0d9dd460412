"""Essays marked by people: who gets which answer, and what becomes of the marks."""

import threading
from datetime import timedelta

import pytest

from accounts.models import AuditEntry
from contest import attempting, essay_queries, grading, publishing, queries, saving, verifying
from contest.attempting import Client
from contest.errors import ClaimLost, MarkingClosed, RoundNotReady, WrongMark
from contest.grading import CLAIM_LASTS, Told
from contest.models import Attempt, EssayClaim, EssayMark, Standing
from contest.rules.ranking import Key, natural
from core import clock
from core.db import atomic, db
from tests import factories

ESSAY = "Cơ chế một cửa liên thông giúp người dân xã Ea Kar đi lại ít hơn."
FULL = Told({"1": 2_000_000, "2": 1_500_000})
NONE = Told({"1": 0, "2": 0})


@pytest.fixture
def now(app):
    return clock.now()


def round_of(now, **fields):
    """A round of one choice and one essay of seven points, closed an hour ago."""
    bank = factories.bank()
    factories.item_of(bank, "single_choice", number=1)
    factories.item_of(bank, "essay", number=2)
    blueprint = factories.blueprint_of_types(bank, ["single_choice", "essay"], points=7_000_000)
    begins = now - timedelta(days=1)
    told = {"opens_at": begins, "closes_at": now - timedelta(hours=1), "blueprint": blueprint}
    rule = natural(Key.SCORE, Key.DURATION_MS).written()
    return factories.round_(**told | {"ranking": rule, "markers": 2} | fields)


def hand_in(round_, text=ESSAY):
    person = factories.enrolment(round_.contest)
    early = round_.opens_at + timedelta(minutes=5)
    attempt = attempting.start(round_, person, person.account, client=Client("a" * 20), at=early)
    if text:
        place = essay_place(attempt)
        saving.save(saving.ticket_of(attempt), [saving.Answer(place, 1, text)], at=early)
    return attempting.submit(attempt, person.account, at=early + timedelta(minutes=3))


def essay_place(attempt):
    slots = queries.slots_of(attempt.id)
    return next(one.position for one in slots if one.version.type == "essay")


def marked(round_, told, now, marker=None):
    marker = marker or factories.account()
    return grading.give(grading.claim(round_, marker, at=now), marker, told, at=now)


def test_two_markers_settle_an_answer_and_score_and_standing_follow(now):
    round_ = round_of(now)
    attempt = hand_in(round_)
    before = (attempt.score, attempt.unmarked)

    marked(round_, FULL, now)
    half = (attempt.score, attempt.unmarked)
    marked(round_, Told({"1": 2_000_000, "2": 1_150_000}), now)

    assert (before, half) == ((0, 1), (0, 1))
    assert (attempt.score, attempt.unmarked, attempt.correct) == (6_650_000, 0, 0)
    scores = {one.score for one in db.session.query(Standing)}
    assert scores == {6_650_000}
    assert verifying.verify(round_.contest).faults == []


def test_marks_that_differ_too_much_wait_for_a_third_who_decides(now):
    round_ = round_of(now)
    attempt = hand_in(round_)
    first, second = factories.account(), factories.account()

    marked(round_, FULL, now, first)
    marked(round_, NONE, now, second)
    waiting = essay_queries.deviations(round_)
    again = [grading.claim(round_, one, at=now) for one in (first, second)]
    third = marked(round_, FULL, now)

    assert [(one.position, list(map(int, one.marks))) for one in waiting] == [
        (essay_place(attempt), [7, 0])
    ]
    assert again == [None, None]
    assert (third.order, attempt.score, attempt.correct) == (3, 7_000_000, 1)
    assert essay_queries.deviations(round_) == []
    assert verifying.verify(round_.contest).faults == []


def test_one_marker_settles_an_answer_where_one_is_enough(now):
    round_ = round_of(now, markers=1)
    attempt = hand_in(round_)

    marked(round_, FULL, now)

    assert (attempt.score, attempt.unmarked) == (7_000_000, 0)
    assert grading.claim(round_, factories.account(), at=now) is None


def test_empty_essay_needs_no_marker(now):
    round_ = round_of(now)
    attempt = hand_in(round_, text="")

    assert (attempt.score, attempt.unmarked) == (0, 0)
    assert grading.claim(round_, factories.account(), at=now) is None
    assert verifying.verify(round_.contest).faults == []


def test_nobody_marks_their_own_answer(now):
    round_ = round_of(now)
    attempt = hand_in(round_)

    assert grading.claim(round_, attempt.enrolment.account, at=now) is None


def test_claim_is_held_comes_back_and_passes_on_once_it_expires(now):
    round_ = round_of(now, markers=1)
    hand_in(round_)
    first, second = factories.account(), factories.account()
    held = grading.claim(round_, first, at=now).id

    same = grading.claim(round_, first, at=now).id
    nothing = grading.claim(round_, second, at=now)
    late = now + CLAIM_LASTS + timedelta(seconds=1)
    passed = grading.claim(round_, second, at=late)

    assert (same, nothing) == (held, None)
    assert (passed.order, passed.marker_id) == (1, second.id)


def test_mark_for_an_answer_that_passed_on_is_refused(now):
    round_ = round_of(now, markers=1)
    hand_in(round_)
    first, second = factories.account(), factories.account()
    held = grading.claim(round_, first, at=now)
    late = now + CLAIM_LASTS + timedelta(seconds=1)
    grading.claim(round_, second, at=late)

    with pytest.raises(ClaimLost):
        grading.give(held, first, FULL, at=late)

    assert db.session.query(EssayMark).count() == 0


@pytest.mark.parametrize("criteria", [{}, {"1": 2_000_001, "2": 0}, {"1": -1, "2": 0}])
def test_points_that_the_rubric_does_not_have_are_refused(now, criteria):
    round_ = round_of(now)
    hand_in(round_)

    with pytest.raises(WrongMark):
        marked(round_, Told(criteria), now)

    assert db.session.query(EssayMark).count() == 0


def test_results_wait_for_every_essay_and_close_the_marking(now):
    round_ = round_of(now, markers=1)
    hand_in(round_)
    hand_in(round_)
    marked(round_, FULL, now)

    with pytest.raises(RoundNotReady) as refused:
        publishing.compute(round_, None, reason="lần đầu", at=now)
    assert refused.value.details == {"count": 1}
    marked(round_, NONE, now)
    publishing.compute(round_, None, reason="lần đầu", at=now)

    with pytest.raises(MarkingClosed):
        grading.claim(round_, factories.account(), at=now)
    assert verifying.verify(round_.contest).faults == []


def test_verify_names_a_mark_that_was_changed_behind_its_back(now):
    round_ = round_of(now, markers=1)
    attempt = hand_in(round_)
    mark = marked(round_, FULL, now)
    with atomic():
        mark.points = 1_000_000

    faults = verifying.verify(round_.contest).faults

    place = essay_place(attempt)
    assert f"slot attempt={attempt.public_id} slot={place}: mark differs" in faults


def test_marking_leaves_a_trace_with_order_and_points(now):
    round_ = round_of(now, markers=1)
    hand_in(round_)

    marked(round_, FULL, now)

    acts = [one.action for one in db.session.query(AuditEntry).order_by(AuditEntry.id)]
    assert acts[-2:] == ["attempt.essay_claimed", "attempt.essay_marked"]


def test_progress_counts_answers_not_marks(now):
    round_ = round_of(now)
    hand_in(round_)
    hand_in(round_)
    hand_in(round_, text="")
    marker = factories.account()

    marked(round_, FULL, now, marker)
    marked(round_, FULL, now)

    assert essay_queries.progress(round_, marker.id) == essay_queries.Progress(2, 1, 1)


def test_markers_at_the_same_moment_never_get_the_same_order(app, now):
    round_ = round_of(now)
    hand_in(round_)
    markers = [factories.account().id for _ in range(4)]
    round_id = round_.id
    taken, faults = [], []

    def take(marker_id):
        from accounts.models import Account
        from contest.models import Round

        with app.app_context():
            try:
                round_row = db.session.get_one(Round, round_id)
                marker = db.session.get_one(Account, marker_id)
                made = grading.claim(round_row, marker, at=now)
                taken.append(made and (made.attempt_id, made.position, made.order))
            except Exception as error:  # noqa: BLE001 -- told by the test
                faults.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=take, args=(one,)) for one in markers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    got = [one for one in taken if one]
    db.session.rollback()
    assert faults == []
    assert sorted(order for *_, order in got) == [1, 2]
    assert db.session.query(EssayClaim).count() == 2
    assert db.session.query(Attempt).one().unmarked == 1

"""Closing a judged round: two people, versioned runs, and what the panel decided before."""

from datetime import timedelta
from decimal import Decimal

import pytest

from contest import concluding, deliberating, finalizing, judged_results, judging
from contest.deliberating import Decided, Motion
from contest.errors import (
    AlreadyDecided,
    CannotDecide,
    CannotDeliberate,
    RoundFinal,
    RoundNotReady,
    SamePerson,
)
from contest.judging import Draft
from contest.models import JudgedRound, JudgedRun, JudgedRunState, Round, RoundState, Scoresheet
from contest.rules.judging.deviating import Remedy, Way
from contest.rules.judging.terms import Rule
from core import clock
from core.db import atomic, db
from tests.judged_factories import Scene, protocol, split


@pytest.fixture
def scene(app):
    return Scene()


@pytest.fixture
def apart(app):
    """A round in which one entry has scores too far apart."""
    return Scene(declared=protocol(percent="6"))


def propose(scene, **more):
    told = {"reason": "Đã chấm xong", "at": clock.now()} | more
    return concluding.propose(scene.again(), scene.organizer, **told)


# --- Closing -----------------------------------------------------------------------------------


def test_run_holds_once_a_second_person_agreed(scene):
    run = propose(scene)
    assert concluding.run_of(scene.again()) is None

    concluding.agree(run, scene.secretary, reason="Đúng", at=clock.now())

    held = concluding.run_of(scene.again())
    assert (held.number, held.rows[0]["code"], held.rows[0]["place"]) == (1, "A-002", 1)
    assert held.protocol_digest == scene.judged.digest
    assert scene.fresh(scene.round).state is RoundState.FINAL


def test_same_person_cannot_close_alone(scene):
    run = propose(scene)

    with pytest.raises(SamePerson):
        concluding.agree(run, scene.organizer, reason="Đúng", at=clock.now())


def test_round_with_a_missing_sheet_is_not_closed(app):
    scene = Scene(((80, None, 82), (70, 71, 72)), judges=3)

    with pytest.raises(RoundNotReady) as refused:
        propose(scene)

    assert refused.value.details == {"count": 1}


def test_round_with_scores_too_far_apart_is_not_closed(apart):
    with pytest.raises(RoundNotReady) as refused:
        propose(apart)

    assert refused.value.message == "Scores too far apart that wait: %(count)s"


def test_run_is_not_agreed_to_when_something_changed_since(scene):
    run = propose(scene)
    deliberating.add_line(
        scene.fresh(scene.rows[0]), Decimal(-1), "Quá giờ", scene.secretary, at=clock.now()
    )

    with pytest.raises(CannotDecide, match="changed since"):
        concluding.agree(scene.fresh(run), scene.secretary, reason="Đúng", at=clock.now())


def test_run_that_was_refused_or_taken_back_leaves_room_for_another(scene):
    first = propose(scene)
    concluding.refuse(first, scene.secretary, reason="Thiếu điểm trừ", at=clock.now())
    with pytest.raises(AlreadyDecided):
        concluding.agree(first, scene.secretary, reason="Đúng", at=clock.now())
    second = propose(scene)
    concluding.withdraw(second, scene.organizer, at=clock.now())

    third = propose(scene)

    states = [one.state for one in concluding.runs_of(scene.again())]
    assert (third.number, states) == (
        3,
        [JudgedRunState.PROPOSED, JudgedRunState.WITHDRAWN, JudgedRunState.REFUSED],
    )


def test_reopened_round_keeps_the_run_until_another_is_agreed_to(scene):
    first = scene.close()
    finalizing.reopen(
        scene.fresh(scene.round), scene.secretary, reason="Nhập nhầm", second=scene.organizer
    )
    deliberating.add_line(
        scene.fresh(scene.rows[1]), Decimal(-10), "Quá giờ", scene.secretary, at=clock.now()
    )
    assert concluding.run_of(scene.again()).number == 1

    scene.close()

    assert scene.fresh(first).state is JudgedRunState.EARLIER
    held = concluding.run_of(scene.again())
    assert (held.number, held.rows[0]["code"]) == (2, "A-001")


def test_nothing_changes_once_the_results_are_final(scene):
    scene.close()
    sheet = db.session.get_one(Scoresheet, scene.sheets[0, 1].id)
    line = (scene.fresh(scene.rows[0]), Decimal(-1), "Quá giờ", scene.secretary)

    with pytest.raises(RoundFinal):
        judging.unlock(sheet, scene.chair, reason="Nhầm", at=clock.now())
    with pytest.raises(RoundFinal):
        deliberating.add_line(*line, at=clock.now())
    with pytest.raises(RoundFinal):
        propose(scene)


def test_results_are_shown_to_entrants_before_everybody(scene):
    now = clock.now()
    moments = {"entrants": now, "public": now + timedelta(hours=2)}
    with pytest.raises(CannotDecide):
        concluding.set_moments(scene.again(), scene.organizer, **moments)
    scene.close()
    with pytest.raises(CannotDecide, match="before everybody"):
        concluding.set_moments(scene.again(), scene.organizer, entrants=None, public=now)

    concluding.set_moments(scene.again(), scene.organizer, **moments)

    judged = scene.again()
    shown = [concluding.is_shown(judged, at=now, everybody=one) for one in (False, True)]
    assert shown == [True, False]


# --- Scores too far apart ----------------------------------------------------------------------


def decide(scene, way, *judges, who=None, code="A-003"):
    decided = Decided(way, "Hội đồng đã trao đổi", judges)
    return deliberating.decide(scene.again(), code, "", decided, who or scene.chair, at=clock.now())


def test_kept_scores_no_longer_stand_in_the_way(apart):
    made = decide(apart, Way.KEEP)

    assert made.before["GK02"] == "72.000000000"
    assert propose(apart).number == 1


def test_sheet_judged_again_keeps_both_values_and_is_compared_anew(apart):
    decide(apart, Way.AGAIN, "GK02")
    _mark(apart, 2, 1, 73)
    deviating = judged_results.results(apart.again()).open_deviations
    assert [one.entry for one in deviating] == ["A-003"]

    decide(apart, Way.AGAIN, "GK02")
    _mark(apart, 2, 1, 78)

    assert judged_results.results(apart.again()).open_deviations == []
    sheet = db.session.get_one(Scoresheet, apart.sheets[2, 1].id)
    assert [one.points for one in sheet.versions] == [72, 73, 78]
    assert [one.unlocked_for for one in sheet.versions] == ["Hội đồng đã trao đổi"] * 2 + [""]


def _mark(scene, entry, judge, score):
    sheet = scene.fresh(scene.sheets[entry, judge])
    draft = Draft(split(score), sheet.sequence + 1)
    account = scene.judges[judge].account
    judging.save(sheet, account, draft, at=clock.now())
    judging.submit(sheet, account, at=clock.now())


def test_scores_after_a_discussion_stand_though_they_still_differ(apart):
    decide(apart, Way.DISCUSSION, "GK02")
    assert judged_results.results(apart.again()).missing == [("A-003", "GK02")]

    _mark(apart, 2, 1, 73)

    assert judged_results.results(apart.again()).open_deviations == []


def test_third_marker_gets_a_sheet_and_its_score_counts(app):
    declared = protocol(rule=Rule.MEAN, percent="6", remedy=Remedy.THIRD_MARKER)
    scene = Scene(((80, 70, ""), (60, 61, "")), judges=3, declared=declared)
    with pytest.raises(CannotDeliberate):
        decide(scene, Way.KEEP, code="A-001")
    with pytest.raises(CannotDeliberate, match="cannot mark"):
        decide(scene, Way.THIRD, "GK02", code="A-001")

    made = decide(scene, Way.THIRD, "GK03", code="A-001")
    sheet = db.session.get_one(Scoresheet, made.third_sheet_id)
    account = scene.judges[2].account
    judging.save(sheet, account, Draft(split(74), 1), at=clock.now())
    judging.submit(sheet, account, at=clock.now())

    first = judged_results.results(scene.again()).rows[0]
    assert (first.code, first.result) == ("A-001", Decimal(74))


def test_only_the_chair_decides_and_only_what_waits(apart):
    with pytest.raises(CannotDeliberate, match="chair"):
        decide(apart, Way.KEEP, who=apart.judges[1].account)
    with pytest.raises(CannotDeliberate, match="do not wait"):
        decide(apart, Way.KEEP, code="A-001")


# --- Lines and votes ---------------------------------------------------------------------------


def test_line_taken_back_stays_with_its_reason(scene):
    row = scene.fresh(scene.rows[0])
    line = deliberating.add_line(row, Decimal("-0.5"), "Quá giờ", scene.secretary, at=clock.now())

    deliberating.cancel_line(row, line, "Nhầm đội", scene.secretary, at=clock.now())

    assert (line.points, line.cancelled_for) == (-500_000, "Nhầm đội")
    with pytest.raises(CannotDeliberate):
        deliberating.add_line(row, Decimal(0), "Không", scene.secretary, at=clock.now())


def test_motion_that_was_lost_is_no_vote(scene):
    motion = Motion(["A-001", "A-002"], "Ưu tiên tính mới", 2, 3)

    with pytest.raises(CannotDeliberate, match="not carried"):
        deliberating.vote(scene.again(), motion, scene.chair, at=clock.now())


# --- Verifying ---------------------------------------------------------------------------------


def test_verify_finds_nothing_in_a_round_that_was_judged_and_closed(app):
    scene = _judged()
    scene.close()

    assert concluding.faults(scene.contest) == []


def _judged():
    scene = Scene(((None,) * 3, (None,) * 3), judges=3)
    for (entry, judge), _ in scene.sheets.items():
        _mark(scene, entry, judge, 70 + 5 * entry + judge)
    return scene


@pytest.mark.parametrize("what", ["mark", "score", "rows", "protocol"])
def test_verify_names_what_was_altered(app, what):
    scene = _judged()
    run = scene.close()
    with atomic():
        sheet = db.session.get_one(Scoresheet, scene.sheets[0, 0].id)
        if what == "mark":
            sheet.versions[0].marks = {"new": "40", "use": "60"}
        elif what == "score":
            sheet.versions[0].score += 1
        elif what == "rows":
            row = db.session.get_one(JudgedRun, run.id)
            row.rows = [{**row.rows[0], "place": 2}, *row.rows[1:]]
        else:
            db.session.get_one(JudgedRound, scene.round.id).protocol = protocol(
                rule=Rule.MEDIAN
            ).written()

    assert concluding.faults(db.session.get_one(Round, scene.round.id).contest) != []

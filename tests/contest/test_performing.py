"""On stage: lots from the sealed seed, the clock with pauses and deductions, the screen."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest

from accounts.models import AuditEntry
from contest import performing, revealing, stage_queries
from contest.errors import CannotJudge
from contest.models import DeductionLine, Performance, RoundEntry, SceneShown, Stage
from contest.rules.scoring import to_millionths
from core import clock
from core.db import db
from tests import factories
from tests.contest import judging, staged

SECOND = timedelta(seconds=1)


@pytest.fixture
def hall(app):
    return staged.hall()


@pytest.fixture
def officer(app):
    return factories.account(full_name="Lê Thị Mai")


def again(row):
    db.session.rollback()
    return db.session.get_one(type(row), getattr(row, "id", None) or row.round_id)


def acts():
    db.session.rollback()
    rows = db.session.query(AuditEntry).order_by(AuditEntry.id).all()
    return [(row.action, json.loads(row.record)["details"]) for row in rows]


def order(judged):
    db.session.rollback()
    runs = stage_queries.runs_in(db.session.get_one(type(judged), judged.round_id))
    return [run.row.entry.code for run in runs]


def say(sentence):
    return f"Quá giờ {sentence.values['seconds']} giây"


def run_for(row, officer, seconds):
    begun = clock.now()
    performing.begin(again(row), officer, at=begun)
    return performing.stop(again(row), officer, say=say, at=begun + seconds * SECOND)


# --- Lots --------------------------------------------------------------------------------------


def test_order_is_what_anybody_reckons_from_the_seed_that_is_shown(hall, officer):
    stage = performing.draw(again(hall.judged), officer, at=clock.now())

    seed = bytes.fromhex(stage.order_seed)
    codes = ["A-001", "A-002", "A-003"]
    lots = {code: hmac.digest(seed, b"lot" + code.encode(), hashlib.sha256)[:7] for code in codes}
    assert order(hall.judged) == sorted(codes, key=lots.get)
    sealed = bytes.fromhex(hall.judged.seed)
    assert seed == hmac.digest(sealed, b"running order", hashlib.sha256)


def test_lots_are_not_drawn_before_the_rules_are_sealed(app, officer):
    hall = staged.hall(digest="", sealed_at=None)

    with pytest.raises(CannotJudge):
        performing.draw(again(hall.judged), officer, at=clock.now())

    assert order(hall.judged) == ["A-001", "A-002", "A-003"]
    assert [row.running_order for row in db.session.query(RoundEntry)] == [None] * 3


def test_late_entry_is_drawn_after_the_others_who_keep_their_places(hall, officer):
    performing.draw(again(hall.judged), officer, at=clock.now())
    before = order(hall.judged)
    category = again(hall.rows[0]).entry.category
    judging.round_entry(hall.judged, judging.entry(category, code="A-009"))

    performing.draw(again(hall.judged), officer, at=clock.now())
    performing.draw(again(hall.judged), officer, at=clock.now())

    assert order(hall.judged) == [*before, "A-009"]
    assert [act for act, _ in acts()].count("stage.drawn") == 2


def test_team_that_is_late_appears_last_with_the_reason_in_the_trail(hall, officer):
    performing.draw(again(hall.judged), officer, at=clock.now())
    first = next(row for row in hall.rows if again(row).running_order == 1)

    performing.put_last(again(first), officer, reason="Xe hỏng trên đường")

    assert order(hall.judged)[-1] == again(first).entry.code
    told = acts()[-1]
    assert (told[0], told[1]["was"], told[1]["reason"]) == (
        "stage.put_last", 1, "Xe hỏng trên đường",
    )  # fmt: skip


def test_team_is_not_put_last_without_a_reason_or_once_it_began(hall, officer):
    performing.draw(again(hall.judged), officer, at=clock.now())
    before = order(hall.judged)

    with pytest.raises(CannotJudge):
        performing.put_last(again(hall.rows[0]), officer, reason=" ")
    performing.begin(again(hall.rows[0]), officer, at=clock.now())
    with pytest.raises(CannotJudge):
        performing.put_last(again(hall.rows[0]), officer, reason="Đến muộn")

    assert order(hall.judged) == before


# --- The clock ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "points"),
    [(600, None), (610, None), (611, "-0.5"), (640, "-0.5"), (641, "-1.0"), (2000, "-3")],
)
def test_clock_takes_off_what_the_rule_says(hall, officer, seconds, points):
    row = hall.rows[0]

    run_for(row, officer, seconds)

    lines = db.session.query(DeductionLine).all()
    wanted = [] if points is None else [to_millionths(type(staged.VIEWS.most)(points))]
    assert ([one.points for one in lines], again(row).seconds) == (wanted, seconds)


def test_pauses_do_not_count(hall, officer):
    row, at = hall.rows[0], clock.now()
    performing.begin(again(row), officer, at=at)
    performing.pause(again(row), officer, at=at + 100 * SECOND)
    performing.pause(again(row), officer, at=at + 150 * SECOND)
    performing.begin(again(row), officer, at=at + 400 * SECOND)
    performing.begin(again(row), officer, at=at + 450 * SECOND)

    performing.stop(again(row), officer, say=say, at=at + 500 * SECOND)
    performing.stop(again(row), officer, say=say, at=at + 900 * SECOND)

    assert again(row).seconds == 200
    assert [act for act, _ in acts()].count("stage.stopped") == 1


def test_clock_that_is_over_goes_on_only_after_it_is_set_back(hall, officer):
    row = hall.rows[0]
    run_for(row, officer, 700)

    with pytest.raises(CannotJudge):
        performing.begin(again(row), officer, at=clock.now())
    performing.set_back(again(row), officer, reason="Mất điện", at=clock.now())
    run_for(row, officer, 500)

    assert again(row).seconds == 500
    clocks = db.session.query(Performance).order_by(Performance.id).all()
    assert [(one.void_for, one.kept_ms) for one in clocks] == [
        ("Mất điện", 700_000), ("", 500_000),
    ]  # fmt: skip
    line = db.session.query(DeductionLine).one()
    assert (line.reason, line.cancelled_for) == ("Quá giờ 90 giây", "Mất điện")


def test_clock_is_not_set_back_without_a_reason_or_under_revealed_scores(hall, officer):
    row = hall.rows[0]
    run_for(row, officer, 300)
    with pytest.raises(CannotJudge):
        performing.set_back(again(row), officer, reason="", at=clock.now())
    hall.lock(again(row), 8, 8, 9, 9, 7)
    revealing.reveal(again(row), officer, at=clock.now())

    with pytest.raises(CannotJudge):
        performing.set_back(again(row), officer, reason="Mất điện", at=clock.now())

    assert again(row).seconds == 300


def test_clock_that_never_began_cannot_be_stopped(hall, officer):
    with pytest.raises(CannotJudge):
        performing.stop(again(hall.rows[0]), officer, say=say, at=clock.now())

    assert db.session.query(Performance).count() == 0


# --- The screen --------------------------------------------------------------------------------


def test_call_that_comes_twice_is_one(hall, officer):
    first, second = hall.rows[:2]
    performing.call(again(first), seen=0)

    performing.call(again(second), seen=0)

    stage = db.session.get_one(Stage, hall.judged.round_id)
    assert (stage.entry_id, stage.scene, stage.step) == (first.id, SceneShown.TEAM, 1)


def test_screen_shows_no_team_before_one_is_called(hall):
    with pytest.raises(CannotJudge):
        performing.show(again(hall.judged), SceneShown.TEAM)
    with pytest.raises(CannotJudge):
        performing.show(again(hall.judged), SceneShown.VOTE)


def test_dark_screen_is_light_with_the_next_scene(hall):
    performing.darken(again(hall.judged), is_dark=True)
    was = db.session.get_one(Stage, hall.judged.round_id).is_dark

    performing.show(again(hall.judged), SceneShown.ORDER)

    stage = db.session.get_one(Stage, hall.judged.round_id)
    assert (was, stage.is_dark, stage.scene) == (True, False, SceneShown.ORDER)

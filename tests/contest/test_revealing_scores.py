"""Scores are revealed at once, when all are in and as they were sealed; taken back in writing."""

import json
from decimal import Decimal

import pytest

from accounts.models import AuditEntry
from contest import judging as acting
from contest import performing, revealing, stage_queries, stage_telling
from contest.errors import CannotJudge
from contest.models import DeductionLine, Reveal, SheetVersion
from contest.rules.judging import revealing as rules
from contest.rules.judging.conflicts import Cause
from core import clock
from core.db import atomic, db
from tests import factories
from tests.contest import staged
from tests.counting import counted, heard


@pytest.fixture
def hall(app):
    return staged.hall()


@pytest.fixture
def officer(app):
    return factories.account(full_name="Lê Thị Mai")


def again(row):
    db.session.rollback()
    return db.session.get_one(type(row), getattr(row, "id", None) or row.round_id)


def script(hall):
    return stage_telling.script(again(hall.judged), at=clock.now())


def reveal(row, officer):
    return revealing.reveal(again(row), officer, at=clock.now())


def test_nothing_is_revealed_before_every_judge_has_locked(hall, officer):
    row = hall.rows[0]
    hall.lock(again(row), 8, 8, 9, 9)

    with pytest.raises(CannotJudge):
        reveal(row, officer)

    slips = stage_queries.slips_of(again(row))
    assert (slips.locked, len(slips.due), slips.is_full) == (4, 5, False)
    assert db.session.query(Reveal).count() == 0


def test_sheets_that_are_in_tell_no_score(hall):
    row = hall.rows[0]
    hall.lock(again(row), 8, "7.25", 9, 9, 7)

    told = repr(stage_queries.slips_of(again(row)))

    assert stage_queries.slips_of(again(row)).is_full
    assert "7.25" not in told
    assert "72.5" not in told


def test_all_scores_are_shown_at_once_with_the_dropped_ones(hall, officer):
    row = hall.rows[0]
    hall.lock(again(row), 8, 8, 9, 9, 5)

    made = reveal(row, officer)

    shown = rules.read(made.shown)
    assert [(one.judge, one.score, one.dropped) for one in shown.marks] == [
        ("GK1", Decimal(80), None),
        ("GK2", Decimal(80), None),
        ("GK3", Decimal(90), None),
        ("GK4", Decimal(90), rules.Dropped.HIGH),
        ("GK5", Decimal(50), rules.Dropped.LOW),
    ]
    assert shown.total == Decimal("83.333333333")


def test_deduction_of_the_clock_is_taken_off_what_is_revealed(hall, officer):
    row = hall.rows[0]
    factories.saved(
        DeductionLine(
            round_entry_id=row.id, points=-1_000_000, reason="Quá giờ 35 giây",
            recorded_by_id=officer.id, recorded_at=clock.now(),
        )
    )  # fmt: skip
    hall.lock(again(row), 8, 8, 8, 8, 8)

    assert rules.read(reveal(row, officer).shown).total == Decimal("79.000000000")


def test_score_that_is_not_the_one_sealed_is_not_revealed(hall, officer):
    row = hall.rows[0]
    hall.lock(again(row), 8, 8, 9, 9, 7)
    with atomic():
        version = db.session.query(SheetVersion).order_by(SheetVersion.sheet_id).first()
        version.marks = {"new": "10", "use": "10"}

    with pytest.raises(CannotJudge) as refused:
        reveal(row, officer)

    assert refused.value.details == {"judge": "GK1"}
    assert db.session.query(Reveal).count() == 0


def test_nothing_is_revealed_while_the_clock_runs(hall, officer):
    row = hall.rows[0]
    performing.begin(again(row), officer, at=clock.now())
    hall.lock(again(row), 8, 8, 9, 9, 7)

    with pytest.raises(CannotJudge):
        reveal(row, officer)


def test_recused_judge_is_not_waited_for(hall, officer):
    row = hall.rows[0]
    judge = again(hall.judges[4]).account
    acting.recuse(again(row).entry, judge, officer, Cause.DECLARED, note="", at=clock.now())
    hall.lock(again(row), 8, 8, 9, 9)

    shown = rules.read(reveal(row, officer).shown)

    assert [one.judge for one in shown.marks] == ["GK1", "GK2", "GK3", "GK4"]


def test_revealing_twice_shows_the_same(hall, officer):
    row = hall.rows[0]
    hall.lock(again(row), 8, 8, 9, 9, 7)

    assert reveal(row, officer).id == reveal(row, officer).id
    assert db.session.query(Reveal).count() == 1


def test_taken_back_scores_leave_the_screen_and_stay_in_the_minutes(hall, officer):
    row = hall.rows[0]
    performing.draw(again(hall.judged), officer, at=clock.now())
    performing.call(again(row), seen=1)
    hall.lock(again(row), 8, 8, 9, 9, 7)
    first = reveal(row, officer)

    revealing.undo(again(row), officer, reason="GK3 chấm nhầm đội", at=clock.now())

    found = script(hall)
    assert (found.shown, found.board, found.next) == (None, [], stage_telling.Next.REVEAL)
    (undone,) = stage_queries.undone_in(again(hall.judged))
    assert (undone.id, undone.undone_for) == (first.id, "GK3 chấm nhầm đội")
    told = db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
    assert told.action == "stage.reveal_undone"
    assert json.loads(told.record)["details"]["digest"] == first.digest


def test_scores_are_not_taken_back_without_a_reason(hall, officer):
    row = hall.rows[0]
    hall.lock(again(row), 8, 8, 9, 9, 7)
    reveal(row, officer)

    with pytest.raises(CannotJudge):
        revealing.undo(again(row), officer, reason="  ", at=clock.now())

    assert stage_queries.reveal_of(again(row)) is not None


def test_scoreboard_places_what_was_revealed_and_nothing_else(hall, officer):
    first, second, third = hall.rows
    hall.lock(again(first), 8, 8, 8, 8, 8)
    hall.lock(again(second), 9, 9, 9, 9, 9)
    hall.lock(again(third), 10, 10, 10, 10, 10)
    reveal(first, officer)
    reveal(second, officer)

    board = script(hall).board

    assert [(one.place, one.run.row.entry.code, one.total) for one in board] == [
        (1, "A-002", Decimal(90)), (2, "A-001", Decimal(80)),
    ]  # fmt: skip


def test_stage_is_read_in_as_many_statements_for_three_teams_as_for_twelve(app):
    def statements(hall):
        row, now = again(hall.rows[0]), clock.now()
        performing.call(row, seen=0)
        db.session.rollback()
        judged = again(hall.judged)
        with heard(db.engine) as sent:
            stage_telling.script(judged, at=now)
        return counted(sent)[0]

    few = statements(staged.hall())
    teams = tuple(f"Xã Ea {number}" for number in range(1, 13))
    many = statements(staged.hall(judges=7, teams=teams))

    assert many == few
    assert few <= 10

"""Judges fill sheets: saves out of order, marks that cannot be, locking, opening again, recusal."""

import threading
from decimal import Decimal

import pytest
from sqlalchemy import select

from accounts.models import AuditEntry
from contest import judged_queries
from contest import judging as acting
from contest.errors import CannotJudge
from contest.judging import Draft
from contest.models import JudgedRound, PanelRole, Recusal, Scoresheet, SheetState
from contest.rules.judging import sealing
from contest.rules.judging.conflicts import Cause
from contest.rules.judging.rubric import Criterion, Rubric
from contest.rules.judging.sealing import Protocol
from core import clock
from core.db import db
from tests import factories
from tests.contest import judging


@pytest.fixture
def panel(app):
    """A panel of a sealed round: the chair is GK1, a member GK2, and one entry is to be judged."""
    judged = judging.judged_round(factories.contest())
    return judging.panel(judged)


@pytest.fixture
def chair(panel):
    return judging.judge(panel, number=1, role=PanelRole.CHAIR)


@pytest.fixture
def judge(panel):
    return judging.judge(panel, number=2)


@pytest.fixture
def row(panel):
    category = judging.category(panel.judged.round.contest)
    return judging.round_entry(panel.judged, judging.entry(category))


@pytest.fixture
def sheet(row, judge):
    return judging.sheet(row, judge)


def draft(sequence=1, *, note="", **marks):
    marks = marks or {"new": 8, "use": "7.5"}
    return Draft({id_: Decimal(str(mark)) for id_, mark in marks.items()}, sequence, note)


def again(sheet):
    db.session.rollback()
    return db.session.get_one(Scoresheet, sheet.id)


def acts():
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


# --- Drafts ------------------------------------------------------------------------------------


def test_save_keeps_marks_and_notes(sheet, judge):
    acting.save(sheet, judge.account, draft(new=8, note="Trình bày rõ"), at=clock.now())

    kept = again(sheet)
    assert (kept.marks, kept.public_note, kept.sequence) == ({"new": "8"}, "Trình bày rõ", 1)


def test_save_that_comes_late_changes_nothing(sheet, judge):
    acting.save(sheet, judge.account, draft(5, new=8), at=clock.now())
    acting.save(sheet, judge.account, draft(4, new=3), at=clock.now())
    acting.save(sheet, judge.account, draft(5, new=2), at=clock.now())

    assert again(sheet).marks == {"new": "8"}


def test_saves_of_two_devices_at_once_keep_the_newest(sheet, judge, app):
    sheet_id, account = sheet.id, judge.account
    db.session.rollback()

    def work(numbers):
        with app.app_context():
            own = db.session.get_one(Scoresheet, sheet_id)
            for number in numbers:
                acting.save(own, account, draft(number, new=number % 10), at=clock.now())
            db.session.remove()

    threads = [threading.Thread(target=work, args=(range(n, 30, 3),)) for n in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    kept = again(sheet)
    assert (kept.sequence, kept.marks) == (29, {"new": "9"})


@pytest.mark.parametrize(
    ("marks", "details"),
    [
        ({"new": 11}, {"title": "Tính mới", "least": Decimal(0), "most": Decimal(10)}),
        ({"new": "7.1"}, {"title": "Tính mới", "step": Decimal("0.25")}),
        ({"beauty": 5}, {}),
    ],
)
def test_save_of_a_mark_that_cannot_be_is_refused(sheet, judge, marks, details):
    with pytest.raises(CannotJudge) as refused:
        acting.save(sheet, judge.account, draft(**marks), at=clock.now())

    assert refused.value.details == details
    assert again(sheet).marks == {}


def test_sheet_of_another_judge_is_not_touched(sheet, chair):
    with pytest.raises(CannotJudge):
        acting.save(sheet, chair.account, draft(), at=clock.now())
    with pytest.raises(CannotJudge):
        acting.submit(sheet, chair.account, at=clock.now())


def test_secretary_does_not_judge(row, panel):
    secretary = judging.judge(panel, number=9, role=PanelRole.SECRETARY)
    sheet = judging.sheet(row, secretary)

    with pytest.raises(CannotJudge):
        acting.save(sheet, secretary.account, draft(), at=clock.now())


# --- Handing in --------------------------------------------------------------------------------


def test_submit_locks_the_sheet_under_a_commitment(sheet, judge):
    acting.save(sheet, judge.account, draft(), at=clock.now())

    version = acting.submit(sheet, judge.account, at=clock.now())

    kept = again(sheet)
    assert (kept.state, kept.locked.number, kept.locked.points) == (SheetState.LOCKED, 1, 77)
    assert sealing.was_committed(
        version.commitment,
        bytes.fromhex(version.nonce),
        kept.round_entry.entry.public_id,
        judge.account.public_id,
        Decimal("77"),
    )
    assert acts() == ["sheet.locked"]


def test_submit_again_gives_the_same_version(sheet, judge):
    acting.save(sheet, judge.account, draft(), at=clock.now())
    first = acting.submit(sheet, judge.account, at=clock.now())

    second = acting.submit(sheet, judge.account, at=clock.now())

    assert (second.number, second.commitment) == (first.number, first.commitment)
    assert acts() == ["sheet.locked"]


def test_submit_without_a_required_mark_is_refused(sheet, judge):
    acting.save(sheet, judge.account, draft(new=8), at=clock.now())

    with pytest.raises(CannotJudge) as refused:
        acting.submit(sheet, judge.account, at=clock.now())

    assert refused.value.details == {"title": "Hiệu quả"}
    assert again(sheet).locked is None


def test_save_on_a_locked_sheet_is_refused(sheet, judge):
    acting.save(sheet, judge.account, draft(), at=clock.now())
    acting.submit(sheet, judge.account, at=clock.now())

    with pytest.raises(CannotJudge):
        acting.save(sheet, judge.account, draft(2, new=1), at=clock.now())

    assert again(sheet).marks == {"new": "8", "use": "7.5"}


def test_judge_of_some_criteria_is_asked_only_those(app):
    criteria = (
        Criterion("new", "Tính mới", panel="kỹ thuật"),
        Criterion("stage", "Trình diễn", panel="sân khấu"),
    )
    written = Protocol(Rubric(criteria), judging.PROTOCOL.terms).written()
    judged = judging.judged_round(
        factories.contest(), protocol=written, digest=sealing.digest(written)
    )
    judge = judging.judge(judging.panel(judged, criteria="kỹ thuật"))
    entry = judging.entry(judging.category(judged.round.contest))
    sheet = judging.sheet(judging.round_entry(judged, entry), judge)

    with pytest.raises(CannotJudge):
        acting.save(sheet, judge.account, draft(stage=5), at=clock.now())
    acting.save(again(sheet), judge.account, draft(new=5), at=clock.now())

    assert acting.submit(again(sheet), judge.account, at=clock.now()).points == 50


# --- Opening again -----------------------------------------------------------------------------


def locked(sheet, judge):
    acting.save(sheet, judge.account, draft(), at=clock.now())
    acting.submit(sheet, judge.account, at=clock.now())
    return again(sheet)


def test_unlock_by_the_chair_keeps_both_values(sheet, judge, chair):
    opened = acting.unlock(locked(sheet, judge), chair.account, reason="Lệch điểm", at=clock.now())
    acting.save(opened, judge.account, draft(2, new=6, use="7.5"), at=clock.now())
    acting.submit(again(sheet), judge.account, at=clock.now())

    kept = again(sheet)
    assert [(one.number, one.points, one.unlocked_for) for one in kept.versions] == [
        (1, 77, "Lệch điểm"),
        (2, 69, ""),
    ]
    assert kept.locked.number == 2
    assert acts() == ["sheet.locked", "sheet.unlocked", "sheet.locked"]


def test_unlock_takes_the_score_out_of_the_result_until_it_is_locked_again(sheet, judge, chair):
    acting.unlock(locked(sheet, judge), chair.account, reason="Lệch điểm", at=clock.now())

    found = judged_queries.outcome(again(sheet).round_entry.judged)

    assert (found.values, found.refused.values) == ({}, {"count": 1})


def test_unlock_by_anybody_but_the_chair_or_without_a_reason_is_refused(sheet, judge, chair):
    kept = locked(sheet, judge)

    for who, reason in ((judge, "Nhầm"), (chair, " ")):
        with pytest.raises(CannotJudge):
            acting.unlock(kept, who.account, reason=reason, at=clock.now())

    assert again(sheet).locked.number == 1


def test_chair_does_not_open_the_own_sheet_again(row, chair):
    own = locked(judging.sheet(row, chair), chair)

    with pytest.raises(CannotJudge):
        acting.unlock(own, chair.account, reason="Nhầm", at=clock.now())


def test_chairs_sheet_is_opened_by_who_keeps_the_books_and_both_values_stay(row, chair, panel):
    own = judging.sheet(row, chair)
    secretary = judging.judge(panel, number=9, role=PanelRole.SECRETARY).account
    kept = locked(own, chair)

    acting.unlock_chairs(kept, secretary, reason="Ghi nhầm cột", at=clock.now())
    acting.save(again(own), chair.account, draft(2, new=6, use="7.5"), at=clock.now())
    acting.submit(again(own), chair.account, at=clock.now())

    versions = again(own).versions
    assert [(one.points, one.unlocked_by_id) for one in versions] == [
        (77, secretary.id),
        (69, None),
    ]
    assert acts() == ["sheet.locked", "sheet.unlocked", "sheet.locked"]


def test_chairs_sheet_is_opened_neither_by_its_chair_nor_by_a_judge_nor_without_a_reason(
    row, chair, judge
):
    own, keeper = judging.sheet(row, chair), factories.account()
    kept = locked(own, chair)

    for who, reason in ((chair.account, "Nhầm"), (judge.account, "Nhầm"), (keeper, " ")):
        with pytest.raises(CannotJudge):
            acting.unlock_chairs(again(kept), who, reason=reason, at=clock.now())

    assert again(own).locked.number == 1


def test_keeper_of_the_books_does_not_open_the_sheets_of_the_other_judges(sheet, judge, chair):
    with pytest.raises(CannotJudge):
        acting.unlock_chairs(
            locked(sheet, judge), factories.account(), reason="Nhầm", at=clock.now()
        )

    assert again(sheet).locked.number == 1


# --- Sealing and recusal -----------------------------------------------------------------------


def unsealed(**fields):
    return judging.judged_round(factories.contest(), digest="", sealed_at=None, **fields)


def test_seal_is_set_once(app):
    judged, actor = unsealed(), factories.account()

    acting.seal(judged, actor, at=clock.now())
    acting.seal(judged, actor, at=clock.now())

    db.session.rollback()
    kept = db.session.get_one(JudgedRound, judged.round_id)
    assert kept.digest == judging.PROTOCOL.digest
    assert kept.is_intact
    assert acts() == ["round.sealed"]


def test_seal_of_another_seed_than_the_protocol_names_is_refused(app):
    written = judging.PROTOCOL.written() | {"seed_digest": sealing.seed_digest(b"khac")}

    with pytest.raises(CannotJudge):
        acting.seal(unsealed(protocol=written), factories.account(), at=clock.now())


def test_submit_before_sealing_is_refused(app):
    judged = unsealed()
    judge = judging.judge(judging.panel(judged))
    entry = judging.entry(judging.category(judged.round.contest))
    sheet = judging.sheet(judging.round_entry(judged, entry), judge)
    acting.save(sheet, judge.account, draft(), at=clock.now())

    with pytest.raises(CannotJudge):
        acting.submit(again(sheet), judge.account, at=clock.now())


def test_recused_judge_cannot_hand_in_and_is_not_waited_for(sheet, row, judge):
    acting.save(sheet, judge.account, draft(), at=clock.now())
    actor, entry = factories.account(), again(sheet).round_entry.entry
    for _ in range(2):
        acting.recuse(
            entry, judge.account, actor, Cause.SAME_UNIT, note="Cùng Huyện đoàn", at=clock.now()
        )

    with pytest.raises(CannotJudge):
        acting.submit(again(sheet), judge.account, at=clock.now())

    read = judged_queries.judged(again(sheet).round_entry.judged)
    assert read.due == {str(row.entry_id): frozenset()}
    assert db.session.query(Recusal).count() == 1
    assert acts() == ["entry.recused"]

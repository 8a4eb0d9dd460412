"""Ends of judging and of votes: what comes after them, who moves them, what papers say of it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import AuditEntry
from contest import (
    balloting,
    judged_papers,
    judging,
    parting,
    performing,
    prolonging,
    receiving,
    revealing,
)
from contest.errors import CannotJudge, CannotVote, RoundFinal
from contest.judged_papers import JudgedKind
from contest.judging import Draft
from contest.models import HourMove, JudgedRound, Part, RoundState, Scoresheet, SheetDraft
from contest.receiving import Sent
from contest.rules.judging.parts import PartKind
from core import clock
from core.db import atomic, db
from core.saying import told
from tests import factories
from tests.contest import staged
from tests.contest.test_balloting import again, cards, over, vote

TICK, MINUTE, HOUR = timedelta(microseconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def hall(app):
    return staged.hall(judges=3)


@pytest.fixture
def officer(app):
    return factories.account(full_name="Lê Thị Mai")


@pytest.fixture
def part(hall):
    return staged.part(hall.judged, PartKind.VOTED)


@pytest.fixture
def end(hall):
    return hall.judged.round.closes_at


def send(sheet, at, *, sequence=1, written=None, signs=False, mark="8"):
    marks = {"new": Decimal(mark), "use": Decimal(mark)}
    draft = Draft(marks, sequence)
    sent = Sent(draft, "maytinhbang1", sequence - 1, signs, written)
    sheet = db.session.get_one(Scoresheet, sheet.id)
    return receiving.receive(sheet, sheet.member.account, sent, at=at)


def told_by(scene):
    """Return what the minutes tell beside scores, deductions and votes."""
    judged = db.session.get_one(JudgedRound, scene.judged.round_id)
    say = lambda sentence: told(sentence, str, str)  # noqa: E731
    return judged_papers.matter(judged, JudgedKind.MINUTES, say).events


def acts():
    db.session.rollback()
    return [one.action for one in db.session.query(AuditEntry).order_by(AuditEntry.id)]


# --- The end of judging ------------------------------------------------------------------------


def test_marks_are_taken_a_tick_before_the_end_and_refused_at_it(hall, end):
    first, second = hall.sheet(hall.rows[0], 1), hall.sheet(hall.rows[0], 2)

    send(first, end - TICK, signs=True)
    with pytest.raises(CannotJudge) as refused:
        send(second, end)

    assert refused.value.details == {"end": end}
    assert again(first).locked.points == 80
    assert again(second).marks == {}


def test_marks_written_before_the_end_are_taken_from_a_device_that_was_away(hall, end):
    sheet = hall.sheet(hall.rows[0], 1)

    send(sheet, end + 10 * MINUTE, written=end - TICK)
    with pytest.raises(CannotJudge):
        send(again(sheet), end + 10 * MINUTE, sequence=2, written=end, mark="9")

    assert again(sheet).marks == {"new": "8", "use": "8"}
    assert db.session.query(SheetDraft).one().written_at == end - TICK


def test_draft_of_a_clock_that_is_ahead_was_written_when_it_came(hall, end):
    sheet, at = hall.sheet(hall.rows[0], 1), end - HOUR

    send(sheet, at, written=end + HOUR)

    assert db.session.query(SheetDraft).one().written_at == at


def test_sheet_that_the_chair_opens_after_the_end_is_taken_again(hall, end, officer):
    sheet = hall.sheet(hall.rows[0], 2)
    send(sheet, end - HOUR, signs=True)
    with atomic():
        hall.judges[0].role = "chair"
    chair = hall.judges[0].account
    judging.unlock(again(sheet), chair, reason="Nhập nhầm dòng", at=end + MINUTE)

    send(again(sheet), end + 2 * MINUTE, sequence=2, signs=True, mark="6")

    assert [one.points for one in again(sheet).versions] == [80, 60]


def test_prolonged_round_takes_marks_until_its_new_end(hall, end, officer):
    sheet, later = hall.sheet(hall.rows[0], 1), end + HOUR
    prolonging.prolong(
        again_judged(hall), later, officer, reason="Hội trường mất điện", at=end + MINUTE
    )

    send(sheet, later - TICK)
    with pytest.raises(CannotJudge):
        send(again(sheet), later, sequence=2, mark="9")

    assert again(sheet).marks == {"new": "8", "use": "8"}
    assert acts()[-1] == "judging.prolonged"


def again_judged(hall):
    db.session.rollback()
    return db.session.get_one(JudgedRound, hall.judged.round_id)


def test_end_of_judging_never_moves_into_the_past_nor_without_a_reason(hall, end, officer):
    for until, reason, at in (
        (end + HOUR, " ", end),
        (end, "Nhầm", end - HOUR),
        (end + HOUR, "Nhầm", end + 2 * HOUR),
    ):
        with pytest.raises(CannotJudge):
            prolonging.prolong(again_judged(hall), until, officer, reason=reason, at=at)
    with atomic():
        db.session.get_one(JudgedRound, hall.judged.round_id).round.state = RoundState.FINAL
    with pytest.raises(RoundFinal):
        prolonging.prolong(again_judged(hall), end + HOUR, officer, reason="Nhầm", at=end)

    assert again_judged(hall).round.closes_at == end
    assert db.session.query(HourMove).count() == 0


# --- The end of a vote -------------------------------------------------------------------------


def test_postponed_vote_takes_votes_until_its_new_hour_and_stays_sealed(hall, part, officer):
    code = cards(part, officer)[0].code
    was = again(part).closes_at
    prolonging.postpone(
        again(part), was + HOUR, officer, reason="Đội cuối diễn muộn", at=was - MINUTE
    )

    vote(part, hall.rows[0], code, at=was + MINUTE)
    with pytest.raises(CannotVote):
        balloting.open_votes(again(part), officer, at=was + MINUTE)

    (move,) = db.session.query(HourMove)
    assert (move.part_id, move.was, move.until) == (part.id, was, was + HOUR)
    assert (move.moved_by_id, move.reason) == (officer.id, "Đội cuối diễn muộn")
    assert acts()[-1] == "vote.postponed"


def test_end_of_a_vote_moves_neither_after_closing_nor_backwards(part, officer):
    end = again(part).closes_at
    for until, reason, at in (
        (end + HOUR, "", end - MINUTE),
        (end - MINUTE, "Nhầm", end - 2 * MINUTE),
        (end, "Nhầm", end - MINUTE),
        (end + HOUR, "Nhầm", end),
    ):
        with pytest.raises(CannotVote):
            prolonging.postpone(again(part), until, officer, reason=reason, at=at)
    over(part)
    balloting.open_votes(again(part), officer, at=clock.now())
    with pytest.raises(CannotVote):
        prolonging.postpone(again(part), end + HOUR, officer, reason="Nhầm", at=clock.now())

    assert db.session.query(HourMove).count() == 0


def test_digest_of_the_parts_stays_what_was_sealed_when_an_end_is_moved(hall, part, officer):
    before = parting.digest(again_judged(hall))
    end = again(part).closes_at

    for hours in (1, 2):
        until = end + hours * HOUR
        prolonging.postpone(again(part), until, officer, reason="Muộn", at=end - MINUTE)

    assert parting.digest(again_judged(hall)) == before
    with atomic():
        db.session.get_one(Part, part.id).most += 1
    assert parting.digest(again_judged(hall)) != before


# --- The minutes -------------------------------------------------------------------------------


def test_minutes_tell_reveals_taken_back_clocks_set_back_and_moved_ends(hall, part, officer):
    row, now = hall.rows[0], clock.now()
    hall.lock(row, 8, 8, 8)
    performing.begin(again(row), officer, at=now - 10 * MINUTE)
    performing.stop(again(row), officer, say=str, at=now - MINUTE)
    revealing.reveal(again(row), officer, at=now)
    revealing.undo(again(row), officer, reason="Đọc nhầm tên đội", at=now + MINUTE)
    performing.set_back(again(row), officer, reason="Loa hỏng giữa chừng", at=now + 2 * MINUTE)
    end = again(part).closes_at
    prolonging.postpone(again(part), end + HOUR, officer, reason="Diễn muộn", at=now + 3 * MINUTE)

    undone, set_back, moved = told_by(hall)

    assert undone.startswith("A-001: rút lại điểm đã công bố (80,00 điểm, công bố lúc ")
    assert undone.endswith("lý do: Đọc nhầm tên đội (Lê Thị Mai thực hiện);")
    assert set_back.startswith("A-001: đặt lại đồng hồ (đã chạy 9 phút 00 giây) lúc ")
    assert set_back.endswith("lý do: Loa hỏng giữa chừng (Lê Thị Mai thực hiện);")
    assert moved.startswith("lùi giờ đóng bình chọn “Khán giả bình chọn” từ ")
    assert "lý do: Diễn muộn (Lê Thị Mai quyết định lúc " in moved


def test_minutes_tell_both_values_of_a_sheet_that_was_opened_again(hall, officer):
    with atomic():
        hall.judges[0].role = "chair"
    row = hall.rows[0]
    hall.lock(row, 8, 8, 8)
    judging.unlock_chairs(again(hall.sheet(row, 1)), officer, reason="Ghi nhầm cột", at=clock.now())
    hall.lock(row, 6)

    (opened,) = told_by(hall)

    assert opened.startswith("A-001: mở lại phiếu của GK01 lúc ")
    assert "lý do: Ghi nhầm cột. Điểm trước: 80,00. Điểm sau: 60,00 (Lê Thị Mai" in opened

"""F-35: keys corrected, questions and seats voided, while people write and after publication."""

import json
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from accounts.models import Account, AuditEntry
from contest import (
    attempting,
    change_queries,
    closing,
    deciding,
    publishing,
    revising,
    saving,
    verifying,
    voiding,
    watch_queries,
)
from contest.errors import AlreadyDecided, RoundNotReady, SamePerson, WrongSeat
from contest.models import (
    ChangeState,
    Minutes,
    MinutesKind,
    QuestionRuling,
    ResultChange,
    Seat,
    Slot,
)
from contest.rules.changing import Change, ChangeKind
from contest.rules.lateness import LateRule
from contest.saving import Answer
from contest.voiding import Told
from core.db import db
from questions import authoring
from questions.errors import ItemChanged
from questions.models import Item, ItemVersion
from tests import factories
from tests.contest.racing import SECOND, Race, begun
from tests.faults.running import cases

THREADS = 32
VOID = Told(MinutesKind.VOID, "Sử dụng điện thoại trong phòng thi.", "Em chỉ xem giờ.")
COMPUTED, AGREED, PROPOSED = "results.computed", "change.agreed", "change.proposed"


class Regrading(Race):
    """A round of people seated in a room, some of whom hand in while others go on writing."""

    def __init__(self, app, noon, seed):
        super().__init__(app, noon, seed, THREADS)
        order = self.rng.sample(sorted(self.given), len(self.given))
        # Who hands in while the round is open, whose seat is voided then, and who goes on.
        self.handing, self.voided, self.writing = order[:4], order[4:6], order[6:]
        self.later = order[0], order[6]
        self.bank_id = self.round.blueprint.bank_id

    def person(self, rng):
        return db.session.get(Account, rng.choice(self.board))

    def correct(self, times, *, at):
        """Return an act: an author gives a question of the bank another key, in a new version."""

        def act(rng):
            for _ in range(times):
                of_bank = select(Item).where(Item.bank_id == self.bank_id)
                item = rng.choice(db.session.scalars(of_bank.order_by(Item.id)).all())
                try:
                    revised(self.person(rng), item, rng.choice("bcd"), at=at)
                except ItemChanged:  # somebody else was quicker
                    db.session.rollback()

        return act

    def hand_in(self, rng):
        """Hand in, in an order of one's own, what is handed in while the round is open."""
        for attempt in rng.sample(self.handing, len(self.handing)):
            closing.hand_in(attempt, lease_no=1, at=self.ends[attempt])

    def void(self, attempts, *, at):
        """Return an act that writes minutes and voids seats; somebody else may be quicker."""

        def act(rng):
            for attempt in rng.sample(attempts, len(attempts)):
                for what in (self._write, self._agree):
                    db.session.rollback()
                    seat = db.session.get(Seat, self.seats[attempt])
                    try:
                        what(seat, self.person(rng), at)
                    except (WrongSeat, AlreadyDecided, SamePerson):
                        db.session.rollback()

        return act

    def _write(self, seat, actor, at):
        voiding.write(seat, actor, VOID, at=at)

    def _agree(self, seat, actor, at):
        waiting = select(Minutes).where(Minutes.seat_id == seat.id, Minutes.state == "proposed")
        for one in db.session.scalars(waiting).all():
            voiding.agree(one, actor, reason="Đã chứng kiến", at=at)

    def see_to_it(self, attempts, *, at):
        """Void what nobody came to void in the race: one wrote and agreed both, or none agreed."""
        for attempt in attempts:
            seat = db.session.get(Seat, self.seats[attempt])
            first, second = (db.session.get(Account, one) for one in self.board[:2])
            if seat.voided_at is None and watch_queries.void_of(seat.id) is None:
                self._write(seat, first, at)
            if seat.voided_at is None:
                made = watch_queries.void_of(seat.id)
                other = second if made.written_by_id == first.id else first
                voiding.agree(made, other, reason="Đã chứng kiến", at=at)

    def watch(self, rng):
        """See again and again that nothing gives an open attempt a score or other questions."""
        papers = self.first
        while not self.done.wait(rng.uniform(0, 0.3)):
            scores = self.scores()
            assert {scores[one] for one in self.writing} == {None}
            assert self.papers() == papers

    def compute(self, rng):
        """Compute and publish once, as soon as everything is in."""
        for _ in range(2_000):
            try:
                publishing.compute(self.here(), None, reason="Tính lại", at=self.over)
                publishing.publish(self.here(), None, at=self.over)
            except RoundNotReady:
                self.done.wait(rng.uniform(0, 0.01))
            else:
                return
        raise AssertionError("the round never came to its results")

    def told(self, *acts):
        """Return the details that the trail tells of these acts, in order, and who did them."""
        db.session.rollback()
        rows = db.session.scalars(
            select(AuditEntry).where(AuditEntry.action.in_(acts)).order_by(AuditEntry.id)
        )
        return [json.loads(row.record)["details"] | {"by": row.actor_id} for row in rows]

    def changes(self, state):
        found = select(ResultChange).where(ResultChange.state == state)
        return db.session.scalars(found.order_by(ResultChange.id)).all()


@pytest.mark.parametrize("seed", range(cases(10, 200)))
def test_regrading_by_many_at_once_keeps_old_scores_and_tells_of_both(app, noon, seed):
    race, during = Regrading(app, noon, seed), noon + timedelta(minutes=5)
    race.first, wordings = race.papers(), race.wordings()

    # While people write: keys are corrected in the bank, rulings proposed, two seats voided.
    race.run(
        *[race.hand_in] * 4,
        *[race.correct(2, at=during)] * 6,
        *[race.regrade(1, at=during)] * 8,
        *[race.void(race.voided, at=during)] * 4,
        reads=race.watch,
    )
    race.see_to_it(race.voided, at=during)
    assert (race.papers(), race.wordings()) == (race.first, wordings)
    assert {one for one, score in race.scores().items() if score is None} == set(race.writing)
    assert (race.changes(ChangeState.AGREED), race.runs()) == ([], [])
    for waiting in race.changes(ChangeState.PROPOSED):
        refuse(waiting, race)

    # The end: the clock closes what runs, by the keys it was asked with, and results are published.
    for one in race.writing:
        race.ends[one] = noon + timedelta(minutes=15)
    race.run(
        *[lambda _: attempting.expire_due(at=race.over)] * 4,
        *[race.compute] * 6,
        *[race.correct(1, at=race.over)] * 4,
    )
    out = {race.owners[one][1] for one in race.voided}
    standing = {row for row in race.expected({}) if row[0] not in out}
    kept = {run.id: race.rows_of(run.id) for run in race.runs()}
    assert [set(rows) for rows in kept.values()] == [standing] * len(kept)

    # After publication: regraded by many, and two more seats voided, one of each kind of end.
    race.run(
        *[race.regrade(2, at=race.over)] * 10,
        *[race.void(race.later, at=race.over)] * 4,
        *[race.correct(1, at=race.over)] * 4,
        *[race.compute] * 2,
    )
    race.see_to_it(race.later, at=race.over)
    agreed_by_two(race)

    assert {run: race.rows_of(run) for run in kept} == kept
    assert race.wordings() == wordings
    race.check_runs()
    last, out = race.runs()[-1], out | {race.owners[one][1] for one in race.later}
    rulings = race.rulings_at(last.id)
    assert set(race.rows_of(last.id)) == {
        row for row in race.expected(rulings) if row[0] not in out
    }
    assert rulings_that_hold(race) == rulings
    assert_both_are_told(race)
    assert race.verified() == []


def refuse(waiting, race):
    actor = next(one for one in race.board if one != waiting.made_by_id)
    actor = db.session.get(Account, actor)
    revising.refuse(waiting, actor, reason="Chờ hết giờ", at=race.over)


def agreed_by_two(race):
    """Have one more change agreed to, whatever the race came to: a question gets several keys."""
    author, other = (factories.account(full_name=name).id for name in ("Hoàng Liên", "Bùi Sơn"))
    if change_queries.waiting_in(race.here()) is not None:
        race.agree(author, at=race.over)
    made = revising.draft(race.here(), db.session.get(Account, author), at=race.over)
    several = Change(ChangeKind.KEY, str(race.asked[0]), ("a", "b", "c"))
    revising.add(made, several, made.made_by)
    revising.propose(made, made.made_by, reason="Hai phương án đều đúng", at=race.over)
    race.agree(other, at=race.over)


def rulings_that_hold(race):
    db.session.rollback()
    rows = db.session.scalars(
        select(QuestionRuling).where(
            QuestionRuling.round_id == race.round_id, QuestionRuling.lifted_by_id.is_(None)
        )
    )
    return {row.version_id: (row.kind, tuple(row.accepted)) for row in rows}


def assert_both_are_told(race):
    """The trail tells of every run with its board, and of each change by two people."""
    runs = {run.number: run.board_digest for run in race.runs()}
    told = race.told(COMPUTED, AGREED)
    assert {one["run"]: one["board"] for one in told} == runs
    assert len(told) == len(runs)
    proposed = {one["change"]: one for one in race.told(PROPOSED)}
    agreed = race.told(AGREED)
    assert [one["entries"] for one in agreed] == [
        proposed[one["change"]]["entries"] for one in agreed
    ]
    assert all(one["by"] != proposed[one["change"]]["by"] for one in agreed)
    assert len(agreed) == len(race.changes(ChangeState.AGREED)) > 0


# --- Keys that are corrected, one after the other ------------------------------------------------


def revised(author, item, key, *, at):
    """Give a question another key, in a new version."""
    now, number = authoring.as_new(item), db.session.get(ItemVersion, item.current_id).number
    wording = replace(now.wording, content=now.wording.content | {"key": [key]})
    authoring.revise(author, item, replace(now, wording=wording), number=number, at=at)


def corrected(round_, key, *, at):
    """Let every question of the round's bank have another key, in a new version."""
    author = factories.account(full_name="Trần Thị Soạn")
    for item in db.session.scalars(select(Item).where(Item.bank_id == round_.blueprint.bank_id)):
        revised(author, item, key, at=at)


def versions(attempt):
    db.session.rollback()
    rows = select(Slot.version_id).where(Slot.attempt_id == attempt.id).order_by(Slot.position)
    return db.session.scalars(rows).all()


def put(attempt, letter, *, at):
    given = [Answer(place, 1, letter) for place in (1, 2, 3)]
    saving.save(saving.ticket_of(attempt), given, at=at)


def scores(*attempts):
    db.session.rollback()
    return [one.correct for one in attempts]


def test_a_corrected_key_leaves_open_and_closed_attempts_as_they_are(app, noon):
    round_ = factories.round_(opens_at=noon)
    closed, running = begun(round_, noon), begun(round_, noon)
    put(closed, "b", at=noon)
    put(running, "b", at=noon)
    closing.hand_in(closed.id, lease_no=1, at=noon + SECOND)
    papers = [versions(closed), versions(running)]

    corrected(round_, "c", at=noon + 2 * SECOND)
    later = begun(round_, noon + 3 * SECOND)
    put(later, "c", at=noon + 4 * SECOND)
    for one in (running, later):
        closing.hand_in(one.id, lease_no=1, at=noon + 5 * SECOND)

    assert [versions(closed), versions(running)] == papers
    assert not set(versions(later)) & set(papers[0] + papers[1])
    assert scores(closed, running, later) == [3, 3, 3]
    assert verifying.verify(round_.contest).faults == []


def test_a_key_corrected_after_publication_changes_no_result(app, noon):
    round_ = factories.round_(opens_at=noon, closes_at=noon + timedelta(hours=1))
    board = [factories.account(full_name=name) for name in ("Phạm Hùng", "Lê Thị Mai")]
    attempt, over = begun(round_, noon), noon + timedelta(hours=2)
    saving.save(saving.ticket_of(attempt), [Answer(1, 1, "b")], at=noon)
    attempting.expire_due(at=noon + timedelta(minutes=16))
    saving.save(saving.ticket_of(attempt), [Answer(2, 1, "b"), Answer(3, 1, "c")], at=over)
    digest = publishing.compute(round_, None, reason="Lần 1", at=over).board_digest
    publishing.publish(round_, None, at=over)

    corrected(round_, "c", at=over)
    again = publishing.compute(round_, None, reason="Lần 2", at=over)

    assert (again.board_digest, scores(attempt)) == (digest, [1])
    # What is decided afterwards is marked by the key that the paper was set with.
    made = deciding.propose(attempt, board[0], LateRule.FILL, reason="Mất mạng", at=over)
    deciding.agree(made, board[1], reason="Đúng như biên bản", at=over)
    assert scores(attempt) == [2]
    assert verifying.verify(round_.contest).faults == []


@pytest.mark.parametrize("seed", range(cases(5, 200)))
def test_keys_corrected_while_people_start_and_hand_in_never_split_a_paper(app, noon, seed):
    rng, round_ = Random(seed), factories.round_(opens_at=noon)
    running, marks = [], {}
    for second in range(24):
        at, act = noon + second * SECOND, rng.choice(["start", "start", "close", "correct"])
        if act == "start":
            attempt = begun(round_, at)
            put(attempt, "b", at=at)
            keys = {tuple(slot.version.content["key"]) for slot in attempt.slots if slot.version}
            running.append((attempt, 3 if keys == {("b",)} else 0, keys))
        elif act == "correct":
            corrected(round_, rng.choice("bc"), at=at)
        elif running:
            attempt, right, _ = running.pop(rng.randrange(len(running)))
            closing.hand_in(attempt.id, lease_no=1, at=at)
            marks[attempt.id] = (scores(attempt)[0], right)
    left = [(attempt, right) for attempt, right, _ in running]
    attempting.expire_due(at=noon + timedelta(hours=1))

    assert all(len(keys) == 1 for *_, keys in running)
    assert all(got == right for got, right in marks.values())
    assert scores(*[one for one, _ in left]) == [right for _, right in left]
    assert verifying.verify(round_.contest).faults == []

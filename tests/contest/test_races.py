"""F-34 and F-35: boards read while everything under them moves, and keys that are corrected."""

import threading
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from accounts.models import Account
from contest import (
    adjusting,
    attempting,
    board_lines,
    boards,
    closing,
    deciding,
    publishing,
    saving,
    verifying,
)
from contest.attempting import Client
from contest.board_finding import Wanted
from contest.errors import RoundNotReady
from contest.models import Attempt, Contest, Enrolment, Round, Slot, Standing
from contest.rules.lateness import LateRule
from contest.rules.ranking import Key, natural
from contest.rules.timing import Audience
from contest.saving import Answer
from core.db import db
from questions import authoring
from questions.models import Item, ItemVersion
from tests import factories
from tests.faults.running import cases

SECOND = timedelta(seconds=1)
HERE = Client("phiên 1", "phone")
RULE = natural(Key.CORRECT_COUNT, Key.DURATION_MS).written()
NAMES = ["Ánh", "Bình", "Chi", "Dung", "Giang", "Hà", "Khánh", "Lan", "Mai", "Nga"]


def begun(round_, at, name="Y Bhăm Niê"):
    enrolment = factories.enrolment(round_.contest, factories.account(full_name=name))
    return attempting.start(round_, enrolment, enrolment.account, client=HERE, at=at)


class Race:
    """A round of ten people whose answers are saved; each thread acts in it by the ids kept."""

    def __init__(self, app, noon, seed):
        self.app, self.rng, self.noon = app, Random(seed), noon
        self.round = factories.round_(opens_at=noon, ranking=RULE)
        self.round_id, self.contest_id = self.round.id, self.round.contest_id
        self.slug = self.round.contest.slug
        self.over = self.round.closes_at + timedelta(hours=1)
        self.actor = factories.account(full_name="Phạm Hùng").id
        # What each will have achieved, by account: correct answers and milliseconds.
        self.expected, self.sheets, self.enrolments = {}, [], []
        for name in NAMES:
            attempt, right = begun(self.round, noon, f"{name} Niê"), self.rng.randint(0, 3)
            given = [Answer(place, 1, "b" if place <= right else "a") for place in (1, 2, 3)]
            saving.save(saving.ticket_of(attempt), given, at=noon)
            took = self.rng.randint(1, 4)
            self.sheets.append((attempt.id, noon + took * SECOND))
            self.enrolments.append(attempt.enrolment_id)
            account = factories.saved(attempt.enrolment).account_id
            self.expected[account] = (right, took * 1000)
        self.rng.shuffle(self.sheets)
        self.seen, self.faults, self.done = [], [], threading.Event()

    def run(self, *acts):
        """Let each act in a thread of its own, while two others read the board all the time."""
        self.done.clear()
        readers = [threading.Thread(target=self._within, args=(self._read,)) for _ in range(2)]
        doers = [threading.Thread(target=self._within, args=(act,)) for act in acts]
        db.session.rollback()
        for one in readers + doers:
            one.start()
        for one in doers:
            one.join()
        self.done.set()
        for one in readers:
            one.join()
        db.session.rollback()
        assert self.faults == []

    def _within(self, act):
        with self.app.app_context():
            try:
                act()
            except Exception as fault:  # noqa: BLE001 -- told to the test, which fails
                self.faults.append(fault)
            finally:
                db.session.remove()

    def _read(self):
        numbers = []
        while not self.done.is_set():
            for at in (self.noon + timedelta(minutes=1), self.over):
                shown = boards.head(self.slug, 1, at=at)
                page = board_lines.lines(shown, Wanted())
                db.session.rollback()
                if shown.run is not None and at == self.over:
                    numbers.append(shown.run)
                self.check(shown, page.rows)
        assert numbers == sorted(numbers)

    def check(self, shown, rows):
        """Whoever stands there stands there once, with what they achieved, in their place."""
        told = [(one.account_id, one.correct, one.duration_ms) for one in rows]
        assert [(correct, took) for _, correct, took in told] == [
            self.expected[account] for account, *_ in told
        ]
        assert len({account for account, *_ in told}) == len(told)
        ranked = [(-correct, took) for _, correct, took in told]
        assert ranked == sorted(ranked)
        assert [one.place for one in rows] == [1 + ranked.index(one) for one in ranked]
        if shown.run is not None and not shown.is_provisional:
            self.seen.append((shown.run_id, tuple((one.place, *own) for one, own in zip(
                rows, told, strict=True
            ))))  # fmt: skip

    def hand_in(self, sheets):
        for attempt_id, at in sheets:
            closing.hand_in(attempt_id, lease_no=1, at=at)

    def exclude(self, times):
        """Take people out and put some of them back."""
        actor = db.session.get(Account, self.actor)
        out = set()
        for _ in range(times):
            number = self.rng.choice(self.enrolments)
            enrolment = db.session.get(Enrolment, number)
            if number in out:
                adjusting.reinstate(enrolment, actor, reason="Nhầm người")
            else:
                at = self.noon + timedelta(minutes=2)
                adjusting.disqualify(enrolment, actor, reason="Thi hộ", at=at)
            out ^= {number}

    def compute(self, times):
        """Compute and publish, as often as told; before everything is in it is refused."""
        done = 0
        for _ in range(2_000):
            round_ = db.session.get(Round, self.round_id)
            try:
                publishing.compute(round_, None, reason="Tính lại", at=self.over)
                publishing.publish(round_, None, at=self.over)
                done += 1
            except RoundNotReady:
                pass
            if done == times:
                return
            db.session.rollback()
        raise AssertionError("the round never came to its results")

    def ranked(self):
        """Return, from the attempts alone, who stands: account, correct answers, time taken."""
        rows = db.session.execute(
            select(Enrolment.account_id, Attempt.correct, Attempt.duration_ms)
            .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
            .where(Attempt.round_id == self.round_id, Enrolment.disqualified_at.is_(None))
        ).all()
        return {(one.account_id, one.correct, one.duration_ms) for one in rows}

    def verified(self):
        db.session.rollback()
        return verifying.verify(db.session.get(Contest, self.contest_id)).faults


@pytest.mark.parametrize("seed", range(cases(10, 1_000)))
def test_boards_read_while_all_happens_at_once_are_never_mixed(app, noon, seed):
    race = Race(app, noon, seed)

    race.run(
        lambda: race.hand_in(race.sheets[:5]),
        lambda: race.hand_in(race.sheets[5:]),
        lambda: race.hand_in(race.sheets),
        lambda: race.exclude(6),
    )
    assert race.verified() == []
    race.run(lambda: race.exclude(5), lambda: race.compute(3), lambda: race.compute(2))
    race.compute(1)

    shown = boards.head(race.slug, 1, at=race.over)
    rows = board_lines.lines(shown, Wanted()).rows
    race.check(shown, rows)
    assert {(one.account_id, one.correct, one.duration_ms) for one in rows} == race.ranked()
    # Whoever read a computed run read the same rows.
    by_run = {}
    for run, told in race.seen:
        assert by_run.setdefault(run, told) == told
    assert race.verified() == []


@pytest.mark.parametrize("seed", range(cases(5, 200)))
def test_results_asked_for_while_people_still_hand_in_come_out_whole(app, noon, seed):
    race = Race(app, noon, seed)

    race.run(
        lambda: race.hand_in(race.sheets[:5]),
        lambda: race.hand_in(race.sheets[5:]),
        lambda: race.compute(2),
    )

    run = db.session.get(Round, race.round_id).current_run_id
    stood = select(Standing).where(Standing.run_id == run, Standing.audience == Audience.PUBLIC)
    assert len(db.session.scalars(stood).all()) == len(NAMES)
    assert race.verified() == []


# --- Keys that are corrected -------------------------------------------------------------------


def corrected(round_, key, *, at):
    """Let every question of the round's bank have another key, in a new version."""
    author = factories.account(full_name="Trần Thị Soạn")
    for item in db.session.scalars(select(Item).where(Item.bank_id == round_.blueprint.bank_id)):
        now = authoring.as_new(item)
        wording = replace(now.wording, content=now.wording.content | {"key": [key]})
        number = db.session.get(ItemVersion, item.current_id).number
        authoring.revise(author, item, replace(now, wording=wording), number=number, at=at)


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

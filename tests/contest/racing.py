"""A round in which everything happens at once: many threads act, and others read all the time."""

import threading
from collections import defaultdict
from datetime import timedelta
from random import Random

from sqlalchemy import select

from accounts.models import Account
from contest import attempting, board_lines, boards, change_queries, revising, saving, verifying
from contest.attempting import Client
from contest.board_finding import Wanted
from contest.errors import AlreadyDecided, CannotDecide, RoundNotReady, SamePerson, WrongChange
from contest.models import (
    Attempt,
    ChangeState,
    Contest,
    Enrolment,
    ResultChange,
    ResultRun,
    Round,
    Slot,
    Standing,
)
from contest.rules.changing import Change, ChangeKind
from contest.rules.marking import RulingKind
from contest.rules.ranking import Key, natural
from contest.rules.timing import Audience
from contest.saving import Answer
from core.db import db
from questions.models import ItemVersion
from tests import factories

SECOND = timedelta(seconds=1)
HERE = Client("phiên 1", "phone")
# How long a reader waits at most before looking again: all threads share one processor.
PAUSE = 2.0
RULE = natural(Key.CORRECT_COUNT, Key.DURATION_MS).written()
NAMES = ["Ánh", "Bình", "Chi", "Dung", "Giang", "Hà", "Khánh", "Lan", "Mai", "Nga"]
# What somebody who was not the first is told; whoever is told so has changed nothing.
REFUSED = (AlreadyDecided, CannotDecide, RoundNotReady, SamePerson, WrongChange)


def begun(round_, at, name="Y Bhăm Niê", room=None):
    enrolment = factories.enrolment(round_.contest, factories.account(full_name=name))
    if room is not None:
        factories.seat(room.sitting, enrolment, room=room, place=str(enrolment.number))
    return attempting.start(round_, enrolment, enrolment.account, client=HERE, at=at)


class Race:
    """A round of ten people whose answers are saved; each thread acts in it by the ids kept."""

    def __init__(self, app, noon, seed, threads):
        self.app, self.rng, self.noon, self.threads = app, Random(seed), noon, threads
        self.round = factories.round_(opens_at=noon, ranking=RULE)
        self.room = factories.room(self.round.sittings[0])
        self.round_id, self.contest_id = self.round.id, self.round.contest_id
        self.slug = self.round.contest.slug
        self.over = self.round.closes_at + timedelta(hours=1)
        self.board = [factories.account(full_name=f"Giám khảo {one}").id for one in range(6)]
        # Of each attempt: whose it is, what was answered to which version, when it is handed in.
        self.owners, self.given, self.ends, self.seats, self.enrolments = {}, {}, {}, {}, []
        for name in NAMES:
            self.take(f"{name} Niê")
        self.asked = sorted({one for given in self.given.values() for one in given})
        self.seen, self.faults = defaultdict(set), []
        self.done = threading.Event()

    def take(self, name):
        """Let somebody start and answer; when they will hand in is known beforehand."""
        attempt, right = begun(self.round, self.noon, name, self.room), self.rng.randint(0, 3)
        letters = {place: "b" if place <= right else "a" for place in (1, 2, 3)}
        given = [Answer(place, 1, letter) for place, letter in letters.items()]
        saving.save(saving.ticket_of(attempt), given, at=self.noon)
        self.given[attempt.id] = {one.version_id: letters[one.position] for one in attempt.slots}
        self.ends[attempt.id] = self.noon + self.rng.randint(1, 4) * SECOND
        self.enrolments.append(attempt.enrolment_id)
        self.seats[attempt.id] = attempt.seat_id
        self.owners[attempt.id] = attempt.enrolment_id, attempt.enrolment.account_id
        return attempt

    # --- Threads -----------------------------------------------------------------------------

    def run(self, *acts, reads=None):
        """Let each act in a thread of its own, and readers in as many as are left."""
        self.done.clear()
        seeds = [self.rng.random() for _ in range(self.threads)]
        reads = reads or self.read
        doers = [self._thread(act, Random(seed)) for act, seed in zip(acts, seeds, strict=False)]
        readers = [self._thread(reads, Random(seed)) for seed in seeds[len(acts) :]]
        assert len(readers) > 1
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

    def _thread(self, act, rng):
        return threading.Thread(target=self._within, args=(act, rng))

    def _within(self, act, rng):
        with self.app.app_context():
            try:
                act(rng)
            except Exception as fault:  # noqa: BLE001 -- told to the test, which fails
                self.faults.append(fault)
            finally:
                db.session.remove()

    def read(self, rng):
        """Look at the board now and then, as the public does, while it runs and afterwards."""
        newest = 0
        while not self.done.wait(rng.uniform(0, PAUSE)):
            at = rng.choice([self.noon + timedelta(minutes=1), self.over])
            shown = boards.head(self.slug, 1, at=at)
            page = board_lines.lines(shown, Wanted())
            db.session.rollback()
            self.look(shown, page.rows)
            if shown.run is not None and at == self.over:
                assert shown.run >= newest or shown.frozen_at is not None
                newest = max(newest, shown.run)

    def look(self, shown, rows):
        """Whoever stands there stands there once, in their place; each run is kept as it was."""
        told = [(one.account_id, one.correct, one.duration_ms) for one in rows]
        assert len({account for account, *_ in told}) == len(told)
        ranked = [(-correct, took) for _, correct, took in told]
        assert ranked == sorted(ranked)
        assert [one.place for one in rows] == [1 + ranked.index(one) for one in ranked]
        # Rows of a run that grows are those of one moment, too: everybody's by the keys asked.
        if shown.run is None or shown.is_provisional:
            assert set(told) <= self.expected({})
        else:
            self.seen[shown.run_id].add(tuple(told))

    # --- What comes out, by hand -------------------------------------------------------------

    def expected(self, rulings):
        """Return everybody's row under these rulings, by version: account, correct, time."""
        rows = set()
        for attempt, given in self.given.items():
            correct = sum(
                self._counts(version, letter, rulings.get(version))
                for version, letter in given.items()
            )
            took = (self.ends[attempt] - self.noon) // timedelta(milliseconds=1)
            rows.add((self.owners[attempt][1], correct, took))
        return rows

    def _counts(self, version, letter, ruling):
        if ruling is None:
            return letter == "b"
        kind, values = ruling
        return letter in values if kind is RulingKind.KEY else kind is RulingKind.FULL

    def rulings_at(self, run_id):
        """Return what was ruled by the time a run was made: version → kind and values."""
        db.session.rollback()
        agreed = select(ResultChange).where(
            ResultChange.round_id == self.round_id,
            ResultChange.state == ChangeState.AGREED,
            ResultChange.run_id <= run_id,
        )
        found = {}
        for change in db.session.scalars(agreed.order_by(ResultChange.run_id)):
            for one in change.changes:
                if one.about[0] != "question":
                    continue
                found.pop(int(one.subject), None)
                if one.ruling is not None:
                    found[int(one.subject)] = one.ruling.kind, one.values
        return found

    def rows_of(self, run_id, audience=Audience.PARTICIPANT):
        """Return a run's rows as they stand in the database, in order."""
        db.session.rollback()
        rows = db.session.execute(
            select(Enrolment.account_id, Standing.correct, Standing.duration_ms)
            .join(Enrolment, Enrolment.id == Standing.enrolment_id)
            .where(Standing.run_id == run_id, Standing.audience == audience)
            .order_by(Standing.sort_key, Standing.enrolment_id)
        ).all()
        return [tuple(one) for one in rows]

    def runs(self):
        """Return the computed runs of the round, the oldest first."""
        db.session.rollback()
        found = select(ResultRun).where(
            ResultRun.round_id == self.round_id, ResultRun.is_provisional.is_(False)
        )
        return db.session.scalars(found.order_by(ResultRun.id)).all()

    def check_runs(self):
        """Each run says what was true when it was made, and whoever read it read just that."""
        for run in self.runs():
            rows = self.rows_of(run.id)
            rulings = self.rulings_at(run.id)
            assert set(rows) <= self.expected(rulings), f"run {run.number}: {rulings}"
            assert all(set(told) == set(rows) for told in self.seen[run.id]), run.number

    def papers(self):
        """Return the questions of every attempt, each by its version, in their order."""
        db.session.rollback()
        rows = db.session.execute(
            select(Slot.attempt_id, Slot.version_id)
            .where(Slot.attempt_id.in_(self.given))
            .order_by(Slot.attempt_id, Slot.position)
        )
        found = defaultdict(list)
        for attempt, version in rows:
            found[attempt].append(version)
        return dict(found)

    def wordings(self):
        """Return what the versions say that anybody was asked, keys among it."""
        db.session.rollback()
        found = select(ItemVersion.id, ItemVersion.content).where(ItemVersion.id.in_(self.asked))
        return dict(db.session.execute(found).all())

    def scores(self):
        """Return the score of each attempt: None as long as it runs."""
        db.session.rollback()
        found = select(Attempt.id, Attempt.score).where(Attempt.id.in_(self.given))
        return dict(db.session.execute(found).all())

    def verified(self):
        db.session.rollback()
        return verifying.verify(db.session.get(Contest, self.contest_id)).faults

    # --- Acts --------------------------------------------------------------------------------

    def here(self):
        """Return the round as a thread of its own sees it."""
        db.session.rollback()
        return db.session.get(Round, self.round_id)

    def change(self, rng):
        """Return a change about one of the questions that were asked."""
        kind = rng.choice([ChangeKind.KEY] * 3 + [ChangeKind.VOID_FULL, ChangeKind.VOID_OUT])
        kind = kind if rng.random() < 0.8 else ChangeKind.LIFT
        keys = rng.choice([("a",), ("b",), ("a", "b"), ("c", "d")])
        values = keys if kind is ChangeKind.KEY else ()
        return Change(kind, str(rng.choice(self.asked)), values)

    def propose(self, person, rng, *, at):
        """Propose a change or two as this person; somebody else may have one waiting."""
        actor = db.session.get(Account, person)
        made = revising.draft(self.here(), actor, at=at)
        for _ in range(rng.randint(1, 2)):
            revising.add(made, self.change(rng), actor)
        revising.propose(made, actor, reason="Theo biên bản số 3", at=at)

    def agree(self, person, *, at):
        """Agree as this person to whatever waits; return whether something did."""
        waiting = change_queries.waiting_in(self.here())
        if waiting is None:
            return False
        actor = db.session.get(Account, person)
        revising.agree(waiting, actor, reason="Nhất trí", at=at)
        return True

    def regrade(self, times, *, at):
        """Return an act: somebody of the board proposes and agrees, as often as told."""

        def act(rng):
            for _ in range(times):
                for what in (self.propose, self.agree):
                    person = rng.choice(self.board)
                    db.session.rollback()
                    try:
                        what(person, rng, at=at) if what == self.propose else what(person, at=at)
                    except REFUSED:
                        db.session.rollback()

        return act

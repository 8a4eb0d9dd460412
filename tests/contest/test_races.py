"""F-34: boards read by many while everything under them moves."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.models import Account, AuditEntry
from contest import adjusting, board_lines, boards, closing, freezing, publishing
from contest.board_finding import Wanted
from contest.errors import RoundNotReady
from contest.models import Attempt, Enrolment, Round, Standing
from contest.rules.timing import Audience
from core.db import db
from tests.contest.racing import NAMES, Race
from tests.faults.running import cases

# How many act and read at once.
THREADS = cases(32, 50)


class Boards(Race):
    """What moves a board."""

    def hand_in(self, rng):
        """Hand everybody's attempt in, in an order of one's own: only the first does it."""
        for attempt, at in rng.sample(sorted(self.ends.items()), len(self.ends)):
            closing.hand_in(attempt, lease_no=1, at=at)

    def exclude(self, times):
        """Return an act that takes people out and puts some of them back."""

        def act(rng):
            actor, out = db.session.get(Account, self.board[0]), set()
            for _ in range(times):
                number = rng.choice(self.enrolments)
                enrolment = db.session.get(Enrolment, number)
                if number in out:
                    adjusting.reinstate(enrolment, actor, reason="Nhầm người")
                else:
                    at = self.noon + timedelta(minutes=2)
                    adjusting.disqualify(enrolment, actor, reason="Thi hộ", at=at)
                out ^= {number}

        return act

    def freeze(self, times, *, at):
        """Return an act that lets the public's board stop and go on again."""

        def act(rng):
            actor = db.session.get(Account, self.board[0])
            for _ in range(times):
                for what in (freezing.freeze, freezing.reveal):
                    try:
                        what(self.here(), actor, reason="Theo kế hoạch", at=at)
                    except RoundNotReady:
                        db.session.rollback()
                    self.done.wait(rng.uniform(0, 0.02))

        return act

    def compute(self, times):
        """Return an act that computes and publishes; before everything is in it is refused."""

        def act(rng):
            done = 0
            for _ in range(2_000):
                try:
                    publishing.compute(self.here(), None, reason="Tính lại", at=self.over)
                    done += 1
                    publishing.publish(self.here(), None, at=self.over)
                except RoundNotReady:  # attempts still come in, or the board is frozen
                    self.done.wait(rng.uniform(0, 0.01))
                if done >= times:
                    return
            raise AssertionError("the round never came to its results")

        return act

    def ranked(self):
        """Return, from the attempts alone, who stands: account, correct answers, time taken."""
        db.session.rollback()
        rows = db.session.execute(
            select(Enrolment.account_id, Attempt.correct, Attempt.duration_ms)
            .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
            .where(Attempt.round_id == self.round_id, Enrolment.disqualified_at.is_(None))
        ).all()
        return {(one.account_id, one.correct, one.duration_ms) for one in rows}


@pytest.mark.parametrize("seed", range(cases(15, 800)))
def test_boards_read_while_all_happens_at_once_are_never_mixed(app, noon, seed):
    race = Boards(app, noon, seed, THREADS)

    race.run(
        *[race.hand_in] * 5,
        *[race.exclude(3)] * 2,
        *[race.freeze(3, at=noon + timedelta(minutes=1))] * 2,
    )
    assert race.verified() == []
    race.run(
        *[race.exclude(3)] * 2,
        *[race.compute(2)] * 4,
        *[race.freeze(3, at=race.over)] * 2,
        *[race.regrade(1, at=race.over)] * 8,
    )
    freezing.reveal(race.here(), db.session.get(Account, race.board[0]), reason="", at=race.over)
    race.compute(1)(race.rng)

    shown = boards.head(race.slug, 1, at=race.over)
    rows = board_lines.lines(shown, Wanted()).rows
    race.look(shown, rows)
    assert {(one.account_id, one.correct, one.duration_ms) for one in rows} == race.ranked()
    race.check_runs()
    assert race.verified() == []


@pytest.mark.parametrize("seed", range(cases(5, 200)))
def test_results_asked_for_while_people_still_hand_in_come_out_whole(app, noon, seed):
    race = Boards(app, noon, seed, THREADS)

    race.run(*[race.hand_in] * 6, *[race.compute(2)] * 4)

    run = db.session.get(Round, race.round_id).current_run_id
    stood = select(Standing).where(Standing.run_id == run, Standing.audience == Audience.PUBLIC)
    assert len(db.session.scalars(stood).all()) == len(NAMES)
    told = Counter(
        db.session.scalars(
            select(AuditEntry.target).where(AuditEntry.action == "attempt.submitted")
        )
    )
    assert sorted(told.values()) == [1] * len(NAMES)
    race.check_runs()
    assert race.verified() == []

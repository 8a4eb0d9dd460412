"""The save protocol against a model of it: whatever is sent twice, late, out of order or displaced.

Schedules are drawn: saves in any order, requests sent again, takeovers, a deadline that moves, a
clock that jumps, and the end by hand or by the clock. After each step the table is the model's.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from contest import attempting, closing, queries, saving, verifying
from contest.attempting import Client
from contest.errors import AttemptClosed
from contest.models import Response
from contest.saving import Answer, Outcome
from core.db import atomic, db
from tests import factories
from tests.faults.running import cases

QUESTIONS = 3
HERE = Client("phiên 1", "computer")
GRACE = timedelta(seconds=5)

ANSWERS = st.lists(
    st.builds(Answer, st.integers(1, QUESTIONS + 1), st.integers(0, 5), st.sampled_from("abd")),
    min_size=1,
    max_size=4,
)
# By how much the clock moves before a step; or where it then stands beside the last moment.
JUMPS = st.one_of(
    st.tuples(st.just("by"), st.sampled_from([0, 0, 0, 1, 40, 1_000, 90_000, -1_000, -60_000])),
    st.tuples(st.just("edge"), st.sampled_from([-5_001, -5_000, -1, 0, 1, 1_000])),
)
TAB = st.integers(0, 3)
STEPS = st.one_of(
    st.tuples(st.just("save"), TAB, ANSWERS),
    st.tuples(st.just("save"), TAB, ANSWERS),
    st.tuples(st.just("again"), st.integers(0, 20)),
    st.tuples(st.just("again"), st.integers(0, 20)),
    st.tuples(st.just("take_over")),
    st.tuples(st.just("move"), st.sampled_from([30, 60, 600, -20])),
    st.tuples(st.just("hand_in"), TAB),
    st.tuples(st.just("expire")),
)
SCHEDULES = st.lists(st.tuples(JUMPS, STEPS), min_size=4, max_size=24)


@dataclass
class Model:
    """What the protocol promises of one attempt, in a few lines."""

    until: datetime
    lease: int = 1
    closed_at: datetime | None = None
    # (slot, lease, seq) -> (answer, received at, is late)
    rows: dict = field(default_factory=dict)

    def takes(self, lease, at):
        return lease == self.lease and self.closed_at is None and at < self.until + GRACE

    def save(self, lease, answers, at):
        """Return what the reply says: the outcome, and the seq acknowledged for each slot."""
        in_time = self.takes(lease, at)
        for one in answers:
            if one.position <= QUESTIONS:
                place = one.position, lease, one.seq
                self.rows.setdefault(place, (one.text, at, not in_time))
        told = {}
        for one in sorted(answers, key=lambda one: one.seq):
            row = self.rows.get((one.position, lease, one.seq))
            if row is not None and not row[2]:
                told[one.position] = one.seq
        if lease != self.lease:
            return Outcome.DISPLACED, told
        return (Outcome.SAVED if in_time else Outcome.CLOSED), told

    def counted(self):
        """Return the answer that counts for each slot: in time, of the newest lease and seq."""
        in_time = sorted(place for place, row in self.rows.items() if not row[2])
        return {place[0]: self.rows[place][0] for place in in_time}


class Play:
    """One attempt and its model, taken through a schedule; `acknowledged` holds each receipt."""

    def __init__(self, round_, noon):
        enrolment = factories.enrolment(round_.contest)
        self.attempt = attempting.start(round_, enrolment, enrolment.account, client=HERE, at=noon)
        self.actor, self.id, self.began = enrolment.account, self.attempt.id, noon
        self.at, self.model = noon, Model(self.attempt.accepts_until)
        self.tickets = [saving.ticket_of(self.attempt)]
        self.requests, self.acknowledged = [], {}

    def step(self, jump, act):
        how, much = jump
        base = self.at if how == "by" else self.model.until + GRACE
        self.at = base + timedelta(milliseconds=much)
        name, *told = act
        getattr(self, name)(*told)

    def save(self, tab, answers):
        self._send(self.tickets[tab % len(self.tickets)], answers)
        self.requests.append((self.tickets[tab % len(self.tickets)], answers))

    def again(self, number):
        if self.requests:
            self._send(*self.requests[number % len(self.requests)])

    def _send(self, ticket, answers):
        said = saving.save(ticket, answers, at=self.at)

        outcome, told = self.model.save(ticket.lease_no, answers, self.at)
        assert said.outcome is outcome
        assert {place: seq for place, (seq, _) in said.receipts.items()} == told
        for place, (seq, receipt) in said.receipts.items():
            key = place, ticket.lease_no, seq
            # Sent again it is the same receipt, whatever happened between.
            assert self.acknowledged.setdefault(key, receipt) == receipt

    def take_over(self):
        runs = self.model.takes(self.model.lease, self.at)
        if not runs:
            with pytest.raises(AttemptClosed):
                attempting.take_over(self.attempt, self.actor, session="khác", at=self.at)
            return
        attempting.take_over(self.attempt, self.actor, session="khác", at=self.at)
        self.model.lease += 1
        self.tickets.append(saving.ticket_of(self.attempt))

    def move(self, seconds):
        """Give time, or take it, as pauses and grants do: only what is not handed in moves."""
        if self.model.closed_at is None:
            self.model.until += timedelta(seconds=seconds)
            with atomic():
                self.attempt.accepts_until = self.model.until

    def hand_in(self, tab):
        lease = self.tickets[tab % len(self.tickets)].lease_no
        closed = closing.hand_in(self.id, lease_no=lease, at=self.at)

        assert closed.is_ours == (self.model.closed_at is not None or lease == self.model.lease)
        if closed.is_ours:
            self._close()

    def expire(self):
        attempting.expire_due(at=self.at)
        if self.at >= self.model.until + GRACE:
            self._close()

    def _close(self):
        if self.model.closed_at is None:
            self.model.closed_at = max(self.began, min(self.at, self.model.until))

    def check(self):
        db.session.rollback()
        stored = db.session.scalars(select(Response).where(Response.attempt_id == self.id)).all()
        rows = {(one.position, one.lease_no, one.seq): one for one in stored}
        assert {
            place: (one.answer, one.received_at, one.is_late) for place, one in rows.items()
        } == self.model.rows
        for place, receipt in self.acknowledged.items():
            one = rows[place]
            made = saving.receipt_of(self.id, *place, one.answer, one.received_at, key=one.key_id)
            assert (one.receipt, made, one.is_late) == (receipt, receipt, False)
        newest = queries.newest_of(self.id)
        given = {place: one.given.answer for place, one in newest.items() if one.given}
        assert given == self.model.counted()
        right = sum(answer == "b" for answer in given.values())
        attempt = self.attempt
        assert (attempt.submitted_at, attempt.lease_no) == (self.model.closed_at, self.model.lease)
        assert (attempt.score, attempt.correct) == (
            (None, None) if attempt.submitted_at is None else (right * 1_000_000, right)
        )


@settings(
    max_examples=cases(200, 20_000),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(schedule=SCHEDULES)
def play_any(round_, noon, schedule):
    play = Play(round_, noon)
    play.check()
    for jump, act in schedule:
        play.step(jump, act)
        play.check()
    play.at = play.model.until + timedelta(hours=1)
    play.expire()
    play.check()


def test_whatever_comes_in_whatever_order_the_table_is_what_the_protocol_promises(app, noon):
    round_ = factories.round_(opens_at=noon)
    beside = Play(round_, noon)
    beside.model.until += timedelta(days=30)
    with atomic():
        beside.attempt.accepts_until = beside.model.until
    beside.save(0, [Answer(1, 1, "b")])

    play_any(round_, noon)

    # Nothing that anybody sent went into an attempt of somebody else.
    beside.check()
    assert verifying.verify(round_.contest).faults == []

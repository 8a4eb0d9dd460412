"""F-13: handing in around the deadline, by person and by clock, and by many at once."""

import threading
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import func, select

from accounts.models import Account, AuditEntry
from contest import attempting, closing, queries, saving, verifying
from contest.attempting import Client
from contest.models import Attempt, Enrolment, Seat, Slot, SlotKind, Standing
from contest.saving import Answer
from core import ids
from core.db import atomic, db
from tests import factories
from tests.faults.running import cases

MANY = 1000
SECOND, MOMENT = timedelta(seconds=1), timedelta(milliseconds=1)
GRACE = timedelta(seconds=5)
# Beside the deadline, and whether an answer that comes then still counts.
MOMENTS = [
    pytest.param(-SECOND, True, id="a second before"),
    pytest.param(timedelta(0), True, id="on the deadline"),
    pytest.param(SECOND, True, id="a second after"),
    pytest.param(GRACE - MOMENT, True, id="last moment of the grace"),
    pytest.param(GRACE, False, id="end of the grace"),
    pytest.param(GRACE + SECOND, False, id="a second after the grace"),
]


@pytest.fixture
def attempt(app, noon):
    round_ = factories.round_(opens_at=noon)
    enrolment = factories.enrolment(round_.contest)
    here = Client("phiên 1", "phone")
    return attempting.start(round_, enrolment, enrolment.account, client=here, at=noon)


def submissions():
    db.session.rollback()
    written = select(func.count()).where(AuditEntry.action == "attempt.submitted")
    return db.session.scalar(written)


def told(attempt):
    """Everything that handing in writes into an attempt, and the standings that follow."""
    db.session.rollback()
    placed = db.session.scalars(
        select(Standing).where(Standing.enrolment_id == attempt.enrolment_id).order_by(Standing.id)
    )
    names = [column.name for column in Attempt.__table__.columns]
    return {name: getattr(attempt, name) for name in names} | {
        "marks": [slot.mark for slot in attempt.slots],
        "placed": [(one.id, one.audience, one.sort_key, one.attempts) for one in placed],
    }


def at_once(app, *acts):
    """Do each act in a thread of its own, all from the same moment."""
    gate, faults = threading.Barrier(len(acts)), []

    def run(act):
        with app.app_context():
            gate.wait()
            try:
                act()
            except Exception as fault:  # noqa: BLE001 -- told to the test, which fails
                faults.append(fault)
            finally:
                db.session.remove()

    db.session.rollback()
    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    db.session.rollback()
    assert faults == []


@pytest.mark.parametrize(("after", "counts"), MOMENTS)
def test_what_is_left_to_send_counts_with_the_hand_in_until_the_grace_is_over(
    attempt, noon, after, counts
):
    ticket = saving.ticket_of(attempt)
    saving.save(ticket, [Answer(1, 1, "b")], at=noon)
    until, at = attempt.accepts_until, attempt.accepts_until + after

    saving.save(ticket, [Answer(1, 2, "a"), Answer(2, 1, "b"), Answer(3, 1, "b")], at=at)
    closing.hand_in(attempt.id, lease_no=1, at=at)

    db.session.rollback()
    assert (attempt.submitted_at, attempt.submitted_by) == (min(at, until), "person")
    assert attempt.correct == (2 if counts else 1)
    assert attempt.duration_ms == (min(at, until) - noon) / MOMENT
    assert verifying.verify(attempt.round.contest).faults == []


@pytest.mark.parametrize(("after", "still_runs"), MOMENTS)
def test_the_clock_closes_as_soon_as_the_grace_is_over_and_not_before(
    attempt, noon, after, still_runs
):
    saving.save(saving.ticket_of(attempt), [Answer(1, 1, "b")], at=noon)
    until = attempt.accepts_until

    attempting.expire_due(at=until + after)

    db.session.rollback()
    expected = (None, "", None) if still_runs else (until, "clock", 1)
    assert (attempt.submitted_at, attempt.submitted_by, attempt.correct) == expected
    assert submissions() == (not still_runs)


@pytest.mark.parametrize(("after", "still_runs"), MOMENTS)
def test_closing_again_by_whomever_changes_nothing(attempt, noon, after, still_runs):
    ticket = saving.ticket_of(attempt)
    saving.save(ticket, [Answer(1, 1, "b")], at=noon)
    at = attempt.accepts_until + after
    closing.hand_in(attempt.id, lease_no=1, at=at)
    before = told(attempt)

    closing.hand_in(attempt.id, lease_no=1, at=at + SECOND)
    attempting.submit(attempt, attempt.enrolment.account, at=at + SECOND)
    attempting.submit(attempt, None, at=at + GRACE)
    attempting.expire_due(at=at + timedelta(hours=1))
    saved = saving.save(ticket, [Answer(1, 2, "a")], at=at)

    assert saved.outcome is saving.Outcome.CLOSED
    assert told(attempt) == before
    assert submissions() == 1
    assert queries.newest_of(attempt.id)[1].given.answer == "b"


@pytest.mark.parametrize("seed", range(cases(4, 280)))
def test_whoever_comes_when_beside_the_deadline_is_counted_or_not_by_it_alone(attempt, noon, seed):
    rng, ticket, until = Random(seed), saving.ticket_of(attempt), attempt.accepts_until
    edges = [timedelta(0), GRACE, GRACE - MOMENT, rng.uniform(-2, 8) * SECOND]
    comes = sorted(until + rng.choice(edges) + rng.choice([-1, 0, 0, 1]) * MOMENT for _ in range(9))
    counted, closed = {}, None

    for seq, at in enumerate(comes, start=1):
        act = rng.choice(["save", "save", "save", "hand in", "clock", "clock"])
        if act == "save":
            place, answer = rng.randint(1, 3), rng.choice("abc")
            saving.save(ticket, [Answer(place, seq, answer)], at=at)
            if closed is None and at < until + GRACE:
                counted[place] = answer
        elif act == "hand in":
            closing.hand_in(attempt.id, lease_no=1, at=at)
            closed = closed or (min(at, until), "person")
        else:
            attempting.expire_due(at=at)
            closed = closed or ((until, "clock") if at >= until + GRACE else None)
    attempting.expire_due(at=until + timedelta(hours=1))

    db.session.rollback()
    assert (attempt.submitted_at, attempt.submitted_by) == (closed or (until, "clock"))
    newest = queries.newest_of(attempt.id)
    assert {place: one.given.answer for place, one in newest.items() if one.given} == counted
    assert attempt.correct == list(counted.values()).count("b")
    assert submissions() == 1
    assert verifying.verify(attempt.round.contest).faults == []


def test_a_person_and_the_clock_at_the_same_moment_close_it_once(app, attempt):
    number, at = attempt.id, attempt.accepts_until + GRACE
    until = attempt.accepts_until

    at_once(
        app,
        lambda: closing.hand_in(number, lease_no=1, at=at),
        lambda: attempting.expire_due(at=at),
        lambda: closing.hand_in(number, lease_no=1, at=at),
    )

    assert attempt.submitted_at == until
    assert submissions() == 1
    assert verifying.verify(attempt.round.contest).faults == []


@atomic()
def multiplied(attempt, number):
    """Add attempts like this one, each of a person of their own, and return all their ids."""
    round_ = attempt.round
    accounts = [
        Account(
            public_id=ids.public_id(), full_name="Lê Thị Hoa", sort_key=f"{one:05}",
            search_text="le thi hoa", created_at=attempt.started_at,
        )
        for one in range(number)
    ]  # fmt: skip
    db.session.add_all(accounts)
    db.session.flush()
    entered = [
        Enrolment(
            public_id=ids.public_id(), contest_id=round_.contest_id, account_id=one.id,
            number=one.id, enrolled_at=attempt.started_at,
        )
        for one in accounts
    ]  # fmt: skip
    db.session.add_all(entered)
    db.session.flush()
    papers = [(slot.version_id, slot.option_order) for slot in attempt.slots]
    seats = [
        Seat(sitting_id=round_.sittings[0].id, round_id=round_.id, enrolment_id=one.id)
        for one in entered
    ]
    db.session.add_all(seats)
    db.session.flush()
    made = [
        Attempt(
            public_id=ids.public_id(), seat_id=seat.id, round_id=round_.id, number=1,
            enrolment_id=seat.enrolment_id, started_at=attempt.started_at, asked=len(papers),
            accepts_until=attempt.accepts_until,
            slots=[
                Slot(position=place, kind=SlotKind.ITEM, version_id=version, option_order=order)
                for place, (version, order) in enumerate(papers, start=1)
            ],
        )
        for seat in seats
    ]  # fmt: skip
    db.session.add_all(made)
    db.session.flush()
    return [attempt.id, *(one.id for one in made)]


def test_a_thousand_overdue_attempts_are_closed_by_three_at_once_each_once(app, attempt):
    everybody = multiplied(attempt, MANY - 1)
    contest, until = attempt.round.contest, attempt.accepts_until
    at = until + GRACE

    def close_all():
        while attempting.expire_due(at=at):
            pass

    at_once(app, close_all, close_all, close_all)

    closed = db.session.execute(
        select(Attempt.submitted_at, Attempt.submitted_by, func.count())
        .where(Attempt.id.in_(everybody))
        .group_by(Attempt.submitted_at, Attempt.submitted_by)
    ).all()
    assert [tuple(one) for one in closed] == [(until, "clock", MANY)]
    targets = select(func.count(AuditEntry.target.distinct())).where(
        AuditEntry.action == "attempt.submitted"
    )
    assert (submissions(), db.session.scalar(targets)) == (MANY, MANY)
    assert db.session.scalar(select(func.count()).select_from(Standing)) == 2 * MANY
    assert verifying.verify(contest).faults == []

"""Starting a prepared paper: one attempt whatever happens, in a few statements."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import current_app
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from accounts import consenting
from accounts.models import AuditEntry
from accounts.rules.authorizing import Role
from accounts.rules.consents import Purpose
from contest import attempting, beginning, prepared_queries, preparing
from contest.attempting import Client
from contest.beginning import Wish
from contest.errors import CannotStart, ConsentWithdrawn, Excluded
from contest.models import Attempt, Incident, PreparedPaper, Seat, Slot
from contest.rules import admitting
from contest.rules.timing import Clock
from core.db import atomic, db, writing
from core.errors import DomainError
from tests import factories
from tests.contest.starting import ready, who

START_STATEMENTS = 8


@pytest.fixture
def round_(app, noon):
    return factories.round_(opens_at=noon)


@pytest.fixture
def enrolment(round_, noon):
    return factories.enrolment(round_.contest)


def attempts():
    db.session.rollback()
    return db.session.scalars(select(Attempt)).all()


def count(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


def test_start_copies_the_paper_and_marks_it_used(round_, enrolment, noon):
    ready(round_, noon)
    paper = db.session.scalar(select(PreparedPaper))
    before = (paper.public_id, paper.digest)

    started = beginning.start(who(enrolment), at=noon)

    (attempt,) = attempts()
    rows = prepared_queries.rows_of(paper.id, attempt.id)
    assert (attempt.public_id, preparing.digest_of(rows)) == before
    assert (started.attempt_id, started.is_running, started.is_mine) == (attempt.id, True, True)
    assert (attempt.number, attempt.lease_no, attempt.holder) == (1, 1, "phiên 1")
    assert (attempt.asked, attempt.grace_seconds, attempt.device) == (3, 5, "computer")
    assert attempt.accepts_until == started.accepts_until == noon + timedelta(minutes=15)
    assert db.session.scalar(select(PreparedPaper.used_at)) == noon


def test_start_is_told_in_the_trail_with_the_digest_of_the_paper(round_, enrolment, noon):
    ready(round_, noon)
    digest = db.session.scalar(select(PreparedPaper.digest))

    beginning.start(who(enrolment), at=noon)

    entry = db.session.scalar(select(AuditEntry).where(AuditEntry.action == "attempt.started"))
    assert (entry.actor_id, entry.log) == (enrolment.account_id, round_.contest.log)
    assert digest in entry.record


def test_start_takes_no_more_statements_than_promised(round_, enrolment, noon, queries):
    ready(round_, noon)
    asker = who(enrolment)
    queries.clear()

    beginning.start(asker, at=noon)

    sent = [one for one in queries if not one.startswith(("SAVEPOINT", "RELEASE"))]
    assert len(sent) <= START_STATEMENTS


@pytest.mark.parametrize("questions", [3, 6])
def test_ordinary_start_takes_no_more_statements_than_promised(app, noon, queries, questions):
    bank = factories.bank()
    for number in range(1, 10):
        factories.item(bank, number=number)
    round_ = factories.round_(opens_at=noon, blueprint=factories.blueprint(bank, count=questions))
    factories.incident(round_.sittings[0], begins_at=noon, ends_at=noon, seconds=9, kind="credit")
    client = Client("phiên")
    # The first start of all reads the blueprint and the questions; they are kept for a while.
    for _ in range(40):
        first = factories.enrolment(round_.contest)
        attempting.start(round_, first, first.account, client=client, at=noon)
    enrolment = factories.enrolment(round_.contest)
    account = enrolment.account
    assert (round_.contest.id, account.id, enrolment.id) != (0, 0, 0)
    queries.clear()

    attempt = attempting.start(round_, enrolment, account, client=client, at=noon)

    assert len(queries) <= START_STATEMENTS
    assert attempt.asked == questions


def test_double_click_gives_the_same_attempt(round_, enrolment, noon):
    ready(round_, noon)
    first = beginning.start(who(enrolment), at=noon)

    second = beginning.start(who(enrolment), at=noon + timedelta(seconds=1))

    assert second == first
    assert (count(Attempt), count(Slot)) == (1, 3)
    assert count(AuditEntry) == 3


def test_second_device_gets_the_same_attempt_without_the_right_to_write(round_, enrolment, noon):
    ready(round_, noon)
    first = beginning.start(who(enrolment), at=noon)

    second = beginning.start(who(enrolment, "phiên 2"), at=noon + timedelta(seconds=1))

    assert (second.attempt_id, second.is_mine, second.key) == (first.attempt_id, False, "")
    assert [one.holder for one in attempts()] == ["phiên 1"]


def test_starts_at_the_same_moment_make_one_attempt(app, round_, enrolment, noon):
    ready(round_, noon)
    askers = [who(enrolment, f"phiên {n % 3}") for n in range(12)]
    found, faults = [], []

    def run(asker):
        with app.app_context():
            try:
                found.append(beginning.start(asker, at=noon).attempt_id)
            except Exception as fault:  # noqa: BLE001 -- all are compared below
                faults.append(fault)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(asker,)) for asker in askers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert len(set(found)) == 1
    assert (count(Attempt), count(Slot)) == (1, 3)


def test_paper_begun_in_the_ordinary_way_is_not_begun_again(round_, enrolment, noon):
    ready(round_, noon)
    client = Client("phiên 1")
    ordinary = attempting.start(round_, enrolment, enrolment.account, client=client, at=noon)

    started = beginning.start(who(enrolment), at=noon + timedelta(seconds=1))

    assert (started.attempt_id, started.is_mine) == (ordinary.id, True)
    assert count(Attempt) == 1


def test_start_after_handing_in_gives_the_closed_attempt(round_, enrolment, noon):
    ready(round_, noon)
    first = beginning.start(who(enrolment), at=noon)
    attempt = db.session.get(Attempt, first.attempt_id)
    attempting.submit(attempt, enrolment.account, at=noon + timedelta(minutes=1))

    again = beginning.start(who(enrolment), at=noon + timedelta(minutes=2))

    assert (again.attempt_id, again.is_running, again.key) == (first.attempt_id, False, "")


def refused(enrolment, at):
    with pytest.raises(CannotStart) as found:
        beginning.start(who(enrolment), at=at)
    assert count(Attempt) == 0
    return found.value.message


def test_start_before_the_hour_is_refused_with_the_moment(round_, enrolment, noon):
    ready(round_, noon)

    assert refused(enrolment, noon - timedelta(milliseconds=1)) == "It opens at %(moment)s."


def test_start_after_the_last_moment_to_come_is_refused(round_, enrolment, noon):
    with atomic():
        round_.sittings[0].late_minutes = 10
    ready(round_, noon)

    said = refused(enrolment, noon + timedelta(minutes=10))

    assert said == "The last moment to start was %(moment)s."
    assert beginning.start(who(enrolment), at=noon + timedelta(minutes=9)).is_running


def test_start_at_a_place_that_was_withdrawn_is_refused_in_both_ways(round_, enrolment, noon):
    ready(round_, noon)
    with atomic():
        db.session.scalars(select(Seat)).one().voided_at = noon

    said = refused(enrolment, noon)
    with pytest.raises(CannotStart) as ordinary:
        attempting.start(round_, enrolment, enrolment.account, client=Client("phiên"), at=noon)

    assert said == ordinary.value.message == admitting.VOIDED.message


def test_who_was_let_in_by_a_proctor_starts_after_the_last_moment(round_, enrolment, noon):
    with atomic():
        round_.sittings[0].late_minutes = 10
    ready(round_, noon)
    with atomic():
        db.session.scalars(select(Seat)).one().admitted_at = noon

    assert beginning.start(who(enrolment), at=noon + timedelta(minutes=30)).is_running


def test_start_of_the_disqualified_is_refused(round_, enrolment, noon):
    ready(round_, noon)
    with atomic():
        enrolment.disqualified_at = noon

    assert refused(enrolment, noon) == "Taking part in this contest was withdrawn."


def test_start_after_all_attempts_of_the_contest_is_refused(round_, enrolment, noon):
    other = factories.round_(opens_at=noon - timedelta(days=1), contest=round_.contest, number=2)
    client = Client("phiên 1")
    ready(round_, noon)
    done = attempting.start(other, enrolment, enrolment.account, client=client, at=noon)
    attempting.submit(done, enrolment.account, at=noon)
    with atomic():
        round_.contest.max_attempts = 1

    with pytest.raises(CannotStart, match="allowed in this contest"):
        beginning.start(who(enrolment), at=noon)


def test_start_of_who_got_a_role_or_took_the_consent_back_is_refused(round_, enrolment, noon):
    ready(round_, noon)
    given = consenting.give(
        enrolment.account, Purpose.TAKE_PART, "Chấm thi", at=noon, subject=round_.contest.log
    )
    other = factories.enrolment(round_.contest)
    ready(round_, noon)
    with atomic():
        factories.grant(other.account, Role.ADMIN).valid_from = noon
    consenting.withdraw(enrolment.account, given, at=noon)

    with pytest.raises(ConsentWithdrawn):
        beginning.start(who(enrolment), at=noon)
    with pytest.raises(Excluded):
        beginning.start(who(other), at=noon + timedelta(minutes=1))

    assert count(Attempt) == 0


def test_start_without_a_prepared_paper_is_refused(round_, enrolment, noon):
    factories.seat(round_.sittings[0], enrolment)

    assert refused(enrolment, noon) == "No paper is prepared for this seat."


MINUTES = st.integers(0, 90)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    fixed=st.booleans(),
    limit=st.integers(5, 90),
    late=st.none() | st.integers(0, 60),
    percent=st.sampled_from([0, 25, 50]),
    extra=MINUTES,
    delay=st.integers(0, 20),
    pause=st.none() | st.tuples(MINUTES, MINUTES),
    credit=st.none() | MINUTES,
    after=MINUTES,
)
def test_moment_written_down_is_the_one_that_timing_says(
    hours_round, fixed, limit, late, percent, extra, delay, pause, credit, after
):
    round_, enrolment, noon = hours_round
    set_up(round_, enrolment, noon, (fixed, limit, late, percent, extra, delay, pause, credit))
    at = noon + timedelta(minutes=after)

    bare, ordinary = both_ways(round_, enrolment, at)

    assert bare == ordinary


@pytest.fixture
def hours_round(round_, enrolment, noon):
    ready(round_, noon)
    return round_, enrolment, noon


def set_up(round_, enrolment, noon, told):
    fixed, limit, late, percent, extra, delay, pause, credit = told
    sitting = round_.sittings[0]
    with atomic():
        for old in db.session.scalars(select(Incident)):
            db.session.delete(old)
        round_.minutes = limit
        sitting.clock = Clock.FIXED if fixed else Clock.OWN
        sitting.closes_at = noon + timedelta(minutes=60)
        sitting.late_minutes = late
        enrolment.extra_percent, enrolment.extra_seconds = percent, 60 * extra
        enrolment.delay_seconds = 60 * delay
    if pause is not None:
        begins = noon + timedelta(minutes=pause[0])
        ends = begins + timedelta(minutes=pause[1])
        factories.incident(sitting, begins_at=begins, ends_at=ends)
    if credit is not None:
        moment = noon + timedelta(minutes=credit)
        factories.incident(sitting, begins_at=moment, ends_at=moment, seconds=300, kind="credit")


def both_ways(round_, enrolment, at):
    """Return what a bare start and an ordinary one write down or refuse; both are undone."""
    found = []
    asker = who(enrolment)

    def barely():
        wish = Wish(asker, at)
        begun = beginning.start_all(db.session.connection(), [wish])[wish]
        if isinstance(begun, DomainError):
            raise begun
        return begun.accepts_until

    for start in (
        barely,
        lambda: (
            attempting.start(
                round_, enrolment, enrolment.account, client=Client("phiên"), at=at
            ).accepts_until
        ),
    ):
        try:
            with atomic():
                found.append(start())
                raise InterruptedError
        except InterruptedError:
            pass
        except CannotStart as refusal:
            found.append((refusal.message, refusal.details))
    return found


def test_many_start_by_as_many_statements_as_one_and_each_is_told_their_own(round_, noon, queries):
    entered = [factories.enrolment(round_.contest) for _ in range(6)]
    ready(round_, noon)
    consent = consenting.give(
        entered[3].account, Purpose.TAKE_PART, "Chấm thi", at=noon, subject=round_.contest.log
    )
    consenting.withdraw(entered[3].account, consent, at=noon)
    with atomic():
        factories.grant(entered[4].account, Role.ADMIN).valid_from = noon
    askers = [who(one, f"phiên {number}") for number, one in enumerate(entered)]
    wishes = [Wish(one, noon) for one in askers[:5]]
    twice = Wish(replace(askers[0], session="máy khác"), noon)
    early = Wish(askers[5], noon - timedelta(minutes=5))
    queries.clear()

    with writing() as connection:
        told = beginning.start_all(connection, [*wishes, twice, early], passing=True)

    sent = [one for one in queries if not one.startswith(("SAVEPOINT", "RELEASE"))]
    assert len(sent) <= START_STATEMENTS
    assert twice not in told
    rows = {one.holder: one for one in attempts()}
    assert {told[one].attempt_id for one in wishes[:3]} == {one.id for one in rows.values()}
    assert [rows[f"phiên {n}"].id for n in range(3)] == [told[n].attempt_id for n in wishes[:3]]
    assert [type(told[one]) for one in (*wishes[3:], early)] == [
        ConsentWithdrawn,
        Excluded,
        CannotStart,
    ]
    assert count(Slot) == 9


def test_who_starts_with_others_on_two_devices_gets_one_attempt(round_, enrolment, noon):
    ready(round_, noon)
    asker = who(enrolment)
    found = []

    def go(session):
        with round_app.app_context():
            found.append(beginning.start(replace(asker, session=session), at=noon))

    round_app = current_app._get_current_object()
    threads = [threading.Thread(target=go, args=(f"máy {one}",)) for one in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert len({one.attempt_id for one in found}) == count(Attempt) == 1
    assert sum(one.is_mine for one in found) == 1

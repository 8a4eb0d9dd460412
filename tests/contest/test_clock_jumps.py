"""F-08: the machine's clock jumps while people write, while attempts are closed, over midnight."""

from datetime import UTC, datetime, timedelta

import pytest

from contest import attempting, clocking, jobs, organizing
from contest.attempting import Client
from contest.errors import CannotStart, ClockInDoubt, PeopleWriting
from contest.models import RoundState
from core import clock, clock_watching
from core.clock import SECOND, Timekeeper
from core.clock_rows import ClockStep, MachineClock
from core.clock_watching import Watcher
from core.db import atomic, db
from tests import factories
from tests.core.test_clock import JUMPS, Machine

LIMIT = timedelta(minutes=15)
# 23:50 in Viet Nam: the attempt goes on over midnight.
LATE = datetime(2026, 12, 12, 16, 50, tzinfo=UTC)


@pytest.fixture
def machine(app, monkeypatch, tmp_path):
    """The machine that the application runs on, its clocks in the hands of the test."""
    made = Machine()
    made.wall = int(LATE.timestamp()) * SECOND
    monkeypatch.setattr(clock, "machine", made.keeper(tmp_path))
    clock_watching.forget()
    clock.now()
    yield made
    clock_watching.forget()


def watching(keeper, machine="may-chu-1", **others):
    """Return a watcher that asks no other clock but these: the test's time is none of theirs."""
    return Watcher(keeper, machine=machine, **({"ask_database": lambda _: None} | others))


@pytest.fixture
def watcher(machine):
    return watching(clock.machine)


@pytest.fixture
def round_(machine):
    opens = clock.now() - timedelta(hours=1)
    return factories.round_(opens_at=opens, closes_at=opens + timedelta(days=3))


@pytest.fixture
def attempt(round_):
    person = factories.enrolment(round_.contest)
    client = Client(session="phiên")
    return attempting.start(round_, person, person.account, client=client, at=clock.now())


def expire():
    """Do what the job process does every two seconds."""
    jobs.expire(None)
    db.session.expire_all()


@pytest.mark.parametrize("jump", JUMPS)
def test_jump_while_somebody_writes_neither_closes_nor_extends(machine, attempt, jump):
    machine.go(5 * 60)
    machine.wall += jump * SECOND
    machine.go(9 * 60)

    expire()
    in_time = attempting.is_running(attempt, at=clock.now())
    machine.go(60 + attempt.grace_seconds)
    expire()

    assert in_time
    assert attempt.submitted_at == attempt.started_at + LIMIT


@pytest.mark.parametrize("jump", JUMPS)
def test_jump_while_attempts_are_closed_closes_only_those_that_are_over(machine, round_, jump):
    started = []
    for minutes in (0, 5):
        machine.go(minutes * 60)
        person = factories.enrolment(round_.contest)
        started.append(
            attempting.start(
                round_, person, person.account, client=Client(session="x"), at=clock.now()
            )
        )
    machine.go(10 * 60 + 6)
    machine.wall += jump * SECOND

    expire()

    assert [one.submitted_by for one in started] == ["clock", ""]
    assert started[0].submitted_at == started[0].started_at + LIMIT


@pytest.mark.parametrize("jump", JUMPS)
def test_jump_opens_no_round_early_and_closes_none(machine, jump):
    opens = clock.now() + timedelta(days=2)
    round_ = factories.round_(opens_at=opens, closes_at=opens + timedelta(days=2))
    person = factories.enrolment(round_.contest)
    machine.wall += jump * SECOND

    with pytest.raises(CannotStart):
        attempting.start(round_, person, person.account, client=Client(session="x"), at=clock.now())
    machine.go(2 * 86_400)
    begun = attempting.start(
        round_, person, person.account, client=Client(session="x"), at=clock.now()
    )

    assert begun.started_at == opens


# --- The watcher -------------------------------------------------------------------------------


@pytest.mark.parametrize("jump", [jump for jump in JUMPS if abs(jump) > 1])
def test_step_is_written_down_once_and_shown(machine, watcher, jump):
    watcher.look()
    machine.wall += jump * SECOND

    for _ in range(20):
        machine.go(1)
        watcher.look()

    steps = db.session.query(ClockStep).all()
    faults = [one.faults() for one in clock_watching.machines(at=clock.now())]
    assert [(one.machine, one.offset_ms, one.settled_at) for one in steps] == [
        ("may-chu-1", jump * 1000, None)
    ]
    assert [len(found) for found in faults] == [1]


@pytest.mark.parametrize("jump", [1, -1])
def test_drift_of_a_second_is_followed_and_is_no_step(machine, watcher, jump):
    watcher.look()
    machine.wall += jump * SECOND

    for _ in range(250):
        machine.go(1)
        watcher.look()

    assert db.session.query(ClockStep).count() == 0
    assert clock.machine.offset() == 0


def test_clock_that_comes_back_settles_its_step(machine, watcher):
    machine.wall += 3600 * SECOND
    watcher.look()
    machine.wall -= 3600 * SECOND
    machine.go(11)

    watcher.look()

    step = db.session.query(ClockStep).one()
    assert (step.settled_at is None, step.settled_by) == (False, None)
    assert clock_watching.machines(at=clock.now())[0].faults() == []


def test_second_step_is_told_too(machine, watcher):
    for jump in (60, 3600):
        machine.wall += jump * SECOND
        machine.go(1)
        watcher.look()

    assert [one.offset_ms for one in db.session.query(ClockStep)] == [60_000, 3_660_000]


def test_taking_over_is_done_by_the_watcher_and_leaves_its_entry(machine, watcher):
    admin = factories.account()
    machine.wall += 3600 * SECOND
    watcher.look()
    before = clock.now()

    jumps = clocking.take_over("may-chu-1", admin, reason="Đồng hồ cũ sai", at=clock.now())
    machine.go(11)
    watcher.look()

    assert jumps == 3_600_000
    assert clock.now() - before == timedelta(seconds=3611)
    step = db.session.query(ClockStep).one()
    assert step.settled_by == admin.id
    assert clock_watching.machines(at=clock.now())[0].faults() == []


def test_taking_over_while_people_write_is_refused_until_somebody_answers_for_it(
    machine, watcher, attempt
):
    admin = factories.account()
    machine.wall += 60 * SECOND
    watcher.look()

    with pytest.raises(PeopleWriting) as refused:
        clocking.take_over("may-chu-1", admin, reason="?", at=clock.now())
    clocking.take_over(
        "may-chu-1", admin, reason="Chỉ còn một người", at=clock.now(), despite_writing=True
    )

    assert refused.value.details == {"count": 1}
    assert db.session.query(MachineClock).one().take_over_at is not None


def test_watcher_of_another_machine_leaves_the_order_alone(machine, watcher):
    admin = factories.account()
    machine.wall += 60 * SECOND
    watcher.look()
    clocking.take_over("may-chu-1", admin, reason="Đúng giờ", at=clock.now())
    other = watching(Timekeeper(read=machine.read, boot_id=lambda: "x"), "may-chu-2")

    other.look()

    orders = {one.machine: one.take_over_at for one in db.session.query(MachineClock)}
    assert (orders["may-chu-1"] is None, orders["may-chu-2"]) == (False, None)


# --- Other clocks ------------------------------------------------------------------------------


@pytest.mark.parametrize(("ahead", "count"), [(0.9, 0), (-1.5, 1), (40, 1)])
def test_difference_from_the_database_server_is_warned_of_above_a_second(machine, ahead, count):
    watcher = watching(clock.machine, ask_database=lambda _: round(ahead * SECOND))

    watcher.look()

    (known,) = clock_watching.machines(at=clock.now())
    assert (known.database_ms, len(known.faults())) == (round(ahead * 1000), count)


@pytest.fixture
def draft(round_):
    with atomic():
        round_.state = RoundState.DRAFT
    return round_


@pytest.mark.parametrize("answer", [None, round(1.2 * SECOND), -5 * SECOND])
def test_round_is_not_made_ready_while_the_time_server_is_silent_or_disagrees(
    machine, draft, answer
):
    organizer = factories.account()
    watching(clock.machine, ask_reference=lambda _: answer).look()

    with pytest.raises(ClockInDoubt):
        organizing.make_ready(draft, organizer, at=clock.now(), reference="ntp.lan")
    organizing.make_ready(draft, organizer, at=clock.now(), reference="ntp.lan", despite_clock=True)

    assert draft.state is RoundState.READY


def test_round_is_made_ready_while_the_time_server_agrees(machine, draft):
    watching(clock.machine, ask_reference=lambda _: SECOND // 10).look()

    organizing.make_ready(draft, factories.account(), at=clock.now(), reference="ntp.lan")

    assert draft.state is RoundState.READY


def test_without_a_time_server_none_is_asked(machine, draft):
    organizing.make_ready(draft, factories.account(), at=clock.now())

    assert draft.state is RoundState.READY
    assert clock_watching.doubts(reference="", at=clock.now()) == []


def test_machine_that_has_been_silent_is_not_believed(machine, draft):
    watching(clock.machine, ask_reference=lambda _: 0).look()
    machine.go(clock_watching.SILENT.total_seconds() + 1)

    with pytest.raises(ClockInDoubt):
        organizing.make_ready(draft, factories.account(), at=clock.now(), reference="ntp.lan")

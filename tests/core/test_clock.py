"""Time told by an anchor: a step of the wall clock moves nothing, until somebody says so."""

import itertools
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import FOLLOWS, SECOND, STEP, Reading, Timekeeper

START = 1_796_000_000 * SECOND
DAY = 86_400
# F-08: how far a clock jumps, both ways.
JUMPS = [sign * seconds for seconds in (1, 5, 60, 3600, DAY) for sign in (1, -1)]


class Machine:
    """A machine whose wall clock can be set, and whose other clock cannot."""

    def __init__(self, boot="boot-1"):
        self.wall, self.since, self.boot = START, 500 * SECOND, boot

    def read(self):
        return Reading(self.wall, self.since)

    def go(self, seconds):
        self.wall += round(seconds * SECOND)
        self.since += round(seconds * SECOND)

    def keeper(self, folder):
        return Timekeeper(folder, read=self.read, boot_id=lambda: self.boot)


@pytest.fixture
def machine():
    return Machine()


@pytest.mark.parametrize("jump", JUMPS)
def test_jump_of_the_wall_clock_moves_no_decision(tmp_path, machine, jump):
    keeper = machine.keeper(tmp_path)
    before = keeper.now()

    machine.wall += jump * SECOND
    machine.go(30)

    assert keeper.now() - before == timedelta(seconds=30)


@pytest.mark.parametrize("jump", JUMPS)
def test_process_started_after_a_jump_tells_the_time_before_it(tmp_path, machine, jump):
    before = machine.keeper(tmp_path).now()
    machine.wall += jump * SECOND
    machine.go(10)

    fresh = machine.keeper(tmp_path)

    assert fresh.now() - before == timedelta(seconds=10)


@pytest.mark.parametrize("jump", [jump for jump in JUMPS if abs(jump) > 1])
def test_jump_is_not_followed_however_long_one_waits(tmp_path, machine, jump):
    keeper = machine.keeper(tmp_path)
    before = keeper.now()
    machine.wall += jump * SECOND

    for _ in range(1000):
        machine.go(1)
        keeper.follow()

    assert keeper.now() - before == timedelta(seconds=1000)
    assert keeper.offset() == jump * SECOND


def test_jump_across_midnight_of_viet_nam_leaves_the_day_alone(tmp_path, machine):
    machine.wall = int(datetime(2026, 12, 12, 16, 59, 30, tzinfo=UTC).timestamp()) * SECOND
    keeper = machine.keeper(tmp_path)
    keeper.now()

    machine.wall += 60 * SECOND
    machine.go(29)

    assert keeper.now() == datetime(2026, 12, 12, 16, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("offset", [0.05, 0.4, 0.999, -0.05, -0.4, -0.999])
def test_small_drift_is_followed_little_by_little_and_never_backwards(tmp_path, machine, offset):
    keeper, told = machine.keeper(tmp_path), []
    keeper.now()
    machine.wall += round(offset * SECOND)

    for _ in range(400):
        machine.go(1)
        keeper.follow()
        told.append(keeper.now_ns())

    steps = {after - before for before, after in itertools.pairwise(told)}
    assert keeper.offset() == 0
    assert max(abs(step - SECOND) for step in steps) <= FOLLOWS


def test_watcher_that_starts_late_does_not_make_up_at_once_for_what_it_missed(tmp_path, machine):
    machine.keeper(tmp_path).now()
    machine.go(3600)
    machine.wall += 900_000_000
    keeper = machine.keeper(tmp_path)
    before = keeper.now_ns()

    keeper.follow()

    assert 0 <= keeper.now_ns() - before <= FOLLOWS


def test_every_process_tells_the_same_time(tmp_path, machine):
    one, other = machine.keeper(tmp_path), machine.keeper(tmp_path)
    one.now()
    machine.wall += 77 * SECOND
    machine.go(3)

    assert one.now() == other.now()


def test_taking_over_jumps_in_every_process_and_is_no_step_afterwards(tmp_path, machine):
    one, other = machine.keeper(tmp_path), machine.keeper(tmp_path)
    before = one.now(), other.now()
    machine.wall -= 3600 * SECOND

    jumped = one.take_over()
    machine.go(1)

    after = timedelta(seconds=-3599)
    assert jumped == -3600 * SECOND
    assert (one.now() - before[0], other.now() - before[1]) == (after, after)
    assert one.offset() == 0


def test_new_boot_takes_the_wall_clock(tmp_path, machine):
    machine.keeper(tmp_path).now()
    later = Machine(boot="boot-2")
    later.wall, later.since = START + 7200 * SECOND, 3 * SECOND

    keeper = later.keeper(tmp_path)

    assert keeper.now_ns() == START + 7200 * SECOND


def test_nothing_is_written_before_the_time_is_asked_for(tmp_path, machine):
    keeper = machine.keeper(tmp_path)
    before = list(tmp_path.iterdir())

    keeper.now()

    assert before == []
    assert json.loads((tmp_path / "clock-boot-1.json").read_text()) == {
        "wall": START,
        "boot": 500 * SECOND,
        "era": 0,
    }


def test_folder_that_is_not_there_is_not_made(tmp_path, machine):
    keeper = machine.keeper(tmp_path / "instance")
    before = keeper.now()
    machine.wall += 90 * SECOND
    machine.go(2)

    assert keeper.now() - before == timedelta(seconds=2)
    assert not (tmp_path / "instance").exists()


def test_damaged_file_does_not_stop_the_time(tmp_path, machine):
    keeper = machine.keeper(tmp_path)
    before = keeper.now()
    (tmp_path / "clock-boot-1.json").write_text("{")
    machine.wall += 90 * SECOND
    machine.go(2)

    assert keeper.now() - before == timedelta(seconds=2)


@given(st.lists(st.tuples(st.integers(0, 5_000), st.integers(-3 * DAY, 3 * DAY)), max_size=30))
def test_time_of_a_process_never_goes_back_whatever_the_wall_clock_does(moves):
    machine = Machine()
    keeper, told = machine.keeper(None), []

    for milliseconds, jump in moves:
        machine.go(milliseconds / 1000)
        machine.wall += jump * SECOND
        keeper.follow()
        told.append(keeper.now_ns())

    assert told == sorted(told)


@given(st.integers(-STEP, STEP), st.integers(1, 400))
def test_what_is_followed_is_never_overshot(offset, seconds):
    machine = Machine()
    keeper = machine.keeper(None)
    keeper.now()
    machine.wall += offset

    left = offset
    for _ in range(seconds):
        machine.go(1)
        left = keeper.follow()

    assert abs(left) <= abs(offset)
    assert left * offset >= 0

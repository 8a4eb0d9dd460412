"""Offered loads: when each request is due, and what becomes of those that fail."""

import asyncio
from random import Random

import pytest

from tests.bench.offered import Acts, Arrivals, offer
from tests.bench.takers import kind_of


def moments(seconds=10, **fields):
    return list(Arrivals("x", **fields).moments(Random(1), seconds))


def test_a_count_comes_whole_within_its_time():
    found = moments(count=1000, after=4, lasting=1)

    assert len(found) == 1000
    assert found == sorted(found)
    assert (int(found[0]), int(found[-1])) == (4, 4)


def test_a_rate_comes_by_chance_around_its_mean_and_not_outside_its_time():
    found = moments(rate=300, after=2, lasting=3)

    assert 810 < len(found) < 990
    assert 2 <= found[0] <= found[-1] < 5


def test_nothing_comes_at_no_rate():
    assert moments(rate=0) == []


def test_what_somebody_gives_up_is_counted_and_the_others_go_on():
    done = []

    async def act(number, due):
        assert number != 3, "gave up"
        done.append(number)

    acts = Acts("acts", count=6, act=act)

    late = asyncio.run(offer(1, [acts], seconds=0.01))

    assert (acts.failed, sorted(done), len(late.took)) == (1, [0, 1, 2, 4, 5], 6)
    assert "gave up" in acts.faults[0]


def test_a_fault_of_the_load_itself_is_not_taken_for_one_of_the_server():
    async def act(number, due):
        raise KeyError(number)

    with pytest.raises(ExceptionGroup):
        asyncio.run(offer(1, [Acts("acts", count=1, act=act)], seconds=0.01))


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        (("GET", "/thi/bai/abc"), "attempt page"),
        (("GET", "/thi/bai/abc/ket-qua"), "result"),
        (("PUT", "/thi/bai/abc/nop"), "hand in"),
        (("POST", "/thi/vong/abc"), "start"),
        (("PUT", "/thi/ca/abc/bat-dau"), "start, prepared"),
    ],
)
def test_each_request_has_a_kind(asked, kind):
    assert kind_of(*asked) == kind

"""The steps of a reveal ceremony: from the last upwards, and whole ranks on the podium."""

import pytest

from contest.rules.unveiling import (
    LISTED,
    SceneKind,
    levels_as_ranks,
    podium_order,
    podium_size,
    scene,
    within,
)


@pytest.mark.parametrize(
    ("ranks", "size"),
    [
        ([], 0),
        ([1], 1),
        ([1, 2, 3, 4], 3),
        ([1, 2, 2, 4, 5], 3),
        ([1, 2, 3, 3, 5], 4),
        ([1, 1, 3, 3, 3], 5),
        ([1, 2, 3, 3, 3, 3], 2),
        ([1, 1, 1, 1, 1, 1], 0),
        ([1, 2], 2),
    ],
)
def test_podium_holds_whole_ranks_only(ranks, size):
    assert podium_size(ranks) == size


def test_podium_has_the_first_in_the_middle():
    assert [podium_order(size) for size in (1, 2, 3, 5)] == [
        [0], [1, 0], [1, 0, 2], [3, 1, 0, 2, 4],
    ]  # fmt: skip


def test_first_step_reveals_nobody_and_the_last_one_everybody():
    ranks = [1, 2, 3, 4, 5]

    first, last = scene(ranks, 0), scene(ranks, 5)

    assert (first.kind, first.newest, first.shown) == (SceneKind.OPENING, None, ())
    assert (last.kind, last.newest, last.is_revealed) == (SceneKind.PODIUM, 0, (True,) * 3)


def test_each_step_reveals_the_one_above():
    ranks = list(range(1, 21))

    newest = [scene(ranks, step).newest for step in range(1, 21)]

    assert newest == list(range(19, -1, -1))


def test_list_shows_the_newest_ones_and_nobody_who_is_not_revealed():
    ranks = list(range(1, 31))

    found = scene(ranks, 20)

    assert found.kind is SceneKind.LIST
    assert found.shown == tuple(range(10, 10 + LISTED))


@pytest.mark.parametrize("step", range(1, 8))
def test_nobody_is_revealed_before_those_below(step):
    ranks = [1, 2, 3, 4, 5, 6, 7]

    found = scene(ranks, step)

    told = [at for at, seen in zip(found.shown, found.is_revealed, strict=True) if seen]
    assert min(told) == found.newest == len(ranks) - step


def test_podium_fills_from_the_third_upwards():
    ranks = [1, 2, 3, 4]

    seen = [scene(ranks, step).is_revealed for step in (2, 3, 4)]

    assert seen == [(False, False, True), (True, False, True), (True, True, True)]


@pytest.mark.parametrize(("step", "found"), [(-3, 0), (0, 0), (4, 4), (9, 5)])
def test_step_is_one_that_there_is(step, found):
    assert within(step, 5) == found


def test_levels_of_prizes_are_ranks_without_gaps():
    assert levels_as_ranks([0, 1, 1, 3]) == [1, 2, 2, 3]

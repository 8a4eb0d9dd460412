"""Room on the disk."""

import pytest

from core import space, storage
from core.space import Room, Space

GIGABYTE = 2**30


@pytest.mark.parametrize(
    ("percent", "room"), [(50, Room.ENOUGH), (10, Room.ENOUGH), (9, Room.LOW), (4, Room.SHORT)]
)
def test_room_is_low_under_a_tenth_and_short_under_a_twentieth(percent, room):
    assert Space(percent * GIGABYTE, 100 * GIGABYTE).room is room


def test_ballast_takes_up_its_room_once_and_is_given_up_once(tmp_path):
    assert storage.keep_ballast(tmp_path, 1)
    assert storage.keep_ballast(tmp_path, 1)

    assert (tmp_path / "ballast").stat().st_size == 2**20
    assert [storage.give_up_ballast(tmp_path) for _ in range(2)] == [True, False]
    assert list(tmp_path.iterdir()) == []


def test_no_ballast_is_held_back_where_it_would_make_the_room_low(tmp_path, monkeypatch):
    monkeypatch.setattr(space, "look", lambda folder: Space(11 * 2**20, 100 * 2**20))

    assert space.hold_back(tmp_path, 2) is False
    assert space.hold_back(tmp_path, 1) is True


def test_a_full_disk_gives_up_the_ballast_and_is_told_apart(tmp_path):
    class FullError(Exception):
        sqlite_errorcode = storage.FULL

    storage.keep_ballast(tmp_path, 1)
    storage._face(FullError(), tmp_path)

    assert list(tmp_path.iterdir()) == []
    assert [storage.status_of(fault) for fault in (FullError(), LookupError())] == [507, 503]

"""What is dear to compute is computed once while it is good."""

import threading
from datetime import timedelta

from core.keeping import Kept


def test_get_within_the_time_returns_what_was_made_before(noon):
    kept = Kept(10)
    made = []

    for seconds in (0, 9, 10, 5):
        kept.get(
            "đơn vị", lambda: made.append(1) or len(made), at=noon + timedelta(seconds=seconds)
        )

    # Made at 0, good at 9, stale at 10, and made again for a clock that went back.
    assert len(made) == 3


def test_get_of_another_key_makes_another_value(noon):
    kept = Kept(10)

    found = [kept.get(key, lambda key=key: key.upper(), at=noon) for key in ("a", "b", "a")]

    assert found == ["A", "B", "A"]


def test_get_of_more_keys_than_there_is_room_for_drops_the_oldest(noon):
    kept = Kept(10, most=2)
    made = []

    for key in ("a", "b", "c", "c", "a"):
        kept.get(key, lambda key=key: made.append(key) or key, at=noon)

    assert made == ["a", "b", "c", "a"]


def test_get_by_many_threads_at_once_makes_the_value_once(noon):
    kept = Kept(10)
    made = []
    together = threading.Barrier(8)

    def ask():
        together.wait()
        kept.get("bảng", lambda: made.append(1) or 1, at=noon)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert made == [1]


def test_forget_lets_a_value_be_made_anew(noon):
    kept = Kept(10)
    kept.get("a", lambda: 1, at=noon)

    kept.forget()

    assert kept.get("a", lambda: 2, at=noon) == 2

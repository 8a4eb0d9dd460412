"""Bodies that come slowly hold some threads, and never all of them."""

import io
import threading
from threading import BoundedSemaphore

import pytest

from core.bodies import CHUNK, Guarded, Readers, Rooms
from core.errors import Busy


def made(most, works=None):
    """Return readers, their caller being at work."""
    works = works or BoundedSemaphore(1)
    works.acquire()
    return Readers(most, works)


def guarded(content, most=1):
    readers = made(most)
    return Guarded(io.BytesIO(content), readers, readers)


class Slow:
    """A body of which nothing comes until its connection ends."""

    def __init__(self):
        self.asked, self.ends = threading.Event(), threading.Event()

    def read(self, size):
        self.asked.set()
        self.ends.wait(30)
        return b""


def test_who_comes_beyond_those_that_wait_is_told_to_come_again_until_one_has_ended():
    works, slow = BoundedSemaphore(2), Slow()
    readers = made(1, works)
    works.acquire()
    waits = threading.Thread(target=readers.read, args=(slow, 10))
    waits.start()
    slow.asked.wait(30)

    with pytest.raises(Busy) as told:
        readers.read(io.BytesIO(b"a"), 1)
    slow.ends.set()
    waits.join()

    assert told.value.details["retry_after"] >= 1
    assert readers.read(io.BytesIO(b"a"), 1) == b"a"


def test_a_fault_of_reading_reaches_who_asked_and_leaves_the_place_free():
    class Broken:
        def read(self, size):
            raise LookupError

    readers = made(1)
    for _ in range(2):
        with pytest.raises(LookupError):
            readers.read(Broken(), 1)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7])
def test_a_guarded_body_is_the_body(size):
    content = bytes(one % 251 for one in range(size))
    bodies = [guarded(content) for _ in range(3)] + [guarded(content).begin()]

    assert bodies[0].read() == content
    assert b"".join(iter(lambda: bodies[1].read(1000), b"")) == content
    assert b"".join(iter(lambda: bodies[2].read(CHUNK + 5), b"")) == content
    assert bodies[3].read() == content


def test_a_guarded_body_is_read_by_lines():
    body = guarded("một\nhai\nba".encode())

    lines = [body.readline(), body.readline(2), body.readline(), body.readline(), body.readline()]

    assert lines == ["một\n".encode(), b"ha", b"i\n", b"ba", b""]


def test_a_body_that_nobody_could_read_has_ended_for_whoever_answers():
    for body in (guarded(b"abc", 0), guarded(b"abc", 0).begin()):
        with pytest.raises(Busy):
            body.read()

        assert body.read() == b""


def test_who_waits_for_a_body_leaves_the_place_to_somebody_who_works():
    works, slow = BoundedSemaphore(1), Slow()
    readers = Readers(1, works)

    def wait():
        works.acquire()
        readers.read(slow, 10)
        works.release()

    waits = threading.Thread(target=wait)
    waits.start()
    slow.asked.wait(30)

    assert works.acquire(timeout=30)
    slow.ends.set()
    works.release()
    waits.join(30)
    assert works.acquire(blocking=False)


def test_the_rest_of_a_large_body_is_waited_for_by_others_than_its_beginning():
    works = BoundedSemaphore(1)
    works.acquire()
    body = Guarded(io.BytesIO(b"a" * (CHUNK + 1)), Readers(1, works), Readers(0, works)).begin()

    assert body.read(CHUNK) == b"a" * CHUNK
    with pytest.raises(Busy):
        body.read(1)


def test_pieces_of_files_that_come_slowly_leave_the_places_of_forms_free():
    rooms, slow = Rooms(threads=4, waiting=16), Slow()
    content = b"a" * (CHUNK + 1)

    class Stalled(io.BytesIO):
        """A body whose rest does not come."""

        def read(self, size=-1):
            return super().read(size) if self.tell() < CHUNK else slow.read(size)

    def send():
        with rooms.works:
            rooms.guard(Stalled(content), is_piece=True).read()

    sending = threading.Thread(target=send)
    sending.start()
    slow.asked.wait(30)

    with rooms.works:
        form = rooms.guard(io.BytesIO(content), is_piece=False).read()
    slow.ends.set()
    sending.join(30)

    assert form == content

"""Bodies that come slowly hold some threads, and never all of them."""

import io
import threading

import pytest

from core.bodies import CHUNK, Guarded, Readers
from core.errors import Busy


class Slow:
    """A body of which nothing comes until its connection ends."""

    def __init__(self):
        self.asked, self.ends = threading.Event(), threading.Event()

    def read(self, size):
        self.asked.set()
        self.ends.wait(30)
        return b""


def test_who_comes_beyond_those_that_wait_is_told_to_come_again_until_one_has_ended():
    readers, slow = Readers(1), Slow()
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

    readers = Readers(1)
    for _ in range(2):
        with pytest.raises(LookupError):
            readers.read(Broken(), 1)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7])
def test_a_guarded_body_is_the_body(size):
    content = bytes(one % 251 for one in range(size))
    guarded = [Guarded(io.BytesIO(content), Readers(1)) for _ in range(3)]

    assert guarded[0].read() == content
    assert b"".join(iter(lambda: guarded[1].read(1000), b"")) == content
    assert b"".join(iter(lambda: guarded[2].read(CHUNK + 5), b"")) == content


def test_a_guarded_body_is_read_by_lines():
    body = Guarded(io.BytesIO("một\nhai\nba".encode()), Readers(1))

    lines = [body.readline(), body.readline(2), body.readline(), body.readline(), body.readline()]

    assert lines == ["một\n".encode(), b"ha", b"i\n", b"ba", b""]


def test_a_body_that_nobody_could_read_has_ended_for_whoever_answers():
    body = Guarded(io.BytesIO(b"abc"), Readers(0))

    with pytest.raises(Busy):
        body.read()

    assert body.read() == b""

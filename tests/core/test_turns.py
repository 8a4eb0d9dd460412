"""Turns to write to the embedded database."""

import errno
import multiprocessing
import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from core.turns import is_writing, side_lock

FORKED = multiprocessing.get_context("fork")


def embedded(tmp_path):
    return create_engine(f"sqlite:///{tmp_path}/chungtay.db")


def log_of(tmp_path):
    """Return how many bytes of the database's log may still be the only ones."""
    return (tmp_path / "chungtay.db-wal").stat().st_size


def add(tmp_path):
    """Write a row, and return a connection that holds the log open."""
    connection = sqlite3.connect(tmp_path / "chungtay.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE IF NOT EXISTS kept (row INTEGER)")
    connection.execute("INSERT INTO kept VALUES (1)")
    return connection


def rows(connection):
    return connection.execute("SELECT count(*) FROM kept").fetchone()[0]


def leave_log(tmp_path):
    """Let somebody write who is gone at once, as a process that was killed."""

    def write_and_die():
        _kept = add(tmp_path)
        os._exit(9)

    process = FORKED.Process(target=write_and_die)
    process.start()
    process.join()
    assert log_of(tmp_path) > 0


def handles(tmp_path):
    """Return how many handles of the file beside the database this process has open."""
    found = [one.resolve() for one in Path("/proc/self/fd").iterdir()]
    return found.count(tmp_path.resolve() / "chungtay.db.lock")


def test_threads_that_write_one_after_the_other_share_one_handle_of_the_lock(tmp_path):
    engine = embedded(tmp_path)
    seen = []

    def work():
        with side_lock(engine):
            seen.append(handles(tmp_path))

    for _ in range(20):
        one = threading.Thread(target=work)
        one.start()
        one.join()

    assert seen == [1] * 20
    assert handles(tmp_path) == 1


def test_handles_of_many_who_waited_at_once_are_not_all_kept(tmp_path):
    engine = embedded(tmp_path)
    ready = threading.Barrier(41)
    inside, seen = [], []

    def work():
        ready.wait()
        with side_lock(engine):
            inside.append(1)
            seen.append(len(inside))
            inside.pop()

    with side_lock(engine):
        threads = [threading.Thread(target=work) for _ in range(40)]
        for one in threads:
            one.start()
        ready.wait()
    for one in threads:
        one.join()

    assert seen == [1] * 40
    assert 1 <= handles(tmp_path) <= 8


def test_process_forked_from_one_that_has_written_waits_for_its_lock(tmp_path):
    engine = embedded(tmp_path)
    with side_lock(engine):
        assert handles(tmp_path) == 1
    told, may_go, has_gone = FORKED.Queue(), FORKED.Event(), FORKED.Event()

    def child():
        may_go.wait()
        told.put("child tries")
        with side_lock(engine):
            told.put(has_gone.is_set())

    process = FORKED.Process(target=child)
    process.start()
    with side_lock(engine):
        may_go.set()
        assert told.get(timeout=30) == "child tries"
        # Time to come in, if it could: a child that waits passes however long it takes.
        process.join(0.3)
        has_gone.set()

    assert told.get(timeout=30) is True
    process.join()


@pytest.fixture
def synced(monkeypatch):
    """Note which files are synced, and with how many bytes written again before."""
    done, written, write, sync = [], {}, os.pwrite, os.fdatasync

    def note_write(file, piece, at):
        written[file] = written.get(file, 0) + len(piece)
        return write(file, piece, at)

    def note_sync(file):
        done.append((Path(f"/proc/self/fd/{file}").resolve().name, written.pop(file, 0)))
        sync(file)

    monkeypatch.setattr(os, "pwrite", note_write)
    monkeypatch.setattr(os, "fdatasync", note_sync)
    return done


def test_log_that_was_found_is_written_again_before_a_process_alone_writes(tmp_path, synced):
    leave_log(tmp_path)
    found = (tmp_path / "chungtay.db-wal").read_bytes()

    for _ in range(2):
        with side_lock(embedded(tmp_path)):
            assert synced == [("chungtay.db-wal", len(found))]

    assert (tmp_path / "chungtay.db-wal").read_bytes() == found
    with closing(sqlite3.connect(tmp_path / "chungtay.db")) as reader:
        assert rows(reader) == 1


def test_log_is_let_be_while_another_process_is_there_that_has_written(tmp_path, synced):
    told, may_go = FORKED.Queue(), FORKED.Event()

    def other():
        with side_lock(embedded(tmp_path)):
            kept = add(tmp_path)
        told.put(rows(kept))
        may_go.wait()

    process = FORKED.Process(target=other)
    process.start()
    told.get(timeout=30)

    with side_lock(embedded(tmp_path)):
        assert (log_of(tmp_path) > 0, synced) == (True, [])
    may_go.set()
    process.join()


def test_nothing_is_written_while_the_log_cannot_be_written_again(tmp_path, monkeypatch):
    leave_log(tmp_path)
    engine = embedded(tmp_path)

    def fail(file):
        raise OSError(errno.EIO, "a broken disk")

    def write():
        with side_lock(engine):
            pytest.fail("somebody may write")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fdatasync", fail)
        with pytest.raises(OperationalError, match="a broken disk"):
            write()

    with side_lock(engine):
        assert is_writing()

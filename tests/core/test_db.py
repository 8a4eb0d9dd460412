"""The transaction."""

import multiprocessing
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.exc import DBAPIError

from accounts.models import Account
from core.db import (
    _set_up_postgresql,
    after_commit,
    atomic,
    db,
    lock,
    prepare,
    side_lock,
    writing,
)
from tests import factories


def failures(account_id):
    db.session.rollback()
    return db.session.get_one(Account, account_id).failures


def test_read_modify_write_from_eight_threads_loses_nothing(app):
    account_id = factories.account().id
    faults = []

    @atomic()
    def add_one(account):
        lock(account)
        account.failures += 1

    def work():
        with app.app_context():
            try:
                for _ in range(15):
                    # Read before, as a view does: the activity must not trust what was read.
                    account = db.session.get_one(Account, account_id)
                    add_one(account)
            except DBAPIError as error:
                faults.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert failures(account_id) == 120


def embedded(tmp_path):
    return create_engine(f"sqlite:///{tmp_path}/chungtay.db")


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
    forked = multiprocessing.get_context("fork")
    told, may_go = forked.SimpleQueue(), forked.Event()

    def child():
        may_go.wait()
        told.put("child tries")
        with side_lock(engine):
            told.put("child is in")

    process = forked.Process(target=child)
    process.start()
    with side_lock(engine):
        may_go.set()
        assert told.get() == "child tries"
        # Time to come in, if it could: a child that waits passes however long it takes.
        process.join(0.3)
        told.put("parent goes")
    process.join()

    assert [told.get(), told.get()] == ["parent goes", "child is in"]


def test_a_write_outside_atomic_is_refused(app):
    account = factories.account()
    account.failures = 3

    with pytest.raises(DBAPIError):
        db.session.commit()

    db.session.rollback()
    assert failures(account.id) == 0


def test_an_error_in_the_outer_block_undoes_the_inner(app):
    account = factories.account()

    @atomic()
    def inner():
        account.failures = 7

    @atomic()
    def outer():
        inner()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        outer()

    assert failures(account.id) == 0


def test_after_commit_acts_once_and_only_when_committed(app):
    told = []

    @atomic()
    def act(*, fails):
        after_commit(lambda: told.append(fails))
        if fails:
            raise RuntimeError

    act(fails=False)
    with pytest.raises(RuntimeError):
        act(fails=True)
    act(fails=False)

    assert told == [False, False]


def test_writing_inside_atomic_on_sqlite_is_refused_instead_of_waiting_for_itself(app):
    if db.engine.dialect.name != "sqlite":
        with atomic(), writing() as connection:
            assert connection.execute(select(1)).scalar() == 1
        return

    with pytest.raises(RuntimeError), atomic(), writing():
        pass


def test_moments_come_back_in_utc_with_their_zone(app, noon):
    account = factories.account(created_at=noon)
    db.session.rollback()

    assert db.session.get_one(Account, account.id).created_at == noon


def test_a_naive_moment_is_refused(app, noon):
    with pytest.raises(Exception, match="naive datetime"):
        factories.account(created_at=noon.replace(tzinfo=None))


def test_sqlite_keeps_what_is_committed_through_a_power_cut(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'a.db'}", connect_args={"isolation_level": None})
    prepare(engine)

    with engine.connect() as connection:
        asked = ("journal_mode", "synchronous", "foreign_keys")
        kept = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked]

    engine.dispose()
    assert kept == ["wal", 2, 1]


def test_no_statement_is_compiled_on_a_connection_to_postgresql():
    sent = []
    connection = SimpleNamespace(autocommit=False, execute=sent.append)

    _set_up_postgresql(connection, None)

    assert (sent, connection.autocommit) == (["SET jit TO off"], False)

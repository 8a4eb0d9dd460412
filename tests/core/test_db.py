"""The transaction."""

import threading
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.exc import DBAPIError

from accounts.models import Account
from core.db import _set_up_postgresql, after_commit, atomic, db, lock, prepare, writing
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

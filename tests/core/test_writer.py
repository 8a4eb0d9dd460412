"""Group commit."""

import threading

import pytest
from sqlalchemy import event, insert, select, text
from sqlalchemy.exc import OperationalError

from core import storage, writer
from core.backups import Installation
from core.db import atomic, db


def adding(name):
    def work(connection):
        connection.execute(insert(Installation).values(name=name, value="có"))
        return name

    return work


def kept():
    db.session.rollback()
    return set(db.session.scalars(select(Installation.name).where(Installation.value == "có")))


def together(app, works):
    """Run the works in a thread each; return what each gave or raised."""
    found = [None] * len(works)

    def act(place, work):
        with app.app_context():
            try:
                found[place] = writer.run(work)
            except Exception as fault:  # noqa: BLE001 -- compared by the test
                found[place] = fault

    threads = [threading.Thread(target=act, args=one) for one in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_run_returns_what_the_work_gave_and_keeps_what_it_wrote(app):
    assert writer.run(adding("một")) == "một"
    assert kept() == {"một"}


def test_works_that_wait_together_share_commits(app):
    commits = []

    def note(connection):
        commits.append(connection)

    event.listen(db.engine, "commit", note)
    begun, held = threading.Event(), threading.Event()

    def slow(connection):
        begun.set()
        held.wait(5)
        return "chậm"

    threads = [threading.Thread(target=together, args=(app, [slow]))]
    names = [f"việc {number}" for number in range(40)]
    threads += [threading.Thread(target=together, args=(app, [adding(name)])) for name in names]
    # The others come while it leads: who comes before it would write at once.
    threads[0].start()
    assert begun.wait(5)
    for thread in threads[1:]:
        thread.start()
    if db.engine.dialect.name == "sqlite":
        waiting = writer._writer_of(db.engine).queue
        while len(waiting) < len(names):
            threading.Event().wait(0.005)
    held.set()
    for thread in threads:
        thread.join()
    event.remove(db.engine, "commit", note)

    assert kept() == set(names)
    if db.engine.dialect.name == "sqlite":
        assert len(commits) == 2


def test_a_work_that_fails_is_undone_alone(app):
    def failing(connection):
        connection.execute(insert(Installation).values(name="hỏng", value="có"))
        raise LookupError("hỏng")

    works = [adding(f"việc {number}") for number in range(10)]
    found = together(app, [*works[:5], failing, *works[5:]])

    assert [type(one) for one in found].count(LookupError) == 1
    assert kept() == {f"việc {number}" for number in range(10)}


def test_a_statement_that_is_refused_does_not_hurt_the_next(app):
    writer.run(adding("một"))

    with pytest.raises(Exception, match=r"(?i)unique"):
        writer.run(adding("một"))

    writer.run(adding("hai"))
    assert kept() == {"một", "hai"}


def test_run_within_a_transaction_that_writes_is_refused_instead_of_waiting_for_itself(app):
    if db.engine.dialect.name != "sqlite":
        with atomic():
            assert writer.run(adding("một")) == "một"
        return
    with pytest.raises(RuntimeError), atomic():
        writer.run(adding("một"))


def test_eight_writers_and_eight_transactions_lose_nothing(app):
    names = {f"{kind} {number}" for kind in ("nhóm", "riêng") for number in range(60)}
    faults = []

    def act(kind, numbers):
        with app.app_context():
            try:
                for number in numbers:
                    if kind == "nhóm":
                        writer.run(adding(f"{kind} {number}"))
                        continue
                    with atomic():
                        db.session.add(Installation(name=f"{kind} {number}", value="có"))
            except Exception as fault:  # noqa: BLE001 -- compared by the test
                faults.append(fault)
            finally:
                db.session.remove()

    threads = [
        threading.Thread(target=act, args=(kind, range(start, 60, 4)))
        for kind in ("nhóm", "riêng")
        for start in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert kept() == names


def test_storage_that_fails_ends_the_process(app, monkeypatch):
    ended = []
    monkeypatch.setattr(storage.os, "_exit", ended.append)

    def failing(code):
        def work(connection):
            with storage.driver_of(connection):
                error = connection.dialect.loaded_dbapi.OperationalError("hỏng")
                error.sqlite_errorcode = code
                raise error

        return work

    if db.engine.dialect.name == "sqlite":
        with pytest.raises(OperationalError):
            writer.run(failing(storage.FULL))
        assert ended == []
        with pytest.raises(OperationalError):
            writer.run(failing(10 | (3 << 8)))  # an error while writing
        assert ended == [storage.FAILED]
    else:
        assert writer.run(lambda connection: connection.execute(text("SELECT 1")).scalar()) == 1

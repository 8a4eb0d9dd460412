"""Callers who are served together."""

import threading

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError, OperationalError

from core import gathering, writer
from core.backups import Installation
from core.db import db


def add_all(names):
    """Insert the rows, all or none of them."""
    rows = [{"name": name, "value": "có"} for name in names]
    writer.run(lambda connection: connection.execute(insert(Installation), rows))
    return [f"đã ghi {name}" for name in names]


def kept():
    db.session.rollback()
    return set(db.session.scalars(select(Installation.name).where(Installation.value == "có")))


def waiting_together(app, act, wishes):
    """Have `act` do the wishes, a thread each; the rest come while the first is being done."""
    found, begun, held, seen = {}, threading.Event(), threading.Event(), []

    def slow(wanted):
        seen.append(len(wanted))
        if len(seen) == 1:
            begun.set()
            held.wait(5)
        return act(wanted)

    def ask(wish):
        with app.app_context():
            try:
                found[wish] = gathering.gather(slow, wish)
            except Exception as fault:  # noqa: BLE001 -- compared by the test
                found[wish] = fault

    threads = [threading.Thread(target=ask, args=(wish,)) for wish in wishes]
    threads[0].start()
    assert begun.wait(5)
    for thread in threads[1:]:
        thread.start()
    while len(gathering.queue_of(slow)) < len(wishes) - 1:
        threading.Event().wait(0.005)
    held.set()
    for thread in threads:
        thread.join()
    return found, seen


NAMES = [f"việc {number}" for number in range(10)]


def test_those_who_wait_are_served_at_once_and_each_gets_its_own_answer(app):
    found, seen = waiting_together(app, add_all, NAMES)

    assert found == {name: f"đã ghi {name}" for name in NAMES}
    assert kept() == set(NAMES)
    assert seen == [1, 9]


def test_what_is_refused_is_refused_to_its_asker_alone(app):
    add_all(["việc 4"])

    found, _ = waiting_together(app, add_all, NAMES)

    assert [name for name in NAMES if isinstance(found[name], IntegrityError)] == ["việc 4"]
    assert kept() == set(NAMES)


def test_a_database_that_fails_is_not_asked_again_for_each(app):
    asked = []

    def fail(names):
        asked.append(len(names))
        if len(asked) > 1:
            raise storage_fault()
        return names

    found, _ = waiting_together(app, fail, NAMES)

    assert asked == [1, 9]
    assert sum(isinstance(one, Exception) for one in found.values()) == 9


def storage_fault():
    return OperationalError("", {}, Exception("không nối được"))

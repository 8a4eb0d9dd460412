"""The trail's leaves get their places: some at a time, found without reading what has one."""

import pytest
from sqlalchemy import select

from accounts import auditing
from accounts.models import AuditEntry, AuditTree
from core.db import atomic, db
from tests import factories
from tests.counting import TURNS, counted, heard, plan_of


@pytest.fixture
def admin(app):
    found = factories.account()
    auditing.sequence(at=found.created_at)
    return found


@atomic()
def record(admin, count, log):
    for number in range(count):
        auditing.record(admin, "settings.changed", f"setting:{number}", log=log)


def places(log):
    db.session.rollback()
    chosen = select(AuditEntry.position).where(AuditEntry.log == log).order_by(AuditEntry.id)
    return list(db.session.scalars(chosen))


def test_leaves_are_placed_some_at_a_time_each_in_its_own_log(admin, monkeypatch):
    monkeypatch.setattr(auditing, "TOGETHER", 2)
    record(admin, 3, "contest:a")
    record(admin, 2, "contest:b")

    first = auditing.sequence(at=admin.created_at, limit=4)
    record(admin, 2, "contest:a")
    second = auditing.sequence(at=admin.created_at)

    assert (first, second, auditing.unsequenced(), auditing.is_waiting()) == (4, 3, 0, False)
    assert places("contest:a") == [0, 1, 2, 3, 4]
    assert places("contest:b") == [0, 1]
    assert [auditing.faults(log) for log in ("contest:a", "contest:b")] == [[], []]
    assert db.session.get(AuditTree, "contest:a").size == 5
    assert auditing.sequence(at=admin.created_at) == 0


def test_placing_many_takes_the_statements_of_placing_few(admin):
    sent = []
    for count in (3, 60):
        record(admin, count, "contest:a")
        auditing.sequence(at=admin.created_at)
        record(admin, count, "contest:a")
        db.engine.dispose()
        with heard(db.engine) as statements:
            auditing.sequence(at=admin.created_at)
        # Placing is one statement run for each leaf; the server's driver says it once.
        kinds = [one.split("=")[0][:40] for one in statements]
        sent.append(list(dict.fromkeys(kinds)))
        assert counted(statements)[1] <= 1

    assert sent[0] == sent[1]
    assert len([one for one in sent[0] if not one.startswith(TURNS)]) <= 5


def test_waiting_leaves_are_found_by_an_index_of_their_own(admin):
    record(admin, 3, "contest:a")
    question = "SELECT id, log, leaf FROM audit_entry WHERE position IS NULL ORDER BY id LIMIT 500"

    assert "ix_audit_entry_waiting" in plan_of(question)

"""What a database is sent, so that statements and commits can be counted."""

import contextlib
import itertools

from sqlalchemy import event, text

from core.db import db

TURNS = ("COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@contextlib.contextmanager
def heard(engine):
    """Give what is sent while the block runs, but for the words that begin a transaction."""
    sent = []

    def trace(made, *_):
        made.set_trace_callback(lambda sql: is_ours(sql) and sent.append(sql.strip()))

    def is_ours(sql):
        return not sql.startswith(("PRAGMA", "BEGIN", "--"))

    def note(connection, cursor, statement, *rest):
        sent.append(statement)

    # PostgreSQL's driver tells nobody what it sends: there it is heard as SQLAlchemy gives it on.
    is_embedded = engine.dialect.name == "sqlite"
    what, ear = ("checkout", trace) if is_embedded else ("before_cursor_execute", note)
    event.listen(engine, what, ear)
    try:
        yield sent
    finally:
        event.remove(engine, what, ear)


def counted(sent):
    """Return how many statements there were, and how many commits.

    A statement with many rows is heard once for each of them, and counted once.
    """
    statements = [one for one in sent if not one.startswith(TURNS)]
    heads = [one.partition(" VALUES ")[0] for one in statements]
    again = sum(
        one == before and one.startswith("INSERT") for before, one in itertools.pairwise(heads)
    )
    return len(statements) - again, sum(one.startswith("COMMIT") for one in sent)


def plan_of(question):
    """Return how the database would answer: by an index where there is one, for few rows, too."""
    if db.engine.dialect.name == "sqlite":
        return str(db.session.execute(text(f"EXPLAIN QUERY PLAN {question}")).all())
    db.session.execute(text("SET LOCAL enable_seqscan TO off"))
    return str(db.session.execute(text(f"EXPLAIN {question}")).all())

"""What the embedded database's driver is sent, so that statements and commits can be counted."""

import contextlib
import itertools

from sqlalchemy import event

TURNS = ("COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@contextlib.contextmanager
def heard(engine):
    """Give what is sent while the block runs, but for the words that begin a transaction."""
    sent = []

    def trace(made, *_):
        made.set_trace_callback(lambda sql: is_ours(sql) and sent.append(sql.strip()))

    def is_ours(sql):
        return not sql.startswith(("PRAGMA", "BEGIN", "--"))

    event.listen(engine, "checkout", trace)
    yield sent
    event.remove(engine, "checkout", trace)


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

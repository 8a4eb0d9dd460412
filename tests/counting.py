"""What is sent to a database, counted: statements and commits."""

import contextlib
from dataclasses import dataclass, field

from sqlalchemy import event


@dataclass
class Sent:
    """The statements in order, and how many transactions that wrote were committed."""

    statements: list = field(default_factory=list)
    commits: int = 0

    def clear(self):
        self.statements.clear()
        self.commits = 0


@contextlib.contextmanager
def counted(engine):
    """Give what is sent while the block runs."""
    sent = Sent()

    def note(connection, cursor, statement, *rest):
        sent.statements.append(statement)

    def kept(connection):
        sent.commits += 1

    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "commit", kept)
    yield sent
    event.remove(engine, "before_cursor_execute", note)
    event.remove(engine, "commit", kept)

"""What single requests cost: statements and commits as the driver gets them, and bytes of pages.

`python -m tests.bench.costs` counts on SQLite, a paper of 30 questions and a board of 5,000; each
figure is the least of a few requests, so that what is asked for now and then is not in it.
"""

import re
import sys
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from accounts import authenticating
from app import create_app
from contest import preparing, saving, sitting_queries, unopened
from contest.models import Attempt
from core import assets, clock, schema
from core.db import db
from tests import counting, factories
from tests.bench import contests, crowd
from tests.bench.takers import OURS, ROOM
from tests.faults.clients import FORM

QUESTIONS, STANDING, TIMES = 30, 5000, 4
GZIP = {"Accept-Encoding": "gzip"}


@dataclass(frozen=True)
class Cost:
    """Of one kind of request: statements, commits, and the bytes of its answer."""

    name: str
    statements: int
    commits: int
    plain: int = 0
    packed: int = 0


class Asker:
    """Somebody signed in, and what their requests cost."""

    def __init__(self, app, sent, account):
        self.app, self.client, self.sent = app, app.test_client(), sent
        token = authenticating.open_session(account, is_staff=False, device="Mobi", at=clock.now())
        self.client.set_cookie("sid", token)

    def ask(self, method, path, right=200, **more):
        db.session.rollback()
        self.sent.clear()
        # A context of its own, as every request of a server has.
        with self.app.app_context():
            reply = self.client.open(path, method=method, **more)
        assert reply.status_code == right, f"{method} {path}: {reply.status_code}"
        return reply, counting.counted(self.sent)

    def page(self, path):
        """Return the cost of a page, and how many bytes it has."""
        plain, counted = self.ask("GET", path)
        packed, _ = self.ask("GET", path, headers=GZIP)
        return (*counted, len(plain.data), len(packed.data))


def least(name, costs):
    """Return the least of what the same request cost."""
    return Cost(name, *min(costs))


def application(folder):
    address = f"sqlite:///{folder / 'costs.db'}"
    settings = {
        "TESTING": True,
        "SECRET_KEYS": ("a secret of the bench",),
        "INSTANCE": folder,
        "DATABASE_URL": address,
        "SQLALCHEMY_DATABASE_URI": address,
        "WTF_CSRF_ENABLED": False,
        "RATELIMIT_ENABLED": False,
        "LOG_LEVEL": "WARNING",
    }
    return create_app(settings)


def taken(app, sent, round_):
    """Take the round as one does who comes when they like; return what each request cost."""
    costs = {name: [] for name in ("start", "attempt page", "save", "submit")}
    path = f"/thi/vong/{round_.public_id}"
    for _ in range(TIMES):
        person = factories.enrolment(round_.contest).account
        one = Asker(app, sent, person)
        reply, counted = one.ask("POST", path, 303, data={"honest": "y"}, headers=FORM)
        costs["start"].append(counted)
        attempt = reply.location.rpartition("/")[2]
        costs["attempt page"].append(one.page(f"/thi/bai/{attempt}"))
        found = db.session.query(Attempt).filter_by(public_id=attempt).one()
        told = {"ticket": saving.written(saving.ticket_of(found))}
        for seq in (1, 2):
            answers = [{"slot": 1, "seq": seq, "answer": "b", "elapsed_ms": 900}]
            _, counted = one.ask(
                "PUT", f"/thi/bai/{attempt}/tra-loi", json=told | {"answers": answers}, headers=OURS
            )
            costs["save"].append(counted)
        _, counted = one.ask("PUT", f"/thi/bai/{attempt}/nop", json=told, headers=OURS)
        costs["submit"].append(counted)
    return [least(name, found) for name, found in costs.items()]


def prepared(app, sent):
    """Return what it costs to start a paper prepared beforehand."""
    round_ = factories.round_(blueprint=contests.paper(QUESTIONS, QUESTIONS + 4))
    people = [factories.enrolment(round_.contest).account for _ in range(TIMES)]
    token = round_.sittings[0].public_id
    preparing.order(sitting_queries.sitting_with(token), factories.account(), at=clock.now())
    sitting = sitting_queries.sitting_with(token)
    preparing.prepare(sitting, None, unopened.pages, release=assets.current(), at=clock.now())
    costs = []
    for person in people:
        one = Asker(app, sent, person)
        page, _ = one.ask("GET", f"/thi/ca/{token}/phong-cho")
        ticket = re.search(r'"ticket": ?"([^"]+)"', ROOM.search(page.text)[1])[1]
        _, counted = one.ask(
            "PUT", f"/thi/ca/{token}/bat-dau", json={"ticket": ticket}, headers=OURS
        )
        costs.append(counted)
    return least("start of a prepared paper", costs)


def board(app, sent):
    """Return what a board costs that nobody has asked for, and one that somebody has."""
    path = crowd.standing(STANDING, clock.now())
    one = Asker(app, sent, factories.account())
    one.client.delete_cookie("sid")
    cold = [one.page(f"{path}?after=0.{number}") for number in range(1, 1 + TIMES)]
    warm = [one.page(path) for _ in range(TIMES)]
    return [least("board, cold", cold), least("board, warm", warm)]


def measure(folder):
    """Return what every kind of request costs."""
    app = application(folder)
    with app.app_context():
        schema.upgrade()
        opens = clock.now() - timedelta(hours=1)
        round_ = factories.round_(
            opens_at=opens, blueprint=contests.paper(QUESTIONS, QUESTIONS + 4)
        )
        db.session.rollback()
        with counting.heard(db.engine) as sent:
            costs = [*taken(app, sent, round_), prepared(app, sent), *board(app, sent)]
        db.session.remove()
        db.engine.dispose()
    return costs


def told(folder):
    """Return a line for every kind of request."""
    for one in measure(folder):
        size = f"{one.plain:>8,} B plain {one.packed:>7,} B gzip" if one.plain else ""
        yield f"{one.name:<26}{one.statements:>3} statements {one.commits:>2} commits {size}"


def main():
    with tempfile.TemporaryDirectory(prefix="chungtay-costs-") as folder:
        sys.stdout.writelines(f"{line}\n" for line in told(Path(folder)))


if __name__ == "__main__":
    main()

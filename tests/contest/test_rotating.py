"""F-46: the secret changes and the server starts anew in the middle of a paper of four hours."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from accounts import authenticating
from app import create_app
from contest import saving, verifying
from contest.models import Attempt, Contest, Response
from core import clock
from core.db import db
from tests import factories
from tests.conftest import BASE, OFF, LookingClient

ASKED_BY = {"X-Requested-With": "chungtay"}
OLD, NEW = "bí mật cũ của máy chủ", "bí mật mới của máy chủ"
EIGHT = datetime(2026, 11, 18, 1, 0, tzinfo=UTC)


class Installation:
    """A server that can be started again with other secrets, on the same database."""

    def __init__(self, built, monkeypatch):
        self.settings = {name: built.config[name] for name in BASE} | {
            "INSTANCE": built.config["INSTANCE"],
            "DATABASE_URL": built.config["DATABASE_URL"],
            "SQLALCHEMY_DATABASE_URI": built.config["SQLALCHEMY_DATABASE_URI"],
            "WTF_CSRF_ENABLED": True,
        }
        self.now, self.started = EIGHT, []
        monkeypatch.setattr(clock, "now", lambda: self.now)

    def start(self, *secrets):
        app = create_app(self.settings | {"SECRET_KEYS": secrets})
        app.test_client_class = LookingClient
        with app.app_context():
            if db.engine.dialect.name == "sqlite":
                event.listen(db.engine, "connect", lambda made, _: made.execute(OFF))
        self.started.append(app)
        return app

    def stop(self):
        for app in self.started:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()


class Browser:
    """A browser with its cookies, whichever server it speaks to."""

    def __init__(self, account):
        token = authenticating.open_session(
            account, is_staff=False, device="phép thử", at=clock.now()
        )
        self.cookies = {"sid": token}

    def ask(self, app, method, address, **sent):
        client = app.test_client()
        for name, value in self.cookies.items():
            client.set_cookie(name, value)
        reply = client.open(address, method=method, **sent)
        kept = client.get_cookie("ct")
        if kept is not None:
            self.cookies["ct"] = kept.value
        return reply

    def save(self, app, public_id, ticket, *answers):
        sent = [{"slot": slot, "seq": seq, "answer": text} for slot, seq, text in answers]
        return self.ask(
            app, "PUT", f"/thi/bai/{public_id}/tra-loi",
            json={"ticket": ticket, "answers": sent}, headers=ASKED_BY,
        )  # fmt: skip


def token_in(page):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]


@pytest.fixture
def installation(app, monkeypatch):
    made = Installation(app, monkeypatch)
    yield made
    made.stop()


@pytest.fixture
def paper(app, installation):
    """A round of four hours at eight in the morning."""
    return factories.round_(opens_at=EIGHT, closes_at=EIGHT + timedelta(hours=5), minutes=240)


def begun(browser, app, address):
    form = browser.ask(app, "GET", address)
    reply = browser.ask(
        app, "POST", address, data={"csrf_token": token_in(form.text), "honest": "y"}
    )
    return reply.location.rpartition("/")[2]


def ticket_of(public_id):
    db.session.rollback()
    return saving.written(saving.ticket_of(attempt_of(public_id)))


def attempt_of(public_id):
    return db.session.scalars(select(Attempt).where(Attempt.public_id == public_id)).one()


def test_a_paper_of_four_hours_outlives_a_new_secret_and_a_new_server(app, installation, paper):
    account = factories.enrolment(paper.contest).account
    address, contest_id = f"/thi/vong/{paper.public_id}", paper.contest_id
    before = installation.start(OLD)
    browser = Browser(account)
    public_id = begun(browser, before, address)
    with before.app_context():
        ticket = ticket_of(public_id)
    page = f"/thi/bai/{public_id}"
    first = browser.save(before, public_id, ticket, (1, 1, "b"), (2, 1, "a"))
    form = browser.ask(before, "GET", f"{page}/nop")

    # The machine sleeps for forty minutes, the reader is idle for two hours and more.
    installation.now += timedelta(hours=3, minutes=10)
    after = installation.start(NEW, OLD)
    again = browser.save(after, public_id, ticket, (1, 1, "b"))
    second = browser.save(after, public_id, ticket, (2, 2, "b"))
    looked = browser.ask(after, "GET", page)
    handed = browser.ask(after, "POST", f"{page}/nop", data={"csrf_token": token_in(form.text)})

    assert [one.status_code for one in (first, again, second, looked)] == [200] * 4
    assert again.json["slots"]["1"] == first.json["slots"]["1"]
    assert (handed.status_code, handed.location) == (303, f"{page}/bien-nhan")
    with after.app_context():
        rows = db.session.scalars(select(Response).order_by(Response.position, Response.seq)).all()
        assert [(one.position, one.seq, one.answer) for one in rows] == [
            (1, 1, "b"), (2, 1, "a"), (2, 2, "b"),
        ]  # fmt: skip
        assert rows[0].key_id == rows[1].key_id != rows[2].key_id
        assert (attempt_of(public_id).correct, attempt_of(public_id).submitted_by) == (2, "person")
        assert verifying.verify(db.session.get(Contest, contest_id)).faults == []


def test_a_script_hands_in_with_the_ticket_of_the_old_secret(app, installation, paper):
    account = factories.enrolment(paper.contest).account
    address = f"/thi/vong/{paper.public_id}"
    before = installation.start(OLD)
    browser = Browser(account)
    public_id = begun(browser, before, address)
    with before.app_context():
        ticket = ticket_of(public_id)

    installation.now += timedelta(hours=3, minutes=59)
    after = installation.start(NEW, OLD)
    left = [{"slot": 3, "seq": 1, "answer": "b"}]
    reply = browser.ask(
        after, "PUT", f"/thi/bai/{public_id}/nop",
        json={"ticket": ticket, "answers": left}, headers=ASKED_BY,
    )  # fmt: skip

    assert (reply.status_code, reply.json["receipt"]) == (200, f"/thi/bai/{public_id}/bien-nhan")
    with after.app_context():
        assert attempt_of(public_id).correct == 1


def test_a_form_opened_before_the_new_secret_is_sent_after_it(app, installation, paper):
    account = factories.enrolment(paper.contest).account
    address = f"/thi/vong/{paper.public_id}"
    before = installation.start(OLD)
    browser = Browser(account)
    form = browser.ask(before, "GET", address)

    after = installation.start(NEW, OLD)
    sent = {"csrf_token": token_in(form.text), "honest": "y"}
    reply = browser.ask(after, "POST", address, data=sent)

    assert reply.status_code == 303
    assert reply.location.startswith("/thi/bai/")


def test_a_secret_that_is_kept_no_more_opens_nothing(app, installation, paper):
    account = factories.enrolment(paper.contest).account
    address = f"/thi/vong/{paper.public_id}"
    before = installation.start(OLD)
    browser = Browser(account)
    public_id = begun(browser, before, address)
    with before.app_context():
        ticket = ticket_of(public_id)
    form = browser.ask(before, "GET", f"/thi/bai/{public_id}/nop")

    after = installation.start(NEW)
    saved = browser.save(after, public_id, ticket, (1, 1, "b"))
    sent = {"csrf_token": token_in(form.text)}
    handed = browser.ask(after, "POST", f"/thi/bai/{public_id}/nop", data=sent)

    assert (saved.status_code, handed.status_code) == (401, 400)
    with after.app_context():
        assert attempt_of(public_id).submitted_at is None

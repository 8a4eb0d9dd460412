"""F-14: a thousand starts offered in one second to a real server: one attempt each, none missing.

Every tenth person clicks twice, and every tenth starts on two devices at the same moment.
"""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from accounts.models import Account
from app import create_app
from contest import (
    beginning_edge,
    preparing,
    sitting_queries,
    unopened,
    verifying,
)
from contest.copying import Starter
from contest.models import Attempt, Contest, Enrolment, PreparedPaper, Seat, Slot
from contest.rules.timing import Clock
from core import assets, clock, config, ids, schema
from core.config import ROOT
from core.db import atomic, db
from tests import factories
from tests.browser.serving import free_port, wait_for
from tests.faults.running import cases
from tests.postgresql import server

pytestmark = pytest.mark.slow
PEOPLE = 1000
QUESTIONS = 20
SECONDS = 1.0


@pytest.fixture(params=["sqlite", "postgresql"])
def installed(request, tmp_path):
    """An installation of its own in a folder of its own: its settings."""
    with contextlib.ExitStack() as stack:
        settings = {"INSTANCE": tmp_path}
        if request.param == "postgresql":
            settings["DATABASE_URL"] = stack.enter_context(server()).database("starts")
        config.make_secret(tmp_path)
        app = create_app(settings)
        with app.app_context():
            schema.upgrade()
            yield settings
            db.session.remove()
            db.engine.dispose()


def tell(words):
    sys.stdout.write(f"{words}\n")


def people(contest, sitting):
    """Enter and seat everybody in bulk."""
    now = clock.now()
    with atomic():
        accounts = [
            Account(
                public_id=ids.public_id(),
                full_name=f"Thí sinh {number}",
                sort_key=f"{number:05}",
                search_text=f"thi sinh {number}",
                created_at=now,
            )
            for number in range(PEOPLE)
        ]
        db.session.add_all(accounts)
        db.session.flush()
        entered = [
            Enrolment(
                public_id=ids.public_id(),
                contest_id=contest.id,
                account_id=account.id,
                number=number,
                enrolled_at=now,
            )
            for number, account in enumerate(accounts, start=1)
        ]
        db.session.add_all(entered)
        db.session.flush()
        db.session.add_all(
            Seat(sitting_id=sitting.id, round_id=sitting.round_id, enrolment_id=one.id)
            for one in entered
        )


def ready():
    """Return a sitting that is open, with the prepared papers of everybody."""
    bank = factories.bank()
    for number in range(1, 61):
        factories.item(bank, number=number)
    blueprint = factories.blueprint(bank, count=QUESTIONS)
    round_ = factories.round_(opens_at=clock.now() - timedelta(minutes=1), blueprint=blueprint)
    with atomic():
        round_.sittings[0].clock = Clock.FIXED
    people(round_.contest, round_.sittings[0])
    sitting = sitting_queries.sitting_with(round_.sittings[0].public_id)
    began = time.perf_counter()
    preparing.prepare(sitting, None, unopened.pages, release=assets.current(), at=clock.now())
    tell(f"prepared {PEOPLE} papers in {time.perf_counter() - began:.1f} s")
    return sitting.id, round_.contest_id


def tickets(sitting_id):
    """Return what is sent: a ticket for each start, doubled for some."""
    rows = db.session.execute(
        select(Seat.id, Account.id, Account.public_id)
        .join(Enrolment, Enrolment.id == Seat.enrolment_id)
        .join(Account, Account.id == Enrolment.account_id)
        .where(Seat.sitting_id == sitting_id)
        .order_by(Seat.id)
    ).all()
    until = clock.now() + timedelta(hours=1)

    def ticket(row, session):
        who = Starter(row[0], row[1], row[2], session, "computer")
        return beginning_edge.written(who, language="vi", until=until)

    sent = []
    for number, row in enumerate(rows):
        sent.append((row[0], ticket(row, f"phiên-{number}")))
        if number % 10 == 0:
            sent.append(sent[-1])
        if number % 10 == 5:
            sent.append((row[0], ticket(row, f"máy-{number}")))
    return sent


@contextlib.contextmanager
def serving(settings):
    """Serve the installation by its own server; give the port."""
    port = free_port()
    own = {name: value for name, value in os.environ.items() if not name.startswith("CHUNGTAY_")}
    own |= {f"CHUNGTAY_{name}": str(value) for name, value in settings.items()}
    own |= {"CHUNGTAY_PORT": str(port), "CHUNGTAY_LOG_LEVEL": "ERROR"}
    command = [sys.executable, "-m", "flask", "--app", "app", "core", "serve"]
    process = subprocess.Popen(command, cwd=ROOT, env=own, start_new_session=True)
    try:
        wait_for(f"http://127.0.0.1:{port}/dang-nhap", process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


async def ask(port, seat, ticket, at):
    """Start at the moment `at`; return seat, status, reply and seconds from then on."""
    loop = asyncio.get_running_loop()
    await asyncio.sleep(max(0.0, at - loop.time()))
    body = json.dumps({"ticket": ticket}).encode()
    head = (
        f"PUT /thi/ca/x/bat-dau HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n"
        "Content-Type: application/json\r\nX-Requested-With: chungtay\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head.encode() + body)
    answer = await reader.read()
    writer.close()
    top, _, rest = answer.partition(b"\r\n\r\n")
    return seat, int(top.split()[1]), json.loads(rest), loop.time() - at


async def offer(port, sent):
    """Offer all starts within a second, whatever becomes of those before."""
    first = asyncio.get_running_loop().time() + 0.5
    step = SECONDS / len(sent)
    asked = (ask(port, *one, first + step * number) for number, one in enumerate(sent))
    return await asyncio.gather(*asked)


def one(statement):
    db.session.rollback()
    return db.session.scalar(statement)


@pytest.mark.parametrize("number", range(cases(1, 10)))
def test_thousand_starts_in_a_second_make_one_whole_attempt_each(installed, number):
    sitting_id, contest_id = ready()
    sent = tickets(sitting_id)
    db.session.rollback()

    with serving(installed) as port:
        answers = asyncio.run(offer(port, sent))

    took = sorted(seconds for *_, seconds in answers)
    name = db.engine.dialect.name
    said = ", ".join(f"p{n} {took[len(took) * n // 100] * 1000:.0f} ms" for n in (50, 95, 99))
    tell(f"{name}: {len(sent)} starts offered in {SECONDS} s: {said}")
    attempts = {(seat, body.get("attempt")) for seat, _, body, _ in answers}
    opened = Counter(seat for seat, _, body, _ in answers if body.get("key"))
    assert Counter(status for _, status, *_ in answers) == {200: len(sent)}
    assert len(attempts) == PEOPLE
    assert set(opened) == {seat for seat, _ in sent}
    assert one(select(func.count()).select_from(Attempt)) == PEOPLE
    assert one(select(func.count(Attempt.seat_id.distinct()))) == PEOPLE
    assert one(select(func.count()).select_from(Slot)) == PEOPLE * QUESTIONS
    assert one(select(func.count()).where(PreparedPaper.used_at.is_(None))) == 0
    contest = db.session.get(Contest, contest_id)
    assert preparing.faults(contest) == []
    assert verifying.verify(contest).faults == []

"""The demo contest."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from accounts.models import Account, BrowserSession
from contest import attempting, demo, queries, saving, verifying
from contest.attempting import Client
from contest.models import Attempt, Response, Slot, Standing
from core import clock
from core.db import atomic, db, writing
from tests import factories
from tests.conftest import reset

pytestmark = pytest.mark.slow

PEOPLE = 60


@pytest.fixture
def contest(app):
    return demo.load(at=clock.now(), number=PEOPLE)


def totals():
    db.session.rollback()
    rows = db.session.execute(
        select(Attempt.round_id, func.count(), func.sum(Attempt.correct)).group_by(Attempt.round_id)
    )
    return [tuple(row) for row in rows]


def test_demo_is_the_same_each_time(app):
    at = clock.now()
    demo.load(at=at, number=PEOPLE)
    first = totals()
    db.session.remove()
    db.engine.dispose()
    reset(app)
    demo.load(at=at, number=PEOPLE)

    assert first == totals()
    assert len(first) == 3


def test_demo_is_verified_whole(contest):
    found = verifying.verify(contest)

    assert found.faults == []
    assert found.attempts == db.session.scalar(select(func.count()).select_from(Attempt))
    assert found.standings > PEOPLE


def test_verify_names_a_response_changed_to_another_wrong_answer(contest):
    row = db.session.execute(
        select(Response, Attempt.public_id)
        .join(Attempt, Attempt.id == Response.attempt_id)
        .join(Slot, (Slot.attempt_id == Response.attempt_id) & (Slot.position == Response.position))
        .where(Slot.mark == 0, Slot.version_id.is_not(None))
        .order_by(Response.attempt_id, Response.position, Response.seq.desc())
    ).first()
    response, attempt = row
    version = db.session.get_one(Slot, (response.attempt_id, response.position)).version
    wrong = (
        next(
            option["id"]
            for option in version.content["options"]
            if option["id"] not in [*version.content["key"], response.answer]
        )
        if len(version.content["options"]) > 2
        else "x"
    )
    place = (response.attempt_id, response.position, response.lease_no, response.seq)
    with atomic():
        db.session.get_one(Response, place).answer = wrong

    found = verifying.verify(contest)

    name = f"response attempt={attempt} slot={place[1]} lease=1 seq={place[3]}"
    assert f"{name}: changed after it was received" in found.faults


def test_verify_names_a_response_taken_away_and_a_standing_changed(contest):
    response = db.session.scalars(select(Response).order_by(Response.attempt_id)).first()
    attempt = db.session.get_one(Attempt, response.attempt_id)
    standing = db.session.scalars(select(Standing).order_by(Standing.id)).first()
    gone, who = attempt.public_id, standing.enrolment.public_id
    key = (response.attempt_id, response.position, response.lease_no, response.seq)
    with atomic():
        db.session.delete(db.session.get_one(Response, key))
        db.session.get_one(Standing, standing.id).correct += 1

    faults = verifying.verify(contest).faults

    assert f"attempt {gone}: its answers are not those that were submitted" in faults
    assert any(f"enrolment={who}: differs" in fault for fault in faults)


def test_twenty_attempts_through_the_save_path_come_out_equal(contest, app):
    """Replay what the bulk wrote, answer by answer, as the attempt's page would."""
    ids = db.session.scalars(
        select(Attempt.id).where(Attempt.submitted_by == "person").order_by(Attempt.id).limit(20)
    ).all()
    kept = {one: facts(one) for one in ids}
    journals = {one: journal(one) for one in ids}
    reopen(ids)

    for one in ids:
        replay(app, one, journals[one])

    db.session.rollback()
    assert len(ids) == 20
    assert {one: facts(one) for one in ids} == kept


def facts(attempt_id):
    attempt = db.session.get_one(Attempt, attempt_id)
    marks = tuple(slot.mark for slot in queries.slots_of(attempt_id))
    answers = {place: one.answer for place, one in queries.answers_of(attempt_id).items()}
    return attempt.score, attempt.correct, attempt.asked, attempt.predicted, marks, answers


def journal(attempt_id):
    rows = db.session.scalars(
        select(Response)
        .where(Response.attempt_id == attempt_id)
        .order_by(Response.received_at, Response.position, Response.seq)
    )
    return [(row.position, row.seq, row.answer) for row in rows]


def reopen(ids):
    """Take answers, marks and hand-in away, and give the attempts time again."""
    with writing() as connection:
        connection.execute(Response.__table__.delete().where(Response.attempt_id.in_(ids)))
        connection.execute(update(Slot).where(Slot.attempt_id.in_(ids)).values(mark=None))
        connection.execute(
            update(Attempt)
            .where(Attempt.id.in_(ids))
            .values(
                submitted_at=None,
                score=None,
                correct=None,
                predicted=None,
                answers_digest=None,
                accepts_until=clock.now() + timedelta(minutes=15),
                holder="",
            )
        )
    db.session.rollback()


def replay(app, attempt_id, entries):
    attempt = db.session.get_one(Attempt, attempt_id)
    client = app.test_client()
    client.set_cookie("sid", signed_in(attempt.enrolment.account))
    ticket = saving.written(saving.ticket_of(attempt))
    address = f"/thi/bai/{attempt.public_id}"
    for place, seq, answer in entries:
        sent = {"slot": place, "seq": seq, "answer": answer, "elapsed_ms": 900}
        reply = client.put(
            f"{address}/tra-loi",
            json={"ticket": ticket, "answers": [sent]},
            headers={"X-Requested-With": "chungtay"},
        )
        assert (reply.status_code, list(reply.json["slots"])) == (200, [str(place)])
    assert client.post(f"{address}/nop").status_code == 303


def signed_in(account):
    from accounts import authenticating

    token = "m" * 40 + account.public_id
    now = clock.now()
    row = BrowserSession(
        public_id=account.public_id[:20],
        digest=authenticating.digest_of(token),
        account_id=account.id,
        created_at=now,
        seen_at=now,
        expires_at=now + timedelta(hours=1),
    )
    factories.saved(row)
    return token


def test_a_new_demo_stands_beside_the_old_one_put_away(contest):
    codes = [one.code for one in demo.sign_ins()]
    demo.put_away(demo.existing())

    again = demo.load(at=clock.now(), number=PEOPLE)

    assert demo.existing().id == again.id
    assert again.id != contest.id
    assert [one.code for one in demo.sign_ins()] == codes
    assert [demo.is_over(again, at=clock.now() + timedelta(days=n)) for n in (0, 6)] == [
        False,
        True,
    ]


def test_demo_people_have_codes_and_no_passwords(contest):
    with_password = select(func.count()).where(Account.password_hash.is_not(None))

    assert db.session.scalar(with_password) == 0
    assert [one.who for one in demo.sign_ins()] == [
        "admin",
        "organizer",
        "secretary",
        "author",
        "participant",
        "veteran",
    ]
    assert len({one.code for one in demo.sign_ins()}) == 6


def test_eight_threads_starting_at_once_make_one_attempt(app, noon):
    round_ = factories.round_(opens_at=noon)
    enrolment = factories.enrolment(round_.contest)
    ids = (round_.id, enrolment.id)
    faults = []

    def start():
        with app.app_context():
            try:
                here = db.session.get_one(type(round_), ids[0])
                person = db.session.get_one(type(enrolment), ids[1])
                client = Client("phiên", "phone")
                attempting.start(here, person, person.account, client=client, at=noon)
            except Exception as error:  # noqa: BLE001 -- told to the test below
                faults.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    db.session.rollback()
    assert faults == []
    assert db.session.scalar(select(func.count()).select_from(Attempt)) == 1

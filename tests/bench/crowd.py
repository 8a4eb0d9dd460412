"""Many people at once, written in bulk: who answers, who stands on a board, who may sign in.

`python -m tests.bench.crowd '{"attempts": 1000, "boards": [5000]}'` makes them by the
environment's settings and writes what a load has to know beside the database.
"""

import json
import sys
from datetime import timedelta

from sqlalchemy import insert, select

from accounts import authenticating
from accounts.models import Account
from app import create_app
from contest import attempting, placing, saving
from contest.attempting import Client
from contest.models import Attempt, Enrolment, Response, Seat, Slot, Standing
from contest.rules.standing import Achieved, stand
from contest.rules.timing import Audience
from core import clock, config, ids, schema
from core.db import atomic, db, survey
from core.text import fold
from tests import factories

ITEMS = 20
NAMES = ("Y Bhăm Niê", "H’Linh Mlô", "Lê Hoàng Yến", "Trần Quốc Bảo", "Phạm Đức Hùng")
PASSWORD = "Mùa gặt ở Krông Pắc 2026"
AT_ONCE = 5000


def many(model, rows):
    """Insert the rows, a few thousand in a statement; return their ids in order."""
    found = []
    for start in range(0, len(rows), AT_ONCE):
        statement = insert(model).returning(model.id, sort_by_parameter_order=True)
        found += db.session.scalars(statement, rows[start : start + AT_ONCE])
    return found


def accounts(count, now, **more):
    return many(
        Account,
        [
            {
                "public_id": ids.public_id(),
                "full_name": NAMES[number % len(NAMES)],
                "sort_key": fold(NAMES[number % len(NAMES)]),
                "search_text": fold(NAMES[number % len(NAMES)]),
                "created_at": now,
            }
            | {name: make(number) for name, make in more.items()}
            for number in range(count)
        ],
    )


def enrolled(contest, people, now):
    return many(
        Enrolment,
        [
            {
                "public_id": ids.public_id(),
                "contest_id": contest.id,
                "account_id": one,
                "number": one,
                "enrolled_at": now,
            }
            for one in people
        ],
    )


def attempts(round_, people, now, make):
    """Give each enrolment its seat and an attempt; `make` says what is its own."""
    sitting = round_.sittings[0].id
    seats = many(
        Seat,
        [
            {"sitting_id": sitting, "round_id": round_.id, "enrolment_id": one, "number": number}
            if hasattr(Seat, "number")
            else {"sitting_id": sitting, "round_id": round_.id, "enrolment_id": one}
            for number, one in enumerate(people)
        ],
    )
    return many(
        Attempt,
        [
            {
                "public_id": ids.public_id(),
                "seat_id": seat,
                "round_id": round_.id,
                "enrolment_id": one,
                "number": 1,
                "started_at": now,
                "accepts_until": now + timedelta(hours=6),
                "asked": ITEMS,
            }
            | make(number)
            for number, (seat, one) in enumerate(zip(seats, people, strict=True))
        ],
    )


@atomic()
def answering(count, now):
    """Let so many people have an attempt under way; return "public id, ticket" of each."""
    bank = factories.bank()
    for number in range(1, ITEMS + 5):
        factories.item(bank, number=number, key="abcd"[number % 4])
    round_ = factories.round_(blueprint=factories.blueprint(bank, count=ITEMS))
    first = factories.enrolment(round_.contest)
    here = Client("phiên", "phone")
    paper = attempting.start(round_, first, first.account, client=here, at=now).slots
    slots = [
        {
            "position": one.position,
            "kind": one.kind,
            "version_id": one.version_id,
            "option_order": one.option_order,
            "points": one.points,
        }
        for one in paper
    ]
    people = enrolled(round_.contest, accounts(count, now), now)
    made = attempts(round_, people, now, lambda number: {})
    for start in range(0, count, 500):
        some = made[start : start + 500]
        rows = [slot | {"attempt_id": one} for one in some for slot in slots]
        db.session.execute(insert(Slot), rows)
    public = db.session.execute(
        select(Attempt.id, Attempt.public_id, Attempt.accepts_until).where(
            Attempt.round_id == round_.id, Attempt.id != paper[0].attempt_id
        )
    )

    def ticket(one):
        expires = one.accepts_until + saving.TICKET_OUTLIVES
        return saving.written(saving.Ticket(one.id, one.public_id, 1, 5, expires))

    return round_, [(one.id, one.public_id, ticket(one)) for one in public]


@atomic()
def answered(made, now):
    """Let everybody have answered every question once."""
    for start in range(0, len(made), 250):
        rows = [
            {
                "attempt_id": attempt,
                "position": position,
                "lease_no": 1,
                "seq": 1,
                "answer": "abcd"[position % 4],
                "received_at": now,
                "receipt": saving.receipt_of(attempt, position, 1, 1, "abcd"[position % 4], now),
                "key_id": "",
            }
            for attempt, _, _ in made[start : start + 250]
            for position in range(1, ITEMS + 1)
        ]
        db.session.execute(insert(Response), rows)


@atomic()
def standing(count, now):
    """Let so many people stand on a board; return its address."""
    round_ = factories.round_(opens_at=now - timedelta(days=1))
    people = enrolled(round_.contest, accounts(count, now), now)

    def submitted(number):
        return {
            "submitted_at": now,
            "score": (number % (ITEMS + 1)) * 1_000_000,
            "correct": number % (ITEMS + 1),
            "duration_ms": 60_000 + number,
        }

    made = attempts(round_, people, now, submitted)
    terms = placing.terms_of(round_)
    rows = []
    for number, (attempt, person) in enumerate(zip(made, people, strict=True)):
        got = submitted(number)
        one = Achieved(
            attempt, got["score"], got["correct"], ITEMS, None, got["duration_ms"], now, now
        )
        columns = placing.columns(stand(terms, [one]))
        own = {"run_id": round_.current_run_id, "enrolment_id": person} | columns
        rows += [own | {"audience": one} for one in (Audience.PARTICIPANT, Audience.PUBLIC)]
    many(Standing, rows)
    # As whoever computes results does.
    survey(Standing)
    return f"/cuoc-thi/{round_.contest.slug}/bang-xep-hang/1"


@atomic()
def signing_in(count, now):
    """Let so many people have a phone number and all the same password; return the numbers."""
    hashed = authenticating.hash_password(PASSWORD)
    phones = [f"+849{number:08}" for number in range(count)]
    accounts(count, now, phone=lambda number: phones[number], password_hash=lambda number: hashed)
    return [f"0{one[3:]}" for one in phones]


def main(wish):
    app = create_app({})
    folder = app.config["INSTANCE"]
    folder.mkdir(parents=True, exist_ok=True)
    config.make_secret(folder)
    app.config.update(config.complete({}))
    with app.app_context():
        schema.upgrade()
        now = clock.now()
        _round, made = answering(wish["attempts"], now)
        lines = [f"{public} {ticket}" for _, public, ticket in made]
        handing = wish.get("handing", 0)
        answered(made[:handing], now)
        (folder / "hand").write_text("\n".join(lines[:handing]) + "\n")
        (folder / "save").write_text("\n".join(lines[handing:]) + "\n")
        found = {
            "boards": {str(count): standing(count, now) for count in wish["boards"]},
            "phones": signing_in(wish.get("phones", 0), now),
        }
        db.session.remove()
        db.engine.dispose()
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))

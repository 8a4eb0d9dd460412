"""A contest with people who are signed in, made in a database of its own.

`python -m tests.faults.building '{"people": 20}'` makes it by the environment's settings and says
on the last line, as JSON, who takes part and how to ask for what.
"""

import json
import sys
from datetime import timedelta
from random import Random

from sqlalchemy import insert, select

from accounts import authenticating
from accounts.models import Account, BrowserSession
from app import create_app
from contest.models import Enrolment
from core import clock, config, ids, schema
from core.db import atomic, db
from core.text import fold
from tests import factories

NAMES = ("Y Bhăm Niê", "H’Linh Mlô", "Lê Hoàng Yến", "Trần Quốc Bảo", "Phạm Đức Hùng")
DEFAULTS = {
    "people": 20,
    "items": 10,
    "minutes": 15,
    "closes_in": 7 * 86400,
    "attempts": 1,
    "seed": 1,
    "opened": 3600,
    # So long nobody has been seen, in seconds.
    "unseen": 0,
}


def build(wish):
    """Make the contest; return what the simulated people have to know."""
    wish = DEFAULTS | wish
    now = clock.now()
    bank = factories.bank()
    for number in range(1, wish["items"] + 4):
        factories.item(bank, number=number, key="abcd"[number % 4])
    round_ = factories.round_(
        opens_at=now - timedelta(seconds=wish["opened"]),
        closes_at=now + timedelta(seconds=wish["closes_in"]),
        minutes=wish["minutes"],
        max_per_round=wish["attempts"],
        blueprint=factories.blueprint(bank, count=wish["items"]),
    )
    return told(round_, people(round_, wish, now))


def told(round_, there):
    """Return what the simulated people have to know of a round."""
    return {
        "round": round_.public_id,
        "contest": round_.contest.public_id,
        "slug": round_.contest.slug,
        "people": there,
    }


@atomic()
def people(round_, wish, now):
    rng = Random(wish["seed"])
    names = [rng.choice(NAMES) for _ in range(wish["people"])]
    accounts = [
        {
            "public_id": ids.public_id(),
            "full_name": name,
            "sort_key": fold(name),
            "search_text": fold(name),
            "created_at": now,
        }
        for name in names
    ]
    if not accounts:
        return []
    db.session.execute(insert(Account), accounts)
    known = dict(db.session.execute(select(Account.public_id, Account.id)).all())
    numbers = [known[one["public_id"]] for one in accounts]
    tokens = [f"{rng.getrandbits(128):032x}" for _ in names]
    db.session.execute(insert(Enrolment), [_enrolled(round_, one, now) for one in numbers])
    seen = now - timedelta(seconds=wish["unseen"])
    rows = [_session(one, token, now, seen) for one, token in zip(numbers, tokens, strict=True)]
    db.session.execute(insert(BrowserSession), rows)
    return [
        {"token": token, "account": one["public_id"]}
        for one, token in zip(accounts, tokens, strict=True)
    ]


def _enrolled(round_, account, now):
    return {
        "public_id": ids.public_id(),
        "contest_id": round_.contest_id,
        "account_id": account,
        "number": account,
        "enrolled_at": now,
    }


def _session(account, token, now, seen):
    return {
        "public_id": ids.public_id(),
        "digest": authenticating.digest_of(token),
        "account_id": account,
        "created_at": now,
        "seen_at": seen,
        "expires_at": now + authenticating.LONGEST[False],
        "stepped_up_at": now,
    }


def main(words=(), act=build):
    """Make an installation by the environment's settings and say what `act` made in it."""
    wish = json.loads(words[0]) if words else {}
    app = create_app({})
    app.config["INSTANCE"].mkdir(parents=True, exist_ok=True)
    config.make_secret(app.config["INSTANCE"])
    app.config.update(config.complete({}))
    with app.app_context():
        schema.upgrade()
        made = act(wish)
        db.session.remove()
        db.engine.dispose()
    sys.stdout.write(json.dumps(made) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])

"""The edge of starting a prepared paper: reads ticket and clock; loads no account and no session.

The ticket is made for one person, one seat and one browser when the waiting room is opened.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from flask_babel import force_locale

from contest import beginning, saving
from contest.beginning import Started
from contest.copying import Starter
from contest.saving import Ticket
from core import backups, i18n, signing
from core.buckets import Buckets
from core.errors import DomainError
from core.fastpath import Asked, Reply, Route, as_json
from core.saying import Sentence

TICKET = "seat"
PER_MINUTE = 30
BURST = 30
NONE: Mapping[str, str] = MappingProxyType({})
buckets = Buckets(per_minute=PER_MINUTE, burst=BURST)


def written(who: Starter, *, language: str, until: datetime) -> str:
    """Return the right to start in a seat as a signed text for the page of its owner."""
    content = {
        "s": who.seat_id,
        "a": who.account_id,
        "p": who.account,
        "h": who.session,
        "d": who.device,
        "l": language,
        "x": int(until.timestamp()),
    }
    return signing.sign(TICKET, content)


def read(signed: str, *, at: datetime) -> tuple[Starter, str] | None:
    """Return who starts and in which language; nothing for a ticket not ours or expired."""
    content = signing.unsign(TICKET, signed)
    if content is None or content["x"] <= at.timestamp():
        return None
    who = Starter(content["s"], content["a"], content["p"], content["h"], content["d"])
    return who, str(content["l"])


def start(asked: Asked, token: str) -> Reply:
    """Answer `PUT /thi/ca/…/bat-dau`: the key of the paper, and the right to write the attempt."""
    found = read(str(asked.json().get("ticket", "")), at=asked.at)
    if found is None:
        return _said(asked, 401, {"error": "ticket"})
    who, language = found
    wait = buckets.wait(who.seat_id)
    if wait:
        return _said(asked, 429, {"error": "busy"}, {"Retry-After": str(wait)})
    try:
        return _said(asked, 200, _told(beginning.start(who, at=asked.at)))
    except DomainError as refusal:
        with force_locale(language):
            said = i18n.say(Sentence(refusal.message, refusal.details))
        return _said(asked, 409, {"error": "refused", "said": said})


def _told(started: Started) -> dict[str, Any]:
    """Return what the browser needs to open the paper, or to go to the attempt as it is."""
    told = {
        "attempt": started.public_id,
        "state": "open" if started.is_running else "closed",
        "ends": started.accepts_until.isoformat(timespec="milliseconds"),
    }
    if not started.is_mine:
        return told
    expires = started.accepts_until + saving.TICKET_OUTLIVES
    own = (started.attempt_id, started.public_id, started.lease_no, started.grace)
    ticket = Ticket(*own, expires, started.watched)
    mine = {"key": started.key, "ticket": saving.written(ticket), "lease_no": started.lease_no}
    return told | mine


def _said(
    asked: Asked, status: int, content: Mapping[str, Any], headers: Mapping[str, str] = NONE
) -> Reply:
    stamp = {"now": asked.at.isoformat(timespec="milliseconds"), "server_epoch": backups.epoch()}
    return as_json(status, {**content, **stamp}, headers)


ROUTES = (Route("PUT", re.compile(r"/thi/ca/(?P<token>[^/]+)/bat-dau"), start),)

"""The edge of starting a prepared paper: reads ticket and clock; loads no account and no session.

The ticket is made for one person, one seat and one browser when the waiting room is opened.
"""

from datetime import datetime
from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from contest import beginning, saving
from contest.beginning import Started, Starter
from contest.saving import Ticket
from core import backups, clock, i18n, signing, web
from core.buckets import Buckets
from core.errors import DomainError
from core.saying import Sentence

TICKET = "seat"
PER_MINUTE = 30
BURST = 30
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


def start(token: str) -> ResponseReturnValue:
    """Answer `PUT /thi/ca/…/bat-dau`."""
    body, status, headers = answer(web.json_body(), at=clock.now())
    return body, status, headers


def answer(body: dict[str, Any], *, at: datetime) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Return what is answered to whoever asks to start, with status and headers."""
    found = read(str(body.get("ticket", "")), at=at)
    if found is None:
        return {"error": "ticket"} | _stamp(at), 401, {}
    who, language = found
    wait = buckets.wait(who.seat_id)
    if wait:
        return {"error": "busy"} | _stamp(at), 429, {"Retry-After": str(wait)}
    try:
        started = beginning.start(who, at=at)
    except DomainError as refusal:
        with force_locale(language):
            said = i18n.say(Sentence(refusal.message, refusal.details))
        return {"error": "refused", "said": said} | _stamp(at), 409, {}
    return _told(started) | _stamp(at), 200, {}


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
    ticket = Ticket(started.attempt_id, started.lease_no, started.grace, expires)
    mine = {"key": started.key, "ticket": saving.written(ticket), "lease_no": started.lease_no}
    return told | mine


def _stamp(at: datetime) -> dict[str, str]:
    return {"now": at.isoformat(timespec="milliseconds"), "server_epoch": backups.epoch()}

"""The edge of saving: reads ticket, body and clock; answers JSON; loads no account and no row."""

import re
from datetime import datetime
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from contest import attempting, papers, saving
from contest.saving import LONGEST_ANSWER, MOST_ANSWERS, Answer, Outcome
from core import backups, clock, faultpoints, web
from core.buckets import Buckets
from core.errors import Invalid

PER_MINUTE = 60
BURST = 120
# Half of what the column holds: the form's page counts on from what a client sent.
MOST_SEQ = 2**30
# NUL, and halves of signs, which JSON can carry and no database takes.
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
buckets = Buckets(per_minute=PER_MINUTE, burst=BURST)


def save(public_id: str) -> ResponseReturnValue:
    """Answer `PUT …/tra-loi`."""
    now = clock.now()
    body = web.json_body()
    ticket = saving.read_ticket(str(body.get("ticket", "")), at=now)
    if ticket is None:
        return {"error": "ticket"} | _stamp(now), 401
    wait = buckets.wait(ticket.attempt_id)
    if wait:
        return {"error": "busy"} | _stamp(now), 429, {"Retry-After": str(wait)}
    answers = read_answers(body.get("answers"))
    faultpoints.reach("save.read")
    saved = saving.save(ticket, answers, at=now)
    slots = {
        str(position): {"seq": seq, "receipt": receipt}
        for position, (seq, receipt) in saved.receipts.items()
    }
    if saved.outcome is Outcome.SAVED:
        return {"slots": slots} | _stamp(now)
    return {"error": saved.outcome.value, "slots": slots} | _stamp(now), 409


def beat(public_id: str) -> ResponseReturnValue:
    """Answer `GET …/nhip`: the time, the lease and the end, for whoever holds a ticket."""
    now = clock.now()
    ticket = saving.read_ticket(request.headers.get("X-Ticket", ""), at=now)
    attempt = papers.attempt_by_public_id(public_id) if ticket else None
    if ticket is None or attempt is None or attempt.id != ticket.attempt_id:
        return {"error": "ticket"} | _stamp(now), 401
    state = "open" if attempting.is_running(attempt, at=now) else "closed"
    ends = attempt.accepts_until.isoformat(timespec="milliseconds")
    return {"lease_no": attempt.lease_no, "ends": ends, "state": state} | _stamp(now)


def read_answers(sent: object) -> list[Answer]:
    """Return the answers of a body; raise `Invalid` when any of them has not the right shape."""
    if not isinstance(sent, list) or not 0 < len(sent) <= MOST_ANSWERS:
        raise Invalid
    return [_answer(one) for one in sent]


def _answer(one: Any) -> Answer:  # noqa: ANN401 -- whatever JSON came in
    if not isinstance(one, dict):
        raise Invalid
    slot, seq, text, took = (one.get(name) for name in ("slot", "seq", "answer", "elapsed_ms"))
    numbers = (slot, seq) if took is None else (slot, seq, took)
    if any(type(number) is not int or not 0 <= number < MOST_SEQ for number in numbers):
        raise Invalid
    if not isinstance(text, str) or len(text) > LONGEST_ANSWER or _UNWRITABLE.search(text):
        raise Invalid
    return Answer(int(slot or 0), int(seq or 0), text, took if isinstance(took, int) else None)


def _stamp(now: datetime) -> dict[str, str]:
    return {"now": now.isoformat(timespec="milliseconds"), "server_epoch": backups.epoch()}

"""The edge of saving: reads ticket, body and clock; answers JSON; loads no account and no row."""

import re
from datetime import datetime
from typing import Any

from contest import closing, saving, watching
from contest.saving import LONGEST_ANSWER, MOST_ANSWERS, Answer, Outcome
from core import backups, faultpoints
from core.buckets import Buckets
from core.errors import Invalid
from core.fastpath import Asked, Reply, Route, as_json

PER_MINUTE = 60
BURST = 120
# Half of what the column holds: the form's page counts on from what a client sent.
MOST_SEQ = 2**30
# NUL, and halves of signs, which JSON can carry and no database takes.
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
buckets = Buckets(per_minute=PER_MINUTE, burst=BURST)


def save(asked: Asked, public_id: str) -> Reply:
    """Answer `PUT …/tra-loi`."""
    body = asked.json()
    ticket = saving.read_ticket(str(body.get("ticket", "")), at=asked.at)
    if ticket is None:
        return _said(asked, 401, error="ticket")
    wait = buckets.wait(ticket.attempt_id)
    if wait:
        return as_json(429, {"error": "busy"} | _stamp(asked.at), {"Retry-After": str(wait)})
    answers = read_answers(body.get("answers"))
    faultpoints.reach("save.read")
    saved = saving.save(ticket, answers, at=asked.at)
    slots = {
        str(position): {"seq": seq, "receipt": receipt}
        for position, (seq, receipt) in saved.receipts.items()
    }
    if saved.outcome is Outcome.SAVED:
        late = {"late": saved.late} if saved.late else {}
        return _said(asked, 200, slots=slots, **late)
    if saved.outcome is Outcome.GONE:
        return _gone(asked)
    return _said(asked, 409, error=saved.outcome.value, slots=slots)


def beat(asked: Asked, public_id: str) -> Reply:
    """Answer `PUT …/nhip`: the time, the lease and the end, for whoever holds a ticket."""
    body = asked.json()
    ticket = saving.read_ticket(str(body.get("ticket", "")), at=asked.at)
    if ticket is None or ticket.public_id != public_id:
        return _said(asked, 401, error="ticket")
    found = saving.state_of(ticket)
    if found is None:
        return _gone(asked)
    if ticket.watched and ticket.lease_no >= found.newest_lease:
        address = str(asked.environ.get("REMOTE_ADDR", ""))
        here, left = (_number(body.get(name)) for name in ("here", "left"))
        watching.note(ticket.attempt_id, here=here, left=left, address=address, at=asked.at)
    paused = found.paused_until(at=asked.at)
    return _said(
        asked,
        200,
        lease_no=max(found.newest_lease, ticket.lease_no),
        ends=_moment(found.accepts_until),
        state="open" if found.is_running(at=asked.at) else "closed",
        paused_until=_moment(paused) if paused else None,
    )


def _number(sent: object) -> int:
    return sent if type(sent) is int and 0 <= sent < MOST_SEQ else 0


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def submit(asked: Asked, public_id: str) -> Reply:
    """Answer `PUT …/nop`: what is left is saved, then the attempt is closed."""
    body = asked.json()
    ticket = saving.read_ticket(str(body.get("ticket", "")), at=asked.at)
    if ticket is None:
        return _said(asked, 401, error="ticket")
    left = body.get("answers")
    if left:
        saving.save(ticket, read_answers(left), at=asked.at)
    closed = closing.hand_in(
        ticket.attempt_id, lease_no=ticket.lease_no, at=asked.at, public_id=ticket.public_id
    )
    if not closed.is_there:
        return _gone(asked)
    if not closed.is_ours:
        return _said(asked, 409, error=Outcome.DISPLACED.value)
    return _said(asked, 200, receipt=f"/thi/bai/{closed.public_id}/bien-nhan")


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


def _gone(asked: Asked) -> Reply:
    return _said(asked, 410, error=Outcome.GONE.value)


def _said(asked: Asked, status: int, **content: object) -> Reply:
    return as_json(status, content | _stamp(asked.at))


def _stamp(now: datetime) -> dict[str, str]:
    return {"now": now.isoformat(timespec="milliseconds"), "server_epoch": backups.epoch()}


def _at(last: str) -> re.Pattern[str]:
    return re.compile(rf"/thi/bai/(?P<public_id>[^/]+)/{last}")


ROUTES = (
    Route("PUT", _at("tra-loi"), save),
    Route("PUT", _at("nop"), submit),
    Route("PUT", _at("nhip"), beat),
)

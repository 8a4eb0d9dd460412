"""Every invariant bites: a run in which all is well, with one thing broken at a time."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from contest.models import AttemptKind
from tests.faults import invariants
from tests.faults.evidence import Evidence

BEGUN = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)
END = BEGUN + timedelta(minutes=15)
KEY = ("bài", 1, 1, 1)


def line(kind, t, **told):
    here = BEGUN + timedelta(seconds=t)
    return {
        "client": "người",
        "kind": kind,
        "t": t,
        "at": here.isoformat(),
        "attempt": "bài",
    } | told


def ack(t, **told):
    named = {"lease": 1, "slot": 1, "seq": 1, "answer": "b", "receipt": "r1", "epoch": "mới"}
    return line("ack", t, **named | {"sent": t - 1, "status": 200} | told)


def response(**fields):
    stored = {"answer": "b", "receipt": "r1", "is_late": False, "received_at": BEGUN}
    return SimpleNamespace(**stored | fields)


def sound():
    """Return what a run left behind in which nothing is wrong."""
    attempt = SimpleNamespace(
        kind=AttemptKind.OFFICIAL,
        enrolment_id=1,
        round_id=1,
        submitted_at=BEGUN + timedelta(minutes=5),
        submitted_by="person",
        accepts_until=END,
        grace_seconds=5,
        score=1_000_000,
        answers_digest="d",
    )
    used = {"processes": 5, "rss_kb": 400_000, "threads": 40, "files": 100}
    now = (BEGUN + timedelta(seconds=6)).isoformat()
    lines = [
        line("started", 1, lease=1),
        line("resources", 1, when="before", **used),
        ack(3),
        line("seen", 4, lease=1, ends=END.isoformat(), seqs={"1": 1}),
        line("clock", 6, sent=5.5, now=now),
        line("intent-submit", 7),
        line("submitted", 8),
        line("resources", 9, when="after", **used),
    ]
    return Evidence(
        lines=lines,
        attempts={"bài": attempt},
        rounds={1: SimpleNamespace(max_per_round=1)},
        responses={KEY: response()},
        enrolments=[SimpleNamespace(id=1)],
        audit=[],
        epoch="mới",
        found=[],
        unique=[("kind", "number", "seat_id")],
    )


def closed_by_clock(run, **fields):
    vars(run.attempts["bài"]).update({"submitted_by": "clock"} | fields)


def another_attempt(run):
    run.attempts["bài 2"] = SimpleNamespace(**vars(run.attempts["bài"]))


def fault(**told):
    named = {"method": "PUT", "path": "/", "status": 503, "request_id": "id", "retry_after": "2"}
    return line("fault", 6, **named | {"body": ""} | told)


BREAKS = {
    "I1 lost": lambda run: run.responses.clear(),
    "I1 changed": lambda run: run.responses.update({KEY: response(answer="c")}),
    "I1 put with the late": lambda run: run.responses.update({KEY: response(is_late=True)}),
    "I2 back": lambda run: run.lines.insert(
        4, line("seen", 5, lease=1, ends=END.isoformat(), seqs={"1": 0})
    ),
    "I3 twice": another_attempt,
    "I3 unguarded": lambda run: run.unique.clear(),
    "I4 no score": lambda run: setattr(run.attempts["bài"], "score", None),
    "I4 another score": lambda run: run.found.append("slot attempt=bài slot=1: mark differs"),
    "I5 standing": lambda run: run.found.append("standing round=r enrolment=e: differs"),
    "I6 too late": lambda run: run.responses.update(
        {KEY: response(received_at=END + timedelta(seconds=5))}
    ),
    "I7 moved earlier": lambda run: run.lines.append(
        line("seen", 10, lease=1, ends=BEGUN.isoformat(), seqs={"1": 1})
    ),
    "I7 closed early": lambda run: closed_by_clock(run, submitted_at=BEGUN),
    "I7 by nobody": lambda run: run.lines.pop(5),
    "I8 trail": lambda run: run.found.append("contest:x: entry 3 is missing"),
    "I12 unnamed": lambda run: run.lines.append(fault(request_id="")),
    "I12 inside": lambda run: run.lines.append(fault(body="Traceback (most recent call last)")),
    "I12 no hour": lambda run: run.lines.append(fault(retry_after="")),
    "I13 forged": lambda run: run.found.append("response x: changed after it was received"),
    "I13 another": lambda run: run.responses.update({KEY: response(receipt="r2")}),
    "I14 skew": lambda run: run.lines.append(line("clock", 10, sent=9, now=BEGUN.isoformat())),
    "I17 forgotten": lambda run: run.lines.append(ack(2, seq=9, epoch="cũ")),
    "I18 threads": lambda run: run.lines[-1].update(threads=80),
    "I19 otherwise": lambda run: run.lines.append(ack(5, receipt="r2")),
    "I20 displaced": lambda run: run.lines.extend(
        [line("takeover", 4, lease=2), ack(9, sent=8, seq=1)]
    ),
    "I21 gone": lambda run: run.lines.append(line("started", 2, attempt="bài 9")),
    "I21 unscored": lambda run: setattr(run.attempts["bài"], "submitted_at", None),
}


def test_nothing_is_broken_where_all_is_well():
    assert invariants.broken(sound()) == []


@pytest.mark.parametrize("name", BREAKS)
def test_what_is_broken_is_named_by_its_invariant(name):
    run = sound()

    BREAKS[name](run)

    assert name.split()[0] in {one.partition(":")[0] for one in invariants.broken(run)}


def test_every_invariant_is_broken_by_some_case():
    assert {name.split()[0] for name in BREAKS} == set(invariants.ALL)

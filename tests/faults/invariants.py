"""What must hold after every fault: one function for each invariant, which names what breaks it."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta

from contest.models import AttemptKind
from tests.faults.evidence import MOVES, by_attempt
from tests.faults.journals import of_kind

SKEW = timedelta(seconds=1)
# What no answer to a stranger may hold.
INSIDES = ("Traceback", "sqlite3", "psycopg", "sqlalchemy", "SELECT ", "INSERT INTO", '.py"')
# Files and threads come and go with connections; memory is freed when Python pleases.
SLACK = {"processes": (1.0, 0), "threads": (1.1, 8), "files": (1.1, 40), "rss_kb": (1.1, 65536)}
RECEIPTS = ("changed after it was received", "is not kept")
BOARDS = ("standing ", "board digest", "should stand", "predicted value")
TRAILS = ("entry ", "the tree has", "the trail")


def _key(line):
    return line["attempt"], line["slot"], line["lease"], line["seq"]


def i1(evidence):
    """Every acknowledged save is stored as it was sent, and what counts is not older."""
    counted = evidence.counted()
    for line in evidence.acks():
        if line["epoch"] != evidence.epoch or line["status"] != 200:
            continue
        key = _key(line)
        row = evidence.responses.get(key)
        if row is None:
            yield f"acknowledged and lost: {key}"
        elif row.answer != line["answer"] or row.is_late:
            yield f"acknowledged and stored otherwise: {key}"
        elif counted.get(key[:2], (0, 0)) < key[2:]:
            yield f"an older answer than {key} counts"


def i2(evidence):
    """The number of a slot's newest change never goes back, as its own client sees it."""
    for client, lines in _by_client(evidence.lines).items():
        most = defaultdict(int)
        for line in lines:
            if line["kind"] == "epoch":
                most.clear()
            elif line["kind"] == "ack":
                place = line["attempt"], line["slot"]
                most[place] = max(most[place], line["seq"])
            elif line["kind"] == "seen":
                for slot, seq in line["seqs"].items():
                    place = line["attempt"], int(slot)
                    if seq < most[place]:
                        yield f"{client}: slot {place} went back from {most[place]} to {seq}"
                    most[place] = max(most[place], seq)


def i3(evidence):
    """Nobody has more attempts than allowed, and the database itself would refuse a second."""
    if ("kind", "number", "seat_id") not in evidence.unique:
        yield "no unique constraint keeps attempts apart"
    taken = Counter(
        (one.enrolment_id, one.round_id)
        for one in evidence.attempts.values()
        if one.kind is AttemptKind.OFFICIAL
    )
    for (person, round_), number in taken.items():
        most = evidence.rounds[round_].max_per_round
        if most is not None and number > most:
            yield f"enrolment {person} has {number} attempts in round {round_}"


def i4(evidence):
    """A finalised attempt has the score that its answers give; an open one has none."""
    for name, one in evidence.attempts.items():
        if (one.submitted_at is None) != (one.score is None):
            yield f"attempt {name}: submitted {one.submitted_at}, score {one.score}"
        if (one.submitted_at is None) != (one.answers_digest is None):
            yield f"attempt {name}: submitted {one.submitted_at}, digest {one.answers_digest}"
    for fault in evidence.found:
        if not any(word in fault for word in RECEIPTS + BOARDS + TRAILS):
            yield fault


def i5(evidence):
    """Every standing is what the raw answers give."""
    yield from (one for one in evidence.found if any(word in one for word in BOARDS))


def i6(evidence):
    """Nothing counts that was received after deadline and grace."""
    for (name, *place), row in evidence.responses.items():
        one = evidence.attempts[name]
        if not row.is_late and row.received_at >= one.accepts_until + _grace(one):
            yield f"attempt {name} slot {place}: counted, received {row.received_at}"


def i7(evidence):
    """No deadline moves earlier unannounced, and only its owner closes an attempt before it."""
    announced = any(entry.action in MOVES for entry in evidence.audit)
    for name, lines in by_attempt(of_kind(evidence.lines, "seen")).items():
        told = [line["ends"] for line in lines]
        if told != sorted(told) and not announced:
            yield f"attempt {name}: its end moved earlier: {told}"
    asked = {line["attempt"] for line in of_kind(evidence.lines, "intent-submit")}
    known = set(by_attempt(of_kind(evidence.lines, "started", "seen")))
    closed = {entry.target: entry.at for entry in evidence.audit if _is_closing(entry)}
    for name, one in evidence.attempts.items():
        if one.submitted_by == "person" and name in known - asked:
            yield f"attempt {name}: handed in by nobody"
        if one.submitted_by == "clock" and not announced:
            yield from _closed_too_early(name, one, closed.get(f"attempt:{name}"))


def _closed_too_early(name, one, when):
    if one.submitted_at != one.accepts_until:
        yield f"attempt {name}: closed by the clock at {one.submitted_at}"
    if when is not None and when < one.accepts_until + _grace(one):
        yield f"attempt {name}: closed by the clock before its end, at {when}"


def i8(evidence):
    """The audit trail is whole."""
    yield from (one for one in evidence.found if any(word in one for word in TRAILS))


def i12(evidence):
    """Every 5xx has a request id and a line in the log, and shows nothing of the inside."""
    for line in of_kind(evidence.lines, "fault"):
        name = f"{line['method']} {line['path']} {line['status']}"
        if not line["request_id"]:
            yield f"{name}: no request id"
        elif evidence.log is not None and line["request_id"] not in evidence.log:
            yield f"{name}: request {line['request_id']} is not in the log"
        if any(word in line["body"] for word in INSIDES):
            yield f"{name}: shows the inside"
        if line["status"] == 503 and not line["retry_after"]:
            yield f"{name}: does not say when to try again"


def i13(evidence):
    """Every receipt verifies, and is the one that the client was given."""
    yield from (one for one in evidence.found if any(word in one for word in RECEIPTS))
    told = {_key(line): line for line in evidence.acks() if line["epoch"] == evidence.epoch}
    for key, line in told.items():
        row = evidence.responses.get(key)
        if row is not None and row.receipt != line["receipt"]:
            yield f"{key}: the client holds another receipt"


def i14(evidence):
    """All servers tell the same time as this machine, within a second."""
    for line in of_kind(evidence.lines, "clock"):
        told, here = (datetime.fromisoformat(line[name]) for name in ("now", "at"))
        sent = here - timedelta(seconds=line["t"] - line["sent"])
        if not sent - SKEW <= told <= here + SKEW:
            yield f"{line['client']}: told {told}, asked between {sent} and {here}"


def i17(evidence):
    """What a restore took away is sent again, or is listed as missing."""
    stored = {
        (name, slot, seq, row.answer) for (name, slot, _, seq), row in evidence.responses.items()
    }
    for line in evidence.acks():
        if line["epoch"] == evidence.epoch or line["status"] != 200:
            continue
        same = line["attempt"], line["slot"], line["seq"], line["answer"]
        if same not in stored and _key(line) not in evidence.missing:
            yield f"forgotten since epoch {line['epoch']}: {_key(line)}"


def i18(evidence):
    """Processes, memory, descriptors and threads are back where they were before the fault."""
    measured = of_kind(evidence.lines, "resources")
    before = next((one for one in measured if one["when"] == "before"), None)
    after = next((one for one in reversed(measured) if one["when"] == "after"), None)
    if before is None or after is None:
        return
    for name, (share, more) in SLACK.items():
        if after[name] > before[name] * share + more:
            yield f"{name}: {before[name]} before, {after[name]} after"


def i19(evidence):
    """The same save asked again is answered with the same receipt."""
    first = {}
    for line in evidence.acks():
        key = (*_key(line), line["epoch"])
        told = line["answer"], line["receipt"]
        if first.setdefault(key, told) != told:
            yield f"{key}: answered {first[key]} and then {told}"


def i20(evidence):
    """Who was displaced cannot write any more."""
    taken = by_attempt(of_kind(evidence.lines, "takeover"))
    for line in evidence.acks():
        for over in taken.get(line["attempt"], ()):
            is_older = line["lease"] < over["lease"] and line["epoch"] == evidence.epoch
            if is_older and line["status"] == 200 and line["sent"] > over["t"]:
                yield f"{_key(line)}: accepted after lease {over['lease']} was taken"


def i21(evidence):
    """The counts agree: registered, started, open, finalised, scored."""
    started = {line["attempt"] for line in of_kind(evidence.lines, "started")}
    lost = started - set(evidence.attempts)
    if lost and not of_kind(evidence.lines, "epoch"):
        yield f"started and not there: {sorted(lost)}"
    registered = {one.id for one in evidence.enrolments}
    strangers = {one.enrolment_id for one in evidence.attempts.values()} - registered
    if strangers:
        yield f"started and not registered: {sorted(strangers)}"
    finalised = [one for one in evidence.attempts.values() if one.submitted_at]
    scored = [one for one in evidence.attempts.values() if one.score is not None]
    if len(finalised) != len(scored):
        yield f"{len(finalised)} finalised and {len(scored)} scored"
    for line in of_kind(evidence.lines, "submitted"):
        one = evidence.attempts.get(line["attempt"])
        if one is not None and one.submitted_at is None:
            yield f"attempt {line['attempt']}: its owner was told that it is handed in"


def _grace(attempt):
    return timedelta(seconds=attempt.grace_seconds)


def _is_closing(entry):
    return entry.action == "attempt.submitted" and entry.actor_id is None


def _by_client(lines):
    found = defaultdict(list)
    for line in lines:
        found[line["client"]].append(line)
    return found


ALL = {
    "I1": i1,
    "I2": i2,
    "I3": i3,
    "I4": i4,
    "I5": i5,
    "I6": i6,
    "I7": i7,
    "I8": i8,
    "I12": i12,
    "I13": i13,
    "I14": i14,
    "I17": i17,
    "I18": i18,
    "I19": i19,
    "I20": i20,
    "I21": i21,
}


def broken(evidence, *, but=()):
    """Return what is broken, each named by its invariant."""
    return [
        f"{name}: {fault}"
        for name, check in ALL.items()
        if name not in but
        for fault in check(evidence)
    ]

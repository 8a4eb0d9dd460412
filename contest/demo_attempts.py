"""The attempts of the demo's people, written in bulk as the save path would have left them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from accounts import auditing
from accounts.models import Account, AuditEntry
from contest import saving
from contest.models import Attempt, Enrolment, Response, Round, Seat, Slot, SlotKind
from contest.rules import marking, scoring, simulating
from contest.rules.marking import Asked, Given
from contest.rules.simulating import Person
from core import ids, signing
from core.db import AMONG, among, db
from questions import assembling, queries
from questions.assembling import MILLION
from questions.models import ItemVersion
from questions.rules import drawing
from questions.rules import marking as item_marking
from questions.rules.drawing import Plan

CHANGED_MIND = 0.06
AROUND = 90


@dataclass(frozen=True, slots=True)
class Taker:
    """Somebody invented, as enrolled."""

    enrolment_id: int
    public_id: str
    person: Person
    unit_id: int
    # The seat of earlier attempts at the round, and which attempt comes next.
    seat_id: int | None = None
    number: int = 1


@dataclass(slots=True)
class _Written:
    """The rows of a round's attempts, ready to be written."""

    attempts: list[dict[str, Any]] = field(default_factory=list)
    slots: list[list[dict[str, Any]]] = field(default_factory=list)
    answers: list[list[tuple[int, int, str, datetime]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Bank:
    """What papers are drawn from: the plan, and every version with its hardness."""

    plan: Plan
    versions: dict[int, ItemVersion]
    difficulty: dict[int, str | None]
    hardness: dict[int, float]


def public_id(rng: Random) -> str:
    """Return a public id that follows from the seed, so that the same demo has the same papers."""
    return ids.public_id_from(rng.getrandbits(100))


def take(
    round_: Round, takers: Sequence[Taker], *, week: int, until: datetime, rng: Random
) -> None:
    """Let these people take the round: draw, answer, mark, and write it all down."""
    bank = _bank(round_, rng)
    starts = simulating.moments(len(takers), round_.opens_at, until, rng)
    seats = _seats(round_, takers)
    written = _Written()
    for taker, seat, started in zip(takers, seats, starts, strict=True):
        _attempt(round_, bank, taker, seat, min(started, until), week, rng, written)
    _write(round_, written)


def _bank(round_: Round, rng: Random) -> _Bank:
    assert round_.blueprint is not None  # noqa: S101 -- for the type checker: the demo makes one
    plan = assembling.plan(round_.blueprint, before=round_.opens_at, at=round_.opens_at)
    versions = queries.versions({candidate.version for candidate in plan.pool})
    difficulty = {candidate.version: candidate.difficulty for candidate in plan.pool}
    # Each question is a little easier or harder than its grade says, the same for everybody.
    own = Random(len(versions))  # noqa: S311 -- for invented answers, not for secrets
    hardness = {version: own.gauss(0, 0.5) for version in sorted(versions)}
    return _Bank(plan, versions, difficulty, hardness)


def _seats(round_: Round, takers: Sequence[Taker]) -> list[int]:
    sitting = round_.sittings[0].id
    rows = [
        {"sitting_id": sitting, "round_id": round_.id, "enrolment_id": taker.enrolment_id}
        for taker in takers
        if taker.seat_id is None
    ]
    statement = insert(Seat).returning(Seat.id, sort_by_parameter_order=True)
    made = iter(db.session.scalars(statement, rows) if rows else ())
    return [taker.seat_id or next(made) for taker in takers]


def _attempt(  # noqa: PLR0913 -- one person's attempt and all that decides it
    round_: Round,
    bank: _Bank,
    taker: Taker,
    seat: int,
    started: datetime,
    week: int,
    rng: Random,
    written: _Written,
) -> None:
    name = public_id(rng)
    seed = drawing.paper_seed(bytes.fromhex(round_.seed), name)
    slots, asked = _paper(bank, seed)
    moment, answers = started, list[tuple[int, int, str, datetime]]()
    for one in asked:
        version = slots[one.position - 1]["version_id"]
        moment += timedelta(seconds=simulating.seconds_for(taker.person, rng))
        right = simulating.knows(
            taker.person, bank.difficulty[version], bank.hardness[version], week, rng
        )
        told = partial(simulating.answer, one.type, one.content, rng=rng)
        if rng.random() < CHANGED_MIND:
            early = moment - timedelta(seconds=1.5)
            answers.append((one.position, 1, told(right=False), early))
        seq = 1 + sum(place == one.position for place, *_ in answers)
        answers.append((one.position, seq, told(right=right), moment))
    moment += timedelta(seconds=6 + 10 * rng.random())
    predicted = simulating.prediction(rng, around=AROUND)
    answers.append((len(asked) + 1, 1, str(predicted), moment))
    ends = min(started + timedelta(minutes=round_.minutes), round_.closes_at)
    answers = [one for one in answers if one[3] < ends]
    submitted = min(moment + timedelta(seconds=4 + 6 * rng.random()), ends)
    written.slots.append(slots)
    written.answers.append(answers)
    written.attempts.append(
        {
            "public_id": name,
            "seat_id": seat,
            "round_id": round_.id,
            "enrolment_id": taker.enrolment_id,
            "number": taker.number,
            "started_at": started,
            "accepts_until": ends,
            "submitted_at": submitted,
            "submitted_by": "clock" if submitted == ends else "person",
            "receipt_code": ids.code_from(rng.getrandbits(64)),
            "device": "phone" if rng.random() < 0.63 else "computer",
        }
        | _marked(asked, slots, answers)
    )


def _paper(bank: _Bank, seed: bytes) -> tuple[list[dict[str, Any]], list[Asked]]:
    """Return the rows of a paper's slots, and what they ask."""
    slots, asked = [], []
    for position, item in enumerate(bank.plan.draw(seed), start=1):
        version = bank.versions[item.version]
        ids_, pinned = item_marking.shuffled_ids(version.type, version.content)
        points = int(item.points * MILLION)
        slots.append(
            {
                "position": position,
                "kind": SlotKind.ITEM,
                "version_id": version.id,
                "option_order": drawing.shuffled_options(ids_, seed, position, pinned),
                "points": points,
                "mark": 0,
            }
        )
        asked.append(Asked(position, version.type, version.content, points))
    last = {"position": len(slots) + 1, "kind": SlotKind.PREDICTION, "version_id": None}
    slots.append(last | {"option_order": [], "points": 0, "mark": None})
    return slots, asked


def _marked(
    asked: Sequence[Asked],
    slots: Sequence[dict[str, Any]],
    answers: Sequence[tuple[int, int, str, datetime]],
) -> dict[str, Any]:
    """Mark the answers with the real rules; return the attempt's columns, fill in the slots'."""
    newest = {position: text for position, _, text, _ in answers}
    marks = marking.mark_paper(asked, newest)
    for slot in slots:
        if slot["position"] in marks:
            slot["mark"] = scoring.to_millionths(marks[slot["position"]].mark)
    predicted = newest.get(len(asked) + 1)
    return {
        "score": scoring.to_millionths(scoring.total(marks.values())),
        "correct": scoring.correct_count(marks.values()),
        "asked": len(asked),
        "predicted": int(predicted) * 1_000_000 if predicted else None,
    }


def _write(round_: Round, written: _Written) -> None:
    key = signing.key_id(saving.RECEIPT)
    for row in written.attempts:
        took = row["submitted_at"] - row["started_at"]
        row["duration_ms"] = took // timedelta(milliseconds=1)
    statement = insert(Attempt).returning(Attempt.id, sort_by_parameter_order=True)
    attempts = list(db.session.scalars(statement, written.attempts))
    responses, slots, digests = [], [], []
    for attempt, row, paper, answers in zip(
        attempts, written.attempts, written.slots, written.answers, strict=True
    ):
        slots += [{"attempt_id": attempt, **slot} for slot in paper]
        mine = [_response(attempt, key, *answer) for answer in answers]
        responses += mine
        given = {
            one["position"]: Given(one["position"], 1, one["seq"], one["answer"], one["receipt"])
            for one in mine
        }
        digest = marking.answers_digest(row["public_id"], given.values())
        digests.append({"b_id": attempt, "answers_digest": digest})
        row["answers_digest"] = digest
    connection = db.session.connection()
    connection.execute(insert(Slot), slots)
    connection.execute(insert(Response), responses)
    _keep_digests(digests)
    _record(round_, written.attempts)


def _response(
    attempt: int, key: str, position: int, seq: int, answer: str, received: datetime
) -> dict[str, Any]:
    return {
        "attempt_id": attempt,
        "position": position,
        "lease_no": 1,
        "seq": seq,
        "answer": answer,
        "elapsed_ms": None,
        "received_at": received,
        "is_late": False,
        "receipt": saving.receipt_of(attempt, position, 1, seq, answer, received),
        "key_id": key,
    }


def _keep_digests(digests: Sequence[dict[str, Any]]) -> None:
    statement = update(Attempt).where(Attempt.id == bindparam("b_id"))
    db.session.connection().execute(
        statement.values(answers_digest=bindparam("answers_digest")), list(digests)
    )


def _record(round_: Round, attempts: Sequence[dict[str, Any]]) -> None:
    """Write the audit entries that submitting would have written."""
    connection = db.session.connection()
    numbers = json.dumps(sorted({row["enrolment_id"] for row in attempts}))
    owners = {
        enrolment: (account, name)
        for enrolment, account, name in connection.execute(
            select(Enrolment.id, Account.id, Account.public_id)
            .join(Account, Account.id == Enrolment.account_id)
            .where(among("enrolment.id", connection.dialect.name)),
            {AMONG: numbers},
        )
    }
    rows = []
    for row in attempts:
        account, name = owners[row["enrolment_id"]]
        details = {"answers": row["answers_digest"], "by": row["submitted_by"]}
        rows.append(
            auditing.entry(
                name,
                "attempt.submitted",
                f"attempt:{row['public_id']}",
                log=round_.contest.log,
                at=row["submitted_at"],
                details=details,
            )
            | {"actor_id": account}
        )
    connection.execute(insert(AuditEntry), rows)

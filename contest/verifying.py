"""Recomputing every standing from the raw responses, and naming each row that does not agree."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import func, select

from accounts import auditing
from accounts.models import AuditEntry
from contest import (
    change_queries,
    computing,
    concluding,
    essay_queries,
    foretelling,
    placing,
    preparing,
    rederiving,
    rereading,
    rerunning,
    run_queries,
    totalling,
)
from contest.models import (
    Attempt,
    AttemptKind,
    Contest,
    Enrolment,
    Response,
    ResultRun,
    Round,
    SentPrediction,
    Slot,
    SlotKind,
    Standing,
)
from contest.rechecking import Decided
from contest.rules import combining, marking, predicting, scoring
from contest.rules.marking import Asked, Given, Ruling
from contest.rules.standing import Achieved, board_digest
from contest.saving import receipt_of
from core.db import db
from core.saying import Unreadable
from questions.models import ItemVersion
from questions.rules.marking import MARKED_BY_PEOPLE

ATTEMPTS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Found:
    """What was looked at, and each fault found, in words that name the row."""

    attempts: int
    responses: int
    standings: int
    faults: list[str]
    entries: int = 0


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one attempt; of its batch the marks of essays, and what was decided."""

    responses: Sequence[Response]
    slots: Sequence[Slot]
    essays: Mapping[tuple[int, int], Sequence[int]]
    decided: Decided
    rulings: Mapping[int, Ruling]
    sent: SentPrediction | None


def verify(contest: Contest) -> Found:
    """Check receipts, answer sets, marks, scores, standings, runs and the trail of a contest."""
    attempts = responses = standings = 0
    faults: list[str] = []
    contents = _contents(contest)
    for round_ in contest.rounds:
        run = run_queries.current_run(round_)
        held = change_queries.rulings_in(round_)
        rulings = {version: one.ruling for version, one in held.items()}
        achieved: dict[tuple[int, str], list[Achieved]] = defaultdict(list)
        for batch in _batches(round_):
            given = _responses([attempt.id for attempt, _ in batch])
            slots = _slots([attempt.id for attempt, _ in batch])
            essays = essay_queries.points_given([attempt.id for attempt, _ in batch])
            sent = foretelling.sent_of([attempt.id for attempt, _ in batch])
            decided = Decided(contest, [attempt for attempt, _ in batch])
            faults += _trail_faults(contest, [attempt for attempt, _ in batch], decided)
            for attempt, person in batch:
                mine = given[attempt.id]
                attempts, responses = attempts + 1, responses + len(mine)
                faults += _response_faults(attempt, mine)
                faults += decided.faults(attempt, mine)
                told = sent.get(attempt.id)
                rows = _Rows(mine, slots[attempt.id], essays, decided, rulings, told)
                one = _recomputed(round_, attempt, rows, contents, faults)
                if one is not None and rerunning.counted_in(run, attempt, person):
                    achieved[person.id, person.public_id].append(one)
        seen, wrong = _standing_faults(round_, dict(achieved))
        standings, faults = standings + seen, faults + wrong + rerunning.faults(round_)
    faults += preparing.faults(contest)
    faults += rederiving.faults(contest)
    faults += totalling.faults(contest) + concluding.faults(contest)
    faults += rereading.table_faults(contest)
    faults += auditing.faults(contest.log)
    return Found(attempts, responses, standings, faults, _entries(contest))


def _entries(contest: Contest) -> int:
    held = select(func.count()).where(AuditEntry.log == contest.log)
    return db.session.scalar(held) or 0


def _trail_faults(contest: Contest, attempts: Sequence[Attempt], decided: Decided) -> list[str]:
    """Return the submitted attempts whose answers are not those that the trail tells of."""
    submitted = {f"attempt:{one.public_id}": one for one in attempts if one.submitted_at}
    rows = db.session.execute(
        select(AuditEntry.target, AuditEntry.record).where(
            AuditEntry.log == contest.log,
            AuditEntry.action == "attempt.submitted",
            AuditEntry.target.in_(submitted),
        )
    )
    told = dict(rows.all())
    faults = []
    for target, attempt in submitted.items():
        name = f"attempt {attempt.public_id}"
        if target not in told:
            faults.append(f"{name}: the trail does not tell of its submission")
            continue
        record = told[target]
        if record is None:  # erased with the person; the leaf is still checked
            continue
        if json.loads(record)["details"].get("answers") != decided.answers_handed_in(attempt):
            faults.append(f"{name}: the trail tells of other answers")
    return faults


def _contents(contest: Contest) -> Mapping[int, tuple[str, dict[str, object]]]:
    """Return type and content of every item version that was asked."""
    asked = (
        select(Slot.version_id)
        .join(Attempt, Attempt.id == Slot.attempt_id)
        .join(Round, Round.id == Attempt.round_id)
        .where(Round.contest_id == contest.id)
        .distinct()
    )
    rows = db.session.execute(
        select(ItemVersion.id, ItemVersion.type, ItemVersion.content).where(
            ItemVersion.id.in_(asked)
        )
    )
    return {version: (str(kind), content) for version, kind, content in rows}


def _batches(round_: Round) -> Iterator[list[tuple[Attempt, Enrolment]]]:
    last = 0
    while True:
        rows = db.session.execute(
            select(Attempt, Enrolment)
            .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
            .where(Attempt.round_id == round_.id, Attempt.id > last)
            .order_by(Attempt.id)
            .limit(ATTEMPTS_AT_ONCE)
        ).all()
        if not rows:
            return
        last = rows[-1][0].id
        yield [(one, person) for one, person in rows]


def _responses(ids: Sequence[int]) -> dict[int, list[Response]]:
    found: dict[int, list[Response]] = defaultdict(list)
    rows = db.session.scalars(
        select(Response)
        .where(Response.attempt_id.in_(ids))
        .order_by(Response.attempt_id, Response.position, Response.lease_no, Response.seq)
    )
    for row in rows:
        found[row.attempt_id].append(row)
    return found


def _slots(ids: Sequence[int]) -> dict[int, list[Slot]]:
    found: dict[int, list[Slot]] = defaultdict(list)
    rows = db.session.scalars(
        select(Slot).where(Slot.attempt_id.in_(ids)).order_by(Slot.attempt_id, Slot.position)
    )
    for row in rows:
        found[row.attempt_id].append(row)
    return found


def _response_faults(attempt: Attempt, responses: Sequence[Response]) -> list[str]:
    """Return the responses whose receipt does not fit what is stored."""
    faults = []
    for row in responses:
        place = (row.attempt_id, row.position, row.lease_no, row.seq)
        try:
            made = receipt_of(*place, row.answer, row.received_at, key=row.key_id)
        except KeyError:
            faults.append(f"{_row_name(attempt, row)}: its key {row.key_id} is not kept")
            continue
        if made != row.receipt:
            faults.append(f"{_row_name(attempt, row)}: changed after it was received")
    return faults


def _row_name(attempt: Attempt, row: Response) -> str:
    return (
        f"response attempt={attempt.public_id} slot={row.position}"
        f" lease={row.lease_no} seq={row.seq}"
    )


def _recomputed(
    round_: Round,
    attempt: Attempt,
    rows: _Rows,
    contents: Mapping[int, tuple[str, dict[str, object]]],
    faults: list[str],
) -> Achieved | None:
    """Return what the attempt achieved by its responses; add what disagrees to `faults`."""
    if attempt.submitted_at is None:
        return None
    slots = rows.slots
    given = _counting(rows)
    answers = {position: one.answer for position, one in given.items()}
    asked = [
        Asked(
            slot.position,
            *contents[slot.version_id],
            slot.points,
            ruling=rows.rulings.get(slot.version_id),
        )
        for slot in slots
        if slot.version_id is not None
    ]
    marks = marking.mark_paper(asked, answers)
    waiting = _mark_essays(round_, attempt, rows, asked, answers, marks)
    name = f"attempt {attempt.public_id}"
    digest = marking.answers_digest(attempt.public_id, given.values())
    if digest != attempt.answers_digest:
        faults.append(f"{name}: its answers are not those that were submitted")
    faults += [
        f"slot attempt={attempt.public_id} slot={slot.position}: mark differs"
        for slot in slots
        if slot.version_id is not None
        and slot.mark
        != (
            None
            if slot.position in waiting or slot.position not in marks
            else scoring.to_millionths(marks[slot.position].mark)
        )
    ]
    if attempt.unmarked != len(waiting):
        faults.append(f"{name}: another number of essays waits for its mark")
    score = scoring.to_millionths(scoring.total(marks.values()))
    correct = scoring.correct_count(marks.values())
    predicted = _predicted(round_, rows, answers)
    if rows.sent is not None and not foretelling.is_as_received(rows.sent):
        faults.append(f"{name}: its prediction was changed after it was received")
    stored = (attempt.score, attempt.correct, attempt.asked, attempt.predicted)
    if stored != (score, correct, len(marks), predicted):
        faults.append(f"{name}: score, correct answers or prediction differ")
    took = attempt.duration_ms or 0
    moments = (attempt.started_at, attempt.submitted_at)
    return Achieved(attempt.id, score, correct, len(marks), predicted, took, *moments)


def _counting(rows: _Rows) -> dict[int, Given]:
    """Return the answer that counts for each slot: the newest in time, or a late one decided."""
    in_time = [row for row in rows.responses if not row.is_late]
    late = [row for row in rows.responses if row.is_late and rows.decided.counts(row)]
    return {
        row.position: Given(row.position, row.lease_no, row.seq, row.answer, row.receipt)
        for row in in_time + late
    }


def _mark_essays(
    round_: Round,
    attempt: Attempt,
    rows: _Rows,
    asked: Sequence[Asked],
    answers: Mapping[int, str],
    marks: dict[int, scoring.SlotMark],
) -> set[int]:
    """Put what people gave into `marks`; return where a mark is still missing."""
    waiting = set()
    for one in asked:
        is_answered = bool(answers.get(one.position, "").strip())
        if one.type not in MARKED_BY_PEOPLE or one.is_void or not is_answered:
            continue
        if attempt.kind is not AttemptKind.OFFICIAL:
            continue
        given = rows.essays.get((attempt.id, one.position), [])
        final = combining.final(
            given, one.points, markers=round_.markers, percent=round_.deviation_percent
        )
        if final is None:
            waiting.add(one.position)
        elif one.points:
            fraction = Decimal(final) / one.points
            marks[one.position] = replace(marks[one.position], fraction=fraction)
    return waiting


def _predicted(round_: Round, rows: _Rows, answers: Mapping[int, str]) -> int | None:
    place = next((slot.position for slot in rows.slots if slot.kind is SlotKind.PREDICTION), None)
    config = round_.asked_prediction
    if config is None or (place is None and rows.sent is None):
        return None
    said = rows.sent.answer if rows.sent is not None else answers.get(place or 0, "")
    try:
        return scoring.to_millionths(predicting.parse(said, config))
    except Unreadable:
        return None


def _standing_faults(
    round_: Round, achieved: dict[tuple[int, str], list[Achieved]]
) -> tuple[int, list[str]]:
    """Return how many standings the current run holds, and which are not as recomputed."""
    if round_.current_run_id is None:
        return 0, []
    run = db.session.get_one(ResultRun, round_.current_run_id)
    faults = []
    actuals: dict[int | None, int] = {}
    if not run.is_provisional:
        # Rounds that were added since are not asked for again.
        is_counted = run.true_values and not round_.fixed_actuals
        recount = computing.actuals_in if is_counted else computing.actuals_of_run
        actuals = recount(round_, achieved, at=run.made_at)
        if actuals != run.true_values:
            faults.append(f"run {run.number} of round {round_.public_id}: predicted value differs")
    stood = computing.stood_in(round_, placing.terms_of(round_, actuals=actuals), achieved)
    expected = {person: placing.columns(one) for person, one in stood.items()}
    seen = 0
    rows = db.session.execute(
        select(Standing, Enrolment.public_id)
        .join(Enrolment, Enrolment.id == Standing.enrolment_id)
        .where(Standing.run_id == run.id, rerunning.moves(round_, run))
    )
    audiences = set()
    for row, who in rows:
        seen += 1
        audiences.add(row.audience)
        wanted = expected.get((row.enrolment_id, who))
        if wanted is None or any(getattr(row, name) != value for name, value in wanted.items()):
            faults.append(f"standing round={round_.public_id} enrolment={who}: differs")
    if seen != len(expected) * len(audiences):
        faults.append(f"round {round_.public_id}: {len(expected)} people should stand, not {seen}")
    faults += rereading.faults(round_, run, stood)
    digest = board_digest((one.sort_key, who) for (_, who), one in stood.items())
    if not run.is_provisional and run.board_digest != digest:
        faults.append(f"run {run.number} of round {round_.public_id}: board digest differs")
    return seen, faults

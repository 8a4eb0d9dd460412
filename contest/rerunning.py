"""What `verify` asks of runs and of changes to results: whole boards, two people, real rulings."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select, true

from accounts.models import AuditEntry
from contest.models import (
    UNFINISHED,
    Attempt,
    AttemptKind,
    ChangeState,
    Enrolment,
    QuestionRuling,
    ResultChange,
    ResultRun,
    Round,
    Standing,
)
from contest.rules.marking import Ruling
from contest.rules.standing import board_digest
from contest.rules.timing import Audience
from core.db import db

COMPUTED, PROPOSED, AGREED = "results.computed", "change.proposed", "change.agreed"


def counted_in(run: ResultRun | None, attempt: Attempt, person: Enrolment) -> bool:
    """Say whether an attempt counts in a run: what came after a computed one changes it not."""
    if attempt.kind is not AttemptKind.OFFICIAL or person.is_hidden or person.is_test:
        return False
    for out in (attempt.annulled_at, person.disqualified_at):
        if out is not None and (run is None or run.is_provisional or out <= run.made_at):
            return False
    return True


def moves(round_: Round, run: ResultRun) -> ColumnElement[bool]:
    """Find the standings of a run that follow its attempts: a frozen public board does not."""
    if round_.frozen_run_id == run.id:
        return Standing.audience != Audience.PUBLIC
    return true()


def faults(round_: Round) -> list[str]:
    """Return what is wrong with the runs of a round, its changes and its rulings."""
    runs = db.session.scalars(
        select(ResultRun)
        .where(ResultRun.round_id == round_.id, ~UNFINISHED)
        .order_by(ResultRun.number)
    ).all()
    changes = db.session.scalars(
        select(ResultChange).where(ResultChange.round_id == round_.id).order_by(ResultChange.id)
    ).all()
    told = _told(round_)
    found = [fault for run in runs for fault in _run_faults(round_, run, told)]
    found += [fault for change in changes for fault in _change_faults(change, told)]
    found += _ruling_faults(round_, changes)
    return found


def _run_faults(
    round_: Round, run: ResultRun, told: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Iterator[str]:
    """Yield what of a computed run is not as it was when its digest was made."""
    if run.is_provisional:
        return
    name = f"run {run.number} of round {round_.public_id}"
    boards: dict[Audience, list[tuple[str, str]]] = defaultdict(list)
    for audience, sort_key, who in db.session.execute(
        select(Standing.audience, Standing.sort_key, Enrolment.public_id)
        .join(Enrolment, Enrolment.id == Standing.enrolment_id)
        .where(Standing.run_id == run.id)
    ):
        boards[audience].append((sort_key, who))
    boards.setdefault(Audience.PARTICIPANT, [])
    for audience, rows in sorted(boards.items()):
        if board_digest(rows) != run.board_digest:
            yield f"{name}: its board for the audience {audience} is not the one of its digest"
    yield from _told_faults(round_, run, told)


def _told_faults(
    round_: Round, run: ResultRun, told: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Iterator[str]:
    """Yield what a run says otherwise than its round or the trail."""
    name = f"run {run.number} of round {round_.public_id}"
    if run.id == round_.current_run_id and run.rule != round_.rule_of_results:
        yield f"{name}: it says another rule than the round’s"
    entries = [
        one["details"]
        for one in (*told[COMPUTED], *told[AGREED])
        if one["details"].get("run") == run.number
    ]
    if not entries:
        yield f"{name}: the trail does not tell of it"
    elif entries[-1].get("board") != run.board_digest:
        yield f"{name}: the trail tells of another board"
    elif entries[-1].get("inputs") != run.inputs_digest:
        yield f"{name}: the trail tells of other inputs"


def _change_faults(
    change: ResultChange, told: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Iterator[str]:
    """Yield what is wrong with a change that was agreed to: two people, and the trail knows."""
    if change.state is not ChangeState.AGREED:
        return
    name = f"change {change.public_id}"
    if change.decided_by_id in (None, change.made_by_id):
        yield f"{name} is not of two people"
    proposed, agreed = (_about(told[act], change) for act in (PROPOSED, AGREED))
    if proposed is None or agreed is None:
        yield f"the trail does not tell of {name}"
    elif proposed["actor"] == agreed["actor"]:
        yield f"the trail tells of one person in {name}"
    elif agreed["details"].get("entries") != change.entries:
        yield f"the trail tells of other changes in {name}"


def _about(entries: Sequence[Mapping[str, Any]], change: ResultChange) -> Mapping[str, Any] | None:
    named = [one for one in entries if one["details"].get("change") == change.public_id]
    return named[-1] if named else None


def _ruling_faults(round_: Round, changes: Sequence[ResultChange]) -> Iterator[str]:
    """Yield where the rulings that hold are not those that were agreed to, one after another."""
    wanted: dict[int, Ruling] = {}
    agreed = [one for one in changes if one.state is ChangeState.AGREED]
    for change in sorted(agreed, key=lambda one: (one.decided_at, one.run_id)):
        for one in change.changes:
            if one.about[0] == "question" and one.ruling is None:
                wanted.pop(int(one.subject), None)
            elif one.ruling is not None:
                wanted[int(one.subject)] = one.ruling
    held = {
        one.version_id: one.ruling
        for one in db.session.scalars(
            select(QuestionRuling).where(
                QuestionRuling.round_id == round_.id, QuestionRuling.lifted_by_id.is_(None)
            )
        )
    }
    for version in sorted(wanted.keys() | held.keys()):
        if wanted.get(version) != held.get(version):
            yield f"round {round_.public_id}: nobody agreed to the ruling about version {version}"


def _told(round_: Round) -> Mapping[str, list[Mapping[str, Any]]]:
    """Return what the trail tells of the round's runs and changes, by act, in order."""
    rows = db.session.execute(
        select(AuditEntry.action, AuditEntry.record)
        .where(
            AuditEntry.log == round_.contest.log,
            AuditEntry.action.in_((COMPUTED, PROPOSED, AGREED)),
            AuditEntry.target == f"round:{round_.public_id}",
            AuditEntry.record.is_not(None),
        )
        .order_by(AuditEntry.id)
    )
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for action, record in rows:
        found[action].append(json.loads(record or "{}"))
    return found

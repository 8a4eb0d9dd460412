"""The preview of a change as a page shows it: at once for few attempts, by a job for many."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from accounts.models import Account, Unit
from contest import award_queries, change_queries, recomputing, revising
from contest.foreseeing import Crossed
from contest.models import Attempt, AttemptKind, Enrolment, ResultChange, Round
from contest.recomputing import Other, Preview
from contest.rules import prizes, scoring
from contest.rules.comparing import Lines, Moved, Totals
from contest.rules.progressing import Progress
from core import jobs
from core.db import atomic, db
from core.errors import NotFound
from core.jobs import Job
from core.web import Page, whole_or

JOB = "contest.preview_change"
APPLY = "contest.apply_change"
# With more attempts than this a job does the work.
DIRECT_ATTEMPTS = 3000
PAGE = 50
MOST_WINNERS = 500
WAYS = ("all", "lines", "score", "place")


@dataclass(frozen=True, slots=True)
class Row:
    """One person of the matrix, with the row of the person."""

    moved: Moved[int]
    person: Enrolment


def is_large(round_: Round) -> bool:
    """Say whether a job previews and applies the round's changes."""
    attempts = select(func.count()).where(
        Attempt.round_id == round_.id, Attempt.kind == AttemptKind.OFFICIAL
    )
    return (db.session.scalar(attempts) or 0) > DIRECT_ATTEMPTS


@atomic()
def order(change: ResultChange, actor: Account, *, at: datetime, reason: str | None = None) -> Job:
    """Let a job preview a change, or with a reason carry it out as the second person."""
    kind = JOB if reason is None else APPLY
    if reason is not None:
        revising.check_second(change, actor)
    payload = {"change": change.public_id, "actor": actor.id, "reason": reason or ""}
    key = f"{kind}:{change.public_id}"
    return jobs.enqueue(kind, payload, at=at, key=key, owner=actor.id)


def of_job(payload: Mapping[str, Any]) -> tuple[ResultChange, Account]:
    """Return the change that a job is about, and who asked for it."""
    change = change_queries.change_with(str(payload["change"]))
    if change is None:
        raise NotFound
    return change, db.session.get_one(Account, payload["actor"])


def alive(change: ResultChange) -> Job | None:
    """Return the job that previews or carries out a change by now; None if none does."""
    keys = [f"{kind}:{change.public_id}" for kind in (JOB, APPLY)]
    return db.session.scalar(select(Job).where(Job.key.in_(keys)).limit(1))


def last_fault(change: ResultChange) -> str:
    """Return why the newest job about a change was refused; "" where none was."""
    rows = db.session.scalars(
        select(Job).where(Job.kind.in_((JOB, APPLY))).order_by(Job.id.desc()).limit(20)
    )
    mine = next((one for one in rows if one.payload["change"] == change.public_id), None)
    return mine.fault if mine is not None else ""


def compute(change: ResultChange, *, at: datetime, progress: Progress) -> Preview:
    """Return the preview of a change by its own lines, or those of the round's prizes."""
    return recomputing.preview(
        change.round, change.changes, lines_of(change), at=at, progress=progress
    )


def lines_of(change: ResultChange) -> Lines:
    """Return the lines that a change looks at: as typed, or those of the round's prizes."""
    typed, round_ = change.lines_that_matter, change.round
    mark = round_.pass_mark if typed.passing is None else typed.passing
    if typed.places:
        return Lines(typed.places, mark)
    rules = [
        one
        for one in award_queries.rules_of(round_.contest)
        if one.round_id == round_.id and not one.is_collective and one.block_id is None
    ]
    places = {place for rule in rules for place in prizes.last_places(rule.levels)}
    least = [one.individual.least_score for one in rules]
    scores = [scoring.to_millionths(score) for score in least if score is not None]
    passing = min(scores, default=None) if mark is None else mark
    return Lines(tuple(sorted(places)), passing)


@dataclass(frozen=True, slots=True)
class Winner:
    """Somebody, or a unit, that crosses a prize, with the row."""

    crossed: Crossed
    person: Enrolment | None
    unit: Unit | None


def winners_of(preview: Preview) -> list[Winner]:
    """Return who crosses a prize with their rows; two statements."""
    shown = preview.prizes[:MOST_WINNERS]
    people = award_queries.enrolments_named({one.who for one in shown if not one.is_unit})
    units = award_queries.units_named({one.who for one in shown if one.is_unit})
    found = [Winner(one, people.get(one.who), units.get(one.who)) for one in shown]
    return [one for one in found if one.person or one.unit]


def file_of(folder: Path, change: ResultChange) -> Path:
    """Return where the preview of a change is kept, for just what it changes and stands by now."""
    rules = award_queries.rules_of(change.round.contest)
    held = award_queries.lists_that_hold(rules)
    stamp = list(recomputing.stamp(change.round).values)
    told = [change.entries, change.lines, change.passing, stamp]
    told += [
        [rule.public_id, rule.rule, held[rule.id].id if rule.id in held else 0] for rule in rules
    ]
    digest = hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()
    return folder / f"preview-{change.public_id}-{digest[:16]}.json"


def write(path: Path, preview: Preview) -> None:
    """Keep a preview in a file; of those whom nothing happens to only the number."""
    told = asdict(preview) | {"moved": [asdict(one) for one in preview.moved if one.is_moved]}
    path.write_text(json.dumps(told), "utf-8")


def read(path: Path) -> Preview:
    """Return the preview that was kept."""
    told: dict[str, Any] = json.loads(path.read_text("utf-8"))
    moved = [Moved(**one | {"crossed": tuple(one["crossed"])}) for one in told["moved"]]
    prizes = tuple((line, up, down) for line, up, down in told["totals"]["prizes"])
    totals = Totals(**told["totals"] | {"prizes": prizes})
    actuals = [(block, before, after) for block, before, after in told["actuals"]]
    others = [Other(**one) for one in told["others"]]
    crossed = [Crossed(**one) for one in told["prizes"]]
    return Preview(moved, totals, actuals, others, crossed, told["attempts"])


def chosen(
    preview_moved: Sequence[Moved[int]], way: str, among: set[int] | None
) -> list[Moved[int]]:
    """Return the people whom something happens to, in the way asked for, of those found."""
    tests: Mapping[str, Any] = {
        "lines": lambda one: one.is_over_a_line,
        "score": lambda one: bool(one.score_gained),
        "place": lambda one: bool(one.places_gained),
    }
    test = tests.get(way, lambda one: one.is_moved)
    return [one for one in preview_moved if test(one) and (among is None or one.who in among)]


def page_of(
    round_: Round, moved: Sequence[Moved[int]], *, way: str, words: str, after: str | None
) -> tuple[Page[Row], int]:
    """Return a page of the matrix and how many rows there are, in at most two statements."""
    among = change_queries.enrolments_found(round_.contest_id, words) if words else None
    found = chosen(moved, way, among)
    begin = max(0, whole_or(after or "", 0))
    part = found[begin : begin + PAGE]
    people = change_queries.people_with([one.who for one in part])
    rows = [Row(one, people[one.who]) for one in part]
    before = str(max(0, begin - PAGE)) if begin else None
    later = str(begin + PAGE) if begin + PAGE < len(found) else None
    return Page(rows, before=before, after=later), len(found)


def between(first: int, second: int, lines: Lines) -> Preview:
    """Return what lies between two runs, by their ids, as a preview shows it."""
    before, after = recomputing.ranked_in(first), recomputing.ranked_in(second)
    return recomputing.beside(before, after, lines)

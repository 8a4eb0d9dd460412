"""Preparing papers before a sitting: one for each seat, drawn, checked, sealed, and kept ready.

Nothing of them is an attempt before the person starts (`beginning`). The draw is the one that a
start would have made for the same attempt, so that `verify` can make it again.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, literal, select

from accounts import auditing
from accounts.models import Account
from contest import attempting, beginning, eligibility_queries, prepared_queries, sitting_queries
from contest.attempting import Source
from contest.errors import PapersFaulty, WrongHour
from contest.models import (
    Contest,
    Enrolment,
    PreparedPaper,
    PreparedSlot,
    Round,
    RoundState,
    Seat,
    Sitting,
    Slot,
    SlotKind,
)
from core import ids, jobs, sealing, signing
from core.db import atomic, db
from core.errors import NotFound
from core.jobs import Job
from core.text import N_
from questions.assembling import Asked, PaperSlot
from questions.rules.drawing import Plan, Row

JOB = "contest.prepare_papers"
AT_ONCE = 50
_WORDS = 16
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper on its way: whose, of which attempt, and the slots that it will have."""

    seat: Seat
    public_id: str
    slots: Sequence[Slot]
    rows: Sequence[dict[str, Any]]
    asked: Sequence[Asked]


# By block, under None for all others: what is drawn from, laid over the bank.
Plans = Mapping[int | None, tuple[Source, Plan]]
# Gives the pages of drafts, to be sealed: the edge knows how they look.
Pages = Callable[[Round, Sequence[Draft]], Sequence[str]]


@atomic()
def order(sitting: Sitting, actor: Account, *, at: datetime) -> Job:
    """Let a job prepare the papers of a sitting; everybody gets a seat where there is one sitting.

    Raise `WrongHour` unless the round is ready and the sitting still to come or under way.
    """
    round_ = sitting.round
    if round_.state not in (RoundState.READY, RoundState.PAUSED) or at >= sitting.closes_at:
        raise WrongHour(N_("Papers are prepared for a ready round before its sitting is over."))
    plans_of(round_, at=at)
    seated = _seat_everybody(round_, sitting)
    auditing.record(
        actor,
        "papers.ordered",
        f"sitting:{sitting.public_id}",
        log=round_.contest.log,
        seated=seated,
    )
    payload = {"sitting": sitting.public_id, "actor": actor.id}
    key = f"{JOB}:{sitting.public_id}"
    return jobs.enqueue(JOB, payload, at=at, key=key, owner=actor.id)


def of_job(payload: Mapping[str, Any]) -> tuple[Sitting, Account | None]:
    """Return the sitting that a job prepares papers for, and who asked for it."""
    sitting = sitting_queries.sitting_with(payload["sitting"])
    if sitting is None:
        raise NotFound
    return sitting, db.session.get(Account, payload["actor"])


def alive(sitting: Sitting) -> Job | None:
    """Return the job that prepares the papers of a sitting now, if there is one."""
    return db.session.scalar(select(Job).where(Job.key == f"{JOB}:{sitting.public_id}"))


def _seat_everybody(round_: Round, sitting: Sitting) -> int:
    """Seat whoever has no seat in the round; only a round of one sitting knows where."""
    if len(round_.sittings) > 1:
        return 0
    seated = select(Seat.id).where(Seat.round_id == round_.id, Seat.enrolment_id == Enrolment.id)
    missing = select(literal(sitting.id), literal(round_.id), Enrolment.id).where(
        Enrolment.contest_id == round_.contest_id,
        Enrolment.disqualified_at.is_(None),
        eligibility_queries.entitled(round_),
        ~seated.exists(),
    )
    names = ["sitting_id", "round_id", "enrolment_id"]
    made: Any = db.session.execute(insert(Seat).from_select(names, missing))
    return int(made.rowcount)


def prepare(
    sitting: Sitting,
    actor: Account | None,
    pages: Pages,
    *,
    release: str,
    at: datetime,
    progress: Progress = lambda done, total: None,
) -> int:
    """Prepare what is missing or out of date, and check the whole; return how many were made.

    Papers are kept in many short transactions: a work that is cut short goes on where it was.
    `release` names the software whose pages are sealed. Raise `PapersFaulty` if one cannot be
    used, and `CannotFill` when the bank does not fill the blueprint.
    """
    round_ = sitting.round
    basis = basis_of(round_, release, at=at)
    plans = plans_of(round_, at=at)
    waiting = prepared_queries.seats_without(sitting, basis)
    for start in range(0, len(waiting), AT_ONCE):
        progress(start, len(waiting))
        seats = prepared_queries.seats(waiting[start : start + AT_ONCE])
        drafts = [_draft(round_, plans, seat, at=at) for seat in seats]
        sealed = [
            _sealed(draft, page) for draft, page in zip(drafts, pages(round_, drafts), strict=True)
        ]
        _keep(drafts, sealed, basis, at=at)
    progress(len(waiting), len(waiting))
    _finish(sitting, actor, basis, made=len(waiting))
    return len(waiting)


def basis_of(round_: Round, release: str, *, at: datetime) -> str:
    """Return what the papers of a round follow from, as a digest: it changes when they would.

    Its beginning is about the draw alone; the rest names the pages that are sealed.
    """
    words = _digest([round_.contest.title, round_.title, round_.prediction, release])
    return _of_draw(round_, plans_of(round_, at=at)) + words[:_WORDS]


def plans_of(round_: Round, *, at: datetime) -> Plans:
    """Return what papers of a round are drawn from: under None, and for each block with its own.

    Raise `NotEnoughItems` where there is no blueprint.
    """
    own = {one.block_id: attempting.source_of(round_, one.block_id) for one in round_.block_papers}
    sources = {None: attempting.source_of(round_, None)} | own
    return {
        block: (source, attempting.official_plan(source, at=at))
        for block, source in sources.items()
    }


def _of_draw(round_: Round, plans: Plans) -> str:
    whole = _plan_told(plans[None][1])
    told = whole | {
        "seed": round_.seed,
        "shuffles": round_.shuffles,
        "predicts": attempting.asks_prediction(round_, []),
    }
    blocks = {str(block): _plan_told(plan) for block, (_, plan) in plans.items() if block}
    return _digest(told | ({"blocks": blocks} if blocks else {}))[:-_WORDS]


def _plan_told(plan: Plan) -> dict[str, object]:
    return {
        "rows": [_row_told(one) for one in plan.rows],
        "pool": [repr(one) for one in sorted(plan.pool, key=lambda one: one.item)],
    }


def _row_told(row: Row) -> str:
    return repr((row.count, sorted(row.topics), row.difficulty, row.type, row.points))


def _digest(told: object) -> str:
    written = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def digest_of(slots: Iterable[Mapping[str, Any]]) -> str:
    """Return the digest of a paper, from the columns of its slots."""
    return _digest(
        [
            [
                one["position"],
                str(one["kind"]),
                one["version_id"],
                one["option_order"],
                one["points"],
            ]
            for one in slots
        ]
    )


def rows_of(
    plans: Plans, block_id: int | None, public_id: str, *, at: datetime
) -> list[dict[str, Any]]:
    """Return the columns of the slots of an attempt's paper, as a start in that block draws it."""
    source, plan = plans.get(block_id, plans[None])
    return _rows(source.round, attempting.official_paper(source, plan, public_id, at=at))


def _rows(round_: Round, paper: Sequence[PaperSlot]) -> list[dict[str, Any]]:
    asks = attempting.asks_prediction(round_, [])
    return attempting.slot_rows(paper, asks_prediction=asks)


def _draft(round_: Round, plans: Plans, seat: Seat, *, at: datetime) -> Draft:
    public_id = ids.public_id()
    source, plan = plans.get(seat.enrolment.block_id, plans[None])
    paper = attempting.official_paper(source, plan, public_id, at=at)
    rows = _rows(round_, paper)
    versions = {one["version_id"] for one in rows if one["version_id"]}
    found = prepared_queries.versions(versions)
    slots = [Slot(**row, version=found.get(row["version_id"] or 0)) for row in rows]
    return Draft(seat, public_id, slots, rows, [slot.version for slot in paper])


def _sealed(draft: Draft, page: str) -> dict[str, Any]:
    key = sealing.new_key()
    document = sealing.seal(page, key, draft.public_id)
    return {
        "seat_id": draft.seat.id,
        "public_id": draft.public_id,
        "asked": sum(row["kind"] is SlotKind.ITEM for row in draft.rows),
        "digest": digest_of(draft.rows),
        "document": document,
        "document_digest": hashlib.sha256(document).hexdigest(),
        "key": signing.seal(beginning.KEY, key),
    }


@atomic()
def _keep(
    drafts: Sequence[Draft], sealed: Sequence[dict[str, Any]], basis: str, *, at: datetime
) -> None:
    """Put the papers in place of older ones; a seat that has started meanwhile keeps its own."""
    seats = [draft.seat.id for draft in drafts]
    of_them = PreparedPaper.seat_id.in_(seats)
    db.session.execute(
        delete(PreparedSlot).where(
            PreparedSlot.paper_id.in_(
                select(PreparedPaper.id).where(of_them, PreparedPaper.used_at.is_(None))
            )
        )
    )
    db.session.execute(delete(PreparedPaper).where(of_them, PreparedPaper.used_at.is_(None)))
    kept = set(db.session.scalars(select(PreparedPaper.seat_id).where(of_them)))
    for draft, columns in zip(drafts, sealed, strict=True):
        if draft.seat.id in kept:
            continue
        paper = PreparedPaper(**columns, basis=basis, prepared_at=at)
        db.session.add(paper)
        db.session.flush()
        db.session.execute(
            insert(PreparedSlot), [{"paper_id": paper.id} | row for row in draft.rows]
        )
    asked = {one.id: one for draft in drafts for one in draft.asked}
    attempting.show_media(list(asked.values()))


@atomic()
def _finish(sitting: Sitting, actor: Account | None, basis: str, *, made: int) -> None:
    """Check every paper and write down what they are bound to; a faulty one fails the work."""
    papers = prepared_queries.digests(sitting.id)
    faults = prepared_queries.broken_documents(sitting.id)
    if faults:
        raise PapersFaulty(numbers=", ".join(str(one) for one in faults[:20]))
    auditing.record(
        actor,
        "papers.prepared",
        f"sitting:{sitting.public_id}",
        log=sitting.round.contest.log,
        made=made,
        papers=len(papers),
        basis=basis,
        commitment=_digest(sorted(papers)),
    )


def faults(contest: Contest) -> list[str]:
    """Return the papers of a contest that are not what was prepared, or not what would be drawn.

    What an attempt asks is compared with the digest written down before it began, and the paper
    is drawn again, as long as what it follows from has not changed.
    """
    found = []
    draws: dict[int, tuple[str, Plans]] = {}
    for paper, round_, block_id, attempt_id in prepared_queries.prepared_in(contest):
        name = f"prepared paper of attempt {paper.public_id}"
        if digest_of(prepared_queries.rows_of(paper.id, attempt_id)) != paper.digest:
            found.append(f"{name}: its questions are not those that were prepared")
        if round_.id not in draws:
            plans = plans_of(round_, at=paper.prepared_at)
            draws[round_.id] = (_of_draw(round_, plans), plans)
        draw, plans = draws[round_.id]
        if not paper.basis.startswith(draw):
            continue
        drawn = rows_of(plans, block_id, paper.public_id, at=paper.prepared_at)
        if digest_of(drawn) != paper.digest:
            found.append(f"{name}: it is not the paper that the seed draws")
    return found

"""Paper sets: papers drawn from a blueprint, looked over, a question replaced, approved, locked."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts import auditing
from accounts.models import Account
from core import ids, jobs
from core.db import atomic, db, lock
from questions import assembling, paper_queries, queries
from questions.errors import (
    CannotFill,
    NoOtherItem,
    SecondPersonNeeded,
    SetClosed,
    SetLocked,
    SetNotDrawn,
)
from questions.models import (
    Blueprint,
    ItemVersion,
    Paper,
    PaperSet,
    PaperSetState,
    PrintedSlot,
    ReviewSteps,
)
from questions.rules import composing, drawing, marking
from questions.rules.composing import Grouping, Making
from questions.rules.drawing import Drawn, Plan
from questions.rules.filling import Spec
from questions.rules.letterheads import Letterhead

JOB = "questions.papers"
# More slots than this are drawn by a job.
MOST_AT_ONCE = 1500


@dataclass(frozen=True, slots=True)
class Order:
    """What a person asks for: a set of this name, made so, with this around the questions."""

    title: str
    making: Making
    letterhead: Letterhead


@atomic()
def draw(actor: Account, blueprint: Blueprint, order: Order, *, at: datetime) -> PaperSet:
    """Draw a set of papers from a blueprint; a large one is left to a job.

    The seed is made here; its commitment goes to the trail. Raise `CannotFill` naming the cell.
    """
    spec = assembling.spec_of(blueprint)
    assembling.refuse_unfit(assembling.look(blueprint.bank_id, spec, before=at))
    paper_set = PaperSet(
        public_id=ids.public_id(),
        bank_id=blueprint.bank_id,
        blueprint_id=blueprint.id,
        title=order.title,
        seed=secrets.token_hex(32),
        spec=spec.written(),
        making=order.making.written(),
        count=order.making.count,
        letterhead=order.letterhead.written(),
        state=PaperSetState.DRAWING,
        made_at=at,
        made_by_id=actor.id,
    )
    db.session.add(paper_set)
    db.session.flush()
    if spec.count * order.making.count > MOST_AT_ONCE:
        payload = {"set": paper_set.public_id}
        paper_set.job = jobs.enqueue(JOB, payload, at=at, key=None, owner=actor.id).public_id
    else:
        _fill(paper_set)
    _record(
        actor,
        "papers.drawn",
        paper_set,
        papers=paper_set.count,
        questions=spec.count,
        seed_commitment=commitment(paper_set.seed),
    )
    return paper_set


@atomic()
def fill_later(public_id: str) -> int:
    """Draw the papers of a set that waits for it; return how many there are."""
    paper_set = paper_queries.set_with(public_id)
    if paper_set is None or paper_set.state is not PaperSetState.DRAWING:
        return paper_set.count if paper_set else 0
    lock(paper_set)
    try:
        _fill(paper_set)
    except CannotFill:
        paper_set.state = PaperSetState.FAILED
    return paper_set.count


def commitment(seed: str) -> str:
    """Return what may be published of the seed before the papers are used: its SHA-256."""
    return hashlib.sha256(bytes.fromhex(seed)).hexdigest()


def plan_of(paper_set: PaperSet) -> Plan:
    """Lay the set's blueprint over the bank as the exclusions left it when the set was made."""
    spec = Spec.read(paper_set.spec)
    trees = queries.subtrees(queries.topics())
    left = assembling.sifted(paper_set.bank_id, spec.excluding, before=paper_set.made_at)
    return Plan([cell.row(trees) for cell in spec.cells], left.pool)


def _fill(paper_set: PaperSet) -> None:
    plan, making = plan_of(paper_set), Making.read(paper_set.making)
    if plan.shortfalls():
        raise CannotFill(cells="")
    seed = bytes.fromhex(paper_set.seed)
    papers = composing.draw(plan.rows, plan.pool, seed, making, _parts(plan, making))
    versions = queries.versions({slot.version for slots in papers.values() for slot in slots})
    paper_set.papers = [
        Paper(number=number, form_code=code, slots=_slots(slots, versions, seed, code, making))
        for number, (code, slots) in enumerate(papers.items(), start=1)
    ]
    paper_set.state = PaperSetState.DRAFT


def _parts(plan: Plan, making: Making) -> dict[str, int]:
    """Return where the part of each item stands in a paper."""
    if making.grouping is Grouping.TYPE:
        order = {kind: place for place, kind in enumerate(marking.TYPES)}
        return {one.item: order[one.type] for one in plan.pool}
    tree = queries.topics()
    place = {topic.code: at for at, topic in enumerate(tree)}
    return {one.item: place.get(one.topic, len(tree)) for one in plan.pool}


def _slots(
    drawn: Sequence[Drawn],
    versions: Mapping[int, ItemVersion],
    seed: bytes,
    code: str,
    making: Making,
) -> list[PrintedSlot]:
    own = drawing.paper_seed(seed, code)
    return [
        PrintedSlot(
            position=position,
            version_id=one.version,
            option_order=_options(versions[one.version], own, position, making),
            points=int(one.points * assembling.MILLION),
            row=one.row,
        )
        for position, one in enumerate(drawn, start=1)
    ]


def _options(version: ItemVersion, seed: bytes, position: int, making: Making) -> list[str]:
    order, pinned = marking.shuffled_ids(version.type, version.content)
    # Printed in the order in which they are to be put, they would be answered already.
    if making.shuffles_options or version.type in ("matching", "ordering"):
        return drawing.shuffled_options(order, seed, position, pinned)
    return order


# --- What becomes of a set ---------------------------------------------------------------------


@atomic()
def replace(actor: Account, paper: Paper, position: int, reason: str) -> PrintedSlot:
    """Put another question of the same cell into a slot; which one follows from the seed.

    In a set whose papers hold the same questions it is replaced in every paper. Raise `SetClosed`
    or `NoOtherItem`.
    """
    lock(paper.paper_set)
    paper_set = paper.paper_set
    if paper_set.state is not PaperSetState.DRAFT:
        raise SetClosed
    papers = paper_queries.papers_of(paper_set.id)
    mine = next(one for one in papers if one.id == paper.id)
    slot = next(one for one in mine.slots if one.position == position)
    leaving = slot.version
    making = Making.read(paper_set.making)
    touched = papers if making.same_items else [mine]
    version = _successor(paper_set, touched, slot)
    for one in touched:
        for place in one.slots:
            if place.version.item_id == leaving.item_id:
                own = drawing.paper_seed(bytes.fromhex(paper_set.seed), one.form_code)
                place.version = version
                place.option_order = _options(version, own, place.position, making)
    _record(
        actor,
        "papers.replaced",
        paper_set,
        paper=paper.form_code,
        position=position,
        before=leaving.item.code,
        after=version.item.code,
        reason=reason,
    )
    return slot


def _successor(paper_set: PaperSet, touched: Sequence[Paper], slot: PrintedSlot) -> ItemVersion:
    """Return the version that takes the slot's place: one that no paper has, if there is one."""
    plan = plan_of(paper_set)
    held = {one.version.item.code for paper in touched for one in paper.slots}
    found = composing.others(plan, slot.row, held, slot.version.item.code)
    # A passage stands whole: what goes alone is replaced by what goes alone.
    found = [one for one in found if one.passage == slot.version.stimulus_id]
    if not found:
        raise NoOtherItem
    seed = drawing.derived(
        bytes.fromhex(paper_set.seed), "replace", f"{slot.position}/{slot.version.item.code}"
    )
    chosen = next(drawing.Stream(seed).picks(found))
    return queries.versions({chosen.version})[chosen.version]


@atomic()
def approve(actor: Account, paper_set: PaperSet, *, at: datetime) -> PaperSet:
    """Close the questions of a set. Raise `SetNotDrawn` or `SecondPersonNeeded`."""
    lock(paper_set)
    if paper_set.state in (PaperSetState.APPROVED, PaperSetState.LOCKED):
        return paper_set
    if paper_set.state is not PaperSetState.DRAFT:
        raise SetNotDrawn
    is_reviewed = paper_set.bank.review_steps is not ReviewSteps.NONE
    if is_reviewed and paper_set.made_by_id == actor.id:
        raise SecondPersonNeeded
    paper_set.state = PaperSetState.APPROVED
    paper_set.approved_at, paper_set.approved_by_id = at, actor.id
    _record(actor, "papers.approved", paper_set)
    return paper_set


@atomic()
def close(actor: Account, paper_set: PaperSet, *, at: datetime) -> PaperSet:
    """Lock an approved set for good; its seed may now be shown. Raise `SetNotDrawn`."""
    lock(paper_set)
    if paper_set.state is PaperSetState.LOCKED:
        return paper_set
    if paper_set.state is not PaperSetState.APPROVED:
        raise SetNotDrawn
    paper_set.state, paper_set.locked_at = PaperSetState.LOCKED, at
    _record(actor, "papers.locked", paper_set, seed_commitment=commitment(paper_set.seed))
    return paper_set


@atomic()
def head(actor: Account, paper_set: PaperSet, letterhead: Letterhead) -> PaperSet:
    """Change what is printed around the questions. Raise `SetLocked`."""
    lock(paper_set)
    if paper_set.state is PaperSetState.LOCKED:
        raise SetLocked
    if paper_set.letterhead != letterhead.written():
        paper_set.letterhead = letterhead.written()
        _record(actor, "papers.headed", paper_set)
    return paper_set


def _record(actor: Account, act: str, paper_set: PaperSet, **told: Any) -> None:  # noqa: ANN401 -- what the trail keeps
    target = f"papers:{paper_set.public_id}"
    auditing.record(actor, act, target, title=paper_set.title, **told)

"""What the pages of an attempt show: the paper, the receipt and the result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from contest import queries
from contest.models import (
    Attempt,
    Enrolment,
    EssayClaim,
    Response,
    ResultRun,
    Round,
    Slot,
    SlotKind,
    Standing,
)
from contest.queries import Newest
from contest.rules import scoring
from contest.rules.scoring import SlotMark, Tally, tallies
from contest.rules.timing import Audience
from core.db import db
from core.errors import NotFound
from questions import queries as bank_queries
from questions.models import Item, ItemVersion, Topic
from questions.rules import showing
from questions.rules.showing import Passage, Shown, Sizes

NOTHING = Newest(None, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSlot(Shown):
    """A slot as the participant sees it: an item, or the prediction, which is no item."""

    kind: SlotKind = SlotKind.ITEM
    topic: str = ""
    seq: int = 0
    # The lease of the answer given.
    lease_no: int = 0
    hint: str = ""
    decimals: int = 0
    maximum: int | None = None
    locked: bool = False


def attempt_by_public_id(public_id: str) -> Attempt | None:
    """Return an attempt with its round, contest, enrolment and person, in one statement."""
    return db.session.scalar(
        select(Attempt)
        .where(Attempt.public_id == public_id)
        .options(
            joinedload(Attempt.round).joinedload(Round.contest),
            joinedload(Attempt.seat),
            joinedload(Attempt.enrolment).joinedload(Enrolment.account),
            joinedload(Attempt.enrolment).joinedload(Enrolment.unit),
        )
    )


def topics_of(attempt_id: int) -> dict[int, Topic]:
    """Return the topic of each slot's item, by position."""
    rows = db.session.execute(
        select(Slot.position, Topic)
        .join(ItemVersion, ItemVersion.id == Slot.version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .join(Topic, Topic.id == Item.topic_id)
        .where(Slot.attempt_id == attempt_id)
    )
    return dict(rows.all())


def paper_of(attempt: Attempt, stem: str, hint: str) -> list[ShownSlot]:
    """Return the paper in a fixed number of statements; `stem`, `hint` are the prediction's.

    A paper with pictures, or with passages, takes one more for all of them together.
    """
    slots = queries.slots_of(attempt.id)
    topics = {position: one.name for position, one in topics_of(attempt.id).items()}
    newest = queries.newest_of(attempt.id)
    return shown(attempt.round, slots, topics, newest, stem, hint)


def unopened(round_: Round, slots: Sequence[Slot], stem: str) -> list[ShownSlot]:
    """Return a paper that nobody has started, from slots that are not kept yet."""
    ids = {slot.version_id for slot in slots if slot.version_id}
    rows = db.session.execute(
        select(ItemVersion.id, Topic.name)
        .join(Item, Item.id == ItemVersion.item_id)
        .join(Topic, Topic.id == Item.topic_id)
        .where(ItemVersion.id.in_(ids))
    )
    names = dict(rows.all())
    topics = {slot.position: names.get(slot.version_id or 0, "") for slot in slots}
    return shown(round_, slots, topics, {}, stem, "")


def shown(
    round_: Round,
    slots: Sequence[Slot],
    topics: Mapping[int, str],
    newest: Mapping[int, Newest],
    stem: str,
    hint: str,
) -> list[ShownSlot]:
    """Return slots as a participant sees them, with topics and answers by position."""
    sizes = sizes_in(slots)
    made = []
    for slot in slots:
        found = newest.get(slot.position, NOTHING)
        answer = found.given.answer if found.given else ""
        if slot.version is None:
            one = _prediction(round_, slot, answer, stem, hint)
        else:
            item = _item(slot, slot.version, answer, sizes)
            one = ShownSlot(topic=topics.get(slot.position, ""), **item)
        lease = found.given.lease_no if found.given else 0
        made.append(replace(one, seq=found.seq, lease_no=lease))
    return made


def _item(slot: Slot, version: ItemVersion, answer: str, sizes: Sizes) -> dict[str, Any]:
    found = showing.fields(
        version.type,
        version.stem,
        version.content,
        order=slot.option_order,
        given=answer,
        sizes=sizes,
    )
    passage = version.stimulus
    if passage is not None:
        media = showing.media(passage.media, sizes)
        found["passage"] = Passage(passage.id, passage.title, passage.text, media)
    return found | {"position": slot.position}


def sizes_in(slots: Sequence[Slot]) -> Sizes:
    """Return the sizes of all pictures of a paper and its passages; none without a picture."""
    asked = [slot.version for slot in slots if slot.version is not None]
    found = {one for version in asked for one in showing.media_of(version.content)}
    for version in asked:
        if version.stimulus is not None:
            found |= set(showing.media_of({"media": version.stimulus.media}))
    return bank_queries.sizes_of(found)


def shown_item(slot: Slot, version: ItemVersion, answer: str, sizes: Sizes) -> Shown:
    """Return an item as this slot shows it, with the answer given."""
    return Shown(**_item(slot, version, answer, sizes))


def _prediction(round_: Round, slot: Slot, answer: str, stem: str, hint: str) -> ShownSlot:
    config = round_.asked_prediction
    return ShownSlot(
        position=slot.position,
        kind=slot.kind,
        type="prediction",
        stem=stem,
        given=answer,
        answer=answer,
        hint=hint,
        decimals=config.decimals if config else 0,
        maximum=100 if config and config.is_percentage else 999_999,
    )


def topic_tallies(attempt: Attempt) -> list[Tally]:
    """Return what the person knew of each topic, in the order of the topic tree."""
    topics = topics_of(attempt.id)
    order = {topic.name: topic.position for topic in topics.values()}
    marks = [
        SlotMark(
            Decimal(slot.mark or 0) / slot.points if slot.points else Decimal(0),
            scoring.from_millionths(slot.points),
            topics[slot.position].name if slot.position in topics else "",
        )
        for slot in queries.slots_of(attempt.id)
        if slot.kind is SlotKind.ITEM
    ]
    return sorted(tallies(marks), key=lambda one: order.get(one.topic, 0))


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody stands: the place, of how many, and in which run."""

    standing: Standing
    place: int
    people: int
    run: ResultRun


def place_of(enrolment_id: int, round_: Round, audience: Audience) -> Place | None:
    """Return somebody's place: one more than the number of smaller keys, in two statements.

    Who stands in a block has the place among its people.
    """
    is_frozen = audience is Audience.PUBLIC and round_.frozen_run_id is not None
    shown = round_.frozen_run_id if is_frozen else round_.current_run_id
    if shown is None:
        return None
    standing = db.session.scalar(
        select(Standing)
        .where(
            Standing.run_id == shown,
            Standing.audience == audience,
            Standing.enrolment_id == enrolment_id,
        )
        .options(joinedload(Standing.run))
    )
    if standing is None:
        return None
    of_run = (Standing.run_id == standing.run_id) & (Standing.audience == audience)
    if standing.block_id is not None:
        of_run &= Standing.block_id == standing.block_id
    above = select(func.count()).where(of_run, Standing.sort_key < standing.sort_key)
    everybody = select(func.count()).where(of_run)
    smaller, people = db.session.execute(
        select(above.scalar_subquery(), everybody.scalar_subquery())
    ).one()
    return Place(standing, smaller + 1, people, standing.run)


def places_of(enrolment_id: int) -> dict[int, tuple[Standing, int, int]]:
    """Return somebody's standings by round: (standing, place, people), in one statement."""
    mine = select(Standing).where(Standing.enrolment_id == enrolment_id).subquery()
    other = Standing.__table__.alias("other")
    same = (other.c.run_id == Standing.run_id) & (other.c.audience == Standing.audience)
    same &= or_(Standing.block_id.is_(None), other.c.block_id == Standing.block_id)
    above = select(func.count()).where(same, other.c.sort_key < Standing.sort_key)
    everybody = select(func.count()).where(same)
    rows = db.session.execute(
        select(
            Round.id,
            Standing,
            above.correlate(Standing).scalar_subquery(),
            everybody.correlate(Standing).scalar_subquery(),
        )
        .join(mine, mine.c.id == Standing.id)
        .join(Round, Round.current_run_id == Standing.run_id)
        .where(Standing.audience == Audience.PARTICIPANT)
    )
    return {round_id: (one, smaller + 1, people) for round_id, one, smaller, people in rows}


def attempts_in(enrolment_id: int, round_id: int) -> Sequence[Attempt]:
    """Return somebody's official attempts in a round, the newest last."""
    return [one for one in queries.attempts_of(enrolment_id) if one.round_id == round_id]


def last_seen(attempt_id: int) -> datetime | None:
    """Return when the newest answer of an attempt came in."""
    newest = select(func.max(Response.received_at)).where(Response.attempt_id == attempt_id)
    return db.session.scalar(newest)


def round_titles(contest_id: int) -> dict[int, str]:
    """Return the titles of a contest's rounds by id."""
    rows = db.session.execute(select(Round.id, Round.title).where(Round.contest_id == contest_id))
    return dict(rows.all())


def slots_with_law(attempt_id: int) -> Sequence[Slot]:
    """Return the paper with item versions and the documents they rest on, in one statement."""
    return db.session.scalars(
        select(Slot)
        .where(Slot.attempt_id == attempt_id)
        .options(
            joinedload(Slot.version).joinedload(ItemVersion.document),
            joinedload(Slot.version).joinedload(ItemVersion.stimulus),
        )
        .order_by(Slot.position)
    ).all()


def essay_of(held: EssayClaim) -> Shown:
    """Return what a marker reads: the question and the answer, and nothing of who wrote it."""
    version = held.slot.version
    given = queries.answers_of(held.attempt_id).get(held.position)
    if version is None:
        raise NotFound
    return shown_item(held.slot, version, given.answer if given else "", sizes_in([held.slot]))

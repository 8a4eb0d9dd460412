"""What the pages of an attempt show: the paper, the receipt and the result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from contest import queries
from contest.models import (
    Attempt,
    Enrolment,
    Response,
    ResultRun,
    Round,
    Slot,
    SlotKind,
    Standing,
)
from contest.rules import scoring
from contest.rules.scoring import SlotMark, Tally, tallies
from contest.rules.timing import Audience
from core.db import db
from questions.models import Item, ItemVersion, Topic


@dataclass(frozen=True, slots=True)
class ShownOption:
    """An option as the participant sees it; `key` is the letter of its place."""

    id: str
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class ShownSlot:
    """A slot as the participant sees it."""

    position: int
    kind: SlotKind
    type: str
    topic: str
    stem: str
    options: Sequence[ShownOption]
    answer: frozenset[str] | str
    seq: int
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
    """Return the paper in a fixed number of statements; `stem`, `hint` are the prediction's."""
    slots = queries.slots_of(attempt.id)
    topics = topics_of(attempt.id)
    answers = queries.answers_of(attempt.id)
    seqs = queries.newest_seq_of(attempt.id)
    shown = []
    for slot in slots:
        given = answers.get(slot.position)
        answer = given.answer if given else ""
        seq = seqs.get(slot.position, 0)
        if slot.version is None:
            shown.append(_prediction(attempt, slot, answer, seq, stem, hint))
        else:
            topic = topics.get(slot.position)
            shown.append(_item(slot, slot.version, answer, seq, topic.name if topic else ""))
    return shown


def _item(slot: Slot, version: ItemVersion, answer: str, seq: int, topic: str) -> ShownSlot:
    chosen = frozenset(part for part in answer.split(",") if part)
    options = shown_options(slot, version)
    return ShownSlot(
        slot.position, slot.kind, version.type, topic, version.stem, options, chosen, seq
    )


def shown_options(slot: Slot, version: ItemVersion) -> list[ShownOption]:
    """Return the options in the order in which this slot shows them."""
    texts: Mapping[str, Any] = {one["id"]: one["text"] for one in version.content["options"]}
    return [
        ShownOption(option, chr(ord("A") + place), texts[option])
        for place, option in enumerate(slot.option_order)
    ]


def _prediction(
    attempt: Attempt, slot: Slot, answer: str, seq: int, stem: str, hint: str
) -> ShownSlot:
    config = attempt.round.asked_prediction
    decimals = config.decimals if config else 0
    maximum = 100 if config and config.is_percentage else 999_999
    return ShownSlot(
        slot.position,
        slot.kind,
        "prediction",
        "",
        stem,
        [],
        answer,
        seq,
        hint=hint,
        decimals=decimals,
        maximum=maximum,
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
    """Return somebody's place: one more than the number of smaller keys, in two statements."""
    if round_.current_run_id is None:
        return None
    standing = db.session.scalar(
        select(Standing)
        .where(
            Standing.run_id == round_.current_run_id,
            Standing.audience == audience,
            Standing.enrolment_id == enrolment_id,
        )
        .options(joinedload(Standing.run))
    )
    if standing is None:
        return None
    of_run = (Standing.run_id == standing.run_id) & (Standing.audience == audience)
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
        .options(joinedload(Slot.version).joinedload(ItemVersion.document))
        .order_by(Slot.position)
    ).all()

"""What the pages of the bank, and the drawing of papers, read."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from core.db import db
from questions.models import (
    DRAWN,
    BlueprintRow,
    Item,
    ItemVersion,
    Media,
    Purpose,
    Stimulus,
    Topic,
)
from questions.rules.drawing import Candidate


def topics() -> Sequence[Topic]:
    """Return the whole topic tree, in its order."""
    return db.session.scalars(select(Topic).order_by(Topic.position, Topic.id)).all()


def subtrees(tree: Sequence[Topic]) -> Mapping[int, frozenset[str]]:
    """Return, for each topic's id, the codes of the topic and of all below it."""
    children: dict[int | None, list[Topic]] = defaultdict(list)
    for topic in tree:
        children[topic.parent_id].append(topic)

    def codes(topic: Topic) -> frozenset[str]:
        return frozenset({topic.code}).union(*(codes(child) for child in children[topic.id]))

    return {topic.id: codes(topic) for topic in tree}


def pool(bank_id: int, purpose: Purpose) -> list[Candidate]:
    """Return the items that may be drawn for the purpose, each in its current version.

    They go by their codes, so that the same bank gives the same papers on any machine.
    """
    rows = db.session.execute(
        select(Item.code, Item.current_id, Topic.code, Item.difficulty, Item.type, Item.rivals)
        .outerjoin(Topic, Topic.id == Item.topic_id)
        .where(
            Item.bank_id == bank_id,
            Item.state.in_(DRAWN),
            Item.purpose == purpose,
            Item.current_id.is_not(None),
        )
    )
    return [
        Candidate(item, version, topic or "", difficulty, kind, rivals or None)
        for item, version, topic, difficulty, kind, rivals in rows
        if version is not None
    ]


def blueprint_rows(blueprint_id: int) -> Sequence[BlueprintRow]:
    """Return the rows of a blueprint, in order."""
    return db.session.scalars(
        select(BlueprintRow)
        .where(BlueprintRow.blueprint_id == blueprint_id)
        .order_by(BlueprintRow.id)
    ).all()


def versions(ids: Collection[int]) -> dict[int, ItemVersion]:
    """Return item versions by id."""
    found = db.session.scalars(select(ItemVersion).where(ItemVersion.id.in_(ids)))
    return {version.id: version for version in found}


def media_of(found: Collection[ItemVersion]) -> dict[int, list[str]]:
    """Return the pictures and sounds of versions and of their passages, by the version's id."""
    passages = {one.stimulus_id for one in found if one.stimulus_id is not None}
    rows = select(Stimulus.id, Stimulus.media).where(Stimulus.id.in_(passages))
    shared: dict[int | None, list[Any]] = {}
    if passages:
        shared = {row.id: row.media for row in db.session.execute(rows)}
    listed = {
        one.id: [each["id"] for each in one.content.get("media") or ()]
        + [each["id"] for each in shared.get(one.stimulus_id, ())]
        for one in found
    }
    return {version: media for version, media in listed.items() if media}


def sizes_of(public_ids: Collection[str]) -> dict[str, tuple[int | None, int | None]]:
    """Return width and height of pictures by public id; none asked for costs no statement."""
    if not public_ids:
        return {}
    rows = select(Media.public_id, Media.width, Media.height).where(Media.public_id.in_(public_ids))
    return {media: (width, height) for media, width, height in db.session.execute(rows)}


def media_with(public_id: str) -> Media | None:
    """Return a picture or sound with its content."""
    return db.session.scalar(
        select(Media).where(Media.public_id == public_id).options(undefer(Media.content))
    )

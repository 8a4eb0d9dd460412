"""What the pages of the bank, and the drawing of papers, read."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload, undefer

from core.db import db
from questions.models import (
    DRAWN,
    Blueprint,
    BlueprintRow,
    Item,
    ItemState,
    ItemVersion,
    Media,
    MediaKind,
    Purpose,
    Stimulus,
    Topic,
)
from questions.rules.drawing import Candidate
from questions.rules.excluding import Stocked


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


def stock(bank_id: int, purpose: Purpose) -> list[Stocked]:
    """Return the items that may be drawn for the purpose, each in its current version.

    They go by their codes, so that the same bank gives the same papers on any machine.
    """
    rows = db.session.execute(
        select(
            Item.id,
            Item.code,
            ItemVersion.id,
            Topic.code,
            Item.difficulty,
            Item.type,
            Item.rivals,
            ItemVersion.stimulus_id,
            Item.state,
            ItemVersion.document_id,
        )
        .join(ItemVersion, ItemVersion.id == Item.current_id)
        .outerjoin(Topic, Topic.id == Item.topic_id)
        .where(Item.bank_id == bank_id, Item.state.in_(DRAWN), Item.purpose == purpose)
    )
    return [
        Stocked(
            Candidate(code, version, topic or "", difficulty, kind, rivals or None, passage),
            item_id,
            is_locked=state is ItemState.LOCKED,
            has_basis=document is not None,
        )
        for (
            item_id,
            code,
            version,
            topic,
            difficulty,
            kind,
            rivals,
            passage,
            state,
            document,
        ) in rows
    ]


def pool(bank_id: int, purpose: Purpose) -> list[Candidate]:
    """Return the items that may be drawn for the purpose, with nothing kept out."""
    return [one.candidate for one in stock(bank_id, purpose)]


def blueprint_rows(blueprint_id: int) -> Sequence[BlueprintRow]:
    """Return the rows of a blueprint, in order."""
    return db.session.scalars(
        select(BlueprintRow)
        .where(BlueprintRow.blueprint_id == blueprint_id)
        .order_by(BlueprintRow.id)
    ).all()


def blueprints(bank_id: int) -> Sequence[Blueprint]:
    """Return the bank's own blueprints with their rows, the newest first; two statements."""
    return (
        db.session.scalars(
            select(Blueprint)
            .where(Blueprint.bank_id == bank_id, Blueprint.is_listed)
            .options(selectinload(Blueprint.rows))
            .order_by(Blueprint.id.desc())
        )
        .unique()
        .all()
    )


def blueprint_with(public_id: str) -> Blueprint | None:
    """Return a blueprint of a bank's own list, with its bank and its rows."""
    return db.session.scalar(
        select(Blueprint)
        .where(Blueprint.public_id == public_id, Blueprint.is_listed)
        .options(joinedload(Blueprint.bank), selectinload(Blueprint.rows))
    )


def versions(ids: Collection[int]) -> dict[int, ItemVersion]:
    """Return item versions by id."""
    found = db.session.scalars(select(ItemVersion).where(ItemVersion.id.in_(ids)))
    return {version.id: version for version in found}


def files_of(contents: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, bytes]]:
    """Return the name and the bytes of every picture and sound that the contents show, by id."""
    wanted = {one["id"] for content in contents for one in content.get("media", ())}
    if not wanted:
        return {}
    columns = select(Media.public_id, Media.file_name, Media.content)
    rows = db.session.execute(columns.where(Media.public_id.in_(wanted)))
    return {public_id: (name, content) for public_id, name, content in rows}


def passage_media(ids: Collection[int]) -> dict[int, list[str]]:
    """Return the pictures and sounds of passages, by id; none asked for costs no statement."""
    if not ids:
        return {}
    rows = db.session.execute(select(Stimulus.id, Stimulus.media).where(Stimulus.id.in_(ids)))
    return {passage: [each["id"] for each in media] for passage, media in rows}


def small_pictures(ids: Collection[str], *, most: int) -> dict[str, tuple[str, bytes]]:
    """Return kind and bytes of pictures of at most so many bytes, by public id."""
    if not ids:
        return {}
    rows = db.session.execute(
        select(Media.public_id, Media.mime, Media.content).where(
            Media.public_id.in_(ids), Media.kind == MediaKind.PICTURE, Media.size <= most
        )
    )
    return {public_id: (mime, content) for public_id, mime, content in rows}


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

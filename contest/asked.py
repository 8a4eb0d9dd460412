"""What the bank asks about papers: where and how often versions stand, who may see media."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import exists, func, select

from contest.models import (
    DRAWS,
    AskedMedia,
    Attempt,
    AttemptKind,
    Contest,
    Enrolment,
    Round,
    RoundState,
    Slot,
    Stationery,
)
from core.db import db
from questions.models import Blueprint, ItemVersion
from questions.usage import Exposure, Use

_AT_ONCE = 500


def times(version_ids: Collection[int]) -> dict[int, int]:
    """Return how often each of these versions was asked."""
    wanted = sorted(version_ids)
    found: dict[int, int] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        rows = db.session.execute(
            select(Slot.version_id, func.count())
            .where(Slot.version_id.in_(wanted[start : start + _AT_ONCE]))
            .group_by(Slot.version_id)
        )
        found |= {version_id: count for version_id, count in rows if version_id is not None}
    return found


def banks(contest_ids: Collection[int]) -> set[int]:
    """Return the ids of the banks that the rounds of these contests draw from."""
    return set(
        db.session.scalars(
            select(Blueprint.bank_id).join(Round, DRAWS).where(Round.contest_id.in_(contest_ids))
        )
    )


def in_rounds(bank_id: int, count: int, before: datetime) -> set[int]:
    """Return the items that the last `count` rounds of the bank, over by then, asked."""
    last = (
        select(Round.id)
        .join(Blueprint, DRAWS)
        .where(
            Blueprint.bank_id == bank_id,
            Round.closes_at <= before,
            Round.state != RoundState.DRAFT,
        )
        .group_by(Round.id)
        .order_by(Round.closes_at.desc(), Round.id.desc())
        .limit(count)
    )
    return set(
        db.session.scalars(
            select(ItemVersion.item_id)
            .join(Slot, Slot.version_id == ItemVersion.id)
            .join(Attempt, Attempt.id == Slot.attempt_id)
            .where(
                Attempt.round_id.in_(last.subquery().select()),
                Attempt.kind == AttemptKind.OFFICIAL,
            )
            .distinct()
        )
    )


def rounds(version_ids: Collection[int]) -> list[Use]:
    """Return the rounds in whose papers these versions stand, with how often, in one statement."""
    rows = db.session.execute(
        select(Slot.version_id, Contest.title, Round.title, Round.public_id, func.count())
        .join(Attempt, Attempt.id == Slot.attempt_id)
        .join(Round, Round.id == Attempt.round_id)
        .join(Contest, Contest.id == Round.contest_id)
        .where(Slot.version_id.in_(sorted(version_ids)[:_AT_ONCE]))
        .group_by(Slot.version_id, Contest.title, Round.title, Round.public_id)
        .order_by(Contest.title, Round.title, Slot.version_id)
    )
    return [
        Use(version_id, f"{contest}: {round_}", "rounds.dashboard", {"public_id": public_id}, times)
        for version_id, contest, round_, public_id, times in rows
        if version_id is not None
    ]


def may_see(account_id: int, media: str) -> bool:
    """Say whether a paper of the person holds this picture or sound; in one indexed statement."""
    held = exists().where(
        Enrolment.account_id == account_id,
        Attempt.enrolment_id == Enrolment.id,
        Slot.attempt_id == Attempt.id,
        AskedMedia.version_id == Slot.version_id,
        AskedMedia.media == media,
    )
    return bool(db.session.scalar(select(held)))


def exposure(bank_id: int, before: datetime) -> Exposure:
    """Return how often rounds of the bank, over by then, asked each item, and of how many."""
    mine = (
        select(Attempt.id)
        .join(Round, Round.id == Attempt.round_id)
        .join(Blueprint, DRAWS)
        .where(
            Blueprint.bank_id == bank_id,
            Round.closes_at <= before,
            Attempt.kind == AttemptKind.OFFICIAL,
        )
        .distinct()
    )
    rows = db.session.execute(
        select(ItemVersion.item_id, func.count())
        .join(Slot, Slot.version_id == ItemVersion.id)
        .where(Slot.attempt_id.in_(mine))
        .group_by(ItemVersion.item_id)
    )
    papers = db.session.scalar(select(func.count()).select_from(mine.subquery()))
    return Exposure(dict(rows.all()), papers or 0)


def letterhead(bank_id: int) -> dict[str, str]:
    """Return the letterhead of the newest contest that draws from the bank; none if none is set."""
    kept = db.session.scalar(
        select(Stationery)
        .join(Round, Round.contest_id == Stationery.contest_id)
        .join(Blueprint, DRAWS)
        .where(Blueprint.bank_id == bank_id)
        .order_by(Round.opens_at.desc(), Round.id.desc())
        .limit(1)
    )
    if kept is None:
        return {}
    office = kept.office
    return {
        "profile": office.profile.value,
        "parent": office.parent,
        "body": office.body,
        "place": office.place,
    }

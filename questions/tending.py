"""Tending a bank: one act for many items, views kept for later, and all its near-duplicates."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, select, update

from accounts import auditing
from accounts.models import Account
from core import ids, jobs
from core.db import atomic, db, lock
from questions import authoring, browsing
from questions.models import Bank, Difficulty, Item, ItemState, Purpose, SavedView
from questions.rules import comparing

JOB = "questions.compare"
# More items than this are compared by a job.
MOST_AT_ONCE = 3000
MOST_PAIRS = 300
MOST_VIEWS = 20
_MOST_NAMED = 500
_AT_ONCE = 500


class BulkAct(StrEnum):
    """What can be done to many items at once."""

    TOPIC = "topic"
    DIFFICULTY = "difficulty"
    PURPOSE = "purpose"
    QUARANTINE = "quarantine"
    RETIRE = "retire"


# A locked item is changed by nobody; one that waits for a reviewer stays what was sent in.
_CHANGEABLE = (
    ItemState.DRAFT,
    ItemState.USABLE,
    ItemState.QUARANTINED,
    ItemState.RETIRED,
)
_FROM = {
    BulkAct.QUARANTINE: (ItemState.DRAFT, ItemState.USABLE),
    BulkAct.RETIRE: (ItemState.DRAFT, ItemState.USABLE, ItemState.QUARANTINED),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One act with what it needs: a topic's id, a difficulty, a purpose, or a reason."""

    act: BulkAct
    topic_id: int | None = None
    difficulty: Difficulty | None = None
    purpose: Purpose = Purpose.OFFICIAL
    reason: str = ""

    def values(self) -> dict[str, Any]:
        """Return the columns that the act sets."""
        told: Mapping[BulkAct, dict[str, Any]] = {
            BulkAct.TOPIC: {"topic_id": self.topic_id},
            BulkAct.DIFFICULTY: {"difficulty": self.difficulty},
            BulkAct.PURPOSE: {"purpose": self.purpose},
            BulkAct.QUARANTINE: {"state": ItemState.QUARANTINED, "reason": self.reason},
            BulkAct.RETIRE: {"state": ItemState.RETIRED, "reason": self.reason},
        }
        return told[self.act]


@atomic()
def change_all(
    actor: Account, bank: Bank, item_ids: Sequence[int], change: Change, *, at: datetime
) -> int:
    """Do one act to many items of a bank, as far as their states allow it; return to how many."""
    lock(bank)
    changed: list[str] = []
    touched: list[int] = []
    states = _FROM.get(change.act, _CHANGEABLE)
    for start in range(0, len(item_ids), _AT_ONCE):
        some = item_ids[start : start + _AT_ONCE]
        rows = db.session.execute(
            update(Item)
            .where(Item.bank_id == bank.id, Item.id.in_(some), Item.state.in_(states))
            .values(**change.values())
            .returning(Item.id, Item.public_id)
            .execution_options(synchronize_session=False)
        ).all()
        touched += [row.id for row in rows]
        changed += [row.public_id for row in rows]
    if change.act in _FROM:
        authoring.stop_waiting(touched, at=at)
    _record(actor, bank, change, sorted(changed))
    return len(changed)


def _record(actor: Account, bank: Bank, change: Change, changed: Sequence[str]) -> None:
    """Name the items in the trail; of very many, their number and the digest of their names."""
    digest = hashlib.sha256("\n".join(changed).encode()).hexdigest()
    auditing.record(
        actor,
        "items.changed",
        f"bank:{bank.public_id}",
        act=change.act.value,
        values={name: value for name, value in change.values().items() if value is not None},
        count=len(changed),
        items=list(changed[:_MOST_NAMED]),
        digest=digest,
    )


# --- Views kept --------------------------------------------------------------------------------


def views_of(account_id: int, bank_id: int) -> Sequence[SavedView]:
    """Return the views of a bank that a person keeps, by their names."""
    return db.session.scalars(
        select(SavedView)
        .where(SavedView.account_id == account_id, SavedView.bank_id == bank_id)
        .order_by(SavedView.title)
    ).all()


@atomic()
def keep_view(actor: Account, bank: Bank, title: str, query: str, *, at: datetime) -> None:
    """Keep what is looked for under a name; a view of the same name says the new thing.

    Of more than `MOST_VIEWS` the oldest goes.
    """
    kept = sorted(views_of(actor.id, bank.id), key=lambda view: view.created_at)
    same = next((view for view in kept if view.title == title), None)
    if same is not None:
        same.query = query
    else:
        for view in kept[: max(0, len(kept) - MOST_VIEWS + 1)]:
            db.session.delete(view)
        db.session.add(
            SavedView(
                public_id=ids.public_id(),
                account_id=actor.id,
                bank_id=bank.id,
                title=title,
                query=query,
                created_at=at,
            )
        )
    auditing.record(actor, "view.kept", f"bank:{bank.public_id}", title=title)


@atomic()
def forget_view(actor: Account, bank: Bank, public_id: str) -> None:
    """Keep a view no longer; somebody else's stays."""
    db.session.execute(
        delete(SavedView)
        .where(
            SavedView.public_id == public_id,
            SavedView.account_id == actor.id,
            SavedView.bank_id == bank.id,
        )
        .execution_options(synchronize_session=False)
    )
    auditing.record(actor, "view.forgotten", f"bank:{bank.public_id}", view=public_id)


# --- Near-duplicates ---------------------------------------------------------------------------


def pairs_of(bank: Bank) -> list[list[Any]]:
    """Return the pairs of items of a bank that are alike: two ids and the share they have."""
    found = comparing.alike(browsing.bank_shingles(bank.id))
    return [[pair.one, pair.other, pair.share] for pair in found[:MOST_PAIRS]]


@atomic()
def queue_pairs(actor: Account, bank: Bank, *, at: datetime) -> str:
    """Let a job compare all items of a large bank; return the job's public id."""
    key = f"{JOB}:{bank.public_id}:{actor.id}"
    return jobs.enqueue(JOB, {"bank": bank.public_id}, at=at, key=key, owner=actor.id).public_id


def compare_later(work: jobs.Work) -> dict[str, Any]:
    """Compare all items of a bank, as the job that `queue_pairs` asked for."""
    work.progress(0, 1)
    bank = browsing.bank_with(work.payload["bank"])
    pairs = pairs_of(bank) if bank is not None else []
    work.progress(1, 1)
    return {"pairs": pairs}

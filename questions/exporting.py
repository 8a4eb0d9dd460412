"""Writing items out to files, in any format, with their keys."""

import base64
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from accounts import auditing
from accounts.models import Account
from core import jobs
from core.db import atomic, db
from core.saying import Sentence
from core.text import N_
from questions import browsing, locking, queries
from questions.browsing import Filters
from questions.formats import writing
from questions.formats.written import Written
from questions.models import Bank, Item, ItemVersion, ViewPlace
from questions.rules import classifying, drafting
from questions.rules.drafting import Draft

JOB = "questions.export"
# More items than this are written by a job.
MOST_AT_ONCE = 5000
STEPS = 2
USUAL = "xlsx"
# The words of our spreadsheet are part of the format.
_STATES: Final = {
    "draft": "Bản soạn",
    "submitted": "Chờ thẩm định",
    "reviewed": "Chờ duyệt",
    "usable": "Dùng được",
    "locked": "Đã khóa",
    "quarantined": "Cần rà soát",
    "retired": "Ngừng dùng",
}


def drafts_of(items: Iterable[Item], *, with_media: bool = True) -> list[Draft]:
    """Return items as the drafts that formats write; the number of statements is fixed."""
    rows = [(item, item.current) for item in items if item.current is not None]
    files = queries.files_of(version.content for _, version in rows) if with_media else {}
    return [
        _draft(item, version, number, files) for number, (item, version) in enumerate(rows, start=1)
    ]


def _draft(item: Item, version: ItemVersion, number: int, files: dict[str, Any]) -> Draft:
    content = dict(version.content)
    listed = content.get("options", ()) if item.type in drafting.CHOSEN else ()
    key = [n for n, option in enumerate(listed) if option["id"] in content["key"]]
    said = {"code": item.code, "state": _STATES[item.state]}
    return Draft(
        type=item.type.value,
        stem=version.stem,
        options=tuple(option["text"] for option in listed),
        key=tuple(key),
        number=number,
        place=Sentence(N_("Item %(code)s"), said),
        topic=classifying.say_topic(item.topic.code, item.topic.name) if item.topic else "",
        difficulty=item.difficulty.value if item.difficulty else "",
        explanation=version.explanation or "",
        legal_basis=classifying.say_basis(
            version.document.code if version.document else "", version.clause, version.quote
        ),
        passage=version.stimulus.text if version.stimulus else "",
        content=content,
        media=tuple(_media(one, files) for one in content.get("media", ())),
    )


def _media(one: dict[str, Any], files: dict[str, Any]) -> dict[str, str]:
    name, content = files.get(one["id"], ("", b""))
    return {
        "name": name or f"{one['id']}.{'png' if one['kind'] == 'picture' else 'mp3'}",
        "at": one.get("at", "stem"),
        "alt": one.get("alt", ""),
        "data": base64.b64encode(content).decode(),
    }


def write(name: str, items: Iterable[Item], title: str) -> Written:
    """Return items in the format of this name, and what it could not carry."""
    return writing.write(name, drafts_of(items), title)


def lost(name: str, items: Iterable[Item]) -> list[tuple[Item, list[Sentence]]]:
    """Return the items that the format cannot carry whole, each with what is lost."""
    asked = [item for item in items if item.current is not None]
    told = writing.lost(name, drafts_of(asked, with_media=False))
    return [(asked[draft.number - 1], what) for draft, what in told]


@atomic()
def note(
    actor: Account | None, bank: Bank, items: Sequence[Item], name: str = USUAL, *, at: datetime
) -> None:
    """Record that questions and keys of the bank went out to a file.

    Whoever takes the file away has seen every locked item in it.
    """
    auditing.record(actor, "bank.exported", f"bank:{bank.public_id}", items=len(items), form=name)
    locking.note_views(actor, items, ViewPlace.EXPORT, at=at)


@atomic()
def queue(
    actor: Account, bank: Bank, *, at: datetime, own: int | None = None, name: str = USUAL
) -> str:
    """Let a job write the items of a large bank, all or one person's; return its public id."""
    payload = {"bank": bank.public_id, "owner": actor.id, "own": own, "form": name}
    key = f"{JOB}:{name}:{bank.public_id}:{actor.id}"
    return jobs.enqueue(JOB, payload, at=at, key=key, owner=actor.id).public_id


def write_later(work: jobs.Work, *, at: datetime) -> tuple[bytes, dict[str, Any]]:
    """Return the file that `queue` asked for, and what is to be said of it."""
    bank = browsing.bank_with(work.payload["bank"])
    actor = db.session.get(Account, work.payload["owner"])
    name = work.payload.get("form", USUAL)
    if bank is None:
        return b"", {"items": 0, "form": name}
    work.progress(0, STEPS)
    items = browsing.all_items(bank.id, Filters(own=work.payload.get("own")))
    content = write(name, items, bank.title).content
    work.progress(1, STEPS)
    note(actor, bank, items, name, at=at)
    return content, {"items": len(items), "form": name}

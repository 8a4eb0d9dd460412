"""Writing items out to a spreadsheet that can be read in again."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from accounts import auditing
from accounts.models import Account
from core import jobs, sheets
from core.db import atomic, db
from questions import browsing, locking
from questions.browsing import Filters
from questions.models import Bank, Item, ItemVersion, ViewPlace
from questions.rules import classifying
from questions.types import options

JOB = "questions.export"
# More items than this are written by a job.
MOST_AT_ONCE = 5000
STEPS = 2
_FEWEST_OPTIONS = 4
# The words of our spreadsheet are part of the format: its readers know them.
SHEET: Final = "Câu hỏi"
_OPTION: Final = "Phương án"
_STATES: Final = {
    "draft": "Bản soạn",
    "submitted": "Chờ thẩm định",
    "reviewed": "Chờ duyệt",
    "usable": "Dùng được",
    "locked": "Đã khóa",
    "quarantined": "Cần rà soát",
    "retired": "Ngừng dùng",
}
_TYPES: Final = {
    "single_choice": "Một đáp án",
    "multiple_choice": "Nhiều đáp án",
    "true_false": "Đúng – Sai",
}
_AFTER: Final = (
    "Đáp án", "Chủ đề", "Mức độ", "Giải thích", "Căn cứ pháp lý", "Loại câu hỏi", "Trạng thái",
)  # fmt: skip


def workbook(items: Iterable[Item]) -> bytes:
    """Return items as our spreadsheet; nothing in it is a formula, whatever a text begins with."""
    rows = [(item, item.current) for item in items if item.current is not None]
    counts = (len(version.content["options"]) for _, version in rows)
    columns = max(_FEWEST_OPTIONS, *counts) if rows else _FEWEST_OPTIONS
    letters = [f"{_OPTION} {options.letter(place)}" for place in range(columns)]
    header = ["Mã câu", "Câu hỏi", *letters, *_AFTER]
    return sheets.write_xlsx(SHEET, header, _rows(rows, columns))


def _rows(rows: Iterable[tuple[Item, ItemVersion]], columns: int) -> Iterator[list[sheets.Value]]:
    for item, version in rows:
        listed = version.content["options"]
        texts = [option["text"] for option in listed]
        key = [n for n, option in enumerate(listed) if option["id"] in version.content["key"]]
        yield [
            item.code,
            version.stem,
            *texts,
            *[None] * (columns - len(texts)),
            ", ".join(options.letter(place) for place in key),
            classifying.say_topic(item.topic.code, item.topic.name) if item.topic else None,
            item.difficulty,
            version.explanation,
            classifying.say_basis(
                version.document.code if version.document else "", version.clause, version.quote
            ),
            _TYPES[item.type],
            _STATES[item.state],
        ]


@atomic()
def note(actor: Account | None, bank: Bank, items: Sequence[Item], *, at: datetime) -> None:
    """Record that questions and keys of the bank went out to a file.

    Whoever takes the file away has seen every locked item in it.
    """
    auditing.record(actor, "bank.exported", f"bank:{bank.public_id}", items=len(items))
    locking.note_views(actor, items, ViewPlace.EXPORT, at=at)


@atomic()
def queue(actor: Account, bank: Bank, *, at: datetime, own: int | None = None) -> str:
    """Let a job write the items of a large bank, all or one person's; return its public id."""
    payload = {"bank": bank.public_id, "owner": actor.id, "own": own}
    key = f"{JOB}:{bank.public_id}:{actor.id}"
    return jobs.enqueue(JOB, payload, at=at, key=key, owner=actor.id).public_id


def write_later(work: jobs.Work, *, at: datetime) -> tuple[bytes, dict[str, Any]]:
    """Return the workbook that `queue` asked for, and what is to be said of it."""
    bank = browsing.bank_with(work.payload["bank"])
    actor = db.session.get(Account, work.payload["owner"])
    if bank is None:
        return b"", {"items": 0}
    work.progress(0, STEPS)
    items = browsing.all_items(bank.id, Filters(own=work.payload.get("own")))
    content = workbook(items)
    work.progress(1, STEPS)
    note(actor, bank, items, at=at)
    return content, {"items": len(items)}

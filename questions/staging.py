"""Staging a file: read in a child process, part by part, and kept as entries for the preview."""

from collections import deque
from collections.abc import Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import astuple, dataclass
from itertools import islice
from typing import Any, cast

from sqlalchemy import JSON, Boolean, Table, bindparam, case, delete, insert, update

from core import sandbox
from core.archives import FileRefused
from core.db import atomic, db
from questions import browsing, staged
from questions.formats import reading, splitting
from questions.formats.reading import KeyFile
from questions.models import ImportEntry, ItemImport
from questions.rules import comparing, proposing
from questions.rules.proposing import EntryState

_FUNCTION = "questions.formats.source:read_as_json"
_AT_ONCE = 2
_MOST_TWINS = 3
_LEFT_OUT = "left-out"
# A file of many megabytes may take longer, in a child that nobody waits for.
JOB_LIMITS = sandbox.Limits(memory=1024 * sandbox.MEGABYTE, seconds=120)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a file as it was understood: rows of its entries, remarks on the file."""

    rows: list[dict[str, Any]]
    messages: list[Any]


def understand(
    file_name: str,
    content: bytes,
    *,
    keys: KeyFile | None = None,
    limits: sandbox.Limits | None = None,
) -> Iterator[Part]:
    """Yield what a file says, part by part; its keys may stand in a file of their own.

    Raise `FileRefused` or `ReadingFailed`.
    """
    content = reading.made_new(file_name, content)
    known = {
        "topics": [astuple(one) for one in browsing.known_topics()],
        "documents": [astuple(one) for one in browsing.known_documents()],
    }
    options = reading.options_of(file_name, keys) | {"known": known}
    offset, is_first = 0, True
    parts = [content] if keys else splitting.parts(file_name, content)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for answer in _answers(pool, parts, options, limits):
            if answer["refused"] is not None:
                raise FileRefused(answer["refused"]["message"], **answer["refused"]["details"])
            part = _part(answer, offset, is_first=is_first)
            if is_first and len(parts) > 1:
                part.messages[:0] = splitting.remarks(content)
            yield part
            is_first = False
            offset += len(answer["rows"])


def _answers(
    pool: ThreadPoolExecutor,
    parts: list[bytes],
    options: dict[str, Any],
    limits: sandbox.Limits | None,
) -> Iterator[Any]:
    """Yield what the child says of each part, in order; no more are read than are waited for."""
    waiting: deque[Future[Any]] = deque()
    left = iter(parts)

    def begin(part: bytes) -> None:
        waiting.append(pool.submit(sandbox.run, _FUNCTION, part, options, limits=limits))

    for part in islice(left, _AT_ONCE + 1):
        begin(part)
    while waiting:
        yield waiting.popleft().result()
        for part in islice(left, 1):
            begin(part)


def _part(answer: dict[str, Any], offset: int, *, is_first: bool) -> Part:
    rows = []
    for row in answer["rows"]:
        number = row["number"] + offset
        for remark in row["messages"]:
            remark["question"] = number
        rows.append(
            row
            | {
                "number": number,
                "state": EntryState(row["state"]),
                "shingles": bytes.fromhex(row["shingles"]),
                "entry": row["entry"] | {"number": number},
            }
        )
    # The keys at the end of a long text go with every part: those of other parts are not unknown.
    said = answer["messages"]
    messages = said if is_first else [one for one in said if one["code"] == _LEFT_OUT]
    return Part(rows, messages)


@atomic()
def keep(pending: ItemImport, rows: list[dict[str, Any]]) -> None:
    """Keep entries of an import."""
    if rows:
        db.session.execute(
            insert(ImportEntry), [row | {"import_id": pending.id, "twins": []} for row in rows]
        )


@atomic()
def forget(pending: ItemImport, states: Collection[EntryState] = tuple(EntryState)) -> None:
    """Take away all entries of an import, or those that stand so."""
    db.session.execute(
        delete(ImportEntry)
        .where(ImportEntry.import_id == pending.id, ImportEntry.state.in_(states))
        .execution_options(synchronize_session=False)
    )


def find_twins(pending: ItemImport, number: int | None = None) -> None:
    """Name for each entry, or for one, the questions of bank and file that are like it.

    Questions of the bank have their ids as keys, entries of the file their numbers below zero.
    """
    own = staged.shingles(pending.id)
    packed = {-place: content for place, content in own.items()}
    packed |= browsing.bank_shingles(pending.bank_id)
    asked = [-place for place in own] if number is None else [-number]
    found = comparing.twins(comparing.alike(packed, asked))
    rows = [
        {"of": -key, "like": twins, "same": _is_repeated(twins), "is_like": bool(twins)}
        for key in asked
        if (twins := _twins(key, found.get(key, []))) or number is not None
    ]
    _mark(pending, rows)


def _twins(key: int, like: list[tuple[int, float]]) -> list[dict[str, Any]]:
    """Return the most alike: of the bank, and of the file those that come before."""
    items = [{"item": other, "share": share} for other, share in like if other > 0]
    before = [{"number": -other, "share": share} for other, share in like if key < other < 0]
    return [*items[:_MOST_TWINS], *before[:_MOST_TWINS]]


def _is_repeated(twins: list[dict[str, Any]]) -> bool:
    return any(proposing.is_same(twin["share"]) for twin in twins)


@atomic()
def _mark(pending: ItemImport, rows: list[dict[str, Any]]) -> None:
    """Keep what each entry is like; one that was ready, and nobody has seen, is to be looked at."""
    if not rows:
        return
    table = cast("Table", ImportEntry.__table__)
    entry = table.c
    is_new = (entry.state == EntryState.READY) & ~entry.seen & bindparam("is_like", type_=Boolean)
    statement = (
        update(table)
        .where(entry.import_id == pending.id, entry.number == bindparam("of"))
        .values(
            twins=bindparam("like", type_=JSON),
            repeated=bindparam("same", type_=Boolean),
            state=case((is_new, EntryState.LOOK), else_=entry.state),
        )
    )
    db.session.connection().execute(statement, rows)

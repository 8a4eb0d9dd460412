"""What judges read of a frozen version: its files, or redacted copies where they are blind."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from contest.models import EntryFile
from contest.rules import file_types
from core.db import db


@dataclass(frozen=True, slots=True)
class Readable:
    """A file or a link as a judge sees it; a link has an address and no size."""

    public_id: str
    title: str
    kind: str
    media_type: str
    size: int
    digest: str
    address: str
    is_redacted: bool


def readable(content: Mapping[str, Any], *, blind: bool) -> list[Readable]:
    """Return what a judge may read of a version, in order; one statement where judges are blind.

    A blind judge gets the redacted copy in place of a file, or the file itself once somebody has
    found that it names nobody; what is neither is not there. Names of files, which entrants
    choose, are replaced by the question that they answer.
    """
    return readable_of([content], blind=blind)[0]


def readable_of(contents: Sequence[Mapping[str, Any]], *, blind: bool) -> list[list[Readable]]:
    """Return the same of many versions, in as many statements."""
    if not blind:
        return [[_as_kept(one) for one in content.get("files", ())] for content in contents]
    ids = [str(one["id"]) for content in contents for one in content.get("files", ())]
    copies, clear = _redacted(ids)
    return [_blind(content, copies, clear) for content in contents]


def _blind(
    content: Mapping[str, Any], copies: Mapping[str, EntryFile], clear: Collection[str]
) -> list[Readable]:
    found = []
    for number, one in enumerate(content.get("files", ()), start=1):
        copy = copies.get(str(one["id"]))
        name = _neutral(content, one, number)
        if copy is not None:
            found.append(_copy(copy, _with_ending(name, copy.title)))
        elif str(one["id"]) in clear:
            found.append(_as_kept(one, _with_ending(name, str(one["title"]))))
    return found


def withheld(content: Mapping[str, Any]) -> int:
    """Return how many files of a version no blind judge can read yet."""
    files: Sequence[Mapping[str, Any]] = content.get("files", ())
    return len(files) - len(readable(content, blind=True))


def said(content: Mapping[str, Any], *, blind: bool) -> list[tuple[str, str]]:
    """Return the questions and answers of a version; a blind judge gets none that name people."""
    answers: Mapping[str, Any] = content.get("answers", {})
    return [
        (str(one["label"]), str(answers[one["id"]]))
        for one in content.get("form", ())
        if answers.get(one["id"]) and not (blind and one.get("names_people"))
    ]


def _redacted(ids: Sequence[str]) -> tuple[dict[str, EntryFile], set[str]]:
    """Return the redacted copies of these files, and which of them name nobody."""
    originals, copies = {}, []
    mine = select(EntryFile.id).where(EntryFile.public_id.in_(ids))
    rows = db.session.scalars(
        select(EntryFile)
        .where(EntryFile.public_id.in_(ids) | EntryFile.redacts_id.in_(mine))
        .order_by(EntryFile.id)
    )
    for row in rows:
        if row.redacts_id is None:
            originals[row.id] = row
        elif row.removed_at is None:
            copies.append(row)
    found = {originals[one.redacts_id].public_id: one for one in copies if one.redacts_id}
    return found, {one.public_id for one in originals.values() if one.is_clear}


def _neutral(content: Mapping[str, Any], one: Mapping[str, Any], number: int) -> str:
    labels = {str(asked["id"]): str(asked["label"]) for asked in content.get("form", ())}
    return f"{labels.get(str(one.get('field')), '')} {number}".strip()


def _with_ending(name: str, title: str) -> str:
    known = file_types.ending(title)
    is_file = any(known in one.endings for one in file_types.TYPES)
    return f"{name}.{known}" if is_file else name


def _as_kept(one: Mapping[str, Any], title: str = "") -> Readable:
    return Readable(
        str(one["id"]),
        title or str(one["title"]),
        str(one["kind"]),
        str(one.get("media_type", "")),
        int(one.get("size", 0)),
        str(one.get("digest", "")),
        str(one.get("address", "")),
        is_redacted=False,
    )


def _copy(row: EntryFile, title: str) -> Readable:
    return Readable(
        row.public_id,
        title,
        row.kind.value,
        row.media_type,
        row.size,
        row.digest,
        row.address,
        is_redacted=True,
    )

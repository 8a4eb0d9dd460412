"""What a file calls topics, difficulties and legal documents, and which of ours are meant."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from core.text import fold, search_key

SEPARATOR = " · "
_TITLE = " – "
_DIFFICULTIES = {
    "NB": ("nb", "nhan biet", "biet", "de", "muc 1", "1", "i"),
    "TH": ("th", "thong hieu", "hieu", "trung binh", "tb", "muc 2", "2", "ii"),
    "VD": ("vd", "van dung", "vdt", "van dung thap", "kho", "muc 3", "3", "iii"),
    "VDC": ("vdc", "van dung cao", "rat kho", "muc 4", "4", "iv"),
}
_QUOTE = re.compile(r"^“(.*)”$", re.S)


@dataclass(frozen=True, slots=True)
class Known:
    """A topic or a document of ours: its id, its code, and what else it is called."""

    id: int
    code: str
    name: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class Basis:
    """What an item rests on: the document if it is one of ours, the place in it, its words."""

    document_id: int | None = None
    clause: str = ""
    quote: str = ""


def difficulty(text: str) -> str | None:
    """Return the code of a difficulty as files write it, or None for another word."""
    key = search_key(text).removeprefix("muc do ").removeprefix("do kho ")
    return next((code for code, words in _DIFFICULTIES.items() if key in words), None)


def topic(text: str, known: Iterable[Known]) -> int | None:
    """Return the topic that a file names by code, by name, or by both; the first if two fit."""
    wanted = fold(text)
    code = fold(text.partition(_TITLE)[0])
    topics = list(known)
    by_code = (one.id for one in topics if code and fold(one.code) == code)
    by_name = (one.id for one in topics if wanted and fold(one.name) == wanted)
    return next(by_code, next(by_name, None))


def say_topic(code: str, name: str) -> str:
    """Return a topic as our files name it, so that it is found again."""
    return f"{code}{_TITLE}{name}"


def basis(text: str, known: Iterable[Known]) -> Basis:
    """Return the legal basis that a file gives in one cell: code, clause and quote, or in words."""
    parts = [part.strip() for part in text.split(SEPARATOR)]
    documents = list(known)
    by_code = {one.code: one.id for one in documents}
    quote = _QUOTE.match(parts[-1]) if len(parts) > 1 else None
    said = parts[:-1] if quote else parts
    if said[0] in by_code:
        return Basis(by_code[said[0]], SEPARATOR.join(said[1:]), quote[1] if quote else "")
    bare = fold(text)
    named = next((one.id for one in documents if one.number and fold(one.number) in bare), None)
    return Basis(named, SEPARATOR.join(said), quote[1] if quote else "")


def say_basis(code: str, clause: str, quote: str) -> str:
    """Return a legal basis as our files give it, so that it is found again."""
    return SEPARATOR.join(part for part in (code, clause, f"“{quote}”" if quote else "") if part)


def classify(
    entries: Iterable[dict[str, Any]], topics: Sequence[Known], documents: Sequence[Known]
) -> None:
    """Find for each question of a file the topic, the difficulty and the document it names."""
    for entry in entries:
        found = basis(entry["legal_basis"], documents)
        entry |= {
            "topic_id": topic(entry["topic"], topics),
            "level": difficulty(entry["difficulty"]),
            "document_id": found.document_id,
            "clause": found.clause,
            "quote": found.quote,
        }

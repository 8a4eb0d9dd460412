"""Legal documents by their dates and kinds, and the articles of a text that was pasted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.text import search_key


class DocumentKind(StrEnum):
    """What a document is."""

    LAW = "law"
    DECREE = "decree"
    RESOLUTION = "resolution"
    DECISION = "decision"
    CIRCULAR = "circular"
    DIRECTIVE = "directive"
    PLAN = "plan"
    GUIDANCE = "guidance"
    OTHER = "other"


class Validity(StrEnum):
    """Where a document stands on a day."""

    UNKNOWN = "unknown"
    NOT_YET = "not_yet"
    IN_FORCE = "in_force"
    PARTLY = "partly"
    ENDED = "ended"


_BY_NUMBER = (
    ("/QH", DocumentKind.LAW),
    ("/NĐ-", DocumentKind.DECREE),
    ("/NQ-", DocumentKind.RESOLUTION),
    ("/QĐ-", DocumentKind.DECISION),
    ("/TT-", DocumentKind.CIRCULAR),
    ("/CT-", DocumentKind.DIRECTIVE),
    ("/KH-", DocumentKind.PLAN),
    ("-HD/", DocumentKind.GUIDANCE),
)
_BY_TITLE = (
    ("Luật", DocumentKind.LAW),
    ("Nghị định", DocumentKind.DECREE),
    ("Nghị quyết", DocumentKind.RESOLUTION),
    ("Quyết định", DocumentKind.DECISION),
    ("Thông tư", DocumentKind.CIRCULAR),
    ("Kế hoạch", DocumentKind.PLAN),
)
_ARTICLE = re.compile(r"^\s*(Điều\s+\d+[a-zđ]?)\b", re.IGNORECASE)


def kind_of(number: str, title: str) -> DocumentKind:
    """Return what a document is, as far as its number or its title says."""
    for sign, kind in _BY_NUMBER:
        if sign in number:
            return kind
    for word, kind in _BY_TITLE:
        if title.startswith(word):
            return kind
    return DocumentKind.OTHER


def validity(
    effective_from: date | None, effective_to: date | None, on: date, *, in_part: bool
) -> Validity:
    """Return where a document with these dates stands; `in_part`: some of it has ended."""
    if effective_to is not None and effective_to < on:
        return Validity.ENDED
    if effective_from is not None and effective_from > on:
        return Validity.NOT_YET
    if in_part:
        return Validity.PARTLY
    return Validity.IN_FORCE if effective_from is not None else Validity.UNKNOWN


@dataclass(frozen=True, slots=True)
class Article:
    """A part of a document's text: an article, or what stands before the first one."""

    name: str
    text: str


def articles(text: str) -> list[Article]:
    """Part a document's text at its articles (Điều 1, Điều 2a); nothing of it is lost."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        head = _ARTICLE.match(line)
        if head or not found:
            found.append((" ".join(head[1].split()) if head else "", []))
        found[-1][1].append(line)
    parts = [Article(name, "\n".join(lines).strip()) for name, lines in found]
    return [part for part in parts if part.text]


def article_named(clause: str) -> str:
    """Return the article that a clause names (Điều 8), or nothing."""
    found = re.search(r"Điều\s+\d+[a-zđ]?", clause, re.IGNORECASE)
    return " ".join(found[0].split()) if found else ""


def finding(parts: Sequence[Article], words: str) -> list[Article]:
    """Return the articles that hold all the words, written with or without marks, in order.

    The name of an article finds that article alone.
    """
    named = article_named(words)
    if named and search_key(named) == search_key(words):
        return [part for part in parts if search_key(part.name) == search_key(named)]
    wanted = search_key(words).split()
    return [part for part in parts if all(one in search_key(part.text) for one in wanted)]

"""Documents as PDF and as pictures of their pages, set by Typst with the fonts of the product."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from contest.documents import layout
from contest.documents.paper import Annex, Block, Items, Paper, Table, Text, shown
from core import typesetting
from questions.rules.letterheads import Profile

TEMPLATE = Path(__file__).parent / "print" / "document.typ"
_KINDS = {Text: "text", Items: "items", Table: "table", Annex: "annex"}


def pdf(paper: Paper) -> bytes:
    """Return a document as a PDF file, its fonts embedded."""
    return typesetting.pdf(TEMPLATE, values(paper))


def pages(paper: Paper) -> list[bytes]:
    """Return the pages of a document as pictures."""
    return typesetting.pages(TEMPLATE, values(paper))


def values(paper: Paper) -> Mapping[str, Any]:
    """Return a document and its layout as the template takes them."""
    head = paper.head
    is_union = head.profile is Profile.UNION
    union = layout.used_in("union")
    return {
        "title": " – ".join(part for part in (paper.name, paper.subject or paper.about) if part),
        "author": head.body,
        "is_wide": paper.is_wide,
        "is_union": is_union,
        "union_size": union["title"],
        "stars": layout.UNION_STARS,
        "hyphens": layout.UNION_HYPHENS,
        "margins": layout.used_in("margins"),
        "sizes": layout.used_in("sizes"),
        "paragraphs": layout.used_in("paragraphs"),
        "rules": layout.used_in("rules"),
        "signing": layout.used("signing.room"),
        "left": head.left,
        "right": head.right,
        "sign": head.sign,
        "dated": head.dated,
        "about": f"V/v {paper.about}" if paper.about else "",
        "name": paper.name,
        "subject": paper.subject,
        "bases": paper.bases,
        "blocks": [_block(one) for one in paper.blocks],
        "signatures": [asdict(one) for one in paper.signatures],
        "recipients": paper.recipients,
        "origin": paper.origin,
    }


def _block(block: Block) -> dict[str, Any]:
    told = asdict(block) | {"kind": _KINDS[type(block)]}
    if isinstance(block, Table):
        told["rows"] = [[shown(value) for value in row] for row in block.rows]
    return told

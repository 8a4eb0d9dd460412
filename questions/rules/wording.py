"""What an item says: its digest, which never changes with it, and the text it is found by."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.text import search_key
from questions.rules import comparing, likening, marking
from questions.rules.marking import Content


@dataclass(frozen=True, slots=True)
class Wording:
    """All that one version of an item says, with the legal basis it gives."""

    type: str
    stem: str
    content: Mapping[str, Any]
    explanation: str = ""
    document_id: int | None = None
    clause: str = ""
    quote: str = ""
    stimulus_id: int | None = None


def digest(kind: str, stem: str, content: Content) -> str:
    """Return the digest of what is asked; equal for equal questions on any machine."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{kind}|{stem}|{canonical}".encode()).hexdigest()


def search_text(code: str, wording: Wording) -> str:
    """Return the text an item is found by: code, stem, options and clause, without marks."""
    return search_key(
        "\n".join(
            [code, wording.stem, *marking.texts(wording.type, wording.content), wording.clause]
        )
    )


def shingles(wording: Wording) -> bytes:
    """Return what is compared of the wording with others."""
    texts = marking.texts(wording.type, wording.content)
    return comparing.pack(likening.shingles(wording.stem, texts))

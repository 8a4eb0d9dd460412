"""What an import proposes: each question of a file with its doubts, as it waits for a person."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from core.saying import Sentence
from core.text import N_, clean, clean_line, fold
from questions.rules import comparing, drafting, marking, wording
from questions.rules.drafting import ERROR, WARNING, Message, Reading
from questions.rules.likening import THRESHOLD, shingles
from questions.types import options

LONGEST_STEM = 5000
_LABEL = 60
_AROUND = 3
_MOST_LINES = 40
# Where the contents of the types hold what a picture may stand at.
_PARTS = ("options", "statements", "rows", "choices", "parts")

Entry = dict[str, Any]


class EntryState(StrEnum):
    """How a proposed question stands."""

    READY = "ready"
    LOOK = "look"
    WRONG = "wrong"
    SKIPPED = "skipped"


def entries(reading: Reading) -> list[Entry]:
    """Return the questions of a reading as entries, in the order of the file."""
    plain = drafting.to_json(reading)
    drafts = sorted((*plain["questions"], *plain["faulty"]), key=lambda draft: draft["number"])
    for entry in drafts:
        entry |= {
            "topic_id": None,
            "level": None,
            "document_id": None,
            "clause": "",
            "quote": "",
            "pinned": list(drafting.pinned(entry["options"])),
            "skipped": False,
            "seen": False,
            "twins": [],
            "lines": [0, 0],
        }
    return drafts


def content(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of the item that the entry proposes."""
    if entry["content"] is not None:
        made = dict(entry["content"])
    else:
        made = options.content(entry["options"], entry["key"], entry["pinned"])
    media = _media(entry, made)
    return made | {"media": media} if media else made


def _media(entry: Mapping[str, Any], made: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the pictures and sounds that the bank keeps; one whose part is gone is the stem's."""
    rows = (row for part in _PARTS for row in made.get(part) or ())
    places = {str(row["id"]) for row in rows}
    return [
        {
            "id": one["id"],
            "kind": one["kind"],
            "alt": one["alt"],
            "at": one["at"] if one["at"] in places else "stem",
        }
        for one in entry.get("media") or ()
        if "id" in one
    ]


def problems(entry: Mapping[str, Any]) -> list[Sentence]:
    """Return what keeps the entry from becoming an item, found in what it says now."""
    return check(entry["type"], entry["stem"], content(entry))


def check(kind: str, stem: str, content: options.Content) -> list[Sentence]:
    """Return what keeps a question of this type from being asked; nothing if it is sound."""
    found: list[Sentence] = []
    if not stem.strip():
        found.append(Sentence(N_("The question has no text.")))
    elif len(stem) > LONGEST_STEM:
        values = {"most": LONGEST_STEM}
        found.append(Sentence(N_("The question is longer than %(most)s signs."), values))
    found += marking.check(kind, stem, content)
    return found


def state(entry: Mapping[str, Any], messages: Iterable[Message]) -> EntryState:
    """Return how an entry stands; `messages` are those about it.

    What a person has corrected and saved is judged by what it says, no more by the file.
    """
    if entry["skipped"]:
        return EntryState.SKIPPED
    levels = {message.level for message in messages}
    if problems(entry) or (ERROR in levels and not entry["seen"]):
        return EntryState.WRONG
    is_doubtful = bool(entry["twins"]) or WARNING in levels
    return EntryState.LOOK if is_doubtful and not entry["seen"] else EntryState.READY


def corrected(entry: Entry, told: Mapping[str, Any]) -> Entry:
    """Return the entry as a person says it; options left empty at the end are dropped.

    A question without options keeps what its type holds.
    """
    common = {
        "stem": clean(told["stem"]),
        "explanation": clean(told["explanation"]),
        "topic_id": told["topic_id"],
        "level": told["level"],
        "seen": True,
        "skipped": False,
    }
    if entry["type"] not in marking.WITH_OPTIONS:
        return entry | common
    texts = [clean_line(text) for text in told["options"]]
    while texts and not texts[-1]:
        texts.pop()
    key = sorted({place for place in told["key"] if 0 <= place < len(texts)})
    kept = _reworded(entry, texts, key)
    return (
        entry
        | common
        | {
            "type": entry["type"] if kept else drafting.type_of(texts, key),
            "options": texts,
            "key": key,
            "content": kept,
            "pinned": list(drafting.pinned(texts)),
        }
    )


def _reworded(entry: Entry, texts: Sequence[str], key: Sequence[int]) -> Entry | None:
    """Return the content with its shares and remarks, the options in other words.

    Nothing if the file gave none, or if other options are right or there are more or fewer.
    """
    held = entry["content"]
    if held is None or len(texts) != len(entry["options"]) or list(key) != sorted(entry["key"]):
        return None
    rows = zip(held["options"], texts, strict=True)
    return dict(held) | {"options": [dict(one) | {"text": text} for one, text in rows]}


def shingles_of(entry: Mapping[str, Any]) -> bytes:
    """Return what is compared of the entry with other questions."""
    texts = marking.texts(entry["type"], content(entry))
    return comparing.pack(shingles(entry["stem"], texts))


def is_same(share: float) -> bool:
    """Say whether two questions that share so much say the very same."""
    return share > 1 - (1 - THRESHOLD) / 1000


def place_lines(drafts: Sequence[Entry], lines: Sequence[Sequence[Sequence[Any]]]) -> None:
    """Find for each entry the lines of the file that it was read from, as far as they show it."""
    texts = [fold("".join(str(part) for part, _ in line)) for line in lines]
    at = 0
    starts: list[int | None] = []
    for entry in drafts:
        label = fold(entry["stem"].partition("\n")[0])[:_LABEL].strip()
        found = next((n for n in range(at, len(texts)) if label and label in texts[n]), None)
        starts.append(found)
        at = at if found is None else found + 1
    end = len(texts)
    for entry, start in reversed(list(zip(drafts, starts, strict=True))):
        if start is not None:
            entry["lines"] = [start, min(end, start + _MOST_LINES)]
            end = start


def around(entry: Mapping[str, Any], lines: Sequence[Sequence[Sequence[Any]]]) -> list[Any]:
    """Return the lines around an entry, each with whether it is its own and may be the doubt.

    What stands out in a question’s own lines, its head aside, is what marked the key.
    """
    begin, end = entry["lines"]
    if begin == end:
        return []
    return [
        [
            lines[place],
            begin <= place < end,
            begin < place < end and any(stands_out for _, stands_out in lines[place]),
        ]
        for place in range(max(0, begin - _AROUND), min(len(lines), end + _AROUND))
    ]


def as_wording(entry: Mapping[str, Any]) -> wording.Wording:
    """Return what the item will say."""
    return wording.Wording(
        type=entry["type"],
        stem=entry["stem"],
        content=content(entry),
        explanation=entry["explanation"],
        document_id=entry["document_id"],
        clause=entry["clause"][:300],
        quote=entry["quote"],
    )

"""What a reading of a question file yields: drafts, and what is to be said about them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from core.saying import Sentence
from core.text import N_, fold
from questions.types import options

ERROR = "error"
WARNING = "warning"
INFO = "info"
LEVELS = (ERROR, WARNING, INFO)
SINGLE = "single_choice"
MULTIPLE = "multiple_choice"
TRUE_FALSE = "true_false"
CHOSEN = frozenset({SINGLE, MULTIPLE, TRUE_FALSE})

_ALL_OF_THEM = re.compile(
    r"(tat ca|ca (hai|ba|bon|nam|2|3|4|5))\b.{0,40}\b(tren|dung|sai|phuong an|dap an|y|cau)"
    r"|tat ca (deu|cac)|(khong co|khong phai) (phuong an|dap an|y) nao"
    r"|(phuong an|dap an|y kien) khac|(all|none) of the above|(tat ca )?deu (dung|sai)$"
)
_LETTERS = re.compile(
    r"^(?:(?i:cả|chỉ|gồm|đáp án|phương án|các ý|ý|câu)\s+)*"
    r"([A-H](?:(?:\s*[,;&+]\s*|\s+(?:và|hoặc|cùng)\s+)[A-H])+)\s*"
    r"(?:(?:đều|cùng|là)?\s*(?:đúng|sai|không đúng))?\.?$"
)
_ASKS_MANY = re.compile(
    r"\b(chon|lua chon|khoanh)\b.{0,12}\b(tat ca|nhieu|cac|nhung|hai|ba|bon|2|3|4)\b"
    r"|nhieu (hon mot )?(dap an|phuong an|lua chon)|cac (dap an|phuong an|y) dung"
    r"|nhung (dap an|phuong an|y) (nao )?dung|select all|choose (two|three|all)"
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A question as a file has it, before a person accepts it; `number` counts from 1."""

    type: str
    stem: str
    options: tuple[str, ...]
    key: tuple[int, ...]
    number: int
    place: Sentence
    topic: str = ""
    difficulty: str = ""
    explanation: str = ""
    legal_basis: str = ""
    passage: str = ""
    # What the type asks, where options and key do not say it all; its module says the shape.
    content: dict[str, Any] | None = None
    # Pictures and sounds: name, at ("stem" or the id of a part), alt, and data in base64.
    media: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One remark on a file: which draft, how grave, a code for programs, the words for people."""

    question: int | None
    level: str
    code: str
    text: Sentence
    place: Sentence | None = None

    def sentence(self) -> Sentence:
        """Return the remark with its place before it."""
        if self.place is None:
            return self.text
        return Sentence(N_("%(place)s: %(text)s"), {"place": self.place, "text": self.text})


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was found: drafts to import, drafts to mend first, and the remarks."""

    questions: tuple[Draft, ...] = ()
    faulty: tuple[Draft, ...] = ()
    messages: tuple[Message, ...] = field(default=())

    def drafts(self) -> list[Draft]:
        """Return all drafts, sound and faulty, in the order of the file."""
        return sorted((*self.questions, *self.faulty), key=lambda draft: draft.number)

    def about(self, number: int) -> list[Message]:
        """Return the remarks on one draft."""
        return [message for message in self.messages if message.question == number]


def content(draft: Draft) -> dict[str, Any]:
    """Return the content of an item made from the draft."""
    if draft.content is not None:
        return draft.content
    return options.content(draft.options, draft.key, pinned(draft.options))


def pinned(texts: Sequence[str]) -> tuple[int, ...]:
    """Return the places of the options that must keep theirs when options are shuffled.

    “All of the above” stays last. An option that names some others by letter holds them all.
    """
    last = {place for place, text in enumerate(texts) if _ALL_OF_THEM.search(fold(text))}
    for place, text in enumerate(texts):
        match = _LETTERS.match(text.strip())
        if match is None:
            continue
        named = set(re.findall(r"[A-H]", match[1]))
        others = {options.letter(other) for other in range(len(texts)) if other not in {place}}
        if named >= {options.letter(other) for other in range(place)} or named == others:
            last.add(place)
        else:
            return tuple(range(len(texts)))
    return tuple(sorted(last))


def type_of(texts: Sequence[str], key: Sequence[int]) -> str:
    """Return the type that these options and this key make."""
    if len(texts) == options.FEWEST and is_true_false(texts):
        return TRUE_FALSE
    return MULTIPLE if len(key) > 1 else SINGLE


def is_true_false(texts: Sequence[str]) -> bool:
    """Say whether the two options are Đúng and Sai, in any writing."""
    words = [fold(text).rstrip(".") for text in texts]
    return words in (["dung", "sai"], ["sai", "dung"], ["true", "false"], ["false", "true"])


def asks_for_several(stem: str) -> bool:
    """Say whether the stem itself asks for more than one option."""
    return _ASKS_MANY.search(fold(stem)) is not None


# --- As JSON: between processes, and while a person looks at the preview ------------------------


def to_json(reading: Reading) -> dict[str, Any]:
    """Return the reading as plain values."""
    return {
        "questions": [_draft_to_json(draft) for draft in reading.questions],
        "faulty": [_draft_to_json(draft) for draft in reading.faulty],
        "messages": [
            {
                "question": message.question,
                "level": message.level,
                "code": message.code,
                "text": _said(message.text),
                "place": None if message.place is None else _said(message.place),
            }
            for message in reading.messages
        ],
    }


def from_json(plain: Mapping[str, Any]) -> Reading:
    """Return the reading that `to_json` wrote."""
    return Reading(
        questions=tuple(_drafts_from_json(plain["questions"])),
        faulty=tuple(_drafts_from_json(plain["faulty"])),
        messages=tuple(
            Message(
                question=message["question"],
                level=message["level"],
                code=message["code"],
                text=_heard(message["text"]),
                place=None if message["place"] is None else _heard(message["place"]),
            )
            for message in plain["messages"]
        ),
    )


def _draft_to_json(draft: Draft) -> dict[str, Any]:
    plain: dict[str, Any] = {name: getattr(draft, name) for name in Draft.__dataclass_fields__}
    return plain | {
        "options": list(draft.options),
        "key": list(draft.key),
        "media": list(draft.media),
        "place": _said(draft.place),
    }


def _drafts_from_json(plain: Iterable[Mapping[str, Any]]) -> Iterable[Draft]:
    for values in plain:
        draft = Draft(**{**values, "place": _heard(values["place"])})
        yield replace(
            draft,
            options=tuple(draft.options),
            key=tuple(draft.key),
            media=tuple(draft.media),
        )


def _said(sentence: Sentence) -> dict[str, Any]:
    values = {
        name: {"sentence": _said(value)} if isinstance(value, Sentence) else value
        for name, value in sentence.values.items()
    }
    return {"message": sentence.message, "values": values}


def _heard(plain: Mapping[str, Any]) -> Sentence:
    values = {
        name: _heard(value["sentence"]) if isinstance(value, Mapping) else value
        for name, value in plain["values"].items()
    }
    return Sentence(plain["message"], values)

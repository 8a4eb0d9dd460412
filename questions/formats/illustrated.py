"""Pictures and sounds of question files: encoded anew one by one, in the child that reads them."""

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core import pictures, sounds
from core.archives import FileRefused
from core.saying import Sentence
from core.text import N_, clean_line
from questions.rules.drafting import WARNING, Draft, Message, Reading

MOST_FILES = 300
# All of a file together: what a child can decode in its time, and answer in its room.
MOST_PIXELS = 150_000_000
MOST_BYTES = 32 * 1024 * 1024

PICTURE = "picture"
SOUND = "sound"
LEFT_OUT = N_("The file “%(file)s” was left out: %(why)s")
TOO_MUCH = N_("the pictures and sounds of this file are too many or too large together.")


def encode_as_json(content: bytes) -> dict[str, Any]:
    """Return a picture or sound encoded anew, or why it is refused: what a child answers."""
    try:
        return {"refused": None, "made": _encoded(content)}
    except FileRefused as refused:
        said = {"message": refused.message, "details": dict(refused.details)}
        return {"refused": said, "made": None}


def _encoded(content: bytes) -> dict[str, Any]:
    if sounds.is_sound(content) and pictures.kind_of(content) is None:
        sound = sounds.encode(content)
        return {
            "kind": SOUND,
            "mime": sound.mime,
            "data": base64.b64encode(sound.content).decode(),
            "duration_ms": sound.duration_ms,
        }
    picture = pictures.encode(content)
    return {
        "kind": PICTURE,
        "mime": picture.mime,
        "data": base64.b64encode(picture.content).decode(),
        "width": picture.width,
        "height": picture.height,
    }


class _Room:
    """How much the files of one reading may still take."""

    def __init__(self) -> None:
        self.files, self.pixels, self.bytes = MOST_FILES, MOST_PIXELS, MOST_BYTES
        self.made: dict[str, dict[str, Any]] = {}

    def encode(self, data: str) -> dict[str, Any]:
        """Return a file encoded anew; one that comes again is not encoded again."""
        if data not in self.made:
            self.made[data] = self._encode(base64.b64decode(data, validate=True))
        return self.made[data]

    def _encode(self, content: bytes) -> dict[str, Any]:
        self.files -= 1
        if pictures.kind_of(content) is not None:
            width, height = pictures.size_of(content)
            self.pixels -= width * height
        if self.files < 0 or self.pixels < 0 or self.bytes < 0:
            raise FileRefused(TOO_MUCH)
        made = _encoded(content)
        self.bytes -= len(made["data"])
        if self.bytes < 0:
            raise FileRefused(TOO_MUCH)
        return made


def encode_all(reading: Reading) -> Reading:
    """Return the reading with every picture and sound encoded anew.

    What cannot be is left out, and a warning at its question names the file and why.
    """
    if not any(draft.media for draft in reading.drafts()):
        return reading
    room, messages = _Room(), list(reading.messages)

    def encoded(draft: Draft) -> Draft:
        kept = []
        for one in draft.media:
            try:
                kept.append(_kept(one, room.encode(one.get("data", ""))))
            except (FileRefused, ValueError) as refused:
                messages.append(_left_out(draft, one, refused))
        return replace(draft, media=tuple(kept))

    questions = tuple(encoded(draft) for draft in reading.questions)
    faulty = tuple(encoded(draft) for draft in reading.faulty)
    messages.sort(key=lambda message: message.question or 0)
    return Reading(questions, faulty, tuple(messages))


def _kept(one: Mapping[str, str], made: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": clean_line(str(one.get("name", "")))[:200],
        "at": str(one.get("at") or "stem"),
        "alt": clean_line(str(one.get("alt", "")))[:500],
        **made,
    }


def _left_out(draft: Draft, one: Mapping[str, str], refused: Exception) -> Message:
    why: object = Sentence(pictures.DAMAGED)
    if isinstance(refused, FileRefused):
        why = Sentence(refused.message, refused.details)
    name = clean_line(str(one.get("name", "")))[:200] or "–"
    text = Sentence(LEFT_OUT, {"file": name, "why": why})
    return Message(draft.number, WARNING, "media-left-out", text, draft.place)

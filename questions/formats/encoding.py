"""From bytes to text: Unicode in its forms, CP1258, and CP1252 as the last resort."""

import codecs
import unicodedata

from core.archives import DAMAGED, FileRefused
from core.saying import Sentence
from core.text import N_, nfc
from questions.rules.drafting import WARNING
from questions.rules.settling import Note

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_VOWELS = frozenset("aăâeêioôơuưyAĂÂEÊIOÔƠUƯY")
_MOSTLY = 0.9
_TOO_MANY_ZEROS = 0.2


def decode(content: bytes) -> tuple[str, list[Note]]:
    """Return the text of a file, composed, and a note if its encoding had to be guessed.

    Raise `FileRefused` if it is no text.
    """
    text = _unicode(content)
    if text is None:
        text = _vietnamese(content)
    notes: list[Note] = []
    if text is None:
        text = content.decode("cp1252", "replace")
        note = Sentence(N_("The encoding of the file is unknown; compare the Vietnamese letters."))
        notes.append((WARNING, "encoding", note))
    if any(unicodedata.category(c) == "Cc" and c not in "\t\n\r\f\v" for c in text[:20_000]):
        raise FileRefused(DAMAGED)
    return nfc(text.replace("\f", "\n").replace("\v", "\n")), notes


def _unicode(content: bytes) -> str | None:
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    if encoding is None and content[:2000].count(0) > _TOO_MANY_ZEROS * len(content[:2000]):
        encoding = "utf-16-le" if content[1::2].count(0) > content[::2].count(0) else "utf-16-be"
    try:
        return content.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        return None


def _vietnamese(content: bytes) -> str | None:
    """Return the text if it is CP1258, where tones stand as letters of their own."""
    try:
        text = content.decode("cp1258")
    except UnicodeDecodeError:
        return None
    tones = [place for place, letter in enumerate(text) if letter in _TONES]
    after = sum(1 for place in tones if place and text[place - 1] in _VOWELS)
    return text if tones and after >= _MOSTLY * len(tones) else None

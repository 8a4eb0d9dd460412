"""The text of a file whose encoding nobody wrote down."""

import codecs
import unicodedata

from core import legacy_vietnamese as legacy
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
# Words of an old writing that stand in Unicode are rare and must be many to be believed.
_MANY = 12
_SEEN = 400_000
_UNKNOWN = N_("The encoding of the file is unknown; compare the Vietnamese letters.")
_OLD = {
    "tcvn3": N_("The file is written in the old TCVN3 (ABC); its letters were made Unicode."),
    "vni": N_("The file is written in the old VNI; its letters were made Unicode."),
}


def decode(content: bytes) -> tuple[str, list[Note]]:
    """Return the text of a file, composed, and a note if its encoding had to be guessed.

    Text in the old Vietnamese writings TCVN3 and VNI is made Unicode, which the note says.

    Raise `FileRefused` if it is no text.
    """
    text = _unicode(content)
    text, note = _guessed(content) if text is None else _renewed(text, _MANY)
    if any(unicodedata.category(c) == "Cc" and c not in "\t\n\r\f\v" for c in text[:20_000]):
        raise FileRefused(DAMAGED)
    notes: list[Note] = [] if note is None else [(WARNING, "encoding", Sentence(note))]
    return nfc(text.replace("\f", "\n").replace("\v", "\n")), notes


def _unicode(content: bytes) -> str | None:
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    if encoding is None and content[:2000].count(0) > _TOO_MANY_ZEROS * len(content[:2000]):
        encoding = "utf-16-le" if content[1::2].count(0) > content[::2].count(0) else "utf-16-be"
    try:
        return content.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        return None


def _guessed(content: bytes) -> tuple[str, str | None]:
    """Return the text of bytes that are no Unicode, and what is to be said of the guess."""
    windows = content.decode("cp1252", "replace")
    renewed, note = _renewed(windows)
    vietnamese = _vietnamese(content)
    if vietnamese is None:
        plain = nfc(content.decode("cp1258", "replace"))
        is_clear = note is None and legacy.share(plain) >= _MOSTLY > legacy.share(windows)
        return (plain if is_clear else renewed), note or _UNKNOWN
    if note is not None and legacy.share(renewed) > legacy.share(nfc(vietnamese)):
        return renewed, note
    return vietnamese, None


def _renewed(text: str, fewest: int = 2) -> tuple[str, str | None]:
    """Return a text in an old writing as Unicode with what is to be said; others as they are."""
    if text.isascii() or legacy.is_unicode(text):
        return text, None
    scheme = legacy.guess(text[:_SEEN], fewest)
    return (text, None) if scheme is None else (legacy.convert(text, scheme), _OLD[scheme])


def _vietnamese(content: bytes) -> str | None:
    """Return the text if it is CP1258, where tones stand as letters of their own."""
    try:
        text = content.decode("cp1258")
    except UnicodeDecodeError:
        return None
    tones = [place for place, letter in enumerate(text) if letter in _TONES]
    after = sum(1 for place in tones if place and text[place - 1] in _VOWELS)
    return text if tones and after >= _MOSTLY * len(tones) else None

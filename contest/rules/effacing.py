"""Taking a person out of what others read on: a name, a number, an address within texts."""

import re
import unicodedata
from dataclasses import dataclass

from accounts.rules import masking
from core.text import nfc, without_marks

# Shorter names run together ("lean") are words of their own.
_RUN_TOGETHER = 8
_BETWEEN = r"[\s._\-’'ʼ]"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of somebody, as it may stand in a text."""

    name: str
    phone: str = ""
    email: str = ""


def effaced(text: str, known: Known) -> str:
    """Return the text with the person's name, phone number and e-mail address masked.

    A name is found with its marks whatever the capitals, and without marks where it was written
    so, as in names of files: Nguyen-Thi-Hanh. Single words are too common to be names.
    """
    told = nfc(text)
    if known.email:
        told = re.sub(re.escape(known.email), masking.email(known.email), told, flags=re.IGNORECASE)
    if digits := known.phone.removeprefix("+84"):
        number = r"[ .\-]?".join(digits)
        told = re.sub(
            rf"(?<!\d)(?:\+?84|0)?[ .\-]?{number}(?!\d)", masking.phone(known.phone), told
        )
    return _unnamed(told, known.name)


def _unnamed(text: str, name: str) -> str:
    words = _plain(name).split()
    if len(words) < 2:
        return text
    gap = _BETWEEN + ("*" if sum(map(len, words)) >= _RUN_TOGETHER else "+")
    pattern = rf"(?<![^\W\d_]){gap.join(map(re.escape, words))}(?![^\W\d_])"
    found, end = [], 0
    for match in re.finditer(pattern, _plain(text, keep=True)):
        written = text[match.start() : match.end()]
        if written.isascii() or _letters(written) == _letters(name):
            found += [text[end : match.start()], masking.name(name)]
            end = match.end()
    return "".join([*found, text[end:]])


def _plain(text: str, *, keep: bool = False) -> str:
    """Return small letters without marks; as many of them as there were, where `keep` says so."""
    plain = [without_marks(one).lower() for one in nfc(text)]
    if keep:
        return "".join(one if len(one) == 1 else "\0" for one in plain)
    return re.sub(_BETWEEN, " ", "".join(plain))


def _letters(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFC", text).casefold() if one.isalpha())

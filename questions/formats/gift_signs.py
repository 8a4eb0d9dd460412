"""The signs of GIFT: what a backslash guards, and in which markup a text is written."""

import re

from core.text import clean
from questions.formats.html_text import Plain, plain

# Guarded signs wait as private letters while the text is cut at those that stand free.
_SIGNS = "\\~=#{}:"
_FIRST = 0xE000
_HIDDEN = {sign: chr(_FIRST + place) for place, sign in enumerate(_SIGNS)}
_LINE = chr(_FIRST + len(_SIGNS))
_SHOWN = {ord(letter): sign for sign, letter in _HIDDEN.items()} | {ord(_LINE): "\n"}
_PRIVATE = dict.fromkeys(range(_FIRST, _FIRST + len(_SIGNS) + 1))
_GUARDED = re.compile(r"\\([\\~=#{}:n])")
# \neq and its like are LaTeX, not line ends.
_LATEX = re.compile(r"(?<!\\)\\n(?=(?:eq|abla|otin|ot|u|i|e|mid|exists)(?![A-Za-z]))")
_OPAQUE = re.compile(r"<[a-zA-Z][^<>{}]*=\s*[\"'][^<>]*>|&#\w{1,8};|https?:(?=//)")
_SPECIAL = re.compile(r"[~=#{}:]")
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_IS_HTML = re.compile(
    r"</[a-zA-Z][a-zA-Z0-9]*\s*>|<(?:br|hr|img|p|li)\b[^<>]*>|&(?:#\w{1,8}|[a-zA-Z]{2,8});"
)
_HAS_BLOCKS = re.compile(r"(?i)<(?:br|p|div|ul|ol|table|pre|h[1-6])\b")
_EMPTY = " \t\r\n\u00a0"
# What editors leave of an empty text; a tag alone may be what a question speaks of.
_BLANK = re.compile(
    r"(?i)\s*<(p|div|span)\b[^<>]*>(?:\s|&nbsp;|</?(?:br|p|div|span)\b[^<>]*>)*</\1>\s*"
)
_MARKDOWN = (
    (re.compile(r"!\[([^\]]*)\]\(([^)\s]+)[^)]*\)"), r'<img alt="\1" src="\2">'),
    (re.compile(r"\[([^\]]+)\]\([^)]*\)"), r"\1"),
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", re.S), r"\2"),
    (re.compile(r"(?<![\w*])([*_])(?=[^\s*_])([^*_\n]+?)(?<=\S)\1(?![\w*])"), r"\2"),
    (re.compile(r"`+([^`]+)`+"), r"\1"),
    (re.compile(r"(?m)^#{1,6}\s+"), ""),
    (re.compile(r"(?m)^[*+]\s+"), "- "),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!>-])"), r"\1"),
)


def hide(text: str) -> str:
    """Return the text with every guarded sign, and those inside tags, put out of sight."""
    text = text.translate(_PRIVATE)
    if "$$" in text or "\\(" in text:
        text = _LATEX.sub(lambda found: _HIDDEN["\\"] + "n", text)
    text = _GUARDED.sub(lambda found: _HIDDEN.get(found[1], _LINE), text)
    return _OPAQUE.sub(lambda found: _SPECIAL.sub(lambda one: _HIDDEN[one[0]], found[0]), text)


def guarded(text: str) -> str:
    """Return the text with all its signs put out of sight."""
    return "".join(_HIDDEN.get(letter, letter) for letter in text)


def show(text: str) -> str:
    """Return the text with its guarded signs as they are read."""
    return text.translate(_SHOWN)


def markup(text: str, usual: str) -> tuple[str, str]:
    """Return the markup that a text names at its beginning, else the usual; and the rest."""
    found = _FORMAT.match(text)
    return (found[1].lower(), text[found.end() :]) if found else (usual, text)


def words(text: str, usual: str) -> Plain:
    """Return what people read in a text written in its own markup or the usual one."""
    form, rest = markup(text, usual)
    return read(show(rest), form)


def read(text: str, form: str) -> Plain:
    """Return what people read in a text of this markup; what shows nothing is taken literally."""
    said = told(text, form)
    shows = said.text or said.pictures or said.sounds or said.lost or not text.strip(_EMPTY)
    return said if shows or _BLANK.fullmatch(text) else Plain(clean(text))


def remark(text: str, usual: str) -> Plain:
    """Return what people read in a text beside the question, where tags alone say nothing."""
    form, rest = markup(text, usual)
    return told(show(rest), form)


def told(text: str, form: str) -> Plain:
    """Return what people read in a text of this markup, were it nothing."""
    if form == "markdown":
        for pattern, replacement in _MARKDOWN:
            text = pattern.sub(replacement, text)
    if form == "plain" or (form != "html" and not _IS_HTML.search(text)):
        return Plain(clean(text))
    if form != "html" and not _HAS_BLOCKS.search(text):
        text = text.strip().replace("\n", "<br>")
    return plain(text)

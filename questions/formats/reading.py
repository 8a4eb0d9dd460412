"""Any file of questions: its kind told by its content, then read in a child with limits."""

import base64
import importlib
import re
from collections.abc import Mapping
from typing import Any

from core import archives, old_word, sandbox
from core.archives import FileRefused
from core.saying import Sentence
from core.text import N_
from questions.formats import answers, illustrated, keyfile
from questions.rules import drafting
from questions.rules.drafting import INFO, Message, Reading

# The module that reads each kind; it is loaded when a file of the kind comes.
READERS: Mapping[str, str] = {
    "docx": "docx",
    "xlsx": "xlsx",
    "csv": "csv",
    "txt": "text",
    "gift": "gift",
    "aiken": "aiken",
    "moodle": "moodle",
    "qti": "qti",
}
_TEXT_ENDINGS = {"csv": "csv", "tsv": "csv", "gift": "gift"}
_MOODLE = re.compile(
    r"<quiz\b|<question\s+type\s*=[^>]*>\s*(?:<!--(?:(?!-->).)*-->\s*)*"
    r"<(?:name|questiontext|category)\b",
    re.IGNORECASE | re.DOTALL,
)
_MARKUP = re.compile(r"^\s*<(?:\?xml|!--|!DOCTYPE|[a-zA-Z][\w:.-]*[\s>/])", re.IGNORECASE)
# The kinds whose readers name each question that they leave out.
_NAMING = frozenset({"gift", "moodle", "qti"})
_ON_THE_FILE = frozenset({"encoding", "damaged", "mended"})
_SEEN = 200_000
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FUNCTION = "questions.formats.reading:read_as_json"

KeyFile = tuple[str, bytes]
_OPEN_TEXT = b"mimetypeapplication/vnd.oasis.opendocument.text"

EMPTY = N_("The file is empty.")
PICTURE = N_("The file is a picture. Choose the Word, Excel or text file with the questions.")
PDF = N_("The file is a PDF. Choose the Word, Excel or text file that it was made from.")
OLD_WORD = N_("The file is of the old Word kind (.doc). Save it as .docx, then try again.")
OLD_EXCEL = N_("The file is of the old Excel kind (.xls). Save it as .xlsx, then try again.")
RICH_TEXT = N_("The file is of the kind RTF. Save it as .docx, then try again.")
WEB_PAGE = N_("The file is a web page. Save it as .docx or .xlsx, then try again.")
OTHER_XML = N_("The file is XML, but of no kind that holds questions. Use Moodle XML.")
OTHER = N_("Files of this kind cannot be read. Use .docx, .xlsx, .csv, .txt, GIFT or Moodle XML.")
NOTHING = N_("No question was found in the file.")

_KINDS = (
    (b"\x89PNG", PICTURE),
    (b"\xff\xd8\xff", PICTURE),
    (b"GIF8", PICTURE),
    (b"RIFF", PICTURE),
    (b"BM", PICTURE),
    (b"%PDF", PDF),
    (b"{\\rtf", RICH_TEXT),
    (b"Rar!", OTHER),
    (b"7z\xbc\xaf", OTHER),
    (b"\x1f\x8b", OTHER),
)


def read_in_child(name: str, content: bytes, keys: KeyFile | None = None) -> Reading:
    """Return the questions of a file that a person chose, read in a child process.

    The keys may stand in a file of their own.

    Raise `FileRefused` or `ReadingFailed`, in words for that person, if it cannot be read.
    """
    _refuse_at_once(content)
    content = made_new(name, content)
    answer = sandbox.run(_FUNCTION, content, options_of(name, keys))
    if answer["refused"] is not None:
        raise FileRefused(answer["refused"]["message"], **answer["refused"]["details"])
    return drafting.from_json(answer["reading"])


def made_new(name: str, content: bytes) -> bytes:
    """Return an old Word, RTF or OpenDocument file as .docx, any other as it is.

    Without LibreOffice on the machine such a file stays what it is, and its reader refuses it.
    """
    ending = _old_ending(name, content)
    if ending is None or old_word.program() is None or len(content) > archives.MOST_BYTES:
        return content
    return old_word.convert(content, ending)


def _old_ending(name: str, content: bytes) -> str | None:
    """Return which old kind a file is, told by its content."""
    if content.startswith(_OLD_OFFICE):
        is_word = "WordDocument".encode("utf-16-le") in content
        is_locked = "EncryptedPackage".encode("utf-16-le") in content
        return "doc" if is_word and not is_locked else None
    if content.startswith(b"{\\rtf"):
        return "rtf"
    is_open = content.startswith(b"PK") and _OPEN_TEXT in content[:200]
    return "odt" if is_open else None


def options_of(name: str, keys: KeyFile | None) -> dict[str, Any]:
    """Return what the child is told beside the content of the file."""
    said = {"name": name}
    if keys is None:
        return said
    content = made_new(*keys)
    return said | {"key_name": keys[0], "key": base64.b64encode(content).decode("ascii")}


def read_as_json(content: bytes, name: str, key_name: str = "", key: str = "") -> dict[str, Any]:
    """Return a reading or a refusal as plain values: what the child sends to its parent."""
    try:
        found = read(name, content)
        if key_name:
            found = keyfile.apply(found, read_keys(key_name, base64.b64decode(key)))
        found = illustrated.encode_all(found)
        return {"reading": drafting.to_json(found), "refused": None}
    except FileRefused as refused:
        details = {key: str(value) for key, value in refused.details.items()}
        return {"reading": None, "refused": {"message": refused.message, "details": details}}


def read(name: str, content: bytes) -> Reading:
    """Return the questions of a file, whatever its name says it is.

    Raise `FileRefused` if it is of a kind that is not read, damaged, beyond the limits, or
    holds no question.
    """
    _refuse_at_once(content)
    ending = name.rpartition(".")[2].lower()
    kind = kind_of(content, ending)
    module = importlib.import_module(f"questions.formats.{READERS[kind]}")
    reading: Reading = module.read(content)
    # A file whose questions were all left out says so of each, with the reason.
    codes = {message.code for message in reading.messages}
    is_named = kind in _NAMING and bool(codes - _ON_THE_FILE)
    if not reading.questions and not reading.faulty and not is_named:
        raise FileRefused(NOTHING)
    if ending in ("docx", "xlsx") and ending != kind:
        values = {"kind": kind, "ending": ending}
        note = Sentence(
            N_("The name ends in .%(ending)s, but the file is of the kind %(kind)s."), values
        )
        messages = (Message(None, INFO, "other-kind", note), *reading.messages)
        return Reading(reading.questions, reading.faulty, messages)
    return reading


def read_keys(name: str, content: bytes) -> list[answers.Pair]:
    """Return the keys of a file that holds nothing else. Raise `FileRefused` if it has none."""
    _refuse_at_once(content)
    return keyfile.read(content, kind_of(content, name.rpartition(".")[2].lower()))


def _refuse_at_once(content: bytes) -> None:
    if not content.strip():
        raise FileRefused(EMPTY)
    if len(content) > archives.MOST_BYTES:
        size = archives.MOST_BYTES // archives.MEGABYTE
        raise FileRefused(archives.TOO_LARGE, megabytes=size)


def kind_of(content: bytes, ending: str) -> str:
    """Return the kind of file by its content; only between kinds of text does the name decide."""
    if content.startswith(_OLD_OFFICE):
        raise FileRefused(_old_kind(content))
    from questions.formats import qti  # noqa: PLC0415 -- its libraries are slow to load

    if qti.fits(content):
        return "qti"
    refusal = next((message for sign, message in _KINDS if content.startswith(sign)), None)
    if refusal is not None and not _is_plain(content):
        raise FileRefused(refusal)
    if content.startswith(b"PK"):
        return _office_kind(content)
    if content.lstrip()[:14].lower().startswith((b"<!doctype html", b"<html")):
        raise FileRefused(WEB_PAGE)
    if ending in ("docx", "xlsx") and not _is_plain(content):
        raise FileRefused(archives.DAMAGED)
    return _TEXT_ENDINGS.get(ending) or _text_kind(content)


def _text_kind(content: bytes) -> str:
    """Return which way of writing questions as text this is. Raise `FileRefused` for other XML."""
    from questions.formats import aiken, encoding, gift  # noqa: PLC0415 -- slow

    said = encoding.decode(content)[0][:_SEEN]
    if _MARKUP.match(said) and not said.lstrip().startswith("<html"):
        if _MOODLE.search(said):
            return "moodle"
        if said.lstrip().lower().startswith(("<?xml", "<!doctype")):
            raise FileRefused(OTHER_XML)
    if gift.looks_like(said):
        return "gift"
    return "aiken" if aiken.looks_like(said) else "txt"


def _is_plain(content: bytes) -> bool:
    """Say whether the content is text that happens to begin like another kind of file."""
    try:
        start = content[:4000].decode("utf-8", "strict" if len(content) <= 4000 else "ignore")
    except UnicodeDecodeError:
        return False
    plain = not any(ord(c) < 32 and c not in "\t\r\n\f\v" for c in start)
    return plain and not content.startswith((b"%PDF", b"{\\rtf"))


def _office_kind(content: bytes) -> str:
    names = set(archives.open_archive(content).namelist())
    if "word/document.xml" in names:
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    raise FileRefused(OTHER)


def _old_kind(content: bytes) -> str:
    """Return the refusal for a file of the old container, told by the names inside."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return archives.LOCKED
    if "WordDocument".encode("utf-16-le") in content:
        return OLD_WORD
    return OLD_EXCEL if "Workbook".encode("utf-16-le") in content else OTHER

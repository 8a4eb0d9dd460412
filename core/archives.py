"""ZIP files that people upload, Office files among them: opened only within limits."""

import io
import zipfile
import zlib

from core.errors import DomainError
from core.text import N_

MEGABYTE = 1024 * 1024
MOST_BYTES = 10 * MEGABYTE
MOST_UNPACKED = 50 * MEGABYTE
MOST_ENTRIES = 2000
MOST_RATIO = 100
# Small parts that say the same thing often, such as empty styles, pack better than a bomb.
_TOO_SMALL_TO_HARM = MEGABYTE
_LOCKED = 0x1
_BROKEN = (KeyError, ValueError, OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)


class FileRefused(DomainError):  # noqa: N818 -- refusals are named for what was refused
    """A file is not taken in; `message` says why."""

    status = 422
    message = N_("The file could not be read: it is damaged or is not what its name says.")


DAMAGED = FileRefused.message
TOO_LARGE = N_("The file is larger than %(megabytes)s MB.")
TOO_MANY_PARTS = N_("The file has more than %(count)s parts and was not opened.")
TOO_DENSE = N_("The file unpacks to far more than its size and was not opened.")
LOCKED = N_("The file is locked with a password. Save it without the password, then try again.")
MARKUP = N_("The file holds declarations that do not belong there and was not opened.")


def open_archive(content: bytes) -> zipfile.ZipFile:
    """Return the archive, opened; its parts may then be read with `part`.

    Raise `FileRefused` if it is damaged, locked, or would unpack beyond the limits.
    """
    if len(content) > MOST_BYTES:
        raise FileRefused(TOO_LARGE, megabytes=MOST_BYTES // MEGABYTE)
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _BROKEN as broken:
        raise FileRefused(DAMAGED) from broken
    _check(archive.infolist())
    return archive


def _check(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise FileRefused(TOO_MANY_PARTS, count=MOST_ENTRIES)
    if any(entry.flag_bits & _LOCKED for entry in entries):
        raise FileRefused(LOCKED)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED or any(map(_is_dense, entries)):
        raise FileRefused(TOO_DENSE)


def _is_dense(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > _TOO_SMALL_TO_HARM and entry.file_size > MOST_RATIO * max(
        entry.compress_size, 1
    )


def part(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return one part of markup. Raise `FileRefused` if it is missing, damaged or suspicious."""
    content = raw_part(archive, name)
    # Markup in UTF-16 hides a declaration behind its zero bytes.
    plain = content.replace(b"\0", b"") if b"\0" in content[:4] else content
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise FileRefused(MARKUP)
    return content


def raw_part(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return one part that is no markup. Raise `FileRefused` if it is missing or damaged."""
    try:
        return archive.read(name)
    except _BROKEN as broken:
        raise FileRefused(DAMAGED) from broken

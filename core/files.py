"""Large files that people hand in: written to disk piece by piece, kept under their digest.

They lie in the instance folder, outside of everything that is served by its name.
"""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from flask import current_app

from core.errors import DomainError
from core.text import N_

CHUNK = 256 * 1024
# Enough of a file to say what it is.
ENDS = 256 * 1024


class PieceBroken(DomainError):  # noqa: N818 -- a refusal
    """A piece came shorter than it was announced, or with other bytes."""

    status = 422
    message = N_("The data sent cannot be read.")


@dataclass(frozen=True, slots=True)
class Content:
    """What lies in a whole file: how long it is, its SHA-256, its first and its last bytes."""

    size: int
    digest: str
    head: bytes
    tail: bytes


def take(stream: Any, size: int, digest: str = "") -> IO[bytes]:  # noqa: ANN401 -- the request's own stream
    """Write so many bytes of a body to a file without a name, and give it back.

    Nothing is held meanwhile: a sender whose network went away keeps nobody from going on over
    another connection. Raise `PieceBroken` where less comes, or not what `digest` says.
    """
    piece = tempfile.TemporaryFile(dir=_parts())  # noqa: SIM115 -- the caller closes it
    told, left = hashlib.sha256(), size
    try:
        while left:
            chunk = stream.read(min(CHUNK, left))
            if not chunk:
                raise PieceBroken
            piece.write(chunk)
            told.update(chunk)
            left -= len(chunk)
        if digest and digest != told.hexdigest():
            raise PieceBroken
    except BaseException:
        piece.close()
        raise
    return piece


class Part:
    """A file that is not whole yet, held by one writer."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self._path, self._file = path, file

    def put(self, offset: int, piece: IO[bytes]) -> None:
        """Write a piece where it belongs; it is on the disk afterwards."""
        piece.seek(0)
        self._file.seek(offset)
        shutil.copyfileobj(piece, self._file, CHUNK)
        self._file.flush()
        os.fsync(self._file.fileno())

    def read(self, size: int) -> Content:
        """Return what lies in its first so many bytes; anything behind them is cut off."""
        self._file.truncate(size)
        return content_of(self._file)

    def keep(self, digest: str) -> None:
        """Keep it under its digest, and under its own name still; what is kept is young again."""
        target = path_of(digest)
        target.parent.mkdir(parents=True, exist_ok=True)
        with _alone(target.parent):
            if target.exists():
                os.utime(target)
            else:
                os.utime(self._path)
                os.link(self._path, target)
                _sync(target.parent)


@contextmanager
def held(name: str) -> Iterator[Part]:
    """Hold the unfinished file of this name for one writer, made where it is missing."""
    path = _parts() / name
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield Part(path, file)


def drop(name: str) -> None:
    """Remove an unfinished file, if it is there."""
    (_parts() / name).unlink(missing_ok=True)


def content_of(file: IO[bytes]) -> Content:
    """Return what lies in a file, read once."""
    told, size, head, tail = hashlib.sha256(), 0, b"", b""
    file.seek(0)
    while chunk := file.read(CHUNK):
        told.update(chunk)
        size += len(chunk)
        head = head or chunk
        tail = (tail + chunk)[-ENDS:]
    return Content(size, told.hexdigest(), head, tail)


def path_of(digest: str) -> Path:
    """Return where the file of this digest lies, if it is kept."""
    return _root() / digest[:2] / digest


def kept() -> Iterator[list[str]]:
    """Return the digests of the files that are kept, those of one folder at a time."""
    for folder in sorted(_root().glob("[0-9a-f][0-9a-f]")):
        yield sorted(path.name for path in folder.iterdir())


def remove(digest: str, *, before: float) -> bool:
    """Remove a kept file unless somebody kept it since that moment; say whether it is gone.

    Whoever keeps the same bytes meanwhile waits, and finds them gone or young again.
    """
    path = path_of(digest)
    with _alone(path.parent):
        if not path.exists() or path.stat().st_mtime >= before:
            return False
        path.unlink()
        _sync(path.parent)
    return True


def parts_left(*, before: float) -> list[str]:
    """Return the names of the unfinished files that nobody has written to since that moment."""
    return sorted(one.name for one in _parts().iterdir() if one.stat().st_mtime < before)


def _parts() -> Path:
    path = _root() / "parts"
    path.mkdir(parents=True, exist_ok=True)
    return path


def _root() -> Path:
    folder: Path = current_app.config["INSTANCE"]
    return folder / "files"


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one process at a time add a file to a folder of kept files, or take one out."""
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

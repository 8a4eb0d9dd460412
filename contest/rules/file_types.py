"""What a file is, by its own bytes: only what judges can open is taken, and nothing else."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from core.saying import Sentence
from core.text import N_


class Group(StrEnum):
    """Kinds of files that a form may ask for."""

    PDF = "pdf"
    OFFICE = "office"
    PICTURE = "picture"
    VIDEO = "video"
    SOUND = "sound"
    ARCHIVE = "archive"


GROUP_NAMES: dict[Group, str] = {
    Group.PDF: N_("PDF"),
    Group.OFFICE: N_("Word, Excel, PowerPoint, OpenDocument"),
    Group.PICTURE: N_("Pictures (JPEG, PNG)"),
    Group.VIDEO: N_("Video (MP4, MOV, WebM)"),
    Group.SOUND: N_("Sound (MP3, M4A)"),
    Group.ARCHIVE: N_("ZIP"),
}


@dataclass(frozen=True, slots=True)
class FileType:
    """A type of file: its group, its name on the web, the endings of names that go with it."""

    group: Group
    media_type: str
    endings: tuple[str, ...]


_OPEN_XML = "application/vnd.openxmlformats-officedocument."
PDF = FileType(Group.PDF, "application/pdf", ("pdf",))
DOCX = FileType(Group.OFFICE, f"{_OPEN_XML}wordprocessingml.document", ("docx",))
XLSX = FileType(Group.OFFICE, f"{_OPEN_XML}spreadsheetml.sheet", ("xlsx",))
PPTX = FileType(Group.OFFICE, f"{_OPEN_XML}presentationml.presentation", ("pptx", "ppsx"))
OPEN_DOCUMENT = FileType(Group.OFFICE, "application/vnd.oasis.opendocument", ("odt", "ods", "odp"))
OLD_OFFICE = FileType(Group.OFFICE, "application/x-ole-storage", ("doc", "xls", "ppt", "pps"))
JPEG = FileType(Group.PICTURE, "image/jpeg", ("jpg", "jpeg"))
PNG = FileType(Group.PICTURE, "image/png", ("png",))
MP4 = FileType(Group.VIDEO, "video/mp4", ("mp4", "m4v"))
MOV = FileType(Group.VIDEO, "video/quicktime", ("mov",))
WEBM = FileType(Group.VIDEO, "video/webm", ("webm", "mkv"))
MP3 = FileType(Group.SOUND, "audio/mpeg", ("mp3",))
M4A = FileType(Group.SOUND, "audio/mp4", ("m4a",))
ZIP = FileType(Group.ARCHIVE, "application/zip", ("zip",))
TYPES = (
    *(PDF, DOCX, XLSX, PPTX, OPEN_DOCUMENT, OLD_OFFICE, JPEG, PNG),
    *(MP4, MOV, WEBM, MP3, M4A, ZIP),
)
_BEGINNINGS = (
    (b"%PDF-", PDF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLD_OFFICE),
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\x1aE\xdf\xa3", WEBM),
    (b"ID3", MP3),
    (b"\xff\xfb", MP3),
    (b"\xff\xf3", MP3),
)
# The part that says what an Office file is; archives list their parts at the end.
_PARTS = ((b"word/document.xml", DOCX), (b"xl/workbook.xml", XLSX), (b"ppt/presentation.xml", PPTX))
_OPEN_DOCUMENT_MARK = b"mimetypeapplication/vnd.oasis.opendocument."


def recognised(head: bytes, tail: bytes) -> FileType | None:
    """Return the type of a file by its first and last bytes; nothing for what is not taken."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archive(head, tail)
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return M4A if brand == b"M4A " else MOV if brand == b"qt  " else MP4
    return next((kind for mark, kind in _BEGINNINGS if head.startswith(mark)), None)


def _archive(head: bytes, tail: bytes) -> FileType | None:
    """Return what an archive is; one whose list of parts is not there is damaged."""
    if b"PK\x05\x06" not in tail:
        return None
    if _OPEN_DOCUMENT_MARK in head[:128]:
        return OPEN_DOCUMENT
    if b"[Content_Types].xml" in tail:
        found = next((kind for part, kind in _PARTS if part in tail), None)
        if found is not None:
            return found
    return ZIP


def ending(name: str) -> str:
    """Return the ending of a file's name, in small letters."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def fault(found: FileType | None, name: str, accepted: Collection[Group]) -> Sentence | None:
    """Say why a file cannot be taken; its name has to agree with what it is."""
    if found is None or ending(name) not in found.endings:
        return Sentence(N_("“%(name)s” is not what its name says, or is damaged."), {"name": name})
    if accepted and found.group not in accepted:
        return Sentence(
            N_("Files of this kind are not asked for here: “%(name)s”."), {"name": name}
        )
    return None


def named_fault(name: str, accepted: Collection[Group]) -> Sentence | None:
    """Say why a file of this name cannot be taken, before any of it was sent."""
    kinds = [one for one in TYPES if not accepted or one.group in accepted]
    if any(ending(name) in one.endings for one in kinds):
        return None
    return Sentence(N_("Files of this kind are not asked for here: “%(name)s”."), {"name": name})


def endings(accepted: Collection[Group]) -> list[str]:
    """Return the endings of names that may be chosen, for the browser's window."""
    kinds = [one for one in TYPES if not accepted or one.group in accepted]
    return [f".{one}" for kind in kinds for one in kind.endings]

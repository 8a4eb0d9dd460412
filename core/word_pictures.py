"""The pictures of a Word file: their original bytes, or why one cannot be taken over."""

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core import archives

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_O = "{urn:schemas-microsoft-com:office:office}"
_V = "{urn:schemas-microsoft-com:vml}"
_RELATIONS = "word/_rels/document.xml.rels"
_ENDINGS = ("png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp")
_VECTORS = ("emf", "wmf", "svg")
# One picture may stand in a file a thousand times; what leaves the reader stays bounded.
_MOST_BYTES = 20 * archives.MEGABYTE
Element = Any  # lxml is slow to import and stays out of the module's head.

OUTSIDE = "outside"
VECTOR = "vector"
OBJECT = "object"
CHART = "chart"
TOO_MUCH = "too-much"
MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture where it stands; `content` is empty where `lack` says why it was not taken."""

    name: str
    alt: str = ""
    content: bytes = b""
    lack: str = ""


class Pictures:
    """The pictures of one document, in the order in which they were asked for."""

    def __init__(self, archive: zipfile.ZipFile, relations: Element | None) -> None:
        self.archive = archive
        self.names = set(archive.namelist())
        self.targets: dict[str, tuple[str, bool]] = {}
        self.found: list[Picture] = []
        self.left = _MOST_BYTES
        for one in () if relations is None else relations:
            target = one.get("Target", ""), one.get("TargetMode") == "External"
            self.targets[one.get("Id", "")] = target

    def number(self, picture: Picture) -> int:
        """Keep a picture; return its number, counted from 1."""
        self.found.append(picture)
        return len(self.found)

    def of(self, element: Element) -> Iterator[Picture]:
        """Yield the pictures of a drawing, an old picture or an embedded object."""
        if element.tag == f"{W}object":
            yield self._object(element)
            return
        alt = _alt(element)
        if next(element.iter(f"{_CHART}chart"), None) is not None:
            yield Picture("", alt, lack=CHART)
        for part in element.iter(f"{_A}blip", f"{_V}imagedata"):
            if _is_own(part, element):
                link = part.get(f"{_R}link")
                yield self._picture(part.get(f"{_R}embed") or part.get(f"{_R}id") or link, alt)

    def _object(self, element: Element) -> Picture:
        kind = next((one.get("ProgID", "") for one in element.iter(f"{_O}OLEObject")), "")
        return Picture(str(kind), lack=OBJECT)

    def _picture(self, relation: str | None, alt: str) -> Picture:
        target, is_outside = self.targets.get(relation or "", ("", False))
        name = posixpath.basename(target)[-100:]
        if is_outside:
            return Picture(name, alt, lack=OUTSIDE)
        place = posixpath.normpath(posixpath.join("word", target)).lstrip("/")
        if not target or place not in self.names:
            return Picture(name, alt, lack=MISSING)
        ending = name.rpartition(".")[2].lower()
        if ending not in _ENDINGS:
            return Picture(name, alt, lack=VECTOR if ending in _VECTORS else OBJECT)
        return self._taken(place, name, alt)

    def _taken(self, place: str, name: str, alt: str) -> Picture:
        content = archives.raw_part(self.archive, place)
        if len(content) > self.left:
            return Picture(name, alt, lack=TOO_MUCH)
        self.left -= len(content)
        return Picture(name, alt, content)


def _is_own(part: Element, element: Element) -> bool:
    """Say whether a picture hangs on this element, not in a text box or a spare drawing in it."""
    for above in part.iterancestors():
        if above is element:
            return True
        if above.tag in (f"{W}txbxContent", f"{_MC}Fallback"):
            return False
    return True


def _alt(element: Element) -> str:
    for one in element.iter(f"{_WP}docPr"):
        described = one.get("descr") or one.get("title") or ""
        return " ".join(str(described).split())[:500]
    return next((" ".join(one.get("alt").split())[:500] for one in element.iter(f"{_V}shape")
                 if one.get("alt")), "")  # fmt: skip

"""What a part of a QTI question says: its words, and the pictures and sounds that stand in it."""

import base64
import binascii
import posixpath
import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from core.archives import FileRefused
from core.saying import Sentence
from core.text import N_, clean, clean_line
from questions.formats import encoding, html_text, qti_xml
from questions.formats.qti_package import Package
from questions.formats.qti_xml import Element
from questions.rules.drafting import WARNING
from questions.rules.settling import Note

STEM = "stem"
_PICTURES = frozenset({"png", "jpg", "jpeg", "gif", "webp", "bmp"})
_SOUNDS = frozenset({"mp3", "ogg", "oga", "wav", "m4a", "aac", "flac"})
_ENDINGS = {"image/jpeg": "jpg", "audio/mpeg": "mp3", "audio/x-wav": "wav", "audio/mp4": "m4a"}
_MOST_BYTES = 30 * 1024 * 1024
_PAGES = (".html", ".htm", ".xhtml")
_SOURCES = ("src", "data", "uri", "href")
_SHOWN = ("img", "object", "audio", "video", "embed", "source", "matimage", "mataudio", "matvideo")

MISSING = N_("the file “%(name)s” that belongs here is not in the package.")
ELSEWHERE = N_("“%(name)s” stands on another server and was left out.")
OTHER_KIND = N_("“%(name)s” is neither a picture nor a sound that is known, and was left out.")
TOO_MUCH = N_("“%(name)s” was left out: the pictures and sounds are too large together.")


@dataclass(slots=True)
class Collector:
    """What is found beside the words of one question: media and remarks.

    `used` counts the bytes of all media of the file; it is shared by all questions.
    """

    package: Package
    path: str
    used: list[int]
    media: list[dict[str, str]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def words(self, element: Element | None, at: str = STEM) -> str:
        """Return the words of an element with line breaks; its media are kept for `at`.

        The element is changed: what is no text is taken out of it.
        """
        if element is None:
            return ""
        before = len(self.media)
        for shown in qti_xml.every(element, *_SHOWN):
            said = self._show(shown, at) if shown.getparent() is not None else ""
            if shown.getparent() is not None:
                qti_xml.replace(shown, said)
        said = _said(element)
        if not said and at != STEM and len(self.media) > before:
            return self.media[before]["alt"] or posixpath.splitext(self.media[before]["name"])[0]
        return said

    def line(self, element: Element | None, at: str = STEM) -> str:
        """Return the words of an element on one line."""
        return clean_line(self.words(element, at))

    def html(self, markup: str, at: str = STEM) -> str:
        """Return the words of a piece of HTML that stands in the file as text."""
        if "<" not in markup and "&" not in markup:
            return clean(markup)
        from lxml import etree, html

        try:
            root = html.fragment_fromstring(markup, create_parent="div")
        except (etree.ParserError, ValueError):
            return html_text.plain(markup).text
        for element in root.iter():
            if isinstance(element.tag, str):
                element.tag = qti_xml.local(element.tag)
        return self.words(root, at)

    def included(self, href: str) -> str:
        """Return the words of another file of the package that stands in this one."""
        path = self.package.find(href, self.path)
        content = self.package.read(path) if path is not None else None
        if path is None or content is None:
            self.missing(href or "?")
            return ""
        other = Collector(self.package, path, self.used, self.media, self.notes)
        try:
            return other.words(qti_xml.parse(content).root)
        except FileRefused:
            self.missing(path)
            return ""

    def missing(self, name: str) -> None:
        """Remark that a file to which the question refers is not there."""
        self._note("media-missing", MISSING, name)

    # --- Media ----------------------------------------------------------------------------------

    def _show(self, shown: Element, at: str) -> str:
        """Keep a picture or sound; return what is to be read in its place, mostly nothing."""
        formula = shown.get("data-equation-content")
        if formula or "equation" in shown.get("class", ""):
            return str(formula or shown.get("alt", "").removeprefix("LaTeX:").strip())
        source = next((shown.get(name) for name in _SOURCES if shown.get(name)), "")
        # An <audio> has its sources inside, which come next.
        if not source and shown.tag in ("audio", "video", "object"):
            return ""
        if source.casefold().partition("#")[0].endswith(_PAGES):
            return self._page(source)
        if source:
            self._keep(source, self._alt(shown), shown.get("data-at") or at)
        return ""

    def _page(self, source: str) -> str:
        """Return the words of a page that stands in a frame; often it is what is asked about."""
        path = self.package.find(source, self.path)
        content = self.package.read(path) if path is not None else None
        if content is None:
            self._note("media-missing", MISSING, source)
            return ""
        other = Collector(self.package, path or "", self.used, self.media, self.notes)
        return f" {other.html(encoding.decode(content)[0])} "

    def _alt(self, shown: Element) -> str:
        inside = "" if shown.tag in ("audio", "video") else qti_xml.text(shown)
        return clean_line(shown.get("alt") or shown.get("label") or inside)

    def _keep(self, source: str, alt: str, at: str) -> None:
        if source.startswith("data:"):
            name, content = _inline(source)
        else:
            path = self.package.find(source, self.path)
            name = posixpath.basename(path or unquote(source.partition("?")[0]))
            content = self.package.read(path) if path is not None else None
        if content is None:
            is_far = re.match(r"(https?:)?//", source) is not None
            self._note("media-missing", ELSEWHERE if is_far else MISSING, name or source)
            return
        ending = name.rpartition(".")[2].casefold()
        if ending not in _PICTURES | _SOUNDS:
            self._note("media-kind", OTHER_KIND, name)
            return
        if self.used[0] + len(content) > _MOST_BYTES:
            self._note("media-size", TOO_MUCH, name)
            return
        self.used[0] += len(content)
        data = base64.b64encode(content).decode("ascii")
        self.media.append({"name": name, "at": at, "alt": alt, "data": data})

    def _note(self, code: str, text: str, name: str) -> None:
        self.notes.append((WARNING, code, Sentence(text, {"name": clean_line(name)[:120]})))


def _inline(source: str) -> tuple[str, bytes | None]:
    head, _, data = source.partition(",")
    kind = head.removeprefix("data:").partition(";")[0].casefold()
    name = f"inline.{_ENDINGS.get(kind, kind.rpartition('/')[2])}"
    try:
        return name, base64.b64decode(data, validate=False) if ";base64" in head else None
    except (binascii.Error, ValueError):
        return name, None


# --- Words --------------------------------------------------------------------------------------


def _said(element: Element) -> str:
    from lxml import etree

    tail, element.tail = element.tail, None
    markup = etree.tostring(element, encoding="unicode", method="html")
    element.tail = tail
    return html_text.plain(markup).text

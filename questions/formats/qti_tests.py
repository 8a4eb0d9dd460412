"""What a QTI package says of its items beside them: sections of tests, metadata, passages."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from core.archives import FileRefused
from core.text import clean_line
from questions.formats import qti_xml
from questions.formats.qti_items import Told
from questions.formats.qti_material import Collector
from questions.formats.qti_package import File, Package
from questions.formats.qti_xml import Element

# Titles that a program gave because it had to give one.
_NO_NAME = re.compile(
    r"(assessment|test|item)?[ _-]?(section|part|phần|group|root_section|main)?[ _-]*[\dIVX]*", re.I
)


@dataclass(slots=True)
class Context:
    """The topics of the items by path, and the passages that were read already."""

    package: Package
    topics: dict[str, str] = field(default_factory=dict)
    passages: dict[str, str] = field(default_factory=dict)

    def told(self, file: File, collector: Collector) -> Told:
        """Return what is known of the item in this file."""
        metadata = file.resource.metadata if file.resource is not None else None
        topic = _entry(metadata, "taxon") or self.topics.get(file.path, "")
        return Told(
            topic,
            _word(qti_xml.first(metadata, "difficulty"), "value"),
            _word(qti_xml.first(metadata, "relation"), "description"),
            self._passage(file, collector),
        )

    def _passage(self, file: File, collector: Collector) -> str:
        references = qti_xml.every(file.root, "assessmentStimulusRef")
        said = [self._stimulus(one, file.path, collector) for one in references]
        return "\n".join(part for part in said if part)

    def _stimulus(self, reference: Element, near: str, collector: Collector) -> str:
        path = self.package.find(reference.get("href", ""), near)
        if path is None:
            collector.missing(reference.get("href", "") or "?")
            return ""
        if path not in self.passages:
            try:
                root = qti_xml.parse(self.package.read(path) or b"").root
            except FileRefused:
                collector.missing(path)
                return ""
            inner = Collector(self.package, path, collector.used)
            body = qti_xml.first(root, "stimulusBody")
            self.passages[path] = inner.words(body)
            collector.media += inner.media
            collector.notes += inner.notes
        return self.passages[path]


def context(package: Package, files: Iterable[File]) -> Context:
    """Return what the tests of a package say of its items."""
    found = Context(package)
    for file in files:
        if file.root.tag == "assessmentTest":
            for reference in qti_xml.every(file.root, "assessmentItemRef"):
                path = package.find(reference.get("href", ""), file.path)
                if path is not None:
                    found.topics.setdefault(path, _section(reference))
    return found


def _section(reference: Element) -> str:
    for above in reference.iterancestors("assessmentSection"):
        title = title_of(above.get("title", ""))
        if title:
            return title
    return ""


def title_of(text: str) -> str:
    """Return the title of a part of a test, or nothing if it says nothing."""
    title = clean_line(text)
    return "" if _NO_NAME.fullmatch(title) else title


def _word(element: Element | None, name: str) -> str:
    """Return the words of a field of the metadata; `name` is where the standard puts them."""
    if element is None:
        return ""
    inner = qti_xml.first(element, name)
    inner = inner if inner is not None else element
    strings = qti_xml.first(inner, "langstring", "string")
    return qti_xml.text(strings if strings is not None else inner)


def _entry(metadata: Element | None, name: str) -> str:
    return _word(qti_xml.first(metadata, name), "entry")

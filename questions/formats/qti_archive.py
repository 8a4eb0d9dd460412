"""Packages of QTI out: the files of all drafts, and the manifest that lists them."""

import base64
import binascii
import io
import posixpath
import re
import urllib.parse
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.saying import Sentence
from core.text import N_, clean_line
from questions.formats import qti_tree
from questions.formats.qti_marks import Element, added
from questions.formats.written import Written
from questions.rules import marking
from questions.rules.drafting import INFO, WARNING, Draft, Message
from questions.types import options

_LOM = "http://ltsc.ieee.org/xsd/LOM"
_MOMENT = (2026, 1, 1, 0, 0, 0)
_NOT_IN_NAMES = re.compile(r"[^\w.\-]+")
_LONGEST_NAME = 80

OTHERS = N_("other systems do not know all of it: %(what)s.")


@dataclass(frozen=True, slots=True)
class Version:
    """What differs between versions: the kinds of resources, the namespaces, the spelling."""

    item: str
    stimulus: str
    manifest: str
    schema: tuple[str, str]
    spell: Callable[[Element], bytes]


@dataclass(slots=True)
class Box:
    """A package being written: its files in order, and its resources."""

    files: dict[str, bytes] = field(default_factory=dict)
    resources: list[Element] = field(default_factory=list)
    passages: dict[str, str] = field(default_factory=dict)

    def keep_media(self, draft: Draft, folder: str) -> list[tuple[str, Mapping[str, str]]]:
        """Put the media of a draft into a folder; return the path of each."""
        kept: list[tuple[str, Mapping[str, str]]] = []
        for place, one in enumerate(draft.media, start=1):
            name = _NOT_IN_NAMES.sub("_", clean_line(one.get("name", "")))[-_LONGEST_NAME:]
            path = posixpath.join(folder, name.lstrip("._") or f"file-{place}")
            if path in self.files:
                path = posixpath.join(folder, f"{place}-{name}")
            try:
                self.files[path] = base64.b64decode(one.get("data", ""), validate=True)
            except (binascii.Error, ValueError):
                continue
            kept.append((path, one))
        return kept

    def zipped(self) -> bytes:
        """Return the archive; the same drafts make the same bytes."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, content in self.files.items():
                entry = zipfile.ZipInfo(path, _MOMENT)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o640 << 16
                archive.writestr(entry, content)
        return target.getvalue()


def write(drafts: Sequence[Draft], title: str, version: Version) -> Written:
    """Return a package with one file for each draft."""
    box = Box()
    messages: list[Message] = []
    for number, draft in enumerate(drafts, start=1):
        problem = unwritable(draft)
        if problem is not None:
            messages.append(Message(number, WARNING, "left-out", problem, draft.place))
            continue
        name = f"item-{number:04d}"
        media = box.keep_media(draft, f"media/{name}")
        stimulus = _stimulus(box, draft.passage, version) if draft.passage else ""
        shown = [(f"../{urllib.parse.quote(path)}", one) for path, one in media]
        tree = qti_tree.item(draft, name, shown, f"../{stimulus}" if stimulus else "")
        path = f"items/{name}.xml"
        box.files[path] = version.spell(tree)
        files = [path, *(file for file, _ in media)]
        box.resources.append(_resource(name, version.item, files, draft, stimulus))
        messages += [Message(number, INFO, "lost", text, draft.place) for text in lost(draft)]
    manifest = _manifest(box, title, version)
    box.files = {"imsmanifest.xml": manifest, **box.files}
    return Written(box.zipped(), tuple(messages))


def _stimulus(box: Box, passage: str, version: Version) -> str:
    """Return the path of the file with this passage; questions that share it share the file."""
    from lxml import etree

    if passage in box.passages:
        return box.passages[passage]
    name = f"passage-{len(box.passages) + 1:03d}"
    path = f"stimuli/{name}.xml"
    root = etree.Element("assessmentStimulus")
    root.set("identifier", name)
    root.set("title", name)
    body = added(added(root, "stimulusBody"), "p")
    qti_tree.spoken(body, passage)
    box.files[path] = version.spell(root)
    box.passages[passage] = path
    box.resources.append(_resource(name, version.stimulus, [path], None, ""))
    return path


def _resource(
    name: str, kind: str, files: Sequence[str], draft: Draft | None, stimulus: str
) -> Element:
    from lxml import etree

    resource = etree.Element("resource")
    for attribute, value in (("identifier", name), ("type", kind), ("href", files[0])):
        resource.set(attribute, value)
    if draft is not None and (draft.topic or draft.difficulty or draft.legal_basis):
        _describe(added(resource, "metadata"), draft)
    for file in files:
        added(resource, "file", href=urllib.parse.quote(file))
    if stimulus:
        added(resource, "dependency", identifierref=posixpath.basename(stimulus)[:-4])
    return resource


def _describe(metadata: Element, draft: Draft) -> None:
    """Say the topic, the difficulty and what the item rests on as LOM has it."""
    lom = added(metadata, f"{{{_LOM}}}lom")
    if draft.difficulty:
        holder = added(added(lom, f"{{{_LOM}}}educational"), f"{{{_LOM}}}difficulty")
        _vocabulary(holder, "Chung Tay", draft.difficulty)
    if draft.legal_basis:
        relation = added(lom, f"{{{_LOM}}}relation")
        _vocabulary(added(relation, f"{{{_LOM}}}kind"), "LOMv1.0", "isbasedon")
        resource = added(relation, f"{{{_LOM}}}resource")
        _string(added(resource, f"{{{_LOM}}}description"), draft.legal_basis)
    if draft.topic:
        classification = added(lom, f"{{{_LOM}}}classification")
        purpose = added(classification, f"{{{_LOM}}}purpose")
        _vocabulary(purpose, "LOMv1.0", "discipline")
        taxon = added(added(classification, f"{{{_LOM}}}taxonPath"), f"{{{_LOM}}}taxon")
        _string(added(taxon, f"{{{_LOM}}}entry"), draft.topic)


def _vocabulary(holder: Element, source: str, value: str) -> None:
    added(holder, f"{{{_LOM}}}source").text = source
    added(holder, f"{{{_LOM}}}value").text = clean_line(value)


def _string(holder: Element, text: str) -> None:
    added(holder, f"{{{_LOM}}}string", language="vi").text = clean_line(text)


def _manifest(box: Box, title: str, version: Version) -> bytes:
    from lxml import etree

    root = etree.Element("manifest", nsmap={"lom": _LOM})
    root.set("identifier", "chung-tay-package")
    metadata = added(root, "metadata")
    added(metadata, "schema").text, added(metadata, "schemaversion").text = version.schema
    lom = added(metadata, f"{{{_LOM}}}lom")
    _string(added(added(lom, f"{{{_LOM}}}general"), f"{{{_LOM}}}title"), title)
    added(root, "organizations")
    resources = added(root, "resources")
    resources.extend(box.resources)
    return serialised(root, version.manifest)


def serialised(root: Element, namespace: str) -> bytes:
    """Return a tree as a file, its names without namespace put into this one."""
    from lxml import etree

    prefixes: Any = {None: namespace, "lom": _LOM} if "lom" in root.nsmap else {None: namespace}
    whole = etree.Element(f"{{{namespace}}}{root.tag}", nsmap=prefixes)
    _copy(root, whole, namespace)
    content: bytes = etree.tostring(whole, encoding="utf-8", xml_declaration=True)
    return content


def _copy(source: Element, target: Element, namespace: str) -> None:
    from lxml import etree

    target.text = source.text
    for name, value in source.attrib.items():
        target.set(name, value)
    for child in source:
        tag = child.tag if child.tag.startswith("{") else f"{{{namespace}}}{child.tag}"
        copied = etree.SubElement(target, tag)
        _copy(child, copied, namespace)
        copied.tail = child.tail


def unwritable(draft: Draft) -> Sentence | None:
    """Return why a draft cannot be written at all, or None; a missing key is no reason."""
    if draft.content is None and draft.type in marking.WITH_OPTIONS:
        count = len(draft.options)
        if count <= options.MOST:
            return None
        values = {"count": count, "most": options.MOST}
        return Sentence(N_("there are %(count)s options; at most %(most)s are possible."), values)
    problems = marking.check(draft.type, draft.stem, draft.content or {})
    is_whole = draft.type in marking.WITH_OPTIONS and bool(draft.options)
    return None if is_whole or not problems else problems[0]


# --- What others do not know --------------------------------------------------------------------

_PARTLY = N_("how answers right in part are marked")
_LOOSE = N_("which spellings are taken as equal")
_STARS = N_("patterns with “*”")
_WORDS = N_("the bounds in words")


def lost(draft: Draft) -> list[Sentence]:
    """Return what another system will not know of a question; we read all of it again."""
    content = draft.content or {}
    found = []
    if content.get("scoring") in ("steps", "pairs") or _is_by_place(draft):
        found.append(_PARTLY)
    answers = content.get("answers", ()) if draft.type == "short_answer" else ()
    if draft.type == "short_answer" and "marks" not in content.get("exact", ("marks",)):
        found.append(_LOOSE)
    if any(one.get("is_pattern") for one in answers):
        found.append(_STARS)
    if draft.type == "essay" and any((content.get("words") or {}).values()):
        found.append(_WORDS)
    return [Sentence(OTHERS, {"what": Sentence(what)}) for what in found]


def _is_by_place(draft: Draft) -> bool:
    content = draft.content or {}
    return draft.type == "ordering" and content.get("scoring", "positions") != "all"

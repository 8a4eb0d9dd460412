"""A package of QTI: its manifest, its files in the manifest's order, and what they refer to."""

import posixpath
import re
import stat
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from core import archives
from core.archives import FileRefused
from core.saying import Sentence
from core.text import N_, clean_line
from questions.formats import qti_xml
from questions.formats.qti_xml import Document, Element
from questions.rules.drafting import ERROR, INFO, WARNING
from questions.rules.settling import Note

MANIFEST = "imsmanifest.xml"
ROOTS = frozenset({"questestinterop", "assessmentItem", "assessmentTest", "assessmentStimulus"})
OUTSIDE = N_("The file holds a path or a link that leads out of it and was not opened.")
_ALONE = N_("This is the list of a package only. Choose the whole package (.zip).")
_READ = (".xml", ".qti", ".dat")
_CLAIMS = re.compile(r"imsqti|x-bb-qti|qti_")
# What a resource of this kind is beside items: nothing is lost when it is no item.
_BESIDE = re.compile(r"rptemplate|imsqti_test|imsqti_asset|associatedcontent|cssv|xslt")
_BASES = re.compile(r"^(\$|%24)IMS[-_]CC[-_]FILEBASE(\$|%24)/?", re.I)


@dataclass(frozen=True, slots=True)
class Resource:
    """One entry of the manifest: its files, the kind it claims to be, and its metadata."""

    href: str
    files: tuple[str, ...] = ()
    kind: str = ""
    identifier: str = ""
    metadata: Element | None = None


@dataclass(slots=True)
class Package:
    """The files of an upload by their paths, or the one file that it is."""

    archive: zipfile.ZipFile | None
    names: Mapping[str, str]
    base: str = ""
    resources: list[Resource] = field(default_factory=list)
    has_manifest: bool = False
    notes: list[Note] = field(default_factory=list)
    single: bytes = b""

    def read(self, path: str) -> bytes | None:
        """Return a file of the package, or None if it has no such file."""
        name = self.names.get(path.casefold())
        if name is None:
            return None
        if self.archive is None:
            return self.single
        return archives.raw_part(self.archive, name)

    def find(self, href: str, near: str) -> str | None:
        """Return the path of the file that is meant by `href` in the file `near`, or None."""
        bare = _BASES.sub("", href)
        meant = unquote(bare.partition("#")[0].partition("?")[0]).replace("\\", "/").strip()
        if not meant or re.match(r"[a-z][a-z0-9+.\-]+:|/", meant, re.I):
            return None
        folders = [posixpath.dirname(near), self.base]
        if bare != href:
            folders = [posixpath.join(self.base, "web_resources"), self.base]
        for folder in folders:
            path = posixpath.normpath(posixpath.join(folder, meant))
            if not path.startswith("..") and path.casefold() in self.names:
                return self.names[path.casefold()]
        return None


@dataclass(frozen=True, slots=True)
class File:
    """One file of QTI: its path, its tree, and the entry of the manifest that lists it."""

    path: str
    root: Element
    resource: Resource | None = None


def opened(content: bytes) -> Package:
    """Return the upload, its manifest read. Raise `FileRefused` if it must not be opened."""
    if not content.startswith(b"PK"):
        return Package(None, {"": ""}, resources=[Resource("")], single=content)
    archive = archives.open_archive(content)
    names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
    if any(_leads_out(entry) for entry in archive.infolist()):
        raise FileRefused(OUTSIDE)
    package = Package(archive, {name.casefold(): name for name in names if not _is_junk(name)})
    lists = [name for name in names if posixpath.basename(name).casefold() == MANIFEST]
    if lists:
        path = min(lists, key=lambda name: (name.count("/"), name))
        package.base = posixpath.dirname(path)
        _read_manifest(package, path)
    return package


def _leads_out(entry: zipfile.ZipInfo) -> bool:
    name = entry.filename.replace("\\", "/")
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    return is_link or name.startswith("/") or ".." in name.split("/") or name[1:2] == ":"


def _is_junk(name: str) -> bool:
    return name.startswith("__MACOSX/") or posixpath.basename(name) == ".DS_Store"


def _read_manifest(package: Package, path: str) -> None:
    content = package.read(path) or b""
    try:
        document = qti_xml.parse(content)
    except FileRefused as refused:
        if refused.message != archives.DAMAGED:
            raise
        package.notes.append(_about(path, WARNING, "manifest", N_("it could not be read.")))
        return
    package.has_manifest = True
    for entry in qti_xml.every(document.root, "resource"):
        files = [one.get("href", "") for one in qti_xml.children(entry, "file")]
        # Blackboard names the file of a resource in an attribute of its own.
        href = entry.get("href") or entry.get("file") or next(iter(files), "")
        kind = entry.get("type", "").casefold()
        metadata = qti_xml.child(entry, "metadata")
        listed = tuple(dict.fromkeys([href, *files]))
        identifier = entry.get("identifier", "")
        package.resources.append(Resource(href, listed, kind, identifier, metadata))


def files_of(package: Package) -> Iterator[File]:
    """Yield the files of QTI in the order of the manifest; say of the others why they are not.

    What is said is added to the package's notes. Without a manifest, or if it lists no file of
    QTI, all files are read.
    """
    if package.archive is None:
        yield File("", _refuse_lists(_tree(package, "", package.single)))
        return
    seen: set[str] = set()
    found = 0
    for resource in package.resources:
        for file in _files(package, resource, seen):
            found += file.root.tag in ROOTS
            yield file
    rest = [one for one in package.names.values() if one not in seen and _may_be_qti(one)]
    if not found:
        text = Sentence(N_("The package lists no question; all its files were read."))
        package.notes.append((WARNING, "no-manifest", text))
        for path in sorted(rest):
            yield from _file(package, path, None)
        return
    for path in sorted(rest):
        if qti_xml.begins(package.read(path) or b""):
            unlisted = N_("it is not in the list of the package and was left out.")
            package.notes.append(_about(path, WARNING, "unlisted", unlisted))


def _refuse_lists(root: Element) -> Element:
    if root.tag == "manifest":
        raise FileRefused(_ALONE)
    return root


def _files(package: Package, resource: Resource, seen: set[str]) -> Iterator[File]:
    claims = bool(_CLAIMS.search(resource.kind)) and not _BESIDE.search(resource.kind)
    for place, href in enumerate(resource.files):
        path = package.find(href, posixpath.join(package.base, MANIFEST))
        if path is None:
            if claims and place == 0:
                missing = N_("it is in the list of the package, but not in the package.")
                package.notes.append(_about(href, ERROR, "missing-file", missing))
            continue
        is_main = place == 0
        if path in seen or not _may_be_qti(path):
            continue
        seen.add(path)
        if (is_main and claims) or qti_xml.begins(package.read(path) or b""):
            yield from _file(package, path, resource)


def _may_be_qti(path: str) -> bool:
    return path.casefold().endswith(_READ) and posixpath.basename(path).casefold() != MANIFEST


def _file(package: Package, path: str, resource: Resource | None) -> Iterator[File]:
    content = package.read(path) or b""
    if resource is None and not qti_xml.begins(content):
        return
    try:
        root = _tree(package, path, content)
    except FileRefused as refused:
        values = {"file": path, "reason": Sentence(refused.message, refused.details)}
        text = Sentence(N_("File “%(file)s” was left out: %(reason)s"), values)
        package.notes.append((ERROR, "unreadable-file", text))
        return
    if root.tag in ROOTS:
        yield File(path, root, resource)
    else:
        other = N_("it is listed as questions, but holds none that are known.")
        package.notes.append(_about(path, WARNING, "not-qti", other))


def _tree(package: Package, path: str, content: bytes) -> Element:
    document: Document = qti_xml.parse(content)
    if document.is_mended:
        mended = N_("it is not sound XML and was read as far as possible; compare the questions.")
        package.notes.append(_about(path, WARNING, "mended", mended))
    return document.root


def _about(path: str, level: str, code: str, text: str) -> Note:
    if not path:
        return level, code, Sentence(N_("The file: %(text)s"), {"text": Sentence(text)})
    values = {"file": clean_line(path)[:200], "text": Sentence(text)}
    return level, code, Sentence(N_("File “%(file)s”: %(text)s"), values)


def about(path: str, text: str) -> Note:
    """Return a remark on one file that is not about a question of it."""
    return _about(path, INFO, "file", text)

"""QTI in: packages and single files of version 1.2, 2 and 3, Canvas and Blackboard among them.

Every item of a file becomes a draft or is named with the reason why it did not.
"""

import zipfile
from collections.abc import Sequence

from core import archives
from core.archives import FileRefused
from core.saying import Sentence
from core.text import N_
from questions.formats import qti12, qti_items, qti_package, qti_tests, qti_xml
from questions.formats.qti_material import Collector
from questions.formats.qti_package import File, Package
from questions.rules import settling
from questions.rules.drafting import INFO, WARNING, Reading
from questions.rules.settling import Found, Note

TEST_ALONE = N_("This is the list of a test only. Choose the whole package (.zip).")
_ELSEWHERE = N_("“%(name)s”, which the test takes from a bank, is not in the file.")
_SAME = N_("File “%(file)s” holds the same test as “%(other)s” and was not read twice.")


def fits(content: bytes) -> bool:
    """Say whether a file is QTI by its content.

    Raise `FileRefused` if it is an archive that must not be opened.
    """
    if not content.startswith(b"PK"):
        return qti_xml.begins(content)
    archive = archives.open_archive(content)
    names = [name for name in archive.namelist() if not name.startswith("__MACOSX/")]
    if any(name.rpartition("/")[2].casefold() == qti_package.MANIFEST for name in names):
        return True
    office = {"[Content_Types].xml", "mimetype"}
    return not office & set(names) and any(_is_item(archive, name) for name in names)


def _is_item(archive: zipfile.ZipFile, name: str) -> bool:
    return name.casefold().endswith((".xml", ".qti")) and qti_xml.begins(
        archives.raw_part(archive, name)
    )


def read(content: bytes) -> Reading:
    """Return the questions of a package or of a single file. Raise `FileRefused` as `opened`."""
    package = qti_package.opened(content)
    files = list(qti_package.files_of(package))
    if package.archive is None and files[0].root.tag in ("assessmentTest", "assessmentStimulus"):
        raise FileRefused(TEST_ALONE)
    found, notes = _read(package, files)
    return settling.settle(found, [*package.notes, *notes])


def _read(package: Package, files: Sequence[File]) -> tuple[list[Found], list[Note]]:
    context = qti_tests.context(package, files)
    twice = _twice(files)
    found: list[Found] = []
    notes: list[Note] = []
    used = [0]
    is_one = sum(file.root.tag in ("assessmentItem", "questestinterop") for file in files) == 1
    for file in files:
        if file.path in twice:
            values = {"file": file.path, "other": twice[file.path]}
            notes.append((INFO, "same-test", Sentence(_SAME, values)))
        elif file.root.tag == "assessmentItem":
            collector = Collector(package, file.path, used)
            told = context.told(file, collector)
            questions, remarks = qti_items.read(file.root, collector, told)
            found += questions
            notes += remarks
        elif file.root.tag == "questestinterop":
            shown = "" if is_one else file.path
            questions, remarks = qti12.read(file, package, used, shown)
            found += questions
            notes += remarks
    return found, notes + _elsewhere(files)


def _elsewhere(files: Sequence[File]) -> list[Note]:
    """Return a remark on each question, or bank of questions, that is named but is not here."""
    roots = [file.root for file in files if file.root.tag == "questestinterop"]
    here = {one for root in roots for one in (*qti12.idents(root), qti12.name_of(root))}
    named = dict.fromkeys(name for root in roots for name in qti12.named(root))
    return [
        (WARNING, "left-out", Sentence(_ELSEWHERE, {"name": name}))
        for name in named
        if name not in here
    ]


def _twice(files: Sequence[File]) -> dict[str, str]:
    """Return the files that hold a test which another file holds more fully, and that file.

    Canvas puts each test into a package twice: once as Common Cartridge asks, which knows few
    types, and once as its own.
    """
    tests: dict[str, list[tuple[frozenset[str], str]]] = {}
    for file in files:
        name = qti12.name_of(file.root) if file.root.tag == "questestinterop" else ""
        if name:
            tests.setdefault(name, []).append((qti12.idents(file.root), file.path))
    twice: dict[str, str] = {}
    for listed in tests.values():
        # Of two that hold the same, the one by Canvas' own name is the fuller one.
        ranked = sorted(listed, key=lambda one: (len(one[0]), "non_cc_" in one[1]), reverse=True)
        for held, path in ranked[1:]:
            if held <= ranked[0][0]:
                twice[path] = ranked[0][1]
    return twice

"""The formats that questions are written in, by name: each is a module, loaded when it is used."""

import importlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import util
from types import ModuleType

from core.saying import Sentence
from core.text import N_
from questions.formats.written import Written
from questions.rules.drafting import Draft


@dataclass(frozen=True, slots=True)
class Format:
    """A format: what people call it, the ending and kind of its files, its module."""

    name: str
    ending: str
    mime: str
    module: str

    @property
    def is_there(self) -> bool:
        """Say whether this installation can write it."""
        return util.find_spec(f"questions.formats.{self.module}") is not None


_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ALL: Mapping[str, Format] = {
    "xlsx": Format(N_("Excel, our own columns"), "xlsx", _SHEET, "xlsx_writer"),
    "docx": Format(N_("Word"), "docx", _WORD, "docx_writer"),
    "moodle": Format(N_("Moodle XML"), "xml", "application/xml", "moodle_writer"),
    "gift": Format(N_("GIFT (Moodle)"), "gift", "text/plain", "gift_writer"),
    "qti": Format(N_("QTI 2.2"), "zip", "application/zip", "qti_writer"),
    "qti3": Format(N_("QTI 3.0"), "zip", "application/zip", "qti3_writer"),
    "qti12": Format(N_("QTI 1.2 (Canvas)"), "zip", "application/zip", "qti12_writer"),
    "kahoot": Format(N_("Kahoot, its template for Excel"), "xlsx", _SHEET, "kahoot_writer"),
    "csv": Format(N_("CSV"), "csv", "text/csv", "csv_writer"),
    "aiken": Format(N_("Aiken (Moodle)"), "txt", "text/plain", "aiken_writer"),
    "txt": Format(N_("Plain text"), "txt", "text/plain", "text_writer"),
}
FORMATS: Mapping[str, Format] = {name: one for name, one in _ALL.items() if one.is_there}
_ENDINGS = {"xml": "moodle", "zip": "qti", "imscc": "qti12", "aiken": "aiken"}


def of_ending(ending: str) -> str | None:
    """Return the format that files of this ending are written in, or None."""
    name = _ENDINGS.get(ending.lower(), ending.lower())
    return name if name in FORMATS else None


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"questions.formats.{FORMATS[name].module}")


def write(name: str, drafts: Sequence[Draft], title: str) -> Written:
    """Return the questions in the format of this name."""
    written: Written = _module(name).write(drafts, title)
    return written


def lost(name: str, drafts: Iterable[Draft]) -> list[tuple[Draft, list[Sentence]]]:
    """Return the questions that the format cannot carry whole, each with what is lost of it."""
    module = _module(name)
    found = ((draft, module.lost(draft)) for draft in drafts)
    return [(draft, what) for draft, what in found if what]

"""Papers as files: PDF and Word, sheets of answers, keys, and all of a set in one archive."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from accounts import auditing
from accounts.models import Account
from core import clock, jobs, sheets, typesetting
from core.db import atomic, db
from core.keeping import Kept
from core.text import fold
from questions import locking, paper_queries
from questions.errors import SetNotDrawn
from questions.formats import printed
from questions.models import (
    ItemVersion,
    Paper,
    PaperSet,
    PaperSetState,
    PrintedSlot,
    Stimulus,
    ViewPlace,
)
from questions.rules import composing, laying_out, lettering
from questions.rules.composing import Likeness, Making, Printed
from questions.rules.laying_out import Asked, Passage, Sheet
from questions.rules.letterheads import Letterhead

JOB = "questions.print"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEMPLATES = Path(__file__).parent / "print"
# The words of printed papers are Vietnamese only.
_KEY_SHEET: Final = "Đáp án"
_pages: Kept[list[bytes]] = Kept(120, most=8)
_PLAIN = frozenset({"image/png", "image/jpeg"})


class Form(StrEnum):
    """What of a paper is written, and as what kind of file."""

    PAPER_PDF = "de.pdf"
    PAPER_DOCX = "de.docx"
    ANSWERS_PDF = "phieu-tra-loi.pdf"
    GUIDE_PDF = "dap-an.pdf"
    GUIDE_DOCX = "dap-an.docx"

    @property
    def mime(self) -> str:
        """The type of the file."""
        return PDF if self.value.endswith(".pdf") else DOCX


@dataclass(frozen=True, slots=True)
class File:
    """A written file."""

    name: str
    mime: str
    content: bytes


# --- One paper ---------------------------------------------------------------------------------


def write(paper_set: PaperSet, paper: Paper, form: Form) -> File:
    """Return a paper in one of its forms."""
    sheet = sheet_of(paper_set, paper)
    name = f"{_name_of(paper_set)}-{paper.form_code}-{form.value}"
    return File(name, form.mime, _write(sheet, form, _pictures(paper_set, [sheet])))


def _write(sheet: Sheet, form: Form, pictures: Mapping[str, bytes]) -> bytes:
    if form is Form.PAPER_DOCX:
        return printed.paper(laying_out.paper(sheet), pictures)
    if form is Form.GUIDE_DOCX:
        return printed.guide(laying_out.guide(sheet))
    template, values = {
        Form.PAPER_PDF: ("paper.typ", laying_out.paper),
        Form.ANSWERS_PDF: ("answers.typ", laying_out.answer_sheet),
        Form.GUIDE_PDF: ("guide.typ", laying_out.guide),
    }[form]
    shown = values(sheet) | {"pictures": sorted(pictures)}
    return typesetting.pdf(TEMPLATES / template, shown, pictures)


def pages(paper_set: PaperSet, paper: Paper, *, at: datetime) -> list[bytes]:
    """Return the pages of a paper as pictures, just as they are printed.

    A browser asks for them one by one, so that they are kept for a short while.
    """
    sheet = sheet_of(paper_set, paper)
    pictures = _pictures(paper_set, [sheet])
    values = laying_out.paper(sheet) | {"pictures": sorted(pictures)}
    key = json.dumps(values, sort_keys=True)
    return _pages.get(
        key, lambda: typesetting.pages(TEMPLATES / "paper.typ", values, pictures), at=at
    )


def sheet_of(paper_set: PaperSet, paper: Paper) -> Sheet:
    """Return a paper as plain values."""
    return Sheet(
        title=paper_set.title,
        code=paper.form_code,
        letterhead=Letterhead.read(paper_set.letterhead),
        grouping=Making.read(paper_set.making).grouping,
        slots=[_asked(slot) for slot in paper.slots],
        is_draft=paper_set.state is PaperSetState.DRAFT,
    )


def _asked(slot: PrintedSlot) -> Asked:
    version = slot.version
    topic = version.item.topic
    return Asked(
        slot.position,
        version.type.value,
        version.stem,
        version.content,
        slot.option_order,
        slot.points,
        topic.name if topic else "",
        _passage(version.stimulus) if version.stimulus else None,
        version.explanation,
        _basis(version),
        version.quote,
    )


def _passage(stimulus: Stimulus) -> Passage:
    return Passage(stimulus.id, stimulus.title, stimulus.text, stimulus.media or ())


def _basis(version: ItemVersion) -> str:
    document = version.document
    named = (document.number or document.title) if document else ""
    return ", ".join(part for part in (named, version.clause) if part)


def _pictures(paper_set: PaperSet, of: Sequence[Sheet]) -> dict[str, bytes]:
    """Return the pictures of papers by name; other kinds than PNG and JPEG are made PNG."""
    wanted = {one for sheet in of for one in laying_out.pictures(sheet)}
    found = paper_queries.pictures(paper_set.bank_id, wanted)
    return {
        name: content if mime in _PLAIN else _as_png(content)
        for name, (mime, content) in found.items()
    }


def _as_png(content: bytes) -> bytes:
    from PIL import Image

    target = io.BytesIO()
    with Image.open(io.BytesIO(content)) as picture:
        picture.convert("RGBA").save(target, "PNG")
    return target.getvalue()


def _name_of(paper_set: PaperSet) -> str:
    plain = "".join(one if one.isalnum() else "-" for one in fold(paper_set.title))
    return "-".join(part for part in plain.split("-") if part)[:60] or "bo-de"


# --- A set -------------------------------------------------------------------------------------


def likeness(papers: Sequence[Paper]) -> Likeness:
    """Return how alike the papers of a set are."""
    return composing.likeness(
        {
            paper.form_code: [
                Printed(
                    slot.version.item_id,
                    lettering.letters(
                        slot.version.type.value, slot.version.content, slot.option_order
                    ),
                )
                for slot in paper.slots
            ]
            for paper in papers
        }
    )


def key_table(papers: Sequence[Paper]) -> list[tuple[int, list[str]]]:
    """Return for each position the key in every paper, in the order of the papers."""
    keys = [
        [
            lettering.key(slot.version.type.value, slot.version.content, slot.option_order)
            for slot in paper.slots
        ]
        for paper in papers
    ]
    return [(at, list(row)) for at, row in enumerate(zip(*keys, strict=True), start=1)]


def keys_workbook(paper_set: PaperSet, papers: Sequence[Paper]) -> File:
    """Return the keys of all papers as a workbook: a line for each question, a column each code."""
    header = ["Câu", *(f"Mã đề {paper.form_code}" for paper in papers)]
    table = key_table(papers)
    rows: list[list[sheets.Value]] = [[position, *keys] for position, keys in table]
    by_code: list[list[sheets.Value]] = [
        [paper.form_code, *(keys[at] for _position, keys in table)]
        for at, paper in enumerate(papers)
    ]
    wide = ["Mã đề", *(f"Câu {position}" for position, _keys in table)]
    book = sheets.write_book(
        [sheets.Leaf(_KEY_SHEET, header, rows), sheets.Leaf("Theo mã đề", wide, by_code)]
    )
    return File(f"{_name_of(paper_set)}-dap-an.xlsx", XLSX, book)


def is_drawn(paper_set: PaperSet) -> bool:
    """Say whether there are papers to be seen."""
    return paper_set.state not in (PaperSetState.DRAWING, PaperSetState.FAILED)


@atomic()
def note(
    actor: Account | None,
    paper_set: PaperSet,
    papers: Sequence[Paper],
    *,
    form: str,
    at: datetime,
) -> None:
    """Record who took what of a set: the form of which paper, or the keys of all."""
    note_views(actor, papers, at=at)
    auditing.record(
        actor,
        "papers.printed",
        f"papers:{paper_set.public_id}",
        title=paper_set.title,
        state=paper_set.state.value,
        form=form,
        papers=[paper.form_code for paper in papers],
    )


def note_views(actor: Account | None, papers: Sequence[Paper], *, at: datetime) -> None:
    """Record who saw the locked questions of papers, each question once."""
    items = {slot.version.item_id: slot.version.item for one in papers for slot in one.slots}
    locking.note_views(actor, list(items.values()), ViewPlace.PAPER, at=at)


@atomic()
def queue(actor: Account, paper_set: PaperSet, *, at: datetime) -> str:
    """Let a job write all files of a set into one archive; return the job's public id."""
    if not is_drawn(paper_set):
        raise SetNotDrawn
    payload = {"set": paper_set.public_id, "owner": actor.id}
    key = f"{JOB}:{paper_set.public_id}:{actor.id}"
    return jobs.enqueue(JOB, payload, at=at, key=key, owner=actor.id).public_id


def archive(work: jobs.Work) -> File | None:
    """Return the archive that `queue` asked for; nothing if the set is gone."""
    paper_set = paper_queries.set_with(work.payload["set"])
    if paper_set is None or not is_drawn(paper_set):
        return None
    papers = paper_queries.papers_of(paper_set.id)
    written = [(paper, form) for paper in papers for form in Form]
    target, name = io.BytesIO(), _name_of(paper_set)
    of = [sheet_of(paper_set, paper) for paper in papers]
    pictures = _pictures(paper_set, of)
    title = {sheet.code: sheet for sheet in of}
    keys = keys_workbook(paper_set, papers)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr(keys.name, keys.content)
        for at, (code, form) in enumerate((one.form_code, form) for one, form in written):
            work.progress(at, len(written))
            content = _write(title[code], form, pictures)
            bundle.writestr(f"ma-de-{code}/{code}-{form.value}", content)
    paper_set = paper_queries.set_with(work.payload["set"])
    actor = db.session.get(Account, work.payload["owner"])
    if paper_set is not None:
        note(actor, paper_set, papers, form="zip", at=clock.now())
    return File(f"{name}.zip", "application/zip", target.getvalue())

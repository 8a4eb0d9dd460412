"""Our spreadsheet: its header and a row for each question, whatever it asks."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from core import sheets
from core.saying import Sentence
from core.text import N_
from questions.formats import sheet_settings, sheet_types, tables
from questions.rules import drafting
from questions.rules.drafting import WARNING, Draft, Message
from questions.types import options, short_answer

# The words of our spreadsheet are part of the format: its readers know them.
SHEET: Final = "Câu hỏi"
_OPTION: Final = "Phương án"
_FEWEST_OPTIONS = 4
_AFTER: Final = (
    "Đáp án", "Chủ đề", "Mức độ", "Giải thích", "Căn cứ pháp lý", "Loại câu hỏi", "Thiết lập",
    "Trạng thái",
)  # fmt: skip
PICTURES = N_("the pictures and sounds")
PASSAGE = N_("the passage that it belongs to")
FEEDBACK = N_("what is told about answers")
SPELLINGS = N_("which spellings are taken as equal")
SCORING = N_("how answers right in part are marked")
SEVERAL = N_("that several options may be chosen")


def header(drafts: Iterable[Draft]) -> list[str]:
    """Return the names of the columns, with as many options as the longest question has."""
    counts = [len(sheet_types.columns(one.type, drafting.content(one))) for one in drafts]
    columns = max([_FEWEST_OPTIONS, *counts])
    letters = [f"{_OPTION} {options.letter(place)}" for place in range(columns)]
    return ["Mã câu", SHEET, *letters, *_AFTER]


def rows(drafts: Sequence[Draft]) -> Iterator[list[sheets.Value]]:
    """Yield the cells of each question under the header."""
    width = len(header(drafts)) - len(_AFTER) - 2
    for draft in drafts:
        content = drafting.content(draft)
        texts = [
            _option(text, options.letter(place))
            for place, text in enumerate(sheet_types.columns(draft.type, content))
        ]
        yield [
            str(draft.place.values.get("code", "")),
            _stem(draft.stem),
            *texts,
            *[None] * (width - len(texts)),
            sheet_types.key(draft.type, content),
            draft.topic,
            draft.difficulty,
            draft.explanation,
            draft.legal_basis,
            sheet_types.NAMES[draft.type],
            sheet_settings.lines(draft.type, content),
            str(draft.place.values.get("state", "")),
        ]


def _stem(text: str) -> str:
    """Return a stem so that its own “Câu 1:” is not taken for the number of the question."""
    return text if tables.stem_of(text) == text else f"Câu 1: {text}"


def _option(text: str, letter: str) -> str:
    return text if tables.option_of(text, letter) == text else f"{letter}. {text}"


def lost(draft: Draft) -> list[Sentence]:
    """Return what a spreadsheet cannot carry of a question."""
    found = [Sentence(PICTURES)] if draft.media else []
    found += [Sentence(PASSAGE)] if draft.passage else []
    content = drafting.content(draft)
    parts = [*content.get("rows", ()), *content.get("statements", ()), *content.get("parts", ())]
    inner = [gap["content"] for gap in content.get("gaps", ())]
    accepted = [one for held in (content, *inner) for one in held.get("answers", ())]
    chosen = [one for held in inner for one in held.get("options", ())]
    if any(one.get("feedback") for one in (*parts, *accepted, *chosen)):
        found.append(Sentence(FEEDBACK))
    usual = list(short_answer.DEFAULT)
    if any(list(held.get("exact", usual)) != usual for held in inner):
        found.append(Sentence(SPELLINGS))
    return found


def lost_by_letters(draft: Draft) -> list[Sentence]:
    """Return what is lost of a question with options where only the letters of its key stand."""
    content = drafting.content(draft)
    found = []
    if any(one.get("feedback") for one in content["options"]):
        found.append(Sentence(FEEDBACK))
    if draft.type == drafting.MULTIPLE and content.get("scoring", "all") != "all":
        found.append(Sentence(SCORING))
    if draft.type == drafting.MULTIPLE and len(content["key"]) == 1:
        found.append(Sentence(SEVERAL))
    return found


def messages(draft: Draft, number: int, found: Iterable[Sentence]) -> list[Message]:
    """Return the remarks on what was lost of a question."""
    said = N_("not in the file: %(what)s.")
    return [
        Message(number, WARNING, "lost", Sentence(said, {"what": what}), draft.place)
        for what in found
    ]

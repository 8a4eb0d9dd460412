"""A paper as plain text, as people write it: “Câu 1: …”, its options, “Đáp án: B”."""

from collections.abc import Sequence

from core.saying import Sentence
from core.text import N_, clean_line
from questions.formats import sheet_rows, text
from questions.formats.written import Written
from questions.rules import drafting
from questions.rules.drafting import Draft, Message
from questions.types import options

_ALL = N_("the whole question: a text file holds questions with options only")
_LINES = N_("its lines: one of them would be read as something else")


def write(drafts: Sequence[Draft], title: str) -> Written:
    """Return the questions with options as a text file; the others are named."""
    told: list[Message] = []
    for number, draft in enumerate(drafts, start=1):
        told += sheet_rows.messages(draft, number, lost(draft))
    fitting = [draft for draft in drafts if draft.type in drafting.CHOSEN]
    blocks = [_block(draft, number) for number, draft in enumerate(fitting, start=1)]
    return Written("\n".join(blocks).encode(), tuple(told))


def _block(draft: Draft, number: int) -> str:
    whole = _lines(draft, number, draft.stem)
    is_read = _is_read(whole, draft)
    return whole if is_read else _lines(draft, number, clean_line(draft.stem))


def _lines(draft: Draft, number: int, stem: str) -> str:
    content = drafting.content(draft)
    lines = [f"Câu {number}: {stem}"]
    places = [n for n, one in enumerate(content["options"]) if one["id"] in content["key"]]
    for place, one in enumerate(content["options"]):
        lines.append(f"{options.letter(place)}. {clean_line(one['text'])}")
    if places:
        lines.append(f"Đáp án: {', '.join(map(options.letter, places))}")
    for name, said in (
        ("Chủ đề", draft.topic),
        ("Mức độ", draft.difficulty),
        ("Căn cứ", draft.legal_basis),
        ("Giải thích", draft.explanation),
    ):
        lines += [f"{name}: {clean_line(said)}"] if said else []
    return "\n".join([*lines, ""])


def _is_read(block: str, draft: Draft) -> bool:
    """Say whether what is written is read again as one question with the same text."""
    found = text.read_text(block, []).drafts()
    return len(found) == 1 and found[0].stem == draft.stem


def lost(draft: Draft) -> list[Sentence]:
    """Return what a text file cannot carry of a question."""
    if draft.type not in drafting.CHOSEN:
        return [Sentence(_ALL)]
    found = sheet_rows.lost(draft) + sheet_rows.lost_by_letters(draft)
    if "\n" in draft.stem and not _is_read(_lines(draft, 1, draft.stem), draft):
        found.append(Sentence(_LINES))
    return found

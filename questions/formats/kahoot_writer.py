"""The spreadsheet that Kahoot takes in: a question, four answers, a time limit, the key."""

from collections.abc import Iterator, Sequence

from core import sheets
from core.saying import Sentence
from core.text import N_, clean_line
from questions.formats import sheet_rows
from questions.formats.written import Written
from questions.rules import drafting
from questions.rules.drafting import Draft, Message

_HEADER = (
    "Question", "Answer 1", "Answer 2", "Answer 3", "Answer 4", "Time limit", "Correct answer(s)",
)  # fmt: skip
_SECONDS = 30
_MOST_OPTIONS = 4
_LONGEST_STEM = 120
_LONGEST_OPTION = 75
_ALL = N_("the whole question: Kahoot takes from two to four options")
_LONG = N_("all of its words: Kahoot cuts long texts")
_TOPIC = N_("the topic, the difficulty, the legal basis and the explanation")


def write(drafts: Sequence[Draft], title: str) -> Written:
    """Return the questions that Kahoot can ask as its template; the others are named."""
    told: list[Message] = []
    for number, draft in enumerate(drafts, start=1):
        told += sheet_rows.messages(draft, number, lost(draft))
    fitting = [draft for draft in drafts if _fits(draft)]
    return Written(sheets.write_xlsx("Sheet1", _HEADER, _rows(fitting)), tuple(told))


def _fits(draft: Draft) -> bool:
    return draft.type in drafting.CHOSEN and len(_texts(draft)) <= _MOST_OPTIONS


def _texts(draft: Draft) -> list[str]:
    return [one["text"] for one in drafting.content(draft)["options"]]


def _rows(drafts: Sequence[Draft]) -> Iterator[list[sheets.Value]]:
    for draft in drafts:
        content, texts = drafting.content(draft), _texts(draft)
        places = [n for n, one in enumerate(content["options"], 1) if one["id"] in content["key"]]
        yield [
            clean_line(draft.stem),
            *map(clean_line, texts),
            *[None] * (_MOST_OPTIONS - len(texts)),
            _SECONDS,
            ",".join(map(str, places)),
        ]


def lost(draft: Draft) -> list[Sentence]:
    """Return what Kahoot's template cannot carry of a question."""
    if not _fits(draft):
        return [Sentence(_ALL)]
    found = sheet_rows.lost(draft) + sheet_rows.lost_by_letters(draft)
    is_long = len(draft.stem) > _LONGEST_STEM
    if is_long or any(len(text) > _LONGEST_OPTION for text in _texts(draft)):
        found.append(Sentence(_LONG))
    if draft.topic or draft.difficulty or draft.legal_basis or draft.explanation:
        found.append(Sentence(_TOPIC))
    return found

"""From a paper that was read to its questions: each with the keys and explanations said of it."""

from collections import Counter
from collections.abc import Sequence

from core.saying import Sentence
from core.text import N_, fold
from core.word_pictures import Picture
from questions.formats import answers, grammar, kinds, parts, pictured, styled
from questions.formats.asking import Choice, Open
from questions.formats.outlook import Item
from questions.formats.paper import Entry, Paper
from questions.rules.drafting import INFO, WARNING
from questions.rules.settling import Found, Note
from questions.types import options

_FEWEST_BULLETS = 2

# The number of a part, where its heading says one, and the places of its questions.
Group = tuple[int | None, Sequence[int]]


def gather(
    items: Sequence[Item], pictures: Sequence[Picture] = ()
) -> tuple[list[Found], list[Note]]:
    """Return the questions of a paper, and what is to be said of the paper as a whole."""
    paper = Paper(items)
    paper.read()
    lines = [line for one in paper.done for line in one.body]
    base = styled.base_colour(lines)
    uses_verdicts = any("true" in choice.signs for one in paper.done for choice in one.choices)
    found = [_found(one, base, pictures, uses_verdicts=uses_verdicts) for one in paper.done]
    groups = _groups(paper.done)
    notes = list(paper.notes)
    places = [(parts.ordinal(paper.done[group[0]].topic), group) for group in groups]
    notes += _assign(found, places, answers.segments(paper.pairs))
    _explain(found, places, paper.entries)
    kinds.decide(found, paper.done)
    found = _without_copies(found, paper.done)
    return _named(found), notes


def _found(
    one: Open, base: str | None, pictures: Sequence[Picture], *, uses_verdicts: bool
) -> Found:
    choices = one.choices or _unlettered(one)
    found = Found(Sentence(N_("Question %(number)s"), {"number": one.number}), one.number)
    found.stem = "\n".join(words for line in one.stem if (words := line.words))
    found.letters = [choice.letter for choice in choices]
    for choice in choices:
        found.options.append(_option_text(choice, uses_verdicts=uses_verdicts))
        looks = styled.looks(choice.label, choice.text, base)
        found.marks.append(looks | (choice.signs & {"star", "true"}))
    found.said = list(one.said)
    found.topic = one.fields.get("topic", one.topic)
    found.difficulty = one.fields.get("difficulty", one.level)
    found.legal_basis = one.fields.get("legal_basis", "")
    found.explanation = "\n".join(one.explanation)
    found.passage = one.passage
    found.begins_part = one.begins_part
    found.notes = [*one.notes, *_notes(one)]
    pictured.put(found, one, choices, pictures)
    return found


def _option_text(choice: Choice, *, uses_verdicts: bool) -> str:
    text = choice.text.words
    if choice.verdict and not uses_verdicts:
        text = f"{text} {choice.verdict}"
    for more in choice.more:
        text += more if more.startswith("\n") else f" {more}"
    return text.strip()


def _notes(one: Open) -> list[Note]:
    notes: list[Note] = []
    if one.formulas:
        text = Sentence(N_("its formulas were read as plain text; compare them with the file."))
        notes.append((WARNING, "formulas", text))
    if one.passage:
        text = Sentence(N_("it belongs to a passage, which is kept beside it."))
        notes.append((WARNING, "passage", text))
    return notes


def _unlettered(one: Open) -> list[Choice]:
    """Return options without letters: bullets at the end of the stem, or just Đúng and Sai."""
    found: list[Choice] = []
    lines = list(one.stem)
    while len(lines) > 1:
        start = grammar.bullet(lines[-1].text)
        start = 0 if start is None and grammar.truth(lines[-1].words) is not None else start
        if start is None:
            break
        line = lines.pop()
        found.insert(0, Choice("", line.cut(0, start), line.cut(start), "-"))
    if not _FEWEST_BULLETS <= len(found) <= options.MOST:
        return []
    one.stem = lines
    for place, choice in enumerate(found):
        choice.letter = options.letter(place)
    return found


# --- Keys after the questions -------------------------------------------------------------------


def _groups(done: Sequence[Open]) -> list[list[int]]:
    """Return the places of the questions in groups: a part that counts from 1 begins another."""
    groups: list[list[int]] = []
    last = 0
    for place, one in enumerate(done):
        number = one.number or last + 1
        if not groups or (number <= last and (number == 1 or one.begins_part)):
            groups.append([])
        groups[-1].append(place)
        last = number
    return groups


def _by_number(found: Sequence[Found], group: Sequence[int]) -> dict[int, Found]:
    numbered: dict[int, Found] = {}
    for place in group:
        last = max(numbered, default=0)
        numbered.setdefault(found[place].printed or last + 1, found[place])
    return numbered


def _matched(
    found: Sequence[Found], groups: Sequence[Group], segments: Sequence[answers.Segment]
) -> list[dict[int, Found]]:
    """Return, for each group of keys, the questions that its numbers mean."""
    if len(segments) == len(groups):
        return [_by_number(found, group) for _, group in groups]
    if len(segments) == 1 and max(segments[0].keys, default=0) == len(found):
        return [dict(enumerate(found, start=1))]
    parts_ = {part: _by_number(found, group) for part, group in groups if part is not None}
    whole = _by_number(found, [place for _, group in groups for place in group])
    return [parts_.get(one.part, whole) if one.part else whole for one in segments]


def _assign(
    found: Sequence[Found], groups: Sequence[Group], segments: Sequence[answers.Segment]
) -> list[Note]:
    """Give each question its key of the list or table; name the keys that fit none."""
    unknown: list[str] = []
    for segment, questions in zip(segments, _matched(found, groups, segments), strict=True):
        for number, key in segment.keys.items():
            if number in questions:
                questions[number].said.append(key)
            else:
                unknown.append(str(number))
    if not unknown:
        return []
    text = Sentence(
        N_("The key names questions that are not in the file: %(numbers)s."),
        {"numbers": ", ".join(unknown)},
    )
    return [(WARNING, "unknown-question", text)]


def _explain(found: Sequence[Found], groups: Sequence[Group], entries: Sequence[Entry]) -> None:
    """Give each question what the part after the questions says of it."""
    keyed = [
        (entry.number, entry.key if entry.number == 0 else str(place))
        for place, entry in enumerate(entries)
    ]
    segments = answers.segments(keyed)
    for segment, questions in zip(segments, _matched(found, groups, segments), strict=True):
        for number, place in segment.keys.items():
            entry, one = entries[int(place)], questions.get(number)
            if one is None:
                continue
            one.said += [entry.key] if entry.key else []
            one.explanation = one.explanation or "\n".join(entry.explanation)


def _without_copies(found: Sequence[Found], done: Sequence[Open]) -> list[Found]:
    """Join a question that the solutions at the end repeat with the one that was asked."""
    kept: list[Found] = []
    asked: dict[tuple[str, ...], Found] = {}
    for one, read in zip(found, done, strict=True):
        wording = tuple(fold(text) for text in (one.stem, *one.options))
        first = asked.setdefault(wording, one)
        if first is one or not read.after_key:
            kept.append(one)
            continue
        first.said += one.said
        first.explanation = first.explanation or one.explanation
        if not first.said:
            first.marks = one.marks
        note = Sentence(N_("its solution repeats it further on; both were joined."))
        first.notes.append((INFO, "joined", note))
    return kept


def _named(found: list[Found]) -> list[Found]:
    """Give each question a place by its printed number, or by its order where that is not one."""
    printed = Counter(one.printed for one in found)
    for order, one in enumerate(found, start=1):
        is_clear = one.printed is not None and printed[one.printed] == 1
        if is_clear:
            continue
        if one.printed is None:
            one.place = Sentence(N_("Question %(number)s"), {"number": order})
        else:
            values = {"number": one.printed, "order": order}
            text = N_("Question %(number)s (no. %(order)s in the file)")
            one.place = Sentence(text, values)
    return found

"""Keys that stand in a file of their own: read from any file, and laid over a reading."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from core import documents, sheets
from core.archives import FileRefused
from core.saying import Sentence
from core.text import N_, same_text
from questions.formats import answers, encoding, grammar, kinds, parts, styled, verdicts
from questions.formats import docx as word
from questions.formats.answers import Pair
from questions.formats.outlook import Item
from questions.formats.paper import Paper
from questions.rules import drafting, marking
from questions.rules.drafting import ERROR, WARNING, Draft, Message, Reading
from questions.types import numeric, options, short_answer

NOTHING = N_("No key was found in the file of keys.")
_MENDED = frozenset({"no-key", "content", "no-options"})


def read(content: bytes, kind: str) -> list[Pair]:
    """Return the numbers and keys of a file. Raise `FileRefused` if it has none."""
    if kind == "docx":
        found = _of_paper(word.items_of(documents.read(content)))
    elif kind == "xlsx":
        tables = [[[cell.text for cell in row] for row in one.rows] for one in
                  sheets.read_xlsx(content)]  # fmt: skip
        found = [pair for rows in tables for pair in answers.of_table(rows)]
    else:
        text, _ = encoding.decode(content)
        rows = [_cells(line) for line in text.splitlines() if line.strip()]
        found = answers.of_table(rows) if any(len(row) > 1 for row in rows) else []
        found = found or _of_paper(list(styled.from_text(text)))
    if not found:
        raise FileRefused(NOTHING)
    return found


def _cells(line: str) -> list[str]:
    sign = next((sign for sign in "\t;," if sign in line), "\t")
    return [cell.strip().strip('"') for cell in line.split(sign)]


def _of_paper(items: Sequence[Item]) -> list[Pair]:
    paper = Paper(items)
    paper.in_key = True
    paper.read()
    entries = [(entry.number, entry.key or "\n".join(entry.explanation)) for entry in paper.entries]
    keyed = {number for number, _ in paper.pairs}
    more = [(number, key) for number, key in entries if key and number not in keyed]
    return paper.pairs + more if paper.pairs else [pair for pair in entries if pair[1]]


# --- Laid over the questions --------------------------------------------------------------------


def apply(reading: Reading, pairs: Sequence[Pair]) -> Reading:
    """Return the reading with the keys of another file, which go before its own."""
    drafts = reading.drafts()
    keys = dict(_assigned(drafts, pairs))
    messages = list(reading.messages)
    sound: list[Draft] = []
    faulty: list[Draft] = []
    for draft in drafts:
        key = keys.get(draft.number)
        made = None if key is None else _keyed(draft, key)
        if made is not None:
            messages = [one for one in messages if not _is_mended(one, draft.number)]
            messages += _remarks(draft, made)
            draft = made
        elif key is not None:
            text = Sentence(N_("the key “%(key)s” is none of the options."), {"key": key})
            messages.append(Message(draft.number, WARNING, "unknown-key", text, draft.place))
        is_faulty = any(m.question == draft.number and m.level == ERROR for m in messages)
        (faulty if is_faulty else sound).append(draft)
    messages += _unused(drafts, keys, pairs)
    messages.sort(key=lambda message: message.question or 0)
    return Reading(tuple(sound), tuple(faulty), tuple(messages))


def _is_mended(message: Message, number: int) -> bool:
    return message.question == number and message.code in _MENDED


def _remarks(draft: Draft, made: Draft) -> Iterator[Message]:
    if draft.key and draft.key != made.key:
        letters = ", ".join(options.letter(place) for place in draft.key)
        text = Sentence(
            N_("the file of keys disagrees with the file, which says %(letters)s."),
            {"letters": letters},
        )
        yield Message(draft.number, WARNING, "key-disagrees", text, draft.place)
    if made.content is not None:
        for problem in marking.check(made.type, made.stem, made.content):
            yield Message(draft.number, ERROR, "content", problem, draft.place)


def _unused(
    drafts: Sequence[Draft], keys: dict[int, str], pairs: Sequence[Pair]
) -> Iterator[Message]:
    for draft in drafts:
        if draft.number not in keys:
            text = Sentence(N_("the file of keys says nothing of it."))
            yield Message(draft.number, WARNING, "not-keyed", text, draft.place)
    count = sum(1 for number, _ in pairs if number)
    if count > len(keys):
        more = N_("%(count)s keys of the file of keys fit no question.")
        yield Message(
            None, WARNING, "unknown-question", Sentence(more, {"count": count - len(keys)})
        )


def _assigned(drafts: Sequence[Draft], pairs: Sequence[Pair]) -> Iterator[tuple[int, str]]:
    """Yield the number of each draft in the file with its key, part by part."""
    segments = answers.segments(pairs)
    groups = _groups(drafts)
    if len(segments) == len(groups):
        chosen = groups
    elif len(segments) == 1 and max(segments[0].keys) == len(drafts):
        chosen = [dict(enumerate(drafts, start=1))]
    else:
        named = {parts.ordinal(next(iter(one.values())).topic): one for one in groups}
        whole: dict[int, Draft] = {}
        for group in groups:
            whole = group | whole
        chosen = [named.get(one.part, whole) if one.part else whole for one in segments]
    for segment, group in zip(segments, chosen, strict=True):
        for number, key in segment.keys.items():
            if number in group:
                yield group[number].number, key


def _groups(drafts: Sequence[Draft]) -> list[dict[int, Draft]]:
    """Return the drafts by printed number, in groups: where numbers fall, a part begins."""
    groups: list[dict[int, Draft]] = []
    last = 0
    for order, draft in enumerate(drafts, start=1):
        printed = draft.place.values.get("number", order)
        number = printed if isinstance(printed, int) else order
        if not groups or number <= last:
            groups.append({})
        groups[-1][number] = draft
        last = number
    return groups


def _keyed(draft: Draft, key: str) -> Draft | None:
    """Return a draft with its key, or None where the key does not fit it."""
    if draft.type == "statements" and draft.content is not None:
        return _judged(draft, key)
    if draft.options:
        places = _places(draft, key)
        if not places:
            return None
        kind = drafting.type_of(draft.options, places)
        return replace(draft, key=places, type=kind, content=None)
    is_open = draft.type in ("short_answer", "numeric") or draft.content is None
    return _answered(draft, key) if is_open else None


def _judged(draft: Draft, key: str) -> Draft | None:
    content = dict(draft.content or {})
    row = verdicts.row(key)
    if len(row) != len(content["statements"]):
        return None
    signs = [row[letter] for letter in sorted(row)]
    listed = [one | {"is_true": sign} for one, sign in zip(content["statements"], signs,
                                                          strict=True)]  # fmt: skip
    return replace(draft, content=content | {"statements": listed})


def _places(draft: Draft, key: str) -> tuple[int, ...]:
    truth = grammar.truth(key) if drafting.is_true_false(draft.options) else None
    if truth is not None:
        key = "Đúng" if truth else "Sai"
    same = [place for place, text in enumerate(draft.options) if same_text(text, key)]
    if same:
        return tuple(same[:1])
    found = grammar.keys(key)
    places = [options.IDS.index(letter.lower()) for letter in (found[0] if found else "")]
    return tuple(sorted(places)) if all(place < len(draft.options) for place in places) else ()


def _answered(draft: Draft, key: str) -> Draft | None:
    if draft.type not in ("short_answer", "numeric") and len(key) == 1 and not key.isdecimal():
        return None
    number = kinds.number_of(key)
    if number is not None:
        return replace(draft, type="numeric", content=numeric.content(number[0], unit=number[1]))
    return replace(draft, type="short_answer", content=short_answer.content([key]))

"""Aiken, the plain text format of Moodle: a question, its options, and a line “ANSWER: B”."""

import re
from collections.abc import Iterator, Sequence

from core.saying import Sentence
from core.text import N_, clean, clean_line
from questions.formats import encoding, grammar, tags
from questions.rules.drafting import ERROR, Reading
from questions.rules.settling import Found, Note, settle

_ANSWER = re.compile(r"^\s*ANSWER\s*[:.]\s*(.*?)\s*$")
_OPTION = re.compile(r"^\s*([A-Z])([.)])(?:\s+|$)(.*)$")
_TIGHT = re.compile(r"^\s*([A-Z])([.)])(\S.*)$")
_LETTERS = re.compile(r"[A-Z](?:\s*[,;&/ ]?\s*[A-Z])*")
_NUMBER = re.compile(r"^\s*(\d{1,4})\s*[.)]\s+(?=\S)")
# Chamilo and others write more about a question below its answer.
_MORE = re.compile(
    r"^\s*(ANSWER_EXPLANATION|EXPLANATION|FEEDBACK|DESCRIPTION|TAGS|SCORE)\s*:\s*(.*?)\s*$"
)
_TOLD = frozenset({"ANSWER_EXPLANATION", "EXPLANATION", "FEEDBACK", "DESCRIPTION"})
_FEW = 2


def looks_like(text: str) -> bool:
    """Say whether a text is written in Aiken: as many keys as blocks of options, no “Câu 1”."""
    lines = text.splitlines()
    keys = sum(1 for line in lines if _ANSWER.match(line))
    firsts = sum(1 for line in lines if (found := _OPTION.match(line)) and found[1] == "A")
    headings = (grammar.heading(line) for line in lines)
    return keys > 0 and firsts > 0 and not any(found and found.has_word for found in headings)


def read(content: bytes) -> Reading:
    """Return the questions of an Aiken file. Raise `FileRefused` if it is no text."""
    text, notes = encoding.decode(content)
    return read_text(text, notes)


def read_text(text: str, notes: list[Note]) -> Reading:
    """Return the questions of an Aiken text that was decoded or pasted."""
    found = [_question(block, order) for order, block in enumerate(_blocks(text), start=1)]
    _without_numbers(found)
    return settle(found, notes)


def _blocks(text: str) -> Iterator[list[str]]:
    """Yield the lines of each question: up to its answer, or to the next question without one."""
    block: list[str] = []
    lines = text.splitlines()
    for place, line in enumerate(lines):
        if not line.strip():
            if _has_options(block) and not _continues(lines, place):
                yield block
                block = []
            continue
        block.append(line)
        if _ANSWER.match(line) or (_MORE.match(line) and any(map(_ANSWER.match, block))):
            following = next((one for one in lines[place + 1 :] if one.strip()), "")
            if not _MORE.match(following):
                yield block
                block = []
    if block:
        yield block


def _continues(lines: Sequence[str], place: int) -> bool:
    """Say whether the next line that says something is an option or the answer."""
    following = next((line for line in lines[place:] if line.strip()), "")
    option = _OPTION.match(following)
    return bool(_ANSWER.match(following)) or bool(option and option[1] != "A")


def _has_options(block: Sequence[str]) -> bool:
    return sum(1 for line in block if _OPTION.match(line) or _TIGHT.match(line)) >= _FEW


def _question(block: Sequence[str], order: int) -> Found:
    one = Found(Sentence(N_("Question %(number)s"), {"number": order}))
    stem: list[str] = []
    keys: list[str] = []
    for line in block:
        answer = _ANSWER.match(line)
        more = _MORE.match(line) if keys else None
        option = _option(line, len(one.options))
        if answer:
            keys.append(answer[1])
        elif more:
            _take_more(one, more[1], more[2])
        elif option:
            one.letters.append(option[1])
            one.options.append(clean_line(option[3]))
        elif one.options:
            one.options[-1] = clean_line(f"{one.options[-1]} {line}")
        else:
            stem.append(line)
    one.stem = clean("\n".join(stem))
    _take_key(one, keys[0] if keys else None)
    return one


def _take_more(one: Found, name: str, said: str) -> None:
    if name in _TOLD:
        one.explanation = clean(f"{one.explanation}\n{said}")
    elif name == "TAGS":
        tags.apply(one, [tag for part in said.split(",") if (tag := part.strip())])


def _option(line: str, count: int) -> re.Match[str] | None:
    """Return an option; one without a space after its sign only where its letter is due."""
    found = _OPTION.match(line) or _TIGHT.match(line)
    is_due = found is not None and ord(found[1]) - ord("A") == count
    return found if is_due or (found and count and _OPTION.match(line)) else None


def _take_key(one: Found, key: str | None) -> None:
    one.key = ()
    if key is None:
        text = Sentence(N_("it has no line “ANSWER:” below its options."))
        one.notes.append((ERROR, "no-key", text))
        return
    bare = key.rstrip(".").strip().upper()
    letters = re.findall(r"[A-Z]", bare) if _LETTERS.fullmatch(bare) else []
    if letters and all(letter in one.letters for letter in letters):
        one.key = tuple(sorted({one.letters.index(letter) for letter in letters}))
        return
    text = Sentence(N_("the key “%(key)s” is none of the options."), {"key": key})
    one.notes.append((ERROR, "unknown-key", text))


def _without_numbers(found: Sequence[Found]) -> None:
    """Take the numbers before the questions away where all of them are numbered in order."""
    numbers = [_NUMBER.match(one.stem) for one in found]
    values = [int(number[1]) for number in numbers if number]
    if len(values) < max(len(found), _FEW) or values != sorted(set(values)):
        return
    for one, number in zip(found, numbers, strict=True):
        one.printed = int(number[1]) if number else None
        one.stem = one.stem[number.end() :] if number else one.stem


def is_plain(text: str) -> bool:
    """Say whether a line of a question could be taken for an option or an answer."""
    return not any(_ANSWER.match(line) or _OPTION.match(line) for line in text.splitlines())

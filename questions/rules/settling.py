"""From what a reader found to drafts: keys decided, faults and doubts named by question."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.saying import Sentence
from core.text import N_, clean_line, fold, same_text
from questions.rules import keying, marking
from questions.rules.drafting import (
    ERROR,
    INFO,
    WARNING,
    Draft,
    Message,
    Reading,
    asks_for_several,
    type_of,
)
from questions.types import options, true_false

_ENOUGH_TO_BALANCE = 12
_LONGEST_STEM = 5000
_WORDS_TO_BE_NEAR = 2

Note = tuple[str, str, Sentence]


@dataclass(slots=True)
class Found:
    """A question as a reader found it, nothing decided yet; `said` holds keys in words."""

    place: Sentence
    printed: int | None = None
    stem: str = ""
    options: list[str] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    marks: list[frozenset[str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    # Where a format says the key outright: the places of its options.
    key: tuple[int, ...] | None = None
    topic: str = ""
    difficulty: str = ""
    explanation: str = ""
    legal_basis: str = ""
    passage: str = ""
    # For a question of another type than those with options: the type, and what it asks.
    type: str = ""
    content: dict[str, Any] | None = None
    media: list[dict[str, str]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    needs_key: bool = False
    begins_part: bool = False


def settle(found: Sequence[Found], notes: Sequence[Note] = ()) -> Reading:
    """Return the drafts and the messages for what was found in one file."""
    for one in found:
        _complete(one)
    evidence = [_evidence(one) for one in found]
    verdicts = [
        verdict if one.key is None else keying.Verdict(one.key)
        for one, verdict in zip(found, keying.decide(evidence), strict=True)
    ]
    messages = [Message(None, level, code, text) for level, code, text in notes]
    if keying.decorates_everything(evidence) and not all(one.key for one in verdicts):
        messages.append(
            Message(
                None,
                WARNING,
                "formatted-everywhere",
                Sentence(N_("Every option is formatted alike, so that it does not show the key.")),
            )
        )
    sound: list[Draft] = []
    faulty: list[Draft] = []
    for number, (one, verdict) in enumerate(zip(found, verdicts, strict=True), start=1):
        draft = _draft(one, verdict, number)
        remarks = [*one.notes, *_faults(one, draft), *_doubts(one, verdict), *_likeness(draft)]
        messages += [Message(number, *remark, place=one.place) for remark in remarks]
        is_faulty = any(level == ERROR for level, _, _ in remarks)
        (faulty if is_faulty else sound).append(draft)
    messages += [*_repeated([*sound, *faulty]), *_numbering(found), *_balance(sound)]
    messages.sort(key=lambda message: message.question or 0)
    return Reading(tuple(sound), tuple(faulty), tuple(messages))


def _complete(one: Found) -> None:
    """Give a statement without options the two that its key speaks of."""
    words = [fold(said) for said in one.said]
    if not one.options and words and all(word in ("dung", "sai") for word in words):
        one.options, one.letters = [true_false.TRUE, true_false.FALSE], ["A", "B"]
    one.marks += [frozenset()] * (len(one.options) - len(one.marks))


def _evidence(one: Found) -> keying.Evidence:
    said = [places for text in one.said if (places := _places(one, text))]
    return keying.Evidence(tuple(one.marks), tuple(said), asks_for_several(one.stem))


def _places(one: Found, text: str) -> tuple[int, ...]:
    """Return the places of the options that a key in words names; none for an unknown one."""
    same = [place for place, option in enumerate(one.options) if same_text(option, text)]
    if same:
        return tuple(same[:1])
    places = [_place(one, letter) for letter in text]
    return () if None in places else tuple(place for place in places if place is not None)


def _place(one: Found, letter: str) -> int | None:
    if letter in one.letters:
        return one.letters.index(letter)
    place = ord(letter) - ord("A")
    begins_late = bool(one.letters) and one.letters[0] > "D"
    return place if begins_late and 0 <= place < len(one.options) else None


def _draft(one: Found, verdict: keying.Verdict, number: int) -> Draft:
    return Draft(
        type=one.type or type_of(one.options, verdict.key),
        stem=one.stem,
        options=tuple(one.options),
        key=verdict.key,
        number=number,
        place=one.place,
        topic=one.topic,
        difficulty=one.difficulty,
        explanation=one.explanation,
        legal_basis=one.legal_basis,
        passage=one.passage,
        content=one.content,
        media=tuple(one.media),
    )


# --- What is wrong ------------------------------------------------------------------------------


def _faults(one: Found, draft: Draft) -> Iterator[Note]:
    if not draft.stem:
        yield ERROR, "no-stem", Sentence(N_("the question has no text."))
    elif len(draft.stem) > _LONGEST_STEM:
        yield WARNING, "long-stem", Sentence(N_("the text of the question is very long."))
    if draft.content is not None:
        for problem in marking.check(draft.type, draft.stem, draft.content):
            yield ERROR, "content", problem
        return
    yield from _option_faults(one, draft)
    if len(draft.options) >= options.FEWEST:
        yield from _key_faults(one, draft)


def _option_faults(one: Found, draft: Draft) -> Iterator[Note]:
    count = {"count": len(draft.options), "most": options.MOST}
    if not draft.options:
        yield ERROR, "no-options", Sentence(N_("no options were found."))
    elif len(draft.options) < options.FEWEST:
        yield ERROR, "one-option", Sentence(N_("there is only one option."))
    elif len(draft.options) > options.MOST:
        many = Sentence(N_("there are %(count)s options; at most %(most)s are possible."), count)
        yield ERROR, "too-many-options", many
    for letter, text in zip(one.letters, draft.options, strict=True):
        if not text:
            yield ERROR, "empty-option", Sentence(N_("option %(letter)s is empty."), _by(letter))


def _key_faults(one: Found, draft: Draft) -> Iterator[Note]:
    level = ERROR if one.needs_key else WARNING
    unknown = next((said for said in one.said if not _places(one, said)), None)
    if unknown is not None:
        text = Sentence(N_("the key “%(key)s” is none of the options."), {"key": unknown})
        yield level if not draft.key else WARNING, "unknown-key", text
    elif not draft.key:
        yield level, "no-key", Sentence(N_("no key was found."))


def _by(letter: str) -> dict[str, str]:
    return {"letter": letter}


# --- What is doubtful ---------------------------------------------------------------------------

_DOUBTS = {
    keying.SEVERAL_MARKED: N_("several options are marked as the key: %(letters)s."),
    keying.ALL_MARKED: N_("all options are marked as the key."),
    keying.OTHER_LOOK: N_("the key %(letters)s is marked in another way than the others."),
    keying.LOOKS_DIFFER: N_("the formatting also marks another key: %(letters)s."),
    keying.DISAGREES: N_("the key given disagrees with the formatting, which marks %(letters)s."),
    keying.SAID_TWICE: N_("the key is given twice; the other one is %(letters)s."),
}


def _doubts(one: Found, verdict: keying.Verdict) -> Iterator[Note]:
    for code, places in verdict.doubts.items():
        letters = ", ".join(one.letters[place] for place in places)
        yield WARNING, code, Sentence(_DOUBTS[code], {"letters": letters})
    for before, after in zip(one.letters, one.letters[1:], strict=False):
        step = ord(after) - ord(before)
        if step == 1:
            continue
        if step > 1:
            text = Sentence(N_("option %(letter)s is missing."), _by(chr(ord(before) + 1)))
            yield WARNING, "missing-option", text
        else:
            text = Sentence(N_("the letter %(letter)s stands before two options."), _by(after))
            yield WARNING, "repeated-letter", text
    if one.letters and "A" < one.letters[0] < "E":
        yield WARNING, "missing-option", Sentence(N_("option %(letter)s is missing."), _by("A"))


def _likeness(draft: Draft) -> Iterator[Note]:
    equal = options.equal_pairs(draft.options)
    for one, other in equal:
        values = {"one": options.letter(one), "other": options.letter(other)}
        text = Sentence(N_("options %(one)s and %(other)s are the same."), values)
        yield WARNING, "equal-options", text
    first: dict[str, int] = {}
    for place, option in enumerate(draft.options):
        key = fold(option).rstrip(".;,: ")
        twin = first.setdefault(key, place)
        if twin == place or (twin, place) in equal or len(key.split()) < _WORDS_TO_BE_NEAR:
            continue
        values = {"one": options.letter(twin), "other": options.letter(place)}
        text = Sentence(N_("options %(one)s and %(other)s differ only in marks."), values)
        yield WARNING, "near-options", text


def _repeated(drafts: Sequence[Draft]) -> Iterator[Message]:
    first: dict[tuple[str, ...], Draft] = {}
    for draft in sorted(drafts, key=lambda draft: draft.number):
        if not draft.stem or not draft.options:
            continue
        texts = (draft.stem, *sorted(draft.options))
        twin = first.setdefault(tuple(clean_line(text).casefold() for text in texts), draft)
        if twin is not draft:
            text = Sentence(N_("repeats “%(place)s”."), {"place": twin.place})
            yield Message(draft.number, WARNING, "repeated-question", text, draft.place)


def _numbering(found: Sequence[Found]) -> Iterator[Message]:
    """Yield a message where printed numbers jump or stand twice within a part."""
    last: int | None = None
    for number, one in enumerate(found, start=1):
        before, last = last, one.printed or last
        if one.printed is None or before is None or one.begins_part:
            continue
        values = {"before": before, "after": one.printed}
        if one.printed > before + 1:
            text = Sentence(N_("the numbers jump from %(before)s to %(after)s."), values)
            yield Message(number, WARNING, "number-skipped", text, one.place)
        elif one.printed <= before:
            text = Sentence(N_("the number %(after)s comes after %(before)s."), values)
            yield Message(number, WARNING, "number-repeated", text, one.place)


def _balance(drafts: Sequence[Draft]) -> Iterator[Message]:
    keys = Counter(
        draft.key[0] for draft in drafts if len(draft.key) == 1 and len(draft.options) > 2
    )
    total = sum(keys.values())
    if total < _ENOUGH_TO_BALANCE:
        return
    place, count = keys.most_common(1)[0]
    if count * 5 >= total * 3:
        values = {"letter": options.letter(place), "count": count, "total": total}
        text = Sentence(N_("The key is %(letter)s in %(count)s of %(total)s questions."), values)
        yield Message(None, INFO, "unbalanced", text)

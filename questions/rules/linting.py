"""What is weak in the wording of items, and how to mend it: advice, never a refusal."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from core.saying import Sentence
from core.text import N_, clean_line, old_style
from questions.rules import drafting, marking
from questions.types import options

Content = Mapping[str, Any]

LONG_STEM = 600
_CLEARLY = 1.3
_AT_LEAST_LONGER = 12
_UNEVEN = 3
_UNEVEN_BY = 40
# Fewer items than this tell nothing about a bank.
ENOUGH = 20
_SURE = 2.58

_SENTENCE = re.compile(r"[.;!?\n]+")
_NEGATION = re.compile(
    r"\b(không|chưa|chẳng|ngoại trừ|trừ)\b"
    r"(?!\s+(?:những|chỉ|gian|khí|quân|lực)\b)(?!\s*[”\"']?\s*(?:[?.:]|$))"
)
_PARTICLE = re.compile(r"\b(?:hay|có) không\b")
_NEGATIVE_STEM = re.compile(
    r"\b(không (?:phải|đúng|thuộc|được|có|bao gồm|chính xác|nằm)|ngoại trừ|trừ|chưa đúng|nào sai"
    r"|là sai)\b"
)
_EMPHASIS = re.compile(r"\b(KHÔNG|CHƯA|SAI|TRỪ|NGOẠI TRỪ)\b")
_ABSOLUTE = re.compile(
    r"\b(luôn luôn|luôn|không bao giờ|tất cả|mọi|duy nhất|tuyệt đối|hoàn toàn"
    r"|(?<!địa )(?<!chứng )(?<!tín )(?<!tôn )chỉ"
    r"(?! (?:đạo|thị|tiêu|số|dẫn|định|huy|giới|tay|ra)\b))"
    r"(?!\w)"
)
_LETTERS = re.compile(r"\b(?i:cả|câu|đáp án|phương án|ý)\s+[A-H]\b.*?(?:và|,|;|&)\s*[A-H]\b")
_WORD = re.compile(r"\w+")
_COMMON_WORDS = (
    "là của và các những được cho trong với theo tại về có không một này đó nào gì ai khi để"
    " do từ đến hay hoặc mấy bao nhiêu như thế sau đây ở ra vào bởi thì mà"
)
_COMMON = frozenset(_COMMON_WORDS.split())

DOUBLE_NEGATION = N_("Double negation: “%(words)s”. Say it with one negation or none.")
NEGATIVE_OPTION = N_(
    "Option %(letter)s denies under a question that denies. Say one of them without denying."
)
ABSOLUTE = N_(
    "“%(words)s” in %(where)s is a word that readers take as a sign of a wrong option. Say exactly"
    " when it holds."
)
LONGEST_KEY = N_("The key is clearly the longest option. Shorten it, or write the others as fully.")
REPEATED = N_(
    "“%(words)s” of the question is repeated in the key alone and gives it away. Use it in other"
    " options too, or say it another way."
)
NO_EMPHASIS = N_(
    "The question asks for what is not so, and “%(words)s” is easily overlooked. Write it in"
    " capitals, or ask for what is so."
)
UNEVEN = N_("The options differ much in length. Write them alike, about as long as each other.")
LETTERS = N_(
    "Option %(letter)s names others by their letters, so that no option of this question is"
    " shuffled. Write out what it means."
)
NO_BASIS = N_("No legal basis is named. Choose the document, and say the article and clause.")
NO_EXPLANATION = N_("There is no explanation. One sentence why the key is right helps to learn.")
LONG = N_("The question has %(count)s characters. Shorten it, or make a passage of its start.")


@dataclass(frozen=True, slots=True)
class Lint:
    """One piece of advice: a code for programs, and the words, with how to mend it."""

    code: str
    text: Sentence


def of_item(
    kind: str, stem: str, content: Content, *, explanation: str, has_basis: bool
) -> list[Lint]:
    """Return the advice on one item; nothing when there is none."""
    found = [*_of_stem(kind, stem)]
    if kind in marking.WITH_OPTIONS and kind != "true_false":
        listed = [clean_line(str(one["text"])) for one in content.get("options") or []]
        key = [n for n, one in enumerate(content["options"]) if one["id"] in content["key"]]
        found += [*_of_options(stem, listed), *_of_key(stem, listed, key)]
    elif kind == "statements":
        found += _absolute([clean_line(one["text"]) for one in content["statements"]], small=True)
    if not has_basis:
        found.append(Lint("no-basis", Sentence(NO_BASIS)))
    if not explanation.strip() and kind != "essay":
        found.append(Lint("no-explanation", Sentence(NO_EXPLANATION)))
    return found


def _plain(text: str) -> str:
    return old_style(clean_line(text)).casefold()


def _of_stem(kind: str, stem: str) -> Iterator[Lint]:
    for sentence in _SENTENCE.split(stem):
        # The split takes the mark away by which a particle at the end is known.
        bare = _PARTICLE.sub(" ", _plain(sentence))
        negations = list(_NEGATION.finditer(bare))
        if len(negations) > 1:
            words = bare[negations[0].start() : negations[1].end()]
            yield Lint("double-negation", Sentence(DOUBLE_NEGATION, {"words": words}))
            break
    negative = _NEGATIVE_STEM.search(_plain(stem))
    if kind in marking.WITH_OPTIONS and negative and not _EMPHASIS.search(stem):
        yield Lint("no-emphasis", Sentence(NO_EMPHASIS, {"words": negative[0]}))
    if kind == "true_false":
        yield from _absolute_in(stem, Sentence(N_("the statement")))
    if len(stem) > LONG_STEM and kind != "cloze":
        yield Lint("long-stem", Sentence(LONG, {"count": len(stem)}))


def _of_options(stem: str, listed: Sequence[str]) -> Iterator[Lint]:
    if _NEGATIVE_STEM.search(_plain(stem)):
        for n, text in enumerate(listed):
            if _plain(text).startswith(("không ", "chưa ")):
                letter = {"letter": options.letter(n)}
                yield Lint("double-negation", Sentence(NEGATIVE_OPTION, letter))
                break
    pinned = set(drafting.pinned(listed))
    yield from _absolute([("" if n in pinned else text) for n, text in enumerate(listed)])
    for n, text in enumerate(listed):
        if _LETTERS.search(text):
            yield Lint("names-letters", Sentence(LETTERS, {"letter": options.letter(n)}))
            break
    sizes = [len(text) for text in listed if text]
    if sizes and max(sizes) > _UNEVEN * min(sizes) and max(sizes) - min(sizes) > _UNEVEN_BY:
        yield Lint("uneven", Sentence(UNEVEN))


def _absolute(listed: Sequence[str], *, small: bool = False) -> Iterator[Lint]:
    for n, text in enumerate(listed):
        letter = options.letter(n).lower() if small else options.letter(n)
        message = N_("statement %(letter)s") if small else N_("option %(letter)s")
        yield from _absolute_in(text, Sentence(message, {"letter": letter}))


def _absolute_in(text: str, where: Sentence) -> Iterator[Lint]:
    word = _ABSOLUTE.search(_plain(text))
    if word is not None:
        yield Lint("absolute", Sentence(ABSOLUTE, {"words": word[0], "where": where}))


def _of_key(stem: str, listed: Sequence[str], key: Sequence[int]) -> Iterator[Lint]:
    others = [text for n, text in enumerate(listed) if n not in key]
    if len(key) != 1 or not others:
        return
    if _is_clearly_longest(listed[key[0]], others):
        yield Lint("longest-key", Sentence(LONGEST_KEY))
    shared = _pairs(stem) & _pairs(listed[key[0]])
    elsewhere = frozenset[str]().union(*map(_pairs, others))
    given = sorted(shared - elsewhere)
    if given:
        yield Lint("repeated", Sentence(REPEATED, {"words": given[0]}))


def _is_clearly_longest(key: str, others: Sequence[str]) -> bool:
    longest = max(map(len, others))
    return len(key) > _CLEARLY * longest and len(key) - longest >= _AT_LEAST_LONGER


def _pairs(text: str) -> frozenset[str]:
    """Return each two syllables that stand together: most Vietnamese words have two."""
    words = _WORD.findall(_plain(text))
    both = pairwise(words)
    return frozenset(f"{one} {two}" for one, two in both if not {one, two} & _COMMON)


# --- A whole bank ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Balance:
    """How the single keys of a bank stand: by letter, and how often the key is the longest.

    `longest_expected` is how many would be by chance. `letters_lean` and `longest_lean` say
    that chance does not explain the figures.
    """

    items: int
    letters: Mapping[str, int]
    longest: int
    longest_expected: float
    letters_lean: bool
    longest_lean: bool

    @property
    def longest_percent(self) -> int:
        """The share of the items whose key is the longest option."""
        return round(100 * self.longest / self.items) if self.items else 0


def of_bank(rows: Iterable[tuple[str, Content]]) -> Balance:
    """Return the balance of the items with one key; each row is a type and a content."""
    letters: Counter[str] = Counter()
    expected: Counter[str] = Counter()
    spread, longest, chance = Counter[str](), 0, 0.0
    for kind, content in rows:
        if kind != "single_choice" or len(content["key"]) != 1:
            continue
        texts = [str(one["text"]) for one in content["options"]]
        place = [one["id"] for one in content["options"]].index(content["key"][0])
        letters[options.letter(place)] += 1
        part = 1 / len(texts)
        for n in range(len(texts)):
            expected[options.letter(n)] += part  # type: ignore[assignment]  # -- counts in parts
            spread[options.letter(n)] += part * (1 - part)  # type: ignore[assignment]  # -- as above
        sizes = [len(text) for text in texts]
        longest += sizes[place] == max(sizes) and sizes.count(max(sizes)) == 1
        chance += part
    items = letters.total()
    return Balance(
        items,
        {one: letters[one] for one in sorted(expected)},
        longest,
        chance,
        letters_lean=items >= ENOUGH
        and any(_is_off(letters[one], expected[one], spread[one]) for one in expected),
        longest_lean=items >= ENOUGH
        and longest > chance
        and _is_off(longest, chance, chance * (1 - chance / items)),
    )


def _is_off(count: float, expected: float, spread: float) -> bool:
    return abs(count - expected) > _SURE * math.sqrt(spread)

"""Đúng and Sai as people write them: beside each statement, and in a row as a key."""

import re

from core.text import fold
from questions.formats import grammar

_WORDS = r"đúng|dúng|dung|sai|true|false|đ|s|t|f"
_SIGN = r"\s*[).:=\-–—→>/]*\s*"
_LETTERED = re.compile(rf"(?i)\(?(?P<letter>[a-h]|[1-8]){_SIGN}(?P<word>{_WORDS})(?!\w)")
_BARE = re.compile(rf"(?i)(?P<word>{_WORDS})(?!\w)")
_TIGHT = re.compile(r"[ĐđDdSs]{2,8}|[TtFf]{2,8}")
_BETWEEN = re.compile(r"[\s;,.|/\-–—()]*")
_TRAILING = re.compile(
    r"(?:\s*[(\[]\s*|\s*[\-–—→:=]+>?\s*|\s{2,}|\t+|(?<=[.;!?])\s*)"
    r"(?P<word>đúng|sai|Đúng|Sai|ĐÚNG|SAI|Đ|S|True|False|TRUE|FALSE|T|F)\s*[)\]]?\s*[.;]?\s*$"
)
_LINE = re.compile(
    rf"(?i)^[\s\-–•*+]*(?:ý\s*)?\(?(?P<letter>[a-h]){_SIGN}(?P<word>{_WORDS})(?![\w])\s*[:.,;)\-–]*\s*"
)
_FEWEST = 2
_TRUE = frozenset({"dung", "đ", "d", "true", "t"})

Verdicts = dict[str, bool]


def is_true(word: str) -> bool:
    """Say whether a word for a verdict means Đúng."""
    return (word.casefold() if len(word) == 1 else fold(word)) in _TRUE


def row(text: str) -> Verdicts:
    """Return the verdicts of a text that is nothing but these, by letter; none for another text.

    “Đ S Đ S”, “ĐSĐS”, “a) Đúng; b) Sai”, “Đúng – Sai – Sai – Đúng”.
    """
    bare = grammar.narrow(text).strip(" .;()[]")
    tight = re.sub(r"[\s,;./|\-–—]+", "", bare)
    if _TIGHT.fullmatch(tight):
        return {chr(ord("A") + place): is_true(sign) for place, sign in enumerate(tight)}
    found = _whole(_LETTERED, bare) or _whole(_BARE, bare)
    return found if len(found) >= _FEWEST else {}


def _whole(pattern: re.Pattern[str], text: str) -> Verdicts:
    found: Verdicts = {}
    place = 0
    while place < len(text):
        match = pattern.match(text, place)
        if match is None:
            return {}
        named = match.groupdict().get("letter") or chr(ord("a") + len(found))
        letter = chr(ord("a") + int(named) - 1) if named.isdecimal() else named
        found[letter.upper()] = is_true(match["word"])
        between = _BETWEEN.match(text, match.end())
        place = between.end() if between else match.end()
    return found


def trailing(text: str) -> tuple[int, bool] | None:
    """Return where a verdict begins that ends a statement, and which it is."""
    match = _TRAILING.search(text)
    if match is None or not text[: match.start()].strip():
        return None
    return match.start(), is_true(match["word"])


def of_line(text: str) -> tuple[str, bool, str] | None:
    """Return the letter, the verdict and the rest of a line such as “a) Đúng. Vì …”."""
    match = _LINE.match(grammar.narrow(text))
    if match is None:
        return None
    return match["letter"].upper(), is_true(match["word"]), text[match.end() :].strip()


def written(verdicts: Verdicts) -> str:
    """Return verdicts as a key says them: “ĐSĐS”."""
    return "".join("Đ" if verdicts[letter] else "S" for letter in sorted(verdicts))

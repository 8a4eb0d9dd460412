"""What the types with options share: their options, their key, and how an answer is written."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from core.saying import Sentence
from core.text import N_, compared
from questions.types.answers import FULL, NONE, Said

FEWEST = 2
MOST = 8
IDS = "abcdefgh"

Content = Mapping[str, Any]


def content(listed: Sequence[str], key: Sequence[int], last: Sequence[int] = ()) -> dict[str, Any]:
    """Return the content of an item from its option texts and the places of key and pinned."""
    options = [
        {"id": _id(place), "text": text, "pinned": place in last}
        for place, text in enumerate(listed)
    ]
    return {"options": options, "key": [_id(place) for place in sorted(key)]}


def _id(place: int) -> str:
    """Return the id of the option at `place`; options beyond the most are checked later."""
    return IDS[place] if place < MOST else f"z{place}"


def answer(ids: Sequence[str]) -> str:
    """Return the answer that chooses the options with these ids, as it is stored."""
    return ",".join(sorted(ids))


def chosen(text: str | None) -> frozenset[str]:
    """Return the ids of the options that an answer chooses; none for an empty one."""
    return frozenset(part.strip() for part in (text or "").split(",") if part.strip())


def mark_all_or_nothing(content: Content, text: str | None) -> Decimal:
    """Return 1 if the answer chooses just the key, else 0."""
    return FULL if chosen(text) == frozenset(content["key"]) else NONE


def ids(content: Content) -> list[str]:
    """Return the ids of the options, as written: what a paper may put in another order."""
    return [option["id"] for option in content["options"]]


def pinned(content: Content) -> list[str]:
    """Return the ids of the options that stay last, as written, when the others are shuffled."""
    return [option["id"] for option in content["options"] if option.get("pinned")]


def right(content: Content) -> str:
    """Return the answer that earns everything."""
    return answer(content["key"])


def texts(content: Content) -> list[str]:
    """Return what the options say: an item is found by it and compared by it."""
    return [str(option.get("text", "")) for option in content.get("options") or []]


def say(content: Content, given: str | None) -> list[Said]:
    """Return each option that was chosen or is right, in words."""
    picked, key = chosen(given), frozenset(content["key"])
    return [
        Said(
            letter(place),
            option["text"] if option["id"] in picked else "",
            option["text"] if option["id"] in key else "",
            is_right=(option["id"] in picked) == (option["id"] in key),
        )
        for place, option in enumerate(content["options"])
        if option["id"] in picked or option["id"] in key
    ]


def check(content: Content) -> list[Sentence]:
    """Return what is wrong with the options and with the key's ids, whatever the type."""
    options = content.get("options") or []
    if not FEWEST <= len(options) <= MOST:
        return [
            Sentence(
                N_("An item needs from %(fewest)s to %(most)s options; this one has %(count)s."),
                {"fewest": FEWEST, "most": MOST, "count": len(options)},
            )
        ]
    problems = [
        Sentence(N_("Option %(letter)s is empty."), {"letter": letter(place)})
        for place, option in enumerate(options)
        if not str(option.get("text", "")).strip()
    ]
    for one, other in equal_pairs([str(option.get("text", "")) for option in options]):
        problems.append(
            Sentence(
                N_("Options %(one)s and %(other)s are the same."),
                {"one": letter(one), "other": letter(other)},
            )
        )
    return problems + _check_ids(content)


def _check_ids(content: Content) -> list[Sentence]:
    ids = [option.get("id") for option in content["options"]]
    unknown = [wanted for wanted in content.get("key") or [] if wanted not in ids]
    problems = []
    if any(count > 1 for count in Counter(ids).values()) or None in ids:
        problems.append(Sentence(N_("Two options have the same mark.")))
    if unknown:
        problems.append(Sentence(N_("The key names an option that does not exist.")))
    return problems


def equal_pairs(listed: Sequence[str]) -> list[tuple[int, int]]:
    """Return the places of options that say the same, each with the first that says it."""
    first: dict[str, int] = {}
    pairs = []
    for place, text in enumerate(listed):
        bare = compared(_bare(text))
        twin = first.setdefault(bare, place)
        if bare and twin != place:
            pairs.append((twin, place))
    return pairs


def _bare(text: str) -> str:
    return text.strip().rstrip(".;,:").strip()


def letter(place: int) -> str:
    """Return the letter that people call the option at `place` by, A for the first."""
    return chr(ord("A") + place)

"""Full names: kept as written, taken apart only where that is sure, sorted, checked."""

import re
from dataclasses import dataclass
from enum import StrEnum

from core.saying import Sentence
from core.text import APOSTROPHE, N_, apostrophes, clean_line, fold, same_text, sort_key

LONGEST = 120
# Y before a man's name and H’ before a woman's, among the Ê Đê, the M’nông and their neighbours.
HIGHLAND = re.compile(r"(?i)(?:Y\s|H(?:['’]\s?|\s))(?=\w)")


class HighlandOrder(StrEnum):
    """Where names with Y or H’ stand in a list sorted by given name."""

    AS_WRITTEN = "as_written"
    LAST_WORD = "last_word"


@dataclass(frozen=True, slots=True)
class NameParts:
    """A full name as official lists sort it: họ, đệm, tên."""

    family: str
    middle: str
    given: str
    # False where the parts are a guess that a person should look at.
    is_sure: bool = True

    @property
    def ho_dem(self) -> str:
        """Return họ and đệm together, as lists print them before the given name."""
        return f"{self.family} {self.middle}".strip()


def tidy(name: str) -> str:
    """Return a name as typed, without stray spaces and with the printers' apostrophe."""
    return apostrophes(clean_line(name))


def is_highland(name: str) -> bool:
    """Say whether the name begins with Y or H’ as Ê Đê and M’nông names do."""
    return HIGHLAND.match(tidy(name)) is not None


def split(
    name: str, override: str | None = None, *, highland: HighlandOrder = HighlandOrder.AS_WRITTEN
) -> NameParts:
    """Return the parts of a name; `override` is the part to sort by, where a person named it.

    A name with Y or H’ is not taken apart: its last word may be the clan.
    """
    name = tidy(name)
    words = name.split(" ")
    if override and (parts := _around(words, tidy(override).split(" "))):
        return parts
    if is_highland(name):
        if highland is HighlandOrder.AS_WRITTEN:
            return NameParts("", "", name, is_sure=False)
        return NameParts("", " ".join(words[:-1]), words[-1], is_sure=False)
    family = words[0] if len(words) > 1 else ""
    return NameParts(family, " ".join(words[1:-1]), words[-1])


def _around(words: list[str], given: list[str]) -> NameParts | None:
    """Return the parts of a name whose given name a person has marked."""
    for at in range(len(words) - len(given), -1, -1):
        if all(same_text(*pair) for pair in zip(words[at:], given, strict=False)):
            rest = words[:at] + words[at + len(given) :]
            family, middle = (rest[0], rest[1:]) if rest else ("", [])
            return NameParts(family, " ".join(middle), " ".join(words[at : at + len(given)]))
    return None


def name_sort_key(
    name: str, override: str | None = None, *, highland: HighlandOrder = HighlandOrder.AS_WRITTEN
) -> str:
    """Return an ASCII string that sorts by tên, then họ, then đệm."""
    parts = split(name, override, highland=highland)
    return "!".join(sort_key(part) for part in (parts.given, parts.family, parts.middle))


_ALLOWED = re.compile(rf"[^\W\d_](?:[\w\u0300-\u036f]|[ .{APOSTROPHE}-])*")
_TITLES = ("ong ", "ba ", "dong chi ", "d/c ")


def check_name(name: str) -> tuple[Sentence, ...]:
    """Return what is wrong with a full name, in words for the person who typed it."""
    name = tidy(name)
    if not name:
        return (Sentence(N_("Enter the full name.")),)
    if len(name) > LONGEST:
        values = {"length": len(name), "longest": LONGEST}
        return (
            Sentence(N_("The name has %(length)s characters; at most %(longest)s fit."), values),
        )
    problems = []
    if any(character.isdecimal() for character in name):
        problems.append(Sentence(N_("A name has no digits: “%(name)s”."), {"name": name}))
    elif not _ALLOWED.fullmatch(name):
        problems.append(
            Sentence(N_("The name “%(name)s” has a character that no name has."), {"name": name})
        )
    if " " not in name and not is_highland(name):
        problems.append(
            Sentence(
                N_("“%(name)s” is one word only. Enter family name, middle name and given name."),
                {"name": name},
            )
        )
    return tuple(problems)


def notices(name: str) -> tuple[Sentence, ...]:
    """Return what may be amiss with a name that can nevertheless be right."""
    name = tidy(name)
    found = []
    if any(fold(name).startswith(title) for title in _TITLES) and len(name.split()) > 2:
        found.append(
            Sentence(
                N_("“%(name)s” seems to begin with a form of address; leave it out."),
                {"name": name},
            )
        )
    if is_highland(name):
        found.append(
            Sentence(
                N_("“%(name)s” is kept whole; say which part to sort by if lists need it."),
                {"name": name},
            )
        )
    return tuple(found)

"""Finding the key of each question: what is said beside it, or how its option is formatted."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

# A convention is named "<look>:<part>"; a sign typed for the purpose needs no part.
SIGNS = frozenset({"star", "true"})
_PARTS = ("text", "either", "label")
_FEWEST_ITALICS = 3

SEVERAL_MARKED = "several-marked"
ALL_MARKED = "all-marked"
OTHER_LOOK = "other-look"
LOOKS_DIFFER = "looks-differ"
DISAGREES = "key-disagrees"
SAID_TWICE = "keys-differ"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a key: for each option its marks; then what is said, the strongest first."""

    marks: tuple[frozenset[str], ...]
    said: tuple[tuple[int, ...], ...] = ()
    asks_for_several: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The key that was found, and the doubts about it, each with the places it speaks of."""

    key: tuple[int, ...] = ()
    doubts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Convention:
    """One way to mark a key, and for how many questions of the file it does."""

    name: str
    good: int
    bad: int

    @property
    def is_usable(self) -> bool:
        """Say whether it singles out options rather than decorating them."""
        fewest = _FEWEST_ITALICS if self.name.startswith("italic") else 1
        return self.good >= fewest and self.good > self.bad


def marked(evidence: Evidence, convention: str) -> tuple[int, ...]:
    """Return the places of the options that bear the mark."""
    return tuple(place for place, marks in enumerate(evidence.marks) if convention in marks)


def conventions(file: Sequence[Evidence]) -> list[Convention]:
    """Return the usable conventions of a file, the best one first."""
    names = {name for evidence in file for marks in evidence.marks for name in marks}
    found = []
    for name in names:
        outcomes = Counter(_outcome(evidence, marked(evidence, name)) for evidence in file)
        found.append(Convention(name, outcomes["good"], outcomes["bad"]))
    return sorted(filter(lambda found: found.is_usable, found), key=_rank)


def _rank(convention: Convention) -> tuple[int, int, int, str]:
    part = convention.name.partition(":")[2]
    order = _PARTS.index(part) if part in _PARTS else 0
    sign = 0 if convention.name in SIGNS else 1
    return convention.bad - convention.good, sign, order, convention.name


def _outcome(evidence: Evidence, places: tuple[int, ...]) -> str:
    if not places:
        return "none"
    if len(places) == 1 or (evidence.asks_for_several and len(places) < len(evidence.marks)):
        return "good"
    return "bad"


def decide(file: Sequence[Evidence]) -> list[Verdict]:
    """Return the key of each question of a file.

    The convention that yields exactly one key for most questions is the file's; where it says
    nothing, another one of the file may. What is said in words goes before what is formatted.
    """
    found = conventions(file)
    common = {one.name for one in found if one.good * 2 >= len(file)}
    return [_decide(evidence, found, common) for evidence in file]


def _decide(evidence: Evidence, found: list[Convention], common: set[str]) -> Verdict:
    looks = _by_look(evidence, found, common)
    if not evidence.said:
        return looks
    key = evidence.said[0]
    doubts: dict[str, tuple[int, ...]] = {}
    other = next((said for said in evidence.said[1:] if set(said) != set(key)), None)
    if other is not None:
        doubts[SAID_TWICE] = other
    names = [one.name for one in found if one.name in common | SIGNS]
    is_meant = bool(_first(evidence, names)) or _is_whole(evidence, looks.key)
    if looks.key and set(looks.key) != set(key) and is_meant:
        doubts[DISAGREES] = looks.key
    return Verdict(tuple(sorted(set(key))), doubts)


def _is_whole(evidence: Evidence, places: tuple[int, ...]) -> bool:
    """Say whether an option is formatted from its letter to its end, which is seldom chance."""
    looks = {name.partition(":")[0] for place in places for name in evidence.marks[place]}
    return any(
        {f"{look}:label", f"{look}:text"} <= evidence.marks[place]
        for place in places
        for look in looks - {"italic"}
    )


def _first(evidence: Evidence, names: Iterable[str]) -> tuple[int, ...]:
    return next((places for name in names if (places := marked(evidence, name))), ())


def _by_look(evidence: Evidence, found: list[Convention], common: set[str]) -> Verdict:
    if not found:
        return Verdict()
    best = found[0].name
    places = marked(evidence, best)
    if not places or (len(places) == len(evidence.marks) and len(places) > 1):
        return _by_other_look(evidence, found, places)
    doubts: dict[str, tuple[int, ...]] = {}
    if len(places) > 1 and not evidence.asks_for_several:
        doubts[SEVERAL_MARKED] = places
    rivals = [marked(evidence, one.name) for one in found[1:] if one.name in common]
    rival = next((other for other in rivals if other and other != places), None)
    if rival is not None and len(rival) < len(evidence.marks):
        doubts[LOOKS_DIFFER] = rival
    return Verdict(places, doubts)


def _by_other_look(evidence: Evidence, found: list[Convention], places: tuple[int, ...]) -> Verdict:
    """Return the key where the file's convention marks nothing, or everything."""
    best = found[0].name.partition(":")[0]
    for convention in found[1:]:
        other = marked(evidence, convention.name)
        if _outcome(evidence, other) == "good":
            same = convention.name.partition(":")[0] == best
            return Verdict(other, {} if same else {OTHER_LOOK: other})
    return Verdict((), {ALL_MARKED: places} if places else {})


def decorates_everything(file: Sequence[Evidence]) -> bool:
    """Say whether most questions have a look on all their options, so that it means nothing."""
    full = sum(
        1
        for evidence in file
        if evidence.marks and frozenset.intersection(*evidence.marks) and len(evidence.marks) > 1
    )
    return bool(file) and full * 2 > len(file)

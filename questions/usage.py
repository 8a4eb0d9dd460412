"""How versions and banks are used, and who may see media: told by the packages above."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Use:
    """A place where a version is asked: its title, the address of its page, how many times."""

    version_id: int
    title: str
    endpoint: str
    values: Mapping[str, str]
    times: int


Counter = Callable[[Collection[int]], Mapping[int, int]]
Teller = Callable[[Collection[int]], Collection[int]]
Finder = Callable[[Collection[int]], Sequence[Use]]
# Takes the id of an account and the public id of a picture or sound.
Checker = Callable[[int, str], bool]
# Takes the id of a bank, returns the fields of a letterhead; none where none is set.
Namer = Callable[[int], Mapping[str, str]]
_counters: list[Counter] = []
_tellers: list[Teller] = []
_finders: list[Finder] = []
_checkers: list[Checker] = []
_namers: list[Namer] = []


def ask(counter: Counter) -> None:
    """Let a package above say how often versions, given by ids, stand in its papers."""
    if counter not in _counters:
        _counters.append(counter)


def times_asked(version_ids: Collection[int]) -> dict[int, int]:
    """Return how often each version stands in a paper; one that never does is left out."""
    found: dict[int, int] = {}
    for counter in _counters:
        for version_id, times in counter(version_ids).items():
            found[version_id] = found.get(version_id, 0) + times
    return {version_id: times for version_id, times in found.items() if times}


def ask_banks(teller: Teller) -> None:
    """Let a package above say from which banks its contests, given by ids, draw."""
    if teller not in _tellers:
        _tellers.append(teller)


def banks_of(contest_ids: Collection[int]) -> set[int]:
    """Return the ids of the banks that rounds of these contests draw from."""
    found: set[int] = set()
    for teller in _tellers if contest_ids else ():
        found.update(teller(contest_ids))
    return found


def ask_where(finder: Finder) -> None:
    """Let a package above say where versions, given by ids, stand."""
    if finder not in _finders:
        _finders.append(finder)


def places(version_ids: Collection[int]) -> list[Use]:
    """Return where the versions are asked, as the packages above tell it."""
    return [use for finder in _finders for use in finder(version_ids)]


def let_see(checker: Checker) -> None:
    """Let a package above say who may see a picture or sound without reading the bank."""
    if checker not in _checkers:
        _checkers.append(checker)


def may_see(account_id: int, media_public_id: str) -> bool:
    """Say whether somebody sees this picture or sound in a paper of their own."""
    return any(checker(account_id, media_public_id) for checker in _checkers)


def ask_letterhead(namer: Namer) -> None:
    """Let a package above say what the office puts on paper that holds a contest from a bank."""
    if namer not in _namers:
        _namers.append(namer)


def letterhead(bank_id: int) -> dict[str, str]:
    """Return the letterhead chosen for the contest that a bank's questions are asked in."""
    return {name: value for namer in _namers for name, value in namer(bank_id).items()}


@dataclass(frozen=True, slots=True)
class Exposure:
    """How often items, by id, were asked in how many papers drawn from a bank."""

    times: Mapping[int, int] = field(default_factory=dict)
    papers: int = 0

    def plus(self, other: "Exposure") -> "Exposure":
        """Return both together."""
        both = dict(self.times)
        for item, times in other.times.items():
            both[item] = both.get(item, 0) + times
        return Exposure(both, self.papers + other.papers)


@dataclass(frozen=True, slots=True)
class Witness:
    """Who can say what a bank's items were asked for before a moment.

    What was over by that moment never changes, so that a draw can be repeated later.
    """

    # The ids of the items in the last so many rounds: of this bank, how many, before when.
    in_rounds: Callable[[int, int, datetime], Collection[int]]
    exposure: Callable[[int, datetime], Exposure]


_witnesses: list[Witness] = []


def hear(witness: Witness) -> None:
    """Let a package above say what was asked before."""
    if witness not in _witnesses:
        _witnesses.append(witness)


def in_rounds(bank_id: int, count: int, before: datetime) -> frozenset[int]:
    """Return the items that the last `count` rounds over before the moment asked."""
    return frozenset(
        item for witness in _witnesses for item in witness.in_rounds(bank_id, count, before)
    )


def exposure(bank_id: int, before: datetime) -> Exposure:
    """Return how often the bank's items were asked before the moment."""
    total = Exposure()
    for witness in _witnesses:
        total = total.plus(witness.exposure(bank_id, before))
    return total

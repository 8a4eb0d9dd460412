"""Who judges what: so many judges for each entry, loads even, conflicts kept out, judges mixed.

A flow from judges to entries: loads are evened along augmenting paths until none is left, which
makes their sum of squares the least there is; swaps then let each pair of judges meet alike.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from random import Random

from contest.rules.judging import connecting
from core.saying import Sentence
from core.text import N_

# Swaps are tried so many times for each judgement, until a whole round changes nothing.
_ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: entries and judges, how many judges an entry, and what must not be.

    `forbidden` holds pairs of entry and judge: conflicts, and fields that a judge does not know.
    `kept[entry]` are judges who have already scored it, and stay; more than `each` do no harm.
    `least` and `most` bound the load of a judge, None being no bound.
    """

    entries: Sequence[str]
    judges: Sequence[str]
    each: int
    forbidden: frozenset[tuple[str, str]] = frozenset()
    least: int = 0
    most: int | None = None
    kept: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def able(self, entry: str) -> list[str]:
        """Return the judges who may score `entry`, in the order given."""
        return [judge for judge in self.judges if (entry, judge) not in self.forbidden]

    def problems(self) -> list[Sentence]:
        """Return why no assignment can exist, naming the entries."""
        message = N_("Entry %(entry)s has only %(count)s judges without a conflict; it needs more.")
        found = [
            Sentence(message, {"entry": entry, "count": len(able)})
            for entry in self.entries
            if len(able := set(self.able(entry)) | self.kept.get(entry, frozenset())) < self.each
        ]
        seats = self.each * len(self.entries)
        if self.most is not None and seats > self.most * len(self.judges):
            message = N_("%(seats)s judgements are needed, more than the judges may take.")
            found.append(Sentence(message, {"seats": seats}))
        return found


@dataclass(frozen=True, slots=True)
class Assignment:
    """Judges by entry, and what is wrong with it; empty where there is something."""

    panel: Mapping[str, frozenset[str]]
    problems: tuple[Sentence, ...] = ()

    @property
    def loads(self) -> dict[str, int]:
        """How many entries each judge has."""
        return loads(self.panel)

    def of_judge(self, judge: str) -> list[str]:
        """Return the entries of one judge, sorted."""
        return sorted(entry for entry, panel in self.panel.items() if judge in panel)


def assigned(request: Request, seed: str) -> Assignment:
    """Return an assignment; the seed decides where nothing else does.

    Loads are as even as conflicts let them be. Where a bound cannot be kept even so, there is no
    assignment and `problems` say why.
    """
    problems = request.problems()
    if problems:
        return Assignment({}, tuple(problems))
    chance = Random(seed)  # noqa: S311 -- drawn again from the seed that is kept
    draft = _Draft(request, chance)
    draft.even_out()
    draft.mix()
    found = Assignment({entry: frozenset(panel) for entry, panel in draft.panel.items()})
    wrong = _out_of_bounds(request, found)
    return Assignment({}, tuple(wrong)) if wrong else found


def loads(panel: connecting.Assigned) -> dict[str, int]:
    """Return how many entries each judge has."""
    found: dict[str, int] = {}
    for judges in panel.values():
        for judge in judges:
            found[judge] = found.get(judge, 0) + 1
    return found


def _out_of_bounds(request: Request, found: Assignment) -> list[Sentence]:
    found_loads = [found.loads.get(judge, 0) for judge in request.judges]
    wrong = []
    if request.most is not None and max(found_loads, default=0) > request.most:
        message = N_("Conflicts force a judge to take %(count)s entries, more than allowed.")
        wrong.append(Sentence(message, {"count": max(found_loads)}))
    if min(found_loads, default=0) < request.least:
        message = N_("Conflicts leave a judge only %(count)s entries, fewer than agreed.")
        wrong.append(Sentence(message, {"count": min(found_loads)}))
    return wrong


class _Draft:
    """An assignment while it is made."""

    def __init__(self, request: Request, chance: Random) -> None:
        self.request, self.chance = request, chance
        self.load = dict.fromkeys(request.judges, 0)
        self.panel: dict[str, set[str]] = {}
        self.able = {entry: request.able(entry) for entry in request.entries}
        self.kept = {entry: request.kept.get(entry, frozenset()) for entry in request.entries}
        self.met: dict[tuple[str, str], int] = {}
        for entry in self._shuffled(list(request.entries)):
            self._fill(entry)

    def _shuffled(self, names: list[str]) -> list[str]:
        names = sorted(names)
        self.chance.shuffle(names)
        return names

    def _fill(self, entry: str) -> None:
        """Give an entry its judges, the least loaded and least met first."""
        panel = self.panel[entry] = set(self.kept[entry])
        for judge in panel:
            self.load[judge] = self.load.get(judge, 0) + 1
        while len(panel) < self.request.each:
            free = self._shuffled([judge for judge in self.able[entry] if judge not in panel])
            judge = min(free, key=lambda one: (self.load[one], self._meets(one, panel)))
            panel.add(judge)
            self.load[judge] += 1
        self._count_meetings(panel, 1)

    def _meets(self, judge: str, panel: set[str]) -> int:
        return sum(self.met.get(_pair(judge, other), 0) for other in panel if other != judge)

    def _count_meetings(self, panel: set[str], by: int) -> None:
        for one, other in combinations(sorted(panel), 2):
            self.met[one, other] = self.met.get((one, other), 0) + by

    def _movable(self, entry: str, judge: str, to: str) -> bool:
        panel = self.panel[entry]
        return (
            judge in panel
            and judge not in self.kept[entry]
            and to not in panel
            and (entry, to) not in self.request.forbidden
        )

    def _move(self, entry: str, judge: str, to: str) -> None:
        panel = self.panel[entry]
        self._count_meetings(panel, -1)
        panel.remove(judge)
        panel.add(to)
        self._count_meetings(panel, 1)
        self.load[judge] -= 1
        self.load[to] += 1

    def even_out(self) -> None:
        """Move entries along chains of judges from more loaded to less, until no chain helps."""
        while True:
            chains = (self._chain(judge) for judge in self._by_load())
            chain = next((one for one in chains if one), None)
            if chain is None:
                return
            for entry, judge, to in chain:
                self._move(entry, judge, to)

    def _by_load(self) -> list[str]:
        return sorted(self.request.judges, key=lambda judge: (-self.load[judge], judge))

    def _chain(self, start: str) -> list[tuple[str, str, str]]:
        """Return moves that take one entry from `start` to a judge with two entries fewer."""
        came: dict[str, tuple[str, str]] = {}
        queue, seen = deque([start]), {start}
        while queue:
            judge = queue.popleft()
            if self.load[judge] <= self.load[start] - 2:
                return self._moves(came, start, judge)
            for to, entry in self._steps(judge, seen):
                seen.add(to)
                came[to] = (judge, entry)
                queue.append(to)
        return []

    def _steps(self, judge: str, seen: set[str]) -> list[tuple[str, str]]:
        """Return the judges not yet seen who could take an entry of this one, with the entry."""
        found: dict[str, str] = {}
        own = [entry for entry in self.request.entries if judge in self.panel[entry]]
        for to in self.request.judges:
            if to not in seen:
                for entry in own:
                    if self._movable(entry, judge, to):
                        found[to] = entry
                        break
        return list(found.items())

    @staticmethod
    def _moves(
        came: Mapping[str, tuple[str, str]], start: str, end: str
    ) -> list[tuple[str, str, str]]:
        moves = []
        while end != start:
            judge, entry = came[end]
            moves.append((entry, judge, end))
            end = judge
        return moves

    def mix(self) -> None:
        """Swap judges between entries while that lowers the sum of squared meetings of pairs."""
        seats = [(e, j) for e in sorted(self.panel) for j in sorted(self.panel[e] - self.kept[e])]
        for _ in range(_ROUNDS):
            self.chance.shuffle(seats)
            changed = False
            for at, (entry, judge) in enumerate(seats):
                other_at = self.chance.randrange(len(seats))
                other, their = seats[other_at]
                if self._swap_helps(entry, judge, other, their):
                    seats[at], seats[other_at] = (entry, their), (other, judge)
                    changed = True
            if not changed:
                return

    def _swap_helps(self, entry: str, judge: str, other: str, their: str) -> bool:
        """Swap two judges of two entries; undo it unless judges meet more evenly. Loads stay."""
        if entry == other or not (
            self._movable(entry, judge, their) and self._movable(other, their, judge)
        ):
            return False
        before = self._crowding(entry, judge, their) + self._crowding(other, judge, their)
        self._move(entry, judge, their)
        self._move(other, their, judge)
        after = self._crowding(entry, judge, their) + self._crowding(other, judge, their)
        if after < before:
            return True
        self._move(entry, their, judge)
        self._move(other, judge, their)
        return False

    def _crowding(self, entry: str, judge: str, their: str) -> int:
        """Return the squared meetings of two judges with the rest of an entry's panel."""
        rest = self.panel[entry] - {judge, their}
        return sum(self.met.get(_pair(one, o), 0) ** 2 for one in (judge, their) for o in rest)


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)

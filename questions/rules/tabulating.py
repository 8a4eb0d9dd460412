"""Answers of many attempts as columns of numbers: what the analysis of items works on."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from questions.rules import marking
from questions.types import options

if TYPE_CHECKING:
    from numpy import float64, int32, int64, uint16
    from numpy.typing import NDArray

    Floats = NDArray[float64]
    Integers = NDArray[int32]

# Differences below this are what adding in another order makes; equal scores must stay equal.
PLACES = 9


@dataclass(frozen=True, slots=True)
class Form:
    """What is to be known of an item version beside its marks: its options and its key, by id."""

    options: tuple[str, ...] = ()
    key: frozenset[str] = frozenset()

    def mask(self, answer: str | None) -> int:
        """Return the options that an answer chooses, one bit each; foreign ids are left out."""
        picked = options.chosen(answer)
        return sum(1 << place for place, one in enumerate(self.options) if one in picked)


def form_of(kind: str, content: Mapping[str, Any]) -> Form:
    """Return the form of an item version; one whose type has no options has none."""
    if kind not in marking.WITH_OPTIONS:
        return Form()
    return Form(tuple(one["id"] for one in content["options"]), frozenset(content["key"]))


class Answers:
    """A mark for each question that each attempt was asked; about thirty bytes each."""

    def __init__(self) -> None:
        self.attempts = array("q")
        self.versions = array("q")
        self.points = array("d")
        self.earned = array("d")
        self.chosen = array("H")

    def __len__(self) -> int:
        """Return how many marks there are."""
        return len(self.attempts)

    def add(self, attempt: int, version: int, points: float, earned: float, mask: int = 0) -> None:
        """Add what one attempt earned of the points of one question, and the options it chose."""
        self.attempts.append(attempt)
        self.versions.append(version)
        self.points.append(points)
        self.earned.append(earned)
        self.chosen.append(mask)


@dataclass(frozen=True, slots=True)
class Table:
    """The answers as arrays: people and items counted from 0, and what follows from the marks.

    Papers may ask everybody something else. So that a hard paper is no fault of the person,
    what somebody knows is measured by what was earned *above* what these very questions yield
    on average, over their points. Where all are asked the same, it is the total moved and
    stretched: every correlation is the same as with the total.
    """

    version_ids: "Sequence[int]"
    person: "Integers"
    item: "Integers"
    points: "Floats"
    earned: "Floats"
    chosen: "NDArray[uint16]"
    # For each item: how many were asked it, and the share of its points that they earned.
    asked: "Integers"
    facility: "Floats"
    # For each person: the total, the points asked, what was earned above the average.
    total: "Floats"
    worth: "Floats"
    above: "Floats"

    @property
    def people(self) -> int:
        """How many attempts there are."""
        return len(self.total)

    @property
    def is_complete(self) -> bool:
        """Whether everybody was asked the same questions."""
        return bool((self.asked == self.people).all())


def table(answers: Answers) -> Table:
    """Return the answers as a table, without the questions that are worth no points."""
    import numpy as np

    points = np.frombuffer(answers.points, dtype=np.float64)
    kept: Any = points > 0
    # Nothing is copied where nothing is left out.
    kept = slice(None) if kept.all() else kept
    points = points[kept]
    earned = np.frombuffer(answers.earned, dtype=np.float64)[kept]
    ids, item = _numbered(np.frombuffer(answers.versions, dtype=np.int64)[kept])
    attempts, person = _numbered(np.frombuffer(answers.attempts, dtype=np.int64)[kept])
    asked = np.bincount(item, minlength=len(ids))
    facility: Floats = np.bincount(item, earned / points, minlength=len(ids)) / asked
    total: Any = np.bincount(person, earned, minlength=len(attempts))
    expected: Any = np.bincount(person, points * facility[item], minlength=len(attempts))
    worth: Any = np.bincount(person, points, minlength=len(attempts))
    return Table(
        ids.tolist(),
        person,
        item,
        points,
        earned,
        np.frombuffer(answers.chosen, dtype=np.uint16)[kept],
        asked.astype(np.int32),
        facility,
        total.round(PLACES),
        worth,
        (total - expected).round(PLACES),
    )


def _numbered(ids: "NDArray[int64]") -> tuple["NDArray[int64]", "Integers"]:
    """Return the different ids in order, and the place of each one given."""
    import numpy as np

    different = np.unique(ids)
    return different, np.searchsorted(different, ids).astype(np.int32)

"""What is worth a word to a judge alone: the same marks over and over, and drift with the order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from contest.rules.judging import observing
from contest.rules.judging.rubric import ANY, Criterion, Rubric, scores
from core.saying import Sentence
from core.text import N_

# So many sheets handed in one after the other have to agree before anybody is told.
RUN = 5
# Drift of the own scores is told after so many, beyond so many standard errors, and from this
# share of the scale on: entries differ, and chance must not worry a judge.
LEAST, SURE, MOVED = 8, 4, Decimal("0.05")


class Sign(StrEnum):
    """What the own sheets show."""

    SAME_SHEETS = "same_sheets"
    SAME_SHARE = "same_share"
    MILDER = "milder"
    STRICTER = "stricter"


@dataclass(frozen=True, slots=True)
class Hint:
    """One sign, how many sheets show it, and by how many points the scores moved over them."""

    sign: Sign
    sheets: int
    moved: Decimal = Decimal(0)

    def says(self) -> Sentence:
        """Say the sign in words."""
        return Sentence(_SAID[self.sign], {"sheets": self.sheets, "moved": self.moved})


def hints(rubric: Rubric, sheets: Sequence[Mapping[str, Decimal]]) -> list[Hint]:
    """Return what one judge's sheets show; `sheets` holds the marks in the order of signing."""
    found = [_same(rubric, sheets), _drift(rubric, sheets)]
    return [one for one in found if one is not None]


def _same(rubric: Rubric, sheets: Sequence[Mapping[str, Decimal]]) -> Hint | None:
    """Return the run of like sheets at the end: each as the one before, or each at one level."""
    if not sheets:
        return None
    leaves = {leaf.id: leaf for leaf in rubric.leaves(ANY)}
    last = [dict(one) for one in sheets[::-1]]
    equal = _run([one == last[0] for one in last])
    level = _run([_is_level(one, leaves) for one in last])
    if equal >= RUN:
        return Hint(Sign.SAME_SHEETS, equal)
    return Hint(Sign.SAME_SHARE, level) if level >= RUN else None


def _run(holds: Sequence[bool]) -> int:
    """Return how many hold before the first that does not."""
    return next((at for at, one in enumerate(holds) if not one), len(holds))


def _is_level(marks: Mapping[str, Decimal], leaves: Mapping[str, Criterion]) -> bool:
    """Say whether two criteria or more all have the same share of their scale."""
    known = [(leaves[id_], mark) for id_, mark in marks.items() if id_ in leaves]
    shares = {(mark - leaf.least) / (leaf.most - leaf.least) for leaf, mark in known}
    return len(known) > 1 and len(shares) == 1


def _drift(rubric: Rubric, sheets: Sequence[Mapping[str, Decimal]]) -> Hint | None:
    """Return the trend of the own scores; nothing of other judges goes into it."""
    if len(sheets) < LEAST:
        return None
    points = scores(rubric, dict(enumerate(sheets))).values()
    found = observing.drift([float(one) for one in points])
    moved = Decimal(str(found.slope if found else 0)) * (len(sheets) - 1)
    if found is None or abs(moved) < rubric.whole * MOVED:
        return None
    if abs(found.slope) <= SURE * found.error:
        return None
    sign = Sign.MILDER if moved > 0 else Sign.STRICTER
    return Hint(sign, len(sheets), abs(moved).quantize(Decimal("0.1")))


_SAID = {
    Sign.SAME_SHEETS: N_("Your last %(sheets)s sheets have exactly the same marks."),
    Sign.SAME_SHARE: N_("Each of your last %(sheets)s sheets has one level for every criterion."),
    Sign.MILDER: N_(
        "Your scores went up by about %(moved)s points from the first of %(sheets)s sheets to the"
        " last."
    ),
    Sign.STRICTER: N_(
        "Your scores went down by about %(moved)s points from the first of %(sheets)s sheets to the"
        " last."
    ),
}

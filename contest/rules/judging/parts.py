"""The parts of a round: how many points each gives at most, and how they make one result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from contest.rules.judging import table
from contest.rules.judging.rubric import HUNDRED
from core.saying import Sentence
from core.text import N_

# The share of all points that a public vote may give.
MOST_VOTED = Fraction(3, 10)


class PartKind(StrEnum):
    """Where the points of a part come from."""

    JUDGED = "judged"
    QUIZ = "quiz"
    MEASURED = "measured"
    VOTED = "voted"


class QuizWay(StrEnum):
    """Whose results in a quiz make the result of an entry of several people."""

    MEAN = "mean"
    BEST = "best"


@dataclass(frozen=True, slots=True)
class Share:
    """A part as it was declared: its kind, and how many points it gives at most."""

    kind: PartKind
    most: Decimal


@dataclass(frozen=True, slots=True)
class PartScores:
    """What a part gives each entry, by its id as text: at most `most` points, at nine places.

    `points` is None for the part that the jury judges: its scores, out of `whole`, are the
    caller's, see `totals`. `refused` says why there are no points yet.
    """

    id: str
    title: str
    kind: PartKind
    most: Decimal
    points: Mapping[str, Decimal] | None = None
    refused: Sentence | None = None
    whole: Decimal = HUNDRED


def problems(shares: Sequence[Share]) -> list[Sentence]:
    """Return what is wrong with the parts of a round taken together."""
    found = []
    if not any(one.kind is PartKind.JUDGED for one in shares):
        found.append(Sentence(N_("No part is judged.")))
    if any(one.most <= 0 for one in shares):
        found.append(Sentence(N_("Every part has points to give.")))
    whole = sum((one.most for one in shares), Decimal(0))
    voted = sum((one.most for one in shares if one.kind is PartKind.VOTED), Decimal(0))
    if voted > whole * MOST_VOTED.numerator / MOST_VOTED.denominator:
        message = N_("A public vote gives at most %(percent)s%% of all points.")
        found.append(Sentence(message, {"percent": int(MOST_VOTED * 100)}))
    return found


def of_share(share: Fraction, most: Decimal) -> Decimal:
    """Return the points for a share of what can be reached."""
    return table.of_fraction(share * Fraction(most))


def of_jury(score: Decimal, most: Decimal, whole: Decimal = HUNDRED) -> Decimal:
    """Return what a score of the jury, out of the whole, comes to in a part of so many points."""
    return of_share(Fraction(score) / Fraction(whole), most)


def of_quiz(
    teams: Mapping[str, Sequence[Fraction | None]], way: QuizWay, most: Decimal
) -> dict[str, Decimal]:
    """Return the points of each entry from the shares its people had right in a quiz.

    Who took no part counts as nothing right: a team of five is not helped by sending one.
    """
    return {entry: of_share(_of_team(shares, way), most) for entry, shares in teams.items()}


def _of_team(shares: Sequence[Fraction | None], way: QuizWay) -> Fraction:
    reached = [share or Fraction() for share in shares]
    if not reached:
        return Fraction()
    return max(reached) if way is QuizWay.BEST else sum(reached, Fraction()) / len(reached)


def totals(parts: Sequence[PartScores], jury: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Return the result of each entry that the jury judged; as it judged where there are no parts.

    What a part has nothing for adds nothing. Ask `refused` first: a part without points yet
    must not be taken for one in which nobody earned any.
    """
    if not parts:
        return dict(jury)
    return {
        entry: table.quantised(sum((_given(one, entry, score) for one in parts), Decimal(0)))
        for entry, score in jury.items()
    }


def refused(parts: Sequence[PartScores]) -> Sentence | None:
    """Return why the parts make no result yet; None where they do."""
    return next((one.refused for one in parts if one.refused is not None), None)


def _given(part: PartScores, entry: str, score: Decimal) -> Decimal:
    if part.points is None:
        return of_jury(score, part.most, part.whole)
    return part.points.get(entry, Decimal(0))

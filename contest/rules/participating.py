"""Taking part in numbers: rates of a headcount, and the score bands of the press bulletin."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

_TWO_PLACES = Decimal("0.01")


class BandName(StrEnum):
    """The bands that the press prints; every attempt lies in exactly one."""

    ALL = "all"
    THREE_QUARTERS = "three_quarters"
    QUARTER = "quarter"
    FEW = "few"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Participation:
    """How many of a unit took part: people and attempts are never the same number."""

    people: int
    attempts: int
    headcount: int | None

    @property
    def rate(self) -> Decimal | None:
        """People in a hundred of the headcount; None where there is none.

        More people than the headcount give more than 100: the headcount is wrong, and it shows.
        """
        return share(self.people, self.headcount or 0)

    @property
    def is_one_person(self) -> bool:
        """Whether the unit is a single person, whose rate says little and names them."""
        return self.headcount == 1

    @property
    def exceeds_headcount(self) -> bool:
        """Whether more people took part than the unit is said to have."""
        return self.headcount is not None and self.people > self.headcount


@dataclass(frozen=True, slots=True)
class Band:
    """How many lie in a band, and their share in a hundred."""

    name: BandName
    count: int
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class Bands:
    """All bands. The shares are rounded each for itself; `rounding` is what they lack of 100."""

    bands: tuple[Band, ...]
    total: int
    rounding: Decimal


def share(part: int, whole: int) -> Decimal | None:
    """Return the percentage with two decimals, rounded half up; None of nothing."""
    if whole <= 0:
        return None
    return (Decimal(100 * part) / whole).quantize(_TWO_PLACES, rounding=ROUND_HALF_UP)


def band(correct: int, asked: int) -> BandName:
    """Return the band of a paper: all correct, at least 75 %, at least 25 %, fewer, none."""
    if correct >= asked > 0:
        return BandName.ALL
    if correct == 0:
        return BandName.NONE
    if 4 * correct >= 3 * asked:
        return BandName.THREE_QUARTERS
    return BandName.QUARTER if 4 * correct >= asked else BandName.FEW


def bands(papers: Iterable[tuple[int, int]]) -> Bands:
    """Count papers, given as (correct, asked), into bands."""
    counts = dict.fromkeys(BandName, 0)
    for correct, asked in papers:
        counts[band(correct, asked)] += 1
    total = sum(counts.values())
    found = tuple(Band(name, count, share(count, total)) for name, count in counts.items())
    shares = [band.share for band in found if band.share is not None]
    rounding = 100 - sum(shares, Decimal(0)) if shares else Decimal(0)
    return Bands(found, total, rounding)

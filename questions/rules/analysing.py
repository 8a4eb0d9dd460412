"""Item analysis: what the answers of a round say about each question that was asked.

The definitions are those of classical test theory, as `docs/decisions/0014` writes them down.
`x` is the share of the points earned by each person who was asked, `rest` what the same person
earned above the average of the other questions asked, over their points.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from questions.rules import modelling, reckoning, tabulating
from questions.rules.modelling import Model
from questions.rules.reckoning import TestFigures
from questions.rules.tabulating import Answers, Form, Table

if TYPE_CHECKING:
    from numpy import uint16
    from numpy.typing import NDArray

    from questions.rules.tabulating import Floats, Integers

# Fewer people than this say nothing, and would be recognised.
FEWEST = 10
FIFTHS = 5
TAIL = 0.27


@dataclass(frozen=True, slots=True)
class OptionFigures:
    """How often an option was chosen, and by whom; `fifths` are shares from the weakest on."""

    id: str
    is_key: bool
    count: int
    share: float
    correlation: float | None
    fifths: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """What a round says about an item version; None: it cannot be told from these answers."""

    n: int
    facility: float
    # In a hundred.
    discrimination: float | None
    efficiency: float | None
    weight: float | None
    point_biserial: float | None
    corrected: float | None
    upper_lower: float
    # People in each fifth of the scores, from the weakest, and what they earned of the points.
    people: tuple[int, ...]
    fifths: tuple[float | None, ...]
    options: tuple[OptionFigures, ...] = ()
    # The option that those who know chose rather than the key.
    better: str | None = None
    difficulty: float | None = None
    slope: float | None = None
    intercept: float | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """What the answers of a round say: by item version, and about the test as a whole."""

    items: Mapping[int, ItemFigures]
    test: TestFigures | None


@dataclass(frozen=True, slots=True)
class _Column:
    """The answers to one item."""

    x: "Floats"
    earned: "Floats"
    rest: "Floats"
    # What each person earned above the average of the whole paper, in points and as a share.
    above: "Floats"
    standing: "Floats"
    fifth: "Integers"
    chosen: "NDArray[uint16]"


def measure(answers: Answers, forms: Mapping[int, Form]) -> Measured:
    """Return the figures of every item version that enough people were asked."""
    if not len(answers):
        return Measured({}, None)
    table = tabulating.table(answers)
    if table.people < FEWEST:
        return Measured({}, None)
    models = modelling.fit(table)
    items, weights = {}, {}
    for place, column in _columns(table):
        version = table.version_ids[place]
        weights[version] = _weight(column, table.people)
        if len(column.x) >= FEWEST:
            model, form = models.get(version, Model()), forms.get(version, Form())
            items[version] = _figures(column, form, model)
    whole = sum(weights.values())
    if whole:
        items = {
            version: replace(figures, weight=100 * weights[version] / whole)
            for version, figures in items.items()
        }
    return Measured(items, reckoning.reckon(table, models))


def _columns(table: Table) -> Iterator[tuple[int, _Column]]:
    """Yield the answers to each item, by its place in the table."""
    import numpy as np

    standing = (table.above / table.worth).round(tabulating.PLACES)
    fifth = fifths(standing)
    order = np.argsort(table.item, kind="stable")
    ends = np.cumsum(table.asked)
    for place, end in enumerate(ends):
        mine = order[end - table.asked[place] : end]
        person, points, earned = table.person[mine], table.points[mine], table.earned[mine]
        above, others = table.above[person], table.worth[person] - points
        with np.errstate(divide="ignore", invalid="ignore"):
            own = earned - points * table.facility[place]
            rest = np.where(others > 0, (above - own) / others, np.nan)
        yield (
            place,
            _Column(
                earned / points,
                earned,
                rest.round(tabulating.PLACES),
                above,
                standing[person],
                fifth[person],
                table.chosen[mine],
            ),
        )


def fifths(standing: "Floats") -> "Integers":
    """Return in which fifth each person stands, 0 the weakest; equal people share theirs."""
    import numpy as np

    ordered = np.sort(standing)
    low = np.searchsorted(ordered, standing, side="left")
    high = np.searchsorted(ordered, standing, side="right")
    middle = (low + high) / 2 / len(standing)
    return np.minimum((FIFTHS * middle).astype(np.int32), FIFTHS - 1)


def _weight(column: _Column, people: int) -> float:
    """Return how far the item spreads the totals, as often as a paper has it."""
    import numpy as np

    if len(column.x) < 2:
        return 0.0
    spread = float(np.cov(column.earned, column.above)[0, 1])
    return float(np.sqrt(max(spread, 0.0))) * len(column.x) / people


def _figures(column: _Column, form: Form, model: Model) -> ItemFigures:
    corrected = correlation(column.x, column.rest)
    people, earned = _by_fifth(column.fifth, column.x)
    options = tuple(_options(column, form, people))
    is_plain = bool(((column.x == 0) | (column.x == 1)).all())
    return ItemFigures(
        n=len(column.x),
        facility=float(column.x.mean()),
        discrimination=None if corrected is None else 100 * corrected,
        efficiency=_efficiency(column),
        weight=None,
        point_biserial=correlation(column.x, column.standing) if is_plain else None,
        corrected=corrected if is_plain else None,
        upper_lower=upper_lower(column.x, column.standing),
        people=people,
        fifths=earned,
        options=options,
        better=better_than_key(options),
        difficulty=model.difficulty,
        slope=model.slope,
        intercept=model.intercept,
    )


def correlation(one: "Floats", other: "Floats") -> float | None:
    """Return the correlation; None where either does not vary, or nobody has both."""
    import numpy as np

    both = ~np.isnan(other)
    one, other = one[both], other[both]
    if len(one) < 2 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return None
    found = float(np.corrcoef(one, other)[0, 1])
    return min(max(found, -1.0), 1.0)


def _efficiency(column: _Column) -> float | None:
    """Return the covariance with the rest in a hundred of the greatest that it could be."""
    import numpy as np

    both = ~np.isnan(column.rest)
    x, rest = column.x[both], column.rest[both]
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(rest) == 0:
        return None
    most = float(np.cov(np.sort(x), np.sort(rest))[0, 1])
    return 100 * float(np.cov(x, rest)[0, 1]) / most if most > 0 else None


def upper_lower(x: "Floats", standing: "Floats") -> float:
    """Return what the best 27 % earned less what the weakest 27 % did.

    Of people who stand equal at the edge each counts in part, so that the order in which they
    are listed decides nothing.
    """
    return _tail(x, standing) - _tail(x, -standing)


def _tail(x: "Floats", standing: "Floats") -> float:
    import numpy as np

    most = max(1, round(TAIL * len(x)))
    edge = np.partition(standing, len(x) - most)[len(x) - most]
    over, at = x[standing > edge], x[standing == edge]
    return float((over.sum() + at.mean() * (most - len(over))) / most)


def _by_fifth(fifth: "Integers", x: "Floats") -> tuple[tuple[int, ...], tuple[float | None, ...]]:
    """Return how many people are in each fifth, and the mean of `x` there."""
    import numpy as np

    people = np.bincount(fifth, minlength=FIFTHS)
    sums = np.bincount(fifth, x, minlength=FIFTHS)
    shares = [float(a / n) if n else None for a, n in zip(sums, people, strict=True)]
    return tuple(int(n) for n in people), tuple(shares)


def _options(column: _Column, form: Form, people: Sequence[int]) -> Iterator[OptionFigures]:
    for place, option in enumerate(form.options):
        chosen = ((column.chosen >> place) & 1).astype(float)
        yield OptionFigures(
            option,
            option in form.key,
            int(chosen.sum()),
            float(chosen.mean()),
            correlation(chosen, column.rest),
            _by_fifth(column.fifth, chosen)[1],
        )


def better_than_key(options: Sequence[OptionFigures]) -> str | None:
    """Return the option that goes with knowing more than the key does; None if there is none.

    The rest leaves the item itself out: it is the same whatever the key, so that the key to be
    tried earns just the correlation of its option.
    """
    right = [one.correlation for one in options if one.is_key and one.correlation is not None]
    wrong = [one for one in options if not one.is_key and one.correlation is not None]
    if not wrong:
        return None
    best = max(wrong, key=_correlation)
    least = min(right, default=0.0)
    return best.id if _correlation(best) > max(least, 0.0) else None


def _correlation(one: OptionFigures) -> float:
    return one.correlation or 0.0


def kept(figures: Any) -> dict[str, Any]:  # noqa: ANN401 -- any of the classes above
    """Return figures as they are stored: plain values, six places."""
    return {name: _plain(value) for name, value in asdict(figures).items()}


def _plain(value: Any) -> Any:  # noqa: ANN401 -- any plain value
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value

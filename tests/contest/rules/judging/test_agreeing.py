"""Agreement of judges: the published tables, and the definitions spelt out."""

from collections import Counter
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from contest.rules.judging import agreeing
from contest.rules.judging.agreeing import Metric
from contest.rules.judging.table import Table
from tests.contest.rules.judging.panels import APART, ASTRAY, complete_tables, panel

SHROUT_FLEISS = panel(
    """
    1 9 2 5 8
    2 6 1 3 2
    3 8 4 6 8
    4 7 1 2 6
    5 10 5 6 9
    6 6 2 4 7
    """,
    ("A", "B", "C", "D"),
)
PROJECTS = """
    1 2 3 4
    3 1 2 2
    4 4 1 3
    5 5 5 1
    2 6 7 6
    8 3 4 7
    6 8 6 5
    7 7 8 9
    10 10 9 8
    9 9 10 10
"""
OBSERVERS = """
    1 2 3 3 2 1 4 1 2 . . .
    1 2 3 3 2 2 4 1 2 5 . 3
    . 3 3 3 2 3 4 2 2 5 1 .
    1 2 3 3 2 4 4 1 2 5 1 .
"""


def units():
    columns = zip(*(line.split() for line in OBSERVERS.strip().splitlines()), strict=True)
    return [[Decimal(value) for value in column if value != "."] for column in columns]


def test_intraclass_of_shrout_and_fleiss_gives_the_published_forms():
    found = agreeing.intraclass(SHROUT_FLEISS)

    squares = (found.between_entries, found.between_judges, found.residual, found.within)
    assert squares == pytest.approx((11.2417, 32.4861, 1.0194, 6.2639), abs=5e-5)
    assert found.single == pytest.approx({1: 0.1657, 2: 0.2898, 3: 0.7148}, abs=5e-5)
    assert found.mean == pytest.approx({1: 0.4428, 2: 0.6201, 3: 0.9093}, abs=6e-5)


def test_intraclass_of_a_panel_with_a_judge_astray_shows_no_agreement():
    assert agreeing.intraclass(ASTRAY).reliability == pytest.approx(-0.03, abs=5e-3)


def test_intraclass_of_holes_or_one_judge_is_not_told():
    assert agreeing.intraclass(APART) is None
    assert agreeing.intraclass(Table.of({"a": {"x": Decimal(1)}, "b": {"x": Decimal(2)}})) is None


def test_concordance_of_ten_projects_gives_the_published_figures():
    rows = [line.split() for line in PROJECTS.strip().splitlines()]
    # Ranks: the first is the best, so the score is the rank turned round.
    scores = {
        f"{at:02}": {judge: -Decimal(rank) for judge, rank in zip("ABCD", row, strict=True)}
        for at, row in enumerate(rows)
    }

    found = agreeing.concordance(Table.of(scores))

    assert list(map(int, found.rank_sums.values())) == [10, 8, 12, 16, 21, 22, 25, 31, 37, 38]
    assert found.spread == 1048
    assert found.w == pytest.approx(0.79394, abs=5e-6)
    assert found.chi_squared == pytest.approx(28.58, abs=5e-3)
    assert found.chance == pytest.approx(0.00076, abs=5e-6)
    assert found.mean_correlation == pytest.approx(0.7253, abs=5e-5)


def test_concordance_with_ties_gives_the_published_figures():
    found = agreeing.concordance(SHROUT_FLEISS)

    assert (found.spread, found.ties) == (Decimal("239.5"), 30)
    assert found.w == pytest.approx(0.88704, abs=5e-6)
    assert agreeing.concordance(ASTRAY).w == pytest.approx(0.488, abs=5e-4)


def test_concordance_where_everybody_ties_everything_is_not_told():
    scores = {entry: dict.fromkeys("xy", Decimal(5)) for entry in "ab"}

    assert agreeing.concordance(Table.of(scores)) is None


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        (Metric.NOMINAL, 0.7434),
        (Metric.ORDINAL, 0.8154),
        (Metric.INTERVAL, 0.8491),
        (Metric.RATIO, 0.7974),
    ],
)
def test_alpha_of_krippendorffs_own_table(metric, value):
    assert agreeing.alpha(units(), metric) == pytest.approx(value, abs=5e-5)


def test_alpha_of_krippendorffs_own_table_counts_forty_values():
    values = [value for unit in units() if len(unit) > 1 for value in unit]

    assert Counter(map(int, values)) == {1: 9, 2: 13, 3: 10, 4: 5, 5: 3}


def by_definition(found, metric):
    """Build the coincidences, and weigh them, as Krippendorff writes it."""
    kept = [unit for unit in found if len(unit) > 1]
    coincidences = Counter()
    for unit in kept:
        for one, other in permutations(unit, 2):
            coincidences[one, other] += 1 / (len(unit) - 1)
    margins = Counter(value for unit in kept for value in unit)
    order, total = sorted(margins), sum(margins.values())

    def apart(one, other):
        if metric is Metric.NOMINAL:
            return one != other
        if metric is Metric.ORDINAL:
            low, high = sorted((one, other))
            within = sum(margins[value] for value in order if low <= value <= high)
            return (within - (margins[one] + margins[other]) / 2) ** 2
        if metric is Metric.RATIO:
            return float((one - other) / (one + other)) ** 2 if one != other else 0
        return float(one - other) ** 2

    observed = sum(count * apart(*pair) for pair, count in coincidences.items())
    expected = sum(margins[a] * margins[b] * apart(a, b) for a in order for b in order)
    return 1 - (total - 1) * observed / expected


scales = st.lists(st.lists(st.integers(0, 6).map(Decimal), max_size=4), min_size=1, max_size=8)


@given(scales, st.sampled_from(Metric))
def test_alpha_agrees_with_its_definition(found, metric):
    assume(len({value for unit in found if len(unit) > 1 for value in unit}) > 1)

    assert agreeing.alpha(found, metric) == pytest.approx(by_definition(found, metric), abs=1e-9)


@given(complete_tables(judges=(2, 6), entries=(2, 6)))
def test_concordance_lies_between_chance_and_one_order(scored):
    found = agreeing.concordance(scored)

    assert found is None or -1e-9 <= found.w <= 1 + 1e-9


@pytest.mark.parametrize(
    ("x", "freedom", "chance"),
    # The table of chi-squared: 5 and 1 per cent.
    [(3.841, 1, 0.05), (5.991, 2, 0.05), (11.345, 3, 0.01), (18.307, 10, 0.05), (0, 4, 1)],
)
def test_upper_chi_squared_agrees_with_the_table(x, freedom, chance):
    assert agreeing.upper_chi_squared(x, freedom) == pytest.approx(chance, abs=2e-5)


def test_upper_chi_squared_of_many_degrees_stays_a_probability():
    assert agreeing.upper_chi_squared(399, 399) == pytest.approx(0.49, abs=0.01)
    assert agreeing.upper_chi_squared(5000, 399) == pytest.approx(0, abs=1e-300)

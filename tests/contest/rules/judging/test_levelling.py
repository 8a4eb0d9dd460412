"""Judges' severity: the worked example exactly, other solvers, and panels that fall apart."""

from decimal import Decimal
from fractions import Fraction

import numpy as np  # noqa: TID253 -- what is tested is compared with arrays
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from contest.rules.judging import averaging, connecting, exact, levelling, observing, shrinking
from contest.rules.judging.levelling import Disconnected
from contest.rules.judging.table import Table
from tests.contest.rules.judging.panels import (
    APART,
    ASTRAY,
    UNEVEN,
    complete_tables,
    tables,
)


def test_levelled_of_the_worked_example_is_exact():
    fit = levelling.levelled(UNEVEN)

    assert fit.quality == {
        "A": Fraction(1289, 160),
        "B": Fraction(1131, 160),
        "C": Fraction(967, 160),
        "D": Fraction(781, 160),
        "E": Fraction(597, 80),
    }
    assert fit.severity == {
        "P": Fraction(39, 40),
        "Q": Fraction(-9, 80),
        "R": Fraction(-9, 10),
        "S": Fraction(3, 80),
    }


def test_levelled_of_the_worked_example_tells_how_sure_it_is():
    fit = levelling.levelled(UNEVEN)

    assert (fit.rest, fit.freedom) == (Fraction(16875, 10**6), 2)
    assert fit.variance == Fraction(84375, 10**7)
    assert fit.quality["A"] - fit.quality["E"] == Fraction(59375, 10**5)
    assert fit.error("A", "E") == pytest.approx(0.1052, abs=5e-5)
    assert fit.error("A", "B") == pytest.approx(0.1027, abs=5e-5)
    assert float(fit.quality["E"] - fit.quality["B"]) == pytest.approx(0.39, abs=5e-3)
    assert fit.error("B", "E") == pytest.approx(0.105, abs=5e-4)
    assert fit.is_thin


def test_levelled_of_panels_without_a_common_judge_is_refused():
    with pytest.raises(Disconnected) as refused:
        levelling.levelled(APART)

    assert [part.entries for part in refused.value.parts] == [("A", "B"), ("C", "D")]


def test_levelled_by_load_only_shifts_everything():
    plain, weighed = levelling.levelled(UNEVEN), levelling.levelled(UNEVEN, by_load=True)
    load = {judge: len(column) for judge, column in UNEVEN.columns.items()}

    assert sum(load[judge] * one for judge, one in weighed.severity.items()) == 0
    assert len({plain.quality[entry] - weighed.quality[entry] for entry in "ABCDE"}) == 1


def test_far_scores_are_told():
    # Twelve entries, three judges who agree but for one slip.
    scores = {
        f"e{at:02}": {"x": Decimal(at), "y": Decimal(at) + 1, "z": Decimal(at) - 1 + at % 2}
        for at in range(12)
    }
    scores["e05"]["y"] = Decimal(0)

    assert levelling.levelled(Table.of(scores)).far() == [("e05", "y")]


def connected(scored):
    assume(len(scored.parts) == 1)
    return scored


@given(tables(judges=(2, 5), entries=(2, 6)))
def test_levelled_agrees_with_least_squares_by_floats(scored):
    connected(scored)
    entries, judges = list(scored.entries), list(scored.judges)
    design, right = [], []
    for entry, row in scored.scores.items():
        for judge, score in row.items():
            line = [0.0] * (len(entries) + len(judges))
            line[entries.index(entry)] = line[len(entries) + judges.index(judge)] = 1.0
            design.append(line)
            right.append(float(score))
    design.append([0.0] * len(entries) + [1.0] * len(judges))
    solution = np.linalg.lstsq(np.array(design), np.array([*right, 0.0]), rcond=None)[0]

    fit = levelling.levelled(scored)

    assert [float(fit.quality[e]) for e in entries] == pytest.approx(solution[: len(entries)])
    assert [float(fit.severity[j]) for j in judges] == pytest.approx(solution[len(entries) :])
    assert sum(fit.severity.values()) == 0


@given(complete_tables())
def test_levelled_of_a_complete_panel_is_the_mean_exactly(scored):
    assert levelling.levelled(scored).values == averaging.mean(scored)


@given(tables(judges=(2, 5), entries=(2, 6)), st.integers(-8, 8))
def test_levelled_does_not_feel_that_a_judge_is_milder(scored, by):
    connected(scored)
    judge, shift = scored.judges[0], Decimal(by) / 4
    milder = {
        entry: {j: score + shift * (j == judge) for j, score in row.items()}
        for entry, row in scored.scores.items()
    }

    one, other = levelling.levelled(scored), levelling.levelled(Table.of(milder))

    lifts = {other.quality[entry] - one.quality[entry] for entry in scored.entries}
    assert lifts == {Fraction(shift) / len(scored.judges)}
    assert other.rest == one.rest


@given(tables(judges=(1, 6), entries=(1, 8)))
def test_components_agree_with_walking_from_entry_to_entry(scored):
    rows = scored.rows
    left, parts = set(rows), []
    while left:
        reached, judges = {min(left)}, set()
        while True:
            judges |= {judge for entry in reached for judge in rows[entry]}
            more = {entry for entry in rows if judges & set(rows[entry])}
            if more == reached:
                break
            reached = more
        parts.append((tuple(sorted(reached)), tuple(sorted(judges))))
        left -= reached
    found = connecting.components(rows)

    assert sorted((part.entries, part.judges) for part in found) == sorted(parts)


@given(
    st.integers(1, 4).flatmap(
        lambda size: st.tuples(
            st.lists(
                st.lists(st.integers(-9, 9), min_size=size, max_size=size),
                min_size=size,
                max_size=size,
            ),
            st.lists(st.integers(-9, 9), min_size=size, max_size=size),
        )
    )
)
def test_solved_gives_back_the_right_side(system):
    matrix, right = system
    assume(round(np.linalg.det(np.array(matrix, dtype=float))) != 0)

    solution = exact.solved(matrix, right)

    assert [sum(a * x for a, x in zip(row, solution, strict=True)) for row in matrix] == right


def test_solved_without_one_solution_is_refused():
    with pytest.raises(ZeroDivisionError):
        exact.solved([[1, 2], [2, 4]], [1, 2])


# --- The mixed model ---------------------------------------------------------------------------


def test_shrunk_of_the_worked_example_lies_between_means_and_least_squares():
    fit = shrinking.shrunk(UNEVEN)
    level = levelling.levelled(UNEVEN)

    assert max(fit.quality, key=fit.quality.get) == "A"
    assert fit.quality["A"] < level.values["A"]
    assert fit.quality["D"] > level.values["D"]
    assert fit.severity["P"] == pytest.approx(0.975, abs=0.01)


def test_shrunk_solves_the_whole_mixed_equations():
    fit = shrinking.shrunk(UNEVEN)
    entries, judges = list(UNEVEN.entries), list(UNEVEN.judges)
    cells = [(e, j, float(s)) for e, row in UNEVEN.scores.items() for j, s in row.items()]
    design = np.zeros((len(cells), 1 + len(entries) + len(judges)))
    for at, (entry, judge, _) in enumerate(cells):
        design[at, [0, 1 + entries.index(entry), 1 + len(entries) + judges.index(judge)]] = 1
    ridge = [0.0] + [fit.noise / fit.of_entries] * len(entries)
    ridge += [fit.noise / fit.of_judges] * len(judges)
    normal = design.T @ design + np.diag(ridge)
    solution = np.linalg.solve(normal, design.T @ np.array([score for *_, score in cells]))

    expected = [solution[0] + one for one in solution[1 : 1 + len(entries)]]

    assert [float(fit.quality[entry]) for entry in entries] == pytest.approx(expected, abs=1e-4)


def test_shrunk_of_panels_without_a_common_judge_is_refused():
    with pytest.raises(Disconnected):
        shrinking.shrunk(APART)


def test_shrunk_of_nothing_is_nothing():
    assert shrinking.shrunk(Table.of({})).quality == {}
    assert levelling.levelled(Table.of({})).quality == {}


# --- What scores say of judges -----------------------------------------------------------------


def test_correlations_show_the_judge_astray():
    found = observing.correlations(ASTRAY)

    expected = {"J1": 0.449, "J2": 0.199, "J3": 0.129, "J4": 0.408, "J5": -0.358}
    assert found == pytest.approx(expected, abs=5e-4)


def test_reports_tell_severity_and_spread():
    found = {one.judge: one for one in observing.reports(UNEVEN)}

    assert found["P"].severity == 0.975
    assert found["R"].severity == -0.9
    assert (found["Q"].count, found["Q"].mean) == (2, 7.45)
    assert found["Q"].spread == pytest.approx(0.7778, abs=5e-5)


def test_reports_of_panels_without_a_common_judge_know_no_severity():
    assert {one.severity for one in observing.reports(APART)} == {None}


def test_reports_tell_a_judge_who_grows_milder():
    entries = [f"e{at:02}" for at in range(12)]
    wobble = [0.1, -0.1, 0, 0.2, -0.2, 0, 0.1, 0, -0.1, 0.1, 0, -0.1]
    scores = {
        entry: {
            "a": Decimal("7") + at % 3,
            "b": Decimal("7") + at % 3 + Decimal(str(wobble[at])),
            "c": Decimal("7") + at % 3 + Decimal(at) / 4,
        }
        for at, entry in enumerate(entries)
    }

    found = {
        one.judge: one.drift
        for one in observing.reports(Table.of(scores), {"b": entries, "c": entries})
    }

    assert found["a"] is None
    assert found["c"].is_sure
    assert found["c"].slope == pytest.approx(0.25 * 2 / 3, abs=0.01)


def test_reports_tell_a_judge_who_gives_the_same_to_all():
    scores = {f"e{at}": {"a": Decimal(8), "b": Decimal(at)} for at in range(6)}

    assert [one.is_monotone for one in observing.reports(Table.of(scores))] == [True, False]


def test_deviations_are_taken_from_the_median():
    assert observing.deviations(ASTRAY)["A"]["J5"] == pytest.approx(-3.8)
    assert observing.deviations(ASTRAY)["A"]["J4"] == 0

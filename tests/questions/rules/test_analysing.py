"""What the answers of a round say about its questions and its test."""

from dataclasses import asdict

import numpy as np  # noqa: TID253 -- what is tested works on arrays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from questions.rules import analysing, flagging, tabulating
from questions.rules.analysing import ItemFigures, Measured
from questions.rules.flagging import Flag
from questions.rules.tabulating import Answers, Form
from tests.questions.answering import from_rows, invented

# Section 6 of the Law School Admission Test: Bock and Lieberman, 1970.
LSAT = """
00000:3 00001:6 00010:2 00011:11 00100:1 00101:1 00110:3 00111:4 01000:1 01001:8 01011:16
01101:3 01110:2 01111:15 10000:10 10001:29 10010:14 10011:81 10100:3 10101:28 10110:15
10111:80 11000:16 11001:56 11010:21 11011:173 11100:11 11101:61 11110:28 11111:298
"""
MARKS = st.integers(12, 40).flatmap(
    lambda people: st.lists(
        st.lists(st.sampled_from([0, 0.5, 1]), min_size=4, max_size=4),
        min_size=people,
        max_size=people,
    )
)


@pytest.fixture(scope="module")
def lsat():
    rows = []
    for told in LSAT.split():
        pattern, count = told.split(":")
        rows += [[int(mark) for mark in pattern]] * int(count)
    return analysing.measure(from_rows(rows), {})


def of_items(measured, name):
    return [getattr(figures, name) for _, figures in sorted(measured.items.items())]


def rounded(values, places):
    return [round(value, places) for value in values]


def test_lsat_facility_and_corrected_correlation_are_the_published_ones(lsat):
    assert rounded(of_items(lsat, "facility"), 3) == [0.924, 0.709, 0.553, 0.763, 0.870]
    assert rounded(of_items(lsat, "corrected"), 4) == [0.1128, 0.1532, 0.1728, 0.1444, 0.1216]


def test_lsat_alpha_is_the_published_one_and_kr20_the_same(lsat):
    assert round(lsat.test.alpha / 100, 7) == 0.2949972
    assert round(lsat.test.kr20, 7) == 0.2949972


def test_lsat_scores_are_counted_one_by_one(lsat):
    counted = [(bar.low, bar.high, bar.count) for bar in lsat.test.bars]

    counts = [3, 20, 85, 237, 357, 298]
    assert counted == [(n, n, count) for n, count in enumerate(counts)]


def test_lsat_rasch_is_the_published_one(lsat):
    assert rounded(of_items(lsat, "difficulty"), 3) == [-2.872, -1.063, -0.258, -1.388, -2.219]
    assert round(lsat.test.rasch_likelihood, 3) == -2473.054


def test_lsat_two_parameters_are_the_published_ones(lsat):
    assert rounded(of_items(lsat, "slope"), 3) == [0.825, 0.723, 0.890, 0.689, 0.657]
    assert rounded(of_items(lsat, "intercept"), 3) == [2.773, 0.990, 0.249, 1.285, 2.054]
    assert round(lsat.test.slopes_likelihood, 3) == -2466.653


def plainly(rows, points):
    """Return the definitions of the design, written out for a complete matrix."""
    x = np.array(rows, dtype=float) * points
    total = x.sum(axis=1)
    spread = [np.sqrt(max(np.cov(column, total)[0, 1], 0)) for column in x.T]
    k = x.shape[1]
    alpha = k / (k - 1) * (1 - x.var(axis=0, ddof=1).sum() / total.var(ddof=1))
    found = []
    for place, column in enumerate(x.T):
        rest = total - column
        varies = np.ptp(column) > 0 and np.ptp(rest) > 0
        found.append(
            {
                "facility": column.mean() / points[place],
                "discrimination": 100 * np.corrcoef(column, rest)[0, 1] if varies else None,
                "efficiency": (
                    100 * np.cov(column, rest)[0, 1] / np.cov(np.sort(column), np.sort(rest))[0, 1]
                    if varies
                    else None
                ),
                "weight": 100 * spread[place] / sum(spread) if sum(spread) else None,
            }
        )
    return found, 100 * alpha


@given(MARKS, st.lists(st.sampled_from([0.25, 1, 2, 3]), min_size=4, max_size=4))
def test_of_a_complete_matrix_every_figure_is_its_definition(rows, points):
    totals = np.array(rows) @ points
    if np.ptp(totals) == 0:
        return
    scaled = [[mark * point for mark, point in zip(row, points, strict=True)] for row in rows]

    measured = analysing.measure(from_rows(scaled, points), {})

    items, alpha = plainly(rows, points)
    for figures, wanted in zip(measured.items.values(), items, strict=True):
        told = asdict(figures)
        for name, value in wanted.items():
            assert told[name] == (None if value is None else pytest.approx(value, abs=1e-6)), name
    assert measured.test.alpha == pytest.approx(alpha, abs=1e-6)
    assert measured.test.mean == pytest.approx(totals.mean())
    assert measured.test.standard_error == pytest.approx(
        totals.std(ddof=1) * np.sqrt(max(0, 1 - alpha / 100)), abs=1e-6
    )


@given(st.randoms(use_true_random=False), st.integers(3, 12))
def test_who_comes_first_changes_nothing(rng, pool):
    answers, forms = invented(60, 3, pool, seed=pool)
    cells = list(
        zip(
            answers.attempts,
            answers.versions,
            answers.points,
            answers.earned,
            answers.chosen,
            strict=True,
        )
    )
    people = list(range(1000, 1060))
    rng.shuffle(people)
    rng.shuffle(cells)
    mixed = Answers()
    for attempt, *told in cells:
        mixed.add(people[attempt], *told)

    one, other = analysing.measure(answers, forms), analysing.measure(mixed, forms)

    assert set(one.items) == set(other.items)
    for version, figures in one.items.items():
        assert (
            analysing.kept(other.items[version]) == pytest.approx(analysing.kept(figures), abs=2e-6)
            if not figures.options
            else same(figures, other.items[version])
        )
    assert other.test.alpha == pytest.approx(one.test.alpha)


def same(one, other):
    return str(rounded_all(asdict(one))) == str(rounded_all(asdict(other)))


def rounded_all(value):
    if isinstance(value, dict):
        return {name: rounded_all(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [rounded_all(part) for part in value]
    return round(value, 4) + 0.0 if isinstance(value, float) else value


@given(st.lists(st.lists(st.sampled_from([None, 0, 0.5, 1]), min_size=5, max_size=5), max_size=30))
def test_figures_stay_within_their_bounds_whatever_was_asked(rows):
    measured = analysing.measure(from_rows(rows), {})

    for figures in measured.items.values():
        assert figures.n >= analysing.FEWEST
        assert 0 <= figures.facility <= 1
        assert -1 <= figures.upper_lower <= 1
        assert figures.discrimination is None or -100 <= figures.discrimination <= 100
        assert figures.weight is None or 0 <= figures.weight <= 100
        assert sum(figures.people) == figures.n
    if measured.test is not None:
        assert measured.test.alpha is None or measured.test.alpha <= 100.000001
        assert sum(bar.count for bar in measured.test.bars) == measured.test.n


def test_below_ten_attempts_nothing_is_said():
    assert analysing.measure(from_rows([[1, 0]] * 9), {}) == Measured({}, None)
    assert analysing.measure(Answers(), {}) == Measured({}, None)


def test_item_that_fewer_than_ten_were_asked_has_no_figures():
    rows = [[1, 0, None]] * 6 + [[0, 1, 1]] * 6

    assert set(analysing.measure(from_rows(rows), {}).items) == {0, 1}


def test_constant_item_has_a_facility_and_no_correlation():
    rows = [[1, n % 2, (n // 2) % 2] for n in range(20)]

    figures = analysing.measure(from_rows(rows), {}).items[0]

    told = (figures.facility, figures.discrimination, figures.efficiency, figures.corrected)
    assert told == (1.0, None, None, None)
    assert (figures.weight, figures.upper_lower) == (0.0, 0.0)


def test_hard_paper_is_no_fault_of_the_person():
    # Everybody knows as much; half were given the hard questions, and the last one is common.
    rng = np.random.default_rng(3)
    rows = []
    for person in range(4000):
        odds = 0.9 if person % 2 else 0.2
        own = (rng.random(5) < odds).astype(float).tolist()
        blank = [None] * 5
        common = float(rng.random() < 0.5)
        rows.append([*own, *blank, common] if person % 2 else [*blank, *own, common])

    measured = analysing.measure(from_rows(rows), {})

    assert abs(measured.items[10].discrimination) < 5
    assert abs(measured.test.alpha) < 15


def test_model_is_found_again_from_sparse_answers():
    answers, forms = invented(1000, 20, 60)

    measured = analysing.measure(answers, forms)

    able_and_hard = np.random.default_rng(6)
    able_and_hard.normal(size=1000)
    hard = able_and_hard.normal(size=60)
    found = [measured.items[item].difficulty for item in range(60)]
    assert np.corrcoef(found, hard)[0, 1] > 0.98
    assert not measured.test.is_complete
    assert 70 < measured.test.alpha < 90


def test_a_fiftieth_of_a_large_round_is_counted_whole():
    answers, forms = invented(2000, 60, 60)

    measured = analysing.measure(answers, forms)

    assert (measured.test.n, measured.test.items, measured.test.slots) == (2000, 60, 60.0)
    assert [figures.n for figures in measured.items.values()] == [2000] * 60
    assert {sum(o.count for o in figures.options) for figures in measured.items.values()} == {2000}


def chose(letter):
    return 1 << "abcd".index(letter)


def miskeyed():
    """Return answers to five items of which the first has c for its key where b is right."""
    rng = np.random.default_rng(11)
    answers = Answers()
    for person in range(400):
        able = rng.normal()
        for item in range(1, 12):
            answers.add(person, item, 1.0, float(rng.random() < 1 / (1 + np.exp(-able))))
        knows = rng.random() < 1 / (1 + np.exp(-2 * able))
        letter = "b" if knows else rng.choice(["a", "c", "d"])
        answers.add(person, 0, 1.0, float(letter == "c"), chose(letter))
    return analysing.measure(answers, {0: Form(tuple("abcd"), frozenset("c"))})


def test_wrong_key_is_named_with_the_option_that_is_right():
    figures = miskeyed().items[0]

    assert figures.better == "b"
    assert Flag.MISKEYED in flagging.flags(figures)
    assert [option.is_key for option in figures.options] == [False, False, True, False]


def test_key_tried_in_its_place_has_the_correlation_of_its_option():
    option = next(one for one in miskeyed().items[0].options if one.id == "b")

    assert option.correlation > 0.3
    assert option.fifths[-1] > option.fifths[0]


def test_options_are_counted_with_those_who_chose_none():
    answers = from_rows([[n % 2, (n // 2) % 2, 1] for n in range(12)])
    answers.chosen[:] = type(answers.chosen)("H", [1, 2, 0] * 12)

    figures = analysing.measure(answers, {2: Form(("a", "b"), frozenset("b"))}).items[2]

    assert [(one.id, one.count, one.share) for one in figures.options] == [
        ("a", 0, 0.0),
        ("b", 0, 0.0),
    ]


@pytest.mark.parametrize(
    ("told", "flags"),
    [
        ({"facility": 0.95}, [Flag.TOO_EASY]),
        ({"facility": 0.15}, [Flag.TOO_HARD]),
        ({"discrimination": 4.0}, [Flag.WEAK]),
        ({"discrimination": 4.0, "n": 20}, []),
        ({"discrimination": None}, []),
        ({}, []),
    ],
)
def test_flags_say_what_is_out_of_the_ordinary(told, flags):
    usual = {
        "n": 200,
        "facility": 0.6,
        "discrimination": 35.0,
        "efficiency": 40.0,
        "weight": 5.0,
        "point_biserial": 0.4,
        "corrected": 0.35,
        "upper_lower": 0.4,
        "people": (40,) * 5,
        "fifths": (0.5,) * 5,
    }

    assert flagging.flags(ItemFigures(**usual | told)) == flags


@given(st.lists(st.sampled_from(Flag), unique=True))
def test_flags_written_are_read_again(flags):
    assert flagging.read(flagging.written(flags)) == flags


def test_form_knows_options_by_their_ids_not_by_their_places():
    content = {
        "options": [{"id": "c", "text": "Sở Nội vụ"}, {"id": "a", "text": "Sở Tài chính"}],
        "key": ["a"],
    }

    form = tabulating.form_of("single_choice", content)

    assert (form.mask("a"), form.mask("c"), form.mask("x"), form.mask(None)) == (2, 1, 0, 0)
    assert tabulating.form_of("essay", {}) == Form()

"""What a judge alone is told: the same marks over and over, and scores that drift."""

from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.rules.judging import guarding
from contest.rules.judging.guarding import Hint, Sign
from contest.rules.judging.rubric import Criterion, Rubric

RUBRIC = Rubric(
    (
        Criterion("new", "Tính mới", Decimal(40)),
        Criterion("use", "Hiệu quả", Decimal(60), most=Decimal(20)),
    )
)
QUARTERS = st.integers(0, 40).map(lambda one: Decimal(one) / 4)
SHEETS = st.lists(st.fixed_dictionaries({"new": QUARTERS, "use": QUARTERS}), max_size=30)


def sheet(new, use=None):
    use = Decimal(str(new)) * 2 if use is None else use
    return {"new": Decimal(str(new)), "use": Decimal(str(use))}


def varied(count, seed=1):
    rng = Random(seed)
    return [sheet(rng.randint(24, 36) / 4, rng.randint(40, 76) / 4) for _ in range(count)]


def test_the_same_marks_are_told_from_the_fifth_sheet_on():
    first = varied(3)

    assert guarding.hints(RUBRIC, first + [sheet(8, 15)] * 4) == []
    assert guarding.hints(RUBRIC, first + [sheet(8, 15)] * 5) == [Hint(Sign.SAME_SHEETS, 5)]
    assert guarding.hints(RUBRIC, [*[sheet(8, 15)] * 5, sheet(7, 12)]) == []


def test_one_level_for_every_criterion_is_told_whatever_their_scales():
    level = [sheet(new) for new in (8, 7, 9, "8.5", 7)]

    assert guarding.hints(RUBRIC, level) == [Hint(Sign.SAME_SHARE, 5)]
    assert guarding.hints(RUBRIC, [*level, sheet(8, 15)]) == []


def test_one_criterion_alone_has_no_level_to_repeat():
    marks = [{"new": Decimal(one)} for one in (8, 7, 9, 6, 8, 7)]

    assert guarding.hints(RUBRIC, marks) == []


@pytest.mark.parametrize(("step", "sign"), [(1, Sign.MILDER), (-1, Sign.STRICTER)])
def test_scores_that_move_with_the_order_are_told_with_how_far(step, sign):
    moved = [sheet(5 + step * at / 4, 10 + step * ((at % 2) / 2 + at / 2)) for at in range(10)]

    (hint,) = guarding.hints(RUBRIC, moved)

    assert (hint.sign, hint.sheets) == (sign, 10)
    assert 20 < hint.moved < 26


def test_movement_that_is_small_beside_the_scale_is_not_told():
    moved = [sheet(8 + at * Decimal("0.01"), 15) for at in range(12)]

    assert guarding.hints(RUBRIC, moved) == []


def test_judges_without_drift_are_hardly_ever_warned():
    warned = sum(bool(guarding.hints(RUBRIC, varied(12, seed))) for seed in range(500))

    assert warned <= 5


@given(SHEETS)
def test_hints_say_how_many_sheets_show_it_and_never_more_than_there_are(sheets):
    found = guarding.hints(RUBRIC, sheets)

    assert all(guarding.RUN <= one.sheets <= len(sheets) for one in found)
    assert len({one.sign for one in found}) == len(found) <= 2


@given(SHEETS)
def test_order_turned_round_turns_the_drift_round(sheets):
    turned = {Sign.MILDER: Sign.STRICTER, Sign.STRICTER: Sign.MILDER}

    forth = {one.sign for one in guarding.hints(RUBRIC, sheets) if one.sign in turned}
    back = {one.sign for one in guarding.hints(RUBRIC, sheets[::-1]) if one.sign in turned}

    assert {turned[one] for one in forth} == back


@given(SHEETS, st.fixed_dictionaries({"new": QUARTERS, "use": QUARTERS}))
def test_run_of_five_like_sheets_is_told_whatever_came_before(before, marks):
    found = [one.sign for one in guarding.hints(RUBRIC, before + [marks] * guarding.RUN)]

    assert Sign.SAME_SHEETS in found

"""What a hall is shown of an entry: dropped scores, lines, the result, and where there is none."""

from decimal import Decimal

import pytest

from contest.rules.judging import drawing, revealing
from contest.rules.judging.revealing import Dropped, Line, Mark
from contest.rules.judging.rubric import Criterion, Rubric
from contest.rules.judging.sealing import Protocol
from contest.rules.judging.terms import Basis, Rule, Terms

ONE = Rubric((Criterion("all", "Toàn bài", Decimal(10)),), Decimal(10))


def shown(scores, lines=(), *, rule=Rule.TRIMMED, **terms):
    sheets = {judge: {"all": Decimal(score)} for judge, score in scores.items()}
    return revealing.shown(sheets, lines, Protocol(ONE, Terms(rule, **terms)))


def test_highest_and_lowest_are_dropped_and_the_rest_is_averaged():
    found = shown({"GK1": "9.0", "GK2": "8.5", "GK3": "9.2", "GK4": "8.8", "GK5": "5.0"})

    assert [(one.judge, one.dropped) for one in found.marks] == [
        ("GK1", None), ("GK2", None), ("GK3", Dropped.HIGH), ("GK4", None), ("GK5", Dropped.LOW),
    ]  # fmt: skip
    assert found.value == Decimal("8.766666667")


def test_lines_are_taken_off_and_nothing_falls_below_nothing():
    late = Line(Decimal(-1), "Quá giờ 35 giây")
    far = Line(Decimal(-20), "Vi phạm thể lệ")

    assert shown({"GK1": "8", "GK2": "9"}, [late], rule=Rule.MEAN).total == Decimal("7.5")
    assert shown({"GK1": "8", "GK2": "9"}, [late, far], rule=Rule.MEAN).total == 0


@pytest.mark.parametrize("rule", [Rule.LEAST_SQUARES, Rule.SKATING, Rule.BORDA, Rule.Z_SCORE])
def test_rule_that_compares_entries_gives_no_result_of_one(rule):
    found = shown({"GK1": "8", "GK2": "9", "GK3": "7"}, rule=rule)

    assert (found.value, found.total) == (None, None)
    assert [one.dropped for one in found.marks] == [None, None, None]


def test_criteria_dropped_one_by_one_leave_every_score_of_a_judge_in():
    scores = {f"GK{number}": str(number) for number in range(1, 6)}

    found = shown(scores, basis=Basis.CRITERION)

    assert (found.value, {one.dropped for one in found.marks}) == (Decimal(3), {None})


def test_what_was_shown_is_read_as_it_was_written():
    found = shown({"GK1": "9", "GK2": "8.25"}, [Line(Decimal("-0.5"), "Quá giờ")], rule=Rule.MEAN)

    assert revealing.read(found.written()) == found
    assert found.marks[1] == Mark("GK2", Decimal("8.25"))


def test_equal_totals_share_a_place():
    totals = {"a": Decimal("8.5"), "b": Decimal("9"), "c": Decimal("8.5"), "d": Decimal("7")}

    assert revealing.places(totals) == {"b": 1, "a": 2, "c": 2, "d": 4}


def test_seed_of_the_order_follows_from_the_seed_and_differs_from_it():
    seed = bytes.fromhex("5" * 64)

    made = drawing.order_seed(seed)

    assert made == drawing.order_seed(seed)
    assert made != seed
    assert made != drawing.order_seed(bytes.fromhex("6" * 64))

"""Figures drawn from numbers."""

from collections import Counter
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from core import figures


@pytest.mark.parametrize(
    ("rate", "expected"),
    [(0, 0), (Decimal("0.01"), 1), (29.99, 1), (30, 2), (59.99, 2), (60, 3), (99.99, 3), (100, 4)],
)
def test_level_of_a_rate_has_its_bounds(rate, expected):
    assert figures.level(rate) == expected


def test_weave_gives_each_unit_one_cell_and_leaves_the_rest_bare():
    drawn = figures.weave([100, 45, 0], rows=3, period=4)

    cells = [rect.get("data-l") for rect in ElementTree.fromstring(drawn)]

    assert Counter(cells) == {"4": 1, "2": 1, "0": 1, "": 12}


def test_weave_puts_the_most_diligent_unit_in_the_heart():
    drawn = figures.weave([1, 100, 1], rows=3, period=4)

    brightest = ElementTree.fromstring(drawn).find("*[@data-l='4']")

    assert brightest.get("d").startswith("M24 12h10v10h-10z")


def test_weave_of_the_same_rates_in_another_order_is_the_same():
    assert figures.weave([3, 70, 20, 100]) == figures.weave([100, 20, 3, 70])


def test_weave_of_many_units_grows_by_whole_diamonds():
    drawn = ElementTree.fromstring(figures.weave([50] * 168))

    assert len(drawn) == 175
    assert drawn.get("viewBox") == "0 0 298 82"


def test_weave_says_its_label_and_nothing_without_one():
    named, silent = (
        ElementTree.fromstring(figures.weave([50], label=label)) for label in ("Ea <Kao>", "")
    )

    assert (named.get("role"), named.get("aria-label")) == ("img", "Ea <Kao>")
    assert (silent.get("aria-hidden"), silent.get("role")) == ("true", None)


def test_full_cell_differs_from_the_others_by_its_form():
    forms = [ElementTree.fromstring(figures.swatch(level))[0] for level in range(5)]

    assert [form.tag for form in forms] == ["rect"] * 4 + ["path"]


def test_tally_counts_every_rate_once():
    assert figures.tally([0, Decimal("12.5"), 30, 59, 60, 100, 140]) == [1, 1, 2, 1, 2]


def test_spark_reaches_from_edge_to_edge():
    drawn = figures.spark([0, 5, 10], width=100, height=54)

    assert 'd="M0.0 54.0L50.0 29.0L100.0 4.0"' in drawn


def test_spark_of_nothing_but_zeros_lies_on_the_floor():
    assert 'd="M0.0 56.0L240.0 56.0"' in figures.spark([0, 0])


def test_spark_of_one_value_is_not_drawn():
    assert figures.spark([7]) == ""


def test_qr_names_itself_and_escapes_its_name():
    drawn = figures.qr("https://chungtay.example/thi?a=1&b=2", 'Mã QR: "thi" & đua')

    root = ElementTree.fromstring(drawn)

    assert root.get("aria-label") == 'Mã QR: "thi" & đua'
    assert root.get("role") == "img"


def test_qr_draws_every_dark_module_once():
    import segno

    dark = sum(sum(1 for cell in row if cell) for row in segno.make("a", error="m").matrix)

    path = ElementTree.fromstring(figures.qr("a", "a"))[1].get("d")

    assert sum(int(run.split("v")[0]) for run in path.split("h")[1:] if "v1" in run) == dark

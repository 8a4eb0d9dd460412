"""Plots drawn from numbers."""

import itertools
import re

from core import plots
from core.plots import Curve, Point


def test_scatter_marks_what_stands_out_by_its_shape():
    drawn = plots.scatter([Point(50, 30, "C001"), Point(95, -5, "C002", True)], "Hai câu")

    assert drawn.count("<circle") == 1
    assert drawn.count('class="out"') == 1
    assert 'role="img" aria-label="Hai câu"' in drawn


def test_scatter_holds_points_below_its_usual_floor():
    drawn = plots.scatter([Point(50, -80, "C001")], "Một câu")

    y = float(re.search(r'cy="([\d.]+)"', drawn)[1])
    assert y <= plots.HEIGHT - plots.BOTTOM


def test_histogram_has_a_bar_for_each_count():
    drawn = plots.histogram([(str(score), score) for score in range(21)], "Phân bố điểm")

    assert drawn.count("<rect") == 21
    assert plots.histogram([], "Không có") == ""


def test_curves_leave_out_groups_without_people():
    drawn = plots.curves([Curve("A", [0.1, None, 0.3], is_key=True)], "Phương án")

    assert drawn.count('class="key"') == 1
    assert re.search(r'class="key" d="M[\d.]+ [\d.]+L[\d.]+ [\d.]+"', drawn)
    assert plots.curves([], "Không có") == ""


def test_letters_of_curves_do_not_cover_each_other():
    lines = [Curve(letter, [0.5, 0.01]) for letter in "ABCD"]

    drawn = plots.curves(lines, "Phương án")

    ys = sorted(float(y) for y in re.findall(r'y="([\d.]+)" text-anchor="start"', drawn))
    assert [round(b - a, 1) for a, b in itertools.pairwise(ys)] == [12.0] * 3
    assert ys[-1] < plots.HEIGHT - plots.BOTTOM + 6


def test_names_are_escaped():
    assert "<b>" not in plots.scatter([Point(1, 1, "<b>")], "<b>")

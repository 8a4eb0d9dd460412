"""Charts: what is drawn, that words are escaped, and that nothing needs a style of its own."""

import re
from xml.etree import ElementTree

import pytest

from core import charts
from core.charts import Bar

DAYS = [Bar(f"{day}/11", day, str(day)) for day in range(1, 29)]


def rects(drawn):
    return [one.attrib for one in ElementTree.fromstring(str(drawn)).iter() if one.tag == "rect"]


def test_bars_are_as_long_as_their_share_of_the_most():
    drawn = charts.bars([Bar("Đúng tất cả", 50, "50%"), Bar("Sai", 25, "25%")], "Phổ", most=100)

    widths = [float(one["width"]) for one in rects(drawn)]
    assert widths == [114.0, 57.0]
    assert "50%" in drawn


def test_columns_are_as_high_as_their_count_and_say_what_they_are():
    drawn = charts.columns(DAYS, "Lượt theo ngày")

    heights = [float(one["height"]) for one in rects(drawn)]
    assert heights == sorted(heights)
    assert heights[-1] == 132.0
    assert "<title>28/11: 28</title>" in drawn
    assert len(re.findall('text-anchor="middle"', drawn)) == charts.MOST_NAMES


@pytest.mark.parametrize("draw", [charts.bars, charts.columns])
def test_chart_has_a_name_and_neither_style_nor_script(draw):
    drawn = draw(DAYS, "Lượt <theo> ngày")

    assert 'role="img" aria-label="Lượt &lt;theo&gt; ngày"' in drawn
    assert re.search(r"style=|<script|<style|fill=", drawn) is None


@pytest.mark.parametrize("draw", [charts.bars, charts.columns])
def test_chart_of_nothing_is_nothing_and_of_noughts_is_flat(draw):
    assert draw([], "Trống") == ""
    sizes = rects(draw([Bar("a", 0, "0")], "Không"))
    assert [float(one["width"]) * float(one["height"]) for one in sizes] == [0.0]


def test_long_name_is_cut_where_the_chart_ends():
    name = "Xây dựng và nâng cao chất lượng đội ngũ cán bộ, công chức, viên chức"

    drawn = charts.bars([Bar(name, 1, "1")], "Lĩnh vực")

    assert "đội ngũ cán b…" in drawn
    assert name not in drawn


def test_words_of_a_bar_are_escaped():
    assert "<b>" not in charts.bars([Bar("<b>", 1, "<b>")], "Tên")

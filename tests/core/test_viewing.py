"""How pages look to a person: what a text may say."""

import pytest

from core import viewing
from core.viewing import View


def test_view_written_as_a_text_reads_back():
    view = View("150", "contrast", "hidden")

    assert viewing.read(str(view)) == view


@pytest.mark.parametrize("text", [None, "", "150", "150.contrast", "300.plain.shown", "a.b.c.d"])
def test_text_that_is_no_view_is_none(text):
    assert viewing.read(text) is None

"""What the eyes of these tests see, and what they do not take for a fault."""

import pytest

from tests.browser import driving

pytestmark = pytest.mark.browser

# The last of the large buttons looks out ten pixels above the bar of a window 360 × 667.
PAGE = """<!doctype html><html lang="vi"><title>Bài thi</title><main><h1>Câu 1</h1>
<style>* { margin: 0 } button { display: block; width: 300px; height: 60px }
nav { position: sticky; bottom: 0 } p { height: 560px }</style>
<p>Chọn một câu trả lời</p><button>A</button><button>B</button><button>C</button>SMALL
</main><nav><button>Câu tiếp</button></nav></html>"""
SMALL = '<button style="width: 9px; height: 9px">x</button>'
SEEN = """axe.run({runOnly: {type: "rule", values: ["target-size"]}})
    .then((found) => found.violations.length)"""


def test_what_is_half_behind_a_bar_is_large_enough_and_a_small_target_is_not(chrome):
    page = chrome.new_page(viewport={"width": 360, "height": 667})
    page.set_content(PAGE.replace("SMALL", ""))
    driving.load_axe(page)
    assert (page.evaluate(SEEN), driving.violations(page)) == (1, [])
    assert page.evaluate("scrollY") == 0

    page.set_content(PAGE.replace("SMALL", SMALL * 2))
    driving.load_axe(page)
    assert [(name, html) for name, _, html in driving.violations(page)] == [
        ("target-size", SMALL)
    ] * 2
    page.close()

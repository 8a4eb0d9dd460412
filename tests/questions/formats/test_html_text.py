"""HTML of other systems made plain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import clean
from questions.formats.html_text import Picture, plain

WORDS = {
    "a < b && b > c": "a < b && b > c",
    "<p>Xin <b>chào</b> &amp; &nbsp;bạn</p>\n<p>Hai</p>": "Xin chào & bạn\nHai",
    "Một<br>hai<br/>ba": "Một\nhai\nba",
    "Tie\u0302\u0301ng Vie\u0323\u0302t &#7855; &aacute;": "Tiếng Việt ắ á",
    "<ul><li>Pa nô<li>Tờ gấp</ul>Hết": "- Pa nô\n- Tờ gấp\nHết",
    '<ol start="3"><li>Ba</li><li><p>Bốn</p></li></ol>': "3. Ba\n4. Bốn",
    "<li>Lạc</li>": "- Lạc",
    "<table><tr><th>Xã<th>Số<tr><td>Ea Kar<td>2<br>3</table>": "Xã | Số\nEa Kar | 2 3",
    "H<sub>2</sub>O, m<sup>2</sup>, x<sup>n+1</sup>": "H₂O, m², xⁿ⁺¹",
    "x<sub>Q</sub><sup>A, B</sup>": "x_Q^(A, B)",
    r"<p>\(\frac{1}{2}\) và $$x^2$$</p>": r"\(\frac{1}{2}\) và $$x^2$$",
    "<math><mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac></math>":
        "(a + b)/2",
    "<m:math><m:msup><m:mi>x</m:mi><m:mn>2</m:mn></m:msup></m:math>": "x²",
    "<math><msqrt><mi>x</mi><mo>-</mo><mn>1</mn></msqrt></math>": "√(x - 1)",
    "<math><mroot><mi>x</mi><mn>3</mn></mroot></math>": "³√x",
    "<math><semantics><mi>y</mi><annotation>tex</annotation></semantics></math>": "y",
    "<![CDATA[Thẻ <b>nào</b>]]>": "Thẻ <b>nào</b>",
    "<script>alert(1)</script><style>p{}</style>Sạch": "Sạch",
    "<pre>if a:\n    b</pre>": "if a:\nb",
    "<p>Chưa đóng <b>đậm": "Chưa đóng đậm",
    "1<2 và 3>2": "1<2 và 3>2",
    '<q>Dân</q> <a href="https://x.vn">hỏi</a>': "“Dân” hỏi",
    '<img class="texrender" alt="$$x$$" src="t.png">': "$$x$$",
    "": "",
}  # fmt: skip


@pytest.mark.parametrize("html", WORDS)
def test_plain_when_html_is_given_then_its_words_come_line_by_line(html):
    assert plain(html).text == WORDS[html]


def test_plain_when_pictures_and_sounds_stand_in_it_then_they_are_collected():
    html = (
        '<p>Xem <img src="@@PLUGINFILE@@/hoa.png" alt="Hoa cà phê"> và'
        '<object type="image/svg+xml" data="a.svg">Sơ đồ</object>'
        '<audio controls><source src="loi.mp3"></audio><video src="v.mp4"></video></p>'
    )

    found = plain(html)

    assert found.text == "Xem và"
    assert found.pictures == (
        Picture("@@PLUGINFILE@@/hoa.png", "Hoa cà phê"),
        Picture("a.svg", "Sơ đồ"),
    )
    assert found.sounds == ("loi.mp3",)
    assert found.lost == ("video",)


def test_content_of_a_picture_when_its_address_holds_it_then_its_bytes_come():
    assert Picture("data:image/png;base64,iVBORw==").content == b"\x89PNG"
    assert Picture("data:image/svg+xml,%3Csvg/%3E").content == b"<svg/>"
    assert Picture("data:image/png;base64,!").content in (None, b"")
    assert Picture("https://x.vn/a.png").content is None


def test_plain_when_tags_are_nested_without_end_then_the_text_still_comes():
    assert plain("<div><b>" * 5000 + "Đáy").text == "Đáy"


@given(st.text(max_size=60))
def test_plain_when_any_text_is_escaped_then_it_comes_back(text):
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    assert plain(escaped.replace("\n", "<br>")).text.split() == clean(text).split()

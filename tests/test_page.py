"""The inspector of pages: a good page passes, and each fault is found."""

import unicodedata

import pytest

from tests.page import faults, without_moments

GOOD = """<!doctype html>
<html lang="vi"><head><title>Đăng nhập – Chung Tay</title></head><body>
<a href="#noi-dung">Đến nội dung chính</a>
<main id="noi-dung"><h1>Đăng nhập</h1><!-- here -->
<h2 id="t">Thông tin</h2>
<form action="/dang-nhap" method="post">
<label for="sdt">Số điện thoại</label><input id="sdt" name="phone" aria-describedby="h">
<p id="h">Mười chữ số.</p>
<label><input type="checkbox" name="a"> Tôi đồng ý</label>
<input type="search" name="q" aria-label="Tìm"><textarea name="n" aria-labelledby="t"></textarea>
<fieldset><legend>Khối</legend><label><input type="radio" name="k">Một</label></fieldset>
<input type="hidden" name="x"><button type="submit">Đăng nhập</button>
<button type="button" aria-label="Đóng"><svg aria-hidden="true"><use href="#i-x"/></svg></button>
</form>
<img src="/a.png" alt=""><script type="application/json">{"a": {"b": {}}}</script>
<svg aria-hidden="true"><defs><symbol id="i-x"><path d="M0 0"/></symbol></defs></svg>
</main></body></html>
"""


def test_moments_are_left_out_and_scores_stay():
    page = '<b data-now="2026-11-30T03:39:38.251+00:00">8.25</b> 03:39:38.25'
    assert without_moments(page) == '<b data-now="2026-11-30+00:00">8.25</b> 03:39:38.25'


def test_faults_of_a_good_page_are_none():
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("<h1>Hai</h1>", ["2 h1"]),
        ("<h4>Sâu</h4>", ["heading skips from h1 to h4"]),
        ("<h2> </h2>", ["empty h2"]),
        ('<input name="ten">', ["no label: ten"]),
        ('<label for="s"></label><select id="s" name="khoi"></select>', ["no label: khoi"]),
        ('<form method="post"></form>', ["form has no action"]),
        ('<form action="/a"></form>', ["form has no method: /a"]),
        ("<fieldset><p>a</p></fieldset>", ["fieldset has no legend:"]),
        ("<button>Nộp</button>", ["button has no type: Nộp"]),
        ('<button type="button"></button>', ["button has no name"]),
        ("<details><summary></summary></details>", ["summary has no name"]),
        ("<a>Xem</a>", ["link leads nowhere: Xem"]),
        ('<a href="/a"></a>', ["link has no words: /a"]),
        ('<a href="javascript:a()">Xem</a>', ["link is a script: Xem"]),
        ('<a href="#mat">Xem</a>', ["no such place in the page: #mat"]),
        ('<img src="/b.png">', ["img has no alt: /b.png"]),
        ('<svg viewBox="0 0 1 1"></svg>', ["svg is neither hidden nor named"]),
        ('<svg aria-hidden="true"><use href="#i-y"/></svg>', ["no such icon: i-y"]),
        ('<p id="h">Hai</p>', ["id twice: h"]),
        ('<p id="">a</p>', ["empty id"]),
        ('<p aria-describedby="h mat">a</p>', ["aria-describedby points to nothing: mat"]),
        ('<label for="mat">Tên</label>', ["for points to nothing: mat"]),
        ('<p style="color:red">a</p>', ["inline p"]),
        ("<script>a()</script>", ["inline script"]),
        ('<p onclick="a()">a</p>', ["inline handler: onclick"]),
        ("<p>Chào {{ name }}</p>", ["template leak: Chào {{ name }}"]),
        ("<p>Hạng: None</p>", ["template leak: Hạng: None"]),
        ('<a href="/thi/None">Thi</a>', ["template leak: /thi/None"]),
        ("<p>Còn %(count)s câu</p>", ["template leak: Còn %(count)s câu"]),
        ("<p>Round object at 0x7f3a</p>", ["template leak: Round object at 0x7f3a"]),
        (
            f"<p>{unicodedata.normalize('NFD', 'Đắk Lắk')}</p>",
            [f"not NFC: {unicodedata.normalize('NFD', 'Đắk Lắk')}"],
        ),
    ],
)
def test_faults_of_a_page_with_one_fault_are_that_one(part, expected):
    assert faults(GOOD.replace("<!-- here -->", part)) == expected


@pytest.mark.parametrize(
    ("good", "bad", "expected"),
    [
        (' lang="vi"', "", ["html has no lang"]),
        ("<title>Đăng nhập – Chung Tay</title>", "<title> </title>", ["no title"]),
        ("<h1>Đăng nhập</h1>", "", ["0 h1"]),
    ],
)
def test_faults_of_a_page_that_lacks_something_name_it(good, bad, expected):
    assert faults(GOOD.replace(good, bad)) == expected


def test_faults_of_broken_html_give_the_line():
    found = faults(GOOD.replace("<!-- here -->", "</div>"))

    assert found == ["line 4: end-tag-too-early"]


def test_faults_of_an_inline_style_sheet_are_found():
    found = faults(GOOD.replace("</head>", "<style>p{}</style></head>"))

    assert found == ["inline style sheet"]


def test_words_none_within_a_sentence_are_not_a_leak():
    assert faults(GOOD.replace("<!-- here -->", "<p>None of these</p>")) == []

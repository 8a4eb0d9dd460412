"""What templates call to draw a page."""

import pytest
from flask import Flask, render_template_string

from core import looks


@pytest.fixture
def site():
    app = Flask(__name__, static_folder=None)
    looks.init_app(app)
    app.add_url_rule("/bang/<name>", "board", lambda name: render_template_string("{{ here() }}"))
    return app


def test_sprite_holds_each_icon_of_the_page_once_and_no_other(site):
    with site.test_request_context():
        page = render_template_string(
            "{{ icon('ok') }}{{ icon('ok') }}{{ use_icons('send') }}{{ sprite() }}"
        )

    assert page.count("<symbol") == 2
    assert (page.count('id="i-ok"'), page.count('id="i-send"')) == (1, 1)
    assert page.count('<use href="#i-ok"/>') == 2


def test_sprite_of_a_page_without_icons_is_nothing(site):
    with site.test_request_context():
        assert render_template_string("{{ sprite() }}") == ""


def test_icon_that_does_not_exist_is_an_error_of_the_template(site):
    with site.test_request_context(), pytest.raises(LookupError, match="no icon rồng"):
        render_template_string("{{ icon('rồng') }}")


def test_every_symbol_of_the_file_can_be_used():
    assert len(looks.symbols()) == 84


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "/bang/t2?q=y+thi%C3%AAn&block=a&block=b"),
        ({"q": None}, "/bang/t2?block=a&block=b"),
        ({"q": "h’linh", "block": None, "after": "m15"}, "/bang/t2?q=h%E2%80%99linh&after=m15"),
    ],
)
def test_here_changes_the_query_and_keeps_the_rest(site, changes, expected):
    with site.test_request_context("/bang/t2?q=y+thi%C3%AAn&block=a&block=b"):
        assert looks.here(**changes) == expected

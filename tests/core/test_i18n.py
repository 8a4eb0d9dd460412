"""The reader's language is asked for, kept or set, else Vietnamese; filters write in it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from flask_babel import Babel

from core import i18n
from core.saying import Sentence

WEDNESDAY = datetime(2026, 11, 18, 3, 42, 7, tzinfo=UTC)


def browser(preferred=None):
    """Return a client of an application that shows the language and a number."""
    app = Flask(__name__)
    catalogs = str(Path(i18n.__file__).parent / "translations")
    Babel(
        app,
        default_locale="vi",
        default_translation_directories=catalogs,
        locale_selector=i18n.choose_locale,
    )
    i18n.init_app(app, preferred=preferred)
    app.add_url_rule("/", view_func=lambda: f"{i18n.language()} {i18n.number(25980)}")
    return app.test_client()


@pytest.fixture
def app():
    return browser().application


def test_first_visit_is_vietnamese_whatever_the_browser_prefers():
    shown = browser().get("/", headers={"Accept-Language": "en-US"})

    assert shown.text == "vi 25.980"
    assert "Set-Cookie" not in shown.headers


def test_language_asked_for_is_kept():
    client = browser()

    asked = client.get("/?lang=en")
    later = client.get("/")
    back = client.get("/?lang=vi")

    assert (asked.text, later.text, back.text) == ("en 25,980", "en 25,980", "vi 25.980")


def test_unknown_language_is_ignored():
    client = browser()

    shown = client.get("/?lang=fr", headers={"Cookie": "lang=xx"})

    assert shown.text == "vi 25.980"
    assert "Set-Cookie" not in shown.headers


def test_language_of_the_account_counts_until_another_is_asked_for():
    client = browser(preferred=lambda: "en")

    assert [client.get(address).text for address in ("/", "/?lang=vi", "/")] == [
        *("en 25,980", "vi 25.980", "vi 25.980")
    ]


def test_choose_locale_without_a_request_is_vietnamese(app):
    with app.app_context():
        assert i18n.choose_locale() == "vi"
        assert i18n.language() == "vi"


def test_say_fills_a_sentence_with_values_of_the_language(app):
    sentence = Sentence(
        "A phone number needs %(length)s digits; you entered %(entered)s.",
        {"length": 10, "entered": 9},
    )

    with app.test_request_context("/"):
        assert i18n.say(sentence) == "Số điện thoại cần đủ 10 chữ số, bạn mới nhập 9."
    with app.test_request_context("/?lang=en"):
        assert i18n.say(sentence) == "A phone number needs 10 digits; you entered 9."


def test_write_gives_values_their_form(app):
    values = [True, None, 1200, Decimal("8.5"), WEDNESDAY, date(2026, 11, 18), "Sở Y tế"]

    with app.test_request_context("/"):
        written = [i18n.write(value) for value in values]

    assert written == [
        *(True, None, "1.200", "8,5"),
        *("10:42:07 thứ\u00a0Tư, 18/11/2026", "18/11/2026", "Sở Y tế"),
    ]


def test_filters_write_in_templates(app):
    values = {"score": 8_250_000, "at": WEDNESDAY, "span": timedelta(minutes=9, seconds=58)}
    template = (
        "{{ score|score }} {{ 23|percent(98) }} {{ at|deadline }} {{ span|duration }}"
        " {{ at|day }} {{ at.date()|weekday }} {{ 252|countdown }} {{ '3 câu'|breathe }}"
        " {{ '**a**'|markdown }} {{ at|moment }}"
    )

    with app.test_request_context("/"):
        shown = render_template_string(template, **values)

    assert shown.replace("\u00a0", " ") == (
        "8,25 23,47% 10h42 thứ Tư, 18/11 9 phút 58 giây"
        " 18/11/2026 thứ Tư 04:12 3 câu <p><strong>a</strong></p> 10:42:07 thứ Tư, 18/11/2026"
    )

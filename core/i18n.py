"""The reader's language, and dates, numbers and names written in it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from flask import Flask, Response, current_app, g, has_request_context, request
from flask_babel import get_locale, gettext

from core import saying, text, writing

LANGUAGES = ("vi", "en")
COOKIE = "lang"
_A_YEAR = timedelta(days=365)


def init_app(app: Flask, *, preferred: Callable[[], str | None] | None = None) -> None:
    """Give the templates their filters; `preferred` tells the language an account has chosen."""
    app.extensions["preferred_language"] = preferred or _nobodys
    app.jinja_env.filters.update(FILTERS)
    app.after_request(_remember)


def _nobodys() -> None:
    return None


def choose_locale() -> str:
    """Return the reader's language: asked for in the address, kept here, set, or Vietnamese.

    What the browser says it prefers is not asked: many phones here are set to English.
    """
    if not has_request_context():
        return LANGUAGES[0]
    told = (request.args.get("lang"), request.cookies.get(COOKIE))
    chosen = next((language for language in told if language in LANGUAGES), None)
    chosen = chosen or current_app.extensions["preferred_language"]()
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def _remember(response: Response) -> Response:
    """Keep the language that the address asked for, where the page may leave a cookie."""
    asked = request.args.get("lang")
    if asked in LANGUAGES and asked != request.cookies.get(COOKIE) and "keeps_nothing" not in g:
        secure = bool(current_app.config.get("SESSION_COOKIE_SECURE"))
        response.set_cookie(COOKIE, asked, max_age=_A_YEAR, secure=secure, samesite="Lax")
    return response


def language() -> str:
    """Return the language to write in now: vi or en."""
    locale = get_locale()
    found = str(locale.language) if locale else LANGUAGES[0]
    return found if found in LANGUAGES else LANGUAGES[0]


def say(sentence: saying.Sentence) -> str:
    """Return the words of what a rule has to say, in the reader's language."""
    return saying.told(sentence, translated, write)


def translated(message: str) -> str:
    """Return the words of a message id that was marked with N_ where it was written."""
    return gettext(message) if message else ""


def write(value: object) -> object:
    """Return a value as the reader expects it in a sentence."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | Decimal):
        return number(value)
    if isinstance(value, datetime):
        return moment(value)
    return day(value) if isinstance(value, date) else value


def number(value: Decimal | int, places: int | None = None) -> str:
    """Write a number in the reader's language."""
    return writing.number(value, language(), places=places)


def percent(part: Decimal | int, whole: Decimal | int = 100) -> str:
    """Write a rate in the reader's language, with two decimals."""
    return writing.percent(part, whole, language())


def score(value: Decimal | int) -> str:
    """Write a score in the reader's language; an int counts millionths."""
    return writing.score(value, language())


def day(value: date | datetime) -> str:
    """Write a day in the reader's language."""
    return writing.day(value, language())


def weekday(value: date) -> str:
    """Write the day of the week in the reader's language."""
    return writing.weekday(value, language())


def moment(value: datetime) -> str:
    """Write a moment in the reader's language."""
    return writing.moment(value, language())


def deadline(ends: datetime) -> str:
    """Write an end in the reader's language; midnight is 24h00 of the day before."""
    return writing.deadline(ends, language())


def opening(begins: datetime) -> str:
    """Write a beginning in the reader's language, to the minute."""
    return writing.opening(begins, language())


def duration(span: timedelta | int) -> str:
    """Write a stretch of time in the reader's language; an int counts milliseconds."""
    return writing.duration(span, language())


FILTERS: dict[str, Callable[..., object]] = {
    "say": say,
    "number": number,
    "percent": percent,
    "score": score,
    "day": day,
    "weekday": weekday,
    "document_date": writing.document_date,
    "clock": writing.clock,
    "moment": moment,
    "opening": opening,
    "deadline": deadline,
    "duration": duration,
    "countdown": writing.countdown,
    "in_words": writing.in_words,
    "breathe": text.breathe,
    "markdown": text.markdown,
    "highlight": text.highlight,
}

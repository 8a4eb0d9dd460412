"""The edge of signing in: lets in at once who needs no more than a name and a password.

In the minutes before a round opens many sign in, while others save their answers: what the page
would cost for each of them, form, session and template, is what those would wait for. Everybody
else goes on to the page with what was found, so that a password is looked at only once.
"""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, current_app
from flask.sessions import SecureCookieSession

from accounts import access, authenticating
from accounts.credentials import Credentials
from accounts.forms.session import LONGEST_NAME, LONGEST_PASSWORD
from core import limits
from core.errors import DomainError, TooMany
from core.fastpath import Asked, Reply
from core.text import clean_line
from core.web import safe_target, see_other

PATH = "/dang-nhap"
_TRIED = "chungtay.signed-in"
Outcome = Credentials | DomainError


def sign_in(asked: Asked) -> Reply | None:
    """Answer `POST /dang-nhap`, or leave it to the page, which finds the `outcome` of a try."""
    form = asked.form()
    if form is None or asked.environ.get("QUERY_STRING"):
        return None
    name, password = clean_line(form.get("name", "")), form.get("password", "")
    is_whole = 0 < len(name) <= LONGEST_NAME and 0 < len(password) <= LONGEST_PASSWORD
    if not is_whole or not _may_try(asked.environ):
        return None
    found = _tried(name, password, asked)
    if not isinstance(found, str):
        asked.environ[_TRIED] = found
        return None
    return _let_in(found, safe_target(form.get("next"), "/"))


def outcome(environ: Mapping[str, Any]) -> Outcome | None:
    """Return whom the edge has found or why it refused; nothing where it did not try."""
    found: Outcome | None = environ.get(_TRIED)
    return found


def _may_try(environ: Mapping[str, Any]) -> bool:
    """Say whether the address has not failed too often; if it has, the page lets it try slowly."""
    try:
        limits.check("sign-in failures", str(environ.get("REMOTE_ADDR") or "unknown"))
    except TooMany:
        return False
    return True


def _tried(name: str, password: str, asked: Asked) -> str | Outcome:
    try:
        device = asked.header("User-Agent")
        return authenticating.sign_in_at_once(name, password, device=device, at=asked.at)
    except DomainError as refusal:
        return refusal


def _let_in(token: str, target: str) -> Reply:
    app: Flask = current_app
    answer = app.make_response(see_other(app.config["LANDING"][False] if target == "/" else target))
    access.put_cookie(answer, token, is_staff=False)
    _forget_before(app, answer)
    headers = [pair for pair in answer.headers if pair[0] != "Content-Length"]
    return Reply(answer.status_code, answer.get_data(), tuple(headers))


def _forget_before(app: Flask, answer: Response) -> None:
    """Let the browser drop what it carried before signing in, as an emptied session does."""
    emptied = SecureCookieSession()
    emptied.accessed = emptied.modified = True
    app.session_interface.save_session(app, emptied, answer)

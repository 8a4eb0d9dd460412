"""What every page shares: security headers, safe redirects, where a request is from, paging."""

import gzip
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, abort, make_response, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.routing import IntegerConverter, Map

NOT_FRAMED = "frame-ancestors 'none'"
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        NOT_FRAMED,
        "base-uri 'none'",
        "object-src 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types chungtay",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
T = TypeVar("T")
COMPRESSED = {"text/html", "application/json", "text/csv", "image/svg+xml"}
SMALL = 1024
MOST = 2**31 - 1
TRANSPORT = "max-age=31536000; includeSubDomains"


def init_app(app: Flask) -> None:
    """Put the headers on every answer, and refuse hosts that are not ours."""
    app.url_map.converters["int"] = WholeConverter

    @app.before_request
    def check_host() -> None:
        hosts = app.config["ALLOWED_HOSTS"]
        if hosts and request.host.split(":")[0] not in hosts:
            abort(400)

    app.before_request(check_text)

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if app.config["HTTPS"]:
            response.headers.setdefault("Strict-Transport-Security", TRANSPORT)
        response.headers.setdefault("Cache-Control", "no-store")
        return compress(response)


def check_text() -> None:
    """Refuse a request with NUL, which no text of ours holds and PostgreSQL does not take."""
    sent = [request.path, *request.args, *request.args.values()]
    if request.method == "POST":
        sent += [*request.form, *itertools.chain(*request.form.listvalues())]
    if any("\x00" in one for one in sent):
        abort(400)


def compress(response: Response) -> Response:
    """Compress a page or JSON for a browser that takes gzip; small ones are not worth it."""
    wanted = request.accept_encodings.quality("gzip") > 0
    if (
        not wanted
        or response.is_streamed
        or response.direct_passthrough
        or response.mimetype not in COMPRESSED
        or "Content-Encoding" in response.headers
        or (response.content_length or 0) < SMALL
    ):
        return response
    response.set_data(gzip.compress(response.get_data(), compresslevel=6, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response


def whole(text: str) -> int:
    """Return a number as addresses and forms carry it: 0 or more, and within what a column holds.

    Raise `ValueError` for anything else.
    """
    if not text.isascii() or not text.isdecimal() or len(text) > len(str(MOST)):
        raise ValueError(text)
    number = int(text)
    if number > MOST:
        raise ValueError(text)
    return number


def whole_or(text: str | None, otherwise: T) -> int | T:
    """Return the number that `whole` reads, or the other value."""
    try:
        return whole(text or "")
    except ValueError:
        return otherwise


class WholeConverter(IntegerConverter):
    """A number in an address; one that no column can hold is an address of nothing."""

    def __init__(
        self,
        map: Map,
        **options: Any,  # noqa: ANN401 -- what an address says of its number
    ) -> None:
        super().__init__(map, **{"max": MOST} | options)


def safe_target(address: str | None, otherwise: str) -> str:
    """Return the address if it leads back into this site, else the other one."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return otherwise
    parts = urlsplit(address)
    return otherwise if parts.scheme or parts.netloc else address


def page_before() -> str:
    """Return the page of this site that the request was sent from, or nothing."""
    asked = urlsplit(request.referrer or "")
    if asked.netloc != request.host or (request.method == "GET" and asked.path == request.path):
        return ""
    return safe_target(f"{asked.path}?{asked.query}" if asked.query else asked.path, "")


def see_other(address: str) -> ResponseReturnValue:
    """Send the browser on after a form, so that reloading does not send the form again."""
    return redirect(address, 303)


def framed_by(sites: Sequence[str]) -> str:
    """Return the policy of a page that only these sites may show in a frame."""
    return POLICY.replace(NOT_FRAMED, f"frame-ancestors {' '.join(sites)}") if sites else POLICY


def versioned(etag: str, render: Callable[[], str], *, is_shared: bool) -> Response:
    """Answer with a page that has a version; who knows that one is not sent it again.

    `is_shared` where everybody gets the same, so that others may keep it.
    """
    response = make_response()
    response.set_etag(etag)
    response.headers["Vary"] = "Cookie"
    response.headers["Cache-Control"] = "public, max-age=2" if is_shared else "private, no-cache"
    if response.make_conditional(request).status_code != 304:
        response.set_data(render())
    return response


def same_origin(environ: Mapping[str, Any]) -> bool:
    """Say whether the browser says that this request comes from our own pages."""
    site = environ.get("HTTP_SEC_FETCH_SITE")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = environ.get("HTTP_ORIGIN")
    return origin is None or urlsplit(origin).netloc == environ.get("HTTP_HOST")


def from_own_page(environ: Mapping[str, Any]) -> bool:
    """Say whether the browser says that it sends a form of ours; silence counts as no."""
    site = environ.get("HTTP_SEC_FETCH_SITE")
    if site is not None:
        return bool(site == "same-origin")
    here = f"{environ['wsgi.url_scheme']}://{environ.get('HTTP_HOST')}"
    return bool(environ.get("HTTP_ORIGIN") == here)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list, and the marks of the pages beside it (none: there is no such page)."""

    rows: list[T]
    before: str | None = None
    after: str | None = None

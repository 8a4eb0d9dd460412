"""A small layer before Flask: hot addresses answered without a session, public pages kept ready.

It sets the headers, request id and log line that Flask's answers have; a test compares them.
"""

import gzip
import json
import logging
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from hashlib import sha256
from http.client import responses
from typing import Any, cast
from urllib.parse import parse_qsl

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import ETags
from werkzeug.http import parse_cookie, parse_etags
from werkzeug.test import EnvironBuilder

from core import clock, logs, storage, web
from core.bodies import Guarded, Readers, Rooms
from core.errors import DomainError, Forbidden, Invalid
from core.hub import Hub
from core.keeping import Kept

Environ = dict[str, Any]
MOST_BYTES = 1024 * 1024
OURS = "chungtay"
# What the inner application is told of a page that everybody gets alike.
SHARED = "chungtay.shared"
STALE = 5
FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 20
WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})
PAGE_QUERY = re.compile(r"(?:(?:after|before|khoi|don-vi)=[\w.%-]*&?)*")
LANGUAGE = "lang"
log = logging.getLogger("chungtay")
_write = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, check_circular=False).encode


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came in, when it did, and the id that names it in the log."""

    environ: Environ
    at: datetime
    name: str = ""
    # Who may read its body, where the server gives it as it comes.
    readers: Readers | None = None

    def header(self, name: str) -> str:
        """Return a header, empty when it was not sent."""
        return str(self.environ.get(f"HTTP_{name.upper().replace('-', '_')}", ""))

    def json(self) -> dict[str, Any]:
        """Return the JSON object of a request that only our own pages can have sent.

        Raise `Forbidden` for a request from another site, `Invalid` for anything but an object.
        """
        if self.header("X-Requested-With") != OURS or not web.same_origin(self.environ):
            raise Forbidden
        if self.environ.get("CONTENT_TYPE", "").partition(";")[0].strip() != "application/json":
            raise Invalid
        try:
            body = json.loads(self._body())
        except (ValueError, RecursionError):
            raise Invalid from None
        if not isinstance(body, dict):
            raise Invalid
        return cast("dict[str, Any]", body)

    def form(self) -> Mapping[str, str] | None:
        """Return the fields of a short form that surely comes from a page of ours, else nothing.

        Its body stays to be read by whoever answers instead.
        """
        if self.environ.get("CONTENT_TYPE") != FORM or not web.from_own_page(self.environ):
            return None
        body = self.environ["wsgi.input"]
        sent = body.whole() if isinstance(body, Guarded) else None
        if sent is None or not sent.isascii():
            return None
        try:
            pairs = parse_qsl(sent.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
        except ValueError:
            return None
        if any("\x00" in text for pair in pairs for text in pair):
            return None
        # Of a field sent twice the first counts, as on every page.
        return dict(reversed(pairs))

    def _body(self) -> bytes:
        length = int(self.environ.get("CONTENT_LENGTH") or 0)
        if length > MOST_BYTES:
            raise Invalid
        stream = self.environ["wsgi.input"]
        if self.readers is None:
            return cast("bytes", stream.read(length))
        return self.readers.read(stream, length)


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered: a status, a body, and headers beside those that every answer has."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


Handler = Callable[..., Reply]
# What answers a form sooner than its page would; nothing where the page has to.
Shortcut = Callable[[Asked], Reply | None]


@dataclass(frozen=True, slots=True)
class Route:
    """An address answered by `handler`, which is given what the groups of `path` hold."""

    method: str
    path: re.Pattern[str]
    handler: Handler


def as_json(status: int, content: Mapping[str, Any], headers: Mapping[str, str] = {}) -> Reply:
    """Return a reply of one JSON object."""
    body = _write(content).encode()
    return Reply(status, body, (("Content-Type", "application/json"), *headers.items()))


def view(handler: Handler) -> Callable[..., ResponseReturnValue]:
    """Return the handler as a Flask view, for the table of addresses and for answers without us."""

    @wraps(handler)
    def answered(**values: str) -> ResponseReturnValue:
        reply = answer(handler, Asked(request.environ, clock.now(), logs.request_id()), values)
        return Response(reply.body, reply.status, list(reply.headers))

    return answered


def answer(handler: Handler, asked: Asked, values: Mapping[str, str]) -> Reply:
    """Let the handler answer; a refusal or a fault becomes JSON with its own status."""
    try:
        return handler(asked, **values)
    except DomainError as refusal:
        wait = refusal.details.get("retry_after")
        headers = {"Retry-After": str(wait)} if wait else {}
        return as_json(refusal.status, {"error": type(refusal).__name__.lower()}, headers)
    except OperationalError as fault:
        log.exception("storage", exc_info=fault, extra={"request_id": asked.name})
        return as_json(storage.status_of(fault), {"error": "storage"}, {"Retry-After": "2"})
    except Exception as fault:
        log.exception("fault", exc_info=fault, extra={"request_id": asked.name})
        return as_json(500, {"error": "fault"})


@dataclass(frozen=True, slots=True)
class _Page:
    """A page as it is sent: its status, headers, and body plain and compressed."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes
    packed: bytes
    etags: ETags
    is_public: bool

    def pack(self) -> bytes:
        """Return a public page as bytes, for another process."""
        told = json.dumps([self.status, self.headers, self.etags.to_header(), len(self.body)])
        return told.encode() + b"\n" + self.body + self.packed

    @classmethod
    def unpack(cls, packed: bytes) -> "_Page":
        """Return the page that another process has packed."""
        told, _, bodies = packed.partition(b"\n")
        status, headers, etags, size = json.loads(told)
        pairs = [(name, value) for name, value in headers]
        return cls(status, pairs, bodies[:size], bodies[size:], parse_etags(etags), True)


@dataclass(frozen=True, slots=True)
class _Caught:
    """An answer of the inner application, caught on its way out."""

    status: list[str] = field(default_factory=list)
    headers: list[tuple[str, str]] = field(default_factory=list)

    def start(self, status: str, headers: list[tuple[str, str]], *_: object) -> Callable[..., Any]:
        """Take the place of the server's `start_response`."""
        self.status.append(status)
        self.headers.extend(headers)
        return lambda _body: None


def sharing(environ: Mapping[str, Any]) -> str:
    """Say for whom a page is made that is kept: "known", "stranger", or "" for one reader only."""
    return str(environ.get(SHARED, ""))


class Layer:
    """The WSGI application that looks at every request first."""

    def __init__(
        self,
        app: Flask,
        routes: Sequence[Route],
        pages: re.Pattern[str],
        forms: Mapping[str, Shortcut] = {},
    ) -> None:
        self._app, self._forms = app, forms
        app.extensions["fastpath"] = self
        self._inner = app.wsgi_app
        self._routes: dict[str, list[Route]] = {method: [] for method in ("GET", "PUT", "POST")}
        for route in routes:
            self._routes[route.method].append(route)
        self._pages = pages
        self._rooms: Rooms = app.extensions["bodies"]
        self._hosts: Sequence[str] = app.config["ALLOWED_HOSTS"]
        self._session = app.config["SESSION_NAME"]
        self._last: int = app.config["PAGES_LAST"]
        self._kept: Kept[_Page] = Kept(self._last, stale=STALE)
        self._base = [*web.HEADERS.items()]
        if app.config["HTTPS"]:
            self._base.append(("Strict-Transport-Security", web.TRANSPORT))

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer what is ours and pass on the rest; neither waits until the other has room."""
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        is_ours = not self._hosts or environ.get("HTTP_HOST", "").split(":")[0] in self._hosts
        if is_ours:
            for route in self._routes.get(method, ()):
                found = route.path.fullmatch(path)
                if found:
                    with self._rooms.hot:
                        return self._reply(route.handler, found, environ, start_response)
        with self._rooms.works:
            if is_ours and method == "GET" and self._pages.fullmatch(path) and _is_plain(environ):
                return self._page(environ, start_response)
            if method in WITH_BODY:
                body = environ["wsgi.input"]
                environ["wsgi.input"] = self._rooms.guard(body, is_piece=method == "PUT")
            shortcut = self._forms.get(path) if is_ours and method == "POST" else None
            answered = self._shortcut(shortcut, environ, start_response) if shortcut else None
            return self._inner(environ, start_response) if answered is None else answered

    def _reply(
        self,
        handler: Handler,
        found: re.Match[str],
        environ: Environ,
        start_response: Callable[..., Any],
    ) -> Iterable[bytes]:
        named, began = secrets.token_hex(8), clock.ticks()
        asked = Asked(environ, clock.now(), named, self._rooms.answers)
        with self._app.app_context():
            reply = answer(handler, asked, found.groupdict())
        return self._send(reply, asked, began, start_response)

    def _shortcut(
        self, shortcut: Shortcut, environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes] | None:
        """Answer a form; nothing where its page has to, as after any fault: it has words."""
        asked, began = Asked(environ, clock.now(), secrets.token_hex(8)), clock.ticks()
        try:
            with self._app.app_context():
                reply = shortcut(asked)
        except Exception as fault:
            log.exception("fault", exc_info=fault, extra={"request_id": asked.name})
            return None
        return self._send(reply, asked, began, start_response) if reply else None

    def _send(
        self, reply: Reply, asked: Asked, began: float, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        headers = [
            *self._base,
            *reply.headers,
            ("Content-Length", str(len(reply.body))),
            ("Cache-Control", "no-store"),
            ("X-Request-Id", asked.name),
        ]
        method, path = asked.environ["REQUEST_METHOD"], asked.environ["PATH_INFO"]
        logs.line(method, path, reply.status, began, asked.name)
        start_response(_status(reply.status), headers)
        return [reply.body]

    # --- Public pages --------------------------------------------------------------------------

    def page(self, path: str) -> bytes | None:
        """Return a page as every stranger gets it; nothing where it is not public."""
        environ = EnvironBuilder(path, base_url=f"http://{self._name()}/").get_environ()
        made = self._build(environ, "", known=False)
        return made.body if made.is_public else None

    def _name(self) -> str:
        return self._hosts[0] if self._hosts else "localhost"

    def _page(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        began = clock.ticks()
        cookies = parse_cookie(environ.get("HTTP_COOKIE", ""))
        known, language = self._session in cookies, cookies.get(LANGUAGE, "")[:2]
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        key = (path, query, known, language, environ.get("HTTP_HOST"))
        page = self._kept.get(
            key, lambda: self._shared(key, environ, language, known=known), at=clock.now()
        )
        if not page.is_public:
            return self._inner(environ, start_response)
        headers, body, status = list(page.headers), page.body, page.status
        if page.etags and page.etags.as_set() & _wanted(environ):
            status, body = 304, b""
            headers = [one for one in headers if one[0].lower() != "content-type"]
        elif page.packed and "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
            body = page.packed
            headers.append(("Content-Encoding", "gzip"))
        if status != 304:
            headers.append(("Content-Length", str(len(body))))
        named = secrets.token_hex(8)
        headers.append(("X-Request-Id", named))
        logs.line("GET", path, status, began, named)
        start_response(_status(status), headers)
        return [body]

    def _shared(
        self, key: Sequence[object], environ: Environ, language: str, *, known: bool
    ) -> _Page:
        """Return a page that another process has just made, or make it for the others, too."""
        told: Hub = self._app.extensions["hub"]
        if not told.is_set or not self._last:
            return self._build(environ, language, known=known)
        # Of other software the page may be another one.
        named = repr((self._app.extensions["assets"].tree, *key)).encode()
        name = f"page:{sha256(named).hexdigest()}"
        found = told.get(name)
        if found is not None:
            return _Page.unpack(found)
        page = self._build(environ, language, known=known)
        if page.is_public:
            told.put(name, page.pack(), self._last)
        return page

    def _build(self, environ: Environ, language: str, *, known: bool) -> _Page:
        """Have the inner application make the page as everybody gets it."""
        left_out = {"HTTP_IF_NONE_MATCH", "HTTP_ACCEPT_ENCODING", "HTTP_COOKIE"}
        told = {name: value for name, value in environ.items() if name not in left_out}
        told |= {SHARED: "known" if known else "stranger"}
        if language:
            told["HTTP_COOKIE"] = f"{LANGUAGE}={language}"
        caught = _Caught()
        body = b"".join(self._inner(told, caught.start))
        status = int(caught.status[-1].split(" ", 1)[0])
        names = {name.lower(): value for name, value in caught.headers}
        is_public = "public" in names.get("cache-control", "") and "set-cookie" not in names
        dropped = {"content-length", "x-request-id", "vary"}
        headers = [(name, value) for name, value in caught.headers if name.lower() not in dropped]
        headers.append(("Vary", "Cookie, Accept-Encoding"))
        packed = gzip.compress(body, compresslevel=6, mtime=0) if len(body) > web.SMALL else b""
        etags = parse_etags(names.get("etag"))
        return _Page(status, headers, body, packed, etags, is_public and status == 200)


def _is_plain(environ: Environ) -> bool:
    return PAGE_QUERY.fullmatch(environ.get("QUERY_STRING", "")) is not None


def _wanted(environ: Environ) -> set[str]:
    sent = environ.get("HTTP_IF_NONE_MATCH", "")
    return parse_etags(sent).as_set() if sent else set()


def _status(code: int) -> str:
    return f"{code} {responses[code]}"

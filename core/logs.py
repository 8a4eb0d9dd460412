"""Structured logs: one JSON object a line, each with the id of the request it belongs to."""

import json
import logging
import secrets
import sys
from datetime import UTC, datetime

from flask import Flask, Response, g, has_request_context, request

from core import clock

logger = logging.getLogger("chungtay")
HIDDEN = ("message", "asctime", "taskName")
PLAIN = set(vars(logging.makeLogRecord({}))) | set(HIDDEN)


class JSONFormatter(logging.Formatter):
    """Write a record as one line of JSON: when, level, logger, words, request id, extras."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_request_context():
            line["request_id"] = request_id()
        line |= {key: value for key, value in vars(record).items() if key not in PLAIN}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def request_id() -> str:
    """Return the id of the request being answered, made once."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    return str(g.request_id)


def init_app(app: Flask) -> None:
    """Log to standard error as JSON lines, and one line for each request."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JSONFormatter())
    logger.handlers = [handler]
    logger.propagate = False
    logger.setLevel(app.config["LOG_LEVEL"])
    app.logger = logger

    @app.before_request
    def begin() -> None:
        g.began = clock.ticks()

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-Id"] = request_id()
        began = g.get("began", clock.ticks())
        line(request.method, request.path, response.status_code, began, request_id())
        return response


def line(method: str, path: str, status: int, began: float, named: str) -> None:
    """Log the request of the id `named`; `began` is when, in ticks of the clock."""
    level = logging.WARNING if status >= 500 else logging.INFO
    if logger.isEnabledFor(level):
        took = round((clock.ticks() - began) * 1000, 1)
        told = {"method": method, "path": path, "status": status, "ms": took, "request_id": named}
        logger.log(level, "request", extra=told)

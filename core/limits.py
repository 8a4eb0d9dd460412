"""Rate limits: one table of them, counted in the process or in Valkey, and one way to refuse."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Flask, current_app, request
from limits import RateLimitItem, parse
from limits.storage import Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from core import clock
from core.errors import TooMany

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Limit:
    """How often something may be done, and for whom it is counted."""

    rate: str
    key: str

    @property
    def item(self) -> RateLimitItem:
        """Return the limit as the counting library wants it."""
        return parse(self.rate)


LIMITS = {
    "sign-in failures": Limit("100 per 10 minutes", "address"),
    "sign-in slowed": Limit("30 per minute", "address"),
    "registration": Limit("60 per minute", "address"),
    "reset": Limit("3 per hour", "account"),
    "unit search": Limit("120 per minute", "address"),
    "lookup": Limit("20 per minute", "address"),
    "start": Limit("10 per minute", "account"),
    "board": Limit("30 per minute", "address"),
    "export": Limit("10 per hour", "account"),
    "print": Limit("120 per hour", "account"),
    "upload": Limit("20 per hour", "account"),
}


def init_app(app: Flask) -> None:
    """Choose where counts are kept: Valkey when its address is set, else this process."""
    address = app.config.get("VALKEY_URL") or "memory://"
    app.extensions["limits"] = MovingWindowRateLimiter(storage_from_string(address))


def _counter() -> MovingWindowRateLimiter:
    counter: MovingWindowRateLimiter = current_app.extensions["limits"]
    return counter


def count(name: str, key: str) -> None:
    """Count one more of it for the key; raise `TooMany` when the limit is passed."""
    if not current_app.config.get("RATELIMIT_ENABLED", True):
        return
    item = LIMITS[name].item
    if not _counter().hit(item, name, key):
        raise TooMany(retry_after=_wait(item, name, key))


def check(name: str, key: str) -> None:
    """Raise `TooMany` when no more of it is allowed to the key; count nothing."""
    if not current_app.config.get("RATELIMIT_ENABLED", True):
        return
    item = LIMITS[name].item
    if not _counter().test(item, name, key):
        raise TooMany(retry_after=_wait(item, name, key))


def forget() -> None:
    """Forget every count of this installation."""
    storage: Storage = _counter().storage
    storage.reset()


def _wait(item: RateLimitItem, name: str, key: str) -> int:
    """Return in how many seconds, at least one, the key may try again."""
    resets = _counter().get_window_stats(item, name, key).reset_time
    return max(1, round(resets - clock.now().timestamp()))


def address() -> str:
    """Return the address that the request comes from."""
    return request.remote_addr or "unknown"


def limited(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Count every call of a view for the address it comes from."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def counted(*args: P.args, **kwargs: P.kwargs) -> R:
            count(name, address())
            return view(*args, **kwargs)

        return counted

    return decorate

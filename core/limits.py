"""Rate limits: one table of them, counted in Valkey or in the process, and one way to refuse."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Flask, current_app, request
from limits import RateLimitItem, parse
from limits.storage import Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from core import clock, hub
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
    "vote refused": Limit("120 per 10 minutes", "address"),
    "lookup": Limit("20 per minute", "address"),
    "start": Limit("10 per minute", "account"),
    "board": Limit("30 per minute", "address"),
    "export": Limit("10 per hour", "account"),
    "print": Limit("120 per hour", "account"),
    "upload": Limit("20 per hour", "account"),
}


@dataclass(frozen=True, slots=True)
class Counters:
    """Where counts are kept: in this process, and in Valkey where its address is set."""

    own: MovingWindowRateLimiter
    shared: MovingWindowRateLimiter | None

    def ask(self, act: Callable[[MovingWindowRateLimiter], R]) -> R:
        """Ask the shared counts, and this process's own while those are away."""
        shared = self.shared
        if shared is None:
            return act(self.own)
        return hub.here().attempt(lambda _: act(shared), lambda: act(self.own))


def init_app(app: Flask) -> None:
    """Choose where counts are kept."""
    address, own = app.config["VALKEY_URL"], storage_from_string("memory://")
    shared = None
    if address:
        pool = app.extensions["hub"].client.connection_pool
        shared = MovingWindowRateLimiter(storage_from_string(address, connection_pool=pool))
    app.extensions["limits"] = Counters(MovingWindowRateLimiter(own), shared)


def _counters() -> Counters:
    counters: Counters = current_app.extensions["limits"]
    return counters


def count(name: str, key: str) -> None:
    """Count one more of it for the key; raise `TooMany` when the limit is passed."""
    if not current_app.config.get("RATELIMIT_ENABLED", True):
        return
    item = LIMITS[name].item
    if not _counters().ask(lambda counts: counts.hit(item, name, key)):
        raise TooMany(retry_after=_wait(item, name, key))


def check(name: str, key: str) -> None:
    """Raise `TooMany` when no more of it is allowed to the key; count nothing."""
    if not current_app.config.get("RATELIMIT_ENABLED", True):
        return
    item = LIMITS[name].item
    if not _counters().ask(lambda counts: counts.test(item, name, key)):
        raise TooMany(retry_after=_wait(item, name, key))


def forget() -> None:
    """Forget every count of this installation."""

    def reset(counts: MovingWindowRateLimiter) -> None:
        storage: Storage = counts.storage
        storage.reset()

    reset(_counters().own)
    _counters().ask(reset)


def _wait(item: RateLimitItem, name: str, key: str) -> int:
    """Return in how many seconds, at least one, the key may try again."""
    stats = _counters().ask(lambda counts: counts.get_window_stats(item, name, key))
    return max(1, round(stats.reset_time - clock.now().timestamp()))


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

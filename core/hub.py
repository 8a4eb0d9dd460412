"""What the servers of an installation tell each other through Valkey: a help, never the only copy.

Where none is set, or it is away, everybody goes on alone. Nobody waits for it longer than
`MOST_WAIT`, and after a fault nobody asks it for `REST` seconds.
"""

import threading
from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, current_app

from core import clock
from core.logs import logger

T = TypeVar("T")
MOST_WAIT = 0.2
REST = 5.0
LONGEST = 1.0
PREFIX = "chungtay:"


class Hub:
    """The Valkey server of an installation, or what stands for it where there is none."""

    def __init__(self, address: str, *, connections: int = 8) -> None:
        self._address, self._connections = address, connections
        self.client = self._make(MOST_WAIT) if address else None
        self._waiter: Any = None
        self._rests_until = 0.0

    def _make(self, timeout: float) -> Any:  # noqa: ANN401 -- the client is loaded only where it is used
        import valkey
        from valkey.backoff import NoBackoff
        from valkey.retry import Retry

        self._faults: tuple[type[Exception], ...] = (OSError, valkey.ValkeyError)
        return valkey.Valkey.from_url(
            self._address,
            socket_timeout=timeout,
            socket_connect_timeout=MOST_WAIT,
            max_connections=self._connections,
            retry=Retry(NoBackoff(), 0),
        )

    @property
    def is_set(self) -> bool:
        """Say whether there is a server to be asked at all."""
        return self.client is not None

    def attempt(self, act: Callable[[Any], T], otherwise: Callable[[], T]) -> T:
        """Do `act` with the server's client; where that cannot be, do the other."""
        if self.client is None or clock.ticks() < self._rests_until:
            return otherwise()
        try:
            return act(self.client)
        except self._faults as fault:
            self._rest(fault)
        return otherwise()

    def _rest(self, fault: Exception) -> None:
        self._rests_until = clock.ticks() + REST
        logger.warning("valkey away", extra={"fault": str(fault) or type(fault).__name__})

    def get(self, key: str) -> bytes | None:
        """Return what another process has put there, if it is still kept."""
        return self.attempt(lambda client: cast("bytes", client.get(PREFIX + key)), lambda: None)

    def put(self, key: str, value: bytes, seconds: int) -> None:
        """Let other processes have this for so many seconds."""
        self.attempt(lambda client: client.set(PREFIX + key, value, ex=seconds), lambda: None)

    def ring(self, bell: str) -> None:
        """Wake one of those who wait at the bell."""

        def rung(client: Any) -> None:  # noqa: ANN401 -- as above
            with client.pipeline(transaction=False) as together:
                together.lpush(PREFIX + bell, 1)
                together.ltrim(PREFIX + bell, 0, 0)
                together.execute()

        self.attempt(rung, lambda: None)

    def wait(self, bell: str, stopped: threading.Event, seconds: float) -> None:
        """Wait so long, a second at most, or until somebody rings; alone, until told to stop."""

        def waited(_: object) -> None:
            if self._waiter is None:
                self._waiter = self._make(MOST_WAIT + LONGEST)
            self._waiter.blpop([PREFIX + bell], timeout=min(seconds, LONGEST))

        def alone() -> None:
            stopped.wait(seconds)

        self.attempt(waited, alone)


def init_app(app: Flask) -> None:
    """Give the application its hub; nothing is asked yet."""
    # A connection for each request that is answered at once, and some for those beside.
    app.extensions["hub"] = Hub(app.config["VALKEY_URL"], connections=app.config["THREADS"] + 8)


def here() -> Hub:
    """Return the hub of this installation."""
    found: Hub = current_app.extensions["hub"]
    return found

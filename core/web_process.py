"""What a web process does first: so little is imported here that it is done at once."""

import signal
from importlib import import_module
from typing import Any

APPLICATION = "app"


def create_app() -> Any:  # noqa: ANN401 -- the application is not imported before this is called
    """Return the application, loaded by a process that can be told to end while it loads.

    It was forked from one that notes signals for a loop of its own. Told to end at that moment, it
    would note it, too, forget it, and be waited for for ever.
    """
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_DFL)
    return import_module(APPLICATION).create_app()

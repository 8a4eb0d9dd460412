"""The web processes: the application is loaded once, and each of them is forked with it."""

import gc
import signal
from importlib import import_module
from typing import Any

APPLICATION = "app"


def create_app() -> Any:  # noqa: ANN401 -- the application is not imported before this is called
    """Return the application, made by a process that can be told to end meanwhile.

    It was forked from one that notes signals for a loop of its own. Told to end at that moment, it
    would note it, too, forget it, and be waited for for ever.
    """
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_DFL)
    return import_module(APPLICATION).create_app()


def main() -> None:
    """Load the application's modules, and let the server fork as many processes as it is told to.

    One that takes the place of another is there at once, and what was loaded is kept only once.
    """
    import_module(APPLICATION)
    gc.collect()
    gc.freeze()
    import_module("granian.cli").entrypoint()


if __name__ == "__main__":
    main()

"""A browser with a folder of its own, which can be closed, killed, and started again."""

import os
import signal
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Error

from tests.browser.driving import ARGS, PHONE
from tests.system import chromium


class Browser:
    """One person's browser: what it has stored is there again after it was closed or killed."""

    def __init__(self, kind, folder, address):
        self._type, self._folder, self._address = kind, str(folder), address
        self.context = None
        self.start()

    def start(self):
        """Start the browser on its folder."""
        self.context = self._type.launch_persistent_context(
            self._folder,
            executable_path=chromium(),
            args=list(ARGS),
            base_url=self._address,
            viewport=PHONE,
            locale="vi",
        )
        self.context.set_default_timeout(15_000)
        return self.context

    def close(self):
        """Close it in good order."""
        if self.context is not None:
            self.context.close()
            self.context = None

    def kill(self):
        """End its process at once, as when the battery is out."""
        os.kill(self._process(), signal.SIGKILL)
        with suppress(Error):  # nobody is there to be closed
            self.context.close()
        self.context = None

    def _process(self):
        folder = f"--user-data-dir={self._folder}".encode()
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if folder in words and not any(word.startswith(b"--type=") for word in words):
                return int(entry.name)
        raise AssertionError("the browser has no process")

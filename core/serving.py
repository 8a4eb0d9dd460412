"""The embedded server: web processes and one job process, started, watched and stopped together."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import NoReturn

from flask import Flask

from core import clock_watching, config, jobs, schema
from core.config import ROOT
from core.db import db

WATCH_EVERY = 0.5
# How many seconds our processes have to end; web processes half of it, what they do answered.
PATIENCE = 20


def web_command(app: Flask) -> list[str]:
    """Return the command of the web processes.

    Many threads: most of them wait for the disk, and all that wait share one commit. Many more for
    bodies that come slowly, started only where there are such.
    """
    threads = app.config["THREADS"] + app.config["SENDERS"]
    return [
        *(sys.executable, "-m", "core.web_process", "--interface", "wsgi", "--factory"),
        *("--host", app.config["HOST"], "--port", str(app.config["PORT"])),
        *("--workers", str(app.config["WORKERS"]), "--blocking-threads", str(threads)),
        *("--respawn-failed-workers", "--no-ws", "--log-level", "warning"),
        *("--workers-kill-timeout", str(PATIENCE // 2)),
        "core.web_process:create_app",
    ]


def work_command() -> list[str]:
    """Return the command of the job process."""
    return [sys.executable, "-m", "flask", "--app", "app", "core", "work"]


def start(app: Flask, welcome: Callable[[], None]) -> NoReturn:
    """Bring the installation up to date, do what `welcome` does there, and serve."""
    config.make_secret(app.config["INSTANCE"])
    app.config.update(config.complete({"DEMO": app.config["DEMO"]}))
    with app.app_context():
        schema.upgrade()
        welcome()
        db.session.remove()
    raise SystemExit(serve(app))


def serve(app: Flask) -> int:
    """Run until told to stop; start again whichever process ends by itself."""
    commands = [web_command(app), work_command()]
    stopped = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    running = [_start(command) for command in commands]
    while not stopped.wait(WATCH_EVERY):
        for place, process in enumerate(running):
            if process.poll() is not None:
                time.sleep(WATCH_EVERY)
                running[place] = _start(commands[place])
    for process in running:
        process.terminate()
    for process in running:
        process.wait(timeout=PATIENCE)
    return 0


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, cwd=ROOT)  # noqa: S603 -- commands of this module only


def work(app: Flask) -> None:
    """Do jobs until told to stop."""
    stopped = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    watching = clock_watching.begin(app, stopped)
    with app.app_context():
        jobs.run_until(stopped)
    watching.join(timeout=clock_watching.EVERY * 3)

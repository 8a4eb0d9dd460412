"""The embedded server: web processes and one job process, started, watched and stopped together.

The supervisor has the application loaded and opens no database. The others are forked from it, so
that one in the place of another is there at once, and what was loaded is kept only once.
"""

import contextvars
import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from importlib import import_module
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NoReturn

from flask import Flask

from core import clock_watching, config, jobs, schema
from core.config import ROOT

APPLICATION = "app"
SERVE = (sys.executable, "-m", "flask", "--app", APPLICATION, "core", "serve")
WATCH_EVERY = 0.5
# How many seconds our processes have to end; web processes half of it, what they do answered.
PATIENCE = 20
# As `ps` and `top` show them.
WEB, WORK = "chungtay-web", "chungtay-jobs"
_ENDS = (signal.SIGINT, signal.SIGTERM)


def web_words(app: Flask) -> list[str]:
    """Return what the web server is told.

    Many threads: most of them wait for the disk, and all that wait share one commit. Many more for
    bodies that come slowly, started only where there are such.
    """
    threads = app.config["THREADS"] + app.config["SENDERS"]
    return [
        *("--interface", "wsgi", "--factory"),
        *("--host", app.config["HOST"], "--port", str(app.config["PORT"])),
        *("--workers", str(app.config["WORKERS"]), "--blocking-threads", str(threads)),
        *("--respawn-failed-workers", "--no-ws", "--log-level", "warning"),
        *("--workers-kill-timeout", str(PATIENCE // 2)),
        "core.serving:create_app",
    ]


def start(app: Flask, welcome: Callable[[], None]) -> NoReturn:
    """Bring the installation up to date, do what `welcome` does there, and serve.

    What was opened and started for that is left behind: the process begins anew as a supervisor.
    """
    config.make_secret(app.config["INSTANCE"])
    app.config.update(config.complete({"DEMO": app.config["DEMO"]}))
    with app.app_context():
        schema.upgrade()
        welcome()
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execv(SERVE[0], SERVE)  # noqa: S606 -- our own interpreter, our own code


def serve(app: Flask) -> int:
    """Run until told to stop; start again whichever process ends by itself."""
    return watch([partial(_serve_web, web_words(app)), _do_jobs])


def watch(acts: Iterable[Callable[[], Any]]) -> int:
    """Do each of these in a process of its own until told to stop; again when it ends by itself."""
    stopped = threading.Event()
    for name in _ENDS:
        signal.signal(name, lambda *_: stopped.set())
    gc.collect()
    gc.freeze()
    running = [(act, _forked(act)) for act in acts]
    while not stopped.wait(WATCH_EVERY):
        for place, (act, process) in enumerate(running):
            if process.exitcode is not None:
                time.sleep(WATCH_EVERY)
                running[place] = act, _forked(act)
    for _, process in running:
        process.terminate()
    for _, process in running:
        process.join(timeout=PATIENCE)
    return 0


def _forked(act: Callable[[], Any]) -> BaseProcess:
    """Do something in a process forked from this one, with nothing of the request around us.

    Told to end before it listens, it would hear of it by the handler it has from us: signals wait.
    """
    fresh = contextvars.Context()
    process = multiprocessing.get_context("fork").Process(target=fresh.run, args=(_alone, act))
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)
    return process


def _alone(act: Callable[[], Any]) -> None:
    """Be the child: end when told to, and do it."""
    _listen()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)
    act()


def _listen() -> None:
    for name in _ENDS:
        signal.signal(name, signal.SIG_DFL)


def _be_called(name: str) -> None:
    with suppress(OSError):
        Path("/proc/self/comm").write_text(name)


def _serve_web(words: list[str]) -> None:
    """Let the server fork as many web processes as it is told to."""
    _be_called(WEB)
    sys.argv = ["granian", *words]
    import_module("granian.cli").entrypoint()


def create_app() -> Flask:
    """Return the application of a web process, which can be told to end meanwhile.

    It was forked from one that notes signals for a loop of its own. Told to end at that moment, it
    would note it, too, forget it, and be waited for for ever.
    """
    _listen()
    return _application()


def _application() -> Flask:
    made: Flask = import_module(APPLICATION).create_app()
    return made


def _do_jobs() -> None:
    _be_called(WORK)
    work(_application())


def work(app: Flask) -> None:
    """Do jobs until told to stop."""
    stopped = threading.Event()
    for name in _ENDS:
        signal.signal(name, lambda *_: stopped.set())
    watching = clock_watching.begin(app, stopped)
    with app.app_context():
        jobs.run_until(stopped)
    watching.join(timeout=clock_watching.EVERY * 3)

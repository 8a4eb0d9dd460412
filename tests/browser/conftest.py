"""A real browser, and the whole site served by its own server with a small demo in it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from core.config import ROOT
from tests.system import chromium as path_of_chromium

ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
SHOTS = Path(__file__).parent / "shots"
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
PEOPLE = 120


@dataclass(frozen=True)
class Site:
    """The site as it is served: its address, its folder, and the demo's codes by role."""

    address: str
    folder: Path
    codes: dict = field(default_factory=dict)

    def run(self, *command):
        """Run one of the application's commands on the site's database; return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", *command],
            cwd=ROOT,
            env=environment(self.folder),
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout + done.stderr


def environment(folder, port=8000):
    own = {name: value for name, value in os.environ.items() if not name.startswith("CHUNGTAY_")}
    return own | {
        "CHUNGTAY_INSTANCE": str(folder),
        "CHUNGTAY_DEMO": "on",
        "CHUNGTAY_PORT": str(port),
        "CHUNGTAY_LOG_LEVEL": "WARNING",
    }


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(address, process):
    for _ in range(200):
        assert process.poll() is None, "the server ended by itself"
        try:
            urllib.request.urlopen(address, timeout=2).close()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"no answer at {address}")


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    folder, port = tmp_path_factory.mktemp("site"), free_port()
    made = Site(f"http://127.0.0.1:{port}", folder)
    assert made.run("core", "upgrade")[0] == 0
    status, said = made.run("contest", "demo", "--people", str(PEOPLE))
    assert status == 0, said
    codes = {line.rsplit("(", 1)[1].rstrip(")"): line.split()[0] for line in said.splitlines()[-6:]}
    process = subprocess.Popen(
        [sys.executable, "app.py"], cwd=ROOT, env=environment(folder, port), start_new_session=True
    )
    try:
        wait_for(f"{made.address}/dang-nhap", process)
        yield Site(made.address, folder, codes)
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="session")
def chrome():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which(path_of_chromium()), args=list(ARGS)
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(chrome, site):
    """Open the site in a browser of its own; a script that fails fails the test."""
    opened, broken = [], []

    def visit(size=PHONE, *, code=None, **options):
        context = chrome.new_context(base_url=site.address, viewport=size, locale="vi", **options)
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on("console", lambda line: broken.append(line.text) if is_fault(line) else None)
        if code:
            sign_in(page, site.codes[code])
        return page

    yield visit
    for context in opened:
        context.close()
    assert broken == []


def is_fault(line):
    """Say whether a line of the console tells of a fault of ours: a lost network is none."""
    return line.type == "error" and "net::ERR_" not in line.text


def sign_in(page, code):
    page.goto("/phieu")
    page.locator("main input[type=text], main input[name=code]").first.fill(code)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_load_state()


def violations(page):
    """Return what axe finds wrong with the page."""
    page.evaluate(AXE.read_text("utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate(
        "tags => axe.run(document, {runOnly: tags}).then(found => found.violations)", tags
    )
    return [(one["id"], [node["target"] for node in one["nodes"]], one["help"]) for one in found]


def shoot(page, name):
    """Keep a picture of the page, for people to look at."""
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)

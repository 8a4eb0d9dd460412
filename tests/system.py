"""What the tests need of the machine: found, installed where that is allowed, or asked for."""

import os
import shutil
import subprocess
import sys

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
HOW = "No Chromium was found. Install it: apt-get install chromium (Debian, Ubuntu)."


def chromium():
    """Return the path of a Chromium; fail with how to get one."""
    for name in BROWSERS:
        found = shutil.which(name)
        if found:
            return found
    raise SystemExit(HOW)


def install():
    """Install Chromium where nobody else can: as root on a Debian."""
    if any(shutil.which(name) for name in BROWSERS) or os.geteuid() or not shutil.which("apt-get"):
        return
    for command in (
        ("update", "-qq"),
        ("install", "-y", "-qq", "--no-install-recommends", "chromium"),
    ):
        subprocess.run(["apt-get", *command], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    install()
    sys.stdout.write(f"browser: {chromium()}\n")

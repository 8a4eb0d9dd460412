"""What the tests need of the machine: found, installed where that is allowed, or asked for."""

import os
import shutil
import subprocess
import sys

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
HOW_PDF = "No pdftotext was found. Install it: apt-get install poppler-utils (Debian, Ubuntu)."
HOW_OFFICE = (
    "No LibreOffice was found. Install it: apt-get install libreoffice-writer libreoffice-calc."
)
HOW = "No Chromium was found. Install it: apt-get install chromium (Debian, Ubuntu)."
HOW_VALKEY = (
    "No valkey-server or redis-server was found. Install one: apt-get install redis-server"
    " (Debian, Ubuntu)."
)
VALKEYS = ("valkey-server", "redis-server")


def chromium():
    """Return the path of a Chromium; fail with how to get one."""
    for name in BROWSERS:
        found = shutil.which(name)
        if found:
            return found
    raise SystemExit(HOW)


def valkey():
    """Return the path of a Valkey or Redis server; fail with how to get one."""
    found = next((path for path in map(shutil.which, VALKEYS) if path), None)
    if found:
        return found
    raise SystemExit(HOW_VALKEY)


def reader_of_pdf():
    """Return the path of pdftotext; fail with how to get it."""
    found = shutil.which("pdftotext")
    if found and shutil.which("pdffonts"):
        return found
    raise SystemExit(HOW_PDF)


def office():
    """Return the path of LibreOffice; fail with how to get it."""
    found = shutil.which("soffice")
    if found:
        return found
    raise SystemExit(HOW_OFFICE)


def install():
    """Install what is missing where nobody else can: as root on a Debian."""
    missing = [] if any(shutil.which(name) for name in BROWSERS) else ["chromium"]
    missing += [] if shutil.which("pdftotext") else ["poppler-utils"]
    missing += [] if shutil.which("soffice") else ["libreoffice-writer", "libreoffice-calc"]
    missing += [] if shutil.which("cc") else ["gcc", "libc6-dev"]
    missing += [] if any(shutil.which(name) for name in VALKEYS) else ["redis-server"]
    if not missing or os.geteuid() or not shutil.which("apt-get"):
        return
    for command in (
        ("update", "-qq"),
        ("install", "-y", "-qq", "--no-install-recommends", *missing),
    ):
        subprocess.run(["apt-get", *command], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    install()
    found = {"browser": chromium(), "PDF": reader_of_pdf(), "office": office(), "Valkey": valkey()}
    sys.stdout.write("".join(f"{what}: {where}\n" for what, where in found.items()))

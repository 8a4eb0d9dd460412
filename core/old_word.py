"""Old Word, RTF and OpenDocument files made .docx by LibreOffice, where the machine has it."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from core.archives import MOST_BYTES, FileRefused
from core.text import N_

PROGRAMS = ("soffice", "libreoffice")
ENDINGS = frozenset({"doc", "rtf", "odt"})
FAILED = N_("The old file could not be converted. Save it as .docx, then try again.")
_MEMORY_KB = 2 * 1024 * 1024
_SECONDS = 60
# Ten times the largest file: what the program writes beside its result stays bounded too.
_WRITES_KB = 10 * MOST_BYTES // 1024
_NOWHERE = "http://127.0.0.1:9"
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop
 oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop
 oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop
 oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""


def program() -> str | None:
    """Return the path of LibreOffice, or None where the machine has none."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def convert(content: bytes, ending: str) -> bytes:
    """Return an old file as .docx.

    LibreOffice runs in a child of its own: two gigabytes of memory, a minute, no macros, a fresh
    profile in a folder that is deleted, no network where the kernel lets us take it away.
    Raise `FileRefused` if that does not come to an end, or to nothing.
    """
    found = program()
    if found is None or ending not in ENDINGS:
        raise FileRefused(FAILED)
    with tempfile.TemporaryDirectory(prefix="old-word-") as folder:
        home = Path(folder)
        profile = home / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
        source = home / f"file.{ending}"
        source.write_bytes(content)
        _run(found, home, source)
        return _result(home / "out" / "file.docx")


def _run(found: str, home: Path, source: Path) -> None:
    said = (("v", _MEMORY_KB), ("t", _SECONDS), ("f", _WRITES_KB), ("c", 0))
    limits = " && ".join(f"ulimit -{name} {most}" for name, most in said)
    command = [
        *_alone(),
        *("sh", "-c", f'{limits} && exec "$@"', "sh", found, "--headless", "--norestore"),
        *("--nologo", "--nodefault", "--nolockcheck", f"-env:UserInstallation={_address(home)}"),
        *("--convert-to", "docx:MS Word 2007 XML", "--outdir", str(home / "out"), str(source)),
    ]
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(home),
        "TMPDIR": str(home),
        "LANG": "C.UTF-8",
        "SAL_USE_VCLPLUGIN": "svp",
        **dict.fromkeys(("http_proxy", "https_proxy", "ftp_proxy"), _NOWHERE),
    }
    child = subprocess.Popen(  # noqa: S603 -- a program of the machine, arguments of our own
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=home,
        start_new_session=True,
    )
    try:
        child.wait(timeout=_SECONDS)
    except subprocess.TimeoutExpired as late:
        raise FileRefused(FAILED) from late
    finally:
        _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the child and everything that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _address(home: Path) -> str:
    return (home / "profile").as_uri()


@cache
def _alone() -> tuple[str, ...]:
    """Return the words that start a program without a network, if the kernel lets us."""
    found = shutil.which("unshare")
    if found is None:
        return ()
    words = (found, "--user", "--map-root-user", "--net")
    tried = subprocess.run(  # noqa: S603 -- a program of the machine, arguments of our own
        [*words, "true"], capture_output=True, check=False
    )
    return words if tried.returncode == 0 else ()


def _result(target: Path) -> bytes:
    if not target.is_file() or target.is_symlink() or target.stat().st_size > MOST_BYTES:
        raise FileRefused(FAILED)
    return target.read_bytes()

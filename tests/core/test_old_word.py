"""Old Word files: what is run to convert them, and what happens without it."""

import stat
import time

import pytest

from core import old_word
from core.archives import FileRefused
from questions.formats import reading
from tests.questions.formats import papers
from tests.questions.formats.layouts import marked

DOC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "WordDocument".encode("utf-16-le")
RTF = b"{\\rtf1 Cau 1}"
ODT = b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.text" + bytes(200)


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Put a program in the place of LibreOffice; return what writes its script."""

    def put(script):
        path = tmp_path / "soffice"
        path.write_text("#!/bin/sh\n" + script, encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setattr(old_word, "program", lambda: str(path))
        return tmp_path

    return put


@pytest.mark.parametrize(("name", "content"), [("a.doc", DOC), ("b.rtf", RTF), ("c.odt", ODT)])
def test_read_old_file_is_converted_and_read(program, name, content):
    folder = program(
        'while [ "$#" -gt 1 ]; do [ "$1" = --outdir ] && out="$2"; shift; done\n'
        'mkdir -p "$out"; cp "$(dirname "$0")/new.docx" "$out/file.docx"\n'
    )
    (folder / "new.docx").write_bytes(papers.docx(marked("{}. {}")))

    found = reading.read_in_child(name, content)

    assert [draft.key for draft in found.questions] == [(1,), (3,)]


def test_convert_runs_without_macros_in_a_folder_of_its_own_that_is_gone_afterwards(program):
    folder = program(
        'echo "$@" > "$(dirname "$0")/said"; pwd > "$(dirname "$0")/where"\n'
        'ulimit -v > "$(dirname "$0")/memory"; ulimit -t > "$(dirname "$0")/seconds"\n'
        'cp profile/user/registrymodifications.xcu "$(dirname "$0")/settings"\n'
        'env > "$(dirname "$0")/environment"\n'
    )

    with pytest.raises(FileRefused) as refused:
        old_word.convert(DOC, "doc")

    def said(name):
        return (folder / name).read_text(encoding="utf-8").strip()

    home = said("where")
    assert refused.value.message == old_word.FAILED
    assert f"-env:UserInstallation=file://{home}/profile" in said("said")
    assert (said("memory"), said("seconds")) == ("2097152", "60")
    assert "<value>true</value>" in said("settings").split("DisableMacrosExecution")[1]
    assert "SECRET_KEY" not in said("environment")
    assert not old_word.Path(home).exists()


def test_convert_that_does_not_end_is_ended_with_all_that_it_started(program, monkeypatch):
    folder = program('sleep 60 &\necho $! > "$(dirname "$0")/child"\nwait\n')
    monkeypatch.setattr(old_word, "_SECONDS", 1)
    began = time.monotonic()

    with pytest.raises(FileRefused):
        old_word.convert(DOC, "doc")

    assert time.monotonic() - began < 10
    child = old_word.Path("/proc") / (folder / "child").read_text().strip() / "stat"
    while child.exists() and child.read_text().split()[2] != "Z" and time.monotonic() < began + 10:
        time.sleep(0.05)
    assert not child.exists() or child.read_text().split()[2] == "Z"


def test_convert_does_not_follow_a_link_in_the_place_of_its_result(program):
    program('while [ "$#" -gt 1 ]; do [ "$1" = --outdir ] && out="$2"; shift; done\n'
            'mkdir -p "$out"; ln -s /etc/passwd "$out/file.docx"\n')  # fmt: skip

    with pytest.raises(FileRefused):
        old_word.convert(DOC, "doc")


@pytest.mark.parametrize(
    ("content", "message"),
    [(DOC, reading.OLD_WORD), (RTF, reading.RICH_TEXT)],
)
def test_read_old_file_without_the_program_is_refused_by_its_kind(monkeypatch, content, message):
    monkeypatch.setattr(old_word, "program", lambda: None)

    with pytest.raises(FileRefused) as refused:
        reading.read_in_child("cu.doc", content)

    assert refused.value.message == message

"""Bytes that no entry needs: gone after the grace time, and never those that something names."""

import hashlib
import io
import os
from datetime import timedelta

import pytest

from contest import clearing, entering, uploading
from contest.models import EntryFile
from contest.uploading import Declared
from core import clock, files
from core.db import atomic, db
from tests.contest.entering import PDF, again, begun, category, entrant, handed_in, whole
from tests.world import Asker

OTHER = PDF + "bản thứ hai".encode()
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def own_folder(app, tmp_path):
    """A folder in which no other test has left a file."""
    before, app.config["INSTANCE"] = app.config["INSTANCE"], tmp_path
    yield
    app.config["INSTANCE"] = before


@pytest.fixture
def open_(app):
    return category()


@pytest.fixture
def lead(open_):
    return entrant(open_)


@pytest.fixture
def entry(open_, lead):
    return begun(open_, lead)


def send(entry, lead, content=PDF):
    """A file of an entry, sent long ago."""
    declared = Declared("thuyet-minh.pdf", len(content), field="f2")
    made = uploading.add_whole(
        again(entry), lead.account, declared, io.BytesIO(content), at=clock.now()
    )
    aged(made.digest)
    return made


def aged(digest, days=60):
    """Let a kept file have been written so many days ago."""
    then = (clock.now() - days * DAY).timestamp()
    os.utime(files.path_of(digest), (then, then))


def take_out(entry, lead, file, days=40):
    """Take a file out of an entry, so many days ago."""
    entering.remove_file(again(entry), row(file), lead.account, at=clock.now())
    with atomic():
        row(file).removed_at = clock.now() - days * DAY


def row(file):
    return db.session.get_one(EntryFile, file.id)


def is_kept(file):
    return files.path_of(file.digest).is_file()


def test_file_taken_out_is_gone_after_the_grace_time_and_its_row_stays(entry, lead):
    file = send(entry, lead)
    take_out(entry, lead, file)

    removed = clearing.clear(at=clock.now())

    assert (removed, is_kept(file)) == (1, False)
    assert (row(file).digest, row(file).size) == (hashlib.sha256(PDF).hexdigest(), len(PDF))
    assert clearing.clear(at=clock.now()) == 0


@pytest.mark.parametrize("days", [0, 29])
def test_file_taken_out_lately_is_kept(entry, lead, days):
    file = send(entry, lead)
    take_out(entry, lead, file, days=days)

    assert (clearing.clear(at=clock.now()), is_kept(file)) == (0, True)


def test_file_of_an_entry_is_kept_however_old(entry, lead):
    file = send(entry, lead)

    assert (clearing.clear(at=clock.now() + 900 * DAY), is_kept(file)) == (0, True)


def test_file_that_a_frozen_version_holds_is_kept(open_, lead):
    entry = handed_in(open_, lead)
    file = entry.files[0]
    aged(file.digest)
    take_out(entry, lead, file)

    assert (clearing.clear(at=clock.now()), is_kept(file)) == (0, True)


def test_bytes_that_another_entry_holds_are_kept_until_both_are_gone(open_, entry, lead):
    file = send(entry, lead)
    second = entrant(open_, full_name="Y Bhăm Niê")
    other = whole(open_, second)
    aged(file.digest)
    take_out(entry, lead, file)
    first = clearing.clear(at=clock.now())
    take_out(other, second, other.files[0])

    assert (first, is_kept(file)) == (0, True)
    assert (clearing.clear(at=clock.now()), is_kept(file)) == (1, False)


def test_what_a_crash_left_without_a_row_goes_after_the_grace_time(entry):
    with files.held("mot-tep-do") as part:
        part.put(0, io.BytesIO(OTHER))
        digest = part.read(len(OTHER)).digest
        part.keep(digest)
    files.drop("mot-tep-do")
    lately = clearing.clear(at=clock.now())
    aged(digest)

    assert (lately, clearing.clear(at=clock.now())) == (0, 1)
    assert not files.path_of(digest).exists()


def test_clearing_that_is_killed_in_its_midst_goes_on_the_next_time(entry, lead, monkeypatch):
    sent = [send(entry, lead, content) for content in (PDF, OTHER, PDF + b" ")]
    for file in sent:
        take_out(entry, lead, file)
    remove, done = files.remove, []

    def killed(digest, *, before):
        if done:
            raise KeyboardInterrupt
        done.append(digest)
        return remove(digest, before=before)

    monkeypatch.setattr(files, "remove", killed)
    with pytest.raises(KeyboardInterrupt):
        clearing.clear(at=clock.now())
    monkeypatch.undo()
    left = [is_kept(file) for file in sent]

    assert sorted(left) == [False, True, True]
    assert clearing.clear(at=clock.now()) == 2
    assert [is_kept(file) for file in sent] == [False] * 3


def test_same_bytes_sent_again_while_they_are_looked_at_stay(entry, lead, monkeypatch):
    file = send(entry, lead)
    take_out(entry, lead, file)
    remove = files.remove

    def sent_meanwhile(digest, *, before):
        send_now(entry, lead)
        return remove(digest, before=before)

    monkeypatch.setattr(files, "remove", sent_meanwhile)

    assert (clearing.clear(at=clock.now()), is_kept(file)) == (0, True)


def send_now(entry, lead):
    declared = Declared("thuyet-minh.pdf", len(PDF), field="f2")
    uploading.add_whole(again(entry), lead.account, declared, io.BytesIO(PDF), at=clock.now())


def test_file_that_is_gone_is_answered_as_if_it_were_not_there(app, entry, lead):
    file = send(entry, lead)
    take_out(entry, lead, file)
    asker, address = Asker(app, lead.account), f"/tep-bai/{file.public_id}"
    before = asker.ask("GET", address).status_code
    clearing.clear(at=clock.now())

    assert (before, asker.ask("GET", address).status_code) == (200, 404)


def test_unfinished_file_without_an_upload_is_dropped_and_others_stay(entry, lead, built):
    upload = uploading.begin(
        entry, lead.account, Declared("b.pdf", len(PDF), 5, "f2"), at=clock.now()
    )
    for name in (upload.public_id, "khong-ai-nhan"):
        with files.held(name) as part:
            part.put(0, io.BytesIO(PDF))

    lately = clearing.clear_parts(at=clock.now())
    dropped = clearing.clear_parts(at=clock.now() + 60 * DAY)

    parts = built.config["INSTANCE"] / "files" / "parts"
    assert (lately, dropped) == (0, 1)
    assert (parts / upload.public_id).exists()
    assert not (parts / "khong-ai-nhan").exists()

"""Files on their way: pieces in any order, interrupted, looked at, kept under a digest."""

import hashlib
import io
from datetime import timedelta

import pytest

from accounts import upholding
from contest import entering, entry_queries, uploading
from contest.errors import CannotUpload, EntryShut
from contest.models import Upload
from contest.uploading import Declared
from core import clock, files
from core.db import db
from core.files import PieceBroken
from tests.contest.entering import (
    PDF,
    PROGRAM,
    VIDEO,
    again,
    begun,
    category,
    entrant,
    handed_in,
    passed,
    word,
)

LONG = PDF + bytes(range(256)) * 40


@pytest.fixture
def open_(app):
    return category()


@pytest.fixture
def lead(open_):
    return entrant(open_)


@pytest.fixture
def entry(open_, lead):
    return begun(open_, lead)


def declared(content=LONG, **fields):
    defaults = {"name": "thuyet-minh.pdf", "size": len(content), "modified": 5, "field": "f2"}
    return Declared(**defaults | fields)


def start(entry, lead, **fields):
    return uploading.begin(entry, lead.account, declared(**fields), at=clock.now())


def row(upload):
    db.session.rollback()
    return entry_queries.upload_with(upload.public_id)


def piece(upload, offset, content, **fields):
    at = fields.pop("at", clock.now())
    stream = io.BytesIO(content)
    return uploading.receive(row(upload), offset, stream, len(content), at=at, **fields)


def send(upload, content, length=1000):
    for offset in range(0, len(content), length):
        piece(upload, offset, content[offset : offset + length])


def kept(file):
    return files.path_of(file.digest).read_bytes()


def test_file_sent_in_pieces_is_kept_under_its_digest(entry, lead):
    upload = start(entry, lead)
    send(upload, LONG)

    file = uploading.finish(row(upload), lead.account, at=clock.now())

    assert file.digest == hashlib.sha256(LONG).hexdigest()
    assert (file.size, file.media_type, file.field) == (len(LONG), "application/pdf", "f2")
    assert kept(file) == LONG
    assert [one.public_id for one in entry_queries.live_files(again(entry))] == [file.public_id]


def test_same_file_begun_again_goes_on_where_it_stopped(entry, lead):
    first = start(entry, lead)
    piece(first, 0, LONG[:3000])

    again_ = start(again(entry), lead)

    assert (again_.public_id, again_.received) == (first.public_id, 3000)


@pytest.mark.parametrize("other", [{"modified": 6}, {"name": "khac.pdf"}, {"size": len(LONG) - 1}])
def test_another_file_begins_anew(entry, lead, other):
    first = start(entry, lead)
    piece(first, 0, LONG[:3000])

    second = start(again(entry), lead, **other)

    assert (second.public_id != first.public_id, second.received) == (True, 0)


def test_pieces_that_come_twice_or_before_their_turn_change_nothing(entry, lead):
    upload = start(entry, lead)

    told = [
        piece(upload, 1000, LONG[1000:2000]),
        piece(upload, 0, LONG[:1000]),
        piece(upload, 0, b"x" * 1000),
        piece(upload, 1000, LONG[1000:2000]),
    ]
    send_rest = LONG[2000:]
    piece(upload, 2000, send_rest)

    file = uploading.finish(row(upload), lead.account, at=clock.now())
    assert told == [0, 1000, 1000, 2000]
    assert kept(file) == LONG


def test_piece_that_breaks_off_is_not_counted(entry, lead):
    upload = start(entry, lead)

    with pytest.raises(PieceBroken):
        uploading.receive(row(upload), 0, io.BytesIO(LONG[:10]), 1000, at=clock.now())

    assert row(upload).received == 0


def test_piece_with_other_bytes_than_its_digest_says_is_refused(entry, lead):
    upload, content = start(entry, lead), LONG[:1000]
    with pytest.raises(PieceBroken):
        piece(upload, 0, content, digest=hashlib.sha256(b"khac").hexdigest())

    told = piece(upload, 0, content, digest=hashlib.sha256(content).hexdigest())

    assert told == 1000


def test_piece_beyond_the_end_or_too_large_is_not_taken(entry, lead):
    upload = start(entry, lead, size=10)

    assert piece(upload, 0, b"%PDF-1.7 and more") == 0
    assert piece(upload, 11, b"x") == 0


def test_what_was_cut_off_by_a_crash_is_written_anew(entry, lead):
    upload = start(entry, lead)
    piece(upload, 0, LONG[:1000])
    # The bytes were written, and the process ended before the row was.
    with files.held(upload.public_id) as part:
        part.put(1000, io.BytesIO(b"?" * 5000))

    send(upload, LONG)
    piece(upload, 1000, LONG[1000:])

    file = uploading.finish(row(upload), lead.account, at=clock.now())
    assert kept(file) == LONG


def test_file_is_not_finished_before_it_is_whole(entry, lead):
    upload = start(entry, lead)
    piece(upload, 0, LONG[:1000])

    with pytest.raises(CannotUpload):
        uploading.finish(row(upload), lead.account, at=clock.now())


def test_finishing_twice_makes_one_file(entry, lead):
    upload = start(entry, lead)
    send(upload, LONG)
    first = uploading.finish(row(upload), lead.account, at=clock.now())

    second = uploading.finish(row(upload), lead.account, at=clock.now())

    assert second.public_id == first.public_id
    assert len(entry_queries.live_files(again(entry))) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bai.pdf", PROGRAM),
        ("bai.pdf", word()),
        ("bai.docx", PDF),
        ("bai.docx", word()[:-30]),
        ("bai.pdf", b"<html><script>alert(1)</script>"),
    ],
)
def test_file_that_is_not_what_its_name_says_is_thrown_away(entry, lead, name, content):
    upload = start(entry, lead, name=name, size=len(content))
    send(upload, content)

    with pytest.raises(CannotUpload):
        uploading.finish(row(upload), lead.account, at=clock.now())

    assert row(upload) is None
    assert entry_queries.live_files(again(entry)) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "chay.exe"},
        {"name": "phim.mp4"},
        {"name": "khong-duoi"},
        {"size": 0},
        {"size": 60 * 1024 * 1024 + 1},
        {"field": "f1"},
        {"field": "f9"},
    ],
)
def test_what_is_not_asked_for_is_refused_before_it_is_sent(entry, lead, fields):
    with pytest.raises(CannotUpload):
        start(entry, lead, **fields)


def test_word_file_and_video_are_known_by_their_bytes(entry, lead, open_):
    told = [("bai.docx", word()), ("bai.pdf", PDF)]
    found = []
    for name, content in told:
        upload = start(again(entry), lead, name=name, size=len(content))
        send(upload, content)
        found.append(uploading.finish(row(upload), lead.account, at=clock.now()).media_type)

    assert found[0].endswith("wordprocessingml.document")
    assert found[1] == "application/pdf"
    with pytest.raises(CannotUpload):
        start(again(entry), lead, name="bai.mp4", size=len(VIDEO))


def test_nobody_sends_to_an_entry_of_others_or_after_the_close(entry, lead, open_):
    stranger = entrant(open_, full_name="Lê Thị Mai")
    with pytest.raises(EntryShut):
        start(entry, stranger)

    upload = start(again(entry), lead)
    send(upload, LONG)
    passed(open_)

    with pytest.raises(EntryShut):
        uploading.finish(row(upload), lead.account, at=clock.now())
    assert entry_queries.live_files(again(entry)) == []


def test_file_within_a_form_is_looked_at_in_the_same_way(entry, lead):
    told = Declared("bai.pdf", len(PDF), field="f2")
    file = uploading.add_whole(entry, lead.account, told, io.BytesIO(PDF), at=clock.now())

    assert kept(file) == PDF
    bad = Declared("bai.pdf", len(PROGRAM), field="f2")
    with pytest.raises(CannotUpload):
        uploading.add_whole(again(entry), lead.account, bad, io.BytesIO(PROGRAM), at=clock.now())


def test_redacted_copy_stands_for_a_file_after_the_close(open_, lead):
    entry = handed_in(open_, lead)
    passed(open_)
    original = entry_queries.live_files(again(entry))[0]
    told = Declared("da-che.pdf", len(PDF), field="f2", redacts=original)
    clerk = entrant(open_, full_name="Thư ký").account

    copy = uploading.add_whole(again(entry), clerk, told, io.BytesIO(PDF), at=clock.now())

    kept_ = again(entry)
    assert entry_queries.redacted_copies(kept_)[original.id].public_id == copy.public_id
    assert [one.public_id for one in entry_queries.live_files(kept_)] == [original.public_id]
    assert entering.is_as_handed_in(kept_)


def test_uploads_that_nobody_goes_on_with_are_swept(entry, lead):
    old, new = start(entry, lead), start(again(entry), lead, modified=9)
    piece(old, 0, LONG[:100], at=clock.now() - uploading.KEPT - timedelta(minutes=1))
    piece(new, 0, LONG[:100])

    dropped = uploading.sweep(at=clock.now())

    assert dropped == 1
    assert [one.public_id for one in db.session.query(Upload)] == [new.public_id]


def test_dropped_upload_leaves_nothing_behind(entry, lead, built):
    upload = start(entry, lead)
    piece(upload, 0, LONG[:100])

    uploading.drop(row(upload))

    assert row(upload) is None
    assert not (built.config["INSTANCE"] / "files/parts" / upload.public_id).exists()


def test_who_is_erased_leaves_nothing_on_its_way(entry, lead, built):
    upload = start(entry, lead)
    piece(upload, 0, LONG[:100])

    upholding.erase(again(entry).entered_by, again(entry).entered_by, at=clock.now())

    assert row(upload) is None
    assert not (built.config["INSTANCE"] / "files/parts" / upload.public_id).exists()


def test_no_connection_and_no_lock_is_held_while_a_piece_comes_in(entry, lead):
    upload = start(entry, lead)

    class Slow(io.BytesIO):
        """A piece in whose midst the same piece comes over another connection."""

        def read(self, size=-1):
            if not self.tell():
                held.append(db.session().in_transaction())
                held.append(piece(upload, 0, LONG[:1000]))
            return super().read(size)

    held = []
    first = uploading.receive(row(upload), 0, Slow(LONG[:1000]), 1000, at=clock.now())

    assert held == [False, 1000]
    assert first == 1000

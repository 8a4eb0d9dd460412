"""A contest that takes entries, somebody who enters one, and files as people send them."""

import io
import zipfile
from datetime import timedelta

from contest import entering, entry_queries, uploading
from contest.entering import Member, Told
from contest.models import Entry, EntryCategory, MemberRole
from contest.rules.entries import Asked, Kind
from contest.rules.file_types import Group
from contest.rules.judging.screening import Check, Verdict
from contest.sifting import Finding
from contest.uploading import Declared
from core import clock
from core.db import atomic, db
from tests import factories
from tests.contest import judging

PDF = b"%PDF-1.7\n" + "Thuyết minh giải pháp".encode() + b"\n%%EOF\n"
VIDEO = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2" + bytes(1000)
PROGRAM = b"MZ\x90\x00\x03" + bytes(200)
FORM = (
    Asked("f1", "Tóm tắt giải pháp", Kind.LINES, is_required=True),
    Asked("f2", "Bản thuyết minh", Kind.FILE, True, (Group.PDF, Group.OFFICE), 60),
    Asked("f3", "Địa chỉ dùng thử", Kind.LINK),
    Asked("f4", "Xác nhận của cơ quan", Kind.LINE, names_people=True),
)
CHECKLIST = [
    {"id": "c1", "text": "Đúng đối tượng dự thi"},
    {"id": "c2", "text": "Tệp mở được, đọc được"},
]
# What screeners find of such an entry.
GOOD = {"c1": Check(passes=True), "c2": Check(passes=True)}
BAD = {"c1": Check(passes=True), "c2": Check(passes=False, reason="Không mở được video")}
PASS = Finding(GOOD, Verdict.PASS)
FAIL = Finding(BAD, Verdict.FAIL, "Không đúng đối tượng")


def word():
    """A Word file, as far as anybody looks."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    return packed.getvalue()


def category(contest=None, **fields):
    contest = contest or factories.contest()
    defaults = {
        "form": [one.written() for one in FORM],
        "checklist": CHECKLIST,
        "least_members": 2,
        "most_members": 5,
        "screeners": 2,
    }
    return judging.category(contest, **defaults | fields)


def entrant(category, **fields):
    """Somebody who has entered the contest, for a unit."""
    person = factories.account(**{"full_name": "H’Hen Niê"} | fields)
    unit = factories.unit(name="Phường Tân An")
    return factories.enrolment(category.contest, person, unit_id=unit.id)


def begun(category, enrolment, title="Trợ lý ảo một cửa"):
    return entering.begin(category, enrolment, title, at=clock.now())


def told(**fields):
    answers = {"f1": "Trả lời hồ sơ của dân cả ngoài giờ."}
    people = [
        Member("H’Hen Niê", MemberRole.LEADER),
        Member("Y Bhăm Niê", MemberRole.MEMBER),
        Member("Trần Văn Bình", MemberRole.MENTOR),
    ]
    return Told(**{"title": "Trợ lý ảo một cửa", "answers": answers, "people": people} | fields)


def whole(category, enrolment):
    """An entry with everything that is asked for, not handed in yet."""
    entry = begun(category, enrolment)
    entering.save(entry, enrolment.account, told(), at=clock.now())
    sent = Declared("thuyet-minh.pdf", len(PDF), field="f2")
    uploading.add_whole(again(entry), enrolment.account, sent, io.BytesIO(PDF), at=clock.now())
    return again(entry)


def handed_in(category, enrolment):
    entry = whole(category, enrolment)
    entering.hand_in(entry, enrolment.account, at=clock.now())
    return again(entry)


def again(entry):
    """The entry as the database has it now."""
    db.session.rollback()
    return entry_queries.entry_with(entry.public_id)


def move_close(category, at, **fields):
    """Let a category close at another moment."""
    with atomic():
        row = db.session.get_one(EntryCategory, category.id)
        row.closes_at = at
        for name, value in fields.items():
            setattr(row, name, value)
    return row


def passed(category):
    """Let a category have closed a minute ago."""
    return move_close(category, clock.now() - timedelta(minutes=1))


def set_on(entry, **fields):
    with atomic():
        row = db.session.get_one(Entry, entry.id)
        for name, value in fields.items():
            setattr(row, name, value)
    return again(entry)

"""An entrant who is erased: no title, answer, file name or version says who it was."""

import io
import re

import pytest

from accounts import upholding
from accounts.models import AuditEntry
from contest import clearing, concluding, entering, judged_results, sifting, uploading
from contest.entering import Member
from contest.models import EntryState, MemberRole
from contest.rules.judging.screening import Check, Verdict
from contest.sifting import Finding
from contest.uploading import Declared
from core import clock, files
from core.db import db
from tests import factories
from tests.contest.entering import PDF, again, begun, category, entrant, told
from tests.judged_factories import Scene

NAME, EMAIL = "Nguyễn Thị Hạnh", "hanh.nguyen@daklak.gov.vn"
NAMED = re.compile(r"Thị\s+Hạnh|Thi[ -]Hanh|nguyenthihanh|914[ .]?556[ .]?677|hanh\.nguyen@", re.I)
BAD = {"c1": Check(passes=True), "c2": Check(passes=False, reason=f"{NAME} gửi tệp hỏng")}


@pytest.fixture
def open_(app):
    return category()


@pytest.fixture
def lead(open_):
    return entrant(open_, full_name=NAME, phone="+84914556677", email=EMAIL)


@pytest.fixture
def entry(open_, lead):
    """An entry that names its leader everywhere a person can write."""
    made = begun(open_, lead, title=f"Sổ tay của {NAME}")
    answers = {"f1": f"Liên hệ {NAME}, 0914 556 677", "f4": f"Xác nhận: {EMAIL}"}
    people = [Member(NAME, MemberRole.LEADER), Member("Y Bhăm Niê", MemberRole.MEMBER)]
    written = told(title=f"Sổ tay của {NAME}", answers=answers, people=people)
    entering.save(again(made), lead.account, written, at=clock.now())
    sent = Declared("Nguyen-Thi-Hanh.pdf", len(PDF), field="f2")
    uploading.add_whole(again(made), lead.account, sent, io.BytesIO(PDF), at=clock.now())
    return again(made)


def handed(entry, lead):
    entering.hand_in(again(entry), lead.account, at=clock.now())
    return again(entry)


def erase(lead):
    person = db.session.get_one(type(lead.account), lead.account.id)
    upholding.erase(person, person, at=clock.now())


def rows_that_name():
    found = []
    with db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            for row in connection.execute(db.select(table)):
                if NAMED.search(" ".join(map(str, row))):
                    found.append(table.name)
    return found


def test_erased_entrant_is_in_no_table(entry, lead):
    handed(entry, lead)
    for screener in (factories.account(), factories.account()):
        found = Finding(BAD, Verdict.FAIL, f"{NAME} không đúng đối tượng")
        sifting.give(again(entry), screener, found, at=clock.now())
    sifting.appeal(again(entry), lead.account, f"Tôi là {NAME}", at=clock.now())
    before = set(rows_that_name())

    erase(lead)

    assert {"entry", "entry_file", "entry_version", "screening", "screening_appeal"} <= before
    assert rows_that_name() == []


def test_version_that_was_masked_keeps_its_digest_and_says_so_in_the_trail(entry, lead):
    version = handed(entry, lead).versions[-1]
    digest, held = version.digest, version.content["files"]

    erase(lead)

    kept = again(entry)
    assert (kept.versions[-1].digest, kept.versions[-1].content["masked"]) == (digest, True)
    assert kept.title == "Sổ tay của Nguyễn Thị H***"
    assert [one["digest"] for one in kept.versions[-1].content["files"]] == [
        one["digest"] for one in held
    ]
    assert entering.is_as_handed_in(kept)
    said = db.session.query(AuditEntry).filter_by(action="entry.masked").one()
    assert (said.target, '"versions":[1]' in said.record.replace(" ", "")) == (
        f"entry:{entry.public_id}",
        True,
    )


def test_others_of_the_team_keep_their_names_and_the_entry(entry, lead):
    handed(entry, lead)

    erase(lead)

    kept = again(entry)
    assert [one.full_name for one in kept.members] == ["", "Y Bhăm Niê"]
    assert kept.state is EntryState.SUBMITTED


def test_draft_that_nobody_else_makes_is_withdrawn_and_its_file_goes(open_, lead):
    made = begun(open_, lead, title=f"Nháp của {NAME}")
    sent = Declared("nhap.pdf", len(PDF), field="f2")
    file = uploading.add_whole(made, lead.account, sent, io.BytesIO(PDF), at=clock.now())
    digest = file.digest

    erase(lead)
    clearing.clear(at=clock.now() + 2 * clearing.GRACE)

    kept = again(made)
    assert (kept.state, kept.answers) == (EntryState.WITHDRAWN, {})
    assert kept.files[0].removed_at is not None
    assert not files.path_of(digest).exists()


def test_result_of_an_erased_entrant_stays_and_is_recomputed(app):
    scene = Scene()
    run = scene.close()
    entry, rows = scene.entries[0], run.rows
    person = db.session.get_one(type(entry.entered_by), entry.entered_by_id)

    upholding.erase(person, person, at=clock.now())

    assert concluding.run_of(scene.again()).rows == rows
    assert judged_results.written(judged_results.results(scene.again())) == rows

"""The pages of the panel: table, decisions, closing, prizes, papers; who may not see what."""

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from accounts.models import Account
from contest import concluding, honouring, judged_files, judged_papers, judged_results, weighing
from contest import judging as judging_
from contest.documents.paper import Annex
from contest.honouring import Plan
from contest.judged_papers import JudgedKind
from contest.models import PanelRole, Scoresheet
from contest.rules.prizes import Level
from contest.views.documents import in_vietnamese
from core import clock
from core.db import atomic, db
from tests.contest import judging
from tests.counting import counted, heard
from tests.judged_factories import Scene, protocol
from tests.world import Asker

PAGES = (
    *("bang-diem", "bang-diem/A-001", "do-vung", "chot-cham", "giai-bai-du-thi"),
    *("giay-to-cham", "chot-cham/lan/1", "vong-sau"),
)
REASON = {"reason": "Hội đồng đã thống nhất"}


@pytest.fixture
def scene(app):
    return Scene(declared=protocol(percent="6"))


def url(scene, *parts):
    return "/".join((f"/quan-ly/vong/{scene.round.public_id}", *parts))


def ask(app, who, address, **data):
    asker = Asker(app, who)
    return asker.ask("POST", address, data=data) if data else asker.ask("GET", address)


# --- Who sees what -----------------------------------------------------------------------------


def test_secretary_sees_scores_results_and_what_waits(app, scene):
    page = ask(app, scene.secretary, url(scene, "bang-diem")).text

    assert "Xã Ea Súp 2" in page
    assert "87,67" in page
    assert "8,00" in page


def test_every_page_of_the_round_leads_to_all_that_the_reader_may_open(app, scene):
    readers = (scene.organizer, scene.secretary, scene.chair)
    for reader in readers:
        page = ask(app, reader, url(scene, "cham-diem")).text
        tabs = page.partition('<nav class="tabs"')[2].partition("</nav>")[0]
        links = re.findall(r'href="([^"]+)"', tabs)

        assert url(scene, "bang-diem") in links
        assert (url(scene, "giay-to-cham") in links) == (reader is not scene.chair)
        assert (url(scene, "ban-giam-khao") in links) == (reader is scene.organizer)
        assert {ask(app, reader, link).status_code for link in links} == {200}


def test_contest_of_judged_rounds_counts_entries_and_says_that_a_round_waits_to_be_closed(
    app, scene
):
    page = ask(app, scene.secretary, f"/quan-ly/cuoc-thi/{scene.contest.public_id}").text

    assert url(scene, "chot-cham") in page
    assert url(scene, "ket-qua") not in page
    assert "Ghi ngày tính biên chế" not in page
    assert re.search(rf"Bài dự thi</\w+>\s*<[^>]+>{len(scene.entries)}<", page)


def test_judge_who_does_not_chair_may_not_see_the_table(app, scene):
    answer = ask(app, scene.judges[1].account, url(scene, "bang-diem"))

    assert answer.status_code == 403


def test_chair_sees_what_others_gave_only_once_the_own_sheet_is_signed(app):
    scene = Scene(((None, "83.25", 82, 80, 82), (88, "87.5", 90, 86, 88)))

    page = ask(app, scene.chair, url(scene, "bang-diem")).text
    shut = ask(app, scene.chair, url(scene, "bang-diem", "A-001")).text

    assert "87,50" in page
    assert "83,25" not in page
    assert "83,25" not in shut
    assert "83,25" in ask(app, scene.secretary, url(scene, "bang-diem", "A-001")).text


def test_chair_of_a_blind_round_reads_codes_and_no_unit_before_the_end(app):
    scene = Scene(is_blind=True)
    address = url(scene, "bang-diem")
    assert "Xã Ea Súp" not in ask(app, scene.chair, address).text
    assert "Xã Ea Súp" in ask(app, scene.secretary, address).text

    scene.close()

    assert "Xã Ea Súp" in ask(app, scene.chair, address).text


def test_secretary_of_the_panel_sees_the_table_and_does_not_close(app, scene):
    keeper = judging.judge(scene.panel, number=9, role=PanelRole.SECRETARY).account

    assert ask(app, keeper, url(scene, "bang-diem")).status_code == 200
    assert ask(app, keeper, url(scene, "chot-cham")).status_code == 404


# --- Deciding ----------------------------------------------------------------------------------


def test_chair_decides_and_secretary_may_not(app, scene):
    address = url(scene, "bang-diem", "A-003", "do-lech")
    told = REASON | {"way": "keep", "criteria": ""}
    assert ask(app, scene.secretary, address, **told).status_code == 403

    assert ask(app, scene.chair, address, **told).status_code == 303

    assert judged_results.results(scene.again()).open_deviations == []
    page = ask(app, scene.chair, url(scene, "bang-diem", "A-003")).text
    assert "Hội đồng đã thống nhất" in page


def test_faulty_decision_is_told_so(app, scene):
    address = url(scene, "bang-diem", "A-003", "do-lech")

    assert ask(app, scene.chair, address, criteria="", way="keep", reason="").status_code == 422


def test_line_is_added_and_taken_back(app, scene):
    address = url(scene, "bang-diem", "A-001", "diem-tru")

    ask(app, scene.secretary, address, points="−1,5", reason="Quá giờ 40 giây")

    row = next(one for one in judged_results.results(scene.again()).rows if one.code == "A-001")
    assert row.deducted == -1.5
    line = row.row.lines[0]
    ask(app, scene.secretary, f"{address}/{line.id}/huy", reason="Nhầm đội")
    row = next(one for one in judged_results.results(scene.again()).rows if one.code == "A-001")
    assert row.deducted == 0


# --- Closing, prizes, papers -------------------------------------------------------------------


def _close(app, scene):
    kept = REASON | {"way": "keep", "criteria": ""}
    ask(app, scene.chair, url(scene, "bang-diem", "A-003", "do-lech"), **kept)
    ask(app, scene.organizer, url(scene, "chot-cham"), **REASON)
    run = concluding.waiting_in(scene.again())
    ask(app, scene.secretary, f"/quan-ly/ket-qua-cham/{run.public_id}/dong-y", **REASON)
    return concluding.run_of(scene.again())


def test_round_is_closed_by_two_people_and_prizes_are_given_by_two(app, scene):
    assert _close(app, scene).number == 1
    address = url(scene, "giai-bai-du-thi")
    ask(app, scene.organizer, address, levels="Giải Nhất; 1; 10.000.000\nGiải Nhì; 1", side="")
    made = honouring.lists_of(scene.again())[0]
    prize = made.prizes[1]

    ask(app, scene.organizer, f"/quan-ly/giai-bai-du-thi/giai/{prize.public_id}", **REASON, code="")
    ask(app, scene.organizer, f"/quan-ly/giai-bai-du-thi/{made.public_id}/trinh", **REASON)
    ask(app, scene.secretary, f"/quan-ly/giai-bai-du-thi/{made.public_id}/dong-y", **REASON)

    held = honouring.held_of(scene.again())
    assert [one.entry.code if one.entry else None for one in held.prizes] == ["A-002", None]
    assert "Giải Nhất" in ask(app, scene.secretary, address).text


@pytest.mark.parametrize("form", ["docx", "pdf", "xlsx"])
@pytest.mark.parametrize(
    "kind", ["phieu-cham", "bang-diem-giam-khao", "bien-ban-cham", "phieu-nhan-xet"]
)
def test_papers_are_taken_as_files(app, scene, kind, form):
    _close(app, scene)

    answer = ask(app, scene.secretary, url(scene, "giay-to-cham", kind, "tai-ve"), form=form)

    assert (answer.status_code, answer.data[:2]) == (200, b"%P" if form == "pdf" else b"PK")


def test_marks_that_leave_come_out_the_same_in_the_independent_checker(app, scene, tmp_path):
    run = _close(app, scene)

    answer = ask(app, scene.secretary, url(scene, "giay-to-cham", "du-lieu"), form="zip")

    with zipfile.ZipFile(io.BytesIO(answer.data)) as files:
        files.extractall(tmp_path)
    seal = (tmp_path / "niem-phong.txt").read_text().strip()
    told = [tmp_path / "quy-tac.json", tmp_path / "diem.csv", seal]
    checker = Path(__file__).parents[3] / "docs/check_judged.py"
    said = subprocess.run(
        [sys.executable, checker, *told], capture_output=True, text=True, check=True
    ).stdout
    reckoned = [line.split("\t") for line in said.splitlines()]
    assert reckoned == [[row["code"], row["result"]] for row in run.rows]


def test_every_signed_version_leaves_with_judge_moment_and_why_it_was_opened(app, scene):
    sheet, at = scene.fresh(scene.sheets[0, 1]), clock.now()
    judging_.unlock(sheet, scene.chair, reason="Cộng nhầm", at=at)

    with zipfile.ZipFile(io.BytesIO(judged_files.bundle(scene.again()))) as files:
        lines = files.read("phieu.csv").decode("utf-8-sig").splitlines()

    head, *rows = csv.reader(lines, delimiter=";")
    opened = [row for row in rows if row[:3] == ["A-001", "GK02", "1"]]
    assert [(row[4], row[5], row[8], row[9]) for row in opened] == [
        ("Tính mới", "33", "Cộng nhầm", ""),
        ("Hiệu quả áp dụng", "50", "Cộng nhầm", ""),
    ]
    assert all(row[3] and row[7] for row in opened)
    others = [row for row in rows if row[:2] != ["A-001", "GK02"]]
    assert {(row[7], row[8], row[9]) for row in others} == {("", "", "x")}
    assert len(rows) == 2 * len(scene.sheets)
    assert {len(row) for row in rows} == {len(head)}


def test_every_page_answers_in_the_same_number_of_statements(app):
    small = Scene(((80, 81, 82, 80, 81),) * 2)
    large = Scene(((80, 81, 82, 80, 81),) * 9)
    for scene in (small, large):
        weighing.compute(scene.round.id, at=clock.now())
        scene.close()

    assert [_statements(app, small, page) for page in PAGES] == [
        _statements(app, large, page) for page in PAGES
    ]


def _statements(app, scene, page):
    asker = Asker(app, scene.organizer)
    asker.ask("GET", url(scene, page))
    db.session.expire_all()
    with heard(db.engine) as sent:
        answer = asker.ask("GET", url(scene, page))
    assert answer.status_code == 200, page
    return counted(sent)[0]


def test_firmness_names_the_judge_who_decides_the_first_prize(app):
    scene = Scene(((90, 85, 92, 88, 50), (86, 84, 88, 89, 87), (89, 80, 85, 83, 98)))
    weighing.compute(scene.round.id, at=clock.now())

    page = ask(app, scene.secretary, url(scene, "do-vung")).text

    assert re.search(r"GK0\d", page)
    assert json.dumps(weighing.kept_of(scene.again()).figures)


# --- What the public and entrants see ----------------------------------------------------------


def test_public_page_shows_results_by_judges_numbers_once_its_hour_has_come(app, scene):
    _close(app, scene)
    address = f"/cuoc-thi/{scene.contest.slug}/ket-qua-cham/{scene.round.number}"
    assert ask(app, None, address).status_code == 404

    scene.publish()

    page = ask(app, None, address).text
    assert ("Xã Ea Súp 2" in page, "87,67" in page, "GK03" in page) == (True, True, True)
    assert not any(one.account.full_name in page for one in _judges(scene))


def _judges(scene):
    return [scene.fresh(one) for one in scene.judges]


def test_entrants_read_their_own_feedback_and_nobody_elses(app, scene):
    _close(app, scene)
    own = db.session.get_one(Account, scene.entries[0].entered_by_id)
    with atomic():
        own.full_name = "Phan Hoàng Mai"
    address = "/thi/bai-du-thi/{}/phieu-nhan-xet"
    mine, others = (address.format(scene.entries[at].public_id) for at in (0, 1))
    assert "81,67" not in ask(app, own, mine).text

    scene.publish()

    page = ask(app, own, mine).text
    assert ("81,67" in page, "Hiệu quả áp dụng" in page) == (True, True)
    assert not any(one.account.full_name in page for one in _judges(scene))
    assert ask(app, own, others).status_code == 404


# --- Papers before the end, and the entrants' own ----------------------------------------------

DRAFT = "DỰ THẢO"


@pytest.mark.parametrize("kind", list(JudgedKind))
def test_paper_is_looked_at_as_a_draft_before_the_round_is_closed(app, scene, kind):
    honoured = kind in (JudgedKind.SHEETS, JudgedKind.TABLE)

    paper = judged_papers.preview(scene.again(), kind, in_vietnamese)

    assert str(paper.blocks[0].text).startswith(DRAFT) == (not honoured)
    address = url(scene, "giay-to-cham", kind.value)
    page = ask(app, scene.secretary, address)
    assert ("Bản in theo số liệu hiện tại" in page.text, page.status_code) == (True, 200)
    picture = ask(app, scene.secretary, f"{address}/trang-1.png")
    assert picture.data.startswith(b"\x89PNG")
    assert ask(app, scene.secretary, f"{address}/trang-99.png").status_code == 404
    taken = ask(app, scene.secretary, f"{address}/tai-ve", form="pdf").status_code
    assert (taken == 200) == honoured


def test_paper_is_no_draft_any_more_once_it_can_be_taken_out(app, scene):
    _close(app, scene)

    paper = judged_papers.preview(scene.again(), JudgedKind.MINUTES, in_vietnamese)

    assert not str(paper.blocks[0].text).startswith(DRAFT)
    assert paper == judged_papers.draft(scene.again(), JudgedKind.MINUTES, in_vietnamese)


def test_draft_of_the_decision_shows_the_prizes_that_are_not_agreed_to_yet(app, scene):
    _close(app, scene)
    honouring.draft(scene.again(), Plan((Level("Giải Nhất", 1),)), scene.organizer, at=clock.now())

    paper = judged_papers.preview(scene.again(), JudgedKind.DECISION, in_vietnamese)

    assert str(paper.blocks[0].text).startswith(DRAFT)
    assert [row[1:3] for row in paper.tables[0].rows] == [("Giải Nhất", "A-002")]


def test_feedback_sheets_of_a_round_are_one_paper_with_a_page_for_each_entry(app, scene):
    _note(scene, 0, "Giao diện rõ ràng, cần bổ sung hướng dẫn.")
    _close(app, scene)

    paper = judged_papers.draft(scene.again(), JudgedKind.FEEDBACK, in_vietnamese)

    annexes = [one.title for one in paper.blocks if isinstance(one, Annex)]
    assert annexes == ["Bài dự thi A-001", "Bài dự thi A-003", "Bài dự thi A-004"]
    said = repr(paper)
    assert said.count("Giao diện rõ ràng, cần bổ sung hướng dẫn") == 2
    assert "xếp hạng 1 trong 4 bài dự thi" in said
    assert not any(one.account.full_name in said for one in _judges(scene))
    assert {len(row) for row in paper.tables[0].rows} == {len(paper.tables[0].columns)}


def _note(scene, entry, words):
    with atomic():
        sheet = db.session.get_one(Scoresheet, scene.sheets[entry, 0].id)
        sheet.public_note = words


def test_entrants_take_their_own_feedback_as_a_document_and_nobody_elses(app, scene):
    _close(app, scene)
    own = db.session.get_one(Account, scene.entries[0].entered_by_id)
    address = "/thi/bai-du-thi/{}/phieu-nhan-xet.pdf"
    mine, others = (address.format(scene.entries[at].public_id) for at in (0, 1))
    assert ask(app, own, mine).status_code == 404

    scene.publish()

    taken = ask(app, own, mine)
    assert (taken.status_code, taken.data[:4]) == (200, b"%PDF")
    assert taken.headers["Content-Disposition"].endswith('"phieu-nhan-xet-a-001.pdf"')
    assert ask(app, own, others).status_code == 404
    assert ask(app, scene.chair, mine).status_code == 404

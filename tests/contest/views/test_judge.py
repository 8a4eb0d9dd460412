"""The judge's pages: own sheets only, drafts by form and by script, blindness, the chair."""

import json
import re
from datetime import timedelta

import pytest

from accounts import authenticating
from accounts.rules.authorizing import Role, ScopeKind
from contest.models import (
    JudgedRound,
    PanelRole,
    Recusal,
    Scoresheet,
    SheetDraft,
    SheetState,
    SheetVersion,
)
from core import clock
from core.db import atomic, db
from tests import factories
from tests.contest import judging
from tests.page import without_moments

OURS = {"X-Requested-With": "chungtay"}
FULL = {"new": "8", "use": "7.5"}


@pytest.fixture
def judged(app):
    """A sealed round with three judges, the first in the chair, and three entries for each."""
    made = judging.judged_round(factories.contest())
    panel = judging.panel(made, title="Ban giám khảo tin học")
    category = judging.category(made.round.contest)
    unit = factories.unit(name="Sở Khoa học và Công nghệ")
    rows = []
    for number in (1, 2, 3):
        code = f"A-00{number}"
        entry = judging.entry(category, code=code, title=f"Giải pháp {number}", unit_id=unit.id)
        judging.member(entry, full_name="Trần Thị Bích Hằng")
        rows.append(judging.round_entry(made, entry))
    for number in (1, 2, 3):
        role = PanelRole.CHAIR if number == 1 else PanelRole.MEMBER
        seat = judging.judge(panel, number=number, role=role)
        factories.grant(seat.account, Role.JUDGE, ScopeKind.ROUND, made.round_id)
        for position, row in enumerate(rows, start=1):
            judging.sheet(row, seat, position=position)
    return made


def sheets_of(number):
    """Return the sheets of a judge, by number, in their order."""
    db.session.rollback()
    found = db.session.query(Scoresheet).order_by(Scoresheet.position).all()
    return [one for one in found if one.member.number == number]


def kept(model):
    """Return what is kept of a model, in order."""
    db.session.rollback()
    return db.session.query(model).all()


def as_judge(app, number):
    """Return a browser in which the judge of that number is signed in."""
    return as_person(app, sheets_of(number)[0].member.account)


def as_person(app, account):
    token = authenticating.open_session(
        account, is_staff=True, device="máy tính bảng", at=clock.now()
    )
    client = app.test_client()
    client.set_cookie("sid", token)
    return client


def address(sheet):
    return f"/cham/vong/{sheet.round_entry.judged.round.public_id}/phieu/{sheet.public_id}"


def fill(client, sheet, act="save", *, sequence=0, new="8", use="7,5", **more):
    told = {"sequence": str(sequence), "mark-new": new, "mark-use": use, "act": act} | more
    return client.post(address(sheet), data=told)


def put(client, sheet, sequence, *, base=0, device="maytinhbang1", marks=None, sign=False, **more):
    body = {
        "device": device,
        "sequence": sequence,
        "base": base,
        "marks": FULL if marks is None else marks,
        "public_note": "",
        "private_note": "",
        "sign": sign,
    } | more
    return client.put(f"{address(sheet)}/luu", json=body, headers=OURS)


def end(judged, moment):
    """Let the judging of the round end at that moment."""
    with atomic():
        db.session.get_one(JudgedRound, judged.round_id).round.closes_at = moment


def config(page):
    return json.loads(re.search(r'id="attempt-config">([^<]+)<', page)[1])


# --- What is seen ------------------------------------------------------------------------------


def test_judge_finds_the_round_and_only_the_own_sheets(app, judged):
    client = as_judge(app, 2)

    rounds = client.get("/cham/").text
    page = client.get(f"/cham/vong/{judged.round.public_id}").text

    assert f"/cham/vong/{judged.round.public_id}" in rounds
    told = config(page)
    assert [one["id"] for one in told["sheets"]] == [one.public_id for one in sheets_of(2)]
    assert [one["code"] for one in told["sheets"]] == ["A-001", "A-002", "A-003"]


def test_sheet_of_another_judge_is_not_there(app, judged):
    client = as_judge(app, 2)
    other = sheets_of(3)[0]

    assert client.get(address(other)).status_code == 404
    assert fill(client, other).status_code == 404
    assert put(client, other, 1).status_code == 404
    assert len(kept(SheetDraft)) == 0


def test_blind_judge_reads_neither_names_nor_units_anywhere(app, judged):
    client = as_judge(app, 2)
    pages = [client.get(f"/cham/vong/{judged.round.public_id}").text]
    pages += [client.get(address(one)).text for one in sheets_of(2)]

    for page in pages:
        assert "Bích Hằng" not in page
        assert "Sở Khoa học" not in page


def test_blind_judge_gets_answers_that_name_nobody_and_no_unredacted_file(app, judged):
    content = {
        "title": "Giải pháp 1",
        "form": [
            {"id": "what", "label": "Cách làm", "kind": "long"},
            {"id": "who", "label": "Tác giả", "kind": "line", "names_people": True},
        ],
        "answers": {"what": "Quét mã tại quầy", "who": "Trần Thị Bích Hằng"},
        "files": [{"id": "tep-1", "title": "Bích Hằng.pdf", "kind": "file", "field": "what"}],
    }
    row = sheets_of(2)[0].round_entry
    with atomic():
        db.session.get(type(row.version), row.version_id).content = content

    told = config(as_judge(app, 2).get(address(sheets_of(2)[0])).text)["sheets"][0]

    assert (told["said"], told["files"]) == ([["Cách làm", "Quét mã tại quầy"]], [])


def test_judge_who_sees_whose_it_is_reads_the_unit(app, judged):
    with atomic():
        db.session.get(JudgedRound, judged.round_id).is_blind = False

    page = as_judge(app, 2).get(address(sheets_of(2)[0])).text

    assert "Sở Khoa học và Công nghệ" in page


def test_other_judges_marks_are_on_no_page_of_a_judge(app, judged):
    mark = {"new": "6.25", "use": "9.75"}
    put(as_judge(app, 3), sheets_of(3)[0], 1, marks=mark, sign=True)
    client = as_judge(app, 2)
    addresses = [f"/cham/vong/{judged.round.public_id}", address(sheets_of(2)[0]), "/cham/"]
    chair = as_judge(app, 1)

    pages = [client.get(one).text for one in addresses]
    pages.append(chair.get(f"/cham/ban/{sheets_of(1)[0].member.panel.public_id}").text)

    score = kept(SheetVersion)[0].points
    assert score == 83.5
    for page in pages:
        assert not re.search(r"6[.,]25|9[.,]75|83[.,]5", without_moments(page))


def test_round_that_is_not_sealed_is_shown_to_no_judge(app, judged):
    client = as_judge(app, 2)
    sheet = sheets_of(2)[0]
    at = address(sheet)
    with atomic():
        row = db.session.get(JudgedRound, judged.round_id)
        row.sealed_at, row.digest = None, ""

    assert client.get(at).status_code == 404


def test_judge_whose_role_was_taken_back_sees_nothing(app, judged):
    account = factories.account()
    panel = sheets_of(1)[0].member.panel
    seat = judging.judge(panel, number=9, account_id=account.id)
    sheet = judging.sheet(sheets_of(1)[0].round_entry, seat)
    client = as_person(app, account)

    assert client.get(address(sheet)).status_code == 404


def test_judges_pages_take_as_many_statements_for_many_entries_as_for_few(app, judged, queries):
    client, sheet = as_judge(app, 2), sheets_of(2)[0]
    at = address(sheet)
    client.get(at)
    queries.clear()
    client.get(at)
    few = len(queries)
    category, seat = sheet.round_entry.entry.category, sheet.member
    for number in range(4, 14):
        entry = judging.entry(category, code=f"A-{number:03}")
        judging.sheet(judging.round_entry(judged, entry), seat, position=number)
    queries.clear()

    page = client.get(at).text

    assert len(config(page)["sheets"]) == 13
    assert len(queries) == few


# --- Without a script --------------------------------------------------------------------------


def test_draft_by_the_form_is_kept_and_shown_again(app, judged):
    client, sheet = as_judge(app, 2), sheets_of(2)[0]

    answer = fill(client, sheet, public_note="Trình bày rõ")

    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert 'value="8,00"' in page
    assert "Trình bày rõ" in page
    assert sheets_of(2)[0].marks == FULL


def test_form_signed_locks_the_sheet_and_leads_to_the_next(app, judged):
    client, (first, second, _) = as_judge(app, 2), sheets_of(2)

    answer = fill(client, first, "sign")

    assert answer.location.endswith(second.public_id)
    first = sheets_of(2)[0]
    assert (first.state, first.locked.points) == (SheetState.LOCKED, 77)


def test_form_sent_twice_is_one_draft(app, judged):
    client, sheet = as_judge(app, 2), sheets_of(2)[0]

    assert [fill(client, sheet).status_code for _ in range(2)] == [303, 303]

    assert len(kept(SheetDraft)) == 1


def test_form_of_an_old_page_shows_both_and_overwrites_nothing(app, judged):
    client, sheet = as_judge(app, 2), sheets_of(2)[0]
    fill(client, sheet, new="8")

    answer = fill(client, sheet, new="6")

    assert answer.status_code == 409
    assert 'value="6"' in answer.text
    assert sheets_of(2)[0].marks["new"] == "8"
    assert [one.marks["new"] for one in kept(SheetDraft)] == ["8", "6"]
    # Looked at and sent again, it counts.
    base = re.search(r'name="sequence" value="(\d+)"', answer.text)[1]
    assert fill(client, sheet, new="6", sequence=base).status_code == 303
    assert sheets_of(2)[0].marks["new"] == "6"


@pytest.mark.parametrize("typed", ["11", "7,1", "mười"])
def test_mark_that_cannot_be_is_told_at_its_field(app, judged, typed):
    client, sheet = as_judge(app, 2), sheets_of(2)[0]

    answer = fill(client, sheet, new=typed)

    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.text
    assert sheets_of(2)[0].marks == {}


def test_unfinished_sheet_is_not_signed_and_nothing_typed_is_lost(app, judged):
    client, sheet = as_judge(app, 2), sheets_of(2)[0]

    answer = fill(client, sheet, "sign", use="")

    assert answer.status_code == 409
    assert "Hiệu quả" in answer.text
    assert 'value="8"' in answer.text
    assert sheets_of(2)[0].locked is None


# --- With a script -----------------------------------------------------------------------------


def test_draft_by_script_is_answered_with_how_the_sheet_stands(app, judged):
    client, sheet = as_judge(app, 2), sheets_of(2)[0]

    answer = put(client, sheet, 1)

    told = answer.json
    assert (answer.status_code, told["fate"], told["sequence"]) == (200, "kept", 1)
    assert (told["state"], told["marks"]) == ("begun", FULL)


def test_draft_sent_again_is_answered_alike_and_changes_nothing(app, judged):
    client, sheet = as_judge(app, 2), sheets_of(2)[0]
    first = put(client, sheet, 1, sign=True).json

    second = put(client, sheet, 1, sign=True).json

    del first["now"], second["now"]
    assert first == second
    assert first["state"] == "locked"
    assert len(kept(SheetVersion)) == 1


def test_second_device_that_did_not_know_is_told_and_both_are_kept(app, judged):
    client, sheet = as_judge(app, 2), sheets_of(2)[0]
    put(client, sheet, 1)

    told = put(client, sheet, 1, device="dienthoai22", marks={"new": "5"}).json

    assert (told["fate"], told["marks"]) == ("apart", FULL)
    page = client.get(address(sheet)).text
    assert "5,00" in page


def test_draft_after_the_lock_is_kept_as_evidence_and_does_not_count(app, judged):
    client, sheet = as_judge(app, 2), sheets_of(2)[0]
    put(client, sheet, 1, sign=True)

    told = put(client, sheet, 2, base=0, device="dienthoai22", marks={"new": "1"}).json

    assert (told["fate"], told["state"], told["marks"]) == ("locked", "locked", FULL)
    assert [one.fate.value for one in kept(SheetDraft)] == ["kept", "locked"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"device": "x"},
        {"device": "maytinhbang1", "sequence": 1, "base": 1},
        {"device": "maytinhbang1", "sequence": 1, "base": 0, "marks": {"new": 8}},
        {"device": "maytinhbang1", "sequence": 1, "base": 0, "marks": {"new": "-1"}},
        {"device": "maytinhbang1", "sequence": 1, "base": 0, "marks": {"new": "8" * 40}},
        {"device": "maytinhbang1", "sequence": True, "base": 0, "marks": {}},
    ],
)
def test_draft_of_another_shape_is_refused(app, judged, body):
    client, sheet = as_judge(app, 2), sheets_of(2)[0]

    assert client.put(f"{address(sheet)}/luu", json=body, headers=OURS).status_code == 422
    assert client.put(f"{address(sheet)}/luu", json=body).status_code == 403


# --- Conflicts and the chair -------------------------------------------------------------------


def test_declared_conflict_keeps_the_judge_from_the_entry(app, judged):
    client, sheet = as_judge(app, 2), sheets_of(2)[0]

    answer = client.post(f"{address(sheet)}/xung-dot", data={"note": "Đã hướng dẫn nhóm này"})

    assert answer.status_code == 303
    assert kept(Recusal)[0].note == "Đã hướng dẫn nhóm này"
    assert put(client, sheet, 1).status_code == 409
    page = client.get(f"/cham/vong/{judged.round.public_id}").text
    assert [one["state"] for one in config(page)["sheets"]] == ["recused", "open", "open"]


def test_chair_opens_a_locked_sheet_with_a_reason_and_nobody_else_does(app, judged):
    sheet = sheets_of(2)[0]
    put(as_judge(app, 2), sheet, 1, sign=True)
    panel = sheet.member.panel.public_id
    opening = f"/cham/ban/{panel}/phieu/{sheet.public_id}/mo-khoa"

    assert as_judge(app, 3).post(opening, data={"reason": "Lệch"}).status_code == 404
    assert as_judge(app, 1).post(opening, data={"reason": ""}).status_code == 422
    assert sheets_of(2)[0].locked is not None
    assert as_judge(app, 1).post(opening, data={"reason": "Lệch điểm"}).status_code == 303

    assert sheets_of(2)[0].locked is None
    assert kept(SheetVersion)[0].unlocked_for == "Lệch điểm"


def test_signature_sent_again_after_the_chair_opened_the_sheet_does_not_lock_it(app, judged):
    client, sheet = as_judge(app, 2), sheets_of(2)[0]
    put(client, sheet, 1, sign=True)
    opening = f"/cham/ban/{sheet.member.panel.public_id}/phieu/{sheet.public_id}/mo-khoa"
    as_judge(app, 1).post(opening, data={"reason": "Lệch điểm"})

    told = put(client, sheet, 1, sign=True).json

    assert (told["fate"], told["state"]) == ("kept", "begun")
    assert sheets_of(2)[0].locked is None


# --- The end of judging ------------------------------------------------------------------------


def test_marks_after_the_end_are_refused_in_words_and_those_written_before_are_taken(app, judged):
    sheet = sheets_of(2)[0]
    client, now = as_judge(app, 2), clock.now()
    end(judged, now - timedelta(minutes=5))
    before = round((now - timedelta(minutes=6)).timestamp() * 1000)

    late = put(client, sheet, 1)
    taken = put(client, sheet, 1, written=before)
    page = client.get(f"/cham/vong/{judged.round.public_id}").text

    assert (late.status_code, taken.status_code, taken.json["fate"]) == (409, 200, "kept")
    assert "không nhận điểm mới" in late.json["error"]
    assert "Đã hết hạn chấm" in page
    assert sheets_of(2)[0].marks == FULL


@pytest.mark.parametrize("written", ["2026-11-20", -1, 10**18, True, 1.5])
def test_moment_of_another_shape_is_refused(app, judged, written):
    sheet = sheets_of(2)[0]

    assert put(as_judge(app, 2), sheet, 1, written=written).status_code == 422
    assert kept(SheetDraft) == []


def test_chair_prolongs_the_judging_and_marks_are_taken_again(app, judged):
    sheet, panel = sheets_of(2)[0], sheets_of(1)[0].member.panel.public_id
    end(judged, clock.now() - timedelta(minutes=5))
    told = {"closes_at": "17h00 01/12/2099", "reason": "Mất mạng cả buổi chiều"}

    other = as_judge(app, 2).post(f"/cham/ban/{panel}/gia-han", data=told)
    done = as_judge(app, 1).post(f"/cham/ban/{panel}/gia-han", data=told)
    page = as_judge(app, 1).get(f"/cham/ban/{panel}").text
    taken = put(as_judge(app, 2), sheet, 1)

    assert (other.status_code, done.status_code, taken.status_code) == (404, 303, 200)
    assert "Mất mạng cả buổi chiều" in page


def test_secretary_of_the_panel_opens_the_sheet_of_the_chair_and_nobody_elses(app, judged):
    own, other = sheets_of(1)[0], sheets_of(2)[0]
    panel = own.member.panel
    fill(as_judge(app, 1), own, "sign")
    fill(as_judge(app, 2), other, "sign")
    secretary = judging.judge(panel, number=9, role=PanelRole.SECRETARY).account
    client, told = as_person(app, secretary), {"reason": "Ghi nhầm cột"}

    page = client.get(f"/phieu-giay/ban/{panel.public_id}").text
    by_chair = as_judge(app, 1).post(f"/phieu-giay/phieu/{own.public_id}/mo-khoa", data=told)
    of_other = client.post(f"/phieu-giay/phieu/{other.public_id}/mo-khoa", data=told)
    without = client.post(f"/phieu-giay/phieu/{own.public_id}/mo-khoa", data={"reason": ""})
    done = client.post(f"/phieu-giay/phieu/{own.public_id}/mo-khoa", data=told)

    assert page.count("/mo-khoa") == 1
    assert by_chair.status_code in (403, 404)
    assert (of_other.status_code, without.status_code, done.status_code) == (409, 422, 303)
    assert (sheets_of(1)[0].locked, sheets_of(2)[0].locked.number) == (None, 1)

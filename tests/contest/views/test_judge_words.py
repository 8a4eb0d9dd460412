"""What judges are told of their own sheets, what they say of criteria, and who reads either."""

import pytest

from accounts import authenticating
from accounts.rules.authorizing import Role, ScopeKind
from contest import feedback_sheets, transcribing
from contest.judged_results import results
from contest.models import JudgedRound, PanelRole, Scoresheet, SheetDraft
from core import backups, clock
from core.db import db
from tests import factories
from tests.contest import judging

OURS = {"X-Requested-With": "chungtay"}
SAME = "phiếu gần nhất của ông/bà có điểm giống hệt nhau"
SAID = {"new": {"text": "Nên nêu rõ điểm mới", "public": True}}
SILENT = {"use": {"text": "Số liệu chưa có nguồn", "public": False}}


@pytest.fixture
def judged(app):
    """A sealed round with a chair and a member, who each have six sheets."""
    made = judging.judged_round(factories.contest())
    panel = judging.panel(made)
    category = judging.category(made.round.contest)
    seats = [
        judging.judge(panel, number=1, role=PanelRole.CHAIR),
        judging.judge(panel, number=2),
    ]
    for seat in seats:
        factories.grant(seat.account, Role.JUDGE, ScopeKind.ROUND, made.round_id)
    for position in range(1, 7):
        row = judging.round_entry(made, judging.entry(category, code=f"A-{position:03}"))
        for seat in seats:
            judging.sheet(row, seat, position=position)
    return made


def sheets_of(number):
    db.session.rollback()
    found = db.session.query(Scoresheet).order_by(Scoresheet.position).all()
    return [one for one in found if one.member.number == number]


def browser_of(app, number):
    account = sheets_of(number)[0].member.account
    token = authenticating.open_session(account, is_staff=True, device="máy", at=clock.now())
    client = app.test_client()
    client.set_cookie("sid", token)
    return client


def address(sheet):
    return f"/cham/vong/{sheet.round_entry.judged.round.public_id}/phieu/{sheet.public_id}"


def put(client, sheet, sequence=1, *, new="8", use="7.5", sign=True, **more):
    marks = {"new": new, "use": use}
    notes = {"public_note": "", "private_note": ""}
    told = {"device": "maytinhbang1", "sequence": sequence, "base": sequence - 1, "marks": marks}
    return client.put(
        f"{address(sheet)}/luu", json=told | notes | {"sign": sign} | more, headers=OURS
    )


# --- What the own sheets show ------------------------------------------------------------------


def test_judge_alone_is_told_of_five_sheets_alike_and_signs_on(app, judged):
    client, other = browser_of(app, 2), browser_of(app, 1)

    answers = [put(client, one).json for one in sheets_of(2)[:5]]

    assert [len(one["hints"]) for one in answers] == [0, 0, 0, 0, 1]
    assert SAME in answers[4]["hints"][0]
    assert SAME in client.get(f"/cham/vong/{judged.round.public_id}").text
    assert SAME in client.get(address(sheets_of(2)[5])).text
    assert put(client, sheets_of(2)[5]).json["state"] == "locked"
    # Neither the chair's own sheets nor the chair's page of the panel say anything of it.
    panel = sheets_of(1)[0].member.panel.public_id
    pages = [address(sheets_of(1)[0]), f"/cham/ban/{panel}", "/cham/"]
    assert all(SAME not in other.get(one).text for one in pages)
    assert put(other, sheets_of(1)[0]).json["hints"] == []


def test_judge_whose_sheets_differ_is_told_nothing(app, judged):
    client = browser_of(app, 2)
    marks = [("8", "7.5"), ("7", "8"), ("9", "6.5"), ("6.5", "7"), ("8.5", "8"), ("7", "7.5")]

    answers = [
        put(client, sheet, new=new, use=use).json
        for sheet, (new, use) in zip(sheets_of(2), marks, strict=True)
    ]

    assert [one["hints"] for one in answers] == [[]] * 6
    page = client.get(f"/cham/vong/{judged.round.public_id}").text
    assert 'id="notice-hints" hidden' in page


# --- Remarks on criteria -----------------------------------------------------------------------


def test_remarks_are_kept_with_the_draft_the_sheet_and_the_version(app, judged):
    client, sheet = browser_of(app, 2), sheets_of(2)[0]

    told = put(client, sheet, remarks=SAID | SILENT).json

    sheet = sheets_of(2)[0]
    draft = db.session.query(SheetDraft).one()
    assert told["remarks"] == SAID | SILENT
    assert (sheet.remarks, sheet.locked.remarks, draft.remarks) == (SAID | SILENT,) * 3


def test_page_that_knows_of_no_remarks_takes_none_away(app, judged):
    client, sheet = browser_of(app, 2), sheets_of(2)[0]
    put(client, sheet, remarks=SAID, sign=False)

    told = put(client, sheet, 2, new="9", sign=False).json

    assert (told["remarks"], told["marks"]["new"]) == (SAID, "9")
    assert put(client, sheet, 3, remarks={}, sign=False).json["remarks"] == {}


@pytest.mark.parametrize(
    ("remarks", "status"),
    [
        ({"new": {"text": "Tốt"}}, 422),
        ({"new": {"text": "x" * 1001, "public": True}}, 422),
        ({"new": "Tốt"}, 422),
        ([], 422),
        ({"beauty": {"text": "Đẹp", "public": True}}, 409),
    ],
)
def test_remarks_that_cannot_be_are_refused(app, judged, remarks, status):
    client, sheet = browser_of(app, 2), sheets_of(2)[0]

    assert put(client, sheet, remarks=remarks).status_code == status
    assert sheets_of(2)[0].remarks == {}


def test_remarks_by_the_form_are_kept_and_shown_again(app, judged):
    client, sheet = browser_of(app, 2), sheets_of(2)[0]
    told = {"sequence": "0", "mark-new": "8", "mark-use": "7", "act": "save"}
    told |= {"remark-new": "Nên nêu rõ điểm mới", "shared-new": "y", "remark-use": "Chưa có nguồn"}

    answer = client.post(address(sheet), data=told)

    assert sheets_of(2)[0].remarks == SAID | {"use": {"text": "Chưa có nguồn", "public": False}}
    page = client.get(answer.location).text
    assert "Nên nêu rõ điểm mới" in page
    assert 'name="shared-new" value="y" checked' in page
    assert 'name="shared-use" value="y">' in page


def test_entrant_reads_public_remarks_without_a_name_and_no_others(app, judged):
    put(browser_of(app, 1), sheets_of(1)[0], remarks={"new": {"text": "Ý hay", "public": True}})
    put(browser_of(app, 2), sheets_of(2)[0], remarks=SAID | SILENT)
    put(browser_of(app, 2), sheets_of(2)[1], remarks=SAID, sign=False)
    told = feedback_sheets.Told(results(db.session.get_one(JudgedRound, judged.round_id)))

    first = {one.title: one.remarks for one in told._criteria("A-001")}
    second = {one.title: one.remarks for one in told._criteria("A-002")}

    assert first == {"Tính mới": ["Nên nêu rõ điểm mới", "Ý hay"], "Hiệu quả": []}
    assert second == {"Tính mới": [], "Hiệu quả": []}


def test_paper_that_is_typed_in_has_none_of_the_remarks_of_an_earlier_draft(app, judged):
    put(browser_of(app, 2), sheets_of(2)[0], remarks=SAID, sign=False)
    sheet = sheets_of(2)[0]
    marks = {"new": 8, "use": 7}

    for _ in range(2):
        typed = transcribing.enter(sheet, factories.account(), marks, at=clock.now())

    assert (typed.version.remarks, sheets_of(2)[0].remarks) == ({}, {})


# --- After a restore ---------------------------------------------------------------------------


def test_answers_name_the_database_so_that_a_page_knows_of_a_restore(app, judged):
    client, sheet = browser_of(app, 2), sheets_of(2)[0]
    before = put(client, sheet, sign=False).json["server_epoch"]

    backups.renew_epoch()
    app.extensions.pop("epoch", None)

    told = put(client, sheet, 2, sign=False).json["server_epoch"]
    refused = put(client, sheet, 3, new="11").json["server_epoch"]
    assert before != told == refused
    assert f'"server_epoch": "{told}"' in client.get(address(sheet)).text

"""The organisers' pages of a judged round: made, sealed, its panels, conflicts, plan, and paper."""

import html
import re
from datetime import timedelta

import pytest

from accounts import authenticating
from accounts.models import Account, Grant, UnitPlace
from accounts.rules.authorizing import Role, ScopeKind
from accounts.rules.units import Tree
from contest.models import (
    Entry,
    JudgedRound,
    Panel,
    PanelMember,
    PaperTyping,
    Recusal,
    RoundEntry,
    RoundKind,
    RoundState,
    Scoresheet,
    SheetVersion,
)
from contest.rules.judging import patterns
from core import clock
from core.db import atomic, db
from tests import factories
from tests.contest import judging


@pytest.fixture
def contest(app):
    return factories.contest()


@pytest.fixture
def as_mai(app, contest):
    person = factories.account(full_name="Lê Thị Mai")
    factories.grant(person, Role.ORGANIZER, ScopeKind.CONTEST, contest.id)
    return signed_in(app, person)


def signed_in(app, person):
    token = authenticating.open_session(person, is_staff=True, device="phép thử", at=clock.now())
    client = app.test_client()
    client.set_cookie("sid", token)
    return client


def kept(model):
    db.session.rollback()
    return db.session.query(model).order_by(*model.__mapper__.primary_key).all()


def made(client, contest, pattern="tin-hoc"):
    """Make a judged round by its page; return it."""
    answer = client.post(
        f"/quan-ly/cuoc-thi/{contest.public_id}/vong-cham/moi",
        data={
            "title": "Vòng sơ khảo",
            "opens_at": "8h00 01/12/2026",
            "closes_at": "17h00 05/12/2026",
            "pattern": pattern,
        },
    )
    assert answer.status_code == 303
    return kept(JudgedRound)[-1]


TEXTS = re.compile(r'<textarea\b[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', re.S)
LISTS = re.compile(r'<select\b[^>]*name="([^"]*)"[^>]*>(.*?)</select>', re.S)


def fields(page):
    """Return what the form of a page would send as it stands."""
    found = {}
    for tag in re.findall(r"<input\b[^>]*>", page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="([^"]*)"', tag)
        if not name or (kind and kind[1] in ("radio", "checkbox") and " checked" not in tag):
            continue
        found[name[1]] = value[1] if value else ""
    found |= {name: html.unescape(inside.strip()) for name, inside in TEXTS.findall(page)}
    for name, inside in LISTS.findall(page):
        chosen = re.search(r'<option[^>]*\bselected[^>]*value="([^"]*)"', inside)
        found[name] = chosen[1] if chosen else re.search(r'value="([^"]*)"', inside)[1]
    return found


# --- The protocol ------------------------------------------------------------------------------


@pytest.mark.parametrize("pattern", [one.key for one in patterns.every()])
def test_round_made_from_a_pattern_is_judged_and_can_be_sealed_as_it_is(as_mai, contest, pattern):
    judged = made(as_mai, contest, pattern)

    assert judged.round.kind is RoundKind.JUDGED
    assert judged.declared.problems() == []
    assert judged.declared.rubric.whole == 100


@pytest.mark.parametrize("pattern", [one.key for one in patterns.every()])
def test_protocol_saved_as_its_form_shows_it_is_the_same(as_mai, contest, pattern):
    judged = made(as_mai, contest, pattern)
    address = f"/quan-ly/vong/{judged.round.public_id}/quy-tac-cham"
    before = judged.declared

    answer = as_mai.post(address, data=fields(as_mai.get(address).text) | {"act": "save"})

    assert answer.status_code == 303
    after = kept(JudgedRound)[0].declared
    assert after.rubric.leaves() == before.rubric.leaves()
    assert (after.terms, after.chain, after.deviation, after.time, after.seed_digest) == (
        before.terms,
        before.chain,
        before.deviation,
        before.time,
        before.seed_digest,
    )


def test_criterion_is_added_moved_and_taken_away_by_buttons(as_mai, contest):
    judged = made(as_mai, contest)
    address = f"/quan-ly/vong/{judged.round.public_id}/quy-tac-cham"
    sent = fields(as_mai.get(address).text)

    added = fields(as_mai.post(address, data=sent | {"act": "add"}).text)
    moved = fields(as_mai.post(address, data=sent | {"act": "down-0"}).text)
    removed = fields(as_mai.post(address, data=sent | {"act": "remove-0"}).text)

    assert added["criteria-5-id"]
    assert moved["criteria-1-title"] == sent["criteria-0-title"]
    assert removed["criteria-0-title"] == sent["criteria-1-title"]
    assert kept(JudgedRound)[0].protocol == judged.protocol


def test_level_that_is_none_is_told_at_its_field(as_mai, contest):
    judged = made(as_mai, contest)
    address = f"/quan-ly/vong/{judged.round.public_id}/quy-tac-cham"
    sent = fields(as_mai.get(address).text) | {"criteria-0-levels": "tốt", "act": "save"}

    answer = as_mai.post(address, data=sent)

    assert answer.status_code == 422
    assert "8: rõ ràng" in answer.text


def test_sealed_protocol_shows_its_digest_and_is_not_edited_any_more(as_mai, contest):
    judged = made(as_mai, contest)
    address = f"/quan-ly/vong/{judged.round.public_id}"
    sent = fields(as_mai.get(f"{address}/quy-tac-cham").text) | {"act": "save"}

    assert as_mai.post(f"{address}/niem-phong").status_code == 303

    sealed = kept(JudgedRound)[0]
    assert sealed.round.state is RoundState.READY
    assert sealed.digest in as_mai.get(f"{address}/cham-diem").text
    assert as_mai.get(f"{address}/quy-tac-cham").status_code == 303
    assert as_mai.post(f"{address}/quy-tac-cham", data=sent).status_code == 409
    assert kept(JudgedRound)[0].is_intact


# --- Entries -----------------------------------------------------------------------------------


def entered(contest, count=6, **more):
    category = judging.category(contest)
    rows = []
    for number in range(1, count + 1):
        entry = judging.entry(category, code=f"A-{number:03}", **more)
        judging.version(entry)
        rows.append(entry)
    return rows


def test_admitted_entries_come_in_once_as_they_were_frozen_last(as_mai, contest):
    judged, (first, *_) = made(as_mai, contest), entered(contest)
    newest = judging.version(first, number=2)
    address = f"/quan-ly/vong/{judged.round.public_id}"

    for _ in range(2):
        assert as_mai.post(f"{address}/nhan-bai").status_code == 303

    rows = kept(RoundEntry)
    assert len(rows) == 6
    assert rows[0].version_id == newest.id


def test_entry_is_taken_out_with_a_reason_while_nobody_scored_it(as_mai, contest):
    judged, (first, *_) = made(as_mai, contest), entered(contest)
    address = f"/quan-ly/vong/{judged.round.public_id}"
    as_mai.post(f"{address}/nhan-bai")
    out = f"{address}/bai/{first.public_id}/dua-ra"

    assert as_mai.post(out, data={"reason": ""}).status_code == 422
    assert as_mai.post(out, data={"reason": "Rút bài"}).status_code == 303

    assert len(kept(RoundEntry)) == 5


# --- Panels ------------------------------------------------------------------------------------


@pytest.fixture
def ready(as_mai, contest):
    """A sealed round with six entries and a panel of five; the first is its chair."""
    judged = made(as_mai, contest)
    entered(contest)
    address = f"/quan-ly/vong/{judged.round.public_id}"
    as_mai.post(f"{address}/nhan-bai")
    as_mai.post(f"{address}/niem-phong")
    as_mai.post(f"{address}/ban-giam-khao", data={"title": "Ban giám khảo"})
    for number in range(5):
        appoint(as_mai, f"Giám khảo {number}", "chair" if number == 0 else "member")
    return judged


def appoint(client, name, role):
    person = factories.account(full_name=name)
    panel = kept(Panel)[0].public_id
    answer = client.post(
        f"/quan-ly/ban-giam-khao/{panel}/cu", data={"account": person.public_id, "role": role}
    )
    assert answer.status_code == 303
    return person


def test_appointing_gives_the_role_of_a_judge_in_this_round_alone(as_mai, contest, ready):
    grants = [one for one in kept(Grant) if one.role is Role.JUDGE]

    assert len(grants) == 5
    assert {(one.scope_kind, one.scope_id) for one in grants} == {(ScopeKind.ROUND, ready.round_id)}


def test_secretary_and_supervisor_get_no_role_of_a_judge(as_mai, contest, ready):
    person = appoint(as_mai, "Thư ký", "secretary")

    assert [one for one in kept(Grant) if one.account_id == person.id] == []


def test_second_chair_is_refused(as_mai, contest, ready):
    person, panel = factories.account(), kept(Panel)[0].public_id

    answer = as_mai.post(
        f"/quan-ly/ban-giam-khao/{panel}/cu", data={"account": person.public_id, "role": "chair"}
    )

    assert answer.status_code == 409
    assert len(kept(PanelMember)) == 5


def test_assigned_plan_tells_its_health(as_mai, contest, ready):
    panel = kept(Panel)[0].public_id

    assert as_mai.post(f"/quan-ly/ban-giam-khao/{panel}/phan-cong").status_code == 303

    assert len(kept(Scoresheet)) == 30
    page = as_mai.get(f"/quan-ly/ban-giam-khao/{panel}").text
    assert "0/30" in page
    assert "Độ gắn kết" in page


def test_judge_who_leaves_loses_the_role_and_the_rest_goes_to_others(as_mai, contest, ready):
    panel = kept(Panel)[0].public_id
    as_mai.post(f"/quan-ly/ban-giam-khao/{panel}/phan-cong")
    sub = factories.account(full_name="Dự khuyết")

    answer = as_mai.post(
        f"/quan-ly/ban-giam-khao/{panel}/thanh-vien/2/thoi",
        data={"reason": "Ốm", "account": sub.public_id},
    )
    as_mai.post(f"/quan-ly/ban-giam-khao/{panel}/phan-cong")

    assert answer.status_code == 303
    members = kept(PanelMember)
    assert (members[1].left_for, members[-1].replaces_id) == ("Ốm", members[1].id)
    ended = [one for one in kept(Grant) if one.account_id == members[1].account_id]
    assert [one.valid_to is not None for one in ended] == [True]
    mine = [one for one in kept(Scoresheet) if one.member_id == members[-1].id]
    assert len(mine) == 6


def test_plan_that_falls_apart_is_told_and_anchors_link_it(as_mai, contest):
    judged = made(as_mai, contest)
    rows = entered(contest, 8)
    address = f"/quan-ly/vong/{judged.round.public_id}"
    as_mai.post(f"{address}/nhan-bai")
    as_mai.post(f"{address}/ban-giam-khao", data={"title": "Ban giám khảo"})
    people = [appoint(as_mai, f"Giám khảo {number}", "member") for number in range(4)]
    panel = kept(Panel)[0]
    seats = {one.account_id: one for one in kept(PanelMember)}
    places = {one.entry_id: one for one in kept(RoundEntry)}
    for at, entry in enumerate(rows):
        for person in people[:2] if at < 4 else people[2:]:
            judging.sheet(places[entry.id], seats[person.id], position=at + 1)

    page = as_mai.get(f"/quan-ly/ban-giam-khao/{panel.public_id}").text
    assert "không xếp hạng chung được" in page
    assert as_mai.post(f"/quan-ly/ban-giam-khao/{panel.public_id}/bai-neo").status_code == 303

    page = as_mai.get(f"/quan-ly/ban-giam-khao/{panel.public_id}").text
    assert "không xếp hạng chung được" not in page
    assert len(kept(Scoresheet)) == 16 + 4


def test_anchors_stay_when_entries_are_given_out_again(as_mai, contest, ready):
    panel = kept(Panel)[0]
    with atomic():
        db.session.get(JudgedRound, ready.round_id).judges_each = 2
    as_mai.post(f"/quan-ly/ban-giam-khao/{panel.public_id}/phan-cong")
    first = kept(RoundEntry)[0].id
    have = {one.member_id for one in kept(Scoresheet) if one.round_entry_id == first}
    for member in kept(PanelMember):
        if member.id not in have:
            judging.sheet(db.session.get(RoundEntry, first), member, position=9)

    as_mai.post(f"/quan-ly/ban-giam-khao/{panel.public_id}/phan-cong")

    counted = {}
    for one in kept(Scoresheet):
        counted[one.round_entry_id] = counted.get(one.round_entry_id, 0) + 1
    assert sorted(counted.values()) == [2, 2, 2, 2, 2, 5]


# --- Conflicts ---------------------------------------------------------------------------------


def placed(unit, parent):
    yesterday = clock.now().date() - timedelta(days=30)
    return factories.saved(
        UnitPlace(unit_id=unit.id, parent_id=parent.id, tree=Tree.TERRITORY, valid_from=yesterday)
    )


def settle(account, unit):
    with atomic():
        db.session.get(Account, account).unit_id = unit.id


def test_conflicts_by_units_are_found_recorded_and_kept_out_of_the_plan(as_mai, contest, ready):
    commune = factories.unit(name="Xã Ea Súp")
    over = factories.unit(name="Huyện ủy cũ")
    under = factories.unit(name="Phòng Văn hóa")
    placed(commune, over)
    placed(under, commune)
    first = kept(Entry)[0].id
    with atomic():
        db.session.get(Entry, first).unit_id = commune.id
    for member, unit in zip(kept(PanelMember), (commune, over, under), strict=False):
        settle(member.account_id, unit)
    address = f"/quan-ly/vong/{ready.round.public_id}"

    assert as_mai.post(f"{address}/xung-dot/ghi-nhan").status_code == 303

    recused = sorted(
        (one.entry.code, one.account.full_name, one.cause.value) for one in kept(Recusal)
    )
    assert recused == [
        ("A-001", "Giám khảo 0", "same_unit"),
        ("A-001", "Giám khảo 1", "superior_unit"),
    ]
    # What is under the entrant's unit is for people to decide.
    assert "Cần quyết định" in as_mai.get(f"{address}/ban-giam-khao").text


def test_conflict_that_somebody_decides_is_recorded_with_its_cause(as_mai, contest, ready):
    member, entry = kept(PanelMember)[0], kept(Entry)[0]

    answer = as_mai.post(
        f"/quan-ly/vong/{ready.round.public_id}/xung-dot",
        data={
            "entry": entry.public_id,
            "judge": member.account.public_id,
            "cause": "mentor",
            "note": "Hướng dẫn luận văn",
        },
    )

    assert answer.status_code == 303
    (row,) = kept(Recusal)
    assert (row.cause.value, row.note, row.account_id) == (
        "mentor",
        "Hướng dẫn luận văn",
        member.account_id,
    )


def test_pages_of_panels_take_as_many_statements_whatever_there_is(as_mai, contest, ready, queries):
    panel, address = kept(Panel)[0].public_id, f"/quan-ly/vong/{ready.round.public_id}"
    as_mai.post(f"/quan-ly/ban-giam-khao/{panel}/phan-cong")
    pages = [f"/quan-ly/ban-giam-khao/{panel}", f"{address}/ban-giam-khao", f"{address}/cham-diem"]

    def counted():
        found = []
        for page in pages:
            as_mai.get(page)
            queries.clear()
            as_mai.get(page)
            found.append(len(queries))
        return found

    few = counted()
    category = kept(Entry)[0].category
    for number in range(7, 15):
        judging.version(judging.entry(category, code=f"A-{number:03}"))
    as_mai.post(f"{address}/nhan-bai")
    appoint(as_mai, "Giám khảo thứ sáu", "member")
    as_mai.post(f"/quan-ly/ban-giam-khao/{panel}/phan-cong")

    assert counted() == few


# --- Paper -------------------------------------------------------------------------------------


@pytest.fixture
def paper(as_mai, contest, ready):
    panel = kept(Panel)[0]
    as_mai.post(f"/quan-ly/ban-giam-khao/{panel.public_id}/phan-cong")
    return kept(Scoresheet)[0]


def marks_of(**more):
    told = {"sang-tao": "30", "thuc-te": "25,5", "do-kho": "15", "giao-dien": "8", "tai-lieu": "4"}
    return {f"mark-{id_}": mark for id_, mark in (told | more).items()}


def type_in(client, sheet, **more):
    return client.post(f"/phieu-giay/phieu/{sheet.public_id}", data=marks_of(**more))


def secretary(app, client):
    return signed_in(app, appoint(client, "Thư ký ban", "secretary"))


def test_empty_sheets_are_printed_with_a_code_each_and_no_name(as_mai, contest, paper):
    panel = kept(Panel)[0].public_id

    page = as_mai.get(f"/phieu-giay/ban/{panel}/in").text

    assert page.count("PHIẾU CHẤM ĐIỂM") == 30
    assert page.count('class="qr"') == 30
    assert "Y Bhăm" not in page


def test_two_people_who_read_the_same_lock_the_sheet(app, as_mai, contest, paper):
    other = secretary(app, as_mai)

    assert type_in(as_mai, paper).status_code == 303
    assert kept(SheetVersion) == []
    assert type_in(other, paper).status_code == 303

    (version,) = kept(SheetVersion)
    assert version.points == 82.5
    assert version.entered_by_id != version.compared_by_id
    assert None not in (version.entered_by_id, version.compared_by_id)


def test_one_person_alone_locks_nothing_however_often(as_mai, contest, paper):
    for _ in range(3):
        type_in(as_mai, paper)

    assert kept(SheetVersion) == []
    assert len(kept(PaperTyping)) == 1


def test_typings_that_differ_name_the_criterion_and_not_the_mark(app, as_mai, contest, paper):
    other = secretary(app, as_mai)
    type_in(as_mai, paper, **{"do-kho": "16,25"})

    answer = type_in(other, paper)

    assert answer.status_code == 409
    assert "Độ khó" in answer.text
    assert "16,25" not in answer.text
    assert kept(SheetVersion) == []
    # The one who misread looks again.
    type_in(as_mai, paper)
    assert len(kept(SheetVersion)) == 1


def test_judge_of_the_panel_types_no_paper_in(app, as_mai, contest, paper):
    judge = signed_in(app, db.session.get(PanelMember, paper.member_id).account)

    assert type_in(judge, paper).status_code in (403, 404)
    assert kept(PaperTyping) == []


def test_paper_of_somebody_recused_is_not_locked(app, as_mai, contest, paper):
    other = secretary(app, as_mai)
    member = db.session.get(PanelMember, paper.member_id)
    entry = db.session.get(RoundEntry, paper.round_entry_id).entry
    as_mai.post(
        f"/quan-ly/vong/{kept(JudgedRound)[0].round.public_id}/xung-dot",
        data={
            "entry": entry.public_id,
            "judge": member.account.public_id,
            "cause": "declared",
        },
    )

    type_in(as_mai, paper)
    answer = type_in(other, paper)

    assert answer.status_code == 409
    assert kept(SheetVersion) == []

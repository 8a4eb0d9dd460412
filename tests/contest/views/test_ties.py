"""People join the entries that name them; conflicts by name are proposed, and somebody decides."""

import pytest

from accounts import authenticating
from accounts.models import AuditEntry
from accounts.rules.authorizing import Role, ScopeKind
from contest import forgetting, joining, panel_queries
from contest.models import (
    ConflictDismissal,
    EntryMember,
    JudgedRound,
    JudgeTie,
    MemberRole,
    Recusal,
    Round,
    RoundState,
)
from contest.rules.judging.conflicts import Cause
from core import clock
from core.db import atomic, db
from tests import factories
from tests.contest import judging


@pytest.fixture
def judged(app):
    """A judged round: an entry of a commune, its leader known, a mentor named like the judge."""
    made = judging.judged_round(factories.contest())
    leader, unit = factories.account(full_name="Trần Văn Nam"), factories.unit(name="Xã Ea Kar")
    category = judging.category(made.round.contest)
    entry = judging.entry(category, entered_by_id=leader.id, unit_id=unit.id)
    judging.member(entry, account_id=leader.id, full_name="Trần Văn Nam")
    judging.member(entry, position=2, full_name="Nguyễn Thị Hoa", role=MemberRole.MENTOR)
    judging.round_entry(made, entry)
    hoa = factories.account(full_name="Nguyễn Thị Hoa")
    judging.judge(judging.panel(made), account_id=hoa.id)
    return made


@pytest.fixture
def as_mai(app, judged):
    mai = factories.account(full_name="Lê Thị Mai")
    factories.grant(mai, Role.ORGANIZER, ScopeKind.CONTEST, judged.round.contest_id)
    return signed_in(app, mai, is_staff=True)


def signed_in(app, person, *, is_staff=False):
    token = authenticating.open_session(person, is_staff=is_staff, device="máy", at=clock.now())
    client = app.test_client()
    client.set_cookie("sid", token)
    return client


def kept(model):
    db.session.rollback()
    return db.session.query(model).order_by(*model.__mapper__.primary_key).all()


def causes():
    (judged,) = kept(JudgedRound)
    return [one.conflict.cause for one in panel_queries.conflicts_in(judged, at=clock.now())]


def rows():
    """Return the entry, its leader and its mentor."""
    leader, mentor = kept(EntryMember)
    return panel_queries._entered(kept(JudgedRound)[0])[0], leader, mentor


def judge():
    return kept(JudgedRound) and panel_queries.judging_in(kept(JudgedRound)[0])[0]


def address(judged):
    return f"/quan-ly/vong/{judged.round.public_id}"


def join(app, person, code):
    return signed_in(app, person).post("/thi/bai-du-thi/tham-gia", data={"code": code})


# --- Joining -----------------------------------------------------------------------------------


def test_mentor_who_joins_with_the_code_is_found_as_such(app, judged):
    entry, leader, mentor = rows()
    page = signed_in(app, leader.account).get(f"/thi/bai-du-thi/{entry.public_id}").text
    code = joining.code_of(mentor)
    assert code in page
    assert causes() == [Cause.SAME_NAME]

    assert join(app, judge(), f" {code.upper()} ").status_code == 303

    assert causes() == [Cause.MENTOR]
    assert kept(AuditEntry)[-1].action == "entry.member_linked"
    assert (
        code
        not in signed_in(app, rows()[1].account).get(f"/thi/bai-du-thi/{rows()[0].public_id}").text
    )
    # A mentor does not get the entry to change it.
    mentors = signed_in(app, judge())
    assert mentors.get(f"/thi/bai-du-thi/{rows()[0].public_id}").status_code == 404


def test_code_is_for_one_person_and_for_nobody_after_the_results(app, judged):
    code, other, round_id = joining.code_of(rows()[2]), factories.account(), judged.round_id

    assert join(app, rows()[1].account, code).status_code == 422
    with atomic():
        db.session.get(Round, round_id).state = RoundState.FINAL
    assert join(app, other, code).status_code == 422
    with atomic():
        db.session.get(Round, round_id).state = RoundState.CLOSED
    assert join(app, other, code).status_code == 303
    assert join(app, other, code).status_code == 303
    assert join(app, judge(), code).status_code == 422
    assert rows()[2].account_id == other.id


@pytest.mark.parametrize("code", ["", "x", "1", "1-", "999999-0123456789ab", "²-0123456789ab"])
def test_code_that_nobody_gave_out_is_refused(app, judged, code):
    assert join(app, factories.account(), code).status_code == 422
    assert rows()[2].account_id is None


def test_code_of_a_row_that_was_written_anew_is_for_nobody_else(app, judged):
    code = joining.code_of(rows()[2])
    mentor = rows()[2].id
    with atomic():
        db.session.get(EntryMember, mentor).full_name = "Phạm Thị Bích"

    assert join(app, factories.account(), code).status_code == 422


# --- The organiser's list and decisions --------------------------------------------------------


def test_list_of_people_near_to_judges_proposes_a_conflict(as_mai, judged):
    at = address(judged)

    told = "Nguyễn Thị Hoa; Trần Văn Nam\nNguyễn Thị Hoa; ; Ea Kar"
    answer = as_mai.post(f"{at}/xung-dot/danh-sach", data={"ties": told})

    assert answer.status_code == 303
    assert [(one.name, one.place) for one in kept(JudgeTie)] == [
        ("Trần Văn Nam", ""),
        ("", "Ea Kar"),
    ]
    assert causes() == [Cause.NEAR]
    assert "Nguyễn Thị Hoa; Trần Văn Nam" in as_mai.get(f"{at}/ban-giam-khao").text
    assert kept(Recusal) == []
    # Without the list nothing of it is left; the trail has no name of it.
    as_mai.post(f"{at}/xung-dot/danh-sach", data={"ties": ""})
    assert kept(JudgeTie) == []
    assert all("Trần Văn Nam" not in (one.record or "") for one in kept(AuditEntry)[-2:])
    assert [one.action for one in kept(AuditEntry)[-2:]] == ["round.ties_listed"] * 2


def test_line_that_cannot_be_read_keeps_nothing_and_says_which(as_mai, judged):
    told = "Nguyễn Thị Hoa; Trần Văn Nam\nAi đó; Trần Văn Nam"

    answer = as_mai.post(f"{address(judged)}/xung-dot/danh-sach", data={"ties": told})

    assert answer.status_code == 422
    assert "Dòng 2" in answer.text
    assert kept(JudgeTie) == []


def test_family_name_and_commune_of_the_judge_propose_a_conflict(as_mai, judged):
    told = "Nguyễn Thị Hoa; Trần Thị Sương; ea kar"

    as_mai.post(f"{address(judged)}/xung-dot/danh-sach", data={"ties": told})

    assert causes() == [Cause.NAME_AND_ADDRESS]


def test_conflict_is_dismissed_with_a_reason_and_not_found_again(as_mai, judged):
    at, entry, hoa = address(judged), rows()[0].public_id, judge().public_id
    told = {"entry": entry, "judge": hoa, "cause": "same_name"}

    assert as_mai.post(f"{at}/xung-dot/bo-qua", data=told).status_code == 422
    assert causes() == [Cause.SAME_NAME]
    answer = as_mai.post(f"{at}/xung-dot/bo-qua", data=told | {"note": "Hai người khác nhau"})

    assert answer.status_code == 303
    assert causes() == []
    assert "Hai người khác nhau" in as_mai.get(f"{at}/ban-giam-khao").text
    assert kept(AuditEntry)[-1].action == "entry.conflict_dismissed"


def test_conflict_that_bars_by_itself_is_not_dismissed(as_mai, judged):
    told = {"entry": rows()[0].public_id, "judge": judge().public_id, "cause": "mentor"}

    answer = as_mai.post(f"{address(judged)}/xung-dot/bo-qua", data=told | {"note": "Không sao"})

    assert answer.status_code == 409
    assert kept(ConflictDismissal) == []


def test_list_goes_with_the_judge_who_is_erased(as_mai, judged):
    told = "Nguyễn Thị Hoa; Trần Văn Nam"
    as_mai.post(f"{address(judged)}/xung-dot/danh-sach", data={"ties": told})

    hoa = judge()
    with atomic():
        forgetting.erase(hoa, at=clock.now())

    assert kept(JudgeTie) == []

"""The pages of blocks, overall tables, the trial of other rules, and presets."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from accounts.rules.authorizing import Role, ScopeKind
from accounts.rules.staff import StaffCategory
from contest import placing, publishing, total_queries, totalling
from contest.models import (
    Attempt,
    Block,
    BlockPaper,
    Contest,
    Enrolment,
    OverallTable,
    Round,
    RoundState,
    Seat,
)
from contest.rules.predicting import Lock, Scope
from contest.rules.ranking import Key, natural
from contest.rules.totalling import OverallRule, OverallTerms
from contest.totalling import TableSettings
from core import clock, ids
from core.db import Base, atomic, db
from tests import factories
from tests.contest.views.test_organizer import signed_in

MILLION = 1_000_000


@pytest.fixture
def round_(app):
    week = timedelta(days=7)
    return factories.round_(opens_at=clock.now() - 2 * week, closes_at=clock.now() - week)


@pytest.fixture
def organizer(client, round_):
    person = factories.account(full_name="Phạm Minh Tuấn")
    factories.grant(person, Role.ORGANIZER, ScopeKind.CONTEST, round_.contest_id)
    signed_in(client, person)
    return person


@pytest.fixture
def block(round_):
    return factories.saved(Block(contest_id=round_.contest_id, title="Khối người dân"))


def took(round_, name, correct, *, seconds=60, predicted=None, enrolment=None, **fields):
    person = enrolment or factories.enrolment(
        round_.contest, factories.account(full_name=name), **fields
    )
    held = db.session.scalar(
        select(func.count()).where(Attempt.enrolment_id == person.id, Attempt.round_id == round_.id)
    )
    seat = db.session.scalar(
        select(Seat).where(Seat.round_id == round_.id, Seat.enrolment_id == person.id)
    ) or factories.seat(round_.sittings[0], person)
    starts = round_.opens_at + timedelta(hours=held)
    ends = starts + timedelta(seconds=seconds)
    attempt = factories.saved(
        Attempt(
            public_id=ids.public_id(), seat_id=seat.id, round_id=round_.id,
            enrolment_id=person.id, number=held + 1, started_at=starts, accepts_until=ends,
            submitted_at=ends, submitted_by="person", receipt_code=ids.code(), asked=3,
            score=correct * MILLION, correct=correct, duration_ms=seconds * 1000,
            predicted=None if predicted is None else predicted * MILLION,
        )
    )  # fmt: skip
    with atomic():
        placing.place(db.session.get_one(Attempt, attempt.id))
    return person


def at(round_, tail=""):
    return f"/quan-ly/vong/{round_.public_id}{tail}"


def of(round_, tail=""):
    return f"/quan-ly/cuoc-thi/{round_.contest.public_id}{tail}"


# --- Blocks --------------------------------------------------------------------------------------


def test_blocks_are_added_and_named_with_whom_they_are_for(client, organizer, round_):
    sent = {"title": "Khối CBCCVC", "members": "staff", "min_age": "18"}

    answer = client.post(of(round_, "/khoi"), data=sent, follow_redirects=True)

    assert (
        "dành cho cán bộ, công chức, viên chức, người lao động, từ 18 tuổi trở lên" in answer.text
    )
    assert client.post(of(round_, "/khoi"), data=sent).status_code == 422


def test_block_is_edited_and_taken_away(client, organizer, round_, block):
    page = of(round_, f"/khoi/{block.id}")
    form = {"title": "Khối nhân dân", "members": "citizens"}

    shown = client.get(page).text
    saved = client.post(page, data=form, follow_redirects=True).text
    gone = client.post(f"{page}/xoa", follow_redirects=True).text

    assert "Khối người dân" in shown
    assert "Khối nhân dân" in saved
    assert "Khối nhân dân" not in gone


def test_papers_of_blocks_are_chosen_from_the_banks_blueprints(client, round_, block):
    admin = factories.account()
    factories.grant(admin, Role.ADMIN)
    factories.grant(admin, Role.AUTHOR)
    with atomic():
        db.session.get_one(Round, round_.id).state = RoundState.DRAFT
        own = db.session.get_one(Round, round_.id).blueprint
    listed = factories.blueprint(own.bank, count=2)
    with atomic():
        listed.is_listed, listed.title = True, "Đề khối người dân"
    signed_in(client, admin)

    offered = client.get(at(round_, "/khoi")).text
    form = {"papers-0-block": str(block.id), "papers-0-blueprint": str(listed.id)}
    saved = client.post(at(round_, "/khoi"), data=form, follow_redirects=True).text

    assert "Ngân hàng CCHC: Đề khối người dân" in offered
    assert "Đề khối người dân, 2 câu" in saved
    db.session.rollback()
    paper = db.session.scalars(select(BlockPaper)).one()
    assert (paper.block_id, paper.blueprint.source_id) == (block.id, listed.id)


def test_register_in_a_block_for_others_says_so_at_the_field(client, app):
    round_ = factories.round_()
    block = factories.saved(
        Block(contest_id=round_.contest_id, title="Khối CBCCVC", members="staff")
    )
    person = factories.account(
        full_name="H’Linh Mlô", category=StaffCategory.CITIZEN, unit_id=factories.unit().id
    )
    signed_in(client, person)

    answer = client.post(
        f"/cuoc-thi/{round_.contest.slug}/dang-ky", data={"block": str(block.id), "take_part": "y"}
    )

    assert answer.status_code == 422
    assert "Khối này dành cho cán bộ, công chức" in answer.text
    assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 0


def test_board_of_a_block_counts_its_own_places_and_people(client, round_, block):
    took(round_, "Trần Quốc Bảo", 3)
    took(round_, "Nguyễn Thị Hạnh", 2, block_id=block.id)
    publishing.compute(round_, None, reason="", at=clock.now())

    address = f"/cuoc-thi/{round_.contest.slug}/bang-xep-hang/1"
    own, whole = client.get(address).text, client.get(f"{address}?khoi=0").text

    assert "Nguyễn Thị H***" in own
    assert "Trần Quốc B***" not in own
    assert "1 người · 1 lượt" in own
    assert "2 người · 2 lượt" in whole


def test_board_of_a_block_without_anybody_is_a_whole_page(client, round_, block):
    took(round_, "Trần Quốc Bảo", 3)
    publishing.compute(round_, None, reason="", at=clock.now())

    page = client.get(f"/cuoc-thi/{round_.contest.slug}/bang-xep-hang/1?khoi={block.id}")

    assert page.status_code == 200
    assert "Chưa có ai trên bảng này" in page.text


# --- Overall tables ------------------------------------------------------------------------------


@pytest.fixture
def later(round_):
    week = timedelta(days=7)
    return factories.round_(
        contest=round_.contest, number=2, title="Tuần 2", blueprint=round_.blueprint,
        opens_at=round_.closes_at, closes_at=round_.closes_at + week - timedelta(hours=1),
    )  # fmt: skip


def form_of(*rounds, **more):
    data = {
        "title": "Toàn cuộc thi", "rule": "weighted", "min_rounds": "1",
        "ranking": ["score:desc", "duration_ms:asc"],
    } | more  # fmt: skip
    for at_, one in enumerate(rounds):
        data |= {f"parts-{at_}-round": str(one.id), f"parts-{at_}-takes": "y"}
        data[f"parts-{at_}-weight"] = "1,5" if at_ else "1"
    return data


def test_table_is_made_computed_and_shown(client, organizer, round_, later):
    both = took(round_, "Nguyễn Thị Hạnh", 2)
    took(later, "", 2, enrolment=both)
    took(round_, "Trần Quốc Bảo", 3)
    for one in (round_, later):
        publishing.compute(db.session.get_one(Round, one.id), None, reason="", at=clock.now())

    begun = client.get(of(round_, "/tong-hop/moi"))
    made = client.post(of(round_, "/tong-hop/moi"), data=form_of(round_, later))
    page = made.location
    done = client.post(f"{page}/tinh", data={"reason": "Hết tuần 2"}, follow_redirects=True)

    assert begun.text.count('name="parts-') == 6
    assert "Nguyễn Thị H***" in done.text
    # 2 + 1,5 × 2.
    assert done.text.index("<b>5</b>") < done.text.index("<b>3</b>")
    listed = client.get(of(round_, "/tong-hop")).text
    assert "Toàn cuộc thi" in listed
    assert "Đã tính" in listed


def test_table_of_one_round_is_refused_at_the_form(client, organizer, round_, later):
    answer = client.post(of(round_, "/tong-hop/moi"), data=form_of(round_))

    assert answer.status_code == 422
    assert "Bảng tổng hợp cần ít nhất hai vòng thi." in answer.text


def test_buttons_of_the_chain_rearrange_it_without_a_script(client, organizer, round_, later):
    data = form_of(round_, later, act="up:1")

    moved = client.post(of(round_, "/tong-hop/moi"), data=data).text
    cut = client.post(of(round_, "/tong-hop/moi"), data=data | {"act": "cut:1"}).text

    assert moved.index("duration_ms:asc") < moved.index("score:desc")
    assert "duration_ms:asc:s" in cut
    assert "tính đến giây" in cut


def test_public_sees_the_table_when_all_rounds_are_public(client, round_, later):
    took(round_, "Nguyễn Thị Hạnh", 2)
    for one in (round_, later):
        publishing.compute(db.session.get_one(Round, one.id), None, reason="", at=clock.now())
    terms = OverallTerms(
        OverallRule.SUM, natural(Key.SCORE), {round_.id: MILLION, later.id: MILLION}
    )
    contest = db.session.get_one(Contest, round_.contest_id)
    actor = factories.account()
    table = totalling.create(contest, TableSettings("Cả cuộc thi", terms), actor, at=clock.now())
    address = f"/cuoc-thi/{contest.slug}/tong-hop/{table.public_id}"

    before = client.get(address).status_code
    totalling.compute(db.session.get_one(OverallTable, table.id), actor, reason="", at=clock.now())
    after = client.get(address)
    with atomic():
        db.session.get_one(Round, later.id).public_results_at = clock.now() + timedelta(days=1)
    total_queries.kept.forget()
    hidden = client.get(address).status_code

    assert (before, after.status_code, hidden) == (404, 200, 404)
    assert "Nguyễn Thị H***" in after.text


# --- The trial of other rules --------------------------------------------------------------------


@pytest.fixture
def hunted(round_):
    """A round in which every attempt predicted, and one person hunted for the number."""
    rule = natural(Key.CORRECT_COUNT, Key.PREDICTION_DIFF, Key.DURATION_MS).written()
    with atomic():
        row = db.session.get_one(Round, round_.id)
        row.ranking, row.max_per_round = rule, None
        row.prediction = {
            "target": "fully_correct_people", "scope": "round", "decimals": 0,
            "asked": "with_quiz", "lock": "per_attempt", "not_over": False,
        }  # fmt: skip
    hunter = took(round_, "Vũ Văn Săn", 3, predicted=9)
    for guess in (5, 2):
        took(round_, "", 3, predicted=guess, enrolment=hunter)
    took(round_, "Nguyễn Thị Hạnh", 3, predicted=3, seconds=90)
    return db.session.get_one(Round, round_.id)


def rows_held():
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table))
        for table in Base.metadata.sorted_tables
    }


def test_trial_shows_who_would_enter_and_leave_under_the_fair_lock(client, organizer, hunted):
    page = client.get(at(hunted, f"/thu-the-le?lock={Lock.PER_ROUND.value}&first=1")).text

    assert "Vũ Văn S***" in page
    assert page.index("Nguyễn Thị H***") < page.index("Vũ Văn S***")
    assert page.count("Vào nhóm đầu") == page.count("Ra khỏi nhóm đầu") == 1


def test_trial_writes_nothing(client, organizer, hunted, queries):
    before = rows_held()
    queries.clear()

    for query in ("", "?chain=vcnet-2020&counts=last&over=no&first=3", "?lock=zzz&first=999"):
        assert client.get(at(hunted, f"/thu-the-le{query}")).status_code == 200

    wrote = [one for one in queries if one.split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert wrote == []
    assert rows_held() == before


def test_trial_of_a_round_without_attempts_runs_on_invented_people(client, organizer, round_):
    first = client.get(at(round_, "/thu-the-le")).text
    again = client.get(at(round_, "/thu-the-le")).text

    assert "300 người được hư cấu" in first
    assert first.count("<tr>") == again.count("<tr>") > 9
    assert db.session.scalar(select(func.count()).select_from(Attempt)) == 0


# --- Presets -------------------------------------------------------------------------------------


def test_new_round_begins_with_the_settings_of_a_real_contest(client, organizer, round_):
    page = client.get(of(round_, "/vong-thi/moi?mau=vcnet-2020")).text

    assert "submitted_at:asc:s" in page
    assert "Thể lệ thi trên VCNet" in page
    assert "thời điểm nộp" in page.lower()


def test_contest_made_like_hue_gets_its_groups_and_round(client, app):
    admin = factories.account()
    factories.grant(admin, Role.ADMIN)
    signed_in(client, admin)
    bank = factories.bank()
    for number in range(1, 20):
        factories.item(bank, number=number)

    begun = client.get("/quan-ly/cuoc-thi/moi?mau=hue-cchc-2025").text
    made = client.post(
        "/quan-ly/cuoc-thi/moi", data={"title": "CCHC Đắk Lắk 2027", "mau": "hue-cchc-2025"}
    )
    page = client.get(made.location).text

    assert "Khối người dân" in begun
    assert made.location.endswith("?mau=hue-cchc-2025")
    titles = [one.title for one in db.session.scalars(select(Block).order_by(Block.id))]
    assert titles == ["Khối cán bộ, công chức, viên chức", "Khối người dân"]
    assert f'<option selected value="{Scope.BLOCK.value}"' in page
    assert '<option selected value="fully_correct_people"' in page


def test_round_keeps_the_scope_and_the_seconds_that_its_form_sets(client, organizer, round_):
    fields = {
        "title": "Tuần 2", "opens_at": "0h00 01/02/2027", "closes_at": "24h00 07/02/2027",
        "minutes": "10", "grace_seconds": "5", "practice_items": "0", "min_interval_minutes": "0",
        "counts": "best", "target": "participants", "scope": "contest", "decimals": "0",
        "lock": "per_round", "ranking": ["correct_count:desc", "submitted_at:asc:s"],
        "markers": "1", "deviation_percent": "10",
    }  # fmt: skip

    client.post(of(round_, "/vong-thi/moi"), data=fields)

    db.session.rollback()
    made = db.session.scalars(select(Round).order_by(Round.id.desc())).first()
    assert made.title == "Tuần 2"
    assert made.asked_prediction.scope is Scope.CONTEST
    assert made.ranking[1] == {"key": "submitted_at", "direction": "asc", "whole_seconds": True}

"""The organiser's pages of a round: the editor, the dashboard, its hours."""

from datetime import timedelta

import pytest

from accounts import authenticating
from accounts.rules.authorizing import Role, ScopeKind
from contest import attempting, planning, proposing
from contest.attempting import Client
from contest.models import Round, RoundState
from core import clock
from core.db import db
from questions import blueprinting
from questions.rules.excluding import Exclusions
from questions.rules.filling import Cell, Spec
from tests import factories


@pytest.fixture
def organizer(app):
    person = factories.account(full_name="Lê Thị Mai")
    factories.grant(person, Role.ORGANIZER)
    return person


@pytest.fixture
def as_organizer(client, organizer):
    return signed_in(client, organizer)


@pytest.fixture
def bank(app):
    """Twelve usable questions on two topics."""
    bank = factories.bank()
    topics = [factories.topic(name=name) for name in ("Cải cách thể chế", "Tài chính công")]
    for number in range(12):
        factories.item(bank, number=number, topic_id=topics[number % 3 == 0].id)
    return bank


def signed_in(client, account):
    token = authenticating.open_session(account, is_staff=True, device="phép thử", at=clock.now())
    client.set_cookie("sid", token)
    return client


def again(row):
    db.session.rollback()
    return db.session.get(type(row), row.id)


def typed(**fields):
    """What the editor sends for an ordinary week of ten questions."""
    usual = {
        "title": "Tuần 1",
        "opens_at": "0h00 23/11/2030",
        "closes_at": "24h00 29/11/2030",
        "minutes": "10",
        "grace_seconds": "5",
        "practice_items": "0",
        "max_per_round": "1",
        "min_interval_minutes": "0",
        "counts": "best",
        "target": "",
        "decimals": "0",
        "lock": "per_round",
        "ranking": ["correct_count:desc", "duration_ms:asc", "submitted_at:asc"],
        "cells-0-count": "10",
        "cells-0-points": "1",
    }
    return usual | fields


def test_new_round_comes_filled_in_from_the_bank(as_organizer, bank):
    contest = factories.contest()

    page = as_organizer.get(f"/quan-ly/cuoc-thi/{contest.public_id}/vong-thi/moi")

    assert page.status_code == 200
    assert (
        'name="minutes" type="text" inputmode="numeric" autocomplete="off" value="10"' in page.text
    )
    assert page.text.count('inputmode="numeric" name="cells-') == 2
    assert "24h00" in page.text


def test_a_round_is_saved_and_made_ready_in_one_go(as_organizer, bank):
    contest = factories.contest()

    answer = as_organizer.post(
        f"/quan-ly/cuoc-thi/{contest.public_id}/vong-thi/moi",
        data=typed(bank_id=bank.id, act="ready"),
    )

    db.session.rollback()
    made = db.session.query(Round).one()
    assert answer.location == f"/quan-ly/vong/{made.public_id}"
    assert (made.state, made.closes_at.isoformat()) == (
        RoundState.READY,
        "2030-11-29T17:00:00+00:00",
    )
    assert [row.count for row in made.blueprint.rows] == [10]
    assert made.current_run_id is not None


def test_an_hour_that_cannot_be_read_keeps_everything_typed(as_organizer, bank):
    contest = factories.contest()

    answer = as_organizer.post(
        f"/quan-ly/cuoc-thi/{contest.public_id}/vong-thi/moi",
        data=typed(bank_id=bank.id, title="Tuần đặc biệt", opens_at="sáng mai"),
    )

    assert answer.status_code == 422
    assert 'value="sáng mai"' in answer.text
    assert "Tuần đặc biệt" in answer.text
    assert 'id="opens_at-error"' in answer.text
    assert db.session.query(Round).count() == 0


def test_the_order_of_ranking_is_changed_without_a_script(as_organizer, bank):
    contest = factories.contest()
    address = f"/quan-ly/cuoc-thi/{contest.public_id}/vong-thi/moi"

    page = as_organizer.post(address, data=typed(bank_id=bank.id, act="up:1")).text
    dropped = as_organizer.post(address, data=typed(bank_id=bank.id, act="drop:0")).text
    added = as_organizer.post(
        address, data=typed(bank_id=bank.id, act="add_key", key="lot:asc")
    ).text

    assert order(page) == ["duration_ms:asc", "correct_count:desc", "submitted_at:asc"]
    assert order(dropped) == ["duration_ms:asc", "submitted_at:asc"]
    assert order(added)[-1] == "lot:asc"


def order(page):
    return [part.split('"')[0] for part in page.split('name="ranking" value="')[1:]]


def test_a_line_is_added_without_a_script(as_organizer, bank):
    contest = factories.contest()

    page = as_organizer.post(
        f"/quan-ly/cuoc-thi/{contest.public_id}/vong-thi/moi",
        data=typed(bank_id=bank.id, act="add_row"),
    )

    assert page.status_code == 200
    assert 'name="cells-1-count"' in page.text


def test_choosing_a_blueprint_fills_the_lines_and_what_is_kept_out(as_organizer, organizer, bank):
    contest = factories.contest()
    cells = (Cell(None, "NB", None, 7, 2_000_000),)
    spec = Spec("Ma trận vòng tuần", cells, excluding=Exclusions(rounds=2, most_asked=3))
    source = blueprinting.create(organizer, bank, spec, at=clock.now())
    address = f"/quan-ly/cuoc-thi/{contest.public_id}/vong-thi/moi"
    chosen = typed(bank_id=str(bank.id), source_id=str(source.id), taken_id="", act="save")

    as_organizer.post(address, data=chosen)

    db.session.rollback()
    round_ = db.session.query(Round).one()
    settings = planning.settings_of(round_)
    assert (settings.cells, settings.source_id) == (cells, source.id)
    assert settings.excluding == spec.excluding
    assert round_.blueprint.public_id != source.public_id


def test_lines_of_a_blueprint_may_be_changed_for_the_round(as_organizer, organizer, bank):
    contest = factories.contest()
    spec = Spec("Ma trận vòng tuần", (Cell(None, None, None, 7),))
    source = blueprinting.create(organizer, bank, spec, at=clock.now())
    address = f"/quan-ly/cuoc-thi/{contest.public_id}/vong-thi/moi"
    known = str(source.id)

    as_organizer.post(
        address, data=typed(bank_id=str(bank.id), source_id=known, taken_id=known, act="save")
    )

    db.session.rollback()
    settings = planning.settings_of(db.session.query(Round).one())
    assert [cell.count for cell in settings.cells] == [10]


def test_preview_says_the_rules_and_what_is_missing(as_organizer, bank):
    contest = factories.contest()
    address = f"/quan-ly/cuoc-thi/{contest.public_id}/vong-thi/xem-truoc"

    said = as_organizer.post(address, data=typed(bank_id=bank.id)).json
    short = as_organizer.post(address, data=typed(bank_id=bank.id, **{"cells-0-count": "40"})).json
    unreadable = as_organizer.post(address, data=typed(minutes="vài")).json

    assert len(said["sentences"]) == 5
    assert [one["level"] for one in said["remarks"]] == ["warn", "ok"]
    assert short["remarks"][0]["level"] == "danger"
    assert unreadable["sentences"] == []
    assert unreadable["remarks"][0]["level"] == "danger"


def test_editing_a_round_that_people_have_begun_is_refused(as_organizer):
    round_ = factories.round_()
    begun(round_)
    form = as_organizer.get(f"/quan-ly/vong/{round_.public_id}/sua")

    refused = as_organizer.post(
        f"/quan-ly/vong/{round_.public_id}/sua",
        data=typed(bank_id=round_.blueprint.bank_id, minutes="20"),
    )

    assert form.status_code == 200
    assert refused.status_code == 409
    assert again(round_).minutes == 15


def begun(round_, **fields):
    person = factories.account(full_name="Nguyễn Thị Hạnh")
    enrolment = factories.enrolment(round_.contest, person)
    client = Client("một máy", "phone")
    return attempting.start(round_, enrolment, person, client=client, at=clock.now())


def test_the_dashboard_shows_live_figures_and_milestones(as_organizer):
    round_ = factories.round_()
    begun(round_)

    page = as_organizer.get(f"/quan-ly/vong/{round_.public_id}")
    figures = as_organizer.get(f"/quan-ly/vong/{round_.public_id}/so-lieu").json

    assert page.status_code == 200
    assert 'data-figure="running">1<' in page.text
    assert {name: figures[name] for name in ("running", "people", "rate", "late", "units")} == {
        "running": "1",
        "people": "1",
        "rate": "–",
        "late": "0",
        "units": "0/0",
    }


def test_the_figures_ask_as_many_statements_for_any_number_of_people(as_organizer, queries):
    round_ = factories.round_()
    begun(round_)
    address = f"/quan-ly/vong/{round_.public_id}/so-lieu"
    queries.clear()
    as_organizer.get(address)
    one = len(queries)
    person = factories.account()
    enrolment = factories.enrolment(round_.contest, person)
    attempting.start(round_, enrolment, person, client=Client("máy khác", "phone"), at=clock.now())
    queries.clear()

    as_organizer.get(address)

    assert (one, len(queries)) == (10, 10)


def test_a_round_is_missing_for_a_stranger_and_forbidden_for_an_observer(client):
    round_ = factories.round_()
    stranger, observer = factories.account(), factories.account()
    factories.grant(observer, Role.OBSERVER, ScopeKind.CONTEST, round_.contest_id)
    address = f"/quan-ly/vong/{round_.public_id}"

    signed_in(client, stranger)
    unknown = client.get(address).status_code
    signed_in(client, observer)

    assert (unknown, client.get(address).status_code) == (404, 200)
    assert client.post(f"{address}/viec/dong-som", data={"reason": "x"}).status_code == 403
    assert client.get(f"{address}/viec/khong-co").status_code == 403


def test_closing_early_wants_a_reason_and_a_second_person_and_ends_running_attempts(as_organizer):
    round_ = factories.round_()
    attempt = begun(round_)
    address = f"/quan-ly/vong/{round_.public_id}/viec/dong-som"

    question = as_organizer.get(address)
    refused = as_organizer.post(address, data={})
    answer = as_organizer.post(address, data={"reason": "Mất điện toàn tỉnh"})
    waiting = proposing.waiting_in(again(round_))
    other = factories.account()
    before = again(attempt).accepts_until
    proposing.confirm(waiting[0], other, at=clock.now())

    assert question.status_code == 200
    assert refused.status_code == 422
    assert answer.status_code == 303
    assert [one.act for one in waiting] == ["close_early"]
    assert before > again(attempt).accepts_until
    assert again(round_).closes_at == again(attempt).accepts_until <= clock.now()


def test_extending_needs_a_later_end(as_organizer):
    round_ = factories.round_()
    address = f"/quan-ly/vong/{round_.public_id}/viec/gia-han"
    before = round_.closes_at

    refused = as_organizer.post(
        address, data={"reason": "Nhiều đơn vị xin thêm", "closes_at": "24h00 01/01/2020"}
    )
    as_organizer.post(
        address, data={"reason": "Nhiều đơn vị xin thêm", "closes_at": "24h00 31/12/2040"}
    )

    assert refused.status_code == 409
    assert again(round_).closes_at - before > timedelta(days=1000)


def test_pausing_and_resuming_leave_their_reasons_in_the_trail(as_organizer):
    round_ = factories.round_()
    address = f"/quan-ly/vong/{round_.public_id}/viec"

    as_organizer.post(f"{address}/tam-dung", data={"reason": "Đường truyền chập chờn"})
    paused = again(round_).state
    as_organizer.post(f"{address}/tiep-tuc", data={"reason": "Đã thông suốt"})
    trail = as_organizer.get(f"/quan-ly/cuoc-thi/{round_.contest.public_id}/nhat-ky").text

    assert (paused, again(round_).state) == (RoundState.PAUSED, RoundState.READY)
    assert "Đường truyền chập chờn" in trail
    assert "Đã thông suốt" in trail


def test_a_copy_follows_the_last_round(as_organizer):
    round_ = factories.round_()

    answer = as_organizer.post(f"/quan-ly/vong/{round_.public_id}/sao-chep")

    db.session.rollback()
    made = db.session.query(Round).filter_by(number=2).one()
    assert answer.location == f"/quan-ly/vong/{made.public_id}/sua"
    assert (made.title, made.state, made.opens_at) == ("Tuần 2", RoundState.DRAFT, round_.closes_at)
    assert made.seed != round_.seed


def test_opening_early_opens_at_once(as_organizer):
    round_ = factories.round_(opens_at=clock.now() + timedelta(days=1))

    as_organizer.post(
        f"/quan-ly/vong/{round_.public_id}/viec/mo-som", data={"reason": "Theo công văn số 12"}
    )

    assert again(round_).opens_at <= clock.now()


def test_round_of_an_organizer_of_one_contest_draws_from_no_bank_of_others(client, app):
    contest, foreign = factories.contest(), factories.bank(title="Ngân hàng mật")
    factories.item(foreign, stem="Câu của người khác?")
    person = factories.account()
    factories.grant(person, Role.ORGANIZER, ScopeKind.CONTEST, contest.id)
    token = authenticating.open_session(person, is_staff=True, device="Chromium", at=clock.now())
    client.set_cookie("sid", token)
    address = f"/quan-ly/cuoc-thi/{contest.public_id}/vong-thi"

    page = client.get(f"{address}/moi").text
    told = client.post(f"{address}/xem-truoc", data={"bank_id": str(foreign.id)})

    assert "Ngân hàng mật" not in page
    assert (told.status_code, "Ngân hàng mật" in str(told.json)) == (200, False)
    assert any("Ngân hàng" in one["text"] for one in told.json["remarks"])

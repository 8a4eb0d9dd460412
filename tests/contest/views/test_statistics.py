"""The organisers' page of a round's question analysis, and its workbook."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts import authenticating
from accounts.models import AuditEntry
from accounts.rules.authorizing import Role
from contest import measuring, reporting
from core import clock
from core.db import db
from core.jobs import Job
from questions.models import ItemStatistic
from tests import factories
from tests.contest.test_measuring import PEOPLE, take


@pytest.fixture
def round_(app):
    now = clock.now()
    made = factories.round_(opens_at=now - timedelta(days=2), closes_at=now - timedelta(days=1))
    for person in range(PEOPLE):
        take(made, "b" if person % 4 else "a")
    return made


@pytest.fixture
def organizer(app, client):
    account = factories.account(full_name="Lê Thị Mai")
    factories.grant(account, Role.ORGANIZER)
    token = authenticating.open_session(account, is_staff=True, device="phép thử", at=clock.now())
    client.set_cookie("sid", token)
    return account


def address(round_):
    return f"/quan-ly/vong/{round_.public_id}/phan-tich"


def test_page_before_anything_is_computed_offers_to_compute(client, organizer, round_):
    page = client.get(address(round_)).text

    assert "Chưa có số liệu" in page
    assert "Tính số liệu" in page


def test_page_shows_the_test_the_plots_and_every_question(client, organizer, round_):
    measuring.compute(round_, None, at=clock.now())

    page = client.get(address(round_)).text

    assert f"n = {PEOPLE}" in page
    assert "plot--bars" in page
    assert "plot--points" in page
    assert [f"C00{number}" in page for number in range(1, 7)] == [True] * 6


def test_page_shows_only_questions_with_the_warning_asked_for(client, organizer, round_):
    measuring.compute(round_, None, at=clock.now())
    flagged = db.session.scalars(
        select(ItemStatistic).where(ItemStatistic.flags.contains(",too_hard,"))
    ).all()

    page = client.get(f"{address(round_)}?co=too_hard&sort=-facility&trang=9")

    assert page.status_code == 200
    assert page.text.count('class="sub">Câu số') == len(flagged)


def test_page_takes_as_many_statements_for_many_questions_as_for_few(
    client, organizer, round_, queries
):
    measuring.compute(round_, None, at=clock.now())
    queries.clear()
    client.get(address(round_))
    many = len(queries)
    kept = db.session.scalars(select(ItemStatistic.id)).first()
    with measuring.atomic():
        db.session.query(ItemStatistic).filter(ItemStatistic.id != kept).delete()
    queries.clear()

    client.get(address(round_))

    assert len(queries) == many


def test_order_queues_one_job_however_often_it_is_sent(client, organizer, round_):
    for _ in range(2):
        assert client.post(address(round_)).status_code == 303

    db.session.rollback()
    queued = db.session.scalars(select(Job).where(Job.kind == measuring.JOB)).all()
    assert [job.payload for job in queued] == [{"round": round_.public_id, "actor": organizer.id}]
    assert client.get(f"{address(round_)}/tien-do").get_json()["state"] == "queued"
    assert "job-progress" in client.get(address(round_)).text


def test_export_holds_back_what_fewer_than_five_did(client, organizer, round_):
    from python_calamine import CalamineWorkbook

    measuring.compute(round_, None, at=clock.now())

    answer = client.post(f"{address(round_)}/xuat")

    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    assert book.sheet_names == ["Câu hỏi", "Phương án", "Lĩnh vực", "Bài thi"]
    counts = [row[4] for row in book.get_sheet_by_name("Phương án").to_python()[1:]]
    assert counts
    assert all(one == reporting.FEW or one >= reporting.FEWEST for one in counts)
    db.session.rollback()
    assert db.session.scalars(
        select(AuditEntry.actor_id).where(AuditEntry.action == "statistics.exported")
    ).all() == [organizer.id]


def test_export_without_figures_is_missing(client, organizer, round_):
    assert client.post(f"{address(round_)}/xuat").status_code == 404


def test_results_page_leads_to_the_analysis(client, organizer, round_):
    page = client.get(f"/quan-ly/vong/{round_.public_id}/ket-qua").text

    assert address(round_) in page

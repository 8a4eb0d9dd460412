"""The pages of analysis: a round and a contest in figures, and the files that hold them."""

import csv
import io

import pytest
from sqlalchemy import select

from accounts import authenticating
from accounts.models import AuditEntry
from accounts.rules.authorizing import Role
from contest import analysing, publishing
from core import clock, sheets
from core.db import db
from core.jobs import Job
from tests import factories
from tests.contest.test_analysing import computed, crowded
from tests.contest.test_measuring import take


def signed_in(client, role):
    account = factories.account(full_name="Lê Thị Mai")
    factories.grant(account, role)
    token = authenticating.open_session(account, is_staff=True, device="phép thử", at=clock.now())
    client.set_cookie("sid", token)
    return account


@pytest.fixture
def round_(app):
    return crowded(clock.now())


@pytest.fixture
def organizer(app, client):
    return signed_in(client, Role.ORGANIZER)


def of_round(round_):
    return f"/quan-ly/vong/{round_.public_id}/phan-tich-ket-qua"


def of_contest(round_):
    return f"/quan-ly/{round_.contest.public_id}/phan-tich"


def test_page_before_the_figures_are_counted_offers_to_count_them(client, organizer, round_):
    page = client.get(of_round(round_)).text

    assert "Chưa có số liệu" in page
    assert "Tính số liệu" in page
    assert "Chưa có số liệu" in client.get(of_contest(round_)).text


def test_page_draws_each_table_and_names_the_run_and_its_hash(client, organizer, round_):
    run, _figures = computed(round_)

    for page in (client.get(of_round(round_)).text, client.get(of_contest(round_)).text):
        assert run.board_digest in page
        assert f"lần tính số {run.number}" in page
        assert page.count('<svg class="chart"') == 8
        for title in ("Phổ điểm", "Theo loại đơn vị", "Lượt nộp bài theo giờ", "Thiết bị"):
            assert title in page
        assert "Nhóm có dưới 5 người bị ẩn" in page


def test_statements_of_both_pages_are_as_many_for_more_people(client, organizer, round_, queries):
    counts = []
    for more in (0, 5):
        for _person in range(more):
            take(round_, "b")
        computed(round_)
        for address in (of_round(round_), of_contest(round_)):
            db.session.expire_all()
            queries.clear()
            client.get(address)
            counts.append(len(queries))

    assert counts[:2] == counts[2:]


def test_table_is_taken_out_as_csv_and_as_a_workbook(client, organizer, round_):
    computed(round_)
    asked = {"bang": "pho-diem"}

    told = client.post(f"{of_round(round_)}/xuat", data=asked | {"form": "csv"})
    book = client.post(f"{of_round(round_)}/xuat", data=asked | {"form": "xlsx"})

    rows = list(csv.reader(io.StringIO(told.data.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][1:] == ["Kết quả", "Tỷ lệ"]
    assert sum(int(row[1]) for row in rows[1:]) == 18
    leaves = sheets.read_xlsx(book.data)
    shown = [[cell.text for cell in row[:2]] for row in leaves[0].rows]
    assert shown == [row[:2] for row in rows]
    assert leaves[-1].name == "Nguồn số liệu"


def test_every_table_of_a_contest_is_a_sheet_and_small_groups_are_in_none(
    client, organizer, round_
):
    run, _figures = computed(round_)

    answer = client.post(f"{of_contest(round_)}/xuat", data={})

    leaves = {leaf.name: leaf.rows for leaf in sheets.read_xlsx(answer.data)}
    assert len(leaves) == 11
    cube = leaves["Theo lĩnh vực, loại đơn vị v"]
    assert "ẩn" in [row[2].text for row in cube]
    assert {"1", "2", "3", "4"}.isdisjoint(row[2].text for row in cube)
    assert run.board_digest in [cell.text for row in leaves["Nguồn số liệu"] for cell in row]


def test_what_is_taken_out_is_recorded(client, organizer, round_):
    computed(round_)

    client.post(f"{of_round(round_)}/xuat", data={"bang": "thiet-bi", "form": "csv"})

    db.session.rollback()
    entry = db.session.scalars(select(AuditEntry).filter_by(action="analysis.exported")).one()
    assert entry.actor_id == organizer.id
    assert '"table":"thiet-bi.csv"' in entry.record


def test_unknown_table_is_not_there(client, organizer, round_):
    computed(round_)

    assert client.post(f"{of_round(round_)}/xuat", data={"bang": "khac"}).status_code == 404


def test_observer_looks_and_takes_nothing_out(client, round_):
    signed_in(client, Role.OBSERVER)
    computed(round_)

    page = client.get(of_round(round_)).text

    assert '<svg class="chart"' in page
    assert 'name="bang"' not in page
    assert client.post(f"{of_round(round_)}/xuat").status_code == 403
    assert client.post(of_round(round_)).status_code == 403


def test_figures_are_counted_anew_when_asked_and_the_page_waits(client, organizer, round_):
    run = publishing.compute(round_, None, reason="Hết giờ", at=clock.now())

    client.post(of_round(round_))

    db.session.rollback()
    job = db.session.scalars(select(Job).where(Job.kind == analysing.JOB)).one()
    assert job.payload == {"run_id": run.id}
    assert "job-progress" in client.get(of_round(round_)).text
    assert client.get(f"{of_round(round_)}/tien-do").json["state"] == "queued"

"""Results: compute, publish, export."""

import io
import json
from datetime import timedelta

import pytest

from accounts import authenticating
from accounts.models import AuditEntry
from accounts.rules.authorizing import Role, ScopeKind
from contest import attempting, exporting, jobs, previewing
from contest.attempting import Client
from contest.models import Audience, ResultRun, RoundState, Standing
from core import clock
from core import jobs as core_jobs
from core.db import atomic, db
from tests import factories


@pytest.fixture
def mai(app):
    person = factories.account(full_name="Lê Thị Mai")
    factories.grant(person, Role.ORGANIZER)
    return person


@pytest.fixture
def as_mai(client, mai):
    return signed_in(client, mai)


@pytest.fixture
def round_(app):
    """A round that closed an hour ago, in which two people handed in nothing right."""
    opens = clock.now() - timedelta(days=2)
    round_ = factories.round_(
        opens_at=opens, closes_at=clock.now() - timedelta(hours=1), public_results_at=None
    )
    ward = factories.unit(name="Phường Buôn Hồ")
    for number, name in enumerate(("=cmd|' /C calc'!A0 Niê", "Nguyễn Thị Hạnh"), start=1):
        person = factories.account(full_name=name)
        enrolment = factories.enrolment(
            round_.contest, person, number=number, counted_unit_id=ward.id
        )
        client = Client(f"máy {number}", "phone")
        attempt = attempting.start(round_, enrolment, person, client=client, at=opens)
        attempting.submit(attempt, person, at=opens + timedelta(seconds=100 * number))
    return round_


def signed_in(client, account):
    token = authenticating.open_session(account, is_staff=True, device="phép thử", at=clock.now())
    client.set_cookie("sid", token)
    return client


def computed(client, round_):
    return client.post(
        f"/quan-ly/vong/{round_.public_id}/ket-qua/tinh", data={"reason": "Tính lần đầu"}
    )


@pytest.fixture
def is_large(monkeypatch):
    monkeypatch.setattr(previewing, "DIRECT_ATTEMPTS", 1)


def test_large_round_is_computed_by_a_job_that_the_page_tells_of(as_mai, round_, is_large):
    address = f"/quan-ly/vong/{round_.public_id}/ket-qua"

    answer = computed(as_mai, round_)
    page = as_mai.get(address).text
    waits = as_mai.get(f"{address}/tinh/tien-do").json
    while core_jobs.run_next(at=clock.now()):
        pass
    shown = as_mai.get(address).text

    assert answer.status_code == 303
    assert waits == {"state": "queued", "progress": 0, "text": "Đã xong 0%."}
    assert f"{address}/tinh/tien-do" in page
    assert f"{address}/tinh/dung" in page
    assert as_mai.get(f"{address}/tinh/tien-do").json["state"] == "done"
    assert f"{address}/tinh/dung" not in shown
    assert "Tính lần đầu" in shown


def test_computing_that_is_stopped_changes_nothing(as_mai, round_, is_large):
    address = f"/quan-ly/vong/{round_.public_id}/ket-qua"
    computed(as_mai, round_)

    as_mai.post(f"{address}/tinh/dung")
    while core_jobs.run_next(at=clock.now()):
        pass

    db.session.rollback()
    assert [run.is_provisional for run in db.session.query(ResultRun)] == [True]
    assert f"{address}/tinh/dung" not in as_mai.get(address).text


def test_what_kept_a_job_from_computing_is_said(as_mai, round_, is_large):
    address = f"/quan-ly/vong/{round_.public_id}/ket-qua"
    computed(as_mai, round_)
    with atomic():
        db.session.get_one(type(round_), round_.id).state = RoundState.FINAL

    while core_jobs.run_next(at=clock.now()):
        pass

    assert "Không tính được" in as_mai.get(address).text


def test_computing_makes_a_run_and_shows_it(as_mai, round_):
    address = f"/quan-ly/vong/{round_.public_id}/ket-qua"

    question = as_mai.get(f"{address}/tinh")
    refused = as_mai.post(f"{address}/tinh", data={})
    computed(as_mai, round_)
    page = as_mai.get(address).text

    db.session.rollback()
    assert (question.status_code, refused.status_code) == (200, 422)
    assert [run.is_provisional for run in db.session.query(ResultRun)] == [True, False]
    assert "Tính lần đầu" in page
    assert "Nguyễn Thị H***" in page
    assert "Nguyễn Thị Hạnh" not in page


def test_publishing_copies_the_standings_for_the_public(as_mai, round_):
    computed(as_mai, round_)
    address = f"/quan-ly/vong/{round_.public_id}/ket-qua/cong-bo"

    question = as_mai.get(address)
    as_mai.post(address)

    db.session.rollback()
    run = db.session.query(ResultRun).filter_by(number=2).one()
    shown = db.session.query(Standing).filter_by(run_id=run.id, audience=Audience.PUBLIC)
    assert question.status_code == 200
    assert shown.count() == 2


def test_publishing_before_computing_is_refused(as_mai, round_):
    answer = as_mai.post(f"/quan-ly/vong/{round_.public_id}/ket-qua/cong-bo")

    assert answer.status_code == 409


def test_results_are_missing_for_a_stranger_and_forbidden_for_an_observer(client, round_):
    stranger, observer = factories.account(), factories.account()
    factories.grant(observer, Role.OBSERVER, ScopeKind.CONTEST, round_.contest_id)
    address = f"/quan-ly/vong/{round_.public_id}/ket-qua"

    signed_in(client, stranger)
    unknown = client.get(address).status_code
    signed_in(client, observer)

    assert (unknown, client.get(address).status_code) == (404, 200)
    assert client.post(f"{address}/tinh", data={"reason": "x"}).status_code == 403
    assert client.post(f"{address}/xuat").status_code == 403


def test_the_csv_has_masked_names_no_formula_and_opens_in_vietnamese_excel(as_mai, round_):
    computed(as_mai, round_)

    answer = as_mai.post(
        f"/quan-ly/vong/{round_.public_id}/ket-qua/xuat", data={"form": "csv", "names": "full"}
    )

    lines = answer.data.decode("utf-8-sig").splitlines()
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert lines == [
        "STT;SBD;Họ và tên;Ngày sinh;Đơn vị;Số câu đúng;Điểm;Thời gian;Dự đoán;Chênh lệch;Xếp hạng",
        "1;1;'=cmd|’ /C calc’!A0 N***;;Phường Buôn Hồ;0;0;0:01:40;;;1",
        "2;2;Nguyễn Thị H***;;Phường Buôn Hồ;0;0;0:03:20;;;2",
    ]


def test_full_names_need_the_permission_and_leave_a_trace(as_mai, round_, mai):
    factories.grant(mai, Role.DATA_VIEWER)
    computed(as_mai, round_)

    answer = as_mai.post(
        f"/quan-ly/vong/{round_.public_id}/ket-qua/xuat", data={"form": "csv", "names": "full"}
    )

    db.session.rollback()
    entry = db.session.query(AuditEntry).filter_by(action="results.exported").one()
    assert "Nguyễn Thị Hạnh" in answer.text
    assert json.loads(entry.record)["details"] == {
        "run": 2,
        "form": "csv",
        "personal_data": True,
    }


def test_the_workbook_keeps_numbers_as_numbers_and_has_statistics(as_mai, round_):
    import python_calamine

    computed(as_mai, round_)

    answer = as_mai.post(f"/quan-ly/vong/{round_.public_id}/ket-qua/xuat", data={"form": "xlsx"})

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    table = book.get_sheet_by_index(0).to_python()
    statistics = book.get_sheet_by_index(1).to_python()
    assert book.sheet_names == ["Tuần 1", "Thống kê"]
    assert table[2][:3] == [2.0, 2.0, "Nguyễn Thị H***"]
    assert table[1][2] == "=cmd|’ /C calc’!A0 N***"
    assert table[2][7] == timedelta(seconds=200)
    assert ["Số người được xếp hạng", 2.0, ""] in statistics
    assert ["Không đúng câu nào", 2.0, 100.0] in statistics
    assert ["Phường Buôn Hồ", 2.0, 100.0] in statistics


def test_a_large_table_is_written_by_a_job_for_whoever_ordered_it(as_mai, round_, monkeypatch):
    monkeypatch.setattr("contest.views.results.DIRECT_ROWS", 1)
    computed(as_mai, round_)

    answer = as_mai.post(f"/quan-ly/vong/{round_.public_id}/ket-qua/xuat", data={"form": "csv"})
    waiting = as_mai.get(answer.location).text
    while core_jobs.run_next(at=clock.now()):
        pass
    ready = as_mai.get(answer.location).text
    progress = as_mai.get(f"{answer.location}/tien-do").json
    file = as_mai.get(f"{answer.location}/tai-ve")

    assert "job-progress" in waiting
    assert f"{answer.location}/tai-ve" in ready
    assert (progress["state"], progress["progress"]) == ("done", 100)
    assert len(file.data.splitlines()) == 3
    file.close()
    signed_in(as_mai, factories.account())
    assert as_mai.get(f"{answer.location}/tai-ve").status_code == 404


def test_results_are_published_when_their_hour_has_come(as_mai, round_):
    computed(as_mai, round_)
    from core.db import atomic

    with atomic():
        db.session.refresh(round_)
        round_.public_results_at = clock.now() - timedelta(minutes=1)

    jobs.publish_due(core_jobs.Work(0, {}))

    shown = (
        db.session.query(Standing)
        .filter_by(audience=Audience.PUBLIC)
        .join(ResultRun, ResultRun.id == Standing.run_id)
    )
    assert shown.filter(ResultRun.number == 2).count() == 2


def test_written_files_are_swept_after_a_day(app):
    import os

    old, new = jobs.folder() / "cu.csv", jobs.folder() / "moi.csv"
    for path in (old, new):
        path.write_text("x")
    before = (clock.now() - timedelta(hours=25)).timestamp()
    os.utime(old, (before, before))

    jobs.sweep_exports(core_jobs.Work(0, {}))

    assert (old.exists(), new.exists()) == (False, True)
    new.unlink()


@pytest.mark.parametrize("count", [1, 3])
def test_export_asks_as_many_statements_for_any_number_of_people(app, queries, count):
    opens = clock.now() - timedelta(hours=1)
    round_ = factories.round_(opens_at=opens)
    for number in range(count):
        person = factories.account()
        enrolment = factories.enrolment(round_.contest, person, number=number + 1)
        client = Client(f"máy {number}", "phone")
        attempt = attempting.start(round_, enrolment, person, client=client, at=opens)
        attempting.submit(attempt, person, at=opens + timedelta(minutes=2))
    run = db.session.get(ResultRun, round_.current_run_id)
    queries.clear()

    rows = list(exporting.rows(run, in_full=False))

    assert (len(rows), len(queries)) == (count, 1)

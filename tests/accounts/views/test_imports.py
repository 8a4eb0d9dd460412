import io

import pytest
from sqlalchemy import func, select

from accounts import importing, queries, unit_queries
from accounts.models import Account, Headcount, PendingImport, Unit
from core import clock, jobs, sheets
from core.db import db
from tests import factories
from tests.accounts.conftest import again

HEADER = ["STT", "Họ và tên", "Đơn vị", "Đối tượng", "Số điện thoại"]
PEOPLE = [
    ["1", "Nguyễn Thị Hạnh", "Sở Nội vụ", "Công chức", "0914223456"],
    ["2", "Y Bhăm Niê", "Sở Nội vụ", "Viên chức", "905111222"],
    ["3", "Trần Văn Bảo", "Sở Nội vụ", "Chuyên viên", "0905111333"],
    ["4", "Lê Văn Cường", "Sở Không Có Thật", "Công chức", "0905111444"],
    ["5", "Phạm Thị Dung", "Sở Nội vụ", "Công chức", "0905999888"],
]


def send(client, address, header, rows, name="danh sách.xlsx", **more):
    content = sheets.write_xlsx("Trang 1", header, rows)
    return client.post(address, data={"sheet": (io.BytesIO(content), name), **more})


def count(model):
    again()
    return db.session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def staff(client, admin, entered, daklak):
    return entered(admin)


@pytest.mark.parametrize("kind", ["danh-sach", "don-vi", "bien-che"])
def test_pages_for_sending_open_for_the_administrator_only(client, admin, entered, kind):
    stranger = client.get(f"/quan-tri/nhap/{kind}")
    other = entered(factories.account()).get(f"/quan-tri/nhap/{kind}")
    page = entered(admin).get(f"/quan-tri/nhap/{kind}")

    assert (stranger.status_code, other.status_code, page.status_code) == (303, 403, 200)


def test_roster_is_shown_row_by_row_and_nothing_is_written_before(staff):
    factories.account(phone="+84905999888")
    before = count(Account)

    sent = send(staff, "/quan-tri/nhap/danh-sach", HEADER, PEOPLE)

    again()
    pending = db.session.scalar(select(PendingImport))
    assert {row["number"]: row["state"] for row in pending.rows} == {
        2: "valid",
        3: "repaired",
        4: "doubtful",
        5: "wrong",
        6: "known",
    }
    assert pending.rows[0]["shown"][1] == "Sở Nội vụ"
    page = staff.get(sent.location).text
    assert ["Sở Không Có Thật" in page, "0 ở đầu" in page or "số 0" in page] == [True, True]
    assert count(Account) == before


def test_rows_agreed_to_become_accounts_and_their_contact_is_no_longer_kept(staff):
    sent = send(staff, "/quan-tri/nhap/danh-sach", HEADER, PEOPLE[:4])

    done = staff.post(sent.location, data={"dong": ["4"]})

    again()
    made = queries.account_of_phone("+84905111222")
    assert (done.status_code, made.full_name, made.unit.name) == (303, "Y Bhăm Niê", "Sở Nội vụ")
    assert queries.account_of_phone("+84905111333").category == "civil_servant"
    assert db.session.scalar(select(PendingImport)).rows == []
    assert "Số dòng đã ghi: 3" in staff.get(done.location).text


def test_doubtful_rows_are_left_out_unless_ticked(staff):
    sent = send(staff, "/quan-tri/nhap/danh-sach", HEADER, PEOPLE[:4])

    staff.post(sent.location)

    again()
    assert queries.account_of_phone("+84905111333") is None


def test_agreeing_twice_writes_once(staff):
    sent = send(staff, "/quan-tri/nhap/danh-sach", HEADER, PEOPLE[:2])
    staff.post(sent.location)
    written = count(Account)

    second = staff.post(sent.location)

    assert (second.status_code, count(Account)) == (409, written)


def test_preview_of_another_person_is_not_known(staff, client, entered):
    sent = send(staff, "/quan-tri/nhap/danh-sach", HEADER, PEOPLE[:2])
    entered(factories.account())

    answers = [client.get(sent.location), client.post(sent.location)]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_somebody_registering_meanwhile_leaves_nothing_half_written(staff):
    sent = send(staff, "/quan-tri/nhap/danh-sach", HEADER, PEOPLE[:2])
    again()
    factories.account(phone="+84905111222")
    before = count(Account)

    refused = staff.post(sent.location)

    assert (refused.status_code, count(Account)) == (409, before)


def test_large_roster_is_written_by_a_job_with_progress(staff):
    rows = [
        [
            str(n),
            f"Nguyễn Văn {'ABCDEGHIKL'[n % 10]}{'abcdeghikl'[n // 60]}",
            "Sở Nội vụ",
            "Công chức",
            f"0906{n:06}",
        ]
        for n in range(600)
    ]
    sent = send(staff, "/quan-tri/nhap/danh-sach", HEADER, rows)
    before = count(Account)

    staff.post(sent.location)
    waiting = staff.get(f"{sent.location}/tien-do").json
    again()
    while jobs.run_next(at=clock.now()):
        pass

    assert (waiting["state"], count(Account) - before) == ("queued", 600)
    assert staff.get(f"{sent.location}/tien-do").json["state"] == "done"
    assert "Số dòng đã ghi: 600" in staff.get(sent.location).text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rỗng.xlsx", b""),
        ("ảnh.xlsx", b"\x89PNG\r\n\x1a\n" + b"0" * 200),
        ("chữ.csv", "Họ và tên;Đơn vị\n".encode("utf-16")),
        ("khác.docx", b"PK"),
        ("không cột.csv", "Một;Hai\n1;2\n".encode()),
    ],
)
def test_wrong_file_is_refused_and_nothing_is_kept(staff, name, content):
    page = staff.post("/quan-tri/nhap/danh-sach", data={"sheet": (io.BytesIO(content), name)})

    assert (page.status_code, count(PendingImport)) == (422, 0)


def test_units_are_taken_in_with_their_parents(staff):
    header = ["Tên đơn vị", "Loại", "Trực thuộc"]
    rows = [["Phòng Cải cách hành chính", "Phòng", "Sở Nội vụ"], ["Sở Nội vụ", "Sở", ""]]
    sent = send(staff, "/quan-tri/nhap/don-vi", header, rows)
    before = count(Unit)

    staff.post(sent.location)

    again()
    found = unit_queries.find_units("phong cai cach hanh chinh")
    assert (count(Unit) - before, found[0].note.values) == (1, {"unit": "Sở Nội vụ"})


def test_headcounts_in_columns_are_taken_in(staff):
    header = ["Đơn vị", "Lãnh đạo", "Công chức", "Một cửa"]
    rows = [["Sở Nội vụ", 4, 57, 3], ["Sở Tài chính", "nhiều", 60, ""]]
    sent = send(
        staff,
        "/quan-tri/nhap/bien-che",
        header,
        rows,
        counted_on="2026-10-01",
        source="Công văn 12/SNV",
    )

    page = staff.get(sent.location).text
    staff.post(sent.location)

    again()
    rows = db.session.scalars(select(Headcount).order_by(Headcount.people)).all()
    told = [(row.unit.name, row.category, row.one_stop, row.people) for row in rows]
    assert "nhiều" in page
    assert told == [
        ("Sở Nội vụ", "civil_servant", True, 3),
        ("Sở Nội vụ", "leader", False, 4),
        ("Sở Nội vụ", "civil_servant", False, 57),
        ("Sở Tài chính", "civil_servant", False, 60),
    ]


def test_file_without_a_row_to_take_in_writes_nothing(staff):
    sent = send(staff, "/quan-tri/nhap/danh-sach", HEADER, PEOPLE[3:4])

    refused = staff.post(sent.location)

    assert refused.status_code == 422


def test_preview_nobody_agreed_to_is_emptied_in_time(staff, at):
    send(staff, "/quan-tri/nhap/danh-sach", HEADER, PEOPLE[:2])

    emptied = importing.clean(at=at + importing.KEPT * 1.5)

    again()
    assert (emptied, db.session.scalar(select(PendingImport)).rows) == (1, [])

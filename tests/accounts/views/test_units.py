import pytest

from accounts import charting, granting, queries, unit_queries
from accounts.rules.authorizing import Role, ScopeKind
from accounts.rules.units import UnitKind
from tests import factories
from tests.accounts.conftest import again


def test_search_answers_groups_that_anyone_may_keep(client, daklak, queries):
    queries.clear()

    answer = client.get("/don-vi/tim?q=ea kao")

    groups = [(group["label"], len(group["options"])) for group in answer.json["groups"]]
    assert groups == [("Xã, phường", 1), ("Đoàn Thanh niên", 1), ("Tên cũ trước 01/7/2025", 2)]
    assert answer.json["groups"][2]["options"][0]["note"] == "nay thuộc Phường Ea Kao"
    assert (answer.headers["Cache-Control"], len(queries)) == ("public, max-age=300", 2)


def test_search_without_words_answers_nothing(client, daklak):
    assert client.get("/don-vi/tim").json == {"groups": []}


@pytest.mark.parametrize("address", ["/quan-tri/don-vi", "/quan-tri/don-vi?cay=doan"])
def test_tree_opens_for_those_who_keep_units_only(client, admin, entered, daklak, address):
    stranger = client.get(address)
    other = entered(factories.account()).get(address)
    page = entered(admin).get(address)

    assert (stranger.status_code, other.status_code, page.status_code) == (303, 403, 200)


def test_tree_finds_a_unit_by_its_former_name(client, admin, entered, daklak):
    page = entered(admin).get("/quan-tri/don-vi?q=xa ea kao").text

    assert "nay thuộc Phường Ea Kao" in page


def test_unit_page_tells_its_history_and_its_place(client, admin, entered, daklak):
    unit = unit_queries.unit_of_code("24169")

    page = entered(admin).get(f"/quan-tri/don-vi/{unit.public_id}").text

    assert ["Hình thành từ" in page, "Xã Ea Kao" in page, "Tỉnh Đắk Lắk" in page] == [True] * 3


def test_ended_unit_says_what_it_is_now_part_of(client, admin, entered, daklak):
    new = unit_queries.unit_of_code("24169")
    old = next(unit for unit, _ in unit_queries.unit_history(new.id).before)

    page = entered(admin).get(f"/quan-tri/don-vi/{old.public_id}").text

    assert ["Nay thuộc" in page, "chấm dứt ngày 30/06/2025" in page] == [True, True]


def test_unit_page_takes_the_same_statements_whatever_stands_under_it(
    client, admin, entered, daklak, queries
):
    counts = []
    entered(admin)
    for code in ("66", "24169"):
        unit = unit_queries.unit_of_code(code)
        queries.clear()
        client.get(f"/quan-tri/don-vi/{unit.public_id}")
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_unit_is_added_and_a_nameless_one_refused(client, admin, entered, daklak):
    entered(admin)

    bad = client.post("/quan-tri/don-vi", data={"name": "", "kind": "school"})
    done = client.post("/quan-tri/don-vi", data={"name": "Trường THPT Ea Kao", "kind": "school"})

    assert (bad.status_code, done.status_code) == (422, 303)
    assert "Trường THPT Ea Kao" in client.get(done.location).text


def test_headcount_is_kept_with_its_source(client, admin, entered, daklak):
    unit = unit_queries.unit_of_code("DLK-SNV")
    entered(admin)
    address = f"/quan-tri/don-vi/{unit.public_id}/bien-che"

    bad = client.post(address, data={"category": "leader", "people": "-1"})
    done = client.post(
        address,
        data={
            "category": "leader",
            "people": "4",
            "counted_on": "2026-10-01",
            "source": "Công văn 12/SNV",
        },
    )

    page = client.get(f"/quan-tri/don-vi/{unit.public_id}").text
    assert (bad.status_code, done.status_code) == (422, 303)
    assert ["Công văn 12/SNV" in page, "đang dùng" in page] == [True, True]


def test_unit_is_renamed(client, admin, entered, daklak):
    unit = unit_queries.unit_of_code("DLK-SNV")
    entered(admin)
    address = f"/quan-tri/don-vi/{unit.public_id}/ten"

    bad = client.post(address, data={"name": ""})
    done = client.post(address, data={"name": "Sở Nội vụ tỉnh"})

    again()
    assert (bad.status_code, done.status_code) == (422, 303)
    assert unit_queries.unit_of_code("DLK-SNV").name == "Sở Nội vụ tỉnh"


@pytest.fixture
def officer(admin, at):
    unit = charting.add_unit(admin, "Sở Y tế", UnitKind.DEPARTMENT)
    person = factories.account(full_name="Trần Văn Bảo", unit=unit)
    granting.give(admin, person, Role.UNIT_OFFICER, (ScopeKind.UNIT, unit.id), at=at)
    return person


def test_officer_sees_the_people_of_the_own_unit_only(client, admin, officer, entered):
    other = factories.unit(name="Sở Tài chính")
    entered(officer)

    own = client.get(f"/quan-tri/don-vi/{officer.unit.public_id}/nguoi")
    foreign = client.get(f"/quan-tri/don-vi/{other.public_id}/nguoi")
    mine = client.get("/quan-tri/don-vi-cua-toi")

    assert [own.status_code, foreign.status_code] == [200, 404]
    assert ["Trần Văn Bảo" in own.text, "Sở Y tế" in mine.text] == [True, True]


@pytest.mark.parametrize("people", [1, 3])
def test_people_of_a_unit_take_the_same_statements_for_one_and_three(
    client, officer, entered, queries, people
):
    for number in range(people):
        factories.account(unit=officer.unit, phone=f"+8490511122{number}")
    entered(officer)
    address = f"/quan-tri/don-vi/{officer.unit.public_id}/nguoi"
    queries.clear()

    client.get(address)

    assert len(queries) == 6


def test_sheet_of_slips_has_eight_on_a_page(client, officer, entered):
    people = [
        factories.account(unit=officer.unit, full_name=f"Nguyễn Văn {n:02}") for n in range(9)
    ]
    entered(officer)

    page = client.post(
        f"/quan-tri/don-vi/{officer.unit.public_id}/phieu",
        data={"nguoi": [person.public_id for person in people]},
    ).text

    assert (page.count('<article class="doc">'), page.count('class="slip"')) == (2, 9)
    assert page.count('class="qr"') == 9


def test_slips_need_somebody_chosen_and_never_one_of_the_staff(client, admin, officer, entered):
    clerk = factories.account(unit=officer.unit)
    factories.grant(clerk, role=Role.SECRETARY)
    entered(officer)
    address = f"/quan-tri/don-vi/{officer.unit.public_id}/phieu"

    nobody = client.post(address, data={})
    staff = client.post(address, data={"nguoi": [clerk.public_id]})

    assert [nobody.status_code, staff.status_code] == [422, 403]
    assert queries.slips_of(clerk.id, at=clerk.created_at) == []


def test_person_without_units_has_no_page_of_units(client, entered):
    assert entered(factories.account()).get("/quan-tri/don-vi-cua-toi").status_code == 403

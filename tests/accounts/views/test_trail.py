import pytest
from sqlalchemy import select, text

from accounts import auditing, registering
from accounts.models import AuditEntry
from core.db import WRITES, db
from tests import factories
from tests.accounts.conftest import again


@pytest.fixture
def entries(admin, at):
    for number in range(3):
        registering.reveal(admin, factories.account(), purpose=f"Việc {number}")
    auditing.sequence(at=at)


def test_trail_opens_for_those_who_may_read_it_only(client, admin, entered, entries):
    stranger = client.get("/quan-tri/nhat-ky")
    other = entered(factories.account()).get("/quan-tri/nhat-ky")
    page = entered(admin).get("/quan-tri/nhat-ky")

    assert (stranger.status_code, other.status_code, page.status_code) == (303, 403, 200)
    assert page.text.count("account.revealed") == 3


@pytest.mark.parametrize("more", [0, 3])
def test_trail_takes_the_same_statements_whatever_it_shows(
    client, admin, entered, entries, queries, more
):
    for _ in range(more):
        registering.reveal(admin, factories.account(), purpose="Việc nữa")
    entered(admin)
    queries.clear()

    client.get("/quan-tri/nhat-ky?q=account.revealed")

    assert len(queries) == 6


def test_trail_is_searched_by_act_thing_and_log(client, admin, entered, entries):
    entered(admin)

    found = client.get("/quan-tri/nhat-ky?q=revealed&so=platform").text
    none = client.get("/quan-tri/nhat-ky?q=khongco").text

    assert (found.count("account.revealed"), "Không tìm thấy dòng nào" in none) == (3, True)


def test_entry_shows_its_details(client, admin, entered, entries):
    entry = db.session.scalar(select(AuditEntry).where(AuditEntry.action == "account.revealed"))
    number = entry.id

    page = entered(admin).get(f"/quan-tri/nhat-ky/{number}").text

    assert ["Việc 0" in page, "Lê Hoàng Yến" in page] == [True, True]
    assert client.get("/quan-tri/nhat-ky/999999").status_code == 404


def test_check_says_that_the_trail_is_whole_and_names_a_changed_entry(
    client, admin, entered, entries
):
    entered(admin)
    whole = client.post("/quan-tri/nhat-ky").text
    again()
    with db.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        connection.execute(
            text("UPDATE audit_entry SET record = replace(record, 'Việc 1', 'Việc 9')")
        )

    changed = client.post("/quan-tri/nhat-ky").text

    assert ("Mọi sổ đều nguyên vẹn" in whole, "was changed" in changed) == (True, True)

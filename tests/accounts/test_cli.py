import pytest
from sqlalchemy import text

from accounts import issuing, queries
from accounts.rules.authorizing import Role
from core import clock, sheets
from core.db import WRITES, db
from tests import factories
from tests.accounts.conftest import PASSWORD, again


@pytest.fixture
def run(app):
    def command(*words):
        again()
        done = app.test_cli_runner().invoke(args=["accounts", *words])
        again()
        return done

    return command


def test_units_load_says_how_many_and_a_second_time_none(run):
    first, second = run("units", "load"), run("units", "load")

    assert (first.output.split(" ")[0] > "0", second.output) == (
        True,
        "0 added, 0 changed, 0 links\n",
    )


def test_make_admin_makes_the_account_and_gives_the_role(run):
    done = run("make-admin", "0914223456", "--full-name", "Lê Yến", "--password", PASSWORD)

    account = queries.account_of_phone("+84914223456")
    held = queries.grants_of(account.id, at=clock.now())
    assert (done.exit_code, [grant.role for grant in held]) == (0, [Role.ADMIN])


def test_make_admin_refuses_a_weak_password_and_an_unknown_name(run):
    weak = run("make-admin", "0914223456", "--full-name", "Lê Yến", "--password", "12345678")
    unknown = run("make-admin", "0914223456", "--password", PASSWORD)

    assert [weak.exit_code != 0, unknown.exit_code != 0] == [True, True]
    assert queries.account_of_phone("+84914223456") is None


def test_import_roster_reads_first_and_writes_when_told(run, admin, daklak, tmp_path):
    file = tmp_path / "danh-sach.xlsx"
    header = ["Họ và tên", "Đơn vị", "Số điện thoại"]
    rows = [["Ngô Thị Lan", "Sở Nội vụ", "0914223456"], ["Lê Cường", "Sở Lạ", "0914223457"]]
    file.write_bytes(sheets.write_xlsx("Trang 1", header, rows))

    read = run("import-roster", str(file), "--as", "0905000001")
    before = queries.account_of_phone("+84914223456")
    run("import-roster", str(file), "--as", "0905000001", "--write")

    assert ("row 3: wrong" in read.output, before) == (True, None)
    assert queries.account_of_phone("+84914223456").full_name == "Ngô Thị Lan"


def test_slip_prints_a_code_that_opens_the_account(run, at):
    account = factories.account(phone="+84914223456")

    done = run("slip", "0914223456", "--resets")

    assert issuing.use(done.output.split(" ")[0], at=at) == (account, True)


def test_verify_audit_names_a_changed_entry(run, admin):
    issuing.issue(admin, factories.account(), at=admin.created_at)
    whole = run("verify-audit")
    with db.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        connection.execute(text("UPDATE audit_entry SET record = replace(record, '\"', '\" ')"))

    changed = run("verify-audit")

    assert (whole.exit_code, changed.exit_code) == (0, 1)
    assert "platform: entry 0 was changed" in changed.output

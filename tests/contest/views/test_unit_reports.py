"""The report of a unit: reached by its own officer, with who took part and never how well."""

import io
import json

import pytest

from accounts.models import AuditEntry
from accounts.rules.authorizing import Role, ScopeKind
from accounts.rules.staff import StaffCategory
from contest.models import Enrolment
from core.db import db
from tests import factories
from tests.contest import winning
from tests.contest.views.test_prizes import asker


@pytest.fixture
def round_(app, noon):
    return factories.round_(opens_at=noon, contest=factories.contest(headcount_on=winning.DAY))


@pytest.fixture
def unit(round_):
    """A unit of three: one took part, one entered and did not, one never entered."""
    found = winning.taking_part(round_.contest, "Sở Tư pháp")
    winning.headcount(found, 3, StaffCategory.CIVIL_SERVANT)
    for name, took in (("Y Thiên Niê", True), ("Trần Thị An", False)):
        account = factories.account(full_name=name, unit_id=found.id)
        row = {"unit_id": found.id, "counted_unit_id": found.id, "category": "civil_servant"}
        entered = factories.enrolment(round_.contest, account, **row)
        if took:
            winning.taken(round_, entered)
    factories.account(full_name="Lê Văn Bình", unit_id=found.id)
    return found


def officer_of(app, unit, name="Đinh Thị Nhạn"):
    return asker(app, Role.UNIT_OFFICER, (ScopeKind.UNIT, unit.id), name)


def address(round_, unit):
    return f"/quan-ly/cuoc-thi/{round_.contest.public_id}/chi-tieu/don-vi/{unit.public_id}/bao-cao"


def text_of(answer):
    import docx

    file = docx.Document(io.BytesIO(answer.data))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in file.paragraphs), *cells])


def test_page_of_the_unit_leads_its_officer_to_the_report(app, round_, unit):
    officer, page = officer_of(app, unit), address(round_, unit)

    assert page in officer.ask("GET", page.removesuffix("/bao-cao")).text
    shown = officer.ask("GET", page)
    assert shown.status_code == 200
    assert f"{page}/trang-1.png" in shown.text
    picture = officer.ask("GET", f"{page}/trang-1.png")
    assert (picture.status_code, picture.mimetype) == (200, "image/png")
    assert officer.ask("GET", f"{page}/trang-99.png").status_code == 404


def test_officer_takes_out_the_figures_and_who_took_part_but_not_how_well(app, round_, unit):
    answer = officer_of(app, unit).ask("POST", f"{address(round_, unit)}/tai-ve", data={})

    text = text_of(answer)
    assert "Sở Tư pháp có 1 người dự thi với 1 lượt thi, đạt 33,33% trên 3 biên chế" in text
    assert "Y Thiên Niê" in text
    assert "Trần Thị An" not in text
    assert "Lê Văn Bình" not in text
    assert "3/3" not in text
    assert "Thời gian\n" not in text
    db.session.rollback()
    entry = db.session.query(AuditEntry).filter_by(action="documents.written").one()
    details = json.loads(entry.record)["details"]
    assert (details["about"], details["personal_data"]) == (unit.code, True)


def test_who_runs_the_contest_has_the_report_without_names(app, round_, unit):
    answer = asker(app).ask("POST", f"{address(round_, unit)}/tai-ve", data={"form": "docx"})

    text = text_of(answer)
    assert "1 người dự thi" in text
    assert not any(name in text for name in ("Thiên", "Trần Thị An", "Bình"))
    db.session.rollback()
    entry = db.session.query(AuditEntry).filter_by(action="documents.written").one()
    assert json.loads(entry.record)["details"]["personal_data"] is False


def test_officer_of_another_unit_finds_nothing(app, round_, unit):
    stranger = officer_of(app, factories.unit(name="Sở Y tế"), "Võ Minh")

    assert stranger.ask("GET", address(round_, unit)).status_code == 404
    taken = stranger.ask("POST", f"{address(round_, unit)}/tai-ve", data={})
    assert taken.status_code == 404


@pytest.mark.parametrize("more", [0, 4])
def test_report_takes_the_same_statements_for_any_number_of_people(
    app, round_, unit, queries, more
):
    for _ in range(more):
        winning.member(round_, unit)
    officer = officer_of(app, unit)
    officer.ask("GET", address(round_, unit))
    queries.clear()

    officer.ask("GET", address(round_, unit))

    assert db.session.query(Enrolment).count() == 2 + more
    assert len(queries) == 21

from datetime import date

from sqlalchemy import func, select

from accounts import auditing, charting, unit_queries
from accounts.charting import Charted, Counted
from accounts.models import Headcount, Unit, UnitChange, UnitPlace
from accounts.rules.staff import StaffCategory
from accounts.rules.units import Tree, UnitKind
from core.db import db
from tests import factories


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_load_of_both_eras_holds_every_commune_of_each(daklak):
    living = db.session.scalar(
        select(func.count()).where(
            Unit.kind.in_([UnitKind.WARD, UnitKind.COMMUNE]), Unit.valid_to.is_(None)
        )
    )
    ended = db.session.scalar(
        select(func.count()).where(
            Unit.kind.in_([UnitKind.WARD, UnitKind.COMMUNE, UnitKind.TOWNSHIP]),
            Unit.valid_to.is_not(None),
        )
    )

    assert (living, ended) == (102, 286)


def test_load_twice_changes_nothing(daklak):
    before = [count(model) for model in (Unit, UnitPlace, UnitChange)]

    again = charting.load_daklak()

    assert again == Charted(0, 0, 0)
    assert [count(model) for model in (Unit, UnitPlace, UnitChange)] == before


def test_load_brings_a_changed_name_back(daklak, app):
    unit = unit_queries.unit_of_code("24169")
    charting.rename_unit(None, unit, "Phường Ea Cao")

    again = charting.load_daklak()

    assert again.changed == 1
    assert unit_queries.unit_of_code("24169").name == "Phường Ea Kao"


def test_every_place_has_a_youth_union_body_in_the_other_tree(daklak):
    ward = unit_queries.unit_of_code("24169")
    union = unit_queries.unit_of_code("DOAN-24169")

    above = unit_queries.unit_ancestors([union.id], on=date(2026, 11, 18))[union.id]

    assert union.name == "Đoàn phường Ea Kao"
    assert [db.session.get(Unit, one).code for one in above] == ["DOAN-66"]
    assert unit_queries.unit_ancestors([ward.id], on=date(2026, 11, 18))[ward.id] != above


def test_add_unit_stands_under_its_parent_in_the_tree_of_its_kind(admin, daklak):
    parent = unit_queries.unit_of_code("DLK-SNV")

    unit = charting.add_unit(admin, "Phòng Cải cách hành chính", UnitKind.DIVISION, parent=parent)

    place, above = unit_queries.places_of(unit.id)[0]
    assert (place.tree, above.id) == (Tree.SECTOR, parent.id)
    assert unit_queries.find_units("cai cach hanh chinh so noi vu")[0].id == unit.public_id


def test_renamed_unit_is_found_by_both_names(admin):
    unit = charting.add_unit(admin, "Trường THCS Ea Kao", UnitKind.SCHOOL)

    charting.rename_unit(admin, unit, "Trường THCS Phan Chu Trinh")

    found = unit_queries.find_units("phan chu trinh") + unit_queries.find_units("thcs ea kao")
    assert [one.id for one in found] == [unit.public_id] * 2


def test_end_unit_leads_to_its_successor(admin, daklak, noon):
    old = charting.add_unit(admin, "Trung tâm Cũ Xưa", UnitKind.PUBLIC_SERVICE)
    new = charting.add_unit(admin, "Trung tâm Hôm Nay", UnitKind.PUBLIC_SERVICE)

    charting.end_unit(admin, old, [new], last_day=date(2026, 6, 30), reason="Sáp nhập")

    found = unit_queries.find_units("trung tam cu xua")
    assert [(one.id, one.text) for one in found] == [(new.public_id, "Trung tâm Cũ Xưa")]
    assert found[0].note.values == {"unit": "Trung tâm Hôm Nay"}


def test_headcount_of_the_same_day_is_replaced_and_the_trail_keeps_both(admin):
    unit = factories.unit()
    counted = {"counted_on": date(2026, 10, 1), "source": "Công văn 12/SNV"}

    charting.set_headcount(admin, unit, Counted(StaffCategory.LEADER, 3, **counted))
    charting.set_headcount(admin, unit, Counted(StaffCategory.LEADER, 4, **counted))

    rows = db.session.scalars(select(Headcount)).all()
    assert [(row.people, row.one_stop) for row in rows] == [(4, False)]
    auditing.sequence(at=admin.created_at)
    assert auditing.faults("platform") == []

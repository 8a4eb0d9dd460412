"""Units: the public search, and the pages of those who keep units, headcounts and rosters."""

from flask import Blueprint, flash, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts import access, charting, issuing, queries, unit_queries
from accounts.access import requires, signed_in
from accounts.charting import Counted
from accounts.errors import SlipRefused
from accounts.forms.admin import HeadcountForm, NewUnitForm, RenameUnitForm
from accounts.models import Unit
from accounts.rules.authorizing import Permission, ScopeKind
from accounts.rules.staff import StaffCategory
from accounts.rules.units import Tree, UnitKind
from accounts.unit_queries import GROUPS, UnitChoice
from core import clock, i18n, limits
from core.errors import Forbidden
from core.vietnam import civil_day
from core.web import see_other

bp = Blueprint("units", __name__)
P = Permission


# --- The search that anyone's picker asks ------------------------------------------------------


@bp.get("/don-vi/tim")
@limits.limited("unit search")
def find() -> ResponseReturnValue:
    found = unit_queries.find_units(request.args.get("q", "")[:100])
    groups = [{"label": _(group), "options": _options(found, group)} for group in GROUPS]
    answer = jsonify(groups=[group for group in groups if group["options"]])
    answer.headers["Cache-Control"] = "public, max-age=300"
    answer.headers["Vary"] = "Cookie"
    return answer


def _options(found: list[UnitChoice], group: str) -> list[dict[str, str]]:
    return [
        {"id": choice.id, "text": choice.text, "note": i18n.say(choice.note) if choice.note else ""}
        for choice in found
        if choice.group == group
    ]


# --- The tree ----------------------------------------------------------------------------------


@bp.get("/quan-tri/don-vi")
@requires(P.MANAGE_UNITS)
def tree() -> ResponseReturnValue:
    return _tree_page(NewUnitForm(formdata=None), 200)


@bp.post("/quan-tri/don-vi")
@requires(P.MANAGE_UNITS)
def add() -> ResponseReturnValue:
    form = NewUnitForm().offer()
    if not form.validate():
        return _tree_page(form, 422)
    unit = charting.add_unit(
        signed_in(),
        form.name.data or "",
        UnitKind(form.kind.data),
        code=form.code.data or "",
        parent=unit_queries.unit_with(form.unit.data or ""),
    )
    flash(_("The unit was added."), "success")
    return see_other(url_for(".unit", public_id=unit.public_id))


def _tree_page(form: NewUnitForm, status: int) -> ResponseReturnValue:
    words = request.args.get("q", "")
    chosen = request.args.get("cay", Tree.SECTOR.value)
    branch = Tree(chosen) if chosen in list(Tree) else Tree.SECTOR
    page = render_template(
        "accounts/units/tree.html",
        words=words,
        found=unit_queries.find_units(words) if words else None,
        groups=GROUPS,
        tree=branch,
        trees=list(Tree),
        rows=[] if words else unit_queries.units_below(branch, None, on=civil_day(clock.now())),
        form=form.offer(),
    )
    return page, status


# --- One unit ----------------------------------------------------------------------------------


@bp.get("/quan-tri/don-vi/<public_id>")
def unit(public_id: str) -> ResponseReturnValue:
    row = access.unit_for(public_id, P.MANAGE_UNITS)
    return _unit_page(row, HeadcountForm(formdata=None), 200)


@bp.post("/quan-tri/don-vi/<public_id>/bien-che")
def set_headcount(public_id: str) -> ResponseReturnValue:
    row = access.unit_for(public_id, P.MANAGE_UNITS)
    form = HeadcountForm().offer()
    if not form.validate():
        return _unit_page(row, form, 422)
    counted = Counted(
        StaffCategory(form.category.data),
        form.people.data or 0,
        form.counted_on.data,
        form.source.data or "",
        one_stop=form.one_stop.data,
    )
    charting.set_headcount(signed_in(), row, counted)
    flash(_("The headcount was kept."), "success")
    return see_other(url_for(".unit", public_id=public_id))


@bp.post("/quan-tri/don-vi/<public_id>/ten")
def rename(public_id: str) -> ResponseReturnValue:
    row, form = access.unit_for(public_id, P.MANAGE_UNITS), RenameUnitForm()
    if not form.validate():
        return _unit_page(row, HeadcountForm(formdata=None), 422, rename_form=form)
    charting.rename_unit(signed_in(), row, form.name.data or "")
    flash(_("The unit was renamed; the old name still finds it."), "success")
    return see_other(url_for(".unit", public_id=public_id))


def _unit_page(
    row: Unit, form: HeadcountForm, status: int, *, rename_form: RenameUnitForm | None = None
) -> ResponseReturnValue:
    today = civil_day(clock.now())
    page = render_template(
        "accounts/units/unit.html",
        unit=row,
        places=unit_queries.places_of(row.id),
        history=unit_queries.unit_history(row.id),
        below=unit_queries.units_below(row.kind.tree, row.id, on=today),
        headcounts=unit_queries.headcounts_of(row.id),
        latest=unit_queries.headcounts([row.id], on=today)[row.id],
        form=form.offer(),
        rename_form=rename_form or RenameUnitForm(formdata=None, name=row.name),
    )
    return page, status


# --- The people of a unit and their slips ------------------------------------------------------


@bp.get("/quan-tri/don-vi/<public_id>/nguoi")
def people(public_id: str) -> ResponseReturnValue:
    row = access.unit_for(public_id, P.ISSUE_SLIPS)
    return render_template(
        "accounts/units/people.html",
        unit=row,
        people=queries.people_of_unit(row.id),
        staff=queries.staff_in_unit(row.id, at=clock.now()),
    )


@bp.post("/quan-tri/don-vi/<public_id>/phieu")
def issue_slips(public_id: str) -> ResponseReturnValue:
    """Show the sheet at once: the codes are kept nowhere."""
    row = access.unit_for(public_id, P.ISSUE_SLIPS)
    at = clock.now()
    chosen = set(request.form.getlist("nguoi"))
    people = [one for one in queries.people_of_unit(row.id) if one.public_id in chosen]
    if not people:
        raise SlipRefused(_("Choose at least one person."))
    staff = queries.staff_in_unit(row.id, at=at)
    if any(one.id in staff for one in people) and not access.may(P.GRANT_ROLES):
        raise Forbidden
    issued = issuing.issue_many(signed_in(), people, at=at)
    return render_template("accounts/units/slips.html", slips=issued, unit=row)


@bp.get("/quan-tri/don-vi-cua-toi")
def own() -> ResponseReturnValue:
    """Show an officer the units in their care."""
    signed_in()
    unit_ids = access.scope_ids(P.ISSUE_SLIPS, ScopeKind.UNIT)
    if not unit_ids:
        raise Forbidden
    units = sorted(queries.units_named(unit_ids).values(), key=lambda row: row.sort_key)
    return render_template("accounts/units/own.html", units=units)

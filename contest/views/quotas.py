"""Quotas: the radar of a contest, its units, reminders, and setting the quotas."""

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import signed_in
from accounts.rules.authorizing import Permission
from contest import (
    access,
    drafting,
    prize_access,
    quota_queries,
    quota_sheets,
    reminding,
    targeting,
)
from contest.forms.prizes import QuotaForm, of_quota
from contest.models import Contest, Quota, Round
from contest.quota_queries import Person, UnitStand
from contest.rules.quotas import PRESETS, Status
from contest.rules.unit_groups import UnitGroup
from core import clock
from core.text import clean_line
from core.vietnam import civil_day
from core.web import see_other, whole

bp = Blueprint("quotas", __name__, url_prefix="/quan-ly")
P = Permission
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/cuoc-thi/<public_id>/chi-tieu")
def radar(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, P.SEE_UNIT_PROGRESS)
    round_ = prize_access.round_of(contest, request.args.get("vong", type=whole))
    now = clock.now()
    found = quota_queries.radar(contest, round_=round_, at=now)
    group = _group(found.groups)
    asked = _asked()
    rows = quota_queries.shown(found.units, group=group, **asked)
    return render_template(
        "contest/quotas/radar.html",
        contest=contest,
        round=round_,
        radar=found,
        group=group,
        rows=rows,
        chosen=_chosen(rows),
        told=reminding,
        may_manage=access.may_in(contest, P.MANAGE_CONTEST),
        **asked,
    )


def _group(groups: list[UnitGroup]) -> UnitGroup | None:
    wanted = request.args.get("khoi", "")
    return next((one for one in groups if one.value == wanted), next(iter(groups), None))


def _asked() -> dict[str, object]:
    wanted = request.args.get("trang-thai", "")
    return {
        "words": clean_line(request.args.get("tim", ""))[:100],
        "status": next((one for one in Status if one.value == wanted), None),
        "sort": request.args.get("sort", "name"),
    }


def _chosen(rows: list[UnitStand]) -> UnitStand | None:
    """Return the unit whose details stand beside the table: the one asked for, or the first."""
    wanted = request.args.get("dv", "")
    urgent = sorted(rows, key=lambda one: one.status.urgency)
    return next((one for one in rows if one.unit.public_id == wanted), next(iter(urgent), None))


@bp.post("/cuoc-thi/<public_id>/chi-tieu/tai-ve")
def export(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, P.SEE_UNIT_PROGRESS)
    round_ = prize_access.round_of(contest, request.form.get("vong", type=whole))
    now = clock.now()
    targeting.record_export(contest, round_, signed_in(), at=now)
    book = quota_sheets.workbook(quota_queries.radar(contest, round_=round_, at=now))
    answer = Response(book, mimetype=XLSX)
    answer.headers["Content-Disposition"] = 'attachment; filename="chi-tieu.xlsx"'
    return answer


@bp.get("/cuoc-thi/<public_id>/chi-tieu/cong-van")
def letter(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, P.SEE_UNIT_PROGRESS)
    round_ = prize_access.round_of(contest, request.args.get("vong", type=whole))
    now = clock.now()
    found = quota_queries.radar(contest, round_=round_, at=now)
    back = url_for(".radar", public_id=public_id, vong=round_.number if round_ else None)
    return _letter_page(contest, round_, reminding.behind(found.units), back, at=now)


def _letter_page(
    contest: Contest, round_: Round | None, stands: list[UnitStand], back: str, *, at: datetime
) -> ResponseReturnValue:
    office = drafting.office_of(contest)
    return render_template(
        "contest/quotas/letter.html",
        contest=contest,
        round=round_,
        stands=stands,
        told=reminding,
        back=back,
        at=at,
        office=office,
        head=office.head_of_letter(civil_day(at)),
    )


# --- One unit ----------------------------------------------------------------------------------


@bp.get("/cuoc-thi/<public_id>/chi-tieu/don-vi/<unit_id>")
def unit(public_id: str, unit_id: str) -> ResponseReturnValue:
    seen = prize_access.unit_progress(public_id, unit_id)
    round_ = prize_access.round_of(seen.contest, request.args.get("vong", type=whole))
    now = clock.now()
    stand = quota_queries.radar(seen.contest, round_=round_, at=now).unit_with(seen.unit.id)
    state, words = request.args.get("da-thi", ""), clean_line(request.args.get("tim", ""))[:100]
    people = quota_queries.people_of(seen.contest, seen.unit) if seen.with_names else []
    return render_template(
        "contest/quotas/unit.html",
        contest=seen.contest if not seen.with_names else None,
        of=seen.contest,
        unit=seen.unit,
        round=round_,
        stand=stand,
        with_names=seen.with_names,
        people=people,
        **_people_page(people, round_, state, words),
        told=reminding,
        at=now,
    )


def _people_page(
    people: Sequence[Person], round_: Round | None, state: str, words: str
) -> dict[str, object]:
    found = quota_queries.people_shown(people, round_, state, words)
    mark = request.args.get("after") or request.args.get("before")
    page = quota_queries.page_of_people(found, mark)
    return {"shown": page, "found": len(found), "state": state, "words": words}


@bp.get("/cuoc-thi/<public_id>/chi-tieu/don-vi/<unit_id>/cong-van")
def unit_letter(public_id: str, unit_id: str) -> ResponseReturnValue:
    seen = prize_access.unit_progress(public_id, unit_id)
    round_ = prize_access.round_of(seen.contest, request.args.get("vong", type=whole))
    now = clock.now()
    stand = quota_queries.radar(seen.contest, round_=round_, at=now).unit_with(seen.unit.id)
    back = url_for(".unit", public_id=public_id, unit_id=unit_id)
    return _letter_page(seen.contest, round_, [stand] if stand else [], back, at=now)


@bp.get("/tien-do-don-vi")
def own() -> ResponseReturnValue:
    units = prize_access.own_units()
    return render_template("contest/quotas/own.html", rows=quota_queries.contests_of(list(units)))


# --- Setting quotas ----------------------------------------------------------------------------


@bp.get("/cuoc-thi/<public_id>/chi-tieu/muc")
def edit(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, P.MANAGE_CONTEST)
    return _edit_page(contest, QuotaForm(), 200)


@bp.post("/cuoc-thi/<public_id>/chi-tieu/muc")
def add(public_id: str) -> ResponseReturnValue:
    contest, form = access.contest_managed_by(public_id, P.MANAGE_CONTEST), QuotaForm()
    if not form.validate():
        return _edit_page(contest, form, 422)
    targeting.add(contest, [form.quota()], signed_in())
    flash(_("The quota is added."), "success")
    return see_other(url_for(".edit", public_id=public_id))


@bp.post("/cuoc-thi/<public_id>/chi-tieu/mau")
def take_preset(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, P.MANAGE_CONTEST)
    chosen = PRESETS.get(request.form.get("mau", ""), PRESETS["daklak-2023"])
    added = targeting.add(contest, chosen, signed_in())
    flash(_("Quotas added: %(count)s.", count=len(added)), "success")
    return see_other(url_for(".edit", public_id=public_id))


@bp.get("/cuoc-thi/<public_id>/chi-tieu/muc/<quota_id>")
def change(public_id: str, quota_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, P.MANAGE_CONTEST)
    quota = prize_access.quota_of(contest, quota_id)
    return _edit_page(contest, QuotaForm(data=of_quota(quota.asked)), 200, quota)


@bp.post("/cuoc-thi/<public_id>/chi-tieu/muc/<quota_id>")
def save(public_id: str, quota_id: str) -> ResponseReturnValue:
    contest, form = access.contest_managed_by(public_id, P.MANAGE_CONTEST), QuotaForm()
    quota = prize_access.quota_of(contest, quota_id)
    if not form.validate():
        return _edit_page(contest, form, 422, quota)
    targeting.edit(contest, quota, form.quota(), signed_in())
    flash(_("Saved."), "success")
    return see_other(url_for(".edit", public_id=public_id))


@bp.post("/cuoc-thi/<public_id>/chi-tieu/muc/<quota_id>/bo")
def take_out(public_id: str, quota_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, P.MANAGE_CONTEST)
    targeting.remove(contest, prize_access.quota_of(contest, quota_id), signed_in())
    flash(_("The quota is taken out."), "success")
    return see_other(url_for(".edit", public_id=public_id))


def _edit_page(
    contest: Contest, form: QuotaForm, status: int, quota: Quota | None = None
) -> ResponseReturnValue:
    page = render_template(
        "contest/quotas/edit.html",
        contest=contest,
        form=form,
        quota=quota,
        quotas=quota_queries.quotas_of(contest),
        told=reminding,
    )
    return page, status

"""Panels for their organisers: who sits, who judges what, conflicts, how far it is."""

from decimal import Decimal

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts import queries as people
from accounts.access import fresh, signed_in
from accounts.models import Account
from accounts.rules.authorizing import Permission
from contest import (
    abstaining,
    assigning,
    entry_queries,
    judge_access,
    panel_queries,
    panelling,
    prescribing,
)
from contest.forms.judging import (
    CAUSES,
    AppointForm,
    ConflictForm,
    DismissForm,
    LeaveForm,
    PanelForm,
    TiesForm,
)
from contest.models import JudgedRound, Panel, PanelRole
from contest.panelling import PanelSettings
from contest.rules.judging import planning, relations
from contest.rules.judging.conflicts import Cause
from core import clock, i18n
from core.errors import NotFound
from core.saying import Unreadable
from core.text import fold
from core.web import see_other

bp = Blueprint("panels", __name__, url_prefix="/quan-ly")

# What one score is taken to differ by chance, in percent of the scale, before anybody has judged.
NOISE = 5


@bp.get("/vong/<public_id>/ban-giam-khao")
def index(public_id: str) -> ResponseReturnValue:
    judged = judge_access.judged_round(public_id, Permission.MANAGE_ROUND)
    return _index(judged, PanelForm(formdata=None), 200)


@bp.post("/vong/<public_id>/ban-giam-khao")
def add(public_id: str) -> ResponseReturnValue:
    judged = judge_access.judged_round(public_id, Permission.MANAGE_ROUND)
    form = PanelForm()
    categories = entry_queries.categories_of(judged.round.contest)
    form.offer(categories, prescribing.panels_named(judged.declared))
    if not form.validate():
        return _index(judged, form, 422)
    category = next((one for one in categories if one.public_id == form.category.data), None)
    settings = PanelSettings(form.title.data, category, form.criteria.data)
    made = panelling.add(judged, settings, signed_in())
    return see_other(url_for(".show", panel_id=made.public_id))


def _index(
    judged: JudgedRound, form: PanelForm, status: int, ties: TiesForm | None = None
) -> ResponseReturnValue:
    named = prescribing.panels_named(judged.declared)
    form.offer(entry_queries.categories_of(judged.round.contest), named)
    page = render_template(
        "contest/panels/index.html",
        contest=judged.round.contest,
        round=judged.round,
        judged=judged,
        panels=panel_queries.panels_of(judged),
        counts=panel_queries.counts_of(judged),
        conflicts=panel_queries.conflicts_in(judged, at=clock.now()),
        recusals=panel_queries.recusals_of(judged),
        dismissals=panel_queries.dismissals_of(judged),
        ties=ties or TiesForm(formdata=None, ties=_ties(judged)),
        form=form,
        cause_names={one: label for one, label, *_rest in CAUSES},
    )
    return page, status


@bp.post("/vong/<public_id>/xung-dot/ghi-nhan")
def bar(public_id: str) -> ResponseReturnValue:
    judged = judge_access.judged_round(public_id, Permission.MANAGE_ROUND)
    count = abstaining.bar(judged, signed_in(), at=clock.now())
    flash(_("Conflicts recorded: %(count)s. Give the entries out again.", count=count), "success")
    return see_other(url_for(".index", public_id=public_id, _anchor="xung-dot"))


@bp.post("/vong/<public_id>/xung-dot")
def recuse(public_id: str) -> ResponseReturnValue:
    judged = judge_access.judged_round(public_id, Permission.MANAGE_ROUND)
    form = ConflictForm()
    judge = people.account_with(form.judge.data or "")
    if not form.validate() or judge is None:
        return _index(judged, PanelForm(formdata=None), 422)
    entry = judge_access.row_in(judged, form.entry.data).entry
    cause = Cause(form.cause.data)
    now = clock.now()
    abstaining.decide(entry, judge, signed_in(), cause, note=form.note.data or "", at=now)
    flash(_("Recorded that this judge does not judge the entry."), "success")
    return see_other(url_for(".index", public_id=public_id, _anchor="xung-dot"))


def _ties(judged: JudgedRound) -> str:
    """Write the list as it is read."""
    rows = panel_queries.ties_of(judged)
    names = {one.account.public_id: one.account.full_name for one in rows}
    told = [relations.Relation(one.account.public_id, one.name, one.place) for one in rows]
    return "\n".join(relations.written(names, one) for one in told)


@bp.post("/vong/<public_id>/xung-dot/bo-qua")
def dismiss(public_id: str) -> ResponseReturnValue:
    judged = judge_access.judged_round(public_id, Permission.MANAGE_ROUND)
    form = DismissForm()
    judge = people.account_with(form.judge.data or "")
    if not form.validate() or judge is None:
        flash(_("Write the reason."), "error")
        return _index(judged, PanelForm(formdata=None), 422)
    entry = judge_access.row_in(judged, form.entry.data).entry
    cause, reason = Cause(form.cause.data), form.note.data
    abstaining.dismiss(entry, judge, signed_in(), cause, reason=reason, at=clock.now())
    flash(_("Recorded that this is no conflict."), "success")
    return see_other(url_for(".index", public_id=public_id, _anchor="xung-dot"))


@bp.post("/vong/<public_id>/xung-dot/danh-sach")
def relate(public_id: str) -> ResponseReturnValue:
    judged = judge_access.judged_round(public_id, Permission.MANAGE_ROUND)
    form = TiesForm()
    judges = {fold(one.full_name): one.public_id for one in panel_queries.judging_in(judged)}
    try:
        found = relations.read(form.ties.data or "", judges) if form.validate() else None
    except Unreadable as refusal:
        form.ties.errors, found = [i18n.say(refusal.sentence)], None
    if found is None:
        return _index(judged, PanelForm(formdata=None), 422, form)
    abstaining.relate(judged, signed_in(), found, at=clock.now())
    flash(_("The list is kept. What it shows stands under the conflicts found."), "success")
    return see_other(url_for(".index", public_id=public_id, _anchor="xung-dot"))


@bp.get("/ban-giam-khao/<panel_id>")
def show(panel_id: str) -> ResponseReturnValue:
    panel = judge_access.panel(panel_id, Permission.MANAGE_ROUND)
    return _page(panel, AppointForm(formdata=None), 200)


def _page(panel: Panel, form: AppointForm, status: int) -> ResponseReturnValue:
    words, desk = request.args.get("tim", ""), panel_queries.desk_of(panel)
    noise = float(panel.judged.declared.rubric.whole) * NOISE / 100
    health = planning.health(desk.plan, noise)
    advice = planning.advice(desk.plan, desk.barred, noise) if desk.sheets else None
    page = render_template(
        "contest/panels/show.html",
        contest=panel.judged.round.contest,
        round=panel.judged.round,
        panel=panel,
        desk=desk,
        health=health,
        figures=[_figure(one) for one in (health.cohesion, health.error, noise)],
        advice=advice,
        better=_figure(advice.after.error) if advice else None,
        remarks=planning.remarks(desk.plan, panel.judged.judges_each) if desk.sheets else [],
        words=words,
        people=people.accounts_page(words).rows[:12] if words else [],
        appoint_form=form,
    )
    return page, status


def _figure(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(f"{value:.2f}")


@bp.post("/ban-giam-khao/<panel_id>/cu")
@fresh
def appoint(panel_id: str) -> ResponseReturnValue:
    panel = judge_access.panel(panel_id, Permission.MANAGE_ROUND)
    form = AppointForm()
    account = people.account_with(form.account.data or "")
    if not form.validate() or account is None:
        return _page(panel, form, 422)
    role = PanelRole(form.role.data)
    panelling.appoint(panel, account, role, signed_in(), at=clock.now())
    flash(_("Appointed. The person signs in again to judge."), "success")
    return see_other(url_for(".show", panel_id=panel_id))


@bp.post("/ban-giam-khao/<panel_id>/thanh-vien/<int:number>/thoi")
@fresh
def leave(panel_id: str, number: int) -> ResponseReturnValue:
    panel = judge_access.panel(panel_id, Permission.MANAGE_ROUND)
    member, form = judge_access.member_of(panel, number), LeaveForm()
    if not form.validate():
        flash(_("Write the reason."), "error")
        return _page(panel, AppointForm(formdata=None), 422)
    actor, reason, now = signed_in(), form.reason.data, clock.now()
    if form.account.data:
        panelling.replace(member, _named(form.account.data), actor, reason=reason, at=now)
        flash(_("Replaced. Give the entries out again, so that the new judge gets them."), "info")
    else:
        panelling.leave(member, actor, reason=reason, at=now)
        flash(_("Recorded. Give the entries out again, so that none is short of a judge."), "info")
    return see_other(url_for(".show", panel_id=panel_id))


def _named(public_id: str) -> Account:
    account = people.account_with(public_id)
    if account is None:
        raise NotFound
    return account


@bp.post("/ban-giam-khao/<panel_id>/phan-cong")
def assign(panel_id: str) -> ResponseReturnValue:
    panel = judge_access.panel(panel_id, Permission.MANAGE_ROUND)
    assigning.assign(panel, signed_in(), at=clock.now())
    flash(_("Entries are given to the judges. What was begun stays."), "success")
    return see_other(url_for(".show", panel_id=panel_id, _anchor="phan-cong"))


@bp.post("/ban-giam-khao/<panel_id>/bai-neo")
def anchor(panel_id: str) -> ResponseReturnValue:
    panel = judge_access.panel(panel_id, Permission.MANAGE_ROUND)
    codes = assigning.anchor(panel, signed_in(), at=clock.now())
    flash(_("Every judge now also scores: %(codes)s.", codes=", ".join(codes)), "success")
    return see_other(url_for(".show", panel_id=panel_id, _anchor="phan-cong"))


@bp.post("/ban-giam-khao/<panel_id>/xoa")
def remove(panel_id: str) -> ResponseReturnValue:
    panel = judge_access.panel(panel_id, Permission.MANAGE_ROUND)
    round_id = panel.judged.round.public_id
    panelling.remove(panel, signed_in())
    return see_other(url_for(".index", public_id=round_id))

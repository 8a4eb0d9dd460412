"""A judged round for its organisers: made, its protocol written and sealed, its entries."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import fresh, signed_in
from accounts.rules.authorizing import Permission
from contest import (
    access,
    judge_access,
    judging,
    panel_queries,
    planning,
    prescribing,
    prolonging,
    stage_queries,
)
from contest.forms.criteria import arranged
from contest.forms.judging import NewRoundForm, ReasonForm, begun
from contest.forms.organizer import ExtendForm
from contest.forms.protocol import ProtocolForm, of_protocol
from contest.models import Contest, JudgedRound
from contest.rules.judging import patterns
from core import clock
from core.web import see_other

bp = Blueprint("judged_rounds", __name__, url_prefix="/quan-ly")


@bp.get("/cuoc-thi/<public_id>/vong-cham/moi")
def new(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, Permission.MANAGE_ROUND)
    usual = planning.usual(contest, at=clock.now(), within=set())
    values = begun(_("Preliminary round"), usual.opens_at, usual.closes_at)
    return _new(contest, NewRoundForm(data=values), 200)


@bp.post("/cuoc-thi/<public_id>/vong-cham/moi")
def create(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, Permission.MANAGE_ROUND)
    form = NewRoundForm()
    if not form.validate():
        return _new(contest, form, 422)
    pattern = patterns.find(form.pattern.data)
    made = prescribing.create(contest, form.settings(), pattern, signed_in(), at=clock.now())
    flash(_("The round is made. Look over its criteria and rules, then seal them."), "success")
    return see_other(url_for(".show", public_id=made.round.public_id))


def _new(contest: Contest, form: NewRoundForm, status: int) -> ResponseReturnValue:
    return render_template("contest/judged_rounds/new.html", contest=contest, form=form), status


@bp.get("/vong/<public_id>/cham-diem")
def show(public_id: str) -> ResponseReturnValue:
    return _page(judge_access.judged_round(public_id, Permission.SEE_CONTEST), 200)


def _page(
    judged: JudgedRound,
    status: int,
    form: ReasonForm | None = None,
    prolong: ExtendForm | None = None,
) -> ResponseReturnValue:
    panels = panel_queries.panels_of(judged)
    page = render_template(
        "contest/judged_rounds/show.html",
        contest=judged.round.contest,
        round=judged.round,
        judged=judged,
        protocol=judged.declared,
        step_names=prescribing.steps_of(judged.declared),
        entries=prescribing.entries_of(judged),
        waiting=prescribing.waiting(judged),
        removable=prescribing.untouched(judged),
        panels=panels,
        counts=panel_queries.counts_of(judged),
        form=form or ReasonForm(formdata=None),
        prolong=prolong or ExtendForm(formdata=None),
        moves=stage_queries.moves_in(judged),
        at=clock.now(),
        may_manage=access.may_in_round(judged.round, Permission.MANAGE_ROUND),
    )
    return page, status


@bp.get("/vong/<public_id>/quy-tac-cham")
def edit(public_id: str) -> ResponseReturnValue:
    judged = judge_access.judged_round(public_id, Permission.MANAGE_ROUND)
    if judged.sealed_at is not None:
        return see_other(url_for(".show", public_id=public_id))
    values = of_protocol(judged.declared, judged.judges_each, is_blind=judged.is_blind)
    return _editor(judged, ProtocolForm(data=values), 200)


@bp.post("/vong/<public_id>/quy-tac-cham")
def save(public_id: str) -> ResponseReturnValue:
    judged = judge_access.judged_round(public_id, Permission.MANAGE_ROUND)
    form, act = ProtocolForm(), request.form.get("act", "save")
    if act != "save":
        values = form.data | {"criteria": arranged(form.rows(), act)}
        return _editor(judged, ProtocolForm(formdata=None, data=values), 200)
    form.offer()
    if not form.validate():
        return _editor(judged, form, 422)
    prescribing.prescribe(judged, form.prescription(), signed_in())
    flash(_("Saved."), "success")
    return see_other(url_for(".show", public_id=public_id))


def _editor(judged: JudgedRound, form: ProtocolForm, status: int) -> ResponseReturnValue:
    form.offer()
    page = render_template(
        "contest/judged_rounds/edit.html",
        contest=judged.round.contest,
        round=judged.round,
        judged=judged,
        form=form,
    )
    return page, status


@bp.post("/vong/<public_id>/niem-phong")
@fresh
def seal(public_id: str) -> ResponseReturnValue:
    judged = judge_access.judged_round(public_id, Permission.MANAGE_ROUND)
    judging.seal(judged, signed_in(), at=clock.now())
    flash(_("The rules are sealed. Publish the digest before the first score."), "success")
    return see_other(url_for(".show", public_id=public_id))


@bp.post("/vong/<public_id>/gia-han-cham")
def prolong(public_id: str) -> ResponseReturnValue:
    judged = judge_access.judged_round(public_id, Permission.MANAGE_ROUND)
    form = ExtendForm()
    if not form.validate():
        return _page(judged, 422, prolong=form)
    until, reason = form.closes_at.data, form.reason.data or ""
    prolonging.prolong(judged, until, signed_in(), reason=reason, at=clock.now())
    flash(_("The judging is prolonged."), "success")
    return see_other(url_for(".show", public_id=public_id, _anchor="het-han"))


@bp.post("/vong/<public_id>/nhan-bai")
def take_in(public_id: str) -> ResponseReturnValue:
    judged = judge_access.judged_round(public_id, Permission.MANAGE_ROUND)
    count = prescribing.take_in(judged, signed_in(), at=clock.now())
    flash(_("Entries that came into the round: %(count)s.", count=count), "success")
    return see_other(url_for(".show", public_id=public_id, _anchor="bai"))


@bp.post("/vong/<public_id>/bai/<entry_id>/dua-ra")
def take_out(public_id: str, entry_id: str) -> ResponseReturnValue:
    judged = judge_access.judged_round(public_id, Permission.MANAGE_ROUND)
    row, form = judge_access.row_in(judged, entry_id), ReasonForm()
    if not form.validate():
        return _page(judged, 422, form)
    prescribing.take_out(row, signed_in(), reason=form.reason.data)
    flash(_("The entry is taken out of the round."), "success")
    return see_other(url_for(".show", public_id=public_id, _anchor="bai"))

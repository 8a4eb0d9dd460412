"""Prizes of entries: drafted from the final run, changed with reasons, agreed to by a second."""

from collections.abc import Callable

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import fresh, signed_in
from accounts.rules.authorizing import Permission
from contest import concluding, honouring, judge_access, panel_access
from contest.forms.judged import GiveForm, PlanForm
from contest.forms.organizer import ReasonForm
from contest.models import JudgedRound
from contest.rules.prizes import Level
from core import clock, i18n
from core.web import see_other

bp = Blueprint("honours", __name__, url_prefix="/quan-ly")
# What a contest usually gives (Quyết định of the stage contest of 2020), to begin from.
USUAL = (
    Level("Giải Nhất", 1),
    Level("Giải Nhì", 2),
    Level("Giải Ba", 3),
    Level("Giải Khuyến khích", 3),
)


@bp.get("/vong/<public_id>/giai-bai-du-thi")
def show(public_id: str) -> ResponseReturnValue:
    judged = judge_access.judged_round(public_id, Permission.COMPUTE_RESULTS)
    return _page(judged, 200)


def _page(
    judged: JudgedRound,
    status: int,
    form: PlanForm | None = None,
    giving: GiveForm | ReasonForm | None = None,
) -> ResponseReturnValue:
    lists = honouring.lists_of(judged)
    page = render_template(
        "contest/honours/show.html",
        contest=judged.round.contest,
        round=judged.round,
        judged=judged,
        seat=panel_access.seat_in(judged),
        run=concluding.run_of(judged),
        lists=lists,
        me=signed_in(),
        form=form or PlanForm(formdata=None, data={"levels": USUAL, "side": ()}),
        giving=giving,
        told=i18n.translated,
    )
    return page, status


@bp.post("/vong/<public_id>/giai-bai-du-thi")
def draft(public_id: str) -> ResponseReturnValue:
    judged, form = judge_access.judged_round(public_id, Permission.COMPUTE_RESULTS), PlanForm()
    if not form.validate():
        return _page(judged, 422, form)
    honouring.draft(judged, form.plan, signed_in(), at=clock.now())
    flash(_("The draft follows the ranking; change what the panel decides otherwise."), "success")
    return see_other(url_for(".show", public_id=public_id))


@bp.post("/giai-bai-du-thi/giai/<public_id>")
def give(public_id: str) -> ResponseReturnValue:
    prize, form = panel_access.prize_managed(public_id), GiveForm()
    judged = prize.prize_list.judged
    if not form.validate():
        return _page(judged, 422, giving=form)
    reason = form.reason.data or ""
    if form.code.data:
        honouring.give(prize, form.code.data.upper(), signed_in(), reason=reason)
    else:
        honouring.vacate(prize, signed_in(), reason=reason)
    flash(_("The prize is changed."), "success")
    return see_other(url_for(".show", public_id=judged.round.public_id))


@bp.post("/giai-bai-du-thi/<public_id>/trinh")
def propose(public_id: str) -> ResponseReturnValue:
    return _act(public_id, honouring.propose, _("The list waits for a second person."))


@bp.post("/giai-bai-du-thi/<public_id>/dong-y")
@fresh
def agree(public_id: str) -> ResponseReturnValue:
    return _act(public_id, honouring.agree, _("The prizes are given."))


@bp.post("/giai-bai-du-thi/<public_id>/tu-choi")
@fresh
def refuse(public_id: str) -> ResponseReturnValue:
    return _act(public_id, honouring.refuse, _("The list is refused."))


def _act(public_id: str, act: Callable[..., object], said: str) -> ResponseReturnValue:
    one, form = panel_access.prizes_managed(public_id), ReasonForm()
    if not form.validate():
        return _page(one.judged, 422, giving=form)
    act(one, signed_in(), reason=form.reason.data or "", at=clock.now())
    flash(said, "success")
    return see_other(url_for(".show", public_id=one.judged.round.public_id))


@bp.post("/giai-bai-du-thi/<public_id>/rut")
def withdraw(public_id: str) -> ResponseReturnValue:
    one = panel_access.prizes_managed(public_id)
    honouring.withdraw(one, signed_in())
    flash(_("The list is taken back."), "success")
    return see_other(url_for(".show", public_id=one.judged.round.public_id))

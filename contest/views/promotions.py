"""Who goes on to the next judged round: a rule, its list looked over, and then written."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import signed_in
from accounts.rules.authorizing import Permission
from contest import concluding, judge_access, panel_access, promoting
from contest.forms.judged import PromotionForm
from contest.models import JudgedRound
from contest.promoting import Listed
from contest.rules.judging.promoting import Why
from core import clock, i18n
from core.text import N_
from core.web import see_other

bp = Blueprint("promotions", __name__, url_prefix="/quan-ly/vong/<public_id>/vong-sau")
WHYS = {
    Why.PLACE: N_("by its place"),
    Why.GROUP: N_("best of its group"),
    Why.WILD_CARD: N_("wild card"),
    Why.BELOW: N_("below the edge"),
    Why.TOO_FEW_POINTS: N_("too few points"),
    Why.GROUP_FULL: N_("its group has no room"),
    Why.EQUALS_ON_THE_EDGE: N_("equal on the edge"),
}


@bp.get("")
def show(public_id: str) -> ResponseReturnValue:
    judged = judge_access.judged_round(public_id, Permission.COMPUTE_RESULTS)
    return _page(judged, _form(judged, formdata=None, data={"count": 10}), 200)


def _form(judged: JudgedRound, **more: object) -> PromotionForm:
    form = PromotionForm(**more)
    form.offer(promoting.next_rounds(judged))
    return form


def _page(
    judged: JudgedRound, form: PromotionForm, status: int, lines: list[Listed] | None = None
) -> ResponseReturnValue:
    page = render_template(
        "contest/promotions/show.html",
        contest=judged.round.contest,
        round=judged.round,
        judged=judged,
        seat=panel_access.seat_in(judged),
        run=concluding.run_of(judged),
        targets=promoting.next_rounds(judged),
        form=form,
        lines=lines,
        whys={why: i18n.translated(said) for why, said in WHYS.items()},
    )
    return page, status


@bp.post("")
def promote(public_id: str) -> ResponseReturnValue:
    judged = judge_access.judged_round(public_id, Permission.COMPUTE_RESULTS)
    form = _form(judged)
    if not form.validate():
        return _page(judged, form, 422)
    by_unit = form.group.data == "unit"
    lines = promoting.listed(judged, form.rule, by_unit=by_unit, wild_cards=form.cards)
    if request.form.get("sure") != "1":
        return _page(judged, form, 200, lines)
    target = next(
        one for one in promoting.next_rounds(judged) if one.round.public_id == form.target.data
    )
    made = promoting.promote(target, lines, signed_in(), at=clock.now())
    flash(_("Entries that go on: %(count)s.", count=len(made)), "success")
    return see_other(url_for(".show", public_id=public_id))

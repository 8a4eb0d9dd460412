"""Prizes: setting them, who gets them by decision of two people, the minutes of it."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import fresh, signed_in
from accounts.rules.authorizing import Permission
from contest import (
    access,
    award_queries,
    award_telling,
    awarding,
    drafting,
    offering,
    prize_access,
)
from contest.errors import CannotAward
from contest.forms.late import DecisionForm
from contest.forms.organizer import ReasonForm
from contest.forms.prizes import USUAL, ChangeForm, FurtherForm, form_for, of_prizes
from contest.models import Contest, PrizeKind, PrizeRule
from core import clock, i18n
from core.saying import Sentence
from core.vietnam import civil_day
from core.web import see_other

bp = Blueprint("prizes", __name__, url_prefix="/quan-ly")
P = Permission
KINDS = {"ca-nhan": PrizeKind.INDIVIDUAL, "tap-the": PrizeKind.COLLECTIVE}


@bp.get("/cuoc-thi/<public_id>/giai-thuong")
def index(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, P.COMPUTE_RESULTS)
    return render_template(
        "contest/prizes/index.html",
        contest=contest,
        told=award_telling.overview(contest),
        may_manage=access.may_in(contest, P.MANAGE_CONTEST),
    )


# --- Which prizes there are --------------------------------------------------------------------


@bp.get("/cuoc-thi/<public_id>/giai-thuong/moi")
def new(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, P.MANAGE_CONTEST)
    kind = KINDS.get(request.args.get("loai", ""), PrizeKind.INDIVIDUAL)
    return _editor(contest, form_for(kind, contest, data=USUAL[kind]), kind, 200)


@bp.post("/cuoc-thi/<public_id>/giai-thuong/moi")
def create(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, P.MANAGE_CONTEST)
    kind = KINDS.get(request.args.get("loai", ""), PrizeKind.INDIVIDUAL)
    form = form_for(kind, contest)
    if not form.validate():
        return _editor(contest, form, kind, 422)
    try:
        offering.add_rule(contest, form.settings(contest), signed_in(), at=clock.now())
    except CannotAward as refused:
        return _refused(contest, form, kind, refused)
    flash(_("The prizes are added."), "success")
    return see_other(url_for(".index", public_id=public_id))


@bp.get("/giai-thuong/<public_id>/sua")
def edit(public_id: str) -> ResponseReturnValue:
    rule = prize_access.prizes_managed_by(public_id, P.MANAGE_CONTEST)
    form = form_for(rule.kind, rule.contest, data=of_prizes(rule))
    return _editor(rule.contest, form, rule.kind, 200, rule)


@bp.post("/giai-thuong/<public_id>/sua")
def save(public_id: str) -> ResponseReturnValue:
    rule = prize_access.prizes_managed_by(public_id, P.MANAGE_CONTEST)
    form = form_for(rule.kind, rule.contest)
    if not form.validate():
        return _editor(rule.contest, form, rule.kind, 422, rule)
    try:
        offering.edit_rule(rule, form.settings(rule.contest), signed_in())
    except CannotAward as refused:
        return _refused(rule.contest, form, rule.kind, refused, rule)
    flash(_("Saved."), "success")
    return see_other(url_for(".show", public_id=public_id))


@bp.post("/giai-thuong/<public_id>/bo")
def remove(public_id: str) -> ResponseReturnValue:
    rule = prize_access.prizes_managed_by(public_id, P.MANAGE_CONTEST)
    contest = rule.contest.public_id
    offering.remove_rule(rule, signed_in())
    flash(_("The prizes are taken out."), "success")
    return see_other(url_for(".index", public_id=contest))


def _refused(
    contest: Contest,
    form: Any,  # noqa: ANN401 -- either form
    kind: PrizeKind,
    refused: CannotAward,
    rule: PrizeRule | None = None,
) -> ResponseReturnValue:
    form.levels.errors = [i18n.say(Sentence(refused.message, refused.details))]
    return _editor(contest, form, kind, 422, rule)


def _editor(
    contest: Contest,
    form: Any,  # noqa: ANN401 -- either form
    kind: PrizeKind,
    status: int,
    rule: PrizeRule | None = None,
) -> ResponseReturnValue:
    page = render_template(
        "contest/prizes/editor.html",
        contest=contest,
        form=form,
        kind=kind,
        way=next(way for way, one in KINDS.items() if one is kind),
        rule=rule,
        words=award_telling.rule_lines(rule) if rule else [],
    )
    return page, status


# --- Who gets them -----------------------------------------------------------------------------


@bp.get("/giai-thuong/<public_id>")
@fresh
def show(public_id: str) -> ResponseReturnValue:
    rule = prize_access.prizes_managed_by(public_id, P.COMPUTE_RESULTS)
    return _page(rule, 200)


@bp.post("/giai-thuong/<public_id>/du-thao")
@fresh
def draft(public_id: str) -> ResponseReturnValue:
    rule = prize_access.prizes_managed_by(public_id, P.COMPUTE_RESULTS)
    awarding.draft(rule, signed_in(), at=clock.now())
    flash(_("The draft is made, as the rule proposes."), "success")
    return see_other(url_for(".show", public_id=public_id))


@bp.post("/danh-sach-giai/<public_id>/giai/<award_id>/<act>")
@fresh
def change(public_id: str, award_id: str, act: str) -> ResponseReturnValue:
    list_ = prize_access.list_managed_by(public_id, P.COMPUTE_RESULTS)
    award, rule = prize_access.award_of(list_, award_id), list_.rule
    if act == "khoi-phuc":
        awarding.restore(award, signed_in())
        return see_other(url_for(".show", public_id=rule.public_id))
    form = ChangeForm()
    if not form.validate():
        return _page(rule, 422, change=form, changed=award_id)
    if act == "de-trong":
        awarding.vacate(award, signed_in(), reason=form.reason.data or "")
    else:
        holder = prize_access.holder_for(rule, form.holder.data or "")
        if holder is None:
            form.holder.errors = [_("Nobody in this contest is called so.")]
            return _page(rule, 422, change=form, changed=award_id)
        awarding.give(award, holder, signed_in(), reason=form.reason.data or "")
    return see_other(url_for(".show", public_id=rule.public_id))


@bp.post("/danh-sach-giai/<public_id>/them")
@fresh
def add_award(public_id: str) -> ResponseReturnValue:
    list_ = prize_access.list_managed_by(public_id, P.COMPUTE_RESULTS)
    form = FurtherForm().offer(list_.rule)
    holder = prize_access.holder_for(list_.rule, form.holder.data or "")
    if form.validate() and holder is not None:
        level = award_telling.level_of(list_.rule, form.level.data)
        awarding.add_award(list_, level, holder, signed_in(), reason=form.reason.data or "")
        return see_other(url_for(".show", public_id=list_.rule.public_id))
    if holder is None:
        form.holder.errors = [_("Nobody in this contest is called so.")]
    return _page(list_.rule, 422, further=form)


@bp.post("/danh-sach-giai/<public_id>/trinh")
@fresh
def propose(public_id: str) -> ResponseReturnValue:
    return _decide(public_id, awarding.propose, _("The list waits for a second person."))


@bp.post("/danh-sach-giai/<public_id>/dong-y")
@fresh
def agree(public_id: str) -> ResponseReturnValue:
    return _decide(public_id, awarding.agree, _("Agreed: the list holds from now on."))


@bp.post("/danh-sach-giai/<public_id>/tu-choi")
@fresh
def refuse(public_id: str) -> ResponseReturnValue:
    return _decide(public_id, awarding.refuse, _("The list is refused."))


@bp.post("/danh-sach-giai/<public_id>/rut-lai")
@fresh
def withdraw(public_id: str) -> ResponseReturnValue:
    list_ = prize_access.list_managed_by(public_id, P.COMPUTE_RESULTS)
    awarding.withdraw(list_, signed_in())
    flash(_("The proposal is taken back."), "success")
    return see_other(url_for(".show", public_id=list_.rule.public_id))


@bp.post("/giai-thuong/<public_id>/huy-danh-sach")
@fresh
def revoke(public_id: str) -> ResponseReturnValue:
    rule, form = prize_access.prizes_managed_by(public_id, P.COMPUTE_RESULTS), ReasonForm()
    if not form.validate():
        return _page(rule, 422, decision=form)
    awarding.revoke(rule, signed_in(), reason=form.reason.data or "", at=clock.now())
    flash(_("The list waits for a second person."), "success")
    return see_other(url_for(".show", public_id=public_id))


def _decide(public_id: str, act: Callable[..., object], said: str) -> ResponseReturnValue:
    """Do with a list what a form gives a reason for, and say so on the page of its prizes."""
    list_, form = prize_access.list_managed_by(public_id, P.COMPUTE_RESULTS), DecisionForm()
    rule = list_.rule
    if not form.validate():
        return _page(rule, 422, decision=form)
    act(list_, signed_in(), reason=form.reason.data or "", at=clock.now())
    flash(said, "success")
    return see_other(url_for(".show", public_id=rule.public_id))


def _page(rule: PrizeRule, status: int, **forms: Any) -> ResponseReturnValue:  # noqa: ANN401 -- forms by name
    given = {
        "decision": DecisionForm(formdata=None),
        "change": ChangeForm(formdata=None),
        "further": FurtherForm(formdata=None).offer(rule),
        "changed": "",
    } | forms
    page = render_template(
        "contest/prizes/show.html",
        contest=rule.contest,
        rule=rule,
        told=award_telling.of_rule(rule),
        reader=signed_in(),
        in_full=access.may_in(rule.contest, P.SEE_PERSONAL_DATA),
        may_manage=access.may_in(rule.contest, P.MANAGE_CONTEST),
        **given,
    )
    return page, status


@bp.get("/danh-sach-giai/<public_id>/bien-ban")
@fresh
def minutes(public_id: str) -> ResponseReturnValue:
    list_ = prize_access.list_managed_by(public_id, P.COMPUTE_RESULTS)
    office = drafting.office_of(list_.rule.contest)
    return render_template(
        "contest/prizes/minutes.html",
        office=office,
        head=office.head("BB", "", civil_day(list_.made_at)),
        list=list_,
        rule=list_.rule,
        contest=list_.rule.contest,
        told=award_telling.minutes_of(list_),
        digest=award_queries.digest_of(list_),
        in_full=access.may_in(list_.rule.contest, P.SEE_PERSONAL_DATA),
        on_paper=award_telling.on_paper,
        say=award_telling.in_dong,
    )

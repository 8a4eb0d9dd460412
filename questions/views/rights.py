"""The page of a bank's rights: who works in it, and how many people look at its questions."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts import granting
from accounts.access import fresh, is_fresh
from accounts.errors import OwnRole
from accounts.queries import account_with
from accounts.rules.authorizing import ROLE_NAMES, Permission, Role, ScopeKind
from core import clock, i18n
from core.errors import NotFound
from core.saying import Sentence
from core.web import see_other
from questions import access, browsing, review_queries, reviewing
from questions.forms.author import words
from questions.forms.review import ROLE_HINTS, STEPS_NAMES, BankRoleForm, StepsForm
from questions.models import Bank, ReviewSteps

bp = Blueprint("rights", __name__, url_prefix="/ngan-hang")


@bp.get("/<public_id>/quyen")
def show(public_id: str) -> ResponseReturnValue:
    bank = access.bank(public_id, Permission.MANAGE_BANK)
    steps = StepsForm(formdata=None, steps=bank.review_steps.value)
    return _page(bank, steps, BankRoleForm(formdata=None), 200)


def _page(bank: Bank, steps: StepsForm, form: BankRoleForm, status: int) -> ResponseReturnValue:
    asked = request.args.get("tim", "")
    page = render_template(
        "questions/rights/show.html",
        bank=bank,
        steps=steps,
        form=form,
        grants=review_queries.grants_in(bank.id, at=clock.now()),
        words=asked,
        people=review_queries.people_found(asked),
        states=browsing.count_states(bank.id),
        role_names={role: i18n.say(Sentence(ROLE_NAMES[role])) for role in Role},
        hints=ROLE_HINTS,
        steps_names=STEPS_NAMES,
        is_fresh=is_fresh(),
    )
    return page, status


@bp.post("/<public_id>/quyen")
@fresh
def give(public_id: str) -> ResponseReturnValue:
    bank, form = access.bank(public_id, Permission.MANAGE_BANK), BankRoleForm()
    account = account_with(form.account.data or "")
    if not form.validate() or account is None:
        form.account.errors = [_("Choose a person.")]
        steps = StepsForm(formdata=None, steps=bank.review_steps.value)
        return _page(bank, steps, form, 422)
    scope, now = (ScopeKind.BANK, bank.id), clock.now()
    try:
        granting.give(access.reader(), account, Role(form.role.data), scope, at=now)
    except OwnRole as refused:
        flash(words(refused), "error")
    else:
        flash(_("The role is given. The person signs in again to use it."), "success")
    return see_other(url_for(".show", public_id=public_id))


@bp.post("/<public_id>/quyen/<int:grant_id>/thu-hoi")
@fresh
def withdraw(public_id: str, grant_id: int) -> ResponseReturnValue:
    bank, now = access.bank(public_id, Permission.MANAGE_BANK), clock.now()
    held = next((g for g in review_queries.grants_in(bank.id, at=now) if g.id == grant_id), None)
    if held is None:
        raise NotFound
    granting.withdraw(access.reader(), held, at=now)
    flash(_("The role is withdrawn."), "success")
    return see_other(url_for(".show", public_id=public_id))


@bp.post("/<public_id>/so-buoc")
@fresh
def set_steps(public_id: str) -> ResponseReturnValue:
    bank, form = access.bank(public_id, Permission.MANAGE_BANK), StepsForm()
    if not form.validate():
        return _page(bank, form, BankRoleForm(formdata=None), 422)
    moved = reviewing.set_steps(access.reader(), bank, ReviewSteps(form.steps.data), at=clock.now())
    flash(_("The steps of the review were saved."), "success")
    if moved:
        flash(_("Questions that waited and begin again: %(count)s.", count=moved), "info")
    return see_other(url_for(".show", public_id=public_id))

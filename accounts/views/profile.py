"""A person's own account: contact, unit, password, language, sessions, data and rights."""

import json

from flask import Blueprint, Response, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts import (
    access,
    authenticating,
    consenting,
    queries,
    registering,
    securing,
    unit_queries,
    upholding,
)
from accounts.access import fresh, sign_in_required, signed_in
from accounts.errors import EmailTaken, FactorRefused, PasswordRefused, PhoneTaken
from accounts.forms.fields import words
from accounts.forms.profile import (
    RIGHT_NAMES,
    ContactForm,
    EraseForm,
    LanguageForm,
    PasswordForm,
    RequestForm,
    UnitForm,
)
from accounts.forms.session import FactorForm
from accounts.models import Account, DataRight
from accounts.rules.consents import CONSEQUENCES, Purpose
from accounts.rules.devices import describe
from accounts.rules.staff import StaffCategory
from core import clock, i18n, limits
from core.web import see_other

bp = Blueprint("profile", __name__)


@bp.get("/tai-khoan")
@sign_in_required
def show() -> ResponseReturnValue:
    account = signed_in()
    return render_template(
        "accounts/profile/show.html",
        person=account,
        has_factor=securing.has_factor(account),
        sessions=len(queries.sessions_of(account.id)),
        language=LanguageForm(locale=i18n.language()),
    )


@bp.post("/tai-khoan/ngon-ngu")
@sign_in_required
def speak() -> ResponseReturnValue:
    form = LanguageForm()
    if form.validate():
        registering.speak(signed_in(), form.locale.data)
        return see_other(url_for(".show", lang=form.locale.data))
    return see_other(url_for(".show"))


# --- Contact and unit --------------------------------------------------------------------------


@bp.get("/tai-khoan/lien-he")
@sign_in_required
@fresh
def contact() -> ResponseReturnValue:
    form = ContactForm(obj=signed_in())
    return render_template("accounts/profile/contact.html", form=form)


@bp.post("/tai-khoan/lien-he")
@sign_in_required
@fresh
def change_contact() -> ResponseReturnValue:
    form, account = ContactForm(), signed_in()
    if form.validate():
        try:
            registering.change_contact(
                account, account, phone=form.phone.data or None, email=form.email.data or None
            )
        except PhoneTaken as taken:
            form.phone.errors = [words(taken)]
        except EmailTaken as taken:
            form.email.errors = [words(taken)]
        else:
            flash(_("The contact was changed."), "success")
            return see_other(url_for(".show"))
    return render_template("accounts/profile/contact.html", form=form), 422


@bp.get("/tai-khoan/don-vi")
@sign_in_required
def unit() -> ResponseReturnValue:
    account = signed_in()
    form = UnitForm(category=account.category or "", one_stop=account.one_stop)
    form.unit.data = account.unit.public_id if account.unit else ""
    form.unit_text.data = account.unit.name if account.unit else account.unit_claim
    return _unit_page(form, 200)


@bp.post("/tai-khoan/don-vi")
@sign_in_required
def change_unit() -> ResponseReturnValue:
    form, account = UnitForm(), signed_in()
    form.offer()
    if request.form.get("unit_find"):
        return _unit_page(form, 200, unit_queries.find_units(form.unit_text.data or ""))
    chosen = unit_queries.unit_with(form.unit.data or "")
    if not form.validate() or (form.unit.data and chosen is None):
        return _unit_page(form, 422)
    category = StaffCategory(form.category.data) if form.category.data else None
    registering.place(
        account,
        account,
        chosen,
        category=category,
        one_stop=form.one_stop.data,
        claim=form.unit_text.data or "",
    )
    flash(
        _("The unit was changed. Contests already entered keep the unit of that time."), "success"
    )
    return see_other(url_for(".show"))


def _unit_page(
    form: UnitForm, status: int, found: list[unit_queries.UnitChoice] | None = None
) -> ResponseReturnValue:
    form.offer()
    choices = [
        {"id": choice.id, "text": choice.text, "note": i18n.say(choice.note) if choice.note else ""}
        for choice in found or []
    ]
    page = render_template("accounts/profile/unit.html", form=form, choices=choices)
    return page, status


# --- Password and second factor ----------------------------------------------------------------


@bp.get("/mat-khau")
@sign_in_required
@fresh
def password() -> ResponseReturnValue:
    return render_template("accounts/profile/password.html", form=PasswordForm())


@bp.post("/mat-khau")
@sign_in_required
@fresh
def set_password() -> ResponseReturnValue:
    form, account = PasswordForm(), signed_in()
    if form.validate():
        try:
            registering.set_password(
                account,
                form.password.data,
                is_staff=access.is_staff(),
                has_factor=securing.has_factor(account),
                keep=access.browser_session(),
            )
        except PasswordRefused as refusal:
            form.password.errors = [words(refusal)]
        else:
            flash(_("The password was set. Other browsers were signed out."), "success")
            return see_other(url_for(".show"))
    return render_template("accounts/profile/password.html", form=form), 422


@bp.get("/tai-khoan/xac-thuc")
@sign_in_required
@fresh
def factor() -> ResponseReturnValue:
    return _factor_page(signed_in(), FactorForm(), 200)


@bp.post("/tai-khoan/xac-thuc")
@sign_in_required
@fresh
def confirm_factor() -> ResponseReturnValue:
    form, account = FactorForm(), signed_in()
    if form.validate():
        try:
            secret = access.offered_secret(account)
            codes = securing.confirm(account, secret, form.code.data, at=clock.now())
            return render_template("accounts/profile/spare_codes.html", codes=codes)
        except FactorRefused as refusal:
            form.code.errors = [words(refusal)]
    return _factor_page(account, form, 422)


@bp.post("/tai-khoan/ma-du-phong")
@sign_in_required
@fresh
def renew_spare_codes() -> ResponseReturnValue:
    codes = securing.renew_spare_codes(signed_in())
    return render_template("accounts/profile/spare_codes.html", codes=codes)


def _factor_page(account: Account, form: FactorForm, status: int) -> ResponseReturnValue:
    has_factor = securing.has_factor(account)
    secret = "" if has_factor else access.offered_secret(account)
    page = render_template(
        "accounts/profile/factor.html",
        form=form,
        has_factor=has_factor,
        secret=secret,
        address=securing.address_of(account, secret) if secret else "",
    )
    return page, status


# --- Sessions ----------------------------------------------------------------------------------


@bp.get("/tai-khoan/phien")
@sign_in_required
def sessions() -> ResponseReturnValue:
    rows = queries.sessions_of(signed_in().id)
    own = access.browser_session()
    return render_template(
        "accounts/profile/sessions.html",
        sessions=[(row, describe(row.device), row.id == own.id) for row in rows],
    )


@bp.post("/tai-khoan/phien/<public_id>")
@sign_in_required
def close_session(public_id: str) -> ResponseReturnValue:
    authenticating.close_session(access.own_session(public_id))
    flash(_("That browser was signed out."), "success")
    return see_other(url_for(".sessions"))


@bp.post("/tai-khoan/phien")
@sign_in_required
def close_other_sessions() -> ResponseReturnValue:
    authenticating.close_all(signed_in(), but=access.browser_session())
    flash(_("All other browsers were signed out."), "success")
    return see_other(url_for(".sessions"))


# --- Data and rights ---------------------------------------------------------------------------


@bp.get("/tai-khoan/du-lieu")
@sign_in_required
def data() -> ResponseReturnValue:
    return _data_page(RequestForm(), 200)


@bp.post("/tai-khoan/du-lieu")
@sign_in_required
def ask() -> ResponseReturnValue:
    form = RequestForm()
    if not form.validate():
        return _data_page(form, 422)
    row = upholding.ask(signed_in(), DataRight(form.right.data), form.words.data, at=clock.now())
    flash(
        _("The request was recorded. It is answered by %(day)s.", day=i18n.day(row.answer_by)),
        "success",
    )
    return see_other(url_for(".data"))


def _data_page(form: RequestForm, status: int) -> ResponseReturnValue:
    account = signed_in()
    page = render_template(
        "accounts/profile/data.html",
        form=form,
        person=account,
        consents=queries.consents_of(account.id),
        consequences={purpose.value: CONSEQUENCES[purpose] for purpose in Purpose},
        requests=queries.requests_of(account.id),
        rights=RIGHT_NAMES,
    )
    return page, status


@bp.post("/tai-khoan/dong-y/<int:consent_id>")
@sign_in_required
def withdraw(consent_id: int) -> ResponseReturnValue:
    consent = access.own_consent(consent_id)
    upholding.withdraw_consent(signed_in(), consent, at=clock.now())
    flash(_("The consent was withdrawn."), "success")
    return see_other(url_for(".data"))


@bp.post("/tai-khoan/dong-y/<int:consent_id>/lai")
@sign_in_required
def give_again(consent_id: int) -> ResponseReturnValue:
    past = access.own_consent(consent_id)
    purpose = Purpose(past.purpose)
    at = clock.now()
    consenting.give(signed_in(), purpose, past.wording, at=at, subject=past.subject)
    flash(_("The consent was given again."), "success")
    return see_other(url_for(".data"))


@bp.get("/tai-khoan/du-lieu/tai-ve")
@sign_in_required
def download() -> ResponseReturnValue:
    account = signed_in()
    limits.count("export", account.public_id)
    about = json.dumps(upholding.collect(account), ensure_ascii=False, indent=2)
    answer: Response = make_response(about)
    answer.mimetype = "application/json"
    answer.headers["Content-Disposition"] = 'attachment; filename="du-lieu-cua-toi.json"'
    return answer


@bp.get("/tai-khoan/xoa")
@sign_in_required
@fresh
def erase() -> ResponseReturnValue:
    return render_template("accounts/profile/erase.html", form=EraseForm())


@bp.post("/tai-khoan/xoa")
@sign_in_required
@fresh
def confirm_erase() -> ResponseReturnValue:
    form, account = EraseForm(), signed_in()
    if not form.validate():
        return render_template("accounts/profile/erase.html", form=form), 422
    upholding.erase(account, account, at=clock.now())
    page = make_response(render_template("accounts/profile/erased.html"))
    return access.drop_cookie(page)

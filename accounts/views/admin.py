"""The administrator's pages about people: accounts, roles, slips, requests about data."""

from datetime import datetime, timedelta
from typing import TypeVar

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from accounts import (
    access,
    granting,
    issuing,
    queries,
    registering,
    securing,
    unit_queries,
    upholding,
)
from accounts.access import fresh, requires, signed_in
from accounts.errors import EmailTaken, PhoneTaken
from accounts.forms.admin import (
    PLATFORM,
    UNIT,
    AccountForm,
    AnswerForm,
    CloseForm,
    RemoveFactorForm,
    RevealForm,
    RoleForm,
)
from accounts.forms.fields import words
from accounts.forms.profile import RIGHT_NAMES
from accounts.models import Account
from accounts.registering import Applicant
from accounts.rules import contacting, masking
from accounts.rules.authorizing import (
    GRANTS,
    PERMISSION_NAMES,
    ROLE_NAMES,
    SCOPE_NAMES,
    SCOPES,
    Permission,
    Role,
    ScopeKind,
)
from accounts.rules.staff import StaffCategory
from accounts.signals import scopes_listed
from core import clock
from core.errors import DomainError
from core.vietnam import civil_day, start_of_day
from core.web import see_other

bp = Blueprint("admin", __name__, url_prefix="/quan-tri")
bp.add_app_template_filter(contacting.show_phone, "phone")
bp.add_app_template_filter(masking.phone, "masked_phone")
bp.add_app_template_filter(masking.email, "masked_email")
bp.add_app_template_filter(masking.name, "masked_name")
P = Permission
F = TypeVar("F", bound=FlaskForm)


# --- Accounts ----------------------------------------------------------------------------------


@bp.get("/nguoi")
@requires(P.MANAGE_ACCOUNTS)
def accounts() -> ResponseReturnValue:
    words, state = request.args.get("q", ""), request.args.get("trang-thai", "active")
    page = queries.accounts_page(
        words, state=state, after=request.args.get("after"), before=request.args.get("before")
    )
    return render_template("accounts/admin/accounts.html", page=page, words=words, state=state)


@bp.get("/nguoi/moi")
@requires(P.MANAGE_ACCOUNTS)
def new_account() -> ResponseReturnValue:
    return render_template("accounts/admin/new_account.html", form=AccountForm().offer())


@bp.post("/nguoi/moi")
@requires(P.MANAGE_ACCOUNTS)
def add_account() -> ResponseReturnValue:
    form = AccountForm().offer()
    if form.validate():
        try:
            account = registering.register(_applicant(form), actor=signed_in(), at=clock.now())
            return see_other(url_for(".account", public_id=account.public_id))
        except PhoneTaken as taken:
            form.phone.errors = [words(taken)]
        except EmailTaken as taken:
            form.email.errors = [words(taken)]
    return render_template("accounts/admin/new_account.html", form=form), 422


def _applicant(form: AccountForm) -> Applicant:
    unit = unit_queries.unit_with(form.unit.data or "")
    return Applicant(
        full_name=form.full_name.data or "",
        phone=form.phone.data or None,
        email=form.email.data or None,
        unit=unit,
        unit_claim="" if unit else form.unit_text.data or "",
        category=StaffCategory(form.category.data) if form.category.data else None,
        one_stop=form.one_stop.data,
    )


@bp.get("/nguoi/<public_id>")
def account(public_id: str) -> ResponseReturnValue:
    return _account_page(access.account_for(public_id, P.MANAGE_ACCOUNTS), 200)


def _account_page(
    account: Account, status: int, faulty: FlaskForm | None = None, *, is_revealed: bool = False
) -> ResponseReturnValue:
    at = clock.now()
    scopes = _scopes()
    grants = queries.grants_of(account.id, at=at)
    units = {grant.scope_id for grant in grants if grant.scope_kind is ScopeKind.UNIT}
    page = render_template(
        "accounts/admin/account.html",
        account=account,
        grants=grants,
        scopes=scopes | _unit_scopes(units),
        slips=queries.slips_of(account.id, at=at),
        has_factor=securing.has_factor(account),
        is_revealed=is_revealed,
        may_reveal=access.may_in_unit(P.SEE_PERSONAL_DATA, account.unit_id),
        is_fresh=access.is_fresh(),
        role_form=_faulty_or(RoleForm, faulty).offer(scopes),
        reveal_form=_faulty_or(RevealForm, faulty),
        close_form=_faulty_or(CloseForm, faulty),
        factor_form=_faulty_or(RemoveFactorForm, faulty),
        form=faulty,
        role_names=ROLE_NAMES,
    )
    return page, status


def _faulty_or(kind: type[F], faulty: FlaskForm | None) -> F:
    """Return the form that had errors, when it is of this kind, or an empty one."""
    if isinstance(faulty, kind):
        return faulty
    fresh_form: F = kind(formdata=None)
    return fresh_form


def _scopes() -> dict[tuple[ScopeKind, int], str]:
    """Return the names of the contests and rounds that roles may be given for."""
    named: dict[tuple[ScopeKind, int], str] = {}
    for _listener, part in scopes_listed.send(None):
        named |= part
    return named


def _unit_scopes(unit_ids: set[int]) -> dict[tuple[ScopeKind, int], str]:
    units = queries.units_named(unit_ids)
    return {(ScopeKind.UNIT, unit.id): unit.name for unit in units.values()}


@bp.post("/nguoi/<public_id>/hien")
def reveal(public_id: str) -> ResponseReturnValue:
    account = access.account_for(public_id, P.SEE_PERSONAL_DATA)
    form = RevealForm()
    if not form.validate():
        return _account_page(account, 422, form)
    registering.reveal(signed_in(), account, purpose=form.purpose.data or "")
    return _account_page(account, 200, is_revealed=True)


@bp.post("/nguoi/<public_id>/khoa")
@requires(P.MANAGE_ACCOUNTS)
@fresh
def deactivate(public_id: str) -> ResponseReturnValue:
    account = access.account_in_care(public_id, P.MANAGE_ACCOUNTS)
    form = CloseForm()
    if not form.validate():
        return _account_page(account, 422, form)
    registering.deactivate(signed_in(), account, reason=form.reason.data or "", at=clock.now())
    flash(_("The account was closed."), "success")
    return see_other(url_for(".account", public_id=public_id))


@bp.post("/nguoi/<public_id>/mo")
@requires(P.MANAGE_ACCOUNTS)
@fresh
def reactivate(public_id: str) -> ResponseReturnValue:
    account = access.account_in_care(public_id, P.MANAGE_ACCOUNTS)
    form = CloseForm()
    if not form.validate():
        return _account_page(account, 422, form)
    registering.reactivate(signed_in(), account, reason=form.reason.data or "")
    flash(_("The account was opened again."), "success")
    return see_other(url_for(".account", public_id=public_id))


@bp.post("/nguoi/<public_id>/xac-thuc")
@requires(P.GRANT_ROLES)
@fresh
def remove_factor(public_id: str) -> ResponseReturnValue:
    account, form = access.account_for(public_id, P.GRANT_ROLES), RemoveFactorForm()
    if not form.validate():
        return _account_page(account, 422, form)
    securing.remove(signed_in(), account, reason=form.reason.data or "")
    flash(_("The second factor was taken away; it is set up anew at the next sign-in."), "success")
    return see_other(url_for(".account", public_id=public_id))


@bp.post("/nguoi/<public_id>/phieu")
def issue_slip(public_id: str) -> ResponseReturnValue:
    """Show the slip at once: its code is kept nowhere."""
    account = access.account_in_care(public_id, P.ISSUE_SLIPS)
    issued = issuing.issue(signed_in(), account, at=clock.now(), resets=True)
    return render_template("accounts/admin/slip.html", slips=[issued], account=account)


# --- Roles -------------------------------------------------------------------------------------


@bp.post("/nguoi/<public_id>/vai-tro")
@requires(P.GRANT_ROLES)
@fresh
def give_role(public_id: str) -> ResponseReturnValue:
    account, form = access.account_for(public_id, P.GRANT_ROLES), RoleForm().offer(_scopes())
    if not form.validate():
        return _account_page(account, 422, form)
    try:
        granting.give(
            signed_in(),
            account,
            Role(form.role.data),
            _scope(form),
            at=clock.now(),
            until=_end_of(form),
        )
    except DomainError as refusal:
        form.role.errors = [words(refusal)]
        return _account_page(account, refusal.status, form)
    flash(_("The role was given."), "success")
    return see_other(url_for(".account", public_id=public_id))


def _scope(form: RoleForm) -> tuple[ScopeKind, int]:
    if form.scope.data == UNIT:
        unit = unit_queries.unit_with(form.unit.data or "")
        return ScopeKind.UNIT, unit.id if unit else 0
    kind, _colon, number = (form.scope.data or PLATFORM).partition(":")
    return ScopeKind(kind), int(number)


def _end_of(form: RoleForm) -> datetime | None:
    return start_of_day(form.until.data + timedelta(days=1)) if form.until.data else None


@bp.post("/nguoi/<public_id>/vai-tro/<int:grant_id>")
@requires(P.GRANT_ROLES)
@fresh
def withdraw_role(public_id: str, grant_id: int) -> ResponseReturnValue:
    account = access.account_for(public_id, P.GRANT_ROLES)
    granting.withdraw(signed_in(), access.grant_of(account, grant_id), at=clock.now())
    flash(_("The role was taken back."), "success")
    return see_other(url_for(".account", public_id=public_id))


@bp.get("/vai-tro")
@requires(P.GRANT_ROLES)
def roles() -> ResponseReturnValue:
    return render_template(
        "accounts/admin/roles.html",
        roles=list(Role),
        names=ROLE_NAMES,
        permissions=list(Permission),
        grants=GRANTS,
        scopes=SCOPES,
        kinds=list(ScopeKind),
        labels=PERMISSION_NAMES,
        kind_labels=SCOPE_NAMES,
    )


# --- Requests about data -----------------------------------------------------------------------


@bp.get("/yeu-cau")
@requires(P.MANAGE_ACCOUNTS)
def requests() -> ResponseReturnValue:
    return _requests_page(None, 200)


@bp.post("/yeu-cau/<public_id>")
@requires(P.MANAGE_ACCOUNTS)
def answer_request(public_id: str) -> ResponseReturnValue:
    row, form = access.data_request(public_id), AnswerForm(prefix=public_id)
    if not form.validate():
        return _requests_page(form, 422)
    upholding.answer(
        signed_in(),
        row,
        form.outcome.data or "",
        is_done=form.state.data == "done",
        at=clock.now(),
    )
    flash(_("The answer was recorded."), "success")
    return see_other(url_for(".requests"))


def _requests_page(faulty: AnswerForm | None, status: int) -> ResponseReturnValue:
    rows = queries.open_requests()
    forms = {row.public_id: AnswerForm(None, prefix=row.public_id) for row in rows}
    if faulty is not None:
        forms[faulty._prefix.rstrip("-")] = faulty
    page = render_template(
        "accounts/admin/requests.html",
        rows=rows,
        forms=forms,
        rights=RIGHT_NAMES,
        form=faulty,
        today=civil_day(clock.now()),
    )
    return page, status

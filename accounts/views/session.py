"""Sign in and out: by password or slip, with the second factor, forgotten passwords, step-up."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    make_response,
    render_template,
    request,
    url_for,
)
from flask import session as browser
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import Field

from accounts import access, authenticating, credentials, issuing, queries, securing, sign_in_edge
from accounts.credentials import Credentials, Person
from accounts.errors import FactorRefused, SignInRefused, SlipRefused
from accounts.forms.fields import words
from accounts.forms.session import (
    FactorForm,
    ForgottenForm,
    SignInForm,
    SlipForm,
    StepUpForm,
)
from accounts.models import Account
from core import clock, limits, mail
from core.errors import DomainError, SignInNeeded, TooMany
from core.web import safe_target, see_other

bp = Blueprint("session", __name__)
HALF = "half"
HALF_LASTS = timedelta(minutes=10)


def _target(otherwise: str = "/") -> str:
    return safe_target(request.values.get("next"), otherwise)


def _slow_down() -> None:
    """Let an address that fails often try slowly; it is never shut out, many people may share it.

    Asked before a try is looked at: a guess that comes too fast is not even compared.
    """
    try:
        limits.check("sign-in failures", limits.address())
    except TooMany:
        limits.count("sign-in slowed", limits.address())


def _count_failure() -> None:
    with suppress(TooMany):
        limits.count("sign-in failures", limits.address())


# --- Name and password -------------------------------------------------------------------------


@bp.get("/dang-nhap")
def sign_in() -> ResponseReturnValue:
    if access.viewer() is not None:
        return see_other(_target())
    form = SignInForm(name=request.args.get("name", ""), next=_target())
    return render_template("accounts/session/sign_in.html", form=form)


@bp.post("/dang-nhap")
def sign_in_by_password() -> ResponseReturnValue:
    form = SignInForm()
    tried = sign_in_edge.outcome(request.environ)
    if tried is None:
        _slow_down()
    if form.validate():
        try:
            return _welcome(_let_in(form, tried), _target())
        except SignInRefused as refusal:
            _count_failure()
            form.password.errors = [words(refusal)]
    return render_template("accounts/session/sign_in.html", form=form), 422


def _let_in(form: SignInForm, tried: sign_in_edge.Outcome | None) -> Credentials:
    """Return whom the form lets in; what the edge has tried is not tried again."""
    if isinstance(tried, DomainError):
        raise tried
    return tried or authenticating.sign_in(form.name.data, form.password.data, at=clock.now())


def _welcome(known: Credentials, target: str) -> ResponseReturnValue:
    """Open a session, after the second factor where there is one or has to be one."""
    if not known.has_factor and (not known.is_staff or current_app.config["DEMO"]):
        return _open(known, target, is_staff=known.is_staff)
    at = clock.now()
    browser[HALF] = {"account": known.public_id, "at": at.timestamp(), "next": target}
    if known.has_factor:
        return see_other(url_for(".second_factor"))
    return see_other(url_for(".set_up_factor"))


def _open(account: Person, target: str, *, is_staff: bool) -> ResponseReturnValue:
    """Give the browser a new session; what it carried before signing in is forgotten."""
    browser.clear()
    if target == "/":
        target = current_app.config["LANDING"][is_staff]
    token = authenticating.open_session(
        account, is_staff=is_staff, device=request.user_agent.string, at=clock.now()
    )
    return access.put_cookie(_response(see_other(target)), token, is_staff=is_staff)


def _response(answer: ResponseReturnValue) -> Response:
    return make_response(answer)


@bp.post("/dang-xuat")
def sign_out() -> ResponseReturnValue:
    if access.viewer() is not None:
        authenticating.close_session(access.browser_session())
    browser.clear()
    return access.drop_cookie(_response(see_other("/")))


# --- The second factor -------------------------------------------------------------------------


def _half() -> tuple[Account, str]:
    """Return who has given the password and not yet the second factor, and where they go."""
    half: Mapping[str, object] = browser.get(HALF) or {}
    begun = float(str(half.get("at", 0)))
    account = queries.account_with(str(half.get("account", "")))
    is_over = clock.now().timestamp() - begun > HALF_LASTS.total_seconds()
    if account is None or not account.is_active or is_over:
        raise SignInNeeded
    return account, safe_target(str(half.get("next", "/")), "/")


@bp.get("/dang-nhap/ma")
def second_factor() -> ResponseReturnValue:
    _half()
    return render_template("accounts/session/second_factor.html", form=FactorForm())


@bp.post("/dang-nhap/ma")
def check_second_factor() -> ResponseReturnValue:
    account, target = _half()
    form = FactorForm()
    _slow_down()
    if form.validate():
        try:
            at = clock.now()
            securing.check(account, form.code.data, at=at)
            return _open(account, target, is_staff=authenticating.is_staff(account, at=at))
        except FactorRefused as refusal:
            _count_failure()
            form.code.errors = [words(refusal)]
    return render_template("accounts/session/second_factor.html", form=form), 422


@bp.get("/dang-nhap/thiet-lap")
def set_up_factor() -> ResponseReturnValue:
    account, _target = _half()
    return _set_up_page(account, FactorForm(), 200)


@bp.post("/dang-nhap/thiet-lap")
def confirm_factor() -> ResponseReturnValue:
    account, target = _half()
    form = FactorForm()
    if form.validate():
        try:
            secret = access.offered_secret(account)
            codes = securing.confirm(account, secret, form.code.data, at=clock.now())
        except FactorRefused as refusal:
            _count_failure()
            form.code.errors = [words(refusal)]
        else:
            page = render_template("accounts/session/spare_codes.html", codes=codes, target=target)
            opened = _response(_open(account, target, is_staff=True))
            opened.status_code, opened.data = 200, page.encode()
            opened.headers.pop("Location", None)
            return opened
    return _set_up_page(account, form, 422)


def _set_up_page(account: Account, form: FactorForm, status: int) -> ResponseReturnValue:
    secret = access.offered_secret(account)
    page = render_template(
        "accounts/session/set_up_factor.html",
        form=form,
        secret=secret,
        address=securing.address_of(account, secret),
    )
    return page, status


# --- Slips -------------------------------------------------------------------------------------


@bp.get("/phieu")
def slip() -> ResponseReturnValue:
    form = SlipForm(code=request.args.get("ma", ""), next=_target())
    return render_template("accounts/session/slip.html", form=form)


@bp.post("/phieu")
def sign_in_by_slip() -> ResponseReturnValue:
    form = SlipForm()
    _slow_down()
    if form.validate():
        try:
            account, resets = issuing.use(form.code.data, at=clock.now())
            target = url_for("profile.password") if resets else _target()
            return _welcome(credentials.of_account(account, at=clock.now()), target)
        except (SlipRefused, SignInRefused) as refusal:
            _count_failure()
            form.code.errors = [words(refusal)]
    return render_template("accounts/session/slip.html", form=form), 422


# --- Forgotten passwords -----------------------------------------------------------------------


@bp.get("/quen-mat-khau")
def forgotten() -> ResponseReturnValue:
    return render_template(
        "accounts/session/forgotten.html", form=ForgottenForm(), has_mail=mail.is_set_up()
    )


@bp.post("/quen-mat-khau")
def send_reset() -> ResponseReturnValue:
    form = ForgottenForm()
    if not mail.is_set_up() or not form.validate():
        page = render_template(
            "accounts/session/forgotten.html", form=form, has_mail=mail.is_set_up()
        )
        return page, 422
    email = form.email.data or ""
    limits.count("reset", email.lower())
    account = authenticating.account_named(email)
    if account is not None and account.is_active and "@" in email:
        _mail_slip(account)
    flash(_("If an account has this address, a message with a link is on its way."), "success")
    return see_other(url_for(".sign_in"))


def _mail_slip(account: Account) -> None:
    """Send the person a slip; the link opens the page that signs in only by a button."""
    subject = _("Choose a new password")
    issuing.issue_by_mail(account, subject, lambda code: _message(account, code), at=clock.now())


def _message(account: Account, code: str) -> str:
    said = (
        _("Hello %(name)s,", name=account.full_name),
        _(
            "Somebody asked for a new password of your account. Open this address, press "
            "“Sign in” and choose a new password. It works once, within 24 hours:"
        ),
        url_for("session.slip", ma=code, _external=True),
        _("If it was not you, do nothing: the old password stays."),
    )
    return "\n\n".join(said)


# --- Step-up -----------------------------------------------------------------------------------


@bp.get("/xac-nhan")
@access.sign_in_required
def step_up() -> ResponseReturnValue:
    return _step_up_page(_step_up_form(access.signed_in()), 200)


@bp.post("/xac-nhan")
@access.sign_in_required
def confirm_step_up() -> ResponseReturnValue:
    account, row = access.signed_in(), access.browser_session()
    form = _step_up_form(account)
    if form.validate():
        try:
            _prove(account, form)
        except (FactorRefused, SignInRefused, SlipRefused) as refusal:
            _proof(form).errors = [words(refusal)]
        else:
            token = authenticating.step_up(row, at=clock.now())
            answer = _response(see_other(_target()))
            return access.put_cookie(answer, token, is_staff=row.is_staff)
    return _step_up_page(form, 422)


def _step_up_form(account: Account) -> FactorForm | StepUpForm | SlipForm:
    """Return the form for what the person can prove it with: without a password, a slip."""
    if securing.has_factor(account):
        return FactorForm()
    return StepUpForm() if account.password_hash else SlipForm()


def _proof(form: FactorForm | StepUpForm | SlipForm) -> Field:
    return form.password if isinstance(form, StepUpForm) else form.code


def _prove(account: Account, form: FactorForm | StepUpForm | SlipForm) -> None:
    at = clock.now()
    if isinstance(form, FactorForm):
        securing.check(account, form.code.data, at=at)
        return
    authenticating.count_try(account, at=at)
    if isinstance(form, SlipForm):
        issuing.use(form.code.data, at=at, of=account)
        return
    if not authenticating.is_password_of(account, form.password.data):
        raise SignInRefused
    authenticating.forgive(account)


def _step_up_page(form: FactorForm | StepUpForm | SlipForm, status: int) -> ResponseReturnValue:
    form.next.data = _target()
    page = render_template(
        "accounts/session/step_up.html",
        form=form,
        proof=_proof(form),
        by_slip=isinstance(form, SlipForm),
    )
    return page, status

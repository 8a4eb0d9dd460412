"""Certificates: their designs, who gets one, each one issued, taken back and issued anew."""

from flask import Blueprint, Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import fresh, signed_in
from accounts.rules import masking
from accounts.rules.authorizing import Permission
from contest import access, certificate_queries, certifying, document_queries
from contest.certifying import Wanted
from contest.documents import certificates
from contest.documents.certificates import Design, Key
from contest.forms.certificates import LABELS, DesignForm, IssueForm, NewDesignForm, filled
from contest.forms.organizer import ReasonForm
from contest.models import Certificate, CertificateDesign, Contest
from core import clock, i18n, limits
from core.archives import FileRefused
from core.errors import Forbidden, NotFound
from core.saying import Sentence
from core.web import see_other

bp = Blueprint("certificates", __name__, url_prefix="/quan-ly")


@bp.get("/<public_id>/giay-chung-nhan")
def index(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, Permission.EXPORT_RESULTS)
    return _index_page(contest, NewDesignForm(), 200)


def _index_page(contest: Contest, form: NewDesignForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "contest/certificates/index.html",
        contest=contest,
        form=form,
        designs=certificate_queries.designs_of(contest),
        page=certificate_queries.issued_in(contest, after=request.args.get("after")),
        count=certificate_queries.count_of(contest),
        in_full=access.may_in(contest, Permission.SEE_PERSONAL_DATA),
        mask=masking.name,
        may_issue=access.may_in(contest, Permission.MANAGE_CONTEST),
    )
    return page, status


# --- Designs -----------------------------------------------------------------------------------


@bp.post("/<public_id>/giay-chung-nhan/mau")
def add_design(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, Permission.MANAGE_CONTEST)
    form = NewDesignForm()
    if not form.validate():
        return _index_page(contest, form, 422)
    row = certifying.add_design(contest, form.title.data, signed_in(), at=clock.now())
    return see_other(url_for(".design", public_id=row.public_id))


@bp.get("/giay-chung-nhan/mau/<public_id>")
def design(public_id: str) -> ResponseReturnValue:
    row = access.design_managed_by(public_id, Permission.MANAGE_CONTEST)
    form = DesignForm(data=filled(row.title, Design.read(row.written)))
    return _design_page(row, form, IssueForm(), 200)


@bp.post("/giay-chung-nhan/mau/<public_id>")
def keep_design(public_id: str) -> ResponseReturnValue:
    row = access.design_managed_by(public_id, Permission.MANAGE_CONTEST)
    form = DesignForm()
    if not form.validate():
        return _design_page(row, form, IssueForm(), 422)
    sent = request.files.get("picture")
    picture = sent.read() if sent else b""
    try:
        certifying.keep_design(row, form.title.data, form.design, signed_in(), picture=picture)
    except FileRefused as refused:
        form.picture.errors = [i18n.say(Sentence(refused.message, refused.details))]
        return _design_page(row, form, IssueForm(), 422)
    flash(_("The design is saved."), "success")
    return see_other(url_for(".design", public_id=public_id))


def _design_page(
    row: CertificateDesign, form: DesignForm, issuing: IssueForm, status: int
) -> ResponseReturnValue:
    rounds = document_queries.held_rounds(row.contest)
    issuing.round.choices = [(one.public_id, one.title) for one in rounds]
    page = render_template(
        "contest/certificates/design.html",
        contest=row.contest,
        design=row,
        form=form,
        issuing=issuing,
        keys=[f"at_{key.value}" for key in Key],
        labels={f"at_{key.value}": label for key, label in LABELS.items()},
        may_print=access.may_in(row.contest, Permission.SEE_PERSONAL_DATA),
    )
    return page, status


@bp.get("/giay-chung-nhan/mau/<public_id>/xem-truoc.png")
def preview(public_id: str) -> ResponseReturnValue:
    row = access.design_managed_by(public_id, Permission.MANAGE_CONTEST)
    form = DesignForm(request.args, meta={"csrf": False})
    asked = bool(request.args.get("heading") or request.args.get("width"))
    shown = form.design if asked and form.validate() else Design.read(row.written)
    content = certifying.preview(row, shown, _address(), at=clock.now())
    return Response(content, mimetype="image/png")


def _address() -> str:
    """Return the address under which anybody checks certificates."""
    return url_for("checks.ask", _external=True)


# --- Issuing and printing ----------------------------------------------------------------------


@bp.post("/giay-chung-nhan/mau/<public_id>/cap")
@fresh
def issue(public_id: str) -> ResponseReturnValue:
    row = access.design_managed_by(public_id, Permission.MANAGE_CONTEST)
    if not access.may_in(row.contest, Permission.SEE_PERSONAL_DATA):
        raise Forbidden
    form, rounds = IssueForm(), document_queries.held_rounds(row.contest)
    form.round.choices = [(one.public_id, one.title) for one in rounds]
    if not form.validate():
        told = DesignForm(formdata=None, data=filled(row.title, Design.read(row.written)))
        return _design_page(row, told, form, 422)
    limits.count("export", signed_in().public_id)
    round_ = next(one for one in rounds if one.public_id == form.round.data)
    wanted = Wanted(
        round_, int(form.percent.data or 0), form.honour.data, winners=form.winners.data
    )
    job = certifying.order(row, wanted, signed_in(), _address(), at=clock.now())
    return see_other(url_for("documents.bundled", public_id=job.public_id))


# --- One certificate ---------------------------------------------------------------------------


@bp.get("/giay-chung-nhan/<code>")
def show(code: str) -> ResponseReturnValue:
    return _show_page(_certificate(code, Permission.EXPORT_RESULTS), ReasonForm(), 200)


def _certificate(code: str, permission: Permission) -> Certificate:
    found = certificate_queries.certificate_with(code)
    if found is None:
        raise NotFound
    access.contest_managed_by(found.contest.public_id, permission)
    return found


def _show_page(one: Certificate, form: ReasonForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "contest/certificates/show.html",
        contest=one.contest,
        certificate=one,
        form=form,
        sign=certificates.sign(Design.read(one.design.written), one.number),
        in_full=access.may_in(one.contest, Permission.SEE_PERSONAL_DATA),
        mask=masking.name,
        may_issue=access.may_in(one.contest, Permission.MANAGE_CONTEST),
    )
    return page, status


@bp.post("/giay-chung-nhan/<code>/in")
@fresh
def take(code: str) -> ResponseReturnValue:
    one = _certificate(code, Permission.EXPORT_RESULTS)
    if not access.may_in(one.contest, Permission.SEE_PERSONAL_DATA):
        raise Forbidden
    limits.count("print", signed_in().public_id)
    content = certifying.print_one(one, _address())
    certifying.note_printed(one.design, one.round, signed_in(), count=1)
    name = f"giay-chung-nhan-{one.number:02}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype="application/pdf", headers=headers)


@bp.post("/giay-chung-nhan/<code>/thu-hoi")
@fresh
def withdraw(code: str) -> ResponseReturnValue:
    one, form = _certificate(code, Permission.MANAGE_CONTEST), ReasonForm()
    if not form.validate():
        return _show_page(one, form, 422)
    certifying.withdraw(one, form.reason.data, signed_in(), at=clock.now())
    flash(_("The certificate is withdrawn; its public page says so."), "success")
    return see_other(url_for(".show", code=code))


@bp.post("/giay-chung-nhan/<code>/cap-lai")
@fresh
def reissue(code: str) -> ResponseReturnValue:
    one, form = _certificate(code, Permission.MANAGE_CONTEST), ReasonForm()
    if not form.validate():
        return _show_page(one, form, 422)
    new = certifying.reissue(one, form.reason.data, signed_in(), at=clock.now())
    flash(_("The certificate is issued anew."), "success")
    return see_other(url_for(".show", code=new.code))

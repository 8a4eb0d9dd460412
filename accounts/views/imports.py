"""Sheets of people, units and headcounts: sent, looked over row by row, agreed to, written."""

from datetime import date

from flask import Blueprint, flash, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts import access, importing, previewing, unit_queries
from accounts.access import requires, signed_in
from accounts.forms.admin import HeadcountSheetForm, RosterForm, SheetForm
from accounts.forms.fields import words
from accounts.models import ImportKind, PendingImport
from accounts.rules.authorizing import Permission
from core import clock, i18n, jobs, limits
from core.errors import DomainError, NotFound
from core.web import see_other, whole_or

bp = Blueprint("imports", __name__, url_prefix="/quan-tri/nhap")
P = Permission
# More rows than this of one state are counted, not shown.
SHOWN = 300


@bp.get("/danh-sach")
@requires(P.MANAGE_ACCOUNTS)
def roster() -> ResponseReturnValue:
    return render_template("accounts/imports/roster.html", form=RosterForm())


@bp.post("/danh-sach")
@requires(P.MANAGE_ACCOUNTS)
def send_roster() -> ResponseReturnValue:
    form = RosterForm()
    if form.validate():
        unit = unit_queries.unit_with(form.unit.data or "")
        name, content = _file(form)
        try:
            pending = previewing.stage_roster(signed_in(), name, content, unit=unit, at=clock.now())
            return _shown(pending)
        except DomainError as refusal:
            form.sheet.errors = [words(refusal)]
    return render_template("accounts/imports/roster.html", form=form), 422


@bp.get("/don-vi")
@requires(P.MANAGE_UNITS)
def units() -> ResponseReturnValue:
    return render_template("accounts/imports/units.html", form=SheetForm())


@bp.post("/don-vi")
@requires(P.MANAGE_UNITS)
def send_units() -> ResponseReturnValue:
    form = SheetForm()
    if form.validate():
        name, content = _file(form)
        try:
            return _shown(previewing.stage_units(signed_in(), name, content, at=clock.now()))
        except DomainError as refusal:
            form.sheet.errors = [words(refusal)]
    return render_template("accounts/imports/units.html", form=form), 422


@bp.get("/bien-che")
@requires(P.MANAGE_UNITS)
def headcounts() -> ResponseReturnValue:
    return render_template("accounts/imports/headcounts.html", form=HeadcountSheetForm())


@bp.post("/bien-che")
@requires(P.MANAGE_UNITS)
def send_headcounts() -> ResponseReturnValue:
    form = HeadcountSheetForm()
    if form.validate():
        name, content = _file(form)
        on: date | None = form.counted_on.data
        try:
            pending = previewing.stage_headcounts(
                signed_in(), name, content, on=on, source=form.source.data or "", at=clock.now()
            )
            return _shown(pending)
        except DomainError as refusal:
            form.sheet.errors = [words(refusal)]
    return render_template("accounts/imports/headcounts.html", form=form), 422


def _file(form: SheetForm) -> tuple[str, bytes]:
    limits.count("upload", signed_in().public_id)
    sent = form.sheet.data
    return sent.filename or "", sent.read()


def _shown(pending: PendingImport) -> ResponseReturnValue:
    return see_other(url_for(".preview", public_id=pending.public_id))


@bp.get("/<public_id>")
def preview(public_id: str) -> ResponseReturnValue:
    pending = access.own_import(public_id)
    job = jobs.owned(pending.job, signed_in().id) if pending.job else None
    if pending.applied_at or job is not None:
        return render_template(
            "accounts/imports/written.html", pending=pending, job=job, back=_back(pending)
        )
    return render_template(
        "accounts/imports/preview.html",
        pending=pending,
        counts=previewing.count_states(pending),
        rows={state: _rows(pending, state) for state in previewing.STATES},
        shown=SHOWN,
        back=_back(pending),
    )


def _rows(pending: PendingImport, state: str) -> list[dict[str, object]]:
    chosen = [row for row in pending.rows if row["state"] == state]
    return [
        {
            "number": row["number"],
            "shown": row["shown"],
            "says": [i18n.say(previewing.unpack(said)) for said in row["says"]],
        }
        for row in chosen[:SHOWN]
    ]


def _back(pending: PendingImport) -> str:
    if pending.kind is ImportKind.ROSTER:
        return url_for("admin.accounts")
    return url_for("units.tree")


@bp.post("/<public_id>")
def agree(public_id: str) -> ResponseReturnValue:
    pending = access.own_import(public_id)
    taken = {whole_or(number, 0) for number in request.form.getlist("dong")}
    if request.form.get("tat-ca"):
        taken |= {row["number"] for row in pending.rows if row["state"] == previewing.DOUBTFUL}
    importing.agree(signed_in(), pending, taken, at=clock.now())
    if pending.applied_at:
        flash(_("The rows were taken in."), "success")
    return _shown(pending)


@bp.get("/<public_id>/tien-do")
def progress(public_id: str) -> ResponseReturnValue:
    pending = access.own_import(public_id)
    job = jobs.owned(pending.job, signed_in().id) if pending.job else None
    if job is None:
        raise NotFound
    share = round(100 * job.done / job.total) if job.total else 0
    text = _("Rows written: %(done)s of %(total)s", done=job.done, total=job.total)
    return jsonify(
        state=job.state.value,
        progress=share,
        text=text,
        next=url_for(".preview", public_id=public_id),
    )

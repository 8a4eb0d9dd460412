"""The people of a contest: who takes part, and what is decided about one of them."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import signed_in
from accounts.rules.authorizing import Permission
from contest import access, adjusting, people_queries
from contest.forms.organizer import MarksForm, ReasonForm, TimeForm
from contest.models import Enrolment
from core import clock
from core.web import see_other

bp = Blueprint("enrolments", __name__, url_prefix="/quan-ly")


@bp.get("/cuoc-thi/<public_id>/nguoi-du-thi")
def people(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, Permission.MANAGE_ENROLMENTS)
    words, mark = request.args.get("tim", ""), request.args.get("loc", "")
    page = people_queries.enrolments_page(
        contest,
        words,
        mark=mark,
        after=request.args.get("after"),
        before=request.args.get("before"),
    )
    return render_template(
        "contest/enrolments/people.html",
        contest=contest,
        page=page,
        words=words,
        mark=mark,
        in_full=access.may_in(contest, Permission.SEE_PERSONAL_DATA),
    )


@bp.get("/nguoi-du-thi/<public_id>")
def person(public_id: str) -> ResponseReturnValue:
    return _page(_found(public_id), 200)


@bp.post("/nguoi-du-thi/<public_id>/them-gio")
def grant_time(public_id: str) -> ResponseReturnValue:
    enrolment = _found(public_id)
    form = TimeForm().keep(enrolment.extra_percent)
    if not form.validate():
        return _page(enrolment, 422, time=form)
    adjusting.grant_time(
        enrolment,
        60 * int(form.minutes.data or 0),
        signed_in(),
        reason=form.reason.data,
        percent=int(form.percent.data or 0),
        delay_seconds=60 * int(form.delay.data or 0),
    )
    return _done(public_id, _("Extra time is written down."))


@bp.post("/nguoi-du-thi/<public_id>/danh-dau")
def mark(public_id: str) -> ResponseReturnValue:
    enrolment = _found(public_id)
    form = MarksForm()
    if not form.validate():
        return _page(enrolment, 422, marks=form)
    adjusting.mark(
        enrolment,
        signed_in(),
        is_test=form.is_test.data,
        is_hidden=form.is_hidden.data,
        reason=form.reason.data,
    )
    return _done(public_id, _("Saved."))


@bp.post("/nguoi-du-thi/<public_id>/huy-tu-cach")
def disqualify(public_id: str) -> ResponseReturnValue:
    enrolment = _found(public_id)
    form = ReasonForm()
    if not form.validate():
        return _page(enrolment, 422, reason=form)
    adjusting.disqualify(enrolment, signed_in(), reason=form.reason.data, at=clock.now())
    return _done(public_id, _("The person is disqualified."))


@bp.post("/nguoi-du-thi/<public_id>/khoi-phuc")
def reinstate(public_id: str) -> ResponseReturnValue:
    enrolment = _found(public_id)
    form = ReasonForm()
    if not form.validate():
        return _page(enrolment, 422, reason=form)
    adjusting.reinstate(enrolment, signed_in(), reason=form.reason.data)
    return _done(public_id, _("The person takes part again."))


def _found(public_id: str) -> Enrolment:
    return access.enrolment_managed_by(public_id, Permission.MANAGE_ENROLMENTS)


def _done(public_id: str, said: str) -> ResponseReturnValue:
    flash(said, "success")
    return see_other(url_for(".person", public_id=public_id))


def _page(
    enrolment: Enrolment,
    status: int,
    *,
    time: TimeForm | None = None,
    marks: MarksForm | None = None,
    reason: ReasonForm | None = None,
) -> ResponseReturnValue:
    kept = {"is_test": enrolment.is_test, "is_hidden": enrolment.is_hidden}
    granted = {
        "percent": str(enrolment.extra_percent),
        "minutes": enrolment.extra_seconds // 60,
        "delay": enrolment.delay_seconds // 60,
    }
    times = TimeForm(formdata=None, data=granted, prefix="").keep(enrolment.extra_percent)
    page = render_template(
        "contest/enrolments/person.html",
        contest=enrolment.contest,
        enrolment=enrolment,
        attempts=people_queries.attempts_with_rounds(enrolment),
        in_full=access.may_in(enrolment.contest, Permission.SEE_PERSONAL_DATA),
        time=time or times,
        marks=marks or MarksForm(formdata=None, data=kept),
        reason=reason or ReasonForm(formdata=None),
    )
    return page, status

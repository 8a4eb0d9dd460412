"""Supervision: the rooms of the day, a room while people write, one seat, and minutes."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from accounts.access import fresh, signed_in
from accounts.rules.authorizing import Permission
from contest import (
    access,
    drafting,
    interrupting,
    proctoring,
    voiding,
    watch_queries,
    watch_telling,
)
from contest.forms.supervision import ActForm, GiveTimeForm, MinutesForm
from contest.models import Minutes, MinutesKind, Room, Seat
from core import clock
from core.vietnam import civil_day
from core.web import see_other

bp = Blueprint("supervision", __name__, url_prefix="/coi-thi")


@bp.get("/")
def rooms() -> ResponseReturnValue:
    everywhere, contests, rounds = access.watched_scopes()
    lines = watch_queries.rooms_on(
        clock.now(), everywhere=everywhere, contests=contests, rounds=rounds
    )
    return render_template("contest/supervision/rooms.html", lines=lines, at=clock.now())


# --- A room ------------------------------------------------------------------------------------


@bp.get("/phong/<public_id>")
def room(public_id: str) -> ResponseReturnValue:
    return _room_page(access.room_watched(public_id), ActForm(formdata=None), 200)


@bp.get("/phong/<public_id>/bang")
def seats(public_id: str) -> ResponseReturnValue:
    found = access.room_watched(public_id)
    in_full = access.names_in_full(found.sitting.round)
    told = watch_telling.room(found, at=clock.now(), in_full=in_full)
    body, tag = told.written()
    answer = Response(body, mimetype="application/json")
    answer.set_etag(tag)
    return answer.make_conditional(request)


@bp.post("/phong/<public_id>/tam-dung")
def pause(public_id: str) -> ResponseReturnValue:
    found, form = access.room_watched(public_id), ActForm()
    if not form.validate():
        return _room_page(found, form, 422)
    scope, reason = proctoring.scope_of(found), form.reason.data or ""
    interrupting.pause(scope, signed_in(), reason=reason, at=clock.now())
    flash(_("The clock of the room stands."), "success")
    return see_other(url_for(".room", public_id=public_id))


@bp.post("/phong/<public_id>/tiep-tuc")
def resume(public_id: str) -> ResponseReturnValue:
    found = access.room_watched(public_id)
    standing = interrupting.open_incident(proctoring.scope_of(found))
    if standing is not None:
        interrupting.resume(standing, signed_in(), at=clock.now())
        flash(_("The clock of the room goes on."), "success")
    return see_other(url_for(".room", public_id=public_id))


def _room_page(found: Room, form: ActForm, status: int) -> ResponseReturnValue:
    in_full = access.names_in_full(found.sitting.round)
    page = render_template(
        "contest/supervision/room.html",
        room=found,
        told=watch_telling.room(found, at=clock.now(), in_full=in_full),
        in_full=in_full,
        minutes=watch_queries.minutes_in(found),
        form=form,
    )
    return page, status


# --- A seat ------------------------------------------------------------------------------------


@bp.get("/phong/<public_id>/cho/<person>")
def seat(public_id: str, person: str) -> ResponseReturnValue:
    return _seat_page(access.seat_watched(public_id, person), 200)


@bp.post("/phong/<public_id>/cho/<person>/them-gio")
def give_time(public_id: str, person: str) -> ResponseReturnValue:
    found, form = access.seat_watched(public_id, person), GiveTimeForm(prefix="time")
    if not form.validate():
        return _seat_page(found, 422, time=form)
    given, reason = int(form.minutes.data or 0), form.reason.data or ""
    proctoring.give_time(found, given, signed_in(), reason=reason, at=clock.now())
    flash(_("The time is given back."), "success")
    return see_other(url_for(".seat", public_id=public_id, person=person))


@bp.post("/phong/<public_id>/cho/<person>/cho-vao")
def admit(public_id: str, person: str) -> ResponseReturnValue:
    found, form = access.seat_watched(public_id, person), ActForm(prefix="late")
    if not form.validate():
        return _seat_page(found, 422, late=form)
    proctoring.admit(found, signed_in(), reason=form.reason.data or "", at=clock.now())
    flash(_("The person may begin now."), "success")
    return see_other(url_for(".seat", public_id=public_id, person=person))


@bp.post("/phong/<public_id>/cho/<person>/chuyen-may")
def move(public_id: str, person: str) -> ResponseReturnValue:
    found, form = access.seat_watched(public_id, person), ActForm(prefix="move")
    if not form.validate():
        return _seat_page(found, 422, move=form)
    issued = proctoring.move(found, signed_in(), reason=form.reason.data or "", at=clock.now())
    # Shown now or never: of the code only a digest is kept.
    return render_template(
        "contest/supervision/code.html",
        room=found.room,
        seat=found,
        issued=issued,
        in_full=access.names_in_full(found.sitting.round),
    )


@bp.post("/phong/<public_id>/cho/<person>/bien-ban")
def write_minutes(public_id: str, person: str) -> ResponseReturnValue:
    found = access.seat_watched(public_id, person)
    others = watch_telling.others_of(access.room_watched(public_id), found.enrolment_id)
    in_full = access.names_in_full(found.sitting.round)
    form = MinutesForm(prefix="minutes").offer(others, in_full=in_full)
    if not form.validate():
        return _seat_page(found, 422, minutes=form)
    told = voiding.Told(
        MinutesKind(form.kind.data),
        form.happened.data or "",
        form.said.data or "",
        is_signed=form.signed.data == "yes",
        witnesses=form.witnesses(others),
    )
    made = voiding.write(found, signed_in(), told, at=clock.now())
    return see_other(url_for(".minutes", public_id=made.public_id))


def _seat_page(found: Seat, status: int, **faulty: FlaskForm) -> ResponseReturnValue:
    at, room_ = clock.now(), access.room_watched(found.room.public_id if found.room else "")
    in_full = access.names_in_full(room_.sitting.round)
    blank = {
        "time": GiveTimeForm(formdata=None, prefix="time"),
        "late": ActForm(formdata=None, prefix="late"),
        "move": ActForm(formdata=None, prefix="move"),
        "minutes": MinutesForm(formdata=None, prefix="minutes").offer(
            watch_telling.others_of(room_, found.enrolment_id), in_full=in_full
        ),
    }
    page = render_template(
        "contest/supervision/seat.html",
        room=room_,
        seat=found,
        told=watch_telling.seat(room_, found, at=at, in_full=in_full),
        incidents=watch_queries.incidents_of(found),
        minutes=watch_queries.minutes_in(room_, seat_id=found.id),
        forms=blank | faulty,
    )
    return page, status


# --- Minutes -----------------------------------------------------------------------------------


@bp.get("/bien-ban/<public_id>")
def minutes(public_id: str) -> ResponseReturnValue:
    return _minutes_page(access.minutes_watched(public_id), ActForm(formdata=None), 200)


@bp.get("/bien-ban/<public_id>/in")
def print_minutes(public_id: str) -> ResponseReturnValue:
    found = access.minutes_watched(public_id)
    office = drafting.office_of(found.room.sitting.round.contest)
    return render_template(
        "contest/supervision/print.html",
        head=office.head("BB", "", civil_day(found.written_at)),
        minutes=found,
        room=found.room,
        witnesses=watch_queries.witnesses_of(found),
        on_paper=watch_telling.say_for_minutes,
        in_full=access.names_in_full(found.room.sitting.round),
    )


@bp.post("/bien-ban/<public_id>/dong-y")
@fresh
def agree(public_id: str) -> ResponseReturnValue:
    return _settle(access.minutes_watched(public_id), voiding.agree, _("The place is voided."))


@bp.post("/bien-ban/<public_id>/tu-choi")
@fresh
def refuse(public_id: str) -> ResponseReturnValue:
    return _settle(access.minutes_watched(public_id), voiding.refuse, _("The place is not voided."))


@bp.post("/bien-ban/<public_id>/rut-lai")
def withdraw(public_id: str) -> ResponseReturnValue:
    voiding.withdraw(access.minutes_watched(public_id), signed_in())
    flash(_("The minutes are taken back."), "success")
    return see_other(url_for(".minutes", public_id=public_id))


@bp.post("/bien-ban/<public_id>/khoi-phuc")
@fresh
def lift(public_id: str) -> ResponseReturnValue:
    return _settle(access.minutes_managed(public_id), voiding.lift, _("The place counts again."))


def _settle(found: Minutes, act: Callable[..., object], said: str) -> ResponseReturnValue:
    """Do with minutes what a form gives a reason for, and say so on their page."""
    form, public_id = ActForm(), found.public_id
    if not form.validate():
        return _minutes_page(found, form, 422)
    act(found, signed_in(), reason=form.reason.data or "", at=clock.now())
    flash(said, "success")
    return see_other(url_for(".minutes", public_id=public_id))


def _minutes_page(found: Minutes, form: ActForm, status: int) -> ResponseReturnValue:
    round_ = found.room.sitting.round
    page = render_template(
        "contest/supervision/minutes.html",
        minutes=found,
        room=found.room,
        witnesses=watch_queries.witnesses_of(found),
        reader=signed_in(),
        in_full=access.names_in_full(round_),
        may_lift=access.may_in_round(round_, Permission.MANAGE_ROUND),
        form=form,
    )
    return page, status

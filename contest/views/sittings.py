"""The organiser's pages of a round's sittings and rooms."""

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import signed_in
from accounts.rules.authorizing import Permission
from contest import access, arranging, proposing, seating, timetabling
from contest.errors import NeedsSecond
from contest.forms.sittings import RoomForm, SittingForm, of_room, of_sitting
from contest.models import Room, Round, Sitting
from contest.rules import arranging as rules
from contest.rules.arranging import SittingSettings
from contest.rules.timing import Clock
from core import clock, i18n
from core.errors import DomainError
from core.saying import Sentence
from core.vietnam import civil_day
from core.web import see_other

bp = Blueprint("sittings", __name__, url_prefix="/quan-ly")
MANAGE = Permission.MANAGE_ROUND


@bp.get("/vong/<public_id>/ca-thi")
def index(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, MANAGE)
    in_sittings, in_rooms = seating.counts(round_)
    return render_template(
        "contest/sittings/index.html",
        contest=round_.contest,
        round=round_,
        sittings=timetabling.sittings_of(round_),
        in_sittings=in_sittings,
        in_rooms=in_rooms,
        unseated=seating.unseated(round_),
        findings=timetabling.inspect(round_, at=clock.now()),
        waiting=proposing.waiting_in(round_),
        acts=proposing.ACTS,
        me=signed_in(),
    )


# --- Sittings ----------------------------------------------------------------------------------


@bp.get("/vong/<public_id>/ca-thi/moi")
def new(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, MANAGE)
    number = len(round_.sittings) + 1
    usual = SittingSettings(
        f"Ca {number}", round_.opens_at, round_.closes_at, round_.sittings[0].clock
    )
    return _sitting_page(round_, None, SittingForm(data=of_sitting(usual)), 200)


@bp.post("/vong/<public_id>/ca-thi/moi")
def create(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, MANAGE)
    form = SittingForm()
    if not form.validate():
        return _sitting_page(round_, None, form, 422)
    arranging.add_sitting(round_, form.settings(), signed_in())
    flash(_("The sitting is added."), "success")
    return see_other(url_for(".index", public_id=public_id))


@bp.get("/ca-thi/<sitting_id>")
def edit(sitting_id: str) -> ResponseReturnValue:
    sitting = access.sitting_managed_by(sitting_id, MANAGE)
    form = SittingForm(data=of_sitting(arranging.settings_of(sitting)))
    return _sitting_page(sitting.round, sitting, form, 200)


@bp.post("/ca-thi/<sitting_id>")
def save(sitting_id: str) -> ResponseReturnValue:
    sitting = access.sitting_managed_by(sitting_id, MANAGE)
    form = SittingForm()
    if not form.validate():
        return _sitting_page(sitting.round, sitting, form, 422)
    settings = form.settings(arranging.settings_of(sitting))
    back = url_for(".index", public_id=sitting.round.public_id)
    try:
        moved = arranging.edit_sitting(sitting, settings, signed_in(), at=clock.now())
    except NeedsSecond as refusal:
        return _propose(sitting, settings, form, refusal)
    flash(_("Saved. Running attempts that gained time: %(count)s.", count=moved), "success")
    return see_other(back)


def _propose(
    sitting: Sitting, settings: SittingSettings, form: SittingForm, refusal: NeedsSecond
) -> ResponseReturnValue:
    """Ask a second person for what takes time from people who have begun."""
    if not form.reason.data:
        form.reason.errors = [i18n.say(Sentence(refusal.message)), _("Say why.")]
        return _sitting_page(sitting.round, sitting, form, 422)
    details = {"sitting": sitting.public_id, "settings": arranging.written(settings)}
    proposing.propose(
        sitting.round,
        proposing.MOVE_SITTING,
        details,
        signed_in(),
        reason=form.reason.data,
        at=clock.now(),
    )
    flash(i18n.say(Sentence(refusal.message)), "warning")
    return see_other(url_for(".index", public_id=sitting.round.public_id))


@bp.post("/ca-thi/<sitting_id>/xoa")
def remove(sitting_id: str) -> ResponseReturnValue:
    sitting = access.sitting_managed_by(sitting_id, MANAGE)
    back = url_for(".index", public_id=sitting.round.public_id)
    arranging.remove_sitting(sitting, signed_in())
    flash(_("The sitting is taken away."), "success")
    return see_other(back)


def _sitting_page(
    round_: Round, sitting: Sitting | None, form: SittingForm, status: int
) -> ResponseReturnValue:
    moment = form.opens_at.data or round_.opens_at
    page = render_template(
        "contest/sittings/sitting.html",
        contest=round_.contest,
        round=round_,
        sitting=sitting,
        form=form,
        rules=rules.late_rules(round_.minutes, civil_day(moment)),
        fixed=Clock.FIXED.value,
    )
    return page, status


# --- Rooms -------------------------------------------------------------------------------------


@bp.get("/ca-thi/<sitting_id>/phong/moi")
def new_room(sitting_id: str) -> ResponseReturnValue:
    sitting = access.sitting_managed_by(sitting_id, MANAGE)
    form = RoomForm(data={"title": _("Room %(number)s", number=len(sitting.rooms) + 1)})
    return _room_page(sitting, None, form, 200)


@bp.post("/ca-thi/<sitting_id>/phong/moi")
def add_room(sitting_id: str) -> ResponseReturnValue:
    sitting = access.sitting_managed_by(sitting_id, MANAGE)
    form = RoomForm()
    if not form.validate():
        return _room_page(sitting, None, form, 422)
    try:
        arranging.add_room(sitting, form.settings(), signed_in())
    except DomainError as refusal:
        form.title.errors = [i18n.say(Sentence(refusal.message, refusal.details))]
        return _room_page(access.sitting_managed_by(sitting_id, MANAGE), None, form, 409)
    return see_other(url_for(".index", public_id=sitting.round.public_id))


@bp.get("/phong-thi/<room_id>")
def edit_room(room_id: str) -> ResponseReturnValue:
    room = access.room_managed_by(room_id, MANAGE)
    form = RoomForm(data=of_room(arranging.room_settings_of(room)))
    return _room_page(room.sitting, room, form, 200)


@bp.post("/phong-thi/<room_id>")
def save_room(room_id: str) -> ResponseReturnValue:
    room = access.room_managed_by(room_id, MANAGE)
    form = RoomForm()
    if not form.validate():
        return _room_page(room.sitting, room, form, 422)
    arranging.edit_room(room, form.settings(), signed_in())
    flash(_("Saved."), "success")
    return see_other(url_for(".index", public_id=room.sitting.round.public_id))


@bp.post("/phong-thi/<room_id>/xoa")
def remove_room(room_id: str) -> ResponseReturnValue:
    room = access.room_managed_by(room_id, MANAGE)
    back = url_for(".index", public_id=room.sitting.round.public_id)
    emptied = arranging.remove_room(room, signed_in())
    flash(_("The room is taken away. People without a room now: %(count)s.", count=emptied))
    return see_other(back)


def _room_page(
    sitting: Sitting, room: Room | None, form: RoomForm, status: int
) -> ResponseReturnValue:
    page = render_template(
        "contest/sittings/room.html",
        contest=sitting.round.contest,
        round=sitting.round,
        sitting=sitting,
        room=room,
        form=form,
    )
    return page, status

"""The organiser's page of who sits where in a round: all at once, from a list, one by one."""

from flask import Blueprint, flash, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts import previewing
from accounts.access import signed_in
from accounts.rules import masking
from accounts.rules.authorizing import Permission
from contest import access, seating, sitting_queries, timetabling
from contest.forms.sittings import FillForm, ListForm, PlaceForm
from contest.models import Enrolment, Room, Round, Sitting
from contest.rules.listing import Reading
from core import clock, i18n
from core.errors import DomainError, NotFound
from core.saying import Sentence
from core.text import search_key
from core.web import see_other

bp = Blueprint("seats", __name__, url_prefix="/quan-ly/vong/<public_id>/cho-ngoi")
MANAGE = Permission.MANAGE_ROUND


@bp.get("")
def index(public_id: str) -> ResponseReturnValue:
    return _page(_found(public_id), 200)


@bp.post("/xep")
def fill(public_id: str) -> ResponseReturnValue:
    round_ = _found(public_id)
    sittings = timetabling.sittings_of(round_)
    form = FillForm().offer(sittings)
    into = form.into.data or ""
    chosen = [one for one in sittings if into in ("", one.public_id)]
    rooms = [room for sitting in chosen for room in sitting.rooms]
    if not form.validate() or not chosen or (not rooms and not into):
        form.into.errors = [_("There is no room yet: choose a sitting, or add rooms to it.")]
        return _page(round_, 422, fill=form)
    by_name = form.order.data == "name"
    if rooms:
        filled = seating.fill(round_, rooms, signed_in(), by_name=by_name)
    else:
        filled = seating.fill_sitting(round_, chosen[0], signed_in(), by_name=by_name)
    said = _("Seated: %(seated)s. Without a place: %(left)s.")
    flash(said % {"seated": filled.seated, "left": filled.left_over}, "success")
    return see_other(url_for(".index", public_id=public_id))


@bp.post("/danh-sach")
def look_over(public_id: str) -> ResponseReturnValue:
    round_ = _found(public_id)
    form = ListForm()
    text = _sent(form)
    if not form.validate() or not text.strip():
        form.listed.errors = form.listed.errors or [_("Paste the list, or choose a file.")]
        return _page(round_, 422, listed=form)
    form.listed.data = text
    reading = seating.look_over(round_, text, at=clock.now())
    if request.form.get("act") != "write" or reading.faults:
        return _page(round_, 422 if reading.faults else 200, listed=form, reading=reading)
    count = seating.seat_listed(round_, reading.listed, signed_in())
    flash(_("Seated by the list: %(count)s.", count=count), "success")
    return see_other(url_for(".index", public_id=public_id))


def _sent(form: ListForm) -> str:
    """Return the list that was pasted, or that of the file sent, as tabbed lines."""
    sheet = request.files.get(form.sheet.name)
    if sheet is None or not sheet.filename:
        return form.listed.data or ""
    rows = previewing.read_cells(sheet.filename, sheet.read())
    return "\n".join("\t".join(" ".join(cell.split()) for cell in row) for row in rows)


@bp.post("/mot-nguoi")
def place(public_id: str) -> ResponseReturnValue:
    round_ = _found(public_id)
    form = PlaceForm()
    if not form.validate():
        return _page(round_, 422, place=form)
    enrolment = access.entered_in(round_.contest, form.person.data or "")
    sitting, room = _spot(round_, form.spot.data or "")
    place, machine = form.place.data or "", form.machine.data or ""
    try:
        seating.seat(enrolment, sitting, room, signed_in(), place=place, machine=machine)
    except DomainError as refusal:
        form.spot.errors = [i18n.say(Sentence(refusal.message, refusal.details))]
        return _page(_found(public_id), 409, place=form)
    flash(_("Number %(number)s is seated.", number=enrolment.number), "success")
    return see_other(url_for(".index", public_id=public_id))


@bp.post("/bo-het")
def empty(public_id: str) -> ResponseReturnValue:
    taken = seating.empty(_found(public_id), signed_in())
    flash(_("Seats taken away: %(count)s.", count=taken), "success")
    return see_other(url_for(".index", public_id=public_id))


@bp.get("/tim-nguoi")
def people(public_id: str) -> ResponseReturnValue:
    round_ = _found(public_id)
    in_full = access.may_in(round_.contest, Permission.SEE_PERSONAL_DATA)
    found = sitting_queries.people_found(round_.contest, request.args.get("q", "")[:100])
    options = [_person(one, in_full=in_full) for one in found]
    return jsonify(groups=[{"label": _("Participants"), "options": options}] if options else [])


def _person(enrolment: Enrolment, *, in_full: bool) -> dict[str, str]:
    name = enrolment.account.full_name
    shown = name if in_full else masking.name(name)
    text = _("%(number)s %(name)s", number=enrolment.number, name=shown)
    note = enrolment.unit.name if enrolment.unit else ""
    return {"id": enrolment.public_id, "text": text, "note": note}


@bp.get("/tim-phong")
def spots(public_id: str) -> ResponseReturnValue:
    round_ = _found(public_id)
    words = search_key(request.args.get("q", "")[:100]).split()
    _sittings, in_rooms = seating.counts(round_)
    groups = []
    for sitting in timetabling.sittings_of(round_):
        options = [one for one in _options(sitting, in_rooms) if _matches(sitting, one, words)]
        if options:
            groups.append({"label": sitting.title or _("The sitting"), "options": options[:12]})
    return jsonify(groups=groups)


def _options(sitting: Sitting, in_rooms: dict[int, int]) -> list[dict[str, str]]:
    name = sitting.title or _("The sitting")
    if not sitting.rooms:
        return [{"id": f"sitting:{sitting.public_id}", "text": name, "note": _("without a room")}]
    return [
        {"id": f"room:{room.public_id}", "text": f"{room.title}, {name}", "note": _taken(room, n)}
        for room in sitting.rooms
        for n in (in_rooms.get(room.id, 0),)
    ]


def _taken(room: Room, seated: int) -> str:
    if room.capacity is None:
        return str(_("people: %(count)s", count=seated))
    return str(_("%(taken)s of %(places)s places taken", taken=seated, places=room.capacity))


def _matches(sitting: Sitting, option: dict[str, str], words: list[str]) -> bool:
    text = search_key(f"{option['text']} {sitting.title}")
    return all(word in text for word in words)


def _spot(round_: Round, chosen: str) -> tuple[Sitting, Room | None]:
    kind, _colon, name = chosen.partition(":")
    for sitting in timetabling.sittings_of(round_):
        if kind == "sitting" and sitting.public_id == name:
            return sitting, None
        for room in sitting.rooms:
            if kind == "room" and room.public_id == name:
                return sitting, room
    raise NotFound


def _found(public_id: str) -> Round:
    return access.round_managed_by(public_id, MANAGE)


def _page(
    round_: Round,
    status: int,
    *,
    fill: FillForm | None = None,
    listed: ListForm | None = None,
    place: PlaceForm | None = None,
    reading: Reading | None = None,
) -> ResponseReturnValue:
    sittings = timetabling.sittings_of(round_)
    in_sittings, in_rooms = seating.counts(round_)
    page = render_template(
        "contest/seats/index.html",
        contest=round_.contest,
        round=round_,
        sittings=sittings,
        in_sittings=in_sittings,
        in_rooms=in_rooms,
        unseated=seating.unseated(round_),
        fill=(fill or FillForm(formdata=None)).offer(sittings),
        listed=listed or ListForm(formdata=None),
        place=place or PlaceForm(formdata=None),
        reading=reading,
    )
    return page, status

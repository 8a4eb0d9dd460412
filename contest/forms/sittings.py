"""What organisers may send about sittings, rooms, seats and time taken out."""

from collections.abc import Sequence
from typing import Any, cast

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, FileField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, ValidationError

from contest.forms.fields import CountField, MomentField, choices, line, lines
from contest.forms.organizer import ReasonForm, at_most
from contest.models import Room, Sitting
from contest.rules import arranging
from contest.rules.arranging import RoomSettings, SittingSettings
from contest.rules.timing import Clock
from core import i18n, vietnam
from core.saying import Unreadable


class SittingForm(FlaskForm):
    title = StringField(
        _("Name of the sitting"),
        description=_("As it stands on the notice, for example “Ca 1, sáng 12/12”."),
        filters=[line],
        validators=[InputRequired(_("Write the name of the sitting.")), at_most(120)],
    )
    opens_at = MomentField(_("Begins at"))
    closes_at = MomentField(_("Closes at"), ends=True)
    clock = RadioField(
        _("Whose clock"),
        default=Clock.OWN.value,
        choices=choices(
            (Clock.OWN.value, _("Everybody’s time runs from the own start")),
            (Clock.FIXED.value, _("One clock for all: it runs from the beginning of the sitting")),
        ),
    )
    late_minutes = CountField(
        _("Arriving late, minutes at most"),
        description=_("Left empty: as long as the sitting is open."),
        most=600,
        optional=True,
    )
    late_basis = StringField(_("By which rule"), filters=[line], validators=[at_most(200)])
    reason = TextAreaField(
        _("Reason"),
        description=_("Needed where people who have begun would lose time."),
        filters=[lines],
        validators=[at_most(300)],
    )

    def settings(self, kept: SittingSettings | None = None) -> SittingSettings:
        """Return what is typed; an hour that was left as it stood keeps its seconds."""
        opens, closes = self.opens_at.data, self.closes_at.data
        if kept is not None:
            same = vietnam.say_moment
            opens = kept.opens_at if same(kept.opens_at) == same(opens) else opens
            closes = kept.closes_at if same(kept.closes_at) == same(closes) else closes
        return SittingSettings(
            self.title.data or "",
            opens,
            closes,
            Clock(self.clock.data),
            cast("int | None", self.late_minutes.data),
            self.late_basis.data or "",
        )


def of_sitting(settings: SittingSettings) -> dict[str, Any]:
    """Return the values with which the form begins."""
    values = {name: getattr(settings, name) for name in settings.__dataclass_fields__}
    return values | {"clock": settings.clock.value}


class RoomForm(FlaskForm):
    title = StringField(
        _("Name of the room"),
        filters=[line],
        validators=[InputRequired(_("Write the name of the room.")), at_most(80)],
    )
    place = StringField(_("Where it is"), filters=[line], validators=[at_most(200)])
    capacity = CountField(
        _("Places"), description=_("Left empty: any number."), least=1, most=5000, optional=True
    )
    code = StringField(
        _("Code of the room"),
        description=_("Written on the board. May be left empty."),
        filters=[line],
        validators=[at_most(12)],
    )
    networks = TextAreaField(
        _("Network ranges"),
        description=_("One a line, such as 10.20.0.0/16. Left empty: from anywhere."),
        filters=[lines],
        validators=[at_most(1000)],
    )

    def validate_networks(self, field: TextAreaField) -> None:
        try:
            arranging.read_networks(field.data or "")
        except Unreadable as unreadable:
            raise ValidationError(i18n.say(unreadable.sentence)) from unreadable

    def settings(self) -> RoomSettings:
        return RoomSettings(
            self.title.data or "",
            self.place.data or "",
            self.code.data or "",
            cast("int | None", self.capacity.data),
            arranging.read_networks(self.networks.data or ""),
        )


def of_room(settings: RoomSettings) -> dict[str, Any]:
    """Return the values with which the form begins."""
    values = {name: getattr(settings, name) for name in settings.__dataclass_fields__}
    return values | {"networks": "\n".join(settings.networks)}


class IncidentForm(ReasonForm):
    # "sitting:<id>" or "room:<id>"; a person instead of either.
    where = RadioField(_("Where"), validate_choice=False)
    person = HiddenField()
    person_text = StringField(_("Or one person only"), filters=[line])
    kind = RadioField(
        _("What"),
        default="pause",
        choices=choices(
            ("pause", _("Stop the clock there now, until it goes on")),
            ("credit", _("Give time back for what has happened")),
        ),
    )
    minutes = CountField(_("Minutes given back"), least=1, most=240, optional=True)

    def offer(self, sittings: Sequence[Sitting]) -> "IncidentForm":
        """Offer the sittings and their rooms."""
        self.where.choices = [
            choice for sitting in sittings for choice in _places(sitting, alone=len(sittings) == 1)
        ]
        return self


def _places(sitting: Sitting, *, alone: bool) -> list[tuple[str, str]]:
    name = sitting.title or str(_("The sitting"))
    whole = str(_("%(sitting)s, all of it", sitting=name))
    prefix = "" if alone else f"{name}, "
    rooms: list[Room] = sitting.rooms
    return [
        (f"sitting:{sitting.public_id}", whole),
        *((f"room:{room.public_id}", f"{prefix}{room.title}") for room in rooms),
    ]


class FillForm(FlaskForm):
    # The public id of a sitting; empty: all rooms of all sittings.
    into = RadioField(_("Into"), default="", validate_choice=False)
    order = RadioField(
        _("In which order"),
        default="number",
        choices=choices(
            ("number", _("By number (SBD)")),
            ("name", _("By name, then the number")),
        ),
    )

    def offer(self, sittings: Sequence[Sitting]) -> "FillForm":
        """Offer the sittings."""
        everywhere = ("", str(_("All rooms of all sittings, one after the other")))
        self.into.choices = [everywhere, *((one.public_id, one.title) for one in sittings)]
        return self


class ListForm(FlaskForm):
    listed = TextAreaField(
        _("The list, one person a line"),
        description=_("Number, sitting, room, place, machine: pasted from a sheet."),
        filters=[lines],
        validators=[at_most(400_000)],
    )
    sheet = FileField(_("Or a file (.xlsx or .csv)"))


class PlaceForm(FlaskForm):
    person = HiddenField(validators=[InputRequired(_("Choose a person."))])
    person_text = StringField(_("Person"), filters=[line])
    spot = HiddenField(validators=[InputRequired(_("Choose a room."))])
    spot_text = StringField(_("Sitting and room"), filters=[line])
    place = StringField(_("Number of the place"), filters=[line], validators=[at_most(20)])
    machine = StringField(_("Machine"), filters=[line], validators=[at_most(60)])


class TakeOverForm(ReasonForm):
    machine = HiddenField(validators=[InputRequired()])
    despite = BooleanField(_("Do it although people are writing now"))

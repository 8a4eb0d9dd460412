"""What proctors may send about a room and its seats."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Optional

from accounts.rules import masking
from contest.forms.fields import CountField, choices, lines
from contest.forms.organizer import REASON_NEEDED, at_most
from contest.models import Enrolment, MinutesKind


class ActForm(FlaskForm):
    reason = TextAreaField(
        _("Reason"), filters=[lines], validators=[InputRequired(REASON_NEEDED), at_most(300)]
    )


class GiveTimeForm(ActForm):
    minutes = CountField(_("Minutes given back"), least=1, most=240)


class MinutesForm(FlaskForm):
    kind = RadioField(
        _("What follows"),
        choices=choices(
            (MinutesKind.REPRIMAND.value, _("a reprimand")),
            (MinutesKind.WARNING.value, _("a warning")),
            (MinutesKind.VOID.value, _("the place is voided, once a second person agrees")),
        ),
        validators=[InputRequired(_("Choose one."))],
    )
    happened = TextAreaField(
        _("Course of events"),
        filters=[lines],
        validators=[InputRequired(_("Write what happened.")), at_most(4000)],
    )
    said = TextAreaField(
        _("What the candidate says to it"), filters=[lines], validators=[Optional(), at_most(2000)]
    )
    signed = RadioField(
        _("Signature"),
        choices=choices(
            ("yes", _("the candidate signs")),
            ("no", _("the candidate will not sign: the two who sit nearest sign")),
        ),
        validators=[InputRequired(_("Choose one."))],
    )
    first = SelectField(_("First witness"), validate_choice=False)
    second = SelectField(_("Second witness"), validate_choice=False)

    def offer(self, others: Sequence[Enrolment], *, in_full: bool) -> "MinutesForm":
        """Let the witnesses be chosen among the others of the room, the nearest first."""

        def shown(one: Enrolment) -> str:
            name = one.account.full_name
            return name if in_full else masking.name(name)

        named = [("", _("nobody"))]
        named += [(one.public_id, f"{one.number:05} {shown(one)}") for one in others]
        for field, place in ((self.first, 1), (self.second, 2)):
            field.choices = choices(*named)
            if field.data is None and len(named) > place:
                field.data = named[place][0]
        return self

    def witnesses(self, others: Sequence[Enrolment]) -> list[Enrolment]:
        """Return the witnesses chosen; one who is not of the room is none."""
        wanted: set[Any] = {self.first.data, self.second.data}
        return [one for one in others if one.public_id in wanted]

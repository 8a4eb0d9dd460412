"""What may be sent about a public vote: by who runs it, and by who votes."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired

from contest.balloting import MOST_AT_ONCE
from contest.forms.fields import CountField, choices, line
from contest.forms.organizer import ReasonForm, at_most
from contest.models import RoundEntry

NEEDED = _("Write a number.")


class CardsForm(FlaskForm):
    count = CountField(
        _("How many cards"), least=1, most=MOST_AT_ONCE, validators=[InputRequired(NEEDED)]
    )


class CancelForm(ReasonForm):
    number = CountField(
        _("Number of the card"), least=1, most=1_000_000, validators=[InputRequired(NEEDED)]
    )


class VoteForm(FlaskForm):
    choice = RadioField(
        _("Your choice"), validate_choice=False, validators=[InputRequired(_("Choose an entry."))]
    )
    code = StringField(_("Code of your seat card"), filters=[line], validators=[at_most(40)])

    def offer(self, rows: Sequence[RoundEntry]) -> None:
        self.choice.choices = choices(*((one.entry.public_id, one.entry.title) for one in rows))

    def chosen(self, rows: Sequence[RoundEntry]) -> RoundEntry | None:
        return next((one for one in rows if one.entry.public_id == self.choice.data), None)

"""What participants may send to the pages of their rounds and attempts."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import AnyOf, InputRequired, Length

from contest.forms.fields import line
from core.text import N_


class StartForm(FlaskForm):
    honest = BooleanField(
        validators=[InputRequired(N_("Tick this to start: the rules ask for your own work."))]
    )


class PracticeForm(FlaskForm):
    pass


class PredictionForm(FlaskForm):
    number = StringField(
        _("Your number"), filters=[line], validators=[InputRequired(N_("Write a number."))]
    )


class AnswerForm(FlaskForm):
    go = StringField(default="next", validators=[AnyOf(["next", "prev", "review"])])


class SubmitForm(FlaskForm):
    # Room for some essays of the greatest length that could not be sent before.
    pending = HiddenField(default="[]", validators=[Length(max=600_000)])

"""What participants and organisers may send about appeals."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from contest.forms.fields import MomentField, choices, lines
from contest.forms.organizer import at_most
from contest.rules.appealing import REGIME_NAMES, AppealRegime, AppealWindow


class AppealForm(FlaskForm):
    reason = TextAreaField(
        _("What is wrong"),
        filters=[lines],
        validators=[InputRequired(_("Say what is wrong.")), at_most(2000)],
    )
    positions = SelectMultipleField(
        _("Questions it is about"),
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validate_choice=False,
    )


class AnswerForm(FlaskForm):
    outcome = RadioField(
        _("Outcome"),
        choices=choices(
            ("keep", _("The result stays")), ("change", _("The result is to be changed"))
        ),
        validators=[InputRequired(_("Choose one."))],
    )
    answer = TextAreaField(
        _("Answer to the participant"),
        filters=[lines],
        validators=[InputRequired(_("Write the answer.")), at_most(2000)],
    )


class AppealWindowForm(FlaskForm):
    regime = RadioField(
        _("Rules"),
        choices=choices(*((one.value, _(name)) for one, name in REGIME_NAMES.items())),
        validators=[InputRequired(_("Choose one."))],
    )
    opens_at = MomentField(_("Appeals from"), optional=True)
    closes_at = MomentField(_("Appeals until"), ends=True, optional=True)

    def window(self) -> AppealWindow:
        """Return the hours as the round has them."""
        return AppealWindow(AppealRegime(self.regime.data), self.opens_at.data, self.closes_at.data)

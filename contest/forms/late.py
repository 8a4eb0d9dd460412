"""What organisers may send about answers that came late."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired

from contest.forms.fields import choices, lines
from contest.forms.organizer import REASON_NEEDED, at_most
from contest.rules.lateness import LateRule


class ProposalForm(FlaskForm):
    rule = RadioField(
        _("The late answers"),
        choices=choices(
            (LateRule.FILL.value, _("count where no answer came in time")),
            (LateRule.REPLACE.value, _("count, also in place of older answers that came in time")),
            (LateRule.NONE.value, _("do not count")),
        ),
        validators=[InputRequired(_("Choose one."))],
    )
    reason = TextAreaField(
        _("Reason"), filters=[lines], validators=[InputRequired(REASON_NEEDED), at_most(300)]
    )


class DecisionForm(FlaskForm):
    """Both answers of the second person: which button was pressed says which."""

    reason = TextAreaField(
        _("Reason"), filters=[lines], validators=[InputRequired(REASON_NEEDED), at_most(300)]
    )

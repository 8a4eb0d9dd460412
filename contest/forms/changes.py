"""What organisers may send about changes to results, and about the end of a round."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import Optional, ValidationError

from contest.forms.fields import line
from contest.forms.organizer import at_most
from contest.rules import comparing
from contest.rules.comparing import Lines
from contest.rules.scoring import to_millionths
from core import i18n, writing
from core.saying import Unreadable


class LinesForm(FlaskForm):
    """The lines that a preview looks at."""

    places = StringField(
        _("Last place of each prize"), filters=[line], validators=[Optional(), at_most(80)]
    )
    passing = StringField(
        _("Score that passes"), filters=[line], validators=[Optional(), at_most(20)]
    )

    def validate_places(self, field: Any) -> None:  # noqa: ANN401 -- WTForms' own type
        """Want places from 1 up."""
        try:
            comparing.read_places(field.data or "")
        except ValueError as fault:
            raise ValidationError(_("Write places from 1 up, for example 1, 3, 10.")) from fault

    def validate_passing(self, field: Any) -> None:  # noqa: ANN401 -- WTForms' own type
        """Want a number."""
        try:
            writing.parse_number(field.data or "0")
        except Unreadable as fault:
            raise ValidationError(i18n.say(fault.sentence)) from fault

    def lines(self) -> Lines:
        """Return the lines."""
        score = writing.parse_number(self.passing.data) if self.passing.data else None
        places = comparing.read_places(self.places.data or "")
        return Lines(places, None if score is None else to_millionths(score))

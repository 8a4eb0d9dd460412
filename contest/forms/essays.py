"""What a marker may send: points for each line of the rubric, and words."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField

from contest.forms.fields import line
from contest.forms.organizer import at_most
from contest.rules import scoring
from contest.rules.combining import Criterion
from core import writing
from core.saying import Unreadable

FIELD = "criterion-"


class MarkField(StringField):
    """Points from nothing to `most`, in millionths; a decimal comma is understood."""

    def __init__(self, label: str, *, most: int, **kwargs: Any) -> None:  # noqa: ANN401 -- WTForms' own
        self.most = most
        super().__init__(label, **kwargs)

    def _value(self) -> str:
        return line(self.raw_data[0]) if self.raw_data else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the points, or say which points there are."""
        most = scoring.from_millionths(self.most)
        self.data = None
        try:
            points = writing.parse_number(line(valuelist[0] if valuelist else ""))
        except Unreadable as unreadable:
            raise ValueError(_refusal(most)) from unreadable
        if not 0 <= points <= most:
            raise ValueError(_refusal(most))
        self.data = scoring.to_millionths(points)  # type: ignore[assignment]  # -- millionths


def _refusal(most: Decimal) -> str:
    return str(gettext("Write points from 0 to %(most)s.", most=writing.score(most)))


class MarkingForm(FlaskForm):
    comment = TextAreaField(_("Comment"), validators=[at_most(2000)])

    def given(self) -> dict[str, int]:
        """Return the points by criterion; for a form that is valid."""
        return {
            name.removeprefix(FIELD): int(field.data)
            for name, field in self._fields.items()
            if name.startswith(FIELD)
        }


def marking_form(criteria: Sequence[Criterion]) -> MarkingForm:
    """Return the form of an answer with these lines to mark by."""
    fields = {
        FIELD + one.id: MarkField(one.text or gettext("Points"), most=one.points)
        for one in criteria
    }
    made: MarkingForm = type("Marking", (MarkingForm,), fields)()
    return made

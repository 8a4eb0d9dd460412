"""What chairs and secretaries may send about judged rounds."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, RadioField, StringField
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import TextInput

from contest.forms.fields import CountField, MomentField, choices, line
from contest.forms.organizer import REASON_NEEDED, ChecksField, ReasonForm, at_most
from contest.judged_results import Deviation, Results
from contest.rules.judging.deviating import Remedy, Way
from core import i18n, writing
from core.saying import Unreadable


class PointsField(Field):
    """Points with decimals as offices write them: “-0,5”."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else i18n.number(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the points, or say what is wrong with them."""
        self.data = None
        typed = line(valuelist[0] if valuelist else "")
        if not typed:
            return
        sign = -1 if typed[0] in "-−–" else 1
        try:
            self.data = sign * writing.parse_number(typed.lstrip("-−–+ "))
        except Unreadable as unreadable:
            raise ValueError(i18n.say(unreadable.sentence)) from unreadable


class DecideForm(ReasonForm):
    """What the chair decides about scores too far apart."""

    way = RadioField(_("What becomes of them"), validators=[InputRequired()])
    judges = ChecksField(_("Whose sheet"), validators=[Optional()])

    def offer(self, results: Results, deviation: Deviation, thirds: list[str]) -> None:
        """Offer what the sealed rule knows, and the judges it may be about."""
        rule = results.read.judged.declared.deviation
        has_third = rule is not None and rule.remedy is Remedy.THIRD_MARKER
        ways = [Way.THIRD] if has_third else [Way.KEEP, Way.AGAIN, Way.DISCUSSION]
        keys = thirds if has_third else sorted(deviation.case.before)
        people = results.read.judges
        self.way.choices = [(way.value, i18n.translated(way.label)) for way in ways]
        self.judges.choices = [(key, f"{key} {people[key].name}") for key in keys]


class LineForm(FlaskForm):
    points = PointsField(
        _("Points"),
        description=_("With a minus sign where they are taken off, for example −0,5."),
        validators=[InputRequired(_("Write how many points."))],
    )
    reason = StringField(
        _("Reason"), filters=[line], validators=[InputRequired(REASON_NEEDED), at_most(300)]
    )


class VoteForm(FlaskForm):
    order = StringField(
        _("Entries, the first one first"),
        filters=[line],
        description=_("Their codes, with commas between: A-004, A-017."),
        validators=[InputRequired(_("Write the codes of the entries.")), at_most(300)],
    )
    words = StringField(
        _("Motion"), filters=[line], validators=[InputRequired(REASON_NEEDED), at_most(300)]
    )
    votes_for = CountField(_("Votes for"), least=0, most=99)
    votes_against = CountField(_("Votes against"), least=0, most=99, default=0)

    @property
    def codes(self) -> list[str]:
        """The codes that were written."""
        return [one.strip().upper() for one in (self.order.data or "").split(",") if one.strip()]


class MomentsForm(FlaskForm):
    entrants = MomentField(_("Entrants see their results from"), optional=True)
    public = MomentField(_("Everybody sees the results from"), optional=True)


ORDERS = choices(("", _("Order of appearance")), ("hang", _("Best first")))

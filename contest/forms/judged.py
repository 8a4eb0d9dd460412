"""What chairs and secretaries may send about judged rounds."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import TextInput

from contest.forms.fields import CountField, MomentField, choices, line, lines
from contest.forms.organizer import REASON_NEEDED, ChecksField, ReasonForm, at_most
from contest.forms.prizes import LevelsField
from contest.honouring import Plan
from contest.judged_deviations import Deviation
from contest.judged_results import Results
from contest.models import JudgedRound
from contest.rules.judging.deviating import Remedy, Way
from contest.rules.judging.promoting import Equals, PromotionRule
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
        # Beside the form of a line, and one of these for each set of criteria.
        for field in (self.way, self.judges, self.reason):
            field.id = f"{field.name}-of-{deviation.criteria or 'all'}"


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


def _whole(field: CountField) -> int | None:
    return None if field.data is None else int(field.data)


class PromotionForm(FlaskForm):
    target = SelectField(_("Into which round"))
    count = CountField(_("The first so many"), least=1, most=10_000, optional=True)
    percent = PointsField(_("Or the first so many percent"), validators=[Optional()])
    least = PointsField(_("With so many points at least"), validators=[Optional()])
    per_group = CountField(_("Of each group at most"), least=1, most=1000, optional=True)
    from_each = CountField(_("The best of each group, at least"), least=1, most=1000, optional=True)
    group = RadioField(
        _("Groups are"),
        default="unit",
        choices=choices(("unit", _("units")), ("category", _("categories"))),
    )
    equals = RadioField(
        _("Equals on the edge"),
        default="all",
        choices=choices(("all", _("all go on")), ("none", _("none goes on"))),
    )
    wild_cards = TextAreaField(
        _("Wild cards of the chair"),
        filters=[lines],
        description=_("One in each line: the code, a colon, the reason."),
        validators=[at_most(2000)],
    )

    def offer(self, rounds: Sequence[JudgedRound]) -> None:
        """Offer the rounds that follow."""
        self.target.choices = [(one.round.public_id, one.round.title) for one in rounds]

    @property
    def rule(self) -> PromotionRule:
        """The rule that was written."""
        return PromotionRule(
            _whole(self.count),
            self.percent.data,
            self.least.data,
            _whole(self.per_group),
            _whole(self.from_each),
            Equals(self.equals.data),
        )

    @property
    def cards(self) -> dict[str, str]:
        """The reason of each wild card, by the code of its entry."""
        typed = (self.wild_cards.data or "").split("\n")
        pairs = [one.partition(":") for one in typed if one.strip()]
        return {
            code.strip().upper(): reason.strip()[:300]
            for code, _colon, reason in pairs
            if reason.strip()
        }


class PlanForm(FlaskForm):
    levels = LevelsField(
        _("Prizes over the ranking"),
        description=_("One level in each line: title; number; value in đồng."),
    )
    side = LevelsField(
        _("Side prizes"),
        description=_("They follow no ranking: the panel chooses their entries, with a reason."),
    )

    @property
    def plan(self) -> Plan:
        """The prizes that were written."""
        return Plan(self.levels.data or (), self.side.data or ())


class GiveForm(ReasonForm):
    code = StringField(
        _("Code of the entry"),
        filters=[line],
        description=_("Empty leaves the prize vacant."),
        validators=[at_most(16)],
    )

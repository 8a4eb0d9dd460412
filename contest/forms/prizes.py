"""What organisers may send about prizes, winners and quotas."""

import re
from decimal import Decimal
from typing import Any, cast

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, ValidationError
from wtforms.widgets import TextInput

from accounts.rules.staff import StaffCategory
from contest.forms.fields import CountField, choices, line, lines
from contest.forms.organizer import ChecksField, ReasonForm, at_most
from contest.models import Contest, PrizeKind, PrizeRule
from contest.offering import RuleSettings
from contest.rules import prizes, quotas
from contest.rules.collective import MOST_DECIMALS, CollectiveRule, Measure
from contest.rules.prizes import IndividualRule, Level, Once, Ties
from contest.rules.quotas import Basis
from contest.rules.unit_groups import UnitGroup
from core import i18n, writing
from core.saying import Unreadable
from core.web import whole_or

_LEVEL = re.compile(r"([^;]{1,120});\s*(\d{1,3})\s*(?:;\s*([\d.\s]{1,15}))?")
_POINTS = re.compile(r"([^;]{1,120});\s*([\d.,]{1,12})")


class LinesField(TextAreaField):
    """Something that is written one in each line; what was typed stays in the box."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "\n".join(self.write(one) for one in self.data or ())

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the lines, or say which one cannot be read."""
        typed = lines(valuelist[0] if valuelist else "").split("\n")
        self.data: Any = tuple(self.read(text.strip()) for text in typed if text.strip())

    def read(self, text: str) -> Any:  # noqa: ANN401 -- a field's own value
        """Return what a line says. Raise `ValueError`."""
        raise NotImplementedError

    def write(self, one: Any) -> str:  # noqa: ANN401 -- a field's own value
        """Return the line of a value."""
        raise NotImplementedError


class LevelsField(LinesField):
    """Levels of prizes: title; number; value in đồng."""

    def read(self, text: str) -> Level:
        """Return the level that a line says."""
        found = _LEVEL.fullmatch(text)
        if found is None or not 0 < int(found[2]) <= prizes.MOST_OF_LEVEL:
            said_ = _("“%(line)s”: write it like Giải Nhất; 1; 800.000", line=text)
            raise ValueError(said_)
        value = re.sub(r"\D", "", found[3] or "") or "0"
        return Level(line(found[1]), int(found[2]), int(value))

    def write(self, one: Level) -> str:
        """Return the line of a level."""
        return f"{one.title}; {one.count}; {writing.number(one.value)}"


class PointsField(LinesField):
    """Points of individual prizes: title; points."""

    def read(self, text: str) -> tuple[str, Decimal]:
        """Return the title and the points that a line says."""
        found = _POINTS.fullmatch(text)
        if found is None:
            raise ValueError(_("“%(line)s”: write it like Giải Nhất; 10", line=text))
        return line(found[1]), _number(found[2])

    def write(self, one: tuple[str, Decimal]) -> str:
        """Return the line of a title and its points."""
        return f"{one[0]}; {writing.number(one[1])}"


class NumberField(Field):
    """A number with a decimal comma, or nothing."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return line(self.raw_data[0])
        return "" if self.data is None else writing.number(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number, or say what is wrong with it."""
        typed = line(valuelist[0] if valuelist else "")
        self.data = _number(typed) if typed else None


def _number(typed: str) -> Decimal:
    try:
        number = writing.parse_number(typed)
    except Unreadable as unreadable:
        raise ValueError(i18n.say(unreadable.sentence)) from unreadable
    if not 0 <= number <= 1_000_000:
        raise ValueError(_("Write a number from 0 to 1.000.000."))
    return number


# Before the public id of an overall table, beside those of rounds.
TABLE = "table:"


class PrizesForm(FlaskForm):
    """What prizes for people and for units have in common."""

    title = StringField(
        _("Name of these prizes"),
        filters=[line],
        validators=[InputRequired(_("Write the name of these prizes.")), at_most(160)],
    )
    round = SelectField(_("For"), validate_choice=False)
    levels = LevelsField(
        _("Prizes, the highest first"),
        description=_("One in each line: name; number; value in đồng."),
        validators=[InputRequired(_("Name at least one prize."))],
    )

    def offer(self, contest: Contest) -> None:
        """Offer the rounds of a contest, and the whole of it."""
        rounds = [(one.public_id, one.title) for one in contest.rounds]
        self.round.choices = choices(("", _("The whole contest")), *rounds)

    def round_in(self, contest: Contest) -> int | None:
        """Return the id of the round chosen."""
        chosen = self.round.data
        return next((one.id for one in contest.rounds if one.public_id == chosen), None)


def ties_field() -> RadioField:
    """Return the choice of what happens between equals."""
    return RadioField(
        _("Equals for the last prize of a level"),
        default=Ties.COMMITTEE.value,
        choices=choices(
            (Ties.COMMITTEE.value, _("The committee decides")),
            (Ties.LOT.value, _("The lot decides, from a seed kept beforehand")),
            (Ties.MORE.value, _("All get it: prizes are added")),
            (Ties.SHARE.value, _("They share its value")),
        ),
    )


class IndividualForm(PrizesForm):
    block = SelectField(_("Group"), validate_choice=False)
    ties = ties_field()
    once = RadioField(
        _("One person, several lists"),
        default=Once.HIGHER.value,
        choices=choices(
            (Once.HIGHER.value, _("Keeps the highest prize only")),
            (Once.FIRST.value, _("Wins once: later lists pass the person over")),
            (Once.MANY.value, _("May win in each list")),
        ),
    )
    least_score = NumberField(
        _("Least score"), description=_("Left empty: any score may win a prize.")
    )
    publishes_names = BooleanField(
        _("The rules say that winners are published with their full names"),
        description=_("Only of those who agreed to it; all others are masked."),
    )

    def offer(self, contest: Contest) -> None:
        """Offer also the groups of the contest."""
        super().offer(contest)
        blocks = [(one.id, one.title) for one in contest.blocks]
        self.block.choices = choices(("", _("Everybody")), *blocks)
        tables = [(f"{TABLE}{one.public_id}", one.title) for one in contest.tables]
        rounds = [(one.public_id, one.title) for one in contest.rounds]
        whole = ("", _("The whole contest"))
        self.round.choices = choices(whole, *rounds, *tables)

    def table_in(self, contest: Contest) -> int | None:
        """Return the id of the overall table chosen."""
        chosen = (self.round.data or "").removeprefix(TABLE)
        return next((one.id for one in contest.tables if one.public_id == chosen), None)

    def settings(self, contest: Contest) -> RuleSettings:
        """Return what is typed."""
        rule = IndividualRule(
            self.levels.data,
            Ties(self.ties.data),
            Once(self.once.data),
            self.least_score.data,
            bool(self.publishes_names.data),
        )
        known = {one.id for one in contest.blocks}
        block = whole_or(self.block.data or "", 0)
        return RuleSettings(
            self.title.data or "",
            PrizeKind.INDIVIDUAL,
            rule.written(),
            self.round_in(contest),
            block if block in known else None,
            self.table_in(contest),
        )


class CollectiveForm(PrizesForm):
    groups = ChecksField(
        _("Which units"),
        description=_("None ticked: all units of the contest."),
        choices=choices(*((one.value, _(one.label)) for one in UnitGroup)),
    )
    people = NumberField(_("Weight of the number of people"))
    rate = NumberField(_("Weight of the rate of participation"))
    quotas = NumberField(_("Weight of the quotas met"))
    mean_score = NumberField(_("Weight of the mean score"))
    prize_points = NumberField(_("Weight of the points for individual prizes"))
    points = PointsField(
        _("Points of individual prizes"), description=_("One in each line: name; points.")
    )
    least_headcount = CountField(
        _("Least headcount"),
        description=_("So that a unit of one person does not win with 100 %."),
        most=10_000,
    )
    least_people = CountField(_("Least number of people who took part"), most=10_000)
    needs_quotas = BooleanField(_("Only units that have met all quotas"))
    decimals = CountField(_("Decimals, rounded half up"), most=MOST_DECIMALS)
    ties = ties_field()

    def settings(self, contest: Contest) -> RuleSettings:
        """Return what is typed."""
        weights = [(measure, self[measure.value].data) for measure in Measure]
        rule = CollectiveRule(
            self.levels.data,
            tuple((measure, weight) for measure, weight in weights if weight),
            tuple(UnitGroup(one) for one in self.groups.data or ()),
            self.points.data or (),
            cast("int", self.least_headcount.data),
            cast("int", self.least_people.data),
            bool(self.needs_quotas.data),
            cast("int", self.decimals.data),
            Ties(self.ties.data),
        )
        return RuleSettings(
            self.title.data or "", PrizeKind.COLLECTIVE, rule.written(), self.round_in(contest)
        )


def form_for(kind: PrizeKind, contest: Contest, **given: Any) -> Any:  # noqa: ANN401 -- either form
    """Return the form of prizes for people, or for units."""
    form = (CollectiveForm if kind is PrizeKind.COLLECTIVE else IndividualForm)(**given)
    form.offer(contest)
    return form


def _what_for(rule: PrizeRule) -> str:
    if rule.table is not None:
        return f"{TABLE}{rule.table.public_id}"
    return rule.round.public_id if rule.round is not None else ""


def of_prizes(rule: PrizeRule) -> dict[str, Any]:
    """Return the values with which the form begins."""
    values: dict[str, Any] = {
        "title": rule.title,
        "round": _what_for(rule),
        "block": str(rule.block_id or ""),
    }
    told: IndividualRule | CollectiveRule = (
        rule.collective if rule.is_collective else rule.individual
    )
    values |= {name: getattr(told, name) for name in told.__dataclass_fields__}
    if isinstance(told, CollectiveRule):
        values |= {measure.value: weight for measure, weight in told.weights}
        values["groups"] = [group.value for group in told.groups]
    return values | {"ties": told.ties.value, "once": rule.rule.get("once")}


USUAL = {
    PrizeKind.INDIVIDUAL: {
        "levels": (
            Level("Giải Nhất", 1, 800_000),
            Level("Giải Nhì", 2, 500_000),
            Level("Giải Ba", 3, 300_000),
            Level("Giải Khuyến khích", 5, 200_000),
        )
    },
    PrizeKind.COLLECTIVE: {
        "levels": (Level("Giải Nhất", 1, 2_000_000), Level("Giải Nhì", 2, 1_500_000)),
        "rate": Decimal(1),
        "least_headcount": 5,
        "least_people": 1,
        "decimals": 2,
    },
}


# --- Winners -----------------------------------------------------------------------------------


class ChangeForm(ReasonForm):
    """A change of one prize; which button was pressed says which."""

    holder = StringField(_("Number (SBD), or name of the unit"), filters=[line])


class FurtherForm(ChangeForm):
    level = SelectField(_("Prize"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- WTForms' own arguments
        # Beside it on the page stands another form with a reason.
        super().__init__(*args, prefix="them-", **kwargs)

    def offer(self, rule: PrizeRule) -> "FurtherForm":
        """Offer the levels of a rule."""
        self.level.choices = choices(*((at, one.title) for at, one in enumerate(rule.levels)))
        return self


# --- Quotas ------------------------------------------------------------------------------------


class QuotaForm(FlaskForm):
    title = StringField(
        _("Whom it is about"),
        description=_("As it stands in the rules, for example “Trưởng, phó phòng”."),
        filters=[line],
        validators=[InputRequired(_("Write whom the quota is about.")), at_most(80)],
    )
    groups = ChecksField(
        _("Which units"),
        description=_("None ticked: all units of the contest."),
        choices=choices(*((one.value, _(one.label)) for one in UnitGroup)),
    )
    categories = ChecksField(
        _("Which people"),
        description=_("None ticked: people of every category."),
        choices=choices(*((one.value, _(one.label)) for one in StaffCategory)),
    )
    one_stop = BooleanField(_("Only who works at the one-stop desk"))
    count = CountField(_("At least so many people"), least=1, most=100_000, optional=True)
    percent = CountField(_("At least so many percent"), least=1, most=100, optional=True)
    basis = RadioField(
        _("Percent of what"),
        default=Basis.HEADCOUNT.value,
        choices=choices(*((one.value, _(one.label)) for one in Basis)),
    )

    def validate_percent(self, field: CountField) -> None:
        if field.data is None and self.count.data is None:
            raise ValidationError(_("Ask for a number of people, or for a percentage."))

    def quota(self) -> quotas.Quota:
        """Return what is typed."""
        return quotas.Quota(
            self.title.data or "",
            tuple(UnitGroup(one) for one in self.groups.data or ()),
            tuple(StaffCategory(one) for one in self.categories.data or ()),
            bool(self.one_stop.data),
            cast("int | None", self.count.data),
            cast("int | None", self.percent.data),
            Basis(self.basis.data),
        )


def of_quota(asked: quotas.Quota) -> dict[str, Any]:
    """Return the values with which the form begins."""
    values = {name: getattr(asked, name) for name in asked.__dataclass_fields__}
    values["groups"] = [one.value for one in asked.groups]
    values["categories"] = [one.value for one in asked.categories]
    return values | {"basis": asked.basis.value}

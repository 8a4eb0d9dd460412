"""What organisers may send as the protocol of a judged round: criteria, rule, ties, time."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    RadioField,
    SelectField,
)

from contest.forms.criteria import (
    MOST_CRITERIA,
    AmountField,
    CriterionForm,
    grouped,
    rows_of,
)
from contest.forms.fields import CountField, choices
from contest.prescribing import Prescription
from contest.rules.judging import rubric, terms, ties
from contest.rules.judging.deducting import TimeRule
from contest.rules.judging.deviating import DeviationRule, Remedy, Third
from contest.rules.judging.rubric import Rubric
from contest.rules.judging.sealing import Protocol
from contest.rules.judging.table import Rounding
from contest.rules.judging.terms import Basis, Missing, Ranking, RoundingStep, Rule, Stage, Terms
from contest.rules.judging.ties import ChainStep, TieStep
from core import i18n

STEPS = 5
POINTS, WEIGHTS = "points", "weights"


class ProtocolForm(FlaskForm):
    criteria = FieldList(FormField(CriterionForm), max_entries=MOST_CRITERIA)
    scoring = RadioField(
        _("How marks are added up"),
        default=POINTS,
        choices=choices(
            (POINTS, _("Marks are points: they are simply added up")),
            (WEIGHTS, _("Each criterion has a weight, and full marks come to 100")),
        ),
    )
    judges_each = CountField(_("Judges for each entry"), least=1, most=50)
    is_blind = BooleanField(
        _("Judges do not know whose an entry is"),
        description=_("They see its code, its title and redacted copies of its files."),
    )
    rule = SelectField(
        _("Rule of combination"),
        choices=choices(*((one.value, _(terms.name(one).message)) for one in Rule)),
    )
    drop = CountField(
        _("Scores dropped at each end"),
        optional=True,
        most=terms.MOST_DROPPED,
        description=_("Only for the trimmed mean. Left empty: by the size of the panel."),
    )
    basis = SelectField(
        _("What is combined"),
        choices=choices(
            (Basis.SHEET.value, _("Each judge’s score")),
            (Basis.CRITERION.value, _("Each criterion, added up afterwards")),
        ),
    )
    missing = SelectField(
        _("While a score is missing"),
        choices=choices(
            (Missing.BLOCK.value, _("there is no result")),
            (Missing.REST.value, _("it is left out")),
            (Missing.ESTIMATE.value, _("it is estimated from the others")),
        ),
    )
    sheet_places = CountField(_("Each judge’s score is rounded to"), optional=True, most=6)
    criterion_places = CountField(
        _("Each criterion’s combined mark is rounded to"), optional=True, most=6
    )
    part_places = CountField(_("What each criterion adds is rounded to"), optional=True, most=6)
    result_places = CountField(
        _("The result is rounded to"),
        optional=True,
        most=6,
        description=_("Decimal places. Left empty: rounded only where it is shown."),
    )
    ranking = SelectField(
        _("Places and prizes"),
        default=Ranking.ROUND.value,
        choices=choices(
            (Ranking.ROUND.value, _("over all entries of the round")),
            (Ranking.CATEGORY.value, _("within each category, which is judged by itself")),
        ),
    )
    deviation = AmountField(
        _("Scores may lie apart, percent of the scale"),
        optional=True,
        most=100,
        description=_("Left empty: no rule about deviation."),
    )
    remedy = SelectField(
        _("Further apart"),
        choices=choices(
            (Remedy.DISCUSSION.value, _("the panel discusses")),
            (Remedy.THIRD_MARKER.value, _("another judge scores")),
        ),
    )
    third = SelectField(
        _("The other judge’s score"),
        choices=choices(
            (Third.ALONE.value, _("counts alone")),
            (Third.NEAREST_TWO.value, _("counts with the nearest one")),
            (Third.ALL.value, _("counts with all")),
        ),
    )
    chain = FieldList(SelectField(_("If equal")), min_entries=STEPS, max_entries=STEPS)
    limit = CountField(
        _("Time limit, minutes"),
        optional=True,
        most=600,
        description=_("Left empty: no rule about time."),
    )
    grace = CountField(_("Grace, seconds"), optional=True, most=3600)
    time_step = CountField(_("Each step begun of … seconds"), optional=True, least=1, most=3600)
    per_step = AmountField(_("costs points"), optional=True, most=1000)
    most_off = AmountField(_("At most, points"), optional=True, most=1000)
    least_minutes = CountField(_("At least, minutes"), optional=True, most=600)
    too_short = AmountField(_("Too short costs points"), optional=True, most=1000)

    def offer(self) -> None:
        """Give the steps of the chain their choices, and name the rows for a screen reader."""
        named = [(f"criterion:{one.form.id.data}", one.form.title.data) for one in self.criteria]
        marks = [
            (key, gettext("The mark of “%(title)s”", title=title or "–")) for key, title in named
        ]
        plain = [
            (one.value, i18n.say(ties.name(ChainStep(one)))) for one in TieStep if one in _PLAIN
        ]
        for number, field in enumerate(self.chain, start=1):
            field.choices = choices(("", "–"), *marks, *plain)
            field.label.text = gettext("Step %(number)s", number=number)
            if field.data not in {str(value) for value, *_rest in field.iter_choices()}:
                field.data = ""

    def prescription(self) -> Prescription:
        """Return what was set; for a form that is valid."""
        judges = cast("int", self.judges_each.data)
        return Prescription(self.protocol(), judges, bool(self.is_blind.data))

    def protocol(self) -> Protocol:
        whole = grouped([row.form for row in self.criteria])
        sheet = rubric.points(whole) if self.scoring.data == POINTS else Rubric(tuple(whole))
        return Protocol(
            sheet,
            self._terms(),
            self._chain(),
            self._deviation(sheet),
            self._time(),
            ranking=Ranking(self.ranking.data),
        )

    def _terms(self) -> Terms:
        pairs = (
            (Stage.SHEET, self.sheet_places.data),
            (Stage.CRITERION, self.criterion_places.data),
            (Stage.PART, self.part_places.data),
            (Stage.RESULT, self.result_places.data),
        )
        rounds = [
            RoundingStep(stage, cast("int", places), Rounding.HALF_UP)
            for stage, places in pairs
            if places is not None
        ]
        return Terms(
            Rule(self.rule.data),
            Basis(self.basis.data),
            Missing(self.missing.data),
            tuple(rounds),
            cast("int | None", self.drop.data),
        )

    def _chain(self) -> tuple[ChainStep, ...]:
        steps = [str(one.data).partition(":") for one in self.chain if one.data]
        return tuple(ChainStep(TieStep(step), criterion) for step, _colon, criterion in steps)

    def _deviation(self, sheet: Rubric) -> DeviationRule | None:
        percent = cast("Decimal | None", self.deviation.data)
        if percent is None:
            return None
        remedy, third = Remedy(self.remedy.data), Third(self.third.data)
        return DeviationRule(percent, Decimal(0), sheet.whole, remedy, third)

    def _time(self) -> TimeRule | None:
        limit = cast("int | None", self.limit.data)
        if limit is None:
            return None
        return TimeRule(
            limit * 60,
            cast("int | None", self.grace.data) or 0,
            cast("int | None", self.time_step.data) or 60,
            cast("Decimal | None", self.per_step.data) or Decimal(0),
            cast("Decimal | None", self.most_off.data),
            (cast("int | None", self.least_minutes.data) or 0) * 60,
            cast("Decimal | None", self.too_short.data) or Decimal(0),
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows of criteria as they stand, to be arranged."""
        return [dict(row.form.data) for row in self.criteria]


def of_protocol(protocol: Protocol, judges_each: int, *, is_blind: bool) -> dict[str, Any]:
    """Return the values with which the form begins."""
    rule, sheet = protocol.terms, protocol.rubric
    places = {one.stage: one.places for one in rule.roundings}
    weighed = rubric.points(sheet.criteria)
    return {
        "criteria": list(rows_of(sheet, with_weights=weighed != sheet)),
        "scoring": POINTS if weighed == sheet else WEIGHTS,
        "judges_each": judges_each,
        "is_blind": is_blind,
        "rule": rule.rule.value,
        "drop": rule.drop,
        "basis": rule.basis.value,
        "missing": rule.missing.value,
        "ranking": protocol.ranking.value,
        "sheet_places": places.get(Stage.SHEET),
        "criterion_places": places.get(Stage.CRITERION),
        "part_places": places.get(Stage.PART),
        "result_places": places.get(Stage.RESULT),
        "chain": _steps(protocol.chain),
        **_of_deviation(protocol.deviation),
        **_of_time(protocol.time),
    }


def _of_deviation(rule: DeviationRule | None) -> dict[str, Any]:
    if rule is None:
        return {}
    return {
        "deviation": rule.percent,
        "remedy": rule.remedy.value,
        "third": rule.third.value,
    }


def _of_time(rule: TimeRule | None) -> dict[str, Any]:
    if rule is None:
        return {}
    return {
        "limit": rule.limit // 60,
        "grace": rule.grace,
        "time_step": rule.step,
        "per_step": rule.per_step,
        "most_off": rule.most,
        "least_minutes": rule.least_seconds // 60 or None,
        "too_short": rule.too_short or None,
    }


def _steps(chain: Sequence[ChainStep]) -> list[str]:
    told = [
        f"{one.step.value}:{one.criterion}" if one.criterion else one.step.value for one in chain
    ]
    return [*told, *([""] * STEPS)][:STEPS]


# What a step compares without naming a criterion.
_PLAIN = frozenset(TieStep) - {TieStep.CRITERION}

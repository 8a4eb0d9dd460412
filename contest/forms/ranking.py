"""What organisers may send about blocks, overall tables and the trial of other rules."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired

from contest.forms.fields import CountField, RankingField, choices, line, lines, ranking_values
from contest.forms.organizer import at_most
from contest.models import Block, Round
from contest.rules.allowing import Counts
from contest.rules.grouping import BlockSettings, Members
from contest.rules.predicting import Lock
from contest.rules.preset import Preset
from contest.rules.totalling import MILLION, OverallRule, OverallTerms
from contest.totalling import TableSettings
from core.web import whole_or
from questions.forms.blueprints import PointsField

FIRST = (1, 3, 5, 10, 20, 50)


class BlockForm(FlaskForm):
    title = StringField(
        _("Name of the group"),
        description=_("As the rules write it, for example “Khối người dân”."),
        filters=[line],
        validators=[InputRequired(_("Write the name of the group.")), at_most(120)],
    )
    members = RadioField(
        _("Whom it is for"),
        default=Members.ANYBODY.value,
        choices=choices(
            (Members.ANYBODY.value, _("Everybody")),
            (Members.STAFF.value, _("Staff of agencies and units")),
            (Members.CITIZENS.value, _("Citizens who are not staff")),
        ),
    )
    min_age = CountField(_("Least age in the group"), least=1, most=99, optional=True)

    def settings(self) -> BlockSettings:
        """Return what was set; for a form that is valid."""
        age = cast("int | None", self.min_age.data)
        return BlockSettings(self.title.data or "", Members(self.members.data), age)


def of_block(settings: BlockSettings) -> dict[str, Any]:
    """Return the values with which the form begins."""
    return {
        "title": settings.title,
        "members": settings.members.value,
        "min_age": settings.min_age,
    }


class BlockPaperForm(Form):
    block = HiddenField()
    blueprint = SelectField(_("Paper"))


class BlockPapersForm(FlaskForm):
    """For each block of a round the blueprint of its papers; empty is what the others draw."""

    papers = FieldList(FormField(BlockPaperForm), max_entries=40)

    def offer(self, blocks: Sequence[Block], kept: Mapping[int, str]) -> None:
        """Give every list its choices, named by the bank; `kept` are blueprints by id."""
        offered = choices(("", gettext("The paper of the round")), *kept.items())
        titles = {str(one.id): one.title for one in blocks}
        for entry in self.papers:
            entry.form.blueprint.choices = offered
            entry.form.blueprint.label.text = titles.get(entry.form.block.data or "", "")

    def chosen(self) -> dict[int, int | None]:
        """Return the blueprint chosen for each block."""
        return {
            whole_or(entry.form.block.data or "", 0): whole_or(entry.form.blueprint.data, None)
            for entry in self.papers
        }


class PartForm(Form):
    round = HiddenField()
    takes = BooleanField()
    weight = PointsField(_("Weight"))


class TableForm(FlaskForm):
    title = StringField(
        _("Name of the table"),
        filters=[line],
        validators=[InputRequired(_("Write the name of the table.")), at_most(120)],
    )
    rule = RadioField(
        _("How the rounds are put together"),
        default=OverallRule.SUM.value,
        choices=choices(
            (OverallRule.SUM.value, _("Added up")),
            (OverallRule.WEIGHTED.value, _("Scores added up by weight")),
            (OverallRule.BEST.value, _("The best round of each person")),
            (OverallRule.KEEP_HIGHER_PRIZE.value, _("Everybody once, at the best place")),
        ),
    )
    parts = FieldList(FormField(PartForm), max_entries=100)
    min_rounds = CountField(
        _("Least number of rounds"),
        description=_("Who took part in fewer is left out."),
        default=1,
        least=1,
        most=100,
    )
    ranking = RankingField(_("Order of ranking"))
    shares_prizes = BooleanField(_("Who is still equal shares the place and the prize"))

    def offer(self, rounds: Sequence[Round], weights: Mapping[int, int] | None = None) -> None:
        """Make a line for each round; `weights` are those of a table that stands."""
        if not self.parts.entries:
            for one in rounds:
                weight = (weights or {}).get(one.id)
                taken = weights is None or weight is not None
                line_ = {"round": str(one.id), "takes": taken, "weight": weight or MILLION}
                self.parts.append_entry(line_)
        titles = {str(one.id): one.title for one in rounds}
        for entry in self.parts:
            entry.form.takes.label.text = titles.get(entry.form.round.data or "", "–")

    def settings(self) -> TableSettings:
        """Return what was set; for a form that is valid."""
        weights = {
            whole_or(entry.form.round.data or "", 0): int(cast("int", entry.form.weight.data))
            for entry in self.parts
            if entry.form.takes.data
        }
        rule = OverallRule(self.rule.data)
        if rule is not OverallRule.WEIGHTED:
            weights = dict.fromkeys(weights, MILLION)
        terms = OverallTerms(
            rule,
            self.ranking.rule(shares=bool(self.shares_prizes.data)),
            weights,
            cast("int", self.min_rounds.data),
        )
        return TableSettings(self.title.data or "", terms)

    def act(self, act: str, chosen: str) -> None:
        """Do to the chain what a button without a script asks."""
        name, _colon, place = act.partition(":")
        at = whole_or(place, 0)
        if name in ("up", "down"):
            self.ranking.move(at, -1 if name == "up" else 1)
        elif name == "drop":
            self.ranking.drop(at)
        elif name == "cut":
            self.ranking.cut(at)
        elif name == "add_key":
            self.ranking.add(chosen)


def of_table(settings: TableSettings) -> dict[str, Any]:
    """Return the values with which the form begins, without its rounds."""
    terms = settings.terms
    return {
        "title": settings.title,
        "rule": terms.rule.value,
        "min_rounds": terms.min_rounds,
        "ranking": ranking_values(terms.ranking),
        "shares_prizes": terms.ranking.shares_prizes,
    }


class ReasonedForm(FlaskForm):
    reason = TextAreaField(_("Note"), filters=[lines], validators=[at_most(300)])


class TrialForm(Form):
    """Other rules to try, as an address carries them; nothing of it is kept."""

    chain = SelectField(_("Order of ranking"))
    counts = SelectField(
        _("Which attempt counts"),
        choices=choices(
            ("", _("As set")),
            (Counts.BEST.value, _("The best")),
            (Counts.FIRST.value, _("The first")),
            (Counts.LAST.value, _("The last")),
        ),
    )
    lock = SelectField(
        _("How often one may predict"),
        choices=choices(
            ("", _("As set")),
            (Lock.PER_ROUND.value, _("Once for the whole round")),
            (Lock.FIRST_ATTEMPT.value, _("In the first attempt only")),
            (Lock.PER_ATTEMPT.value, _("Once in every attempt")),
        ),
    )
    over = SelectField(
        _("A prediction above the actual number"),
        choices=choices(("", _("As set")), ("counts", _("Counts")), ("no", _("Does not count"))),
    )
    block = SelectField(_("Group"))
    first = SelectField(
        _("Places that win"), default="10", choices=choices(*((n, str(n)) for n in FIRST))
    )

    def offer(self, presets: Sequence[Preset], blocks: Sequence[Block]) -> None:
        """Give the lists their choices: the chains of real contests, the blocks of this one."""
        named = ((one.key, one.title) for one in presets)
        self.chain.choices = choices(("", gettext("As set")), *named)
        groups = ((one.id, one.title) for one in blocks)
        self.block.choices = choices(("", gettext("All groups together")), *groups)
        for field in (self.chain, self.counts, self.lock, self.over, self.block, self.first):
            known = {str(value) for value, *_ in field.iter_choices()}
            if field.data not in known:
                field.data = field.default or ""

"""What organisers may send about the parts of a judged round, and about what was counted."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    FileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional, Regexp

from contest.apportioning import Counted, PartSettings
from contest.forms.fields import CountField, MomentField, choices, line, lines
from contest.forms.organizer import at_most
from contest.forms.prizes import NumberField
from contest.models import Round, RoundEntry
from contest.rules.judging.measured import MeasureRule, Scale
from contest.rules.judging.parts import PartKind, QuizWay
from contest.rules.judging.voting import VoteRule

# What pages of videos and posts count; an organiser weighs those that the rules name.
FIGURES = {
    "views": _("Views"),
    "likes": _("Likes"),
    "comments": _("Comments"),
    "shares": _("Shares"),
}
KINDS = {
    PartKind.JUDGED: _("Judged by the panel"),
    PartKind.QUIZ: _("A quiz of this contest"),
    PartKind.MEASURED: _("Counted: views, likes, comments, shares"),
    PartKind.VOTED: _("Public vote"),
}
SCALES = {
    Scale.LOG: _("By the logarithm: twice as many views are not twice the points"),
    Scale.LINEAR: _("In proportion to the count"),
    Scale.RANK: _("By rank"),
}
# What each kind asks for besides its name and points.
NEEDED = {
    PartKind.MEASURED: ("closes_at", "scale", "cap", *FIGURES),
    PartKind.VOTED: ("opens_at", "ends_at", "by", "per_device", "per_network"),
    PartKind.QUIZ: ("quiz", "way"),
}
_MOST_COUNTED = 2_000_000_000


class PartForm(FlaskForm):
    title = StringField(
        _("Name of the part"),
        filters=[line],
        validators=[InputRequired(_("Write the name of the part.")), at_most(160)],
    )
    most = NumberField(
        _("Points at most"),
        description=_("The points of all parts together are what an entry can reach."),
        validators=[InputRequired(_("Write the points."))],
    )
    closes_at = MomentField(_("Figures are taken by"), ends=True, optional=True)
    scale = SelectField(
        _("How counts become points"),
        choices=choices(*((one.value, words) for one, words in SCALES.items())),
    )
    cap = CountField(
        _("Count from which nothing more is earned"),
        description=_("Left empty: the highest count earns all points."),
        most=_MOST_COUNTED,
        optional=True,
    )
    views = NumberField(_("One view counts"), default=Decimal(1))
    likes = NumberField(_("One like counts"))
    comments = NumberField(_("One comment counts"))
    shares = NumberField(_("One share counts"))
    opens_at = MomentField(_("The vote opens at"), optional=True)
    ends_at = MomentField(_("The vote closes at"), ends=True, optional=True)
    by = RadioField(
        _("Who votes"),
        default="cards",
        choices=choices(
            ("cards", _("Whoever holds a seat card: each code votes once")),
            ("roster", _("Whoever has an account here: each votes once")),
        ),
    )
    per_device = CountField(_("Votes from one device at most"), most=1000, optional=True)
    per_network = CountField(
        _("Votes from one network at most"),
        description=_("A hall often shares one address: leave it empty there."),
        most=100_000,
        optional=True,
    )
    quiz = SelectField(_("Which quiz"), validate_choice=False)
    way = RadioField(
        _("Of several people of an entry"),
        default=QuizWay.MEAN.value,
        choices=choices(
            (QuizWay.MEAN.value, _("The mean counts; who took no part has nothing right")),
            (QuizWay.BEST.value, _("The best result counts")),
        ),
    )

    def ask(self, kind: PartKind) -> None:
        """Take out the fields that a kind does not need."""
        for other, names in NEEDED.items():
            for name in names:
                if other is not kind and name in self:
                    del self[name]

    def offer(self, kind: PartKind, quizzes: Sequence[Round]) -> None:
        self.ask(kind)
        if kind is PartKind.QUIZ:
            self.quiz.choices = choices(*((one.public_id, one.title) for one in quizzes))

    def settings(self, kind: PartKind, quizzes: Sequence[Round]) -> PartSettings:
        """Return what is typed; a kind takes the fields it needs."""
        return PartSettings(
            kind,
            self.title.data or "",
            self.most.data or Decimal(0),
            measure=self._measure() if kind is PartKind.MEASURED else None,
            vote=self._vote() if kind is PartKind.VOTED else None,
            by_roster=kind is PartKind.VOTED and self.by.data == "roster",
            quiz=self._chosen(quizzes) if kind is PartKind.QUIZ else None,
            way=QuizWay(self.way.data) if kind is PartKind.QUIZ else QuizWay.MEAN,
            counted_at=self.closes_at.data if kind is PartKind.MEASURED else None,
        )

    def _measure(self) -> MeasureRule:
        weighed = {name: self[name].data for name in FIGURES}
        weights = {name: weight for name, weight in weighed.items() if weight}
        scale = Scale(self.scale.data or Scale.LOG.value)
        return MeasureRule(self.most.data or Decimal(0), scale, _whole(self.cap), weights or None)

    def _vote(self) -> VoteRule | None:
        opens, closes = self.opens_at.data, self.ends_at.data
        if not isinstance(opens, datetime) or not isinstance(closes, datetime):
            return None
        return VoteRule(opens, closes, _whole(self.per_device), _whole(self.per_network))

    def _chosen(self, quizzes: Sequence[Round]) -> Round | None:
        return next((one for one in quizzes if one.public_id == self.quiz.data), None)


def _whole(field: CountField) -> int | None:
    return cast("int | None", field.data)


class CountForm(FlaskForm):
    entry = SelectField(_("Entry"), validate_choice=False)
    views = CountField(_("Views"), most=_MOST_COUNTED, optional=True)
    likes = CountField(_("Likes"), most=_MOST_COUNTED, optional=True)
    comments = CountField(_("Comments"), most=_MOST_COUNTED, optional=True)
    shares = CountField(_("Shares"), most=_MOST_COUNTED, optional=True)
    taken_at = MomentField(
        _("Read at"), validators=[InputRequired(_("Write when the figures were read."))]
    )
    address = StringField(
        _("Address of the page"),
        filters=[line],
        validators=[
            Optional(),
            at_most(500),
            Regexp(r"https?://\S+", message=_("Write the whole address, with https://.")),
        ],
    )
    picture = FileField(_("Picture of the page with its figures"))
    reason = TextAreaField(
        _("Reason"),
        description=_("Needed where the entry was counted before."),
        filters=[lines],
        validators=[at_most(300)],
    )

    def ask(self, figures: Sequence[str]) -> None:
        """Take out the figures that the rule does not weigh."""
        for name in FIGURES:
            if name not in figures and name in self:
                del self[name]

    def offer(self, rows: Sequence[RoundEntry]) -> None:
        named = [(one.entry.public_id, f"{one.entry.code} – {one.entry.title}") for one in rows]
        self.entry.choices = choices(*named)

    def counted(self) -> Counted:
        """Return what is typed; a figure left empty is missing."""
        fields: dict[str, Any] = {name: self[name].data for name in FIGURES if name in self}
        upload = self.picture.data
        return Counted(
            {name: value for name, value in fields.items() if value is not None},
            self.taken_at.data,
            self.address.data or "",
            upload.read() if upload else b"",
            self.reason.data or "",
        )

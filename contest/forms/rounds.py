"""What organisers may send about a round."""

from collections.abc import Sequence
from typing import Any, cast

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired

from contest.forms.eligibility import EligibilityForm, of_eligibility
from contest.forms.fields import (
    CountField,
    MomentField,
    RankingField,
    choices,
    line,
    ranking_values,
)
from contest.forms.organizer import at_most
from contest.forms.prizes import NumberField
from contest.planning import Shelf
from contest.rules.allowing import Counts
from contest.rules.predicting import Asked, Lock, Prediction, Scope, Target
from contest.rules.setting import RoundSettings
from core.web import whole_or
from questions.forms.blueprints import (
    CellForm,
    ExcludingForm,
    named,
    of_cell,
    of_excluding,
    or_none,
)
from questions.models import Bank, Blueprint
from questions.rules.filling import MILLION, Spec

MOST_CELLS = 40
DEVIATION = 10


class RoundForm(EligibilityForm, ExcludingForm):
    title = StringField(
        _("Name of the round"),
        filters=[line],
        validators=[InputRequired(_("Write the name of the round.")), at_most(120)],
    )
    opens_at = MomentField(_("Opens at"))
    closes_at = MomentField(
        _("Closes at"),
        ends=True,
        description=_("24h00 of a day is 0h00 of the next. Time of Viet Nam, by the server."),
    )
    minutes = CountField(_("Time for an attempt, minutes"), least=1, most=600)
    grace_seconds = CountField(
        _("Grace for the network, seconds"),
        description=_("An answer still counts if it arrives this long after the end."),
        most=60,
    )
    bank_id = SelectField(_("Question bank"), coerce=or_none)
    cells = FieldList(FormField(CellForm), max_entries=MOST_CELLS)
    # The blueprint chosen, and the one whose cells are in the table by now.
    source_id = SelectField(
        _("Blueprint"),
        coerce=or_none,
        description=_("Its lines are copied here and may be changed for this round."),
    )
    taken_id = HiddenField()
    shuffles = BooleanField(_("Shuffle questions and options for everybody"))
    practice_items = CountField(_("Questions of a practice attempt"), most=50)
    max_per_round = CountField(
        _("Attempts for each person in the round"),
        description=_("Left empty: any number."),
        least=1,
        most=1000,
        optional=True,
    )
    max_per_day = CountField(
        _("Attempts for each person in a day"),
        description=_("Left empty: any number."),
        least=1,
        most=100,
        optional=True,
    )
    min_interval_minutes = CountField(_("Minutes between two attempts"), most=10_080)
    counts = SelectField(
        _("Which attempt counts"),
        choices=choices(
            (Counts.BEST.value, _("The best")),
            (Counts.FIRST.value, _("The first")),
            (Counts.LAST.value, _("The last")),
        ),
    )
    target = SelectField(
        _("Participants predict"),
        description=_("The actual number is fixed when the results are computed."),
        choices=choices(
            ("", _("Nothing: no prediction is asked")),
            (Target.FULLY_CORRECT_PEOPLE.value, _("People with everything correct")),
            (Target.FULLY_CORRECT_ATTEMPTS.value, _("Attempts with everything correct")),
            (Target.PARTICIPANTS.value, _("People who take part")),
            (Target.ATTEMPTS.value, _("Attempts made")),
            (
                Target.PCT_FULLY_CORRECT.value,
                _("Share of people with everything correct, in percent"),
            ),
        ),
    )
    scope = SelectField(
        _("Counted"),
        default=Scope.ROUND.value,
        description=_("Over the whole contest it is known after the last round."),
        choices=choices(
            (Scope.ROUND.value, _("In this round")),
            (Scope.BLOCK.value, _("In this round, in everybody’s own group")),
            (Scope.CONTEST.value, _("In all rounds of the contest")),
        ),
    )
    asked = RadioField(
        _("When it is asked"),
        default=Asked.WITH_QUIZ.value,
        choices=choices(
            (Asked.WITH_QUIZ.value, _("With the questions, as the last one")),
            (Asked.AFTER_SUBMIT.value, _("After handing in, until the round closes")),
        ),
    )
    decimals = CountField(_("Decimals of a percentage"), most=6)
    lock = RadioField(
        _("How often one may predict"),
        choices=choices(
            (Lock.PER_ROUND.value, _("Once for the whole round")),
            (Lock.FIRST_ATTEMPT.value, _("In the first attempt only")),
            (Lock.PER_ATTEMPT.value, _("Once in every attempt")),
        ),
    )
    not_over = BooleanField(_("A prediction above the actual number does not count"))
    ranking = RankingField(_("Order of ranking"))
    shares_prizes = BooleanField(_("Who is still equal shares the place and the prize"))
    participant_results_at = MomentField(_("Each person sees the own result from"), optional=True)
    public_results_at = MomentField(_("The results are public from"), optional=True)
    shows_answers = BooleanField(_("Show the right answers with the result"))
    live_board = BooleanField(_("Show a provisional board while the round is open"))
    pass_mark = NumberField(
        _("Pass mark, points"),
        description=_("Whoever has as many points passes. Left empty: nobody passes or fails."),
    )
    markers = SelectField(
        _("Essays are marked by"),
        coerce=int,
        default=1,
        choices=choices((1, _("One person")), (2, _("Two people, each on their own"))),
    )
    deviation_percent = CountField(
        _("A third person decides where two marks differ by more than, percent of the points"),
        description=_("Left empty: 10."),
        default=DEVIATION,
        most=100,
        optional=True,
    )

    def wants_other_blueprint(self) -> bool:
        """Say whether a blueprint is chosen whose cells are not in the table yet."""
        chosen = self.source_id.data
        return chosen is not None and str(chosen) != (self.taken_id.data or "")

    def take(self, spec: Spec) -> None:
        """Put the cells and exclusions of a blueprint into the form."""
        while self.cells.entries:
            self.cells.pop_entry()
        for cell in spec.cells:
            self.cells.append_entry(of_cell(cell))
        for name, value in of_excluding(spec.excluding).items():
            self[name].data, self[name].raw_data = value, None
        self.taken_id.data = str(self.source_id.data)

    def offer(
        self, banks: list[Bank], shelf: Shelf | None, blueprints: Sequence[Blueprint] = ()
    ) -> None:
        """Give the lists their choices: banks, and what the bank chosen has."""
        titles = ((one.id, one.title) for one in banks)
        kept = ((one.id, one.title) for one in blueprints)
        self.source_id.choices = choices(("", gettext("None: the lines below")), *kept)
        if self.source_id.data not in {None, *(one.id for one in blueprints)}:
            self.source_id.data = None
        self.bank_id.choices = choices(("", gettext("No bank")), *titles)
        topics = shelf.topics if shelf else []
        for entry in self.cells:
            entry.form.topic_id.choices = named(topics)

    def settings(self) -> RoundSettings:
        """Return what was set; for a form that is valid."""
        number = {
            name: cast("int", self[name].data)
            for name in ("minutes", "grace_seconds", "practice_items", "min_interval_minutes")
        }
        percent = cast("int | None", self.deviation_percent.data)
        return RoundSettings(
            title=self.title.data or "",
            opens_at=self.opens_at.data,
            closes_at=self.closes_at.data,
            bank_id=cast("int | None", self.bank_id.data),
            cells=tuple(entry.form.cell for entry in self.cells if entry.form.cell.count),
            source_id=cast("int | None", self.source_id.data),
            excluding=self.excluding,
            shuffles=bool(self.shuffles.data),
            max_per_round=cast("int | None", self.max_per_round.data),
            max_per_day=cast("int | None", self.max_per_day.data),
            counts=Counts(self.counts.data),
            prediction=self._prediction(),
            ranking=self.ranking.rule(shares=bool(self.shares_prizes.data)),
            participant_results_at=self.participant_results_at.data,
            public_results_at=self.public_results_at.data,
            shows_answers=bool(self.shows_answers.data),
            live_board=bool(self.live_board.data),
            markers=int(self.markers.data),
            deviation_percent=DEVIATION if percent is None else percent,
            pass_mark=self.pass_mark.data,
            entry=self.eligibility,
            **number,
        )

    def _prediction(self) -> Prediction | None:
        if not self.target.data:
            return None
        target = Target(self.target.data)
        places = cast("int", self.decimals.data) if target is Target.PCT_FULLY_CORRECT else 0
        return Prediction(
            target,
            decimals=places,
            scope=Scope(self.scope.data),
            asked=Asked(self.asked.data),
            lock=Lock(self.lock.data),
            not_over=bool(self.not_over.data),
        )

    def act(self, act: str, chosen: str) -> None:
        """Do to the lists what a button without a script asks: add, drop, up, down."""
        name, _colon, place = act.partition(":")
        at = whole_or(place, 0)
        if name == "add_row" and len(self.cells) < MOST_CELLS:
            self.cells.append_entry({"count": None, "points": MILLION})
        elif name in ("up", "down"):
            self.ranking.move(at, -1 if name == "up" else 1)
        elif name == "drop":
            self.ranking.drop(at)
        elif name == "cut":
            self.ranking.cut(at)
        elif name == "add_key":
            self.ranking.add(chosen)


def of_round(settings: RoundSettings) -> dict[str, Any]:
    """Return the values with which the form begins."""
    prediction = settings.prediction or Prediction()
    lists = {"prediction", "ranking", "cells", "counts", "excluding", "entry"}
    values = {
        name: getattr(settings, name) for name in settings.__dataclass_fields__ if name not in lists
    }
    return values | {
        "counts": settings.counts.value,
        "cells": [of_cell(cell) for cell in settings.cells],
        "taken_id": str(settings.source_id or ""),
        **of_excluding(settings.excluding),
        **of_eligibility(settings.entry),
        "target": prediction.target.value if settings.prediction else "",
        "decimals": prediction.decimals,
        "scope": prediction.scope.value,
        "asked": prediction.asked.value,
        "lock": prediction.lock.value,
        "not_over": prediction.not_over,
        "ranking": ranking_values(settings.ranking),
        "shares_prizes": settings.ranking.shares_prizes,
    }

"""What people may send about blueprints: cells with counts and points, and what is kept out."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # -- newer than its stubs
from wtforms.validators import DataRequired, Length

from core import writing
from core.saying import Unreadable
from core.text import clean_line
from core.web import whole_or
from questions.models import Topic
from questions.rules import filling
from questions.rules.excluding import Exclusions
from questions.rules.filling import MILLION, Cell, Spec

MOST_CELLS = 80
_MOST_POINTS = 1000


def line(typed: str | None) -> str:
    """Return what was typed, on one line, in normal form."""
    return clean_line(typed or "")


def choices(*pairs: tuple[object, Any]) -> list[SelectChoice]:
    """Return the choices of a field from pairs of a value and its words."""
    return [SelectChoice(str(value), label) for value, label in pairs]


DIFFICULTIES = choices(
    ("", _("Any")), *((one, _(name)) for one, name in filling.DIFFICULTIES.items())
)
TYPES = choices(("", _("Any")), *((one, _(name)) for one, name in filling.TYPES.items()))


def or_none(value: Any) -> int | None:  # noqa: ANN401 -- WTForms gives what was sent
    """Return a whole number, or None for anything else."""
    return whole_or(str(value or ""), None)


class CountField(StringField):
    """A whole number within bounds; empty is None where that is allowed."""

    def __init__(
        self,
        label: Any,  # noqa: ANN401 -- a lazy string
        *,
        least: int = 0,
        most: int = 1_000_000,
        optional: bool = False,
        **kwargs: Any,  # noqa: ANN401 -- WTForms' own arguments
    ) -> None:
        self.least, self.most, self.optional = least, most, optional
        super().__init__(label, **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return line(self.raw_data[0])
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number, or say which numbers are meant."""
        typed, self.data = line(valuelist[0] if valuelist else ""), None
        if not typed and self.optional:
            return
        bounds = {"least": self.least, "most": self.most}
        try:
            number = writing.parse_number(typed)
        except Unreadable as unreadable:
            message = _("Write a whole number from %(least)s to %(most)s.", **bounds)
            raise ValueError(message) from unreadable
        if number != int(number) or not self.least <= number <= self.most:
            raise ValueError(_("Write a whole number from %(least)s to %(most)s.", **bounds))
        self.data = int(number)  # type: ignore[assignment]  # -- a field of text holds a number here


class PointsField(StringField):
    """Points as they are written, 0,25; kept as millionths. Empty is 1, or None where allowed."""

    def __init__(
        self,
        label: Any,  # noqa: ANN401 -- a lazy string
        *,
        optional: bool = False,
        **kwargs: Any,  # noqa: ANN401 -- WTForms' own arguments
    ) -> None:
        self.optional = optional
        super().__init__(label, **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return line(self.raw_data[0])
        if self.optional and self.data is None:
            return ""
        return writing.score(int(self.data or MILLION))

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the points, or say how they are written."""
        typed, self.data = line(valuelist[0] if valuelist else ""), None
        if not typed and self.optional:
            return
        try:
            points = writing.parse_number(typed or "1")
        except Unreadable as unreadable:
            raise ValueError(gettext("Write the points, for example 0,5.")) from unreadable
        if not 0 <= points <= _MOST_POINTS:
            raise ValueError(gettext("Write the points, for example 0,5."))
        self.data = int((points * MILLION).to_integral_value())  # type: ignore[assignment]  # -- millionths


class CellForm(Form):
    topic_id = SelectField(_("Topic"), coerce=or_none)
    difficulty = SelectField(_("Difficulty"), default="", choices=DIFFICULTIES)
    type = SelectField(_("Type"), default="", choices=TYPES)
    count = CountField(_("Questions"), most=200, optional=True)
    points = PointsField(_("Points each"))

    @property
    def cell(self) -> Cell:
        points = cast("int | None", self.points.data)
        return Cell(
            cast("int | None", self.topic_id.data),
            self.difficulty.data or None,
            self.type.data or None,
            cast("int | None", self.count.data) or 0,
            MILLION if points is None else points,
        )


class ExcludingForm(FlaskForm):
    not_in_rounds = CountField(_("Not asked in the last … rounds"), most=20, optional=True)
    not_in_sets = CountField(_("Not in the last … paper sets"), most=20, optional=True)
    most_asked = CountField(
        _("Asked at most … times before"),
        description=_("Left empty: any number."),
        most=100_000,
        optional=True,
    )
    most_share = CountField(
        _("In at most … of 100 papers before"),
        description=_("Left empty: any number."),
        most=100,
        optional=True,
    )
    locked_only = BooleanField(_("Locked questions only"))
    based_only = BooleanField(_("Questions with a legal basis only"))

    @property
    def excluding(self) -> Exclusions:
        """What is kept out of the draw; what cannot be read keeps nothing out."""
        return Exclusions(
            rounds=cast("int | None", self.not_in_rounds.data) or 0,
            sets=cast("int | None", self.not_in_sets.data) or 0,
            most_asked=cast("int | None", self.most_asked.data),
            most_share=cast("int | None", self.most_share.data),
            locked_only=bool(self.locked_only.data),
            based_only=bool(self.based_only.data),
        )


class BlueprintForm(ExcludingForm):
    title = StringField(
        _("Name of the blueprint"),
        filters=[line],
        validators=[
            DataRequired(_("Enter a name.")),
            Length(max=200, message=_("At most %(max)d characters fit here.")),
        ],
    )
    target_count = CountField(
        _("Questions aimed at"), least=1, most=filling.MOST_ITEMS, optional=True
    )
    target_points = PointsField(_("Points aimed at"), optional=True)
    cells = FieldList(FormField(CellForm), max_entries=MOST_CELLS)

    def offer(self, topics: Sequence[Topic]) -> None:
        """Give the lists of topics their choices."""
        for entry in self.cells:
            entry.form.topic_id.choices = named(topics)

    @property
    def spec(self) -> Spec:
        """What the form sets; a line of no questions is dropped."""
        return Spec(
            self.title.data or "",
            tuple(entry.form.cell for entry in self.cells if entry.form.cell.count),
            cast("int | None", self.target_count.data),
            cast("int | None", self.target_points.data),
            self.excluding,
        )

    def act(self, act: str) -> bool:
        """Do what a button within the form asks: add, drop, make points equal; say whether."""
        name, _colon, place = act.partition(":")
        if name == "add" and len(self.cells) < MOST_CELLS:
            last = self.cells[-1].form.cell if self.cells.entries else None
            points = last.points if last else MILLION
            self.cells.append_entry({"count": None, "points": points})
        elif name == "drop":
            kept = [one.form.cell for at, one in enumerate(self.cells) if str(at) != place]
            self.put(kept)
        elif name == "equal":
            target = cast("int | None", self.target_points.data) or self.spec.points
            self.put(filling.equal_points(self.spec.cells, target))
        return name in ("add", "drop", "equal", "look")

    def put(self, cells: Sequence[Cell]) -> None:
        """Show these cells."""
        self.cells.entries, self.cells.last_index = [], -1
        for cell in cells:
            self.cells.append_entry(of_cell(cell))


def named(topics: Sequence[Topic]) -> list[SelectChoice]:
    """Return topics as the choices of a list, those below others set in."""
    depth: dict[int, int] = {}
    for topic in topics:
        depth[topic.id] = depth.get(topic.parent_id or 0, -1) + 1
    listed = ((one.id, "\u2003" * depth[one.id] + one.name) for one in topics)
    return choices(("", gettext("All topics")), *listed)


def of_spec(spec: Spec) -> dict[str, Any]:
    """Return the values with which the form of a blueprint begins."""
    return {
        "title": spec.title,
        "target_count": spec.target_count,
        "target_points": spec.target_points,
        "cells": [of_cell(cell) for cell in spec.cells],
        **of_excluding(spec.excluding),
    }


def of_excluding(excluding: Exclusions) -> Mapping[str, Any]:
    """Return the values of the fields that keep questions out."""
    return {
        "not_in_rounds": excluding.rounds or None,
        "not_in_sets": excluding.sets or None,
        "most_asked": excluding.most_asked,
        "most_share": excluding.most_share,
        "locked_only": excluding.locked_only,
        "based_only": excluding.based_only,
    }


def of_cell(cell: Cell) -> dict[str, Any]:
    """Return the values with which the form of a cell begins."""
    return {
        "topic_id": cell.topic_id,
        "difficulty": cell.difficulty or "",
        "type": cell.type or "",
        "count": cell.count or None,
        "points": cell.points,
    }

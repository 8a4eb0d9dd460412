"""The criteria of a rubric as rows that organisers write, move and take away."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Form, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, ValidationError

from contest.forms.fields import line, lines
from contest.forms.organizer import at_most
from contest.rules.judging.rubric import Criterion, Level, Rubric
from core import i18n, writing
from core.saying import Unreadable

MOST_CRITERIA = 40


class AmountField(StringField):
    """A decimal number as people write it, 0,25; empty is None where that is allowed."""

    def __init__(
        self,
        label: Any,  # noqa: ANN401 -- a lazy string
        *,
        optional: bool = False,
        most: int = 1_000_000,
        **kwargs: Any,  # noqa: ANN401 -- WTForms' own arguments
    ) -> None:
        self.optional, self.most = optional, most
        super().__init__(label, **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return line(self.raw_data[0])
        return "" if self.data is None else writing.score(Decimal(str(self.data)))

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number, or say how it is written."""
        typed, self.data = line(valuelist[0] if valuelist else ""), None
        if not typed and self.optional:
            return
        try:
            amount = writing.parse_number(typed)
        except Unreadable as unreadable:
            raise ValueError(i18n.say(unreadable.sentence)) from unreadable
        if not 0 <= amount <= self.most:
            raise ValueError(gettext("Write a number from 0 to %(most)s.", most=self.most))
        self.data = amount  # type: ignore[assignment]  # -- a field of text holds a number here


class CriterionForm(Form):
    id = HiddenField()
    group = StringField(_("Group of criteria"), filters=[line], validators=[at_most(160)])
    title = StringField(
        _("Criterion"), filters=[line], validators=[InputRequired(_("Name it.")), at_most(200)]
    )
    most = AmountField(_("At most"), most=1000)
    step = AmountField(_("Step"), most=1000)
    weight = AmountField(_("Weight"), optional=True, most=1000)
    levels = TextAreaField(
        _("Levels"),
        filters=[lines],
        description=_("One on a line: from which mark, a colon, what it means."),
    )
    categories = StringField(
        _("Only for entries of"),
        filters=[line],
        description=_("Beginnings of codes, with commas. Left empty: all."),
    )
    panel = StringField(
        _("Judges of its own"),
        filters=[line],
        description=_("A name that a panel is then set up for. Left empty: all judges."),
        validators=[at_most(40)],
    )
    optional = BooleanField(_("May be left without a mark"))

    def validate_levels(self, field: TextAreaField) -> None:
        try:
            list(_levels(field.data or ""))
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from wrong

    def criterion(self) -> Criterion:
        """Return the row as a criterion, weighing what it may earn until it is said otherwise."""
        most = cast("Decimal", self.most.data)
        weight = cast("Decimal | None", self.weight.data)
        return Criterion(
            self.id.data or "",
            self.title.data or "",
            most if weight is None else weight,
            most=most,
            step=cast("Decimal", self.step.data),
            levels=tuple(_levels(self.levels.data or "")),
            is_required=not self.optional.data,
            categories=frozenset(_words(self.categories.data or "")),
            panel=self.panel.data or "",
        )


def arranged(rows: Sequence[dict[str, Any]], act: str) -> list[dict[str, Any]]:
    """Return the rows after a button: add, up-3, down-3, remove-3 (counted from 0)."""
    verb, _dash, number = act.partition("-")
    kept = list(rows)
    if verb == "add" and len(kept) < MOST_CRITERIA:
        ids = {str(row["id"]) for row in kept}
        fresh = next(f"tc{n}" for n in range(1, MOST_CRITERIA * 2) if f"tc{n}" not in ids)
        group = kept[-1]["group"] if kept else ""
        blank = {"id": fresh, "group": group, "most": Decimal(10), "step": Decimal("0.25")}
        return [*kept, blank]
    at = int(number) if number.isdecimal() else -1
    if not 0 <= at < len(kept):
        return kept
    if verb == "remove":
        return kept[:at] + kept[at + 1 :]
    to = at + {"up": -1, "down": 1}.get(verb, 0)
    if 0 <= to < len(kept):
        kept[at], kept[to] = kept[to], kept[at]
    return kept


def rows_of(sheet: Rubric, *, with_weights: bool) -> Iterator[dict[str, Any]]:
    """Return the rows with which the form begins; weights only where marks are not points."""
    for one in sheet.criteria:
        for leaf in one.parts or (one,):
            yield {
                "id": leaf.id,
                "group": one.title if one.parts else "",
                "title": leaf.title,
                "most": leaf.most,
                "step": leaf.step,
                "weight": leaf.weight if with_weights else None,
                "levels": "\n".join(f"{writing.score(o.at)}: {o.text}" for o in leaf.levels),
                "categories": ", ".join(sorted(leaf.categories)),
                "panel": leaf.panel,
                "optional": not leaf.is_required,
            }


def grouped(rows: Sequence[CriterionForm]) -> list[Criterion]:
    """Return the criteria, those of one part under a heading that weighs what they weigh."""
    found: list[Criterion] = []
    for row in rows:
        leaf, group = row.criterion(), row.group.data or ""
        last = found[-1] if found else None
        if group and last is not None and last.parts and last.title == group:
            parts = (*last.parts, leaf)
            found[-1] = replace(last, parts=parts, weight=last.weight + leaf.weight)
        elif group:
            found.append(Criterion(f"p-{leaf.id}", group, leaf.weight, parts=(leaf,)))
        else:
            found.append(leaf)
    return found


def _levels(typed: str) -> Iterator[Level]:
    """Read the levels of a criterion. Raise `ValueError` for a line that is none."""
    for one in typed.splitlines():
        if not one.strip():
            continue
        at, colon, text = one.partition(":")
        try:
            mark = writing.parse_number(at)
        except Unreadable:
            mark = None
        if mark is None or not colon or not text.strip():
            message = gettext("Write a level like “8: clear and complete”, one on a line.")
            raise ValueError(message)
        yield Level(mark, text.strip())


def _words(typed: str) -> list[str]:
    return [one.strip() for one in typed.split(",") if one.strip()]

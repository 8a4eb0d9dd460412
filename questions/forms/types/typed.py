"""The forms of the types whose answer is typed: a few words, a number."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import SelectMultipleField, StringField

from questions.forms.types import figures
from questions.forms.types.rows import Group, TypeForm, at_most, choices, line, texts
from questions.types import numeric, short_answer

_WHOLE = "100"


class ShortAnswerForm(TypeForm):
    groups = {"": Group(("accept", "share"), first=1, most=short_answer.MOST)}

    accept = texts(_("Accepted answer"), short_answer.LONGEST)
    share = texts(_("Share in percent"), 10)
    exact = SelectMultipleField(
        _("What matters in an answer"),
        choices=choices(
            ("case", _("Capital and small letters")),
            ("marks", _("Vietnamese marks")),
            ("spaces", _("Spaces between words")),
        ),
        default=list(short_answer.DEFAULT),
    )

    def fill(self, content: Mapping[str, Any]) -> None:
        self.put(
            "",
            [
                {"accept": one["text"], "share": figures.percent(one.get("fraction", "1"))}
                for one in content["answers"]
            ],
        )
        self.exact.data = list(content.get("exact", short_answer.DEFAULT))

    def content(self) -> dict[str, Any]:
        rows = self.told()
        exact = [one for one in self.exact.data or [] if one in short_answer.EXACT]
        made = short_answer.content([row["accept"] for row in rows], exact)
        for one, row in zip(made["answers"], rows, strict=True):
            one["fraction"] = figures.share(row["share"] or _WHOLE)
        return made

    def find_faults(self, stem: str) -> None:
        self.blame_empty("accept")
        if not self.told():
            self.blame("accept", 0, str(_("Write at least one accepted answer.")))
        for n, row in enumerate(self.told()):
            one = {"fraction": figures.share(row["share"] or _WHOLE)}
            if short_answer.fraction(one) is None:
                self.blame("share", n, str(_("Write a number from 0 to 100.")))


class NumericForm(TypeForm):
    groups = {"": Group(("value", "tolerance", "kind", "share"), first=1, most=numeric.MOST)}
    kinds = (
        ("absolute", _("off by no more than")),
        ("relative", _("off by no more than this many percent")),
        ("decimals", _("equal when rounded to this many decimals")),
    )

    value = texts(_("Value"), numeric.LONGEST)
    tolerance = texts(_("Tolerance"), numeric.LONGEST)
    kind = texts(_("Kind of tolerance"), 20)
    share = texts(_("Share in percent"), 10)
    unit = StringField(_("Unit, shown behind the field"), filters=[line], validators=[at_most(40)])

    def fill(self, content: Mapping[str, Any]) -> None:
        self.put("", [_number(one) for one in content["answers"]])
        self.unit.data = content.get("unit") or ""

    def content(self) -> dict[str, Any]:
        made = numeric.content("0", unit=self.unit.data or "")
        return made | {"answers": [_accepted(row) for row in self.told()]}

    def find_faults(self, stem: str) -> None:
        self.blame_empty("value")
        if not self.told():
            self.blame("value", 0, str(_("Write the right number.")))
        for n, row in enumerate(self.told()):
            one = _accepted(row)
            if row["value"] and numeric.plain(one["value"]) is None:
                self.blame("value", n, str(_("Write a number, such as 1250 or 3,5.")))
            if numeric.check({"answers": [one | {"value": "0", "fraction": "1"}]}):
                self.blame("tolerance", n, str(_("Write a number from 0 up.")))
            if short_answer.fraction(one) is None:
                self.blame("share", n, str(_("Write a number from 0 to 100.")))


def _number(one: Mapping[str, Any]) -> dict[str, str]:
    kind, tolerance = one.get("kind", "absolute"), str(one.get("tolerance") or "0")
    is_part = kind == "relative"
    return {
        "value": figures.shown(one["value"]),
        "tolerance": figures.percent(tolerance) if is_part else figures.shown(tolerance),
        "kind": kind,
        "share": figures.percent(one.get("fraction", "1")),
    }


def _accepted(row: Mapping[str, str]) -> dict[str, str]:
    kind, tolerance = row["kind"] or "absolute", row["tolerance"] or "0"
    is_part = kind == "relative"
    return {
        "value": figures.stored(row["value"]),
        "tolerance": figures.share(tolerance) if is_part else figures.stored(tolerance),
        "kind": kind,
        "fraction": figures.share(row["share"] or _WHOLE),
    }

"""The forms of the types with options: one key, several keys, true or false."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import RadioField

from questions.forms.types import figures
from questions.forms.types.rows import Group, PlacesField, Row, TypeForm, choices, texts
from questions.rules import drafting
from questions.types import options, true_false

_LISTS = ("option", "feedback")
_FLAGS = ("key", "pinned")


class SingleForm(TypeForm):
    groups = {"": Group(_LISTS, _FLAGS, first=4, most=options.MOST)}
    shown_rows = "options"

    option = texts(_("Option"))
    feedback = texts(_("Remark"))
    key = PlacesField(_("Key"))
    pinned = PlacesField(_("Keeps its place"))

    def fill(self, content: Mapping[str, Any]) -> None:
        self.put("", [_row(one, content["key"]) for one in content["options"]])

    def content(self) -> dict[str, Any]:
        rows = self.told()
        listed = [row["option"] for row in rows]
        last = {n for n, row in enumerate(rows) if row["pinned"]} | {*drafting.pinned(listed)}
        key = [n for n, row in enumerate(rows) if row["key"]]
        made = options.content(listed, key, sorted(last & set(range(len(rows)))))
        for one, row in zip(made["options"], rows, strict=True):
            one |= self.besides(row)
        return made

    def besides(self, row: Row) -> dict[str, str]:
        """Return what is said of an option besides its text."""
        return {"feedback": row["feedback"]} if row["feedback"] else {}

    def find_faults(self, stem: str) -> None:
        self.blame_empty("option")
        self._blame_twins()
        if sum(row["key"] for row in self.told()) != 1:
            self.key.errors = [_("Choose the one right option.")]

    def _blame_twins(self) -> None:
        for one, other in options.equal_pairs([row["option"] for row in self.told()]):
            same = _("This says the same as option %(letter)s.", letter=options.letter(one))
            self.blame("option", other, str(same))


def _row(option: Mapping[str, Any], key: list[str]) -> Row:
    return {
        "option": option["text"],
        "feedback": option.get("feedback") or "",
        "weight": figures.percent(option["weight"]) if "weight" in option else "",
        "key": option["id"] in key,
        "pinned": bool(option.get("pinned")),
    }


class MultipleForm(SingleForm):
    groups = {"": Group((*_LISTS, "weight"), _FLAGS, first=4, most=options.MOST)}

    weight = texts(_("Share in percent"), 40)
    scoring = RadioField(
        _("What an answer earns that is right in part"),
        choices=choices(
            ("all", _("Only an answer that is right as a whole earns points")),
            ("partial", _("Each right option earns its share; choosing too many earns nothing")),
            ("penalty", _("Each right option earns its share; each wrong one takes one away")),
            ("weights", _("Each option earns or takes away what is written beside it")),
        ),
        default="all",
    )

    def fill(self, content: Mapping[str, Any]) -> None:
        super().fill(content)
        self.scoring.data = content.get("scoring", "all")

    def content(self) -> dict[str, Any]:
        made = super().content()
        is_default = self.scoring.data in (None, "all")
        return made if is_default else made | {"scoring": self.scoring.data}

    def besides(self, row: Row) -> dict[str, str]:
        weight = {"weight": figures.share(row["weight"])} if row["weight"] else {}
        return super().besides(row) | weight

    def find_faults(self, stem: str) -> None:
        self.blame_empty("option")
        self._blame_twins()
        if not any(row["key"] for row in self.told()):
            self.key.errors = [_("Choose at least one right option.")]


class TrueFalseForm(SingleForm):
    groups = {"": Group(_LISTS, _FLAGS, first=2, most=2)}

    def lay(self) -> None:
        rows: list[Row] = [*self.rows(), {}, {}]
        both = zip(rows[:2], (true_false.TRUE, true_false.FALSE), strict=True)
        self.put("", [row | {"option": text} for row, text in both])

    def content(self) -> dict[str, Any]:
        self.lay()
        return super().content()

    def find_faults(self, stem: str) -> None:
        if sum(row["key"] for row in self.rows()) != 1:
            self.key.errors = [_("Say whether it is true or false.")]

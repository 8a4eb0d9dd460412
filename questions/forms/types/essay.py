"""The form of an essay: its bounds in words, what markers go by, a sample."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, TextAreaField
from wtforms.validators import NumberRange, Optional

from questions.forms.types import figures
from questions.forms.types.rows import Group, TypeForm, at_most, block, texts
from questions.types import essay, numeric


def _bound() -> NumberRange:
    message = _("Write a whole number from 0 to %(max)s.")
    return NumberRange(0, essay.MOST_WORDS, message=message)


class EssayForm(TypeForm):
    groups = {"": Group(("criterion", "points"), first=2, most=essay.MOST_CRITERIA)}

    least = IntegerField(_("At least this many words"), validators=[Optional(), _bound()])
    most = IntegerField(_("At most this many words"), validators=[Optional(), _bound()])
    criterion = texts(_("Criterion"))
    points = texts(_("Points"), 20)
    sample = TextAreaField(
        _("Sample answer, for those who mark"), filters=[block], validators=[at_most(20_000)]
    )

    def fill(self, content: Mapping[str, Any]) -> None:
        bounds = content.get("words") or {}
        self.least.data, self.most.data = bounds.get("least"), bounds.get("most")
        self.put(
            "",
            [
                {"criterion": one["text"], "points": figures.shown(one["points"])}
                for one in content.get("rubric") or []
            ],
        )
        self.sample.data = content.get("sample") or ""

    def content(self) -> dict[str, Any]:
        rubric = [(row["criterion"], figures.stored(row["points"])) for row in self.told()]
        return essay.content(self.least.data, self.most.data, rubric, self.sample.data or "")

    def find_faults(self, stem: str) -> None:
        self.blame_empty("criterion")
        if (self.least.data or 0) > (self.most.data or essay.MOST_WORDS):
            self.most.errors = [_("This is fewer words than the least.")]
        for n, row in enumerate(self.told()):
            points = numeric.plain(figures.stored(row["points"]))
            if row["criterion"] and (points is None or points <= 0):
                self.blame("points", n, str(_("Write points above 0.")))

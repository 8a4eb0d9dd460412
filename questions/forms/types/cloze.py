"""The form of a text with gaps: a form of its own type for each gap."""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import StringField

from core.web import whole_or
from questions.forms.types import figures
from questions.forms.types.optional import SingleForm
from questions.forms.types.rows import Moves, TypeForm
from questions.forms.types.typed import NumericForm, ShortAnswerForm
from questions.types import cloze

GAP_FORMS: Mapping[str, type[TypeForm]] = {
    "short_answer": ShortAnswerForm,
    "numeric": NumericForm,
    "single_choice": SingleForm,
}
GAP_NAMES = {
    "short_answer": _("Short answer"),
    "numeric": _("A number"),
    "single_choice": _("Choice of options"),
}
_INNER = re.compile(r"gap-(\d{1,2}):(.+)")
_GAP = re.compile(r"\[\[(\d{1,2})\]\]")


class Gap:
    """A gap as an author writes it: its type, its points, and the form of that type."""

    def __init__(self, formdata: Any, place: int, kind: str, points: str = "1") -> None:  # noqa: ANN401 -- what WTForms takes
        """Read the gap at `place`, counted from 1, out of what was sent; None for nothing."""
        self.place, self.kind, self.points = place, kind, points
        self.form = GAP_FORMS[kind](formdata, prefix=f"gap-{place}-")
        self.errors: list[str] = []


class ClozeForm(TypeForm):
    add_kind = StringField(_("Type of the gap"))

    def __init__(self, formdata: Any = None, **given: Any) -> None:  # noqa: ANN401 -- what WTForms takes
        """Read as many gaps as were sent."""
        super().__init__(formdata, **given)
        self.gaps: list[Gap] = []
        size = whole_or(formdata.get("gaps") if formdata else None, 0)
        for place in range(1, min(size, cloze.MOST) + 1):
            kind = formdata.get(f"gap-{place}-type")
            points = formdata.get(f"gap-{place}-points") or "1"
            self.gaps.append(Gap(formdata, place, kind if kind in GAP_FORMS else _FIRST, points))

    def lay(self) -> None:
        for gap in self.gaps:
            gap.form.lay()

    def fill(self, content: Mapping[str, Any]) -> None:
        self.gaps = []
        for place, one in enumerate(content["gaps"], start=1):
            gap = Gap(None, place, one["type"], figures.shown(one.get("points", "1")))
            gap.form.fill(one["content"])
            self.gaps.append(gap)

    def content(self) -> dict[str, Any]:
        made = cloze.content([(gap.kind, gap.form.content()) for gap in self.gaps])
        for one, gap in zip(made["gaps"], self.gaps, strict=True):
            one["points"] = figures.stored(gap.points)
        return made

    def act(self, asked: str) -> Moves | None:
        inner = _INNER.fullmatch(asked)
        if inner is not None and 0 < int(inner[1]) <= len(self.gaps):
            return {} if self.gaps[int(inner[1]) - 1].form.act(inner[2]) is not None else None
        if asked == "add-gap":
            return self._add(self.add_kind.data or _FIRST)
        if asked.startswith("remove-gap-"):
            return self._remove(whole_or(asked.removeprefix("remove-gap-"), 0))
        return None

    def _add(self, kind: str) -> Moves:
        if len(self.gaps) < cloze.MOST:
            gap = Gap(None, len(self.gaps) + 1, kind if kind in GAP_FORMS else _FIRST)
            gap.form.lay()
            self.gaps.append(gap)
        return {}

    def _remove(self, place: int) -> Moves:
        listed = self.content()["gaps"]
        if 0 < place <= len(listed):
            del listed[place - 1]
            self.fill({"gaps": listed})
            self.lay()
        return {}

    def validate(self, *args: Any, **kwargs: Any) -> bool:  # noqa: ANN401 -- what WTForms takes
        valid = [gap.form.validate(*args, **kwargs) for gap in self.gaps]
        return super().validate(*args, **kwargs) and all(valid)

    def find_faults(self, stem: str) -> None:
        in_text = _GAP.findall(stem)
        for gap in self.gaps:
            gap.form.find_faults(stem)
            if str(gap.place) not in in_text:
                missing = _("The text has no [[%(id)s]] for this gap.", id=gap.place)
                gap.errors.append(str(missing))
            if cloze.points({"points": figures.stored(gap.points)}) <= 0:
                gap.errors.append(str(_("Write points above 0.")))

    def all_errors(self) -> list[str]:
        inner = [error for gap in self.gaps for error in (*gap.errors, *gap.form.all_errors())]
        return [*super().all_errors(), *inner]


_FIRST = "short_answer"


def with_gap(stem: str, place: int) -> str:
    """Return the text with the mark of a new gap at its end, unless it has it."""
    mark = f"[[{place}]]"
    return stem if mark in stem else f"{stem} {mark}".strip()


def without_gap(stem: str, gone: int) -> str:
    """Return the text without the mark of a gap; those after it count one less."""

    def renumbered(found: re.Match[str]) -> str:
        number = int(found[1])
        if number == gone:
            return ""
        return f"[[{number - 1}]]" if number > gone else found[0]

    return re.sub(" {2,}", " ", _GAP.sub(renumbered, stem)).strip()

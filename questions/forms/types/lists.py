"""The forms of the types made of rows: statements, matching, ordering."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import RadioField

from questions.forms.types.rows import Group, Row, TypeForm, choices, texts
from questions.types import matching, ordering, statements
from questions.types.options import equal_pairs


class StatementsForm(TypeForm):
    groups = {"": Group(("statement", "verdict", "feedback"), first=4, most=statements.MOST)}
    shown_rows = "statements"

    statement = texts(_("Statement"))
    verdict = texts(_("True or false"), 1)
    feedback = texts(_("Remark"))
    scoring = RadioField(
        _("What an answer earns that is right in part"),
        choices=choices(
            (
                "steps",
                _("As in the exam of 2025: 1, 2, 3, 4 right earn 0.1, 0.25, 0.5, 1 of the points"),
            ),
            ("equal", _("Each statement earns the same share")),
            ("all", _("Only an answer that is right as a whole earns points")),
        ),
        default="steps",
    )

    def fill(self, content: Mapping[str, Any]) -> None:
        self.put("", [_statement(one) for one in content["statements"]])
        self.scoring.data = content.get("scoring", "equal")

    def content(self) -> dict[str, Any]:
        rows = self.told()
        made = statements.content(
            [(row["statement"], row["verdict"] == statements.YES) for row in rows],
            self.scoring.data or "steps",
        )
        for one, row in zip(made["statements"], rows, strict=True):
            one |= {"feedback": row["feedback"]} if row["feedback"] else {}
            if row["verdict"] not in (statements.YES, statements.NO):
                one["is_true"] = None
        return made

    def find_faults(self, stem: str) -> None:
        self.blame_empty("statement")
        for n, row in enumerate(self.told()):
            if row["statement"] and row["verdict"] not in (statements.YES, statements.NO):
                self.blame("statement", n, str(_("Say whether it is true or false.")))


def _statement(one: Mapping[str, Any]) -> Row:
    verdicts = {True: statements.YES, False: statements.NO}
    return {
        "statement": one["text"],
        "verdict": verdicts.get(one["is_true"], ""),
        "feedback": one.get("feedback") or "",
    }


class MatchingForm(TypeForm):
    groups = {
        "": Group(("left", "right"), first=3, most=matching.MOST_ROWS),
        "distractor": Group(("distractor",), first=1, most=matching.MOST_CHOICES),
    }
    shown_rows = "rows"

    left = texts(_("Row"))
    right = texts(_("What fits it"))
    distractor = texts(_("Choice that fits no row"))
    scoring = RadioField(
        _("What an answer earns that is right in part"),
        choices=choices(
            ("equal", _("Each pair earns the same share")),
            ("all", _("Only an answer that is right as a whole earns points")),
        ),
        default="equal",
    )

    def fill(self, content: Mapping[str, Any]) -> None:
        words = {one["id"]: one["text"] for one in content["choices"]}
        pairs = content["pairs"]
        self.put(
            "",
            [
                {"left": row["text"], "right": words.get(pairs.get(row["id"]), "")}
                for row in content["rows"]
            ],
        )
        paired = set(pairs.values())
        spare = [one["text"] for one in content["choices"] if one["id"] not in paired]
        self.put("distractor", [{"distractor": text} for text in spare])
        self.scoring.data = content.get("scoring", "equal")

    def content(self) -> dict[str, Any]:
        spare = [row["distractor"] for row in self.told("distractor") if row["distractor"]]
        pairs = [(row["left"], row["right"]) for row in self.told()]
        return matching.content(pairs, spare, self.scoring.data or "equal")

    def find_faults(self, stem: str) -> None:
        self.blame_empty("left")
        for n, row in enumerate(self.told()):
            if row["left"] and not row["right"]:
                self.blame("right", n, str(_("Write what fits this row.")))


class OrderingForm(TypeForm):
    groups = {"": Group(("part",), first=4, most=ordering.MOST)}
    shown_rows = "parts"

    part = texts(_("Part"))
    scoring = RadioField(
        _("What an answer earns that is right in part"),
        choices=choices(
            ("positions", _("Each part in its place earns the same share")),
            ("pairs", _("Each two parts the right way round earn the same share")),
            ("all", _("Only an answer that is right as a whole earns points")),
        ),
        default="positions",
    )

    def fill(self, content: Mapping[str, Any]) -> None:
        self.put("", [{"part": one["text"]} for one in content["parts"]])
        self.scoring.data = content.get("scoring", "positions")

    def content(self) -> dict[str, Any]:
        listed = [row["part"] for row in self.told()]
        return ordering.content(listed, self.scoring.data or "positions")

    def find_faults(self, stem: str) -> None:
        self.blame_empty("part")
        for one, other in equal_pairs([row["part"] for row in self.told()]):
            self.blame("part", other, str(_("This says the same as part %(n)s.", n=one + 1)))

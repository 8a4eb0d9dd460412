"""The gaps of a text as Moodle's cloze writes them."""

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

from questions.formats import shares
from questions.types import cloze

_SPECIAL = re.compile(r"[\\}#~/\"]")
_LIKE_A_GAP = re.compile(r"\{(?=\s*\d{0,3}\s*:)")
_KINDS = {"short_answer": "SHORTANSWER", "numeric": "NUMERICAL", "single_choice": "MULTICHOICE"}


def filled(stem: str, gaps: Sequence[Mapping[str, Any]]) -> str:
    """Return the HTML of a stem with what each gap asks in its place."""
    known = {gap["id"]: gap for gap in gaps}
    pieces = cloze.pieces(_LIKE_A_GAP.sub("{\u200b", stem))
    return "".join(
        piece if place % 2 == 0 or piece not in known else _gap(known[piece])
        for place, piece in enumerate(pieces)
    )


def _gap(gap: Mapping[str, Any]) -> str:
    content, kind = gap["content"], _KINDS[gap["type"]]
    if gap["type"] == "short_answer" and "case" in content.get("exact", ()):
        kind += "_C"
    if gap["type"] == "single_choice":
        listed = [
            ("=" if one["id"] in content["key"] else "%0%", one["text"], one)
            for one in content["options"]
        ]
    else:
        listed = [
            (f"%{shares.of_answer(one)}%", _said(gap, one), one) for one in content["answers"]
        ]
    answers = "~".join(sign + _guard(text) + _feedback(one) for sign, text, one in listed)
    return f"{{{_points(gap)}:{kind}:{answers}}}"


def _points(gap: Mapping[str, Any]) -> str:
    """Return the weight of a gap, which Moodle takes only whole."""
    written = str(gap.get("points", "1"))
    return written if written.isdecimal() and len(written) < 4 else "1"


def _said(gap: Mapping[str, Any], accepted: Mapping[str, Any]) -> str:
    if gap["type"] == "numeric":
        return f"{accepted['value']}:{shares.tolerance(accepted)}"
    return shares.starred(accepted)


def _feedback(told: Mapping[str, Any]) -> str:
    return f"#{_guard(told['feedback'])}" if told.get("feedback") else ""


def _guard(text: str) -> str:
    guarded = _SPECIAL.sub(lambda found: "\\" + found[0], text.replace("\n", " "))
    return html.escape(guarded, quote=False)

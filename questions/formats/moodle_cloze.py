"""The gaps of a Moodle cloze text, such as {1:SHORTANSWER:=Huế~%50%Cố đô}."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.saying import Sentence
from core.text import N_
from questions.formats import foreign
from questions.formats.foreign import Answer
from questions.formats.html_text import plain
from questions.rules.drafting import ERROR, WARNING
from questions.rules.settling import Found
from questions.types import options

_KINDS = {
    "short_answer": ("SHORTANSWER", "SA", "MW"),
    "case": ("SHORTANSWER_C", "SAC", "MWC"),
    "numeric": ("NUMERICAL", "NM"),
    "single_choice": (
        "MULTICHOICE", "MC", "MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH",
        "MULTICHOICE_S", "MCS", "MULTICHOICE_VS", "MCVS", "MULTICHOICE_HS", "MCHS",
    ),
    "several": (
        "MULTIRESPONSE", "MR", "MULTIRESPONSE_H", "MRH",
        "MULTIRESPONSE_S", "MRS", "MULTIRESPONSE_HS", "MRHS",
    ),
}  # fmt: skip
_KIND_OF = {name: kind for kind, names in _KINDS.items() for name in names}
_START = re.compile(r"(?<!\\)\{\s*(\d{0,3})\s*:\s*([A-Za-z_]+)\s*:")
_END = re.compile(r"(?<!\\)\}")
_OPAQUE = re.compile(r"<[a-zA-Z][^<>]*=\s*[\"'][^<>]*>|&#\w{1,8};")
_PART = re.compile(r"(?<!\\)~")
_FEEDBACK = re.compile(r"(?<!\\)#")
_SHARE = re.compile(r"%\s*(-?\d+(?:[.,]\d+)?)\s*%")
_GUARDED = re.compile(r"\\([}#~/\"'\\])")
_HIDDEN = {"~": "\ue010", "#": "\ue011", "}": "\ue012"}
_SHOWN = str.maketrans({letter: sign for sign, letter in _HIDDEN.items()})


@dataclass(slots=True)
class Gap:
    """One gap: its weight, its kind, its answers with their tolerances."""

    points: str
    kind: str
    answers: list[tuple[Answer, str]]


def cut(text: str) -> tuple[str, list[Gap]]:
    """Return a text with [[1]] and so on in place of its gaps, and the gaps."""
    hidden = _OPAQUE.sub(_hide, text)
    pieces, gaps, place = [], [], 0
    for start in _START.finditer(hidden):
        kind = _KIND_OF.get(start[2].upper())
        end = _END.search(hidden, start.end())
        if kind is None or end is None or start.start() < place:
            continue
        gaps.append(Gap(start[1] or "1", kind, _answers(hidden[start.end() : end.start()], kind)))
        pieces.append(hidden[place : start.start()] + f"[[{len(gaps)}]]")
        place = end.end()
    return "".join([*pieces, hidden[place:]]).translate(_SHOWN), gaps


def _hide(found: re.Match[str]) -> str:
    return re.sub(r"[~#}]", lambda sign: _HIDDEN[sign[0]], found[0])


def _answers(inner: str, kind: str) -> list[tuple[Answer, str]]:
    found = []
    for part in _PART.split(inner):
        share, body = "0", part.strip()
        weight = _SHARE.match(body)
        if weight:
            share, body = weight[1], body[weight.end() :]
        elif body.startswith("="):
            share, body = "100", body[1:]
        if not body.strip():
            continue
        words, *feedback = _FEEDBACK.split(body, maxsplit=1)
        tolerance = "0"
        if kind == "numeric":
            words, _, tolerance = words.partition(":")
        said = _words(feedback[0]) if feedback else ""
        found.append((Answer(_words(words), foreign.share(share), said), tolerance or "0"))
    return found


def _words(text: str) -> str:
    shown = _GUARDED.sub(r"\1", text).translate(_SHOWN)
    return plain(shown).text or shown.strip()


def fill(one: Found, gaps: Sequence[Gap]) -> None:
    """Let a question ask these gaps."""
    if not gaps:
        one.notes.append((ERROR, "gap", Sentence(N_("its text has no gap."))))
    if len(gaps) == 1 and gaps[0].kind == "several":
        one.stem = one.stem.replace("[[1]]", "").strip()
        foreign.choice(one, [answer for answer, _ in gaps[0].answers], is_single=False)
        return
    foreign.gaps(one, [_content(one, place, gap) for place, gap in enumerate(gaps, start=1)])
    for made, gap in zip((one.content or {})["gaps"], gaps, strict=True):
        made["points"] = gap.points


def _content(one: Found, place: int, gap: Gap) -> tuple[str, dict[str, Any]]:
    answers = [answer for answer, _ in gap.answers]
    if gap.kind == "numeric":
        return "numeric", foreign.as_numbers(gap.answers)
    if gap.kind in ("short_answer", "case"):
        kept = [answer for answer in answers if answer.text.strip("* ")]
        return "short_answer", foreign.as_words(kept, minds_case=gap.kind == "case")
    best = max((answer.share for answer in answers), default=0)
    key = [n for n, answer in enumerate(answers) if answer.share == best > 0]
    if gap.kind == "several":
        text = Sentence(N_("gap %(gap)s asks for several options at once."), {"gap": place})
        one.notes.append((ERROR, "gap", text))
    elif len(key) > 1:
        text = Sentence(
            N_("gap %(gap)s takes several options; the first was kept."), {"gap": place}
        )
        one.notes.append((WARNING, "gap", text))
    content = options.content([answer.text for answer in answers], key[:1])
    for option, answer in zip(content["options"], answers, strict=True):
        if answer.feedback:
            option["feedback"] = answer.feedback
    return "single_choice", content

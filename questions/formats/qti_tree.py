"""One draft as an item of QTI 2.2: a tree that its writers put into a package.

The names are those of QTI 2; the writer of QTI 3 puts them into its own spelling.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.text import clean, clean_line
from questions.formats import qti_extras, qti_marks
from questions.formats.qti_marks import Element, added, writable
from questions.rules import drafting
from questions.rules.drafting import Draft
from questions.types import cloze, true_false

RESPONSE = "RESPONSE"
EXPLANATION = "explanation"
_SOUNDS = {
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "oga": "audio/ogg",
    "wav": "audio/wav",
    "m4a": "audio/mp4",
    "aac": "audio/aac",
    "flac": "audio/flac",
}
_LONGEST_TITLE = 80


@dataclass(slots=True)
class Sheet:
    """An item being written: its draft, where its media lie, and the tree so far."""

    draft: Draft
    content: Mapping[str, Any]
    media: Sequence[tuple[str, Mapping[str, str]]]
    root: Element
    body: Element = None
    placed: set[str] = field(default_factory=set)

    def say(self, parent: Element, text: str, at: str) -> Element:
        """Put a text with its line breaks into an element, and the media that belong there."""
        spoken(parent, text)
        for path, one in self.media:
            if one.get("at", "stem") == at and path not in self.placed:
                self.placed.add(path)
                _show(parent, path, one, at)
        return parent


def item(
    draft: Draft, identifier: str, media: Sequence[tuple[str, Mapping[str, str]]], stimulus: str
) -> Element:
    """Return the item of a draft; `media` are its files with what is known of each."""
    from lxml import etree

    root = etree.Element("assessmentItem")
    title = clean_line(cloze.pieces(draft.stem)[0] or draft.stem)[:_LONGEST_TITLE] or identifier
    for name, value in (
        ("identifier", identifier),
        ("title", writable(title)),
        ("adaptive", "false"),
        ("timeDependent", "false"),
        ("toolName", "Chung Tay"),
    ):
        root.set(name, value)
    sheet = Sheet(draft, drafting.content(draft), media, root)
    sheet.body = etree.Element("itemBody")
    sheet.body.set(qti_extras.ATTRIBUTE, writable(qti_extras.of(draft.type, sheet.content)))
    processing = etree.Element("responseProcessing")
    _WRITERS[draft.type](sheet, processing)
    _rest_of_media(sheet)
    qti_marks.outcomes(root, has_explanation=bool(draft.explanation))
    if stimulus:
        added(root, "assessmentStimulusRef", identifier="passage", href=stimulus)
    root.append(sheet.body)
    root.append(processing)
    if draft.explanation:
        shown = added(
            root, "modalFeedback", outcomeIdentifier="FEEDBACK", identifier=EXPLANATION,
            showHide="show",
        )  # fmt: skip
        spoken(shown, draft.explanation)
    return root


def spoken(parent: Element, text: str) -> None:
    """Add a text to an element, with a break for each of its line breaks."""
    lines = clean(writable(text)).split("\n")
    _add_text(parent, lines[0])
    for line in lines[1:]:
        added(parent, "br").tail = line


def _add_text(parent: Element, text: str) -> None:
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def _show(parent: Element, path: str, one: Mapping[str, str], at: str) -> None:
    ending = path.rpartition(".")[2].casefold()
    alt = writable(one.get("alt", ""))
    if ending in _SOUNDS:
        shown = added(parent, "object", data=path, type=_SOUNDS[ending])
        shown.text = alt
    else:
        shown = added(parent, "img", src=path, alt=alt)
    shown.set("data-at", at)


def _rest_of_media(sheet: Sheet) -> None:
    """Show what belongs to a part that has no element of its own."""
    rest = [(path, one) for path, one in sheet.media if path not in sheet.placed]
    if rest:
        holder = added(sheet.body, "div")
        for path, one in rest:
            _show(holder, path, one, one.get("at", "stem"))


def _paragraph(sheet: Sheet) -> None:
    sheet.say(added(added(sheet.body, "div"), "p"), sheet.draft.stem, "stem")


# --- Options ------------------------------------------------------------------------------------


def _options(sheet: Sheet, processing: Element) -> None:
    content, several = sheet.content, sheet.draft.type == "multiple_choice"
    names = {one["id"]: f"choice-{one['id']}" for one in content["options"]}
    declaration = qti_marks.declared(
        sheet.root, RESPONSE, "multiple" if several else "single", "identifier",
        [names[one] for one in content["key"]],
    )  # fmt: skip
    weights = qti_marks.weights(content) if several else {}
    if weights:
        qti_marks.mapped(declaration, {names[one]: worth for one, worth in weights.items()})
    interaction = added(
        sheet.body, "choiceInteraction", responseIdentifier=RESPONSE,
        shuffle="false" if sheet.draft.type == "true_false" else "true",
        maxChoices="0" if several else "1",
    )  # fmt: skip
    sheet.say(added(interaction, "prompt"), sheet.draft.stem, "stem")
    for one in content["options"]:
        choice = added(interaction, "simpleChoice", identifier=names[one["id"]])
        if one.get("pinned"):
            choice.set("fixed", "true")
        sheet.say(choice, one["text"], one["id"])
        if one.get("feedback"):
            said = added(
                choice, "feedbackInline", outcomeIdentifier="CHOSEN",
                identifier=names[one["id"]], showHide="show",
            )  # fmt: skip
            spoken(said, one["feedback"])
    has_feedback = any(one.get("feedback") for one in content["options"])
    if has_feedback:
        cardinality = "multiple" if several else "single"
        added(
            sheet.root, "outcomeDeclaration", identifier="CHOSEN", cardinality=cardinality,
            baseType="identifier",
        )  # fmt: skip
    qti_marks.process(processing, mapped=bool(weights), chosen=has_feedback)


# --- Pairs and order ----------------------------------------------------------------------------


def _pairs(
    sheet: Sheet,
    rows: Iterable[tuple[str, str, str]],
    choices: Sequence[tuple[str, str]],
    pairs: Sequence[str],
) -> None:
    declaration = qti_marks.declared(sheet.root, RESPONSE, "multiple", "directedPair", pairs)
    qti_marks.mapped(declaration, dict.fromkeys(pairs, "1"), upper="")
    interaction = added(
        sheet.body, "matchInteraction", responseIdentifier=RESPONSE, shuffle="true",
        maxAssociations=str(len(pairs)),
    )  # fmt: skip
    sheet.say(added(interaction, "prompt"), sheet.draft.stem, "stem")
    first = added(interaction, "simpleMatchSet")
    for name, text, at in rows:
        row = added(first, "simpleAssociableChoice", identifier=name, matchMax="1")
        sheet.say(row, text, at)
    second = added(interaction, "simpleMatchSet")
    for name, text in choices:
        choice = added(second, "simpleAssociableChoice", identifier=name, matchMax="0")
        spoken(choice, text)


def _statements(sheet: Sheet, processing: Element) -> None:
    listed = sheet.content["statements"]
    rows = [(f"statement-{one['id']}", one["text"], one["id"]) for one in listed]
    choices = [("true", true_false.TRUE), ("false", true_false.FALSE)]
    pairs = [f"statement-{one['id']} {'true' if one['is_true'] else 'false'}" for one in listed]
    _pairs(sheet, rows, choices, pairs)
    qti_marks.process(processing, mapped=sheet.content.get("scoring") != "all")


def _matching(sheet: Sheet, processing: Element) -> None:
    content = sheet.content
    rows = [(f"row-{one['id']}", one["text"], one["id"]) for one in content["rows"]]
    choices = [(f"choice-{one['id']}", one["text"]) for one in content["choices"]]
    pairs = [f"row-{row['id']} choice-{content['pairs'][row['id']]}" for row in content["rows"]]
    _pairs(sheet, rows, choices, pairs)
    qti_marks.process(processing, mapped=content.get("scoring") != "all")


def _ordering(sheet: Sheet, processing: Element) -> None:
    parts = sheet.content["parts"]
    names = [f"part-{one['id']}" for one in parts]
    qti_marks.declared(sheet.root, RESPONSE, "ordered", "identifier", names)
    interaction = added(sheet.body, "orderInteraction", responseIdentifier=RESPONSE, shuffle="true")
    sheet.say(added(interaction, "prompt"), sheet.draft.stem, "stem")
    for one in sorted(parts, key=lambda part: str(part["id"])):
        choice = added(interaction, "simpleChoice", identifier=f"part-{one['id']}")
        sheet.say(choice, one["text"], one["id"])
    qti_marks.process(processing, mapped=False)


# --- Typed answers ------------------------------------------------------------------------------


def _typed(sheet: Sheet, processing: Element) -> None:
    _paragraph(sheet)
    line = added(added(sheet.body, "div"), "p")
    added(line, "textEntryInteraction", responseIdentifier=RESPONSE)
    if sheet.draft.type == "numeric":
        qti_marks.numbers(sheet.root, processing, RESPONSE, "SCORE", sheet.content)
        _unit(line, sheet.content)
    else:
        qti_marks.words(sheet.root, RESPONSE, sheet.content)
        qti_marks.process(processing, mapped=True)


def _unit(line: Element, content: Mapping[str, Any]) -> None:
    if content.get("unit"):
        added(line, "span", **{"data-unit": "true"}).text = " " + writable(content["unit"])


def _cloze(sheet: Sheet, processing: Element) -> None:
    gaps = {one["id"]: one for one in sheet.content["gaps"]}
    line = added(added(sheet.body, "div"), "p")
    parts = cloze.pieces(sheet.draft.stem)
    for place, piece in enumerate(parts):
        if place % 2 == 0:
            _piece(line, piece)
        elif piece in gaps:
            _gap(sheet, line, gaps[piece], processing)
    sheet.say(line, "", "stem")
    qti_marks.add_up(sheet.root, processing, sheet.content["gaps"])


def _piece(line: Element, piece: str) -> None:
    """Add a piece of a text; its spaces beside the gaps stay."""
    lines = re.sub(r"[ \t]+", " ", writable(piece)).split("\n")
    _add_text(line, lines[0])
    for one in lines[1:]:
        added(line, "br").tail = one


def _gap(sheet: Sheet, line: Element, gap: Mapping[str, Any], processing: Element) -> None:
    name, score, content = f"{RESPONSE}{gap['id']}", f"SCORE{gap['id']}", gap["content"]
    if gap["type"] == "single_choice":
        names = {one["id"]: f"choice-{one['id']}" for one in content["options"]}
        key = [names[one] for one in content["key"]]
        qti_marks.declared(sheet.root, name, "single", "identifier", key)
        interaction = added(
            line, "inlineChoiceInteraction", responseIdentifier=name, shuffle="false"
        )
        for one in content["options"]:
            choice = added(interaction, "inlineChoice", identifier=names[one["id"]])
            choice.text = writable(clean_line(one["text"]))
        qti_marks.score_match(processing, name, score)
        return
    added(line, "textEntryInteraction", responseIdentifier=name)
    if gap["type"] == "numeric":
        qti_marks.numbers(sheet.root, processing, name, score, content)
        _unit(line, content)
    else:
        qti_marks.words(sheet.root, name, content)
        qti_marks.score_map(processing, name, score)


def _essay(sheet: Sheet, _: Element) -> None:
    content = sheet.content
    sample = [clean_line(writable(content["sample"]))] if content.get("sample") else []
    qti_marks.declared(sheet.root, RESPONSE, "single", "string", sample)
    criteria = content.get("rubric") or []
    if criteria:
        rubric = added(sheet.body, "rubricBlock", view="scorer")
        holder = added(added(rubric, "div"), "ul")
        for one in criteria:
            words = f"{one['text']} ({one['points']})"
            added(holder, "li").text = clean_line(writable(words))
    interaction = added(sheet.body, "extendedTextInteraction", responseIdentifier=RESPONSE)
    most = (content.get("words") or {}).get("most")
    if most:
        interaction.set("expectedLength", str(most * 6))
    sheet.say(added(interaction, "prompt"), sheet.draft.stem, "stem")


_WRITERS = {
    "single_choice": _options,
    "multiple_choice": _options,
    "true_false": _options,
    "statements": _statements,
    "matching": _matching,
    "ordering": _ordering,
    "short_answer": _typed,
    "numeric": _typed,
    "cloze": _cloze,
    "essay": _essay,
}

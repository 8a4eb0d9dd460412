"""QTI 1.2 out, as Canvas exports and reads it: one test with a section for each topic."""

import html
import urllib.parse
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from core.saying import Sentence
from core.text import N_, clean, clean_line
from questions.formats import qti12_marks, qti_archive, qti_extras, qti_marks
from questions.formats.qti_archive import Box
from questions.formats.qti_marks import Element, added, writable
from questions.formats.written import Written
from questions.rules import drafting
from questions.rules.drafting import INFO, WARNING, Draft, Message
from questions.types import cloze, true_false

_NAMESPACE = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_MANIFEST = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
_PATH = "questions/questions.xml"
_FOLDER = "web_resources"
_BASE = "$IMS-CC-FILEBASE$"
_KINDS = {
    "single_choice": "multiple_choice_question",
    "multiple_choice": "multiple_answers_question",
    "true_false": "true_false_question",
    "statements": "matching_question",
    "matching": "matching_question",
    "ordering": "ordering_question",
    "short_answer": "short_answer_question",
    "numeric": "numerical_question",
    "cloze": "fill_in_multiple_blanks_question",
    "essay": "essay_question",
}
_PARTS = N_("how answers right in part are marked")
_CLOZE = N_("gaps that are numbers or choices")


def write(drafts: Sequence[Draft], title: str) -> Written:
    """Return a QTI 1.2 package of the drafts."""
    from lxml import etree

    box = Box()
    messages: list[Message] = []
    root = etree.Element("questestinterop")
    test = added(root, "assessment", ident="chung-tay", title=writable(clean_line(title)))
    whole = added(test, "section", ident="root_section")
    numbered = []
    for number, draft in enumerate(drafts, start=1):
        problem = qti_archive.unwritable(draft)
        if problem is None:
            numbered.append((number, draft))
        else:
            messages.append(Message(number, WARNING, "left-out", problem, draft.place))
    for place, (topic, group) in enumerate(groupby(numbered, lambda one: one[1].topic), start=1):
        holder = whole
        if topic:
            name = writable(clean_line(topic))
            holder = added(whole, "section", ident=f"section-{place}", title=name)
        for number, draft in group:
            _item(holder, draft, number, box)
            messages += [Message(number, INFO, "lost", text, draft.place) for text in lost(draft)]
    files = dict(box.files)
    box.files = {
        "imsmanifest.xml": _manifest(title, list(files)),
        _PATH: qti_archive.serialised(root, _NAMESPACE),
        **files,
    }
    return Written(box.zipped(), tuple(messages))


def lost(draft: Draft) -> list[Sentence]:
    """Return what another system will not know of a question; we read all of it again."""
    content = drafting.content(draft)
    found = qti_archive.lost(draft)
    scoring = content.get("scoring", "all")
    if draft.type == "multiple_choice" and scoring != "all":
        found.append(Sentence(qti_archive.OTHERS, {"what": Sentence(_PARTS)}))
    gaps = content.get("gaps", ())
    if len({gap["type"] for gap in gaps}) > 1 or any(one["type"] == "numeric" for one in gaps):
        found.append(Sentence(qti_archive.OTHERS, {"what": Sentence(_CLOZE)}))
    return found


# --- Items --------------------------------------------------------------------------------------


def _item(holder: Element, draft: Draft, number: int, box: Box) -> None:
    content = drafting.content(draft)
    item = added(holder, "item", ident=f"item-{number:04d}", title=f"Câu {number}")
    _fields(added(added(item, "itemmetadata"), "qtimetadata"), draft, content)
    media = [
        (f"{_BASE}/{urllib.parse.quote(path.removeprefix(_FOLDER + '/'))}", one)
        for path, one in box.keep_media(draft, f"{_FOLDER}/item-{number:04d}")
    ]
    presentation = added(item, "presentation")
    own = {str(one.get("at", "stem")) for _, one in media} - {"stem"}
    parts = {one["id"] for one in content.get("options", ())}
    at_stem = [(path, one) for path, one in media if one.get("at", "stem") not in own & parts]
    _material(presentation, draft.stem, at_stem)
    processing = qti12_marks.processing(item)
    _WRITERS[draft.type](presentation, processing, content, media)
    if draft.explanation:
        qti12_marks.show(processing, "general_fb")
        _feedback(item, "general_fb", draft.explanation)
    for option in content.get("options", ()):
        if option.get("feedback"):
            qti12_marks.show(processing, f"{option['id']}_fb", "response1", option["id"])
            _feedback(item, f"{option['id']}_fb", option["feedback"])


def _fields(holder: Element, draft: Draft, content: Mapping[str, Any]) -> None:
    kind = _KINDS[draft.type]
    if draft.type == "cloze" and all(one["type"] == "single_choice" for one in content["gaps"]):
        kind = "multiple_dropdowns_question"
    for label, entry in (
        ("question_type", kind),
        ("points_possible", "1.0"),
        (qti_extras.FIELD, qti_extras.of(draft.type, content)),
        ("chungtay_difficulty", draft.difficulty),
        ("chungtay_legal_basis", draft.legal_basis),
        ("chungtay_passage", draft.passage),
    ):
        if entry:
            one = added(holder, "qtimetadatafield")
            added(one, "fieldlabel").text = label
            added(one, "fieldentry").text = writable(entry)


def _material(
    holder: Element, text: str, media: Sequence[tuple[str, Mapping[str, str]]] = ()
) -> None:
    """Say a text as Canvas does: HTML written as text."""
    lines = [html.escape(line) for line in clean(writable(text)).split("\n")]
    markup = f"<div>{'<br/>'.join(lines)}</div>"
    for path, one in media:
        at, alt = html.escape(one.get("at", "stem")), html.escape(writable(one.get("alt", "")))
        ending = path.rpartition(".")[2].casefold()
        if ending in ("mp3", "ogg", "oga", "wav", "m4a", "aac", "flac"):
            markup += f'<audio src="{path}" data-at="{at}" title="{alt}"></audio>'
        else:
            markup += f'<img src="{path}" data-at="{at}" alt="{alt}">'
    added(added(holder, "material"), "mattext", texttype="text/html").text = markup


def _feedback(item: Element, ident: str, text: str) -> None:
    _material(added(added(item, "itemfeedback", ident=ident), "flow_mat"), text)


def _labels(
    response: Element, listed: Sequence[tuple[str, str, Sequence[tuple[str, Mapping[str, str]]]]]
) -> None:
    render = added(response, "render_choice")
    for ident, text, media in listed:
        label = added(render, "response_label", ident=ident)
        if media:
            _material(label, text, media)
        else:
            plain = added(added(label, "material"), "mattext", texttype="text/plain")
            plain.text = clean_line(writable(text))


Media = Sequence[tuple[str, Mapping[str, str]]]


def _one(
    presentation: Element, processing: Element, content: Mapping[str, Any], media: Media
) -> None:
    if len(content["key"]) != 1:
        _several(presentation, processing, content, media)
        return
    _options(presentation, content, media, "Single")
    qti12_marks.whole(processing, "response1", content["key"], ())


def _several(
    presentation: Element, processing: Element, content: Mapping[str, Any], media: Media
) -> None:
    _options(presentation, content, media, "Multiple")
    others = [one["id"] for one in content["options"] if one["id"] not in content["key"]]
    qti12_marks.whole(processing, "response1", content["key"], others)


def _options(
    presentation: Element, content: Mapping[str, Any], media: Media, cardinality: str
) -> None:
    response = added(presentation, "response_lid", ident="response1", rcardinality=cardinality)
    listed = [
        (one["id"], one["text"], [m for m in media if m[1].get("at") == one["id"]])
        for one in content["options"]
    ]
    _labels(response, listed)


def _rows(
    presentation: Element,
    processing: Element,
    rows: Sequence[tuple[str, str, str]],
    choices: Sequence[tuple[str, str]],
) -> None:
    worth = qti12_marks.shares(len(rows))
    for (ident, text, key), share in zip(rows, worth, strict=True):
        response = added(presentation, "response_lid", ident=f"response_{ident}")
        words = added(added(response, "material"), "mattext", texttype="text/plain")
        words.text = clean_line(writable(text))
        _labels(response, [(name, choice, ()) for name, choice in choices])
        qti12_marks.add(processing, f"response_{ident}", [key], share)


def _statements(
    presentation: Element, processing: Element, content: Mapping[str, Any], _: object
) -> None:
    rows = [
        (one["id"], one["text"], "true" if one["is_true"] else "false")
        for one in content["statements"]
    ]
    choices = [("true", true_false.TRUE), ("false", true_false.FALSE)]
    _rows(presentation, processing, rows, choices)


def _matching(
    presentation: Element, processing: Element, content: Mapping[str, Any], _: object
) -> None:
    rows = [
        (row["id"], row["text"], f"choice-{content['pairs'][row['id']]}") for row in content["rows"]
    ]
    choices = [(f"choice-{one['id']}", one["text"]) for one in content["choices"]]
    _rows(presentation, processing, rows, choices)


def _ordering(
    presentation: Element, processing: Element, content: Mapping[str, Any], _: object
) -> None:
    response = added(presentation, "response_lid", ident="response1", rcardinality="Ordered")
    parts = sorted(content["parts"], key=lambda one: str(one["id"]))
    _labels(response, [(str(one["id"]), one["text"], ()) for one in parts])
    qti12_marks.add(processing, "response1", [one["id"] for one in content["parts"]], "100")


def _field(presentation: Element, ident: str, fibtype: str = "") -> None:
    response = added(presentation, "response_str", ident=ident, rcardinality="Single")
    fib = added(response, "render_fib")
    if fibtype:
        fib.set("fibtype", fibtype)
    added(fib, "response_label", ident=f"answer-{ident}")


def _short(
    presentation: Element, processing: Element, content: Mapping[str, Any], _: object
) -> None:
    _field(presentation, "response1")
    _words(processing, "response1", content, Decimal(100))


def _words(processing: Element, ident: str, content: Mapping[str, Any], most: Decimal) -> None:
    by_worth: dict[Decimal, list[str]] = {}
    for one in content["answers"]:
        worth = Decimal(str(one.get("fraction", "1"))) * most
        by_worth.setdefault(worth, []).append(clean_line(writable(one["text"])))
    for worth, texts in sorted(by_worth.items(), reverse=True):
        if worth > 0:
            qti12_marks.any_of(processing, ident, texts, worth)


def _numeric(
    presentation: Element, processing: Element, content: Mapping[str, Any], _: object
) -> None:
    _field(presentation, "response1", "Decimal")
    qti12_marks.numbers(processing, "response1", content, Decimal(100))


def _cloze(
    presentation: Element, processing: Element, content: Mapping[str, Any], _: object
) -> None:
    gaps = content["gaps"]
    for gap, share in zip(gaps, qti12_marks.shares(len(gaps)), strict=True):
        ident, inner = f"response_gap{gap['id']}", gap["content"]
        if gap["type"] == "numeric":
            _field(presentation, ident, "Decimal")
            qti12_marks.numbers(processing, ident, inner, Decimal(share))
            continue
        response = added(presentation, "response_lid", ident=ident)
        name = added(added(response, "material"), "mattext", texttype="text/plain")
        name.text = f"gap{gap['id']}"
        if gap["type"] == "single_choice":
            _labels(response, [(one["id"], one["text"], ()) for one in inner["options"]])
            _typed_as(response, "dropdown")
            qti12_marks.add(processing, ident, inner["key"], share)
        else:
            texts = [one["text"] for one in qti_marks.earning(inner)]
            answers = [f"answer{place}" for place, _ in enumerate(texts, start=1)]
            _labels(response, [(a, t, ()) for a, t in zip(answers, texts, strict=True)])
            _typed_as(response, "openEntry")
            qti12_marks.any_of(processing, ident, answers, Decimal(share))
    _name_gaps(presentation)


def _typed_as(response: Element, kind: str) -> None:
    """Say whether a gap is chosen or typed, as New Quizzes does."""
    for label in response.iter("response_label"):
        label.set("answer_type", kind)


def _name_gaps(presentation: Element) -> None:
    """Write the gaps of a text as Canvas does: a name in brackets for each."""
    text = presentation[0][0]
    pieces = cloze.pieces(text.text)
    text.text = "".join(
        piece if place % 2 == 0 else f"[gap{piece}]" for place, piece in enumerate(pieces)
    )


def _essay(presentation: Element, _: Element, content: Mapping[str, Any], __: object) -> None:
    _field(presentation, "response1")
    if content.get("sample"):
        item = presentation.getparent()
        _feedback(item, "solution", content["sample"])


_WRITERS = {
    "single_choice": _one,
    "multiple_choice": _several,
    "true_false": _one,
    "statements": _statements,
    "matching": _matching,
    "ordering": _ordering,
    "short_answer": _short,
    "numeric": _numeric,
    "cloze": _cloze,
    "essay": _essay,
}


# --- The manifest -------------------------------------------------------------------------------


def _manifest(title: str, files: Sequence[str]) -> bytes:
    from lxml import etree

    root = etree.Element("manifest")
    root.set("identifier", "chung-tay-package")
    metadata = added(root, "metadata")
    added(metadata, "schema").text = "IMS Content"
    added(metadata, "schemaversion").text = "1.1.3"
    organizations = added(root, "organizations")
    organization = added(organizations, "organization", identifier="org_1")
    added(organization, "title").text = writable(clean_line(title))
    resources = added(root, "resources")
    test = added(resources, "resource", identifier="questions", type="imsqti_xmlv1p2", href=_PATH)
    added(test, "file", href=_PATH)
    for place, file in enumerate(files, start=1):
        href = urllib.parse.quote(file)
        one = added(
            resources, "resource", identifier=f"file-{place:04d}", type="webcontent", href=href
        )
        added(one, "file", href=href)
    return qti_archive.serialised(root, _MANIFEST)

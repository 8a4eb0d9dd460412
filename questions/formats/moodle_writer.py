"""Moodle XML out: every type of question, with its pictures, topic and tags."""

import html
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from core.saying import Sentence
from core.text import N_, clean, clean_line
from questions.formats import moodle_gaps, shares, sheet_rows, tags
from questions.formats.written import Written
from questions.rules import drafting
from questions.rules.drafting import Draft, Message
from questions.types import true_false

Content = Mapping[str, Any]

_SOUNDS = (".mp3", ".ogg", ".oga", ".wav", ".m4a", ".aac", ".flac")
_RUBRIC = N_("the criteria of the essay")
_PAIRS = N_("its type: other systems see pairs to match")
_ALL = N_("that an answer right in part earns nothing: Moodle adds up shares")


def write(drafts: Sequence[Draft], title: str) -> Written:
    """Return the questions as a Moodle XML file."""
    parts = ['<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n']
    told: list[Message] = []
    topic = None
    for number, draft in enumerate(drafts, start=1):
        if draft.topic != topic:
            topic = draft.topic
            path = f"$course$/top/{clean_line(topic)}".rstrip("/")
            parts.append(_element("question", _element("category", _text(path)), type="category"))
        parts.append(_question(draft, number))
        told += sheet_rows.messages(draft, number, lost(draft))
    return Written("".join([*parts, "</quiz>\n"]).encode(), tuple(told))


def lost(draft: Draft) -> list[Sentence]:
    """Return what Moodle XML cannot carry of a question."""
    content = drafting.content(draft)
    found = [Sentence(sheet_rows.PASSAGE)] if draft.passage else []
    parts = [*content.get("rows", ()), *content.get("statements", ()), *content.get("parts", ())]
    if any(one.get("feedback") for one in parts):
        found.append(Sentence(sheet_rows.FEEDBACK))
    if content.get("rubric"):
        found.append(Sentence(_RUBRIC))
    if draft.type == "statements":
        found.append(Sentence(_PAIRS))
    if draft.type == "multiple_choice" and content.get("scoring", "all") == "all":
        found.append(Sentence(_ALL))
    return found + shares.lost(content)


# --- Elements -----------------------------------------------------------------------------------


def _element(tag: str, inner: str, **attributes: str) -> str:
    told = "".join(f' {key}="{html.escape(value)}"' for key, value in attributes.items())
    return f"<{tag}{told}>{inner}</{tag}>\n"


def _text(words: str) -> str:
    return f"<text>{html.escape(words, quote=False)}</text>"


def _marked(words: str) -> str:
    """Return plain words as the HTML that shows them."""
    return html.escape(clean(words), quote=False).replace("\n", "<br>")


def _told(name: str, words: str, files: Sequence[Mapping[str, str]] = (), **more: str) -> str:
    """Return a text element in HTML, what is shown beside it at its end."""
    shown = "".join(map(_shown, files))
    inner = _text(words + shown) + "".join(map(_file, files))
    return _element(name, inner, format="html", **more)


def _shown(file: Mapping[str, str]) -> str:
    source = f"@@PLUGINFILE@@/{file['name']}"
    if file["name"].lower().endswith(_SOUNDS):
        return f'<audio controls src="{html.escape(source)}"></audio>'
    alt = html.escape(clean_line(file.get("alt", "")))
    return f'<img src="{html.escape(source)}" alt="{alt}">'


def _file(file: Mapping[str, str]) -> str:
    return _element("file", file["data"], name=file["name"], path="/", encoding="base64")


def _files(draft: Draft) -> dict[str, list[dict[str, str]]]:
    """Return the pictures and sounds by the part they stand at, no two of one name."""
    found: dict[str, list[dict[str, str]]] = {}
    taken: set[str] = set()
    for place, one in enumerate(draft.media, start=1):
        name = clean_line(one["name"]).replace("/", "-").replace("%", "-") or "file"
        name = f"{place}-{name}" if name in taken else name
        taken.add(name)
        found.setdefault(one.get("at") or "stem", []).append({**one, "name": name})
    return found


# --- One question -------------------------------------------------------------------------------


def _question(draft: Draft, number: int) -> str:
    content, files = drafting.content(draft), _files(draft)
    kind, write_parts = _writer(draft, content)
    stem = _marked(draft.stem)
    if draft.type == "cloze":
        stem = moodle_gaps.filled(stem, content["gaps"])
    known = {one["id"] for one in content.get("options", ())}
    at_stem = [file for at, some in files.items() if at not in known for file in some]
    inner = [
        _element("name", _text(f"Câu {number}")),
        _told("questiontext", stem, at_stem),
        _told("generalfeedback", _marked(draft.explanation)),
        *write_parts(draft, content, files),
        _tags(draft),
    ]
    return _element("question", "\n" + "".join(inner), type=kind)


_Files = Mapping[str, list[dict[str, str]]]
_Parts = Callable[[Draft, Content, _Files], Iterator[str]]


def _writer(draft: Draft, content: Content) -> tuple[str, _Parts]:
    texts = [one["text"] for one in content.get("options", ())]
    if draft.type == drafting.TRUE_FALSE and texts != [true_false.TRUE, true_false.FALSE]:
        return _WRITERS[drafting.SINGLE]
    return _WRITERS[draft.type]


def _tags(draft: Draft) -> str:
    listed = tags.of(draft, disguised=draft.type == "statements")
    return _element("tags", "".join(_element("tag", _text(tag)) for tag in listed))


def _answer(share: str, words: str, told: Content, files: Sequence[Mapping[str, str]] = ()) -> str:
    feedback = _told("feedback", _marked(told.get("feedback") or ""))
    shown = "".join(map(_shown, files))
    inner = _text(words + shown) + "".join(map(_file, files)) + feedback
    return _element("answer", inner, fraction=share, format="html")


def _single(draft: Draft, content: Content, files: _Files) -> Iterator[str]:
    yield "<single>true</single>\n"
    for one in content["options"]:
        share = "100" if one["id"] in content["key"] else "0"
        yield _answer(share, _marked(one["text"]), one, files.get(one["id"], ()))


def _several(draft: Draft, content: Content, files: _Files) -> Iterator[str]:
    yield "<single>false</single>\n"
    for one, share in zip(content["options"], shares.of_options(content), strict=True):
        yield _answer(share, _marked(one["text"]), one, files.get(one["id"], ()))


def _truth(draft: Draft, content: Content, files: _Files) -> Iterator[str]:
    for one, word in zip(content["options"], ("true", "false"), strict=True):
        yield _answer("100" if one["id"] in content["key"] else "0", word, one)


def _words(draft: Draft, content: Content, files: _Files) -> Iterator[str]:
    yield f"<usecase>{int('case' in content.get('exact', ()))}</usecase>\n"
    for one in content["answers"]:
        yield _plain_answer(shares.of_answer(one), shares.starred(one), one)


def _plain_answer(share: str, words: str, told: Content, more: str = "") -> str:
    feedback = _told("feedback", _marked(told.get("feedback") or ""))
    inner = _text(clean(words)) + more + feedback
    return _element("answer", inner, fraction=share, format="plain_text")


def _numbers(draft: Draft, content: Content, files: _Files) -> Iterator[str]:
    for one in content["answers"]:
        more = f"<tolerance>{shares.tolerance(one)}</tolerance>"
        yield _plain_answer(shares.of_answer(one), str(one["value"]), one, more)
    if content.get("unit"):
        name = f"<unit_name>{html.escape(content['unit'], quote=False)}</unit_name>"
        yield f"<units><unit><multiplier>1</multiplier>{name}</unit></units>\n"


def _pairs(draft: Draft, content: Content, files: _Files) -> Iterator[str]:
    if draft.type == "statements":
        listed = list(tags.disguise(draft))
    else:
        whole = dict(content)
        listed = [*tags.rows(whole), *[("", choice) for choice in tags.others(whole)]]
    for row, choice in listed:
        inner = _text(_marked(row)) + _element("answer", _text(clean(choice)))
        yield _element("subquestion", inner, format="html")


def _order(draft: Draft, content: Content, files: _Files) -> Iterator[str]:
    yield "<layouttype>VERTICAL</layouttype>\n<selecttype>ALL</selecttype>\n"
    yield "<gradingtype>ABSOLUTE_POSITION</gradingtype>\n"
    for place, one in enumerate(content["parts"], start=1):
        yield _answer(str(place), _marked(one["text"]), {})


def _free(draft: Draft, content: Content, files: _Files) -> Iterator[str]:
    bounds = content.get("words") or {}
    yield "<responseformat>editor</responseformat>\n<responserequired>1</responserequired>\n"
    for name, bound in (("min", bounds.get("least")), ("max", bounds.get("most"))):
        if bound:
            yield f"<{name}wordlimit>{int(bound)}</{name}wordlimit>\n"
    yield _told("graderinfo", _marked(content.get("sample") or ""))


def _nothing(draft: Draft, content: Content, files: _Files) -> Iterator[str]:
    yield from ()


_WRITERS: Mapping[str, tuple[str, _Parts]] = {
    "single_choice": ("multichoice", _single),
    "multiple_choice": ("multichoice", _several),
    "true_false": ("truefalse", _truth),
    "statements": ("matching", _pairs),
    "matching": ("matching", _pairs),
    "ordering": ("ordering", _order),
    "short_answer": ("shortanswer", _words),
    "numeric": ("numerical", _numbers),
    "cloze": ("cloze", _nothing),
    "essay": ("essay", _free),
}

"""The kinds of question of Moodle XML, each made one of our types."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.saying import Sentence
from core.text import N_, clean_line
from questions.formats import foreign, gift_signs, moodle_cloze
from questions.formats.foreign import Answer, Files
from questions.formats.html_text import Picture, Plain
from questions.rules.drafting import ERROR, WARNING
from questions.rules.settling import Found
from questions.types import options, statements

_FORMS = {
    "html": "html",
    "moodle_auto_format": "moodle",
    "plain_text": "plain",
    "markdown": "markdown",
}
_YES = frozenset({"1", "true", "yes"})
_GAP = re.compile(r"\[\[(\d{1,2})\]\]")
Element = Any  # lxml has no types


def text_of(element: Element | None) -> str:
    """Return the text that an element of Moodle XML holds, as it is written."""
    if element is None:
        return ""
    inner = element.find("text")
    found = element if inner is None else inner
    if len(found):
        from lxml import etree

        parts = [etree.tostring(child, encoding="unicode") for child in found]
        return (found.text or "") + "".join(parts)
    return found.text or ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the file: its element and its kind."""

    element: Element
    kind: str

    def told(self, name: str) -> Plain:
        """Return what the text of this name says."""
        return told(self.element.find(name))

    def remark(self, one: Found, name: str) -> str:
        """Return the words of a text beside the question; name what they lose."""
        return remark(one, self.element.find(name))

    def files(self, name: str) -> Files:
        """Return the files that the text of this name brings along."""
        return files(self.element.find(name))

    def says(self, name: str) -> str:
        """Return a plain value, such as “true”."""
        return clean_line(self.element.findtext(name) or "").lower()

    def answers(self, one: Found) -> list[Answer]:
        """Return the answers with their shares and feedback; their pictures are kept."""
        found = []
        for place, element in enumerate(self.element.iterfind("answer")):
            said = told(element)
            files(element).keep(one, said, options.IDS[min(place, options.MOST - 1)])
            feedback = remark(one, element.find("feedback"))
            share = foreign.share(element.get("fraction") or "0")
            found.append(Answer(said.text, share, feedback))
        return found


def told(element: Element | None) -> Plain:
    """Return what people read in an element, in whatever markup it is written."""
    if element is None:
        return Plain("")
    return gift_signs.read(text_of(element), _FORMS.get(element.get("format") or "html", "html"))


def remark(one: Found, element: Element | None) -> str:
    """Return the words of an element beside the question; name what they lose."""
    if element is None:
        return ""
    form = _FORMS.get(element.get("format") or "html", "html")
    return foreign.remark(one, gift_signs.told(text_of(element), form))


def keep_old_picture(one: Found, asked: Question) -> None:
    """Keep the picture that files of Moodle 1 have beside the text."""
    name = clean_line(asked.element.findtext("image") or "")
    if name:
        data = "".join((asked.element.findtext("image_base64") or "").split())
        told = Plain("", (Picture(name),))
        Files({name: data} if data else {}).keep(one, told, "stem")


def files(element: Element | None) -> Files:
    """Return the files beside a text, in base64."""
    if element is None:
        return Files()
    found: dict[str, str] = {}
    for file in element.iterfind("file"):
        name, data = file.get("name") or "", "".join((file.text or "").split())
        if name and data and (file.get("encoding") or "base64") == "base64":
            found[name] = data
    return Files(found)


# --- The kinds ----------------------------------------------------------------------------------


def _choice(one: Found, asked: Question) -> None:
    answers = asked.answers(one)
    is_single = asked.says("single") in _YES or not asked.says("single")
    foreign.choice(one, answers, is_single=is_single)


def _several(one: Found, asked: Question) -> None:
    """Take options that are right or not, of which all right ones are wanted."""
    answers = asked.answers(one)
    right = [answer for answer in answers if answer.share > 0]
    for answer in answers:
        answer.share = Decimal(1) / len(right) if answer in right else Decimal(0)
    foreign.choice(one, answers, is_single=False)
    if one.content is not None and asked.kind == "multichoiceset":
        one.content["scoring"] = "all"


def _truth(one: Found, asked: Question) -> None:
    told_of = {clean_line(answer.text).lower(): answer for answer in asked.answers(one)}
    true = next((told_of[word] for word in ("true", "đúng", "1") if word in told_of), None)
    false = next((told_of[word] for word in ("false", "sai", "0") if word in told_of), None)
    best = max((answer.share for answer in told_of.values()), default=Decimal(0))
    if best <= 0 or (true is None and false is None):
        one.notes.append((ERROR, "no-key", Sentence(N_("no key was found."))))
    is_true = true.share == best if true else bool(false and false.share < best)
    if_true, if_false = (true.feedback if true else ""), (false.feedback if false else "")
    foreign.truth(one, is_true=is_true, if_true=if_true, if_false=if_false)


def _words(one: Found, asked: Question) -> None:
    foreign.words(one, asked.answers(one), minds_case=asked.says("usecase") in _YES)


def _numbers(one: Found, asked: Question) -> None:
    elements = list(asked.element.iterfind("answer"))
    tolerances = [clean_line(element.findtext("tolerance") or "0") for element in elements]
    units = [clean_line(unit.findtext("unit_name") or "") for unit in asked.element.iter("unit")]
    listed = list(zip(asked.answers(one), tolerances, strict=True))
    foreign.numbers(one, listed, units[0] if units else "")
    if len(units) > 1:
        values = {"unit": units[0], "others": ", ".join(units[1:])}
        text = N_("only the unit %(unit)s was taken over, not %(others)s.")
        one.notes.append((WARNING, "units", Sentence(text, values)))


def _pairs(one: Found, asked: Question) -> None:
    listed = []
    for element in asked.element.iterfind("subquestion"):
        row, choice = told(element), told(element.find("answer"))
        files(element).keep(one, row, "stem")
        files(element.find("answer")).keep(one, choice, "stem")
        listed.append((row.text, choice.text))
    foreign.pairs(one, listed)


def _order(one: Found, asked: Question) -> None:
    listed = []
    for place, element in enumerate(asked.element.iterfind("answer")):
        said = told(element)
        files(element).keep(one, said, "stem")
        listed.append((foreign.share(element.get("fraction") or "0"), place, said.text))
    shares = {share for share, _, _ in listed}
    is_ranked = len(shares) == len(listed)
    ranked = sorted(listed) if is_ranked else listed
    foreign.order(one, [text for _, _, text in ranked])


def _free(one: Found, asked: Question) -> None:
    least, most = asked.says("minwordlimit"), asked.says("maxwordlimit")
    foreign.free(
        one,
        asked.remark(one, "graderinfo"),
        int(least) if least.isdecimal() else None,
        int(most) if most.isdecimal() else None,
    )
    if asked.remark(one, "responsetemplate"):
        text = Sentence(N_("the text that its answer begins with was not taken over."))
        one.notes.append((WARNING, "template", text))


def _cloze(one: Found, asked: Question) -> None:
    element = asked.element.find("questiontext")
    marked, gaps = moodle_cloze.cut(text_of(element))
    form = _FORMS.get(element.get("format") or "html", "html")
    one.stem = gift_signs.read(marked, form).text
    moodle_cloze.fill(one, gaps)


def _menus(one: Found, asked: Question) -> None:
    """Take a text whose gaps are filled from lists, by menus or by dragging."""
    boxes = [*asked.element.iterfind("selectoption"), *asked.element.iterfind("dragbox")]
    texts = [told(box).text for box in boxes]
    groups = [clean_line(box.findtext("group") or "1") for box in boxes]
    wanted = [int(number) - 1 for number in _GAP.findall(one.stem)]
    if any(not 0 <= place < len(texts) for place in wanted):
        text = Sentence(N_("a gap names an answer that is not in the file."))
        one.notes.append((ERROR, "gap", text))
        wanted = [place for place in wanted if 0 <= place < len(texts)]
    order = iter(range(1, len(wanted) + 1))
    one.stem = _GAP.sub(lambda _: f"[[{next(order, 0)}]]", one.stem)
    foreign.gaps(one, [_menu(one, texts, groups, place) for place in wanted])


def _menu(
    one: Found, texts: Sequence[str], groups: Sequence[str], right: int
) -> tuple[str, Mapping[str, Any]]:
    places = [n for n in range(len(texts)) if groups[n] == groups[right]]
    listed = list(dict.fromkeys(texts[n] for n in places))
    if len(listed) > options.MOST:
        others = [text for text in listed if text != texts[right]][: options.MOST - 1]
        listed = [text for text in listed if text in (*others, texts[right])]
        said = N_("a gap keeps %(most)s of its answers; more are not possible.")
        one.notes.append((WARNING, "gap", Sentence(said, {"most": options.MOST})))
    return "single_choice", options.content(listed, [listed.index(texts[right])])


def _statements(one: Found, asked: Question) -> None:
    """Take rows that are true or false each: kinds that plug-ins of Moodle add."""
    verdicts = dict(_verdicts(asked.element))
    listed = []
    for row in asked.element.iterfind("row"):
        said = told(row.find("optiontext"))
        listed.append((said.text, verdicts.get(row.get("number") or "", False)))
    one.type = "statements"
    one.content = statements.content(listed)


def _verdicts(element: Element) -> Iterator[tuple[str, bool]]:
    for weight in element.iterfind("weight"):
        if weight.get("columnnumber") == "1":
            yield weight.get("rownumber") or "", foreign.share(weight.findtext("value") or "0") > 0


TYPES: Mapping[str, Callable[[Found, Question], None]] = {
    "multichoice": _choice,
    "multichoiceset": _several,
    "oumultiresponse": _several,
    "truefalse": _truth,
    "shortanswer": _words,
    "numerical": _numbers,
    "matching": _pairs,
    "ddmatch": _pairs,
    "ordering": _order,
    "essay": _free,
    "cloze": _cloze,
    "multianswer": _cloze,
    "gapselect": _menus,
    "ddwtos": _menus,
    "kprime": _statements,
    "mtf": _statements,
}

"""GIFT, the text format of Moodle: every question of a file, whatever it asks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.saying import Sentence
from core.text import N_, clean, clean_line
from questions.formats import encoding, foreign, gift_answers, gift_signs, tags
from questions.rules.drafting import ERROR, INFO, WARNING, Reading
from questions.rules.settling import Found, Note, settle

_CATEGORY = re.compile(r"^\s*\$CATEGORY\s*:", re.IGNORECASE)
_TITLE = re.compile(r"\s*::(.*?)::", re.DOTALL)
_LABEL = re.compile(r"\[(id|tag):((?:\\\]|[^\]])+)\]")
_BRACES = re.compile(r"\{([^{}]*)\}")
_TYPES = r"\{\s*(?:[=~#%}]|T\s*[#}]|F\s*[#}]|TRUE\s*[#}]|FALSE\s*[#}])"
_INDENT = r"[^\S\n]*"
_SIGN = re.compile(rf"(?im)^{_INDENT}\$CATEGORY\s*:|^{_INDENT}::.{{0,300}}?::.*?\{{|{_TYPES}")
_EMPTY_BRACES = re.compile(r"\{\s*\}")
_OPTION_LINE = re.compile(rf"(?m)^{_INDENT}A\s*[.):]")
_LONGEST_NAME = 60

_NOT_CLOSED = N_("its braces { } are not closed.")
_DESCRIPTION = N_("it is a description, which asks nothing: “%(text)s”")
_MIXED = N_("several pairs of braces can only hold short answers, numbers or options.")


@dataclass(slots=True)
class _Block:
    """The lines of one question, with the category and the tags that hold for it."""

    category: str
    labels: list[str]
    lines: list[str] = field(default_factory=list)
    depth: int = 0
    is_closed: bool = False

    def take(self, line: str) -> None:
        self.lines.append(line)
        opened, closed = line.count("{"), line.count("}")
        self.depth += opened - closed
        self.is_closed = self.is_closed or closed > 0


def looks_like(text: str) -> bool:
    """Say whether a text is written in GIFT: more by braces than by options in lines.

    A paper may speak of {} in one of its questions.
    """
    signs = [found[0] for found in _SIGN.finditer(gift_signs.hide(text))]
    options = len(_OPTION_LINE.findall(text))
    telling = sum(1 for sign in signs if not _EMPTY_BRACES.fullmatch(sign))
    return len(signs) > options or 0 < options <= telling


def read(content: bytes) -> Reading:
    """Return the questions of a GIFT file. Raise `FileRefused` if it is no text."""
    text, notes = encoding.decode(content)
    return read_text(text, notes)


def read_text(text: str, notes: list[Note]) -> Reading:
    """Return the questions of a GIFT text that was decoded or pasted."""
    found: list[Found] = []
    notes = list(notes)
    for order, block in enumerate(_blocks(gift_signs.hide(text)), start=1):
        one = _question(block, order, notes)
        found += [one] if one else []
    return settle(found, notes)


# --- Cutting ------------------------------------------------------------------------------------


def _blocks(text: str) -> Iterator[_Block]:
    lines = text.splitlines()
    block = _Block("", [])
    for place, line in enumerate(lines):
        bare = line.strip()
        category = _CATEGORY.match(line)
        is_next = bool(category) or _begins(block, bare)
        is_over = not bare and bool(block.lines) and _ends(block, lines, place)
        if (is_next and block.lines) or is_over:
            yield block
            block = _Block(block.category, [])
        if category:
            block.category = gift_signs.show(line[category.end() :]).strip()
        elif bare.startswith("//"):
            block.labels.append(gift_signs.show(bare))
        elif bare or block.lines:
            block.take(line)
    if block.lines:
        yield block


def _begins(block: _Block, bare: str) -> bool:
    """Say whether a line begins another question although no empty line stands before it."""
    if not block.lines or not block.is_closed or block.depth > 0:
        return False
    is_whole = bare.endswith("}") and "{" in bare and block.lines[-1].rstrip().endswith("}")
    return bare.startswith("::") or is_whole


def _ends(block: _Block, lines: list[str], place: int) -> bool:
    """Say whether a question ends at an empty line; inside braces only if another one follows."""
    if block.depth <= 0:
        return True
    for line in lines[place:]:
        bare = line.strip()
        if bare.startswith(("::", "//")) or _CATEGORY.match(line):
            return True
        opens, closes = bare.find("{"), bare.find("}")
        if opens >= 0 or closes >= 0:
            return opens >= 0 and (closes < 0 or opens < closes)
    return False


# --- One question -------------------------------------------------------------------------------


def _question(block: _Block, order: int, notes: list[Note]) -> Found | None:
    text = "\n".join(block.lines)
    title = _TITLE.match(text)
    name = clean_line(gift_signs.show(title[1])) if title else ""
    form, text = gift_signs.markup(text[title.end() :] if title else text, "moodle")
    one = Found(_place(order, name), topic=foreign.topic_of(block.category))
    is_whole = text.count("{") == text.count("}")
    if is_whole:
        text = _with_plain_braces(one, text)
    groups = list(_BRACES.finditer(text if is_whole else _mended(text)))
    if not groups and is_whole:
        words = clean_line(gift_signs.words(text, form).text)[:_LONGEST_NAME]
        why = Sentence(_DESCRIPTION, {"text": words or name})
        notes.append(foreign.left_out(one.place, why))
        return None
    if not is_whole:
        one.notes.append((ERROR, "braces", Sentence(_NOT_CLOSED)))
        text = _mended(text)
    _fill(one, text, groups, form)
    if not one.stem and name:
        one.stem = name
        text_ = Sentence(N_("it has no text but its name, which was taken for it."))
        one.notes.append((WARNING, "name-as-stem", text_))
    labels = [label for line in block.labels for label in _LABEL.findall(line)]
    tags.apply(one, [value.replace("\\]", "]") for kind, value in labels if kind == "tag"])
    return one


def _with_plain_braces(one: Found, text: str) -> str:
    """Return a text where braces that hold no answer, beside others that do, are plain signs."""
    held = [group[1] for group in _BRACES.finditer(text)]
    told = [inner for inner in held if gift_answers.tells(inner)]
    if not told or len(told) == len(held):
        return text
    note = Sentence(N_("braces that hold no answer were taken for its text."))
    one.notes.append((WARNING, "plain-braces", note))
    return _BRACES.sub(
        lambda group: group[0] if group[1] in told else gift_signs.guarded(group[0]), text
    )


def _mended(text: str) -> str:
    """Return a text whose braces do not pair as one that ends with its only pair."""
    head, opens, rest = text.partition("{")
    bare = rest.replace("{", " ").replace("}", " ")
    return f"{head}{{{bare}}}" if opens else head.replace("}", " ")


def _place(order: int, name: str) -> Sentence:
    if name and clean(name) != f"Câu {order}":
        values = {"number": order, "name": name[:_LONGEST_NAME]}
        return Sentence(N_("Question %(number)s “%(name)s”"), values)
    return Sentence(N_("Question %(number)s"), {"number": order})


def _fill(one: Found, text: str, groups: list[re.Match[str]], form: str) -> None:
    before = text[: groups[0].start()] if groups else text
    after = text[groups[-1].end() :] if groups else ""
    asked = [group[1] for group in groups] or [""]
    *others, last = asked
    if others:
        asked = [*others, last.partition(gift_answers.FEEDBACK)[0]]
        one.explanation = gift_answers.general(one, last, form)
    if len(asked) > 1 and all(map(gift_answers.fits_a_gap, asked)):
        listed = [gift_answers.gap(inner, form) for inner in asked]
        pieces = _BRACES.split(text)[::2]
        marked = "".join(f"{piece}[[{n}]]" for n, piece in enumerate(pieces[:-1], start=1))
        told = gift_signs.words(marked + pieces[-1], form)
        foreign.gaps(one, listed)
    else:
        if len(asked) > 1:
            one.notes.append((ERROR, "braces", Sentence(_MIXED)))
        gap = f"{before}{tags.GAP}{after}" if after.strip() else before
        told = gift_signs.words(gap, form)
        gift_answers.fill(one, asked[0], form)
    one.stem = told.text
    files = foreign.Files()
    files.keep(one, told, "stem")
    if one.type == "essay" and after.strip():
        one.notes.append((INFO, "gap", Sentence(N_("its gap is answered with free text."))))

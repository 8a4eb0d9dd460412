"""HTML as other systems write it, made plain: lines of text, and the pictures that stood in it."""

import base64
import binascii
import re
import urllib.parse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from core.text import clean

_DEEPEST = 150
_VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param",
    "source", "track", "wbr",
})  # fmt: skip
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "html", "legend", "li", "main", "nav", "ol", "p", "pre",
    "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul", "prompt",
    "simplechoice", "itembody",
})  # fmt: skip
_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript"})
_LOST = frozenset({"video", "iframe", "svg", "embed", "canvas", "applet"})
# A tag on the left cannot stand inside one of those on the right: it ends them.
_ENDS = {
    "li": frozenset({"li", "p"}),
    "p": frozenset({"p"}),
    "tr": frozenset({"tr", "td", "th"}),
    "td": frozenset({"td", "th", "p"}),
    "th": frozenset({"td", "th", "p"}),
    "dt": frozenset({"dt", "dd", "p"}),
    "dd": frozenset({"dt", "dd", "p"}),
    "option": frozenset({"option"}),
}
_HOLDS = frozenset({"ul", "ol", "table", "td", "th", "div", "dl", "blockquote", "select"})
_SUPER = dict(
    zip(
        "0123456789+-−=()abcdefghijklmnoprstuvwxyz′*",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ′*",
        strict=True,
    )
)
_SUB = dict(
    zip("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True)
)
_TAG = re.compile(r"<[!/?a-zA-Z]|&[#\w]")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_COMPOUND = re.compile(r"[\s+\-−*/=·×<>,]")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a text: its address as written, and the words that stand for it."""

    src: str
    alt: str = ""

    @property
    def content(self) -> bytes | None:
        """Return the bytes, if the address itself holds them (data:…), else None."""
        head, comma, body = self.src.partition(",")
        if not comma or not head.startswith("data:"):
            return None
        if not head.endswith(";base64"):
            return urllib.parse.unquote_to_bytes(body)
        try:
            return base64.b64decode(urllib.parse.unquote(body))
        except (ValueError, binascii.Error):
            return None


@dataclass(frozen=True, slots=True)
class Plain:
    """A text without markup. `lost` names what no words can tell, such as video."""

    text: str
    pictures: tuple[Picture, ...] = ()
    sounds: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


@dataclass(slots=True)
class _Node:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["_Node | str"] = field(default_factory=list)

    def nodes(self) -> list["_Node"]:
        return [child for child in self.children if isinstance(child, _Node)]


def plain(html: str) -> Plain:
    """Return the text that a browser would show, block by block on lines of their own.

    Items of lists begin with “- ” or their number, the cells of a table are parted by “ | ”,
    raised and lowered signs become Unicode's own where all of them have one, formulas of MathML
    are written on one line. LaTeX stays as it is.
    """
    if not _TAG.search(html):
        return Plain(clean(html))
    tree = _Tree()
    tree.feed(html)
    tree.close()
    page = _Page()
    _write(tree.root, page)
    text = clean(page.text())
    return Plain(text, tuple(page.pictures), tuple(page.sounds), tuple(page.lost))


class _Tree(HTMLParser):
    """The elements of a text, their ends put where they are missing."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Node("")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = tag.rpartition(":")[2]
        self._end_what_ends(name)
        node = _Node(name, {key: value or "" for key, value in attrs})
        self.open[-1].children.append(node)
        if name not in _VOID and len(self.open) < _DEEPEST:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = tag.rpartition(":")[2]
        self.open[-1].children.append(_Node(name, {key: value or "" for key, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        place = len(self.open) - 1
        while place and self.open[place].tag != name:
            place -= 1
        if place:
            del self.open[place:]

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)

    def unknown_decl(self, data: str) -> None:
        if data.startswith("CDATA["):
            self.handle_data(data.removeprefix("CDATA[").removesuffix("]]"))

    def _end_what_ends(self, name: str) -> None:
        ended = _ENDS.get(name, frozenset({"p"}) if name in _BLOCKS else frozenset())
        place = len(self.open)
        for at in range(len(self.open) - 1, 0, -1):
            tag = self.open[at].tag
            if tag in ended:
                place = at
            elif tag in _HOLDS or name not in _ENDS:
                break
        del self.open[place:]


@dataclass(slots=True)
class _Page:
    """The lines written so far, and what was collected on the way."""

    lines: list[str] = field(default_factory=lambda: [""])
    pictures: list[Picture] = field(default_factory=list)
    sounds: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    prefix: str = ""

    def say(self, text: str) -> None:
        if self.prefix and text.strip():
            self.lines[-1] += self.prefix
            self.prefix = ""
        self.lines[-1] += text

    def end_line(self) -> None:
        if self.lines[-1].strip():
            self.lines.append("")
        else:
            self.lines[-1] = ""

    def text(self) -> str:
        return "\n".join(self.lines)

    def inner(self, children: Iterable[_Node | str]) -> str:
        """Return what the children say on one line; pictures in them are kept here."""
        page = _Page(pictures=self.pictures, sounds=self.sounds, lost=self.lost)
        _children(children, page)
        return " ".join(page.text().split())


def _write(node: _Node, page: _Page) -> None:
    if node.tag in _UNSEEN:
        return
    if node.tag in _LOST:
        page.lost.append(node.tag)
    elif node.tag in _WRITERS:
        _WRITERS[node.tag](node, page)
    elif node.tag in _BLOCKS:
        page.end_line()
        _children(node.children, page)
        page.end_line()
    else:
        _children(node.children, page)


def _children(children: Iterable[_Node | str], page: _Page) -> None:
    for child in children:
        if isinstance(child, str):
            page.say(_SPACE.sub(" ", child))
        else:
            _write(child, page)


def _break(_: _Node, page: _Page) -> None:
    page.lines.append("")


def _list(node: _Node, page: _Page) -> None:
    page.end_line()
    start = node.attributes.get("start", "1")
    number = int(start) if start.isdecimal() and len(start) < 5 else 1
    for child in node.children:
        if isinstance(child, _Node) and child.tag == "li":
            page.prefix = f"{number}. " if node.tag == "ol" else "- "
            _children(child.children, page)
            page.prefix = ""
            page.end_line()
            number += 1
        elif isinstance(child, _Node):
            _write(child, page)
        else:
            page.say(_SPACE.sub(" ", child))
    page.end_line()


def _item(node: _Node, page: _Page) -> None:
    """Write an item that stands in no list."""
    _list(_Node("ul", children=[node]), page)


def _table(node: _Node, page: _Page) -> None:
    page.end_line()
    for part in _parts(node):
        if part.tag == "tr":
            cells = [page.inner(cell.children) for cell in part.nodes()]
            page.say(" | ".join(cells) if any(cells) else "")
        else:
            page.say(page.inner(part.children))
        page.end_line()


def _parts(node: _Node) -> Iterator[_Node]:
    for child in node.nodes():
        if child.tag in ("tbody", "thead", "tfoot"):
            yield from _parts(child)
        else:
            yield child


def _pre(node: _Node, page: _Page) -> None:
    page.end_line()
    lines = "".join(_whole(node)).strip("\n").split("\n")
    for line in lines:
        page.say(line)
        page.lines.append("")


def _whole(node: _Node) -> Iterator[str]:
    for child in node.children:
        if isinstance(child, str):
            yield child
        else:
            yield "\n" if child.tag == "br" else "".join(_whole(child))


def _quote(node: _Node, page: _Page) -> None:
    page.say("“")
    _children(node.children, page)
    page.say("”")


def _raised(node: _Node, page: _Page) -> None:
    page.say(_shifted(page.inner(node.children), _SUPER, "^"))


def _lowered(node: _Node, page: _Page) -> None:
    page.say(_shifted(page.inner(node.children), _SUB, "_"))


def _shifted(text: str, signs: dict[str, str], mark: str) -> str:
    if not text:
        return ""
    if all(sign in signs for sign in text):
        return "".join(signs[sign] for sign in text)
    return f"{mark}{text}" if len(text) == 1 else f"{mark}({text})"


def _image(node: _Node, page: _Page) -> None:
    """Keep a picture; one that shows a formula is told by the formula's own words."""
    alt, look = clean(node.attributes.get("alt", "")), node.attributes.get("class", "").lower()
    if alt and ("tex" in look.split() or "texrender" in look or "wiris" in look):
        page.say(alt)
    elif node.attributes.get("src"):
        page.pictures.append(Picture(node.attributes["src"].strip(), " ".join(alt.split())))
    else:
        page.say(alt)


def _object(node: _Node, page: _Page) -> None:
    kind, source = node.attributes.get("type", ""), node.attributes.get("data", "")
    if kind.startswith("image/") and source:
        page.pictures.append(Picture(source, page.inner(node.children)))
    elif kind.startswith("audio/") and source:
        page.sounds.append(source)
    else:
        page.lost.append(node.tag)


def _audio(node: _Node, page: _Page) -> None:
    sources = [node, *(child for child in node.nodes() if child.tag == "source")]
    found = next((one.attributes["src"] for one in sources if one.attributes.get("src")), None)
    if found:
        page.sounds.append(found)
    else:
        page.lost.append(node.tag)


def _formula(node: _Node, page: _Page) -> None:
    page.say(_math(node).strip())


def _math(node: _Node) -> str:
    """Return a formula of MathML on one line: (a + b)/2, x², √(x + 1)."""
    if node.tag in ("annotation", "annotation-xml"):
        return ""
    parts = [_math(child) for child in node.nodes()]
    shape = _SHAPES.get(node.tag)
    if shape is not None and len(parts) >= shape[0]:
        return _shaped(shape[1], parts)
    if node.tag == "mfenced":
        opens, closes = node.attributes.get("open", "("), node.attributes.get("close", ")")
        return opens + ", ".join(parts) + closes
    if node.tag == "msqrt":
        return f"√{_held(''.join(parts) or _word(node))}"
    return {"mtr": " ", "mtable": "; "}.get(node.tag, "").join(parts) if parts else _word(node)


def _word(node: _Node) -> str:
    word = "".join(_whole(node)).strip()
    if node.tag == "mo" and _COMPOUND.match(word):
        return f" {word} "
    return word or (" " if node.tag == "mspace" else "")


_SHAPES = {
    "mfrac": (2, "frac"),
    "msup": (2, "sup"),
    "msub": (2, "sub"),
    "msubsup": (3, "both"),
    "munderover": (3, "both"),
    "munder": (2, "sub"),
    "mroot": (2, "root"),
}


def _shaped(shape: str, parts: list[str]) -> str:
    first, second = parts[0], parts[1].strip().replace(" ", "")
    if shape == "frac":
        return f"{_held(first)}/{_held(parts[1])}"
    if shape == "root":
        return f"{_shifted(second, _SUPER, '^')}√{_held(first)}"
    if shape == "sup":
        return first + _shifted(second, _SUPER, "^")
    lowered = first + _shifted(second, _SUB, "_")
    return lowered if shape == "sub" else lowered + _shifted(parts[2].strip(), _SUPER, "^")


def _held(text: str) -> str:
    bare = text.strip()
    return f"({bare})" if _COMPOUND.search(bare) and not bare.startswith("(") else bare


_WRITERS = {
    "br": _break,
    "hr": lambda _, page: page.end_line(),
    "ul": _list,
    "ol": _list,
    "li": _item,
    "table": _table,
    "pre": _pre,
    "q": _quote,
    "sup": _raised,
    "sub": _lowered,
    "img": _image,
    "object": _object,
    "audio": _audio,
    "math": _formula,
}

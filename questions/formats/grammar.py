"""What one line of a question paper may be: the writings that Vietnamese offices use."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.text import fold

_FLAGS = re.IGNORECASE
_DASH = r"\-–—"
_WIDE = str.maketrans(
    {
        **{chr(0xFF21 + n): chr(65 + n) for n in range(26)},
        **{chr(0xFF41 + n): chr(97 + n) for n in range(26)},
        **{chr(0xFF10 + n): chr(48 + n) for n in range(10)},
        "．": ".",
        "）": ")",
        "（": "(",
        "：": ":",
        "、": ".",
        "／": "/",
        "＊": "*",
    }
)
_ANY_WIDE = re.compile("[\u3001\uff00-\uff5f]")
# Each line is looked at several times while the lines around it are understood.
LINES_KEPT = 16_384

_WORD_HEADING = re.compile(
    rf"^[\s*#•]*(?:câu\s*hỏi|cau\s*hoi|câu|cau|bài\s*tập|bài|question|quest|q)\s*(?:số|so|thứ)?\s*[.:]?\s*"
    rf"(?P<number>\d{{1,4}})(?!\d|/\d|[.,]\d)\s*(?P<level>[(\[<][^()\[\]<>]{{1,40}}[)\]>])?\s*"
    rf"(?:[.:)/{_DASH}\]]+(?=\s|\D|$)|\s|$)\s*(?P<second>[:.])?\s*",
    _FLAGS,
)
_RANGE = re.compile(
    rf"^\s*(?:đến|tới|và|den|toi|va|,|[{_DASH}])\s*(?:câu\s*)?\d+|^\s*(?:và|đến)\b", _FLAGS
)
_BARE_HEADING = re.compile(
    rf"^[\s*]*(?P<number>\d{{1,4}})\s*(?:\.(?!\d)|\)|/(?!\d)|:(?!\d)|[{_DASH}](?=\s))[.)]?\s*(?=\S|$)"
)
_LABEL = re.compile(
    r"(?P<star>[*#✓✔√☑→]\s*|\[\s*[xX*]\s*\]\s*)?(?P<open>[(\[])?(?P<letter>[A-Ha-h])(?P<star2>\s?\*)?"
    rf"\s?(?P<close>\.\)|[.)\]/:]|[{_DASH}](?=\s))(?P<star3>\s?\*(?!\*))?"
)
_PART = re.compile(
    r"^[\s*]*(?:(?:phần|phan|nhóm|nhom|chương|chuong|chủ đề|chuyên đề|mục|part|section)\s*"
    r"(?:số\s*)?(?:[IVX]+|\d{1,2}|[A-E]|thứ \w+|một|hai|ba|bốn|năm)(?![\w])"
    r"|[IVX]{1,5}\s*[.)/:\-–](?=\s|[A-ZĐÂÊÔƠƯÁÀẢÃẠ])|[A-E][.)]\s*(?=phần\b))",
    _FLAGS,
)
_ROMAN = re.compile(r"^[\s*]*[ivx]{1,5}\s*[.)/:\-–]")
_END = re.compile(rf"^[\s{_DASH}_*.=]*(?:hết|het|the end|end)[\s{_DASH}_*.=/]*$", _FLAGS)
_RULE = re.compile(rf"^[\s{_DASH}_*.=~#]{{3,}}$")
_KEY_HEADING = re.compile(
    r"^[\s*\-–—=:.IVX\d]*(?:bảng\s*|phần\s*|bang\s*)?(?:đáp\s*án|dap\s*an|hướng\s*dẫn\s*(?:chấm|giải)|"
    r"lời\s*giải|answer\s*keys?|answers?|keys?)"
    r"(?:\s*(?:và|,|-|–|&|đề|mã|số|gốc|chi tiết|thang điểm|hướng dẫn|lời giải|giải|chấm|câu hỏi|"
    r"trắc nghiệm|tham khảo|chính thức|phần|bộ|giải thích|the|sheet|[IVX\d]+|đáp án|của))*"
    r"[\s*\-–—=:.]*$",
    _FLAGS,
)
_ANSWER = re.compile(
    r"^[\s=>→⇒*\-–•(\[]*(?:"
    r"(?:đáp\s*án|dap\s*an|đ\s*/\s*[aá]|d\s*/\s*a|đa|da|đáp\s*số|answer|ans|keys?|"
    r"correct(?:\s+answer)?|(?:câu\s+)?trả\s*lời|tra\s*loi|kết\s*quả|(?:vậy\s+|nên\s+)?(?:ta\s+)?chọn|chon|"
    r"(?:phương\s*án|lựa\s*chọn|ý|câu)(?=\s+(?:đúng|dung|trả\s*lời|chọn)))"
    r"(?:\s*(?:đáp\s*án|phương\s*án|ý|câu))?"
    r"(?:\s*(?:đúng|dung|chính\s*xác|chuẩn|cần\s*chọn|trả\s*lời|nhất|là|la|is)(?!\w))*"
    r")(?P<mark>\s*[:.=)\]\-–→>]+\s*|\s+|$)(?P<rest>.*)$",
    _FLAGS | re.DOTALL,
)
_ARROW = re.compile(r"^\s*(?:=+>|→|⇒|➔|->)\s*(?P<keys>[A-H](?:\s*[,;&]\s*[A-H])*)\s*\.?\s*$")
_TYPED = re.compile(
    r"^[\s=>→⇒*\-–•(\[]*(?:đáp\s*(?:án|số)|dap\s*(?:an|so)|đ\s*/\s*[aás]|đs|answer|ans|key|"
    r"(?:câu\s+)?trả\s*lời|tra\s*loi|kết\s*quả|short\s*answer)(?:\s*(?:đúng|là))?\s*[:=]\s*",
    _FLAGS,
)
_SAMPLE = re.compile(
    r"^[\s*\-–•]*(?:hướng\s*dẫn\s*chấm|gợi\s*ý\s*(?:trả\s*lời|đáp\s*án|làm\s*bài)|hdc)", _FLAGS
)
_KEYS = re.compile(
    r"^[\s(\[\"“'*]*(?P<keys>[A-H](?:\s*(?:[,;&/+\-–]|và|va|and|\s)\s*[A-H](?![\wÀ-ỹ])|[A-H])*)(?![\wÀ-ỹ])"
    r"[\s)\]\"”'*]*(?:(?P<sign>[.:;,)\-–=]|$)|(?=\())",
    _FLAGS,
)
_EXPLANATION = re.compile(
    r"^[\s*\-–•(\[]*(?:(?:lời\s*giải|loi\s*giai|giải\s*thích|giai\s*thich|hướng\s*dẫn(?:\s+(?:giải|trả\s*lời|chấm))?|"
    r"explanation|phân\s*tích|gợi\s*ý(?:\s+trả\s*lời)?|giải|hdg|hdc|hd|feedback)(?:\s+chi\s*tiết)?(?:\s+(?:đáp\s*án|câu\s*\d+))?)"
    r"\s*(?:[:.]|[\-–](?=\s)|$)[)\]]?\s*",
    _FLAGS,
)
_FIELDS = {
    "legal_basis": r"căn\s*cứ(?:\s+pháp\s*l[ýí])?|cơ\s*sở\s+pháp\s*l[ýí]|trích(?:\s*dẫn)?|nguồn",
    "topic": r"chủ\s*đề|lĩnh\s*vực|chuyên\s*đề|topic|category",
    "difficulty": r"mức\s*độ(?:\s+nhận\s*thức)?|độ\s*khó|cấp\s*độ|level|difficulty",
}
_FIELD = {
    name: re.compile(rf"^[\s*\-–•(\[]*(?:{words})\s*:\s*", _FLAGS)
    for name, words in _FIELDS.items()
}
_LEVEL = re.compile(
    r"^[(\[<]\s*(?:(?P<level>nb|th|vd|vdc|nhận biết|thông hiểu|vận dụng(?: cao)?|"
    r"dễ|trung bình|tb|khó)"
    r"|(?P<points>\d+(?:[.,]\d+)?\s*(?:điểm|đ|points?)))\s*[)\]>]\s*[:.]?\s*",
    _FLAGS,
)
_PASSAGE = re.compile(
    r"^(?:hãy\s+)?(?:đọc|dựa\s+vào|căn\s+cứ|theo|cho|sử\s*dụng|quan\s*sát|từ|tình\s*huống|"
    r"ngữ\s*liệu|đoạn)\b.*(?:\bcâu(?:\s+hỏi)?\s*(?:số\s*)?(?:từ\s*)?\d+|"
    r"đoạn\s+(?:văn|trích|thông tin)|văn\s*bản\s+sau|"
    r"thông\s*tin\s+(?:sau|dưới)|ngữ\s*liệu|tình\s*huống\s+(?:sau|dưới)|câu\s*hỏi\s+(?:sau|dưới))",
    _FLAGS,
)
_SPAN = re.compile(
    rf"câu(?:\s+hỏi)?\s*(?:số\s*)?(?:từ\s*)?(?P<first>\d+)\s*"
    rf"(?:đến|tới|và|,|[{_DASH}])\s*(?:câu\s*)?(?P<last>\d+)",
    _FLAGS,
)
_SPAN_OF_ONE = re.compile(
    r"(?:trả\s*lời|làm|hoàn\s*thành|cho)\s+câu(?:\s+hỏi)?\s*(?:số\s*)?(\d+)\b", _FLAGS
)
_LEAD = re.compile(r"^ngữ\s*liệu\s+cho\s+câu\s*\d+(?:\s+đến\s+câu\s*\d+)?\s*:$", _FLAGS)
_VERDICT = re.compile(r"\s*[(\[]\s*(?P<word>Đ|đ|S|s|đúng|sai|x|✓|✔|√|\*)\s*[)\]]\s*[.;]?\s*$")
_LAST_STAR = re.compile(r"\s*[*✓✔√☑]\s*$")
_TRAILING_ANSWER = re.compile(
    r"(?<=[\s.?!:)\]…])[(\[]?\s*(?:đáp\s*án(?:\s*đúng)?(?:\s*là)?|đa|đ/a|key|answer)\s*[:=]\s*"
    r"(?P<keys>[A-H](?:\s*[,;&]\s*[A-H])*)\s*[)\]]?\s*\.?\s*$",
    _FLAGS,
)
_BULLET = re.compile(r"^\s*[•▪▫◦○●□■◆◇+\-–—o](?=\s)\s*")
_TRUTHS = {"dung": True, "đ": True, "true": True, "sai": False, "s": False, "false": False}


def narrow(text: str) -> str:
    """Return the text with full-width letters and signs made narrow, of the same length."""
    return text.translate(_WIDE) if _ANY_WIDE.search(text) else text


@dataclass(frozen=True, slots=True)
class Heading:
    """The beginning of a question: its number, where its stem begins, and its level."""

    number: int
    start: int
    has_word: bool
    level: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """The letter before an option: where it stands, where the text begins, and its marks."""

    letter: str
    start: int
    end: int
    is_starred: bool
    kind: str


def heading(text: str) -> Heading | None:
    """Return the heading that the line begins with, if it begins a question."""
    plain = narrow(text)
    match = _WORD_HEADING.match(plain)
    has_word = match is not None and not _RANGE.match(plain[match.end("number") :])
    if not has_word:
        match = _BARE_HEADING.match(plain)
    if match is None:
        return None
    level = match["level"] if has_word else None
    start = match.end()
    if level and not _LEVEL.match(level):
        start, level = match.start("level"), None
    more = _LEVEL.match(plain[start:])
    if more:
        start, level = start + more.end(), more[0]
    known = _LEVEL.match(level or "")
    return Heading(int(match["number"]), start, has_word, (known and known["level"]) or "")


@lru_cache(maxsize=LINES_KEPT)
def labels(text: str) -> list[Label]:
    """Return the option letters in a line, each at its beginning or after a space."""
    plain = narrow(text)
    found = []
    for match in _LABEL.finditer(plain):
        if match.start() and not plain[match.start() - 1].isspace():
            continue
        label = _label(plain, match)
        if label is not None:
            found.append(label)
    return found


def _label(plain: str, match: re.Match[str]) -> Label | None:
    if (match["open"] is None and match["close"] == "]") or (
        match["open"] and match["close"] in "./:"
    ):
        return None
    letter, rest = match["letter"], plain[match.end() :]
    if letter.islower() and match["close"] != ")" and rest[:1].strip():
        return None
    if match["close"] in "/:" and rest[:1] in ("/", "\\"):
        return None
    kind = ("a" if letter.islower() else "A") + (match["open"] or "") + match["close"]
    star = bool(match["star"] or match["star2"] or match["star3"])
    return Label(letter.upper(), match.start(), match.end(), star, kind)


def option_chain(text: str, following: str | None) -> list[Label]:
    """Return the labels of the options that stand on this line, one or several.

    Several are told by tabs or wide spaces between them, or by letters in their order; but not
    when the next line begins with a letter that would already stand on this one.
    """
    found = labels(text)
    if not found:
        return []
    begins = not text[: found[0].start].strip()
    chain = [found[0]]
    for label in found[1:]:
        if ord(label.letter) == ord(chain[-1].letter) + 1 and label.kind[0] == chain[0].kind[0]:
            chain.append(label)
    later = following is not None and following in [label.letter for label in chain[1:]]
    if begins:
        return chain if _is_apart(text, chain, following, later) else _wide_only(text, chain)
    is_long = len(chain) > 2 or (len(chain) > 1 and _is_wide(text, chain[1].start))
    return chain if chain[0].letter == "A" and is_long and not later else []


def _is_apart(text: str, chain: list[Label], following: str | None, later: bool) -> bool:
    """Say whether all of a chain that begins its line are options."""
    if all(_is_wide(text, label.start) for label in chain[1:]):
        return True
    return not later and (len(chain) > 2 or following in (None, chr(ord(chain[-1].letter) + 1)))


def _wide_only(text: str, chain: list[Label]) -> list[Label]:
    kept = chain[:1]
    for label in chain[1:]:
        if _is_wide(text, label.start) and ord(label.letter) == ord(kept[-1].letter) + 1:
            kept.append(label)
    return kept


def _is_wide(text: str, place: int) -> bool:
    before = text[:place]
    space = before[len(before.rstrip()) :]
    return "\t" in space or len(space) > 1


def first_label(text: str) -> Label | None:
    """Return the option letter that the line begins with."""
    found = labels(text)
    return found[0] if found and not text[: found[0].start].strip() else None


def part(text: str) -> bool:
    """Say whether the line is the heading of a part of the paper."""
    return bool(_PART.match(text)) and not _ROMAN.match(text) and not is_key_heading(text)


def is_loud(text: str) -> bool:
    """Say whether the line is a title in capitals."""
    letters = [c for c in text if c.isalpha()]
    return len(letters) > 4 and all(c.isupper() for c in letters) and " " in text.strip()


def is_title(text: str) -> bool:
    """Say whether the line is a title in capitals, not a key or an explanation in capitals."""
    return is_loud(text) and answer(text) is None and explanation(text) is None


def is_end(text: str) -> bool:
    """Say whether the line says that the paper ends here."""
    return bool(_END.match(text))


def is_rule(text: str) -> bool:
    """Say whether the line is only drawn."""
    return bool(_RULE.match(text))


def is_key_heading(text: str) -> bool:
    """Say whether the line announces the key of the whole paper."""
    return bool(_KEY_HEADING.match(text)) and (is_loud(text) or fold(text) != fold("đáp án:"))


def answer(text: str) -> str | None:
    """Return what stands after “Đáp án:” in one of its spellings, or None."""
    arrow = _ARROW.match(narrow(text))
    if arrow is not None:
        return arrow["keys"]
    match = _ANSWER.match(narrow(text))
    if match is None or (not match["rest"].strip() and not match["mark"].strip()):
        return None
    return text[match.start("rest") :].strip()


def typed_answer(text: str) -> str | None:
    """Return what stands after “Đáp án:” where it may be words or figures, or None."""
    match = _TYPED.match(narrow(text))
    return None if match is None else text[match.end() :].strip()


def is_sample(text: str) -> bool:
    """Say whether the line begins what an essay is marked by: “Hướng dẫn chấm”."""
    return bool(_SAMPLE.match(text))


def keys(text: str) -> tuple[str, str] | None:
    """Return the letters that a text begins with, in order, and what follows them."""
    match = _KEYS.match(narrow(text))
    if match is None:
        return None
    letters = re.findall(r"[A-H]", re.sub(r"(?i)và|va|and", " ", match["keys"]).upper())
    return "".join(dict.fromkeys(letters)), text[match.end() :].lstrip(" .:;,-–)=").rstrip()


def truth(text: str) -> bool | None:
    """Return what a text says when it is only Đúng or Sai, or one of their short forms."""
    bare = text.strip(" .:;()").casefold()
    return _TRUTHS.get(bare if len(bare) == 1 else fold(bare))


def explanation(text: str) -> int | None:
    """Return where an explanation begins that the line announces, or None."""
    match = _EXPLANATION.match(text)
    return None if match is None else match.end()


def field(text: str) -> tuple[str, str] | None:
    """Return the name and the text of a field such as “Căn cứ: …”, or None."""
    for name, pattern in _FIELD.items():
        match = pattern.match(text)
        if match:
            return name, text[match.end() :].strip()
    return None


def passage(text: str) -> bool:
    """Say whether the line introduces a text that several questions share."""
    return bool(_PASSAGE.match(text.strip()))


def is_lead(text: str) -> bool:
    """Say whether the line only says which questions the text below it is for."""
    return bool(_LEAD.match(text.strip()))


def span(texts: Sequence[str]) -> tuple[int, int] | None:
    """Return the first and the last question that a passage says it is for."""
    found = next((match for text in texts if (match := _SPAN.search(text))), None)
    if found:
        return int(found["first"]), int(found["last"])
    one = next((match for text in texts if (match := _SPAN_OF_ONE.search(text))), None)
    return (int(one[1]), int(one[1])) if one else None


def verdict(text: str) -> tuple[int, bool] | None:
    """Return where a trailing “(Đ)” or “(S)” begins, and which of the two it is."""
    match = _VERDICT.search(text)
    if match is None:
        return None
    return match.start(), fold(match["word"]) not in ("s", "sai")


def last_star(text: str) -> int | None:
    """Return where a trailing asterisk or tick begins, or None."""
    match = _LAST_STAR.search(text)
    return match.start() if match and text[: match.start()].strip() else None


def trailing_answer(text: str) -> tuple[int, str] | None:
    """Return where “Đáp án: B” begins at the end of a longer line, and its letters."""
    match = _TRAILING_ANSWER.search(narrow(text))
    if match is None or not text[: match.start()].strip():
        return None
    return match.start(), match["keys"]


def bullet(text: str) -> int | None:
    """Return where the text begins after a bullet, or None."""
    match = _BULLET.match(text)
    return None if match is None else match.end()

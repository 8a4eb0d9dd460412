"""How a question of any type stands in the cells of a spreadsheet, written and read.

Options, statements and things in order stand in the option columns. The key of a question of
another type is written in words, a line for each part:

    short answer   Đắk Lắk | tỉnh Đắk Lắk | Daklak (50%)
    number         3,14 ± 0,01        10 ± 5%        2,7 (làm tròn 1)        100 ± 1 km
    matching       Hà Nội → Thủ đô    and a choice that fits nothing:    → Sài Gòn
    cloze          [[1]] Sở Nội vụ | SNV    [[2]] số: 2017    [[3]] chọn: *Huế | Tuy Hòa

The column “Thiết lập” holds what else a type may say, a line each: “Cách chấm: partial”.
"""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from core.saying import Sentence
from core.text import N_, clean_line, fold, search_key
from questions.formats import foreign, tags
from questions.rules.drafting import ERROR
from questions.rules.settling import Found
from questions.types import numeric, options, ordering, short_answer, statements

NAMES = {
    "single_choice": "Một đáp án",
    "multiple_choice": "Nhiều đáp án",
    "true_false": "Đúng – Sai",
    "statements": "Đúng – Sai nhiều ý",
    "matching": "Ghép đôi",
    "ordering": "Sắp xếp",
    "short_answer": "Trả lời ngắn",
    "numeric": "Số",
    "cloze": "Điền khuyết",
    "essay": "Tự luận",
}
# Stands where the key of a question with options is not known yet.
NO_KEY = "(chưa có)"
# Stands before the letters of a key where an option says the same as they do.
KEY = "Đáp án: "
_KINDS = {
    "statements": r"dung sai nhieu (?:y|menh de)|nhieu y dung sai|chum dung sai|statements",
    "true_false": r"dung sai|true false|true or false|tf",
    "matching": r"(?:ghep|noi)\b.*|match(?:ing)?",
    "ordering": r"sap xep.*|thu tu|ordering|order|sequence",
    "numeric": r"so|dien so|tra loi (?:bang )?so|numeric(?:al)?|number",
    "cloze": r"dien khuyet|dien (?:vao )?(?:cho|o) trong|cloze|fill in the blanks?",
    "essay": r"tu luan|bai viet|essay|open ended|long answer",
    "short_answer": r"(?:tra loi|dap an) ngan|dien tu|dien dap an|short answer|type answer|short",
    "multiple_choice": r"nhieu (?:dap an|lua chon dung)|chon nhieu(?: dap an)?|multiple answers?"
    r"|multi(?:ple)? select|checkbox(?:es)?",
}
_KIND = {name: re.compile(words) for name, words in _KINDS.items()}
_TRUE = frozenset({"đ", "d", "đúng", "dung", "t", "true", "1", "x"})
_FALSE = frozenset({"s", "sai", "f", "false", "0"})
_ARROW = re.compile(r"(?<!\\)(?:→|->|=>|⇒)")
_BAR = re.compile(r"(?<!\\)\||\n")
_GUARD = re.compile(r"\\([→⇒|\\=*-])")
_SHARE = re.compile(r"\s*\(\s*(-?\d+(?:[.,]\d+)?)\s*%\s*\)$")
_ROUNDED = re.compile(r"^(.*?)\s*\((?:làm tròn|lam tron)\s+(\d{1,2})(?:\s*[^)\d]*)?\)\s*(.*)$")
_SPREAD = re.compile(r"^([-+\d.,eE ]*\d)\s*(?:±|\+/-|\+-)\s*(\d[\d.,]*)(\s*%)?\s*(.*)$")
_VALUE = re.compile(r"^([-+−]?\d[\d.,eE]*(?: \d{3})*)\s*(\D.*)?$")
_SPAN = re.compile(r"^(?:từ\s+)?(-?\d[\d.,]*)\s*(?:\.\.|…|đến|tới)\s*(-?\d[\d.,]*)\s*(\D.*)?$")
_GAP = re.compile(r"^\[\[(\d{1,2})\]\]\s*(.*)$")
_INNER = re.compile(r"(?i)^(số|so|chọn|chon)\s*:\s*(.*)$")
_LINE = re.compile(r"^\s*(?:[-–•]|\d{1,2}[.)])\s+")


def kind_of(text: str) -> str:
    """Return the type that a cell names, or nothing for another word."""
    bare = search_key(text)
    if not bare:
        return ""
    return next((name for name, words in _KIND.items() if words.fullmatch(bare)), "")


# --- Written ------------------------------------------------------------------------------------


def columns(kind: str, content: dict[str, Any]) -> list[str]:
    """Return what stands in the option columns."""
    if kind in ("statements", "ordering"):
        return [one["text"] for one in content["statements" if kind == "statements" else "parts"]]
    return [one["text"] for one in content.get("options", ())]


def key(kind: str, content: dict[str, Any]) -> str:
    """Return what stands in the column of the key."""
    if kind == "statements":
        return ", ".join("Đ" if one["is_true"] else "S" for one in content["statements"])
    if kind == "matching":
        listed = [*tags.rows(content), *[("", choice) for choice in tags.others(content)]]
        return "\n".join(f"{_guard(row)} → {_guard(choice)}".strip() for row, choice in listed)
    if kind == "cloze":
        return "\n".join(f"[[{gap['id']}]] {_gap(gap)}" for gap in content["gaps"])
    if kind == "essay":
        return str(content.get("sample") or "")
    return _plain_key(kind, content)


def _plain_key(kind: str, content: dict[str, Any]) -> str:
    if kind == "short_answer":
        return " | ".join(_guard(one["text"]) + _share(one) for one in content["answers"])
    if kind == "numeric":
        return " | ".join(_number(one, content) + _share(one) for one in content["answers"])
    if kind == "ordering":
        return ""
    places = [n for n, one in enumerate(content["options"]) if one["id"] in content["key"]]
    letters = ", ".join(map(options.letter, places)) or NO_KEY
    is_option = any(fold(one["text"]) == fold(letters) for one in content["options"])
    return f"{KEY}{letters}" if is_option else letters


def _guard(text: str) -> str:
    return re.sub(r"\\(?=[→⇒|\\=*-])|→|⇒|\||->|=>", lambda found: "\\" + found[0], clean_line(text))


def _shown(text: str) -> str:
    return _GUARD.sub(r"\1", text).strip()


def _share(accepted: dict[str, Any]) -> str:
    try:
        found = Decimal(str(accepted.get("fraction", "1")))
    except InvalidOperation:
        return ""
    return "" if found == 1 else f" ({format((found * 100).normalize(), 'f').replace('.', ',')}%)"


def _number(accepted: dict[str, Any], content: dict[str, Any]) -> str:
    value = numeric.shown(str(accepted["value"]))
    tolerance = str(accepted.get("tolerance") or "0")
    unit = f" {content['unit']}" if content.get("unit") else ""
    if accepted.get("kind") == "decimals":
        return f"{value} (làm tròn {int(Decimal(tolerance))}){unit}"
    if accepted.get("kind") == "relative":
        part = format((Decimal(tolerance) * 100).normalize(), "f")
        return f"{value} ± {part.replace('.', ',')}%{unit}"
    is_exact = Decimal(tolerance) == 0
    return f"{value}{unit}" if is_exact else f"{value} ± {numeric.shown(tolerance)}{unit}"


def _gap(gap: dict[str, Any]) -> str:
    if gap["type"] == "numeric":
        return f"số: {key('numeric', gap['content'])}"
    if gap["type"] == "short_answer":
        listed = key("short_answer", gap["content"])
        return f"\\{listed}" if _INNER.match(listed) else listed
    right = gap["content"]["key"]
    texts = gap["content"]["options"]
    return "chọn: " + " | ".join(
        ("*" if one["id"] in right else "\\" if one["text"].startswith("*") else "")
        + _guard(one["text"])
        for one in texts
    )


# --- Read ---------------------------------------------------------------------------------------


def fill(one: Found, kind: str, texts: Sequence[str], said: str) -> None:
    """Let a question of this type ask what stands in its cells."""
    one.type, one.options, one.letters, one.marks = kind, [], [], []
    lines = [line for line in said.split("\n") if line.strip()]
    if kind == "statements":
        _statements(one, texts, said)
    elif kind == "matching":
        foreign.pairs(one, list(_pairs(one, [*texts, *lines])))
    elif kind == "ordering":
        one.content = ordering.content(_ordered(texts, said, lines))
    elif kind == "cloze":
        _cloze(one, texts, lines)
    elif kind == "essay":
        foreign.free(one, said)
    else:
        answers = " | ".join([said, *texts]) if said and texts else said or " | ".join(texts)
        one.content = _words(answers) if kind == "short_answer" else _numbers(answers)


def _statements(one: Found, texts: Sequence[str], said: str) -> None:
    words = [word for word in re.split(r"[\s,;/|.)\]:(\[]+|[a-h][.)]\s*", said.lower()) if word]
    if len(words) == 1 and len(words[0]) == len(texts) > 1:
        words = list(words[0])
    verdicts = [word in _TRUE for word in words if word in _TRUE | _FALSE]
    letters = re.findall(r"[A-H]", said) if re.fullmatch(r"[A-H\s,;]*", said) else None
    if letters is not None and len(verdicts) != len(texts):
        verdicts = [options.letter(place) in letters for place in range(len(texts))]
    if len(verdicts) != len(texts):
        text = N_("it has %(texts)s statements, but its key says %(verdicts)s.")
        values = {"texts": len(texts), "verdicts": len(verdicts)}
        one.notes.append((ERROR, "verdicts", Sentence(text, values)))
    pairs = zip(texts, [*verdicts, *[False] * len(texts)], strict=False)
    one.content = statements.content(list(pairs)[: statements.MOST])


def _pairs(one: Found, entries: Iterable[str]) -> Iterable[tuple[str, str]]:
    for entry in entries:
        sides = _ARROW.split(entry, maxsplit=1)
        if len(sides) == 2:
            yield _shown(_LINE.sub("", sides[0])), _shown(sides[1])
        else:
            text = N_("“%(text)s” has no “->” that leads to what fits it.")
            values = {"text": clean_line(entry)[:60]}
            one.notes.append((ERROR, "no-arrow", Sentence(text, values)))


def _ordered(texts: Sequence[str], said: str, lines: Sequence[str]) -> list[str]:
    """Return things in their right order: as they stand, or as the key's letters say."""
    letters = [ord(letter) - ord("A") for letter in re.findall(r"[A-P]", said.upper())]
    is_letters = re.fullmatch(r"(?i)[a-p\s,;>→-]+", said) is not None
    numbers = [int(number) - 1 for number in re.findall(r"\d+", said)]
    for places in (letters if is_letters else [], numbers):
        if sorted(places) == list(range(len(texts))) and texts:
            return [texts[place] for place in places]
    return list(texts) or [_LINE.sub("", line).strip() for line in lines]


def _accepted(text: str) -> tuple[str, str]:
    text = text.strip()
    found = _SHARE.search(text)
    if found is None:
        return text, "1"
    return text[: found.start()].strip(), format(foreign.share(found[1]).normalize(), "f")


def _words(said: str) -> dict[str, Any]:
    made = short_answer.content([])
    for part in _BAR.split(said):
        text, fraction = _accepted(part)
        if text:
            shown = _shown(text)
            kept = {"text": shown, "fraction": fraction, "is_pattern": "*" in shown}
            made["answers"].append(kept)
    return made


def _numbers(said: str) -> dict[str, Any]:
    listed, unit = [], ""
    for part in _BAR.split(said):
        text, fraction = _accepted(part)
        if text:
            accepted, measured = _measure(text)
            listed.append(accepted | {"fraction": fraction})
            unit = unit or measured
    return {"answers": listed, "unit": unit}


def _measure(text: str) -> tuple[dict[str, str], str]:
    """Return an accepted number with its tolerance, and the unit behind it."""
    rounded, spread, span = _ROUNDED.match(text), _SPREAD.match(text), _SPAN.match(text)
    if rounded:
        return _as(rounded[1], rounded[2], "decimals"), rounded[3].strip()
    if spread and spread[3]:
        part = format(foreign.share(spread[2]).normalize(), "f")
        return _as(spread[1], part, "relative"), spread[4].strip()
    if spread:
        return _as(spread[1], spread[2], "absolute"), spread[4].strip()
    if span:
        least, most = Decimal(_plain(span[1])), Decimal(_plain(span[2]))
        middle, half = (least + most) / 2, abs(most - least) / 2
        return _as(format(middle, "f"), format(half, "f"), "absolute"), (span[3] or "").strip()
    value = _VALUE.match(text)
    return _as(value[1] if value else text, "0", "absolute"), (value and value[2]) or ""


def _as(value: str, tolerance: str, kind: str) -> dict[str, str]:
    return {"value": _plain(value), "tolerance": _plain(tolerance), "kind": kind}


def _plain(text: str) -> str:
    """Return a number as our types keep it, read the Vietnamese way where it could be two."""
    found = numeric.readings(text)
    return format(found[0], "f") if found else text.strip()


def _cloze(one: Found, texts: Sequence[str], lines: Sequence[str]) -> None:
    named = [(int(found[1]), found[2]) for line in lines if (found := _GAP.match(line))]
    listed = [text for _, text in sorted(named)] if named else [*texts, *lines]
    foreign.gaps(one, [_inner(text) for text in listed])


def _inner(text: str) -> tuple[str, dict[str, Any]]:
    found = _INNER.match(text)
    if found is None:
        return "short_answer", _words(text.removeprefix("\\") if _INNER.match(text[1:]) else text)
    if fold(found[1]) == "so":
        return "numeric", _numbers(found[2])
    listed = [part.strip() for part in _BAR.split(found[2]) if part.strip()]
    right = [place for place, part in enumerate(listed) if part.startswith("*")]
    shown = [_shown(part.removeprefix("*")) for part in listed]
    return "single_choice", options.content(shown, right)

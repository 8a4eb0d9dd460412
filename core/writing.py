"""Numbers, days and stretches of time as offices write them, in Vietnamese and in English."""

import re
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from core import vietnam
from core.saying import Sentence, Unreadable
from core.text import N_, NO_BREAK, clean_line

MILLION = 1_000_000
# What a locale's own data would say; the words of the interface are in the catalogs.
_WEEKDAYS = {
    "vi": ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_SPANS = {
    "vi": (("ngày", "ngày"), ("giờ", "giờ"), ("phút", "phút"), ("giây", "giây")),
    "en": (("day", "days"), ("hour", "hours"), ("minute", "minutes"), ("second", "seconds")),
}


# --- Numbers -----------------------------------------------------------------------------------


def number(value: Decimal | int, language: str = "vi", *, places: int | None = None) -> str:
    """Write a number: 25.980 and 87,65; exactly `places` decimals, or those it has."""
    exact = Decimal(value)
    if places is not None:
        exact = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    written = f"{exact:,f}"
    if language == "vi":
        written = written.translate(str.maketrans(",.", ".,"))
    return written.replace("-", "−")


def percent(part: Decimal | int, whole: Decimal | int = 100, language: str = "vi") -> str:
    """Write a rate with two decimals: 23,48%; of nothing it is a dash."""
    if not whole:
        return "–"
    return number(Decimal(part) * 100 / Decimal(whole), language, places=2) + "%"


def score(value: Decimal | int, language: str = "vi") -> str:
    """Write a score without trailing zeros: 8,25; an int counts millionths, as it is stored."""
    exact = Decimal(value) / MILLION if isinstance(value, int) else value
    rounded = exact.quantize(Decimal("0.000001"), ROUND_HALF_UP)
    return number(Decimal(f"{rounded:f}".rstrip("0").rstrip(".")), language)


_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3}){2,}|\d+")
_DECIMAL = re.compile(r"((?:\d{1,3}(?:\.\d{3})+|\d+)),(\d+)|(\d+)\.(\d{1,2}|\d{4,})")


def parse_number(typed: str) -> Decimal:
    """Return the number that was typed: 1.234,5 and 8.25 and 8,25.

    A single dot before exactly three digits groups thousands, as everywhere in Viet Nam. Raise
    `Unreadable`.
    """
    plain = re.sub(r"(?<=\d) (?=\d{3}(?!\d))", "", clean_line(typed)).replace("−", "-")
    sign, digits = (-1, plain[1:]) if plain.startswith("-") else (1, plain)
    if not digits.isascii() or len(digits) > 40:
        raise _no_number(typed)
    if _GROUPED.fullmatch(digits):
        return sign * Decimal(re.sub(r"[.,]", "", digits))
    if found := _DECIMAL.fullmatch(digits):
        whole, part = (found[1] or found[3]).replace(".", ""), found[2] or found[4]
        return sign * Decimal(f"{whole}.{part}")
    raise _no_number(typed)


def _no_number(typed: str) -> Unreadable:
    said = N_("“%(typed)s” is not a number. Write it like 1350 or 87,65.")
    return Unreadable(Sentence(said, {"typed": clean_line(typed)[:40]}))


# --- Numbers in words --------------------------------------------------------------------------

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_SCALES = ("", "nghìn", "triệu", "tỷ")
_AFTER_TENS = {1: "mốt", 4: "tư", 5: "lăm"}
LARGEST = Decimal(10) ** 12


def in_words(value: Decimal | int) -> str:
    """Return a number in Vietnamese words, as minutes and score sheets want it beside digits.

    Up to 999 tỷ; decimals are read as they are spoken: 8,25 is “tám phẩy hai lăm”.
    """
    exact = Decimal(value)
    if abs(exact) >= LARGEST:
        raise ValueError(f"{value} has no words here")
    whole, _, decimals = f"{abs(exact):f}".partition(".")
    words = _whole_in_words(int(whole))
    if decimals := decimals.rstrip("0"):
        words += f" phẩy {_decimals_in_words(decimals)}"
    return f"âm {words}" if exact < 0 else words


def _whole_in_words(whole: int) -> str:
    if whole == 0:
        return _DIGITS[0]
    groups = [whole // 1000**power % 1000 for power in range(len(_SCALES))]
    top = max(power for power, group in enumerate(groups) if group)
    said = [
        f"{_group_in_words(groups[power], is_first=power == top)} {_SCALES[power]}".strip()
        for power in range(top, -1, -1)
        if groups[power]
    ]
    return " ".join(said)


def _group_in_words(group: int, *, is_first: bool) -> str:
    hundreds, tens, units = group // 100, group // 10 % 10, group % 10
    words = [] if is_first and not hundreds else [_DIGITS[hundreds], "trăm"]
    if tens > 1:
        words += [_DIGITS[tens], "mươi", *([_unit_after(tens, units)] if units else [])]
    elif tens == 1:
        words += ["mười", *([_unit_after(tens, units)] if units else [])]
    elif units:
        words += [*(["linh"] if words else []), _DIGITS[units]]
    return " ".join(words)


def _unit_after(tens: int, units: int) -> str:
    if tens == 1:
        return "lăm" if units == 5 else _DIGITS[units]
    return _AFTER_TENS.get(units, _DIGITS[units])


def _decimals_in_words(decimals: str) -> str:
    if len(decimals) != 2 or decimals[0] == "0":
        return " ".join(_DIGITS[int(digit)] for digit in decimals)
    tens, units = int(decimals[0]), int(decimals[1])
    return f"{'mười' if tens == 1 else _DIGITS[tens]} {_unit_after(tens, units)}"


# --- Days and moments --------------------------------------------------------------------------


def day(value: date | datetime, language: str = "vi") -> str:
    """Write a day: 18/11/2026; in English 18 November 2026."""
    civil = vietnam.civil_day(value) if isinstance(value, datetime) else value
    if language == "vi":
        return vietnam.say_day(civil)
    return f"{civil.day} {_MONTHS[civil.month - 1]} {civil.year}"


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def document_date(value: date) -> str:
    """Write the date of an official document: ngày 05 tháng 02 năm 2026."""
    month = f"{value.month:02}" if value.month < 3 else f"{value.month}"
    return f"ngày {value.day:02} tháng {month} năm {value.year}"


def clock(moment: datetime) -> str:
    """Write a machine's moment of the day: 10:42:07."""
    return f"{moment.astimezone(vietnam.VIETNAM):%H:%M:%S}"


def weekday(value: date, language: str = "vi") -> str:
    """Write the day of the week out: thứ Tư, Chủ nhật; it does not break."""
    return _WEEKDAYS[language][value.weekday()].replace(" ", NO_BREAK)


def moment(value: datetime, language: str = "vi") -> str:
    """Write a moment to the second: 10:42:07 thứ Tư, 18/11/2026."""
    civil = vietnam.civil_day(value)
    return f"{clock(value)} {weekday(civil, language)}, {day(civil, language)}"


def opening(begins: datetime, language: str = "vi") -> str:
    """Write a beginning: 0h00 thứ Hai, 23/11."""
    civil, hour = vietnam.civil_day(begins), vietnam.say_hour(begins)
    if language == "vi":
        return f"{hour} {weekday(civil)}, {civil:%d/%m}"
    return (
        f"{hour.replace('h', ':')} {weekday(civil, 'en')}, {civil.day} {_MONTHS[civil.month - 1]}"
    )


def deadline(ends: datetime, language: str = "vi") -> str:
    """Write an end: 24h00 Chủ nhật, 22/11, where it is the midnight after that day."""
    last = vietnam.last_day(ends)
    hour = vietnam.say_end_hour(ends)
    if language == "vi":
        return f"{hour} {weekday(last)}, {last:%d/%m}"
    return f"{hour.replace('h', ':')} {weekday(last, 'en')}, {last.day} {_MONTHS[last.month - 1]}"


# --- Stretches of time -------------------------------------------------------------------------


def duration(span: timedelta | int, language: str = "vi") -> str:
    """Write a stretch of time: 9 phút 58 giây; an int counts milliseconds, cut to seconds."""
    seconds = int(span.total_seconds()) if isinstance(span, timedelta) else span // 1000
    seconds = max(seconds, 0)
    counts = (seconds // 86_400, seconds // 3600 % 24, seconds // 60 % 60, seconds % 60)
    said = [
        f"{count}{NO_BREAK}{names[count != 1]}"
        for count, names in zip(counts, _SPANS[language], strict=True)
        if count
    ]
    return " ".join(said) or f"0{NO_BREAK}{_SPANS[language][-1][1]}"


def countdown(seconds: int) -> str:
    """Write what is left on a clock: 04:12, or 1:04:12."""
    left = max(seconds, 0)
    hours, minutes = left // 3600, left // 60 % 60
    return f"{hours}:{minutes:02}:{left % 60:02}" if hours else f"{minutes:02}:{left % 60:02}"

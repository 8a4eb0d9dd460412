"""Turns of speech that official documents share; Vietnamese only, as the law has them."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from contest.documents.facts import Matter, RoundFacts, RunFacts, UnitFigures
from contest.rules import participating
from contest.rules.participating import BandName
from core import vietnam, writing

# A document names no more people than this; the workbook beside it names all.
MOST_ROWS = 1000
_OFFICIAL = re.compile(r"^cuộc thi\b|^hội thi\b|^giải\b", re.IGNORECASE)

BANDS = {
    BandName.ALL: "Đúng 100% số câu",
    BandName.THREE_QUARTERS: "Đúng từ 75% đến dưới 100%",
    BandName.QUARTER: "Đúng từ 25% đến dưới 75%",
    BandName.FEW: "Đúng dưới 25%",
    BandName.NONE: "Không đúng câu nào",
}


def number(value: Decimal | int) -> str:
    """Write a number: 25.980."""
    return writing.number(value)


def percent(value: Decimal | None) -> str:
    """Write a rate that is given in a hundred: 23,48%."""
    return "–" if value is None else f"{writing.number(value, places=2)}%"


def contest_named(title: str) -> str:
    """Return a contest as a sentence names it: Cuộc thi “…”, unless it names itself."""
    return title if _OFFICIAL.match(title) else f"Cuộc thi “{title}”"


def moment(at: datetime) -> str:
    """Write a beginning: 0h00 ngày 09 tháng 11 năm 2026."""
    return f"{vietnam.say_hour(at)} {writing.document_date(vietnam.civil_day(at))}"


def end(at: datetime) -> str:
    """Write an end, the midnight after a day as its 24h00."""
    return f"{vietnam.say_end_hour(at)} {writing.document_date(vietnam.last_day(at))}"


def window(round_: RoundFacts) -> str:
    """Write from when until when a round was open."""
    return f"từ {moment(round_.opens_at)} đến {end(round_.closes_at)}"


def subject(matter: Matter) -> str:
    """Return the round and the contest as the subject of a document names them."""
    return f"{matter.of_round.title} {contest_named(matter.contest.title)}"


def counted(people: int, *, whom: str = "người", all_of: int | None = None) -> str:
    """Return the line that closes a list: “Danh sách này có 120 người./.”."""
    if all_of is not None and all_of > people:
        return (
            f"Danh sách này có {number(people)} {whom}, xếp đầu trong {number(all_of)} {whom}"
            " được xếp hạng; danh sách đầy đủ có trong tệp bảng tính kèm theo./."
        )
    return f"Danh sách này có {number(people)} {whom}./."


def in_words(value: Decimal | int) -> str:
    """Write a number in words, its first letter large: “Tám phẩy hai lăm”."""
    words = writing.in_words(value)
    return words[:1].upper() + words[1:]


def came_true(run: RunFacts, *, words: bool = False) -> str:
    """Write what came true of the prediction: “là 12”, or “của Khối A là 12, …”; "" for nothing."""

    def said(value: Decimal) -> str:
        spelt = f" (bằng chữ: {in_words(value)})" if words else ""
        return f"là {number(value.normalize())}{spelt}"

    if run.actual is not None:
        return said(run.actual)
    return joined([f"của {title} {said(value)}" for title, value in run.actuals])


def joined(names: Sequence[str]) -> str:
    """Join names: “A, B và C”."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} và {names[-1]}"


def passed(round_: RoundFacts) -> str:
    """Say how many passed: “120 người đạt từ 15 điểm trở lên, bằng 60,00%”; "" without a mark."""
    if round_.pass_mark is None:
        return ""
    rate = percent(participating.share(round_.passed, round_.ranked))
    points = number(round_.pass_mark)
    return f"{number(round_.passed)} người đạt từ {points} điểm trở lên, bằng {rate}"


def origin(round_: RoundFacts | None) -> str:
    """Say which computation of the results a document comes from."""
    if round_ is None or round_.run is None:
        return ""
    run = round_.run
    return (
        f"Lập từ lần tính kết quả số {run.number} của {round_.title}, "
        f"{vietnam.say_moment(run.made_at)}; mã băm SHA-256 của bảng kết quả: {run.digest}."
    )


def with_people(units: Iterable[UnitFigures]) -> list[UnitFigures]:
    """Return the units that have somebody who took part."""
    return [unit for unit in units if unit.people]


def whole(units: Iterable[UnitFigures]) -> list[UnitFigures]:
    """Return the units in which everybody took part."""
    return [unit for unit in units if unit.is_whole]


def below(units: Iterable[UnitFigures], rate: int = 30) -> list[UnitFigures]:
    """Return the units with less than this rate, the least first."""
    found = [unit for unit in units if unit.rate is not None and unit.rate < rate]
    return sorted(found, key=lambda unit: (unit.rate or Decimal(0), unit.name))


def by_group(units: Iterable[UnitFigures]) -> dict[str, list[UnitFigures]]:
    """Return units by what they are reported with, in their order."""
    found: dict[str, list[UnitFigures]] = {}
    for unit in units:
        found.setdefault(unit.group, []).append(unit)
    return found

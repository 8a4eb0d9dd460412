"""Invented people and how they would answer: what the demo contest is filled with."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from accounts.rules.staff import StaffCategory
from questions.rules import marking
from questions.types import options
from questions.types.answers import keyed, parts

SURNAMES = (
    ("Nguyễn", 38), ("Trần", 12), ("Lê", 10), ("Phạm", 7), ("Hoàng", 5), ("Huỳnh", 4),
    ("Phan", 4), ("Vũ", 4), ("Võ", 4), ("Đặng", 3), ("Bùi", 3), ("Đỗ", 2), ("Hồ", 2), ("Ngô", 2),
    ("Dương", 2), ("Lý", 1), ("Đinh", 1), ("Nông", 1), ("Hà", 1), ("Trương", 2),
)  # fmt: skip
WOMEN_MIDDLE = ("Thị", "Thị Ngọc", "Thị Thanh", "Thị Thu", "Thị Kim", "Hoàng", "Thùy", "Minh")
WOMEN_GIVEN = (
    "Hạnh", "Yến", "Linh", "Hương", "Thảo", "Trang", "Ngân", "Nhung", "Lan", "Hằng", "Phương",
    "Mai", "Vân", "Dung", "Diệu", "Ánh", "Oanh", "Tuyết", "Trâm", "Quỳnh", "Thủy", "Loan",
)  # fmt: skip
MEN_MIDDLE = ("Văn", "Đức", "Quốc", "Minh", "Hữu", "Công", "Thanh", "Anh", "Xuân", "Ngọc")
MEN_GIVEN = (
    "Nam", "Hùng", "Dũng", "Khoa", "Bảo", "Tuấn", "Sơn", "Long", "Phúc", "Thắng", "Đạt", "Kiên",
    "Hải", "Quân", "Vinh", "Ân", "Tâm", "Trí", "Cường", "Hiếu", "Lộc", "Thịnh",
)  # fmt: skip
EDE_MEN = ("Thuận", "Thiên", "Bhăm", "Kŏ", "Wen", "Jer", "Nguyên", "Hoàng", "Duy", "Krông")
EDE_WOMEN = ("Hen", "Linh", "Bia", "Ngọc", "Yar", "Duyên", "Nga", "Rin", "Wiên", "Hương")
EDE_CLANS = ("Niê", "Mlô", "Êban", "Kđăm", "Ayŭn", "Byă", "Kbuôr", "Knul", "Bkrông", "Ksơr")
EDE_SHARE = 0.16

CATEGORIES = (
    (StaffCategory.LEADER, 3),
    (StaffCategory.MANAGER, 9),
    (StaffCategory.CIVIL_SERVANT, 26),
    (StaffCategory.PUBLIC_EMPLOYEE, 24),
    (StaffCategory.WORKER, 5),
    (StaffCategory.YOUTH_MEMBER, 33),
)
# Ability a person gains from one week to the next: the questions are talked about.
LEARNING = 0.25
GUESS = 0.22
HARDNESS = {"NB": -1.05, "TH": -0.55, "VD": 0.0}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody invented: a name, a birth date, a part in the unit, and how much they know."""

    name: str
    born: date
    category: StaffCategory
    one_stop: bool
    ability: float
    pace: float
    publishes_name: bool


# So many names in a row were there already: the next one may be there too.
MOST_MISSES = 30


def people(number: int, rng: Random, *, today: date) -> list[Person]:
    """Invent people, no two of one name until names grow rare: in a province some have one."""
    seen: set[str] = set()
    made: list[Person] = []
    misses = 0
    while len(made) < number:
        name = _name(rng)
        if name in seen and misses < MOST_MISSES:
            misses += 1
            continue
        misses = 0
        seen.add(name)
        made.append(_person(name, rng, today))
    return made


def _name(rng: Random) -> str:
    woman = rng.random() < 0.54
    if rng.random() < EDE_SHARE:
        first = f"H’{rng.choice(EDE_WOMEN)}" if woman else f"Y {rng.choice(EDE_MEN)}"
        clans = rng.sample(EDE_CLANS, 2 if rng.random() < 0.35 else 1)
        return " ".join([first, *clans])
    surname = rng.choices([one for one, _ in SURNAMES], [weight for _, weight in SURNAMES])[0]
    middle, given = (WOMEN_MIDDLE, WOMEN_GIVEN) if woman else (MEN_MIDDLE, MEN_GIVEN)
    return f"{surname} {rng.choice(middle)} {rng.choice(given)}"


def _person(name: str, rng: Random, today: date) -> Person:
    category = rng.choices([one for one, _ in CATEGORIES], [weight for _, weight in CATEGORIES])[0]
    youngest = 16 if category is StaffCategory.YOUTH_MEMBER else 22
    oldest = 34 if category is StaffCategory.YOUTH_MEMBER else 58
    born = today - timedelta(days=rng.randint(youngest * 366, oldest * 365))
    return Person(
        name=name,
        born=born,
        category=category,
        one_stop=category.is_staff and rng.random() < 0.08,
        ability=rng.gauss(0.15, 0.85),
        pace=math.exp(rng.gauss(math.log(17), 0.38)),
        publishes_name=rng.random() < 0.7,
    )


def knows(person: Person, difficulty: str | None, hardness: float, week: int, rng: Random) -> bool:
    """Say whether the person answers right: ability against hardness, with a chance to guess."""
    level = person.ability + LEARNING * (week - 1)
    gap = level - HARDNESS.get(difficulty or "", -1.2) - hardness
    chance = GUESS + (1 - GUESS) / (1 + math.exp(-1.4 * gap))
    return rng.random() < chance


def answer(kind: str, content: Mapping[str, Any], *, right: bool, rng: Random) -> str:
    """Return an answer, right or wrong: the key, or distractors of the same number.

    Of several parts a wrong answer leaves one empty; what is typed is wrong by being empty.
    """
    if right:
        return marking.right(kind, content)
    if kind in marking.WITH_OPTIONS:
        return _distracted(content, rng)
    given = parts(marking.right(kind, content)) if kind in marking.KEYED else {}
    given.pop(rng.choice(sorted(given)) if given else "", None)
    return keyed(given)


def _distracted(content: Mapping[str, Any], rng: Random) -> str:
    key = list(content["key"])
    others = [option["id"] for option in content["options"] if option["id"] not in key]
    kept = rng.sample(key, len(key) - 1) if len(key) > 1 else []
    return options.answer([*kept, *([rng.choice(others)] if others else [])])


def seconds_for(person: Person, rng: Random) -> float:
    """Return the seconds that the person takes over one question."""
    return max(2.5, person.pace * math.exp(rng.gauss(0, 0.45)))


def prediction(rng: Random, *, around: int) -> int:
    """Return the number a person predicts: some think, many like round numbers."""
    guess = around * math.exp(rng.gauss(0, 0.55))
    if rng.random() < 0.45:
        return max(0, round(guess / 10) * 10)
    return max(0, round(guess))


def moments(number: int, opens: datetime, closes: datetime, rng: Random) -> Sequence[datetime]:
    """Return when people start: few at night, many at eight and on the last evening."""
    weights = (
        1,
        1,
        1,
        1,
        1,
        4,
        12,
        34,
        46,
        38,
        30,
        22,
        18,
        20,
        30,
        30,
        26,
        20,
        18,
        26,
        34,
        28,
        12,
        4,
    )
    hours = int((closes - opens).total_seconds() // 3600)
    slots = [opens + timedelta(hours=hour) for hour in range(hours)]
    last = hours - 24
    pull = [
        weights[(slot.hour + 7) % 24] * (1.7 if place >= last else 1.4 if place < 24 else 1.0)
        for place, slot in enumerate(slots)
    ]
    chosen = rng.choices(slots, pull, k=number)
    return [slot + timedelta(seconds=rng.random() * 3600) for slot in chosen]

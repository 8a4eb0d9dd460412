"""A week of a contest as plain facts, for the tests of documents: names and figures invented."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from contest.documents.facts import (
    BlockFigures,
    ContestFacts,
    Matter,
    Person,
    Placed,
    RoundFacts,
    RoundRules,
    RulesFacts,
    RunFacts,
    UnitFigures,
    Winner,
)
from contest.documents.office import Office
from contest.rules import participating
from core.text import fold
from questions.rules.letterheads import Profile

TITLE = "Thanh niên Đắk Lắk chung tay cải cách hành chính"
ON = date(2026, 2, 5)
DIGEST = "3f" * 32
STATE = Office(
    profile=Profile.STATE,
    parent="UBND tỉnh Đắk Lắk",
    body="Ban Tổ chức Cuộc thi",
    place="Đắk Lắk",
    signer="Nguyễn Văn Bình",
    secretary="Lê Thị Mai",
    members="Nguyễn Văn Bình – Trưởng ban\nY Thiên Niê – Phó Trưởng ban\nLê Thị Mai – Thư ký",
    recipients="UBND tỉnh (b/c)\nTỉnh Đoàn, Sở Nội vụ",
    issued_by="Quyết định số 88/QĐ-BTC ngày 20 tháng 10 năm 2025 của Ban Tổ chức Cuộc thi",
    bases="Kế hoạch số 12/KH-UBND ngày 09 tháng 01 năm 2026 của UBND tỉnh Đắk Lắk",
    reported_to="Ủy ban nhân dân tỉnh Đắk Lắk\nSở Nội vụ tỉnh Đắk Lắk",
)
UNION = replace(
    STATE,
    profile=Profile.UNION,
    parent="",
    body="BCH Tỉnh Đắk Lắk",
    letters="TĐTN-BTG",
    capacity="BAN THƯỜNG VỤ",
    post="BÍ THƯ",
)
COMMITTEE = replace(STATE, profile=Profile.COMMITTEE)

NAMES = (
    "Nguyễn Thị Hạnh",
    "Y Thiên Niê",
    "Trần Quốc Bảo",
    "H’Linh Mlô",
    "Đặng Văn Khoa",
    "Bùi Thị Thu Hà",
    "Y Blăk Êban",
    "Lê Ngọc Ánh",
    "Phan Thanh Tùng",
    "Hồ Thị Mỹ Duyên",
    "Phạm Đức An",
)
PLACES = ("Sở Tư pháp", "Xã Cư M’gar", "Phường Tuy Hòa", "Sở Tài chính", "Xã Ea Kar")


def placed(count=11):
    """So many people in order of rank, the names in turn."""
    return tuple(_placed(at) for at in range(count))


def _placed(at):
    name = NAMES[at % len(NAMES)]
    person = Person(
        number=at + 1,
        name=name,
        sort_key=fold(name.rpartition(" ")[2]),
        born=date(1990 + at % 15, 2, 5),
        post="Chuyên viên",
        unit=PLACES[at % len(PLACES)],
    )
    return Placed(
        person=person,
        place=at + 1,
        correct=max(20 - at // 4, 0),
        asked=20,
        score=Decimal("8.25") if at else Decimal(20),
        duration=timedelta(minutes=6, seconds=12 + at % 40),
        predicted=Decimal(1284 + at),
        off=Decimal(at),
        prize="Nhất" if at == 0 else "",
    )


def winners():
    """Eleven people and a unit with their prizes."""
    prizes = ("Nhất", "Nhì", "Nhì", "Ba", "Ba", "Ba", *["Khuyến khích"] * 5)
    people = [
        Winner(
            prize=prize,
            level=level,
            name=one.person.name,
            post=one.person.post,
            unit=one.person.unit,
            correct=one.correct,
            asked=one.asked,
            duration=one.duration,
            predicted=one.predicted,
            off=one.off,
        )
        for level, (prize, one) in enumerate(zip(prizes, placed(), strict=True), start=1)
    ]
    return (*people, Winner(prize="Tập thể xuất sắc", level=1, name="Sở Tư pháp", is_unit=True))


def units():
    """Units of two groups: one at 100 %, two below 30 %, one without anybody, one of one person."""
    sets, communes = "sở, ban, ngành", "xã, phường"
    return (
        UnitFigures("S1", "Sở Tư pháp", sets, 64, 70, 64),
        UnitFigures("S2", "Sở Tài chính", sets, 2, 2, 94),
        UnitFigures("S3", "Sở Y tế", sets, 0, 0, 120),
        UnitFigures("X1", "Xã Cư M’gar", communes, 31, 33, 60),
        UnitFigures("X2", "Phường Tuy Hòa", communes, 14, 14, 50),
        UnitFigures("X3", "Xã Ea Kar", communes, 1, 1, 1),
    )


def round_facts(**fields):
    """A week that nobody has to guess about: 25.980 people, 26.104 attempts."""
    papers = [(20, 20)] * 1284 + [(15, 20)] * 12000 + [(8, 20)] * 9000
    papers += [(3, 20)] * 3600 + [(0, 20)] * 96
    defaults = {
        "title": "Tuần 2",
        "number": 2,
        "opens_at": datetime(2026, 1, 25, 17, tzinfo=UTC),
        "closes_at": datetime(2026, 2, 1, 17, tzinfo=UTC),
        "people": 25980,
        "attempts": 26104,
        "bands": participating.bands(papers),
        "blocks": (
            BlockFigures("Khối cán bộ, công chức, viên chức", 20100, 20200),
            BlockFigures("Khối người dân", 5880, 5904),
        ),
        "units": units(),
        "has_prediction": True,
        "target": "số người trả lời đúng tất cả các câu hỏi",
        "ranked": 25980,
        "placed": placed(),
        "winners": winners(),
        "topics": (("Cải cách thể chế", 1000, 655), ("Cải cách thủ tục hành chính", 2000, 1534)),
        "run": RunFacts(
            2,
            DIGEST,
            datetime(2026, 2, 2, 3, tzinfo=UTC),
            ("Xếp hạng theo số câu đúng.",),
            Decimal(1284),
        ),
    }
    return RoundFacts(**defaults | fields)


def rules_facts():
    """Rules of a contest of one group of rounds."""
    return RulesFacts(
        eligibility="Cán bộ, công chức, viên chức và người dân từ đủ 18 tuổi.",
        min_age=18,
        rounds=(
            RoundRules(
                (("Tuần 1", "Vòng thi mở từ 0h00 19/01/2026 đến 24h00 25/01/2026."),),
                (
                    ("Đề thi", ("Mỗi lượt có 20 câu trong 15 phút.",)),
                    ("Xếp hạng", ("Xếp hạng theo số câu đúng.",)),
                ),
            ),
        ),
        prizes="- Giải Nhất: 800.000 đồng\n- Giải Nhì: 500.000 đồng",
        contact="cchc@daklak.gov.vn",
    )


def matter(office=STATE, **fields):
    """Everything that a document of the second week is made from."""
    week = fields.pop("round", None) or round_facts()
    contest = ContestFacts(
        TITLE,
        ("Sở Nội vụ",),
        ("Tỉnh Đoàn Đắk Lắk",),
        (week,),
        week.units,
        people=week.people,
        attempts=week.attempts,
    )
    defaults = {
        "office": office,
        "contest": contest,
        "round": week,
        "number": "05",
        "on": ON,
        "unit": week.units[0],
        "people": week.placed,
        "rules": rules_facts(),
    }
    return Matter(**defaults | fields)

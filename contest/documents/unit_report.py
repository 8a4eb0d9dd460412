"""Báo cáo của đơn vị: a unit's own figures, who took part, and its comments."""

from contest.documents import phrases, report
from contest.documents.facts import Matter, Placed, UnitFigures
from contest.documents.paper import Annex, Block, Column, Paper, Table, Text, Value

DOTS = "…" * 30
PEOPLE = (
    Column("STT", 0.6, is_centred=True),
    Column("Họ và tên", 2.6),
    Column("Chức danh", 2.6),
    Column("Số câu đúng", 1, is_centred=True),
    Column("Thời gian", 1.1, is_centred=True),
)


def paper(matter: Matter) -> Paper:
    """Return the report that a unit sends to the office which adds them up."""
    unit, title = _unit(matter), phrases.contest_named(matter.contest.title)
    to = [line for line in matter.office.reported_to.splitlines() if line.strip()]
    own = matter.office.of_unit(unit.name)
    return Paper(
        head=own.head("BC", "", matter.on),
        name="Báo cáo",
        subject=f"Kết quả tham gia {title} của {unit.name}",
        blocks=(
            *([Text(f"Kính gửi: {phrases.joined(to)}", is_centred=True)] if to else []),
            Text("I. CHỈ ĐẠO, TRIỂN KHAI", "b"),
            Text(DOTS),
            Text("II. KẾT QUẢ", "b"),
            Text(_figures(unit), lead="1."),
            Text("Kết quả theo các biện pháp của Kế hoạch:", lead="2."),
            report.measures(own),
            Text("III. ĐÁNH GIÁ", "b"),
            Text(DOTS),
            Text("IV. KHÓ KHĂN, KIẾN NGHỊ", "b"),
            Text(DOTS),
            *report.money(""),
            Text(f"Trên đây là báo cáo của {unit.name}./."),
            *_annex(matter),
        ),
        signatures=(own.signature(),),
        recipients=own.recipients_of(*to),
    )


def _unit(matter: Matter) -> UnitFigures:
    if matter.unit is None:
        raise ValueError("this report is about a unit")
    return matter.unit


def _figures(unit: UnitFigures) -> str:
    said = (
        f"{unit.name} có {phrases.number(unit.people)} người dự thi với"
        f" {phrases.number(unit.attempts)} lượt thi"
    )
    if unit.headcount:
        said += (
            f", đạt {phrases.percent(unit.rate)} trên"
            f" {phrases.number(unit.headcount)} biên chế có mặt"
        )
    return f"{said}."


def _annex(matter: Matter) -> list[Block]:
    if matter.takers:
        rows: tuple[tuple[Value, ...], ...] = tuple(
            (at, one.name, one.post) for at, one in enumerate(matter.takers, start=1)
        )
        return [
            Annex("Danh sách người dự thi", "(Kèm theo Báo cáo)"),
            Table("Người dự thi", PEOPLE[:3], rows),
            Text(phrases.counted(len(rows))),
        ]
    if not matter.people:
        return []
    rows = tuple(_row(at, one) for at, one in enumerate(matter.people, start=1))
    return [
        Annex("Danh sách người dự thi", "(Kèm theo Báo cáo)"),
        Table("Người dự thi", PEOPLE, rows),
        Text(phrases.counted(len(rows))),
    ]


def _row(at: int, one: Placed) -> tuple[Value, ...]:
    person = one.person
    return (at, person.name, person.post, f"{one.correct}/{one.asked}", one.duration)

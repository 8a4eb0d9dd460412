"""Bảng tổng hợp điểm of judges: STT, entry, GK1…GKn, what the rule gives, lines, result, place."""

from decimal import Decimal

from contest.documents.judged_facts import EntryFacts, JudgedMatter, points
from contest.documents.paper import Column, Paper, Table, Text, Value
from core import writing

# So many judges stand beside each other on one sheet.
MOST_JUDGES = 9


def paper(matter: JudgedMatter) -> Paper:
    """Return the table; every judge signs it, then the secretary and the head."""
    signatures = (matter.office.secretary_signature(), matter.office.signature())
    entries = f"Bảng này có {writing.number(len(matter.entries))} bài dự thi./."
    return Paper(
        head=matter.office.head("", "", matter.on),
        name="Bảng tổng hợp điểm",
        subject=matter.subject,
        blocks=(
            Text(" ".join(matter.rule)),
            *_tables(matter),
            Text("Điểm đặt trong ngoặc đơn không tính vào kết quả; “MC” là miễn chấm."),
            *_lines(matter),
            Text(entries),
            Text("Giám khảo ký xác nhận:", "b"),
            _signing(matter),
        ),
        signatures=signatures,
        origin=matter.origin,
        is_wide=True,
        tables=(_table(matter, [judge.key for judge in matter.judges]),),
    )


def _tables(matter: JudgedMatter) -> list[Table]:
    """Return the table, in several where there are more judges than fit beside each other."""
    keys = [judge.key for judge in matter.judges]
    parts = [keys[at : at + MOST_JUDGES] for at in range(0, len(keys), MOST_JUDGES)] or [[]]
    return [_table(matter, part) for part in parts]


def _table(matter: JudgedMatter, keys: list[str]) -> Table:
    columns = (
        Column("STT", 0.7, is_centred=True),
        *((Column("Bảng", 1.6),) if matter.has_categories else ()),
        Column("Mã số", 1, is_centred=True),
        Column("Đơn vị, bài dự thi", 3.6),
        *(Column(key, 0.9, is_centred=True) for key in keys),
        Column("Điểm chấm", 1.1, is_centred=True),
        Column("Điểm trừ", 0.9, is_centred=True),
        Column("Kết quả", 1.1, is_centred=True),
        Column("Xếp hạng", 0.9, is_centred=True),
    )
    rows = tuple(_row(at, one, keys) for at, one in enumerate(matter.entries, start=1))
    return Table("Bảng tổng hợp điểm", columns, rows)


def _row(at: int, one: EntryFacts, keys: list[str]) -> tuple[Value, ...]:
    named = one.name if one.name == one.code else f"{one.name}: {one.title}"
    return (
        at,
        *((one.category,) if one.category else ()),
        one.code,
        one.title if one.name == one.code else named,
        *(_score(one, key) for key in keys),
        points(one.combined),
        points(one.deducted) if one.deducted else "0",
        points(one.result),
        one.place,
    )


def _score(one: EntryFacts, key: str) -> Value:
    if key in one.recused:
        return "MC"
    if key not in one.scores:
        return ""
    said = points(one.scores[key])
    return f"({said})" if key in one.dropped else said


def _lines(matter: JudgedMatter) -> list[Text]:
    return [
        Text(f"{one.code}: {_signed(amount)} điểm; {reason}.")
        for one in matter.entries
        for amount, reason in one.lines
    ]


def _signed(amount: Decimal) -> str:
    return f"trừ {points(-amount)}" if amount < 0 else f"cộng {points(amount)}"


def _signing(matter: JudgedMatter) -> Table:
    columns = (Column("Giám khảo", 1), Column("Họ và tên", 3), Column("Chữ ký", 3))
    return Table("Chữ ký", columns, tuple((one.key, one.name, "") for one in matter.judges))

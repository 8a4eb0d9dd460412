"""Bảng tổng hợp điểm: everybody's score in figures and in words, sorted as offices sort names."""

from contest.documents import phrases
from contest.documents.facts import Matter, Placed
from contest.documents.paper import Column, Paper, Table, Text, Value

COLUMNS = (
    Column("STT", 0.8, is_centred=True),
    Column("SBD", 1, is_centred=True),
    Column("Họ và tên", 3.4),
    Column("Ngày sinh", 1.8, is_centred=True),
    Column("Đơn vị", 3.6),
    Column("Số câu đúng", 1.2, is_centred=True),
    Column("Điểm bằng số", 1.3, is_centred=True),
    Column("Điểm bằng chữ", 3),
    Column("Xếp hạng", 1.2, is_centred=True),
    Column("Ghi chú", 1.4),
)


_PASSED = {None: "", True: "Đạt", False: "Không đạt"}


def paper(matter: Matter) -> Paper:
    """Return the table; the writer of the minutes and the head of the committee sign it."""
    round_ = matter.of_round
    # By given name, as lists of candidates are kept; the place stands in its own column.
    by_name = sorted(round_.placed[: phrases.MOST_ROWS], key=lambda one: one.person.sort_key)
    everybody = sorted(round_.placed, key=lambda one: one.person.sort_key)
    said = phrases.counted(len(by_name), all_of=round_.ranked)
    return Paper(
        head=matter.office.head("", "", matter.on),
        name="Bảng tổng hợp điểm",
        subject=phrases.subject(matter),
        blocks=(_table(by_name), Text(said)),
        signatures=(matter.office.secretary_signature(), matter.office.signature()),
        origin=phrases.origin(round_),
        is_wide=True,
        tables=(_table(everybody),),
    )


def _table(people: list[Placed]) -> Table:
    rows = tuple(_row(at, one) for at, one in enumerate(people, start=1))
    return Table("Bảng tổng hợp điểm", COLUMNS, rows)


def _row(at: int, one: Placed) -> tuple[Value, ...]:
    person = one.person
    return (
        at,
        str(person.number),
        person.name,
        person.born,
        person.unit,
        f"{one.correct}/{one.asked}",
        one.score,
        phrases.in_words(one.score),
        one.place,
        one.prize or _PASSED[one.passed],
    )

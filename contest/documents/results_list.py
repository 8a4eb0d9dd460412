"""Danh sách kết quả: everybody who was ranked, in order of rank, with what ranked them."""

from contest.documents import phrases
from contest.documents.facts import Matter, Placed
from contest.documents.paper import Column, Paper, Table, Text, Value

COLUMNS = (
    Column("STT", 0.8, is_centred=True),
    Column("SBD", 1, is_centred=True),
    Column("Họ và tên", 3.6),
    Column("Ngày sinh", 1.8, is_centred=True),
    Column("Đơn vị", 3.8),
    Column("Số câu đúng", 1.2, is_centred=True),
    Column("Thời gian", 1.4, is_centred=True),
    Column("Dự đoán", 1.4, is_centred=True),
    Column("Chênh lệch", 1.3, is_centred=True),
    Column("Xếp hạng", 1.2, is_centred=True),
    Column("Giải", 1.9, is_centred=True),
)
# Left out where nothing was predicted.
_PREDICTED = frozenset({"Dự đoán", "Chênh lệch"})


def paper(matter: Matter) -> Paper:
    """Return the list; it is wide, and its first line stands again on every page."""
    round_ = matter.of_round
    listed = table(matter, round_.placed[: phrases.MOST_ROWS])
    said = phrases.counted(len(listed.rows), all_of=round_.ranked)
    return Paper(
        head=matter.office.head("", "", matter.on),
        name="Danh sách kết quả",
        subject=phrases.subject(matter),
        blocks=(listed, Text(said)),
        signatures=(matter.office.secretary_signature(), matter.office.signature()),
        origin=phrases.origin(round_),
        is_wide=True,
        tables=(table(matter, round_.placed),),
    )


def table(matter: Matter, placed: tuple[Placed, ...]) -> Table:
    """Return people who were ranked as a table of the columns that are customary."""
    has_prediction = matter.of_round.has_prediction
    kept = [at for at, one in enumerate(COLUMNS) if has_prediction or one.title not in _PREDICTED]
    rows = [_row(at, one) for at, one in enumerate(placed, start=1)]
    return Table(
        "Danh sách kết quả",
        tuple(COLUMNS[at] for at in kept),
        tuple(tuple(row[at] for at in kept) for row in rows),
    )


def _row(at: int, one: Placed) -> tuple[Value, ...]:
    person = one.person
    return (
        at,
        str(person.number),
        person.name,
        person.born,
        person.unit,
        f"{one.correct}/{one.asked}",
        one.duration,
        one.predicted,
        one.off,
        one.place,
        one.prize,
    )

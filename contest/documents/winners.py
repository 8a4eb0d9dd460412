"""Danh sách trúng thưởng: who was awarded which prize, people first and then units."""

from contest.documents import phrases
from contest.documents.facts import Matter, Winner
from contest.documents.paper import Annex, Block, Column, Paper, Table, Text, Value

_STT = Column("STT", 0.7, is_centred=True)
_PREDICTION = "Dự đoán (chênh lệch)"
COLUMNS = (
    _STT,
    Column("Họ và tên", 2.6),
    Column("Chức danh, đơn vị", 3.1),
    Column("Số câu đúng", 1, is_centred=True),
    Column("Thời gian", 1.1, is_centred=True),
    Column(_PREDICTION, 1.4, is_centred=True),
    Column("Giải", 1.8, is_centred=True),
)
UNIT_COLUMNS = (_STT, Column("Đơn vị", 5), Column("Giải", 3, is_centred=True))


def paper(matter: Matter) -> Paper:
    """Return the list as a document of its own."""
    round_ = matter.of_round
    return Paper(
        head=matter.office.head("", "", matter.on),
        name="Danh sách trúng thưởng",
        subject=phrases.subject(matter),
        blocks=blocks(matter),
        signatures=(matter.office.secretary_signature(), matter.office.signature()),
        origin=phrases.origin(round_),
    )


def annex(matter: Matter, note: str) -> tuple[Block, ...]:
    """Return the list as an annex of the document that decides it."""
    return (Annex("Danh sách đạt giải", note, heading="Danh sách"), *blocks(matter))


def blocks(matter: Matter) -> tuple[Block, ...]:
    """Return the tables of people and of units, and the lines that close them."""
    found: list[Block] = []
    people = [one for one in matter.of_round.winners if not one.is_unit]
    units = [one for one in matter.of_round.winners if one.is_unit]
    if people:
        found += [*_people(matter, people), Text(phrases.counted(len(people)))]
    if units:
        rows: list[tuple[Value, ...]] = [
            (at, one.name, one.prize) for at, one in enumerate(units, start=1)
        ]
        found += [
            Text("Tập thể đạt giải", "b", is_indented=False),
            Table("Tập thể đạt giải", UNIT_COLUMNS, tuple(rows)),
            Text(phrases.counted(len(units), whom="đơn vị")),
        ]
    return tuple(found)


def _people(matter: Matter, people: list[Winner]) -> list[Block]:
    """Return a table for each block, or one where there are no blocks."""
    names = list(dict.fromkeys(one.block for one in people))
    found: list[Block] = []
    for name in names:
        if name:
            found.append(Text(f"Khối {name}", "b", is_indented=False))
        found.append(table(matter, [one for one in people if one.block == name], name))
    return found


def table(matter: Matter, people: list[Winner], block: str = "") -> Table:
    """Return people and their prizes as a table."""
    has_prediction = matter.of_round.has_prediction
    kept = [at for at, one in enumerate(COLUMNS) if has_prediction or one.title != _PREDICTION]
    rows = [_row(at, one) for at, one in enumerate(people, start=1)]
    return Table(
        f"Trúng thưởng {block}".strip(),
        tuple(COLUMNS[at] for at in kept),
        tuple(tuple(row[at] for at in kept) for row in rows),
    )


def _row(at: int, one: Winner) -> tuple[Value, ...]:
    right = "" if one.correct is None else f"{one.correct}/{one.asked}"
    guess = ""
    if one.predicted is not None:
        guess = phrases.number(one.predicted.normalize())
        if one.off is not None:
            guess += f" ({phrases.number(one.off.normalize())})"
    where = ", ".join(part for part in (one.post, one.unit) if part)
    return (at, one.name, where, right, one.duration, guess, one.prize)

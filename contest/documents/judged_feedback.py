"""Phiếu nhận xét: what entrants are told of each round, a page an entry; judges are not named."""

from collections.abc import Sequence
from decimal import Decimal

from contest.documents import phrases
from contest.documents.judged_facts import JudgedMatter, RoundFeedback, Sheet, mark, points
from contest.documents.office import Office
from contest.documents.paper import Annex, Block, Column, Items, Paper, Table, Text
from core import writing


def paper(matter: JudgedMatter) -> Paper:
    """Return the sheets of all entries of a round, each on a page of its own."""
    blocks: list[Block] = []
    for at, one in enumerate(matter.feedback):
        if at:
            blocks.append(Annex(f"Bài dự thi {one.code}", heading="Phiếu nhận xét"))
        blocks += _blocks(one)
    return Paper(
        head=matter.office.head("", "", matter.on),
        name="Phiếu nhận xét bài dự thi",
        subject=matter.subject,
        blocks=tuple(blocks),
        signatures=(matter.office.signature(),),
        origin=matter.origin,
        tables=(_overview(matter.feedback),),
    )


def own(office: Office, contest: str, sheet: Sheet) -> Paper:
    """Return the sheet of one entry, for its own people."""
    return Paper(
        head=office.head("", "", None),
        name="Phiếu nhận xét bài dự thi",
        subject=f"{sheet.code} – {phrases.contest_named(contest)}",
        blocks=tuple(_blocks(sheet)),
        signatures=(office.signature(),),
    )


def _blocks(sheet: Sheet) -> list[Block]:
    named = f"{sheet.title} (mã số {sheet.code})"
    found: list[Block] = [Text(f"Bài dự thi: {named}.")]
    if sheet.unit:
        found.append(Text(f"Đơn vị dự thi: {sheet.unit}."))
    for one, lines in zip(sheet.rounds, sheet.lines, strict=True):
        found += _round(one, lines)
    found.append(
        Text(
            "Cột “Cao hơn” là tỷ lệ các bài dự thi khác có điểm thấp hơn ở tiêu chí đó; không ghi"
            " khi có ít hơn năm bài dự thi.",
            "i",
        )
    )
    return found


def _round(one: RoundFeedback, lines: Sequence[tuple[Decimal, str]]) -> list[Block]:
    found: list[Block] = [Text(one.round_title, "b"), Text(_stands(one))]
    if one.prizes:
        found.append(Text(f"Giải thưởng: {', '.join(one.prizes)}."))
    found.append(_table(one))
    if lines:
        found += [Text("Điểm trừ, điểm cộng:"), Items(tuple(map(_line, lines)))]
    remarks = [f"{row.title}: {text}" for row in one.criteria for text in row.remarks]
    if remarks or one.notes:
        found += [
            Text("Nhận xét của giám khảo:"),
            Items(tuple(f"{note.strip().rstrip('.;')};" for note in (*remarks, *one.notes))),
        ]
    return found


def _stands(one: RoundFeedback) -> str:
    if one.place is None:
        return f"Kết quả: {points(one.result)}."
    among = f" của bảng “{one.category}”" if one.category else ""
    place, count = writing.number(one.place), writing.number(one.entries)
    said = f"xếp hạng {place} trong {count} bài dự thi{among}"
    return f"Kết quả: {points(one.result)} điểm; {said}."


def _line(line: tuple[Decimal, str]) -> str:
    amount, reason = line
    return f"{'trừ' if amount < 0 else 'cộng'} {points(abs(amount))} điểm, {reason};"


def _table(one: RoundFeedback) -> Table:
    columns = (
        Column("Tiêu chí", 5),
        Column("Điểm", 1.2, is_centred=True),
        Column("Tối đa", 1.2, is_centred=True),
        Column("Cao hơn", 1.2, is_centred=True),
    )
    rows = tuple(
        (row.title, points(row.mark), mark(row.most), _share(row.percentile))
        for row in one.criteria
    )
    return Table("Điểm theo tiêu chí", columns, rows)


def _share(percentile: int | None) -> str:
    return "–" if percentile is None else f"{percentile}%"


def _overview(sheets: Sequence[Sheet]) -> Table:
    """Return all entries in one table, for a workbook: a column for each criterion."""
    titles = list(
        dict.fromkeys(row.title for one in sheets for told in one.rounds for row in told.criteria)
    )
    columns = ("Mã số", "Bài dự thi", "Kết quả", "Xếp hạng", *titles, "Nhận xét")
    rows = []
    for one in sheets:
        for told in one.rounds:
            marks = {row.title: points(row.mark) for row in told.criteria}
            given = (marks.get(title, "") for title in titles)
            notes = "; ".join(told.notes)
            rows.append((one.code, one.title, points(told.result), told.place, *given, notes))
    return Table("Nhận xét", tuple(Column(title) for title in columns), tuple(rows))

"""Phiếu chấm: for each judge every mark of every entry, the score in figures and in words."""

from contest.documents import phrases
from contest.documents.judged_facts import JudgedMatter, JudgeFacts, mark, moment, points
from contest.documents.paper import Annex, Block, Column, Paper, Signature, Table, Text, Value
from contest.rules.judging import rubric


def paper(matter: JudgedMatter) -> Paper:
    """Return the sheets of all judges, each on a page of its own."""
    first, *others = matter.judges or (JudgeFacts("", ""),)
    blocks: list[Block] = [Text(f"Giám khảo: {first.name} ({first.key})", "b")]
    blocks += [*_tables(matter, first), _signed_line(first)]
    for judge in others:
        blocks.append(Annex(f"Giám khảo: {judge.name} ({judge.key})", heading="Phiếu chấm"))
        blocks += [*_tables(matter, judge), _signed_line(judge)]
    return Paper(
        head=matter.office.head("", "", matter.on),
        name="Phiếu chấm điểm",
        subject=matter.subject,
        blocks=tuple(blocks),
        signatures=(Signature(("GIÁM KHẢO",), first.name),),
        origin=matter.origin,
        is_wide=True,
        tables=tuple(table for judge in matter.judges for table in _tables(matter, judge)),
    )


def _signed_line(judge: JudgeFacts) -> Text:
    return Text(f"Giám khảo {judge.name} (ký, ghi rõ họ tên): {'…' * 30}")


def _tables(matter: JudgedMatter, judge: JudgeFacts) -> list[Table]:
    """Return the marks of a judge, and the remarks where there are any."""
    rows = tuple(
        (one.code, title or "Nhận xét chung", text)
        for one in matter.entries
        for title, text in matter.remarks.get((one.code, judge.key), ())
    )
    columns = (Column("Mã số", 1, is_centred=True), Column("Tiêu chí", 3), Column("Nhận xét", 8))
    remarks = Table(f"Nhận xét {judge.key}", columns, rows)
    return [_table(matter, judge)] + ([remarks] if rows else [])


def _table(matter: JudgedMatter, judge: JudgeFacts) -> Table:
    columns = (
        Column("STT", 0.7, is_centred=True),
        Column("Mã số", 1, is_centred=True),
        Column("Bài dự thi", 3),
        *(
            Column(f"{title} ({mark(most)})", 1.2, is_centred=True)
            for _id, title, most in matter.criteria
        ),
        Column("Điểm bằng số", 1.1, is_centred=True),
        Column("Điểm bằng chữ", 2.2),
        Column("Ký lúc", 1.5, is_centred=True),
    )
    own = [one for one in matter.entries if (one.code, judge.key) in matter.marks]
    rows = tuple(_row(matter, judge, at, one.code) for at, one in enumerate(own, start=1))
    return Table(f"Phiếu chấm {judge.key}", columns, rows)


def _row(matter: JudgedMatter, judge: JudgeFacts, at: int, code: str) -> tuple[Value, ...]:
    marks = matter.marks[code, judge.key]
    entry = next(one for one in matter.entries if one.code == code)
    score = entry.scores.get(judge.key)
    return (
        at,
        code,
        entry.title,
        *(mark(marks[id_]) if id_ in marks else "" for id_, _title, _most in matter.criteria),
        points(score),
        "" if score is None else phrases.in_words(score.quantize(rubric.HUNDRED.scaleb(-4))),
        moment(matter.signed.get((code, judge.key))),
    )

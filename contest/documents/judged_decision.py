"""Quyết định trao giải: the bases, the articles, and the entries with prizes as an annex."""

from contest.documents import phrases
from contest.documents.judged_facts import JudgedMatter, points
from contest.documents.paper import Annex, Column, Paper, Table, Text, bases
from core import writing


def paper(matter: JudgedMatter) -> Paper:
    """Return the decision on the prizes of entries."""
    office = matter.office
    given = [one for one in matter.prizes if one.entry is not None]
    return Paper(
        head=office.head("QĐ", matter.number, matter.on),
        name="Quyết định",
        subject=f"Về việc công nhận kết quả và trao giải {matter.subject}",
        bases=_bases(matter),
        blocks=(
            Text("QUYẾT ĐỊNH:", "b", is_centred=True),
            Text(
                f"Công nhận kết quả và trao {writing.number(len(given))} giải {matter.subject}"
                " (có danh sách kèm theo).",
                lead="Điều 1.",
            ),
            Text(
                "Các tập thể, cá nhân có bài dự thi đạt giải tại Điều 1 được cấp giấy chứng nhận"
                " và hưởng mức thưởng theo Thể lệ. Kinh phí chi từ nguồn kinh phí tổ chức.",
                lead="Điều 2.",
            ),
            Text(
                "Quyết định này có hiệu lực kể từ ngày ký. Các thành viên Ban Tổ chức, Ban Giám"
                " khảo, Tổ Thư ký và các tập thể, cá nhân có tên tại Điều 1 chịu trách nhiệm thi"
                " hành Quyết định này./.",
                lead="Điều 3.",
            ),
            Annex("DANH SÁCH BÀI DỰ THI ĐẠT GIẢI", _note(matter)),
            _table(matter),
            Text(f"Danh sách này có {writing.number(len(given))} giải./."),
        ),
        signatures=(office.signature(),),
        recipients=office.recipients_of("Như Điều 3"),
        origin=matter.origin,
        tables=(_table(matter),),
    )


def _table(matter: JudgedMatter) -> Table:
    columns = (
        Column("STT", 0.7, is_centred=True),
        Column("Giải", 2),
        Column("Mã số", 1, is_centred=True),
        Column("Đơn vị", 2.6),
        Column("Bài dự thi", 3.4),
        Column("Kết quả", 1.1, is_centred=True),
        Column("Mức thưởng (đồng)", 1.6, is_centred=True),
    )
    given = [one for one in matter.prizes if one.entry is not None]
    rows = tuple(
        (
            at,
            one.title,
            one.entry.code,
            one.entry.name,
            one.entry.title,
            points(one.entry.result),
            one.value or "",
        )
        for at, one in enumerate(given, start=1)
        if one.entry is not None
    )
    return Table("Danh sách đạt giải", columns, rows)


def _bases(matter: JudgedMatter) -> tuple[str, ...]:
    office = matter.office
    own = [f"Căn cứ {line.removeprefix('Căn cứ ')}" for line in office.bases.splitlines() if line]
    if office.issued_by:
        title = phrases.contest_named(matter.contest)
        own.append(f"Căn cứ Thể lệ {title} ban hành kèm theo {office.issued_by}")
    own.append(f"Căn cứ Biên bản về việc chấm thi {matter.subject}")
    own.append("Theo đề nghị của Ban Giám khảo")
    return bases(own)


def _note(matter: JudgedMatter) -> str:
    number = matter.number or "....."
    day = writing.document_date(matter.on) if matter.on else "ngày ..... tháng ..... năm ......."
    sign = matter.office.head("QĐ", number, matter.on).sign.removeprefix("Số: ")
    return f"(Kèm theo Quyết định số {sign} {day} của {matter.office.capacity_named})"

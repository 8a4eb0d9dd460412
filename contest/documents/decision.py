"""Quyết định công nhận kết quả: the bases, the articles, and the winners as an annex."""

from contest.documents import phrases, winners
from contest.documents.facts import Matter
from contest.documents.paper import Paper, Text, bases
from core import writing


def paper(matter: Matter) -> Paper:
    """Return the decision; what it decides stands in its annex."""
    office, round_ = matter.office, matter.of_round
    named = phrases.subject(matter)
    people = [one for one in round_.winners if not one.is_unit]
    units = [one for one in round_.winners if one.is_unit]
    counted = [
        f"{phrases.number(len(found))} {whom}"
        for found, whom in ((people, "cá nhân"), (units, "tập thể"))
        if found
    ]
    return Paper(
        head=office.head("QĐ", matter.number, matter.on),
        name="Quyết định",
        subject=f"Về việc công nhận kết quả {named}",
        bases=_bases(matter),
        blocks=(
            Text("QUYẾT ĐỊNH:", "b", is_centred=True),
            Text(
                f"Công nhận kết quả {named} đối với {phrases.joined(counted)} đạt giải"
                " (có danh sách kèm theo).",
                lead="Điều 1.",
            ),
            Text(
                "Các cá nhân, tập thể có tên tại Điều 1 được cấp giấy chứng nhận và hưởng mức"
                " thưởng theo Thể lệ Cuộc thi. Kinh phí chi từ nguồn kinh phí tổ chức Cuộc thi.",
                lead="Điều 2.",
            ),
            Text(
                "Quyết định này có hiệu lực kể từ ngày ký. Các thành viên Ban Tổ chức, Tổ Thư ký,"
                " các đơn vị liên quan và các cá nhân, tập thể có tên tại Điều 1 chịu trách nhiệm"
                " thi hành Quyết định này./.",
                lead="Điều 3.",
            ),
            *winners.annex(matter, _note(matter)),
        ),
        signatures=(office.signature(),),
        recipients=office.recipients_of("Như Điều 3"),
        origin=phrases.origin(round_),
    )


def _bases(matter: Matter) -> tuple[str, ...]:
    office, named = matter.office, phrases.subject(matter)
    own = [f"Căn cứ {line.removeprefix('Căn cứ ')}" for line in office.bases.splitlines() if line]
    if office.issued_by:
        title = phrases.contest_named(matter.contest.title)
        own.append(f"Căn cứ Thể lệ {title} ban hành kèm theo {office.issued_by}")
    own.append(f"Căn cứ Biên bản về việc xác định kết quả {named}")
    own.append("Theo đề nghị của Tổ Thư ký Cuộc thi")
    return bases(own)


def _note(matter: Matter) -> str:
    number = matter.number or "....."
    day = writing.document_date(matter.on) if matter.on else "ngày ..... tháng ..... năm ......."
    head = matter.office.head("QĐ", number, matter.on)
    sign = head.sign.removeprefix("Số: ")
    return f"(Kèm theo Quyết định số {sign} {day} của {matter.office.capacity_named})"

"""Kế hoạch tổ chức: what a leading agency sends round before a contest, from its configuration."""

from contest.documents import phrases
from contest.documents.facts import Matter, RulesFacts
from contest.documents.paper import Block, Items, Paper, Text

DOTS = "…" * 30


def paper(matter: Matter) -> Paper:
    """Return the plan; hours and bodies come from the contest, the rest is left to be written."""
    office, title = matter.office, phrases.contest_named(matter.contest.title)
    return Paper(
        head=office.head("KH", matter.number, matter.on),
        name="Kế hoạch",
        subject=f"Tổ chức {title}",
        blocks=(*_lead(matter), *_aims(matter), *_content(matter), *_work(matter), *_money(matter)),
        signatures=(office.signature(),),
        recipients=office.recipients_of("Các đơn vị dự thi"),
    )


def _lead(matter: Matter) -> list[Block]:
    bases = [line.strip().rstrip(";.") for line in matter.office.bases.splitlines() if line.strip()]
    if not bases:
        return []
    based = "; ".join(line.removeprefix("Căn cứ ") for line in bases)
    title = phrases.contest_named(matter.contest.title)
    return [
        Text(
            f"Thực hiện {based}; {matter.office.capacity_named} xây dựng kế hoạch tổ chức"
            f" {title} như sau:"
        )
    ]


def _aims(matter: Matter) -> list[Block]:
    title = phrases.contest_named(matter.contest.title)
    return [
        Text("I. MỤC ĐÍCH, YÊU CẦU", "b"),
        Text(
            f"{title} nhằm nâng cao nhận thức về cải cách hành chính; việc tổ chức phải khách"
            " quan, công bằng, tiết kiệm, đúng Thể lệ và bảo vệ dữ liệu cá nhân của người dự thi.",
            lead="1.",
        ),
        Text(DOTS, lead="2."),
    ]


def _content(matter: Matter) -> list[Block]:
    rules = matter.rules or RulesFacts()
    windows = [f"{title}: {said}" for one in rules.rounds for title, said in one.windows]
    said: list[Block] = [Text("II. NỘI DUNG", "b")]
    said += [Text("Đối tượng dự thi", lead="1."), Text(rules.eligibility or DOTS)]
    said += [Text("Thời gian", lead="2."), Items(tuple(windows)) if windows else Text(DOTS)]
    return [*said, Text("Cách thức thi, xếp hạng và giải thưởng theo Thể lệ Cuộc thi.", lead="3.")]


def _work(matter: Matter) -> list[Block]:
    contest = matter.contest
    leads = phrases.joined(contest.leads) or DOTS
    said: list[Block] = [
        Text("III. TỔ CHỨC THỰC HIỆN", "b"),
        Text(f"{leads}: chủ trì tổ chức; tổng hợp kết quả, báo cáo cấp có thẩm quyền.", lead="1."),
    ]
    if contest.partners:
        partners = phrases.joined(contest.partners)
        said.append(
            Text(f"{partners}: phối hợp tổ chức theo chức năng, nhiệm vụ được giao.", lead="2.")
        )
    said.append(
        Text(
            "Thủ trưởng các cơ quan, đơn vị: phổ biến Thể lệ, chỉ đạo người của đơn vị dự thi"
            " đúng hạn; báo cáo kết quả, khó khăn, vướng mắc về đơn vị chủ trì.",
            lead=f"{len(said)}.",
        )
    )
    return said


def _money(matter: Matter) -> list[Block]:
    lines = [line for line in matter.office.funding.splitlines() if line.strip()]
    said = [Text(line) for line in lines] or [
        Text(f"Từ ngân sách nhà nước: {DOTS[:15]} đồng; ngoài ngân sách: {DOTS[:15]} đồng.")
    ]
    title = phrases.contest_named(matter.contest.title)
    return [
        Text("IV. KINH PHÍ", "b"),
        *said,
        Text(f"Trên đây là Kế hoạch tổ chức {title}; đề nghị các đơn vị phối hợp thực hiện./."),
    ]

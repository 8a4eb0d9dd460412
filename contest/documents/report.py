"""Báo cáo kết quả thực hiện (clause IV of the plan): five parts and an annex of figures."""

from contest.documents import phrases
from contest.documents.facts import Matter, RoundFacts, UnitFigures
from contest.documents.office import Office
from contest.documents.paper import Annex, Block, Column, Items, Paper, Table, Text
from contest.rules import participating

LOW = 30
DOTS = "…" * 30
_FUNDING: list[Block] = [
    Text(f"Từ ngân sách nhà nước: {DOTS[:15]} đồng."),
    Text(f"Ngoài ngân sách: {DOTS[:15]} đồng."),
]
# The measures of the plan on communicating the reform, clause III, in their order.
MEASURES = (
    "Công khai quy định, thủ tục hành chính, văn bản quy phạm pháp luật",
    "Thông điệp, chuyên mục, chuyên trang trên phương tiện thông tin đại chúng",
    "Pa nô, áp phích, tờ gấp, cẩm nang; tuyên truyền tổng hợp ở vùng sâu, vùng xa",
    "Đài truyền thanh, truyền hình và hệ thống truyền thanh cơ sở",
    "Cuộc thi sân khấu hóa về cải cách hành chính",
    "Phong trào “3 trách nhiệm” trong cán bộ, đoàn viên, công chức, viên chức",
    "Hội thi ứng dụng công nghệ thông tin",
    "Tập huấn, bồi dưỡng; lồng ghép trong hội nghị",
    "Phối hợp với Mặt trận Tổ quốc và các đoàn thể",
)
MEASURE_COLUMNS = (
    Column("STT", 0.6, is_centred=True),
    Column("Biện pháp", 4),
    Column("Kết quả thực hiện", 4),
)
BANDS = (
    Column("Kết quả trả lời", 3),
    Column("Số người", 1, is_centred=True),
    Column("Tỷ lệ", 1, is_centred=True),
)
ROUNDS = (
    Column("STT", 0.6, is_centred=True),
    Column("Vòng thi", 1.6),
    Column("Thời gian", 3),
    Column("Số người", 1, is_centred=True),
    Column("Số lượt", 1, is_centred=True),
    Column("Đúng tất cả", 1, is_centred=True),
)
UNITS = (
    Column("STT", 0.6, is_centred=True),
    Column("Đơn vị", 3.6),
    Column("Biên chế có mặt", 1.2, is_centred=True),
    Column("Số người", 1, is_centred=True),
    Column("Số lượt", 1, is_centred=True),
    Column("Tỷ lệ (%)", 1, is_centred=True),
)


def paper(matter: Matter) -> Paper:
    """Return the report to those who asked for it."""
    office, contest = matter.office, matter.contest
    title = phrases.contest_named(contest.title)
    to = [line for line in office.reported_to.splitlines() if line.strip()]
    blocks: list[Block] = []
    if to:
        blocks.append(Text(f"Kính gửi: {phrases.joined(to)}", is_centred=True))
    return Paper(
        head=office.head("BC", matter.number, matter.on),
        name="Báo cáo",
        subject=f"Kết quả tổ chức {title}",
        blocks=(
            *blocks,
            *_guidance(matter),
            *_results(matter),
            *_judgement(matter),
            *_proposals(matter),
            *_annex(matter),
        ),
        signatures=(office.signature(),),
        recipients=office.recipients_of(*(f"{line} (để báo cáo)" for line in to)),
        origin=origin(matter),
    )


def origin(matter: Matter) -> str:
    """Say which computations of the results the report adds up."""
    runs = [
        f"{one.title}: lần tính số {one.run.number}, mã băm {one.run.digest[:16]}"
        for one in matter.contest.rounds
        if one.run
    ]
    return f"Số liệu lập từ kết quả hiện hành ({'; '.join(runs)})." if runs else ""


def _guidance(matter: Matter) -> list[Block]:
    contest, office = matter.contest, matter.office
    said: list[Block] = [Text("I. CÔNG TÁC CHỈ ĐẠO, TRIỂN KHAI", "b")]
    title = phrases.contest_named(contest.title)
    held = f"{title} do {phrases.joined(contest.leads)} chủ trì" if contest.leads else title
    if contest.partners:
        held += f", phối hợp với {phrases.joined(contest.partners)} tổ chức"
    said.append(Text(f"{held}."))
    if office.issued_by:
        said.append(Text(f"Thể lệ được ban hành kèm theo {office.issued_by}."))
    said += _paragraphs(office.guidance)
    return said


def _results(matter: Matter) -> list[Block]:
    contest, office = matter.contest, matter.office
    said: list[Block] = [
        Text("II. KẾT QUẢ THỰC HIỆN", "b"),
        Text(
            f"Qua {len(contest.rounds)} vòng thi có {phrases.number(contest.people)} người dự thi"
            f" với {phrases.number(contest.attempts)} lượt thi.",
            lead="1.",
        ),
    ]
    said += [Text(f"{one.title}: {_round_said(one)}") for one in contest.rounds if one.people]
    if contest.units:
        groups = [
            f"{len(phrases.with_people(units))}/{len(units)} {name}"
            for name, units in phrases.by_group(contest.units).items()
        ]
        full, low = phrases.whole(contest.units), phrases.below(contest.units, LOW)
        said.append(
            Text(
                f"Có {phrases.joined(groups)} có người dự thi; {len(full)} đơn vị đạt tỷ lệ 100%;"
                f" {len(low)} đơn vị có tỷ lệ dưới {LOW}% (chi tiết tại Phụ lục).",
                lead="2.",
            )
        )
    topics = _topics(contest.rounds)
    if topics:
        said += [Text("Tỷ lệ trả lời đúng theo lĩnh vực:", lead="3."), topics]
    lead = f"{4 if topics else 3}."
    return [*said, Text("Kết quả theo các biện pháp của Kế hoạch:", lead=lead), measures(office)]


def measures(office: Office) -> Table:
    """Return the nine measures of the plan, with what the office wrote of each."""
    told = dict(_numbered(line) for line in office.measures.splitlines() if line.strip())
    rows = tuple((at, name, told.get(at, "")) for at, name in enumerate(MEASURES, start=1))
    return Table("Biện pháp", MEASURE_COLUMNS, rows)


def _numbered(line: str) -> tuple[int, str]:
    """Return a line as (which measure, what was done): “5. Đã tổ chức …”."""
    number, _dot, said = line.strip().partition(".")
    return (int(number), said.strip()) if number.isdecimal() else (0, line)


def _round_said(round_: RoundFacts) -> str:
    said = (
        f"{phrases.number(round_.people)} người, {phrases.number(round_.attempts)} lượt"
        f" ({phrases.window(round_)})"
    )
    if round_.bands:
        best = round_.bands.bands[0]
        said += f"; {phrases.number(best.count)} người đúng tất cả"
        said += f", đạt {phrases.percent(best.share)}" if best.share is not None else ""
    if passed := phrases.passed(round_):
        said += f"; {passed}"
    return f"{said}."


def _topics(rounds: tuple[RoundFacts, ...]) -> Items | None:
    sums: dict[str, list[int]] = {}
    for round_ in rounds:
        for name, asked, correct in round_.topics:
            kept = sums.setdefault(name or "Lĩnh vực khác", [0, 0])
            kept[0] += asked
            kept[1] += correct
    if not sums:
        return None
    lines = [
        f"{name}: {phrases.percent(participating.share(correct, asked))};"
        for name, (asked, correct) in sums.items()
    ]
    return Items((*lines[:-1], lines[-1].rstrip(";") + "."))


def _judgement(matter: Matter) -> list[Block]:
    office = matter.office
    return [
        Text("III. ĐÁNH GIÁ", "b"),
        Text("Ưu điểm", lead="1."),
        *(_paragraphs(office.strengths) or [Text(DOTS)]),
        Text("Tồn tại, hạn chế và nguyên nhân", lead="2."),
        *(_paragraphs(office.weaknesses) or [Text(DOTS)]),
    ]


def _proposals(matter: Matter) -> list[Block]:
    office = matter.office
    return [
        Text("IV. KHÓ KHĂN, KIẾN NGHỊ", "b"),
        *(_paragraphs(office.proposals) or [Text(DOTS)]),
        *money(office.funding),
        Text(f"Trên đây là kết quả tổ chức {phrases.contest_named(matter.contest.title)}./."),
    ]


def money(said: str) -> list[Block]:
    """Return the part about money, from the budget and from elsewhere."""
    return [Text("V. KINH PHÍ", "b"), *(_paragraphs(said) or _FUNDING)]


def _paragraphs(text: str) -> list[Block]:
    return [Text(line) for line in text.splitlines() if line.strip()]


def _annex(matter: Matter) -> list[Block]:
    contest = matter.contest
    title = phrases.contest_named(contest.title)
    found: list[Block] = [Annex(f"Số liệu {title}", "(Kèm theo Báo cáo)")]
    rows = tuple(
        (
            at,
            one.title,
            phrases.window(one),
            one.people,
            one.attempts,
            one.bands.bands[0].count if one.bands else None,
        )
        for at, one in enumerate(contest.rounds, start=1)
    )
    found += [Text("1. Theo vòng thi", "b", is_indented=False), Table("Vòng thi", ROUNDS, rows)]
    if contest.units:
        heading = Text("2. Theo đơn vị", "b", is_indented=False)
        found += [heading, units_table(contest.units)]
    told = [one for one in contest.rounds if one.bands and one.bands.total]
    if told:
        found.append(Text("3. Phổ kết quả", "b", is_indented=False))
    for one in told:
        found += [Text(f"{one.title}:", is_indented=False), bands_table(one)]
    return found


def bands_table(round_: RoundFacts) -> Table:
    """Return how many people of a round lie in each band of results."""
    bands = round_.bands.bands if round_.bands else ()
    rows = tuple((phrases.BANDS[one.name], one.count, phrases.percent(one.share)) for one in bands)
    return Table(f"Phổ kết quả {round_.title}", BANDS, rows)


def units_table(units: tuple[UnitFigures, ...]) -> Table:
    """Return units with their figures as a table."""
    rows = tuple(
        (at, one.name, one.headcount, one.people, one.attempts, one.rate)
        for at, one in enumerate(units, start=1)
    )
    return Table("Đơn vị", UNITS, rows)

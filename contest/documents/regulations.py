"""Thể lệ: the rules of a contest, generated from the configuration that runs it."""

from collections.abc import Sequence

from contest.documents import phrases
from contest.documents.facts import Matter, RoundRules, RulesFacts
from contest.documents.paper import Block, Items, Paper, Text

EXCLUDED = (
    "Thành viên Ban Tổ chức, Tổ Thư ký, người soạn và thẩm định câu hỏi, giám khảo, giám thị và"
    " bộ phận kỹ thuật phục vụ Cuộc thi không được dự thi; hệ thống không nhận bài của những người"
    " này."
)
FORBIDDEN = (
    "Mỗi người chỉ dùng một tài khoản và khai đúng thông tin của mình; không thi hộ, không thi theo"
    " nhóm, không dùng công cụ tự động.",
    "Thông tin sai sự thật hoặc không liên lạc được thì kết quả không được công nhận.",
)
COUNTS = (
    "Câu trả lời được tính khi máy chủ nhận trước lúc hết giờ; hệ thống ghi nhận từng câu và tự nộp"
    " bài khi hết giờ. Giờ dùng để tính là giờ Việt Nam trên máy chủ; “24h00” của một ngày là thời"
    " điểm kết thúc ngày đó, tức 0h00 ngày kế tiếp."
)


def paper(matter: Matter) -> Paper:
    """Return the rules as articles; text and behaviour come from the same configuration."""
    rules = matter.rules or RulesFacts()
    office, contest = matter.office, matter.contest
    articles: list[tuple[str, list[Block]]] = [
        ("Tên và đơn vị tổ chức", _held(matter)),
        ("Đối tượng dự thi", _who(rules)),
        ("Thời gian", _when(rules)),
        *_rounds(rules.rounds),
        ("Giải thưởng", _paragraphs(rules.prizes)),
        ("Các hành vi không được phép", [*map(Text, FORBIDDEN)]),
        ("Dữ liệu cá nhân", _data(rules)),
        ("Khiếu nại và điều khoản thi hành", _last(rules)),
    ]
    blocks: list[Block] = []
    for at, (title, said) in enumerate([one for one in articles if one[1]], start=1):
        blocks += [Text(title, "b", lead=f"Điều {at}."), *said]
    return Paper(
        head=office.head("", "", matter.on),
        name="Thể lệ",
        subject=phrases.contest_named(contest.title),
        blocks=(*_issued(matter), *blocks),
        signatures=(office.signature(),),
        recipients=(),
    )


def _issued(matter: Matter) -> list[Block]:
    if not matter.office.issued_by:
        return []
    return [Text(f"(Ban hành kèm theo {matter.office.issued_by})", "i", is_centred=True)]


def _held(matter: Matter) -> list[Block]:
    contest = matter.contest
    said: list[Block] = [Text(f"Tên cuộc thi: {contest.title}.")]
    if contest.leads:
        said.append(Text(f"Đơn vị chủ trì: {phrases.joined(contest.leads)}."))
    if contest.partners:
        said.append(Text(f"Đơn vị phối hợp: {phrases.joined(contest.partners)}."))
    return said


def _who(rules: RulesFacts) -> list[Block]:
    said = _paragraphs(rules.eligibility)
    if rules.min_age and str(rules.min_age) not in rules.eligibility:
        said.append(Text(f"Người dự thi từ đủ {rules.min_age} tuổi trở lên."))
    if len(rules.blocks) > 1:
        said.append(Text(f"Người dự thi được chia theo khối: {phrases.joined(rules.blocks)}."))
    return [*said, Text(EXCLUDED)]


def _when(rules: RulesFacts) -> list[Block]:
    windows = [f"{title}: {said}" for one in rules.rounds for title, said in one.windows]
    return [Items(tuple(windows)), Text(COUNTS)] if windows else []


def _rounds(rounds: Sequence[RoundRules]) -> list[tuple[str, list[Block]]]:
    """Return an article on how rounds are held, for each group of rounds held alike."""
    found: list[tuple[str, list[Block]]] = []
    for one in rounds:
        of = phrases.joined([title for title, _said in one.windows])
        title = "Cách thức thi và xếp hạng" + (f" ({of})" if len(rounds) > 1 else "")
        said: list[Block] = []
        for at, (name, lines) in enumerate([part for part in one.parts if part[1]], start=1):
            said.append(Text(" ".join(lines), lead=f"{at}. {name}."))
        found.append((title, said))
    return found


def _data(rules: RulesFacts) -> list[Block]:
    asked = ["họ và tên", "cách liên lạc", "đơn vị", *rules.asked]
    return [
        Text(
            f"Ban Tổ chức thu thập {phrases.joined(asked)} để tổ chức cuộc thi, xếp hạng và trao"
            " giải. Trên các bảng công khai, họ tên được che bớt; họ tên đầy đủ của người đạt giải"
            " chỉ được công bố khi người đó đồng ý."
        )
    ]


def _last(rules: RulesFacts) -> list[Block]:
    said = _paragraphs(rules.more)
    contact = f" Liên hệ: {rules.contact}." if rules.contact else ""
    said.append(
        Text(
            "Mọi thắc mắc, khiếu nại về kết quả được gửi về Ban Tổ chức; quyết định của Ban Tổ"
            f" chức là quyết định cuối cùng.{contact}"
        )
    )
    said.append(
        Text(
            "Thể lệ này có hiệu lực kể từ ngày ký. Trong quá trình thực hiện, Ban Tổ chức có thể"
            " sửa đổi, bổ sung và thông báo công khai trước khi áp dụng./."
        )
    )
    return said


def _paragraphs(text: str) -> list[Block]:
    """Return typed text as paragraphs and lists, the marks of its bold words left out."""
    found: list[Block] = []
    items: list[str] = []
    for line in [*text.replace("**", "").splitlines(), ""]:
        plain = line.strip()
        if plain.startswith(("- ", "* ")):
            items.append(plain[2:].strip())
            continue
        if items:
            found.append(Items(tuple(items)))
            items = []
        if plain:
            found.append(Text(plain.lstrip("# ")))
    return found

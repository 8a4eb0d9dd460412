"""The statistics of a round's questions written out; what a few people did is left out."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from accounts import auditing
from accounts.models import Account
from contest import domains
from contest.domains import Domain
from contest.models import Round
from contest.rules import figuring, withholding
from contest.rules.figuring import Known
from contest.rules.withholding import FEWEST
from core import sheets
from core.db import atomic
from core.sheets import Leaf, Value
from questions import findings
from questions.findings import Line
from questions.rules.flagging import Flag

Say = Callable[[str], str]
FEW = f"< {FEWEST}"
WITHHELD = "ẩn"
# The sheets are official documents: their words are Vietnamese whatever the reader's language.
FLAGS = {
    Flag.TOO_EASY: "Quá dễ",
    Flag.TOO_HARD: "Quá khó",
    Flag.WEAK: "Phân biệt kém",
    Flag.MISKEYED: "Có thể sai đáp án",
    Flag.UNUSED: "Có phương án không ai chọn",
}
ITEMS = (
    "Mã câu", "Bản", "Câu hỏi", "Lĩnh vực", "Mức độ", "Số bài (n)", "Độ khó (% điểm đạt)",
    "Chỉ số phân biệt (%)", "Hiệu quả phân biệt (%)", "Trọng số thực (%)",
    "Chênh lệch nhóm 27% (%)", "Tương quan câu – phần còn lại", "Rasch b", "2PL a", "2PL d",
    "Cảnh báo",
)  # fmt: skip
OPTIONS = (
    "Mã câu", "Bản", "Phương án", "Đáp án", "Số lượt chọn", "Tỷ lệ (%)",
    "Tương quan với phần còn lại",
)  # fmt: skip
DOMAINS = (
    "Lĩnh vực", "Khối đơn vị", "Nhóm đối tượng", "Số người", "Tỷ lệ điểm đạt (%)",
)  # fmt: skip
TEST = (
    ("n", "Số bài tính (n)", 0),
    ("items", "Số câu khác nhau đã hỏi", 0),
    ("slots", "Số câu trong một đề", 1),
    ("mean", "Điểm trung bình", 2),
    ("deviation", "Độ lệch chuẩn", 2),
    ("skewness", "Độ lệch (skewness)", 3),
    ("kurtosis", "Độ nhọn (kurtosis)", 3),
    ("alpha", "Hệ số nhất quán nội tại (%)", 1),
    ("error_ratio", "Tỷ lệ sai số (%)", 1),
    ("standard_error", "Sai số chuẩn (điểm)", 2),
    ("kr20", "KR-20", 3),
    ("kr21", "KR-21", 3),
)


@atomic()
def record(round_: Round, actor: Account) -> None:
    """Write down that somebody takes the statistics out."""
    auditing.record(
        actor, "statistics.exported", f"round:{round_.public_id}", log=round_.contest.log
    )


def workbook(round_: Round, say: Say) -> bytes:
    """Return the statistics as a workbook: items, options, domains, the test.

    `say` puts the names of unit kinds and categories into words.
    """
    lines = findings.lines_of(round_.public_id)
    test = findings.test_of(round_.public_id)
    figures = test.figures if test else {}
    return sheets.write_book(
        [
            Leaf("Câu hỏi", ITEMS, map(_item, lines)),
            Leaf("Phương án", OPTIONS, _options(lines)),
            Leaf("Lĩnh vực", DOMAINS, _domains(domains.read(figures), say)),
            Leaf("Bài thi", ("Nội dung", "Giá trị"), _test(figures)),
        ]
    )


def _item(line: Line) -> list[Value]:
    """Return the row of an item; one that too few people were asked has no figures."""
    return [
        line.code,
        line.number,
        line.stem,
        line.topic,
        line.difficulty,
        line.statistic.n if line.statistic.n >= FEWEST else FEW,
        line.figure("facility"),
        line.figure("discrimination"),
        line.figure("efficiency"),
        line.figure("weight", 2),
        line.figure("upper_lower"),
        line.figure("corrected", 3),
        line.figure("difficulty", 3),
        line.figure("slope", 3),
        line.figure("intercept", 3),
        ", ".join(FLAGS[flag] for flag in line.flags),
    ]


def _options(lines: list[Line]) -> Iterator[list[Value]]:
    for line in lines:
        for option in line.statistic.figures.get("options", []):
            is_few = option["count"] < FEWEST
            yield [
                line.code,
                line.number,
                option["id"].upper(),
                "x" if option["is_key"] else "",
                FEW if is_few else option["count"],
                None if is_few else findings.rounded(100 * option["share"]),
                None if is_few else findings.shown(option, "correlation", 3),
            ]


def _domains(rows: list[Domain], say: Say) -> Iterator[list[Value]]:
    """Yield the domains; a group withheld in one is withheld in all, or the others told of it."""
    known = {
        (row.topic, row.unit_kind or "", row.category or ""): Known(row.people) for row in rows
    }
    hidden = withholding.withheld(figuring.group_sizes(known))
    for row in rows:
        is_hidden = (row.unit_kind or "", row.category or "") in hidden
        yield _domain(row, say, is_hidden=is_hidden)


def _domain(row: Domain, say: Say, *, is_hidden: bool) -> list[Value]:
    return [
        row.topic or "(chưa xếp lĩnh vực)",
        say(row.unit_kind.label) if row.unit_kind else "(không có đơn vị)",
        say(row.category.label) if row.category else "(không rõ)",
        WITHHELD if is_hidden else row.people,
        None if is_hidden else row.share,
    ]


def _test(figures: Mapping[str, Any]) -> Iterator[list[Value]]:
    for name, words, places in TEST:
        yield [words, findings.shown(figures, name, places)]


def file_name(round_: Round) -> str:
    """Return the name under which the file is saved."""
    return f"phan-tich-cau-hoi-{round_.contest.slug}-vong-{round_.number}.xlsx"

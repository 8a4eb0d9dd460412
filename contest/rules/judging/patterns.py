"""Protocols to start from: the contest of software, the contest on a stage, the movement.

Their words are official and therefore Vietnamese; organisers change them until they are sealed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from contest.rules.judging import rubric, sealing
from contest.rules.judging.deducting import TimeRule
from contest.rules.judging.deviating import DeviationRule
from contest.rules.judging.rubric import Criterion, Level, Rubric
from contest.rules.judging.sealing import Protocol
from contest.rules.judging.terms import Rule, Terms
from contest.rules.judging.ties import ChainStep, TieStep
from core.text import N_

_QUARTER = Decimal("0.25")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A protocol to start from, what it is called, and what goes with it."""

    key: str
    title: str
    protocol: Protocol
    judges_each: int
    is_blind: bool = True


def every() -> tuple[Pattern, ...]:
    """Return all patterns."""
    return _PATTERNS


def find(key: str) -> Pattern:
    """Return the pattern of that key; the first where there is none."""
    return next((one for one in _PATTERNS if one.key == key), _PATTERNS[0])


def with_lots(protocol: Protocol, seed: bytes) -> Protocol:
    """Return the protocol with the digest of the seed of its lots; an empty seed is none."""
    return replace(protocol, seed_digest=sealing.seed_digest(seed) if seed else "")


def _heading(id_: str, title: str, *parts: Criterion) -> Criterion:
    return Criterion(id_, title, parts=parts)


def _part(id_: str, title: str, most: int, levels: Mapping[int, str] | None = None) -> Criterion:
    told = tuple(Level(Decimal(at), text) for at, text in (levels or {}).items())
    return Criterion(id_, title, most=Decimal(most), step=_QUARTER, levels=told)


def _chain(criterion: str) -> tuple[ChainStep, ...]:
    return (
        ChainStep(TieStep.CRITERION, criterion),
        ChainStep(TieStep.MEDIAN),
        ChainStep(TieStep.HEAD_TO_HEAD),
        ChainStep(TieStep.LOT),
    )


def _deviation(whole: Rubric) -> DeviationRule:
    return DeviationRule(Decimal(10), most=whole.whole)


_SOFTWARE = rubric.points(
    (
        _part(
            "sang-tao",
            "Tính mới, tính sáng tạo",
            35,
            {0: "Đã có giải pháp tương tự", 20: "Có điểm mới rõ rệt", 30: "Mới hoàn toàn"},
        ),
        _part(
            "thuc-te",
            "Khả năng áp dụng thực tế",
            30,
            {0: "Mới là ý tưởng", 15: "Đã chạy thử ở một đơn vị", 25: "Đang dùng hằng ngày"},
        ),
        _part("do-kho", "Độ khó, trình độ kỹ thuật", 20),
        _part("giao-dien", "Giao diện, dễ sử dụng cho người dân", 10),
        _part("tai-lieu", "Tài liệu, hướng dẫn sử dụng", 5),
    )
)
_STAGE = rubric.points(
    (
        _heading(
            "noi-dung",
            "I. Nội dung",
            _part(
                "chu-de",
                "Đúng chủ đề, đúng quy định về cải cách hành chính",
                20,
                {0: "Đúng sáu nội dung cải cách; không sai căn cứ pháp lý"},
            ),
            _part(
                "thuc-tien",
                "Tính thực tiễn ở cơ sở",
                15,
                {0: "Tình huống có thật ở xã, phường; nêu được cách làm"},
            ),
            _part(
                "thong-diep",
                "Thông điệp và tính giáo dục",
                15,
                {0: "Người dân hiểu được quyền của mình"},
            ),
        ),
        _heading(
            "nghe-thuat",
            "II. Nghệ thuật",
            _part("kich-ban", "Kịch bản, kết cấu", 15, {0: "Mở, thắt, giải rõ ràng"}),
            _part("dien-xuat", "Diễn xuất", 15, {0: "Đều tay, thoại rõ, làm chủ sân khấu"}),
            _part(
                "phuc-trang",
                "Phục trang, đạo cụ, âm nhạc",
                10,
                {0: "Phù hợp; khuyến khích chất liệu văn hóa Tây Nguyên"},
            ),
        ),
        _heading(
            "to-chuc",
            "III. Thời gian và tổ chức",
            _part("dung-gio", "Đúng giờ, gọn gàng", 10, {0: "Điểm trừ quá giờ nhập riêng"}),
        ),
    )
)
_MOVEMENT = rubric.points(
    (
        _heading(
            "trach-nhiem",
            "I. Ba trách nhiệm",
            _part("voi-dan", "Trách nhiệm với Nhân dân", 25),
            _part("voi-viec", "Trách nhiệm với công việc", 25),
            _part("voi-to-chuc", "Trách nhiệm với tổ chức", 20),
        ),
        _heading(
            "lan-toa",
            "II. Kết quả và sức lan tỏa",
            _part("ket-qua", "Kết quả cụ thể, có số liệu kiểm chứng", 20),
            _part("nhan-rong", "Khả năng nhân rộng ở đơn vị khác", 10),
        ),
    )
)
_PATTERNS = (
    Pattern(
        "tin-hoc",
        N_("Contest of software and initiatives"),
        Protocol(
            _SOFTWARE,
            Terms(Rule.TRIMMED),
            _chain("sang-tao"),
            _deviation(_SOFTWARE),
        ),
        5,
    ),
    Pattern(
        "san-khau",
        N_("Contest on a stage"),
        Protocol(
            _STAGE,
            Terms(Rule.TRIMMED),
            _chain("chu-de"),
            _deviation(_STAGE),
            TimeRule(limit=12 * 60, grace=30, step=60, per_step=Decimal(1), most=Decimal(5)),
        ),
        5,
        is_blind=False,
    ),
    Pattern(
        "ba-trach-nhiem",
        N_("Movement “Three responsibilities”"),
        Protocol(_MOVEMENT, Terms(Rule.MEAN), _chain("voi-dan"), _deviation(_MOVEMENT)),
        3,
    ),
)

"""By what the demo's judged contests are judged, and what their entrants write."""

from decimal import Decimal

from contest.rules.judging import rubric
from contest.rules.judging.deducting import TimeRule
from contest.rules.judging.deviating import DeviationRule
from contest.rules.judging.rubric import Criterion, Level
from contest.rules.judging.sealing import Protocol
from contest.rules.judging.terms import RoundingStep, Rule, Stage, Terms
from contest.rules.judging.ties import ChainStep, TieStep

SAID = {
    "problem": "Người dân phải đi lại nhiều lần vì hồ sơ thiếu giấy tờ; cán bộ phải hướng dẫn "
    "miệng từng người, cuối ngày nhập lại vào sổ.",
    "solution": "Dùng dữ liệu đã có của hệ thống một cửa, điền sẵn những phần đã biết, kiểm tra "
    "thành phần hồ sơ trước khi nộp; chạy trên điện thoại, không cần cài đặt.",
    "effect": "Sau ba tháng dùng thử, số hồ sơ phải bổ sung giảm từ 31 xuống 12 trên 100 hồ sơ; "
    "thời gian ở quầy giảm còn một nửa.",
    "script": "Một buổi sáng ở Bộ phận Một cửa: ba người dân, hai cán bộ trẻ và một tờ khai. "
    "Tiếng cười đến từ thói quen cũ, cái kết từ một cách làm mới.",
}


def said(field: str) -> str:
    """Return what an entrant of the demo wrote into a field."""
    return SAID[field]


def first_round() -> Protocol:
    """Return the rules of the first round: panels with holes, severity balanced."""
    return Protocol(_it(), Terms(Rule.LEAST_SQUARES), _chain("use"))


def final() -> Protocol:
    """Return the rules of the final: the whole panel, highest and lowest left out."""
    deviation = DeviationRule(Decimal(15))
    return Protocol(_it(), _trimmed(), _chain("use"), deviation)


def stage() -> Protocol:
    """Return the rules of the stage: as the final, and a limit of twelve minutes."""
    criteria = (
        _group(
            "content",
            "Nội dung",
            _one("theme", "Đúng chủ đề, đúng quy định về CCHC", 20),
            _one("real", "Tính thực tiễn ở cơ sở", 15),
            _one("message", "Thông điệp và tính giáo dục", 15),
        ),
        _group(
            "art",
            "Nghệ thuật",
            _one("script", "Kịch bản, kết cấu", 15),
            _one("acting", "Diễn xuất", 15),
            _one("looks", "Phục trang, đạo cụ, âm nhạc", 10),
        ),
        _one("manner", "Tác phong, tổ chức đội thi", 10),
    )
    time = TimeRule(limit=12 * 60, grace=0, step=60, per_step=Decimal(1), most=Decimal(5))
    deviation = DeviationRule(Decimal(10))
    return Protocol(rubric.points(criteria), _trimmed(), _chain("theme"), deviation, time)


def _it() -> rubric.Rubric:
    return rubric.points(
        (
            _group(
                "new",
                "Tính mới, tính sáng tạo",
                _one("idea", "Ý tưởng mới so với cách làm hiện nay", 20),
                _one("craft", "Sáng tạo trong cách giải quyết", 15),
            ),
            _group(
                "use",
                "Khả năng áp dụng và hiệu quả",
                _one("apply", "Áp dụng được ngay ở cấp xã, sở, ngành", 15),
                _one("effect", "Hiệu quả đo được cho người dân và cán bộ", 15),
            ),
            _one("skill", "Công nghệ và mức độ khó", 20),
            _one("ease", "Giao diện, dễ dùng, tiếng Việt chuẩn", 10),
            _one("paper", "Hồ sơ, tài liệu", 5),
        )
    )


def _trimmed() -> Terms:
    return Terms(Rule.TRIMMED, roundings=(RoundingStep(Stage.RESULT),), drop=1)


def _chain(first: str) -> tuple[ChainStep, ...]:
    criterion = "apply" if first == "use" else first
    return (
        ChainStep(TieStep.CRITERION, criterion),
        ChainStep(TieStep.MEDIAN),
        ChainStep(TieStep.HEAD_TO_HEAD),
        ChainStep(TieStep.LOT),
    )


def _group(id_: str, title: str, *parts: Criterion) -> Criterion:
    return Criterion(id_, title, parts=parts)


def _one(id_: str, title: str, most: int) -> Criterion:
    return Criterion(id_, title, most=Decimal(most), levels=_levels(most))


def _levels(most: int) -> tuple[Level, ...]:
    whole = Decimal(most)
    told = ((Decimal(0), "Chưa đạt"), (whole * 5 / 10, "Đạt"), (whole * 8 / 10, "Tốt"))
    return tuple(Level(at, text) for at, text in told)

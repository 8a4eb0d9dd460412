"""By what the demo's judged contests are judged, and what their entrants write."""

from dataclasses import replace
from decimal import Decimal

from contest.rules.judging import patterns
from contest.rules.judging.deviating import DeviationRule
from contest.rules.judging.sealing import Protocol
from contest.rules.judging.terms import RoundingStep, Rule, Stage, Terms

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
    return replace(_IT, terms=Terms(Rule.LEAST_SQUARES), deviation=None)


def final() -> Protocol:
    """Return the rules of the final: the whole panel, highest and lowest left out."""
    return replace(_IT, terms=_TRIMMED, deviation=DeviationRule(Decimal(15)))


def stage() -> Protocol:
    """Return the rules of the stage: those of the pattern, results at two places."""
    return replace(patterns.find("san-khau").protocol, terms=_TRIMMED)


_IT = patterns.find("tin-hoc").protocol
_TRIMMED = Terms(Rule.TRIMMED, roundings=(RoundingStep(Stage.RESULT),), drop=1)

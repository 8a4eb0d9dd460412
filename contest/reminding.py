"""Reminding units of their quotas: the message to be sent, and the words of the official letter.

These are documents of the office: Vietnamese whatever the reader's language.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from contest.models import Contest, Round
from contest.quota_queries import UnitStand
from contest.rules.quotas import Status
from core import vietnam, writing


@dataclass(frozen=True, slots=True)
class Lack:
    """What a unit lacks of one quota, in words."""

    title: str
    asked: str
    taken: int
    of: int | None
    lacking: int


def lacks(stand: UnitStand) -> list[Lack]:
    """Return the quotas that a unit has not met, with how many people it lacks."""
    return [
        Lack(quota.title, asked(quota.count, quota.percent), cell.taken, cell.of, cell.lacking)
        for quota, cell in zip(stand.asked, stand.cells, strict=True)
        if cell.status in (Status.MISSED, Status.NEAR)
    ]


def asked(count: int | None, percent: int | None) -> str:
    """Return what a quota asks for: “ít nhất 1 người”, “từ 50%”, “đủ 100%”."""
    said = []
    if count is not None:
        said.append(f"ít nhất {count} người")
    if percent is not None:
        said.append(f"đủ {percent}%" if percent == 100 else f"từ {percent}%")
    return ", ".join(said)


def until(contest: Contest, round_: Round | None) -> datetime | None:
    """Return until when people can still take part: in the round, or in the last one."""
    if round_ is not None:
        return round_.closes_at
    return max((one.closes_at for one in contest.rounds), default=None)


def what_for(contest: Contest, round_: Round | None) -> str:
    """Return what the quotas are of: a round, or the contest."""
    return round_.title if round_ is not None else f"cuộc thi “{contest.title}”"


def message(contest: Contest, stand: UnitStand, round_: Round | None, *, at: datetime) -> str:
    """Return the message to a unit; thanks where nothing is lacking."""
    found = lacks(stand)
    if not found:
        return (
            f"Kính gửi {stand.unit.name}: đến {moment(at)}, đơn vị đã đạt đủ chỉ tiêu dự thi"
            f" {what_for(contest, round_)}. Ban Tổ chức trân trọng cảm ơn."
        )
    parts = "; ".join(f"{one.title}: {one.lacking} người" for one in found)
    ends = until(contest, round_)
    limit = f" (hạn {ending(ends)})" if ends is not None else ""
    return (
        f"Kính gửi {stand.unit.name}: đến {moment(at)}, đơn vị còn thiếu {parts}, để đạt chỉ tiêu"
        f" dự thi {what_for(contest, round_)}{limit}. Đề nghị đơn vị nhắc công chức, viên chức"
        " chưa thi hoàn thành đúng hạn."
    )


def behind(stands: Sequence[UnitStand]) -> list[UnitStand]:
    """Return the units to be reminded: those that have not met a quota."""
    return [one for one in stands if one.status in (Status.MISSED, Status.NEAR)]


def moment(at: datetime) -> str:
    """Write a moment as letters do: 10h42 ngày 18/11/2026."""
    return f"{vietnam.say_hour(at)} ngày {vietnam.say_day(vietnam.civil_day(at))}"


def ending(ends: datetime) -> str:
    """Write a moment at which something ends: 24h00 ngày 22/11/2026."""
    return f"{vietnam.say_end_hour(ends)} ngày {vietnam.say_day(vietnam.last_day(ends))}"


def day(value: date) -> str:
    """Write a day: 31/10/2026."""
    return vietnam.say_day(value)


def dated(at: datetime) -> str:
    """Write the day of a document: ngày 18 tháng 11 năm 2026."""
    return writing.document_date(vietnam.civil_day(at))

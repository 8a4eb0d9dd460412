"""The timetable written out as a workbook or as CSV; official, so in Vietnamese."""

from collections.abc import Iterable, Iterator

from accounts import auditing
from accounts.models import Account
from contest.models import Round
from contest.rules.timetable import TimedLine
from core import sheets
from core.db import atomic
from core.sheets import Value

HEADER = (
    "STT",
    "Ca thi",
    "Phòng thi",
    "Chỗ",
    "Máy",
    "SBD",
    "Họ và tên",
    "Thời gian làm bài (phút)",
    "Cộng thêm (phút)",
    "Lùi giờ (phút)",
    "Bắt đầu",
    "Hạn vào thi",
    "Kết thúc",
    "Kết thúc muộn nhất",
    "Cần sửa",
)
XLSX, CSV = "xlsx", "csv"


@atomic()
def record(round_: Round, actor: Account, *, form: str, in_full: bool) -> None:
    """Write down that somebody takes the timetable out, and whether with full names."""
    target = f"round:{round_.public_id}"
    log = round_.contest.log
    auditing.record(actor, "timetable.exported", target, log=log, form=form, personal_data=in_full)


def rows(lines: Iterable[TimedLine], limit_minutes: int) -> Iterator[list[Value]]:
    """Yield the timetable, one person a row."""
    for number, one in enumerate(lines, start=1):
        hours = one.times
        minutes = int(hours.minutes.total_seconds()) // 60
        yield [
            number,
            one.sitting.title,
            one.room.title if one.room else "",
            one.line.place,
            one.line.machine,
            one.line.number,
            one.line.name,
            minutes,
            minutes - limit_minutes,
            one.line.allowance.delay_seconds // 60,
            hours.begins,
            hours.last_start,
            hours.closes,
            hours.latest,
            "x" if one.findings else "",
        ]


def csv(lines: Iterable[TimedLine], limit_minutes: int) -> Iterator[bytes]:
    """Yield the timetable as a CSV file that Vietnamese Excel opens."""
    return sheets.write_csv(HEADER, rows(lines, limit_minutes))


def workbook(lines: Iterable[TimedLine], limit_minutes: int) -> bytes:
    """Return the timetable as a workbook."""
    return sheets.write_xlsx("Lịch thi", HEADER, rows(lines, limit_minutes))

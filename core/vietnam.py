"""The civil time of Viet Nam: its days, and its hours as offices write them, “24h00” among them."""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone

from core.saying import Sentence, Unreadable
from core.text import N_

# UTC+7 all the year, no summer time; a machine without a time zone database knows it too.
VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
DAY = timedelta(days=1)

WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)

_HOUR = r"(?P<hour>[0-9]{1,2})\s*(?::|h|g|giờ)\s*(?P<minute>[0-9]{2})?(?:\s*phút)?"
_WEEKDAY = r"(?:(?:thứ\s+\w+|chủ\s+nhật)\s*,?\s*)?"
_DATE = r"(?:ngày\s+)?(?P<day>[0-9]{1,2})[/.-](?P<month>[0-9]{1,2})[/.-](?P<year>[0-9]{4})"
_FORMS = (
    re.compile(rf"{_HOUR}\s*,?\s+{_WEEKDAY}{_DATE}", re.IGNORECASE),
    re.compile(rf"{_WEEKDAY}{_DATE}\s*,?\s+{_HOUR}", re.IGNORECASE),
    re.compile(
        r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
        r"[T ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})"
    ),
)


def civil_day(moment: datetime) -> date:
    """Return the calendar day that it is in Viet Nam at `moment`."""
    return moment.astimezone(VIETNAM).date()


def start_of_day(day: date) -> datetime:
    """Return 0h00 of `day` in Viet Nam, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=VIETNAM).astimezone(UTC)


def weekday(day: date) -> Sentence:
    """Return the name of the day of the week."""
    return Sentence(WEEKDAYS[day.weekday()])


def is_midnight(moment: datetime) -> bool:
    """Say whether a civil day ends, and the next begins, at `moment`."""
    return start_of_day(civil_day(moment)) == moment


def last_day(ends: datetime) -> date:
    """Return the last civil day that has a part before `ends`."""
    return civil_day(ends) - DAY if is_midnight(ends) else civil_day(ends)


def say_day(day: date) -> str:
    """Write a day: 22/11/2026."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def say_hour(moment: datetime) -> str:
    """Write the hour of a moment: 0h00, 07h30."""
    civil = moment.astimezone(VIETNAM)
    return f"{civil.hour:02d}h{civil.minute:02d}" if civil.hour else f"0h{civil.minute:02d}"


def say_end_hour(ends: datetime) -> str:
    """Write the hour at which something ends: 24h00 at midnight."""
    return "24h00" if is_midnight(ends) else say_hour(ends)


def say_moment(moment: datetime) -> str:
    """Write a moment at which something begins or happens: 0h00 23/11/2026."""
    return f"{say_hour(moment)} {say_day(civil_day(moment))}"


def say_end(ends: datetime) -> str:
    """Write a moment at which something ends: midnight is 24h00 of the day before."""
    return f"{say_end_hour(ends)} {say_day(last_day(ends))}"


def say_window(opens: datetime, closes: datetime) -> str:
    """Write a half-open stretch of time: 0h00 23/11/2026 – 24h00 29/11/2026."""
    return f"{say_moment(opens)} – {say_end(closes)}"


def parse_moment(text: str) -> datetime:
    """Read an hour and a day as people write them, and return the moment in UTC.

    Read are “24h00 22/11/2026”, “7 giờ 30 ngày 9/11/2026”, “09/11/2026 07:30”, whatever
    `say_moment` and `say_end` write, also with the day of the week between, and what a
    browser's own field sends.

    Raise `Unreadable` with what is wrong.
    """
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    found = next((match for form in _FORMS if (match := form.fullmatch(plain))), None)
    if found is None:
        example = Sentence(N_("Write the hour and the day, for example 24h00 22/11/2026."))
        raise Unreadable(example)
    parts = {name: int(value or 0) for name, value in found.groupdict().items()}
    day = _day(parts["year"], parts["month"], parts["day"])
    hour, minute = parts["hour"], parts["minute"]
    if minute > 59 or (hour, minute) > (24, 0):
        raise Unreadable(
            Sentence(
                N_("There is no such hour: %(hour)s. Hours go from 0h00 to 24h00."),
                {"hour": f"{hour}h{minute:02d}"},
            )
        )
    return start_of_day(day) + timedelta(hours=hour, minutes=minute)


def _day(year: int, month: int, day: int) -> date:
    if not 1900 <= year <= 2999:
        raise Unreadable(Sentence(N_("The year must have four digits, for example 2026.")))
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable(
            Sentence(
                N_("There is no day %(day)s. Write it as day/month/year, for example 22/11/2026."),
                {"day": f"{day:02d}/{month:02d}/{year:04d}"},
            )
        ) from None

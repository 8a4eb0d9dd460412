"""What is different in one person's time, in words."""

from datetime import datetime, timedelta

from flask_babel import gettext

from contest.rules.timing import Allowance, SittingWindow
from core import i18n
from core.saying import Sentence
from core.text import N_


def said(allowance: Allowance, sitting: SittingWindow, minutes: int, *, at: datetime) -> list[str]:
    """Return in words what is different in this person's time: more of it, later, or paused."""
    told = []
    if allowance.extra_seconds > 0:
        extra = timedelta(seconds=allowance.extra_seconds)
        whole = i18n.duration(extra + timedelta(minutes=minutes))
        more = gettext(
            "You have %(extra)s more than others: %(whole)s altogether.",
            extra=i18n.duration(extra),
            whole=whole,
        )
        told.append(more)
    if allowance.delay_seconds > 0:
        delay = i18n.duration(timedelta(seconds=allowance.delay_seconds))
        told.append(gettext("Your own start is %(delay)s later than the others'.", delay=delay))
    for pause in sitting.interruptions:
        if pause.ends_at > at:
            span = {"begins": pause.begins_at, "ends": pause.ends_at}
            message = N_(
                "From %(begins)s to %(ends)s the clock stands still; it costs you no time."
            )
            told.append(i18n.say(Sentence(message, span)))
    return told

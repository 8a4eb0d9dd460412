"""Appeals (phúc khảo): whether a round allows them, from when until when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.saying import Sentence
from core.text import N_


class AppealRegime(StrEnum):
    """Which rules an appeal follows: the contest's own, or those of examinations."""

    CONTEST = "contest"
    EXAM_COMPUTER = "exam_computer"
    EXAM_WRITTEN = "exam_written"


REGIME_NAMES = {
    AppealRegime.CONTEST: N_("A contest: its own rules say whether there are appeals"),
    AppealRegime.EXAM_COMPUTER: N_("An examination on computers: results at once, no appeals"),
    AppealRegime.EXAM_WRITTEN: N_("A written examination: appeals within 15 days of the results"),
}
# Days in which a written examination takes appeals, from the day the results are announced.
WRITTEN_DAYS = 15


class AppealStage(StrEnum):
    """Where the time for appeals stands."""

    NONE = "none"
    UPCOMING = "upcoming"
    OPEN = "open"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class AppealWindow:
    """What a round says about appeals. Both hours are empty where there are none."""

    regime: AppealRegime = AppealRegime.CONTEST
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    # From when the owner may see the result that is appealed against.
    results_at: datetime | None = None


def stage(now: datetime, window: AppealWindow) -> AppealStage:
    """Say whether an appeal may be made at `now`: never before the result may be seen."""
    if window.regime is AppealRegime.EXAM_COMPUTER:
        return AppealStage.NONE
    if window.opens_at is None or window.closes_at is None or window.results_at is None:
        return AppealStage.NONE
    if now >= window.closes_at:
        return AppealStage.OVER
    if now < max(window.opens_at, window.results_at):
        return AppealStage.UPCOMING
    return AppealStage.OPEN


def problems(window: AppealWindow) -> list[Sentence]:
    """Return what is wrong with the hours."""
    opens, closes = window.opens_at, window.closes_at
    if opens is None and closes is None:
        return []
    if window.regime is AppealRegime.EXAM_COMPUTER:
        return [Sentence(N_("Examinations on computers know no appeals."))]
    if opens is None or closes is None:
        return [Sentence(N_("Give both hours, or neither."))]
    found = []
    if closes <= opens:
        found.append(Sentence(N_("Appeals end after they begin.")))
    if window.regime is AppealRegime.EXAM_WRITTEN and (closes - opens).days < WRITTEN_DAYS:
        given = {"days": WRITTEN_DAYS}
        found.append(Sentence(N_("A written examination takes appeals for %(days)s days."), given))
    return found

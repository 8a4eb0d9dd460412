"""Settings of real contests to start from: what one says, and a round laid out by it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from contest.rules import predicting, ranking
from contest.rules.allowing import AttemptPolicy, Counts
from contest.rules.grouping import BlockSettings, Members
from contest.rules.predicting import Prediction
from contest.rules.ranking import RankingRule
from contest.rules.setting import RoundSettings
from contest.rules.totalling import OverallRule
from core.vietnam import DAY, civil_day, start_of_day

SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class Preset:
    """A real contest as settings; `weekday` is 1 for Monday, None where any day begins a round."""

    key: str
    title: str
    source: str
    note: str
    rounds: int
    opens: timedelta
    lasts: timedelta
    questions: int
    minutes: int
    policy: AttemptPolicy
    ranking: RankingRule
    prediction: Prediction | None = None
    weekday: int | None = None
    blocks: tuple[BlockSettings, ...] = ()
    min_age: int | None = None
    overall: OverallRule | None = None

    def opening(self, after: datetime) -> datetime:
        """Return when the first round opens that does not begin before `after`."""
        day = civil_day(after)
        for ahead in range(9):
            moment = start_of_day(day + ahead * DAY) + self.opens
            fits = self.weekday in (None, (day + ahead * DAY).isoweekday())
            if moment >= after and fits:
                return moment
        raise ValueError("a week has no such day")

    def laid_over(self, usual: RoundSettings) -> RoundSettings:
        """Return the settings of a round like this, from those it would have otherwise."""
        opens = self.opening(usual.opens_at)
        closes = opens + self.lasts
        return replace(
            usual,
            opens_at=opens,
            closes_at=closes,
            minutes=self.minutes,
            max_per_round=self.policy.max_in_round,
            max_per_day=self.policy.max_per_day,
            min_interval_minutes=self.policy.min_interval_minutes,
            counts=self.policy.counts,
            prediction=self.prediction,
            ranking=self.ranking,
            participant_results_at=closes + timedelta(hours=1),
        )


def read(entry: Mapping[str, Any]) -> Preset:
    """Return the preset that an entry of the file says.

    Raise `KeyError` or `ValueError` for one that does not say it whole.
    """
    hour, minute = str(entry["opens"]).split(":")
    prediction = entry.get("prediction")
    return Preset(
        key=entry["key"],
        title=entry["title"],
        source=entry["source"],
        note=entry["note"],
        rounds=entry["rounds"],
        opens=timedelta(hours=int(hour), minutes=int(minute)),
        lasts=timedelta(hours=entry["hours"]),
        questions=entry["questions"],
        minutes=entry["minutes"],
        policy=AttemptPolicy(
            max_in_round=entry.get("max_per_round"),
            max_per_day=entry.get("max_per_day"),
            min_interval_minutes=entry.get("min_interval_minutes", 0),
            counts=Counts(entry["counts"]),
        ),
        ranking=_ranking(entry["ranking"], shares=bool(entry.get("shares"))),
        prediction=None if prediction is None else predicting.read(prediction),
        weekday=entry.get("weekday"),
        blocks=tuple(
            BlockSettings(one["title"], Members(one["members"]), one.get("min_age"))
            for one in entry.get("blocks", ())
        ),
        min_age=entry.get("min_age"),
        overall=OverallRule(entry["overall"]) if "overall" in entry else None,
    )


def _ranking(keys: Sequence[str], *, shares: bool) -> RankingRule:
    written: list[dict[str, object]] = [{"key": "shared"}] if shares else []
    for key in keys:
        name, _, cut = key.partition(":")
        written.append({"key": name, "whole_seconds": cut == SECONDS})
    return ranking.read(written)

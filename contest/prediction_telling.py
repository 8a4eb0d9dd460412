"""What the page of a prediction sent after handing in says."""

from dataclasses import dataclass
from datetime import datetime

from contest import foretelling, showing
from contest.models import Attempt, AttemptKind


@dataclass(frozen=True, slots=True)
class Foretold:
    """What the page says; `until` is None once the prediction is locked."""

    attempt: str
    round_title: str
    question: str
    decimals: int
    until: datetime | None
    sent: str


def foretold(attempt: Attempt, *, at: datetime) -> Foretold | None:
    """Return the page of an own prediction; nothing where none is asked after handing in."""
    round_, config = attempt.round, foretelling.asked_of(attempt.round)
    if config is None or attempt.kind is AttemptKind.PRACTICE:
        return None
    return Foretold(
        attempt.public_id,
        round_.title,
        showing.say_prediction(round_, config),
        config.decimals,
        foretelling.open_until(attempt, at=at),
        showing.say_predicted(attempt.predicted),
    )

"""Who may start an official attempt at a moment: hours and attempt policy asked together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contest.rules import timing
from contest.rules.allowing import AttemptPolicy, EarlierAttempt, may_start
from contest.rules.timing import Allowance, AttemptTimes, PhaseName, RoundWindow, SittingWindow
from core.saying import Sentence
from core.text import N_

STANDS = Sentence(N_("The sitting is interrupted. You can start as soon as it goes on."))
VOIDED = Sentence(N_("Your place in this sitting was withdrawn. Please ask the proctor."))
_NOT_NOW = Sentence(N_("This is not possible now."))


@dataclass(frozen=True, slots=True)
class Hours:
    """What a round, a sitting and a person's allowance say about time."""

    round: RoundWindow
    sitting: SittingWindow
    allowance: Allowance

    def accepts_until(self, started_at: datetime) -> datetime:
        """Return until when an attempt started then takes answers; at once over for who may not."""
        until = timing.accepts_until(
            self.round, self.sitting, self.allowance, AttemptTimes(started_at)
        )
        return until or started_at


def refusal(
    hours: Hours, policy: AttemptPolicy, earlier: Sequence[EarlierAttempt], at: datetime
) -> Sentence | None:
    """Return why another attempt may not start at `at`; nothing when it may."""
    found = timing.phase(at, hours.round, hours.sitting, hours.allowance, None)
    if timing.halt(at, hours.sitting.interruptions) is not None:
        return STANDS
    if found.phase is PhaseName.UPCOMING:
        return Sentence(N_("It opens at %(moment)s."), {"moment": found.ends})
    if found.phase is not PhaseName.OPEN:
        return found.reasons[0] if found.reasons else _NOT_NOW
    verdict = may_start(policy, earlier, at)
    return None if verdict.allowed else verdict.reason or _NOT_NOW

"""What pages say of late answers and of what was decided about them, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from contest import late_queries
from contest.late_queries import LateAnswer, LateTold
from contest.models import Attempt, DecisionState, LateDecision, RoundState
from contest.rules import scoring
from contest.rules.lateness import RULES, LateRule
from core import i18n
from core.saying import Sentence
from core.text import N_

STATES: dict[DecisionState, tuple[str, str]] = {
    DecisionState.PROPOSED: (N_("waits for a second person"), "warn"),
    DecisionState.AGREED: (N_("agreed"), "ok"),
    DecisionState.REFUSED: (N_("refused"), "danger"),
    DecisionState.WITHDRAWN: (N_("taken back"), ""),
}


@dataclass(frozen=True, slots=True)
class DecisionTold:
    """A decision as a page shows it; the scores only once it is made."""

    row: LateDecision
    rule: str
    state: str
    kind: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class AttemptTold:
    """The late answers of an attempt, what was decided, and what can be decided now."""

    answers: Sequence[LateAnswer]
    decisions: Sequence[DecisionTold]
    waiting: LateDecision | None
    # Late answers that came after the newest decision looked.
    unseen: int
    is_final: bool
    is_running: bool

    @property
    def may_propose(self) -> bool:
        """Say whether a proposal can be made now."""
        return not (self.waiting or self.is_final or self.is_running) and bool(self.answers)


def of_attempt(attempt: Attempt) -> AttemptTold:
    """Return what the page about an attempt's late answers says, in two statements."""
    answers = late_queries.answers_of(attempt)
    decisions = late_queries.decisions_of(attempt)
    waiting = next((one for one in decisions if one.state is DecisionState.PROPOSED), None)
    held = next((one for one in decisions if one.state is not DecisionState.WITHDRAWN), None)
    return AttemptTold(
        answers,
        [_told(one) for one in decisions],
        waiting,
        len(answers) - held.seen if held else 0,
        attempt.round.state is RoundState.FINAL,
        attempt.submitted_at is None,
    )


def _told(one: LateDecision) -> DecisionTold:
    words, kind = STATES[one.state]
    return DecisionTold(
        one,
        say_rule(one.rule),
        i18n.say(Sentence(words)),
        kind,
        _points(one.before.get("score")),
        _points(one.after.get("score")),
    )


def say_rule(rule: LateRule) -> str:
    """Return in words what is proposed or decided."""
    return i18n.say(RULES[rule])


def say_to_owner(told: LateTold) -> str:
    """Return what the owner is told of the decision: made, awaited, or none yet."""
    decision = told.decision
    if decision is None or decision.state is DecisionState.REFUSED:
        return i18n.say(Sentence(N_("The organisers have not decided about them: none counts.")))
    if decision.state is DecisionState.PROPOSED:
        return i18n.say(Sentence(N_("Two people of the organisers are deciding about them.")))
    said = Sentence(N_("Two people decided %(moment)s:"), {"moment": decision.decided_at})
    return f"{i18n.say(said)} {say_rule(decision.rule)} {decision.reason}"


def _points(millionths: int | None) -> str:
    if millionths is None:
        return "–"
    return i18n.number(scoring.from_millionths(millionths).normalize())

"""Where a contest and its rounds stand, and what its organisers have to do next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contest.rules.timing import RoundState


class Stage(StrEnum):
    """Where a round stands, for those who hold it."""

    DRAFT = "draft"
    WAITING = "waiting"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
    COMPUTED = "computed"
    PUBLISHED = "published"
    FINAL = "final"


class StepName(StrEnum):
    """Something to be done by the organisers."""

    ADD_ROUND = "add_round"
    FILL_RULES = "fill_rules"
    CHOOSE_UNITS = "choose_units"
    SET_HEADCOUNTS = "set_headcounts"
    MAKE_READY = "make_ready"
    PUBLISH_CONTEST = "publish_contest"
    RESUME = "resume"
    COMPUTE = "compute"
    PUBLISH_RESULTS = "publish_results"
    SEAL = "seal"
    CONCLUDE = "conclude"


@dataclass(frozen=True, slots=True)
class RoundAt:
    """A round's hours and state; whether results were computed, and whether they are public.

    A judged round is sealed instead of made ready, and closed by its judges' sheets.
    """

    name: str
    public_id: str
    state: RoundState
    opens_at: datetime
    closes_at: datetime
    is_computed: bool = False
    is_public: bool = False
    is_judged: bool = False

    def stage(self, now: datetime) -> Stage:
        """Return where the round stands at `now`."""
        fixed = {RoundState.DRAFT: Stage.DRAFT, RoundState.FINAL: Stage.FINAL}
        if self.state in fixed:
            return fixed[self.state]
        if self.is_computed:
            return Stage.PUBLISHED if self.is_public else Stage.COMPUTED
        if now >= self.closes_at or self.state is RoundState.CLOSED:
            return Stage.CLOSED
        if self.state is RoundState.PAUSED:
            return Stage.PAUSED
        return Stage.OPEN if now >= self.opens_at else Stage.WAITING


@dataclass(frozen=True, slots=True)
class Step:
    """Something to be done; `round_id` and `round_name` are empty where it is no round's."""

    name: StepName
    round_id: str = ""
    round_name: str = ""


_OF_STAGE = {
    Stage.DRAFT: StepName.MAKE_READY,
    Stage.PAUSED: StepName.RESUME,
    Stage.CLOSED: StepName.COMPUTE,
    Stage.COMPUTED: StepName.PUBLISH_RESULTS,
}
_OF_JUDGED = {Stage.DRAFT: StepName.SEAL, Stage.CLOSED: StepName.CONCLUDE}


def steps(
    rounds: Sequence[RoundAt],
    now: datetime,
    *,
    is_public: bool,
    has_rules: bool,
    units: int,
    has_day: bool,
) -> list[Step]:
    """Return what is to be done, the pressing first; nothing when all goes its way."""
    found = [
        Step(names[stage], one.public_id, one.name)
        for one in rounds
        if (stage := one.stage(now)) in (names := _OF_JUDGED if one.is_judged else _OF_STAGE)
    ]
    asks_people = not rounds or any(not one.is_judged for one in rounds)
    wanted = (
        (not rounds, StepName.ADD_ROUND),
        (
            not is_public and any(one.state is RoundState.READY for one in rounds),
            StepName.PUBLISH_CONTEST,
        ),
        (not has_rules, StepName.FILL_RULES),
        (not units, StepName.CHOOSE_UNITS),
        (units > 0 and not has_day and asks_people, StepName.SET_HEADCOUNTS),
    )
    return found + [Step(name) for is_wanted, name in wanted if is_wanted]

"""What the projector and the operator's page of a round on stage show, and what comes next."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from contest import announcing, ballot_queries, parting, stage_queries
from contest.models import (
    EntryCategory,
    JudgedRound,
    Part,
    Performance,
    RoundEntry,
    SceneShown,
    Stage,
)
from contest.rules.judging import revealing, table
from contest.rules.judging.deducting import TimeRule
from contest.rules.judging.parts import PartKind
from contest.rules.judging.revealing import Shown
from contest.rules.judging.terms import Ranking
from contest.stage_queries import Run, Slips
from core import i18n

# Rows of the scoreboard that a hall can read, and what is left when the lights turn amber.
ROWS = 8
WARNED_SECONDS = 60
_SECOND_MS = 1000


class Next(StrEnum):
    """What the operator does next with the entry that is on."""

    DRAW = "draw"
    CALL = "call"
    BEGIN = "begin"
    GO_ON = "go_on"
    STOP = "stop"
    WAIT = "wait"
    REVEAL = "reveal"
    OVER = "over"


class Light(StrEnum):
    """The lights of the clock."""

    STILL = "still"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class ClockShown:
    """The clock of the entry that is on, at the moment of the page."""

    elapsed_ms: int
    is_running: bool
    is_over: bool
    rule: TimeRule | None

    @property
    def seconds(self) -> int:
        """Whole seconds so far."""
        return self.elapsed_ms // _SECOND_MS

    @property
    def limit(self) -> int:
        """How many seconds are allowed; 0 where the rules allow any."""
        return self.rule.limit if self.rule else 0

    @property
    def light(self) -> Light:
        """Which light is on."""
        if not self.elapsed_ms:
            return Light.STILL
        if self.limit and self.seconds >= self.limit:
            return Light.RED
        if self.limit and self.limit - self.seconds <= WARNED_SECONDS:
            return Light.AMBER
        return Light.GREEN


@dataclass(frozen=True, slots=True)
class Placed:
    """A row of the scoreboard."""

    place: int
    run: Run
    total: Decimal


@dataclass(frozen=True)
class Script:
    """A round on stage as it stands at a moment."""

    judged: JudgedRound
    stage: Stage
    runs: Sequence[Run]
    slips: Slips
    votes: Sequence[Part]
    cast: int
    at: datetime
    # Whether other parts give points beside what the hall is shown.
    has_parts: bool = False

    @cached_property
    def now(self) -> Run | None:
        """The entry that is on."""
        return next((run for run in self.runs if run.row.id == self.stage.entry_id), None)

    @cached_property
    def following(self) -> Run | None:
        """The entry that comes next in the running order: the first that was not revealed."""
        if not self.is_drawn:
            return None
        waiting = [run for run in self.runs if run.reveal is None and run is not self.now]
        return next((run for run in waiting if self._is_after(run)), next(iter(waiting), None))

    @property
    def is_drawn(self) -> bool:
        """Whether every entry has its place in the running order."""
        return bool(self.runs) and all(run.row.running_order for run in self.runs)

    @property
    def clock(self) -> ClockShown:
        """The clock of the entry that is on."""
        clock: Performance | None = self.now.performance if self.now else None
        rule = self.judged.declared.time
        if clock is None:
            return ClockShown(0, is_running=False, is_over=False, rule=rule)
        return ClockShown(
            clock.elapsed_ms(self.at),
            is_running=clock.running_since is not None,
            is_over=clock.ended_at is not None,
            rule=rule,
        )

    @property
    def next(self) -> Next:
        """What the operator does next."""
        if not self.is_drawn:
            return Next.DRAW
        if self.now is None or self.now.reveal is not None:
            return Next.CALL if self.following else Next.OVER
        return self._next_of_clock(self.clock)

    def _next_of_clock(self, clock: ClockShown) -> Next:
        if clock.is_running:
            return Next.STOP
        if clock.elapsed_ms and not clock.is_over:
            return Next.GO_ON
        if self.slips.is_full:
            return Next.REVEAL
        return Next.WAIT if clock.is_over else Next.BEGIN

    @cached_property
    def shown(self) -> Shown | None:
        """What stands revealed of the entry that is on."""
        reveal = self.now.reveal if self.now else None
        return None if reveal is None else revealing.read(reveal.shown)

    @cached_property
    def board(self) -> list[Placed]:
        """What was revealed so far, the best first; of one category where each has its places."""
        among = self.category
        known = [
            (run, self.total(run))
            for run in self.runs
            if among is None or run.row.entry.category_id == among.id
        ]
        totals = {str(run.row.id): total for run, total in known if total is not None}
        places = revealing.places(totals)
        rows = [
            Placed(places[str(run.row.id)], run, total) for run, total in known if total is not None
        ]
        return sorted(rows, key=lambda one: (one.place, one.run.row.running_order or 0))

    @property
    def category(self) -> EntryCategory | None:
        """The category whose places the hall sees: of the entry on stage, or of the last on it."""
        if self.judged.declared.ranking is Ranking.ROUND:
            return None
        revealed = [run for run in self.runs if run.reveal is not None]
        shown = self.now or (revealed[-1] if revealed else None)
        return shown.row.entry.category if shown is not None else None

    @property
    def revealed(self) -> int:
        """How many entries were revealed."""
        return sum(run.reveal is not None for run in self.runs)

    @property
    def vote(self) -> Part | None:
        """The vote that the screen invites to."""
        return next((one for one in self.votes if one.id == self.stage.part_id), None)

    @property
    def seal(self) -> str:
        """The digest of the rules, as people compare it."""
        return announcing.grouped(self.judged.digest[:12].upper())

    def name(self, row: RoundEntry) -> str:
        """Return what the hall knows an entry by: its unit; its code in a blind round."""
        if self.judged.is_blind or row.entry.unit is None:
            return row.entry.code or ""
        return row.entry.unit.name

    def total(self, run: Run) -> Decimal | None:
        """Return what an entry was revealed with; None before, or where the rule gives none yet."""
        if run.reveal is None or run.reveal.total is None:
            return None
        return table.from_billionths(run.reveal.total)

    @property
    def version(self) -> str:
        """What changes exactly when the screen or the operator's page says something else."""
        clock = self.now.performance if self.now else None
        state = (
            (self.stage.step, self.stage.scene, self.stage.is_dark, self.stage.entry_id),
            [(run.row.id, run.row.running_order, self.name(run.row)) for run in self.runs],
            (clock.running_since, clock.kept_ms, clock.ended_at) if clock else None,
            self.slips.slips,
            [run.reveal.digest if run.reveal else "" for run in self.runs],
            [(one.id, one.closes_at, one.opened_at) for one in self.votes],
            (self.cast, self.judged.digest, i18n.language()),
        )
        return hashlib.sha256(repr(state).encode()).hexdigest()[:32]

    def _is_after(self, run: Run) -> bool:
        here = self.now.row.running_order if self.now else 0
        return (run.row.running_order or 0) > (here or 0)


def script(judged: JudgedRound, *, at: datetime) -> Script:
    """Return a round on stage as it stands; nine statements at most, however many entries."""
    stage = stage_queries.stage_of(judged) or Stage(
        round_id=judged.round_id, scene=SceneShown.TITLE, is_dark=False, step=0, order_seed=""
    )
    runs = stage_queries.runs_in(judged)
    now = next((run.row for run in runs if run.row.id == stage.entry_id), None)
    parts = parting.parts_of(judged)
    votes = [one for one in parts if one.kind is PartKind.VOTED]
    asked = next((one for one in votes if one.id == stage.part_id), None)
    return Script(
        judged,
        stage,
        runs,
        stage_queries.slips_of(now) if now else Slips([]),
        votes,
        ballot_queries.cast_in(asked) if asked else 0,
        at,
        has_parts=len(parts) > 1,
    )

"""The health of a plan, before anybody judges: whether its entries can be compared, how surely."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from math import sqrt

from contest.rules.judging import assigning, connecting
from contest.rules.judging.connecting import Assigned, Component
from core.saying import Sentence
from core.text import N_

ANCHORS = 2
# A plan whose differences are so much less sure than a perfect one's deserves a word.
LOOSE = 1.25
# Loads may differ by so much before a word is said.
UNEVEN = 2


@dataclass(frozen=True, slots=True)
class Health:
    """What a plan promises.

    `cohesion` is how firmly the judges are linked, 0 where they fall apart. `pair_variance` is the
    mean variance of the difference of two entries in units of one score's, `floor` what a perfect
    plan with as many scores would reach; `error` the same as a standard error in points, where the
    noise of one score is known. None where entries cannot be compared.
    """

    parts: tuple[Component, ...]
    cohesion: float
    pair_variance: float | None
    floor: float
    error: float | None
    least_load: int
    most_load: int
    thinnest: int

    @property
    def is_connected(self) -> bool:
        """Whether all entries can be compared."""
        return len(self.parts) <= 1

    @property
    def is_loose(self) -> bool:
        """Whether another plan with as many scores would be much surer."""
        return self.pair_variance is not None and self.pair_variance > LOOSE * self.floor


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about a plan, the entries it is about, and what the plan would be then."""

    sentence: Sentence
    entries: tuple[str, ...]
    after: Health


def health(plan: Assigned, noise: float | None = None) -> Health:
    """Return the health of a plan: `plan[entry]` are the judges; `noise` is in points."""
    variance = connecting.pair_variance(plan)
    loads = assigning.loads(plan).values()
    seats = sum(len(set(panel)) for panel in plan.values())
    return Health(
        parts=tuple(connecting.components(plan)),
        cohesion=connecting.cohesion(plan),
        pair_variance=variance,
        floor=2 * len(plan) / seats if seats else 0.0,
        error=None if variance is None or noise is None else noise * sqrt(variance),
        least_load=min(loads, default=0),
        most_load=max(loads, default=0),
        thinnest=min((len(set(panel)) for panel in plan.values()), default=0),
    )


def advice(
    plan: Assigned,
    forbidden: Collection[tuple[str, str]] = (),
    noise: float | None = None,
    count: int = ANCHORS,
) -> Advice | None:
    """Advise on anchor entries, which every judge scores; None where none are needed.

    Where all judges score everything, or the plan is as sure as it can be, nothing is advised.
    """
    now = health(plan, noise)
    if now.is_connected and not now.is_loose:
        return None
    entries = connecting.anchors(plan, forbidden, count)
    after = health(connecting.anchored(plan, entries, forbidden), noise)
    if not now.is_connected:
        message = N_(
            "The plan falls into %(parts)s parts whose entries cannot be compared: add %(count)s"
            " anchor entries that every judge scores."
        )
        said = Sentence(message, {"parts": len(now.parts), "count": len(entries)})
    else:
        message = N_(
            "Judges have few entries in common: mix the panels, or add %(count)s anchor entries"
            " that every judge scores."
        )
        said = Sentence(message, {"count": len(entries)})
    return Advice(said, tuple(entries), after)


def remarks(plan: Assigned, wanted: int) -> list[Sentence]:
    """Return what else to look at: entries with too few judges, loads that differ."""
    now, found = health(plan), []
    thin = sorted(entry for entry, panel in plan.items() if len(set(panel)) < wanted)
    if thin:
        message = N_("%(count)s entries have fewer judges than agreed.")
        found.append(Sentence(message, {"count": len(thin)}))
    if now.most_load - now.least_load > UNEVEN:
        message = N_("Judges have from %(least)s to %(most)s entries: loads are uneven.")
        found.append(Sentence(message, {"least": now.least_load, "most": now.most_load}))
    return found


def replanned(
    request: assigning.Request,
    scored: Assigned,
    gone: Collection[str],
    seed: str,
) -> assigning.Assignment:
    """Return a plan after judges dropped out: what is scored stays, only the rest is assigned anew.

    `scored[entry]` are the judges whose score is in, those who are gone among them.
    """
    judges: Sequence[str] = [judge for judge in request.judges if judge not in set(gone)]
    kept = {entry: frozenset(panel) for entry, panel in scored.items()}
    return assigning.assigned(replace(request, judges=judges, kept=kept), seed)

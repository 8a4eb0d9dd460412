"""Weighing a judged result: every other rule, each judge left out, chance, agreement, severity."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import select

from accounts import auditing
from accounts.models import Account
from contest import judged_results
from contest.judged_results import Results
from contest.models import JudgedAnalysis, JudgedRound
from contest.rules.judging import agreeing, combining, observing, stability
from contest.rules.judging.combining import Outcome
from contest.rules.judging.terms import Missing, Rule
from core import jobs
from core.db import atomic, db
from core.jobs import Job

JOB = "contest.weighing"
PRIZES = 3
# Parts of the work, as progress tells them.
_STEPS = 5
Progress = Callable[[int, int], None]


def _nobody(done: int, total: int) -> None:
    """Tell nobody how far the work is."""


def _key(judged: JudgedRound) -> str:
    return f"{JOB}:{judged.round_id}"


@atomic()
def order(judged: JudgedRound, actor: Account, *, at: datetime) -> Job:
    """Let a job weigh the result as it is now."""
    payload = {"round_id": judged.round_id}
    job = jobs.enqueue(JOB, payload, at=at, key=_key(judged), owner=actor.id)
    target, log = f"round:{judged.round.public_id}", judged.round.contest.log
    auditing.record(actor, "judged.weighed", target, log=log)
    return job


def alive(judged: JudgedRound) -> Job | None:
    """Return the job that weighs the result by now; None if none does."""
    return db.session.scalar(select(Job).where(Job.key == _key(judged)))


def kept_of(judged: JudgedRound) -> JudgedAnalysis | None:
    """Return what was worked out last, perhaps of older sheets."""
    return db.session.get(JudgedAnalysis, judged.round_id)


def compute(round_id: int, *, at: datetime, progress: Progress = _nobody) -> str:
    """Weigh a result and keep the figures; return the digest of what they are of."""
    results = judged_results.results(db.session.get_one(JudgedRound, round_id))
    digest = judged_results.inputs_digest(results)
    figures = weigh(results, progress, seed=digest)
    _keep(round_id, digest, figures, at=at)
    return digest


@atomic()
def _keep(round_id: int, digest: str, figures: dict[str, Any], *, at: datetime) -> None:
    kept = db.session.get(JudgedAnalysis, round_id)
    if kept is None:
        kept = JudgedAnalysis(round_id=round_id)
        db.session.add(kept)
    kept.inputs_digest, kept.figures, kept.computed_at = digest, figures, at


def weigh(results: Results, progress: Progress = _nobody, *, seed: str = "") -> dict[str, Any]:
    """Return all figures of firmness of a result, as plain values."""
    scored, terms = results.scored, results.read.judged.declared.terms
    progress(0, _STEPS)
    by_rule = stability.every_rule(scored, terms)
    progress(1, _STEPS)
    without = stability.without_each(scored, terms, PRIZES)
    progress(2, _STEPS)
    chance = Random(seed)  # noqa: S311 -- no secret: anybody may draw it again
    chances = stability.chances(scored, terms, PRIZES, chance)
    progress(3, _STEPS)
    whole = combining.combined(scored, replace(terms, missing=Missing.REST))
    figures = {
        "declared": _outcome(whole),
        "by_rule": {rule.value: _outcome(one) for rule, one in by_rule.items()},
        "without": [
            {
                "judge": one.judge,
                "winners": one.outcome.winners,
                "moved": dict(one.moved),
                "new_winners": one.has_new_winners,
                "changes_prizes": one.changes_prizes,
            }
            for one in without
        ],
        "chances": {entry: list(row) for entry, row in chances.items()},
        "agreement": _agreement(results),
    }
    progress(4, _STEPS)
    figures["judges"] = [asdict(one) for one in observing.reports(scored, results.read.orders)]
    progress(_STEPS, _STEPS)
    return figures


def _outcome(one: Outcome) -> dict[str, Any]:
    refused = one.refused
    return {
        "values": {entry: str(value) for entry, value in one.values.items()},
        "places": one.places if one.values else {},
        "refused": None if refused is None else [refused.message, dict(refused.values)],
    }


def _agreement(results: Results) -> dict[str, float | None]:
    scored = results.scored
    intraclass, concordance = agreeing.intraclass(scored), agreeing.concordance(scored)
    return {
        "icc": intraclass.reliability if intraclass is not None else None,
        "w": concordance.w if concordance is not None else None,
        "chance": concordance.chance if concordance is not None else None,
        "alpha": agreeing.alpha_of(scored),
    }


def disagreeing(figures: Mapping[str, Any]) -> list[Rule]:
    """Return the rules that put other entries first than the declared one."""
    first = _winners(figures["declared"])
    rules = figures["by_rule"].items()
    return [Rule(rule) for rule, one in rules if one["places"] and _winners(one) != first]


def _winners(outcome: Mapping[str, Any]) -> set[str]:
    return {entry for entry, place in outcome["places"].items() if place == 1}

"""A round's configuration in plain words, and what to look at before the round is opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from contest.rules.allowing import AttemptPolicy, Counts
from contest.rules.predicting import Asked, Lock, Prediction, target_said
from contest.rules.ranking import Key, RankingRule
from core import vietnam
from core.saying import Sentence
from core.text import N_


class Level(StrEnum):
    """How much a remark weighs: `DANGER` keeps the round from opening."""

    DANGER = "danger"
    WARN = "warn"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Shortage:
    """A cell of the blueprint, by its name, with fewer items than it wants."""

    name: str | Sentence
    wanted: int
    available: int


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """What a round is set to. `excluded` counts the people kept from entering."""

    opens_at: datetime
    closes_at: datetime
    minutes: int
    questions: int
    policy: AttemptPolicy
    ranking: RankingRule
    prediction: Prediction | None = None
    practice_questions: int = 0
    participant_results_at: datetime | None = None
    public_results_at: datetime | None = None
    shortages: tuple[Shortage, ...] = ()
    excluded: int = 0
    # How many questions are kept out of the draw, in words.
    kept_out: tuple[Sentence, ...] = ()
    # The points that pass, the points of a whole paper where they are known, who may enter.
    pass_mark: Decimal | None = None
    points: Decimal | None = None
    entry: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to look at before a round is opened."""

    level: Level
    sentence: Sentence


def describe(plan: RoundPlan) -> list[Sentence]:
    """Say the configuration in sentences, fit for the rules text of the contest."""
    return [sentence for said in parts(plan).values() for sentence in said]


class Part(StrEnum):
    """What a sentence about a round is about."""

    WINDOW = "window"
    ENTRY = "entry"
    PAPER = "paper"
    ATTEMPTS = "attempts"
    PREDICTION = "prediction"
    RANKING = "ranking"
    PASSING = "passing"
    PRACTICE = "practice"
    RESULTS = "results"


def parts(plan: RoundPlan) -> dict[Part, list[Sentence]]:
    """Say the configuration, each sentence under what it is about."""
    return {
        Part.WINDOW: [_window(plan)],
        Part.ENTRY: list(plan.entry),
        Part.PAPER: [_paper(plan)],
        Part.ATTEMPTS: _attempts(plan.policy),
        Part.PREDICTION: _prediction(plan.prediction),
        Part.RANKING: plan.ranking.says(),
        Part.PASSING: _passing(plan),
        Part.PRACTICE: _practice(plan),
        Part.RESULTS: _results(plan),
    }


def inspect(plan: RoundPlan, now: datetime) -> list[Remark]:
    """Return what is wrong, doubtful or well with the configuration, the gravest first."""
    found = [
        *_inspect_window(plan, now),
        *_inspect_paper(plan),
        *_inspect_attempts(plan.policy),
        *_inspect_prediction(plan),
        *_inspect_ranking(plan),
        *_inspect_results(plan),
    ]
    weights = list(Level)
    return sorted(found, key=lambda remark: weights.index(remark.level))


def opening_said(moment: datetime) -> Sentence:
    """Say when something begins: “0h00 Monday 23/11/2026”."""
    day = vietnam.civil_day(moment)
    return Sentence(
        N_("%(hour)s %(weekday)s %(day)s"),
        {
            "hour": vietnam.say_hour(moment),
            "weekday": vietnam.weekday(day),
            "day": vietnam.say_day(day),
        },
    )


def closing_said(moment: datetime) -> Sentence:
    """Say when something ends: “24h00 Sunday 29/11/2026”."""
    day = vietnam.last_day(moment)
    return Sentence(
        N_("%(hour)s %(weekday)s %(day)s"),
        {
            "hour": vietnam.say_end_hour(moment),
            "weekday": vietnam.weekday(day),
            "day": vietnam.say_day(day),
        },
    )


def _window(plan: RoundPlan) -> Sentence:
    values = {"opens": opening_said(plan.opens_at), "closes": closing_said(plan.closes_at)}
    return Sentence(N_("The round is open from %(opens)s to %(closes)s."), values)


def _paper(plan: RoundPlan) -> Sentence:
    values: dict[str, object] = {"questions": plan.questions, "minutes": plan.minutes}
    if plan.prediction is None:
        message = N_("An attempt has %(questions)s questions in %(minutes)s minutes.")
        return Sentence(message, values)
    values["target"] = target_said(plan.prediction)
    return Sentence(
        N_(
            "An attempt has %(questions)s questions in %(minutes)s minutes,"
            " and one question that asks to predict %(target)s."
        ),
        values,
    )


_COUNTS = {
    Counts.BEST: N_("Of several attempts, the best counts."),
    Counts.FIRST: N_("Of several attempts, the first counts."),
    Counts.LAST: N_("Of several attempts, the last counts."),
}


def _attempts(policy: AttemptPolicy) -> list[Sentence]:
    limits = (
        (policy.max_in_round, N_("Attempts allowed for each person in this round: %(count)s.")),
        (policy.max_per_day, N_("Attempts allowed for each person on one day: %(count)s.")),
        (
            policy.max_in_contest,
            N_("Attempts allowed for each person in the whole contest: %(count)s."),
        ),
        (
            policy.min_interval_minutes or None,
            N_("Two attempts must begin at least %(count)s minutes apart."),
        ),
    )
    said = [Sentence(message, {"count": limit}) for limit, message in limits if limit is not None]
    if not _limits_number(policy):
        said.insert(0, Sentence(N_("Each person may make any number of attempts.")))
    if allows_several(policy):
        said.append(Sentence(_COUNTS[policy.counts]))
    return said


def _limits_number(policy: AttemptPolicy) -> bool:
    limits = (policy.max_in_round, policy.max_per_day, policy.max_in_contest)
    return any(limit is not None for limit in limits)


def allows_several(policy: AttemptPolicy) -> bool:
    """Say whether one person may make more than one attempt in the round."""
    return 1 not in (policy.max_in_round, policy.max_in_contest)


_LOCKS = {
    Lock.PER_ATTEMPT: N_("Every attempt has a prediction of its own."),
    Lock.FIRST_ATTEMPT: N_(
        "The prediction of a person’s first attempt holds for all the attempts in the round."
    ),
    Lock.PER_ROUND: N_(
        "Each person predicts once in the round; further attempts do not change the number."
    ),
}


def _prediction(prediction: Prediction | None) -> list[Sentence]:
    if prediction is None:
        return []
    said = [Sentence(_LOCKS[prediction.lock])]
    if prediction.asked is Asked.AFTER_SUBMIT:
        said.append(
            Sentence(N_("The prediction is sent after handing in, once, before the round closes."))
        )
    if prediction.is_percentage and prediction.decimals:
        message = N_("The percentage may have up to %(count)s digits after the comma.")
        said.append(Sentence(message, {"count": prediction.decimals}))
    if prediction.not_over:
        said.append(Sentence(N_("A prediction above the actual number counts as no prediction.")))
    return said


def lock_said(lock: Lock) -> Sentence:
    """Say how often a person may predict."""
    return Sentence(_LOCKS[lock])


def _passing(plan: RoundPlan) -> list[Sentence]:
    if plan.pass_mark is None:
        return []
    message = N_("Whoever has %(points)s points or more passes.")
    return [Sentence(message, {"points": trimmed(plan.pass_mark)})]


def trimmed(points: Decimal) -> Decimal:
    """Return points without zeros at their end: 15, and 7.5."""
    return (
        points.quantize(Decimal(1)) if points == points.to_integral_value() else points.normalize()
    )


def _practice(plan: RoundPlan) -> list[Sentence]:
    if not plan.practice_questions:
        return []
    message = N_("A practice attempt has %(questions)s questions and never counts.")
    return [Sentence(message, {"questions": plan.practice_questions})]


def _results(plan: RoundPlan) -> list[Sentence]:
    said = []
    for moment, message in (
        (plan.participant_results_at, N_("Each person sees the own result from %(moment)s.")),
        (plan.public_results_at, N_("The results are made public from %(moment)s.")),
    ):
        if moment is not None:
            said.append(Sentence(message, {"moment": opening_said(moment)}))
    return said


def _danger(message: str, **values: object) -> Remark:
    return Remark(Level.DANGER, Sentence(message, values))


def _warn(message: str, **values: object) -> Remark:
    return Remark(Level.WARN, Sentence(message, values))


def _inspect_window(plan: RoundPlan, now: datetime) -> list[Remark]:
    if plan.closes_at <= plan.opens_at:
        return [_danger(N_("The round closes before it opens."))]
    if plan.closes_at <= now:
        return [
            _danger(
                N_("The round would have closed already, at %(moment)s."),
                moment=closing_said(plan.closes_at),
            )
        ]
    found = []
    if plan.opens_at < now:
        found.append(
            _warn(
                N_("The opening, %(moment)s, has passed: the round opens at once."),
                moment=opening_said(plan.opens_at),
            )
        )
    if timedelta(minutes=plan.minutes) > plan.closes_at - plan.opens_at:
        found.append(
            _danger(
                N_("An attempt of %(minutes)s minutes does not fit between opening and closing."),
                minutes=plan.minutes,
            )
        )
    return found


def _inspect_paper(plan: RoundPlan) -> list[Remark]:
    found = [
        _danger(
            N_("“%(name)s” has too few questions: %(wanted)s wanted, %(available)s usable."),
            name=shortage.name,
            wanted=shortage.wanted,
            available=shortage.available,
        )
        for shortage in plan.shortages
    ]
    found += [Remark(Level.WARN, sentence) for sentence in plan.kept_out]
    if plan.pass_mark is not None and plan.points is not None and plan.pass_mark > plan.points:
        message = N_("Nobody can pass: %(mark)s points are wanted, a paper has %(points)s.")
        found.append(_danger(message, mark=trimmed(plan.pass_mark), points=trimmed(plan.points)))
    if plan.questions < 1:
        found.append(_danger(N_("The paper has no questions.")))
    if plan.minutes < 1:
        found.append(_danger(N_("The time for an attempt must be at least one minute.")))
    return found


def _inspect_attempts(policy: AttemptPolicy) -> list[Remark]:
    limits = (policy.max_per_day, policy.max_in_round, policy.max_in_contest)
    if any(limit is not None and limit < 1 for limit in limits):
        return [_danger(N_("With no attempt allowed, nobody can take the round."))]
    found = []
    for (small, small_name), (great, great_name) in (
        ((policy.max_per_day, N_("in a day")), (policy.max_in_round, N_("in the round"))),
        ((policy.max_in_round, N_("in the round")), (policy.max_in_contest, N_("in the contest"))),
    ):
        if small is not None and great is not None and small > great:
            found.append(
                _warn(
                    N_(
                        "%(more)s attempts %(within)s can never be used:"
                        " only %(fewer)s are allowed %(whole)s."
                    ),
                    more=small,
                    within=Sentence(small_name),
                    fewer=great,
                    whole=Sentence(great_name),
                )
            )
    return found


def _inspect_prediction(plan: RoundPlan) -> list[Remark]:
    prediction = plan.prediction
    ranked = plan.ranking.uses(Key.PREDICTION_DIFF)
    if prediction is None:
        message = N_("The ranking uses a prediction, but none is asked.")
        return [_danger(message)] if ranked else []
    found = [Remark(Level.DANGER, sentence) for sentence in prediction.problems()]
    if not ranked:
        found.append(_warn(N_("A prediction is asked, but the ranking does not use it.")))
    if prediction.lock is Lock.PER_ATTEMPT and allows_several(plan.policy):
        found.append(
            _warn(
                N_(
                    "With several attempts and a prediction for each, the prediction can be"
                    " hunted: the same answers again with another number. Lock it for the round."
                )
            )
        )
    return found


def _inspect_ranking(plan: RoundPlan) -> list[Remark]:
    rule = plan.ranking
    found = [Remark(Level.DANGER, sentence) for sentence in rule.problems()]
    if rule.keys and not rule.shares_prizes and not rule.uses(Key.LOT):
        found.append(
            _warn(
                N_(
                    "Nothing says what happens if people are still equal after criterion"
                    " %(count)s. Add drawing lots or sharing the prize."
                ),
                count=len(rule.keys),
            )
        )
    return found


def _inspect_results(plan: RoundPlan) -> list[Remark]:
    found = []
    if plan.public_results_at is not None and plan.public_results_at < plan.closes_at:
        found.append(_warn(N_("The results become public while the round is still open.")))
    if plan.excluded:
        message = N_("Kept from entering, as organisers or writers of questions: %(count)s people.")
        found.append(Remark(Level.OK, Sentence(message, {"count": plan.excluded})))
    else:
        found.append(
            _warn(N_("Nobody is kept from entering yet: name the organisers and question writers."))
        )
    return found


def may_open(remarks: Sequence[Remark]) -> bool:
    """Say whether nothing in the remarks keeps the round from opening."""
    return all(remark.level is not Level.DANGER for remark in remarks)

"""What the rules of a contest leave open, looked for before anybody signs them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contest.documents.facts import RulesFacts, UnitFigures
from contest.documents.office import Office
from contest.rules import describing
from contest.rules.describing import Level, Remark, RoundPlan
from contest.rules.predicting import Lock
from core import vietnam
from core.saying import Sentence
from core.text import N_

SMALL = 5


@dataclass(frozen=True, slots=True)
class Draft:
    """What the rules are about to be made from; `plans` are (title, plan) of each round."""

    office: Office
    rules: RulesFacts
    plans: Sequence[tuple[str, RoundPlan]]
    units: Sequence[UnitFigures] = ()
    leads: Sequence[str] = ()
    excluded: int = 0


def lint(draft: Draft) -> list[Remark]:
    """Return what to settle before the rules are signed, the gravest first."""
    found = [*_whole(draft), *_units(draft)]
    for title, plan in draft.plans:
        found += [_of_round(title, one) for one in _round(plan)]
    weights = list(Level)
    return sorted(found, key=lambda remark: weights.index(remark.level))


def _whole(draft: Draft) -> list[Remark]:
    rules = draft.rules
    wanted = (
        (bool(draft.leads), N_("Nobody is named as the body that leads the contest.")),
        (bool(draft.plans), N_("No round is set up yet: the rules would have no dates.")),
        (bool(rules.eligibility), N_("Nothing says who may take part.")),
        (bool(rules.prizes), N_("Nothing says which prizes there are.")),
        (bool(rules.contact), N_("No contact is named for questions and complaints.")),
        (bool(draft.office.issued_by), N_("The decision that issues the rules is not named.")),
    )
    found = [_warn(message) for is_there, message in wanted if not is_there]
    if not draft.excluded:
        found.append(
            _danger(
                N_(
                    "The rules say that organisers do not enter, but nobody is kept out yet:"
                    " give the organisers their roles."
                )
            )
        )
    return found


def _units(draft: Draft) -> list[Remark]:
    single = [unit.name for unit in draft.units if unit.headcount == 1]
    small = [one for one in draft.units if one.headcount and 1 < one.headcount < SMALL]
    missing = sum(unit.headcount is None for unit in draft.units)
    found = []
    if single:
        message = N_(
            "Units of one person reach 100%% with one attempt: %(names)s. Name a least headcount"
            " for collective prizes."
        )
        found.append(_warn(message, names=", ".join(single[:3]) + ("…" if single[3:] else "")))
    if small:
        message = N_("Units with fewer than %(least)s people: %(count)s. Rates say little there.")
        found.append(_warn(message, least=SMALL, count=len(small)))
    if missing:
        message = N_("Units without a headcount: %(count)s. Their rates cannot be computed.")
        found.append(_warn(message, count=missing))
    return found


def _round(plan: RoundPlan) -> list[Remark]:
    """Return what is open in a round: what its own inspection finds, and how its end is said."""
    found = [
        one
        for one in describing.inspect(plan, plan.opens_at)
        if one.level is not Level.OK and not _is_about_people(one)
    ]
    found += [*_midnights(plan), *_prediction(plan)]
    if plan.public_results_at is None:
        found.append(_warn(N_("Nothing says when the results become public.")))
    return found


def _is_about_people(remark: Remark) -> bool:
    """Say whether a remark is about who is kept out, which is said once for the contest."""
    return remark.sentence.message.startswith("Nobody is kept from entering")


def _midnights(plan: RoundPlan) -> list[Remark]:
    """Return where a midnight may be read as that of the day before."""
    found = []
    for moment in (plan.opens_at, plan.closes_at):
        if _is_zero_hour(moment) and moment == plan.closes_at:
            day = vietnam.last_day(moment)
            message = N_(
                "It ends at midnight: the rules write “24h00 %(day)s”, never “0h00”, so that"
                " nobody loses or gains a day."
            )
            found.append(Remark(Level.OK, Sentence(message, {"day": vietnam.say_day(day)})))
        elif _is_last_minute(moment):
            message = N_(
                "It begins or ends at %(hour)s: that leaves a minute in doubt. Take the full hour,"
                " written 24h00 where it is midnight."
            )
            found.append(_warn(message, hour=vietnam.say_hour(moment)))
    return found


def _is_zero_hour(moment: datetime) -> bool:
    return vietnam.is_midnight(moment)


def _is_last_minute(moment: datetime) -> bool:
    return vietnam.say_hour(moment) in ("23h59", "0h01")


def _prediction(plan: RoundPlan) -> list[Remark]:
    prediction = plan.prediction
    if prediction is None or prediction.lock is not Lock.FIRST_ATTEMPT:
        return []
    message = N_("Who leaves the first prediction empty has none in the whole round: say so.")
    return [_warn(message)]


def _of_round(title: str, remark: Remark) -> Remark:
    values = {"round": title, "remark": remark.sentence}
    return Remark(remark.level, Sentence(N_("%(round)s: %(remark)s"), values))


def _warn(message: str, **values: object) -> Remark:
    return Remark(Level.WARN, Sentence(message, values))


def _danger(message: str, **values: object) -> Remark:
    return Remark(Level.DANGER, Sentence(message, values))

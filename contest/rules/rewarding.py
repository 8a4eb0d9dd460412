"""Prizes in words: what a rule of prizes says of itself, on pages and in the rules."""

from decimal import Decimal

from contest.rules.collective import CollectiveRule
from contest.rules.prizes import IndividualRule, Level, Once, Ties
from core.saying import Sentence
from core.text import N_

_TIES = {
    Ties.SHARE: N_("Equals for the last prize of a level share what is left of it."),
    Ties.MORE: N_("Equals for the last prize of a level all get it."),
    Ties.LOT: N_("Between equals for the last prize of a level the lot decides."),
    Ties.COMMITTEE: N_("Between equals for the last prize of a level the committee decides."),
}
_ONCE = {
    Once.MANY: N_("One person may win in several lists."),
    Once.FIRST: N_("Who has won in an earlier list is passed over."),
    Once.HIGHER: N_("One person keeps only the highest prize; the others go to the next."),
}


def ties(rule: Ties) -> str:
    """Return the message id that says what happens between equals."""
    return _TIES[rule]


def once(rule: Once) -> str:
    """Return the message id that says how often one person may win."""
    return _ONCE[rule]


def level(one: Level) -> Sentence:
    """Say how many prizes of a level there are, and what each is worth."""
    values = {"title": one.title, "count": one.count, "value": one.value}
    if not one.value:
        return Sentence(N_("%(title)s: %(count)s"), values)
    return Sentence(N_("%(title)s: %(count)s, each %(value)s đồng"), values)


def individual(rule: IndividualRule) -> list[Sentence]:
    """Say the rule of prizes for people beside its levels."""
    told = [Sentence(_TIES[rule.ties]), Sentence(_ONCE[rule.once])]
    if rule.least_score is not None:
        told.append(
            Sentence(
                N_("Nobody wins with fewer than %(score)s points."), {"score": rule.least_score}
            )
        )
    said = (
        N_("Winners who agreed are published with their full names.")
        if rule.publishes_names
        else N_("Winners are published with masked names.")
    )
    return [*told, Sentence(said)]


def collective(rule: CollectiveRule) -> list[Sentence]:
    """Say the rule of prizes for units beside its levels."""
    told = [_compared(rule)]
    told.append(
        Sentence(
            N_("Each figure and the sum are rounded half up to %(decimals)s decimals."),
            {"decimals": rule.decimals},
        )
    )
    if rule.points:
        parts = [
            Sentence(N_("%(title)s %(points)s points"), {"title": title, "points": points})
            for title, points in rule.points
        ]
        joined = _joined(N_("%(one)s, %(rest)s"), parts)
        told.append(Sentence(N_("Individual prizes give %(points)s."), {"points": joined}))
    if rule.least_headcount > 1:
        told.append(
            Sentence(
                N_("Units with fewer than %(count)s people are not compared."),
                {"count": rule.least_headcount},
            )
        )
    if rule.least_people > 1:
        told.append(
            Sentence(
                N_("Units from which fewer than %(count)s people took part are not compared."),
                {"count": rule.least_people},
            )
        )
    if rule.needs_quotas:
        told.append(Sentence(N_("Only units that have met all quotas win.")))
    return [*told, Sentence(_TIES[rule.ties])]


def _compared(rule: CollectiveRule) -> Sentence:
    if len(rule.weights) == 1 and rule.weights[0][1] == Decimal(1):
        named = Sentence(rule.weights[0][0].label)
        return Sentence(N_("Units are compared by: %(measure)s."), {"measure": named})
    parts = [
        Sentence(
            N_("%(measure)s × %(weight)s"),
            {"measure": Sentence(measure.label), "weight": weight},
        )
        for measure, weight in rule.weights
    ]
    joined = _joined(N_("%(one)s + %(rest)s"), parts)
    return Sentence(N_("Units are compared by the sum of %(parts)s."), {"parts": joined})


def _joined(message: str, parts: list[Sentence]) -> Sentence:
    joined = parts[-1]
    for part in reversed(parts[:-1]):
        joined = Sentence(message, {"one": part, "rest": joined})
    return joined

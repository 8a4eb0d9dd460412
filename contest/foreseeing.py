"""Which prizes would change hands if results changed: of people, units and overall tables.

Nothing is written. Prizes change hands only when two people decide a new list; what is returned
here is what the rules would propose to them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from contest import allotting, award_queries, total_queries, totalling
from contest.allotting import Row, Supposed
from contest.models import PrizeRule, ResultRun
from contest.rules import awards
from contest.rules.awards import Crossing
from contest.rules.standing import Stood

# A run, and who would stand in it by the public id of the enrolment.
Would = tuple[ResultRun, Mapping[str, Stood]]
# Of a unit, by its public id: by how many the prizes of a title would differ.
Won = dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Crossed:
    """Whoever wins, loses or changes a prize, by the rule of these prizes; "" is no prize.

    `who` is the public id of an enrolment, or of a unit (`is_unit`).
    """

    prizes: str
    who: str
    before: str
    after: str
    is_unit: bool = False


def crossed(runs: Sequence[Would]) -> list[Crossed]:
    """Return who crosses a prize if these people stood in these runs of a contest, rule by rule.

    Prizes for units come last: theirs may follow from those of people. An overall table is taken
    as it would be computed anew. Runs that are provisional decide no prize.
    """
    settled = [(run, stood) for run, stood in runs if not run.is_provisional]
    if not settled:
        return []
    rules = award_queries.rules_of(settled[0][0].round.contest)
    rounds = {run.round_id for run, _ in settled}
    instead = {run.id: stood for run, stood in settled}
    supposed = Supposed(instead, _totals(rules, rounds, instead))
    holding = award_queries.lists_that_hold(rules)
    found: list[Crossed] = []
    won: dict[int, list[Crossing]] = {}
    for rule in rules:
        if rule.is_collective or not _follows(rule, rounds):
            continue
        crossings = _crossings(rule, supposed)
        found += _told(rule, crossings)
        if rule.id in holding:
            won[rule.id] = crossings
    for rule in rules:
        if rule.is_collective and rule.round_id in {None, *rounds}:
            more = Supposed(supposed.stood, supposed.totals, _won(rule, rules, won))
            found += _told(rule, _crossings(rule, more))
    return found


def _follows(rule: PrizeRule, rounds: Collection[int]) -> bool:
    """Say whether prizes for people follow from one of these rounds."""
    if rule.table is not None:
        return any(part.round_id in rounds for part in rule.table.parts)
    return rule.round_id is None or rule.round_id in rounds


def _totals(
    rules: Sequence[PrizeRule],
    rounds: Collection[int],
    instead: Mapping[int, Mapping[str, Stood]],
) -> dict[int, list[tuple[Row, int | None]]]:
    """Return the rows of each overall table that prizes follow, by its newest run."""
    tables = {rule.table_id: rule.table for rule in rules if rule.table and _follows(rule, rounds)}
    newest = total_queries.newest_runs(one for one in tables if one is not None)
    found: dict[int, list[tuple[Row, int | None]]] = {}
    for table_id, table in tables.items():
        if table is None or table_id not in newest:
            continue
        totals = totalling.supposed(table, instead)
        if totals:
            found[newest[table_id].id] = [
                ((who, one.sort_key, one.score, one.duration_ms), block)
                for (_, who, block), one in totals.items()
            ]
    return found


def _crossings(rule: PrizeRule, supposed: Supposed) -> list[Crossing]:
    before, after = allotting.derive(rule), allotting.derive(rule, supposed)
    return awards.crossings(before.seats if before else (), after.seats if after else ())


def _told(rule: PrizeRule, crossings: Sequence[Crossing]) -> list[Crossed]:
    titles = [level.title for level in rule.levels]
    return [
        Crossed(
            rule.title,
            one.who,
            _titled(titles, one.before),
            _titled(titles, one.after),
            rule.is_collective,
        )
        for one in crossings
    ]


def _titled(titles: Sequence[str], level: int | None) -> str:
    return "" if level is None else titles[level]


def _won(
    collective: PrizeRule, rules: Sequence[PrizeRule], won: Mapping[int, Sequence[Crossing]]
) -> Won:
    """Return by how much the prizes of units would differ, once people's are decided again."""
    mine = [one for one in rules if one.id in won and collective.round_id in (None, one.round_id)]
    people = award_queries.enrolments_named({each.who for one in mine for each in won[one.id]})
    found: Won = {}
    for rule in mine:
        titles = [level.title for level in rule.levels]
        for each in won[rule.id]:
            person = people.get(each.who)
            if person is None or person.counted_unit is None:
                continue
            held = found.setdefault(person.counted_unit.public_id, {})
            for level, more in ((each.before, -1), (each.after, 1)):
                if level is not None:
                    held[titles[level]] = held.get(titles[level], 0) + more
    return found

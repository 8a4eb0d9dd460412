"""Results within each category: each is combined and put in order as if it were alone."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from contest.rules.judging import combining, table, ties
from contest.rules.judging.combining import Outcome, Sheets
from contest.rules.judging.rubric import Rubric
from contest.rules.judging.terms import Terms
from contest.rules.judging.ties import ChainStep, Known, Resolved
from core.saying import Sentence
from core.text import N_

# The group of each entry; empty where all entries of a round are ranked together.
Groups = Mapping[str, str]


def named(groups: Groups, entries: Iterable[str]) -> list[str]:
    """Return the groups that entries are in, in order; one without a name where there are none."""
    return sorted({groups.get(entry, "") for entry in entries}) or [""]


def of_sheets(
    sheets: Sheets,
    rubric_: Rubric,
    terms: Terms,
    due: Mapping[str, Collection[str]],
    groups: Groups,
) -> Outcome:
    """Return the results of sheets, each group by itself; one that is refused refuses them all."""
    if not groups:
        return combining.of_sheets(sheets, rubric_, terms, due)
    found = {
        group: combining.of_sheets(
            only(sheets, groups, group),
            rubric_,
            terms,
            {entry: judges for entry, judges in due.items() if groups[entry] == group},
        )
        for group in named(groups, [*due, *(entry for entry, _judge in sheets)])
    }
    return _together(terms, found)


def only(sheets: Sheets, groups: Groups, group: str) -> Sheets:
    """Return the sheets about entries of a group."""
    return {pair: marks for pair, marks in sheets.items() if groups.get(pair[0], "") == group}


def _together(terms: Terms, found: Mapping[str, Outcome]) -> Outcome:
    first = next(iter(found.values()), Outcome(terms.rule, {}))
    refused = [_about(group, one.refused) for group, one in found.items() if one.refused]
    return replace(
        first,
        values={}
        if refused
        else {entry: value for one in found.values() for entry, value in one.values.items()},
        refused=refused[0] if refused else None,
        parts=tuple(part for one in found.values() for part in one.parts),
        warnings=tuple(
            _about(group, said) for group, one in found.items() for said in one.warnings
        ),
    )


def _about(group: str, said: Sentence) -> Sentence:
    return Sentence(N_("Category %(category)s: %(said)s"), {"category": group, "said": said})


def resolved(
    values: Mapping[str, Decimal],
    chain: Iterable[ChainStep],
    known: Known,
    groups: Groups,
    *,
    ascending: bool = False,
) -> Resolved:
    """Return entries best first, group by group, equal ones taken apart as far as the chain can."""
    order = [
        tied
        for group in named(groups, values)
        for tied in table.groups(
            {entry: value for entry, value in values.items() if groups.get(entry, "") == group},
            ascending=ascending,
        )
    ]
    return replace(ties.resolved(order, tuple(chain), known), groups=groups)

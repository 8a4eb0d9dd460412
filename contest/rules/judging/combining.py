"""From what judges gave to results by the declared rule, or to the reason why there are none."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from contest.rules.judging import (
    averaging,
    levelling,
    ordinal,
    pairwise,
    rubric,
    shrinking,
    skating,
    table,
)
from contest.rules.judging.connecting import Component
from contest.rules.judging.rubric import Criterion, Rubric
from contest.rules.judging.table import Table
from contest.rules.judging.terms import IN_POINTS, LINKED, Basis, Missing, Rule, Stage, Terms
from core.saying import Sentence
from core.text import N_

# One sheet: the marks of one judge for one entry, `sheets[entry, judge][criterion]`.
Sheets = Mapping[tuple[str, str], Mapping[str, Decimal]]
# A panel that scores everything drops scores from this size on.
_DROPS_FROM = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule gives: nine places an entry, the greater the better unless `ascending`.

    `refused` says why there is nothing; `parts` are the parts that a panel falls into, if it was
    refused for that; `warnings` say what to know about the figures.
    """

    rule: Rule
    values: Mapping[str, Decimal]
    ascending: bool = False
    refused: Sentence | None = None
    parts: tuple[Component, ...] = ()
    warnings: tuple[Sentence, ...] = ()

    @property
    def order(self) -> list[list[str]]:
        """The entries best first; equal ones together."""
        return table.groups(self.values, ascending=self.ascending)

    @property
    def places(self) -> dict[str, int]:
        """The place of each entry; equal ones share the first of theirs."""
        return table.places(self.order)

    @property
    def winners(self) -> list[str]:
        """Who stands first; several where they are equal, nobody where there is no result."""
        return self.order[0] if self.values else []


def usual(scored: Table) -> Rule:
    """Return the rule for a panel for which none is declared.

    Everything scored by 5 or more: the trimmed mean; by fewer: the mean. With holes the severity
    of judges is balanced, shrunk where little is left to tell it by.
    """
    if scored.is_complete:
        return Rule.TRIMMED if len(scored.judges) >= _DROPS_FROM else Rule.MEAN
    freedom = scored.count - len(scored.entries) - len(scored.judges) + 1
    return Rule.MIXED if freedom < levelling.THIN else Rule.LEAST_SQUARES


def combined(
    scored: Table, terms: Terms, due: Mapping[str, Collection[str]] | None = None
) -> Outcome:
    """Return the results of a table of scores.

    `due` are the judges who ought to have scored each entry; None takes the table as it is.
    """
    holes = _holes(scored, due or {})
    if holes and terms.missing is Missing.BLOCK:
        message = N_("%(count)s scores are still missing.")
        return Outcome(terms.rule, {}, refused=Sentence(message, {"count": len(holes)}))
    if terms.rule in LINKED or (holes and terms.missing is Missing.ESTIMATE):
        parts = scored.parts
        if len(parts) > 1:
            return _fallen_apart(terms.rule, parts)
    if holes and terms.missing is Missing.ESTIMATE:
        scored = _filled(scored, holes)
    if terms.rule is Rule.SKATING and not scored.is_complete:
        message = N_("Majorities of places need every judge’s score for every entry.")
        return Outcome(terms.rule, {}, refused=Sentence(message))
    values = {e: terms.rounded(v, Stage.RESULT) for e, v in _values(scored, terms).items()}
    return Outcome(
        terms.rule,
        values,
        ascending=terms.rule is Rule.SKATING,
        warnings=(*_warnings(scored, terms), *_without_result(len(set(due or {}) - set(values)))),
    )


def table_of_sheets(sheets: Sheets, rubric_: Rubric, terms: Terms) -> Table:
    """Return each judge's scores from the sheets, rounded if that is declared."""
    scores: dict[str, dict[str, Decimal]] = {}
    for (entry, judge), score in rubric.scores(rubric_, sheets).items():
        scores.setdefault(entry, {})[judge] = terms.rounded(score, Stage.SHEET)
    return Table.of(scores)


def of_sheets(
    sheets: Sheets,
    rubric_: Rubric,
    terms: Terms,
    due: Mapping[str, Collection[str]] | None = None,
) -> Outcome:
    """Return the results of sheets: each judge's scores combined, or criterion by criterion."""
    if terms.basis is Basis.CRITERION:
        return _by_criterion(sheets, rubric_, terms, due)
    return combined(table_of_sheets(sheets, rubric_, terms), terms, due)


def _by_criterion(
    sheets: Sheets,
    rubric_: Rubric,
    terms: Terms,
    due: Mapping[str, Collection[str]] | None,
) -> Outcome:
    """Combine each criterion over the judges who mark it, then add up.

    Whether a sheet is missing is told by the whole sheet, for a criterion may have its own judges.
    An entry that nobody marked by a criterion that all entries need has no result.
    """
    given = table_of_sheets(sheets, rubric_, replace(terms, roundings=()))
    whole = combined(given, replace(terms, roundings=()), due)
    if whole.refused or terms.rule not in IN_POINTS:
        return whole
    leaves = rubric_.leaves(rubric.ANY)
    inner = replace(terms, missing=Missing.REST, roundings=())
    marks: dict[str, dict[str, Decimal]] = {entry: {} for entry in given.entries}
    for leaf in leaves:
        outcome = combined(_column(sheets, leaf), inner)
        if outcome.refused:
            return outcome
        for entry, mark in outcome.values.items():
            marks[entry][leaf.id] = terms.rounded(mark, Stage.CRITERION)
    needed = [leaf.id for leaf in leaves if leaf.is_required and not leaf.categories]
    full = {e: own for e, own in marks.items() if all(id_ in own for id_ in needed)}
    values = {entry: _added(rubric_, leaves, own, terms) for entry, own in full.items()}
    bare = _without_result(len(marks) - len(full))
    return replace(whole, values=values, warnings=(*whole.warnings, *bare))


def _column(sheets: Sheets, leaf: Criterion) -> Table:
    scores: dict[str, dict[str, Decimal]] = {}
    for (entry, judge), marks in sheets.items():
        if leaf.id in marks:
            scores.setdefault(entry, {})[judge] = marks[leaf.id]
    return Table.of(scores)


def _added(
    rubric_: Rubric, leaves: Sequence[Criterion], marks: Mapping[str, Decimal], terms: Terms
) -> Decimal:
    """Add up what each criterion comes to; exact until a stage is rounded."""
    parts = rubric.shares(rubric_, marks)
    total = Fraction()
    for leaf in leaves:
        if leaf.id in parts:
            room = Fraction(leaf.most - leaf.least)
            exact = parts[leaf.id] * Fraction(marks[leaf.id] - leaf.least) / room
            total += _rounded_part(exact, terms)
    return terms.rounded(table.of_fraction(total), Stage.RESULT)


def _rounded_part(exact: Fraction, terms: Terms) -> Fraction:
    if any(step.stage is Stage.PART for step in terms.roundings):
        return Fraction(terms.rounded(table.of_fraction(exact), Stage.PART))
    return exact


def _values(scored: Table, terms: Terms) -> Mapping[str, Decimal]:
    if terms.rule is Rule.TRIMMED:
        return averaging.trimmed(scored, terms.drop)
    if terms.rule is Rule.Z_SCORE:
        return averaging.standardised(scored, terms.ddof)
    if terms.rule is Rule.LEAST_SQUARES:
        return levelling.levelled(scored, by_load=terms.by_load).values
    return _PLAIN[terms.rule](scored)


def _mixed(scored: Table) -> Mapping[str, Decimal]:
    return shrinking.shrunk(scored).quality


def _strengths(scored: Table) -> Mapping[str, Decimal]:
    return pairwise.bradley_terry(scored).values


_PLAIN = {
    Rule.MEAN: averaging.mean,
    Rule.MEDIAN: averaging.median,
    Rule.CENTRED: averaging.centred,
    Rule.MIXED: _mixed,
    Rule.BRADLEY_TERRY: _strengths,
    Rule.BORDA: ordinal.borda,
    Rule.COPELAND: ordinal.copeland,
    Rule.SKATING: skating.of_scores,
}


def _holes(scored: Table, due: Mapping[str, Collection[str]]) -> list[tuple[str, str]]:
    rows = scored.rows
    return [
        (entry, judge)
        for entry, judges in due.items()
        for judge in judges
        if judge not in rows.get(entry, {})
    ]


def _filled(scored: Table, holes: Sequence[tuple[str, str]]) -> Table:
    """Fill holes with quality + severity; of entries or judges without any score nothing is known.

    No estimate leaves the range of the scores that were given.
    """
    fit = levelling.levelled(scored)
    given = [score for row in scored.scores.values() for score in row.values()]
    scores = {entry: dict(row) for entry, row in scored.scores.items()}
    for entry, judge in holes:
        if entry in fit.quality and judge in fit.severity:
            estimate = table.of_fraction(fit.quality[entry] + fit.severity[judge])
            scores[entry][judge] = min(max(given), max(min(given), estimate))
    return Table.of(scores)


def _fallen_apart(rule: Rule, parts: Sequence[Component]) -> Outcome:
    message = N_(
        "The panel falls into %(count)s parts without a common judge: entries of different parts"
        " cannot be compared. Let every judge score one or two entries more."
    )
    said = Sentence(message, {"count": len(parts)})
    return Outcome(rule, {}, refused=said, parts=tuple(parts))


def _warnings(scored: Table, terms: Terms) -> list[Sentence]:
    """Return what to know before believing the figures."""
    found = []
    parts = scored.parts
    if len(parts) > 1:
        message = N_("The panel falls into %(count)s parts: places across them mean little.")
        found.append(Sentence(message, {"count": len(parts)}))
    if terms.rule in (Rule.MEAN, Rule.TRIMMED, Rule.MEDIAN) and not scored.is_complete:
        found.append(Sentence(N_("Not every judge scored every entry: severity does not cancel.")))
    if terms.rule is Rule.Z_SCORE:
        found += _about_scales(scored)
    freedom = scored.count - len(scored.entries) - len(scored.judges) + 1
    if terms.rule is Rule.LEAST_SQUARES and not scored.is_complete and freedom < levelling.THIN:
        found.append(Sentence(N_("Few scores are left to tell the judges’ severity by.")))
    return found


def _without_result(count: int) -> list[Sentence]:
    """Say that entries lack what a result needs: nobody scored them, or not in every criterion."""
    message = N_("%(count)s entries have no result: too little of them is judged.")
    return [Sentence(message, {"count": count})] if count else []


def _about_scales(scored: Table) -> list[Sentence]:
    found = [
        Sentence(N_("Scales are only comparable if each judge saw a random sample of entries."))
    ]
    thin, flat = averaging.thin_judges(scored), averaging.flat_judges(scored)
    if thin:
        message = N_("%(count)s judges scored too few entries for a scale of their own.")
        found.append(Sentence(message, {"count": len(thin)}))
    if flat:
        message = N_("%(count)s judges gave every entry the same score.")
        found.append(Sentence(message, {"count": len(flat)}))
    return found

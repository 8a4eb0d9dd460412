"""Results of a judged round: combined by the declared rule, lines taken off, ties taken apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import select

from contest import judged_deviations, judged_reading, parting
from contest.judged_deviations import Deviation
from contest.judged_reading import Read
from contest.models import JudgedRound, JudgedRun, JudgedRunState, RoundEntry
from contest.rules.judging import (
    averaging,
    combining,
    deducting,
    grouping,
    parts,
    promoting,
    rubric,
    sealing,
    table,
)
from contest.rules.judging.combining import Outcome, Sheets
from contest.rules.judging.deducting import Deduction
from contest.rules.judging.grouping import Groups
from contest.rules.judging.parts import PartScores
from contest.rules.judging.table import Table
from contest.rules.judging.terms import IN_POINTS, Basis, Missing, Ranking, Rule, Terms
from contest.rules.judging.ties import Known, Resolved, Separation
from contest.rules.scoring import from_millionths
from core.db import db
from core.saying import Sentence
from core.text import N_


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry and what it came to; without a result it stands last and has no place.

    `combined` is what the rule gave; `carried` what the round before counts for; `dropped` are the
    judges whose scores the rule left out; `steps` are those by which it was told from equals;
    `parts` is what each part gave it, the jury's among them.
    """

    code: str
    row: RoundEntry
    place: int | None
    combined: Decimal | None
    lines: tuple[Deduction, ...]
    carried: Decimal | None
    result: Decimal | None
    dropped: frozenset[str]
    steps: tuple[Separation, ...]
    parts: tuple[tuple[str, Decimal], ...] = ()

    @property
    def deducted(self) -> Decimal:
        """What its lines add up to."""
        return judged_reading.deducted(self.lines)


@dataclass(frozen=True)
class Results:
    """A judged round computed: its entries best first, and all that led there.

    `refused` says why there is no result yet; `counted` are the sheets that count once deviations
    are settled, `scored` their scores.
    """

    read: Read
    rows: tuple[Ranked, ...]
    outcome: Outcome
    counted: Sheets
    scored: Table
    deviations: tuple[Deviation, ...]
    resolved: Resolved
    warnings: tuple[Sentence, ...]
    parts: tuple[PartScores, ...] = ()

    @property
    def refused(self) -> Sentence | None:
        """Why there is no result."""
        return self.outcome.refused

    @property
    def missing(self) -> list[tuple[str, str]]:
        """The sheets that are still to be handed in."""
        return [
            (entry, judge)
            for entry, judges in self.read.due.items()
            for judge in sorted(judges)
            if self.read.cells[entry, judge].marks is None
        ]

    @property
    def open_deviations(self) -> list[Deviation]:
        """The deviations that wait for somebody, widest apart first."""
        found = [one for one in self.deviations if one.needs_somebody]
        return sorted(found, key=lambda one: (-one.spread, one.entry))

    @property
    def order(self) -> list[list[str]]:
        """The codes best first, equal ones together."""
        return [list(group) for group in self.resolved.order]


def results(judged: JudgedRound) -> Results:
    """Return the results of a judged round as its sheets are now; a fixed number of statements."""
    read = judged_reading.read(judged)
    return computed(read, carried_of(judged), tuple(parting.part_scores(judged)))


def computed(
    read: Read, before: Mapping[int, Decimal], given: tuple[PartScores, ...] = ()
) -> Results:
    """Return the results of what was read.

    `before` are those of the round before, by entry; `given` what the parts of the round give.
    """
    protocol = read.judged.declared
    deviations = judged_deviations.deviations(read)
    counted = judged_deviations.counted(read, deviations)
    due = {entry: judged_deviations.due(read, entry, counted) for entry in read.entries}
    groups = groups_of(read)
    outcome = grouping.of_sheets(counted, protocol.rubric, protocol.terms, due, groups)
    scored = combining.table_of_sheets(counted, protocol.rubric, protocol.terms)
    lines = {code: read.lines(code) for code in read.entries}
    refused = parts.refused(given)
    if refused is not None and outcome.refused is None:
        outcome = replace(outcome, values={}, refused=refused)
    shared = _shared(read, outcome, given)
    values = _values(read, replace(outcome, values=_added(read, outcome, shared)), lines, before)
    resolved = grouping.resolved(
        values, protocol.chain, known(read, counted), groups, ascending=outcome.ascending
    )
    rows = _rows(read, outcome, values, resolved, _Beside(lines, before, scored, shared))
    warnings = _warnings(read, outcome, lines)
    return Results(read, rows, outcome, counted, scored, deviations, resolved, warnings, given)


def groups_of(read: Read) -> Groups:
    """Return the category of each entry by its prefix, where places are within each; else none."""
    if read.judged.declared.ranking is Ranking.ROUND:
        return {}
    return {code: row.entry.category.prefix for code, row in read.entries.items()}


def carried_of(judged: JudgedRound) -> dict[int, Decimal]:
    """Return what each entry had in the round before, by the id of the entry."""
    if judged.before_id is None or not judged.carried:
        return {}
    rows = db.session.scalar(
        select(JudgedRun.rows).where(
            JudgedRun.round_id == judged.before_id, JudgedRun.state == JudgedRunState.FINAL
        )
    )
    return {
        int(one["entry_id"]): Decimal(one["result"])
        for one in rows or []
        if one["result"] is not None
    }


# --- Values and places -------------------------------------------------------------------------


def _values(
    read: Read,
    outcome: Outcome,
    lines: Mapping[str, Sequence[Deduction]],
    before: Mapping[int, Decimal],
) -> dict[str, Decimal]:
    """Return what entries are ranked by: what the rule gave, after lines, with what was carried."""
    if outcome.rule not in IN_POINTS:
        return {code: value for code, value in outcome.values.items() if code in read.entries}
    weight = from_millionths(read.judged.carried)
    found = {}
    for code, value in outcome.values.items():
        if code not in read.entries:
            continue
        found[code] = deducting.settled(value, lines[code])
        earlier = before.get(read.entries[code].entry_id)
        if earlier is not None:
            found[code] = promoting.carried(earlier, found[code], weight)
    return found


def known(read: Read, counted: Sheets) -> Known:
    """Return what the chain of ties compares."""
    protocol = read.judged.declared
    order = read.vote.order if read.vote is not None else []
    return Known(
        combining.table_of_sheets(counted, protocol.rubric, protocol.terms),
        combined_marks(counted, protocol.rubric, protocol.terms, groups_of(read)),
        {code: row.version.frozen_at for code, row in read.entries.items()},
        {code: place for place, code in enumerate(order, start=1)},
        bytes.fromhex(read.judged.seed),
    )


def combined_marks(
    sheets: Sheets, rubric_: rubric.Rubric, terms: Terms, groups: Groups
) -> dict[str, dict[str, Decimal]]:
    """Return each criterion's marks combined over the judges: `marks[criterion][entry]`.

    By the declared rule where it gives points, and by the mean otherwise; each group by itself.
    """
    found: dict[str, dict[str, Decimal]] = {leaf.id: {} for leaf in rubric_.leaves(rubric.ANY)}
    for group in grouping.named(groups, (entry for entry, _judge in sheets)):
        own = _marks_of(grouping.only(sheets, groups, group), rubric_, terms)
        for id_, marks in own.items():
            found[id_] |= marks
    return found


def _marks_of(
    sheets: Sheets, rubric_: rubric.Rubric, terms: Terms
) -> dict[str, dict[str, Decimal]]:
    rule = terms.rule if terms.rule in IN_POINTS else Rule.MEAN
    inner = replace(terms, rule=rule, basis=Basis.SHEET, missing=Missing.REST, roundings=())
    columns: dict[str, dict[str, dict[str, Decimal]]] = {}
    for (entry, judge), marks in sheets.items():
        for id_, mark in marks.items():
            columns.setdefault(id_, {}).setdefault(entry, {})[judge] = mark
    return {
        leaf.id: dict(combining.combined(Table.of(columns.get(leaf.id, {})), inner).values)
        for leaf in rubric_.leaves(rubric.ANY)
    }


@dataclass(frozen=True, slots=True)
class _Beside:
    """What stands beside the values of a row."""

    lines: Mapping[str, tuple[Deduction, ...]]
    before: Mapping[int, Decimal]
    scored: Table
    shared: Mapping[str, tuple[tuple[str, Decimal], ...]]


def _shared(
    read: Read, outcome: Outcome, given: Sequence[PartScores]
) -> dict[str, tuple[tuple[str, Decimal], ...]]:
    """Return what each part gives each entry that the jury judged; nothing without parts."""
    if not given or outcome.rule not in IN_POINTS:
        return {}
    jury = {str(read.entries[code].entry_id): value for code, value in outcome.values.items()}
    each = {one.id: parts.totals([one], jury) for one in given}
    return {
        code: tuple((one.title, each[one.id][str(read.entries[code].entry_id)]) for one in given)
        for code in outcome.values
    }


def _added(
    read: Read, outcome: Outcome, shared: Mapping[str, Sequence[tuple[str, Decimal]]]
) -> dict[str, Decimal]:
    """Return what the jury's value and the other parts come to together."""
    return {
        code: table.quantised(sum((points for _title, points in shared[code]), Decimal(0)))
        if code in shared
        else value
        for code, value in outcome.values.items()
        if code in read.entries
    }


def _rows(
    read: Read,
    outcome: Outcome,
    values: Mapping[str, Decimal],
    resolved: Resolved,
    beside: _Beside,
) -> tuple[Ranked, ...]:
    places, groups = resolved.places, resolved.groups
    order = [code for tied in resolved.order for code in tied]
    order += [code for code in read.entries if code not in places]
    dropped = _dropped(read, beside.scored)
    return tuple(
        Ranked(
            code,
            read.entries[code],
            places.get(code),
            outcome.values.get(code),
            beside.lines[code],
            beside.before.get(read.entries[code].entry_id),
            values.get(code),
            dropped.get(code, frozenset()),
            tuple(resolved.explains(code)),
            beside.shared.get(code, ()),
        )
        for code in sorted(order, key=lambda code: groups.get(code, ""))
    )


def _dropped(read: Read, scored: Table) -> dict[str, frozenset[str]]:
    """Return whose whole scores the trimmed mean leaves out; by criteria each has its own."""
    terms = read.judged.declared.terms
    if terms.rule is not Rule.TRIMMED or terms.basis is Basis.CRITERION:
        return {}
    return {
        entry: frozenset().union(*averaging.dropped(row, terms.drop))
        for entry, row in scored.rows.items()
    }


def _warnings(
    read: Read, outcome: Outcome, lines: Mapping[str, Sequence[Deduction]]
) -> tuple[Sentence, ...]:
    found = list(outcome.warnings)
    if outcome.rule not in IN_POINTS and any(lines.values()):
        message = N_("This rule gives no points: deductions are listed and change no place.")
        found.append(Sentence(message))
    return tuple(found)


# --- As a run keeps them -----------------------------------------------------------------------


def written(found: Results) -> list[dict[str, object]]:
    """Return the rows as a run keeps them, best first; every figure is text, as it was compared."""
    groups = found.resolved.groups
    return [
        {
            **({"category": groups[one.code]} if groups else {}),
            "code": one.code,
            "entry_id": one.row.entry_id,
            "entry": one.row.entry.public_id,
            "place": one.place,
            "combined": _text(one.combined),
            "parts": [[title, str(points)] for title, points in one.parts],
            "lines": [str(line.points) for line in one.lines],
            "carried": _text(one.carried),
            "result": _text(one.result),
            "scores": {
                judge: str(score) for judge, score in found.scored.scores.get(one.code, {}).items()
            },
            "dropped": sorted(one.dropped),
            "steps": [_step(step, one.code) for step in one.steps],
        }
        for one in found.rows
    ]


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _step(step: Separation, code: str) -> dict[str, object]:
    compared = step.values.get(code)
    return {
        "step": step.step.step.value,
        "criterion": step.step.criterion,
        "value": None if compared is None else str(compared),
        "decided": step.has_separated,
    }


def inputs_digest(found: Results) -> str:
    """Return the digest of all that a result is made from: sheets, lines, decisions, votes."""
    read, groups = found.read, found.resolved.groups
    among = {"categories": dict(sorted(groups.items()))} if groups else {}
    return sealing.digest(
        among
        | {
            "parts": [[one.id, str(one.most), _points(one)] for one in found.parts],
            "protocol": read.judged.digest,
            "sheets": sorted(
                [entry, judge, {id_: str(mark) for id_, mark in sorted(marks.items())}]
                for (entry, judge), marks in read.sheets.items()
            ),
            "due": {entry: sorted(judges) for entry, judges in read.due.items()},
            "lines": {code: [str(one.points) for one in read.lines(code)] for code in read.entries},
            "decisions": [one.id for rows in read.decisions.values() for one in rows],
            "vote": read.vote.id if read.vote is not None else None,
        }
    )


def _points(part: PartScores) -> dict[str, str] | None:
    if part.points is None:
        return None
    return {entry: str(points) for entry, points in sorted(part.points.items())}

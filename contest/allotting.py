"""What the rules of prizes propose by the results of now; nothing is written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select

from contest import award_queries, quota_queries, total_queries, unit_figures
from contest.models import (
    Audience,
    AwardList,
    Contest,
    Enrolment,
    OverallRun,
    OverallStanding,
    PrizeKind,
    PrizeRule,
    ResultRun,
    Round,
    Standing,
)
from contest.rules import awards, collective, prizes, ranking, scoring
from contest.rules.awards import Crossing
from contest.rules.collective import Figures, Measure, Scored
from contest.rules.prizes import Contended, Placed, Seat, Ties
from contest.rules.standing import Stood
from contest.rules.unit_groups import belongs
from core.db import db

# Public id of an enrolment, sort key, score in millionths, milliseconds.
Row = tuple[str, str, int, int]
_DIGITS = 16
_TOP = 16**_DIGITS - 1


@dataclass(frozen=True, slots=True)
class Supposed:
    """What is read instead of what is kept, as if changes had been carried out.

    `stood` is who would stand in a run, by its id and the public id of the enrolment; `totals` are
    the rows of a run of an overall table with their blocks; `won` is by how much the individual
    prizes of a unit, by its public id and the title of the prize, would differ.
    """

    stood: Mapping[int, Mapping[str, Stood]] = field(default_factory=dict)
    totals: Mapping[int, Sequence[tuple[Row, int | None]]] = field(default_factory=dict)
    won: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


NOTHING_ELSE = Supposed()


@dataclass(frozen=True, slots=True)
class Derived:
    """What a rule proposes, and what it was applied to; nothing while results are missing."""

    seats: tuple[Seat, ...]
    basis: dict[str, Any]
    scored: tuple[Scored, ...] = ()

    @property
    def basis_figures(self) -> list[Figures]:
        """The figures of units that were compared."""
        return [one.figures for one in self.scored]


def derive(rule: PrizeRule, supposed: Supposed = NOTHING_ELSE) -> Derived | None:
    """Return what a rule proposes by the results of now; None while they are not computed.

    Other lists of the contest count as they were decided, or as their own rules propose. What
    is `supposed` is read instead of what is kept.
    """
    if rule.is_collective:
        return _derive_units(rule, supposed)
    rules = award_queries.rules_of(rule.contest)
    people = [one for one in rules if one.kind is PrizeKind.INDIVIDUAL]
    holding = award_queries.lists_that_hold(one for one in people if one.id != rule.id)
    runs = final_runs(rule.contest)
    tables = total_queries.newest_runs(one.table_id for one in people if one.table_id)
    inputs = {one.id: _inputs(one, runs, tables) for one in people}
    if not inputs[rule.id]:
        return None
    lists = [
        _entry(one, inputs[one.id], tables.get(one.table_id or 0), holding.get(one.id))
        for one in people
        if one.id in holding or inputs[one.id]
    ]
    basis = {"runs": inputs[rule.id], "lists": lists}
    return Derived(tuple(derived_people(rule.public_id, lists, supposed)), basis)


def _inputs(
    rule: PrizeRule, runs: Mapping[int, ResultRun], tables: Mapping[int, OverallRun]
) -> list[int]:
    """Return the ids of the runs that prizes follow from; none while they are missing."""
    if rule.table_id is None:
        return [run.id for run in _runs_for(rule, runs)]
    table = tables.get(rule.table_id)
    return [] if table is None else [int(one["run"]) for one in table.inputs]


def _entry(
    rule: PrizeRule, runs: Sequence[int], table: OverallRun | None, held: AwardList | None
) -> dict[str, Any]:
    """Return everything that a list's winners follow from: kept with a list, read to verify it."""
    decided = None
    if held is not None:
        decided = [[one.level, one.enrolment.public_id] for one in held.awards if one.enrolment]
    return {
        "key": rule.public_id,
        "rule": rule.rule,
        "runs": list(runs),
        "adds_up": rule.round_id is None,
        "table": None if table is None else table.id,
        "block": rule.block_id,
        "seed": rule.seed,
        "decided": decided,
    }


def derived_people(
    key: str, lists: Iterable[Mapping[str, Any]], supposed: Supposed = NOTHING_ELSE
) -> list[Seat]:
    """Return the prizes of one of these lists; a statement for each that is not decided."""
    contended = []
    for one in lists:
        rule = prizes.individual_from(one["rule"])
        if one["decided"] is None:
            contended.append(Contended(one["key"], rule, _ranked(one, supposed)))
        else:
            held = tuple((level, who) for level, who in one["decided"])
            contended.append(Contended(one["key"], rule, (), held))
    return prizes.allot_all(contended)[key]


def final_runs(contest: Contest) -> dict[int, ResultRun]:
    """Return the run that counts of each round whose results are computed, by the round's id."""
    rows = db.session.scalars(
        select(ResultRun)
        .join(Round, Round.current_run_id == ResultRun.id)
        .where(Round.contest_id == contest.id, ResultRun.is_provisional.is_(False))
        .order_by(Round.number)
    )
    return {run.round_id: run for run in rows}


def _runs_for(rule: PrizeRule, runs: Mapping[int, ResultRun]) -> list[ResultRun]:
    if rule.round_id is None:
        return list(runs.values())
    return [runs[rule.round_id]] if rule.round_id in runs else []


def _ranked(one: Mapping[str, Any], supposed: Supposed) -> tuple[Placed, ...]:
    """Return the ranking that a rule is applied to: of its round, a table, or rounds added up.

    Of several rounds the scores are added, then the time taken decides.
    """
    rows = _rows_of_table(one, supposed) if one.get("table") else _rows_of_runs(one, supposed)
    if one["adds_up"] and not one.get("table"):
        found = _added_up([(who, score, took) for who, _, score, took in rows])
    else:
        found = [Placed(who, key, scoring.from_millionths(score)) for who, key, score, _ in rows]
    if one["rule"]["ties"] != Ties.LOT:
        return tuple(found)
    seed = bytes.fromhex(one["seed"])
    return tuple(replace(placed, lot=ranking.lot(seed, placed.who)) for placed in found)


def _rows_of_table(one: Mapping[str, Any], supposed: Supposed) -> list[Row]:
    if one["table"] in supposed.totals:
        told = supposed.totals[one["table"]]
        return [row for row, block in told if one["block"] in (None, block)]
    rows = db.session.execute(
        select(
            Enrolment.public_id,
            OverallStanding.sort_key,
            OverallStanding.score,
            OverallStanding.duration_ms,
        )
        .join(Enrolment, Enrolment.id == OverallStanding.enrolment_id)
        .where(
            OverallStanding.run_id == one["table"],
            *([Enrolment.block_id == one["block"]] if one["block"] else []),
        )
    )
    return [(who, key, score, took) for who, key, score, took in rows]


def _rows_of_runs(one: Mapping[str, Any], supposed: Supposed) -> list[Row]:
    kept = [run for run in one["runs"] if run not in supposed.stood]
    rows = db.session.execute(
        select(
            Enrolment.public_id,
            Standing.sort_key,
            Standing.score,
            Standing.duration_ms,
        )
        .join(Enrolment, Enrolment.id == Standing.enrolment_id)
        .where(
            Standing.run_id.in_(kept),
            Standing.audience == Audience.PARTICIPANT,
            *([Enrolment.block_id == one["block"]] if one["block"] else []),
        )
    )
    found = [(who, key, score, took) for who, key, score, took in rows]
    would = [stood for run, stood in supposed.stood.items() if run in one["runs"]]
    return found + [
        (who, mine.sort_key, mine.attempt.score, mine.attempt.duration_ms)
        for stood in would
        for who, mine in stood.items()
        if not one["block"] or mine.block == one["block"]
    ]


def _added_up(rows: Iterable[tuple[str, int, int]]) -> list[Placed]:
    sums: dict[str, tuple[int, int]] = {}
    for who, score, took in rows:
        before = sums.get(who, (0, 0))
        sums[who] = (before[0] + score, before[1] + took)
    return [
        Placed(who, f"{_TOP - score:0{_DIGITS}x}{took:0{_DIGITS}x}", scoring.from_millionths(score))
        for who, (score, took) in sums.items()
    ]


# --- Units -------------------------------------------------------------------------------------


def _derive_units(rule: PrizeRule, supposed: Supposed) -> Derived | None:
    runs = _runs_for(rule, final_runs(rule.contest))
    if not runs:
        return None
    figures = figures_of(rule, runs, supposed)
    return derived_units(rule, figures, [run.id for run in runs])


def derived_units(rule: PrizeRule, figures: Sequence[Figures], run_ids: Sequence[int]) -> Derived:
    """Return the prizes of units by these figures."""
    asked = rule.collective
    scored = collective.rank(asked, figures)
    seed = bytes.fromhex(rule.seed)
    lots = {one.who: ranking.lot(seed, one.who) for one in figures}
    seats = collective.allot_units(asked, scored, lots=lots)
    basis = {"runs": list(run_ids), "figures": [one.written() for one in figures]}
    return Derived(tuple(seats), basis, tuple(scored))


def figures_of(
    rule: PrizeRule, runs: Sequence[ResultRun], supposed: Supposed = NOTHING_ELSE
) -> list[Figures]:
    """Return what is known of every unit that the rule is about."""
    asked = rule.collective
    at = max(run.made_at for run in runs)
    radar = quota_queries.radar(rule.contest, round_=rule.round, at=at)
    units = [one for one in radar.units if belongs(one.unit.kind, asked.groups)]
    scores = _scores(rule.contest, runs, supposed) if asked.uses(Measure.MEAN_SCORE) else {}
    won = _won(rule, supposed) if asked.uses(Measure.PRIZE_POINTS) else {}
    found = []
    for one in units:
        met, of = one.met
        total, scored = scores.get(one.unit.id, (0, 0))
        found.append(
            Figures(
                one.unit.public_id,
                one.taken.people,
                one.taken.headcount,
                met,
                of,
                scoring.from_millionths(total),
                scored,
                won.get(one.unit.public_id, {}),
            )
        )
    return found


def _scores(
    contest: Contest, runs: Sequence[ResultRun], supposed: Supposed
) -> dict[int, tuple[int, int]]:
    into = unit_figures.folding_of(contest)
    rows = db.session.execute(
        select(Enrolment.counted_unit_id, Standing.score)
        .join(Enrolment, Enrolment.id == Standing.enrolment_id)
        .where(
            Standing.run_id.in_([run.id for run in runs if run.id not in supposed.stood]),
            Standing.audience == Audience.PARTICIPANT,
            Enrolment.counted_unit_id.is_not(None),
        )
    )
    found: dict[int, tuple[int, int]] = {}
    told = [(counted, score) for counted, score in rows]
    for counted, score in [*told, *_supposed_scores(contest, runs, supposed)]:
        if counted is None:
            continue
        unit_id = into.get(counted, counted)
        total, count = found.get(unit_id, (0, 0))
        found[unit_id] = (total + score, count + 1)
    return found


def _supposed_scores(
    contest: Contest, runs: Sequence[ResultRun], supposed: Supposed
) -> list[tuple[int | None, int]]:
    """Return (unit, score) of everybody who would stand in these runs; one statement if any."""
    stood = [supposed.stood[run.id] for run in runs if run.id in supposed.stood]
    if not stood:
        return []
    units = dict(
        db.session.execute(
            select(Enrolment.public_id, Enrolment.counted_unit_id).where(
                Enrolment.contest_id == contest.id
            )
        ).all()
    )
    return [(units.get(who), one.attempt.score) for some in stood for who, one in some.items()]


def _won(rule: PrizeRule, supposed: Supposed) -> dict[str, dict[str, int]]:
    """Count the individual prizes that hold by unit and title."""
    scope = rule.round or rule.contest
    found = collective.prize_counts(
        (one.enrolment.counted_unit.public_id, one.level)
        for one in award_queries.awards_of(scope)
        if one.enrolment is not None and one.enrolment.counted_unit is not None
    )
    for unit, titles in supposed.won.items():
        held = found.setdefault(unit, {})
        for title, more in titles.items():
            held[title] = max(0, held.get(title, 0) + more)
    return found


# --- Looked at again ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Again:
    """A list that holds, against what its rule proposes by the results of now."""

    held: AwardList
    is_stale: bool
    crossings: tuple[Crossing, ...]


def again(rule: PrizeRule, held: AwardList) -> Again:
    """Say whether a list is to be looked at again, and who would cross.

    It is when a newer run, a newer headcount or another decision makes the rule propose other
    prizes than it did when the list was made; what people changed by decision is no reason.
    """
    return compared(held, derive(rule))


def compared(held: AwardList, now: Derived | None) -> Again:
    """Return a list against what is proposed now; see `again`."""
    then = awards.seats_from(held.derived)
    if now is None:
        return Again(held, is_stale=True, crossings=())
    return Again(
        held,
        is_stale=awards.differs(then, now.seats),
        crossings=tuple(awards.crossings(then, now.seats)),
    )

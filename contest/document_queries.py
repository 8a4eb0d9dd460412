"""What documents are made from, read from a contest's rows: always in as many statements."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from accounts.models import Unit
from accounts.rules import masking, naming
from accounts.rules.units import COMMUNES, UnitKind
from contest import award_queries, overviews, run_queries
from contest.award_queries import Awarded
from contest.documents.facts import (
    BlockFigures,
    ContestFacts,
    Person,
    Placed,
    RoundFacts,
    RunFacts,
    UnitFigures,
    Winner,
)
from contest.models import (
    Attempt,
    AttemptKind,
    Audience,
    Block,
    Contest,
    Enrolment,
    NumberedDocument,
    ResultRun,
    Round,
    RoundState,
    Standing,
    Stationery,
)
from contest.rules import participating, predicting, ranking, scoring
from core.db import db
from core.saying import Sentence

Say = Callable[[Sentence], str]
# How offices group units in a report; the words are Vietnamese whatever the reader's language.
COMMUNE_GROUP, AGENCY_GROUP, OTHER_GROUP = "xã, phường", "sở, ban, ngành", "đơn vị khác"
_AGENCIES = frozenset(
    {
        UnitKind.PARTY,
        UnitKind.COUNCIL,
        UnitKind.AUTHORITY,
        UnitKind.BOARD,
        UnitKind.DEPARTMENT,
        UnitKind.FRONT,
    }
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How people are shown: by full names or masked, and at most so many of them."""

    say: Say
    in_full: bool = False
    most: int | None = None


def winners_in(round_: Round, wanted: Wanted) -> tuple[Winner, ...]:
    """Return who was awarded a prize in a round, by decision."""
    return tuple(_winner(one, wanted) for one in award_queries.awards_of(round_))


def _winner(held: Awarded, wanted: Wanted) -> Winner:
    if held.enrolment is None:
        return Winner(held.level, held.level_number, held.name, is_unit=True)
    person = person_of(held.enrolment, wanted)
    found = Winner(
        held.level,
        held.level_number,
        person.name,
        post=person.post,
        unit=person.unit,
        block=person.block,
    )
    if held.standing is None:
        return found
    placed = _one_placed(held.standing, 0, wanted)
    return replace(
        found,
        correct=placed.correct,
        asked=placed.asked,
        duration=placed.duration,
        predicted=placed.predicted,
        off=placed.off,
    )


# --- The office --------------------------------------------------------------------------------


def stationery_of(contest: Contest) -> Stationery | None:
    """Return what a contest's office puts around its documents, if it was set."""
    return db.session.get(Stationery, contest.id)


def numbers_of(contest: Contest) -> dict[tuple[str, str], NumberedDocument]:
    """Return the numbers that documents were given, by kind and the round they are about."""
    rows = db.session.scalars(
        select(NumberedDocument).where(NumberedDocument.contest_id == contest.id)
    )
    return {(row.kind, row.about): row for row in rows}


def last_number(contest: Contest, letters: str) -> int:
    """Return the greatest number of a series; 0 where none was given."""
    found = select(func.max(NumberedDocument.number)).where(
        NumberedDocument.contest_id == contest.id, NumberedDocument.letters == letters
    )
    return db.session.scalar(found) or 0


# --- Rounds ------------------------------------------------------------------------------------


def bare(round_: Round) -> RoundFacts:
    """Return a round by name and hours alone; no statement."""
    return RoundFacts(round_.title, round_.number, round_.opens_at, round_.closes_at)


def round_facts(round_: Round, wanted: Wanted, *, with_people: bool) -> RoundFacts:
    """Return a round in numbers, and who stands in its results where they are asked for."""
    run = run_queries.current_run(round_)
    people, attempts = _taken(round_)
    settled = run if run and not run.is_provisional else None
    prediction = round_.asked_prediction
    return replace(
        bare(round_),
        people=people,
        attempts=attempts,
        bands=participating.bands(run_queries.achieved_papers(settled)) if settled else None,
        blocks=_blocks(round_),
        units=_units(overviews.participation(round_.contest, round_=round_)),
        has_prediction=prediction is not None,
        target=wanted.say(predicting.target_said(prediction)) if prediction else "",
        ranked=run_queries.ranked_people(settled) if settled else 0,
        winners=winners_in(round_, wanted) if settled else (),
        placed=tuple(_placed(settled, wanted)) if settled and with_people else (),
        topics=tuple(run_queries.by_topic(settled)) if settled else (),
        run=_run(settled, wanted) if settled else None,
        pass_mark=_plain(mark) if (mark := _mark(settled)) is not None else None,
        passed=(run_queries.passed_in(settled) or 0) if settled else 0,
    )


def _mark(run: ResultRun | None) -> int | None:
    return None if run is None else run.rule.get("pass_mark")


def _taken(round_: Round) -> tuple[int, int]:
    people, attempts = db.session.execute(
        select(func.count(Attempt.enrolment_id.distinct()), func.count())
        .select_from(Attempt)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Attempt.round_id == round_.id, *_counted())
    ).one()
    return people, attempts


def _counted() -> tuple[ColumnElement[bool], ...]:
    return (
        Attempt.kind == AttemptKind.OFFICIAL,
        Attempt.submitted_at.is_not(None),
        Enrolment.is_test.is_(False),
        Enrolment.is_hidden.is_(False),
    )


def _blocks(round_: Round) -> tuple[BlockFigures, ...]:
    rows = db.session.execute(
        select(Block.title, func.count(Attempt.enrolment_id.distinct()), func.count())
        .select_from(Attempt)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(Block, Block.id == Enrolment.block_id)
        .where(Attempt.round_id == round_.id, *_counted())
        .group_by(Block.id, Block.title)
        .order_by(Block.id)
    )
    return tuple(BlockFigures(title, people, attempts) for title, people, attempts in rows)


def _units(lines: Iterable[overviews.UnitLine]) -> tuple[UnitFigures, ...]:
    found = [_unit(line.unit, line.taken) for line in lines]
    groups = (AGENCY_GROUP, COMMUNE_GROUP, OTHER_GROUP)
    return tuple(sorted(found, key=lambda one: groups.index(one.group)))


def _unit(unit: Unit, taken: participating.Participation) -> UnitFigures:
    group = OTHER_GROUP
    if unit.kind in COMMUNES:
        group = COMMUNE_GROUP
    elif unit.kind in _AGENCIES:
        group = AGENCY_GROUP
    return UnitFigures(unit.code, unit.name, group, taken.people, taken.attempts, taken.headcount)


def _run(run: ResultRun, wanted: Wanted) -> RunFacts:
    rule = run.rule.get("ranking", [])
    said = tuple(wanted.say(one) for one in ranking.read(rule).says())
    actual = run.prediction_actual
    titles: dict[int | None, str] = (
        {one.id: one.title for one in run.round.contest.blocks} if run.actuals else {}
    )
    return RunFacts(
        run.number,
        run.board_digest or run.inputs_digest,
        run.made_at,
        said,
        None if actual is None else scoring.from_millionths(actual),
        tuple(
            (titles.get(block, "thí sinh không thuộc khối nào"), scoring.from_millionths(value))
            for block, value in (run.true_values.items() if run.actuals else ())
        ),
    )


def _placed(run: ResultRun, wanted: Wanted) -> Iterable[Placed]:
    """Yield who stands in a run in order of rank; people who are equal share a place."""
    place, above, mark = 0, None, _mark(run)
    for number, standing in enumerate(run_queries.standings(run, most=wanted.most), start=1):
        if standing.sort_key != above:
            place, above = number, standing.sort_key
        found = _one_placed(standing, place, wanted)
        yield found if mark is None else replace(found, passed=standing.score >= mark)


def _one_placed(standing: Standing, place: int, wanted: Wanted) -> Placed:
    predicted, off = standing.attempt.predicted, standing.prediction_off
    return Placed(
        person=person_of(standing.enrolment, wanted),
        place=place,
        correct=standing.correct,
        asked=standing.asked,
        score=_plain(standing.score),
        duration=timedelta(milliseconds=standing.duration_ms),
        predicted=None if predicted is None else _plain(predicted),
        off=None if off is None else _plain(off),
    )


def _plain(millionths: int) -> Decimal:
    """Return a stored number without zeros at its end."""
    value = scoring.from_millionths(millionths)
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()


def person_of(enrolment: Enrolment, wanted: Wanted) -> Person:
    """Return somebody as documents name people: masked unless full names were asked for."""
    account, unit = enrolment.account, enrolment.counted_unit or enrolment.unit
    name = account.full_name
    return Person(
        number=enrolment.number,
        name=name if wanted.in_full else masking.name(name),
        sort_key=naming.name_sort_key(name),
        born=account.birth_date if wanted.in_full else None,
        post=wanted.say(Sentence(enrolment.category.label)) if enrolment.category else "",
        unit=unit.name if unit else "",
        block=enrolment.block.title if enrolment.block else "",
    )


# --- The contest -------------------------------------------------------------------------------


def contest_facts(contest: Contest, rounds: Sequence[RoundFacts]) -> ContestFacts:
    """Return a contest in numbers; the rounds are told already."""
    people, attempts = db.session.execute(
        select(func.count(Attempt.enrolment_id.distinct()), func.count())
        .select_from(Attempt)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Enrolment.contest_id == contest.id, *_counted())
    ).one()
    hosts = [(host["name"], host.get("part")) for host in contest.hosts]
    return ContestFacts(
        title=contest.title,
        leads=tuple(name for name, part in hosts if part == "lead"),
        partners=tuple(name for name, part in hosts if part != "lead"),
        rounds=tuple(rounds),
        units=_units(overviews.participation(contest)),
        people=people,
        attempts=attempts,
    )


def held_rounds(contest: Contest) -> list[Round]:
    """Return the rounds that are set up for good, in their order."""
    return [one for one in contest.rounds if one.state is not RoundState.DRAFT]


def contest_as_round(
    contest: Contest, rounds: Sequence[Round], wanted: Wanted
) -> RoundFacts | None:
    """Return the whole contest as documents about prizes of no round name it; None without any."""
    held = [one for one in award_queries.awards_of(contest) if one.round_id is None]
    if not rounds or not held:
        return None
    opens = min(one.opens_at for one in rounds)
    closes = max(one.closes_at for one in rounds)
    won = tuple(_winner(one, wanted) for one in held)
    return RoundFacts("chung cuộc", 0, opens, closes, winners=won)


def people_of_unit(contest: Contest, code: str, wanted: Wanted) -> tuple[Placed, ...]:
    """Return who of a unit stands in the newest results, sorted as offices sort names."""
    runs = [one.current_run_id for one in contest.rounds if one.current_run_id]
    if not runs:
        return ()
    rows = db.session.scalars(
        select(Standing)
        .join(Enrolment, Enrolment.id == Standing.enrolment_id)
        .join(Unit, Unit.id == Enrolment.counted_unit_id)
        .where(Standing.run_id == runs[-1], Standing.audience == Audience.PARTICIPANT)
        .where(Unit.code == code)
        .options(
            joinedload(Standing.attempt),
            joinedload(Standing.enrolment).joinedload(Enrolment.account),
            joinedload(Standing.enrolment).joinedload(Enrolment.counted_unit),
            joinedload(Standing.enrolment).joinedload(Enrolment.unit),
            joinedload(Standing.enrolment).joinedload(Enrolment.block),
        )
    )
    found = [_one_placed(row, 0, wanted) for row in rows]
    return tuple(sorted(found, key=lambda one: one.person.sort_key))

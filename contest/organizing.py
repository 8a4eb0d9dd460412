"""Making contests and rounds: create, edit, copy, make ready, publish, archive."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import delete, insert, select, update

from accounts import auditing, unit_queries
from accounts.models import Account, Unit
from accounts.rules.units import COMMUNES, UnitKind
from contest import blocks, overviews, planning, publishing, timetabling
from contest.errors import ClockInDoubt, NameTaken, RoundFinal, RoundNotReady, RoundTaken
from contest.models import (
    Contest,
    ContestState,
    ContestUnit,
    Enrolment,
    Round,
    RoundState,
    Sitting,
)
from contest.rules import describing, scoring
from contest.rules.describing import Level
from contest.rules.grouping import BlockSettings
from contest.rules.setting import (
    ALWAYS_FREE,
    Cell,
    ContestSettings,
    RoundSettings,
    changed,
    commitment,
    slug_of,
)
from core import clock_watching, ids
from core.db import atomic, db, lock
from core.saying import Sentence
from core.vietnam import civil_day
from questions.models import Blueprint, BlueprintRow, Difficulty, ItemType

AGENCIES = frozenset(
    {
        UnitKind.PARTY,
        UnitKind.COUNCIL,
        UnitKind.AUTHORITY,
        UnitKind.BOARD,
        UnitKind.DEPARTMENT,
        UnitKind.CENTRAL_AGENCY,
        UnitKind.FRONT,
        UnitKind.PRESS,
        UnitKind.ARMED_FORCES,
    }
)


# --- Contests ----------------------------------------------------------------------------------


@atomic()
def create_contest(
    settings: ContestSettings,
    actor: Account,
    *,
    at: datetime,
    groups: Sequence[BlockSettings] = (),
) -> Contest:
    """Make a contest that nobody but its organisers knows of yet, with these blocks.

    Raise `NameTaken` if the address is another's.
    """
    contest = Contest(public_id=ids.public_id(), slug="", title="", created_at=at)
    _set_contest(contest, _with_slug(settings))
    db.session.add(contest)
    db.session.flush()
    auditing.record(
        actor,
        "contest.created",
        f"contest:{contest.public_id}",
        log=contest.log,
        title=contest.title,
        slug=contest.slug,
    )
    for group in groups:
        blocks.add(contest, group, actor)
    return contest


def _with_slug(settings: ContestSettings) -> ContestSettings:
    """Give the settings an address: the one asked for, or one of the title that is free."""
    if settings.slug:
        if overviews.slug_is_taken(settings.slug):
            raise NameTaken
        return settings
    base = slug_of(settings.title)
    slug, number = base, 1
    while overviews.slug_is_taken(slug):
        number += 1
        slug = f"{base}-{number}"
    return replace(settings, slug=slug)


@atomic()
def edit_contest(contest: Contest, settings: ContestSettings, actor: Account) -> Contest:
    """Set a contest anew; what changed is told in its trail. Raise `NameTaken`."""
    lock(contest)
    before = planning.settings_of_contest(contest)
    settings = replace(settings, slug=settings.slug or before.slug)
    if overviews.slug_is_taken(settings.slug, but=contest):
        raise NameTaken
    differs = changed(before, settings)
    if differs:
        _set_contest(contest, settings)
        target = f"contest:{contest.public_id}"
        auditing.record(actor, "contest.edited", target, log=contest.log, changed=_told(differs))
    return contest


def _set_contest(contest: Contest, settings: ContestSettings) -> None:
    for name in ("title", "slug", "summary", "eligibility", "min_age", "rules_text"):
        setattr(contest, name, getattr(settings, name))
    for name in ("prizes_text", "contact", "max_attempts", "headcount_on"):
        setattr(contest, name, getattr(settings, name))
    contest.hosts = [{"name": name, "part": part} for name, part in settings.hosts]
    contest.fields = list(settings.fields)


@atomic()
def set_state(contest: Contest, state: ContestState, actor: Account) -> Contest:
    """Let the public know of a contest, hide it again, or put it away."""
    lock(contest)
    if contest.state is not state:
        before, contest.state = contest.state, state
        told = {"before": before, "after": state}
        target = f"contest:{contest.public_id}"
        auditing.record(actor, f"contest.{state}", target, log=contest.log, **told)
    return contest


@atomic()
def choose_units(
    contest: Contest, unit_ids: Collection[int], actor: Account, *, at: datetime
) -> int:
    """Say which units take part; everybody entered is counted for the nearest of them."""
    lock(contest)
    before = overviews.unit_ids_of(contest)
    wanted = set(unit_ids)
    if before == wanted:
        return len(wanted)
    db.session.execute(delete(ContestUnit).where(ContestUnit.contest_id == contest.id))
    if wanted:
        rows = [{"contest_id": contest.id, "unit_id": unit} for unit in sorted(wanted)]
        db.session.execute(insert(ContestUnit), rows)
    _count_again(contest, wanted, on=civil_day(at))
    auditing.record(
        actor,
        "contest.units_chosen",
        f"contest:{contest.public_id}",
        log=contest.log,
        before=len(before),
        after=len(wanted),
    )
    return len(wanted)


def _count_again(contest: Contest, wanted: set[int], *, on: date) -> None:
    mine = Enrolment.contest_id == contest.id
    units = set(
        db.session.scalars(
            select(Enrolment.unit_id).where(mine, Enrolment.unit_id.is_not(None)).distinct()
        )
    )
    known = {unit for unit in units if unit is not None}
    nearest = unit_queries.nearest_counted(known, wanted, on=on)
    for unit in known:
        db.session.execute(
            update(Enrolment)
            .where(mine, Enrolment.unit_id == unit)
            .values(counted_unit_id=nearest.get(unit))
        )


def communes() -> set[int]:
    """Return the ids of all communes and wards of today."""
    return _living(COMMUNES)


def agencies() -> set[int]:
    """Return the ids of all departments, agencies and mass organisations of today."""
    return _living(AGENCIES)


def _living(kinds: Collection[UnitKind]) -> set[int]:
    return set(
        db.session.scalars(select(Unit.id).where(Unit.kind.in_(kinds), Unit.valid_to.is_(None)))
    )


# --- Rounds ------------------------------------------------------------------------------------


@atomic()
def create_round(
    contest: Contest, settings: RoundSettings, actor: Account, *, at: datetime
) -> Round:
    """Add a round to a contest, as a draft; its seed is drawn here and committed to."""
    lock(contest)
    round_ = Round(
        public_id=ids.public_id(),
        contest=contest,
        number=1 + max((one.number for one in contest.rounds), default=0),
        seed=secrets.token_hex(32),
        title=settings.title,
        ranking=[],
        prediction=None,
    )
    _set_round(round_, settings)
    round_.sittings = [
        Sitting(public_id=ids.public_id(), opens_at=settings.opens_at, closes_at=settings.closes_at)
    ]
    db.session.add(round_)
    db.session.flush()
    auditing.record(
        actor,
        "round.created",
        f"round:{round_.public_id}",
        log=contest.log,
        number=round_.number,
        title=round_.title,
        seed_commitment=commitment(round_.seed),
    )
    return round_


@atomic()
def edit_round(round_: Round, settings: RoundSettings, actor: Account, *, at: datetime) -> Round:
    """Set a round anew.

    Raise `RoundTaken` when somebody has begun and more than words and dates of results would
    change, `RoundNotReady` when a round that is ready would no longer be, `RoundFinal`.
    """
    lock(round_)
    if round_.state is RoundState.FINAL:
        raise RoundFinal
    differs = changed(planning.settings_of(round_), settings)
    if not differs:
        return round_
    if not ALWAYS_FREE.issuperset(differs) and overviews.has_attempts(round_):
        raise RoundTaken
    if round_.state is RoundState.READY and not ALWAYS_FREE.issuperset(differs):
        _refuse_faulty(round_.contest, settings, at=at)
    _set_round(round_, settings)
    if len(round_.sittings) == 1:
        (sitting,) = round_.sittings
        sitting.opens_at, sitting.closes_at = settings.opens_at, settings.closes_at
    target = f"round:{round_.public_id}"
    auditing.record(actor, "round.edited", target, log=round_.contest.log, changed=_told(differs))
    if "live_board" in differs:
        publishing.rebuild_provisional(round_)
    return round_


def _set_round(round_: Round, settings: RoundSettings) -> None:
    for name in ("title", "opens_at", "closes_at", "minutes", "grace_seconds", "shuffles"):
        setattr(round_, name, getattr(settings, name))
    for name in ("practice_items", "max_per_round", "max_per_day", "min_interval_minutes"):
        setattr(round_, name, getattr(settings, name))
    for name in ("counts", "participant_results_at", "public_results_at", "shows_answers"):
        setattr(round_, name, getattr(settings, name))
    round_.live_board, round_.entry = settings.live_board, settings.entry.written()
    mark = settings.pass_mark
    round_.pass_mark = None if mark is None else scoring.to_millionths(mark)
    round_.markers, round_.deviation_percent = settings.markers, settings.deviation_percent
    round_.prediction = settings.prediction.written() if settings.prediction else None
    round_.ranking = settings.ranking.written()
    _set_blueprint(round_, settings)


def _set_blueprint(round_: Round, settings: RoundSettings) -> None:
    if settings.bank_id is None:
        round_.blueprint = None
        return
    if round_.blueprint is None:
        round_.blueprint = Blueprint(public_id=ids.public_id(), title=settings.title)
    round_.blueprint.bank_id = settings.bank_id
    round_.blueprint.source_id = settings.source_id
    round_.blueprint.exclusions = settings.excluding.written()
    round_.blueprint.rows = [_blueprint_row(cell) for cell in settings.cells]


def _blueprint_row(cell: Cell) -> BlueprintRow:
    return BlueprintRow(
        topic_id=cell.topic_id,
        difficulty=Difficulty(cell.difficulty) if cell.difficulty else None,
        type=ItemType(cell.type) if cell.type else None,
        count=cell.count,
        points=cell.points,
    )


@atomic()
def copy_round(round_: Round, actor: Account, *, at: datetime) -> Round:
    """Add a round like this one that follows the last round of the contest."""
    settings = planning.following(round_, at=at)
    made = create_round(round_.contest, settings, actor, at=at)
    blocks.copy_papers(round_, made)
    return made


@atomic()
def make_ready(
    round_: Round,
    actor: Account,
    *,
    at: datetime,
    reference: str = "",
    despite_clock: bool = False,
) -> Round:
    """Let a round open by its hours. Raise `RoundNotReady` with the gravest fault, if any.

    Where a time server is named as the `reference`, raise `ClockInDoubt` while our time is not
    known to be right, unless somebody answers for it (`despite_clock`).
    """
    lock(round_)
    if round_.state is not RoundState.DRAFT:
        return round_
    _refuse_faulty(round_.contest, planning.settings_of(round_), at=at)
    blocks.refuse_short(round_, at=at)
    _refuse_timetable(round_, at=at)
    doubts = clock_watching.doubts(reference=reference, at=at) if reference else []
    if doubts and not despite_clock:
        raise ClockInDoubt(doubts[0].message, **doubts[0].values)
    round_.state = RoundState.READY
    run = publishing.open_run(round_, at=at)
    auditing.record(
        actor,
        "round.made_ready",
        f"round:{round_.public_id}",
        log=round_.contest.log,
        run=run.number,
        opens_at=round_.opens_at,
        closes_at=round_.closes_at,
        seed_commitment=commitment(round_.seed),
        **({"despite_clock": True} if doubts else {}),
    )
    return round_


@atomic()
def make_draft(round_: Round, actor: Account) -> Round:
    """Take a ready round back, while nobody has begun. Raise `RoundTaken` otherwise."""
    lock(round_)
    if overviews.has_attempts(round_):
        raise RoundTaken
    if round_.state is RoundState.READY:
        round_.state = RoundState.DRAFT
        target = f"round:{round_.public_id}"
        auditing.record(actor, "round.taken_back", target, log=round_.contest.log)
    return round_


def _refuse_faulty(contest: Contest, settings: RoundSettings, *, at: datetime) -> None:
    found = planning.shelf_for(settings)
    if found is None:
        raise RoundNotReady(planning.NO_BANK.message)
    for remark in describing.inspect(planning.plan_of(contest, settings, found), at):
        if remark.level is Level.DANGER:
            raise RoundNotReady(remark.sentence.message, **remark.sentence.values)


def _refuse_timetable(round_: Round, *, at: datetime) -> None:
    for finding in timetabling.inspect(round_, at=at):
        if finding.level is Level.DANGER:
            raise RoundNotReady(finding.sentence.message, **finding.sentence.values)


def _told(differs: Mapping[str, tuple[object, object]]) -> dict[str, dict[str, object]]:
    return {
        name: {"before": _plain(before), "after": _plain(after)}
        for name, (before, after) in differs.items()
    }


def _plain(value: object) -> object:
    """Return a setting as the trail keeps it."""
    written = getattr(value, "written", None)
    if callable(written):
        return written()
    return value.message if isinstance(value, Sentence) else value

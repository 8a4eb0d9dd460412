"""What is read of reveal ceremonies: where one stands, and whom it shows, as all may read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from accounts.models import Account, Unit
from accounts.rules import masking
from contest import board_finding, board_lines
from contest.board_finding import Here, Wanted
from contest.models import Award, AwardList, Ceremony, Enrolment, ResultRun, Round, Standing
from contest.rules import unveiling
from contest.rules.timing import Audience
from core.db import db


@dataclass(frozen=True, slots=True)
class Figures:
    """What somebody achieved."""

    correct: int
    asked: int
    # Millionths.
    off: int | None
    duration_ms: int


@dataclass(frozen=True, slots=True)
class Shown:
    """Somebody whom a ceremony reveals."""

    rank: int
    prize: str
    name: str
    unit: str
    # The number (SBD) of a person; nothing for a unit.
    number: int | None
    line: Figures | None


def ceremony_with(public_id: str) -> Ceremony | None:
    """Return the ceremony of that public id with its round, contest, run, block and winners."""
    return db.session.scalar(
        select(Ceremony).where(Ceremony.public_id == public_id).options(*_with_all())
    )


def ceremonies_of(round_: Round) -> Sequence[Ceremony]:
    """Return the ceremonies of a round, the newest first."""
    return db.session.scalars(
        select(Ceremony)
        .where(Ceremony.round_id == round_.id)
        .order_by(Ceremony.id.desc())
        .options(*_with_all())
    ).all()


def _with_all() -> list[Any]:
    return [
        joinedload(Ceremony.round).joinedload(Round.contest),
        joinedload(Ceremony.run),
        joinedload(Ceremony.block),
        joinedload(Ceremony.award_list),
        joinedload(Ceremony.started_by),
    ]


def running_in(round_: Round) -> Ceremony | None:
    """Return the ceremony of a round that has not ended."""
    return db.session.scalar(
        select(Ceremony).where(Ceremony.round_id == round_.id, Ceremony.ended_at.is_(None))
    )


def people_to(run: ResultRun, block_id: int | None, places: int) -> int:
    """Return how many people the first so many places are: equals are not divided."""
    found = [one for one in _placed(run, block_id) if one.rank <= places]
    return len(found)


def shown_in(ceremony: Ceremony) -> list[Shown]:
    """Return whom a ceremony reveals, the best first; two statements at most."""
    if ceremony.list_id is not None:
        return winners(ceremony.list_id, ceremony.run_id)[: ceremony.steps]
    return _placed(ceremony.run, ceremony.block_id)[: ceremony.steps]


def _placed(run: ResultRun, block_id: int | None) -> list[Shown]:
    """Return the first of a run as the committee has it: it need not be public yet."""
    picked = board_finding.pick(Standing, _here(run.id, block_id), Wanted())
    one = picked.one
    rows = db.session.execute(
        select(one, Account.full_name, Unit.name, Enrolment.publishes_name, Enrolment.number)
        .add_columns(picked.between)
        .join(Enrolment, Enrolment.id == one.enrolment_id)
        .join(Account, Account.id == Enrolment.account_id)
        .outerjoin(Unit, Unit.id == Enrolment.unit_id)
        .order_by(*picked.order)
    ).all()
    found, above = [], 0
    for row in rows[: unveiling.MOST]:
        above += row.between
        is_winner = above < board_lines.PRIZES and not run.is_provisional
        is_named = row.publishes_name and is_winner
        name = row.full_name if is_named else masking.name(row.full_name)
        found.append(Shown(above + 1, "", name, row.name or "", row.number, _figures(row[0])))
    return found


def _here(run_id: int, block_id: int | None) -> Here:
    def conditions(kind: Any) -> list[ColumnElement[bool]]:  # noqa: ANN401 -- a model or an alias
        found = [kind.run_id == run_id, kind.audience == Audience.PARTICIPANT]
        return [*found, kind.block_id == block_id] if block_id else found

    return conditions


def _figures(one: Standing) -> Figures:
    return Figures(one.correct, one.asked, one.prediction_off, one.duration_ms)


def winners(list_id: int, run_id: int) -> list[Shown]:
    """Return the holders of the prizes of a list in order of the prizes; two statements."""
    awards = db.session.scalars(
        select(Award)
        .where(
            Award.list_id == list_id,
            Award.enrolment_id.is_not(None) | Award.unit_id.is_not(None),
        )
        .order_by(Award.level, Award.number)
        .options(
            joinedload(Award.enrolment).joinedload(Enrolment.account),
            joinedload(Award.enrolment).joinedload(Enrolment.unit),
            joinedload(Award.enrolment).joinedload(Enrolment.counted_unit),
            joinedload(Award.unit),
            joinedload(Award.award_list, innerjoin=True).joinedload(AwardList.rule),
        )
        .limit(unveiling.MOST)
    ).all()
    stood = _standings(run_id, [one.enrolment_id for one in awards if one.enrolment_id])
    ranks = unveiling.levels_as_ranks([one.level for one in awards])
    return [
        _award(one, rank, stood.get(one.enrolment_id or 0))
        for one, rank in zip(awards, ranks, strict=True)
    ]


def _standings(run_id: int, people: Sequence[int]) -> dict[int, Standing]:
    rows = db.session.scalars(
        select(Standing).where(
            Standing.run_id == run_id,
            Standing.audience == Audience.PARTICIPANT,
            Standing.enrolment_id.in_(people),
        )
    )
    return {row.enrolment_id: row for row in rows}


def _award(one: Award, rank: int, stood: Standing | None) -> Shown:
    figures, person = _figures(stood) if stood else None, one.enrolment
    if person is None:
        return Shown(rank, one.title, one.unit.name if one.unit else "", "", None, figures)
    in_full = one.award_list.rule.rule.get("publishes_names") and person.publishes_name
    full, unit = person.account.full_name, person.unit or person.counted_unit
    name = full if in_full else masking.name(full)
    return Shown(rank, one.title, name, unit.name if unit else "", person.number, figures)

"""What the whole file of a contest is about: which rounds, for whom, and under which codes."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, true
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import ColumnElement, SQLCoreOperations

from contest.models import Contest, Round
from contest.rules import scoring
from contest.rules.dictionary import Audience, Table
from core.db import db

AT_ONCE = 2000
CODE_LENGTH = 12
Value = str | int | bool | Decimal | date | datetime | None
Values = Sequence[Value]
# Kinds of targets in the trail that are a person or an attempt.
_PERSONAL_TARGETS = frozenset({"account", "enrolment", "attempt", "seat", "certificate"})


@dataclass(frozen=True, slots=True)
class RoundPart:
    """A round as the file needs it."""

    id: int
    number: int
    public_id: str
    run_id: int | None
    is_over: bool


@dataclass(frozen=True, slots=True)
class Scope:
    """A contest or a round of it, who may read what, and the key of its codes."""

    contest_id: int
    log: str
    rounds: Mapping[int, RoundPart]
    is_whole: bool
    at: datetime
    in_full: bool
    reads_bank: bool
    # Drawn for one file and kept nowhere: codes of two files have nothing in common.
    key: bytes
    # Puts a message id into words.
    say: Callable[[str], str]

    def code(self, public_id: str | None) -> str | None:
        """Return what stands for a person or a thing: its public id, or a code of this file."""
        if public_id is None or self.in_full:
            return public_id
        digest = hmac.new(self.key, public_id.encode(), hashlib.sha256).hexdigest()
        return f"m-{digest[:CODE_LENGTH]}"

    def target(self, target: str) -> str:
        """Return what an act was done to, people and attempts by their codes."""
        kind, _, public_id = target.partition(":")
        return f"{kind}:{self.code(public_id)}" if kind in _PERSONAL_TARGETS else target

    def number(self, round_id: int | None) -> int | None:
        """Return the number of a round."""
        found = self.rounds.get(round_id) if round_id is not None else None
        return found.number if found is not None else None

    def holds(self, round_id: InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
        """Return the condition that a row is about the rounds; all are of a whole contest."""
        return true() if self.is_whole else round_id.in_(self.rounds)

    @property
    def over(self) -> list[int]:
        """The ids of the rounds that are over: only of these are questions and answers given."""
        return [one.id for one in self.rounds.values() if one.is_over]

    @property
    def runs(self) -> dict[int, int]:
        """The id of the run that counts in each round, and the number of the round."""
        return {one.run_id: one.number for one in self.rounds.values() if one.run_id}

    def keep(self, table: Table, values: Values) -> list[Value]:
        """Return a row without what its reader may not see."""
        return [
            value if self.may_see(column.audience) else None
            for column, value in zip(table.columns, values, strict=True)
        ]

    def may_see(self, audience: Audience) -> bool:
        """Say whether the reader gets columns for this audience."""
        if audience is Audience.PERSONAL:
            return self.in_full
        return audience is Audience.ALL or self.reads_bank


def rounds_of(contest: Contest, only: Round | None, *, at: datetime) -> dict[int, RoundPart]:
    """Return the rounds of a contest, or the one that is asked for, by id."""
    chosen = [only] if only is not None else contest.rounds
    return {
        one.id: RoundPart(
            one.id,
            one.number,
            one.public_id,
            one.current_run_id,
            (one.stopped_at or one.closes_at) <= at,
        )
        for one in chosen
    }


def batches(
    statement: Select[*tuple[Any, ...]], key: SQLCoreOperations[Any], *more: ColumnElement[bool]
) -> Iterator[Any]:
    """Yield the rows of a statement in order of a unique key, its first column, some at a time.

    Each batch is a statement of its own: between two a job may say how far it is.
    """
    last: Any = None
    while True:
        narrowed = statement.where(*more)
        if last is not None:
            narrowed = narrowed.where(key > last)
        rows = db.session.execute(narrowed.order_by(key).limit(AT_ONCE)).all()
        yield from rows
        if len(rows) < AT_ONCE:
            return
        last = rows[-1][0]


def decimal(millionths: int | None) -> Decimal | None:
    """Return a stored number without zeros at its end."""
    if millionths is None:
        return None
    value = scoring.from_millionths(millionths)
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()


def as_json(value: object) -> str | None:
    """Return a value as JSON; nothing where there is none."""
    if value is None:
        return None
    return json.dumps(value, ensure_ascii=False, sort_keys=True)

"""What the whole file of a contest is about: which rounds, for whom, and under which codes."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, true
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import ColumnElement

from contest.models import Contest, Round
from contest.rules import scoring
from contest.rules.dictionary import Audience, Table
from core.db import db

AT_ONCE = 2000
CODE_BYTES = 8
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
        digest = hashlib.blake2b(public_id.encode(), key=self.key, digest_size=CODE_BYTES)
        return f"m-{digest.hexdigest()}"

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

    def kept(self, table: Table, rows: Iterable[Values]) -> Iterator[list[Value]]:
        """Yield the rows of a table without what their reader may not see."""
        seen = [self.may_see(column.audience) for column in table.columns]
        for row in rows:
            yield [value if is_seen else None for value, is_seen in zip(row, seen, strict=True)]

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
    statement: Select[*tuple[Any, ...]],
    key: InstrumentedAttribute[int],
    *conditions: ColumnElement[bool],
) -> Iterator[Any]:
    """Yield the rows of a statement that meet the conditions in order of a unique key.

    The keys are read first, the rows some at a time by their keys alone: with the conditions
    beside them a database may go through all that meet those, again for each batch. Between two
    statements a job may say how far it is.
    """
    chosen = statement.where(*conditions).with_only_columns(key, maintain_column_froms=True)
    keys = db.session.scalars(chosen.order_by(key)).all()
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        yield from db.session.execute(statement.where(key.in_(some)).order_by(key)).all()


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

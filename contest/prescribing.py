"""Prescribing how a round is judged: made from a pattern, changed until sealed, given entries."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from accounts import auditing
from accounts.models import Account
from contest import organizing
from contest.errors import CannotJudge
from contest.models import (
    Contest,
    Entry,
    EntryState,
    EntryVersion,
    JudgedRound,
    RoundEntry,
    RoundKind,
    Scoresheet,
    SheetVersion,
)
from contest.rules.judging import patterns, rubric, ties
from contest.rules.judging.patterns import Pattern
from contest.rules.judging.sealing import Protocol
from contest.rules.judging.ties import TieStep
from contest.rules.setting import RoundSettings
from core.db import atomic, db, lock
from core.saying import Sentence
from core.text import N_


@dataclass(frozen=True, slots=True)
class Prescription:
    """What organisers decide about a judged round before it is sealed."""

    protocol: Protocol
    judges_each: int
    is_blind: bool


@atomic()
def create(
    contest: Contest, settings: RoundSettings, pattern: Pattern, actor: Account, *, at: datetime
) -> JudgedRound:
    """Add a round that people judge to a contest, with the protocol of a pattern, not sealed."""
    round_ = organizing.create_round(contest, settings, actor, at=at)
    round_.kind = RoundKind.JUDGED
    judged = JudgedRound(
        round=round_,
        protocol=_with_lots(pattern.protocol, round_.seed).written(),
        seed=round_.seed,
        judges_each=pattern.judges_each,
        is_blind=pattern.is_blind,
    )
    db.session.add(judged)
    db.session.flush()
    _record(judged, actor, "protocol.begun", pattern=pattern.key)
    return judged


@atomic()
def prescribe(judged: JudgedRound, wanted: Prescription, actor: Account) -> JudgedRound:
    """Set the protocol anew; what is wrong with it keeps it from being sealed only.

    Raise `CannotJudge` once it is sealed.
    """
    lock(judged)
    if judged.sealed_at is not None:
        raise CannotJudge(N_("The rules of judging are sealed and do not change any more."))
    written = _with_lots(wanted.protocol, judged.seed).written()
    after = (written, wanted.judges_each, wanted.is_blind)
    if (judged.protocol, judged.judges_each, judged.is_blind) != after:
        judged.protocol, judged.judges_each, judged.is_blind = after
        told = {"protocol": written, "judges_each": wanted.judges_each}
        _record(judged, actor, "protocol.edited", **told, blind=wanted.is_blind)
    return judged


@atomic()
def take_in(judged: JudgedRound, actor: Account, *, at: datetime) -> int:
    """Put every admitted entry into the round, as it was last frozen; return how many came.

    Which is there already stays as it is. Raise `CannotJudge` for a round whose entries come
    from the one before it.
    """
    lock(judged)
    if judged.before_id is not None:
        raise CannotJudge(N_("The entries of this round come from the round before it."))
    found = _admitted(judged)
    for entry, version in found:
        row = RoundEntry(judged=judged, entry=entry, version=version, added_at=at)
        db.session.add(row)
    if found:
        _record(judged, actor, "round.entries_taken_in", entries=[one.code for one, _ in found])
    return len(found)


@atomic()
def take_out(row: RoundEntry, actor: Account, *, reason: str) -> None:
    """Take an entry out of a round, as one that was withdrawn.

    Raise `CannotJudge` without a reason, or once somebody has handed in a sheet about it.
    """
    lock(row)
    if not reason.strip():
        raise CannotJudge(N_("Say why the entry is taken out."))
    sheets = db.session.scalars(select(Scoresheet).where(Scoresheet.round_entry_id == row.id)).all()
    if any(sheet.versions or sheet.sequence for sheet in sheets) or row.lines:
        raise CannotJudge(N_("The entry has been scored: it stays in the round."))
    for sheet in sheets:
        db.session.delete(sheet)
    _record(row.judged, actor, "round.entry_taken_out", entry=row.entry.code, reason=reason)
    db.session.delete(row)


def entries_of(judged: JudgedRound) -> Sequence[RoundEntry]:
    """Return the entries of a round by their codes; one statement."""
    return db.session.scalars(
        select(RoundEntry)
        .join(RoundEntry.entry)
        .where(RoundEntry.round_id == judged.round_id)
        .options(
            joinedload(RoundEntry.entry).options(joinedload(Entry.category), joinedload(Entry.unit))
        )
        .order_by(Entry.code)
    ).all()


def waiting(judged: JudgedRound) -> int:
    """Return how many admitted entries are not in the round."""
    return len(_admitted(judged))


def untouched(judged: JudgedRound) -> set[int]:
    """Return the entries of a round, by their rows, that no judge has begun."""
    begun = select(Scoresheet.round_entry_id).where(Scoresheet.sequence > 0)
    handed = select(Scoresheet.round_entry_id).join(
        SheetVersion, SheetVersion.sheet_id == Scoresheet.id
    )
    found = select(RoundEntry.id).where(
        RoundEntry.round_id == judged.round_id,
        RoundEntry.id.not_in(begun),
        RoundEntry.id.not_in(handed),
    )
    return set(db.session.scalars(found))


def _admitted(judged: JudgedRound) -> list[tuple[Entry, EntryVersion]]:
    newest = (
        select(EntryVersion.entry_id, func.max(EntryVersion.number).label("number"))
        .group_by(EntryVersion.entry_id)
        .subquery()
    )
    here = select(RoundEntry.entry_id).where(RoundEntry.round_id == judged.round_id)
    rows = db.session.execute(
        select(Entry, EntryVersion)
        .join(newest, newest.c.entry_id == Entry.id)
        .join(
            EntryVersion,
            (EntryVersion.entry_id == Entry.id) & (EntryVersion.number == newest.c.number),
        )
        .where(
            Entry.contest_id == judged.round.contest_id,
            Entry.state == EntryState.ADMITTED,
            Entry.id.not_in(here),
        )
        .order_by(Entry.code)
    )
    return [(entry, version) for entry, version in rows]


def _with_lots(protocol: Protocol, seed: str) -> Protocol:
    """Name the digest of the seed where lots are drawn, and none where they are not."""
    draws = any(one.step is TieStep.LOT for one in protocol.chain)
    return patterns.with_lots(protocol, bytes.fromhex(seed) if draws else b"")


def steps_of(protocol: Protocol) -> list[Sentence]:
    """Return the steps that take equal entries apart, criteria by their titles."""
    titles = {leaf.id: leaf.title for leaf in protocol.rubric.leaves(rubric.ANY)}
    return [
        ties.name(replace(one, criterion=titles.get(one.criterion, one.criterion)))
        for one in protocol.chain
    ]


def panels_named(protocol: Protocol) -> list[str]:
    """Return the panels that criteria name."""
    return sorted({leaf.panel for leaf in protocol.rubric.leaves(rubric.ANY)} - {""})


def _record(judged: JudgedRound, actor: Account, act: str, **details: object) -> None:
    round_ = judged.round
    auditing.record(actor, act, f"round:{round_.public_id}", log=round_.contest.log, **details)

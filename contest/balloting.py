"""The public vote: cards are made, each votes once, votes are opened after closing, some struck."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from accounts import auditing
from accounts.models import Account
from contest import ballot_queries
from contest.errors import CannotVote
from contest.models import Part, RoundEntry, Vote, VoteCode
from contest.rules.judging.parts import PartKind
from core import ids, signing
from core.db import atomic, db, lock
from core.text import N_

PURPOSE = "vote"
MOST_AT_ONCE = 2000
# Three groups of four signs: 54 bits.
_GROUPS = 3
_DIGITS = 32
_SOURCE_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Card:
    """A seat card just made: its code is known here and on the paper, and nowhere else."""

    number: int
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a vote comes from: the network's address, and a mark that its browser keeps."""

    network: str = ""
    device: str = ""


@atomic()
def issue(part: Part, actor: Account, *, count: int, at: datetime) -> list[Card]:
    """Make so many seat cards; their codes are shown now and never again.

    Raise `CannotVote` for a vote by roster, one that is over, or for too many at once.
    """
    lock(part)
    _check_voted(part)
    if ballot_queries.is_by_roster(part) or part.opened_at is not None:
        raise CannotVote(N_("This vote takes no seat cards."))
    if not 0 < count <= MOST_AT_ONCE:
        raise CannotVote(N_("Make from 1 to %(most)s cards at once."), most=MOST_AT_ONCE)
    last = db.session.scalar(select(func.max(VoteCode.number)).where(VoteCode.part_id == part.id))
    first = (last or 0) + 1
    cards = [Card(number, ids.code(_GROUPS)) for number in range(first, first + count)]
    db.session.add_all(
        VoteCode(part_id=part.id, number=one.number, digest=_of_card(part, one.code), issued_at=at)
        for one in cards
    )
    db.session.flush()
    _record(part, actor, "vote.cards_made", first=first, last=cards[-1].number)
    return cards


@atomic()
def cancel(part: Part, number: int, actor: Account, *, reason: str, at: datetime) -> VoteCode:
    """Cancel a card that was lost or misprinted; a vote cast with it does not count.

    Raise `CannotVote` without a reason, for a number that was not issued, or once the votes are
    open, for then it could be seen whom it hits.
    """
    lock(part)
    if not reason.strip():
        raise CannotVote(N_("Say why the card is cancelled."))
    if part.opened_at is not None:
        raise CannotVote(N_("The votes are open: strike single votes, with a reason."))
    card = db.session.scalar(
        select(VoteCode).where(VoteCode.part_id == part.id, VoteCode.number == number)
    )
    if card is None:
        raise CannotVote(N_("No card has this number."))
    if card.cancelled_at is None:
        card.cancelled_at, card.cancelled_for = at, reason
        _record(part, actor, "vote.card_cancelled", number=number, reason=reason)
    return card


@atomic()
def cast(part: Part, choice: RoundEntry, typed: str, source: Source, *, at: datetime) -> Vote:
    """Take the vote of a seat card. The same card for the same entry again is the same vote.

    Raise `CannotVote` outside the hours, for a code that is unknown, cancelled or used, past the
    caps of a device or a network, and for an entry that is not voted on.
    """
    code = ids.normalise_code(typed)
    digest = None if code is None else _card_with(part, code)
    if digest is None or ballot_queries.is_by_roster(part):
        raise CannotVote(N_("This code is not on any card of this vote. Compare it sign by sign."))
    return _cast(part, choice, [digest], source, at)


@atomic()
def cast_as(
    part: Part, choice: RoundEntry, voter: Account, source: Source, *, at: datetime
) -> Vote:
    """Take the vote of somebody with an account; see `cast`. Who it was is not kept."""
    if not ballot_queries.is_by_roster(part) or not voter.is_active:
        raise CannotVote(N_("This vote is by the codes of seat cards."))
    who = f"{part.public_id} account {voter.public_id}"
    return _cast(part, choice, signing.macs(PURPOSE, who, length=_DIGITS), source, at)


@atomic()
def open_votes(part: Part, actor: Account, *, at: datetime) -> Part:
    """Open the votes for counting. Raise `CannotVote` before the vote has closed. Twice is once."""
    lock(part)
    _check_voted(part)
    if part.closes_at is None or at < part.closes_at:
        raise CannotVote(N_("The votes stay sealed until the vote closes."))
    if part.opened_at is None:
        part.opened_at, part.opened_by_id = at, actor.id
        _record(part, actor, "vote.opened", votes=ballot_queries.cast_in(part))
    return part


@atomic()
def strike(part: Part, votes: Sequence[str], actor: Account, *, reason: str, at: datetime) -> int:
    """Decide that votes do not count, and return how many were struck; they stay listed.

    Raise `CannotVote` without a reason, or before the votes are open.
    """
    lock(part)
    if not reason.strip():
        raise CannotVote(N_("Say why the votes are struck."))
    if part.opened_at is None:
        raise CannotVote(N_("The votes stay sealed until the vote closes."))
    rows = db.session.scalars(
        select(Vote).where(
            Vote.part_id == part.id, Vote.public_id.in_(votes), Vote.struck_at.is_(None)
        )
    ).all()
    for row in rows:
        row.struck_at, row.struck_by_id, row.struck_for = at, actor.id, reason
    if rows:
        struck = " ".join(row.public_id for row in rows)
        _record(part, actor, "vote.struck", votes=struck, reason=reason)
    return len(rows)


def _cast(
    part: Part, choice: RoundEntry, codes: Sequence[str], source: Source, at: datetime
) -> Vote:
    """Take a vote. `codes` are what its voter may be known by: the newest, and of older keys."""
    lock(part)
    _check_voted(part)
    known = db.session.scalar(select(Vote).where(Vote.part_id == part.id, Vote.code.in_(codes)))
    if known is not None:
        if known.round_entry_id == choice.id:
            return known
        raise CannotVote(N_("This code has voted. A vote cannot be changed."))
    rule = ballot_queries.rule_of(part)
    if not rule.opens <= at < rule.closes:
        raise CannotVote(N_("The vote is not open now."))
    if choice.round_id != part.round_id or choice.entry.withdrawn_at is not None:
        raise CannotVote(N_("Choose one of the entries."))
    made = Vote(
        public_id=ids.public_id(),
        part_id=part.id,
        code=codes[0],
        round_entry_id=choice.id,
        cast_at=at,
        network=_mark(part, "network", source.network),
        device=_mark(part, "device", source.device),
    )
    _check_cap(part, Vote.device, made.device, rule.per_device)
    _check_cap(part, Vote.network, made.network, rule.per_network)
    db.session.add(made)
    db.session.flush()
    return made


def _check_cap(part: Part, column: InstrumentedAttribute[str], mark: str, cap: int | None) -> None:
    if cap is None or not mark:
        return
    count = select(func.count()).select_from(Vote)
    if (db.session.scalar(count.where(Vote.part_id == part.id, column == mark)) or 0) >= cap:
        raise CannotVote(N_("As many votes as allowed have come from this device or network."))


def _check_voted(part: Part) -> None:
    if part.kind is not PartKind.VOTED:
        raise CannotVote(N_("Nothing is voted on here."))


def _of_card(part: Part, code: str) -> str:
    return signing.mac(PURPOSE, f"{part.public_id} card {code}", length=_DIGITS)


def _card_with(part: Part, code: str) -> str | None:
    """Return the digest of the card that has this code, whatever key made it."""
    digests = signing.macs(PURPOSE, f"{part.public_id} card {code}", length=_DIGITS)
    return db.session.scalar(
        select(VoteCode.digest).where(
            VoteCode.part_id == part.id,
            VoteCode.digest.in_(digests),
            VoteCode.cancelled_at.is_(None),
        )
    )


def _mark(part: Part, kind: str, text: str) -> str:
    """Return a digest that tells equal sources of one vote, and nothing across votes."""
    said = f"{part.public_id} {kind} {text}"
    return signing.mac(PURPOSE, said, length=_SOURCE_DIGITS) if text else ""


def _record(part: Part, actor: Account, act: str, **told: object) -> None:
    round_ = part.judged.round
    target, log = f"round:{round_.public_id}", round_.contest.log
    auditing.record(actor, act, target, log=log, part=part.public_id, **told)

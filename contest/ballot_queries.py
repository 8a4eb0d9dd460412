"""What is read of public votes: codes, votes as the rules take them, counts once they are open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from contest.models import Entry, JudgedRound, Part, Round, RoundEntry, VoteCode
from contest.models import Vote as VoteRow
from contest.rules.judging import voting
from contest.rules.judging.voting import Anomaly, Void, Vote, VoteRule
from core.db import db
from core.web import Page

# Votes on one page of the list.
PAGE = 100
_FAR = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Counted:
    """A vote that was opened: the votes that count by entry, those that do not, what looks odd."""

    counts: Mapping[str, int]
    void: Mapping[str, Void]
    votes: Sequence[Vote]
    anomalies: Sequence[Anomaly]


def rule_of(part: Part) -> VoteRule:
    """Return the rule of a vote; without hours it never opens."""
    opens, closes = part.opens_at or _FAR, part.closes_at or _FAR
    return VoteRule(opens, closes, part.terms.get("per_device"), part.terms.get("per_network"))


def is_by_roster(part: Part) -> bool:
    """Say whether people vote with their accounts; else with the codes of seat cards."""
    return bool(part.terms.get("roster"))


def part_with(public_id: str) -> Part | None:
    """Return a part with its round and contest."""
    return db.session.scalar(
        select(Part)
        .where(Part.public_id == public_id)
        .options(
            joinedload(Part.judged).joinedload(JudgedRound.round).joinedload(Round.contest),
        )
    )


def votes_of(part: Part) -> list[Vote]:
    """Return every vote as the rules take it, entries by their ids as text; one statement."""
    rows = db.session.execute(
        select(
            VoteRow.public_id,
            VoteRow.code,
            RoundEntry.entry_id,
            VoteRow.cast_at,
            VoteRow.network,
            VoteRow.device,
        )
        .join(RoundEntry, RoundEntry.id == VoteRow.round_entry_id)
        .where(VoteRow.part_id == part.id)
        .order_by(VoteRow.cast_at, VoteRow.id)
    )
    return [
        Vote(id_, code, str(entry), at, network, device)
        for id_, code, entry, at, network, device in rows
    ]


def counted(part: Part) -> Counted:
    """Count a vote by its rule, in four statements; ask only once it was opened."""
    votes = votes_of(part)
    entries = [str(id_) for id_ in _entry_ids(part)]
    codes = {vote.code for vote in votes} if is_by_roster(part) else _codes(part)
    void = voting.voided(rule_of(part), votes, codes, entries, _struck(part))
    counts = voting.tally(votes, void, entries)
    return Counted(counts, void, votes, voting.anomalies(votes))


def votes_page(
    counted: Counted, *, after: str | None = None, before: str | None = None
) -> Page[Vote]:
    """Return one page of the votes in the order in which they came, from a receipt on.

    All of them are known by then, for they were counted. An unknown receipt begins at the first.
    """
    places = {vote.id: place for place, vote in enumerate(counted.votes)}
    first = max(0, places[before] - PAGE) if before in places else places.get(after or "", -1) + 1
    last = places[before] if before in places else first + PAGE
    rows = list(counted.votes[first:last])
    return Page(
        rows,
        before=rows[0].id if rows and first else None,
        after=rows[-1].id if rows and last < len(counted.votes) else None,
    )


def cast_in(part: Part) -> int:
    """Return how many votes came in: the one figure that is told before a vote is opened."""
    count = select(func.count()).select_from(VoteRow).where(VoteRow.part_id == part.id)
    return db.session.scalar(count) or 0


def vote_in(part: Part, public_id: str) -> VoteRow | None:
    """Return a vote of this part by its receipt."""
    return db.session.scalar(
        select(VoteRow).where(VoteRow.part_id == part.id, VoteRow.public_id == public_id)
    )


def codes_in(part: Part) -> tuple[int, int]:
    """Return how many codes were issued, and how many of them were cancelled."""
    rows = db.session.execute(
        select(func.count(), func.count(VoteCode.cancelled_at)).where(VoteCode.part_id == part.id)
    )
    issued, cancelled = rows.one()
    return issued, cancelled


def choices_in(part: Part) -> Sequence[RoundEntry]:
    """Return the entries that may be voted for, as they appear; withdrawn ones are out."""
    return db.session.scalars(
        select(RoundEntry)
        .join(Entry)
        .where(RoundEntry.round_id == part.round_id, Entry.withdrawn_at.is_(None))
        .order_by(RoundEntry.running_order, Entry.code)
        .options(joinedload(RoundEntry.entry).joinedload(Entry.unit))
    ).all()


def _entry_ids(part: Part) -> Sequence[int]:
    return db.session.scalars(
        select(RoundEntry.entry_id).where(RoundEntry.round_id == part.round_id)
    ).all()


def _codes(part: Part) -> set[str]:
    valid = (VoteCode.part_id == part.id, VoteCode.cancelled_at.is_(None))
    return set(db.session.scalars(select(VoteCode.digest).where(*valid)))


def _struck(part: Part) -> set[str]:
    against = (VoteRow.part_id == part.id, VoteRow.struck_at.is_not(None))
    return set(db.session.scalars(select(VoteRow.public_id).where(*against)))

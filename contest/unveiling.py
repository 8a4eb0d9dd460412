"""The reveal ceremony: begun, moved on and back, darkened, taken along as a file, and ended.

What it shows is not published by it: the public's board is frozen and revealed by `freezing`.
"""

from dataclasses import dataclass
from datetime import datetime

from accounts import auditing
from accounts.models import Account
from contest import ceremony_queries, run_queries
from contest.errors import RoundNotReady
from contest.models import AwardList, Block, Ceremony, Round
from contest.rules import unveiling
from core import ids
from core.db import atomic, db, lock
from core.text import N_


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a ceremony shows: the first places, of a block or of all, or a list of winners."""

    places: int = 10
    block: Block | None = None
    winners: AwardList | None = None


@atomic()
def start(round_: Round, actor: Account, chosen: Chosen, *, at: datetime) -> Ceremony:
    """Begin a ceremony over the computed run that is current; nobody is revealed yet.

    Raise `RoundNotReady` before the results are computed, while another ceremony of the round
    runs, or where there is nobody to be revealed.
    """
    lock(round_)
    run = run_queries.current_run(round_)
    if run is None or run.is_provisional:
        raise RoundNotReady(N_("Compute the results first."))
    if ceremony_queries.running_in(round_) is not None:
        raise RoundNotReady(N_("A reveal of this round is under way: end it first."))
    block_id = chosen.block.id if chosen.block else None
    made = Ceremony(
        public_id=ids.public_id(),
        round_id=round_.id,
        run=run,
        block_id=block_id,
        list_id=chosen.winners.id if chosen.winners else None,
        steps=unveiling.MOST,
        started_at=at,
        started_by_id=actor.id,
    )
    if chosen.winners is None:
        made.steps = ceremony_queries.people_to(run, block_id, chosen.places)
    made.steps = len(ceremony_queries.shown_in(made))
    if not made.steps:
        raise RoundNotReady(N_("There is nobody to be revealed."))
    db.session.add(made)
    db.session.flush()
    _record(made, actor, "ceremony.started", board=run.board_digest)
    return made


@atomic()
def move(ceremony: Ceremony, *, seen: int, to: int) -> Ceremony:
    """Reveal as many as `to` says; nothing changes for who has not `seen` the step that is shown.

    A press that comes twice, or from two operators, is one step. Raise `RoundNotReady` once the
    ceremony has ended.
    """
    _lock(ceremony)
    if ceremony.step == seen:
        ceremony.step = unveiling.within(to, ceremony.steps)
        ceremony.furthest = max(ceremony.furthest, ceremony.step)
        ceremony.is_dark = False
    return ceremony


@atomic()
def darken(ceremony: Ceremony, *, is_dark: bool) -> Ceremony:
    """Make the screen dark, or show again what is there. Raise as `move` does."""
    _lock(ceremony)
    ceremony.is_dark = is_dark
    return ceremony


@atomic()
def end(ceremony: Ceremony, actor: Account, *, at: datetime) -> Ceremony:
    """End a ceremony: its screen shows nothing any more; doing it twice is once."""
    lock(ceremony)
    if ceremony.ended_at is None:
        ceremony.ended_at, ceremony.ended_by_id = at, actor.id
        _record(ceremony, actor, "ceremony.ended", shown=ceremony.furthest)
    return ceremony


@atomic()
def take(ceremony: Ceremony, actor: Account) -> Ceremony:
    """Record that somebody takes the whole ceremony along in a file, before it is public."""
    _record(ceremony, actor, "ceremony.taken")
    return ceremony


def _lock(ceremony: Ceremony) -> None:
    lock(ceremony)
    if ceremony.ended_at is not None:
        raise RoundNotReady(N_("This reveal has ended."))


def _record(ceremony: Ceremony, actor: Account, action: str, **told: object) -> None:
    round_ = ceremony.round
    auditing.record(
        actor,
        action,
        f"round:{round_.public_id}",
        log=round_.contest.log,
        ceremony=ceremony.public_id,
        run=ceremony.run.number,
        winners=ceremony.award_list.public_id if ceremony.award_list else "",
        block=ceremony.block.title if ceremony.block else "",
        steps=ceremony.steps,
        **told,
    )

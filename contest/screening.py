"""What boards on a screen or on another site show: a few rows in large letters, and figures."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flask import url_for

from contest import announcing, award_queries, board_lines, ceremony_queries, turnouts
from contest.board_finding import Wanted
from contest.board_lines import Line
from contest.boards import Head
from contest.ceremony_queries import Figures, Shown
from contest.models import Contest, Round, RoundState
from contest.rules import unveiling
from contest.turnouts import Turnout
from core import i18n

ROWS = 8
EMBEDDED = 10


@dataclass(frozen=True, slots=True)
class Screen:
    """A round's board in large letters."""

    head: Head
    lines: Sequence[Line]
    block: str
    is_open: bool
    closes_at: datetime
    people: int
    turnout: Turnout
    entry_url: str
    digest: str

    @property
    def rates(self) -> list[Decimal]:
        """The share of each unit that took part, for the cloth."""
        return self.turnout.rates

    @property
    def version(self) -> str:
        """What changes exactly when the screen says something else."""
        figures = (self.people, self.turnout.units_with, self.rates)
        shown = (self.head, self.lines, self.block, self.is_open, figures, i18n.language())
        return _digest(shown)


def screen(contest: Contest, number: int, block: int | None, *, at: datetime) -> Screen | None:
    """Return the screen of a round; nothing for one that the public may not know of.

    It shows what the public's board shows, with its masks, and stands still while that does.
    """
    found = board_lines.board(contest.slug, number, Wanted(block=block), at=at)
    round_ = _round(contest, number)
    if found is None or round_ is None:
        return None
    head, page = found
    taken = turnouts.turnout(contest, at=at)
    people = head.people if head.run is not None else taken.rounds.get(round_.id, (0, 0))[0]
    shown = board_lines.block_of(head, block)
    return Screen(
        head,
        page.rows[:ROWS],
        head.blocks[shown] if shown else "",
        round_.state is RoundState.READY and round_.opens_at <= at < round_.closes_at,
        round_.closes_at,
        people,
        taken,
        url_for("public.entry", slug=contest.slug, _external=True),
        announcing.grouped(head.digest[:12].upper()),
    )


def _round(contest: Contest, number: int) -> Round | None:
    return next((one for one in contest.rounds if one.number == number), None)


# --- The podium --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Podium:
    """Who stands first in a round whose results are public; from left to right."""

    screen: Screen
    stands: Sequence[Shown]

    @property
    def version(self) -> str:
        """What changes exactly when the podium says something else."""
        return _digest((self.screen.version, self.stands))


def podium(contest: Contest, number: int, block: int | None, *, at: datetime) -> Podium | None:
    """Return the podium of a round: its first prizes by decision, else its first places.

    Nobody stands there before the results are computed and public.
    """
    shown, round_ = screen(contest, number, block, at=at), _round(contest, number)
    if shown is None or round_ is None:
        return None
    if shown.head.run is None or shown.head.is_provisional:
        return Podium(shown, [])
    public = award_queries.public_runs(contest, at=at)
    lists = [
        one
        for one in award_queries.held_in(round_)
        if not one.rule.is_collective and public.issuperset(one.basis["runs"])
    ]
    if len(lists) == 1 and not shown.block:
        stands = ceremony_queries.winners(lists[0].id, shown.head.run_id)
    else:
        stands = [_stand(line) for line in shown.lines]
    size = unveiling.podium_size([one.rank for one in stands])
    return Podium(shown, [stands[at] for at in unveiling.podium_order(size)])


def _stand(line: Line) -> Shown:
    figures = Figures(line.correct, line.asked, line.off, line.duration_ms)
    return Shown(line.place, "", line.name, line.unit, None, figures)


# --- On another site ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Embedded:
    """A round's board as another site shows it."""

    head: Head
    lines: Sequence[Line]
    url: str

    @property
    def version(self) -> str:
        """What changes exactly when it says something else."""
        return _digest((self.head, self.lines, i18n.language()))


def embedded(slug: str, number: int, block: int | None, *, at: datetime) -> Embedded | None:
    """Return the first rows of a round's board; nothing for one that the public may not see."""
    found = board_lines.board(slug, number, Wanted(block=block), at=at)
    if found is None:
        return None
    url = url_for("public.board", slug=slug, number=number, khoi=block)
    return Embedded(found[0], found[1].rows[:EMBEDDED], url)


def _digest(shown: object) -> str:
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:32]

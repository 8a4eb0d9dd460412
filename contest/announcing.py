"""What a board's page says: the rows in words, and why a row stands where it stands."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from accounts import unit_queries
from contest import board_finding, board_lines, showing
from contest.board_finding import Wanted
from contest.board_lines import Line
from contest.boards import Head
from contest.presenting import Frame, framed
from contest.rules import ranking
from contest.rules.participating import BandName
from contest.rules.ranking import Key, RankingKey, RankingRule
from contest.total_queries import Board
from contest.total_queries import Line as TableLine
from core import i18n, writing
from core.saying import Sentence
from core.text import N_
from core.vietnam import VIETNAM
from core.web import Page

_DIGITS = 16
_MIDDLE = 1 << 62


@dataclass(frozen=True, slots=True)
class WhyRow:
    """One key of the rule: its name and what those compared have of it."""

    name: str
    values: Sequence[str]
    decides: bool
    is_same: bool


@dataclass(frozen=True, slots=True)
class Why:
    """Why a row stands between its neighbours."""

    sentence: str
    places: Sequence[int]
    mine: int
    rows: Sequence[WhyRow]


@dataclass(frozen=True, slots=True)
class BoardPage:
    """A page of a board."""

    frame: Frame
    head: Head
    page: Page[Line]
    tabs: Sequence[Mapping[str, object]]
    rule: Sequence[str]
    bands: Sequence[tuple[str, int, object]]
    shows_off: bool
    digest: str
    why: Why | None
    # The account whose row is marked.
    me: int | None
    words: str
    # The unit whose rows alone are shown, if only they are: its public id and its name.
    unit: tuple[str, str] | None
    # The block whose board it is; `board_finding.ALL` for everybody together.
    block: int
    # What came true of the prediction there, in millionths.
    actual: int | None
    # For whom it is kept, where everybody gets the same.
    shared: str = ""

    @property
    def etag(self) -> str:
        """What changes exactly when the page says something else."""
        reader = (self.me, self.shared, i18n.language())
        shown = (self.head, self.page, self.words, self.unit, self.block, *reader)
        return hashlib.sha256(repr(shown).encode()).hexdigest()[:32]


def board_page(
    head: Head, page: Page[Line], wanted: Wanted, *, me: int | None, shared: str = ""
) -> BoardPage:
    """Return a page of a board as it is shown to the account `me`, or to everybody.

    One statement where only the rows of a unit are shown.
    """
    mine = next((at for at, line in enumerate(page.rows) if line.account_id == me), None)
    is_whole = not wanted.is_filtered
    block = board_lines.block_of(head, wanted.block)
    return BoardPage(
        frame=framed(head.contest, head.slug, head.hosts, head.contact),
        head=head,
        page=page,
        tabs=tabs(head, wanted, url_for("public.board", slug=head.slug, number=head.number)),
        rule=_rule(head),
        bands=[(i18n.say(Sentence(_BANDS[one.name])), one.count, one.share) for one in head.bands],
        shows_off=head.asks_prediction and bool(head.actuals),
        actual=head.actuals.get(block, head.actuals.get(None)),
        digest=grouped(head.digest[:12].upper()),
        why=why(head.rule, page.rows, mine) if mine is not None and is_whole else None,
        me=me,
        words=wanted.words,
        unit=_unit(wanted.unit),
        block=board_finding.ALL if block is None else block,
        shared=shared,
    )


def _unit(public_id: str) -> tuple[str, str] | None:
    if not public_id:
        return None
    found = unit_queries.unit_with(public_id)
    return (public_id, found.name if found else str(_("a unit that is not there")))


def tabs(head: Head, wanted: Wanted, current: str) -> list[dict[str, object]]:
    """Return the boards beside this one; each is asked for the same people."""
    asked: dict[str, Any] = {"slug": head.slug, **asking(wanted)}
    made = [
        (tab.title, url_for("public.board", number=tab.number, **asked), tab.is_open)
        for tab in head.tabs
    ]
    made += [
        (title, url_for("overall.board", public_id=public_id, **asked), False)
        for public_id, title in head.tables
    ]
    made.append((_("Units"), url_for("public.units", slug=head.slug), False))
    return [
        {
            "label": label,
            "href": href,
            "current": href.partition("?")[0] == current,
            "badge": _("Open now") if is_open else "",
        }
        for label, href, is_open in made
    ]


def asking(wanted: Wanted) -> dict[str, Any]:
    """Return what an address says of who is looked for."""
    told = {"tim": wanted.words, "don-vi": wanted.unit, "khoi": wanted.block}
    return {name: value for name, value in told.items() if value not in ("", None)}


def _rule(head: Head) -> list[str]:
    return [i18n.say(line) for line in head.rule.lines()]


def grouped(digest: str) -> str:
    """Return a digest as people compare it: four by four."""
    return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))


@dataclass(frozen=True, slots=True)
class TablePage:
    """A page of an overall table; see `BoardPage`."""

    frame: Frame
    board: Board
    tabs: Sequence[Mapping[str, object]]
    words: str
    unit: tuple[str, str] | None
    block: int
    me: int | None
    shared: str = ""

    @property
    def head(self) -> Head:
        """The contest, as the boards of its rounds say it."""
        return self.board.head

    @property
    def page(self) -> Page[TableLine]:
        """The rows."""
        return self.board.page

    @property
    def etag(self) -> str:
        """What changes exactly when the page says something else."""
        shown = (self.board, self.words, self.unit, self.block, self.me, self.shared)
        return hashlib.sha256(repr((*shown, i18n.language())).encode()).hexdigest()[:32]


def table_page(board: Board, wanted: Wanted, *, me: int | None, shared: str = "") -> TablePage:
    """Return a page of an overall table as it is shown to the account `me`, or to everybody."""
    head = board.head
    block = board_finding.block_of(head.blocks, wanted.block)
    here = url_for("overall.board", slug=head.slug, public_id=board.public_id)
    return TablePage(
        framed(head.contest, head.slug, head.hosts, head.contact),
        board,
        tabs(head, wanted, here),
        wanted.words,
        _unit(wanted.unit),
        board_finding.ALL if block is None else block,
        me,
        shared,
    )


# --- Why ---------------------------------------------------------------------------------------


def why(rule: RankingRule, lines: Sequence[Line], mine: int) -> Why:
    """Return the keys of a row and of those beside it, and say which one decides."""
    shown = range(max(0, mine - 1), min(len(lines), mine + 2))
    compared = [lines[at] for at in shown]
    me = lines[mine]
    rivals = [one for one in compared if one is not me]
    found = {deciding(rule, me, rival) for rival in rivals}
    first = min((at for at in found if at is not None), default=None)
    rows = [
        WhyRow(
            name=i18n.say(ranking.name(key.key)),
            values=[_value(key, at, line) for line in compared],
            decides=at in found,
            is_same=len({_part(line, at) for line in compared}) == 1,
        )
        for at, key in enumerate(rule.keys)
    ]
    places = [line.place for line in compared]
    return Why(_sentence(rule, first, rivals), places, compared.index(me), rows)


def deciding(rule: RankingRule, one: Line, other: Line) -> int | None:
    """Return which key of the rule separates two rows: they are parts of what sorts them."""
    for at in range(len(rule.keys)):
        if _part(one, at) != _part(other, at):
            return at
    return None


def _part(line: Line, at: int) -> str:
    return line.sort_key[at * _DIGITS : (at + 1) * _DIGITS]


def _sentence(rule: RankingRule, first: int | None, rivals: Sequence[Line]) -> str:
    if not rivals:
        return str(_("Nobody else stands on this board yet."))
    if first is None:
        return str(_("These rows are equal in everything, so they share the place."))
    key = i18n.say(ranking.name(rule.keys[first].key))
    if first == 0:
        return str(_("What decides here is %(key)s, the first thing that counts.", key=key))
    same = [i18n.say(ranking.name(one.key)) for one in rule.keys[:first]]
    return str(
        _(
            "These rows are equal in %(same)s, so what decides is %(key)s.",
            same=", ".join(same),
            key=key,
        )
    )


def _value(key: RankingKey, at: int, line: Line) -> str:
    values = {
        Key.SCORE: lambda: i18n.score(line.score),
        Key.CORRECT_COUNT: lambda: i18n.number(line.correct),
        Key.PREDICTION_DIFF: lambda: _off(line),
        Key.DURATION_MS: lambda: _clocked(line.duration_ms),
        Key.SUBMITTED_AT: lambda: _short(line.submitted_at),
        Key.STARTED_AT: lambda: _short(line.started_at),
        Key.PERFECT_ATTEMPTS: lambda: i18n.number(abs(int(_part(line, at), 16) - _MIDDLE)),
        Key.LOT: lambda: _part(line, at)[-6:].upper(),
    }
    return values[key.key]()


def _off(line: Line) -> str:
    if line.off is None:
        return str(_("none"))
    off = showing.say_predicted(line.off)
    if line.predicted is None:
        return off
    said = showing.say_predicted(line.predicted)
    return str(_("%(off)s (said %(number)s)", off=off, number=said))


def _short(moment: datetime) -> str:
    """Write a moment of this year in a narrow column: 07/11 17:04:15."""
    return f"{moment.astimezone(VIETNAM):%d/%m %H:%M:%S}"


def _clocked(milliseconds: int) -> str:
    return writing.countdown(int(timedelta(milliseconds=milliseconds).total_seconds()))


_BANDS = {
    BandName.ALL: N_("All correct (100%%)"),
    BandName.THREE_QUARTERS: N_("From 75%% correct"),
    BandName.QUARTER: N_("From 25%% to 75%% correct"),
    BandName.FEW: N_("Below 25%% correct"),
    BandName.NONE: N_("None correct"),
}

"""The figures of runs as tables: what the pages of analysis show, and the files that hold them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from accounts.rules.staff import StaffCategory
from accounts.rules.units import UnitKind
from contest.rules import figuring
from contest.rules.figuring import Figures, Known
from contest.rules.participating import BandName, share
from contest.rules.withholding import FEWEST, TOTAL, Cell
from core import sheets
from core.saying import Sentence
from core.sheets import Leaf
from core.text import N_

Say = Callable[[Sentence], str]
Value = str | int | Decimal | date | timedelta | Sentence | None
HIDDEN = Sentence(N_("withheld"))
EVERYBODY = Sentence(N_("Everybody"))
BANDS = {
    BandName.ALL: N_("Everything correct"),
    BandName.THREE_QUARTERS: N_("From 75%% to below 100%%"),
    BandName.QUARTER: N_("From 25%% to below 75%%"),
    BandName.FEW: N_("Below 25%%"),
    BandName.NONE: N_("Nothing correct"),
}
DEVICES = {"phone": N_("Phone"), "computer": N_("Computer"), "": N_("Not known")}
WITHHOLDING = Sentence(
    N_(
        "Groups of fewer than %(fewest)s people are withheld, and as many other groups as keep"
        " them from being worked out of the totals."
    ),
    {"fewest": FEWEST},
)


class ChartKind(StrEnum):
    """How a table is drawn: bars that lie or columns that stand."""

    BARS = "bars"
    COLUMNS = "columns"


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its name, its columns, its rows; where it is drawn, by which columns."""

    key: str
    title: str
    # Sentences, and the names of topics as they are.
    header: Sequence[str | Sentence]
    rows: Sequence[Sequence[Value]]
    chart: ChartKind | None = None
    # The column that is drawn; the first one has the names.
    drawn: int = 1
    note: Sentence | None = None

    @property
    def is_wide(self) -> bool:
        """Whether it has more columns than a phone is wide."""
        return len(self.header) > 3

    def is_number(self, column: int) -> bool:
        """Say whether a column has numbers, which stand to the right."""
        return column > 0 and any(
            isinstance(row[column], int | Decimal | timedelta) for row in self.rows
        )

    @property
    def points(self) -> list[tuple[Value, Value]]:
        """What is drawn: names and values, without what is withheld."""
        return [
            (row[0], row[self.drawn])
            for row in self.rows
            if isinstance(row[self.drawn], int | Decimal)
        ]


@dataclass(frozen=True, slots=True)
class RoundFigures:
    """A round and its figures."""

    title: str
    figures: Figures


def of_round(round_: RoundFigures) -> list[Table]:
    """Return the tables of one round."""
    return _tables(round_.figures, [round_.figures])


def of_contest(rounds: Sequence[RoundFigures]) -> list[Table]:
    """Return the tables of a contest: its rounds beside each other, and added up."""
    if not rounds:
        return []
    figures = [one.figures for one in rounds]
    return [_rounds(rounds), *_tables(figuring.together(figures), figures)]


def _tables(whole: Figures, parts: Sequence[Figures]) -> list[Table]:
    return [
        _bands(whole),
        *_passing(whole),
        *_groups(whole, figuring.withheld(parts)),
        _minutes(whole),
        _days(whole),
        _hours(whole),
        _devices(whole),
    ]


def _passing(whole: Figures) -> list[Table]:
    """Return who passed and who did not; nothing where there is no pass mark."""
    if whole.passed is None:
        return []
    failed = whole.people - whole.passed
    rows = [
        (Sentence(N_("Passed")), whole.passed, share(whole.passed, whole.people)),
        (Sentence(N_("Did not pass")), failed, share(failed, whole.people)),
    ]
    header = _said(N_("Result"), N_("People"), N_("Share, %%"))
    return [Table("dat", N_("Who passed"), header, rows, ChartKind.BARS)]


def _rounds(rounds: Sequence[RoundFigures]) -> Table:
    return Table(
        "vong",
        N_("The rounds beside each other"),
        _said(
            N_("Round"),
            N_("People ranked"),
            N_("Attempts"),
            *BANDS.values(),
            N_("Median time"),
        ),
        [
            [
                one.title,
                one.figures.people,
                one.figures.attempts,
                *(line.share for line in one.figures.band_lines),
                _span(one.figures.spread.median if one.figures.spread else None),
            ]
            for one in rounds
        ],
    )


def _said(*messages: str) -> tuple[Sentence, ...]:
    return tuple(Sentence(message) for message in messages)


def _span(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _bands(whole: Figures) -> Table:
    rows: list[list[Value]] = [
        [Sentence(BANDS[line.name]), line.count, line.share] for line in whole.band_lines
    ]
    header = _said(N_("Right answers"), N_("Results"), N_("Share"))
    return Table("pho-diem", N_("Score bands"), header, rows, ChartKind.BARS, 2)


# --- Topics and groups -------------------------------------------------------------------------


def _groups(whole: Figures, hidden: frozenset[Cell]) -> list[Table]:
    """Return the tables by topic, by kind of unit, by category, and by both."""
    found, topics = figuring.groups(whole.domains), whole.topics
    if not found:
        return []
    kinds = [kind for kind in ("", *UnitKind) if (kind, TOTAL) in found]
    kinds = [*kinds[1:], ""] if kinds[:1] == [""] else kinds
    people = [who for who in (*StaffCategory, "") if (TOTAL, who) in found]
    note = WITHHOLDING if hidden else None
    return [
        _topics(found[TOTAL, TOTAL], topics, is_hidden=(TOTAL, TOTAL) in hidden),
        Table(
            "loai-don-vi",
            N_("By kind of unit"),
            _said(N_("Kind of unit"), N_("Number of people"), N_("Points earned")),
            [[_kind(one), *_whole(found, (one, TOTAL), hidden)] for one in kinds],
            ChartKind.BARS,
            2,
            note,
        ),
        Table(
            "nhom-doi-tuong",
            N_("By staff category"),
            _said(N_("Category"), N_("Number of people"), N_("Points earned")),
            [[_category(one), *_whole(found, (TOTAL, one), hidden)] for one in people],
            ChartKind.BARS,
            2,
            note,
        ),
        Table(
            "linh-vuc-don-vi-doi-tuong",
            N_("By topic, kind of unit and category"),
            (
                *_said(
                    N_("Kind of unit"), N_("Category"), N_("Number of people"), N_("All topics")
                ),
                *(_topic(one) for one in topics),
            ),
            [
                [_kind(kind), _category(who), *_cells(found, (kind, who), topics, hidden)]
                for kind in (*kinds, TOTAL)
                for who in (*people, TOTAL)
                if (kind, who) in found
            ],
            note=note,
        ),
    ]


def _topics(known: Mapping[str, Known], topics: Sequence[str], *, is_hidden: bool) -> Table:
    rows: list[list[Value]] = [
        [_topic(one), HIDDEN, HIDDEN]
        if is_hidden
        else [_topic(one), known[one].people, share(known[one].earned, known[one].points)]
        for one in topics
    ]
    header = _said(N_("Topic"), N_("Number of people"), N_("Points earned"))
    return Table("linh-vuc", N_("By topic"), header, rows, ChartKind.BARS, 2)


def _cells(
    found: Mapping[Cell, Mapping[str, Known]],
    cell: Cell,
    topics: Sequence[str],
    hidden: frozenset[Cell],
) -> list[Value]:
    known = found[cell]
    if cell in hidden:
        return [HIDDEN] * (2 + len(topics))
    by_topic = [
        share(known[one].earned, known[one].points) if one in known else None for one in topics
    ]
    return [*_whole(found, cell, hidden), *by_topic]


def _whole(
    found: Mapping[Cell, Mapping[str, Known]], cell: Cell, hidden: frozenset[Cell]
) -> list[Value]:
    """Return the people of a group, and what it earned in all topics together."""
    if cell in hidden:
        return [HIDDEN, HIDDEN]
    known = found[cell].values()
    earned, points = sum(one.earned for one in known), sum(one.points for one in known)
    return [max(one.people for one in known), share(earned, points)]


def _topic(name: str) -> str | Sentence:
    return name or Sentence(N_("Without a topic"))


def _kind(kind: str) -> Sentence:
    if kind == TOTAL:
        return EVERYBODY
    return Sentence(UnitKind(kind).label if kind else N_("Without a unit"))


def _category(who: str) -> Sentence:
    if who == TOTAL:
        return EVERYBODY
    return Sentence(StaffCategory(who).label if who else N_("Category not given"))


# --- Time and devices --------------------------------------------------------------------------


def _minutes(whole: Figures) -> Table:
    most = max(whole.minutes, default=-1)
    rows: list[list[Value]] = [
        [str(minute), whole.minutes.get(minute, 0)] for minute in range(most + 1)
    ]
    header = _said(N_("Whole minutes used"), N_("Results"))
    return Table("thoi-gian", N_("Time used"), header, rows, ChartKind.COLUMNS)


def _days(whole: Figures) -> Table:
    days = _between(whole.days)
    rows: list[list[Value]] = [[day, whole.days.get(day, 0)] for day in days]
    header = _said(N_("Day"), N_("Attempts"))
    return Table("theo-ngay", N_("Attempts handed in by day"), header, rows, ChartKind.COLUMNS)


def _between(days: Iterable[date]) -> list[date]:
    """Return every day from the first to the last."""
    known = sorted(days)
    if not known:
        return []
    return [known[0] + timedelta(days=n) for n in range((known[-1] - known[0]).days + 1)]


def _hours(whole: Figures) -> Table:
    hours = range(24) if whole.hours else ()
    rows: list[list[Value]] = [[f"{hour}h", whole.hours.get(hour, 0)] for hour in hours]
    header = _said(N_("Hour of the day"), N_("Attempts"))
    return Table("theo-gio", N_("Attempts handed in by hour"), header, rows, ChartKind.COLUMNS)


def _devices(whole: Figures) -> Table:
    rows: list[list[Value]] = [
        [Sentence(name), whole.devices.get(device, 0), share(whole.devices.get(device, 0), total)]
        for total in [sum(whole.devices.values())]
        for device, name in DEVICES.items()
        if whole.devices.get(device)
    ]
    header = _said(N_("Device"), N_("Attempts"), N_("Share"))
    note = Sentence(N_("Of a device only this is kept: a phone or a computer."))
    return Table("thiet-bi", N_("Devices"), header, rows, ChartKind.BARS, 2, note)


# --- Files -------------------------------------------------------------------------------------


def leaf(table: Table, say: Say) -> Leaf:
    """Return a table as a sheet to be written."""
    header = [_words(title, say) for title in table.header]
    return Leaf(say(Sentence(table.title)), header, _written(table, say))


def _words(title: str | Sentence, say: Say) -> str:
    # A name of a round or a topic is not to be looked up among the sentences.
    return say(title) if isinstance(title, Sentence) else title


def _written(table: Table, say: Say) -> Iterable[list[sheets.Value]]:
    for row in table.rows:
        yield [say(value) if isinstance(value, Sentence) else value for value in row]


@dataclass(frozen=True, slots=True)
class Origin:
    """The run that figures were counted from: the same run gives the same figures."""

    round_title: str
    number: int
    digest: str
    made_at: datetime
    counted_at: datetime


def origin(runs: Sequence[Origin], say: Say) -> Leaf:
    """Return the sheet that says where figures come from, and what is left out of them."""
    header = [
        say(one)
        for one in _said(N_("Round"), N_("Run"), N_("Hash"), N_("Run made"), N_("Figures counted"))
    ]
    rows: list[list[sheets.Value]] = [
        [one.round_title, one.number, one.digest, one.made_at, one.counted_at] for one in runs
    ]
    rows.append([say(WITHHOLDING)])
    return Leaf(say(Sentence(N_("Where the figures come from"))), header, rows)

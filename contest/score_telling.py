"""The panel's table as a page shows it: every score with what became of it, or why it is hidden."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from statistics import median

from flask_babel import gettext as _
from markupsafe import Markup

from accounts.rules import naming
from contest import judged_reading
from contest.judged_deviations import Deviation
from contest.judged_reading import Judge
from contest.judged_results import Ranked, Results
from contest.panel_access import Seat
from contest.rules.judging.conflicts import Cause
from contest.rules.judging.ties import Separation
from core import i18n
from core.saying import Sentence
from core.text import N_

# Half of the deviation allowed, in the picture; its middle and its ends.
_BAND, _MIDDLE, _LEAST, _MOST = 27, 64, 4, 124
# What the picture allows where the rules do not: a tenth of the scale.
_TENTH = Decimal("0.1")
CAUSES = {
    Cause.DECLARED: N_("declared"),
    Cause.OWN_ENTRY: N_("own entry"),
    Cause.MENTOR: N_("mentor"),
    Cause.SAME_UNIT: N_("same unit"),
    Cause.SUPERIOR_UNIT: N_("unit over it"),
    Cause.SUBORDINATE_UNIT: N_("unit under it"),
    Cause.NAME_AND_ADDRESS: N_("same family"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One cell of the table: `kind` is score, open, recused, shut or nothing."""

    kind: str
    score: Decimal | None = None
    is_dropped: bool = False
    is_far: bool = False
    was: Sequence[Decimal] = ()
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of the table; of one that is shut only whose sheets are in is told.

    `category` is empty where all entries are ranked together.
    """

    ranked: Ranked
    code: str
    name: str
    title: str
    cells: Sequence[Shown]
    category: str
    picture: Markup
    said: str
    is_shut: bool
    deviates: bool


def heads(results: Results) -> list[Judge]:
    """Return the judges who have sheets, in their order."""
    found = {judge for _entry, judge in results.read.cells} | {
        judge for _entry, judge in results.read.recused
    }
    return [one for key, one in results.read.judges.items() if key in found]


def short_name(judge: Judge) -> str:
    """Return what a judge is called on a narrow head."""
    return naming.split(judge.name).given


def rows(results: Results, seat: Seat, *, by_place: bool) -> list[Row]:
    """Return the rows of the table, in the order of appearance or best first.

    While the marks of one are hidden from the asker there are no places: they would tell of it.
    """
    columns = heads(results)
    open_ = {one.entry: one for one in results.deviations if one.needs_somebody}
    given, waits = judged_reading.scores(results.read), seat.waits(results.read)
    shown = [
        _row(results, seat, one, (columns, given, open_.get(one.code)))
        for one in (_unplaced(results.rows) if waits else results.rows)
    ]
    if by_place and not waits:
        return shown
    order = {code: at for at, code in enumerate(results.read.entries)}
    return sorted(shown, key=lambda one: order[one.code])


def _unplaced(rows: Sequence[Ranked]) -> list[Ranked]:
    return [replace(one, place=None, steps=()) for one in rows]


def name_of(results: Results, seat: Seat, code: str) -> str:
    """Return what an entry is called: its unit where the asker may know it, else its code."""
    entry = results.read.entries[code].entry
    return entry.unit.name if seat.sees_names and entry.unit is not None else code


def _row(
    results: Results,
    seat: Seat,
    one: Ranked,
    more: tuple[Sequence[Judge], Mapping[str, dict[str, Decimal]], Deviation | None],
) -> Row:
    columns, given, open_ = more
    is_shut = seat.is_shut(results.read, one.code)
    scores = {} if is_shut else given.get(one.code, {})
    room = _room(results)
    far = _far(scores, room)
    cells = [_cell(results, one, judge.key, scores, far if open_ else set()) for judge in columns]
    return Row(
        one,
        one.code,
        name_of(results, seat, one.code),
        one.row.entry.title,
        cells,
        one.row.entry.category.title if results.resolved.groups else "",
        _picture(scores, room),
        _said(scores, far, room),
        is_shut,
        open_ is not None and not is_shut,
    )


def _room(results: Results) -> Decimal:
    """Return how far from the middle a score may lie: half of what scores may lie apart."""
    protocol = results.read.judged.declared
    if protocol.deviation is not None:
        return protocol.deviation.points / 2
    return protocol.rubric.whole * _TENTH / 2


def _far(scores: dict[str, Decimal], room: Decimal) -> set[str]:
    if len(scores) < 2:
        return set()
    middle = median(scores.values())
    return {judge for judge, score in scores.items() if abs(score - middle) > room}


def _cell(
    results: Results, one: Ranked, judge: str, scores: dict[str, Decimal], far: set[str]
) -> Shown:
    read, pair = results.read, (one.code, judge)
    if pair in read.recused:
        return Shown("recused", cause=_(CAUSES[read.recused[pair]]))
    if pair not in read.cells:
        return Shown("nothing")
    cell = read.cells[pair]
    if cell.marks is None:
        return Shown("open", was=[version.points for version in cell.earlier])
    if judge not in scores:
        return Shown("shut")
    is_aside = pair not in results.counted
    return Shown(
        "score",
        scores[judge],
        judge in one.dropped or is_aside,
        judge in far,
        [version.points for version in cell.earlier],
    )


def _picture(scores: dict[str, Decimal], room: Decimal) -> Markup:
    """Draw how far each score lies from the middle one, the room allowed behind them."""
    if len(scores) < 2 or not room:
        return Markup("")
    middle = median(scores.values())
    dots = []
    for score in scores.values():
        at = _MIDDLE + float((score - middle) / room) * _BAND
        kind = ' class="out"' if abs(score - middle) > room else ""
        dots.append(f'<circle cx="{min(max(at, _LEAST), _MOST):.1f}" cy="10" r="3.5"{kind}/>')
    band = (
        f'<rect class="band" x="{_MIDDLE - _BAND}" y="2" width="{2 * _BAND}" height="16" rx="2"/>'
    )
    line = f'<line x1="{_MIDDLE}" x2="{_MIDDLE}" y1="0" y2="20"/>'
    drawn = '<svg class="dev" viewBox="0 0 128 20" aria-hidden="true" focusable="false">'
    return Markup(drawn + band + line + "".join(dots) + "</svg>")  # noqa: S704 -- numbers only


def _said(scores: dict[str, Decimal], far: set[str], room: Decimal) -> str:
    if len(scores) < 2:
        return ""
    if not far:
        return str(_("All within %(room)s points of the middle", room=i18n.number(room, 2)))
    count, said = len(far), i18n.number(room, 2)
    return str(_("Further than %(room)s points from the middle: %(count)s", room=said, count=count))


def room_said(results: Results) -> str:
    """Return how far from the middle a score may lie, as it is written."""
    return i18n.number(_room(results), 2)


# --- Why a place -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """One step that told an entry from its equals, in words, with what each of them had."""

    said: str
    decided: bool
    values: Sequence[tuple[str, str]]


def steps(results: Results, seat: Seat, code: str) -> list[Step]:
    """Return every step that the place of an entry went through, once the asker sees places."""
    if seat.waits(results.read):
        return []
    one = next((row for row in results.rows if row.code == code), None)
    return [_step(results, seat, step) for step in one.steps] if one is not None else []


def _step(results: Results, seat: Seat, one: Separation) -> Step:
    titles = {leaf.id: leaf.title for leaf in results.read.judged.declared.rubric.leaves("*")}
    sentence = one.says()
    named = sentence.values["step"]
    if one.step.criterion:
        named = Sentence(
            N_("the mark of the criterion “%(criterion)s”"),
            {"criterion": titles.get(one.step.criterion, one.step.criterion)},
        )
        sentence = Sentence(sentence.message, {"step": named})
    told = [
        (name_of(results, seat, code), str(i18n.write(value))) for code, value in one.values.items()
    ]
    return Step(i18n.say(sentence), one.has_separated, told)

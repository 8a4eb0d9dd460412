"""Scores too far apart in a judged round: which wait, what was decided, whose scores count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from contest import judged_reading
from contest.judged_reading import Read
from contest.models import DeviationDecision
from contest.rules.judging import deviating
from contest.rules.judging.combining import Sheets
from contest.rules.judging.deviating import Case, State, Way


@dataclass(frozen=True, slots=True)
class Deviation:
    """How the scores of one entry lie, among the judges of one panel of criteria.

    `third` is the key of the third marker, "" for none.
    """

    entry: str
    criteria: str
    case: Case
    state: State
    third: str = ""

    @property
    def needs_somebody(self) -> bool:
        """Whether the chair has to decide, or a third marker to judge."""
        return self.state in (State.DISCUSSION_NEEDED, State.THIRD_NEEDED)

    @property
    def spread(self) -> Decimal:
        """How far the highest and the lowest score lie apart."""
        scores = self.case.before.values()
        return max(scores, default=Decimal(0)) - min(scores, default=Decimal(0))


def deviations(read: Read) -> tuple[Deviation, ...]:
    """Return how the scores of every entry lie; nothing where the rules set no limit."""
    if read.judged.declared.deviation is None:
        return ()
    found = []
    for entry, judges in read.due.items():
        for criteria in sorted({read.judges[judge].criteria for judge in judges}):
            own = sorted(judge for judge in judges if read.judges[judge].criteria == criteria)
            found.append(_deviation(read, entry, criteria, own))
    return tuple(found)


def _deviation(read: Read, entry: str, criteria: str, judges: Sequence[str]) -> Deviation:
    rule = read.judged.declared.deviation
    assert rule is not None  # noqa: S101 -- for the type checker: the caller looked
    decisions = [one for one in read.decisions.get(entry, ()) if one.criteria == criteria]
    third = _third(read, entry, judges, decisions)
    scores = {
        judge: score
        for judge in judges
        if (score := judged_reading.score_of(read, (entry, judge))) is not None
    }
    before = {judge: score for judge, score in scores.items() if judge != third}
    newest = decisions[-1] if decisions else None
    covers = newest is not None and (
        newest.way is Way.DISCUSSION
        or (newest.way is Way.KEEP and newest.before == written_scores(before))
    )
    wanted = len([judge for judge in judges if judge != third])
    case = Case(before, wanted, scores.get(third), {} if covers else None)
    return Deviation(entry, criteria, case, deviating.state(rule, case), third)


def _third(
    read: Read, entry: str, judges: Sequence[str], decisions: Sequence[DeviationDecision]
) -> str:
    sheets = {one.third_sheet_id for one in decisions if one.way is Way.THIRD}
    return next((j for j in judges if read.cells[entry, j].sheet_id in sheets), "")


def written_scores(scores: Mapping[str, Decimal]) -> dict[str, str]:
    """Return scores by judge as a decision keeps them."""
    return {judge: str(score) for judge, score in sorted(scores.items())}


def counted(read: Read, found: Sequence[Deviation]) -> Sheets:
    """Return the sheets that count, less those that a third marker's score puts aside."""
    rule, sheets = read.judged.declared.deviation, dict(read.sheets)
    for one in found:
        if rule is None or not one.third or one.case.third is None:
            continue
        keep = deviating.judges_counting(rule, one.case, one.third)
        for judge in {*one.case.before, one.third} - keep:
            sheets.pop((one.entry, judge), None)
    return sheets


def due(read: Read, entry: str, sheets: Sheets) -> frozenset[str]:
    """Return whose sheet an entry waits for: those put aside are not missed."""
    given = {judge for judge in read.due[entry] if read.cells[entry, judge].marks is not None}
    return frozenset(j for j in read.due[entry] if j not in given or (entry, j) in sheets)

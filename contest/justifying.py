"""“Vì sao xếp hạng này”: why somebody stands where they stand in a run, and how to check it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from contest import announcing, board_lines, boards, run_queries
from contest.announcing import Why
from contest.board_lines import Line
from contest.models import Enrolment, ResultRun, Round
from contest.rules import ranking
from contest.rules.ranking import RankingRule
from contest.rules.timing import Audience
from core import i18n


@dataclass(frozen=True, slots=True)
class Beside:
    """The row right above or below: whose it is, and what it differs in."""

    place: int
    name: str
    unit: str
    is_above: bool
    says: str


@dataclass(frozen=True, slots=True)
class Justified:
    """Everything that the page says."""

    place: int
    people: int
    why: Why
    beside: Sequence[Beside]
    rule: Sequence[str]
    lines: Sequence[str]
    # What came true of the prediction for this person's group, in millionths.
    actual: int | None
    # The line of the board's digest that is this person's.
    line: str


def justified(round_: Round, run: ResultRun, enrolment: Enrolment) -> Justified | None:
    """Return why a person stands at that place in a run; nothing for who does not stand there."""
    lines = board_lines.around(run.id, Audience.PARTICIPANT, enrolment.id)
    mine = next((at for at, one in enumerate(lines) if one.account_id == enrolment.account_id), 0)
    if not lines:
        return None
    rule, me = boards.effective(run, round_), lines[mine]
    return Justified(
        place=me.place,
        people=run_queries.ranked_people(run),
        why=announcing.why(rule, lines, mine),
        beside=[
            _beside(rule, me, other, is_above=at < mine)
            for at, other in enumerate(lines)
            if at != mine
        ],
        rule=[i18n.say(one) for one in rule.says()],
        lines=[i18n.say(one) for one in rule.lines()],
        actual=run.actual_in(enrolment.block_id),
        line=f"{me.sort_key}|{enrolment.public_id}",
    )


def _beside(rule: RankingRule, me: Line, other: Line, *, is_above: bool) -> Beside:
    at = announcing.deciding(rule, me, other)
    return Beside(other.place, other.name, other.unit, is_above, _says(rule, at, is_above=is_above))


def _says(rule: RankingRule, at: int | None, *, is_above: bool) -> str:
    if at is None:
        return str(_("equal in everything, so both share the place"))
    values = {
        "key": i18n.say(ranking.name(rule.keys[at].key)),
        "same": ", ".join(i18n.say(ranking.name(one.key)) for one in rule.keys[:at]),
    }
    if not at and is_above:
        return str(_("stands higher by %(key)s", **values))
    if not at:
        return str(_("stands lower by %(key)s", **values))
    if is_above:
        return str(_("equal in %(same)s, stands higher by %(key)s", **values))
    return str(_("equal in %(same)s, stands lower by %(key)s", **values))

"""What a round is set to, read from its row, and laid over the bank to see whether it can open."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, Select, func, or_, select, true

from accounts.models import Grant
from accounts.rules.authorizing import (
    EXCLUDED_FROM_ENTERING,
    Permission,
    Role,
    ScopeKind,
    roles_with,
)
from contest.models import DRAWS, Contest, Round
from contest.rules import qualifying, ranking, scoring
from contest.rules.describing import RoundPlan, Shortage
from contest.rules.predicting import Scope
from contest.rules.preset import Preset
from contest.rules.setting import Cell, ContestSettings, RoundSettings, spread
from core.db import db
from core.saying import Sentence
from core.text import N_
from core.vietnam import DAY, civil_day, start_of_day
from questions import assembling
from questions import queries as bank_queries
from questions.models import Bank, Blueprint, Purpose, Topic
from questions.rules import drawing, filling
from questions.rules.drawing import Candidate, Row
from questions.rules.excluding import Exclusions
from questions.rules.filling import Spec

USUAL_QUESTIONS, USUAL_DAYS = 10, 7


@dataclass(frozen=True, slots=True)
class Shelf:
    """A bank as a round draws from it: its topics and the questions that may be drawn."""

    bank: Bank
    topics: Sequence[Topic]
    codes: Mapping[int, frozenset[str]]
    pool: Collection[Candidate]
    # How many items the round's exclusions keep out, in words.
    kept_out: Sequence[Sentence] = ()

    def row(self, cell: Cell) -> Row:
        """Return the cell as the drawing takes it."""
        return cell.row(self.codes)

    def available(self, cell: Cell) -> int:
        """Return how many questions the bank has for a cell, groups that hint counted once."""
        row = self.row(cell)
        return len({one.rivals or one.item for one in self.pool if row.takes(one)})

    def name(self, topic_id: int | None) -> str | None:
        """Return the name of a topic; nothing for any topic."""
        return next((topic.name for topic in self.topics if topic.id == topic_id), None)


def settings_of_contest(contest: Contest) -> ContestSettings:
    """Return what a contest is set to."""
    return ContestSettings(
        title=contest.title,
        slug=contest.slug,
        summary=contest.summary,
        hosts=tuple((host["name"], host["part"]) for host in contest.hosts),
        eligibility=contest.eligibility,
        min_age=contest.min_age,
        rules_text=contest.rules_text,
        prizes_text=contest.prizes_text,
        contact=contest.contact,
        fields=tuple(contest.fields),
        max_attempts=contest.max_attempts,
        headcount_on=contest.headcount_on,
    )


def settings_of(round_: Round) -> RoundSettings:
    """Return what a round is set to."""
    return RoundSettings(
        title=round_.title,
        opens_at=round_.opens_at,
        closes_at=round_.closes_at,
        minutes=round_.minutes,
        grace_seconds=round_.grace_seconds,
        bank_id=round_.blueprint.bank_id if round_.blueprint else None,
        cells=_cells_of(round_.blueprint),
        source_id=round_.blueprint.source_id if round_.blueprint else None,
        excluding=round_.blueprint.excluding if round_.blueprint else Exclusions(),
        shuffles=round_.shuffles,
        practice_items=round_.practice_items,
        max_per_round=round_.max_per_round,
        max_per_day=round_.max_per_day,
        min_interval_minutes=round_.min_interval_minutes,
        counts=round_.counts,
        prediction=round_.asked_prediction,
        ranking=ranking.read(round_.ranking),
        participant_results_at=round_.participant_results_at,
        public_results_at=round_.public_results_at,
        shows_answers=round_.shows_answers,
        live_board=round_.live_board,
        markers=round_.markers,
        deviation_percent=round_.deviation_percent,
        pass_mark=None if round_.pass_mark is None else scoring.from_millionths(round_.pass_mark),
        entry=round_.eligibility,
    )


def _cells_of(blueprint: Blueprint | None) -> tuple[Cell, ...]:
    rows = blueprint.rows if blueprint else []
    return tuple(
        Cell(row.topic_id, row.difficulty, row.type, row.count, row.points) for row in rows
    )


def banks(ids: AbstractSet[int] | None = None) -> Sequence[Bank]:
    """Return the banks of these ids, or every bank, the newest last."""
    wanted = true() if ids is None else Bank.id.in_(ids)
    return db.session.scalars(select(Bank).where(wanted).order_by(Bank.id)).all()


def shelf(
    bank_id: int | None,
    excluding: Exclusions | None = None,
    *,
    before: datetime | None = None,
) -> Shelf | None:
    """Read what a round that opens at `before` may draw of a bank; nothing without a bank."""
    bank = db.session.get(Bank, bank_id) if bank_id else None
    if bank is None:
        return None
    topics = bank_queries.topics()
    codes = bank_queries.subtrees(topics)
    if excluding is None or before is None:
        return Shelf(bank, topics, codes, bank_queries.pool(bank.id, Purpose.OFFICIAL))
    left = assembling.sifted(bank.id, excluding, before=before)
    return Shelf(bank, topics, codes, left.pool, left.say())


def shelf_for(settings: RoundSettings) -> Shelf | None:
    """Read what a round with these settings may draw."""
    return shelf(settings.bank_id, settings.excluding, before=settings.opens_at)


def blueprints(bank_id: int | None) -> Sequence[Blueprint]:
    """Return the bank's own blueprints."""
    return bank_queries.blueprints(bank_id) if bank_id else []


def blueprints_with(ids: Collection[int | None]) -> Sequence[Blueprint]:
    """Return the blueprints of these ids."""
    known = [one for one in ids if one is not None]
    return db.session.scalars(select(Blueprint).where(Blueprint.id.in_(known))).all()


def from_blueprint(bank_id: int | None, source_id: int | None) -> Spec | None:
    """Return what one of the bank's own blueprints sets."""
    found = next((one for one in blueprints(bank_id) if one.id == source_id), None)
    return assembling.spec_of(found) if found else None


def plan_of(contest: Contest, settings: RoundSettings, found: Shelf | None) -> RoundPlan:
    """Return the plan of a round with these settings, as `describing` looks at it."""
    return RoundPlan(
        settings.opens_at,
        settings.closes_at,
        settings.minutes,
        settings.questions,
        settings.policy(contest.max_attempts),
        settings.ranking,
        settings.prediction,
        settings.practice_items,
        settings.participant_results_at,
        settings.public_results_at,
        _shortages(settings, found),
        excluded(contest),
        tuple(found.kept_out) if found else (),
        settings.pass_mark,
        settings.points,
        _entry(contest, settings),
    )


def _entry(contest: Contest, settings: RoundSettings) -> tuple[Sentence, ...]:
    blocks = {one.id: one.title for one in contest.blocks}
    rounds = {one.id: one.title for one in contest.rounds}
    return tuple(qualifying.says(settings.entry, blocks=blocks, rounds=rounds))


def _shortages(settings: RoundSettings, found: Shelf | None) -> tuple[Shortage, ...]:
    if found is None:
        return ()
    lacking = drawing.shortfalls([found.row(cell) for cell in settings.cells], found.pool)
    return tuple(
        Shortage(_named(settings, one.rows, found), one.wanted, one.available) for one in lacking
    )


def _named(settings: RoundSettings, rows: Sequence[int], found: Shelf) -> Sentence:
    cells = [settings.cells[row] for row in rows]
    named = [cell.say(found.name(cell.topic_id) or found.bank.title) for cell in cells]
    return filling.together([one for at, one in enumerate(named) if one not in named[:at]])


def excluding(contest_id: int | BindParameter[int]) -> ColumnElement[bool]:
    """Return the condition that a role keeps its holder from entering the contest.

    A role over questions does wherever it opens a bank that the contest draws from.
    """
    own = bank_ids(Round.contest_id == contest_id)
    rounds = select(Round.id).where(Round.contest_id == contest_id)
    sharing = select(Round.contest_id).join(Blueprint, DRAWS).where(Blueprint.bank_id.in_(own))
    here = or_(
        Grant.scope_kind == ScopeKind.PLATFORM,
        (Grant.scope_kind == ScopeKind.CONTEST) & (Grant.scope_id == contest_id),
        (Grant.scope_kind == ScopeKind.ROUND) & Grant.scope_id.in_(rounds),
    )
    opens = or_(
        (Grant.scope_kind == ScopeKind.BANK) & Grant.scope_id.in_(own),
        (Grant.scope_kind == ScopeKind.CONTEST) & Grant.scope_id.in_(sharing),
    )
    reads = _is_one_of(roles_with(Permission.READ_BANK))
    return _is_one_of(EXCLUDED_FROM_ENTERING) & or_(here, reads & opens)


def _is_one_of(roles: Collection[Role]) -> ColumnElement[bool]:
    """Return `IN` in a form that is compiled once: it is asked at every start."""
    return or_(*(Grant.role == role for role in sorted(roles)))


def bank_ids(rounds: ColumnElement[bool]) -> Select[int]:
    """Return what selects the banks that these rounds draw from."""
    return select(Blueprint.bank_id).join(Round, DRAWS).where(rounds)


def excluded(contest: Contest) -> int:
    """Count the people whom a role keeps from entering the contest."""
    people = select(func.count(Grant.account_id.distinct())).where(
        excluding(contest.id), Grant.valid_to.is_(None)
    )
    return db.session.scalar(people) or 0


def usual(
    contest: Contest, *, at: datetime, within: AbstractSet[int] | None = None
) -> RoundSettings:
    """Return sane settings for the contest's next round: after the last one, or from now on.

    `within` are the banks that whoever asks may draw from; None: every bank.
    """
    if contest.rounds:
        return following(contest.rounds[-1], at=at)
    opens = at.replace(second=0, microsecond=0)
    closes = start_of_day(civil_day(at) + USUAL_DAYS * DAY) + DAY
    bank = next(reversed(banks(within)), None)
    return RoundSettings(
        title="",
        opens_at=opens,
        closes_at=closes,
        bank_id=bank.id if bank else None,
        cells=usual_cells(shelf(bank.id)) if bank else (),
        participant_results_at=closes + timedelta(hours=1),
    )


def like(settings: RoundSettings, preset: Preset, contest: Contest) -> RoundSettings:
    """Return these settings as a round of that preset has them, its questions from their bank."""
    laid = preset.laid_over(settings)
    if laid.prediction is not None and not contest.blocks:
        laid = replace(laid, prediction=replace(laid.prediction, scope=Scope.ROUND))
    return replace(laid, cells=usual_cells(shelf(laid.bank_id), preset.questions))


def following(round_: Round, *, at: datetime) -> RoundSettings:
    """Return the settings of a round like this one that follows the contest's last round."""
    last = round_.contest.rounds[-1]
    opens = max(last.closes_at, at.replace(second=0, microsecond=0))
    closes = opens + _span(round_)
    return replace(
        settings_of(round_),
        title=_next_title(last.title, last.number + 1),
        opens_at=opens,
        closes_at=closes,
        participant_results_at=_moved(round_.participant_results_at, round_, closes),
        public_results_at=_moved(round_.public_results_at, round_, closes),
    )


def _span(round_: Round) -> timedelta:
    """Return how long a round lasts; of one longer than a day, whole days."""
    span = round_.closes_at - round_.opens_at
    return span // DAY * DAY if span > DAY else span


def _moved(moment: datetime | None, round_: Round, closes: datetime) -> datetime | None:
    return None if moment is None else closes + (moment - round_.closes_at)


def usual_cells(found: Shelf | None, wanted: int = USUAL_QUESTIONS) -> tuple[Cell, ...]:
    """Spread a number of questions over the topics that the bank has questions of."""
    if found is None:
        return ()
    top = {
        code: topic.id
        for topic in found.topics
        if not topic.parent_id
        for code in found.codes[topic.id]
    }
    stock = Counter(top.get(one.topic) for one in _apart(found.pool))
    ordered = [None, *(topic.id for topic in found.topics)]
    shares = spread({one: stock[one] for one in ordered if stock[one]}, wanted)
    return tuple(Cell(topic_id, None, None, count) for topic_id, count in shares.items())


def _apart(pool: Collection[Candidate]) -> list[Candidate]:
    """Return the candidates of which no two hint at each other."""
    return list({one.rivals or one.item: one for one in pool}.values())


def _next_title(title: str, number: int) -> str:
    head, _, tail = title.rpartition(" ")
    return f"{head} {int(tail) + 1}" if tail.isdecimal() and head else f"{title} ({number})"


NO_BANK = Sentence(N_("No question bank is chosen yet: import questions first."))

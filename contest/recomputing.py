"""The results that changes would lead to, beside those that are there; nothing is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select

from contest import change_queries, computing, foreseeing, remarking
from contest.computing import Computed
from contest.errors import WrongChange
from contest.foreseeing import Crossed
from contest.models import (
    Attempt,
    AttemptKind,
    CountedLate,
    Enrolment,
    LateDecision,
    QuestionRuling,
    ResultRun,
    Round,
    Standing,
)
from contest.remarking import Remarked
from contest.rules import changing, comparing, predicting, scoring
from contest.rules.changing import Change, ChangeKind
from contest.rules.comparing import Lines, Moved, Ranked, Totals
from contest.rules.effects import Effects
from contest.rules.marking import Ruling
from contest.rules.predicting import Scope
from contest.rules.progressing import WHOLE, Progress, part, unwatched
from contest.rules.timing import Audience
from core.db import db
from core.saying import Unreadable
from core.text import N_
from questions.models import ItemVersion
from questions.rules import rekeying


@dataclass(frozen=True, slots=True)
class Named:
    """The rows that changes name, by kind and name."""

    attempts: Mapping[str, Attempt]
    people: Mapping[str, Enrolment]
    late: Mapping[str, LateDecision]
    versions: Mapping[int, tuple[ItemVersion, str]]
    rounds: Mapping[str, Round]


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells two states of a round's inputs from each other; and the essays not marked."""

    values: tuple[Any, ...]
    unmarked: int


@dataclass(frozen=True, slots=True)
class WouldBe:
    """What changes would lead to, and the state of the round that this was computed from."""

    effects: Effects
    remarked: Remarked
    computed: Computed
    stamp: Stamp

    @property
    def may_wait_for_marks(self) -> bool:
        """Say whether essays may wait for people's marks by them."""
        return bool(self.stamp.unmarked) or any(
            one.unmarked for one in self.remarked.worths.values()
        )


@dataclass(frozen=True, slots=True)
class Other:
    """What comes of another round that counts this one: true values in millionths, who moves."""

    title: str
    before: int | None
    after: int | None
    moved: int


@dataclass(frozen=True, slots=True)
class Preview:
    """Everybody of the run there is and of the run there would be, and the counts of them."""

    moved: Sequence[Moved[int]]
    totals: Totals
    # Millionths by the id of a block, as a run has them: before and after, where they differ.
    actuals: Sequence[tuple[int | None, int | None, int | None]] = ()
    others: Sequence[Other] = ()
    prizes: Sequence[Crossed] = ()
    # How many attempts are marked anew.
    attempts: int = 0


def named(round_: Round, changes: Sequence[Change]) -> Named:
    """Return the rows that the changes name, in at most five statements: none for no name."""

    def names(about: str) -> list[str]:
        return [one.subject for one in changes if one.about[0] == about]

    attempts, people, late = names("attempt"), names("person"), names("late")
    versions = [int(name) for name in names("question") if name.isdecimal()]
    rounds = names("round")
    counting = change_queries.rounds_counting(round_) if rounds else ()
    return Named(
        change_queries.attempts_named(round_, attempts) if attempts else {},
        change_queries.people_named(round_, people) if people else {},
        change_queries.late_named(round_, late) if late else {},
        change_queries.versions_named(round_, versions) if versions else {},
        {one.public_id: one for one in counting if one.public_id in rounds},
    )


def effects_of(round_: Round, changes: Sequence[Change]) -> Effects:
    """Return what the changes come to. Raise `WrongChange` for one that cannot be."""
    rows = named(round_, changes)
    holding = change_queries.rulings_in(round_)
    rulings: dict[int, Ruling | None] = {}
    late = {}
    for one in changes:
        check(round_, one, rows, holding)
        if one.about[0] == "question":
            rulings[int(one.subject)] = one.ruling
        if one.kind is ChangeKind.LATE:
            decision = rows.late[one.subject]
            places = [(place[0], place[1], place[2]) for place in decision.answers]
            late[decision.attempt_id] = frozenset(places)
    return Effects(
        annulled=_ids(changes, ChangeKind.ANNUL, rows.attempts),
        restored=_ids(changes, ChangeKind.RESTORE, rows.attempts),
        disqualified=_ids(changes, ChangeKind.DISQUALIFY, rows.people),
        reinstated=_ids(changes, ChangeKind.REINSTATE, rows.people),
        rulings=rulings,
        late=late,
        actuals=dict(_by_hand(round_, one) for one in changes if one.about[0] == "prediction"),
    )


def _ids(
    changes: Sequence[Change], kind: ChangeKind, rows: Mapping[str, Attempt | Enrolment]
) -> frozenset[int]:
    return frozenset(rows[one.subject].id for one in changes if one.kind is kind)


def check(round_: Round, one: Change, rows: Named, holding: Mapping[int, QuestionRuling]) -> None:
    """Raise `WrongChange` for a change that the round does not know, or that changes nothing."""
    kind, subject = one.about
    if kind == "attempt":
        _check_attempt(one, rows.attempts.get(subject))
    elif kind == "person":
        _check_person(one, rows.people.get(subject))
    elif kind == "late" and subject not in rows.late:
        raise WrongChange(N_("This proposal about late answers does not wait any more."))
    elif kind == "prediction":
        _by_hand(round_, one)
    elif kind == "round" and subject not in rows.rounds:
        raise WrongChange(N_("This round’s prediction does not count the whole contest."))
    elif kind == "question":
        _check_question(one, rows, holding)


def _check_attempt(one: Change, attempt: Attempt | None) -> None:
    if attempt is None:
        raise WrongChange(N_("The round has no such attempt that was handed in."))
    if (attempt.annulled_at is None) != (one.kind is ChangeKind.ANNUL):
        raise WrongChange(N_("This attempt is annulled already, or was never annulled."))


def _check_person(one: Change, person: Enrolment | None) -> None:
    if person is None:
        raise WrongChange(N_("Nobody of this name takes part in the contest."))
    if (person.disqualified_at is None) != (one.kind is ChangeKind.DISQUALIFY):
        raise WrongChange(N_("This person is disqualified already, or never was."))


def _check_question(one: Change, rows: Named, holding: Mapping[int, QuestionRuling]) -> None:
    version = int(one.subject) if one.subject.isdecimal() else 0
    if version not in rows.versions:
        raise WrongChange(N_("The round has not asked this question."))
    now = holding.get(version)
    if (now.ruling if now else None) == one.ruling:
        raise WrongChange(N_("This is how the question is marked already."))
    if one.kind is ChangeKind.KEY:
        asked, _ = rows.versions[version]
        found = rekeying.problems(str(asked.type), asked.content, one.values)
        if found:
            raise WrongChange(found[0].message, **found[0].values)


def _by_hand(round_: Round, one: Change) -> tuple[int | None, int | None]:
    """Return whose actual value is fixed, and it in millionths; None where it is to be counted."""
    config = round_.asked_prediction
    if config is None:
        raise WrongChange(N_("The round asks for no prediction."))
    blocks = {str(block.id) for block in round_.contest.blocks}
    if one.subject and (config.scope is not Scope.BLOCK or one.subject not in blocks):
        raise WrongChange(N_("The actual value is not counted for this group."))
    block = int(one.subject) if one.subject else None
    if one.kind is ChangeKind.COUNTED:
        return block, None
    try:
        return block, scoring.to_millionths(predicting.parse("".join(one.values), config))
    except Unreadable as fault:
        raise WrongChange(fault.sentence.message, **fault.sentence.values) from fault


def would_be(
    round_: Round, changes: Sequence[Change], *, at: datetime, progress: Progress = unwatched
) -> WouldBe:
    """Return the results that the changes would lead to. Raise `WrongChange`."""
    found = changing.problems(changes)
    if found:
        raise WrongChange(found[0].message, **found[0].values)
    before = stamp(round_)
    effects = effects_of(round_, changes)
    marks, places = part(progress, 0, 50), part(progress, 50, WHOLE)
    remarked = remarking.remark(round_, effects, progress=marks)
    computed = computing.computed_in(round_, effects, remarked.worths, at=at, progress=places)
    return WouldBe(effects, remarked, computed, before)


def preview(
    round_: Round,
    changes: Sequence[Change],
    lines: Lines,
    *,
    at: datetime,
    progress: Progress = unwatched,
) -> Preview:
    """Return who would gain or lose by the changes, against the run that counts now."""
    would = would_be(round_, changes, at=at, progress=progress)
    before = ranked_in(round_.current_run_id)
    run = db.session.get(ResultRun, round_.current_run_id) if round_.current_run_id else None
    others = _others(round_, changes, would, at=at)
    return replace(
        beside(before, _ranked(would.computed), lines),
        actuals=_differing(run.true_values if run else {}, would.computed.actuals),
        others=[_told(other, computed) for other, computed in others],
        prizes=_prizes([(round_, would.computed), *others]),
        attempts=len(would.remarked.worths),
    )


def _ranked(computed: Computed) -> dict[int, Ranked]:
    return {
        person[0]: Ranked(one.attempt.score, one.sort_key) for person, one in computed.stood.items()
    }


def _differing(
    before: Mapping[int | None, int], after: Mapping[int | None, int]
) -> list[tuple[int | None, int | None, int | None]]:
    blocks = sorted(before.keys() | after.keys(), key=lambda block: block or 0)
    values = [(block, before.get(block), after.get(block)) for block in blocks]
    return [one for one in values if one[1] != one[2]]


def _others(
    round_: Round, changes: Sequence[Change], would: WouldBe, *, at: datetime
) -> list[tuple[Round, Computed]]:
    """Return what comes of the other rounds that are computed in the same decision."""
    rounds = named(round_, [one for one in changes if one.about[0] == "round"]).rounds
    if not rounds:
        return []
    here = computing.achieved_in(round_, would.effects, would.remarked.worths)
    effects = Effects(elsewhere={round_.id: here})
    return [(other, computing.computed_in(other, effects, at=at)) for other in rounds.values()]


def _told(other: Round, computed: Computed) -> Other:
    moved = comparing.compare(ranked_in(other.current_run_id), _ranked(computed), Lines())
    count = sum(one.is_moved for one in moved)
    return Other(other.title, other.prediction_actual, computed.actuals.get(None), count)


def _prizes(rounds: Sequence[tuple[Round, Computed]]) -> list[Crossed]:
    """Return who crosses a prize if all these rounds were computed so."""
    runs = []
    for round_, computed in rounds:
        run = db.session.get(ResultRun, round_.current_run_id) if round_.current_run_id else None
        if run is not None:
            runs.append((run, {who: one for (_, who), one in computed.stood.items()}))
    return foreseeing.crossed(runs)


def beside(before: Mapping[int, Ranked], after: Mapping[int, Ranked], lines: Lines) -> Preview:
    """Return two runs beside each other."""
    moved = comparing.compare(before, after, lines)
    return Preview(moved, comparing.totals(moved, lines))


def ranked_in(run_id: int | None) -> dict[int, Ranked]:
    """Return where everybody stands in a run, by the id of the enrolment; nobody in none."""
    rows = db.session.execute(
        select(Standing.enrolment_id, Standing.score, Standing.sort_key).where(
            Standing.run_id == run_id, Standing.audience == Audience.PARTICIPANT
        )
    )
    return {person: Ranked(score, sort_key) for person, score, sort_key in rows}


def stamp(round_: Round) -> Stamp:
    """Return what tells two states of a round's inputs from each other, in four statements."""
    attempts = db.session.execute(
        select(
            func.count(),
            func.max(Attempt.id),
            func.count(Attempt.submitted_at),
            func.count(Attempt.annulled_at),
            func.sum(Attempt.id).filter(Attempt.annulled_at.is_not(None)),
            func.sum(Attempt.score),
            func.sum(Attempt.correct),
            func.sum(Attempt.unmarked).label("unmarked"),
            func.sum(Attempt.predicted),
        ).where(Attempt.round_id == round_.id, Attempt.kind == AttemptKind.OFFICIAL)
    ).one()
    out = Enrolment.is_hidden | Enrolment.is_test | Enrolment.disqualified_at.is_not(None)
    people = db.session.execute(
        select(func.count(), func.sum(Enrolment.id)).where(
            and_(Enrolment.contest_id == round_.contest_id, out)
        )
    ).one()
    rulings = db.session.execute(
        select(
            func.count(), func.max(QuestionRuling.id), func.count(QuestionRuling.lifted_by_id)
        ).where(QuestionRuling.round_id == round_.id)
    ).one()
    late = db.session.execute(
        select(func.count(), func.max(CountedLate.decision_id))
        .select_from(CountedLate)
        .join(Attempt, Attempt.id == CountedLate.attempt_id)
        .where(Attempt.round_id == round_.id)
    ).one()
    rule = repr((round_.ranking, round_.counts, round_.prediction, round_.fixed_actuals))
    values = (*attempts, *people, *rulings, *late, rule, round_.current_run_id)
    return Stamp(values, attempts.unmarked or 0)

"""The parts of a judged round: what each gives its entries, from quizzes, counts and votes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import joinedload, undefer

from contest import ballot_queries
from contest.models import (
    Enrolment,
    EntryMember,
    HourMove,
    JudgedRound,
    MemberRole,
    Part,
    PartCount,
    ResultRun,
    Round,
    RoundEntry,
    Standing,
)
from contest.rules.judging import measured, parts, sealing, voting
from contest.rules.judging.parts import PartKind, PartScores, QuizWay
from contest.rules.timing import Audience
from core.db import db
from core.saying import Sentence
from core.text import N_


def part_scores(judged: JudgedRound) -> list[PartScores]:
    """Return what each part of a round gives, in order; nothing for a round that has no parts.

    A part without points yet says why: `parts.refused`. Of the judged part the caller knows the
    scores; `parts.totals` puts all together.
    """
    return [_scores(part) for part in parts_of(judged)]


def parts_of(judged: JudgedRound) -> Sequence[Part]:
    """Return the parts of a round in order."""
    return db.session.scalars(
        select(Part)
        .where(Part.round_id == judged.round_id)
        .order_by(Part.position)
        .options(joinedload(Part.quiz))
    ).all()


def digest(judged: JudgedRound) -> str:
    """Return the digest of the parts as declared; the trail has it since the rules were sealed."""
    ends = _declared_ends(judged)
    return sealing.digest([written(part, ends.get(part.id)) for part in parts_of(judged)])


def written(part: Part, end: datetime | None = None) -> dict[str, object]:
    """Return what was declared of a part, as plain values; `end` where its end was moved since."""
    hours = (part.opens_at, end or part.closes_at)
    return {
        "kind": part.kind.value,
        "title": part.title,
        "most": str(part.points.normalize()),
        "terms": part.terms,
        "quiz": part.quiz.public_id if part.quiz is not None else None,
        "hours": [None if one is None else one.isoformat() for one in hours],
    }


def _declared_ends(judged: JudgedRound) -> dict[int, datetime]:
    """Return when votes whose end was moved were to close when the rules were sealed."""
    rows = db.session.execute(
        select(HourMove.part_id, HourMove.was)
        .where(HourMove.round_id == judged.round_id, HourMove.part_id.is_not(None))
        .order_by(HourMove.id.desc())
    )
    return {part: was for part, was in rows if part is not None}


def count_with(public_id: str) -> PartCount | None:
    """Return a count with its part, round and picture."""
    return db.session.scalar(
        select(PartCount)
        .where(PartCount.public_id == public_id)
        .options(
            joinedload(PartCount.part).joinedload(Part.judged).joinedload(JudgedRound.round),
            undefer(PartCount.evidence),
        )
    )


def counts_in(part: Part) -> dict[int, PartCount]:
    """Return the count that holds of each entry, by the id of its row in the round.

    It is the last that was taken by the hour of the part; of two of the same moment, the one
    that was written down later.
    """
    rows = db.session.scalars(
        select(PartCount)
        .where(PartCount.part_id == part.id, PartCount.taken_at <= part.closes_at)
        .order_by(PartCount.taken_at, PartCount.id)
        .options(joinedload(PartCount.round_entry), joinedload(PartCount.recorded_by))
    )
    return {row.round_entry_id: row for row in rows}


def _scores(part: Part) -> PartScores:
    blank = PartScores(part.public_id, part.title, part.kind, part.points)
    if part.kind is PartKind.JUDGED:
        return replace(blank, whole=part.judged.declared.rubric.whole)
    found = _READ[part.kind](part)
    if isinstance(found, Sentence):
        return replace(blank, points={}, refused=found)
    return replace(blank, points=found)


def _of_vote(part: Part) -> Mapping[str, Decimal] | Sentence:
    if part.opened_at is None:
        return Sentence(
            N_("The votes for “%(title)s” have not been opened."), {"title": part.title}
        )
    return voting.points(ballot_queries.counted(part).counts, part.points)


def _of_counts(part: Part) -> Mapping[str, Decimal] | Sentence:
    rule = measured.read(part.terms)
    counts = {str(row.round_entry.entry_id): row.figures for row in counts_in(part).values()}
    missing = len(_entries(part)) - len(counts)
    if missing:
        message = N_("“%(title)s”: %(count)s entries have not been counted.")
        return Sentence(message, {"title": part.title, "count": missing})
    return rule.points({entry: rule.count(figures) for entry, figures in counts.items()})


def _of_quiz(part: Part) -> Mapping[str, Decimal] | Sentence:
    run = _run(part.quiz)
    if run is None:
        message = N_("“%(title)s”: the results of its quiz have not been computed.")
        return Sentence(message, {"title": part.title})
    shares = _shares(run)
    teams: dict[str, list[Fraction | None]] = {str(id_): [] for id_ in _entries(part)}
    for entry_id, account_id in _people(part):
        teams[str(entry_id)].append(shares.get(account_id or 0))
    return parts.of_quiz(teams, QuizWay(part.terms.get("way", QuizWay.MEAN)), part.points)


def _run(quiz: Round | None) -> ResultRun | None:
    if quiz is None or quiz.current_run_id is None:
        return None
    run = db.session.get(ResultRun, quiz.current_run_id)
    return None if run is None or run.is_provisional else run


def _shares(run: ResultRun) -> dict[int, Fraction]:
    """Return what share of the questions each account had right in a quiz."""
    rows = db.session.execute(
        select(Enrolment.account_id, Standing.correct, Standing.asked)
        .join(Enrolment, Enrolment.id == Standing.enrolment_id)
        .where(Standing.run_id == run.id, Standing.audience == Audience.PARTICIPANT)
    )
    return {account: Fraction(correct, asked) for account, correct, asked in rows if asked}


def _people(part: Part) -> Sequence[tuple[int, int | None]]:
    """Return the people of each entry who compete; mentors do not."""
    rows = db.session.execute(
        select(EntryMember.entry_id, EntryMember.account_id)
        .join(RoundEntry, RoundEntry.entry_id == EntryMember.entry_id)
        .where(RoundEntry.round_id == part.round_id, EntryMember.role != MemberRole.MENTOR)
    )
    return [(entry, account) for entry, account in rows]


def _entries(part: Part) -> Sequence[int]:
    return db.session.scalars(
        select(RoundEntry.entry_id).where(RoundEntry.round_id == part.round_id)
    ).all()


_READ = {PartKind.VOTED: _of_vote, PartKind.MEASURED: _of_counts, PartKind.QUIZ: _of_quiz}

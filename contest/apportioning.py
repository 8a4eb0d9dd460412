"""The parts of a judged round: declared before its rules are sealed, figures written down."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from accounts import auditing
from accounts.models import Account
from contest import parting
from contest.errors import CannotJudge
from contest.models import JudgedRound, Part, PartCount, Round, RoundEntry
from contest.rules.judging import parts
from contest.rules.judging.measured import MeasureRule
from contest.rules.judging.parts import PartKind, QuizWay
from contest.rules.judging.voting import VoteRule
from contest.rules.scoring import to_millionths
from core import ids, pictures
from core.db import atomic, db, lock
from core.saying import Sentence
from core.text import N_


@dataclass(frozen=True, slots=True)
class PartSettings:
    """A part as it is declared. What a kind does not need is left out."""

    kind: PartKind
    title: str
    most: Decimal
    measure: MeasureRule | None = None
    vote: VoteRule | None = None
    by_roster: bool = False
    quiz: Round | None = None
    way: QuizWay = QuizWay.MEAN
    counted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """Figures of an entry as somebody read them, with where, and a picture of it."""

    figures: Mapping[str, int]
    taken_at: datetime
    address: str = ""
    picture: bytes = field(default=b"", repr=False)
    reason: str = ""


@atomic()
def add(judged: JudgedRound, settings: PartSettings, actor: Account) -> Part:
    """Declare a part. Raise `CannotJudge` once the rules are sealed, or for what cannot be."""
    lock(judged)
    _check_open(judged)
    _check(judged, settings)
    known = parting.parts_of(judged)
    rule, vote = settings.measure, settings.vote
    part = Part(
        public_id=ids.public_id(),
        judged=judged,
        position=max((one.position for one in known), default=0) + 1,
        kind=settings.kind,
        title=settings.title,
        most=to_millionths(settings.most),
        terms=_terms(settings),
        quiz=settings.quiz,
        opens_at=vote.opens if vote else None,
        closes_at=vote.closes if vote else settings.counted_at if rule else None,
    )
    db.session.add(part)
    db.session.flush()
    _record(part, actor, "part.added", **parting.written(part))
    return part


@atomic()
def remove(part: Part, actor: Account) -> None:
    """Take a part out. Raise `CannotJudge` once the rules are sealed."""
    lock(part.judged)
    _check_open(part.judged)
    _record(part, actor, "part.removed")
    db.session.delete(part)


@atomic()
def count(
    part: Part, row: RoundEntry, counted: Counted, actor: Account, *, at: datetime
) -> PartCount:
    """Write down what was counted for an entry; an earlier count stays beside it.

    Raise `CannotJudge` for figures that the rule does not weigh, for what was read after the hour
    of the part or lies ahead, without a picture or an address, and without a reason where it
    takes the place of another; `FileRefused` for a picture that cannot be read.
    """
    lock(part.judged)
    _check_count(part, row, counted, at)
    picture = pictures.encode(counted.picture) if counted.picture else None
    made = PartCount(
        public_id=ids.public_id(),
        part=part,
        round_entry=row,
        figures=dict(counted.figures),
        taken_at=counted.taken_at,
        recorded_at=at,
        recorded_by_id=actor.id,
        address=counted.address,
        evidence=picture.content if picture else None,
        evidence_digest=hashlib.sha256(picture.content).hexdigest() if picture else "",
        media_type=picture.mime if picture else "",
        reason=counted.reason,
    )
    db.session.add(made)
    db.session.flush()
    told = {"entry": row.entry.code, "figures": dict(counted.figures), "reason": counted.reason}
    _record(part, actor, "part.counted", evidence=made.evidence_digest, **told)
    return made


def figures_of(part: Part) -> list[str]:
    """Return the names of the figures that a measured part weighs."""
    return list(part.terms.get("weights") or {"views": "1"})


def _check(judged: JudgedRound, settings: PartSettings) -> None:
    told: list[Sentence] = []
    known = [one.share for one in parting.parts_of(judged)]
    if settings.kind is PartKind.JUDGED and any(one.kind is PartKind.JUDGED for one in known):
        told.append(Sentence(N_("One part of a round is judged; its rubric has groups.")))
    if settings.most <= 0:
        told.append(Sentence(N_("Every part has points to give.")))
    if settings.kind is PartKind.MEASURED:
        told += settings.measure.problems() if settings.measure else []
        if settings.counted_at is None:
            told.append(Sentence(N_("Say by which hour the figures are taken.")))
    if settings.kind is PartKind.VOTED and settings.vote is None:
        told.append(Sentence(N_("Say when the vote opens and closes.")))
    told += settings.vote.problems() if settings.vote is not None else []
    if settings.kind is PartKind.QUIZ and settings.quiz is None:
        told.append(Sentence(N_("Choose the quiz whose results count.")))
    if told:
        raise CannotJudge(told[0].message, **told[0].values)


def _terms(settings: PartSettings) -> dict[str, Any]:
    if settings.kind is PartKind.MEASURED and settings.measure is not None:
        return settings.measure.written()
    if settings.kind is PartKind.VOTED and settings.vote is not None:
        vote = settings.vote
        caps = {"per_device": vote.per_device, "per_network": vote.per_network}
        return {"roster": settings.by_roster} | caps
    return {"way": settings.way.value} if settings.kind is PartKind.QUIZ else {}


def _check_open(judged: JudgedRound) -> None:
    if judged.sealed_at is not None:
        raise CannotJudge(N_("The rules are sealed: their parts do not change any more."))


def _check_count(part: Part, row: RoundEntry, counted: Counted, at: datetime) -> None:
    if part.kind is not PartKind.MEASURED or row.round_id != part.round_id:
        raise CannotJudge(N_("Nothing is counted for this entry here."))
    if set(counted.figures) != set(figures_of(part)):
        raise CannotJudge(N_("Write every figure that the rule weighs."))
    if part.closes_at is not None and counted.taken_at > part.closes_at:
        raise CannotJudge(N_("The figures were read after the hour that the rules name."))
    if counted.taken_at > at:
        raise CannotJudge(N_("The figures cannot be of an hour to come."))
    if not counted.picture and not counted.address:
        raise CannotJudge(N_("Add a picture of the page, or at least its address."))
    if row.id in parting.counts_in(part) and not counted.reason.strip():
        raise CannotJudge(N_("This entry was counted before: say why the figures change."))


def problems(judged: JudgedRound) -> list[Sentence]:
    """Return what is wrong with the parts of a round; nothing for one without parts."""
    shares = [one.share for one in parting.parts_of(judged)]
    return parts.problems(shares) if shares else []


def _record(part: Part, actor: Account, act: str, **told: object) -> None:
    round_ = part.judged.round
    target, log = f"round:{round_.public_id}", round_.contest.log
    auditing.record(actor, act, target, log=log, part=part.public_id, **told)

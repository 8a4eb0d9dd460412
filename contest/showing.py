"""What the participant's pages say: rows and rules put together in the reader's words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext

from contest import (
    explaining,
    late_queries,
    late_telling,
    papers,
    queries,
    saving,
    watching,
)
from contest.late_queries import LateTold
from contest.models import Attempt, AttemptKind, Round
from contest.papers import ShownSlot
from contest.rules import describing, scoring, timing
from contest.rules.predicting import Prediction, target_said
from contest.rules.timing import Audience
from core import backups, i18n
from core.saying import Sentence
from core.text import N_


@dataclass(frozen=True, slots=True)
class Paper:
    """The page of a running attempt."""

    contest_title: str
    round_title: str
    public_id: str
    is_practice: bool
    read_only: bool
    other_seen: datetime | None
    ends_at: datetime
    seconds_left: int
    halted: bool
    # Somebody supervises the room, and a little beside the answers is noted.
    watched: bool
    minutes: int
    current: int
    slots: Sequence[ShownSlot]
    config: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Receipt:
    """The proof that the server holds an attempt."""

    public_id: str
    round_title: str
    code: str
    verify_url: str
    received_at: datetime
    results_at: datetime | None
    is_automatic: bool
    is_practice: bool
    name: str
    unit: str
    answered: int
    total: int
    duration_s: int
    prediction: str
    result_url: str
    home_url: str
    late: LateTold | None
    late_said: str


@dataclass(frozen=True, slots=True)
class TopicLine:
    """What somebody knew of one topic."""

    title: str
    right: int
    total: int
    advice: str = ""


@dataclass(frozen=True, slots=True)
class RoundLine:
    """One of somebody's rounds in a table."""

    title: str
    right: int
    total: int
    place: int | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class Result:
    """A participant's own result."""

    round_title: str
    published_at: datetime
    is_provisional: bool
    is_practice: bool
    unmarked: int
    right: int
    total: int
    score: Decimal | None
    place: int | None
    people: int | None
    above_percent: Decimal | None
    duration_s: int
    submitted_at: datetime
    prediction: str
    actual: str
    difference: str
    topics: Sequence[TopicLine]
    show_answers: bool
    wrong: Sequence[explaining.WrongItem]
    rounds: Sequence[RoundLine]
    board_url: str
    why_url: str
    all_url: str
    home_url: str
    appeal: None = None
    # Whether the points pass, and which ones do; None where the round has no pass mark.
    passed: bool | None = None
    pass_mark: Decimal | None = None


def paper(attempt: Attempt, *, session: str, current: int | None, at: datetime) -> Paper:
    """Return the page of a running attempt as this browser session may use it.

    Without a question asked for it stands at the place where the person goes on.
    """
    round_ = attempt.round
    config = round_.asked_prediction
    stem = say_prediction(round_, config) if config else ""
    slots = papers.paper_of(attempt, stem, "")
    newest = max((slot.lease_no for slot in slots), default=0)
    mine = attempt.holder == session and newest <= attempt.lease_no
    return Paper(
        contest_title=round_.contest.title,
        round_title=round_.title,
        public_id=attempt.public_id,
        is_practice=attempt.kind is AttemptKind.PRACTICE,
        read_only=not mine,
        other_seen=None if mine else papers.last_seen(attempt.id),
        ends_at=attempt.accepts_until,
        seconds_left=attempt.seconds_left(at),
        halted=attempt.is_halted(at),
        watched=watching.is_watched(attempt),
        minutes=max(1, int((attempt.accepts_until - attempt.started_at).total_seconds()) // 60),
        current=_place_to_go_on(slots) if current is None else current,
        slots=slots,
        config=_config(attempt, slots, writes=mine, at=at),
    )


def _place_to_go_on(slots: Sequence[ShownSlot]) -> int:
    """Return the first question not answered after the last answered one, or the first left."""
    answered = {slot.position for slot in slots if slot.answer}
    left = [slot.position for slot in slots if not slot.answer]
    if not answered or not left:
        return 1
    return next((position for position in left if position > max(answered)), left[0])


def _config(
    attempt: Attempt, slots: Sequence[ShownSlot], *, writes: bool, at: datetime
) -> dict[str, Any]:
    return addresses(attempt.public_id) | {
        "ticket": saving.written(saving.ticket_of(attempt)) if writes else "",
        "server_epoch": backups.epoch(),
        "lease_no": attempt.lease_no,
        "now": at.isoformat(timespec="milliseconds"),
        "ends": attempt.accepts_until.isoformat(timespec="milliseconds"),
        "grace_s": attempt.grace_seconds,
        "practice": attempt.kind is AttemptKind.PRACTICE,
        "watched": watching.is_watched(attempt),
        "paused_until": _moment(attempt.halted_until) if attempt.is_halted(at) else None,
        "slots": [
            {
                "position": slot.position,
                "kind": slot.kind,
                "answer": slot.given,
                "seq": slot.seq,
            }
            for slot in slots
        ],
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="milliseconds") if moment else None


def addresses(public_id: str) -> dict[str, Any]:
    """Return what the player asks of the server for an attempt, and where."""
    names = ("save", "beat", "submit", "review", "receipt")
    made = {name: url_for(f"participant.{name}", public_id=public_id) for name in names}
    return made | {"attempt": public_id}


def say_prediction(round_: Round, config: Prediction) -> str:
    """Return the prediction question."""
    message = N_("Predict %(target)s: what will the number be?")
    said = i18n.say(Sentence(message, {"target": target_said(config)}))
    return str(gettext("%(round)s. %(question)s", round=round_.title, question=said))


def receipt(attempt: Attempt) -> Receipt:
    """Return the receipt of a submitted attempt."""
    account = attempt.enrolment.account
    submitted = attempt.submitted_at or attempt.accepts_until
    answered = queries.answers_of(attempt.id)
    given = [one for one in answered.values() if one.answer and one.position <= attempt.asked]
    shown = result_shown(attempt, at=submitted + timedelta(seconds=1))
    late = late_queries.told_to_owner(attempt)
    return Receipt(
        public_id=attempt.public_id,
        round_title=attempt.round.title,
        code=attempt.receipt_code or "",
        verify_url=url_for("public.receipt", ma=attempt.receipt_code, _external=True),
        received_at=submitted,
        results_at=None if shown else attempt.round.participant_results_at,
        is_automatic=attempt.submitted_by == "clock",
        is_practice=attempt.kind is AttemptKind.PRACTICE,
        name=account.full_name,
        unit=attempt.enrolment.unit.name if attempt.enrolment.unit else "",
        answered=len(given),
        total=attempt.asked,
        duration_s=(attempt.duration_ms or 0) // 1000,
        prediction=say_predicted(attempt.predicted),
        result_url=url_for("participant.result", public_id=attempt.public_id) if shown else "",
        home_url=url_for("participant.rounds"),
        late=late,
        late_said=late_telling.say_to_owner(late) if late else "",
    )


def say_predicted(millionths: int | None) -> str:
    """Return a prediction as people write it; nothing for none."""
    return (
        "" if millionths is None else i18n.number(scoring.from_millionths(millionths).normalize())
    )


def result_shown(attempt: Attempt, *, at: datetime) -> bool:
    """Say whether the owner may see the result at that moment; practice shows at once."""
    if attempt.kind is AttemptKind.PRACTICE:
        return True
    return timing.shows_result(at, attempt.round.window, Audience.PARTICIPANT)


def result(attempt: Attempt, *, at: datetime) -> Result | None:
    """Return the owner's result; nothing while the round's dates keep it back."""
    if not result_shown(attempt, at=at) or attempt.submitted_at is None:
        return None
    round_, practice = attempt.round, attempt.kind is AttemptKind.PRACTICE
    place = (
        None if practice else papers.place_of(attempt.enrolment_id, round_, Audience.PARTICIPANT)
    )
    shows_answers = practice or (round_.shows_answers and at >= round_.closes_at)
    off = place.standing.prediction_off if place else None
    actual = place.run.actual_in(place.standing.block_id) if place else None
    points = scoring.from_millionths(attempt.score or 0)
    return Result(
        round_title=round_.title,
        published_at=max(
            attempt.submitted_at, round_.participant_results_at or attempt.submitted_at
        ),
        is_provisional=place.run.is_provisional if place else False,
        is_practice=practice,
        unmarked=attempt.unmarked,
        right=attempt.correct or 0,
        total=attempt.asked,
        score=None if points == (attempt.correct or 0) else points.normalize(),
        place=place.place if place else None,
        people=place.people if place else None,
        above_percent=_above(place),
        duration_s=(attempt.duration_ms or 0) // 1000,
        submitted_at=attempt.submitted_at,
        prediction=say_predicted(attempt.predicted),
        actual=say_predicted(actual),
        difference=say_predicted(off),
        topics=[
            TopicLine(one.topic, one.correct, one.asked) for one in papers.topic_tallies(attempt)
        ],
        show_answers=shows_answers,
        wrong=explaining.wrong_items(attempt) if shows_answers else [],
        rounds=_rounds(attempt),
        board_url=_board_url(round_),
        why_url=url_for("whys.own", public_id=round_.public_id) if place else "",
        all_url="",
        home_url=url_for("participant.rounds"),
        **_passing(place),
    )


def _passing(place: papers.Place | None) -> dict[str, Any]:
    mark = place.run.rule.get("pass_mark") if place and not place.run.is_provisional else None
    if place is None or mark is None:
        return {}
    needed = describing.trimmed(scoring.from_millionths(mark))
    return {"passed": place.standing.score >= mark, "pass_mark": needed}


def _above(place: papers.Place | None) -> Decimal | None:
    if place is None or place.people < 2:
        return None
    below = Decimal(100 * (place.people - place.place)) / (place.people - 1)
    return below.quantize(Decimal("0.01"))


def _board_url(round_: Round) -> str:
    return url_for("public.board", slug=round_.contest.slug, number=round_.number)


def _rounds(attempt: Attempt) -> list[RoundLine]:
    places = papers.places_of(attempt.enrolment_id)
    titles = papers.round_titles(attempt.round.contest_id)
    return [
        RoundLine(
            titles[round_id], one.correct, one.asked, place, is_current=round_id == attempt.round_id
        )
        for round_id, (one, place, _) in sorted(places.items())
        if round_id in titles
    ]

"""What the home page and a person's own page say: what to do now, what came of it, what else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _

from accounts.models import Account
from contest import (
    attempting,
    entry_queries,
    foretelling,
    papers,
    presenting,
    queries,
    start_telling,
    turnouts,
)
from contest.models import Attempt, Contest, Enrolment, Round, RoundKind, RoundState, Standing
from contest.presenting import Way
from contest.rules import timing
from contest.rules.timing import Audience
from contest.turnouts import Turnout, UnitTurnout
from core import i18n


@dataclass(frozen=True, slots=True)
class ContestCard:
    """A contest in a list; `state` says how its rounds stand."""

    title: str
    summary: str
    hosts: str
    state: str
    is_open: bool
    url: str


@dataclass(frozen=True, slots=True)
class Task:
    """The one thing to do now; `until` is when it ends, for the countdown."""

    title: str
    text: str
    way: Way | None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One of somebody's rounds: the result, or when it will be known."""

    title: str
    url: str
    right: int | None
    total: int
    place: int | None
    people: int
    is_provisional: bool
    note: str
    # To the prediction that may still be sent; None where there is none.
    predict: Way | None = None


@dataclass(frozen=True, slots=True)
class OwnUnit:
    """A person's unit in the contest: its rate and its place among the others."""

    unit: UnitTurnout
    place: int | None
    units: int


@dataclass(frozen=True, slots=True)
class Home:
    """A person's own page. Without a contest only the list of others is there."""

    name: str
    standing: str
    contest_title: str
    contest_url: str
    task: Task
    results: Sequence[ResultLine]
    unit: OwnUnit | None
    unit_claim: str
    practice: Way | None
    others: Sequence[ContestCard]
    # Where own entries are, for who has one or may begin one.
    entries_url: str = ""


def cards(contests: Sequence[Contest], *, at: datetime) -> list[ContestCard]:
    """Return contests for a list, those with an open round first."""
    shown = [_card(contest, at=at) for contest in contests]
    return sorted(shown, key=lambda card: not card.is_open)


def _card(contest: Contest, *, at: datetime) -> ContestCard:
    rounds = [one for one in contest.rounds if one.state is not RoundState.DRAFT]
    now = presenting.open_round(rounds, at=at)
    soon = next((one for one in rounds if one.opens_at > at), None)
    if now is not None and now.kind is RoundKind.JUDGED:
        state = _("%(round)s is being judged", round=now.title)
    elif now is not None:
        until = i18n.deadline(now.closes_at)
        state = _("%(round)s is open until %(until)s", round=now.title, until=until)
    elif soon is not None:
        state = _("%(round)s opens on %(day)s", round=soon.title, day=i18n.day(soon.opens_at))
    else:
        state = _("All rounds are over") if rounds else _("The rounds are being prepared")
    return ContestCard(
        contest.title,
        contest.summary,
        presenting.hosts_said(contest.hosts),
        state,
        now is not None,
        url_for("public.contest", slug=contest.slug),
    )


# --- My page -----------------------------------------------------------------------------------


def home(account: Account, *, at: datetime) -> Home:
    """Return a person's own page in a fixed number of statements."""
    enrolments = queries.enrolments_of(account.id)
    main = _main(enrolments, at=at)
    entered = {one.contest_id for one in enrolments if one is main}
    others = [one for one in turnouts.published_contests() if one.id not in entered]
    nothing = Task(_("You have not entered a contest yet"), "", None)
    if main is None:
        return Home(
            account.full_name,
            account.unit.name if account.unit else "",
            "",
            "",
            nothing,
            [],
            None,
            account.unit_claim,
            None,
            cards(others, at=at),
            _entries_url(account),
        )
    rounds = [one for one in main.contest.quizzes if one.state is not RoundState.DRAFT]
    attempts = queries.attempts_of(main.id)
    return Home(
        name=account.full_name,
        standing=_standing(main),
        contest_title=main.contest.title,
        contest_url=url_for("public.contest", slug=main.contest.slug),
        task=_task(main, rounds, attempts, at=at),
        results=_results(main, rounds, attempts, at=at),
        unit=_own_unit(main, turnouts.turnout(main.contest, at=at)),
        unit_claim="" if main.unit else account.unit_claim,
        practice=_practice(rounds, at=at),
        others=cards(others, at=at),
        entries_url=_entries_url(account),
    )


def _entries_url(account: Account) -> str:
    return url_for("own_entries.index") if entry_queries.enters_entries(account) else ""


def _main(enrolments: Sequence[Enrolment], *, at: datetime) -> Enrolment | None:
    """Return the enrolment the page is about: of a contest with an open round, else the newest."""
    open_ones = [
        one for one in enrolments if presenting.open_round(one.contest.quizzes, at=at) is not None
    ]
    return next(iter([*open_ones, *enrolments]), None)


def _standing(enrolment: Enrolment) -> str:
    parts = [
        enrolment.unit.name if enrolment.unit else enrolment.account.unit_claim,
        enrolment.block.title if enrolment.block else "",
        _("Candidate number %(n)s", n=f"{enrolment.number:05}"),
    ]
    return " · ".join(part for part in parts if part)


def _task(
    enrolment: Enrolment, rounds: Sequence[Round], attempts: Sequence[Attempt], *, at: datetime
) -> Task:
    """Return the one thing to do now."""
    if enrolment.disqualified_at is not None:
        return Task(_("You no longer take part in this contest"), enrolment.disqualified_for, None)
    now = presenting.open_round(rounds, at=at)
    running = next((one for one in attempts if attempting.is_running(one, at=at)), None)
    if running is not None:
        way = Way(_("Carry on"), url_for("participant.attempt", public_id=running.public_id))
        title = _("%(round)s: your attempt is running", round=_title(rounds, running.round_id))
        text = _("The clock does not stop when you leave the page.")
        return Task(title, text, way, running.accepts_until)
    if now is not None:
        return _open_task(now, enrolment, attempts, at=at)
    soon = next((one for one in rounds if one.opens_at > at), None)
    if soon is not None:
        said = _("It opens on %(day)s.", day=i18n.day(soon.opens_at))
        return Task(_("%(round)s opens next", round=soon.title), said, None, soon.opens_at)
    return Task(
        _("No round is open"),
        _("All rounds are over. Your results stay here.") if rounds else "",
        None,
    )


def _title(rounds: Sequence[Round], round_id: int) -> str:
    return next((one.title for one in rounds if one.id == round_id), "")


def _open_task(
    now: Round, enrolment: Enrolment, attempts: Sequence[Attempt], *, at: datetime
) -> Task:
    left, predict = start_telling.left_of(now, attempts, at=at), _predict(now, attempts, at=at)
    closes = _("Closes at %(moment)s.", moment=i18n.deadline(now.closes_at))
    if left == 0 and predict is not None:
        said = _("%(round)s: your prediction is still to come", round=now.title)
        return Task(said, closes, predict, foretelling.locks_at(now))
    if left == 0:
        return Task(
            _("%(round)s: you have used all your attempts", round=now.title),
            closes,
            Way(_("See the board"), _board(now)),
            now.closes_at,
        )
    items = queries.items_asked(now, enrolment.block_id)
    paper = _("%(n)s questions, %(minutes)s minutes", n=items, minutes=now.minutes)
    if now.prediction is not None:
        paper = _("%(paper)s, and one prediction", paper=paper)
    if left is None:
        title = _("%(round)s: attempts are not limited", round=now.title)
    else:
        title = _("%(round)s: attempts you have left: %(n)s", round=now.title, n=left)
    way = Way(_("Enter"), url_for("participant.start", public_id=now.public_id))
    return Task(title, f"{paper}. {closes}", way, now.closes_at)


def _board(round_: Round) -> str:
    return url_for("public.board", slug=round_.contest.slug, number=round_.number)


def _results(
    enrolment: Enrolment, rounds: Sequence[Round], attempts: Sequence[Attempt], *, at: datetime
) -> list[ResultLine]:
    places = papers.places_of(enrolment.id)
    by_round: dict[int, list[Attempt]] = {}
    for one in attempts:
        if one.submitted_at is not None:
            by_round.setdefault(one.round_id, []).append(one)
    return [
        replace(
            _result(one, by_round[one.id], places.get(one.id), at=at),
            predict=_predict(one, by_round[one.id], at=at),
        )
        for one in rounds
        if one.id in by_round
    ]


def _predict(round_: Round, attempts: Sequence[Attempt], *, at: datetime) -> Way | None:
    found = foretelling.waiting(round_, attempts, at=at)
    if found is None:
        return None
    return Way(_("Predict"), url_for("participant.prediction", public_id=found.public_id))


def _result(
    round_: Round,
    attempts: Sequence[Attempt],
    place: tuple[Standing, int, int] | None,
    *,
    at: datetime,
) -> ResultLine:
    counting = place[0].attempt_id if place else attempts[-1].id
    attempt = next((one for one in attempts if one.id == counting), attempts[-1])
    if not timing.shows_result(at, round_.window, Audience.PARTICIPANT):
        known = round_.participant_results_at
        note = _("Results from %(day)s", day=i18n.day(known)) if known else _("Submitted")
        url = url_for("participant.receipt", public_id=attempt.public_id)
        return ResultLine(round_.title, url, None, attempt.asked, None, 0, False, note)
    return ResultLine(
        title=round_.title,
        url=url_for("participant.result", public_id=attempt.public_id),
        right=attempt.correct or 0,
        total=attempt.asked,
        place=place[1] if place else None,
        people=place[2] if place else 0,
        is_provisional=at < round_.closes_at,
        note="",
    )


def _own_unit(enrolment: Enrolment, taken: Turnout) -> OwnUnit | None:
    """Return the unit that the person counts for; nothing where the contest counts none."""
    if enrolment.counted_unit is None:
        return None
    code = enrolment.counted_unit.code
    mine = next((one for one in taken.units if one.code == code), None)
    if mine is None:
        return None
    ranked = turnouts.by_rate(taken.units)
    rates = [one.taken.rate for one in ranked]
    place = 1 + rates.index(mine.taken.rate) if mine in ranked else None
    return OwnUnit(mine, place, len(ranked))


def _practice(rounds: Sequence[Round], *, at: datetime) -> Way | None:
    able = [one for one in rounds if one.practice_items and one.blueprint_id is not None]
    if not able:
        return None
    chosen = presenting.open_round(able, at=at) or able[-1]
    return Way(
        _("Practise %(n)s questions", n=chosen.practice_items),
        url_for("participant.practice", public_id=chosen.public_id),
    )

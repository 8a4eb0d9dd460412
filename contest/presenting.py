"""What the pages of a contest say to anybody: the contest, its rules, its units, its poster."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from accounts.models import Account
from contest import (
    attempting,
    board_lines,
    boards,
    eligibility_queries,
    judged_presenting,
    queries,
    run_queries,
    start_telling,
    turnouts,
)
from contest.board_finding import Wanted
from contest.board_lines import Line
from contest.judged_presenting import Judged
from contest.models import Attempt, Contest, Round, RoundKind, RoundState
from contest.rules import describing, ranking
from contest.rules.describing import Part, RoundPlan
from contest.turnouts import Turnout, UnitTurnout
from core import i18n, vietnam
from core.saying import Sentence

TOP = 5
_SEPARATOR = " · "


@dataclass(frozen=True, slots=True)
class Way:
    """A way on: what the button says and where it leads."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page of a contest has around it."""

    title: str
    slug: str
    hosts: str
    contact: str
    nav: Sequence[Mapping[str, str]]

    def around(self, site: object) -> "Around":
        """Return what layouts show around a page of this contest, within the whole site."""
        return Around(self, site)


class Around:
    """The site with a contest's own menu, hosts and contact; the rest is the site's."""

    def __init__(self, frame: Frame, site: object) -> None:
        mine = [one for one in getattr(site, "nav", []) if one["key"] != "contests"]
        self.nav = [*frame.nav, *mine]
        self.organiser = frame.hosts
        self.contact = frame.contact
        self._site = site

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 -- whatever the site says
        return getattr(self._site, name, "")


@dataclass(frozen=True, slots=True)
class Moment:
    """A round on the line of time."""

    title: str
    lines: Sequence[str]
    state: str = ""
    badge: str = ""
    href: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Leaders:
    """Who stands first in the newest round whose results are public."""

    round_title: str
    lines: Sequence[Line]
    url: str


@dataclass(frozen=True, slots=True)
class ContestPage:
    """The page of a contest. `now` is the round that is open, `soon` the one that opens next."""

    frame: Frame
    summary: str
    now: Round | None
    soon: Round | None
    way: Way | None
    practice: Way | None
    moments: Sequence[Moment]
    rules: Sequence[tuple[str, Sequence[str]]]
    prizes: str
    leaders: Leaders | None
    turnout: Turnout
    rates: Sequence[Decimal]
    top_units: Sequence[UnitTurnout]
    headcount_on: date | None
    judged: Judged | None = None


def frame(contest: Contest) -> Frame:
    """Return what every page of this contest has around it."""
    return framed(contest.title, contest.slug, contest.hosts, contest.contact)


def framed(title: str, slug: str, hosts: Sequence[Mapping[str, str]], contact: str) -> Frame:
    """Return the frame of a contest of which only these are known."""
    nav = [
        ("contest", _("The contest"), "public.contest"),
        ("board", _("Leaderboard"), "public.newest_board"),
        ("rules", _("Rules of the contest"), "public.rules"),
        ("units", _("Units"), "public.units"),
    ]
    return Frame(
        title,
        slug,
        hosts_said(hosts),
        contact,
        [{"key": key, "label": label, "href": url_for(to, slug=slug)} for key, label, to in nav],
    )


def hosts_said(hosts: Sequence[Mapping[str, str]]) -> str:
    """Return who holds the contest, each with its part."""
    said = [
        _("led by %(name)s", name=host["name"])
        if host.get("part") == "lead"
        else _("together with %(name)s", name=host["name"])
        for host in hosts
    ]
    return _SEPARATOR.join(said)


# --- The contest -------------------------------------------------------------------------------


def contest_page(contest: Contest, account: Account | None, *, at: datetime) -> ContestPage:
    """Return the page of a contest; the statements are as many for any number of rows."""
    rounds = [one for one in contest.rounds if one.state is not RoundState.DRAFT]
    quizzes = [one for one in rounds if one.kind is RoundKind.QUIZ]
    now = open_round(quizzes, at=at)
    soon = next((one for one in quizzes if one.opens_at > at), None)
    taken = turnouts.turnout(contest, at=at)
    rated = turnouts.by_rate(taken.units)
    shown = now or soon or (rounds[-1] if rounds else None)
    judged = judged_presenting.standing(contest, rounds, at=at)
    return ContestPage(
        frame=frame(contest),
        summary=contest.summary,
        now=now,
        soon=soon,
        way=_way(contest, now or soon or (judged and judged.hand), now, account, at=at),
        practice=_practice(contest, shown, account, at=at),
        moments=[_moment(one, taken, at=at) for one in rounds],
        rules=rules_in_short(contest, shown),
        prizes=contest.prizes_text,
        leaders=_leaders(contest, at=at),
        turnout=taken,
        rates=taken.rates if quizzes or not rounds else [],
        top_units=rated[:TOP] if quizzes or not rounds else [],
        headcount_on=contest.headcount_on,
        judged=judged,
    )


def open_round(rounds: Sequence[Round], *, at: datetime) -> Round | None:
    """Return the round that people may take now."""
    return next(
        (
            one
            for one in rounds
            if one.state is RoundState.READY and one.opens_at <= at < one.closes_at
        ),
        None,
    )


def _way(
    contest: Contest,
    takes: object,
    now: Round | None,
    account: Account | None,
    *,
    at: datetime,
) -> Way | None:
    """Return the way into the contest for this person; for strangers it is registration.

    `takes` is what can still be entered: a round, or a category of entries.
    """
    enrolment = queries.enrolment_of(account.id, contest.id) if account else None
    if enrolment is not None and not contest.quizzes:
        return Way(_("To my entries"), url_for("own_entries.index"))
    if enrolment is not None:
        return _own_way(now, queries.attempts_of(enrolment.id), at=at)
    if not takes:
        return None
    url = url_for("public.entry", slug=contest.slug)
    return Way(_("Enter %(round)s", round=now.title) if now else _("Register"), url)


def _own_way(now: Round | None, earlier: Sequence[Attempt], *, at: datetime) -> Way:
    """Return the way on for who has entered: carry on, start, or the own page."""
    home = Way(_("To my page"), url_for("participant.rounds"))
    if now is None:
        return home
    here = [one for one in earlier if one.round_id == now.id]
    running = next((one for one in here if attempting.is_running(one, at=at)), None)
    if running is not None:
        return Way(_("Carry on"), url_for("participant.attempt", public_id=running.public_id))
    if start_telling.left_of(now, earlier, at=at) == 0:
        return home
    start = url_for("participant.start", public_id=now.public_id)
    return Way(_("Enter %(round)s", round=now.title), start)


def _practice(
    contest: Contest, round_: Round | None, account: Account | None, *, at: datetime
) -> Way | None:
    if round_ is None or not round_.practice_items or round_.blueprint_id is None:
        return None
    if account is None:
        if round_.closes_at <= at:
            return None
        url = url_for("public.entry", slug=contest.slug, thu=1)
    else:
        url = url_for("participant.practice", public_id=round_.public_id)
    return Way(_("Try %(n)s questions", n=round_.practice_items), url)


def _moment(round_: Round, taken: Turnout, *, at: datetime) -> Moment:
    people, _attempts = taken.rounds.get(round_.id, (0, 0))
    last = vietnam.last_day(round_.closes_at)
    days = f"{vietnam.civil_day(round_.opens_at):%d/%m} – {last:%d/%m}"
    lines = [days]
    if people:
        lines.append(_("People who took part: %(n)s", n=i18n.number(people)))
    if round_.kind is RoundKind.JUDGED:
        state = "done" if round_.closes_at <= at else "now" if round_.opens_at <= at else ""
        told = _("Being judged") if state == "now" else ""
        return Moment(round_.title, lines, state, told, *judged_presenting.way(round_, at=at))
    if at < round_.opens_at:
        lines.append(_("Opens at %(moment)s", moment=_opening(round_.opens_at)))
        return Moment(round_.title, lines)
    board = url_for("public.board", slug=round_.contest.slug, number=round_.number)
    if at < round_.closes_at:
        lines.append(_("Closes at %(moment)s", moment=i18n.deadline(round_.closes_at)))
        return Moment(round_.title, lines, "now", _("Open now"), board, _("See the board"))
    return Moment(round_.title, lines, "done", "", board, _("See the results"))


def _opening(moment: datetime) -> str:
    return i18n.say(describing.opening_said(moment))


def _leaders(contest: Contest, *, at: datetime) -> Leaders | None:
    """Return the first few of the newest round that is computed and public; two statements."""
    computed = [
        one
        for one in contest.quizzes
        if one.state is not RoundState.DRAFT
        and one.closes_at <= at
        and one.public_results_at is not None
        and one.public_results_at <= at
    ]
    number = computed[-1].number if computed else 0
    found = boards.head(contest.slug, number, at=at)
    if found is None or found.run is None or found.is_provisional:
        return None
    lines = board_lines.lines(found, Wanted(block=board_lines.block_of(found, None))).rows[:TOP]
    url = url_for("public.board", slug=contest.slug, number=number)
    return Leaders(found.title, lines, url)


# --- The rules ---------------------------------------------------------------------------------


def plan_of(round_: Round, questions: int) -> RoundPlan:
    """Return a round as the rules describe it."""
    return RoundPlan(
        round_.opens_at,
        round_.closes_at,
        round_.minutes,
        questions,
        round_.policy,
        ranking.read(round_.ranking),
        round_.asked_prediction,
        round_.practice_items,
        round_.participant_results_at,
        round_.public_results_at,
        pass_mark=run_queries.pass_mark(round_),
        entry=tuple(eligibility_queries.said(round_)),
    )


def rules_in_short(contest: Contest, round_: Round | None) -> list[tuple[str, Sequence[str]]]:
    """Return the rules of the round at hand in a few lines, said by the configuration itself."""
    who = [contest.eligibility] if contest.eligibility else []
    if contest.min_age and str(contest.min_age) not in contest.eligibility:
        who.append(_("From %(age)s years of age.", age=contest.min_age))
    who.append(_("Who holds the contest or wrote its questions does not enter it."))
    told: list[tuple[str, Sequence[str]]] = [(_("Who may enter"), who)]
    if round_ is None:
        return told
    if round_.kind is RoundKind.JUDGED:
        return [*told, *judged_presenting.rules(contest, round_)]
    said = describing.parts(plan_of(round_, queries.items_asked(round_)))
    names = {
        Part.ENTRY: _("Who takes this round"),
        Part.PAPER: _("The paper"),
        Part.ATTEMPTS: _("Attempts"),
        Part.RANKING: _("Ranking"),
        Part.PASSING: _("Who passes"),
    }
    told += [(name, _told(said[part])) for part, name in names.items() if said[part]]
    told.append((_("Not allowed"), [_("Sitting for others, together, or by several accounts")]))
    return told


def _told(sentences: Sequence[Sentence]) -> list[str]:
    return [i18n.say(sentence) for sentence in sentences]


def rules_in_full(contest: Contest) -> list[tuple[Sequence[Mapping[str, str]], Sequence[str]]]:
    """Return for rounds that are held alike their windows and what holds for them."""
    rounds = [one for one in contest.quizzes if one.state is not RoundState.DRAFT]
    items = turnouts.items_asked({one.blueprint_id for one in rounds if one.blueprint_id})
    told = [
        (one, describing.parts(plan_of(one, items.get(one.blueprint_id or 0, 0)))) for one in rounds
    ]
    return [
        (
            [_window(one, said) for one, said in group],
            common,
        )
        for common, rows in groupby(told, key=lambda pair: _common(pair[1]))
        for group in [list(rows)]
    ]


def _window(round_: Round, said: Mapping[Part, Sequence[Sentence]]) -> dict[str, str]:
    words = _told([*said[Part.WINDOW], *said[Part.RESULTS]])
    return {"title": round_.title, "text": " ".join(words)}


def _common(said: Mapping[Part, Sequence[Sentence]]) -> list[str]:
    apart = (Part.WINDOW, Part.RESULTS)
    return _told([one for part, all_ in said.items() if part not in apart for one in all_])


# --- Receipts ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Checked:
    """What anybody may know of a receipt."""

    contest: str
    round: str
    received_at: datetime
    is_practice: bool
    is_annulled: bool


def checked(code: str) -> Checked | None:
    """Return what a receipt's code stands for; nothing for a code that nobody was given."""
    attempt = turnouts.attempt_of_receipt(code)
    if attempt is None or attempt.submitted_at is None:
        return None
    return Checked(
        attempt.round.contest.title,
        attempt.round.title,
        attempt.submitted_at,
        is_practice=attempt.kind == "practice",
        is_annulled=attempt.annulled_at is not None,
    )

"""What the waiting room of a sitting says: when it opens, where the person sits, what is ready."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, url_for

from contest import attempting, beginning_edge, prepared_queries, queries, saving, sitting_queries
from contest.access import Place
from contest.copying import Starter
from contest.models import Attempt, Enrolment, PreparedPaper, Round
from contest.rules import timing
from contest.rules.admitting import Hours
from contest.rules.timing import Clock, Phase, PhaseName
from core import i18n
from core.saying import Sentence

# From how long before its start a sitting is offered on a person's own page.
BEFORE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class WaitingRoom:
    """The page of who waits for a sitting; `said` is why nobody, or not this person, may start."""

    token: str
    contest_title: str
    round_title: str
    sitting_title: str
    name: str
    number: int
    room: str
    room_place: str
    # Days until what supervision sees is erased; nothing where nobody supervises.
    watched_days: int | None
    seat: str
    items: int
    has_prediction: bool
    minutes: int
    phase: str
    opens_at: datetime | None
    last_start: datetime | None
    ends_at: datetime
    late_minutes: int | None
    is_fixed: bool
    said: str
    back_url: str
    config: dict[str, Any] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        """Say whether the person can no longer start here."""
        return self.phase == "closed"


def room(place: Place, *, at: datetime, config: dict[str, Any]) -> WaitingRoom:
    """Return the page of the person's waiting room."""
    sitting, enrolment, seat = place.sitting, place.enrolment, place.stand.seat
    round_, found = sitting.round, _phase(place, at=at)
    sits = seat.room if seat is not None else None
    opens, last = _moments(place, found)
    return WaitingRoom(
        token=sitting.public_id,
        contest_title=round_.contest.title,
        round_title=round_.title,
        sitting_title=sitting.title,
        name=enrolment.account.full_name,
        number=enrolment.number,
        room=sits.title if sits else "",
        room_place=sits.place if sits else "",
        watched_days=current_app.config["PRESENCE_DAYS"] if sits else None,
        seat=seat.place if seat is not None else "",
        items=queries.items_asked(round_, enrolment.block_id),
        has_prediction=round_.prediction is not None,
        minutes=round_.minutes,
        phase=_name(found),
        opens_at=opens,
        last_start=last,
        ends_at=_hours(place).accepts_until(max(at, opens or at)),
        late_minutes=sitting.late_minutes,
        is_fixed=sitting.clock is Clock.FIXED,
        said=say(found.reasons),
        back_url=url_for("participant.rounds"),
        config=config,
    )


def config(
    place: Place, paper: PreparedPaper | None, *, session: str, device: str, at: datetime
) -> dict[str, Any]:
    """Return what the script of the page needs; the paper's part only where one is ready."""
    token = place.sitting.public_id
    account = place.enrolment.account
    told: dict[str, Any] = {
        "page": url_for("waiting.room", token=token),
        "state": url_for("waiting.state", token=token),
        "fixed": place.sitting.clock is Clock.FIXED,
    } | moments(place, at=at)
    if paper is None or paper.used_at is not None:
        return told
    who = Starter(paper.seat_id, account.id, account.public_id, session, device)
    until = place.sitting.closes_at + saving.TICKET_OUTLIVES
    return told | {
        "start": url_for("waiting.start", token=token),
        "sealed": url_for("waiting.sealed", token=token),
        "paper": paper.public_id,
        "digest": paper.document_digest,
        "attempt": url_for("participant.attempt", public_id=paper.public_id),
        "ticket": beginning_edge.written(who, language=i18n.language(), until=until),
    }


def moments(place: Place, *, at: datetime) -> dict[str, Any]:
    """Return where the sitting stands for this person, as the script asks again and again."""
    found = _phase(place, at=at)
    opens, last = _moments(place, found)
    return {
        "now": _written(at),
        "phase": _name(found),
        "opens": _written(opens),
        "last": _written(last),
        "said": say(found.reasons),
    }


def running(place: Place, *, at: datetime) -> Attempt | None:
    """Return the person's attempt in the round that runs, or that the prepared paper became."""
    here = [
        one
        for one in queries.attempts_of(place.enrolment.id)
        if one.round_id == place.sitting.round_id
    ]
    return next((one for one in here if attempting.is_running(one, at=at)), None)


def address(round_: Round, enrolment: Enrolment) -> str:
    """Return the address of the waiting room that leads into a round; nothing where none does.

    There is one where everybody starts together, or where the person's paper is prepared.
    """
    stand = sitting_queries.stand_of(round_, enrolment.id)
    if stand is None:
        return ""
    paper = prepared_queries.paper_of(stand.seat.id) if stand.seat is not None else None
    is_ready = paper is not None and paper.used_at is None
    if stand.sitting.clock is not Clock.FIXED and not is_ready:
        return ""
    return url_for("waiting.room", token=stand.sitting.public_id)


def say(reasons: tuple[Sentence, ...]) -> str:
    """Return the first of the reasons in words."""
    return i18n.say(reasons[0]) if reasons else ""


def _hours(place: Place) -> Hours:
    round_, allowance = place.sitting.round, place.enrolment.allowance
    return Hours(round_.window, place.stand.window, allowance)


def _phase(place: Place, *, at: datetime) -> Phase:
    hours = _hours(place)
    return timing.phase(at, hours.round, hours.sitting, hours.allowance, None)


def _name(found: Phase) -> str:
    names = {PhaseName.UPCOMING: "upcoming", PhaseName.OPEN: "open", PhaseName.NOT_READY: "paused"}
    return names.get(found.phase, "closed")


def _moments(place: Place, found: Phase) -> tuple[datetime | None, datetime | None]:
    """Return from when and until when the person may start, as far as that is known."""
    if found.phase is PhaseName.OPEN:
        return found.begins, found.ends
    hours = _hours(place)
    opens = max(hours.round.opens_at, hours.sitting.opens_at)
    opens += timedelta(seconds=hours.allowance.delay_seconds)
    then = timing.phase(opens, hours.round, hours.sitting, hours.allowance, None)
    return opens, then.ends if then.phase is PhaseName.OPEN else None


def _written(moment: datetime | None) -> str:
    return moment.isoformat(timespec="milliseconds") if moment else ""

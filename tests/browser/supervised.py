"""A room of the demo's open round while people write there, late answers, and minutes."""

from sqlalchemy import select

from contest import attempting, deciding, queries, saving, voiding, watching
from contest.attempting import Client
from contest.models import Attempt, Enrolment, MinutesKind, Seat
from contest.rules.lateness import LateRule
from contest.saving import Answer
from contest.voiding import Told
from core.db import atomic, db
from tests import factories
from tests.browser.serving import SLUG

TOLD = (
    "Thí sinh mở điện thoại di động trong giờ làm bài, giám thị đã nhắc một lần.\n"
    "Điện thoại được niêm phong và giao ban coi thi giữ."
)


def set_up(now, number=0):
    """Return the values of the addresses; each `number` is a room and attempts of its own."""
    contest = queries.contest_by_slug(SLUG)
    round_ = contest.rounds[2]
    late = [_late(attempt, now) for attempt in _submitted(round_, 2, 2 * number)]
    board = [factories.account(full_name=name) for name in ("Võ Minh Tâm", "Phạm Đức Hùng")]
    deciding.propose(late[0], board[0], LateRule.FILL, reason="Mất điện phòng máy 2", at=now)
    room = factories.room(round_.sittings[0], title=f"Phòng máy {number + 3}")
    seats = _seats(contest, round_, room, now)
    minutes = [
        voiding.write(seats[at], board[0], _told(seats, kind), at=now).public_id
        for at, kind in ((1, MinutesKind.VOID), (2, MinutesKind.WARNING))
    ]
    return {
        "late_attempts": [one.public_id for one in late],
        "room": room.public_id,
        "seated": seats[0].enrolment.public_id,
        "minutes": minutes,
    }


def _told(seats, kind):
    others = [seats[3].enrolment, seats[4].enrolment]
    return Told(kind, TOLD, "Em chỉ xem giờ.", is_signed=False, witnesses=others)


def _submitted(round_, count, after):
    return db.session.scalars(
        select(Attempt)
        .where(Attempt.round_id == round_.id, Attempt.submitted_at.is_not(None))
        .order_by(Attempt.id)
        .offset(after)
        .limit(count)
    ).all()


def _late(attempt, now):
    answers = [Answer(position, 90, "b", 40_000 * position) for position in (1, 2, 20)]
    saving.save(saving.ticket_of(attempt), answers, at=now)
    return attempt


def _seats(contest, round_, room, now):
    """Seat six people who have not begun; let four of them begin, and show some of it."""
    begun = select(Seat.enrolment_id).where(Seat.round_id == round_.id)
    people = db.session.scalars(
        select(Enrolment)
        .where(Enrolment.contest_id == contest.id, Enrolment.id.not_in(begun))
        .order_by(Enrolment.id.desc())
        .limit(6)
    ).all()
    seats = [
        factories.seat(round_.sittings[0], one, room=db.session.merge(room), place=f"{at:02}")
        for at, one in enumerate(people, start=1)
    ]
    for at, seat in enumerate(seats[:4]):
        attempt = attempting.start(
            round_, seat.enrolment, seat.enrolment.account, client=Client("máy"), at=now
        )
        saving.save(saving.ticket_of(attempt), [Answer(1, 1, "b"), Answer(2, 1, "c")], at=now)
        address = f"10.0.0.{at // 2}"
        watching.note(attempt.id, here=3 + at, left=at, address=address, at=now)
    with atomic():
        seats[5].admitted_at = now
    return seats

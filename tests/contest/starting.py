"""Papers prepared for a sitting, and whoever may start one."""

from datetime import timedelta

from sqlalchemy import select

from contest import preparing, sitting_queries, unopened
from contest.copying import Starter
from contest.models import Seat
from core.db import db
from tests import factories


def ready(round_, noon):
    """Prepare the papers of a round's first sitting, an hour before noon."""
    sitting = sitting_queries.sitting_with(round_.sittings[0].public_id)
    preparing.order(sitting, factories.account(), at=noon - timedelta(hours=1))
    preparing.prepare(sitting, None, unopened.pages, release="r", at=noon - timedelta(hours=1))
    db.session.rollback()


def who(enrolment, session="phiên 1"):
    """Return the person of an enrolment as starting knows them."""
    seat = db.session.scalar(select(Seat.id).where(Seat.enrolment_id == enrolment.id))
    account = (enrolment.account_id, enrolment.account.public_id)
    db.session.rollback()
    return Starter(seat, *account, session, "computer")

"""People who have submitted an attempt, for what stands on a board."""

from datetime import timedelta

from contest.models import Attempt, Seat
from core import ids
from core.db import atomic
from tests import factories


@atomic()
def taken(round_, name="Nguyễn Thị Hạnh", correct=3, seconds=60, *, predicted=None, **fields):
    """Somebody who has submitted an attempt, not placed yet."""
    unit = fields.pop("unit", None)
    person = factories.account(full_name=name)
    enrolment = factories.enrolment(round_.contest, person, **fields)
    if unit is not None:
        enrolment.unit_id = unit.id
    seat = factories.saved(
        Seat(sitting_id=round_.sittings[0].id, round_id=round_.id, enrolment_id=enrolment.id)
    )
    ends = round_.opens_at + timedelta(seconds=seconds)
    factories.saved(
        Attempt(
            public_id=ids.public_id(), seat_id=seat.id, round_id=round_.id,
            enrolment_id=enrolment.id, number=1, started_at=round_.opens_at, accepts_until=ends,
            submitted_at=ends, submitted_by="person", receipt_code=ids.code(), asked=3,
            score=correct * 1_000_000, correct=correct, duration_ms=seconds * 1000,
            predicted=predicted,
        )
    )  # fmt: skip
    return enrolment

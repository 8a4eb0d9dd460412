"""Until when marks are taken: the end of judging, and what a device brings of before."""

from datetime import datetime, timedelta

# How long after the end a device may still bring what it wrote before.
BRINGS_WITHIN = timedelta(hours=24)


def are_taken(written: datetime | None, received: datetime, end: datetime) -> bool:
    """Say whether marks are taken that were written and received at these moments.

    A device that does not say when they were written wrote them when they came in; none wrote
    them later than that.
    """
    if received < end:
        return True
    is_before = written is not None and written < end
    return is_before and received < end + BRINGS_WITHIN

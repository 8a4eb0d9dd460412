"""What happens to accounts by the clock: the trail is sequenced, what is over is taken away."""

from datetime import timedelta
from typing import Any

from accounts import auditing, authenticating, importing
from core import clock, jobs
from core.jobs import Work


@jobs.handles("audit.sequence", every=timedelta(seconds=1))
def sequence(_work: Work) -> None:
    """Give the newest entries of the trail their place in the tree."""
    if auditing.is_waiting():
        auditing.sequence(at=clock.now())


@jobs.handles("accounts.clean", every=timedelta(days=1))
def clean(_work: Work) -> dict[str, Any]:
    """Take away sessions and slips that are over and previews that nobody agreed to."""
    at = clock.now()
    return {"gone": authenticating.clean(at=at), "emptied": importing.clean(at=at)}


@jobs.handles(importing.JOB)
def write_sheet(work: Work) -> dict[str, Any]:
    """Write a large sheet that a person has agreed to."""
    return importing.work(work, at=clock.now())

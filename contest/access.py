"""The only way for a view to get hold of a contest's rows."""

from accounts.models import Account
from contest import papers, queries
from contest.models import Attempt, Contest, ContestState, Enrolment, Round, RoundState
from core.errors import NotFound


def own_attempt(account: Account, public_id: str) -> Attempt:
    """Return the attempt if it is this account's own.

    Somebody else's attempt is answered like a missing one, so that ids cannot be probed.
    """
    attempt = papers.attempt_by_public_id(public_id)
    if attempt is None or attempt.enrolment.account_id != account.id:
        raise NotFound
    return attempt


def open_contest(slug: str) -> Contest:
    """Return a contest that the public may know of."""
    contest = queries.contest_by_slug(slug)
    if contest is None or contest.state is ContestState.DRAFT:
        raise NotFound
    return contest


def own_round(account: Account, public_id: str) -> tuple[Round, Enrolment]:
    """Return a round and the account's enrolment in its contest."""
    round_ = queries.round_by_public_id(public_id)
    if round_ is None or round_.state is RoundState.DRAFT:
        raise NotFound
    enrolment = queries.enrolment_of(account.id, round_.contest_id)
    if enrolment is None:
        raise NotFound
    return round_, enrolment

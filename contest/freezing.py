"""Freezing the public's board: it stops where it is, the committee's goes on, until revealed."""

from datetime import datetime

from accounts import auditing
from accounts.models import Account
from contest import publishing, run_queries
from contest.errors import RoundFinal, RoundNotReady
from contest.models import Round, RoundState
from contest.rules.timing import Audience, shows_result
from core.db import atomic, lock
from core.text import N_


@atomic()
def freeze(round_: Round, actor: Account, *, reason: str, at: datetime) -> Round:
    """Let the public's board stay as it is now; doing it twice is once.

    Its rows are the public's own copies: from now on nothing writes them. Raise `RoundNotReady`
    where the public sees no board, `RoundFinal` after finalizing.
    """
    _lock(round_)
    if round_.frozen_run_id is not None:
        return round_
    run = run_queries.current_run(round_)
    if run is None or not run_queries.is_public(run):
        raise RoundNotReady(N_("The public sees no board of this round that could be frozen."))
    round_.frozen_run_id, round_.frozen_at = run.id, at
    _record(round_, actor, "results.frozen", reason, run=run.number)
    return round_


@atomic()
def reveal(round_: Round, actor: Account, *, reason: str, at: datetime) -> Round:
    """Let the public see again what the committee sees, as far as its date has come."""
    _lock(round_)
    if round_.frozen_run_id is None:
        return round_
    round_.frozen_run_id = round_.frozen_at = None
    run = run_queries.current_run(round_)
    if run is not None:
        is_due = shows_result(at, round_.window, Audience.PUBLIC)
        if round_.live_board if run.is_provisional else is_due:
            publishing.show_public(run)
        _record(round_, actor, "results.revealed", reason, run=run.number)
    return round_


def _lock(round_: Round) -> None:
    lock(round_)
    if round_.state is RoundState.FINAL:
        raise RoundFinal


def _record(round_: Round, actor: Account, action: str, reason: str, **told: object) -> None:
    target = f"round:{round_.public_id}"
    auditing.record(actor, action, target, log=round_.contest.log, reason=reason, **told)

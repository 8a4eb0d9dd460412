"""Sign-in slips: codes issued to people, kept only as keyed digests, used once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from accounts import auditing
from accounts.errors import SlipRefused
from accounts.models import Account, SignInSlip
from core import ids, mail, signing
from core.db import atomic, db
from core.text import N_

LASTS = timedelta(hours=24)
PURPOSE = "sign-in slip"
# Three groups of four signs: 54 bits.
GROUPS = 3


@dataclass(frozen=True, slots=True)
class Issued:
    """A slip just issued: its code is known here and on the paper, and nowhere else."""

    account: Account
    code: str = field(repr=False)
    expires_at: datetime


@atomic()
def issue(
    actor: Account | None,
    account: Account,
    *,
    at: datetime,
    resets: bool = False,
    lasts: timedelta = LASTS,
) -> Issued:
    """Issue a slip for one person; slips issued before and not used end.

    `resets` is for somebody who forgot the password: it ends when the slip is used.
    Raise `SlipRefused` for an account that is closed.
    """
    return issue_many(actor, [account], at=at, resets=resets, lasts=lasts)[0]


@atomic()
def issue_many(
    actor: Account | None,
    people: Sequence[Account],
    *,
    at: datetime,
    resets: bool = False,
    lasts: timedelta = LASTS,
) -> list[Issued]:
    """Issue a slip for each of the people, as for a sheet to be printed."""
    if not people or any(not account.is_active for account in people):
        raise SlipRefused(N_("A slip is issued only for accounts that are open."))
    _end_slips([account.id for account in people], at=at)
    issued = []
    for account in people:
        code = ids.code(GROUPS)
        db.session.add(_slip(actor, account, code, at=at, lasts=lasts, resets=resets))
        issued.append(Issued(account, code, at + lasts))
        auditing.record(actor, "slip.issued", f"account:{account.public_id}", resets=resets)
    return issued


def _slip(
    actor: Account | None,
    account: Account,
    code: str,
    *,
    at: datetime,
    lasts: timedelta,
    resets: bool,
) -> SignInSlip:
    return SignInSlip(
        account_id=account.id,
        digest=signing.mac(PURPOSE, code, length=64),
        issued_at=at,
        expires_at=at + lasts,
        issued_by_id=actor.id if actor else None,
        uses_left=1,
        resets=resets,
    )


def _end_slips(account_ids: list[int], *, at: datetime) -> None:
    db.session.execute(
        update(SignInSlip)
        .where(
            SignInSlip.account_id.in_(account_ids),
            SignInSlip.uses_left > 0,
            SignInSlip.expires_at > at,
        )
        .values(uses_left=0)
    )


@atomic()
def use(typed: str, *, at: datetime, of: Account | None = None) -> tuple[Account, bool]:
    """Use a slip up; return whose it is, and whether a new password is to be chosen at once.

    With `of` only a slip of that person is used. Of two who use one slip at the same moment one
    is refused. Raise `SlipRefused`.
    """
    code = ids.normalise_code(typed)
    if code is None:
        raise SlipRefused
    slip = db.session.scalar(
        select(SignInSlip)
        .where(
            SignInSlip.digest.in_(signing.macs(PURPOSE, code, length=64)),
            SignInSlip.expires_at > at,
            or_(SignInSlip.uses_left.is_(None), SignInSlip.uses_left > 0),
            *([SignInSlip.account_id == of.id] if of else []),
        )
        .with_for_update()
    )
    if slip is None or not slip.account.is_active:
        raise SlipRefused
    if slip.uses_left is not None:
        slip.uses_left -= 1
    account = slip.account
    account.failures, account.blocked_until = 0, None
    if slip.resets:
        account.password_hash = None
    auditing.record(account, "slip.used", f"account:{account.public_id}", resets=slip.resets)
    return account, slip.resets


@atomic()
def issue_by_mail(
    account: Account, subject: str, written: Callable[[str], str], *, at: datetime
) -> None:
    """Send a person who forgot the password a slip; `written` puts its code into the message."""
    issued = issue(None, account, at=at, resets=True)
    mail.queue(account.email or "", subject, written(issued.code), at=at)

"""The second factor of the staff: set up, confirmed, asked for, and its spare codes."""

import hmac
from datetime import datetime

import pyotp
from cryptography.fernet import InvalidToken

from accounts import auditing, authenticating, queries
from accounts.errors import FactorRefused
from accounts.models import Account, SecondFactor
from core import ids, signing
from core.db import atomic, db, lock

ISSUER = "Chung Tay"
SPARE_CODES = 8
STEP_SECONDS = 30
_PURPOSE = "second factor"
_OFFER = "second factor offered"


def has_factor(account: Account) -> bool:
    """Say whether the account has a second factor that was confirmed."""
    factor = queries.second_factor_of(account.id)
    return factor is not None and factor.confirmed_at is not None


def offer(account: Account) -> str:
    """Return a new secret to be set up, sealed for this account; nothing is kept of it.

    Kept with the account, it could be read by whoever has the password before its person comes.
    Raise `FactorRefused` when there is a second factor already.
    """
    if has_factor(account):
        raise FactorRefused
    return signing.seal(_OFFER, f"{account.public_id} {pyotp.random_base32()}")


def offered(account: Account, sealed: str) -> str | None:
    """Return the secret that was offered to this account, or nothing when it was not."""
    try:
        owner, _, secret = signing.unseal(_OFFER, sealed).partition(" ")
    except InvalidToken:
        return None
    return secret if owner == account.public_id else None


def address_of(account: Account, secret: str) -> str:
    """Return what the QR code says to the application that will show the codes."""
    name = account.email or account.phone or account.public_id
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def confirm(account: Account, secret: str, typed: str, *, at: datetime) -> list[str]:
    """Put the second factor of that secret to use; return the spare codes, which are kept nowhere.

    Raise `FactorRefused` when the six digits are not right.
    """
    authenticating.count_try(account, at=at)
    return _confirm(account, secret, typed, at=at)


@atomic()
def _confirm(account: Account, secret: str, typed: str, *, at: datetime) -> list[str]:
    lock(account)
    if has_factor(account):
        raise FactorRefused
    factor = SecondFactor(
        account_id=account.id,
        sealed_secret=signing.seal(_PURPOSE, secret),
        confirmed_at=at,
        last_step=0,
    )
    if not _is_current(factor, typed, at):
        raise FactorRefused
    db.session.add(factor)
    authenticating.forgive(account)
    auditing.record(account, "factor.confirmed", f"account:{account.public_id}")
    return _new_spare_codes(factor)


def check(account: Account, typed: str, *, at: datetime) -> None:
    """Accept six digits once, or a spare code once; raise `FactorRefused` for anything else."""
    authenticating.count_try(account, at=at)
    _check(account, typed, at=at)


@atomic()
def _check(account: Account, typed: str, *, at: datetime) -> None:
    lock(account)
    factor = queries.second_factor_of(account.id)
    if factor is None or factor.confirmed_at is None:
        raise FactorRefused
    if not _is_current(factor, typed, at) and not _is_spare(factor, typed):
        raise FactorRefused
    authenticating.forgive(account)


def _is_current(factor: SecondFactor, typed: str, at: datetime) -> bool:
    """Accept the digits of now and of the step before and after, each only once."""
    digits = "".join(typed.split())
    totp = pyotp.TOTP(signing.unseal(_PURPOSE, factor.sealed_secret))
    now = int(at.timestamp()) // STEP_SECONDS
    for step in (now - 1, now, now + 1):
        if step > factor.last_step and hmac.compare_digest(
            totp.generate_otp(step).encode(), digits.encode()
        ):
            factor.last_step = step
            return True
    return False


def _is_spare(factor: SecondFactor, typed: str) -> bool:
    code = ids.normalise_code(typed)
    kept = factor.spare_digests.split()
    for digest in signing.macs("spare code", code) if code else []:
        if digest in kept:
            kept.remove(digest)
            factor.spare_digests = " ".join(kept)
            return True
    return False


def _new_spare_codes(factor: SecondFactor) -> list[str]:
    codes = [ids.code(3) for _ in range(SPARE_CODES)]
    factor.spare_digests = " ".join(signing.mac("spare code", code) for code in codes)
    return codes


@atomic()
def renew_spare_codes(account: Account) -> list[str]:
    """Make new spare codes; the old ones end. Raise `FactorRefused` without a second factor."""
    lock(account)
    factor = queries.second_factor_of(account.id)
    if factor is None or factor.confirmed_at is None:
        raise FactorRefused
    auditing.record(account, "factor.spare_renewed", f"account:{account.public_id}")
    return _new_spare_codes(factor)


@atomic()
def remove(actor: Account, account: Account, *, reason: str) -> None:
    """Take the second factor away, for a person who has lost it; every browser is signed out."""
    factor = queries.second_factor_of(account.id)
    if factor is not None:
        db.session.delete(factor)
    authenticating.close_all(account)
    auditing.record(actor, "factor.removed", f"account:{account.public_id}", reason=reason)

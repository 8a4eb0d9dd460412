"""Giving roles and taking them back; every browser of the person signs in again afterwards."""

from datetime import datetime

from sqlalchemy import func, or_, select

from accounts import auditing, authenticating
from accounts.errors import LastAdministrator, OwnRole, ScopeRefused
from accounts.models import Account, Grant
from accounts.rules.authorizing import SCOPES, Permission, Role, ScopeKind, allows
from core.db import atomic, db

PLATFORM = (ScopeKind.PLATFORM, 0)


@atomic()
def give(
    actor: Account | None,
    account: Account,
    role: Role,
    scope: tuple[ScopeKind, int] = PLATFORM,
    *,
    at: datetime,
    until: datetime | None = None,
) -> Grant:
    """Give a role from now on; `actor` is nobody only on the command line.

    The same role in the same scope is given once: an earlier one that still holds is returned.
    Raise `OwnRole` or `ScopeRefused`.
    """
    kind, scope_id = scope
    if actor is not None and actor.id == account.id:
        raise OwnRole
    if kind not in SCOPES[role]:
        raise ScopeRefused
    held = _held(account, role, scope, at=at)
    if held is not None:
        return held
    grant = Grant(
        account_id=account.id,
        role=role,
        scope_kind=kind,
        scope_id=scope_id,
        valid_from=at,
        valid_to=until,
        granted_by_id=actor.id if actor else None,
    )
    db.session.add(grant)
    authenticating.close_all(account)
    auditing.record(actor, "role.given", f"account:{account.public_id}", **_told(grant))
    return grant


def _held(
    account: Account, role: Role, scope: tuple[ScopeKind, int], *, at: datetime
) -> Grant | None:
    return db.session.scalar(
        select(Grant).where(
            Grant.account_id == account.id,
            Grant.role == role,
            Grant.scope_kind == scope[0],
            Grant.scope_id == scope[1],
            or_(Grant.valid_to.is_(None), Grant.valid_to > at),
        )
    )


def _told(grant: Grant) -> dict[str, str]:
    return {
        "role": grant.role.value,
        "scope": f"{grant.scope_kind.value}:{grant.scope_id}",
        "until": grant.valid_to.isoformat() if grant.valid_to else "",
    }


def entrust(
    maker: Account,
    role: Role,
    permission: Permission,
    scope: tuple[ScopeKind, int],
    *,
    at: datetime,
) -> None:
    """Give whoever makes a thing the role over it, in the caller's transaction.

    Who holds the permission everywhere needs no role. The maker belongs to the staff already,
    so that no browser has to sign in again.
    """
    everywhere = select(Grant.role).where(
        Grant.account_id == maker.id,
        Grant.scope_kind == ScopeKind.PLATFORM,
        or_(Grant.valid_to.is_(None), Grant.valid_to > at),
    )
    if any(allows(held, permission) for held in db.session.scalars(everywhere)):
        return
    kind, scope_id = scope
    grant = Grant(
        account_id=maker.id,
        role=role,
        scope_kind=kind,
        scope_id=scope_id,
        valid_from=at,
        granted_by_id=maker.id,
    )
    db.session.add(grant)
    auditing.record(maker, "role.given", f"account:{maker.public_id}", **_told(grant))


@atomic()
def withdraw(actor: Account | None, grant: Grant, *, at: datetime) -> None:
    """End a role now. Raise `LastAdministrator` when nobody could give roles any more."""
    if grant.valid_to is not None and grant.valid_to <= at:
        return
    if grant.role is Role.ADMIN:
        check_can_go(grant.account, at=at)
    grant.valid_to = max(at, grant.valid_from)
    account = grant.account
    authenticating.close_all(account)
    auditing.record(actor, "role.withdrawn", f"account:{account.public_id}", **_told(grant))


def check_can_go(account: Account, *, at: datetime) -> None:
    """Raise `LastAdministrator` when nobody but this account can give roles."""
    if _administrators(at=at) == {account.id}:
        raise LastAdministrator


def _administrators(*, at: datetime) -> set[int]:
    """Return who holds the administrator's role; the rows stay locked."""
    rows = db.session.scalars(
        select(Grant)
        .join(Account, Account.id == Grant.account_id)
        .where(
            Grant.role == Role.ADMIN,
            or_(Grant.valid_to.is_(None), Grant.valid_to > at),
            Account.deactivated_at.is_(None),
            Account.erased_at.is_(None),
        )
        .with_for_update(of=Grant)
    ).all()
    return {row.account_id for row in rows}


def has_administrator(*, at: datetime) -> bool:
    """Say whether anybody holds the administrator's role."""
    found = db.session.scalar(
        select(func.count())
        .select_from(Grant)
        .where(Grant.role == Role.ADMIN, or_(Grant.valid_to.is_(None), Grant.valid_to > at))
    )
    return bool(found)

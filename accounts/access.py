"""Who is asking: the current account, `requires(permission)`, the scope of a grant."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Request, current_app, g, request
from flask_login import current_user

from accounts import authenticating, queries
from accounts.errors import StepUpNeeded
from accounts.models import Account, BrowserSession, Grant
from accounts.rules.authorizing import STAFF, Permission, ScopeKind, allows
from core import clock
from core.errors import Forbidden, SignInNeeded

P = ParamSpec("P")
R = TypeVar("R")


def cookie_name() -> str:
    """Return the name of the cookie that carries a session's token."""
    return "__Host-sid" if current_app.config["HTTPS"] else "sid"


def load_account(asked: Request) -> Account | None:
    """Return the account whose session the request's cookie names, while it is alive."""
    token = asked.cookies.get(cookie_name())
    if not token:
        return None
    session = queries.session_of(authenticating.digest_of(token))
    now = clock.now()
    if session is None or not authenticating.is_alive(session, at=now):
        return None
    if now - session.seen_at > authenticating.TOUCH_EVERY:
        authenticating.touch(session, at=now)
    g.browser_session = session
    return session.account


def viewer() -> Account | None:
    """Return the account that is asking, if somebody is signed in."""
    return current_user if current_user.is_authenticated else None


def signed_in() -> Account:
    """Return the account that is asking; raise `SignInNeeded` when there is none."""
    account = viewer()
    if account is None:
        raise SignInNeeded
    return account


def browser_session() -> BrowserSession:
    """Return the session of the request; raise `SignInNeeded` when there is none."""
    signed_in()
    session: BrowserSession = g.browser_session
    return session


def grants() -> Sequence[Grant]:
    """Return the grants of the account that is asking, read once a request."""
    if "grants" not in g:
        account = viewer()
        g.grants = queries.grants_of(account.id, at=clock.now()) if account else []
    found: Sequence[Grant] = g.grants
    return found


def is_staff() -> bool:
    """Say whether the account that is asking holds a role of the staff."""
    return any(grant.role in STAFF for grant in grants())


def may(permission: Permission, *scopes: tuple[ScopeKind, int]) -> bool:
    """Say whether the asker holds the permission everywhere or in one of the scopes."""
    wanted = {(ScopeKind.PLATFORM, 0), *scopes}
    return any(
        allows(grant.role, permission) and (grant.scope_kind, grant.scope_id) in wanted
        for grant in grants()
    )


def scope_ids(permission: Permission, kind: ScopeKind) -> set[int]:
    """Return the ids of the units, contests or rounds in which the asker holds the permission."""
    return {
        grant.scope_id
        for grant in grants()
        if grant.scope_kind is kind and allows(grant.role, permission)
    }


def requires(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a view be used only by those who hold the permission everywhere."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            signed_in()
            if not may(permission):
                raise Forbidden
            return view(*args, **kwargs)

        return guarded

    return decorate


def sign_in_required(view: Callable[P, R]) -> Callable[P, R]:
    """Let a view be used only by somebody who is signed in."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        signed_in()
        return view(*args, **kwargs)

    return guarded


def fresh(view: Callable[P, R]) -> Callable[P, R]:
    """Let a view be used only shortly after the person has proved to be who they say."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        proved = browser_session().stepped_up_at
        if proved is None or clock.now() - proved > authenticating.FRESH:
            raise StepUpNeeded(target=request.full_path)
        return view(*args, **kwargs)

    return guarded

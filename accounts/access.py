"""Who is asking: the current account, `requires(permission)`, the scope of a grant."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Request, Response, current_app, g, request
from flask import session as browser
from flask_login import current_user
from sqlalchemy.exc import OperationalError

from accounts import authenticating, previewing, queries, securing, unit_queries
from accounts.errors import StepUpNeeded
from accounts.models import (
    Account,
    BrowserSession,
    Consent,
    DataRequest,
    Grant,
    PendingImport,
    Unit,
)
from accounts.rules import masking
from accounts.rules.authorizing import STAFF, Permission, ScopeKind, allows
from core import clock, viewing
from core.errors import Forbidden, NotFound, SignInNeeded
from core.logs import logger
from core.vietnam import civil_day

P = ParamSpec("P")
R = TypeVar("R")
OFFER = "offered factor"


def cookie_name() -> str:
    """Return the name of the cookie that carries a session's token."""
    return str(current_app.config["SESSION_NAME"])


def put_cookie(response: Response, token: str, *, is_staff: bool) -> Response:
    """Give the browser the token of its session; the staff's is sent only from our own pages.

    How pages looked to whoever sat here before is forgotten.
    """
    response.delete_cookie(viewing.COOKIE)
    response.set_cookie(
        cookie_name(),
        token,
        secure=current_app.config["HTTPS"],
        httponly=True,
        samesite="Strict" if is_staff else "Lax",
        path="/",
    )
    return response


def drop_cookie(response: Response) -> Response:
    """Take the token of its session from the browser."""
    response.delete_cookie(
        cookie_name(), secure=current_app.config["HTTPS"], httponly=True, path="/"
    )
    return response


def load_account(asked: Request) -> Account | None:
    """Return the account whose session the request's cookie names, while it is alive.

    Nobody where the page said that it is the same for all and leaves nothing (`keeps_nothing`).
    """
    token = asked.cookies.get(cookie_name())
    if not token or "keeps_nothing" in g:
        return None
    session = queries.session_of(authenticating.digest_of(token))
    now = clock.now()
    if session is None or not authenticating.is_alive(session, at=now):
        return None
    if now - session.seen_at > authenticating.TOUCH_EVERY:
        _note_seen(session, now)
    g.browser_session = session
    return session.account


def _note_seen(session: BrowserSession, now: datetime) -> None:
    """Note that the browser was seen, if that can be written: pages are read all the same."""
    try:
        authenticating.touch(session, at=now)
    except OperationalError as fault:
        logger.warning("browser seen and not noted", extra={"fault": str(fault.orig)})


def viewer() -> Account | None:
    """Return the account that is asking, if somebody is signed in."""
    if not current_user.is_authenticated:
        return None
    # The row itself: the database does not know Flask-Login's stand-in for it.
    account: Account = current_user._get_current_object()
    return account


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


def is_fresh() -> bool:
    """Say whether the person has proved within the last minutes to be who they say."""
    proved = browser_session().stepped_up_at
    return proved is not None and clock.now() - proved <= authenticating.FRESH


def fresh(view: Callable[P, R]) -> Callable[P, R]:
    """Let a view be used only shortly after the person has proved to be who they say."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if not is_fresh():
            raise StepUpNeeded(target=_way_back())
        return view(*args, **kwargs)

    return guarded


def _way_back() -> str:
    """Return the page to come back to: this one, or the one that the form was on."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    asked = urlsplit(request.referrer or "")
    return asked.path if asked.netloc == request.host else "/"


def offered_secret(account: Account) -> str:
    """Return the secret of the second factor that this browser is setting up for the account."""
    secret = securing.offered(account, str(browser.get(OFFER, "")))
    if secret is None:
        browser[OFFER] = securing.offer(account)
        secret = securing.offered(account, browser[OFFER])
    return secret or ""


def names_shown(account_ids: set[int], *, in_full: bool) -> dict[int, str]:
    """Return names as the asker may read them: who never held a role is masked unless in full."""
    names = queries.names_of(account_ids)
    if in_full:
        return names
    known = queries.holders_among(account_ids)
    return {one: name if one in known else masking.name(name) for one, name in names.items()}


def preferred_language() -> str | None:
    """Return the language that the person signed in has chosen."""
    account = viewer()
    return account.locale if account else None


def preferred_view() -> str | None:
    """Return how pages shall look to the person signed in."""
    account = viewer()
    return account.viewing if account else None


# --- Rows --------------------------------------------------------------------------------------


def may_in_unit(permission: Permission, unit_id: int | None) -> bool:
    """Say whether the asker holds the permission everywhere, in the unit, or in one above it."""
    if may(permission):
        return True
    own = scope_ids(permission, ScopeKind.UNIT)
    if not own or unit_id is None:
        return False
    above = unit_queries.unit_ancestors([unit_id], on=civil_day(clock.now()))[unit_id]
    return bool(own & {unit_id, *above})


def holds_anywhere(permission: Permission) -> bool:
    """Say whether the asker holds the permission in any scope."""
    return any(allows(grant.role, permission) for grant in grants())


def unit_for(public_id: str, permission: Permission) -> Unit:
    """Return a unit in which the asker holds the permission. Raise `NotFound`."""
    signed_in()
    unit = unit_queries.unit_with(public_id)
    if unit is None or not may_in_unit(permission, unit.id):
        raise NotFound
    return unit


def account_for(public_id: str, permission: Permission) -> Account:
    """Return an account whose unit gives the asker the permission. Raise `NotFound`."""
    signed_in()
    account = queries.account_with(public_id)
    if account is None or not may_in_unit(permission, account.unit_id):
        raise NotFound
    return account


def account_in_care(public_id: str, permission: Permission) -> Account:
    """Return an account the asker may act on gravely: close it, or let somebody into it.

    The staff's accounts are only for those who give roles. Raise `NotFound` or `Forbidden`.
    """
    account = account_for(public_id, permission)
    if authenticating.is_staff(account, at=clock.now()) and not may(Permission.GRANT_ROLES):
        raise Forbidden
    return account


def grant_of(account: Account, grant_id: int) -> Grant:
    """Return a grant of the account that holds now. Raise `NotFound`."""
    for grant in queries.grants_of(account.id, at=clock.now()):
        if grant.id == grant_id:
            return grant
    raise NotFound


def own_consent(consent_id: int) -> Consent:
    """Return a consent of the asker's own. Raise `NotFound`."""
    for consent in queries.consents_of(signed_in().id):
        if consent.id == consent_id:
            return consent
    raise NotFound


def own_session(public_id: str) -> BrowserSession:
    """Return a browser in which the asker is signed in. Raise `NotFound`."""
    for row in queries.sessions_of(signed_in().id):
        if row.public_id == public_id:
            return row
    raise NotFound


def own_import(public_id: str) -> PendingImport:
    """Return a preview of the asker's own that is still kept. Raise `NotFound`."""
    pending = previewing.pending_of(signed_in(), public_id, at=clock.now())
    if pending is None:
        raise NotFound
    return pending


def data_request(public_id: str) -> DataRequest:
    """Return a request about data that has not been carried out. Raise `NotFound`."""
    for row in queries.open_requests():
        if row.public_id == public_id:
            return row
    raise NotFound

"""What banks are called where roles are shown: heard by the pages about people."""

from collections.abc import Mapping

from sqlalchemy import select

from accounts.rules.authorizing import ScopeKind
from accounts.signals import scopes_listed
from core.db import db
from questions.models import Bank


def listen() -> None:
    """Hear when the scopes of roles are named; hearing it twice is the same as once."""
    scopes_listed.connect(banks)


def banks(_sender: object) -> Mapping[tuple[ScopeKind, int], str]:
    """Return what every bank is called; one statement."""
    rows = db.session.execute(select(Bank.id, Bank.title).order_by(Bank.title, Bank.id))
    return {(ScopeKind.BANK, bank_id): title for bank_id, title in rows}

"""The only way for a view to get hold of the bank's rows.

A role that is held everywhere reaches every bank; one that is held in a bank reaches that bank;
one that is held in a contest reaches the banks that the rounds of that contest draw from. An
author of a bank or a contest sees there only what that author wrote.
"""

from collections.abc import Set as AbstractSet

from flask import g

from accounts import access
from accounts.models import Account
from accounts.rules.authorizing import Permission, ScopeKind
from core.errors import Forbidden, NotFound
from questions import browsing, paper_queries, queries, seeing, staged, usage
from questions.models import Bank, Blueprint, Item, ItemImport, LegalDocument, PaperSet
from questions.seeing import Seen

WRITE = Permission.WRITE_ITEMS
# Who manages a bank decides for all the contests that use it.
_NOT_BY_CONTEST = frozenset({Permission.MANAGE_BANK})
_KINDS = (ScopeKind.CONTEST, ScopeKind.BANK)


def may(permission: Permission) -> bool:
    """Say whether the asker holds the permission on the platform, in a contest or in a bank."""
    return access.may(permission) or any(access.scope_ids(permission, kind) for kind in _KINDS)


def may_everywhere(permission: Permission) -> bool:
    """Say whether the asker holds the permission for every bank."""
    return access.may(permission)


def bank_ids(permission: Permission) -> AbstractSet[int] | None:
    """Return the ids of the banks in which the asker holds the permission; None: in all."""
    if access.may(permission):
        return None
    own = access.scope_ids(permission, ScopeKind.BANK)
    if permission in _NOT_BY_CONTEST:
        return own
    return own | _drawn_by(access.scope_ids(permission, ScopeKind.CONTEST))


def _drawn_by(contest_ids: set[int]) -> set[int]:
    """Return the banks that contests draw from, asked for once a request."""
    kept: dict[frozenset[int], set[int]] = g.setdefault("banks_drawn_from", {})
    key = frozenset(contest_ids)
    if key not in kept:
        kept[key] = usage.banks_of(key)
    return kept[key]


def may_in(bank_id: int, permission: Permission) -> bool:
    """Say whether the asker holds the permission in the bank."""
    ids = bank_ids(permission)
    return ids is None or bank_id in ids


def rights_in(bank_id: int) -> dict[str, bool]:
    """Return every permission by its name, with whether the asker holds it in the bank."""
    return {one.name: may_in(bank_id, one) for one in Permission}


def seen() -> Seen:
    """Return which items the asker sees: of some banks all, of others only the asker's own."""
    account = access.signed_in()
    reads = bank_ids(Permission.READ_BANK)
    if reads is None:
        return Seen(None)
    whole = bank_ids(Permission.SEE_ALL_ITEMS) or frozenset()
    return Seen(frozenset(reads & whole), frozenset(reads - whole), account.id)


def own_in(bank_id: int) -> int | None:
    """Return the asker's id when the asker sees only the own items of the bank; else None."""
    found = seen()
    return found.account_id if found.is_own_only(bank_id) else None


def reader(permission: Permission = Permission.READ_BANK) -> Account:
    """Return the asker, who may do this with some bank.

    To somebody without any part in them there are no banks. Raise `SignInNeeded`, `NotFound`
    or `Forbidden`.
    """
    account = access.signed_in()
    if not may(Permission.READ_BANK):
        raise NotFound
    if not may(permission):
        raise Forbidden
    return account


def maker() -> Account:
    """Return the asker, who may make a bank: a right in one bank alone does not give that."""
    account = reader(Permission.WRITE_ITEMS)
    if not may_make():
        raise Forbidden
    return account


def may_make() -> bool:
    """Say whether the asker may make a bank."""
    write = Permission.WRITE_ITEMS
    return access.may(write) or bool(access.scope_ids(write, ScopeKind.CONTEST))


def keeper() -> Account:
    """Return the asker, who may change legal documents: all banks rest on them.

    Raise what `reader` raises.
    """
    account = reader(Permission.WRITE_ITEMS)
    if not access.may(Permission.WRITE_ITEMS):
        raise Forbidden
    return account


def bank(public_id: str, permission: Permission = Permission.READ_BANK) -> Bank:
    """Return a bank for somebody who may do this with it; see `reader`."""
    reader()
    found = browsing.bank_with(public_id)
    if found is None:
        raise NotFound
    _check(found.id, permission)
    return found


def whole_bank(public_id: str, permission: Permission = Permission.READ_BANK) -> Bank:
    """Return a bank for somebody who sees all its items and may do this with it.

    What shows questions of everybody, papers and figures of the whole bank, does not exist for
    an author who sees only the own items.
    """
    found = bank(public_id, permission)
    if own_in(found.id) is not None:
        raise NotFound
    return found


def item(public_id: str, permission: Permission = Permission.READ_BANK) -> Item:
    """Return an item for somebody who may do this with it; see `reader`.

    To an author who sees only the own items, those of others do not exist.
    """
    account = reader()
    found = browsing.item_with(public_id)
    if found is None or not may_in(found.bank_id, Permission.READ_BANK):
        raise NotFound
    if own_in(found.bank_id) is not None and not seeing.is_by(found.id, account.id):
        raise NotFound
    _check(found.bank_id, permission)
    return found


def _check(bank_id: int, permission: Permission) -> None:
    if not may_in(bank_id, Permission.READ_BANK):
        raise NotFound
    if not may_in(bank_id, permission):
        raise Forbidden


def item_import(public_id: str) -> ItemImport:
    """Return an import for somebody who may import into its bank; see `reader`.

    Who sees only the own items sees only the own imports.
    """
    account = reader()
    found = staged.import_with(public_id)
    if found is None or not may_in(found.bank_id, Permission.READ_BANK):
        raise NotFound
    if own_in(found.bank_id) is not None and found.account_id != account.id:
        raise NotFound
    _check(found.bank_id, Permission.IMPORT_ITEMS)
    return found


def document(code: str) -> LegalDocument:
    """Return a legal document for somebody who may read some bank; see `reader`."""
    reader()
    found = browsing.document_with(code)
    if found is None:
        raise NotFound
    return found


def blueprint(public_id: str, permission: Permission = Permission.READ_BANK) -> Blueprint:
    """Return a blueprint of a bank for somebody who may do this with the bank."""
    reader()
    found = queries.blueprint_with(public_id)
    if found is None:
        raise NotFound
    whole_bank(found.bank.public_id, permission)
    return found


def paper_set(public_id: str, permission: Permission = Permission.READ_BANK) -> PaperSet:
    """Return a paper set of a bank for somebody who may do this with the bank."""
    reader()
    found = paper_queries.set_with(public_id)
    if found is None:
        raise NotFound
    whole_bank(found.bank.public_id, permission)
    return found

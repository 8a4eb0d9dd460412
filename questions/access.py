"""The only way for a view to get hold of the bank's rows.

Whoever holds a right over questions on the platform or in any contest holds it for every bank:
banks are shared between contests, and an item belongs to none of them.
"""

from accounts import access
from accounts.models import Account
from accounts.rules.authorizing import Permission, ScopeKind
from core.errors import Forbidden, NotFound
from questions import browsing, paper_queries, queries
from questions.models import Bank, Blueprint, Item, ItemImport, LegalDocument, PaperSet


def may(permission: Permission) -> bool:
    """Say whether the asker holds the permission on the platform or in some contest."""
    return access.may(permission) or bool(access.scope_ids(permission, ScopeKind.CONTEST))


def reader(permission: Permission = Permission.READ_BANK) -> Account:
    """Return the asker, who may do this with the banks.

    To somebody without any part in them there are no banks. Raise `SignInNeeded`, `NotFound`
    or `Forbidden`.
    """
    account = access.signed_in()
    if not may(Permission.READ_BANK):
        raise NotFound
    if not may(permission):
        raise Forbidden
    return account


def bank(public_id: str, permission: Permission = Permission.READ_BANK) -> Bank:
    """Return a bank for somebody who may do this with it; see `reader`."""
    reader(permission)
    found = browsing.bank_with(public_id)
    if found is None:
        raise NotFound
    return found


def item(public_id: str, permission: Permission = Permission.READ_BANK) -> Item:
    """Return an item for somebody who may do this with it; see `reader`."""
    reader(permission)
    found = browsing.item_with(public_id)
    if found is None:
        raise NotFound
    return found


def item_import(public_id: str) -> ItemImport:
    """Return an import for somebody who may import; see `reader`."""
    reader(Permission.IMPORT_ITEMS)
    found = browsing.import_with(public_id)
    if found is None:
        raise NotFound
    return found


def document(code: str, permission: Permission = Permission.READ_BANK) -> LegalDocument:
    """Return a legal document for somebody who may do this with it; see `reader`."""
    reader(permission)
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
    bank(found.bank.public_id, permission)
    return found


def paper_set(public_id: str, permission: Permission = Permission.READ_BANK) -> PaperSet:
    """Return a paper set of a bank for somebody who may do this with the bank."""
    reader()
    found = paper_queries.set_with(public_id)
    if found is None:
        raise NotFound
    bank(found.bank.public_id, permission)
    return found

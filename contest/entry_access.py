"""The way for a view to entries, their categories, their files, and files on their way."""

from accounts.access import grants, signed_in
from accounts.models import Account
from accounts.rules.authorizing import Permission, Role, ScopeKind
from contest import access, entry_files, entry_queries, queries
from contest.models import (
    Contest,
    ContestState,
    Enrolment,
    Entry,
    EntryCategory,
    EntryFile,
    ScreeningAppeal,
    Upload,
)
from core.errors import Forbidden, NotFound


def own_entry(account: Account, public_id: str) -> Entry:
    """Return an entry that the account makes; anybody else's is answered like a missing one."""
    entry = entry_queries.entry_with(public_id)
    if entry is None or not entry_queries.is_of(entry, account):
        raise NotFound
    return entry


def own_upload(account: Account, public_id: str) -> Upload:
    """Return an upload that the account began. Raise `NotFound`."""
    upload = entry_queries.upload_with(public_id)
    if upload is None or upload.account_id != account.id:
        raise NotFound
    return upload


def open_category(account: Account, public_id: str) -> tuple[EntryCategory, Enrolment]:
    """Return a category of a public contest that the account has entered. Raise `NotFound`."""
    category = entry_queries.category_with(public_id)
    if category is None or category.contest.state is ContestState.DRAFT:
        raise NotFound
    enrolment = queries.enrolment_of(account.id, category.contest_id)
    if enrolment is None:
        raise NotFound
    return category, enrolment


def entry_screened(public_id: str) -> Entry:
    """Return an entry of a contest whose entries the asker screens."""
    signed_in()
    entry = entry_queries.entry_with(public_id)
    if entry is None:
        raise NotFound
    check_screens(entry.contest)
    return entry


def file_screened(public_id: str) -> EntryFile:
    """Return a file, or a link, of an entry in a contest whose entries the asker screens."""
    signed_in()
    file = entry_queries.file_with(public_id)
    if file is None:
        raise NotFound
    check_screens(file.entry.contest)
    return file


def appeal_screened(public_id: str) -> ScreeningAppeal:
    """Return an appeal about an entry of a contest whose entries the asker screens."""
    signed_in()
    appeal = entry_queries.appeal_with(public_id)
    if appeal is None:
        raise NotFound
    check_screens(appeal.version.entry.contest)
    return appeal


def category_managed(public_id: str) -> EntryCategory:
    """Return a category of a contest that the asker manages."""
    signed_in()
    category = entry_queries.category_with(public_id)
    if category is None or not access.may_in(category.contest, Permission.SEE_CONTEST):
        raise NotFound
    if not access.may_in(category.contest, Permission.MANAGE_CONTEST):
        raise Forbidden
    return category


def check_screens(contest: Contest) -> None:
    """Raise `NotFound` for who has no part in the contest, `Forbidden` for who screens nothing.

    Nobody screens who judges blindly in the contest: whose an entry is would be known then.
    """
    if not access.may_in(contest, Permission.SEE_CONTEST):
        raise NotFound
    if not _screens(signed_in(), contest):
        raise Forbidden


def _screens(account: Account, contest: Contest) -> bool:
    if not access.may_in(contest, Permission.SCREEN_ENTRIES):
        return False
    return not entry_queries.judges_blindly(account, contest)


def names_in_full(contest: Contest) -> bool:
    """Say whether the asker reads the names of entrants in full: screeners check who they are."""
    here = (ScopeKind.CONTEST, contest.id)
    screens = any(
        one.role is Role.SCREENER and (one.scope_kind, one.scope_id) == here for one in grants()
    )
    return screens or access.may_in(contest, Permission.SEE_PERSONAL_DATA)


def readable_file(account: Account, public_id: str) -> tuple[EntryFile, str]:
    """Return a file and the name under which the account gets it.

    Those get it who make the entry, who screen entries of the contest, and its judges: these
    only what `entry_files` lets them read. To everybody else it does not exist.
    """
    file = entry_queries.file_with(public_id)
    if file is None or not file.digest:
        raise NotFound
    entry = file.entry
    is_own = file.redacts_id is None and entry_queries.is_of(entry, account)
    if is_own or _screens(account, entry.contest):
        return file, file.title
    for is_blind, content in entry_queries.judged_by(account, entry):
        for one in entry_files.readable(content, blind=is_blind):
            if one.public_id == file.public_id:
                name = f"{entry.code} {one.title}" if is_blind else one.title
                return file, name
    raise NotFound

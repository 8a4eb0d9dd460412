"""The way for a view to judged rounds: for organisers, for judges, for who types paper in."""

from accounts.access import signed_in
from accounts.models import Account
from accounts.rules.authorizing import Permission
from contest import access, judged_queries, panel_queries, sheet_queries
from contest.models import JudgedRound, Panel, PanelMember, PanelRole, RoundEntry, Scoresheet
from contest.sheet_queries import Own
from core.errors import Forbidden, NotFound

# Who types paper sheets in besides the panel's secretary.
TYPES = Permission.COMPUTE_RESULTS


def judged_round(public_id: str, permission: Permission) -> JudgedRound:
    """Return a judged round in which the asker holds the permission.

    Raise `SignInNeeded`, `NotFound` or `Forbidden`.
    """
    judged = judged_queries.judged_round(access.round_managed_by(public_id, permission).id)
    if judged is None:
        raise NotFound
    return judged


def panel(public_id: str, permission: Permission) -> Panel:
    """Return a panel in whose round the asker holds the permission."""
    signed_in()
    found = panel_queries.panel_with(public_id)
    if found is None:
        raise NotFound
    access.round_managed_by(found.judged.round.public_id, permission)
    return found


def member_of(found: Panel, number: int) -> PanelMember:
    """Return the person of that number on a panel. Raise `NotFound`."""
    member = next((one for one in found.members if one.number == number), None)
    if member is None:
        raise NotFound
    return member


def row_in(judged: JudgedRound, entry_id: str) -> RoundEntry:
    """Return an entry of a round. Raise `NotFound`."""
    row = judged_queries.row_in(judged, entry_id)
    if row is None:
        raise NotFound
    return row


def own_round(account: Account, public_id: str) -> Own:
    """Return the sheets of a judge in a round; to anybody else there is no such round."""
    own = sheet_queries.own_sheets(account.id, public_id)
    if own is None or not access.may_in_round(own.judged.round, Permission.JUDGE_ENTRIES):
        raise NotFound
    return own


def own_sheet(account: Account, round_id: str, public_id: str) -> tuple[Own, Scoresheet]:
    """Return one sheet of a judge among all of the round; another judge's is not there."""
    own = own_round(account, round_id)
    sheet = next((one for one in own.sheets if one.public_id == public_id), None)
    if sheet is None:
        raise NotFound
    return own, sheet


def chaired(account: Account, public_id: str) -> Panel:
    """Return a panel that an account chairs now. Raise `NotFound` for everybody else."""
    found = panel_queries.panel_with(public_id)
    if found is None or PanelRole.CHAIR not in sheet_queries.seats_of(account.id, found):
        raise NotFound
    return found


def typed_panel(public_id: str) -> Panel:
    """Return a panel whose paper the asker handles: its secretary, or who computes results.

    Whoever judges on it is kept away. Raise `SignInNeeded`, `NotFound` or `Forbidden`.
    """
    account = signed_in()
    found = panel_queries.panel_with(public_id)
    if found is None:
        raise NotFound
    seats = sheet_queries.seats_of(account.id, found)
    if PanelRole.SECRETARY in seats:
        return found
    access.round_managed_by(found.judged.round.public_id, TYPES)
    if seats & {PanelRole.CHAIR, PanelRole.MEMBER, PanelRole.SUBSTITUTE}:
        raise Forbidden
    return found


def typed_sheet(public_id: str) -> Scoresheet:
    """Return a sheet that the asker may type in from paper; see `typed_panel`."""
    signed_in()
    sheet = sheet_queries.sheet_with(public_id)
    if sheet is None:
        raise NotFound
    typed_panel(sheet.member.panel.public_id)
    return sheet

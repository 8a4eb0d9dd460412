"""Joining an entry: a person whom its people named enters the code they passed on."""

from datetime import datetime

from accounts import auditing
from accounts.models import Account
from contest import entry_queries
from contest.errors import EntryShut
from contest.models import Entry, EntryMember, EntryState
from core import signing
from core.db import atomic, lock
from core.text import N_

_PURPOSE = "people of entries"
_LENGTH = 12
_WRONG = N_("No entry has this code. Ask who enters it for a new one.")


def code_of(member: EntryMember) -> str:
    """Return the code with which the person of a row joins; another name is another row."""
    return f"{member.id}-{signing.mac(_PURPOSE, _signed(member), length=_LENGTH)}"


def _signed(member: EntryMember) -> str:
    # A row that goes may leave its number to another person's.
    return f"{member.entry_id} {member.id} {member.full_name}"


def codes_of(entry: Entry) -> dict[int, str]:
    """Return the codes of the people of an entry whose accounts are not known, by their rows."""
    return {one.id: code_of(one) for one in entry.members if one.account_id is None}


def member_with(code: str) -> EntryMember | None:
    """Return the row that a code is for; None where there is none, or nobody gave out the code."""
    number, _, digits = code.strip().lower().partition("-")
    if not (number.isdecimal() and number.isascii() and len(number) < 10):
        return None
    found = entry_queries.member_with(int(number))
    if found is None or digits not in signing.macs(_PURPOSE, _signed(found), length=_LENGTH):
        return None
    return found


@atomic()
def link(code: str, account: Account, *, at: datetime) -> EntryMember:
    """Write down that the person of a row is the account; doing so again changes nothing.

    Raise `EntryShut` for a code that is none, or is used by somebody else, for who stands in
    the entry already, and once its results are final: they may hang on who its people are.
    """
    member = member_with(code)
    if member is None:
        raise EntryShut(_WRONG)
    entry = entry_queries.of_member(member)
    lock(entry)
    if member.account_id == account.id:
        return member
    if member.account_id is not None or entry.state is EntryState.WITHDRAWN:
        raise EntryShut(_WRONG)
    if any(one.account_id == account.id for one in entry.members):
        raise EntryShut(N_("You stand among the people of this entry already."))
    if entry_queries.is_in_a_final_round(entry):
        raise EntryShut(N_("The results of this entry are final."))
    member.account_id = account.id
    target, log = f"entry:{entry.public_id}", entry.contest.log
    auditing.record(account, "entry.member_linked", target, log=log, role=member.role.value)
    return member

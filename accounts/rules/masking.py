"""People's data as the public sees it: enough for the person to find it, not for others."""

import unicodedata

from accounts.rules.naming import HIGHLAND, tidy

MASK = "***"


def name(full_name: str) -> str:
    """Return the name as a public board shows it: Nguyễn Thị H***, Y Thiên N***, H’Bia Ê***.

    A name with Y or H’ keeps that and the word it belongs to; the clan is masked as a whole,
    so that two of its words reveal no more than one.
    """
    written = tidy(full_name)
    if not written:
        return ""
    if prefix := HIGHLAND.match(written):
        kept = written[: prefix.end()]
        first, _, clan = written[prefix.end() :].partition(" ")
        return f"{kept}{first} {_initial(clan)}{MASK}" if clan else f"{kept}{_initial(first)}{MASK}"
    before, space, last = written.rpartition(" ")
    return f"{before}{space}{_initial(last)}{MASK}"


def phone(number: str) -> str:
    """Return a stored phone number as a public page shows it: 09xx***456."""
    if not number:
        return ""
    digits = "0" + number.removeprefix("+84")
    return f"{digits[:2]}xx{MASK}{digits[-3:]}"


def email(address: str) -> str:
    """Return an e-mail address as others see it: h***@daklak.gov.vn."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}{MASK}@{domain}" if at else ""


def _initial(word: str) -> str:
    """Return the first letter with every mark that belongs to it."""
    end = 1
    while end < len(word) and unicodedata.combining(word[end]):
        end += 1
    return word[:end]

"""Phone numbers, e-mail addresses and identity numbers: read as people write them, and checked."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.saying import Sentence, Unreadable
from core.text import N_, clean_line

# What became of the eleven-digit mobile prefixes in 2018.
_OLD_MOBILE = {
    **dict(zip(("0162", "0163", "0164", "0165"), ("032", "033", "034", "035"), strict=True)),
    **dict(zip(("0166", "0167", "0168", "0169"), ("036", "037", "038", "039"), strict=True)),
    **dict(zip(("0120", "0121", "0122", "0126"), ("070", "079", "077", "076"), strict=True)),
    **dict(zip(("0128", "0123", "0124", "0125"), ("078", "083", "084", "085"), strict=True)),
    **dict(zip(("0127", "0129", "0186", "0188"), ("081", "082", "056", "058"), strict=True)),
    "0199": "059",
}
_COUNTRY = re.compile(r"^(?:\+|00)?84(?=0?[2-9]\d{8,9}$|1\d{9}$)")
_SEPARATORS = re.compile(r"[\s.,()/_-]")
_MOBILE = re.compile(r"0[35789]\d{8}")
_LANDLINE = re.compile(r"02\d{9}")
MOBILE_LENGTH = 10
LANDLINE_LENGTH = 11


def read_phone(typed: str) -> str:
    """Return a Vietnamese phone number in E.164, as it is stored: +84905123456.

    Takes spaces, dots, +84, 84 and 0084, and the eleven-digit mobile numbers of before 2018.
    Raise `Unreadable` with words for the person who typed it.
    """
    digits = _SEPARATORS.sub("", clean_line(typed))
    if not digits:
        raise _refused(N_("Enter the phone number."))
    digits = _national(digits)
    if not digits.isascii() or not digits.isdecimal():
        raise _refused(N_("A phone number has digits only: “%(typed)s”."), typed=typed.strip())
    if len(digits) == len("01620000000") and digits[:4] in _OLD_MOBILE:
        digits = _OLD_MOBILE[digits[:4]] + digits[4:]
    if not _MOBILE.fullmatch(digits) and not _LANDLINE.fullmatch(digits):
        raise _refusal(digits)
    return "+84" + digits[1:]


def _national(digits: str) -> str:
    """Return the digits as dialled inside the country, beginning with a zero."""
    without = _COUNTRY.sub("", digits)
    return without if without == digits or without.startswith("0") else "0" + without


def _refusal(digits: str) -> Unreadable:
    if not digits.startswith("0"):
        return _refused(N_("A phone number begins with 0 or +84."))
    landline = digits.startswith("02")
    length = LANDLINE_LENGTH if landline else MOBILE_LENGTH
    counts = {"length": length, "entered": len(digits)}
    if len(digits) < length:
        return _refused(
            N_("A phone number needs %(length)s digits; you entered %(entered)s."), **counts
        )
    if len(digits) > length:
        return _refused(
            N_("A phone number has %(length)s digits; you entered %(entered)s."), **counts
        )
    return _refused(
        N_("No network in Viet Nam has the prefix %(prefix)s. Check the first digits."),
        prefix=digits[:3],
    )


def show_phone(phone: str) -> str:
    """Return a stored number as people write it: 0905 123 456."""
    digits = "0" + phone.removeprefix("+84")
    return f"{digits[:4]} {digits[4:7]} {digits[7:]}"


def _refused(message: str, **values: object) -> Unreadable:
    return Unreadable(Sentence(message, values))


# --- E-mail ------------------------------------------------------------------------------------

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}")
LONGEST_EMAIL = 254


def read_email(typed: str) -> str:
    """Return an e-mail address in lower case, as it is stored. Raise `Unreadable`."""
    address = clean_line(typed).strip("<>").lower()
    if not address:
        raise _refused(N_("Enter the e-mail address."))
    if " " in address or not address.isascii():
        raise _refused(N_("An e-mail address has no spaces and no marked letters."))
    local, at, domain = address.rpartition("@")
    if not at:
        raise _refused(N_("The e-mail address has no @, for example ten@daklak.gov.vn."))
    fits = len(address) <= LONGEST_EMAIL and len(local) <= 64
    if not fits or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise _refused(
            N_("“%(typed)s” is not an e-mail address, for example ten@daklak.gov.vn."),
            typed=address[:LONGEST_EMAIL],
        )
    return address


# --- Citizen identity number -------------------------------------------------------------------


class Sex(StrEnum):
    """What the fourth digit of an identity number tells beside the century."""

    MALE = "male"
    FEMALE = "female"


@dataclass(frozen=True, slots=True)
class CitizenNumber:
    """The parts of a twelve-digit citizen identity number."""

    number: str
    province: str
    sex: Sex
    birth_year: int


def read_citizen_number(typed: str) -> CitizenNumber:
    """Return a citizen identity number taken apart. Raise `Unreadable`.

    Eleven digits are refused too: a spreadsheet ate the zero, and only a person can say so.
    """
    digits = _SEPARATORS.sub("", clean_line(typed))
    if not digits.isascii() or not digits.isdecimal():
        raise _refused(N_("A citizen identity number has digits only."))
    if len(digits) == 9:
        raise _refused(N_("This is an old nine-digit number; enter the twelve-digit one."))
    if len(digits) == 11:
        raise _refused(
            N_("The number has 11 digits; a spreadsheet may have dropped the 0 in front.")
        )
    if len(digits) != 12:
        raise _refused(
            N_("A citizen identity number needs 12 digits; you entered %(entered)s."),
            entered=len(digits),
        )
    if not 1 <= int(digits[:3]) <= 96:
        raise _refused(N_("No province has the code %(code)s."), code=digits[:3])
    century, is_female = divmod(int(digits[3]), 2)
    year = 1900 + 100 * century + int(digits[4:6])
    return CitizenNumber(digits, digits[:3], Sex.FEMALE if is_female else Sex.MALE, year)


def check_citizen_number(
    number: CitizenNumber, *, born: date | None = None, sex: Sex | None = None
) -> tuple[Sentence, ...]:
    """Return where an identity number disagrees with the date of birth or the sex given."""
    problems = []
    if born is not None and born.year != number.birth_year:
        problems.append(
            Sentence(
                N_("The identity number says born in %(told)s, the date of birth says %(given)s."),
                {"told": str(number.birth_year), "given": str(born.year)},
            )
        )
    if sex is not None and sex is not number.sex:
        problems.append(Sentence(N_("The identity number does not fit the sex given.")))
    return tuple(problems)

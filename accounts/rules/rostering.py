"""Rosters: a sheet of people read row by row, with what is wrong or was mended in each row."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from accounts.rules import columns, contacting, matching, naming
from accounts.rules.staff import StaffCategory
from core.saying import Sentence, Unreadable
from core.text import N_, search_key

__all__ = ["Roster", "RosterRow", "StaffCategory", "read_category", "read_roster"]

_TITLES = {
    "name": ("Họ và tên", "họ tên", "họ tên thí sinh", "full name", "tên đầy đủ"),
    "ho_dem": ("Họ và tên đệm", "họ đệm", "họ tên đệm", "họ lót", "họ và đệm", "họ"),
    "ten": ("Tên", "given name"),
    "unit": ("Đơn vị", "đơn vị công tác", "tên đơn vị", "cơ quan", "cơ quan, đơn vị"),
    "unit_code": ("Mã đơn vị", "unit code"),
    "category": ("Đối tượng", "nhóm đối tượng", "chức danh", "chức vụ", "chức vụ, chức danh"),
    "one_stop": ("Một cửa", "bộ phận Một cửa", "làm việc tại bộ phận Một cửa"),
    "phone": ("Số điện thoại", "SĐT", "điện thoại", "di động", "số ĐT", "ĐT", "phone"),
    "email": ("Thư điện tử", "email", "e-mail", "địa chỉ thư điện tử", "mail"),
    "born": ("Ngày sinh", "năm sinh", "ngày tháng năm sinh", "sinh ngày"),
}
_LOST_ZERO = re.compile(r"[35789]\d{8}|1[268]\d{8}|2\d{9}")
_Given = TypeVar("_Given")
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A person as a row of the sheet gives them; a row with errors is not taken over."""

    number: int
    name: str = ""
    # The given name, where the sheet has a column of its own for it: lists sort by it.
    sort_by: str | None = None
    unit_code: str | None = None
    category: StaffCategory | None = None
    one_stop: bool = False
    phone: str | None = None
    email: str | None = None
    born: date | None = None
    errors: tuple[Sentence, ...] = ()
    notices: tuple[Sentence, ...] = ()

    @property
    def is_good(self) -> bool:
        """Say whether the row can be taken over."""
        return not self.errors


@dataclass(frozen=True, slots=True)
class Roster:
    """All rows of a sheet of people."""

    rows: tuple[RosterRow, ...]

    @property
    def good(self) -> tuple[RosterRow, ...]:
        """Return the rows that can be taken over."""
        return tuple(row for row in self.rows if row.is_good)

    @property
    def bad(self) -> tuple[RosterRow, ...]:
        """Return the rows that somebody must mend first."""
        return tuple(row for row in self.rows if not row.is_good)


def read_roster(
    rows: Sequence[Sequence[str]], directory: matching.Directory, *, unit_code: str | None = None
) -> Roster:
    """Return the people of a sheet; columns may stand in any order under their usual titles.

    `unit_code` is the unit of the whole sheet, where it has no column for it. Raise `Unreadable`
    if there is no column of names.
    """
    needed = [("name", "ten")] if unit_code else [("name", "ten"), ("unit", "unit_code")]
    table = columns.find_table(rows, _TITLES, needed)
    read = [_Reader(directory, unit_code).row(number, cells) for number, cells in table]
    return Roster(tuple(_without_doubles(read)))


class _Reader:
    """Reads one row and gathers what it stumbles over."""

    def __init__(self, directory: matching.Directory, unit_code: str | None) -> None:
        self.directory = directory
        self.unit_code = unit_code
        self.errors: list[Sentence] = []
        self.notices: list[Sentence] = []

    def row(self, number: int, cells: dict[str, str]) -> RosterRow:
        name, sort_by = self._name(cells)
        row = RosterRow(
            number=number,
            name=name,
            sort_by=sort_by,
            unit_code=self._attempt(self._unit, cells),
            category=self._attempt(self._category, cells.get("category", "")),
            one_stop=self._attempt(columns.read_mark, cells.get("one_stop", "")) or False,
            phone=self._attempt(self._phone, cells.get("phone", "")),
            email=self._attempt(_email, cells.get("email", "")),
            born=self._attempt(self._born, cells.get("born", "")),
        )
        return replace(row, errors=tuple(self.errors), notices=tuple(self.notices))

    def _attempt(self, read: Callable[[_Given], _Read], given: _Given) -> _Read | None:
        try:
            return read(given)
        except Unreadable as refused:
            self.errors.append(refused.sentence)
            return None

    def _name(self, cells: dict[str, str]) -> tuple[str, str | None]:
        given = naming.tidy(cells.get("ten", ""))
        whole = naming.tidy(cells.get("name", "") or f"{cells.get('ho_dem', '')} {given}")
        self.errors += naming.check_name(whole)
        if not given:
            self.notices += naming.notices(whole)
        return whole, given or None

    def _unit(self, cells: dict[str, str]) -> str | None:
        code, name = cells.get("unit_code", ""), cells.get("unit", "")
        if code:
            return self.directory.by_code(code).code
        if name:
            return self.directory.by_name(name).code
        if self.unit_code is None:
            raise Unreadable(Sentence(N_("The unit is missing.")))
        return self.unit_code

    def _category(self, text: str) -> StaffCategory | None:
        if not text:
            return None
        category, is_exact = read_category(text)
        if not is_exact:
            values = {"title": text, "category": Sentence(category.label)}
            self.notices.append(Sentence(N_("“%(title)s” is taken as: %(category)s."), values))
        return category

    def _phone(self, text: str) -> str | None:
        digits = re.sub(r"[.,]0$", "", text)
        if not digits:
            return None
        if _LOST_ZERO.fullmatch(digits):
            digits = "0" + digits
            self.notices.append(
                Sentence(
                    N_("The phone number had lost its first 0: taken as %(phone)s."),
                    {"phone": digits},
                )
            )
        return contacting.read_phone(digits)

    def _born(self, text: str) -> date | None:
        found = columns.read_day(text)
        if found is None:
            return None
        if not found.is_whole:
            values = {"text": text, "day": f"{found.day:%d/%m/%Y}"}
            self.notices.append(
                Sentence(N_("The date of birth “%(text)s” is taken as %(day)s."), values)
            )
        return found.day


def _email(text: str) -> str | None:
    return contacting.read_email(text) if text else None


# --- Doubles -----------------------------------------------------------------------------------


def _without_doubles(rows: Sequence[RosterRow]) -> list[RosterRow]:
    """Return the rows, each that repeats an earlier one with what it repeats."""
    first: dict[tuple[object, ...], int] = {}
    checked = []
    for row in rows:
        errors, notices = list(row.errors), list(row.notices)
        for key, value, message in _identities(row):
            earlier = first.setdefault((message, *key), row.number)
            if earlier != row.number:
                sentence = Sentence(message, {"value": value, "row": earlier})
                (notices if message is _SAME_NAME else errors).append(sentence)
        checked.append(replace(row, errors=tuple(errors), notices=tuple(notices)))
    return checked


_SAME_PHONE = N_("Row %(row)s already has the phone number %(value)s.")
_SAME_EMAIL = N_("Row %(row)s already has the e-mail address %(value)s.")
_SAME_PERSON = N_("Row %(row)s already has %(value)s, of the same unit and date of birth.")
_SAME_NAME = N_("Row %(row)s has the same name in the same unit: %(value)s.")


def _identities(row: RosterRow) -> list[tuple[tuple[object, ...], str, str]]:
    """Return by what a row can be the double of another, and the words for it."""
    found: list[tuple[tuple[object, ...], str, str]] = []
    if row.phone:
        shown = contacting.show_phone(row.phone)
        found.append(((row.phone,), shown, _SAME_PHONE))
    if row.email:
        found.append(((row.email,), row.email, _SAME_EMAIL))
    if row.name and row.unit_code:
        person = (naming.name_sort_key(row.name), row.unit_code)
        if row.born:
            found.append(((*person, row.born), row.name, _SAME_PERSON))
        elif not row.phone and not row.email:
            found.append((person, row.name, _SAME_NAME))
    return found


# --- Category ----------------------------------------------------------------------------------

_EXACT = {
    StaffCategory.LEADER: ("lanh dao don vi", "lanh dao so", "lanh dao", "lanh dao xa"),
    StaffCategory.MANAGER: ("lanh dao phong va tuong duong", "lanh dao phong"),
    StaffCategory.CIVIL_SERVANT: ("cong chuc khong giu chuc vu", "cong chuc"),
    StaffCategory.PUBLIC_EMPLOYEE: ("vien chuc",),
    StaffCategory.WORKER: ("nguoi lao dong", "hop dong lao dong"),
    StaffCategory.YOUTH_MEMBER: ("doan vien thanh nien", "doan vien", "thanh nien"),
    StaffCategory.STUDENT: ("hoc sinh sinh vien", "hoc sinh", "sinh vien"),
    StaffCategory.CITIZEN: ("nguoi dan", "cong dan"),
}
# Titles as people write them, the more special ones first.
_TITLES_HELD = (
    (StaffCategory.MANAGER, r"(pho )?(truong (phong|ban|khoa)|chanh (van phong|thanh tra))\b"),
    (StaffCategory.MANAGER, r"(pho (phong|ban|khoa)|(pho )?chi cuc truong)\b"),
    (
        StaffCategory.LEADER,
        r"(pho )?(giam doc|chu tich|bi thu|hieu truong|tong bien tap|cuc truong)",
    ),
    (StaffCategory.CIVIL_SERVANT, r"(chuyen vien|can su|thanh tra vien|ke toan|van thu)"),
    (StaffCategory.PUBLIC_EMPLOYEE, r"(giao vien|giang vien|bac si|dieu duong|phong vien|y si)"),
    (StaffCategory.WORKER, r"(nhan vien|lai xe|bao ve|tap vu|phuc vu|hop dong|cong nhan)"),
    (StaffCategory.YOUTH_MEMBER, r"(uy vien ban chap hanh doan|can bo doan)"),
    (StaffCategory.CITIZEN, r"(nong dan|lao dong tu do|noi tro|kinh doanh|huu tri|nhan dan)"),
)


def read_category(text: str) -> tuple[StaffCategory, bool]:
    """Return the staff category of a category's name or a title, and whether it was exact.

    Raise `Unreadable` if the words fit none.
    """
    key = search_key(text)
    for category, names in _EXACT.items():
        if key in names or text.strip().lower() == category.value:
            return category, True
    for category, pattern in _TITLES_HELD:
        if re.match(pattern, key):
            return category, False
    raise Unreadable(Sentence(N_("“%(text)s” fits no staff category."), {"text": text.strip()}))

"""Sheets of units and of headcounts read row by row, with what is wrong in each row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.rules import columns, matching
from accounts.rules.rostering import read_category
from accounts.rules.staff import StaffCategory
from accounts.rules.units import KIND_LABELS, UnitKind
from core.saying import Sentence, Unreadable
from core.text import N_, clean_line, search_key

_UNIT = {
    "code": ("ma don vi", "ma", "code"),
    "name": ("ten don vi", "ten", "don vi", "name"),
    "kind": ("loai", "loai don vi", "kind"),
    "parent": ("truc thuoc", "thuoc", "don vi cap tren", "don vi chu quan"),
    "parent_code": ("ma don vi cap tren", "ma cap tren", "ma truc thuoc"),
    "from": ("tu ngay", "ngay thanh lap", "hieu luc tu"),
}
_COUNT = {
    "unit": ("don vi", "ten don vi", "co quan", "co quan don vi"),
    "unit_code": ("ma don vi", "ma"),
    "category": ("doi tuong", "nhom doi tuong", "nhom"),
    "people": ("so nguoi", "bien che", "bien che co mat", "so luong", "co mat"),
    "one_stop": ("bo phan mot cua", "mot cua"),
    "day": ("ngay", "tinh den ngay", "thoi diem"),
    "source": ("nguon", "van ban", "can cu"),
    StaffCategory.LEADER.value: ("lanh dao don vi", "lanh dao", "lanh dao so"),
    StaffCategory.MANAGER.value: ("lanh dao phong", "lanh dao phong va tuong duong"),
    StaffCategory.CIVIL_SERVANT.value: ("cong chuc", "cong chuc khong giu chuc vu"),
    StaffCategory.PUBLIC_EMPLOYEE.value: ("vien chuc",),
    StaffCategory.WORKER.value: ("nguoi lao dong", "hop dong", "hop dong lao dong"),
}
# How people name a kind of unit in a sheet, beside the names that pages show.
_KINDS = {
    "so": UnitKind.DEPARTMENT,
    "so ban nganh": UnitKind.DEPARTMENT,
    "phong": UnitKind.DIVISION,
    "truong": UnitKind.SCHOOL,
    "truong hoc": UnitKind.SCHOOL,
    "don vi su nghiep": UnitKind.PUBLIC_SERVICE,
    "su nghiep cong lap": UnitKind.PUBLIC_SERVICE,
    "doanh nghiep": UnitKind.ENTERPRISE,
    "ubnd": UnitKind.AUTHORITY,
    "uy ban nhan dan": UnitKind.AUTHORITY,
    "chi doan": UnitKind.CHAPTER,
    "doan co so": UnitKind.COMMUNE_UNION,
    "doan xa": UnitKind.COMMUNE_UNION,
    "doan phuong": UnitKind.COMMUNE_UNION,
    "doan truc thuoc": UnitKind.UNION_AFFILIATE,
    "trung uong": UnitKind.CENTRAL_AGENCY,
    "nganh doc": UnitKind.CENTRAL_AGENCY,
    "doan the": UnitKind.FRONT,
    "cong an": UnitKind.ARMED_FORCES,
    "quan doi": UnitKind.ARMED_FORCES,
    "luc luong vu trang": UnitKind.ARMED_FORCES,
    "khac": UnitKind.OTHER,
}
LONGEST_NAME = 200
LONGEST_SOURCE = 300
MOST_PEOPLE = 100_000


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit as a row of a sheet gives it."""

    number: int
    code: str = ""
    name: str = ""
    kind: UnitKind | None = None
    parent_code: str = ""
    valid_from: date | None = None
    is_known: bool = False
    errors: tuple[Sentence, ...] = ()
    notices: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class CountLine:
    """One headcount: a unit, a category, a day; a row with a column for each gives several."""

    number: int
    unit_code: str = ""
    category: StaffCategory | None = None
    one_stop: bool = False
    people: int = 0
    counted_on: date | None = None
    source: str = ""
    errors: tuple[Sentence, ...] = ()
    notices: tuple[Sentence, ...] = ()


def read_units(
    rows: Sequence[Sequence[str]], directory: matching.Directory
) -> tuple[UnitLine, ...]:
    """Return the units of a sheet. Raise `Unreadable` without a column of names."""
    table = columns.find_table(rows, _UNIT, [("name",)])
    lines: list[UnitLine] = []
    first: dict[str, int] = {}
    for number, cells in table:
        line = _unit_line(number, cells, directory)
        earlier = first.setdefault(search_key(f"{line.name} {line.parent_code}"), number)
        if earlier != number:
            repeats = Sentence(N_("Row %(row)s already has this unit."), {"row": earlier})
            line = UnitLine(number, name=line.name, errors=(*line.errors, repeats))
        lines.append(line)
    return tuple(lines)


def _unit_line(number: int, cells: dict[str, str], directory: matching.Directory) -> UnitLine:
    errors: list[Sentence] = []
    notices: list[Sentence] = []
    name, code = clean_line(cells.get("name", "")), cells.get("code", "")[:40]
    if not name or len(name) > LONGEST_NAME:
        errors.append(Sentence(N_("The name of the unit is missing or too long.")))
    kind = _kind(cells.get("kind", ""), name, notices)
    parent_code, begun = "", None
    try:
        parent_code = _parent(cells, directory)
        found = columns.read_day(cells.get("from", ""))
        begun = found.day if found else None
    except Unreadable as refused:
        errors.append(refused.sentence)
    known = _is_known(code, name, directory)
    if known:
        notices.append(Sentence(N_("The unit is already there; the row is left out.")))
    return UnitLine(
        number, code, name, kind, parent_code, begun, known, tuple(errors), tuple(notices)
    )


def _is_known(code: str, name: str, directory: matching.Directory) -> bool:
    try:
        if code:
            directory.by_code(code)
        else:
            directory.by_name(name)
    except Unreadable:
        return False
    return True


def _parent(cells: dict[str, str], directory: matching.Directory) -> str:
    if cells.get("parent_code"):
        return directory.by_code(cells["parent_code"]).code
    return directory.by_name(cells["parent"]).code if cells.get("parent") else ""


def _kind(text: str, name: str, notices: list[Sentence]) -> UnitKind:
    """Return the kind as written, or else as the name tells; a guess is said."""
    key = search_key(text)
    if key:
        for kind in KIND_LABELS:
            if key == kind.value or key == search_key(KIND_LABELS[kind]):
                return kind
        if key in _KINDS:
            return _KINDS[key]
    guess = _guess(search_key(name))
    notices.append(
        Sentence(N_("The kind of unit is taken as: %(kind)s."), {"kind": Sentence(guess.label)})
    )
    return guess


def _guess(name: str) -> UnitKind:
    for words in sorted(_KINDS, key=len, reverse=True):
        if name.startswith(f"{words} "):
            return _KINDS[words]
    return UnitKind.OTHER


def read_headcounts(
    rows: Sequence[Sequence[str]],
    directory: matching.Directory,
    *,
    on: date,
    source: str,
) -> tuple[CountLine, ...]:
    """Return the headcounts of a sheet, a line for each category; `on` and `source` fill gaps.

    Raise `Unreadable` without columns of units and of numbers.
    """
    wide = [category.value for category in StaffCategory if category.value in _COUNT]
    table = columns.find_table(rows, _COUNT, [("unit", "unit_code"), ("people", *wide)])
    lines: list[CountLine] = []
    for number, cells in table:
        lines += _count_lines(number, cells, directory, (on, source))
    return tuple(lines)


def _count_lines(
    number: int,
    cells: dict[str, str],
    directory: matching.Directory,
    otherwise: tuple[date, str],
) -> list[CountLine]:
    try:
        code = cells.get("unit_code", "")
        unit = directory.by_code(code) if code else directory.by_name(cells.get("unit", ""))
        found = columns.read_day(cells.get("day", ""))
    except Unreadable as refused:
        return [CountLine(number, errors=(refused.sentence,))]
    day = found.day if found else otherwise[0]
    source = (cells.get("source") or otherwise[1])[:LONGEST_SOURCE]
    return [_count_line(number, unit.code, part, day, source) for part in _parts(cells)] or [
        CountLine(number, unit.code, errors=(Sentence(N_("The row has no number of people.")),))
    ]


_Part = tuple[str, bool, str]


def _parts(cells: dict[str, str]) -> list[_Part]:
    """Return category, one-stop mark and number for every filled number of a row."""
    if cells.get("people"):
        try:
            one_stop = columns.read_mark(cells.get("one_stop", ""))
        except Unreadable:
            one_stop = False
        return [(cells.get("category", ""), one_stop, cells["people"])]
    parts = [
        (category.value, False, cells[category.value])
        for category in StaffCategory
        if cells.get(category.value)
    ]
    if cells.get("one_stop"):
        parts.append((StaffCategory.CIVIL_SERVANT.value, True, cells["one_stop"]))
    return parts


def _count_line(number: int, code: str, part: _Part, day: date, source: str) -> CountLine:
    text, one_stop, people = part
    try:
        category, is_exact = read_category(text)
        count = columns.read_count(people)
    except Unreadable as refused:
        return CountLine(number, code, errors=(refused.sentence,))
    if count > MOST_PEOPLE:
        too_many = Sentence(N_("“%(text)s” is not a number of people."), {"text": people})
        return CountLine(number, code, category, errors=(too_many,))
    notices = () if is_exact else (_taken_as(text, category),)
    return CountLine(number, code, category, one_stop, count, day, source, (), notices)


def _taken_as(text: str, category: StaffCategory) -> Sentence:
    return Sentence(
        N_("“%(title)s” is taken as: %(category)s."),
        {"title": text, "category": Sentence(category.label)},
    )

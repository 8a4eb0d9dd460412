"""Units from a sheet: agencies, schools and others that no list of places holds."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.rules import columns
from accounts.rules.units import Tree, UnitEntry, UnitKind
from core.saying import Sentence, Unreadable
from core.text import N_, apostrophes, old_style, search_key

_TITLES = {
    "code": ("Mã đơn vị", "mã", "code"),
    "name": ("Tên đơn vị", "đơn vị", "tên", "name"),
    "kind": ("Loại đơn vị", "loại", "kind"),
    "parent": ("Mã đơn vị cấp trên", "đơn vị cấp trên", "mã cấp trên", "trực thuộc", "parent code"),
    "tree": ("Hệ thống", "cây", "tree"),
    "from": ("Từ ngày", "hiệu lực từ", "valid from"),
    "to": ("Đến ngày", "hiệu lực đến", "valid to"),
    "source": ("Căn cứ", "văn bản", "nguồn", "source"),
}
_KINDS = {
    "phuong": UnitKind.WARD,
    "xa": UnitKind.COMMUNE,
    "tinh": UnitKind.PROVINCE,
    "dang": UnitKind.PARTY,
    "co quan dang": UnitKind.PARTY,
    "khoi dang": UnitKind.PARTY,
    "hdnd": UnitKind.COUNCIL,
    "ubnd": UnitKind.AUTHORITY,
    "ban chi dao": UnitKind.BOARD,
    "so": UnitKind.DEPARTMENT,
    "ban": UnitKind.DEPARTMENT,
    "nganh": UnitKind.DEPARTMENT,
    "so ban nganh": UnitKind.DEPARTMENT,
    "phong": UnitKind.DIVISION,
    "don vi su nghiep": UnitKind.PUBLIC_SERVICE,
    "don vi su nghiep cong lap": UnitKind.PUBLIC_SERVICE,
    "trung tam": UnitKind.PUBLIC_SERVICE,
    "benh vien": UnitKind.PUBLIC_SERVICE,
    "truong": UnitKind.SCHOOL,
    "truong hoc": UnitKind.SCHOOL,
    "nganh doc": UnitKind.CENTRAL_AGENCY,
    "co quan trung uong nganh doc": UnitKind.CENTRAL_AGENCY,
    "mat tran doan the": UnitKind.FRONT,
    "mat tran to quoc doan the": UnitKind.FRONT,
    "doan the": UnitKind.FRONT,
    "bao dai": UnitKind.PRESS,
    "co quan bao dai": UnitKind.PRESS,
    "luc luong vu trang": UnitKind.ARMED_FORCES,
    "doanh nghiep": UnitKind.ENTERPRISE,
    "doan truc thuoc": UnitKind.UNION_AFFILIATE,
    "doan co so": UnitKind.UNION_AFFILIATE,
    "chi doan": UnitKind.CHAPTER,
    "khac": UnitKind.OTHER,
    "don vi khac": UnitKind.OTHER,
}
_TREES = {
    "": None,
    "dia phuong": Tree.TERRITORY,
    "co quan to chuc": Tree.SECTOR,
    "nganh": Tree.SECTOR,
    "doan": Tree.DOAN,
    "doan thanh nien": Tree.DOAN,
}
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,39}")


@dataclass(frozen=True, slots=True)
class ChartRow:
    """A unit as a row of the sheet gives it, or what is wrong with the row."""

    number: int
    unit: UnitEntry | None
    errors: tuple[Sentence, ...] = ()

    @property
    def is_good(self) -> bool:
        """Say whether the row can be taken over."""
        return not self.errors


def read_chart(rows: Sequence[Sequence[str]], known: Collection[str]) -> tuple[ChartRow, ...]:
    """Return the units of a sheet; `known` are the codes that exist already, as parents.

    Raise `Unreadable` if a column is missing.
    """
    table = columns.find_table(rows, _TITLES, [("code",), ("name",), ("kind",)])
    listed = list(table)
    codes = {cells["code"] for _, cells in listed} | set(known)
    first: dict[str, int] = {}
    read = []
    for number, cells in listed:
        earlier = first.setdefault(cells["code"].casefold(), number)
        said = N_("Row %(row)s already has the code %(code)s.")
        errors = [Sentence(said, {"row": earlier, "code": cells["code"]})]
        read.append(_row(number, cells, codes, errors if earlier != number else []))
    return tuple(read)


def _row(
    number: int, cells: dict[str, str], codes: Collection[str], errors: list[Sentence]
) -> ChartRow:
    name = old_style(apostrophes(cells["name"]))
    if not name:
        errors.append(Sentence(N_("The name of the unit is missing.")))
    if not _CODE.fullmatch(cells["code"]):
        said = N_("A unit code has letters, digits, dots and hyphens only, at most 40.")
        errors.append(Sentence(said))
    parent = cells.get("parent", "")
    if parent and (parent not in codes or parent == cells["code"]):
        said = N_("There is no unit with the code %(code)s to stand under.")
        errors.append(Sentence(said, {"code": parent}))
    try:
        kind, tree = _kind(cells["kind"]), _tree(cells.get("tree", ""))
        begins, ends = _span(cells)
    except Unreadable as refused:
        return ChartRow(number, None, (*errors, refused.sentence))
    if errors:
        return ChartRow(number, None, tuple(errors))
    unit = UnitEntry(
        cells["code"], name, kind, tree or kind.tree, parent, begins, ends, cells.get("source", "")
    )
    return ChartRow(number, unit)


def _kind(text: str) -> UnitKind:
    key = search_key(text)
    if kind := _KINDS.get(key):
        return kind
    try:
        return UnitKind(text.strip().lower())
    except ValueError:
        raise Unreadable(
            Sentence(N_("“%(text)s” is no kind of unit."), {"text": text.strip()})
        ) from None


def _tree(text: str) -> Tree | None:
    key = search_key(text)
    if key in _TREES:
        return _TREES[key]
    try:
        return Tree(key)
    except ValueError:
        raise Unreadable(
            Sentence(N_("“%(text)s” is none of the trees of units."), {"text": text.strip()})
        ) from None


def _span(cells: dict[str, str]) -> tuple[date | None, date | None]:
    begins = columns.read_day(cells.get("from", ""))
    ends = columns.read_day(cells.get("to", ""))
    if begins and ends and ends.day < begins.day:
        raise Unreadable(Sentence(N_("The unit ends before it begins.")))
    return begins.day if begins else None, ends.day if ends else None

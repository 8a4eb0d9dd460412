"""Headcounts: a sheet of how many people each unit has, by staff category and day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from accounts.rules import columns, matching
from accounts.rules.rostering import read_category
from accounts.rules.staff import StaffCategory
from core.saying import Sentence, Unreadable
from core.text import N_

_TITLES = {
    "unit": ("Đơn vị", "tên đơn vị", "cơ quan", "cơ quan, đơn vị"),
    "unit_code": ("Mã đơn vị", "unit code"),
    "category": ("Đối tượng", "nhóm đối tượng", "chức danh"),
    "one_stop": ("Một cửa", "bộ phận Một cửa", "làm việc tại bộ phận Một cửa"),
    "people": ("Số người", "biên chế có mặt", "số lượng", "số biên chế có mặt", "biên chế"),
    "counted_on": ("Ngày", "tại ngày", "thời điểm", "tính đến ngày"),
    "source": ("Căn cứ", "văn bản", "nguồn", "văn bản căn cứ", "nguồn số liệu"),
}
_LONGEST_SOURCE = 300


@dataclass(frozen=True, slots=True)
class HeadcountRow:
    """How many people of a category a unit has, as a row of the sheet says."""

    number: int
    unit_code: str | None = None
    category: StaffCategory | None = None
    one_stop: bool = False
    people: int | None = None
    counted_on: date | None = None
    source: str = ""
    errors: tuple[Sentence, ...] = ()

    @property
    def is_good(self) -> bool:
        """Say whether the row can be taken over."""
        return not self.errors


def read_headcounts(
    rows: Sequence[Sequence[str]], directory: matching.Directory
) -> tuple[HeadcountRow, ...]:
    """Return the headcounts of a sheet. Raise `Unreadable` if a column is missing."""
    needed = [("unit", "unit_code"), ("category",), ("people",), ("counted_on",), ("source",)]
    table = columns.find_table(rows, _TITLES, needed)
    first: dict[tuple[object, ...], int] = {}
    read = []
    for number, cells in table:
        row = _row(number, cells, directory)
        key = (row.unit_code, row.category, row.one_stop, row.counted_on)
        earlier = first.setdefault(key, number) if row.is_good else number
        if earlier != number:
            said = N_("Row %(row)s already counts this category of the unit on this day.")
            row = replace(row, errors=(Sentence(said, {"row": earlier}),))
        read.append(row)
    return tuple(read)


def _row(number: int, cells: dict[str, str], directory: matching.Directory) -> HeadcountRow:
    row = HeadcountRow(number, source=cells["source"])
    errors = [] if row.source else [Sentence(N_("Name the document that the number is from."))]
    if len(row.source) > _LONGEST_SOURCE:
        errors.append(Sentence(N_("The name of the document is too long.")))
    for read in (_unit, _category, _people, _day):
        try:
            row = read(row, cells, directory)
        except Unreadable as refused:
            errors.append(refused.sentence)
    return replace(row, errors=tuple(errors))


def _unit(row: HeadcountRow, cells: dict[str, str], directory: matching.Directory) -> HeadcountRow:
    code = cells.get("unit_code", "")
    unit = directory.by_code(code) if code else directory.by_name(cells.get("unit", ""))
    return replace(row, unit_code=unit.code)


def _category(row: HeadcountRow, cells: dict[str, str], _: matching.Directory) -> HeadcountRow:
    category, _is_exact = read_category(cells["category"])
    one_stop = columns.read_mark(cells.get("one_stop", ""))
    return replace(row, category=category, one_stop=one_stop)


def _people(row: HeadcountRow, cells: dict[str, str], _: matching.Directory) -> HeadcountRow:
    return replace(row, people=columns.read_count(cells["people"]))


def _day(row: HeadcountRow, cells: dict[str, str], _: matching.Directory) -> HeadcountRow:
    counted = columns.read_day(cells["counted_on"])
    if counted is None or not counted.is_whole:
        raise Unreadable(Sentence(N_("Give the whole day of the count, for example 30/09/2026.")))
    return replace(row, counted_on=counted.day)

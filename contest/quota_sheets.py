"""The radar of quotas as a workbook: one sheet for each group of units, numbers without names.

The workbook is an official document: its words are Vietnamese whatever the reader's language.
"""

from collections.abc import Iterator, Sequence

from contest import reminding
from contest.quota_queries import Radar, UnitStand
from contest.rules.quotas import Cell, Status
from contest.rules.unit_groups import UnitGroup
from core import sheets
from core.sheets import Leaf, Value

GROUPS = {
    UnitGroup.ADMINISTRATIVE: "Sở, ban, ngành",
    UnitGroup.COMMUNE: "Xã, phường",
    UnitGroup.PUBLIC_SERVICE: "Đơn vị sự nghiệp",
    UnitGroup.MASS: "Mặt trận, đoàn thể",
    UnitGroup.CENTRAL: "Ngành dọc, công an, quân đội",
    UnitGroup.OTHER: "Đơn vị khác",
}
STATUSES = {
    Status.MISSED: "Chưa đạt",
    Status.NEAR: "Sắp đạt",
    Status.UNKNOWN: "Chưa có biên chế",
    Status.MET: "Đạt",
    Status.NONE: "Không áp dụng",
}


def workbook(radar: Radar) -> bytes:
    """Return the workbook of a radar; of a contest without quotas one sheet with all units."""
    if not radar.groups:
        return sheets.write_book([Leaf("Đơn vị", _head([]), _rows(radar.units))])
    leaves = []
    for group in radar.groups:
        units = [one for one in radar.units if one.group is group]
        titles = [
            f"{quota.title} ({reminding.asked(quota.count, quota.percent)})"
            for quota in radar.quotas_of(group)
        ]
        leaves.append(Leaf(GROUPS[group], _head(titles), _rows(units)))
    return sheets.write_book(leaves)


def _head(titles: list[str]) -> tuple[str, ...]:
    parts = [part for title in titles for part in (title, "Có mặt", "Cần", "Còn thiếu")]
    return ("STT", "Đơn vị", "Tình trạng", *parts, "Người dự thi", "Lượt thi", "Biên chế", "Tỷ lệ")


def _rows(units: Sequence[UnitStand]) -> Iterator[list[Value]]:
    for number, one in enumerate(units, start=1):
        yield _row(number, one)


def _row(number: int, one: UnitStand) -> list[Value]:
    cells: list[Value] = [value for cell in one.cells for value in _cell(cell)]
    taken = one.taken
    shown = (taken.people, taken.attempts, taken.headcount, taken.rate)
    return [number, one.unit.name, STATUSES[one.status], *cells, *shown]


def _cell(cell: Cell) -> tuple[Value, ...]:
    return cell.taken, cell.of, cell.need, cell.lacking

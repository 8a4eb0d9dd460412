"""Withholding small cells of a table with totals, and as many more as keep them from being found.

A table of groups (rows by columns) stands beside its totals. A cell of fewer than five people is
withheld; because a cell alone in its row is the total less the others, further cells are withheld
until none can be worked out from what is shown:

- Rows, columns and totals make a graph whose edges are the withheld cells. A cell can be worked
  out exactly when its edge is a bridge, so each bridge is closed to a circle, by the cells with
  the fewest people.
- What is withheld in a line whose total is shown is known as a sum: it is of five people or more.

The grand total is shown unless it is small itself. Empty cells say nothing of anybody, and may be
guessed: they are shown, and never withheld to protect another.
"""

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

FEWEST = 5
TOTAL = "*"
Cell = tuple[str, str]
_Node = tuple[bool, str]
_GRAND: Cell = (TOTAL, TOTAL)


def with_totals(people: Mapping[Cell, int]) -> dict[Cell, int]:
    """Return the people of every cell and total that has any."""
    found: dict[Cell, int] = defaultdict(int)
    for (row, column), count in people.items():
        for cell in ((row, column), (row, TOTAL), (TOTAL, column), _GRAND):
            found[cell] += count
    return {cell: count for cell, count in found.items() if count}


def withheld(
    people: Mapping[Cell, int], *, already: Collection[Cell] = (), fewest: int = FEWEST
) -> frozenset[Cell]:
    """Return the cells and totals that are not shown, where groups have so many people.

    `already` are cells that are withheld elsewhere, in a part of what this table adds up.
    """
    sizes = with_totals(people)
    hidden = {cell for cell, count in sizes.items() if count < fewest}
    hidden |= {cell for cell in already if cell in sizes}
    if _GRAND in hidden:
        return frozenset(sizes)
    while (more := _needed(hidden, sizes, fewest)) is not None:
        if not more:
            return frozenset(sizes) - {_GRAND}
        hidden |= set(more)
    return frozenset(hidden)


def _needed(
    hidden: Collection[Cell], sizes: Mapping[Cell, int], fewest: int
) -> Collection[Cell] | None:
    """Return what has to be withheld besides; nothing found is empty, nothing needed is None."""
    for cell in sorted(hidden):
        if _way(cell, hidden, {}) is None:
            return _way(cell, hidden, sizes) or ()
    for line, total in _lines(sizes):
        kept = [cell for cell in line if cell in hidden]
        if kept and total not in hidden and sum(sizes[cell] for cell in kept) < fewest:
            shown = [cell for cell in line if cell not in hidden]
            return {min(shown, key=lambda cell: (sizes[cell], cell))} if shown else ()
    return None


def _lines(sizes: Mapping[Cell, int]) -> Iterator[tuple[list[Cell], Cell]]:
    """Yield every line of the table with its total; the totals themselves are lines too."""
    for row in sorted({row for row, _ in sizes}):
        line = [cell for cell in sorted(sizes) if cell[0] == row and cell[1] != TOTAL]
        yield line, (row, TOTAL)
    for column in sorted({column for _, column in sizes}):
        line = [cell for cell in sorted(sizes) if cell[1] == column and cell[0] != TOTAL]
        yield line, (TOTAL, column)


def _way(
    cell: Cell, hidden: Collection[Cell], sizes: Mapping[Cell, int]
) -> Collection[Cell] | None:
    """Return the shown cells that, withheld, put the cell on a circle; None if there is no way.

    The fewest people are lost on it. Without `sizes` only withheld cells may be used.
    """
    edges: dict[_Node, list[tuple[_Node, Cell]]] = defaultdict(list)
    for one in {*hidden, *sizes} - {cell, _GRAND if _GRAND not in hidden else cell}:
        row, column = (True, one[0]), (False, one[1])
        edges[row].append((column, one))
        edges[column].append((row, one))
    begin, end = (True, cell[0]), (False, cell[1])
    waiting: list[tuple[int, _Node, tuple[Cell, ...]]] = [(0, begin, ())]
    seen = set[_Node]()
    while waiting:
        lost, node, used = heapq.heappop(waiting)
        if node == end:
            return set(used)
        if node in seen:
            continue
        seen.add(node)
        for other, one in edges[node]:
            if other not in seen:
                is_free = one in hidden
                step = (lost, other, used) if is_free else (lost + sizes[one], other, (*used, one))
                heapq.heappush(waiting, step)
    return None

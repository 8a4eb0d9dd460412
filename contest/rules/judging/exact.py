"""Systems of equations of whole numbers, solved without rounding."""

from collections.abc import Sequence
from fractions import Fraction


def solved(matrix: Sequence[Sequence[int]], right: Sequence[int]) -> list[Fraction]:
    """Return x with `matrix` x = `right`, exactly.

    Elimination without fractions (Bareiss 1968): what is divided always comes out whole.
    Raise `ZeroDivisionError` where there is not one solution.
    """
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    size, before = len(rows), 1
    for step in range(size):
        _bring_up(rows, step)
        pivot = rows[step]
        head = pivot[step]
        for at, row in enumerate(rows):
            if at != step:
                lead = row[step]
                rows[at] = [
                    (head * one - lead * other) // before
                    for one, other in zip(row, pivot, strict=True)
                ]
        before = head
    return [Fraction(rows[at][size], rows[at][at]) for at in range(size)]


def _bring_up(rows: list[list[int]], step: int) -> None:
    """Bring a row that has something in this column to its turn."""
    for at in range(step, len(rows)):
        if rows[at][step]:
            rows[step], rows[at] = rows[at], rows[step]
            return
    raise ZeroDivisionError("the equations have not one solution")

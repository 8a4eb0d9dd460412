"""Small cells: which are withheld, and that nothing shown gives one of them away."""

from hypothesis import given
from hypothesis import strategies as st

from contest.rules.withholding import FEWEST, TOTAL, with_totals, withheld

ROWS, COLUMNS = "abcdef", "uvwxyz"


def table(rows):
    return {
        (ROWS[at], COLUMNS[over]): count
        for at, row in enumerate(rows)
        for over, count in enumerate(row)
    }


def recoverable(people, hidden):
    """Return the withheld cells that linear algebra finds from the totals and what is shown."""
    import numpy

    sizes = with_totals(people)
    unknown = sorted(hidden)
    place = {cell: at for at, cell in enumerate(unknown)}
    lines = []
    for axis in (0, 1):
        for name in {cell[axis] for cell in sizes}:
            line = numpy.zeros(len(unknown))
            for cell in sizes:
                if cell[axis] == name and cell in place:
                    line[place[cell]] = -1 if cell[1 - axis] == TOTAL else 1
            lines.append(line)
    if not unknown:
        return []
    left = numpy.linalg.svd(numpy.array(lines))
    rank = int((left.S > 1e-9).sum())
    free = left.Vh[rank:]
    return [cell for cell in unknown if not len(free) or abs(free[:, place[cell]]).max() < 1e-9]


def test_table_of_large_cells_is_shown_whole():
    assert withheld(table([[5, 9], [12, 30]])) == frozenset()


def test_small_cell_takes_three_others_with_it_to_close_a_circle():
    people = table([[3, 20, 30], [8, 9, 40], [50, 60, 70]])

    assert withheld(people) == {("a", "u"), ("a", "v"), ("b", "u"), ("b", "v")}


def test_small_total_is_withheld_with_another_total():
    people = table([[2, 1], [30, 40], [9, 8]])

    hidden = withheld(people)

    assert {("a", "u"), ("a", "v"), ("a", TOTAL)} <= hidden
    assert (TOTAL, TOTAL) not in hidden
    assert recoverable(people, hidden) == []


def test_two_small_cells_of_a_row_take_a_third_so_that_their_sum_is_not_small():
    people = table([[1, 1, 20, 30], [1, 1, 20, 30], [9, 9, 20, 30]])

    hidden = withheld(people)

    row = [cell for cell in hidden if cell[0] == "a" and cell[1] != TOTAL]
    assert sum(people[cell] for cell in row) >= FEWEST


def test_few_people_in_all_leave_nothing_to_show():
    people = table([[1, 2], [1, 0]])

    assert withheld(people) == frozenset(with_totals(people))


def test_empty_cell_is_never_withheld():
    people = table([[2, 0, 30], [0, 50, 60], [7, 0, 90]])

    assert {cell for cell in withheld(people) if people.get(cell) == 0} == set()


def test_what_a_part_withholds_the_whole_withholds_too():
    people = table([[30, 20], [40, 50]])

    assert ("a", "u") in withheld(people, already={("a", "u")})


@given(
    st.integers(1, 6).flatmap(
        lambda columns: st.lists(
            st.lists(st.integers(0, 14), min_size=columns, max_size=columns), min_size=1, max_size=6
        )
    )
)
def test_no_withheld_cell_can_be_worked_out_and_no_shown_one_is_small(rows):
    people = table(rows)

    hidden = withheld(people)

    sizes = with_totals(people)
    assert {cell for cell, count in sizes.items() if count < FEWEST} <= hidden
    if (TOTAL, TOTAL) not in hidden:
        assert recoverable(people, hidden) == []


@given(st.lists(st.lists(st.integers(0, 14), min_size=4, max_size=4), min_size=1, max_size=5))
def test_what_is_withheld_in_a_line_with_its_total_shown_is_of_five_people_or_more(rows):
    people = table(rows)

    hidden, sizes = withheld(people), with_totals(people)

    for axis in (0, 1):
        for name in {cell[axis] for cell in sizes}:
            line = [c for c in sizes if c[axis] == name and c[1 - axis] != TOTAL and c in hidden]
            total = (name, TOTAL) if axis == 0 else (TOTAL, name)
            if line and total not in hidden:
                assert sum(sizes[cell] for cell in line) >= FEWEST

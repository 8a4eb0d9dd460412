"""Panels that several tests look at: the two worked examples, and invented ones."""

from decimal import Decimal

from hypothesis import strategies as st

from contest.rules.judging.table import Table

JUDGES = ("J1", "J2", "J3", "J4", "J5")


def panel(text, judges=JUDGES):
    """Read lines such as "A 9.0 8.5 . 8.8": an entry and its scores, a dot for a hole."""
    scores = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        entry, *row = line.split()
        given = zip(judges, row, strict=True)
        scores[entry] = {judge: Decimal(score) for judge, score in given if score != "."}
    return Table.of(scores)


def listed(text):
    """Read lines such as "A Q8.0 R7.1": an entry, and judges by letter with their scores."""
    rows = [line.split() for line in text.splitlines() if line.strip()]
    return Table.of({entry: {one[0]: Decimal(one[1:]) for one in row} for entry, *row in rows})


# A complete panel of which the fifth judge goes astray.
ASTRAY = panel(
    """
    A 9.0 8.5 9.2 8.8 5.0
    B 8.6 8.4 8.8 8.9 8.7
    C 8.9 8.0 8.5 8.3 9.8
    D 7.5 7.8 8.0 7.6 7.9
    """
)
# An incomplete panel of judges who differ in severity.
UNEVEN = listed("A Q8.0 R7.1\nB P8.1 Q6.9\nC P7.0 S6.1\nD R4.0 S4.9\nE P8.4 R6.6")
# Two panels without a common judge.
APART = listed("A P8 Q9\nB P7 Q8\nC R6 S5\nD R7 S6")

marks = st.integers(0, 40).map(lambda quarters: Decimal(quarters) / 4)


@st.composite
def tables(draw, judges=(1, 6), entries=(1, 6), *, complete=False):
    """Invent a table of scores in quarters of a point."""
    names = [f"j{at}" for at in range(draw(st.integers(*judges)))]
    scores = {}
    for at in range(draw(st.integers(*entries))):
        some = st.sets(st.sampled_from(names), min_size=1)
        own = names if complete else sorted(draw(some))
        scores[f"e{at}"] = {judge: draw(marks) for judge in own}
    return Table.of(scores)


def complete_tables(judges=(1, 6), entries=(1, 6)):
    """Invent a table without holes."""
    return tables(judges, entries, complete=True)

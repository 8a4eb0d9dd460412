"""The papers of a set: what every one keeps to, and how alike they are."""

from collections import Counter
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from questions.rules import composing
from questions.rules.composing import Coding, Grouping, Making, Printed
from questions.rules.drawing import Candidate, Plan, Row

SEED = b"hat giong cua bo de"
ROWS = [Row(4, frozenset({"a"})), Row(3, frozenset({"b"}))]
POOL = [
    Candidate(f"{topic}{n:02}", n, topic, None, "single_choice", passage=1 if n in (2, 5) else None)
    for topic in "ab"
    for n in range(12)
]
ORDER = {one.item: "ab".index(one.topic) for one in POOL}

makings = st.builds(
    Making,
    st.integers(1, 6),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.sampled_from(Grouping),
    st.sampled_from(Coding),
)
seeds = st.binary(min_size=1, max_size=16)


def draw(making, seed=SEED, pool=POOL):
    return composing.draw(ROWS, pool, seed, making, ORDER)


@given(makings, seeds)
def test_every_paper_keeps_every_promise(making, seed):
    papers = draw(making, seed)

    assert len(papers) == making.count
    for slots in papers.values():
        assert Counter(slot.row for slot in slots) == {0: 4, 1: 3}
        assert len({slot.item for slot in slots}) == 7
        at = [n for n, slot in enumerate(slots) if slot.passage]
        assert at == list(range(at[0], at[0] + len(at))) if at else True
    if making.same_items:
        assert len({frozenset(slot.item for slot in slots) for slots in papers.values()}) == 1


@given(makings, seeds, st.randoms(use_true_random=False))
def test_same_seed_gives_the_same_papers_whatever_the_order_of_the_pool(making, seed, random):
    other = random.sample(POOL, len(POOL))

    assert draw(making, seed) == draw(making, seed, other)


@given(makings)
def test_what_is_written_is_read_again(making):
    assert Making.read(making.written()) == making


def test_other_items_are_taken_as_long_as_there_are_some():
    papers = draw(Making(count=4, same_items=False))

    times = Counter(slot.item for slots in list(papers.values())[:3] for slot in slots)
    assert set(times.values()) == {1}


def test_only_the_rows_that_ran_out_take_items_again():
    pool = [one for one in POOL if one.topic == "a"][:4] + [one for one in POOL if one.topic == "b"]

    papers = list(draw(Making(count=2, same_items=False), pool=pool).values())

    shared = {slot.item for slot in papers[0]} & {slot.item for slot in papers[1]}
    assert {item[0] for item in shared} == {"a"}
    assert len(shared) == 4


def test_first_papers_of_many_sets_give_each_item_the_same_chance():
    drawn = Counter()
    making = Making(count=1)
    for n in range(3_000):
        drawn.update(slot.item for slot in draw(making, n.to_bytes(4, "big"))["101"])

    squares = [
        sum((drawn[one.item] - expected) ** 2 / expected for one in POOL if one.topic == topic)
        for topic, expected in (("a", 3_000 * 4 / 12), ("b", 3_000 * 3 / 12))
    ]
    # Eleven degrees of freedom, 99.9 % point; drawn without replacement.
    assert squares[0] * 11 / 8 < 31.26
    assert squares[1] * 11 / 9 < 31.26


def test_likeness_counts_shared_items_and_equal_keys_of_neighbours():
    found = composing.likeness(
        {
            "101": [Printed(1, "A"), Printed(2, "B"), Printed(3, "")],
            "102": [Printed(2, "A"), Printed(4, "C"), Printed(1, "D")],
            "103": [Printed(5, "B"), Printed(6, "C"), Printed(7, "D")],
        }
    )

    assert found.shared == ((3, 2, 0), (2, 3, 0), (0, 0, 3))
    assert found.same_keys == (
        ("101", "102", Decimal("0.5")),
        ("102", "103", Decimal(2) / 3),
    )


def test_others_are_of_the_row_and_no_rivals_of_the_rest():
    pool = [
        Candidate("giu", 1, "a", None, "x", rivals="r"),
        Candidate("di", 2, "a", None, "x", rivals="s"),
        Candidate("doi-r", 3, "a", None, "x", rivals="r"),
        Candidate("doi-s", 4, "a", None, "x", rivals="s"),
        Candidate("khac", 5, "b", None, "x"),
        Candidate("duoc", 6, "a", None, "x"),
    ]
    plan = Plan([Row(2, frozenset({"a"}))], pool)

    found = composing.others(plan, 0, {"giu", "di"}, "di")

    assert [one.item for one in found] == ["doi-s", "duoc"]

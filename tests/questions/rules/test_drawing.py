"""Drawing papers: the published reference values, what every paper keeps to, and fairness."""

import hashlib
import hmac
from collections import Counter
from decimal import Decimal
from itertools import combinations, islice, product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from questions.rules import drawing
from questions.rules.drawing import Candidate, Drawn, Row, Shortfall, Stream

SEED = hashlib.sha256(b"test-seed").digest()
DOMAINS = ("the-che", "thu-tuc", "bo-may", "doi-ngu", "tai-chinh", "hien-dai-hoa")
FIXED_PAPER = [
    "the-che-002",
    "bo-may-000",
    "thu-tuc-000",
    "hien-dai-hoa-007",
    "doi-ngu-008",
    "tai-chinh-001",
]


def candidate(item, topic="the-che", difficulty="easy", kind="single", rivals=None):
    return Candidate(item, 1, topic, difficulty, kind, rivals)


def items(count, topic="the-che", **more):
    return [candidate(f"{topic}-{n:03}", topic, **more) for n in range(count)]


@st.composite
def pools(draw):
    count = draw(st.integers(0, 7))
    return [
        Candidate(
            f"i{n}",
            n,
            draw(st.sampled_from("ab")),
            draw(st.sampled_from(["easy", "hard"])),
            draw(st.sampled_from(["single", "true_false"])),
            draw(st.sampled_from([None, None, "g1", "g2"])),
        )
        for n in range(count)
    ]


rows = st.lists(
    st.builds(
        Row,
        count=st.integers(0, 3),
        topics=st.sampled_from([frozenset(), frozenset("a"), frozenset("b"), frozenset("ab")]),
        difficulty=st.sampled_from([None, "easy", "hard"]),
        type=st.sampled_from([None, None, "single"]),
    ),
    max_size=3,
)


@st.composite
def tangles(draw):
    """Rows that overlap in many ways, over a pool that is often just large enough."""
    topics = "abcde"
    pool = [c for topic in topics for c in items(draw(st.integers(0, 3)), topic)]
    cells = st.sets(st.sampled_from(topics), min_size=1, max_size=3).map(frozenset)
    return draw(st.lists(st.builds(Row, st.integers(1, 4), cells), max_size=5)), pool


def is_enough(blueprint, pool):
    """Ask Hall's question of every set of rows: are there as many items as they want together?"""
    return all(
        sum(row.count for row in some) <= sum(any(row.takes(c) for row in some) for c in pool)
        for size in range(len(blueprint) + 1)
        for some in combinations(blueprint, size)
    )


def can_fill(blueprint, pool):
    """Try every way to give each item to a row or to none."""
    for given_to in product([None, *range(len(blueprint))], repeat=len(pool)):
        used = [(c, at) for c, at in zip(pool, given_to, strict=True) if at is not None]
        groups = [c.rivals for c, _ in used if c.rivals]
        counts = Counter(at for _, at in used)
        if (
            len(groups) == len(set(groups))
            and all(blueprint[at].takes(c) for c, at in used)
            and all(counts[at] == row.count for at, row in enumerate(blueprint))
        ):
            return True
    return False


@pytest.mark.parametrize(
    ("n", "k", "chosen"),
    [(50, 10, [24, 13, 8, 36, 48, 38, 44, 14, 18, 23]), (5, 5, [4, 0, 2, 3, 1])],
)
def test_stream_picks_the_published_reference_values(n, k, chosen):
    assert list(islice(Stream(SEED).picks(list(range(n))), k)) == chosen


def test_stream_below_passes_over_words_that_would_be_unfair():
    bound = (1 << 63) + 1
    blocks = b"".join(
        hmac.digest(SEED, b"cchc-draw-v1" + n.to_bytes(8, "big"), "sha256") for n in range(10)
    )
    words = [int.from_bytes(blocks[at : at + 8], "big") for at in range(0, len(blocks), 8)]
    fair = [word for word in words if word < bound]
    stream = Stream(SEED)

    assert len(fair) < len(words)
    assert [stream.below(bound) for _ in fair] == fair


@given(rows, pools())
def test_shortfalls_are_none_exactly_when_some_paper_exists(blueprint, pool):
    assert (drawing.shortfalls(blueprint, pool) == []) == can_fill(blueprint, pool)


@given(tangles())
@settings(max_examples=200)
def test_draw_from_overlapping_rows_fails_exactly_when_no_paper_exists(tangle):
    enough = is_enough(*tangle)

    assert (drawing.shortfalls(*tangle) == []) == enough
    if enough:
        for n in range(3):
            paper = drawing.draw(*tangle, bytes([n]))
            assert len({slot.item for slot in paper}) == sum(row.count for row in tangle[0])


@given(rows, pools(), st.binary(min_size=1, max_size=32), st.booleans())
def test_draw_when_possible_keeps_every_promise(blueprint, pool, seed, shuffled):
    assume(not drawing.shortfalls(blueprint, pool))
    by_name = {c.item: c for c in pool}

    paper = drawing.draw(blueprint, pool, seed, shuffled=shuffled)

    asked = [by_name[slot.item] for slot in paper]
    groups = [c.rivals for c in asked if c.rivals]
    assert Counter(slot.row for slot in paper) == Counter(
        {at: row.count for at, row in enumerate(blueprint) if row.count}
    )
    assert len(set(asked)) == len(asked)
    assert len(set(groups)) == len(groups)
    assert all(blueprint[slot.row].takes(by_name[slot.item]) for slot in paper)
    assert all(slot.version == by_name[slot.item].version for slot in paper)


@given(rows, pools(), st.randoms(use_true_random=False))
def test_draw_does_not_depend_on_the_order_of_the_pool(blueprint, pool, random):
    assume(not drawing.shortfalls(blueprint, pool))
    other = random.sample(pool, len(pool))

    assert drawing.draw(blueprint, pool, SEED) == drawing.draw(blueprint, other, SEED)


@given(rows, pools())
def test_shortfalls_name_rows_that_want_more_than_there_is(blueprint, pool):
    for lack in drawing.shortfalls(blueprint, pool):
        fitting = [c for c in pool if any(blueprint[at].takes(c) for at in lack.rows)]
        units = {c.rivals or c.item for c in fitting}

        assert lack.available == len(units) < lack.wanted
        assert lack.wanted == sum(blueprint[at].count for at in lack.rows)


def test_draw_of_a_fixed_seed_gives_this_paper_for_ever():
    pool = [c for topic in DOMAINS for c in items(9, topic)]
    blueprint = [Row(1, frozenset({topic}), points=Decimal("0.5")) for topic in DOMAINS]

    paper = drawing.draw(blueprint, pool, drawing.paper_seed(SEED, "luot-1"))

    assert [slot.item for slot in paper] == FIXED_PAPER
    assert {slot.points for slot in paper} == {Decimal("0.5")}


def test_draw_in_blueprint_order_keeps_the_rows_together():
    pool = items(5, "the-che") + items(5, "thu-tuc")
    blueprint = [Row(2, frozenset({"thu-tuc"})), Row(2, frozenset({"the-che"}))]

    paper = drawing.draw(blueprint, pool, SEED, shuffled=False)

    assert [slot.row for slot in paper] == [0, 0, 1, 1]


def test_draw_when_one_row_could_starve_another_never_fails():
    # The first row has fewer items to choose from and is filled first; but the second needs
    # "x" and "y", and of the three rivals "q" it can have one.
    pool = [
        *items(2, "the-che", difficulty="hard"),
        candidate("x", "the-che"),
        candidate("y", "the-che", rivals="r"),
        candidate("z", "the-che", difficulty="hard", rivals="r"),
        candidate("thu-tuc-000", "thu-tuc"),
        *items(3, "bo-may", rivals="q"),
    ]
    blueprint = [Row(2, frozenset({"the-che"})), Row(4, difficulty="easy")]

    papers = [drawing.draw(blueprint, pool, bytes([n])) for n in range(100)]

    hard = {slot.item for paper in papers for slot in paper if slot.row == 0}
    assert hard == {"the-che-000", "the-che-001"}


def test_draw_from_a_pool_too_small_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="cannot fill"):
        drawing.draw([Row(3)], items(2), SEED)


def test_draw_from_a_pool_with_an_item_twice_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="twice"):
        drawing.draw([Row(1)], items(2) + items(1), SEED)


def test_shortfalls_say_what_is_missing_alone_and_together():
    pool = [*items(2, "tai-chinh"), candidate("k", "tai-chinh", rivals="r")]
    pool += [candidate("l", "tai-chinh", rivals="r"), *items(2, "bo-may")]
    money = frozenset({"tai-chinh"})
    blueprint = [Row(4, money), Row(2, frozenset({"bo-may"})), Row(1, frozenset({"bo-may"}))]

    lacking = drawing.shortfalls(blueprint, pool)

    assert lacking == [Shortfall((0,), 4, 3), Shortfall((1, 2), 3, 2)]


def test_shortfalls_of_rows_that_moved_aside_once_are_seen():
    pool = [*items(1, "the-che"), *items(2, "thu-tuc")]
    narrow = Row(1, frozenset({"the-che"}))
    blueprint = [Row(1, frozenset({"the-che", "thu-tuc"})), narrow, narrow]

    assert drawing.shortfalls(blueprint, pool) == [Shortfall((1, 2), 2, 1)]


def test_available_counts_rivals_once():
    pool = [*items(2), candidate("k", rivals="r"), candidate("l", rivals="r")]

    assert drawing.Plan([Row(1)], pool).available(0) == 3


def test_draw_over_many_papers_gives_each_item_the_same_chance():
    plan = drawing.Plan(
        [Row(3, frozenset({"the-che"})), Row(2, frozenset({"thu-tuc"}))],
        items(12) + items(8, "thu-tuc"),
    )
    drawn = Counter()
    for n in range(10_000):
        drawn.update((slot.row, slot.item) for slot in plan.draw(n.to_bytes(4, "big")))

    squares = {}
    for row, expected in ((0, 10_000 * 3 / 12), (1, 10_000 * 2 / 8)):
        counts = [count for (at, _), count in drawn.items() if at == row]
        squares[row] = (len(counts), sum((c - expected) ** 2 / expected for c in counts))
    # The 99.9 % points of chi-square with 11 and 7 degrees of freedom: without replacement the
    # statistic is smaller still, by the factor (n - k) / (n - 1).
    assert squares[0][0] == 12
    assert squares[0][1] * 11 / 9 < 31.26
    assert squares[1][0] == 8
    assert squares[1][1] * 7 / 6 < 24.32


def test_draw_over_many_papers_puts_each_item_everywhere():
    plan = drawing.Plan([Row(4)], items(4))
    seen = Counter()
    for n in range(4_000):
        seen.update((slot.item, at) for at, slot in enumerate(plan.draw(n.to_bytes(4, "big"))))

    square = sum((count - 1000) ** 2 / 1000 for count in seen.values())
    # Sixteen cells with fixed margins: nine degrees of freedom, 99.9 % point 27.88.
    assert len(seen) == 16
    assert square * 3 / 4 < 27.88


def test_shuffled_options_keep_pinned_ones_last():
    orders = {tuple(drawing.shuffled_options("abcd", SEED, n, pinned="bd")) for n in range(50)}

    assert orders == {("a", "c", "b", "d"), ("c", "a", "b", "d")}


def test_shuffled_options_over_many_slots_use_every_order_evenly():
    seen = Counter(tuple(drawing.shuffled_options("abc", SEED, n)) for n in range(6000))

    square = sum((count - 1000) ** 2 / 1000 for count in seen.values())
    assert len(seen) == 6
    assert square < 20.52


def test_paper_seed_differs_for_each_attempt():
    seeds = {drawing.paper_seed(SEED, f"luot-{n}") for n in range(100)}

    assert len(seeds) == 100


def test_drawn_names_row_version_and_points():
    only = Candidate("cau-1", 7, "the-che", "easy", "single")

    assert drawing.draw([Row(1, points=Decimal(2))], [only], SEED) == [
        Drawn(0, "cau-1", 7, Decimal(2))
    ]


# --- Passages ----------------------------------------------------------------------------------


@given(
    st.lists(st.sampled_from([None, None, 1, 2, 3]), min_size=1, max_size=12),
    st.binary(min_size=1, max_size=8),
    st.booleans(),
    st.data(),
)
def test_items_of_a_passage_stand_together_in_the_order_of_their_names(
    passages, seed, shuffled, data
):
    pool = [
        Candidate(f"c{n:02}", n, "the-che", "easy", "single", passage=passage)
        for n, passage in enumerate(passages)
    ]
    count = data.draw(st.integers(1, len(pool)))

    paper = drawing.draw([Row(count)], pool, seed, shuffled=shuffled)

    assert len({slot.item for slot in paper}) == count
    for passage in {slot.passage for slot in paper} - {None}:
        at = [n for n, slot in enumerate(paper) if slot.passage == passage]
        names = [paper[n].item for n in at]
        assert at == list(range(at[0], at[0] + len(at)))
        assert names == sorted(names)


def test_passages_do_not_change_which_items_are_drawn():
    plain = items(20)
    with_passages = [
        Candidate(c.item, c.version, c.topic, c.difficulty, c.type, passage=n % 4)
        for n, c in enumerate(plain)
    ]

    papers = [
        {slot.item for slot in drawing.draw([Row(8)], pool, SEED)}
        for pool in (plain, with_passages)
    ]

    assert papers[0] == papers[1]


def test_items_of_passages_are_drawn_as_often_as_others():
    pool = items(9) + [
        Candidate(f"doan-{n}", n, "the-che", "easy", "single", passage=1) for n in range(3)
    ]
    plan = drawing.Plan([Row(4)], pool)
    drawn = Counter()
    for n in range(10_000):
        drawn.update(slot.item for slot in plan.draw(n.to_bytes(4, "big")))

    expected = 10_000 * 4 / 12
    square = sum((count - expected) ** 2 / expected for count in drawn.values())
    # Eleven degrees of freedom, 99.9 % point; four of twelve drawn without replacement.
    assert len(drawn) == 12
    assert square * 11 / 8 < 31.26

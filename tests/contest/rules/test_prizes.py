"""Prizes given out by a ranking: ties over the last place, and one prize for one person."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.rules import prizes
from contest.rules.prizes import Contended, IndividualRule, Level, Once, Placed, Seat, Ties

LEVELS = (Level("Nhất", 1, 3_000_000), Level("Nhì", 2, 2_000_000), Level("Ba", 3, 1_000_000))
NAMES = "abcdefghij"


def ranked(*groups):
    """People in order; those in one string are equal."""
    return [Placed(who, f"{at:04}") for at, group in enumerate(groups) for who in group]


def held(seats):
    return [(LEVELS[seat.level].title, seat.who) for seat in seats if seat.who]


levels = st.lists(st.integers(1, 4), min_size=1, max_size=4).map(
    lambda counts: [Level(f"Giải {at}", n, 1000 * (9 - at)) for at, n in enumerate(counts)]
)
rankings = st.lists(st.integers(0, 6), max_size=10).map(
    lambda keys: [
        Placed(name, f"{key:04}", Decimal(10 - key), lot=ord(name) * 7 % 97)
        for name, key in zip(NAMES, keys, strict=False)
    ]
)


def test_allot_without_ties_gives_the_prizes_in_order():
    seats = prizes.allot(LEVELS, ranked(*"abcdefg"), ties=Ties.COMMITTEE)

    given_out = "Nhất a, Nhì b, Nhì c, Ba d, Ba e, Ba f"
    assert ", ".join(f"{title} {who}" for title, who in held(seats)) == given_out
    assert [seat.place for seat in seats] == [1, 2, 3, 4, 5, 6]


def test_allot_with_too_few_people_leaves_prizes_without_a_holder():
    seats = prizes.allot(LEVELS, ranked("a", "b"), ties=Ties.LOT)

    assert [seat.who for seat in seats] == ["a", "b", None, None, None, None]
    assert not any(seat.is_open for seat in seats)


def test_tie_within_a_level_needs_no_decision():
    seats = prizes.allot(LEVELS, ranked("a", "bc", "d"), ties=Ties.COMMITTEE)

    assert held(seats)[:3] == [("Nhất", "a"), ("Nhì", "b"), ("Nhì", "c")]
    assert [seat.place for seat in seats[:4]] == [1, 2, 2, 4]


def test_tie_over_the_last_place_gives_more_prizes_where_the_rules_say_so():
    seats = prizes.allot(LEVELS, ranked("a", "b", "cd", "e"), ties=Ties.MORE)

    assert held(seats) == [("Nhất", "a"), ("Nhì", "b"), ("Nhì", "c"), ("Nhì", "d"), ("Ba", "e")]
    assert {seat.value for seat in seats[1:4]} == {2_000_000}


def test_tie_over_the_last_place_shares_what_is_left_to_the_dong():
    three = [Level("Nhất", 1, 1_000_000), Level("Nhì", 1, 500_000)]

    seats = prizes.allot(three, ranked("abc", "d"), ties=Ties.SHARE)

    assert [(seat.who, seat.level, seat.value) for seat in seats] == [
        ("a", 0, 333_333),
        ("b", 0, 333_333),
        ("c", 0, 333_333),
        ("d", 1, 500_000),
    ]


def test_tie_over_the_last_place_goes_by_the_lot():
    people = [Placed("a", "1", lot=9), Placed("b", "1", lot=2), Placed("c", "2", lot=0)]

    seats = prizes.allot([Level("Nhất", 1), Level("Nhì", 1)], people, ties=Ties.LOT)

    assert [(seat.who, seat.place) for seat in seats] == [("b", 1), ("a", 1)]


def test_tie_over_two_levels_is_left_to_the_committee_and_the_next_go_on_behind():
    seats = prizes.allot(LEVELS, ranked("ab", "c", "d"), ties=Ties.COMMITTEE)

    assert seats[:4] == [
        Seat(0, 1, None, 1, 3_000_000, ("a", "b")),
        Seat(1, 1, None, 1, 2_000_000, ("a", "b")),
        Seat(1, 2, "c", 3, 2_000_000),
        Seat(2, 1, "d", 4, 1_000_000),
    ]


def test_tie_larger_than_all_prizes_left_is_left_to_the_committee():
    seats = prizes.allot([Level("Nhất", 1, 5)], ranked("abc"), ties=Ties.COMMITTEE)

    assert seats == [Seat(0, 1, None, 1, 5, ("a", "b", "c"))]


def test_least_score_keeps_people_out_but_their_place_stays():
    people = [Placed("a", "1", Decimal(9)), Placed("b", "2", Decimal(5)), Placed("c", "3")]

    seats = prizes.allot(
        [Level("Nhất", 1), Level("Nhì", 2)], people, ties=Ties.LOT, least_score=Decimal(5)
    )

    assert [(seat.who, seat.place) for seat in seats] == [("a", 1), ("b", 2), (None, None)]


@given(levels, rankings, st.sampled_from(Ties), st.randoms(use_true_random=False))
def test_allot_does_not_depend_on_the_order_in_which_people_come(given_levels, people, ties, rng):
    shuffled = list(people)
    rng.shuffle(shuffled)

    assert prizes.allot(given_levels, shuffled, ties=ties) == prizes.allot(
        given_levels, people, ties=ties
    )


@given(levels, rankings)
def test_more_prizes_gives_each_level_to_all_who_would_stand_in_it(given_levels, people):
    seats = prizes.allot(given_levels, people, ties=Ties.MORE)

    left, expected = list(people), set()
    for at, level in enumerate(given_levels):
        better = {one.who: sum(o.key < one.key for o in left) for one in left}
        won = [one for one in left if better[one.who] < level.count]
        expected |= {(at, one.who) for one in won}
        left = [one for one in left if one not in won]
    assert {(seat.level, seat.who) for seat in seats if seat.who} == expected


@given(levels, rankings)
def test_committee_decides_exactly_where_equal_people_would_get_different_things(
    given_levels, people
):
    seats = prizes.allot(given_levels, people, ties=Ties.COMMITTEE)

    flat = [at for at, level in enumerate(given_levels) for _ in range(level.count)]
    assert [seat.level for seat in seats] == flat
    for one in people:
        above = sum(o.key < one.key for o in people)
        same = sum(o.key == one.key for o in people)
        mine = {*flat[above : above + same]} | ({None} if above + same > len(flat) else set())
        holds = [seat.level for seat in seats if seat.who == one.who]
        assert holds == (list(mine) if len(mine) == 1 and mine != {None} else [])
        open_to = {seat.level for seat in seats if one.who in seat.candidates}
        assert open_to == (mine - {None} if len(mine) > 1 else set())


@given(levels, rankings)
def test_sharing_never_costs_more_than_the_prizes(given_levels, people):
    seats = prizes.allot(given_levels, people, ties=Ties.SHARE)

    for at, level in enumerate(given_levels):
        paid = sum(seat.value for seat in seats if seat.level == at and seat.who)
        assert paid <= level.count * level.value


# --- One person, one prize ---------------------------------------------------------------------


def week(key, once, *groups, value=1000):
    rule = IndividualRule((Level("Nhất", 1, value), Level("Nhì", 1, value // 2)), once=once)
    return Contended(key, rule, tuple(ranked(*groups)))


def winners(found):
    return {key: [seat.who for seat in seats] for key, seats in found.items()}


def test_many_prizes_for_one_person_are_given_where_the_rules_allow():
    lists = [week("1", Once.MANY, *"abc"), week("2", Once.MANY, *"acb")]

    assert winners(prizes.allot_all(lists)) == {"1": ["a", "b"], "2": ["a", "c"]}


def test_first_prize_counts_and_later_lists_pass_the_winner_over():
    lists = [week("1", Once.FIRST, *"abc"), week("2", Once.FIRST, *"abcd")]

    assert winners(prizes.allot_all(lists)) == {"1": ["a", "b"], "2": ["c", "d"]}


def test_higher_prize_is_kept_and_the_lower_goes_to_the_next():
    lists = [week("1", Once.HIGHER, *"abc"), week("2", Once.HIGHER, *"bcd", value=5000)]

    assert winners(prizes.allot_all(lists)) == {"1": ["a", None], "2": ["b", "c"]}


def test_higher_prize_of_equal_worth_is_the_one_of_the_earlier_list():
    lists = [week("1", Once.HIGHER, *"abc"), week("2", Once.HIGHER, *"acd")]

    assert winners(prizes.allot_all(lists)) == {"1": ["a", "b"], "2": ["c", "d"]}


many_lists = st.lists(
    st.tuples(st.permutations(NAMES), st.integers(1, 5), st.integers(1, 3)), min_size=1, max_size=4
)


@given(many_lists, st.randoms(use_true_random=False))
def test_keeping_the_higher_prize_is_fair_to_everybody(drawn, rng):
    lists = [
        Contended(
            str(at),
            IndividualRule((Level("Nhất", first, 100 * worth + at), Level("Nhì", 2, 50 + at))),
            tuple(ranked(*order)),
        )
        for at, (order, worth, first) in enumerate(drawn)
    ]

    found = prizes.allot_all(lists)

    worth_of = {}
    for one in lists:
        for seat in found[one.key]:
            assert seat.who not in worth_of
            if seat.who is not None:
                worth_of[seat.who] = one.rule.levels[seat.level].value
    for one in lists:
        order = [placed.who for placed in one.ranked]
        for seat in found[one.key]:
            value = one.rule.levels[seat.level].value
            passed = order if seat.who is None else order[: order.index(seat.who)]
            # Whoever stands above and does not have this prize has one worth as much at least.
            assert all(worth_of.get(who, -1) >= value for who in passed)
    shuffled = rng.sample(lists, len(lists))
    assert prizes.allot_all(shuffled) == found


def test_decided_list_counts_as_it_was_decided():
    first = week("1", Once.HIGHER, *"abc", value=5000)
    decided = Contended("1", first.rule, first.ranked, decided=((0, "c"),))

    found = prizes.allot_all([decided, week("2", Once.HIGHER, *"cab")])

    assert winners(found) == {"1": ["c"], "2": ["a", "b"]}


def test_holder_of_a_decided_lower_prize_is_proposed_for_the_higher_one():
    first = week("1", Once.HIGHER, *"abc", value=500)
    decided = Contended("1", first.rule, decided=((1, "b"),))

    found = prizes.allot_all([decided, week("2", Once.HIGHER, *"bca")])

    assert winners(found) == {"1": ["b"], "2": ["b", "c"]}


# --- As kept -----------------------------------------------------------------------------------


@pytest.mark.parametrize("least", [None, Decimal("7.5")])
def test_individual_rule_reads_back_as_it_was_written(least):
    rule = IndividualRule(LEVELS, Ties.SHARE, Once.FIRST, least, publishes_names=True)

    assert prizes.individual_from(rule.written()) == rule


def test_problems_name_a_title_twice_and_a_lower_prize_worth_more():
    wrong = [Level("Nhất", 1, 100), Level("Nhất", 1, 200)]

    assert [one.message for one in prizes.problems(wrong)] == [
        "“%(title)s” stands in the list of prizes twice.",
        "A lower prize is worth more than a higher one.",
    ]
    assert [one.message for one in prizes.problems([])] == ["Name at least one prize."]
    assert prizes.problems(LEVELS) == []

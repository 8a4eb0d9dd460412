from hypothesis import given
from hypothesis import strategies as st

from questions.rules import comparing
from questions.rules.comparing import Pair
from questions.rules.likening import THRESHOLD, likeness, shingles

sets = st.dictionaries(
    st.integers(-40, 40), st.frozensets(st.integers(0, 30), max_size=14), max_size=14
)


def brute(known, of=None):
    keys = sorted(known)
    pairs = [(one, other) for n, one in enumerate(keys) for other in keys[n + 1 :]]
    asked = [pair for pair in pairs if of is None or set(pair) & set(of)]
    shares = {pair: likeness(known[pair[0]], known[pair[1]]) for pair in asked}
    return {pair: share for pair, share in shares.items() if share >= THRESHOLD}


def found(pairs):
    return {(pair.one, pair.other): round(pair.share, 9) for pair in pairs}


@given(sets)
def test_alike_finds_just_the_pairs_that_comparing_all_finds(known):
    packed = {key: comparing.pack(one) for key, one in known.items()}

    pairs = comparing.alike(packed)

    assert found(pairs) == {pair: round(share, 9) for pair, share in brute(known).items()}
    assert [pair.share for pair in pairs] == sorted((pair.share for pair in pairs), reverse=True)


@given(sets, st.sets(st.integers(-40, 40), max_size=3))
def test_alike_of_some_finds_just_the_pairs_with_one_of_them(known, of):
    packed = {key: comparing.pack(one) for key, one in known.items()}

    pairs = comparing.alike(packed, of)

    assert found(pairs) == {pair: round(share, 9) for pair, share in brute(known, of).items()}


@given(sets, st.sets(st.integers(-40, 40), min_size=1))
def test_alike_of_many_finds_what_it_finds_of_few(known, of):
    packed = {key: comparing.pack(one) for key, one in sorted(known.items()) if one}
    if not packed:
        return

    corpus = comparing._Corpus(packed, frozenset(of))

    assert found(corpus.pairs()) == found(corpus.pairs_of_few())


@given(st.frozensets(st.integers(0, 2**32 - 1), max_size=30))
def test_unpack_gives_back_what_was_packed(one):
    assert comparing.unpack(comparing.pack(one)) == one


def test_twins_names_each_question_of_a_pair_for_the_other():
    assert comparing.twins([Pair(1, 4, 1.0), Pair(1, 7, 0.8)]) == {
        1: [(4, 1.0), (7, 0.8)],
        4: [(1, 1.0)],
        7: [(1, 0.8)],
    }


def test_alike_when_only_marks_capitals_and_order_differ_then_they_are_the_same():
    one = shingles("Cơ quan nào chủ trì Hội thi?", ["Sở Nội vụ", "Tỉnh Đoàn"])
    other = shingles("co quan nao CHU TRI hoi thi", ["tinh doan", "so noi vu"])

    pairs = comparing.alike({1: comparing.pack(one), 2: comparing.pack(other)})

    assert pairs == [Pair(1, 2, 1.0)]

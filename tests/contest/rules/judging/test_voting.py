"""Parts that are counted or voted: which votes count, what they weigh, what looks wrong."""

import hashlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.rules.judging import measured, sealing, table, voting
from contest.rules.judging.deducting import TimeRule
from contest.rules.judging.deviating import DeviationRule
from contest.rules.judging.measured import MeasureRule, Scale
from contest.rules.judging.rubric import Criterion, Rubric
from contest.rules.judging.sealing import Protocol
from contest.rules.judging.terms import Basis, Rule, Terms
from contest.rules.judging.ties import ChainStep, TieStep
from contest.rules.judging.voting import Sign, Void, Vote, VoteRule

NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)
RULE = VoteRule(NOON, NOON + timedelta(hours=1), per_device=2, per_network=3)
CODES = [f"ghế {at}" for at in range(50)]


def vote(id_, code=0, entry="A", *, after=0, network="", device=""):
    at = NOON + timedelta(seconds=after)
    return Vote(id_, CODES[code] if isinstance(code, int) else code, entry, at, network, device)


def test_voided_tells_why_a_vote_does_not_count():
    votes = [
        vote("late", 1, after=3600),
        vote("early", 2, after=-1),
        vote("strange", "giả"),
        vote("nobody", 3, entry="Z"),
        vote("struck", 4),
        vote("good", 5, after=10),
        vote("again", 5, after=20),
    ]

    found = voting.voided(RULE, votes, CODES, "AB", {"struck"})

    assert found == {
        "late": Void.OUTSIDE_HOURS,
        "early": Void.OUTSIDE_HOURS,
        "strange": Void.UNKNOWN_CODE,
        "nobody": Void.UNKNOWN_ENTRY,
        "struck": Void.BY_DECISION,
        "again": Void.CODE_USED,
    }
    assert voting.tally(votes, found, "AB") == {"A": 1, "B": 0}


def test_voided_holds_devices_and_networks_to_their_caps():
    votes = [vote(str(at), at, after=at, device="máy", network="mạng") for at in range(4)]
    votes += [vote(str(at), at, after=at, device=f"máy {at}", network="mạng") for at in (5, 6)]

    found = voting.voided(RULE, votes, CODES, "A")

    assert found == {
        "2": Void.DEVICE_CAP,
        "3": Void.DEVICE_CAP,
        "6": Void.NETWORK_CAP,
    }


def test_voided_does_not_hold_back_what_came_without_a_source():
    votes = [vote(str(at), at, after=at) for at in range(9)]

    assert voting.voided(RULE, votes, CODES, "A") == {}


def test_voided_does_not_depend_on_the_order_votes_are_read_in():
    votes = [vote(str(at), at % 3, after=at, device="máy") for at in range(8)]

    assert voting.voided(RULE, votes[::-1], CODES, "A") == voting.voided(RULE, votes, CODES, "A")


def test_points_are_in_proportion_to_the_most_voted():
    assert voting.points({"A": 300, "B": 100, "C": 0}, Decimal(5)) == {
        "A": Decimal(5),
        "B": Decimal("1.666666667"),
        "C": Decimal(0),
    }
    assert voting.points({"A": 0}, Decimal(5)) == {"A": 0}


amounts = st.dictionaries(
    st.sampled_from("ABCDEF"), st.integers(0, 400).map(lambda n: Decimal(n) / 4), min_size=2
)


@given(
    amounts, st.dictionaries(st.sampled_from("ABCDEF"), st.integers(0, 9999)), st.integers(0, 20)
)
def test_with_vote_never_turns_what_the_jury_put_further_apart_than_the_cap(jury, counts, most):
    found = voting.with_vote(jury, counts, Decimal(most))

    for one in jury:
        assert jury[one] <= found[one] <= jury[one] + most
        for other in jury:
            if jury[one] - jury[other] > most:
                assert found[one] > found[other]


def test_anomalies_show_a_burst_and_a_network():
    calm = [vote(f"c{at}", at % 50, after=40 * at, network=f"mạng {at % 30}") for at in range(90)]
    burst = [vote(f"b{at}", 0, "B", after=600 + at, network="quán", device="") for at in range(40)]
    other = [vote(f"o{at}", 0, "B", after=90 * at, network=f"mạng {at}") for at in range(30)]

    found = voting.anomalies(calm + burst + other)

    assert {(one.sign, one.entry) for one in found} == {(Sign.MINUTE, "B"), (Sign.NETWORK, "B")}
    assert [(one.where, one.count) for one in found if one.sign is Sign.NETWORK] == [("quán", 40)]
    assert max(one.chance for one in found) < voting.RARE


def test_anomalies_need_another_place_to_compare_with():
    hall = [vote(f"h{at}", at % 50, after=60 * at, network="hội trường") for at in range(60)]

    assert voting.anomalies(hall) == []


def test_anomalies_of_a_calm_vote_are_none():
    calm = [vote(f"c{at}", at % 50, after=40 * at, network=f"mạng {at % 30}") for at in range(90)]

    assert voting.anomalies(calm) == []


@pytest.mark.parametrize(("count", "expected"), [(1, 0.5), (3, 2.0), (12, 4.0), (30, 2.0)])
def test_at_least_agrees_with_the_sum_of_poisson(count, expected):
    term, total = exp(-expected), 0.0
    for k in range(count + 200):
        total += term if k >= count else 0
        term *= expected / (k + 1)

    assert voting.at_least(count, expected) == pytest.approx(total, rel=1e-9)


def test_vote_rules_that_cannot_be_are_told():
    assert len(VoteRule(NOON, NOON).problems()) == 1
    assert len(VoteRule(NOON, NOON, per_device=0).problems()) == 2
    assert RULE.problems() == []


# --- Measured parts ----------------------------------------------------------------------------

VIEWS = {"A": Decimal(9999), "B": Decimal(99), "C": Decimal(0)}


@pytest.mark.parametrize(
    ("rule", "points"),
    [
        (MeasureRule(Decimal(30), Scale.LOG), [30, 15, 0]),
        (MeasureRule(Decimal(30), Scale.LINEAR), [30, 30 * 99 / 9999, 0]),
        (MeasureRule(Decimal(30), Scale.LINEAR, cap=198), [30, 15, 0]),
        (MeasureRule(Decimal(30), Scale.RANK), [30, 15, 0]),
        (MeasureRule(Decimal(30), Scale.LOG, cap=99), [30, 30, 0]),
    ],
)
def test_points_of_counts_by_scale(rule, points):
    found = rule.points(VIEWS)

    assert [float(found[entry]) for entry in "ABC"] == pytest.approx(points, abs=1e-9)


def test_points_of_nothing_counted_are_nothing():
    none = {"A": Decimal(0), "B": Decimal(0)}

    assert set(MeasureRule(Decimal(30)).points(none).values()) == {0}
    assert MeasureRule(Decimal(30), Scale.RANK).points(none) == {"A": 15, "B": 15}
    assert MeasureRule(Decimal(30), Scale.RANK).points({"A": Decimal(7)}) == {"A": 30}


def test_count_weighs_figures():
    rule = MeasureRule(Decimal(30), weights={"views": Decimal("0.1"), "shares": Decimal(2)})

    assert rule.count({"views": 500, "shares": 20, "likes": 900}) == 90
    assert MeasureRule(Decimal(30)).count({"views": 5, "likes": 2}) == 7


@given(st.dictionaries(st.sampled_from("ABCDE"), st.integers(0, 10**6).map(Decimal), min_size=1))
def test_points_keep_the_order_of_counts_and_the_cap(counts):
    for scale in Scale:
        found = MeasureRule(Decimal(30), scale, cap=5000).points(counts)

        assert all(0 <= one <= 30 for one in found.values())
        for one in counts:
            for other in counts:
                assert counts[one] < counts[other] or found[one] >= found[other]


def test_measure_rule_reads_what_it_wrote():
    rule = MeasureRule(Decimal(30), Scale.LOG, 5000, {"views": Decimal("0.1")})

    assert measured.read(rule.written()) == rule
    assert len(MeasureRule(Decimal(0), cap=0, weights={"views": Decimal(-1)}).problems()) == 3


def test_is_plausible_by_the_share_of_views():
    assert measured.is_plausible(64, 100, 65)
    assert not measured.is_plausible(65, 100, 65)


# --- Sealing -----------------------------------------------------------------------------------

PROTOCOL = Protocol(
    Rubric((Criterion("content", "Nội dung", Decimal(70)), Criterion("form", "Hình thức"))),
    Terms(Rule.TRIMMED, drop=1),
    (ChainStep(TieStep.CRITERION, "content"), ChainStep(TieStep.LOT)),
    DeviationRule(Decimal(20)),
    TimeRule(1200),
    sealing.seed_digest(b"h"),
)


def test_protocol_reads_what_it_wrote_and_keeps_its_seal():
    again = sealing.read(PROTOCOL.written())

    assert again == PROTOCOL
    assert again.digest == PROTOCOL.digest
    assert again.problems() == []


def test_protocol_changed_anywhere_has_another_seal():
    others = [
        Protocol(PROTOCOL.rubric, Terms(Rule.TRIMMED, drop=2), PROTOCOL.chain),
        Protocol(PROTOCOL.rubric, PROTOCOL.terms, PROTOCOL.chain[:1]),
        Protocol(Rubric(PROTOCOL.rubric.criteria, Decimal(10)), PROTOCOL.terms, PROTOCOL.chain),
    ]

    assert len({PROTOCOL.digest, *(one.digest for one in others)}) == 4


def test_protocol_that_names_what_is_not_there_is_told():
    bad = Protocol(
        PROTOCOL.rubric,
        Terms(Rule.BORDA),
        (ChainStep(TieStep.CRITERION, "beauty"), ChainStep(TieStep.LOT)),
    )

    assert [dict(one.values) for one in bad.problems()] == [{"id": "beauty"}, {}]


def test_protocol_of_judges_of_single_criteria_adds_up_criteria():
    shared = Rubric((Criterion("a", "A", panel="kỹ thuật"), Criterion("b", "B", panel="sân khấu")))

    assert len(Protocol(shared, Terms(Rule.MEAN)).problems()) == 1
    assert Protocol(shared, Terms(Rule.MEAN, Basis.CRITERION)).problems() == []


def test_digest_is_that_of_the_canonical_text():
    text = '{"a":"ơ","b":[1,2]}'

    assert sealing.digest({"b": [1, 2], "a": "ơ"}) == hashlib.sha256(text.encode()).hexdigest()


def test_commitment_binds_to_one_score():
    sealed = sealing.commitment(b"n" * 16, "BT-07", "GK1", Decimal("8.50"))

    assert sealing.was_committed(sealed, b"n" * 16, "BT-07", "GK1", Decimal("8.5"))
    assert not sealing.was_committed(sealed, b"n" * 16, "BT-07", "GK1", Decimal("8.75"))
    assert not sealing.was_committed(sealed, b"m" * 16, "BT-07", "GK1", Decimal("8.5"))
    assert not sealing.was_committed(sealed, b"n" * 16, "BT-07", "GK2", Decimal("8.5"))


def test_log_scale_is_that_of_the_natural_logarithm():
    found = MeasureRule(Decimal(30)).points({"A": Decimal(1000), "B": Decimal(40)})

    assert found["B"] == table.quantised(Decimal(repr(30 * log(41) / log(1001))))

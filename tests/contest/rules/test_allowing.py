"""The attempt policy."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from contest.rules.allowing import AttemptPolicy, EarlierAttempt, Verdict, may_start
from core.saying import Sentence
from core.vietnam import civil_day, parse_moment

NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TICK = timedelta(microseconds=1)

limits = st.none() | st.integers(1, 4)
policies = st.builds(
    AttemptPolicy,
    max_in_contest=limits,
    max_in_round=limits,
    max_per_day=limits,
    min_interval_minutes=st.sampled_from([0, 60, 1500]),
)
histories = st.lists(
    st.builds(
        EarlierAttempt,
        started_at=st.integers(0, 4000).map(lambda n: NOON - n * MINUTE),
        in_this_round=st.booleans(),
        is_practice=st.sampled_from([False, False, True]),
    ),
    max_size=5,
)


@given(policies, histories)
def test_may_start_says_the_first_moment_that_is_allowed(policy, earlier):
    verdict = may_start(policy, earlier, NOON)
    if verdict.allowed or verdict.next_at is None:
        return

    around = [may_start(policy, earlier, verdict.next_at + step).allowed for step in (-TICK, TICK)]

    assert around == [False, True]
    assert may_start(policy, earlier, verdict.next_at).allowed


@given(policies, histories)
def test_may_start_never_exceeds_a_limit(policy, earlier):
    official = [a for a in earlier if not a.is_practice]
    here = [a for a in official if a.in_this_round]
    today = [a for a in here if civil_day(a.started_at) == civil_day(NOON)]
    since = min((NOON - a.started_at for a in here), default=timedelta.max)

    verdict = may_start(policy, earlier, NOON)

    within = [
        policy.max_in_contest is None or len(official) < policy.max_in_contest,
        policy.max_in_round is None or len(here) < policy.max_in_round,
        policy.max_per_day is None or len(today) < policy.max_per_day,
        since >= timedelta(minutes=policy.min_interval_minutes),
    ]
    assert verdict.allowed == all(within)


@given(policies, histories, st.integers(1, 3))
def test_may_start_never_counts_practice(policy, earlier, count):
    practice = [EarlierAttempt(NOON - MINUTE, is_practice=True, is_running=True)] * count

    assert may_start(policy, earlier + practice, NOON) == may_start(policy, earlier, NOON)


def test_may_start_once_a_day_waits_for_the_next_day_in_viet_nam():
    late = parse_moment("23h59 23/11/2026")
    policy = AttemptPolicy(max_in_round=2, max_per_day=1)

    verdict = may_start(policy, [EarlierAttempt(late)], late)

    midnight = parse_moment("24h00 23/11/2026")
    message = "All %(count)s attempts of today are used. The next is possible from %(moment)s."
    reason = Sentence(message, {"count": 1, "moment": midnight})
    assert verdict == Verdict(False, reason, midnight, 1)


def test_may_start_too_soon_says_the_longer_wait():
    policy = AttemptPolicy(max_in_round=None, max_per_day=5, min_interval_minutes=60)

    verdict = may_start(policy, [EarlierAttempt(NOON - 20 * MINUTE)], NOON)

    message = "Attempts must be %(minutes)s minutes apart. The next is possible from %(moment)s."
    ready = NOON + 40 * MINUTE
    reason = Sentence(message, {"minutes": 60, "moment": ready})
    assert verdict == Verdict(False, reason, ready, None)


def test_may_start_with_two_waits_is_possible_after_the_longer():
    policy = AttemptPolicy(max_in_round=None, max_per_day=1, min_interval_minutes=24 * 60)

    verdict = may_start(policy, [EarlierAttempt(NOON - MINUTE)], NOON)

    assert verdict.next_at == NOON - MINUTE + timedelta(days=1)
    assert may_start(policy, [EarlierAttempt(NOON - MINUTE)], verdict.next_at).allowed


def test_may_start_in_another_round_counts_only_for_the_contest():
    policy = AttemptPolicy(max_in_contest=3, max_in_round=2)
    earlier = [EarlierAttempt(NOON - MINUTE, in_this_round=False)]

    assert may_start(policy, earlier, NOON) == Verdict(True, None, NOON, 2)


def test_may_start_when_the_contest_is_used_up_is_never_again():
    policy = AttemptPolicy(max_in_contest=1, max_in_round=2)
    earlier = [EarlierAttempt(NOON - MINUTE, in_this_round=False)]

    message = "All %(count)s attempts allowed in this contest are used."
    refused = Verdict(False, Sentence(message, {"count": 1}), None, 0)
    assert may_start(policy, earlier, NOON) == refused


def test_may_start_when_the_round_is_used_up_says_so():
    message = "All %(count)s attempts allowed in this round are used."

    verdict = may_start(AttemptPolicy(), [EarlierAttempt(NOON - MINUTE)], NOON)

    assert verdict == Verdict(False, Sentence(message, {"count": 1}), None, 0)


def test_may_start_while_one_is_running_is_refused():
    running = EarlierAttempt(NOON - MINUTE, is_running=True)

    verdict = may_start(AttemptPolicy(max_in_round=3), [running], NOON)

    reason = Sentence("Hand in the attempt that is running first.")
    assert verdict == Verdict(False, reason, None, 2)

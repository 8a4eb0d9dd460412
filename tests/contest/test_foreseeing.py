"""Prizes that would change hands: of people, units and overall tables, before anybody decides."""

from datetime import timedelta

import pytest

from contest import allotting, awarding, foreseeing, offering, recomputing, revising, totalling
from contest.models import Attempt, PrizeKind
from contest.offering import RuleSettings
from contest.rules.changing import Change, ChangeKind
from contest.rules.collective import Measure
from contest.rules.comparing import Lines
from contest.rules.prizes import IndividualRule, Level, Once, Ties
from contest.rules.ranking import Key, natural
from contest.rules.totalling import OverallRule, OverallTerms
from contest.totalling import TableSettings
from core.db import db
from tests import factories
from tests.contest import winning
from tests.contest.winning import computed, taken

FIRST = (Level("Giải Nhất", 1, 3_000_000),)


@pytest.fixture
def board(app):
    return [factories.account(full_name=name) for name in ("Lê Thị Mai", "Phạm Đức Hùng")]


@pytest.fixture
def round_(app, noon):
    return factories.round_(opens_at=noon, contest=factories.contest(headcount_on=winning.DAY))


def after(round_):
    return round_.closes_at + timedelta(hours=1)


def annulled(round_, enrolment):
    attempt = db.session.query(Attempt).filter_by(round_id=round_.id, enrolment_id=enrolment.id)
    return [Change(ChangeKind.ANNUL, attempt.one().public_id)]


def seen(round_, changes):
    found = recomputing.preview(round_, changes, Lines(), at=after(round_)).prizes
    return {(one.prizes, one.who, one.before, one.after, one.is_unit) for one in found}


def agreed(round_, changes, board):
    made = revising.draft(round_, board[0], at=after(round_))
    for one in changes:
        revising.add(made, one, board[0])
    revising.propose(made, board[0], reason="Theo biên bản số 3", at=after(round_))
    return revising.agree(made, board[1], reason="Nhất trí", at=after(round_))


def awarded(rule, board, at):
    draft = awarding.draft(rule, board[0], at=at)
    awarding.propose(draft, board[0], reason="Họp Ban Tổ chức", at=at)
    return awarding.agree(draft, board[1], reason="Đồng ý", at=at)


def holders(rule):
    db.session.expire_all()
    return [one.who for one in allotting.derive(rule).seats]


# --- Units -------------------------------------------------------------------------------------


@pytest.fixture
def units(round_):
    """Two units of four: the first has the better mean, by one person who has everything right."""
    first, second = (winning.taking_part(round_.contest, n) for n in ("Sở Nội vụ", "Sở Tư pháp"))
    people = {}
    for unit, marks in ((first, (3, 2)), (second, (2, 2))):
        winning.headcount(unit, 4)
        row = {"unit_id": unit.id, "counted_unit_id": unit.id, "category": "civil_servant"}
        people[unit.id] = [
            taken(round_, factories.enrolment(round_.contest, **row), correct=mark, seconds=60 + at)
            for at, mark in enumerate(marks)
        ]
    computed(round_)
    return first, second, people


def test_a_unit_that_would_lose_its_best_person_loses_the_prize_for_the_mean(round_, units, board):
    first, second, people = units
    rule = winning.unit_prizes(round_.contest, board[0], Measure.MEAN_SCORE)
    changes = annulled(round_, people[first.id][0])
    title = "Giải Nhất tập thể"
    assert holders(rule) == [first.public_id]

    told = seen(round_, changes)

    # Both units would have a mean of two: the committee would have to choose.
    assert told == {("Giải tập thể", first.public_id, title, "", True)}
    agreed(round_, changes, board)
    assert holders(rule) == [None]
    assert second.public_id in allotting.derive(rule).seats[0].candidates


def test_prizes_of_people_that_hold_move_the_points_of_their_units(round_, units, board):
    first, second, people = units
    people_rule = winning.prizes(round_, board[0], levels=FIRST, ties=Ties.LOT)
    awarded(people_rule, board, round_.closes_at)
    rule = winning.unit_prizes(
        round_.contest, board[0], Measure.PRIZE_POINTS, points=(("Giải Nhất", 10),)
    )
    assert holders(rule) == [first.public_id]
    # The best of the second unit is faster than who is left of the first.
    changes = annulled(round_, people[first.id][0])

    told = seen(round_, changes)

    best, other = people[first.id][0], people[second.id][0]
    assert ("Giải cá nhân", best.public_id, "Giải Nhất", "", False) in told
    assert ("Giải cá nhân", other.public_id, "", "Giải Nhất", False) in told
    title = "Giải Nhất tập thể"
    assert {one for one in told if one[-1]} == {
        ("Giải tập thể", first.public_id, title, "", True),
        ("Giải tập thể", second.public_id, "", title, True),
    }
    agreed(round_, changes, board)
    awarded(people_rule, board, after(round_))
    assert holders(rule) == [second.public_id]


def test_a_prize_for_the_rate_stays_when_an_attempt_is_annulled(round_, units, board):
    first, _second, people = units
    winning.unit_prizes(round_.contest, board[0], Measure.RATE)

    assert seen(round_, annulled(round_, people[first.id][0])) == set()


# --- Overall tables ----------------------------------------------------------------------------


@pytest.fixture
def weeks(round_):
    """Two rounds of three people: An leads by the first and is last in the second."""
    later = factories.round_(
        contest=round_.contest, number=2, blueprint=round_.blueprint, opens_at=round_.closes_at
    )
    people = [winning.person(round_.contest, n) for n in ("Trần An", "Lê Bình", "Y Cường")]
    for at, (one, first, second) in enumerate(zip(people, (3, 2, 1), (1, 2, 2), strict=True)):
        taken(round_, one, correct=first, seconds=60 + at)
        taken(later, one, correct=second, seconds=60 + at)
    computed(round_)
    computed(later)
    return later, people


def table_of(rounds, actor, rule=OverallRule.SUM, **more):
    weights = {one.id: 1_000_000 for one in rounds}
    terms = OverallTerms(rule, natural(Key.SCORE, Key.DURATION_MS), weights, **more)
    settings = TableSettings("Bảng tổng", terms)
    return totalling.create(rounds[0].contest, settings, actor, at=rounds[0].opens_at)


def by_table(table, actor):
    rule = IndividualRule(winning.LEVELS, Ties.COMMITTEE, Once.HIGHER)
    settings = RuleSettings(
        "Giải toàn cuộc", PrizeKind.INDIVIDUAL, rule.written(), table_id=table.id
    )
    return offering.add_rule(table.contest, settings, actor, at=table.created_at)


@pytest.mark.parametrize("rule", list(OverallRule))
def test_prizes_by_a_table_are_foreseen_as_the_table_computed_anew_gives_them(
    round_, weeks, board, rule
):
    later, (an, *_others) = weeks
    table = table_of([round_, later], board[0], rule)
    totalling.compute(table, board[0], reason="", at=later.closes_at)
    prizes, changes = by_table(table, board[0]), annulled(round_, an)
    titles = [level.title for level in winning.LEVELS]
    before = {s.who: titles[s.level] for s in allotting.derive(prizes).seats if s.who}

    told = seen(round_, changes)

    agreed(round_, changes, board)
    totalling.compute(table, board[0], reason="Sau khi hủy bài", at=after(later))
    db.session.expire_all()
    now = {s.who: titles[s.level] for s in allotting.derive(prizes).seats if s.who}
    assert told == {
        ("Giải toàn cuộc", who, before.get(who, ""), now.get(who, ""), False)
        for who in before.keys() | now.keys()
        if before.get(who) != now.get(who)
    }
    assert told


def test_a_table_without_the_round_is_left_alone(round_, weeks, board):
    later, (an, *_others) = weeks
    third = factories.round_(
        contest=round_.contest, number=3, blueprint=round_.blueprint, opens_at=later.closes_at
    )
    taken(third, an, correct=3)
    computed(third)
    table = table_of([later, third], board[0])
    totalling.compute(table, board[0], reason="", at=third.closes_at)
    by_table(table, board[0])

    assert seen(round_, annulled(round_, an)) == set()


def test_nothing_is_written_by_foreseeing(round_, units, board):
    first, _second, people = units
    winning.unit_prizes(round_.contest, board[0], Measure.MEAN_SCORE)
    run = round_.current_run_id

    seen(round_, annulled(round_, people[first.id][0]))

    assert not db.session.new
    assert not db.session.dirty
    db.session.expire_all()
    assert round_.current_run_id == run


def test_prizes_of_a_provisional_run_cross_nothing(round_, noon):
    run = type("Run", (), {"is_provisional": True})()

    assert foreseeing.crossed([(run, {})]) == []
    assert foreseeing.crossed([]) == []

"""Winners: proposed by the rule, changed with a reason, agreed to by a second person."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from accounts.models import AuditEntry
from contest import (
    adjusting,
    allotting,
    award_queries,
    awarding,
    offering,
    publishing,
    rederiving,
    run_queries,
    totalling,
)
from contest.errors import (
    AlreadyDecided,
    CannotAward,
    CannotDecide,
    PrizesGiven,
    RoundNotReady,
    SamePerson,
)
from contest.models import AwardList, PrizeKind
from contest.offering import RuleSettings
from contest.rules.awards import Change, Crossing, ListState
from contest.rules.collective import Measure
from contest.rules.prizes import IndividualRule, Level, Once, Ties
from contest.rules.ranking import Key, natural
from contest.rules.totalling import OverallRule, OverallTerms
from contest.rules.unit_groups import UnitGroup
from contest.totalling import TableSettings
from core.db import atomic, db, writing
from tests import factories
from tests.contest import winning
from tests.contest.winning import computed, field, person, prizes, taken


@pytest.fixture
def mai(app):
    return factories.account(full_name="Lê Thị Mai")


@pytest.fixture
def hung(app):
    return factories.account(full_name="Phạm Đức Hùng")


@pytest.fixture
def round_(app, noon):
    return factories.round_(opens_at=noon)


@pytest.fixture
def people(round_):
    found = field(round_, "Trần Thị An", "Lê Văn Bình", "Y Cường Niê", "H’Dung Mlô")
    computed(round_)
    return found


def holders(one):
    return [(a.title, a.enrolment.account.full_name if a.enrolment else None) for a in one.awards]


def agreed(rule, mai, hung, at):
    draft = awarding.draft(rule, mai, at=at)
    awarding.propose(draft, mai, reason="Họp Ban Tổ chức", at=at)
    return awarding.agree(draft, hung, reason="Đồng ý", at=at)


def test_draft_gives_the_prizes_by_the_ranking(round_, people, mai, noon):
    draft = awarding.draft(prizes(round_, mai), mai, at=noon)

    assert draft.state is ListState.DRAFT
    assert holders(draft) == [
        ("Giải Nhất", "Trần Thị An"),
        ("Giải Nhì", "Lê Văn Bình"),
        ("Giải Nhì", "Y Cường Niê"),
    ]


def test_draft_without_results_is_refused(round_, mai, noon):
    rule = prizes(round_, mai)

    with pytest.raises(RoundNotReady):
        awarding.draft(rule, mai, at=noon)


def test_awards_hold_only_once_a_second_person_has_agreed(round_, people, mai, hung, noon):
    rule = prizes(round_, mai)
    draft = awarding.draft(rule, mai, at=noon)
    awarding.propose(draft, mai, reason="Họp Ban Tổ chức ngày 20/11", at=noon)

    assert award_queries.awards_of(round_) == []
    with pytest.raises(SamePerson):
        awarding.agree(draft, mai, reason="Đồng ý", at=noon)
    awarding.agree(draft, hung, reason="Đồng ý", at=noon)
    with pytest.raises(AlreadyDecided):
        awarding.refuse(draft, hung, reason="Không", at=noon)

    found = award_queries.awards_of(round_)
    assert [(one.level, one.name, one.place, one.value) for one in found] == [
        ("Giải Nhất", "Trần Thị An", 1, 3_000_000),
        ("Giải Nhì", "Lê Văn Bình", 2, 2_000_000),
        ("Giải Nhì", "Y Cường Niê", 3, 2_000_000),
    ]
    assert [one.standing.correct for one in found] == [3, 3, 3]
    assert award_queries.awards_of(round_.contest) == found


def test_the_database_refuses_one_person_for_both_parts(round_, people, mai, hung, noon):
    one = agreed(prizes(round_, mai), mai, hung, noon)
    statement = text("UPDATE award_list SET decided_by_id = proposed_by_id WHERE id = :id")

    with pytest.raises(IntegrityError), writing() as connection:
        connection.execute(statement, {"id": one.id})


def test_prize_left_vacant_moved_and_added_each_keep_their_reason(round_, people, mai, hung, noon):
    draft = awarding.draft(prizes(round_, mai), mai, at=noon)
    first, _second, third = draft.awards

    awarding.vacate(first, mai, reason="Không bài nào đạt 90 điểm")
    awarding.give(third, people[3], mai, reason="Thí sinh thứ ba từ chối nhận giải")
    awarding.add_award(draft, 1, people[2], mai, reason="Giải phụ của nhà tài trợ")

    assert holders(draft) == [
        ("Giải Nhất", None),
        ("Giải Nhì", "Lê Văn Bình"),
        ("Giải Nhì", "H’Dung Mlô"),
        ("Giải Nhì", "Y Cường Niê"),
    ]
    assert [a.change for a in draft.awards] == [
        Change.VACANT,
        Change.NONE,
        Change.MOVED,
        Change.FURTHER,
    ]
    rows = db.session.query(AuditEntry).filter_by(action="awards.changed").order_by(AuditEntry.id)
    told = [json.loads(row.record)["details"] for row in rows]
    assert [one["reason"] for one in told] == [
        "Không bài nào đạt 90 điểm",
        "Thí sinh thứ ba từ chối nhận giải",
        "Giải phụ của nhà tài trợ",
    ]
    assert (told[0]["before"], told[0]["after"]) == (people[0].public_id, None)


def test_undoing_changes_brings_back_what_the_rule_proposes(round_, people, mai, noon):
    draft = awarding.draft(prizes(round_, mai), mai, at=noon)
    before = holders(draft)
    awarding.vacate(draft.awards[0], mai, reason="Nhầm")
    extra = awarding.add_award(draft, 0, people[3], mai, reason="Nhầm")

    awarding.restore(draft.awards[0], mai)
    awarding.restore(extra, mai)

    assert holders(draft) == before
    assert {award.change for award in draft.awards} == {Change.NONE}


def test_who_has_a_prize_is_out_or_belongs_elsewhere_cannot_be_given_one(round_, people, mai, noon):
    draft = awarding.draft(prizes(round_, mai), mai, at=noon)
    gone = person(round_.contest, "Trương Tấn", is_test=True)
    stranger = person(factories.contest(), "Võ Minh")

    for holder in (people[1], gone, stranger, factories.unit()):
        with pytest.raises(CannotAward):
            awarding.give(draft.awards[0], holder, mai, reason="Thử")


def test_equals_wait_for_the_committee_before_the_list_can_be_proposed(round_, mai, noon):
    one, other = (person(round_.contest, name) for name in ("Trần Thị An", "Lê Văn Bình"))
    for who in (one, other):
        taken(round_, who, seconds=60)
    computed(round_)
    draft = awarding.draft(prizes(round_, mai, levels=(Level("Giải Nhất", 1),)), mai, at=noon)

    with pytest.raises(CannotAward):
        awarding.propose(draft, mai, reason="Họp", at=noon)
    awarding.give(draft.awards[0], other, mai, reason="Bốc thăm trước Ban Tổ chức")
    awarding.propose(draft, mai, reason="Họp", at=noon)

    assert draft.awards[0].change is Change.CHOSEN
    assert draft.is_waiting


def test_list_whose_results_have_changed_cannot_be_agreed_to(round_, people, mai, hung, noon):
    draft = awarding.draft(prizes(round_, mai), mai, at=noon)
    awarding.propose(draft, mai, reason="Họp", at=noon)
    adjusting.disqualify(people[0], mai, reason="Nhờ người khác thi hộ", at=noon)
    computed(round_)

    with pytest.raises(CannotDecide):
        awarding.agree(draft, hung, reason="Đồng ý", at=noon)

    awarding.refuse(draft, hung, reason="Kết quả đã thay đổi", at=noon)
    assert award_queries.awards_of(round_) == []


def test_new_run_marks_awards_to_be_looked_at_again_and_names_who_crosses(
    round_, people, mai, hung, noon
):
    rule = prizes(round_, mai)
    held = agreed(rule, mai, hung, noon)
    assert allotting.again(rule, held).is_stale is False

    adjusting.disqualify(people[0], mai, reason="Nhờ người khác thi hộ", at=noon)
    computed(round_)

    found = allotting.again(rule, held)
    assert found.is_stale
    assert set(found.crossings) == {
        Crossing(people[0].public_id, 0, None),
        Crossing(people[1].public_id, 1, 0),
        Crossing(people[3].public_id, None, 1),
    }
    assert holders(held)[0] == ("Giải Nhất", "Trần Thị An")


def test_run_that_changes_no_prize_leaves_awards_alone(round_, people, mai, hung, noon):
    rule = prizes(round_, mai)
    held = agreed(rule, mai, hung, noon)

    adjusting.disqualify(people[3], mai, reason="Khai sai thông tin", at=noon)
    computed(round_)

    assert allotting.again(rule, held).is_stale is False


def test_revoking_takes_two_people_too_and_the_old_list_stays_readable(
    round_, people, mai, hung, noon
):
    rule = prizes(round_, mai)
    held = agreed(rule, mai, hung, noon)

    undo = awarding.revoke(rule, mai, reason="Có khiếu nại", at=noon)
    assert len(award_queries.awards_of(round_)) == 3
    awarding.agree(undo, hung, reason="Đồng ý", at=noon + timedelta(hours=1))

    assert award_queries.awards_of(round_) == []
    assert [one.number for one in award_queries.lists_of(rule)] == [2, 1]
    assert len(held.awards) == 3
    with pytest.raises(CannotDecide):
        awarding.revoke(rule, mai, reason="Lần nữa", at=noon)


def test_proposal_is_taken_back_only_by_who_made_it(round_, people, mai, hung, noon):
    rule = prizes(round_, mai)
    draft = awarding.draft(rule, mai, at=noon)
    awarding.propose(draft, mai, reason="Họp", at=noon)

    with pytest.raises(CannotDecide):
        awarding.withdraw(draft, hung)
    with pytest.raises(CannotDecide):
        awarding.draft(rule, mai, at=noon)
    awarding.withdraw(draft, mai)

    assert awarding.draft(rule, mai, at=noon).number == 2


def test_prizes_with_winners_cannot_be_changed_but_drafts_are_dropped(
    round_, people, mai, hung, noon
):
    rule = prizes(round_, mai)
    other = offering.RuleSettings(
        "Giải tuần", rule.kind, IndividualRule(winning.LEVELS).written(), round_.id
    )
    awarding.draft(rule, mai, at=noon)

    offering.edit_rule(rule, other, mai)
    assert db.session.query(AwardList).count() == 0
    agreed(rule, mai, hung, noon)

    with pytest.raises(PrizesGiven):
        offering.edit_rule(
            rule, offering.RuleSettings("Khác", rule.kind, other.rule, round_.id), mai
        )
    with pytest.raises(PrizesGiven):
        offering.remove_rule(rule, mai)


def test_prizes_without_a_level_or_measure_are_refused(round_, mai):
    with pytest.raises(CannotAward):
        prizes(round_, mai, levels=())
    with pytest.raises(CannotAward):
        winning.unit_prizes(round_.contest, mai, least_headcount=1)


# --- Several rounds ----------------------------------------------------------------------------


@pytest.fixture
def weeks(app, noon):
    first = factories.round_(opens_at=noon)
    second = factories.round_(
        contest=first.contest, number=2, title="Tuần 2", opens_at=noon,
        blueprint=first.blueprint,
    )  # fmt: skip
    an, binh, cuong = (person(first.contest, n) for n in ("Trần An", "Lê Bình", "Y Cường"))
    for at, who in enumerate((an, binh, cuong), start=1):
        taken(first, who, seconds=60 * at)
    for at, who in enumerate((binh, an, cuong), start=1):
        taken(second, who, seconds=60 * at, correct=2)
    computed(first)
    computed(second)
    return first, second


def test_person_keeps_the_higher_prize_of_the_weeks(weeks, mai, hung, noon):
    first, second = weeks
    small, large = (Level("Giải Nhất", 1, 500_000),), (Level("Giải Nhất", 1, 800_000),)
    prizes(first, mai, levels=(*small, Level("Giải Nhì", 1, 300_000)))
    later = prizes(second, mai, title="Tuần 2", levels=large)

    draft = awarding.draft(award_queries.rules_of(first.contest)[0], mai, at=noon)

    assert holders(draft) == [("Giải Nhất", "Trần An"), ("Giải Nhì", "Y Cường")]
    assert holders(awarding.draft(later, mai, at=noon)) == [("Giải Nhất", "Lê Bình")]


def test_decided_week_counts_as_it_was_decided_for_the_next_one(weeks, mai, hung, noon):
    first, second = weeks
    level = (Level("Giải Nhất", 1, 800_000),)
    rule, next_ = prizes(first, mai, levels=level), prizes(second, mai, levels=level)
    draft = awarding.draft(rule, mai, at=noon)
    binh = winner_of(second)
    awarding.give(draft.awards[0], binh, mai, reason="Người thứ nhất từ chối nhận giải")
    awarding.propose(draft, mai, reason="Họp", at=noon)
    awarding.agree(draft, hung, reason="Đồng ý", at=noon)

    assert holders(awarding.draft(next_, mai, at=noon)) == [("Giải Nhất", "Trần An")]


def winner_of(round_):
    return next(row.enrolment for row in run_queries.standings(run_queries.current_run(round_)))


def test_prizes_of_the_whole_contest_go_by_the_scores_added_up(weeks, mai, noon):
    first, _second = weeks
    rule = IndividualRule((Level("Giải chung cuộc", 1),), Ties.MORE, Once.MANY)
    settings = offering.RuleSettings("Chung cuộc", PrizeKind.INDIVIDUAL, rule.written())
    overall = offering.add_rule(first.contest, settings, mai, at=noon)

    draft = awarding.draft(overall, mai, at=noon)

    # Both have five right answers in three minutes; the third needed six.
    assert sorted(name for _, name in holders(draft)) == ["Lê Bình", "Trần An"]


# --- Units -------------------------------------------------------------------------------------


@pytest.fixture
def units(app, noon):
    round_ = factories.round_(opens_at=noon, contest=factories.contest(headcount_on=winning.DAY))
    contest = round_.contest
    large, small, alone = (
        winning.taking_part(contest, name) for name in ("Sở Nội vụ", "Sở Tư pháp", "Ban Dân tộc")
    )
    for unit, there, came in ((large, 4, 2), (small, 3, 2), (alone, 1, 1)):
        winning.headcount(unit, there)
        for _ in range(came):
            winning.member(round_, unit)
    computed(round_)
    return round_, large, small, alone


def test_unit_prize_goes_to_the_best_rate_but_not_to_a_unit_of_one(units, mai, hung, noon):
    round_, _large, small, _alone = units
    rule = winning.unit_prizes(round_.contest, mai, Measure.RATE)

    agreed(rule, mai, hung, noon)

    (found,) = award_queries.awards_of(round_.contest)
    assert (found.name, found.unit.id, found.is_collective) == ("Sở Tư pháp", small.id, True)


def test_unit_prize_is_looked_at_again_when_a_headcount_is_corrected(units, mai, hung, noon):
    round_, large, small, _alone = units
    rule = winning.unit_prizes(round_.contest, mai, Measure.RATE, round_=round_)
    held = agreed(rule, mai, hung, noon)

    with atomic():
        winning.headcount(small, 20, source="Đính chính", counted_on=winning.DAY, category="worker")

    found = allotting.again(rule, held)
    assert found.is_stale
    assert set(found.crossings) == {
        Crossing(small.public_id, 0, None),
        Crossing(large.public_id, None, 0),
    }


def test_person_who_moved_counts_for_the_unit_at_enrolment(units, mai, noon):
    round_, large, small, _alone = units
    with atomic():
        moved = winning.member(round_, large)
        moved.account.unit_id = small.id
    computed(round_)
    rule = winning.unit_prizes(round_.contest, mai, Measure.PEOPLE)

    figures = {one.who: one.people for one in allotting.derive(rule).basis_figures}

    assert (figures[large.public_id], figures[small.public_id]) == (3, 2)


def test_individual_prizes_are_converted_into_points_of_the_unit(units, mai, hung, noon):
    round_, *_ = units
    agreed(prizes(round_, mai, levels=(Level("Giải Nhất", 1, 9),), ties=Ties.LOT), mai, hung, noon)
    winner = award_queries.awards_of(round_)[0].enrolment
    rule = winning.unit_prizes(
        round_.contest, mai, Measure.PRIZE_POINTS, points=(("Giải Nhất", 10),), least_headcount=1
    )

    scored = {one.figures.who: one.total for one in allotting.derive(rule).scored}

    assert scored[winner.counted_unit.public_id] == 10
    assert sum(total or 0 for total in scored.values()) in (10, 0)


def test_units_outside_the_group_are_not_compared(units, mai, noon):
    round_, *_ = units
    rule = winning.unit_prizes(round_.contest, mai, groups=(UnitGroup.COMMUNE,))

    assert [seat.who for seat in allotting.derive(rule).seats] == [None]


# --- By an overall table -------------------------------------------------------------------------


def both_weeks(round_):
    """Two rounds with their results; who is slower in the first has more in the second."""
    later = factories.round_(
        contest=round_.contest, number=2, blueprint=round_.blueprint, opens_at=round_.closes_at
    )
    an, binh = field(round_, "Trần Thị An", "Lê Văn Bình")
    taken(later, an, correct=1, seconds=60)
    taken(later, binh, correct=3, seconds=60)
    computed(round_)
    computed(later)
    return later, an, binh


def table_of(rounds, actor, rule):
    weights = {one.id: 1_000_000 for one in rounds}
    terms = OverallTerms(rule, natural(Key.SCORE, Key.DURATION_MS), weights)
    return totalling.create(
        rounds[0].contest, TableSettings("Bảng tổng", terms), actor, at=rounds[0].opens_at
    )


def by_table(table, actor):
    rule = IndividualRule(winning.LEVELS, Ties.COMMITTEE, Once.HIGHER)
    settings = RuleSettings(
        "Giải toàn cuộc", PrizeKind.INDIVIDUAL, rule.written(), table_id=table.id
    )
    return offering.add_rule(table.contest, settings, actor, at=table.created_at)


def test_prizes_of_the_contest_follow_an_overall_table(round_, mai, hung):
    later, an, binh = both_weeks(round_)
    table = table_of([round_, later], mai, OverallRule.SUM)
    rule = by_table(table, mai)
    with pytest.raises(RoundNotReady):
        awarding.draft(rule, mai, at=later.closes_at)
    totalling.compute(table, mai, reason="", at=later.closes_at)

    held = agreed(rule, mai, hung, later.closes_at)

    assert [one.enrolment_id for one in held.awards] == [binh.id, an.id, None]
    assert held.basis["runs"] == [round_.current_run_id, later.current_run_id]
    assert rederiving.faults(round_.contest) == []


def test_prizes_by_a_table_are_looked_at_again_once_it_was_computed_anew(round_, mai, hung):
    later, an, _binh = both_weeks(round_)
    table = table_of([round_, later], mai, OverallRule.SUM)
    totalling.compute(table, mai, reason="", at=later.closes_at)
    rule = by_table(table, mai)
    held = agreed(rule, mai, hung, later.closes_at)
    assert not allotting.again(rule, held).is_stale
    taken(later, person(round_.contest, "Y Cường Niê"), correct=3, seconds=50)
    publishing.compute(later, None, reason="", at=later.closes_at + timedelta(hours=1))
    assert not allotting.again(rule, held).is_stale

    terms = totalling.settings_of(table).terms
    weights = {round_.id: 1_000_000, later.id: 1}
    settings = TableSettings(
        "Bảng tổng", replace(terms, rule=OverallRule.WEIGHTED, weights=weights)
    )
    totalling.edit(table, settings, mai)
    totalling.compute(table, mai, reason="", at=later.closes_at + timedelta(hours=2))

    assert allotting.again(rule, held).is_stale
    assert award_queries.rule_with(rule.public_id).table.id == table.id
    assert an.id


def test_prizes_are_of_a_round_or_by_a_table_never_both(round_, mai):
    later, _, _ = both_weeks(round_)
    table = table_of([round_, later], mai, OverallRule.SUM)
    rule = by_table(table, mai)

    with pytest.raises(IntegrityError), atomic():
        rule.round_id = round_.id

"""Prizes of entries and who goes on: over the final run, by two people, nothing taken silently."""

from decimal import Decimal

import pytest

from contest import certifying, concluding, entry_certificates, honouring, promoting, weighing
from contest.certifying import Wanted
from contest.errors import CannotAward, CannotDecide, CannotPromote, RoundNotReady, SamePerson
from contest.honouring import Plan
from contest.models import EntryPrize, JudgedRound, MemberRole, RoundEntry
from contest.rules.awards import Change
from contest.rules.judging.promoting import PromotionRule, Why
from contest.rules.judging.terms import Rule
from contest.rules.prizes import Level
from core import clock
from core.db import atomic, db
from tests.contest import judging
from tests.judged_factories import Scene, protocol

PLAN = Plan(
    (Level("Giải Nhất", 1, 10_000_000), Level("Giải Nhì", 1, 7_000_000)),
    (Level("Giải Giao diện đẹp", 1),),
)


@pytest.fixture
def scene(app):
    scene = Scene()
    scene.close()
    return scene


def draft(scene, plan=PLAN):
    return honouring.draft(scene.again(), plan, scene.organizer, at=clock.now())


def told(one):
    return [(p.title, p.entry.code if p.entry else None, p.change) for p in one.prizes]


def test_draft_follows_the_final_run_and_leaves_side_prizes_open(scene):
    made = draft(scene)

    assert told(made) == [
        ("Giải Nhất", "A-002", Change.NONE),
        ("Giải Nhì", "A-001", Change.NONE),
        ("Giải Giao diện đẹp", None, Change.NONE),
    ]
    with pytest.raises(CannotAward) as refused:
        honouring.propose(made, scene.organizer, reason="Trình", at=clock.now())
    assert refused.value.details == {"count": 1}


def test_no_prizes_before_the_round_is_closed(app):
    with pytest.raises(RoundNotReady):
        draft(Scene())


def test_list_holds_once_a_second_person_agreed(scene):
    made = draft(scene)
    honouring.give(made.prizes[2], "A-001", scene.organizer, reason="Giao diện thân thiện")
    honouring.vacate(made.prizes[0], scene.organizer, reason="Chưa đạt mức Giải Nhất")
    honouring.propose(made, scene.organizer, reason="Trình", at=clock.now())
    with pytest.raises(SamePerson):
        honouring.agree(made, scene.organizer, reason="Duyệt", at=clock.now())

    honouring.agree(made, scene.secretary, reason="Duyệt", at=clock.now())

    assert told(honouring.held_of(scene.again())) == [
        ("Giải Nhất", None, Change.VACANT),
        ("Giải Nhì", "A-001", Change.NONE),
        ("Giải Giao diện đẹp", "A-001", Change.CHOSEN),
    ]


def test_entry_with_a_prize_of_the_ranking_gets_no_second_one(scene):
    made = draft(scene)

    with pytest.raises(CannotAward, match="already"):
        honouring.give(made.prizes[1], "A-002", scene.organizer, reason="Nhầm")


def test_equals_on_the_edge_wait_for_the_panel(app):
    equal = ((80, 80, 80), (80, 80, 80), (70, 70, 70))
    scene = Scene(equal, judges=3, declared=protocol(rule=Rule.MEAN, chain=()))
    scene.close()

    first = draft(scene, Plan((Level("Giải Nhất", 1),))).prizes[0]

    assert (first.entry, first.proposed, first.is_undecided) == (None, ["A-001", "A-002"], True)
    honouring.give(first, "A-002", scene.organizer, reason="Hội đồng biểu quyết")
    assert (first.change, first.is_undecided) == (Change.CHOSEN, False)


def test_list_over_a_run_that_no_longer_holds_is_not_agreed_to(scene):
    made = draft(scene, Plan((Level("Giải Nhất", 1),)))
    honouring.propose(made, scene.organizer, reason="Trình", at=clock.now())
    with atomic():
        round_ = db.session.get_one(JudgedRound, scene.round.id).round
        round_.state = "ready"
    run = concluding.propose(scene.again(), scene.organizer, reason="Lại", at=clock.now())
    concluding.agree(run, scene.secretary, reason="Đúng", at=clock.now())

    with pytest.raises(CannotDecide):
        honouring.agree(scene.fresh(made), scene.secretary, reason="Duyệt", at=clock.now())


# --- The next round ----------------------------------------------------------------------------


def test_best_go_on_with_a_wild_card_and_its_reason(scene):
    final = judging.judged_round(
        scene.contest, before_id=scene.round.id, round_id=_second(scene).id
    )
    rule = PromotionRule(count=2)
    cards = {"A-004": "Đơn vị đăng cai"}

    lines = promoting.listed(scene.again(), rule, by_unit=True, wild_cards=cards)
    made = promoting.promote(final, lines, scene.organizer, at=clock.now())

    assert [(one.line.entry, one.line.why) for one in lines] == [
        ("A-002", Why.PLACE),
        ("A-001", Why.PLACE),
        ("A-003", Why.BELOW),
        ("A-004", Why.WILD_CARD),
    ]
    assert [one.wild_card for one in made] == ["", "", "Đơn vị đăng cai"]
    assert promoting.promote(final, lines, scene.organizer, at=clock.now()) == []
    assert db.session.query(RoundEntry).filter_by(round_id=final.round_id).count() == 3


def _second(scene):
    from tests import factories

    return factories.round_(contest=scene.contest, number=2, title="Chung kết", blueprint=None)


def test_nobody_is_promoted_before_the_round_is_closed(app):
    with pytest.raises(CannotPromote):
        promoting.listed(Scene().again(), PromotionRule(count=2), by_unit=False)


# --- Firmness ----------------------------------------------------------------------------------


def test_one_judge_astray_gives_three_winners_and_is_named(app):
    """The table D1: marks on a scale of ten, here of a hundred."""
    given = ((90, 85, 92, 88, 50), (86, 84, 88, 89, 87), (89, 80, 85, 83, 98), (75, 78, 80, 76, 79))
    scene = Scene(given, declared=protocol(rule=Rule.MEAN))

    digest = weighing.compute(scene.round.id, at=clock.now())

    figures = weighing.kept_of(scene.again()).figures
    firsts = {
        rule: [e for e, place in one["places"].items() if place == 1]
        for rule, one in figures["by_rule"].items()
    }
    assert (firsts["mean"], firsts["trimmed"], firsts["z_score"]) == (
        ["A-003"],
        ["A-001"],
        ["A-002"],
    )
    assert Rule.TRIMMED in weighing.disagreeing(figures)
    without = {one["judge"]: one["winners"] for one in figures["without"]}
    assert (without["GK01"], without["GK02"], without["GK05"]) == (["A-002"], ["A-003"], ["A-001"])
    assert round(figures["agreement"]["w"], 3) == 0.488
    worst = min(figures["judges"], key=lambda one: one["correlation"])
    assert (worst["judge"], round(worst["correlation"], 3)) == ("GK05", -0.358)
    assert weighing.kept_of(scene.again()).inputs_digest == digest


def test_prize_is_worth_what_was_planned(scene):
    values = [one.value for one in draft(scene).prizes]

    assert values == [10_000_000, 7_000_000, 0]
    assert db.session.query(EntryPrize).count() == 3
    assert Decimal(values[0]) == 10_000_000


# --- Certificates ------------------------------------------------------------------------------


def test_people_of_winning_entries_get_one_certificate_each_and_mentors_none(scene):
    made = draft(scene, Plan((Level("Giải Nhất", 1), Level("Giải Nhì", 1))))
    judging.member(scene.entries[1], position=2, role=MemberRole.MENTOR, full_name="Y Thông Niê")
    honouring.propose(made, scene.organizer, reason="Trình", at=clock.now())
    round_ = scene.fresh(scene.round)
    with pytest.raises(RoundNotReady):
        entry_certificates.basis(round_)
    honouring.agree(scene.fresh(made), scene.secretary, reason="Duyệt", at=clock.now())

    design = certifying.add_design(round_.contest, "Mẫu", scene.organizer, at=clock.now())
    wanted = Wanted(scene.fresh(scene.round), 0, "Hội thi 2026", winners=True)
    planned = certifying.plan(design, wanted, at=clock.now())
    certifying.issue(design, wanted, planned, scene.organizer)

    assert [(one["name"], one["honour"]) for one in planned.rows] == [
        ("Nguyễn Thị Hoa 2", "Đạt Giải Nhất, Hội thi 2026"),
        ("Nguyễn Thị Hoa 1", "Đạt Giải Nhì, Hội thi 2026"),
    ]
    assert certifying.plan(design, wanted, at=clock.now()).rows == []

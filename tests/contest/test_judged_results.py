"""Results of judged rounds: the declared rule, lines, ties, deviations, and what was carried."""

from decimal import Decimal

import pytest

from contest import judged_deviations, judged_results
from contest.models import DeductionLine, DeviationDecision, PanelVote, Recusal
from contest.rules.judging.conflicts import Cause
from contest.rules.judging.deviating import Remedy, State, Third, Way
from contest.rules.judging.terms import Rule
from contest.rules.judging.ties import ChainStep, TieStep
from core import clock
from core.db import db
from tests import factories
from tests.judged_factories import Scene, protocol


@pytest.fixture
def scene(app):
    return Scene()


def found(scene):
    return judged_results.results(scene.again())


def values(results):
    return {one.code: (one.place, one.result) for one in results.rows}


def test_trimmed_mean_ranks_entries_and_names_whose_scores_were_dropped(scene):
    results = found(scene)

    assert values(results) == {
        "A-002": (1, Decimal(88) - Decimal("0.333333333")),
        "A-001": (2, Decimal("81.666666667")),
        "A-003": (3, Decimal(79)),
        "A-004": (4, Decimal(73)),
    }
    assert results.rows[0].dropped == {"GK03", "GK04"}
    assert (results.refused, results.missing) == (None, [])


def test_line_that_stands_is_taken_off_and_one_taken_back_is_not(scene):
    _line(scene, 0, "-1", "Quá giờ 40 giây")
    _line(scene, 0, "-5", "Thiếu phần", cancelled_at=clock.now(), cancelled_for="Nhầm đội")

    first = next(one for one in found(scene).rows if one.code == "A-001")

    assert (first.combined, first.deducted) == (Decimal("81.666666667"), Decimal(-1))
    assert first.result == Decimal("80.666666667")


def _line(scene, at, points, reason, **fields):
    return factories.saved(
        DeductionLine(
            round_entry_id=scene.rows[at].id,
            points=int(Decimal(points) * 1_000_000),
            reason=reason,
            recorded_by_id=scene.secretary.id,
            recorded_at=clock.now(),
            **fields,
        )
    )


def test_missing_sheet_blocks_the_result_and_is_named(app):
    scene = Scene(((80, None, 82, 81, 80), (70, 71, 72, 70, 71)))

    results = found(scene)

    assert results.refused.message == "%(count)s scores are still missing."
    assert results.missing == [("A-001", "GK02")]
    assert [one.place for one in results.rows] == [None, None]


def test_recused_judge_leaves_a_hole_that_nobody_waits_for(scene):
    factories.saved(
        Recusal(
            entry_id=scene.entries[0].id,
            account_id=scene.judges[2].account_id,
            cause=Cause.SAME_UNIT,
            recorded_by_id=scene.organizer.id,
            recorded_at=clock.now(),
        )
    )

    results = found(scene)

    assert results.read.recused == {("A-001", "GK03"): Cause.SAME_UNIT}
    # Four are too few to drop from.
    first = next(one for one in results.rows if one.code == "A-001")
    assert (first.result, first.dropped) == (Decimal("81.5"), frozenset())


def test_equal_entries_are_taken_apart_step_by_step(app):
    scene = Scene(
        ((80, 80, 80), (80, 80, 80), (60, 60, 60)), judges=3, declared=protocol(rule=Rule.MEAN)
    )

    results = found(scene)

    first, _second, third = results.rows
    assert [one.place for one in results.rows] == [1, 2, 3]
    assert [one.step.step for one in first.steps] == [
        TieStep.CRITERION,
        TieStep.MEDIAN,
        TieStep.LOT,
    ]
    assert [one.has_separated for one in first.steps] == [False, False, True]
    assert third.steps == ()


def test_vote_of_the_panel_decides_between_equals(app):
    chain = (ChainStep(TieStep.CHAIR),)
    equal = ((80, 80, 80), (80, 80, 80))
    scene = Scene(equal, judges=3, declared=protocol(rule=Rule.MEAN, chain=chain))
    assert [one.place for one in found(scene).rows] == [1, 1]

    factories.saved(
        PanelVote(
            round_id=scene.round.id,
            order=["A-002", "A-001"],
            votes_for=3,
            motion="Ưu tiên sản phẩm đã vận hành",
            recorded_by_id=scene.chair.id,
            recorded_at=clock.now(),
        )
    )

    assert [one.code for one in found(scene).rows] == ["A-002", "A-001"]


# --- Deviations --------------------------------------------------------------------------------


def test_scores_further_apart_than_declared_wait_for_the_chair(app):
    scene = Scene(declared=protocol(percent="6"))

    deviating = found(scene).open_deviations

    assert [(one.entry, one.state, one.spread) for one in deviating] == [
        ("A-003", State.DISCUSSION_NEEDED, Decimal(8))
    ]


def test_scores_that_the_chair_keeps_stand_until_one_of_them_changes(app):
    scene = Scene(declared=protocol(percent="6"))
    before = found(scene).open_deviations[0].case.before
    _decide(scene, 2, Way.KEEP, judged_deviations.written_scores(before))
    assert found(scene).open_deviations == []

    _decide(scene, 2, Way.KEEP, {"GK01": "1"})

    assert [one.entry for one in found(scene).open_deviations] == ["A-003"]


def _decide(scene, at, way, before, **fields):
    return factories.saved(
        DeviationDecision(
            round_entry_id=scene.rows[at].id,
            way=way,
            before=before,
            reason="Đã trao đổi trong hội đồng",
            decided_by_id=scene.chair.id,
            decided_at=clock.now(),
            **fields,
        )
    )


@pytest.mark.parametrize(
    ("third", "result"),
    [(Third.ALONE, "75"), (Third.NEAREST_TWO, "77"), (Third.ALL, "74.666666667")],
)
def test_third_marker_counts_as_declared(app, third, result):
    declared = protocol(rule=Rule.MEAN, percent="6", remedy=Remedy.THIRD_MARKER, third=third)
    scene = Scene(((79, 70, 75), (80, 81, "")), judges=3, declared=declared)
    sheet = scene.sheets[0, 2]
    _decide(scene, 0, Way.THIRD, {"GK01": "79", "GK02": "70"}, third_sheet_id=sheet.id)

    one = next(row for row in found(scene).rows if row.code == "A-001")

    assert one.result == Decimal(result)


# --- What a run keeps --------------------------------------------------------------------------


def test_rows_are_written_with_every_figure_as_it_was_compared(scene):
    first = judged_results.written(found(scene))[0]

    assert (first["code"], first["place"], first["result"]) == ("A-002", 1, "87.666666667")
    assert first["scores"]["GK03"] == "90.000000000"
    assert first["dropped"] == ["GK03", "GK04"]


def test_digest_of_the_inputs_changes_with_a_line_and_with_nothing_else(scene):
    before = judged_results.inputs_digest(found(scene))
    assert judged_results.inputs_digest(found(scene)) == before

    _line(scene, 1, "-0.5", "Quá giờ")

    assert judged_results.inputs_digest(found(scene)) != before


def test_number_of_statements_does_not_grow_with_the_entries(app, queries):
    counts = []
    for entries in (2, 12):
        scene = Scene(((80, 81, 82, 80, 81),) * entries, declared=protocol(percent="6"))
        judged = scene.again()
        db.session.rollback()
        queries.clear()
        judged_results.results(judged)
        counts.append(len(queries))

    assert counts[0] == counts[1] > 0

"""The pass mark of a round: in results, files, documents, analysis, changes, and one own page."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from contest import (
    analysing,
    analysis_tables,
    document_queries,
    drafting,
    exporting,
    organizing,
    planning,
    previewing,
    recomputing,
    revising,
    run_queries,
    showing,
    verifying,
)
from contest.analysis_tables import RoundFigures
from contest.document_queries import Wanted
from contest.documents.kinds import Kind
from contest.documents.paper import Text
from contest.drafting import About
from contest.errors import RoundTaken
from contest.models import Attempt
from contest.rules import describing, setting
from contest.rules.changing import Change, ChangeKind
from contest.rules.comparing import Lines
from core import i18n
from core.db import atomic, db
from tests import factories
from tests.contest.winning import computed, person, taken

WANTED = Wanted(i18n.say)
TWO = 2_000_000


@pytest.fixture
def round_(app, noon):
    return factories.round_(opens_at=noon, pass_mark=TWO)


@pytest.fixture
def people(round_):
    """Three of whom two pass: three, two and one right answers."""
    return [
        taken(round_, person(round_.contest, name), correct=right, seconds=60)
        for name, right in (("Trần Thị An", 3), ("Lê Văn Bình", 2), ("Y Cường Niê", 1))
    ]


def test_run_keeps_the_mark_it_was_made_with_and_counts_who_passed(round_, people):
    run = computed(round_)

    assert run.rule["pass_mark"] == TWO
    assert run_queries.passed_in(run) == 2
    assert not [one for one in verifying.verify(round_.contest).faults if "rule" in one]


def test_run_without_a_mark_says_nothing_of_passing(round_, people):
    with atomic():
        round_.pass_mark = None

    run = computed(round_)

    assert "pass_mark" not in run.rule
    assert run_queries.passed_in(run) is None
    assert "Kết quả" not in exporting.header(run)


def test_verify_names_a_mark_that_was_changed_behind_the_run(round_, people):
    computed(round_)
    with atomic():
        round_.pass_mark = 3_000_000

    assert any("another rule" in one for one in verifying.verify(round_.contest).faults)


def test_exported_table_says_of_everybody_whether_they_passed(round_, people):
    run = computed(round_)

    assert exporting.header(run)[-1] == "Kết quả"
    assert [row[-1] for row in exporting.rows(run, in_full=False)] == ["Đạt", "Đạt", "Không đạt"]
    assert ["Số người đạt", 2, Decimal("66.67")] in exporting.statistics(run)


def said(round_, kind):
    paper = drafting.draft(round_.contest, About(kind, round_), WANTED)
    return "\n".join(f"{one.lead} {one.text}" for one in paper.blocks if isinstance(one, Text))


@pytest.mark.parametrize("kind", [Kind.ANNOUNCEMENT, Kind.MINUTES, Kind.BULLETIN])
def test_documents_say_how_many_passed_from_how_many_points(round_, people, kind):
    computed(round_)

    assert "2 người đạt từ 2 điểm trở lên, bằng 66,67%" in said(round_, kind)


def test_table_of_scores_notes_who_passed_and_the_rules_name_the_mark(round_, people):
    computed(round_)

    facts = document_queries.round_facts(round_, WANTED, with_people=True)
    table = drafting.draft(round_.contest, About(Kind.SCORE_TABLE, round_), WANTED).all_tables[0]
    rules = drafting.draft(round_.contest, About(Kind.REGULATIONS), WANTED)

    assert (facts.pass_mark, facts.passed) == (Decimal(2), 2)
    assert sorted(row[-1] for row in table.rows) == ["Không đạt", "Đạt", "Đạt"]
    told = [one.text for one in rules.blocks if isinstance(one, Text) and "Điểm đạt" in one.lead]
    assert told == ["Từ 2 điểm trở lên là đạt."]


def test_analysis_counts_who_passed_and_keeps_it(round_, people):
    run = computed(round_)

    analysing.compute(run.id, at=round_.closes_at)
    figures = analysing.count(round_, run, lambda _done, _total: None)

    (table,) = [
        one for one in analysis_tables.of_round(RoundFigures("Tuần 1", figures)) if one.key == "dat"
    ]
    assert [row[1:] for row in table.rows] == [(2, Decimal("66.67")), (1, Decimal("33.33"))]


def test_preview_of_a_change_counts_who_would_no_longer_pass(round_, people):
    computed(round_)
    actor, at = factories.account(), round_.closes_at + timedelta(hours=1)
    change = revising.draft(round_, actor, at=at)
    attempt = db.session.query(Attempt).filter_by(enrolment_id=people[1].id).one()
    revising.add(change, Change(ChangeKind.ANNUL, attempt.public_id), actor)

    lines = previewing.lines_of(change)
    totals = recomputing.preview(round_, change.changes, lines, at=at).totals

    assert lines == Lines((), TWO)
    assert (totals.passes, totals.fails) == (0, 1)


def test_places_drawn_by_hand_leave_the_mark_of_the_round(round_, people):
    computed(round_)
    actor = factories.account()
    change = revising.draft(round_, actor, at=round_.closes_at)
    revising.draw_lines(change, Lines((1, 3)), actor)

    assert previewing.lines_of(change) == Lines((1, 3), TWO)


def test_own_result_says_whether_one_passed(round_, people, app):
    computed(round_)
    told = []
    with app.test_request_context():
        for one in people:
            attempt = db.session.query(Attempt).filter_by(enrolment_id=one.id).one()
            shown = showing.result(attempt, at=round_.closes_at + timedelta(hours=1))
            told.append((shown.passed, shown.pass_mark))

    assert told == [(True, Decimal(2)), (True, Decimal(2)), (False, Decimal(2))]


def test_mark_is_a_setting_that_nobody_changes_once_people_have_begun(round_, people):
    settings = planning.settings_of(round_)
    assert settings.pass_mark == 2
    changed = {"pass_mark": Decimal(3)}

    with pytest.raises(RoundTaken):
        organizing.edit_round(
            round_, replace(settings, **changed), factories.account(), at=round_.opens_at
        )

    assert "pass_mark" not in setting.ALWAYS_FREE


def test_mark_above_all_points_keeps_the_round_from_opening(round_):
    settings = planning.settings_of(round_)
    plan = planning.plan_of(round_.contest, settings, planning.shelf_for(settings))
    high = replace(plan, pass_mark=Decimal(4))

    remarks = describing.inspect(high, round_.opens_at)

    assert not describing.may_open(remarks)
    assert describing.may_open(describing.inspect(plan, round_.opens_at))
    assert [one.message for one in describing.parts(plan)[describing.Part.PASSING]] == [
        "Whoever has %(points)s points or more passes."
    ]

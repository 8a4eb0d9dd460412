"""What the parts of a round give: counts by the hour, quizzes of teams, votes that were opened."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from contest import parting
from contest.models import Part, RoundKind
from contest.rules.judging import parts
from contest.rules.judging.parts import PartKind
from core import clock
from core.db import db
from tests import factories
from tests.contest import judged as quizzes
from tests.contest import judging, staged
from tests.counting import counted, heard


@pytest.fixture
def judged(app):
    return judging.judged_round(factories.contest())


@pytest.fixture
def rows(judged):
    """Two entries of the round."""
    category = judging.category(judged.round.contest)
    made = [judging.entry(category, code=f"A-{number:03}") for number in (1, 2)]
    return [judging.round_entry(judged, one) for one in made]


def read(judged):
    db.session.rollback()
    return parting.part_scores(db.session.get_one(type(judged), judged.round_id))


def test_round_without_parts_has_none(judged):
    assert read(judged) == []


def test_judged_part_leaves_its_scores_to_the_caller(judged, rows):
    staged.part(judged)

    assert [(one.kind, one.most, one.points) for one in read(judged)] == [
        (PartKind.JUDGED, Decimal(70), None)
    ]


def test_count_that_holds_is_the_last_one_by_the_hour(judged, rows):
    part = staged.part(judged, PartKind.MEASURED)
    staged.count(part, rows[0], views=100, taken_at=part.closes_at - timedelta(hours=2))
    staged.count(part, rows[0], views=500)
    staged.count(part, rows[0], views=999, taken_at=part.closes_at + timedelta(seconds=1))
    staged.count(part, rows[1], views=2000)

    (found,) = read(judged)

    ids = [str(row.entry_id) for row in rows]
    assert found.points == {ids[0]: Decimal("15.000000000"), ids[1]: Decimal("30.000000000")}


def test_part_in_which_somebody_is_not_counted_gives_no_points(judged, rows):
    part = staged.part(judged, PartKind.MEASURED)
    staged.count(part, rows[0], views=100)

    (found,) = read(judged)

    assert (found.points, found.refused.values["count"]) == ({}, 1)


def test_votes_are_not_counted_before_they_are_opened(judged, rows):
    part = staged.part(judged, PartKind.VOTED)
    staged.code(part)
    staged.vote(part, rows[0])

    (found,) = read(judged)

    assert (found.points, parts.refused([found])) == ({}, found.refused)
    assert found.refused is not None


def test_opened_votes_give_points_in_proportion_and_bad_ones_none(judged, rows):
    officer = factories.account()
    part = staged.part(judged, PartKind.VOTED, opened_at=clock.now(), opened_by_id=officer.id)
    for number in range(1, 5):
        staged.code(part, number=number, digest=str(number) * 32)
        staged.vote(part, rows[number == 4], code=str(number) * 32)
    staged.vote(part, rows[1], code="f" * 32)

    (found,) = read(judged)

    ids = [str(row.entry_id) for row in rows]
    assert found.points == {ids[0]: Decimal("30.000000000"), ids[1]: Decimal("10.000000000")}


def test_quiz_part_gives_each_team_the_mean_of_its_people(judged, rows, noon):
    contest = judged.round.contest
    quiz, attempts = quizzes.computed(
        noon, ["bb", "ba"], contest=contest, number=2, blueprint=quizzes.one_paper(2)
    )
    people = [attempt.enrolment.account_id for attempt in attempts]
    judging.member(rows[0].entry, position=1, account_id=people[0])
    judging.member(rows[0].entry, position=2, account_id=people[1])
    judging.member(rows[1].entry, position=1, account_id=people[1])
    judging.member(rows[1].entry, position=2, account_id=None)
    staged.part(judged, PartKind.QUIZ, quiz_id=quiz.id)

    (found,) = read(judged)

    ids = [str(row.entry_id) for row in rows]
    assert found.points == {ids[0]: Decimal("15.000000000"), ids[1]: Decimal("5.000000000")}


def test_quiz_whose_results_are_not_computed_gives_no_points(judged, rows):
    quiz = factories.round_(contest=judged.round.contest, number=2)
    staged.part(judged, PartKind.QUIZ, quiz_id=quiz.id)

    (found,) = read(judged)

    assert found.refused is not None


def test_parts_are_read_in_as_many_statements_for_two_entries_as_for_twenty(judged, rows):
    part = staged.part(judged, PartKind.MEASURED)
    vote = staged.part(
        judged, PartKind.VOTED, opened_at=clock.now(), opened_by_id=factories.account().id
    )
    category = rows[0].entry.category

    def statements():
        db.session.rollback()
        one = db.session.get_one(type(judged), judged.round_id)
        with heard(db.engine) as sent:
            parting.part_scores(one)
        return counted(sent)[0]

    few = statements()
    for number in range(3, 21):
        row = judging.round_entry(judged, judging.entry(category, code=f"A-{number:03}"))
        staged.count(part, row, views=number)
        staged.code(vote, number=number, digest=f"{number:032}")
        staged.vote(vote, row, code=f"{number:032}")

    assert statements() == few


def test_one_part_of_a_round_is_judged(judged):
    staged.part(judged)

    with pytest.raises(IntegrityError):
        staged.part(judged, position=9)
    db.session.rollback()
    assert db.session.query(Part).count() == 1
    assert judged.round.kind is RoundKind.JUDGED

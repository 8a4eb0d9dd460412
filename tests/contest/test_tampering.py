"""Whatever is altered behind the pages, in runs, prizes, quotas or boards, is found and named."""

from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import text

from contest import (
    attempting,
    awarding,
    publishing,
    revising,
    targeting,
    totalling,
    verifying,
)
from contest.models import Contest
from contest.rules.changing import Change, ChangeKind
from contest.rules.quotas import Quota
from contest.rules.ranking import Key, natural
from contest.rules.totalling import OverallRule, OverallTerms
from contest.totalling import TableSettings
from core.db import atomic, db
from tests import factories
from tests.contest import winning
from tests.contest.judged import one_paper, take

MINUTE = timedelta(minutes=1)
SHEETS = ("bbb", "bba", "baa", "aab")


@pytest.fixture
def contest(app, noon):
    """A contest of two rounds with everything that can be decided about results."""
    mai, hung = factories.account(), factories.account()
    contest = factories.contest(headcount_on=winning.DAY)
    unit = winning.taking_part(contest, "Sở Tư pháp")
    winning.headcount(unit, 10)
    asked = []
    rounds = [
        _held(contest, unit, number, noon + number * timedelta(days=1), asked) for number in (1, 2)
    ]
    end = rounds[1].closes_at + timedelta(hours=1)
    targeting.add(contest, [Quota("Mọi người", percent=50), Quota("Lãnh đạo", count=1)], mai)
    version = str(asked[0])
    change = revising.draft(rounds[0], mai, at=end)
    revising.add(change, Change(ChangeKind.VOID_FULL, version), mai)
    revising.propose(change, mai, reason="Câu sai", at=end)
    revising.agree(change, hung, reason="Nhất trí", at=end)
    for rule in (
        winning.prizes(rounds[0], mai),
        winning.unit_prizes(contest, mai, round_=rounds[1]),
    ):
        draft = awarding.draft(rule, mai, at=end)
        awarding.propose(draft, mai, reason="Họp", at=end)
        awarding.agree(draft, hung, reason="Đồng ý", at=end)
    terms = OverallTerms(
        OverallRule.SUM, natural(Key.SCORE, Key.DURATION_MS), {one.id: 1_000_000 for one in rounds}
    )
    table = totalling.create(contest, TableSettings("Toàn cuộc", terms), mai, at=end)
    totalling.compute(table, mai, reason="", at=end)
    return db.session.get_one(Contest, contest.id)


def _held(contest, unit, number, opens_at, asked):
    round_ = factories.round_(
        contest=contest,
        number=number,
        opens_at=opens_at,
        closes_at=opens_at + 60 * MINUTE,
        blueprint=one_paper(),
        public_results_at=opens_at + 70 * MINUTE,
    )
    for at, sheet in enumerate(SHEETS):
        person = factories.enrolment(
            contest, factories.account(), unit_id=unit.id, counted_unit_id=unit.id
        )
        attempt = take(round_, sheet, at=opens_at + at * MINUTE, enrolment=person)
        asked.append(attempt.slots[0].version_id)
    attempting.expire_due(at=opens_at + 100 * MINUTE)
    publishing.compute(round_, None, reason="", at=opens_at + 100 * MINUTE)
    return round_


def faults(contest):
    db.session.expire_all()
    return verifying.verify(contest).faults


TAMPERED = [
    # Runs.
    ("UPDATE result_run SET board_digest = 'x' WHERE number = 2", "run 2 of round"),
    ("UPDATE result_run SET inputs_digest = 'x' WHERE number = 2", "other inputs"),
    (
        'UPDATE result_run SET rule = \'{"ranking": [], "counts": "first", "prediction": null}\''
        " WHERE number = 3",
        "another rule",
    ),
    ("DELETE FROM audit_entry WHERE action = 'results.computed'", "does not tell of it"),
    ("UPDATE attempt SET score = score + 1000000 WHERE id = 1", "score, correct answers"),
    ("UPDATE attempt SET annulled_at = started_at WHERE id = 1", "should stand"),
    ("UPDATE slot SET mark = 0 WHERE position = 1", "mark differs"),
    ("UPDATE response SET answer = 'c' WHERE position = 1", "changed after it was received"),
    ("DELETE FROM response WHERE position = 2", "not those that were submitted"),
    ("UPDATE question_ruling SET kind = 'out'", "nobody agreed to the ruling"),
    ("UPDATE result_change SET entries = '[]'", "other changes"),
    ("UPDATE round SET ranking = '[]' WHERE number = 2", "differ"),
    # Boards, of participants and of the public.
    (
        "UPDATE standing SET sort_key = '0' WHERE audience = 'public' AND run_id ="
        " (SELECT max(id) FROM result_run)",
        "its board for the audience",
    ),
    (
        "UPDATE standing SET sort_key = '0' WHERE audience = 'participant' AND run_id ="
        " (SELECT max(id) FROM result_run)",
        "its board for the audience",
    ),
    (
        "UPDATE standing SET score = score + 1 WHERE audience = 'public' AND run_id ="
        " (SELECT max(id) FROM result_run)",
        "standing round=",
    ),
    ("DELETE FROM standing WHERE audience = 'public' AND enrolment_id = 1", "board for the"),
    ("UPDATE overall_standing SET score = score + 1 WHERE enrolment_id = 1", "overall table"),
    ("DELETE FROM overall_standing WHERE enrolment_id = 1", "should stand"),
    ("UPDATE overall_run SET board_digest = 'x'", "board digest differs"),
    ("UPDATE overall_table SET rule = 'best'", "other terms"),
    ("UPDATE overall_part SET weight = 2000000 WHERE round_id = 1", "other terms"),
    # Prizes.
    ("UPDATE prize_rule SET title = 'Giải khác'", "prizes "),
    ("UPDATE prize_rule SET block_id = NULL, round_id = NULL WHERE kind = 'individual'", "prizes "),
    ("UPDATE prize_rule SET rule = '{\"levels\": []}' WHERE kind = 'individual'", "prizes "),
    ("UPDATE award SET enrolment_id = NULL WHERE enrolment_id IS NOT NULL", "awards "),
    ("UPDATE award SET unit_id = NULL WHERE unit_id IS NOT NULL", "awards "),
    ("UPDATE award SET value = 9000000", "awards "),
    ("DELETE FROM award WHERE number = 1", "awards "),
    ("UPDATE award_list SET rule_then = '{}'", "awards "),
    ("UPDATE award_list SET derived = '[]'", "awards "),
    ("UPDATE award_list SET proposed_by_id = (SELECT max(id) FROM account)", "awards "),
    ("DELETE FROM audit_entry WHERE action = 'awards.agreed'", "awards "),
    # Quotas.
    ("UPDATE quota SET percent = 10 WHERE percent = 50", "quota "),
    ("UPDATE quota SET count = 9 WHERE count = 1", "quota "),
    ("DELETE FROM quota WHERE count = 1", "quotas"),
    ("DELETE FROM audit_entry WHERE action = 'quotas.added'", "quota "),
]


def test_a_contest_as_it_was_decided_has_no_fault(contest):
    assert faults(contest) == []


class UndoneError(Exception):
    """Ends a transaction so that nothing of it stays."""


def found_after(contest, statement):
    """What is found once a row was altered; the row is itself again afterwards."""
    found = []
    with suppress(UndoneError), atomic():
        assert db.session.execute(text(statement)).rowcount > 0, statement
        found += faults(contest)
        raise UndoneError
    return found


def test_what_is_altered_is_named(contest):
    found = {statement: found_after(contest, statement) for statement, _ in TAMPERED}

    missed = {
        statement: found[statement]
        for statement, words in TAMPERED
        if not any(words in one for one in found[statement])
    }
    assert missed == {}
    assert faults(contest) == []

"""Entries given to judges: as many as asked, loads even, conflicts out, begun sheets kept."""

from collections import Counter

import pytest
from sqlalchemy import select

from contest import assigning
from contest.errors import CannotJudge
from contest.models import Panel, PanelMember, PanelRole, Recusal, RoundEntry, Scoresheet
from contest.rules.judging.conflicts import Cause
from core import clock
from core.db import atomic, db
from tests import factories
from tests.contest import judging
from tests.factories import saved


@pytest.fixture
def panel(app):
    """A panel for twelve entries, three judges each."""
    judged = judging.judged_round(factories.contest())
    category = judging.category(judged.round.contest)
    for number in range(1, 13):
        code = f"A-{number:03}"
        judging.round_entry(judged, judging.entry(category, code=code, public_id=f"bai-{code}"))
    return judging.panel(judged, public_id="ban-giam-khao")


def seated(panel, count):
    """Judges whose names are always the same, for what is drawn depends on names."""
    accounts = [factories.account(public_id=f"gk-{panel.id}-{at}") for at in range(count)]
    return [
        judging.judge(panel, number=number, account_id=account.id)
        for number, account in enumerate(accounts, start=1)
    ]


def assign(panel):
    db.session.rollback()
    return assigning.assign(
        db.session.get_one(Panel, panel.id), factories.account(), at=clock.now()
    )


def sheets():
    db.session.rollback()
    rows = db.session.execute(
        select(Scoresheet.round_entry_id, Scoresheet.member_id, Scoresheet.position)
    )
    return [tuple(row) for row in rows]


def recuse(entry_id, judge):
    by = factories.account().id
    return saved(
        Recusal(
            entry_id=entry_id,
            account_id=judge.account_id,
            cause=Cause.SAME_UNIT,
            recorded_by_id=by,
            recorded_at=clock.now(),
        )
    )


def test_assign_gives_each_entry_three_judges_and_each_judge_as_many(panel):
    seated(panel, 6)

    plan = assign(panel)

    assert set(Counter(entry for entry, _, _ in sheets()).values()) == {3}
    assert set(Counter(judge for _, judge, _ in sheets()).values()) == {6}
    assert set(plan.loads.values()) == {6}


def test_assign_gives_each_judge_an_order_of_their_own(panel):
    judges = seated(panel, 4)

    assign(panel)

    orders = [
        [entry for entry, who, _ in sorted(sheets(), key=lambda row: row[2]) if who == judge.id]
        for judge in judges
    ]
    assert [sorted(p for _, who, p in sheets() if who == one.id) for one in judges] == [
        list(range(1, 10))
    ] * 4
    assert len({order[0] for order in orders}) == 4


def test_assign_keeps_recused_judges_out(panel):
    judges = seated(panel, 4)
    rows = judging_rows(panel)
    recuse(rows[0].entry_id, judges[0])

    assign(panel)

    assert (rows[0].id, judges[0].id) not in {(entry, judge) for entry, judge, _ in sheets()}


def judging_rows(panel):
    return list(
        db.session.scalars(
            select(RoundEntry).where(RoundEntry.round_id == panel.round_id).order_by(RoundEntry.id)
        )
    )


def test_assign_with_too_few_judges_for_an_entry_names_it(panel):
    judges = seated(panel, 3)
    row = judging_rows(panel)[0]
    entry = row.entry.public_id
    recuse(row.entry_id, judges[0])

    with pytest.raises(CannotJudge) as refused:
        assign(panel)

    assert refused.value.details == {"entry": entry, "count": 2}
    assert sheets() == []


def test_assign_leaves_out_who_does_not_judge(panel):
    seated(panel, 3)
    secretary = judging.judge(panel, number=8, role=PanelRole.SECRETARY)
    substitute = judging.judge(panel, number=9, role=PanelRole.SUBSTITUTE)

    assign(panel)

    assert not {secretary.id, substitute.id} & {judge for _, judge, _ in sheets()}


def test_assign_without_anybody_is_refused(panel):
    with pytest.raises(CannotJudge):
        assign(panel)


@atomic()
def begin(sheet_id):
    db.session.get_one(Scoresheet, sheet_id).marks = {"new": "8"}


@atomic()
def leave(judge):
    row = db.session.get_one(PanelMember, judge.id)
    row.left_at, row.left_for = clock.now(), "Ốm"


def test_assign_again_keeps_what_is_begun_when_a_judge_leaves(panel):
    judges = seated(panel, 5)
    assign(panel)
    kept = db.session.scalars(select(Scoresheet).where(Scoresheet.member_id == judges[1].id)).all()
    begun = [(one.id, one.public_id) for one in kept[:3]]
    for id_, _ in begun:
        begin(id_)
    leave(judges[0])

    assign(panel)

    db.session.rollback()
    assert [db.session.get_one(Scoresheet, id_).public_id for id_, _ in begun] == [
        public_id for _, public_id in begun
    ]
    sitting = Counter(entry for entry, judge, _ in sheets() if judge != judges[0].id)
    assert set(sitting.values()) == {3}


def test_assign_again_without_a_change_changes_nothing(panel):
    seated(panel, 5)
    assign(panel)
    before = sorted(sheets())

    assign(panel)

    assert sorted(sheets()) == before


def test_assign_takes_only_the_entries_of_the_panels_category(panel):
    other = judging.category(panel.judged.round.contest, position=2, prefix="B", title="Sân khấu")
    row = judging.round_entry(panel.judged, judging.entry(other, code="B-001"))
    of_stage = judging.panel(panel.judged, title="Ban sân khấu", category_id=other.id)
    seated(of_stage, 3)

    assign(of_stage)

    assert {entry for entry, _, _ in sheets()} == {row.id}


def test_assign_sends_as_many_statements_for_many_entries_as_for_few(panel, queries):
    seated(panel, 4)
    counts = []
    for begins in (13, 25):
        category = judging_rows(panel)[0].entry.category
        for number in range(begins, begins + 12):
            judging.round_entry(panel.judged, judging.entry(category, code=f"A-{number:03}"))
        assign(panel)
        assign(panel)
        queries.clear()
        assign(panel)
        counts.append(len(queries))

    assert counts[0] == counts[1] < 25

"""The judged contests of the demo: one finished, one on the stage."""

from collections import Counter

import pytest
from sqlalchemy import func, select

from accounts import charting
from contest import (
    ballot_queries,
    concluding,
    demo_accounts,
    demo_judged,
    demo_parts,
    honouring,
    judged_queries,
    parting,
)
from contest.models import Entry, JudgedRound, PanelMember, RoundEntry, Scoresheet, SheetState
from contest.rules.judging import parts, sealing, table
from contest.rules.judging.parts import PartKind
from core import clock
from core.db import db

pytestmark = pytest.mark.slow


@pytest.fixture
def contests(app):
    charting.load_daklak()
    return demo_judged.load(at=clock.now())


def judged(contest):
    wanted = select(JudgedRound).join(JudgedRound.round)
    return [
        one
        for one in db.session.scalars(wanted.order_by(JudgedRound.round_id))
        if one.round.contest_id == contest.id
    ]


def states(round_):
    wanted = (
        select(Scoresheet.state, func.count())
        .join(RoundEntry, RoundEntry.id == Scoresheet.round_entry_id)
        .where(RoundEntry.round_id == round_.round_id)
        .group_by(Scoresheet.state)
    )
    return dict(tuple(row) for row in db.session.execute(wanted))


def test_finished_contest_went_from_forty_two_entries_by_threes_to_twelve_by_seven(contests):
    first, final = judged(contests[0])
    per_entry = Counter(entry for entry, _ in judged_queries.judged(first).sheets)

    assert db.session.scalar(select(func.count()).where(Entry.contest_id == contests[0].id)) == 42
    assert set(per_entry.values()) == {3}
    assert len(per_entry) == 42
    assert states(first) == {SheetState.LOCKED: 126}
    assert states(final) == {SheetState.LOCKED: 84}
    assert len(judged_queries.outcome(final).values) == 12


def test_final_holds_the_twelve_best_of_the_first_round(contests):
    first, final = judged(contests[0])
    values = judged_queries.outcome(first).values
    best = sorted(values, key=lambda entry: -values[entry])[:12]

    assert set(judged_queries.judged(final).due) == set(best)


def test_every_round_is_sealed_by_rules_without_fault(contests):
    for contest in contests:
        for one in judged(contest):
            assert one.is_intact
            assert one.declared.problems() == []
            assert one.declared.seed_digest == sealing.seed_digest(bytes.fromhex(one.seed))


def test_sheets_open_with_their_commitments(contests):
    sheets = db.session.scalars(select(Scoresheet).where(Scoresheet.state == SheetState.LOCKED))
    opened = 0
    for sheet in sheets:
        version = sheet.locked
        entry, judge = sheet.round_entry.entry.public_id, sheet.member.account.public_id
        nonce, score = bytes.fromhex(version.nonce), table.from_billionths(version.score)
        assert sealing.was_committed(version.commitment, nonce, entry, judge, score)
        opened += 1
    assert opened == 126 + 84 + 58


def test_stage_has_eleven_teams_judged_and_the_twelfth_waits_for_two(contests):
    stage = judged(contests[1])[0]
    rows = db.session.scalars(select(RoundEntry).where(RoundEntry.round_id == stage.round_id)).all()
    given = Counter(int(entry) for entry, _ in judged_queries.judged(stage).sheets)
    order = {row.running_order: given[row.entry_id] for row in rows}

    assert sorted(order) == list(range(1, 26))
    assert [order[at] for at in range(1, 14)] == [5] * 11 + [3, 0]


def test_chair_judge_and_entrant_can_sign_in(contests):
    names = {key: demo_accounts.name_of(key) for key in demo_accounts.JUDGING}
    seats = db.session.scalars(select(PanelMember).where(PanelMember.number <= 2)).all()

    assert None not in names.values()
    assert {names["chair"], names["judge"]} <= {seat.account.full_name for seat in seats}


def test_finished_contest_was_closed_by_two_and_gave_its_prizes(contests):
    first, final = judged(contests[0])
    prizes = honouring.held_of(final).prizes

    assert concluding.faults(contests[0]) == []
    assert concluding.run_of(first).computed_by_id != concluding.run_of(first).decided_by_id
    assert Counter(one.title for one in prizes)["Giải Nhì"] == 2
    assert all(one.entry_id is not None for one in prizes)
    assert len({one.entry_id for one in prizes}) == len(prizes) == 11
    assert concluding.is_shown(final, at=clock.now(), everybody=True)


def test_stage_has_counted_figures_and_an_open_vote_whose_counts_are_sealed(contests):
    now = clock.now()
    stage = judged(contests[1])[0]
    skit, greeting, vote = parting.parts_of(stage)
    scores = parting.part_scores(stage)
    counts = parting.counts_in(greeting)

    assert [one.kind for one in (skit, greeting, vote)] == [
        PartKind.JUDGED,
        PartKind.MEASURED,
        PartKind.VOTED,
    ]
    assert parts.problems([one.share for one in (skit, greeting, vote)]) == []
    assert len(counts) == 25
    assert all(one.evidence_digest and one.address for one in counts.values())
    assert max(scores[1].points.values()) == demo_parts.GREETING
    assert ballot_queries.rule_of(vote).opens <= now < ballot_queries.rule_of(vote).closes
    assert ballot_queries.codes_in(vote) == (demo_parts.CARDS, 0)
    assert ballot_queries.cast_in(vote) == demo_parts.CAST
    assert scores[2].refused is not None
    assert concluding.faults(contests[1]) == []

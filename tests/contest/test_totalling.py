"""Overall tables computed from the runs of their rounds, kept, shown and checked."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.models import AuditEntry
from contest import board_finding, publishing, total_queries, totalling, verifying
from contest.board_finding import Wanted
from contest.errors import RoundNotReady, WrongTable
from contest.models import (
    Attempt,
    Block,
    Contest,
    OverallStanding,
    OverallTable,
    Round,
)
from contest.rules.ranking import Key, natural
from contest.rules.totalling import OverallRule, OverallTerms
from contest.totalling import TableSettings
from core import ids
from core.db import atomic, db
from tests import factories

MILLION = 1_000_000
CHAIN = natural(Key.SCORE, Key.DURATION_MS)


@pytest.fixture
def rounds(app, noon):
    first = factories.round_(opens_at=noon)
    later = factories.round_(
        contest=first.contest, number=2, title="Tuần 2", blueprint=first.blueprint,
        opens_at=first.closes_at,
    )  # fmt: skip
    return [first, later]


def took(round_, enrolment, correct, seconds=60):
    """Somebody submitted an attempt of ten questions, not placed yet."""
    seat = factories.seat(round_.sittings[0], enrolment)
    ends = round_.opens_at + timedelta(seconds=seconds)
    factories.saved(
        Attempt(
            public_id=ids.public_id(), seat_id=seat.id, round_id=round_.id,
            enrolment_id=enrolment.id, number=1, started_at=round_.opens_at, accepts_until=ends,
            submitted_at=ends, submitted_by="person", receipt_code=ids.code(), asked=10,
            score=correct * MILLION, correct=correct, duration_ms=seconds * 1000,
        )
    )  # fmt: skip
    return enrolment


def entered(rounds, name, **fields):
    return factories.enrolment(rounds[0].contest, factories.account(full_name=name), **fields)


def settled(rounds, rule=OverallRule.SUM, weights=None, **more):
    by_round = {one.id: MILLION for one in rounds} | (weights or {})
    return TableSettings("Toàn cuộc thi", OverallTerms(rule, CHAIN, by_round, **more))


def made(rounds, *arguments, **more):
    contest = db.session.get_one(Contest, rounds[0].contest_id)
    settings = settled(rounds, *arguments, **more)
    return totalling.create(contest, settings, factories.account(), at=rounds[0].opens_at)


def compute_rounds(rounds):
    at = max(one.closes_at for one in rounds) + timedelta(hours=1)
    for one in rounds:
        publishing.compute(db.session.get_one(Round, one.id), None, reason="", at=at)
    return at


def computed(table, rounds):
    at = compute_rounds(rounds)
    table = db.session.get_one(OverallTable, table.id)
    return totalling.compute(table, factories.account(), reason="Hết tuần 2", at=at)


def said(run, **more):
    return [(line.place, line.number, line.score // MILLION)
            for line in total_queries.lines(run.id, Wanted(**more)).rows]  # fmt: skip


def faults(rounds):
    db.session.rollback()
    return totalling.faults(db.session.get_one(Contest, rounds[0].contest_id))


def test_sum_of_two_rounds_puts_who_took_both_first(rounds):
    both, one, tied = (entered(rounds, "Y Thiên Niê", number=n) for n in (1, 2, 3))
    for person in (both, tied):
        took(rounds[0], person, 6)
        took(rounds[1], person, 7)
    took(rounds[0], one, 10)

    run = computed(made(rounds), rounds)

    assert said(run) == [(1, 1, 13), (1, 3, 13), (3, 2, 10)]
    assert faults(rounds) == []


def test_weights_turn_the_order(rounds):
    early, late = (entered(rounds, "Vũ Thị Dung", number=n) for n in (1, 2))
    for person, scores in ((early, (9, 5)), (late, (5, 8))):
        for round_, score in zip(rounds, scores, strict=True):
            took(round_, person, score)

    run = computed(made(rounds, OverallRule.WEIGHTED, {rounds[1].id: 2 * MILLION}), rounds)

    assert said(run) == [(1, 2, 21), (2, 1, 19)]


def test_higher_prize_is_kept_once_and_says_of_which_round(rounds):
    twice, second, third = (entered(rounds, "Trần Quốc Bảo", number=n) for n in (1, 2, 3))
    for round_, order in zip(rounds, ((third, twice), (twice, second)), strict=True):
        for place, person in enumerate(order):
            took(round_, person, 10 - place)

    run = computed(made(rounds, OverallRule.KEEP_HIGHER_PRIZE), rounds)

    rows = {row.enrolment_id: row for row in db.session.scalars(select(OverallStanding))}
    assert (rows[twice.id].best_place, rows[twice.id].kept_round_id) == (1, rounds[1].id)
    assert [place for place, *_ in said(run)] == [1, 1, 3]


def test_places_of_a_block_are_counted_in_it(rounds):
    block = factories.saved(Block(contest_id=rounds[0].contest_id, title="Khối người dân"))
    first = entered(rounds, "Lê Hoàng Yến", number=1)
    mine = entered(rounds, "H’Bia Kbuôr", number=2, block_id=block.id)
    took(rounds[0], first, 9)
    took(rounds[0], mine, 8)

    run = computed(made(rounds), rounds)

    assert said(run, block=block.id) == [(1, 2, 8)]
    assert said(run) == [(1, 1, 9), (2, 2, 8)]


def test_pages_of_a_table_go_on_with_the_places(rounds, monkeypatch):
    monkeypatch.setattr(board_finding, "PAGE", 2)
    for number, correct in enumerate((9, 8, 8, 7, 7), start=1):
        took(rounds[0], entered(rounds, "Nguyễn Thị Hạnh", number=number), correct)
    run = computed(made(rounds), rounds)
    places, after = [], None

    while True:
        page = total_queries.lines(run.id, Wanted(after=after))
        places += [line.place for line in page.rows]
        if page.after is None:
            break
        after = page.after

    assert places == [1, 2, 2, 4, 4]


def test_computing_again_makes_a_new_run_and_keeps_the_old_one(rounds):
    took(rounds[0], entered(rounds, "Y Thiên Niê", number=1), 6)
    table = made(rounds)
    first = computed(table, rounds)

    again = computed(table, rounds)

    assert (first.number, again.number) == (1, 2)
    assert said(first) == said(again) == [(1, 1, 6)]


def test_table_says_that_a_round_was_computed_since(rounds):
    took(rounds[0], entered(rounds, "Y Thiên Niê"), 6)
    table = made(rounds)
    computed(table, rounds)
    before = total_queries.state_of(db.session.get_one(OverallTable, table.id))

    compute_rounds(rounds[:1] + rounds[1:])

    after = total_queries.state_of(db.session.get_one(OverallTable, table.id))
    assert (before.is_outdated, after.is_outdated) == (False, True)
    assert before.waits_for == after.waits_for == []


def test_table_is_not_computed_before_its_rounds_are(rounds):
    table = made(rounds)

    with pytest.raises(RoundNotReady):
        totalling.compute(table, factories.account(), reason="", at=rounds[1].closes_at)
    state = total_queries.state_of(db.session.get_one(OverallTable, table.id))
    assert [one.number for one in state.waits_for] == [1, 2]


@pytest.mark.parametrize("least", [0, 3])
def test_table_of_too_many_rounds_is_refused(rounds, least):
    with pytest.raises(WrongTable):
        made(rounds, min_rounds=least)


def test_table_of_a_round_of_another_contest_is_refused(rounds, noon):
    foreign = factories.round_(opens_at=noon)

    with pytest.raises(WrongTable):
        made([rounds[0], foreign])


def test_table_is_public_when_all_its_rounds_are(rounds):
    took(rounds[0], entered(rounds, "Y Thiên Niê"), 6)
    table = made(rounds)
    run = computed(table, rounds)
    public_id = table.public_id

    def shown(at):
        db.session.rollback()
        found = total_queries.public_run(total_queries.table_with(public_id), at=at)
        return found.id if found else None

    assert shown(rounds[1].closes_at - timedelta(seconds=1)) is None
    assert shown(rounds[1].closes_at) == run.id


def test_verify_names_a_row_that_was_changed(rounds):
    took(rounds[0], entered(rounds, "Y Thiên Niê"), 6)
    run = computed(made(rounds), rounds)
    with atomic():
        db.session.scalars(select(OverallStanding)).one().score += 1

    contest = db.session.get_one(Contest, rounds[0].contest_id)
    found = [one for one in verifying.verify(contest).faults if "overall" in one]

    assert len(found) == 1
    assert f"run {run.number} of overall table" in found[0]


def test_verify_names_a_run_made_from_results_that_changed(rounds):
    took(rounds[0], entered(rounds, "Y Thiên Niê"), 6)
    run = computed(made(rounds), rounds)
    with atomic():
        db.session.get_one(publishing.ResultRun, run.inputs[0]["run"]).board_digest = "0" * 64

    assert len(faults(rounds)) == 1


def test_changes_of_a_table_leave_a_trace(rounds):
    table = made(rounds)
    totalling.edit(
        db.session.get_one(OverallTable, table.id),
        settled(rounds, OverallRule.BEST),
        factories.account(),
    )
    computed(table, rounds)

    log = rounds[0].contest.log
    told = db.session.scalars(select(AuditEntry.action).where(AuditEntry.log == log)).all()
    assert [one for one in told if one.startswith("overall")] == [
        "overall.created",
        "overall.edited",
        "overall.computed",
    ]


# --- The public's board ------------------------------------------------------------------------


def published(rounds, *people):
    """Return the address parts of a public table in which these stand in this order."""
    for number, person in enumerate(people):
        took(rounds[0], person, 9 - number)
    table = made(rounds)
    computed(table, rounds)
    found = (db.session.get_one(Contest, rounds[0].contest_id).slug, table.public_id)
    db.session.rollback()
    return found


def shown(rounds, address, **wanted):
    found = total_queries.board(*address, Wanted(**wanted), at=rounds[1].closes_at)
    db.session.rollback()
    return [(line.place, line.name) for line in found.page.rows]


def test_table_is_searched_by_unit_and_words_and_keeps_the_true_places(rounds):
    health = factories.unit(name="Sở Y tế")
    people = [
        entered(rounds, "Vũ Thị Dung", number=1),
        entered(rounds, "Nguyễn Thị Hạnh", number=2, unit_id=health.id),
        entered(rounds, "Trần Quốc Bảo", number=3),
        entered(rounds, "Y Thiên Niê", number=4, unit_id=health.id),
    ]
    address = published(rounds, *people)

    assert shown(rounds, address, unit=health.public_id) == [
        (2, "Nguyễn Thị H***"), (4, "Y Thiên N***"),
    ]  # fmt: skip
    assert shown(rounds, address, words="so y te") == shown(rounds, address, unit=health.public_id)
    assert shown(rounds, address, words="tran quoc") == [(3, "Trần Quốc B***")]
    assert shown(rounds, address, words="quoc bao") == [(3, "Trần Quốc B***")]
    assert shown(rounds, address, words="bao quoc") == []


@pytest.mark.parametrize("count", [1, 4])
def test_table_takes_as_many_statements_for_any_number_of_rows(rounds, queries, count):
    address = published(
        rounds, *(entered(rounds, "Vũ Thị Dung", number=n) for n in range(1, count + 1))
    )
    total_queries.kept.forget()
    queries.clear()

    assert len(shown(rounds, address)) == count

    assert len(queries) == 8


def test_table_leads_to_the_page_of_the_own_row(rounds, monkeypatch):
    monkeypatch.setattr(board_finding, "ABOVE_MINE", 1)
    people = [entered(rounds, "Vũ Thị Dung", number=n) for n in range(1, 5)]
    address = published(rounds, *people)
    run = total_queries.newest_run(total_queries.table_with(address[1]).id)

    mark, block = total_queries.mark_above(run, people[3].account_id)

    assert [place for place, _ in shown(rounds, address, after=mark)] == [3, 4]
    assert block == board_finding.ALL
    assert total_queries.mark_above(run, factories.account().id) is None

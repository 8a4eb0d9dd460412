"""Verifying boards: what the public's pages say is counted by hand from the attempts."""

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import text

from contest import (
    board_finding,
    board_lines,
    computing,
    freezing,
    placing,
    publishing,
    rereading,
    run_queries,
    total_queries,
    totalling,
)
from contest.models import Block, OverallTable, Round
from contest.rules.ranking import Key, natural
from contest.rules.totalling import MILLION, OverallRule, OverallTerms
from contest.totalling import TableSettings
from core.db import db, writing
from tests import factories
from tests.contest.standing import taken


@pytest.fixture
def round_(app, noon, monkeypatch):
    monkeypatch.setattr(board_finding, "PAGE", 7)
    made = factories.round_(opens_at=noon)
    rng, block = Random(3), factories.saved(Block(contest_id=made.contest_id, title="Khối A"))
    for number in range(23):
        more = {"block_id": block.id} if number % 3 == 0 else {}
        name = ("Nguyễn Thị Hạnh", "Y Thiên Niê", "H’Linh Mlô")[number % 3]
        agreed = number % 2 == 0
        taken(made, name, rng.randint(0, 3), rng.randint(60, 70), publishes_name=agreed, **more)
    publishing.rebuild_provisional(made)
    return made


def again(round_):
    db.session.rollback()
    return db.session.get_one(Round, round_.id)


def computed(round_):
    at = round_.closes_at + timedelta(hours=1)
    publishing.compute(again(round_), None, reason="", at=at)
    return at


def faults(round_):
    round_ = again(round_)
    run = run_queries.current_run(round_)
    stood = computing.stood_in(round_, placing.terms_of(round_), computing.achieved_in(round_))
    return rereading.faults(round_, run, stood)


def altered(statement):
    db.session.rollback()
    with writing() as connection:
        connection.execute(text(statement))
    db.session.expire_all()


def test_boards_as_they_are_have_no_fault(round_):
    provisional = faults(round_)
    computed(round_)

    assert (provisional, faults(round_)) == ([], [])


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE standing SET score = score + 1 WHERE {one}", "score"),
        ("UPDATE standing SET correct = 0, sort_key = sort_key WHERE {one}", "right"),
        ("UPDATE standing SET duration_ms = 1 WHERE {one}", "time"),
        ("UPDATE standing SET sort_key = '0' WHERE id = (SELECT max(id) FROM standing)", "person"),
        ("UPDATE standing SET attempts = 7 WHERE {one}", "attempts"),
        ("DELETE FROM standing WHERE {one}", "23 people should stand there, not 22"),
        ("UPDATE standing SET block_id = NULL WHERE {one}", "Khối A"),
    ],
)
def test_row_of_the_public_that_was_altered_is_named(round_, statement, said):
    computed(round_)
    one = "id = (SELECT max(id) FROM standing WHERE audience = 'public' AND correct > 0"
    altered(statement.format(one=f"{one} AND block_id IS NOT NULL)"))

    assert any(said in fault for fault in faults(round_))


def test_name_in_full_of_who_did_not_agree_is_named(round_, monkeypatch):
    computed(round_)
    shown = board_lines._line

    def careless(row, place, head):

        return shown(_Agreed(row), place, head)

    monkeypatch.setattr(board_lines, "_line", careless)

    assert any("differs in name" in fault for fault in faults(round_))


class _Agreed:
    """A row that says of everybody that the name may be published."""

    publishes_name = True

    def __init__(self, row):
        self._row = row

    def __getitem__(self, at):
        return self._row[at]

    def __getattr__(self, name):
        return getattr(self._row, name)


def test_place_that_a_query_counts_wrongly_is_named(round_, monkeypatch):
    computed(round_)
    right = board_finding.paged
    monkeypatch.setattr(
        board_finding,
        "paged",
        lambda rows, wanted, line: right(rows, wanted, lambda row, place: line(row, place + 1)),
    )

    assert any("differs in place" in fault for fault in faults(round_))


def test_frozen_board_that_was_altered_is_named(round_):
    at = round_.opens_at + timedelta(hours=1)
    freezing.freeze(again(round_), factories.account(), reason="Chờ lễ", at=at)
    taken(round_, "Trần Quốc Bảo", 3, 7200)
    publishing.rebuild_provisional(again(round_))
    before = faults(round_)

    altered(
        "UPDATE standing SET duration_ms = 1"
        " WHERE id = (SELECT max(id) FROM standing WHERE audience = 'public')"
    )

    assert before == []
    assert [one.startswith("frozen board of round") for one in faults(round_)] == [True]


def test_places_of_an_overall_table_are_counted_again(round_, monkeypatch):
    second = factories.round_(
        contest=round_.contest, number=2, opens_at=round_.closes_at, blueprint=round_.blueprint
    )
    at = [computed(one) for one in (round_, second)][-1]
    weights = {one.id: MILLION for one in (round_, second)}
    terms = OverallTerms(OverallRule.SUM, natural(Key.SCORE), weights)
    settings, actor = TableSettings("Cả cuộc thi", terms), factories.account()
    table = totalling.create(again(round_).contest, settings, actor, at=at)
    totalling.compute(db.session.get_one(OverallTable, table.id), actor, reason="", at=at)
    before = rereading.table_faults(again(round_).contest)

    right = total_queries._line
    monkeypatch.setattr(
        total_queries, "_line", lambda row, place, **more: right(row, place // 2 + 1, **more)
    )

    assert before == []
    assert rereading.table_faults(again(round_).contest) == [
        f"board of overall table {table.public_id}: places are not those of its run"
    ]

"""Boards: who stands where, what the public may read of it, and in how many statements."""

from datetime import timedelta
from random import Random
from threading import BoundedSemaphore

import pytest
from sqlalchemy import text

from contest import board_finding, board_lines, boards, publishing, totalling
from contest.board_finding import Wanted
from contest.models import Block, OverallTable, RoundState, Standing
from contest.rules import participating
from contest.rules.participating import BandName
from contest.rules.predicting import Prediction
from contest.rules.ranking import Key, natural
from contest.rules.totalling import MILLION, OverallRule, OverallTerms
from contest.totalling import TableSettings
from core.db import atomic, db
from core.errors import Busy
from tests import factories
from tests.contest.standing import taken
from tests.counting import heard

RULE = natural(Key.CORRECT_COUNT, Key.DURATION_MS).written()


@pytest.fixture
def round_(app, noon):
    return factories.round_(opens_at=noon, ranking=RULE)


def head(round_, at=None):
    found = boards.head(
        round_.contest.slug, round_.number, at=at or round_.opens_at + timedelta(hours=1)
    )
    db.session.rollback()
    return found


def rows(round_, at=None, **wanted):
    return board_lines.lines(head(round_, at), Wanted(**wanted)).rows


def said(lines):
    return [(line.place, line.name) for line in lines]


def computed(round_):
    """Close the round, compute it and make it public; return the moment."""
    at = round_.closes_at + timedelta(hours=1)
    publishing.compute(round_, None, reason="", at=at)
    publishing.publish(round_, None, at=at)
    return at


def test_server_knows_the_rows_of_a_board_as_soon_as_they_are_there(round_):
    for correct in (1, 2, 3):
        taken(round_, "Trần Quốc Bảo", correct, 60)
    with atomic():
        round_.public_results_at = round_.closes_at + timedelta(days=1)
    is_server = db.engine.dialect.name == "postgresql"

    for act in (publishing.compute, publishing.publish):
        more = {"reason": ""} if act is publishing.compute else {}
        with heard(db.engine) as sent:
            act(round_, None, at=round_.closes_at + timedelta(hours=1), **more)

        surveyed = [one for one in sent if one.startswith("ANALYZE")]
        assert surveyed == ["ANALYZE standing"] * is_server
        if is_server:
            known = text("SELECT reltuples FROM pg_class WHERE relname = 'standing'")
            assert db.session.scalar(known) == db.session.query(Standing).count()


def test_lines_share_a_place_and_skip_the_next(round_):
    for name, correct, seconds in (
        ("Y Thiên Niê", 2, 60),
        ("Trần Quốc Bảo", 3, 90),
        ("H’Linh Mlô", 3, 90),
        ("Vũ Thị Dung", 3, 40),
    ):
        taken(round_, name, correct, seconds)
    publishing.rebuild_provisional(round_)

    assert said(rows(round_)) == [
        (1, "Vũ Thị D***"), (2, "Trần Quốc B***"), (2, "H’Linh M***"), (4, "Y Thiên N***"),
    ]  # fmt: skip


def test_lines_on_later_pages_keep_their_places_through_ties(round_, monkeypatch):
    monkeypatch.setattr(board_finding, "PAGE", 2)
    for number, seconds in enumerate((10, 20, 20, 20, 30), start=1):
        taken(round_, f"Phạm Văn {'ABCDE'[number - 1]}", 3, seconds)
    publishing.rebuild_provisional(round_)
    shown = head(round_)

    first = board_lines.lines(shown, Wanted())
    second = board_lines.lines(shown, Wanted(after=first.after))
    third = board_lines.lines(shown, Wanted(after=second.after))
    back = board_lines.lines(shown, Wanted(before=third.before))

    assert [[line.place for line in page.rows] for page in (first, second, third, back)] == [
        [1, 2], [2, 2], [5], [2, 2],
    ]  # fmt: skip
    assert said(back.rows) == said(second.rows)
    assert (first.before, third.after, back.after) == (None, None, second.after)


@pytest.mark.parametrize("people", [1, 3])
def test_head_is_two_statements_and_lines_one_for_any_number_of_rows(round_, queries, people):
    for number in range(people):
        taken(round_, seconds=60 + number)
    publishing.rebuild_provisional(round_)
    slug, at = round_.contest.slug, round_.opens_at + timedelta(hours=1)
    db.session.rollback()
    queries.clear()

    shown = boards.head(slug, 1, at=at)
    found = board_lines.lines(shown, Wanted())

    assert (len(found.rows), len(queries)) == (people, 3)
    # Planned for this run, and not for one of middling size.
    assert f"run_id = {shown.run_id} AND" in queries[1]


def test_names_in_full_need_consent_a_computed_public_result_and_a_prize(round_):
    for number in range(12):
        taken(
            round_, f"Lê Thị {'ABCDEGHIKLMN'[number]}úc", 3, 60 + number, publishes_name=number != 1
        )
    publishing.rebuild_provisional(round_)
    before = said(rows(round_))

    at = computed(round_)

    after = said(rows(round_, at))
    assert [name for _, name in before[:2]] == ["Lê Thị A***", "Lê Thị B***"]
    assert [after[place] for place in (0, 1, 9, 10)] == [
        (1, "Lê Thị Aúc"), (2, "Lê Thị B***"), (10, "Lê Thị Lúc"), (11, "Lê Thị M***"),
    ]  # fmt: skip


def test_head_of_a_computed_round_that_is_not_public_shows_nothing(app, noon):
    round_ = factories.round_(opens_at=noon, ranking=RULE, public_results_at=None)
    taken(round_)
    publishing.rebuild_provisional(round_)
    at = round_.closes_at + timedelta(hours=1)

    publishing.compute(round_, None, reason="", at=at)

    assert head(round_, at).run is None


def test_head_without_a_live_board_shows_nothing_to_the_public(app, noon):
    round_ = factories.round_(opens_at=noon, ranking=RULE, live_board=False)
    taken(round_)
    publishing.rebuild_provisional(round_)

    assert head(round_).run is None


def test_head_leaves_the_prediction_out_until_its_number_is_known(app, noon):
    rule = natural(Key.CORRECT_COUNT, Key.PREDICTION_DIFF).written()
    round_ = factories.round_(opens_at=noon, ranking=rule, prediction=Prediction().written())
    taken(round_, correct=3, predicted=5_000_000)
    publishing.rebuild_provisional(round_)
    before = head(round_)

    at = computed(round_)

    after = head(round_, at)
    assert (before.is_provisional, before.rule.left_out, before.actuals) == (
        True, (Key.PREDICTION_DIFF,), {},
    )  # fmt: skip
    assert (after.is_provisional, after.rule.left_out, after.actuals) == (
        False,
        (),
        {None: 1_000_000},
    )
    assert rows(round_, at)[0].off == 4_000_000


@pytest.mark.parametrize("correct", [0, 1, 2, 3])
def test_head_counts_bands_as_the_rule_does(round_, correct):
    taken(round_, correct=correct)
    publishing.rebuild_provisional(round_)

    counted = {band.name: band.count for band in head(round_).bands}

    expected = dict.fromkeys(BandName, 0) | {participating.band(correct, 3): 1}
    assert counted == expected


def test_head_of_a_draft_round_is_nothing(app, noon):
    round_ = factories.round_(opens_at=noon, state=RoundState.DRAFT)

    assert boards.head(round_.contest.slug, 1, at=noon) is None


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("nguyen", 2),
        ("Nguyễn Thị", 2),
        ("hanh", 1),
        ("nguyen thi hanh", 1),
        ("so y te", 1),
        ("kon tum", 0),
        ("h_nh", 0),
    ],
)
def test_lines_are_found_by_what_a_masked_name_or_a_unit_shows(round_, words, found):
    health = factories.unit(name="Sở Y tế")
    taken(round_, "Nguyễn Thị Hạnh", unit=health)
    taken(round_, "Nguyễn Thị Dung", seconds=70)
    taken(round_, "Trần Quốc Bảo", seconds=80)
    publishing.rebuild_provisional(round_)

    assert len(rows(round_, words=words)) == found


def test_lines_of_a_unit_keep_the_places_of_the_whole_board(round_, monkeypatch):
    monkeypatch.setattr(board_finding, "PAGE", 2)
    health = factories.unit(name="Sở Y tế")
    for number in range(9):
        unit = health if number in (1, 3, 4, 8) else None
        taken(round_, "Nguyễn Thị Hạnh", seconds=60 + number // 2, unit=unit)
    publishing.rebuild_provisional(round_)
    shown = head(round_)

    first = board_lines.lines(shown, Wanted(unit=health.public_id))
    second = board_lines.lines(shown, Wanted(unit=health.public_id, after=first.after))
    back = board_lines.lines(shown, Wanted(unit=health.public_id, before=second.before))

    assert [[line.place for line in one.rows] for one in (first, second, back)] == [
        [1, 3], [5, 9], [1, 3],
    ]  # fmt: skip
    assert {line.unit_id for line in first.rows + second.rows} == {health.public_id}
    assert (first.before, second.after, back.before) == (None, None, None)


def test_lines_of_a_unit_that_is_not_there_are_none(round_):
    taken(round_)
    publishing.rebuild_provisional(round_)

    assert rows(round_, unit="khongco") == []


@pytest.mark.parametrize("wanted", [{}, {"words": "thi"}, {"unit": True}, {"block": True}])
def test_lines_have_the_places_that_counting_by_hand_gives(round_, wanted):
    rng = Random(5)
    unit = factories.unit(name="Sở Y tế")
    block = factories.saved(Block(contest_id=round_.contest_id, title="Khối người dân"))
    for number in range(40):
        name = ("Nguyễn Thị Hạnh", "Y Thiên Niê", "Trần Quốc Bảo")[number % 3]
        more = {"block_id": block.id} if number % 2 else {}
        seconds = rng.randint(60, 66)
        taken(round_, name, rng.randint(1, 3), seconds, unit=unit if number % 5 else None, **more)
    publishing.rebuild_provisional(round_)
    asked = wanted | ({"unit": unit.public_id} if "unit" in wanted else {})
    asked |= {"block": block.id} if "block" in wanted else {}

    found = rows(round_, **asked)

    here = db.session.query(Standing).filter_by(audience="public")
    among = [row for row in here if "block" not in wanted or row.block_id == block.id]
    keys = sorted(row.sort_key for row in among)
    by_account = {row.enrolment.account_id: row.sort_key for row in among}
    assert [line.place for line in found] == [
        1 + keys.index(by_account[line.account_id]) for line in found
    ]
    assert len(found) == {"words": 27, "unit": 32, "block": 20}.get(next(iter(wanted), ""), 40)


def test_search_is_refused_while_too_many_others_search(round_, monkeypatch):
    taken(round_)
    publishing.rebuild_provisional(round_)
    monkeypatch.setattr(board_finding, "PATIENCE_S", 0.01)
    monkeypatch.setattr(board_finding, "_few", BoundedSemaphore(1))
    slug, at = round_.contest.slug, round_.opens_at + timedelta(hours=1)

    with board_finding.one_of_few(), pytest.raises(Busy):
        board_lines.board(slug, 1, Wanted(words="thi"), at=at)
    with board_finding.one_of_few():
        everybody = board_lines.board(slug, 1, Wanted(), at=at)

    assert len(everybody[1].rows) == 1
    assert len(board_lines.board(slug, 1, Wanted(words="thi"), at=at)[1].rows) == 1


def test_head_names_the_overall_tables_that_are_public(round_):
    second = factories.round_(
        contest=round_.contest, number=2, opens_at=round_.closes_at, blueprint=round_.blueprint
    )
    at, both = computed(second), [round_, second]
    computed(round_)
    weights = {one.id: MILLION for one in both}
    terms = OverallTerms(OverallRule.SUM, natural(Key.SCORE), weights)
    settings, actor = TableSettings("Cả cuộc thi", terms), factories.account()
    table = totalling.create(round_.contest, settings, actor, at=at)
    before = head(round_, at)
    totalling.compute(db.session.get_one(OverallTable, table.id), actor, reason="", at=at)

    after = head(round_, at)

    assert (before.tables, after.tables) == ([], [(table.public_id, "Cả cuộc thi")])
    assert head(round_, second.closes_at - timedelta(seconds=1)).tables == []


def test_lines_found_by_a_hidden_part_tell_no_more_than_the_initial(round_):
    taken(round_, "Nguyễn Thị Hạnh")
    taken(round_, "Nguyễn Thị Hoa", seconds=70)
    publishing.rebuild_provisional(round_)

    assert said(rows(round_, words="Nguyễn Thị Hạnh")) == [
        (1, "Nguyễn Thị H***"), (2, "Nguyễn Thị H***"),
    ]  # fmt: skip


def test_lines_of_a_block_are_a_ranking_of_its_own(round_):
    block = factories.saved(Block(contest_id=round_.contest_id, title="Khối người dân"))
    taken(round_, "Trần Quốc Bảo", seconds=50)
    for name, seconds in (("Nguyễn Thị Hạnh", 60), ("Y Thiên Niê", 60), ("Vũ Thị Dung", 90)):
        taken(round_, name, seconds=seconds, block_id=block.id)
    publishing.rebuild_provisional(round_)

    assert [line.place for line in rows(round_, block=block.id)] == [1, 1, 3]
    assert [line.place for line in rows(round_, block=block.id, words="Vũ Thị")] == [3]
    assert [line.place for line in rows(round_)] == [1, 2, 2, 4]
    assert boards.in_block(head(round_), block.id).people == 3


def test_board_shows_the_first_block_unless_another_is_asked_for(round_):
    staff, citizens = (
        factories.saved(Block(contest_id=round_.contest_id, title=title))
        for title in ("Khối cán bộ", "Khối người dân")
    )
    taken(round_, "Trần Quốc Bảo", seconds=50, block_id=staff.id)
    taken(round_, "Nguyễn Thị Hạnh", seconds=60, block_id=citizens.id)
    publishing.rebuild_provisional(round_)
    at = round_.opens_at + timedelta(hours=1)

    def shown(block):
        found = board_lines.board(round_.contest.slug, 1, Wanted(block=block), at=at)
        db.session.rollback()
        return said(found[1].rows)

    assert shown(None) == shown(staff.id) == shown(9999) == [(1, "Trần Quốc B***")]
    assert shown(citizens.id) == [(1, "Nguyễn Thị H***")]
    assert shown(board_finding.ALL) == [(1, "Trần Quốc B***"), (2, "Nguyễn Thị H***")]


def test_mark_above_leads_to_the_board_of_the_own_block(round_):
    block = factories.saved(Block(contest_id=round_.contest_id, title="Khối người dân"))
    for second in range(9):
        taken(round_, seconds=40 + second)
    mine = taken(round_, seconds=60, block_id=block.id)
    publishing.rebuild_provisional(round_)

    assert board_lines.mark_above(head(round_), mine.account_id) == ("", block.id)


def test_mark_above_leads_to_the_page_of_the_own_row(round_, monkeypatch):
    monkeypatch.setattr(board_finding, "ABOVE_MINE", 1)
    people = [taken(round_, seconds=60 + number) for number in range(4)]
    publishing.rebuild_provisional(round_)
    shown = head(round_)

    marks = [board_lines.mark_above(shown, one.account_id)[0] for one in people]

    places = [
        [line.place for line in board_lines.lines(shown, Wanted(after=mark or None)).rows]
        for mark in marks
    ]
    assert places == [[1, 2, 3, 4], [1, 2, 3, 4], [2, 3, 4], [3, 4]]
    assert board_lines.mark_above(shown, factories.account().id) is None


@pytest.mark.parametrize("mark", ["", "khong-phai", "ab.", "ab.99999999999999999999", "x'y.1"])
def test_read_mark_of_nonsense_is_before_everybody(mark):
    assert board_finding.read_mark(mark) == ("", 0)


def test_lines_of_a_run_without_standings_are_none(round_):
    assert board_lines.lines(head(round_), Wanted()).rows == []
    assert db.session.query(Standing).count() == 0

"""The reveal ceremony: its steps, who may see what of it, and that it publishes nothing."""

import json
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from accounts.models import AuditEntry
from contest import board_lines, boards, ceremony_queries, freezing, publishing, unveiling
from contest.board_finding import Wanted
from contest.errors import RoundNotReady
from contest.models import Award, AwardList, Block, Ceremony, PrizeKind, PrizeRule, Round
from contest.rules.prizes import IndividualRule, Level
from contest.unveiling import Chosen
from core import ids
from core.db import atomic, db
from tests import factories
from tests.contest.standing import taken


@pytest.fixture
def round_(app, noon):
    return factories.round_(opens_at=noon, public_results_at=None)


@pytest.fixture
def actor(app):
    return factories.account(full_name="Lê Thị Mai")


def again(row):
    db.session.rollback()
    return db.session.get_one(type(row), row.id)


def computed(round_):
    publishing.rebuild_provisional(round_)
    at = round_.closes_at + timedelta(hours=1)
    publishing.compute(again(round_), None, reason="", at=at)
    return at


def five(round_, **fields):
    names = ("Trần Quốc Bảo", "Vũ Thị Dung", "Y Thiên Niê", "H’Linh Mlô", "Nguyễn Thị Hạnh")
    return [taken(round_, name, 3, 60 + at, **fields) for at, name in enumerate(names)]


def shown(ceremony):
    return [(one.rank, one.name) for one in ceremony_queries.shown_in(again(ceremony))]


def test_ceremony_shows_the_first_places_and_all_equals_of_the_last(round_, actor):
    five(round_)
    taken(round_, "Phạm Văn Tùng", 3, 62)
    at = computed(round_)

    ceremony = unveiling.start(again(round_), actor, Chosen(places=3), at=at)

    assert shown(ceremony) == [
        (1, "Trần Quốc B***"), (2, "Vũ Thị D***"), (3, "Y Thiên N***"), (3, "Phạm Văn T***"),
    ]  # fmt: skip
    assert (ceremony.steps, ceremony.step) == (4, 0)


def test_ceremony_of_a_block_counts_places_in_it(round_, actor):
    block = factories.saved(Block(contest_id=round_.contest_id, title="Khối người dân"))
    five(round_)
    taken(round_, "Phạm Văn Tùng", 3, 90, block_id=block.id)
    at = computed(round_)

    ceremony = unveiling.start(again(round_), actor, Chosen(block=again(block)), at=at)

    assert shown(ceremony) == [(1, "Phạm Văn T***")]


def test_names_are_in_full_only_for_who_agreed(round_, actor):
    five(round_, publishes_name=True)
    taken(round_, "Phạm Văn Tùng", 3, 59)
    at = computed(round_)

    ceremony = unveiling.start(again(round_), actor, Chosen(places=3), at=at)

    assert shown(ceremony) == [(1, "Phạm Văn T***"), (2, "Trần Quốc Bảo"), (3, "Vũ Thị Dung")]


def test_ceremony_of_winners_goes_prize_by_prize(round_, actor):
    people = five(round_, publishes_name=True)
    at = computed(round_)
    rule = factories.saved(
        PrizeRule(
            public_id=ids.public_id(), contest_id=round_.contest_id, round_id=round_.id,
            position=1, kind=PrizeKind.INDIVIDUAL, title="Giải tuần", seed="5e" * 16,
            rule=IndividualRule((Level("Giải Nhất", 1), Level("Giải Nhì", 2))).written()
            | {"publishes_names": True},
            created_at=at,
        )
    )  # fmt: skip
    won = [(0, 1, people[1]), (1, 1, people[0]), (1, 2, None)]
    awards = [
        Award(
            public_id=ids.public_id(), level=level, number=number,
            title=("Giải Nhất", "Giải Nhì")[level], value=0,
            enrolment_id=person.id if person else None,
        )
        for level, number, person in won
    ]  # fmt: skip
    winners = factories.saved(
        AwardList(
            public_id=ids.public_id(), rule_id=rule.id, number=1, state="agreed",
            rule_then=rule.rule, basis={"runs": []}, derived=[], made_at=at, awards=awards,
            proposed_by_id=actor.id, decided_by_id=factories.account().id, decided_at=at,
        )
    )  # fmt: skip

    ceremony = unveiling.start(again(round_), actor, Chosen(winners=again(winners)), at=at)

    found = ceremony_queries.shown_in(again(ceremony))
    assert [(one.rank, one.prize, one.name) for one in found] == [
        (1, "Giải Nhất", "Vũ Thị Dung"), (2, "Giải Nhì", "Trần Quốc Bảo"),
    ]  # fmt: skip
    assert [one.line.duration_ms for one in found] == [61_000, 60_000]


def test_ceremony_needs_computed_results_and_somebody_to_show(round_, actor, noon):
    empty = factories.round_(opens_at=noon)
    at = computed(empty)

    with pytest.raises(RoundNotReady):
        unveiling.start(again(round_), actor, Chosen(), at=at)
    with pytest.raises(RoundNotReady):
        unveiling.start(again(empty), actor, Chosen(), at=at)


def test_one_ceremony_of_a_round_runs_at_a_time(round_, actor):
    five(round_)
    at = computed(round_)
    first = unveiling.start(again(round_), actor, Chosen(), at=at)
    with pytest.raises(RoundNotReady):
        unveiling.start(again(round_), actor, Chosen(), at=at)

    unveiling.end(again(first), actor, at=at)

    second = unveiling.start(again(round_), actor, Chosen(), at=at)
    assert [one.id for one in ceremony_queries.ceremonies_of(again(round_))] == [
        second.id, first.id,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("moves", "step", "furthest"),
    [
        ([(0, 1), (1, 2)], 2, 2),
        ([(0, 1), (0, 1)], 1, 1),
        ([(0, 1), (0, 2)], 1, 1),
        ([(0, 4), (4, 3)], 3, 4),
        ([(0, 99)], 5, 5),
        ([(0, 1), (1, -7)], 0, 1),
    ],
)
def test_a_step_is_taken_once_by_whom_has_seen_the_one_before(round_, actor, moves, step, furthest):
    five(round_)
    ceremony = unveiling.start(again(round_), actor, Chosen(), at=computed(round_))

    for seen, to in moves:
        unveiling.move(again(ceremony), seen=seen, to=to)

    found = again(ceremony)
    assert (found.step, found.furthest) == (step, furthest)


def test_ended_ceremony_moves_no_more(round_, actor):
    five(round_)
    at = computed(round_)
    ceremony = unveiling.start(again(round_), actor, Chosen(), at=at)
    unveiling.end(again(ceremony), actor, at=at)

    with pytest.raises(RoundNotReady):
        unveiling.move(again(ceremony), seen=0, to=1)
    with pytest.raises(RoundNotReady):
        unveiling.darken(again(ceremony), is_dark=True)
    assert again(ceremony).step == 0


def test_a_step_makes_the_dark_screen_light(round_, actor):
    five(round_)
    ceremony = unveiling.start(again(round_), actor, Chosen(), at=computed(round_))

    unveiling.darken(again(ceremony), is_dark=True)
    was_dark = again(ceremony).is_dark
    unveiling.move(again(ceremony), seen=0, to=1)

    assert (was_dark, again(ceremony).is_dark) == (True, False)


def test_start_file_and_end_are_in_the_trail_and_steps_are_not(round_, actor):
    five(round_)
    at = computed(round_)
    before = db.session.query(AuditEntry).count()
    ceremony = unveiling.start(again(round_), actor, Chosen(places=3), at=at)
    for seen in range(3):
        unveiling.move(again(ceremony), seen=seen, to=seen + 1)
    unveiling.take(again(ceremony), actor)
    for _ in range(2):
        unveiling.end(again(ceremony), actor, at=at)

    db.session.rollback()
    entries = db.session.query(AuditEntry).order_by(AuditEntry.id).all()[before:]
    assert [one.action for one in entries] == [
        "ceremony.started", "ceremony.taken", "ceremony.ended",
    ]  # fmt: skip
    told = json.loads(entries[-1].record)["details"]
    assert (told["run"], told["steps"], told["shown"]) == (2, 3, 3)


def test_ceremony_publishes_nothing(round_, actor):
    five(round_)
    publishing.rebuild_provisional(round_)
    freezing.freeze(again(round_), actor, reason="Chờ lễ", at=round_.closes_at)
    at = round_.closes_at + timedelta(hours=1)
    taken(round_, "Phạm Văn Tùng", 3, 10)
    publishing.compute(again(round_), None, reason="", at=at)

    def public():
        db.session.rollback()
        head = boards.head(round_.contest.slug, 1, at=at)
        return head, board_lines.lines(head, Wanted()).rows

    before = public()
    ceremony = unveiling.start(again(round_), actor, Chosen(), at=at)
    unveiling.move(again(ceremony), seen=0, to=6)
    unveiling.end(again(ceremony), actor, at=at)

    assert shown(ceremony)[0] == (1, "Phạm Văn T***")
    assert public() == before
    assert "Phạm Văn T***" not in [line.name for line in before[1]]


def test_ceremony_goes_on_with_its_run_when_results_are_computed_again(round_, actor):
    people = five(round_)
    at = computed(round_)
    ceremony = unveiling.start(again(round_), actor, Chosen(), at=at)
    with atomic():
        db.session.get_one(type(people[0]), people[0].id).disqualified_at = at
    publishing.compute(again(round_), None, reason="Loại một người", at=at + timedelta(hours=1))

    assert len(shown(ceremony)) == 5
    assert again(ceremony).run_id != db.session.get_one(Round, round_.id).current_run_id


@pytest.mark.parametrize("count", [1, 5])
def test_ceremony_is_read_in_two_statements(round_, actor, queries, count):
    for at in range(count):
        taken(round_, "Trần Quốc Bảo", 3, 60 + at)
    made = unveiling.start(again(round_), actor, Chosen(), at=computed(round_))
    public_id = made.public_id
    db.session.rollback()
    queries.clear()

    found = ceremony_queries.shown_in(ceremony_queries.ceremony_with(public_id))

    assert (len(found), len(queries)) == (count, 2)


def test_two_running_ceremonies_are_refused_by_the_database(round_, actor):
    five(round_)
    at = computed(round_)
    first = unveiling.start(again(round_), actor, Chosen(), at=at)
    copied = {"round_id": first.round_id, "run_id": first.run_id, "steps": 1}

    with pytest.raises(IntegrityError):
        factories.saved(
            Ceremony(public_id=ids.public_id(), started_at=at, started_by_id=actor.id, **copied)
        )

"""A round for some of the contest's people: at the start, in a seat, and in one condition."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from contest import attempting, eligibility_queries, preparing, publishing, seating
from contest.attempting import Client
from contest.errors import CannotStart, WrongSeat
from contest.models import Block, Enrolment, Seat
from contest.rules.grouping import Members
from contest.rules.qualifying import Eligibility
from core.db import atomic, db
from tests import factories
from tests.contest.winning import computed, person, taken

MINUTE = timedelta(minutes=1)


@pytest.fixture
def first(app, noon):
    return factories.round_(opens_at=noon, pass_mark=2_000_000)


@pytest.fixture
def final(first):
    return factories.round_(
        contest=first.contest, number=2, blueprint=first.blueprint, opens_at=first.closes_at
    )


@atomic()
def asks(round_, **told):
    round_.entry = Eligibility(**told).written()


def start(round_, enrolment):
    at = round_.opens_at + MINUTE
    return attempting.start(round_, enrolment, enrolment.account, client=Client("phiên"), at=at)


def entitled(round_):
    names = select(Enrolment).where(
        Enrolment.contest_id == round_.contest_id, eligibility_queries.entitled(round_)
    )
    return {one.account.full_name for one in db.session.scalars(names)}


def refused(round_):
    """Everybody who is told a reason, one by one."""
    mine = select(Enrolment).where(Enrolment.contest_id == round_.contest_id)
    return {
        one.account.full_name
        for one in db.session.scalars(mine)
        if eligibility_queries.refusal(round_, one) is not None
    }


@pytest.fixture
def people(first):
    """Four of two groups in the first round, one who was not there, all of different kinds."""
    groups = [
        factories.saved(Block(contest_id=first.contest_id, title=t)) for t in ("Khối A", "Khối B")
    ]
    told = {
        "An": ("civil_servant", groups[0], date(1990, 1, 1), 3, 60),
        "Bình": ("citizen", groups[1], date(2012, 1, 1), 3, 90),
        "Cường": ("manager", groups[0], date(1985, 5, 5), 1, 60),
        "Dung": (None, groups[1], None, 2, 60),
    }
    found = {}
    for name, (category, block, born, correct, seconds) in told.items():
        one = person(first.contest, name, category=category, block_id=block.id)
        with atomic():
            one.account.birth_date = born
        found[name] = taken(first, one, correct=correct, seconds=seconds)
    found["Én"] = person(first.contest, "Én", category="worker")
    computed(first)
    return found, groups


@pytest.mark.parametrize(
    ("told", "may"),
    [
        ({}, {"An", "Bình", "Cường", "Dung", "Én"}),
        ({"members": Members.STAFF}, {"An", "Cường", "Én"}),
        ({"members": Members.CITIZENS}, {"Bình", "Dung"}),
        ({"min_age": 16}, {"An", "Cường"}),
        ({"first": 1}, {"An", "Bình"}),
        ({"first": 2}, {"An", "Bình", "Cường", "Dung"}),
        ({"must_pass": True}, {"An", "Bình", "Dung"}),
        ({"members": Members.STAFF, "first": 2, "must_pass": True}, {"An"}),
    ],
)
def test_the_condition_and_the_reasons_agree_about_everybody(first, final, people, told, may):
    after = {"after": first.id} if {"first", "must_pass"} & told.keys() else {}
    asks(final, **told, **after)

    assert entitled(final) == may
    assert refused(final) == {"An", "Bình", "Cường", "Dung", "Én"} - may


def test_a_round_for_one_group_keeps_the_other_and_who_is_in_none_out(first, final, people):
    _found, (group, _other) = people
    asks(final, blocks=(group.id,))

    assert entitled(final) == {"An", "Cường"}


def test_who_is_not_among_the_first_is_refused_with_the_reason_and_gets_no_seat(
    first, final, people
):
    asks(final, after=first.id, first=1)

    with pytest.raises(CannotStart) as told:
        start(final, people[0]["Cường"])

    assert told.value.message == "This round is for the first %(count)s of the round before."
    assert told.value.details["count"] == 1
    seats = select(Seat).where(Seat.round_id == final.id)
    assert db.session.scalars(seats).all() == []
    assert start(final, people[0]["An"]).public_id


def test_nobody_enters_before_the_earlier_round_is_computed(noon, first, final):
    an = taken(first, person(first.contest, "An"), correct=3)
    asks(final, after=first.id, must_pass=True)
    assert entitled(final) == set()

    publishing.compute(first, None, reason="", at=first.closes_at)

    assert entitled(final) == {"An"}
    assert eligibility_queries.refusal(final, an) is None


def test_a_start_takes_as_many_statements_with_conditions_as_without(first, final, people, queries):
    # What a bank holds is read once for all who start soon after each other.
    start(final, people[0]["Dung"])
    counts = []
    for one, told in (("An", {}), ("Bình", {"after": first.id, "first": 1, "must_pass": True})):
        asks(final, **told)
        enrolment = db.session.get_one(Enrolment, people[0][one].id)
        db.session.expire_all()
        assert enrolment.account.full_name == one
        assert final.contest.rounds
        queries.clear()
        start(final, enrolment)
        # What the paper draws is read for whom it is new.
        counts.append(len([one for one in queries if "FROM item_version" not in one]))

    assert counts[0] == counts[1]


def test_seats_and_prepared_papers_are_only_for_who_may_take_the_round(first, final, people):
    asks(final, after=first.id, must_pass=True)
    actor = factories.account()
    sitting = final.sittings[0]

    with pytest.raises(WrongSeat):
        seating.seat(people[0]["Cường"], sitting, None, actor)
    preparing.order(sitting, actor, at=final.opens_at - MINUTE)

    seated = select(Enrolment).join(Seat, Seat.enrolment_id == Enrolment.id)
    here = db.session.scalars(seated.where(Seat.round_id == final.id))
    assert {one.account.full_name for one in here} == {"An", "Bình", "Dung"}
    assert seating.unseated(final) == 0


def test_conditions_of_a_round_are_said_with_the_titles_of_the_contest(first, final, people):
    asks(final, blocks=(people[1][0].id,), after=first.id, first=3)

    said = eligibility_queries.said(final)

    assert [one.values for one in said] == [
        {"groups": "Khối A"},
        {"count": 3, "round": "Tuần 1"},
    ]

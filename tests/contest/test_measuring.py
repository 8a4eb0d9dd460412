"""Statistics of a round's questions: which answers count, and what the bank keeps of them."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from accounts.models import AuditEntry
from contest import attempting, domains, measuring
from contest import jobs as contest_jobs
from contest.attempting import Client
from contest.models import Attempt, Enrolment, Response, Slot
from core import clock, jobs
from core.db import atomic, db
from core.jobs import Job, JobState
from questions import calibrating
from questions.models import Item, ItemStatistic, TestStatistic
from tests import factories
from tests.contest.taking import answered

PEOPLE = 30


@pytest.fixture
def now(app):
    return clock.now()


@pytest.fixture
def round_(now):
    """A round that thirty people took, all answering b, which is right, but for the last two."""
    made = factories.round_(
        opens_at=now - timedelta(days=2), closes_at=now - timedelta(days=1), max_per_round=3
    )
    for person in range(PEOPLE):
        take(made, "b" if person < PEOPLE - 2 else "a")
    return made


def take(round_, letter, enrolment=None, hours=1):
    enrolment = enrolment or factories.enrolment(round_.contest)
    at = round_.opens_at + timedelta(hours=hours)
    client = Client(session="phiên")
    attempt = attempting.start(round_, enrolment, enrolment.account, client=client, at=at)
    answered(attempt, letter, at=at + timedelta(minutes=1))
    attempting.submit(attempt, enrolment.account, at=at + timedelta(minutes=2))
    return attempt


def statistics(round_):
    db.session.rollback()
    rows = db.session.scalars(
        select(ItemStatistic)
        .where(ItemStatistic.occasion == round_.public_id)
        .order_by(ItemStatistic.version_id)
    )
    return list(rows)


def test_compute_keeps_what_everybody_answered_first(round_, now):
    first = db.session.scalars(select(Enrolment)).first()
    take(round_, "c", first, hours=2)

    assert measuring.compute(round_, None, at=now) == PEOPLE

    rows = statistics(round_)
    asked = 3 * (PEOPLE + 1)
    assert (sum(row.asked for row in rows), sum(row.n for row in rows)) == (asked, 3 * PEOPLE)
    chosen = {"a": 0, "b": 0, "c": 0, "d": 0}
    for row in rows:
        for option in row.figures.get("options", []):
            chosen[option["id"]] += option["count"]
    assert chosen["c"] == 0
    test = db.session.scalars(select(TestStatistic)).one()
    assert (test.n, test.figures.get("n")) == (PEOPLE, PEOPLE)
    assert test.figures["mean"] == 2.8


@pytest.mark.parametrize("mark", ["is_test", "is_hidden", "disqualified_at"])
def test_who_is_not_ranked_says_nothing_about_the_questions(round_, now, mark):
    other = take(round_, "d")
    with atomic():
        value = now if mark == "disqualified_at" else True
        db.session.execute(
            update(Enrolment).where(Enrolment.id == other.enrolment_id).values({mark: value})
        )

    assert measuring.compute(round_, None, at=now) == PEOPLE


def test_annulled_and_practice_attempts_say_nothing(round_, now):
    annulled, practice = take(round_, "d"), take(round_, "d")
    with atomic():
        db.session.get_one(Attempt, annulled.id).annulled_at = now
        db.session.get_one(Attempt, practice.id).kind = "practice"

    assert measuring.compute(round_, None, at=now) == PEOPLE


def test_options_are_known_by_id_whatever_their_order_on_the_paper(round_, now):
    with atomic():
        for slot in db.session.scalars(select(Slot).where(Slot.version_id.is_not(None))):
            slot.option_order = list(reversed(slot.option_order))

    measuring.compute(round_, None, at=now)

    right = [o for row in statistics(round_) for o in row.figures.get("options", []) if o["is_key"]]
    assert {option["id"] for option in right} <= {"b"}


def test_late_and_older_answers_are_not_counted(round_, now):
    row = db.session.scalars(select(Response).order_by(Response.attempt_id)).first()
    with atomic():
        older = {"seq": 0, "answer": "d", "received_at": row.received_at}
        late = {"seq": 99, "answer": "d", "received_at": now, "is_late": True}
        for more in (older, late):
            kept = {"attempt_id": row.attempt_id, "position": row.position, "lease_no": 1}
            db.session.add(Response(**kept | {"receipt": "x", "key_id": "y"} | more))

    measuring.compute(round_, None, at=now)

    counts = [
        option["count"]
        for stat in statistics(round_)
        for option in stat.figures.get("options", [])
        if option["id"] == "d"
    ]
    assert sum(counts) == 0


def test_computing_twice_leaves_the_same(round_, now):
    measuring.compute(round_, None, at=now)
    before = [(row.version_id, row.n, row.asked, row.figures) for row in statistics(round_)]
    items = [(one.id, one.facility_ppm, one.exposure) for one in db.session.scalars(select(Item))]

    measuring.compute(round_, None, at=now)

    assert [(row.version_id, row.n, row.asked, row.figures) for row in statistics(round_)] == before
    assert [
        (one.id, one.facility_ppm, one.exposure) for one in db.session.scalars(select(Item))
    ] == items


def test_items_carry_the_newest_figures_and_their_exposure(round_, now):
    measuring.compute(round_, None, at=now)

    for row in statistics(round_):
        item = db.session.get_one(Item, row.item_id)
        assert (item.exposure, item.facility_ppm) == (row.asked, row.facility_ppm)
    assert any(one.facility_ppm is not None for one in db.session.scalars(select(Item)))


def test_item_that_few_were_asked_counts_as_asked_and_has_no_figures(now):
    few = factories.round_(opens_at=now - timedelta(days=2), closes_at=now - timedelta(days=1))
    take(few, "b")

    measuring.compute(few, None, at=now)

    assert [(row.n, row.asked, row.facility_ppm, row.figures) for row in statistics(few)] == [
        (1, 1, None, {})
    ] * 3
    assert db.session.scalars(select(TestStatistic)).one().figures == {}


def test_revised_item_loses_its_figures_and_keeps_its_exposure(round_, now):
    from dataclasses import replace

    from questions import authoring

    measuring.compute(round_, None, at=now)
    item = db.session.scalars(select(Item).where(Item.facility_ppm.is_not(None))).first()
    asked, new = item.exposure, authoring.as_new(item)
    changed = replace(new, wording=replace(new.wording, stem="Cơ quan nào chủ trì Đề án?"))

    authoring.revise(factories.account(), item, changed, number=1, at=now)
    calibrating.refresh([item.id])

    again = db.session.get_one(Item, item.id)
    assert (again.facility_ppm, again.discrimination_ppm, again.flags) == (None, None, "")
    assert again.exposure == asked > 0


def test_round_that_is_over_is_computed_by_the_clock(round_, now):
    assert measuring.queue_due(at=now) == 1
    assert measuring.queue_due(at=now) == 1
    assert len(db.session.scalars(select(Job).where(Job.kind == measuring.JOB)).all()) == 1

    assert jobs.run_next(at=clock.now())

    assert db.session.scalars(select(Job.state).where(Job.kind == measuring.JOB)).one() is (
        JobState.DONE
    )
    assert measuring.queue_due(at=now) == 0
    assert contest_jobs.measuring is measuring


def test_round_with_an_open_attempt_waits(round_, now):
    with atomic():
        db.session.scalars(select(Attempt)).first().submitted_at = None

    assert measuring.queue_due(at=now) == 0


def test_statistics_leave_their_entry(round_, now):
    organizer = factories.account()

    measuring.compute(round_, organizer, at=now)

    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "statistics.computed")
    ).one()
    assert (entry.actor_id, entry.log) == (organizer.id, round_.contest.log)


def test_domains_add_up_by_topic_unit_and_category(round_, now):
    measuring.compute(round_, None, at=now)

    figures = db.session.scalars(select(TestStatistic)).one().figures
    rows = domains.by_topic(domains.read(figures))
    assert [(row.topic, row.people, str(row.share)) for row in rows] == [("", PEOPLE, "93.33")]


def test_gathering_takes_as_many_statements_for_three_as_for_one(round_, now, queries):
    queries.clear()
    measuring.gather(round_.id, lambda done, total: None)
    many = len(queries)
    with atomic():
        db.session.execute(
            update(Enrolment)
            .where(Enrolment.id != db.session.scalars(select(Enrolment.id)).first())
            .values(is_test=True)
        )
    queries.clear()

    measuring.gather(round_.id, lambda done, total: None)

    assert len(queries) == many

"""The figures of a run: which attempts they count, what is kept, what small groups leave out."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from accounts.models import AuditEntry
from accounts.rules.staff import StaffCategory
from accounts.rules.units import UnitKind
from contest import analysing, analysis_tables, publishing
from contest import jobs as contest_jobs
from contest.analysis_tables import HIDDEN, RoundFigures
from contest.models import Attempt, ContestUnit, Enrolment, RunAnalysis, Slot, Standing
from contest.rules import figuring
from contest.rules.participating import BandName
from contest.rules.withholding import TOTAL
from core import clock, i18n, jobs
from core.db import atomic, db
from core.jobs import Job, JobState
from core.vietnam import VIETNAM
from tests import factories
from tests.contest.test_measuring import take

LEADER, OFFICIAL = StaffCategory.LEADER, StaffCategory.CIVIL_SERVANT


@pytest.fixture
def now(app):
    """Some forenoon, so that what happens within hours happens on one day in Việt Nam."""
    return (clock.now() - timedelta(days=1)).replace(hour=3)


@pytest.fixture
def round_(now):
    return crowded(now)


def crowded(now):
    """A round that eighteen people of a ward and of a department took, one of them twice."""
    made = factories.round_(
        opens_at=now - timedelta(days=2), closes_at=now - timedelta(days=1), max_per_round=3
    )
    units = {
        UnitKind.WARD: factories.unit(name="Phường Buôn Hồ"),
        UnitKind.DEPARTMENT: factories.unit(name="Sở Nội vụ", kind=UnitKind.DEPARTMENT),
    }
    for unit in units.values():
        factories.saved(ContestUnit(contest_id=made.contest_id, unit_id=unit.id))
    crowd = [(UnitKind.WARD, OFFICIAL)] * 6 + [(UnitKind.WARD, LEADER)] * 2
    crowd += [(UnitKind.DEPARTMENT, OFFICIAL)] * 5 + [(UnitKind.DEPARTMENT, LEADER)] * 5
    for number, (kind, category) in enumerate(crowd):
        member(made, units[kind], category, "b" if number % 3 else "a")
    take(made, "b", db.session.scalars(select(Enrolment)).first(), hours=3)
    return made


def member(round_, unit, category, letter, hours=1):
    person = factories.enrolment(
        round_.contest, category=category, unit_id=unit.id, counted_unit_id=unit.id
    )
    return take(round_, letter, person, hours=hours)


def computed(round_):
    """Compute the results, and count the figures of the run; return both."""
    run = publishing.compute(round_, None, reason="Hết giờ", at=clock.now())
    analysing.compute(run.id, at=clock.now())
    db.session.rollback()
    kept = db.session.get_one(RunAnalysis, run.id)
    return run, figuring.read(kept.figures)


def tables(figures, title="Tuần 1"):
    return {one.key: one for one in analysis_tables.of_round(RoundFigures(title, figures))}


def test_figures_are_those_of_the_people_who_are_ranked_and_of_all_attempts(round_):
    run, figures = computed(round_)

    stood = db.session.scalars(select(Standing).where(Standing.run_id == run.id)).all()
    attempts = db.session.scalars(select(Attempt)).all()
    people = {one.enrolment_id: one for one in stood}
    assert (figures.people, figures.attempts) == (18, 19)
    assert sum(figures.bands.values()) == 18
    assert figures.bands[BandName.ALL] == sum(one.correct == one.asked for one in people.values())
    assert figures.minutes == Counter(one.duration_ms // 60_000 for one in people.values())
    local = [one.submitted_at.astimezone(VIETNAM) for one in attempts]
    assert figures.days == Counter(at.date() for at in local)
    assert figures.hours == Counter(at.hour for at in local)
    assert figures.devices == Counter(one.device for one in attempts)
    assert figures.spread.median == 120


def test_domains_add_up_the_slots_of_the_ranked_attempts(round_):
    run, figures = computed(round_)

    rows = db.session.execute(
        select(Slot.mark, Slot.points)
        .join(Standing, Standing.attempt_id == Slot.attempt_id)
        .where(Standing.run_id == run.id, Standing.audience == "participant")
    ).all()
    known = figures.domains.values()
    assert sum(one.earned for one in known) == sum(mark for mark, _ in rows)
    assert sum(one.points for one in known) == sum(points for _, points in rows)


@pytest.mark.parametrize("mark", ["is_test", "is_hidden"])
def test_who_is_not_ranked_is_in_no_figure(round_, mark):
    with atomic():
        somebody = db.session.scalars(select(Enrolment).order_by(Enrolment.id.desc())).first()
        db.session.execute(
            update(Enrolment).where(Enrolment.id == somebody.id).values({mark: True})
        )

    _, figures = computed(round_)

    assert (figures.people, figures.attempts) == (17, 18)


def test_figures_come_back_from_the_database_as_they_were_counted(round_):
    run, figures = computed(round_)

    assert figures == analysing.count(round_, run, lambda done, total: None)


def test_small_group_is_withheld_with_others_that_would_give_it_away(round_):
    _, figures = computed(round_)

    rows = tables(figures)["linh-vuc-don-vi-doi-tuong"].rows
    said = {tuple(i18n.say(cell) for cell in row[:2]): row[2] for row in rows}
    everybody = i18n.say(analysis_tables.EVERYBODY)
    assert said["Phường", "Lãnh đạo đơn vị"] == HIDDEN
    assert [row[2] for row in rows].count(HIDDEN) >= 4
    assert said[everybody, everybody] == 18


def test_sum_of_rounds_withholds_what_any_round_withholds(round_):
    _, figures = computed(round_)
    many = figuring.read(figures.written())
    large = {
        who: figuring.Known(20 * one.people, one.earned, one.points)
        for who, one in many.domains.items()
    }
    later = figuring.Figures(domains=large)

    assert figuring.withheld([later]) == frozenset()
    assert figuring.withheld([figures]) <= figuring.withheld([figures, later])
    assert (UnitKind.WARD, LEADER) in figuring.withheld([figures, later])


def test_group_of_several_rounds_has_the_people_of_its_largest_round(round_):
    _, figures = computed(round_)

    both = figuring.together([figures, figures])

    assert (both.people, both.attempts) == (36, 38)
    assert {who: one.people for who, one in both.domains.items()} == {
        who: one.people for who, one in figures.domains.items()
    }
    assert sum(one.earned for one in both.domains.values()) == 2 * sum(
        one.earned for one in figures.domains.values()
    )


def test_totals_of_a_table_are_the_whole(round_):
    _, figures = computed(round_)

    found = figuring.groups(figures.domains)

    whole = found[TOTAL, TOTAL]
    assert {topic: one.people for topic, one in whole.items()} == {"": 18}
    shares = tables(figures)["pho-diem"].rows
    assert sum(row[1] for row in shares) == 18
    assert abs(sum(row[2] for row in shares) - 100) <= Decimal("0.03")


def test_day_without_attempts_between_two_stands_with_nought(round_):
    _, figures = computed(round_)
    first = min(figures.days)
    later = figuring.Figures(days=figures.days | {first + timedelta(days=3): 2})

    assert [row[1] for row in tables(later)["theo-ngay"].rows] == [19, 0, 0, 2]


def test_due_job_counts_a_computed_run_once(round_):
    publishing.compute(round_, None, reason="Hết giờ", at=clock.now())

    assert analysing.queue_due(at=clock.now()) == 1
    while jobs.run_next(at=clock.now()):
        pass
    assert analysing.queue_due(at=clock.now()) == 0
    job = db.session.scalars(select(Job).where(Job.kind == analysing.JOB)).one()
    assert (job.state, job.result) == (JobState.DONE, {"kept": True})
    assert contest_jobs.queue_analyses(None) is None


def test_run_that_does_not_count_any_more_is_not_kept(round_):
    first = publishing.compute(round_, None, reason="Hết giờ", at=clock.now())
    publishing.compute(round_, None, reason="Tính lại", at=clock.now())

    assert analysing.compute(first.id, at=clock.now()) is False
    assert db.session.get(RunAnalysis, first.id) is None


def test_order_is_recorded_with_the_run(round_):
    actor = factories.account(full_name="Lê Thị Mai")
    run = publishing.compute(round_, actor, reason="Hết giờ", at=clock.now())

    analysing.order(round_, run, actor, at=clock.now())

    entry = db.session.scalars(select(AuditEntry).filter_by(action="analysis.ordered")).one()
    assert (entry.actor_id, f'"run":{run.number}' in entry.record) == (actor.id, True)


def test_work_that_is_cancelled_keeps_nothing(round_):
    run = publishing.compute(round_, None, reason="Hết giờ", at=clock.now())

    def stop(done, total):
        raise jobs.JobCancelled

    with pytest.raises(jobs.JobCancelled):
        analysing.compute(run.id, at=clock.now(), progress=stop)
    assert db.session.get(RunAnalysis, run.id) is None


def test_each_attempt_reads_its_own_line_of_the_run_and_not_the_whole_run(round_, queries):
    run, _ = computed(round_)
    queries.clear()
    analysing.count(round_, run, lambda done, total: None)

    statement = next(one for one in queries if "JOIN standing" in one)
    # The lines of a run are found by people, and by nothing else of an attempt.
    assert "standing.enrolment_id = attempt.enrolment_id" in statement

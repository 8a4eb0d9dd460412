"""Papers prepared before a sitting: complete, sealed, drawn as a start would draw them."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from contest import (
    attempting,
    beginning,
    prepared_queries,
    preparing,
    sitting_queries,
    unopened,
    verifying,
)
from contest.attempting import Client
from contest.copying import Starter
from contest.errors import PapersFaulty, WrongHour
from contest.models import Attempt, PreparedPaper, PreparedSlot, Seat, Slot
from contest.prepared_queries import State
from core import sealing, signing
from core.db import atomic, db
from questions.models import ItemVersion
from tests import factories

RELEASE = "0123456789abcdef"


@pytest.fixture
def round_(app, noon):
    return factories.round_(opens_at=noon + timedelta(hours=1))


@pytest.fixture
def people(round_):
    return [factories.enrolment(round_.contest) for _ in range(3)]


def prepare(round_, noon, release=RELEASE, **more):
    sitting = sitting_queries.sitting_with(round_.sittings[0].public_id)
    preparing.order(sitting, factories.account(), at=noon)
    sitting = sitting_queries.sitting_with(round_.sittings[0].public_id)
    return preparing.prepare(sitting, None, unopened.pages, release=release, at=noon, **more)


def state(round_, noon, release=RELEASE):
    db.session.rollback()
    basis = preparing.basis_of(round_, release, at=noon)
    return prepared_queries.state(round_.sittings[0].id, basis)


def papers():
    db.session.rollback()
    return db.session.scalars(select(PreparedPaper).order_by(PreparedPaper.seat_id)).all()


def test_every_seat_has_its_own_paper_and_nothing_looks_like_an_attempt(round_, people, noon):
    made = prepare(round_, noon)

    assert made == 3
    assert state(round_, noon) == State(seats=3, current=3, outdated=0, used=0)
    assert len({paper.public_id for paper in papers()}) == 3
    assert db.session.scalar(select(func.count()).select_from(Attempt)) == 0
    assert db.session.scalar(select(func.count()).select_from(PreparedSlot)) == 9


def test_prepared_paper_is_the_one_that_a_start_would_draw(round_, people, noon):
    prepare(round_, noon)

    plans = preparing.plans_of(round_, at=noon)
    again = {
        one.public_id: preparing.digest_of(preparing.rows_of(plans, None, one.public_id, at=noon))
        for one in papers()
    }

    assert {one.public_id: one.digest for one in papers()} == again
    assert preparing.faults(round_.contest) == []


def test_preparing_twice_changes_nothing(round_, people, noon):
    prepare(round_, noon)
    first = [(one.public_id, one.digest) for one in papers()]

    again = prepare(round_, noon + timedelta(minutes=1))

    assert again == 0
    assert [(one.public_id, one.digest) for one in papers()] == first


def test_preparing_goes_on_where_it_was_cut_short(round_, people, noon, monkeypatch):
    monkeypatch.setattr(preparing, "AT_ONCE", 1)

    def stop(done, total):
        if done == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        prepare(round_, noon, progress=stop)
    kept = {one.public_id for one in papers()}
    rest = prepare(round_, noon)

    assert (len(kept), rest) == (2, 1)
    assert kept < {one.public_id for one in papers()}


def test_change_of_the_bank_makes_papers_out_of_date_until_prepared_again(round_, people, noon):
    prepare(round_, noon)
    factories.item(round_.blueprint.bank, number=40)

    before = state(round_, noon)
    sitting = sitting_queries.sitting_with(round_.sittings[0].public_id)
    lines = prepared_queries.problems(sitting, preparing.basis_of(round_, RELEASE, at=noon))
    prepare(round_, noon)

    assert before == State(seats=3, current=0, outdated=3, used=0)
    assert [line.sentence.message for line in lines] == ["the paper is out of date"] * 3
    assert state(round_, noon) == State(seats=3, current=3, outdated=0, used=0)


def test_new_release_makes_sealed_pages_out_of_date(round_, people, noon):
    prepare(round_, noon)

    assert state(round_, noon, "fedcba9876543210").outdated == 3


def test_late_comer_is_named_until_the_paper_is_prepared(round_, people, noon):
    prepare(round_, noon)
    late = factories.enrolment(round_.contest, number=77)
    factories.seat(round_.sittings[0], late)

    sitting = sitting_queries.sitting_with(round_.sittings[0].public_id)
    lines = prepared_queries.problems(sitting, preparing.basis_of(round_, RELEASE, at=noon))

    assert [(line.number, line.sentence.message) for line in lines] == [(77, "no paper")]
    assert state(round_, noon).missing == 1
    assert prepare(round_, noon) == 1


def test_paper_that_lost_a_question_or_its_points_is_named(round_, people, noon):
    prepare(round_, noon)
    one, other, _ = papers()
    with atomic():
        db.session.delete(db.session.get(PreparedSlot, {"paper_id": one.id, "position": 2}))
        db.session.execute(
            update(PreparedSlot).where(PreparedSlot.paper_id == other.id).values(points=500_000)
        )

    sitting = sitting_queries.sitting_with(round_.sittings[0].public_id)
    lines = prepared_queries.problems(sitting, preparing.basis_of(round_, RELEASE, at=noon))

    said = [line.sentence.message for line in lines]
    assert said == ["%(count)s questions, not %(wanted)s", "%(points)s points, not %(wanted)s"]
    assert len(preparing.faults(round_.contest)) == 2


def test_question_that_lost_its_key_is_named(round_, people, noon):
    prepare(round_, noon)
    asked = db.session.scalars(select(PreparedSlot.version_id)).all()
    with atomic():
        for version in set(asked):
            found = prepared_queries.versions([version])[version]
            found.content = found.content | {"key": []}

    sitting = sitting_queries.sitting_with(round_.sittings[0].public_id)
    lines = prepared_queries.problems(sitting, preparing.basis_of(round_, RELEASE, at=noon))

    assert [line.sentence.message for line in lines] == ["question %(position)s has no key"] * 3


def test_altered_document_fails_the_work_and_names_the_candidate(round_, people, noon):
    prepare(round_, noon)
    paper = papers()[1]
    with atomic():
        changed = paper.document[:-1] + bytes([paper.document[-1] ^ 1])
        db.session.execute(
            update(PreparedPaper).where(PreparedPaper.id == paper.id).values(document=changed)
        )

    with pytest.raises(PapersFaulty) as refused:
        prepare(round_, noon)

    assert refused.value.details == {"numbers": str(people[1].number)}


def test_document_shows_nothing_before_its_key_and_the_whole_page_with_it(round_, people, noon):
    prepare(round_, noon)
    paper = papers()[0]
    stem = round_.blueprint.bank.title
    document = json.loads(
        sealing.unseal(paper.document, signing.unseal(beginning.KEY, paper.key), paper.public_id)
    )
    page = "".join(document["pieces"])

    assert document["config"]["attempt"] == paper.public_id
    assert page.count("question__stem") == 3
    assert sorted(set(document["between"])) == ["config", "token"]
    assert stem.encode() not in paper.document
    assert b"question" not in paper.document
    assert paper.key not in page


def test_pictures_are_in_the_sealed_page_itself(round_, people, noon):
    picture = factories.medium(round_.blueprint.bank)
    shown = {"id": picture.public_id, "kind": "picture", "alt": "Sơ đồ", "at": "stem"}
    with atomic():
        for version in db.session.scalars(select(ItemVersion)):
            version.content = version.content | {"media": [shown]}
    prepare(round_, noon)
    paper = papers()[0]

    key = signing.unseal(beginning.KEY, paper.key)
    page = sealing.unseal(paper.document, key, paper.public_id)

    assert page.count("data:image/png;base64,") == 3
    assert picture.public_id not in page


def test_papers_are_not_prepared_for_a_draft_or_once_the_sitting_is_over(round_, people, noon):
    with pytest.raises(WrongHour):
        prepare(round_, round_.closes_at)

    assert db.session.scalar(select(func.count()).select_from(Seat)) == 0


def test_used_paper_stays_and_verify_tells_a_changed_one(round_, people, noon):
    prepare(round_, noon)
    seat = db.session.scalars(select(Seat).order_by(Seat.id)).first()
    who = Starter(seat.id, people[0].account_id, people[0].account.public_id, "phiên")
    started = beginning.start(who, at=round_.opens_at)
    factories.item(round_.blueprint.bank, number=40)
    prepare(round_, noon)
    whole = verifying.verify(round_.contest).faults
    with atomic():
        slot = db.session.get(Slot, {"attempt_id": started.attempt_id, "position": 1})
        slot.points = 9_000_000

    faults = verifying.verify(round_.contest).faults

    assert state(round_, noon) == State(seats=3, current=2, outdated=0, used=1)
    assert whole == []
    assert faults == [
        f"prepared paper of attempt {started.public_id}: "
        "its questions are not those that were prepared"
    ]


def test_ordinary_start_uses_the_prepared_paper(round_, people, noon):
    prepare(round_, noon)
    seat = db.session.scalar(select(Seat).where(Seat.enrolment_id == people[0].id))
    wanted = prepared_queries.paper_of(seat.id)
    expected = (wanted.public_id, wanted.digest)

    attempt = attempting.start(
        round_, people[0], people[0].account, client=Client("phiên"), at=round_.opens_at
    )

    rows = prepared_queries.rows_of(wanted.id, attempt.id)
    assert (attempt.public_id, preparing.digest_of(rows)) == expected
    assert prepared_queries.paper_of(seat.id).used_at == round_.opens_at

"""Parts are declared before the seal, and figures are written down with where they were seen."""

from datetime import timedelta
from decimal import Decimal

import pytest

from contest import apportioning, parting
from contest import judging as acting
from contest.apportioning import Counted, PartSettings
from contest.errors import CannotJudge
from contest.models import Part, PartCount
from contest.rules.judging.measured import MeasureRule
from contest.rules.judging.parts import PartKind
from contest.rules.judging.voting import VoteRule
from core import clock
from core.db import db
from tests import factories
from tests.contest import judging, staged

HOUR = timedelta(hours=1)
PAGE = "https://example.vn/clip"


@pytest.fixture
def judged(app):
    return judging.judged_round(factories.contest(), digest="", sealed_at=None)


@pytest.fixture
def officer(app):
    return factories.account()


def again(row):
    db.session.rollback()
    return db.session.get_one(type(row), getattr(row, "id", None) or row.round_id)


def content():
    return PartSettings(PartKind.JUDGED, "Nội dung", Decimal(70))


def media(**fields):
    rule = MeasureRule(Decimal(30), weights={"views": Decimal(1), "likes": Decimal(5)})
    defaults = {"measure": rule, "counted_at": clock.now() + HOUR}
    return PartSettings(PartKind.MEASURED, "Lan tỏa", Decimal(30), **defaults | fields)


def kinds(judged):
    return [one.kind for one in parting.parts_of(again(judged))]


def test_parts_stand_in_the_order_in_which_they_were_declared(judged, officer):
    for settings in (content(), media()):
        apportioning.add(again(judged), settings, officer)

    assert kinds(judged) == [PartKind.JUDGED, PartKind.MEASURED]
    assert apportioning.problems(again(judged)) == []


def test_sealed_rules_keep_their_parts_and_the_trail_has_their_digest(judged, officer):
    part = apportioning.add(again(judged), content(), officer)
    before = parting.digest(again(judged))
    acting.seal(again(judged), officer, at=clock.now())

    with pytest.raises(CannotJudge):
        apportioning.add(again(judged), media(), officer)
    with pytest.raises(CannotJudge):
        apportioning.remove(again(part), officer)

    assert parting.digest(again(judged)) == before
    assert kinds(judged) == [PartKind.JUDGED]


def test_part_taken_out_before_the_seal_is_gone(judged, officer):
    part = apportioning.add(again(judged), content(), officer)

    apportioning.remove(again(part), officer)

    assert kinds(judged) == []


@pytest.mark.parametrize(
    "settings",
    [
        PartSettings(PartKind.JUDGED, "Nội dung", Decimal(0)),
        PartSettings(PartKind.QUIZ, "Kiến thức", Decimal(10)),
        PartSettings(PartKind.MEASURED, "Lan tỏa", Decimal(30), measure=MeasureRule(Decimal(30))),
        PartSettings(
            PartKind.VOTED, "Bình chọn", Decimal(10),
            vote=VoteRule(clock.now() + HOUR, clock.now()),
        ),
        PartSettings(PartKind.VOTED, "Bình chọn", Decimal(10)),
    ],
)  # fmt: skip
def test_part_that_cannot_be_is_refused(judged, officer, settings):
    with pytest.raises(CannotJudge):
        apportioning.add(again(judged), settings, officer)

    assert kinds(judged) == []


def test_second_judged_part_is_refused(judged, officer):
    apportioning.add(again(judged), content(), officer)

    with pytest.raises(CannotJudge):
        apportioning.add(again(judged), content(), officer)


@pytest.fixture
def part(judged, officer):
    return apportioning.add(again(judged), media(), officer)


@pytest.fixture
def row(judged):
    return judging.round_entry(judged, judging.entry(judging.category(judged.round.contest)))


def counted(**fields):
    figures = {"views": 1200, "likes": 30}
    return Counted(**{"figures": figures, "taken_at": clock.now() - HOUR, "address": PAGE} | fields)


def count(part, row, officer, **fields):
    found = counted(**fields)
    return apportioning.count(again(part), again(row), found, officer, at=clock.now())


def test_picture_of_a_page_is_kept_encoded_anew_with_its_digest(part, row, officer):
    made = count(part, row, officer, picture=factories_png())

    assert (made.media_type, len(made.evidence_digest)) == ("image/png", 64)
    kept = parting.count_with(made.public_id)
    assert kept.evidence.startswith(b"\x89PNG")


def factories_png():
    import io

    from PIL import Image

    target = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(target, "PNG")
    return target.getvalue()


@pytest.mark.parametrize(
    "fields",
    [
        {"figures": {"views": 10}},
        {"figures": {"views": 10, "likes": 1, "shares": 2}},
        {"address": ""},
        {"taken_at": clock.now() + 2 * HOUR},
    ],
)
def test_figures_that_cannot_hold_are_refused(part, row, officer, fields):
    with pytest.raises(CannotJudge):
        count(part, row, officer, **fields)

    assert db.session.query(PartCount).count() == 0


def test_figures_read_after_the_hour_are_refused(judged, row, officer):
    part = staged.part(judged, PartKind.MEASURED, position=5, closes_at=clock.now() - 2 * HOUR)

    with pytest.raises(CannotJudge):
        count(part, row, officer, figures={"views": 10})


def test_second_count_needs_a_reason_and_leaves_the_first(part, row, officer):
    count(part, row, officer)
    with pytest.raises(CannotJudge):
        count(part, row, officer, figures={"views": 1300, "likes": 31})

    count(part, row, officer, figures={"views": 1300, "likes": 31}, reason="Đọc nhầm dòng")

    held = parting.counts_in(again(part))
    assert held[row.id].figures == {"views": 1300, "likes": 31}
    assert db.session.query(PartCount).count() == 2


def test_entry_of_another_round_is_not_counted(part, officer):
    other = judging.judged_round(factories.contest(slug="khac"))
    row = judging.round_entry(other, judging.entry(judging.category(other.round.contest)))

    with pytest.raises(CannotJudge):
        count(part, row, officer)
    assert db.session.query(Part).count() == 1

"""Making contests and rounds."""

import hashlib
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.models import AuditEntry, UnitPlace
from accounts.rules.units import Tree, UnitKind
from contest import attempting, organizing, planning
from contest.attempting import Client
from contest.errors import NameTaken, RoundNotReady, RoundTaken
from contest.models import Enrolment, ResultRun, RoundState
from contest.rules.setting import Cell, ContestSettings
from core.db import db
from core.saying import Sentence
from questions import assembling, blueprinting
from questions.rules.excluding import Exclusions
from questions.rules.filling import Spec
from tests import factories


@pytest.fixture
def mai(app):
    return factories.account(full_name="Lê Thị Mai")


@pytest.fixture
def bank(app):
    bank = factories.bank()
    topics = [factories.topic(name=name) for name in ("Cải cách thể chế", "Tài chính công")]
    for number in range(12):
        factories.item(bank, number=number, topic_id=topics[number % 3 == 0].id)
    return bank


def told(contest, action):
    row = db.session.query(AuditEntry).filter_by(log=contest.log, action=action).one()
    return json.loads(row.record)["details"]


def test_a_contest_gets_an_address_without_marks_and_a_free_one_when_it_is_taken(mai, noon):
    settings = ContestSettings("Chung tay cải cách hành chính – Đắk Lắk 2026!")

    first = organizing.create_contest(settings, mai, at=noon)
    second = organizing.create_contest(settings, mai, at=noon)

    assert first.slug == "chung-tay-cai-cach-hanh-chinh-dak-lak-2026"
    assert second.slug == "chung-tay-cai-cach-hanh-chinh-dak-lak-2026-2"


def test_an_address_asked_for_that_is_taken_is_refused(mai, noon):
    organizing.create_contest(ContestSettings("Một", "tuan"), mai, at=noon)

    with pytest.raises(NameTaken):
        organizing.create_contest(ContestSettings("Hai", "tuan"), mai, at=noon)


def test_editing_tells_before_and_after_and_editing_to_the_same_tells_nothing(mai, noon):
    contest = organizing.create_contest(ContestSettings("Một", "tuan"), mai, at=noon)

    organizing.edit_contest(contest, ContestSettings("Một", "tuan"), mai)
    organizing.edit_contest(contest, ContestSettings("Hai", "tuan", min_age=16), mai)

    assert told(contest, "contest.edited")["changed"] == {
        "title": {"before": "Một", "after": "Hai"},
        "min_age": {"before": None, "after": 16},
    }


def test_usual_settings_draw_ten_questions_over_the_topics_for_a_week(mai, bank, noon):
    contest = organizing.create_contest(ContestSettings("Một"), mai, at=noon)

    usual = planning.usual(contest, at=noon)

    assert [cell.count for cell in usual.cells] == [6, 4]
    assert (usual.minutes, usual.max_per_round, usual.opens_at) == (10, 1, noon)
    assert usual.closes_at.isoformat() == "2026-11-25T17:00:00+00:00"


def test_a_round_commits_to_its_seed_and_keeps_the_seed_from_the_trail(mai, bank, noon):
    contest = organizing.create_contest(ContestSettings("Một"), mai, at=noon)

    settings = planning.usual(contest, at=noon)

    round_ = organizing.create_round(contest, replace(settings, title="Tuần 1"), mai, at=noon)

    seen = told(contest, "round.created")
    assert seen["seed_commitment"] == hashlib.sha256(bytes.fromhex(round_.seed)).hexdigest()
    assert round_.seed not in json.dumps(seen)
    assert planning.settings_of(round_) == replace(settings, title="Tuần 1")


def test_a_ready_round_has_the_run_that_grows(mai, bank, noon):
    contest = organizing.create_contest(ContestSettings("Một"), mai, at=noon)
    round_ = organizing.create_round(contest, planning.usual(contest, at=noon), mai, at=noon)

    organizing.make_ready(round_, mai, at=noon)
    organizing.make_ready(round_, mai, at=noon)

    assert round_.state is RoundState.READY
    assert [run.is_provisional for run in db.session.query(ResultRun)] == [True]


def test_a_round_keeps_what_it_took_from_a_blueprint_of_the_bank(mai, bank, noon):
    spec = Spec("Ma trận", (Cell(None, None, None, 4),), excluding=Exclusions(rounds=1))
    source = blueprinting.create(mai, bank, spec, at=noon)
    contest = organizing.create_contest(ContestSettings("Một"), mai, at=noon)
    settings = replace(
        planning.usual(contest, at=noon),
        cells=spec.cells,
        source_id=source.id,
        excluding=spec.excluding,
    )
    round_ = organizing.create_round(contest, settings, mai, at=noon)

    blueprinting.edit(mai, source, Spec("Ma trận", (Cell(None, None, None, 9),)), at=noon)

    assert planning.settings_of(round_) == settings
    assert assembling.spec_of(round_.blueprint).count == 4


def test_a_round_that_the_bank_can_not_fill_does_not_become_ready(mai, bank, noon):
    contest = organizing.create_contest(ContestSettings("Một"), mai, at=noon)
    settings = replace(planning.usual(contest, at=noon), cells=(Cell(None, None, None, 40),))
    round_ = organizing.create_round(contest, settings, mai, at=noon)

    with pytest.raises(RoundNotReady) as refused:
        organizing.make_ready(round_, mai, at=noon)

    name = Sentence("%(text)s", {"text": "Ngân hàng CCHC"})
    assert refused.value.details == {"name": name, "wanted": 40, "available": 12}
    assert round_.state is RoundState.DRAFT


def test_a_ready_round_is_not_edited_into_one_that_could_not_open(mai, bank, noon):
    contest = organizing.create_contest(ContestSettings("Một"), mai, at=noon)
    settings = planning.usual(contest, at=noon)
    round_ = organizing.create_round(contest, settings, mai, at=noon)
    organizing.make_ready(round_, mai, at=noon)

    with pytest.raises(RoundNotReady):
        organizing.edit_round(round_, replace(settings, bank_id=None), mai, at=noon)

    assert round_.blueprint is not None


def test_once_somebody_has_begun_only_words_and_dates_change(mai, noon):
    round_ = factories.round_(opens_at=noon)
    enrolment = factories.enrolment(round_.contest)
    attempting.start(round_, enrolment, enrolment.account, client=Client("máy", "phone"), at=noon)
    settings = planning.settings_of(round_)

    organizing.edit_round(round_, replace(settings, title="Tuần đầu"), mai, at=noon)

    assert round_.title == "Tuần đầu"
    with pytest.raises(RoundTaken):
        organizing.edit_round(round_, replace(settings, minutes=20), mai, at=noon)
    with pytest.raises(RoundTaken):
        organizing.make_draft(round_, mai)
    assert round_.minutes == 15


def test_editing_the_hours_keeps_the_sitting_in_step(mai, noon):
    round_ = factories.round_(opens_at=noon)
    settings = planning.settings_of(round_)
    later = settings.closes_at + timedelta(days=1)

    organizing.edit_round(round_, replace(settings, closes_at=later), mai, at=noon)

    assert [sitting.closes_at for sitting in round_.sittings] == [later]


def test_a_copy_follows_the_last_round_with_the_same_rules(mai, noon):
    round_ = factories.round_(opens_at=noon)

    copy = organizing.copy_round(round_, mai, at=noon)

    assert (copy.number, copy.title, copy.state) == (2, "Tuần 2", RoundState.DRAFT)
    assert (copy.opens_at, copy.closes_at) == (
        round_.closes_at,
        round_.closes_at + timedelta(days=7),
    )
    assert copy.ranking == round_.ranking
    assert copy.blueprint_id != round_.blueprint_id


def test_choosing_units_counts_everybody_for_the_nearest_of_them(mai, noon):
    commune = factories.unit(name="Xã Ea Rốk")
    chapter = factories.unit(name="Chi đoàn thôn 5", kind=UnitKind.CHAPTER)
    factories.saved(UnitPlace(unit_id=chapter.id, parent_id=commune.id, tree=Tree.DOAN))
    contest = factories.contest()
    enrolment = factories.enrolment(contest, unit_id=chapter.id)

    organizing.choose_units(contest, organizing.communes(), mai, at=noon)
    counted = db.session.get(Enrolment, enrolment.id).counted_unit_id
    organizing.choose_units(contest, [], mai, at=noon)

    assert counted == commune.id
    assert db.session.get(Enrolment, enrolment.id).counted_unit_id is None

"""Documents from rows: what they are made from, numbers, and a week in one archive."""

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import timedelta

import pytest

from accounts.models import AuditEntry
from contest import award_queries, awarding, document_queries, drafting, offering, publishing
from contest.document_queries import Wanted
from contest.documents import kinds
from contest.documents.kinds import Kind
from contest.documents.office import Office
from contest.documents.paper import Text
from contest.drafting import About
from contest.errors import DocumentIncomplete
from contest.models import ContestUnit, PrizeKind, Standing
from contest.offering import RuleSettings
from contest.rules.prizes import IndividualRule, Level, Ties
from core import clock, i18n, jobs
from core.db import db
from core.jobs import JobState
from tests import factories
from tests.contest.test_measuring import take

NAME = "Đặng Thị Mỹ Duyên"
WANTED = Wanted(i18n.say)


@pytest.fixture
def round_(app):
    now = clock.now()
    made = factories.round_(opens_at=now - timedelta(days=2), closes_at=now - timedelta(days=1))
    unit = factories.unit(name="Phường Buôn Hồ", code="24305")
    factories.saved(ContestUnit(contest_id=made.contest_id, unit_id=unit.id))
    for person in range(4):
        take(made, "b" if person else "a")
    return made


@pytest.fixture
def actor(app):
    return factories.account(full_name="Lê Thị Mai")


def computed(round_):
    publishing.compute(round_, None, reason="Lần đầu", at=clock.now())
    return round_


def entries(action):
    db.session.rollback()
    return db.session.query(AuditEntry).filter_by(action=action).all()


def test_document_that_lacks_something_is_not_written(round_):
    about = About(Kind.RESULTS_LIST, round_)

    with pytest.raises(DocumentIncomplete):
        drafting.draft(round_.contest, about, WANTED)


def test_list_has_everybody_of_the_run_and_says_which_run_it_was(round_):
    computed(round_)

    paper = drafting.draft(round_.contest, About(Kind.RESULTS_LIST, round_), WANTED)

    run = document_queries.round_facts(round_, WANTED, with_people=False).run
    assert [row[-2] for row in paper.all_tables[0].rows] == [1, 1, 1, 4]
    assert Text("Danh sách này có 4 người./.") in paper.blocks
    assert f"số {run.number} của Tuần 1" in paper.origin
    assert run.digest in paper.origin


def test_names_are_masked_unless_full_ones_were_asked_for(round_):
    with_name = computed(round_)
    about = About(Kind.SCORE_TABLE, with_name)

    masked = drafting.draft(round_.contest, about, WANTED)
    full = drafting.draft(round_.contest, about, Wanted(i18n.say, in_full=True))

    names = [{row[2] for row in paper.all_tables[0].rows} for paper in (masked, full)]
    assert all(name.endswith("***") for name in names[0])
    assert not any("*" in name for name in names[1])


@pytest.mark.parametrize("kind", [*kinds.OF_CONTEST, *kinds.OF_ROUND])
def test_statements_are_as_many_for_more_people(round_, queries, kind):
    about = About(kind, round_ if kind in kinds.OF_ROUND else None, "24305")
    computed(round_)
    counts = []
    for more in (0, 3):
        for _ in range(more):
            take(round_, "b")
        computed(round_)
        db.session.expire_all()
        queries.clear()
        drafting.matter(round_.contest, about, WANTED)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_number_is_the_next_of_its_series_and_stays(round_, actor):
    contest = round_.contest
    other = factories.round_(contest=contest, number=2, opens_at=round_.opens_at)

    given = [
        drafting.give_number(contest, About(kind, of), actor, at=clock.now())
        for kind, of in (
            (Kind.ANNOUNCEMENT, round_),
            (Kind.ANNOUNCEMENT, other),
            (Kind.ANNOUNCEMENT, round_),
            (Kind.DECISION, round_),
        )
    ]

    assert given == ["01", "02", "01", "01"]
    assert len(entries("documents.numbered")) == 3
    made = drafting.matter(contest, About(Kind.ANNOUNCEMENT, other), WANTED)
    assert made.number == "02"
    assert made.on is not None


def test_office_is_kept_with_what_changed_in_the_trail(round_, actor):
    office = Office(parent="UBND tỉnh Đắk Lắk", body="Ban Tổ chức", signer="Nguyễn Văn Bình")

    drafting.keep_office(round_.contest, office, actor)

    assert drafting.office_of(round_.contest) == office
    (entry,) = entries("documents.headed")
    assert "signer" in json.loads(entry.record)["details"]["changed"]


def test_rules_are_said_in_vietnamese_by_the_configuration_itself(round_):
    paper = drafting.draft(round_.contest, About(Kind.REGULATIONS), WANTED)

    said = "\n".join(block.text for block in paper.blocks if isinstance(block, Text))
    assert "15 phút" in said
    assert "Ban Tổ chức, Tổ Thư ký" in said
    assert "24h00" in said


def test_week_is_one_archive_made_by_a_job_and_recorded(app, round_, actor):
    computed(round_)
    job = drafting.order(round_.contest, round_, actor, in_full=False, at=clock.now())

    while jobs.run_next(at=clock.now()):
        pass

    done = jobs.owned(job.public_id, actor.id)
    assert done.state is JobState.DONE, done.fault
    path = app.config["INSTANCE"] / "exports" / done.result["file"]
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        names = sorted(name.partition("-cuoc-thi")[0] + name[-5:] for name in archive.namelist())
    assert names == sorted(
        [
            *(f"bang-tong-hop-diem{one}" for one in (".docx", "1.pdf", ".xlsx")),
            *(f"bien-ban{one}" for one in (".docx", "1.pdf")),
            *(f"danh-sach-ket-qua{one}" for one in (".docx", "1.pdf", ".xlsx")),
            *(f"thong-bao{one}" for one in (".docx", "1.pdf")),
            *(f"thong-cao-bao-chi{one}" for one in (".docx", "1.pdf", ".xlsx")),
        ]
    )
    assert len(entries("documents.written")) == 5


def test_week_that_is_stopped_leaves_no_file(app, round_, actor):
    computed(round_)
    job = drafting.order(round_.contest, round_, actor, in_full=False, at=clock.now())

    jobs.cancel(job, at=clock.now())

    while jobs.run_next(at=clock.now()):
        pass
    assert jobs.owned(job.public_id, actor.id).state is JobState.CANCELLED
    assert jobs.owned(job.public_id, actor.id).result is None


def test_week_that_is_stopped_half_way_leaves_no_file_and_no_trace(app, round_, actor, monkeypatch):
    computed(round_)
    job = drafting.order(round_.contest, round_, actor, in_full=False, at=clock.now())
    write, made, folder = drafting.write, [], app.config["INSTANCE"] / "exports"
    before = set(folder.glob("*.zip"))

    def stopped_meanwhile(*told):
        made.append(told)
        jobs.cancel(jobs.owned(job.public_id, actor.id), at=clock.now())
        return write(*told)

    monkeypatch.setattr(drafting, "write", stopped_meanwhile)
    while jobs.run_next(at=clock.now()):
        pass

    assert len(made) == 1
    assert jobs.owned(job.public_id, actor.id).state is JobState.CANCELLED
    assert entries("documents.written") == []
    assert set(folder.glob("*.zip")) == before


@dataclass
class Prize:
    """A prize as the lists of awards give it."""

    level: str
    level_number: int
    enrolment: object
    name: str
    standing: object = None


def test_winners_are_those_whom_the_awards_name(round_, monkeypatch):
    computed(round_)
    first = db.session.query(Standing).order_by(Standing.sort_key).first()
    held = [
        Prize("Giải Nhất", 1, first.enrolment, first.enrolment.account.full_name, first),
        Prize("Tập thể xuất sắc", 1, None, "Phường Buôn Hồ"),
    ]
    monkeypatch.setattr(award_queries, "awards_of", lambda _round: held)

    paper = drafting.draft(round_.contest, About(Kind.DECISION, round_), WANTED)

    people, units = paper.all_tables
    assert people.rows[0][1].endswith("***")
    assert (people.rows[0][3], people.rows[0][-1]) == ("3/3", "Giải Nhất")
    assert units.rows == ((1, "Phường Buôn Hồ", "Tập thể xuất sắc"),)
    assert "1 cá nhân và 1 tập thể đạt giải" in "\n".join(
        block.text for block in paper.blocks if isinstance(block, Text)
    )


# --- Prizes of no round --------------------------------------------------------------------------


def test_prizes_of_the_whole_contest_have_a_decision_and_a_list(round_, actor):
    contest = computed(round_).contest
    about = [About(Kind.CONTEST_DECISION), About(Kind.CONTEST_WINNERS)]
    with pytest.raises(DocumentIncomplete):
        drafting.draft(contest, about[0], WANTED)
    rule = IndividualRule((Level("Giải Nhất", 1, 5_000_000),), ties=Ties.LOT)
    settings = RuleSettings("Giải chung cuộc", PrizeKind.INDIVIDUAL, rule.written())
    given = awarding.draft(
        offering.add_rule(contest, settings, actor, at=clock.now()), actor, at=clock.now()
    )
    awarding.propose(given, actor, reason="Họp", at=clock.now())
    awarding.agree(given, factories.account(), reason="Đồng ý", at=clock.now())

    decided, listed = (
        drafting.draft(contest, one, Wanted(i18n.say, in_full=True)) for one in about
    )

    name = given.awards[0].enrolment.account.full_name
    assert decided.subject.startswith("Về việc công nhận kết quả chung cuộc")
    assert [row[1] for row in listed.all_tables[0].rows] == [name]
    assert Text("Danh sách này có 1 người./.") in listed.blocks
    number = drafting.give_number(contest, about[0], actor, at=clock.now())
    assert number == "01"
    assert drafting.draft(contest, about[0], WANTED).head.sign == "Số: 01/QĐ-BTC"
    with pytest.raises(DocumentIncomplete):
        drafting.draft(contest, About(Kind.DECISION, round_), WANTED)

"""One of each thing that an address may name, and one person of each kind who may ask for it."""

from datetime import timedelta

from flask.testing import FlaskClient

from accounts import auditing, authenticating, consenting, queries, upholding
from accounts.models import AuditEntry, DataRight, ImportKind, PendingImport
from accounts.rules.authorizing import Role, ScopeKind
from accounts.rules.consents import Purpose
from contest import (
    analysing,
    appealing,
    attempting,
    certifying,
    compiling,
    deciding,
    drafting,
    exporting,
    measuring,
    offering,
    performing,
    placing,
    proposing,
    revising,
    run_queries,
    saving,
    targeting,
    totalling,
    uploading,
    voiding,
)
from contest.attempting import Client
from contest.dossier_files import FileForm
from contest.models import (
    Attempt,
    Award,
    AwardList,
    Block,
    Ceremony,
    Contest,
    ContestUnit,
    Enrolment,
    EssayClaim,
    MinutesKind,
    PreparedPaper,
    PrizeKind,
    Proposal,
    Round,
    RoundKind,
    ScreeningAppeal,
)
from contest.rules import ranking
from contest.rules.appealing import AppealRegime, AppealWindow
from contest.rules.changing import Change, ChangeKind
from contest.rules.dictionary import Part
from contest.rules.judging.parts import PartKind
from contest.rules.lateness import LateRule
from contest.rules.prizes import IndividualRule, Level
from contest.rules.quotas import Quota
from contest.rules.totalling import MILLION, OverallRule, OverallTerms
from contest.totalling import TableSettings
from contest.uploading import Declared
from core import clock, ids, jobs
from core.db import atomic, db
from questions import blueprinting, commenting, importing, papering, printing, tending
from questions import exporting as bank_exporting
from questions.models import Item, ItemState, LegalDocument, Media, MediaKind
from questions.rules.composing import Making
from questions.rules.filling import Cell, Spec
from questions.rules.letterheads import Letterhead
from tests import factories
from tests.contest import entering, judging, staged
from tests.judged_world import JudgedWorld

NAME, PHONE, EMAIL = "Hồ Thị Ngọc Trâm", "+84914556677", "ngoctram.ho@daklak.gov.vn"
QUESTIONS = (
    "Câu 1. Cơ quan nào chủ trì?\n*A. Sở Nội vụ\nB. Sở Tài chính\nC. Sở Y tế\nD. Tỉnh đoàn\n"
)

PRIZES_ACTS = ("show", "edit", "save", "remove", "draft", "revoke")
MINUTES_ACTS = ("minutes", "print_minutes", "agree", "refuse", "withdraw", "lift")
CONTESTS_ENTRIES = ("categories.index", "categories.new", "categories.create", "entries.index")
WRITTEN = ("bundled", "progress", "stop", "download")

PARTS_OF_ROUND = ("parts.index", "parts.new", "parts.add")


class World:
    """Rows by name, all made in the database of the test."""

    def __init__(self):
        self.now = clock.now()
        self.unit = factories.unit(name="Phường Buôn Ma Thuột")
        self.people = {name: self._person(name) for name in PEOPLE}
        self.round = factories.round_(
            opens_at=self.now - timedelta(hours=3), max_per_round=5, practice_items=0
        )
        self.contest = self.round.contest
        self.elsewhere = factories.round_(opens_at=self.now - timedelta(hours=3)).contest
        self.bank = self.round.blueprint.bank
        self.item = db.session.query(Item).filter_by(bank_id=self.bank.id).first()
        self.cited = factories.item(self.bank, number=7)
        self._talk()
        self._give_roles()
        self._take_part()
        self._keep_files()
        self._prepare()
        self._dispute()
        self._enter()
        self._judge()
        self.judging = JudgedWorld(self.contest)
        self._perform()

    def _perform(self):
        """Leave a judged round on stage: a team called, a part that is counted, and a vote."""
        round_ = factories.round_(
            contest=self.contest, number=9, kind=RoundKind.JUDGED, blueprint=None
        )
        self.hall = staged.hall(round_id=round_.id)
        self.on_stage = round_
        performing.draw(self.hall.judged, self.people["admin"], at=self.now)
        performing.call(self.hall.rows[0], seen=1)
        self.vote = staged.part(self.hall.judged, PartKind.VOTED)
        self.counted = staged.part(self.hall.judged, PartKind.MEASURED)
        self.card = staged.code(self.vote)
        self.cast = staged.vote(self.vote, self.hall.rows[0])
        self.count = staged.count(
            self.counted, self.hall.rows[0], views=10, evidence=b"png",
            evidence_digest="0" * 64, media_type="image/png",
        )  # fmt: skip

    def _person(self, name):
        told = {"participant": {"full_name": NAME, "phone": PHONE, "email": EMAIL}}
        return factories.account(**{"unit_id": self.unit.id} | told.get(name, {}))

    def _give_roles(self):
        here = (ScopeKind.CONTEST, self.contest.id)
        factories.grant(self.people["foreign"], Role.ORGANIZER, *here[:1], self.elsewhere.id)
        self.grant = factories.grant(self.people["organizer"], Role.ORGANIZER, *here)
        factories.grant(self.people["author"], Role.AUTHOR)
        of_bank = (ScopeKind.BANK, self.bank.id)
        factories.grant(self.people["writer"], Role.AUTHOR, *of_bank)
        factories.grant(self.people["approver"], Role.APPROVER, *of_bank)
        factories.grant(self.people["owner"], Role.BANK_OWNER, *of_bank)
        self.bank_grant = factories.grant(factories.account(), Role.REVIEWER, *of_bank)
        factories.grant(self.people["officer"], Role.UNIT_OFFICER, ScopeKind.UNIT, self.unit.id)
        factories.grant(self.people["observer"], Role.OBSERVER, *here)
        factories.grant(self.people["admin"], Role.ADMIN)

    def _talk(self):
        self.other = db.session.query(Item).filter_by(bank_id=self.bank.id).all()[1]
        self.passage = factories.passage(self.bank)
        self.medium = factories.medium(self.bank)
        self.comment = commenting.say(self.people["author"], self.item, "Sửa lại", at=self.now)

    def _take_part(self):
        person = self.people["participant"]
        self.enrolment = factories.enrolment(self.contest, person)
        self.beside = factories.enrolment(self.contest, self.people["neighbour"])
        began = self.now - timedelta(minutes=20)
        client = Client(session="phiên")
        self.done = attempting.start(self.round, self.enrolment, person, client=client, at=began)
        attempting.submit(self.done, person, at=began + timedelta(minutes=5))
        late = [saving.Answer(1, 9, "b")]
        saving.save(saving.ticket_of(self.done), late, at=began + timedelta(minutes=6))
        self.decision = deciding.propose(
            self.done, factories.account(), LateRule.FILL, reason="Mất mạng", at=self.now
        )
        self.running = attempting.start(
            self.round, self.enrolment, person, client=client, at=self.now - timedelta(minutes=1)
        )
        self.watched = factories.room(self.round.sittings[0], title="Phòng máy 2")
        seat = self.done.seat
        with atomic():
            seat.room_id = self.watched.id
        told = voiding.Told(MinutesKind.VOID, "Mở điện thoại tra cứu")
        self.minutes = voiding.write(seat, factories.account(), told, at=self.now)
        self.consent = consenting.give(person, Purpose.REMIND, "Nhắc tôi", at=self.now)
        self.request = upholding.ask(person, DataRight.ACCESS, "Cho tôi biết", at=self.now)
        token = authenticating.open_session(person, is_staff=False, device="Firefox", at=self.now)
        self.session = queries.session_of(authenticating.digest_of(token))

    def _take_out(self, run, organizer):
        analysing.compute(run.id, at=self.now)
        asked = compiling.Wanted((Part.RESULTS,), FileForm.CSV, "Thanh tra", reads_bank=True)
        self.dossier = compiling.order(self.contest, asked, organizer, at=self.now)

    def _keep_files(self):
        admin, organizer = self.people["admin"], self.people["organizer"]
        self.marker = factories.account()
        with atomic():
            self.sheet = PendingImport(
                public_id=ids.public_id(),
                kind=ImportKind.ROSTER,
                owner_id=admin.id,
                file_name="danh-sach.xlsx",
                rows=[],
                created_at=self.now,
                expires_at=self.now + timedelta(hours=1),
            )
            self.document = LegalDocument(
                code="KH-88", number="88/KH-UBND", title="Kế hoạch cải cách"
            )
            self.picture = Media(
                public_id=ids.public_id(),
                bank_id=self.bank.id,
                kind=MediaKind.PICTURE,
                mime="image/png",
                digest="0" * 64,
                size=3,
                content=b"png",
                created_at=self.now,
            )
            self.claim = EssayClaim(
                public_id=ids.public_id(),
                attempt_id=self.done.id,
                position=1,
                order=1,
                marker_id=self.marker.id,
                until=self.now + timedelta(minutes=30),
            )
            db.session.add_all([self.sheet, self.document, self.picture, self.claim])
            db.session.flush()
            version = self.cited.current
            version.document_id, self.cited.state = self.document.id, ItemState.QUARANTINED
            self.written = jobs.enqueue("accounts.roster", {}, at=self.now, owner=admin.id)
            auditing.record(admin, "contest.edited", "contest:x", log=self.contest.log)
        self.file = importing.stage(
            self.people["author"], self.bank, "de.txt", QUESTIONS.encode(), at=self.now
        )
        measuring.compute(self.round, None, at=self.now)
        run = run_queries.current_run(self.round)
        ordered = exporting.Ordered(run, exporting.CSV, in_full=False)
        self.results = exporting.order(self.round, ordered, organizer, at=self.now)
        self._take_out(run, organizer)
        self.design = certifying.add_design(self.contest, "Mẫu 1", organizer, at=self.now)
        self.certificate = factories.certificate(self.design, self.enrolment)
        self.archive_of_documents = drafting.order(
            self.contest, self.round, organizer, in_full=False, at=self.now
        )
        self.workbook = bank_exporting.queue(self.people["author"], self.bank, at=self.now)
        self._arrange()
        self._offer_prizes()
        self._rank()
        self._draw_papers()
        tending.keep_view(self.people["author"], self.bank, "Dễ", "muc=NB", at=self.now)
        self.view = tending.views_of(self.people["author"].id, self.bank.id)[0]
        self.compared = tending.queue_pairs(self.people["author"], self.bank, at=self.now)

    def _dispute(self):
        """Leave an appeal that waits, and a change of results that waits for a second person."""
        person, other = self.people["participant"], factories.account()
        hours = AppealWindow(
            AppealRegime.CONTEST, self.now - timedelta(hours=1), self.now + timedelta(hours=1)
        )
        appealing.set_window(self.round, hours, other)
        self.appeal = appealing.make(self.done, person, "Câu 2 có hai đáp án", [2], at=self.now)
        self.change = revising.draft(self.round, other, at=self.now)
        annul = Change(ChangeKind.ANNUL, self.done.public_id)
        revising.add(self.change, annul, other)
        revising.propose(self.change, other, reason="Thi hộ", at=self.now)
        self.asked = self.done.slots[0].version_id
        run_id = db.session.get_one(Round, self.round.id).current_run_id
        self.ceremony = factories.saved(
            Ceremony(
                public_id=ids.public_id(), round_id=self.round.id, run_id=run_id, steps=1,
                started_at=self.now, started_by_id=other.id,
            )
        )  # fmt: skip

    def _enter(self):
        """Leave an entry of the neighbour's, with a file, one on its way, and an appeal."""
        self.category = entering.category(self.contest, least_members=1, position=7, prefix="E")
        person = self.people["neighbour"]
        self.handed = entering.handed_in(self.category, self.beside)
        self.entered = self.handed.files[0]
        sent = Declared("thuyet-minh-2.pdf", 2000, 1, "f2")
        self.upload = uploading.begin(self.handed, person, sent, at=self.now)
        self.spare_upload = uploading.begin(
            self.handed, person, Declared("thua.pdf", 2000, 1, "f2"), at=self.now
        )
        self.screened = factories.saved(
            ScreeningAppeal(
                public_id=ids.public_id(), version_id=self.handed.versions[-1].id,
                made_by_id=person.id, made_at=self.now, reason="Xin xét lại",
            )
        )  # fmt: skip

    def _judge(self):
        """Leave a judged round with a panel of one and a sheet, and one that is not sealed."""
        made = judging.judged_round(self.contest, number=3)
        self.judged = made.round
        self.panel = judging.panel(made)
        seat = judging.judge(self.panel)
        category = judging.category(self.contest, prefix="W", position=9)
        self.entry = judging.entry(category, code="W-001")
        self.sheet_of = judging.sheet(judging.round_entry(made, self.entry), seat)

    def _prepare(self):
        """Leave a paper that is prepared for the participant's seat."""
        document = dict.fromkeys(("document_digest", "basis", "digest"), "0" * 64)
        with atomic():
            db.session.add(
                PreparedPaper(
                    seat_id=self.running.seat_id,
                    public_id=ids.public_id(),
                    asked=0,
                    document=b"sealed",
                    key="",
                    prepared_at=self.now,
                    **document,
                )
            )

    def _rank(self):
        """Leave a block and an overall table of two rounds."""
        self.block, self.spare = (
            factories.saved(Block(contest_id=self.contest.id, title=title))
            for title in ("Khối người dân", "Khối dự phòng")
        )
        with atomic():
            db.session.get_one(Enrolment, self.enrolment.id).block_id = self.block.id
            placing.place(db.session.get_one(Attempt, self.done.id))
        ended = self.now - timedelta(hours=4)
        second = factories.round_(
            contest=self.contest,
            number=2,
            blueprint=self.round.blueprint,
            opens_at=ended - timedelta(days=1),
            closes_at=ended,
        )
        chain = ranking.natural(ranking.Key.SCORE)
        weights = {self.round.id: MILLION, second.id: MILLION}
        terms = OverallTerms(OverallRule.SUM, chain, weights)
        settings = TableSettings("Toàn cuộc thi", terms)
        contest = db.session.get_one(Contest, self.contest.id)
        self.table = totalling.create(contest, settings, self.people["admin"], at=self.now)

    def _arrange(self):
        self.sitting = self.round.sittings[0]
        self.room = factories.room(self.sitting)
        self.incident = factories.incident(self.sitting, room_id=self.room.id)
        self.proposal = factories.saved(
            Proposal(
                public_id=ids.public_id(),
                round_id=self.round.id,
                act=proposing.CLOSE_EARLY,
                details={"asked": "trước giờ khai mạc"},
                reason="Lộ đề",
                proposed_by=self.people["admin"].id,
                proposed_at=self.now,
            )
        )

    def _offer_prizes(self):
        """Leave a quota, and a list of winners that waits for a second person."""
        admin = self.people["admin"]
        factories.saved(ContestUnit(contest_id=self.contest.id, unit_id=self.unit.id))
        self.quota = targeting.add(self.contest, [Quota("Lãnh đạo", count=1)], admin)[0]
        rule = IndividualRule((Level("Giải Nhất", 1),)).written()
        offered = offering.RuleSettings("Giải tuần", PrizeKind.INDIVIDUAL, rule, self.round.id)
        self.prizes = offering.add_rule(self.contest, offered, admin, at=self.now)
        award = Award(
            public_id=ids.public_id(), level=0, number=1, title="Giải Nhất", value=0,
            enrolment_id=self.enrolment.id,
        )  # fmt: skip
        self.winners = factories.saved(
            AwardList(
                public_id=ids.public_id(), rule_id=self.prizes.id, number=1, state="proposed",
                rule_then=rule, basis={"runs": []}, derived=[], made_at=self.now, reason="Họp",
                proposed_by_id=factories.account().id, proposed_at=self.now, awards=[award],
            )
        )  # fmt: skip

    def _draw_papers(self):
        author, spec = (
            self.people["author"],
            Spec("Ma trận vòng tỉnh", (Cell(None, None, None, 3),)),
        )
        self.blueprint = blueprinting.create(author, self.bank, spec, at=self.now)
        order = papering.Order("Đề thi vòng tỉnh", Making(count=2), Letterhead())
        self.papers = papering.draw(author, self.blueprint, order, at=self.now)
        self.archive = printing.queue(author, self.papers, at=self.now)

    def _sheet(self):
        return {
            "public_id": self.judged.public_id,
            "panel_id": self.panel.public_id,
            "sheet_id": self.sheet_of.public_id,
        }

    def values(self, endpoint):
        """Return what fills the places of an endpoint's address."""
        package = endpoint.partition(".")[0]
        own = {
            "public": {"slug": self.contest.slug, "number": 1},
            "organizer": {"public_id": self.contest.public_id, "grant_id": self.grant.id},
            "rounds": {"public_id": self.round.public_id, "act": "gia-han"},
            "trials": {"public_id": self.round.public_id},
            "blocks": {"public_id": self.contest.public_id, "block_id": self.block.id},
            "overall": {"public_id": self.table.public_id, "slug": self.contest.slug},
            "results": {"public_id": self.round.public_id},
            "sittings": {
                "public_id": self.round.public_id,
                "sitting_id": self.sitting.public_id,
                "room_id": self.room.public_id,
            },
            "incidents": {
                "public_id": self.round.public_id,
                "incident_id": self.incident.public_id,
                "proposal_id": self.proposal.public_id,
            },
            "seats": {"public_id": self.round.public_id},
            "certificates": {
                "public_id": self.design.public_id,
                "code": self.certificate.code,
            },
            "checks": {"code": self.certificate.code},
            "documents": {"public_id": self.contest.public_id, "kind": "bao-cao", "number": 1},
            "prizes": {
                "public_id": self.winners.public_id,
                "award_id": self.winners.awards[0].public_id,
                "act": "trao",
            },
            "quotas": {
                "public_id": self.contest.public_id,
                "unit_id": self.unit.public_id,
                "quota_id": self.quota.public_id,
            },
            "unit_reports": {
                "public_id": self.contest.public_id,
                "unit_id": self.unit.public_id,
                "number": 1,
            },
            "timetables": {"public_id": self.round.public_id},
            "statistics": {"public_id": self.round.public_id},
            "analyses": {"public_id": self.round.public_id},
            "dossiers": {"public_id": self.dossier.public_id},
            "stages": {"public_id": self.on_stage.public_id},
            "parts": {"public_id": self.counted.public_id, "way": "dem"},
            "ballots": {"public_id": self.vote.public_id},
            "votes": {"public_id": self.vote.public_id, "receipt": self.cast.public_id},
            "analysis": {"public_id": self.bank.public_id, "group": "chua-hoi"},
            "enrolments": {"public_id": self.enrolment.public_id},
            "participant": {"public_id": self.running.public_id, "n": 1},
            "waiting": {"token": self.sitting.public_id},
            "preparing": {"public_id": self.sitting.public_id},
            "admin": {"public_id": self.people["participant"].public_id, "grant_id": self.grant.id},
            "units": {"public_id": self.unit.public_id},
            "imports": {"public_id": self.sheet.public_id},
            "profile": {"public_id": self.session.public_id, "consent_id": self.consent.id},
            "trail": {"entry_id": db.session.query(AuditEntry.id).first()[0]},
            "author": {
                "public_id": self.bank.public_id,
                "job": self.workbook,
                "passage_id": self.passage.public_id,
                "comment_id": self.comment.id,
                "other_id": self.other.public_id,
            },
            "media": {"public_id": self.medium.public_id},
            "files": {"public_id": self.file.public_id, "number": 1},
            "law": {"code": self.document.code},
            "worklists": {"code": self.document.code, "public_id": self.cited.public_id},
            "reviews": {"public_id": self.item.public_id},
            "rights": {"public_id": self.bank.public_id, "grant_id": self.bank_grant.id},
            "essays": {"public_id": self.round.public_id},
            "late": {"public_id": self.decision.public_id},
            "changes": {"public_id": self.change.public_id, "version_id": self.asked},
            "runs": {"public_id": self.round.public_id, "number": 1},
            "screens": {"slug": self.contest.slug, "number": 1},
            "ceremonies": {"public_id": self.ceremony.public_id},
            "judged_rounds": {
                "public_id": self.judged.public_id,
                "entry_id": self.entry.public_id,
            },
            "panels": {
                "public_id": self.judged.public_id,
                "panel_id": self.panel.public_id,
                "number": 1,
            },
            "judge": self._sheet(),
            "paper_sheets": self._sheet(),
            "whys": {
                "public_id": self.round.public_id,
                "number": 1,
                "enrolment_id": self.enrolment.public_id,
            },
            "appeals": {"public_id": self.appeal.public_id},
            "own_appeals": {"public_id": self.done.public_id},
            "supervision": {
                "public_id": self.watched.public_id,
                "person": self.enrolment.public_id,
            },
            "finding": {
                "public_id": self.bank.public_id,
                "view_id": self.view.public_id,
                "viec": self.compared,
            },
            "blueprints": {"public_id": self.blueprint.public_id},
            "papers": {
                "public_id": self.papers.public_id,
                "code": "101",
                "number": 1,
                "job": self.archive,
            },
            "categories": {"public_id": self.category.public_id},
            "entries": {"public_id": self.entered.public_id},
            "sifting": {"public_id": self.handed.public_id},
            "own_entries": {
                "public_id": self.handed.public_id,
                "file_id": self.entered.public_id,
                "field": "f2",
            },
            "uploads": {"public_id": self.upload.public_id, "field": "f2", "offset": 0},
            **self.judging.values(),
            "asset": {"tree": "0" * 12, "path": "no.css"},
        }
        return own.get(package, {}) | self._special(endpoint)

    def _special(self, endpoint):
        contest, bank = {"public_id": self.contest.public_id}, {"public_id": self.bank.public_id}
        item = {"public_id": self.item.public_id}
        attempt, start = {"public_id": self.done.public_id}, {"public_id": self.round.public_id}
        return {
            **dict.fromkeys(CONTESTS_ENTRIES, contest),
            "own_entries.new": {"public_id": self.category.public_id},
            "own_entries.begin": {"public_id": self.category.public_id},
            "entries.withdraw": {"public_id": self.handed.public_id},
            "uploads.drop": {"public_id": self.spare_upload.public_id},
            "sifting.decide": {"public_id": self.screened.public_id},
            "uploads.begin": {"public_id": self.handed.public_id, "field": "f2"},
            "uploads.begin_copy": {"public_id": self.entered.public_id},
            "uploads.download": {"public_id": self.entered.public_id},
            **self.judging.special(),
            "organizer.set_state": contest | {"state": "cong-bo"},
            "analyses.of_contest": contest,
            "analyses.export_contest": contest,
            "dossiers.index": contest,
            "dossiers.order": contest,
            "certificates.index": contest,
            "certificates.add_design": contest,
            "documents.bundle": {"public_id": self.round.public_id},
            **{
                f"documents.{one}": {"public_id": self.archive_of_documents.public_id}
                for one in WRITTEN
            },
            **{f"prizes.{one}": {"public_id": self.prizes.public_id} for one in PRIZES_ACTS},
            **dict.fromkeys(("prizes.index", "prizes.new", "prizes.create"), contest),
            **dict.fromkeys(("ceremonies.index", "ceremonies.start"), start),
            **dict.fromkeys(("judged_rounds.new", "judged_rounds.create"), contest),
            "parts.evidence": {"public_id": self.count.public_id},
            **{one: {"public_id": self.on_stage.public_id} for one in PARTS_OF_ROUND},
            "rounds.new": contest,
            "blocks.papers": start,
            "blocks.remove": contest | {"block_id": self.spare.id},
            "blocks.set_papers": start,
            "overall.index": contest,
            "overall.new": contest,
            "overall.create": contest,
            "rounds.create": contest,
            "rounds.preview": contest,
            "enrolments.people": contest,
            **{f"supervision.{one}": {"public_id": self.minutes.public_id} for one in MINUTES_ACTS},
            "late.lane": {"public_id": self.round.public_id},
            **dict.fromkeys(
                ("changes.index", "changes.draft", "appeals.queue", "appeals.set_window"), start
            ),
            "late.attempt": attempt,
            "late.propose": attempt,
            "essays.answer": {"public_id": self.claim.public_id},
            "essays.give": {"public_id": self.claim.public_id},
            **dict.fromkeys(
                (
                    "blueprints.index",
                    "blueprints.new",
                    "blueprints.create",
                    "blueprints.check",
                    "papers.index",
                ),
                bank,
            ),
            "papers.new": {"public_id": self.blueprint.public_id},
            "papers.draw": {"public_id": self.blueprint.public_id},
            "files.choose": bank,
            "files.upload": bank,
            "reviews.submit_drafts": bank,
            "reviews.submit_import": {"public_id": self.file.public_id},
            "preparing.show": {"public_id": self.round.public_id},
            "participant.receipt": attempt,
            "participant.result": attempt,
            "participant.start": start,
            "participant.begin": start,
            "participant.practice": start,
            "participant.practise": start,
            "results.written": {"public_id": self.results.public_id},
            "results.progress": {"public_id": self.results.public_id},
            "results.download": {"public_id": self.results.public_id},
            "admin.answer_request": {"public_id": self.request.public_id},
            "admin.withdraw_role": {
                "public_id": self.people["organizer"].public_id,
                "grant_id": self.grant.id,
            },
            **dict.fromkeys(
                (
                    "analysis.item",
                    "author.item",
                    "author.edit",
                    "author.revise",
                    "author.retire",
                    "author.quarantine",
                    "author.restore",
                    "author.comment",
                    "author.compare",
                    "author.settle",
                    "author.try_item",
                ),
                item,
            ),
        }.get(endpoint, {})

    def addresses(self, app):
        """Return the address of every endpoint by its name, its places filled with what is here."""
        with app.test_request_context():
            bound = app.url_map.bind("localhost")
            return {
                rule.endpoint: bound.build(
                    rule.endpoint,
                    {
                        name: value
                        for name, value in self.values(rule.endpoint).items()
                        if name in rule.arguments
                    },
                )
                for rule in app.url_map.iter_rules()
            }


PEOPLE = (
    "participant",
    "neighbour",
    "foreign",
    "organizer",
    "author",
    "officer",
    "observer",
    "admin",
    "writer",
    "approver",
    "owner",
)


class Asker:
    """A browser without the page inspector: other tests look at the pages themselves."""

    def __init__(self, app, account=None):
        self.app, self.account = app, account
        self.client = FlaskClient(app, app.response_class)
        self.sign_in()

    def sign_in(self):
        if self.account is None:
            return
        now = clock.now()
        is_staff = authenticating.is_staff(self.account, at=now)
        token = authenticating.open_session(
            self.account, is_staff=is_staff, device="phép thử", at=now
        )
        self.client.set_cookie("sid", token)

    def ask(self, method, address, **more):
        with self.app.app_context(), self.client.open(address, method=method, **more) as answer:
            answer.get_data()
            return answer

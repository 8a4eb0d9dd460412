"""A judged round with its panel and its sheets; a test names only what it cares about."""

from datetime import timedelta
from decimal import Decimal

from accounts.rules.authorizing import Role, ScopeKind
from contest.models import JudgedRound, PanelRole, Round, RoundKind, SheetState
from contest.rules.judging import rubric, sealing, table
from contest.rules.judging.deviating import DeviationRule
from contest.rules.judging.rubric import Criterion
from contest.rules.judging.sealing import Protocol
from contest.rules.judging.terms import Rule, Terms
from contest.rules.judging.ties import ChainStep, TieStep
from core import clock
from core.db import atomic, db
from tests import factories
from tests.contest import judging

RUBRIC = rubric.points(
    (
        Criterion("new", "Tính mới", most=Decimal(40), step=Decimal("0.25")),
        Criterion("use", "Hiệu quả áp dụng", most=Decimal(60), step=Decimal("0.25")),
    )
)
SEED = "5" * 64
CHAIN = (
    ChainStep(TieStep.CRITERION, "use"),
    ChainStep(TieStep.MEDIAN),
    ChainStep(TieStep.LOT),
)
TITLES = (
    "Trợ lý ảo trả lời thủ tục hành chính",
    "Số hóa sổ hộ tịch bằng nhận dạng chữ viết",
    "Một lần cho xong: hồ sơ liên thông của xã",
    "Bản đồ số trụ sở tiếp công dân",
    "Nhắc hạn giải quyết hồ sơ qua tin nhắn",
)
# Two criteria of each sheet, by judge, for each entry: the middle one is taken apart by nobody.
SCORES = ((81, 83, 82, 80, 82), (88, 87, 90, 86, 88), (80, 72, 80, 79, 78), (70, 75, 72, 74, 73))


def protocol(*, rule=Rule.TRIMMED, percent=None, chain=CHAIN, **fields):
    deviation = None if percent is None else DeviationRule(Decimal(percent), **fields)
    digest = sealing.seed_digest(bytes.fromhex(SEED))
    return Protocol(RUBRIC, Terms(rule), chain, deviation, seed_digest=digest)


def split(score):
    """The marks of a sheet that come to this score."""
    score = Decimal(score)
    new = (score * Decimal("0.4")).quantize(Decimal(1))
    return {"new": new, "use": score - new}


class Scene:
    """A contest with one judged round: its chair, its judges, its staff, entries and sheets."""

    def __init__(self, scores=SCORES, *, declared=None, judges=5, **fields):
        now = clock.now()
        self.contest = factories.contest(title="Hội thi ứng dụng công nghệ thông tin")
        self.category = judging.category(self.contest)
        round_ = factories.round_(
            contest=self.contest,
            title="Chung khảo",
            kind=RoundKind.JUDGED,
            blueprint=None,
            participant_results_at=None,
            public_results_at=None,
            opens_at=now - timedelta(days=2),
            closes_at=now - timedelta(days=1),
        )
        written = (declared or protocol()).written()
        self.judged = judging.judged_round(
            self.contest,
            round_id=round_.id,
            protocol=written,
            digest=sealing.digest(written),
            seed=SEED,
            judges_each=judges,
            **{"is_blind": False} | fields,
        )
        self.round = round_
        self.panel = judging.panel(self.judged)
        self.judges = [self._judge(number) for number in range(1, judges + 1)]
        self.chair = self.judges[0].account
        self.units = [factories.unit(name=f"Xã Ea Súp {at}") for at, _ in enumerate(scores, 1)]
        self.entries = [self._entry(at) for at, _ in enumerate(scores, 1)]
        self.rows = [judging.round_entry(self.judged, one) for one in self.entries]
        self.sheets = {
            (at, number): self._sheet(at, number, score)
            for at, row in enumerate(scores)
            for number, score in enumerate(row)
        }
        self.organizer, self.secretary = factories.account(), factories.account()
        here = (ScopeKind.CONTEST, self.contest.id)
        factories.grant(self.organizer, Role.ORGANIZER, *here)
        factories.grant(self.secretary, Role.SECRETARY, *here)

    def _judge(self, number):
        role = PanelRole.CHAIR if number == 1 else PanelRole.MEMBER
        made = judging.judge(self.panel, number=number, role=role)
        factories.grant(made.account, Role.JUDGE, ScopeKind.ROUND, self.round.id)
        return made

    def _entry(self, at):
        title = TITLES[(at - 1) % len(TITLES)]
        made = judging.entry(
            self.category, code=f"A-{at:03}", title=title, unit_id=self.units[at - 1].id
        )
        judging.member(made, full_name=f"Nguyễn Thị Hoa {at}")
        return made

    def _sheet(self, at, number, score):
        """One judge's sheet: locked with its marks, open for None, not there for ""."""
        if score == "":
            return None
        return self.sheet(self.rows[at], self.judges[number], score, position=at + 1)

    @staticmethod
    def sheet(row, judge, score, *, position=1):
        """A sheet locked with marks that come to a score; open for None."""
        if score is None:
            return judging.sheet(row, judge, position=position)
        marks = split(score)
        sheet = judging.sheet(
            row, judge, position=position, state=SheetState.LOCKED, submitted_at=clock.now()
        )
        judging.sheet_version(
            sheet,
            marks={id_: str(mark) for id_, mark in marks.items()},
            score=table.to_billionths(rubric.score(RUBRIC, marks)),
        )
        return sheet

    def again(self):
        """The judged round as the database has it."""
        db.session.rollback()
        return db.session.get_one(JudgedRound, self.round.id)

    def fresh(self, row):
        """A row as the database has it."""
        db.session.rollback()
        return db.session.get_one(type(row), row.id)

    def close(self, at=None):
        """Close the round and make its results final by two people."""
        from contest import concluding

        at = at or clock.now()
        run = concluding.propose(self.again(), self.organizer, reason="Đã chấm xong", at=at)
        return concluding.agree(run, self.secretary, reason="Đúng", at=at)

    def publish(self):
        """Let everybody see the results."""
        with atomic():
            round_ = db.session.get_one(Round, self.round.id)
            past = clock.now() - timedelta(minutes=1)
            round_.participant_results_at = round_.public_results_at = past

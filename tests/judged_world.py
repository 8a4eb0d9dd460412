"""Judged rounds in the world of the tests of rights: one waits to be closed, one has prizes."""

from datetime import timedelta

from contest import concluding, honouring
from contest.honouring import Plan
from contest.models import DeductionLine, JudgedRound, RoundKind
from contest.rules.judging import sealing
from contest.rules.prizes import Level
from core import clock
from core.db import db
from tests import factories
from tests.contest import judging
from tests.judged_factories import SEED, Scene, protocol


class JudgedWorld:
    """Rows of judged rounds by name, in a contest that is there already."""

    def __init__(self, contest):
        now, second = clock.now(), factories.account()
        self.contest, self.lines = contest, []
        self.category = judging.category(contest, position=28, prefix="Z")
        self.round, closed = self._round(contest, 28), self._round(contest, 29)
        self.run = concluding.propose(self.judged_of(self.round), second, reason="Xong", at=now)
        run = concluding.propose(self.judged_of(closed), second, reason="Xong", at=now)
        concluding.agree(run, factories.account(), reason="Đúng", at=now)
        plan = Plan((Level("Giải Nhất", 1),))
        self.prizes = honouring.draft(self.judged_of(closed), plan, second, at=now)

    @staticmethod
    def judged_of(round_):
        """The judged round of a round, as the database has it."""
        return db.session.get_one(JudgedRound, round_.id)

    def _round(self, contest, number):
        """A judged round with one entry, its sheet, and a line."""
        now = clock.now()
        made = factories.round_(
            contest=contest,
            number=number,
            title="Vòng chấm",
            kind=RoundKind.JUDGED,
            blueprint=None,
            opens_at=now - timedelta(days=2),
            closes_at=now - timedelta(days=1),
        )
        written = protocol().written()
        judged = judging.judged_round(
            contest,
            round_id=made.id,
            protocol=written,
            digest=sealing.digest(written),
            seed=SEED,
        )
        entry = judging.entry(self.category, code=f"Z-0{number}")
        self.entry = entry.public_id
        row = judging.round_entry(judged, entry)
        Scene.sheet(row, judging.judge(judging.panel(judged)), 80)
        line = factories.saved(
            DeductionLine(
                round_entry_id=row.id,
                points=-1_000_000,
                reason="Quá giờ",
                recorded_by_id=factories.account().id,
                recorded_at=now,
            )
        )
        self.lines.append(line)
        return made

    def values(self):
        """What the addresses of a judged round name, by package."""
        of_round = {"public_id": self.round.public_id}
        return {
            "scores": of_round | {"code": "Z-028", "line_id": self.lines[0].id},
            "conclusions": of_round | {"number": 1},
            "firmness": of_round,
            "honours": of_round,
            "promotions": of_round,
            "outcomes": {"slug": self.contest.slug, "number": 29, "public_id": self.entry},
            "judged_papers": of_round | {"kind": "bang-diem-giam-khao", "number": 1},
        }

    def special(self):
        """The endpoints that name something else than the round."""
        of_run, of_list = {"public_id": self.run.public_id}, {"public_id": self.prizes.public_id}
        return {
            **dict.fromkeys(
                ("conclusions.agree", "conclusions.refuse", "conclusions.withdraw"), of_run
            ),
            **{f"honours.{one}": of_list for one in ("propose", "agree", "refuse", "withdraw")},
            "judged_papers.number": {
                "public_id": self.round.public_id,
                "kind": "bien-ban-cham",
            },
            "honours.give": {"public_id": self.prizes.prizes[0].public_id},
        }

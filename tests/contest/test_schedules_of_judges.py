"""Two devices of a judge, a chair and a network that loses, repeats, turns around: nothing is lost.

Each schedule is drawn from a seed. A device numbers its drafts as the page of a judge does, keeps
what was not acknowledged and sends it again; whatever was acknowledged has to be there at the end.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

import pytest

from contest import judged_queries, receiving
from contest import judging as acting
from contest.errors import CannotJudge
from contest.judging import Draft
from contest.models import Fate, JudgedRound, PanelRole, Scoresheet, SheetDraft, SheetState
from contest.receiving import Sent
from contest.rules.judging import combining, rubric, sealing
from core import clock
from core.db import db
from tests import factories
from tests.contest import judging
from tests.faults.running import cases

pytestmark = pytest.mark.slow
SCHEDULES = cases(20, 500)
STEPS = 45
KINDS = ("edit", "edit", "edit", "sign", "deliver", "deliver", "deliver", "repeat", "lose", "open")


@dataclass
class Device:
    """One device: what it shows, what it knows of the sheet, and what it has not been told of."""

    name: str
    rng: Random
    marks: dict = field(default_factory=dict)
    last: int = 0
    stopped: bool = False
    waiting: list = field(default_factory=list)
    acknowledged: dict = field(default_factory=dict)
    told: set = field(default_factory=set)

    def write(self, *, signs):
        """Make a draft of what the judge sees; the judge first fills in what a signature needs."""
        if self.stopped:
            return
        self.marks[self.rng.choice(("new", "use"))] = str(self.rng.randint(0, 40) / 4)
        if signs:
            self.marks = {"new": "5"} | {"use": "5"} | self.marks
        content = {id_: Decimal(mark) for id_, mark in self.marks.items()}
        sent = Sent(Draft(content, self.last + 1), self.name, self.last, signs)
        self.last += 1
        self.stopped = signs
        self.waiting.append(sent)

    def hear(self, sent, fate, sheet):
        """Take the reply: what is acknowledged leaves, and the sheet is as the server has it."""
        self.acknowledged[sent.draft.sequence] = sent
        self.waiting = [one for one in self.waiting if one is not sent]
        newest = max((one.draft.sequence for one in self.waiting), default=0)
        self.last = max(self.last, sheet.sequence, newest)
        self.told.add(fate)
        if not self.waiting:
            self.stopped = sheet.locked is not None
            if fate is not Fate.KEPT:
                # The judge looks at both, and goes on from what the server has.
                self.marks = dict(sheet.marks)


class Schedule:
    """A sheet, its judge and chair, two devices, and messages on their way."""

    def __init__(self, seed):
        self.rng = Random(seed)
        made = judging.judged_round(factories.contest())
        panel = judging.panel(made)
        self.chair = judging.judge(panel, number=1, role=PanelRole.CHAIR).account
        seat = judging.judge(panel, number=2)
        self.judge = seat.account
        row = judging.round_entry(made, judging.entry(judging.category(made.round.contest)))
        self.sheet_id = judging.sheet(row, seat).id
        self.round_id = made.round_id
        self.devices = [Device(name, self.rng) for name in ("maytinhbang", "dienthoai")]
        self.past, self.versions = [], {}

    def sheet(self):
        db.session.rollback()
        return db.session.get_one(Scoresheet, self.sheet_id)

    def run(self):
        for _ in range(STEPS):
            device = self.rng.choice(self.devices)
            getattr(self, self.rng.choice(KINDS))(device)
            self.check()
        for device in self.devices:
            while device.waiting:
                self.deliver(device, loses=False)
        self.check()

    def edit(self, device):
        device.write(signs=False)

    def sign(self, device):
        device.write(signs=True)

    def deliver(self, device, *, loses=None):
        """Let a draft arrive, mostly the oldest; its reply may be lost on the way."""
        if not device.waiting:
            return
        late = self.rng.random() < 0.4 and loses is None
        sent = self.rng.choice(device.waiting) if late else device.waiting[0]
        fate = self.receive(sent)
        self.past.append((device, sent, fate))
        if loses or (loses is None and self.rng.random() < 0.3):
            return
        device.hear(sent, fate, self.sheet())

    def lose(self, device):
        self.deliver(device, loses=True)

    def repeat(self, device):
        """Let something that arrived long ago arrive once more: it is answered as it was."""
        if self.past:
            _, sent, fate = self.rng.choice(self.past)
            before = self.state()
            assert self.receive(sent) is fate
            assert self.state() == before

    def open(self, device):
        sheet = self.sheet()
        if sheet.locked is not None and self.rng.random() < 0.6:
            acting.unlock(sheet, self.chair, reason="Lệch điểm", at=clock.now())
            for one in self.devices:
                # The chair tells the judge, who looks at the sheet anew.
                if not one.waiting:
                    one.stopped, one.marks = False, dict(self.sheet().marks)
                    one.last = max(one.last, self.sheet().sequence)

    def receive(self, sent):
        sheet = self.sheet()
        return receiving.receive(sheet, self.judge, sent, at=clock.now()).fate

    def state(self):
        sheet = self.sheet()
        versions = [(one.number, one.marks, one.unlocked_for) for one in sheet.versions]
        return sheet.marks, sheet.sequence, sheet.state, versions

    def drafts(self):
        db.session.rollback()
        found = db.session.query(SheetDraft).filter_by(sheet_id=self.sheet_id)
        return {(one.device, one.sequence): one for one in found}

    def check(self):
        drafts, sheet = self.drafts(), self.sheet()
        # Whatever was acknowledged is there, word for word.
        for device in self.devices:
            for sequence, sent in device.acknowledged.items():
                draft = drafts[device.name, sequence]
                assert {name: getattr(draft, name) for name in sent.content} == sent.content
        # The sheet says what the newest draft that stands says.
        stand = [one for one in drafts.values() if one.fate is Fate.KEPT]
        newest = max(stand, key=lambda one: one.sequence, default=None)
        assert sheet.sequence == (newest.sequence if newest else 0)
        assert sheet.marks == (newest.marks if newest else {})
        assert len({one.sequence for one in stand}) == len(stand)
        # A version is what was signed with, never changes, and one counts at a time.
        signed = [one.marks for one in stand if one.signs]
        for version in sheet.versions:
            known = self.versions.setdefault(version.number, (version.marks, version.commitment))
            assert (version.marks, version.commitment) == known
            assert version.marks in signed
            points = {id_: Decimal(mark) for id_, mark in version.marks.items()}
            assert version.points == rubric.score(judging.PROTOCOL.rubric, points)
            assert sealing.was_committed(
                version.commitment,
                bytes.fromhex(version.nonce),
                sheet.round_entry.entry.public_id,
                self.judge.public_id,
                version.points,
            )
        assert set(self.versions) == {one.number for one in sheet.versions}
        assert (sheet.locked is not None) == (sheet.state is SheetState.LOCKED)
        # A lock wins: as long as it holds, the sheet is what was signed.
        if sheet.locked is not None:
            assert sheet.marks == sheet.locked.marks


@pytest.mark.parametrize("seed", range(SCHEDULES))
def test_nothing_acknowledged_is_lost_whatever_two_devices_a_chair_and_a_network_do(app, seed):
    schedule = Schedule(seed)

    schedule.run()

    # What is computed from the locked sheets is computed again from what is kept of them.
    db.session.rollback()
    judged = db.session.get_one(JudgedRound, schedule.round_id)
    read = judged_queries.judged(judged)
    locked = schedule.sheet().locked
    assert [dict(one) for one in read.sheets.values()] == (
        [] if locked is None else [{id_: Decimal(mark) for id_, mark in locked.marks.items()}]
    )
    again = combining.of_sheets(
        read.sheets, judged.declared.rubric, judged.declared.terms, read.due
    )
    assert again == judged_queries.outcome(judged)


def test_schedules_reach_everything_that_can_become_of_a_draft(app):
    fates, opened = set(), 0
    for seed in range(1_000, 1_010):
        schedule = Schedule(seed)
        schedule.run()
        fates |= {one.fate for one in schedule.drafts().values()}
        opened += sum(one.unlocked_at is not None for one in schedule.sheet().versions)

    assert fates == set(Fate)
    assert opened > 0


def test_mark_that_cannot_be_is_refused_and_not_kept(app):
    schedule = Schedule(0)
    sent = Sent(Draft({"new": Decimal(11)}, 1), "maytinhbang", 0)

    with pytest.raises(CannotJudge):
        schedule.receive(sent)

    assert schedule.drafts() == {}

"""The server is restored from a backup: devices send what it had acknowledged, and nothing is lost.

A device keeps the newest draft that stood on the sheet, and what was signed, as the page does.
"""

from decimal import Decimal
from random import Random

import pytest

from contest import judging as acting
from contest import receiving
from contest.judging import Draft
from contest.models import Fate, PanelRole, Scoresheet, SheetDraft, SheetState
from contest.receiving import Sent
from core import clock
from core.db import atomic, db
from tests import factories
from tests.contest import judging


class Hall:
    """A judge with two devices before one sheet, and what each device keeps of it."""

    def __init__(self):
        made = judging.judged_round(factories.contest())
        panel = judging.panel(made)
        self.chair = judging.judge(panel, number=1, role=PanelRole.CHAIR).account
        seat = judging.judge(panel, number=2)
        self.judge = seat.account
        row = judging.round_entry(made, judging.entry(judging.category(made.round.contest)))
        self.sheet_id = judging.sheet(row, seat).id
        self.kept = {"maytinhbang": [], "dienthoai1": []}
        self.last = dict.fromkeys(self.kept, 0)

    def sheet(self):
        db.session.rollback()
        return db.session.get_one(Scoresheet, self.sheet_id)

    def send(self, sent):
        return receiving.receive(self.sheet(), self.judge, sent, at=clock.now()).fate

    def write(self, device, mark, *, signs=False, looks=True):
        """Let a device send a mark, after it looked at the sheet or without knowing of others."""
        if looks:
            self.last[device] = max(self.last[device], self.sheet().sequence)
        base = self.last[device]
        self.last[device] = base + 1
        marks = {"new": Decimal(mark), "use": Decimal(mark)}
        fate = self.send(Sent(Draft(marks, base + 1), device, base, signs))
        if fate is Fate.KEPT:
            again = Sent(Draft(marks, base + 1), device, base, signs, was_kept=True)
            signed = [one for one in self.kept[device] if one.signs]
            self.kept[device] = [*signed, again]
        return fate

    def stands(self):
        sheet = self.sheet()
        return sheet.marks, sheet.state, [one.marks for one in sheet.versions]

    def drafts(self):
        db.session.rollback()
        return db.session.query(SheetDraft).order_by(SheetDraft.id).all()

    @atomic()
    def restore(self, count):
        """Leave the first `count` drafts, as a backup made after them has the sheet."""
        sheet = db.session.get_one(Scoresheet, self.sheet_id)
        every = db.session.query(SheetDraft).order_by(SheetDraft.id).all()
        for one in sheet.versions:
            db.session.delete(one)
        for one in every[count:]:
            db.session.delete(one)
        stood = [one for one in every[:count] if one.fate is Fate.KEPT]
        sheet.marks = stood[-1].marks if stood else {}
        sheet.sequence = stood[-1].sequence if stood else 0
        sheet.state, sheet.submitted_at = SheetState.DRAFT, None

    def send_again(self, rng):
        """Let both devices send what they keep, each in its order, the two mixed by chance."""
        waiting = [list(one) for one in self.kept.values() if one]
        fates = []
        while waiting:
            first = rng.choice(waiting)
            fates.append(self.send(first.pop(0)))
            waiting = [one for one in waiting if one]
        return fates


@pytest.fixture
def hall(app):
    return Hall()


@pytest.mark.parametrize("seed", range(12))
def test_sheet_stands_after_the_restore_as_it_stood_before(hall, seed):
    rng = Random(seed)
    for _ in range(rng.randint(1, 8)):
        hall.write(rng.choice(list(hall.kept)), rng.randint(0, 10), looks=rng.random() < 0.8)
    hall.write("maytinhbang", 7, signs=seed % 2 == 0)
    before, count = hall.stands(), len(hall.drafts())

    hall.restore(rng.randint(0, count - 1))
    first = hall.send_again(rng)
    after = hall.stands()
    again = hall.send_again(rng)

    assert after == before
    # Nobody is asked to choose, and sending once more changes nothing.
    assert {*first, *again} <= {Fate.KEPT, Fate.OLDER}
    assert hall.stands() == before


def test_draft_that_another_device_had_seen_is_no_quarrel_after_the_restore(hall):
    hall.write("maytinhbang", 5)
    hall.write("dienthoai1", 8)
    hall.restore(0)
    (tablet,), (phone,) = hall.kept.values()

    assert [hall.send(phone), hall.send(tablet)] == [Fate.KEPT, Fate.OLDER]
    assert hall.stands()[0] == {"new": "8", "use": "8"}


def test_draft_that_nobody_had_seen_is_shown_beside_what_stands(hall):
    hall.write("dienthoai1", 8)
    hall.restore(0)
    unseen = Sent(Draft({"new": Decimal(3)}, 1), "maytinhbang", 0)
    hall.send(hall.kept["dienthoai1"][0])

    assert hall.send(unseen) is Fate.APART
    assert [one.device for one in receiving.others(hall.sheet())] == ["maytinhbang"]


def test_signature_before_the_chair_opened_the_sheet_locks_it_and_what_followed_is_kept(hall):
    hall.write("maytinhbang", 7, signs=True)
    acting.unlock(hall.sheet(), hall.chair, reason="Lệch điểm", at=clock.now())
    hall.write("maytinhbang", 9)

    hall.restore(0)
    fates = hall.send_again(Random(0))

    # The chair's act is lost with the database and has to be done again; no mark is.
    assert fates == [Fate.KEPT, Fate.LOCKED]
    assert hall.stands()[2] == [{"new": "7", "use": "7"}]
    assert [one.marks["new"] for one in hall.drafts()] == ["7", "9"]

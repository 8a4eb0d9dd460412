"""The sheets of the demo's judges: each with a severity and a bad day, all by the real rubric."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import select

from contest import assigning
from contest.models import (
    Panel,
    PanelMember,
    PanelRole,
    RoundEntry,
    Scoresheet,
    SheetState,
    SheetVersion,
)
from contest.rules.judging import rubric, sealing, table
from contest.rules.judging.rubric import Criterion
from core.db import db

NOTES = (
    "Ý tưởng gần việc hằng ngày, nên nêu rõ cách duy trì khi đổi cán bộ.",
    "Số liệu trước và sau rõ ràng; cần thêm ý kiến người dân.",
    "Làm được ngay ở xã; phần tài liệu còn sơ sài.",
    "Cách trình bày mạch lạc, trả lời câu hỏi thẳng và đủ.",
)
LOCKED_IN_PROGRESS = 3


def finished(panel: Panel, quality: Mapping[int, float], rng: Random, at: datetime) -> None:
    """Give a panel its sheets, and lock every one."""
    assigning.assign(panel, chair(panel).account, at=at)
    severity = _severities(panel, rng, 3)
    for number, sheet in enumerate(_sheets(panel)):
        mean = quality[sheet.round_entry.entry_id] + severity[sheet.member_id]
        _mark(sheet, rng.gauss(mean, 2.5), rng)
        _lock(sheet, at + timedelta(minutes=4 * number))
    db.session.flush()


def on_stage(
    panel: Panel,
    rows: Sequence[RoundEntry],
    quality: Mapping[int, float],
    rng: Random,
    performed: int,
    at: datetime,
) -> None:
    """Lock the sheets of the teams that performed, and three of the one that just did.

    `rows` stand in running order. One judge is far off for the third team.
    """
    assigning.assign(panel, chair(panel).account, at=at)
    severity = _severities(panel, rng, 1)
    place = {row.id: number for number, row in enumerate(rows)}
    astray = max(panel.members, key=lambda one: (one.role is PanelRole.MEMBER, one.number)).id
    for sheet in _sheets(panel):
        number = place[sheet.round_entry_id]
        sheet.position = number + 1
        if number > performed or (number == performed and sheet.member.number > LOCKED_IN_PROGRESS):
            continue
        mean = quality[sheet.round_entry.entry_id] + severity[sheet.member_id]
        mean -= 14 if number == 2 and sheet.member_id == astray else 0
        _mark(sheet, rng.gauss(mean, 1.2), rng)
        since = timedelta(minutes=16 * (performed - number) + sheet.member.number)
        _lock(sheet, at - since)
    db.session.flush()


def chair(panel: Panel) -> PanelMember:
    """Return the chair of a panel."""
    return next(one for one in panel.members if one.role is PanelRole.CHAIR)


def _severities(panel: Panel, rng: Random, spread: float) -> dict[int, float]:
    return {one.id: rng.gauss(0, spread) for one in panel.members}


def _sheets(panel: Panel) -> Sequence[Scoresheet]:
    wanted = select(Scoresheet).join(PanelMember).where(PanelMember.panel_id == panel.id)
    return db.session.scalars(wanted.order_by(Scoresheet.position, Scoresheet.id)).all()


def _mark(sheet: Scoresheet, score: float, rng: Random) -> None:
    leaves = sheet.round_entry.judged.declared.rubric.leaves()
    sheet.marks = {leaf.id: str(_step(leaf, rng.gauss(score, 4) / 100)) for leaf in leaves}
    if rng.random() < 0.5:
        sheet.public_note = rng.choice(NOTES)


def _step(leaf: Criterion, share: float) -> Decimal:
    steps = int((leaf.most - leaf.least) / leaf.step)
    return leaf.least + leaf.step * min(steps, max(0, round(share * steps)))


def _lock(sheet: Scoresheet, at: datetime) -> None:
    """Lock a sheet as `contest.judging.submit` does, with a nonce that follows from its id."""
    marks = {id_: Decimal(mark) for id_, mark in sheet.marks.items()}
    score = rubric.score(sheet.round_entry.judged.declared.rubric, marks)
    nonce = hashlib.sha256(sheet.public_id.encode()).digest()[:16]
    entry, judge = sheet.round_entry.entry.public_id, sheet.member.account.public_id
    sheet.state, sheet.sequence = SheetState.LOCKED, len(marks)
    sheet.saved_at = sheet.submitted_at = at
    db.session.add(
        SheetVersion(
            sheet=sheet,
            number=1,
            marks=dict(sheet.marks),
            score=table.to_billionths(score),
            locked_at=at,
            commitment=sealing.commitment(nonce, entry, judge, score),
            nonce=nonce.hex(),
        )
    )

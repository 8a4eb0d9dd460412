"""Results under dispute: a question ruled about, a change that waits, an appeal with its answer."""

from datetime import timedelta

from sqlalchemy import select

from contest import appealing, revising
from contest.models import Attempt, Enrolment
from contest.rules.appealing import AppealRegime, AppealWindow
from contest.rules.changing import Change, ChangeKind
from contest.rules.comparing import Lines
from core.db import db

REASON = "Biên bản họp Ban Tổ chức số 03/BB-BTC"


def dispute(round_, first, second, now):
    """Rule about a question, leave a change waiting and a draft, answer an appeal."""
    attempts = db.session.scalars(
        select(Attempt)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Attempt.round_id == round_.id)
        .order_by(Enrolment.number)
        .limit(3)
    ).all()
    version = next(slot.version_id for slot in attempts[0].slots if slot.version_id)
    done = _propose(round_, first, Change(ChangeKind.VOID_FULL, str(version)), now)
    revising.agree(done, second, reason="Nhất trí", at=now)
    waiting = _propose(round_, first, Change(ChangeKind.ANNUL, attempts[2].public_id), now)
    draft = revising.draft(round_, second, at=now)
    hour = timedelta(hours=1)
    hours = AppealWindow(AppealRegime.CONTEST, now - hour, now + 48 * hour)
    appealing.set_window(round_, hours, first)
    owner = attempts[0].enrolment.account
    words = "Câu 2 có hai đáp án đúng theo Nghị định số 61/2018/NĐ-CP."
    appeal = appealing.make(attempts[0], owner, words, [2], at=now)
    appealing.claim(appeal, first, at=now)
    answer = "Câu 2 chỉ có một đáp án đúng theo khoản 1 Điều 4 của Nghị định; giữ nguyên kết quả."
    appealing.answer(appeal, first, answer, changes=False, at=now)
    return {
        "changes": [done.public_id, waiting.public_id, draft.public_id],
        "ruled": version,
        "appeal": appeal.public_id,
        "ranked": attempts[1].enrolment.public_id,
    }


def _propose(round_, actor, change, now):
    made = revising.draft(round_, actor, at=now)
    revising.add(made, change, actor)
    revising.draw_lines(made, Lines((1, 3, 10)), actor)
    return revising.propose(made, actor, reason=REASON, at=now)

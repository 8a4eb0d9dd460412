"""What judges' devices send: each draft kept as it came, the newest on the sheet, none lost."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from accounts.models import Account
from contest import judging
from contest.errors import CannotJudge
from contest.judging import Draft
from contest.models import Fate, Scoresheet, SheetDraft
from core.db import atomic, db, lock
from core.text import N_


@dataclass(frozen=True, slots=True)
class Sent:
    """A draft with the device that sends it and the newest sequence that the device knew of.

    With `signs` the judge hands the sheet in as this draft has it. One that `was_kept` is sent
    again after the database was restored from a backup, which may not have it.
    """

    draft: Draft
    device: str
    base: int
    signs: bool = False
    # When the device says that it was written.
    written: datetime | None = None
    was_kept: bool = False

    @property
    def content(self) -> dict[str, object]:
        """What a draft says, by the columns that keep it."""
        draft = self.draft
        remarks = draft.remarks
        said = None if remarks is None else {id_: r.written() for id_, r in remarks.items()}
        return {
            "marks": {id_: str(mark) for id_, mark in draft.marks.items()},
            "public_note": draft.public_note,
            "private_note": draft.private_note,
            "remarks": said,
            "signs": self.signs,
        }


@atomic()
def receive(sheet: Scoresheet, judge: Account, sent: Sent, *, at: datetime) -> SheetDraft:
    """Keep a draft, and put it on the sheet unless something newer or locked stands there.

    A draft that was received already is answered as it was the first time, and nothing happens:
    neither is a sheet locked again that the chair has opened since. Raise `CannotJudge` for
    somebody else's sheet, for who was recused, after the end of judging, for a mark that cannot be,
    and where it is handed in unfinished; nothing of it is kept then.
    """
    lock(sheet)
    judging.check_judge(sheet, judge)
    known = _known(sheet, sent)
    if known is not None:
        return known
    if judging.recusal_of(sheet.round_entry.entry_id, judge.id) is not None:
        raise CannotJudge(N_("You do not judge this entry."))
    judging.check_hours(sheet, sent.written, at)
    judging.check_marks(sheet, sent.draft.marks)
    judging.check_remarks(sheet, sent.draft.remarks or {})
    made = SheetDraft(
        sheet_id=sheet.id,
        device=sent.device,
        sequence=sent.draft.sequence,
        base=sent.base,
        **sent.content,
        fate=_fate(sheet, sent),
        received_at=at,
        written_at=min(sent.written, at) if sent.written is not None else None,
    )
    db.session.add(made)
    if made.fate is Fate.KEPT:
        judging.save(sheet, judge, sent.draft, at=at)
        if sent.signs:
            judging.submit(sheet, judge, at=at)
    return made


def others(sheet: Scoresheet) -> list[SheetDraft]:
    """Return what does not stand on the sheet though nothing newer of its device does.

    Of each device the newest, and only what came since the newest draft that stands; these are
    what the judge has to decide about, or what came too late.
    """
    drafts = db.session.scalars(
        select(SheetDraft).where(SheetDraft.sheet_id == sheet.id).order_by(SheetDraft.id)
    ).all()
    last = max((at for at, one in enumerate(drafts) if one.fate is Fate.KEPT), default=-1)
    newest = {one.device: one for one in drafts[last + 1 :] if one.fate is not Fate.OLDER}
    return list(newest.values())


def _known(sheet: Scoresheet, sent: Sent) -> SheetDraft | None:
    """Return the draft as it was received before. Raise `CannotJudge` where it was another."""
    known = db.session.scalar(
        select(SheetDraft).where(
            SheetDraft.sheet_id == sheet.id,
            SheetDraft.device == sent.device,
            SheetDraft.sequence == sent.draft.sequence,
        )
    )
    if known is None:
        return None
    if any(getattr(known, name) != said for name, said in sent.content.items()):
        raise CannotJudge(N_("This device has sent something else under the same number."))
    return known


def _fate(sheet: Scoresheet, sent: Sent) -> Fate:
    newest = db.session.scalar(
        select(SheetDraft)
        .where(SheetDraft.sheet_id == sheet.id, SheetDraft.fate == Fate.KEPT)
        .order_by(SheetDraft.sequence.desc())
        .limit(1)
    )
    is_own = (
        newest is not None and newest.device == sent.device and newest.sequence == sheet.sequence
    )
    if is_own and sent.draft.sequence < sheet.sequence:
        return Fate.OLDER
    if sent.was_kept and newest is not None and newest.base >= sent.draft.sequence:
        # Before the restore it stood here, and what stands now was written by who had seen it.
        return Fate.OLDER
    if sheet.locked is not None:
        return Fate.LOCKED
    return Fate.KEPT if is_own or sent.base >= sheet.sequence else Fate.APART

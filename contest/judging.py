"""Judging: the protocol is sealed, judges fill sheets, hand them in, and the chair opens them."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from accounts import auditing
from accounts.models import Account
from contest import parting
from contest.errors import CannotJudge, RoundFinal
from contest.models import (
    DeviationDecision,
    Entry,
    JudgedRound,
    Panel,
    PanelMember,
    PanelRole,
    Recusal,
    RoundState,
    Scoresheet,
    SheetState,
    SheetVersion,
)
from contest.rules.judging import hours, rubric, sealing, table
from contest.rules.judging.conflicts import Cause
from contest.rules.judging.rubric import Criterion
from core.db import atomic, db, lock
from core.text import N_

JUDGES = frozenset({PanelRole.CHAIR, PanelRole.MEMBER, PanelRole.SUBSTITUTE})


@dataclass(frozen=True, slots=True)
class Remark:
    """What a judge says of one criterion; a public one is read by the entrant with the results."""

    text: str
    is_public: bool = False

    def written(self) -> dict[str, object]:
        """Return the remark as it is stored."""
        return {"text": self.text, "public": self.is_public}


@dataclass(frozen=True, slots=True)
class Draft:
    """What a judge's device sends: all marks so far, both notes, and a number that only grows.

    Without `remarks` it says nothing of them, and those of the sheet stay.
    """

    marks: Mapping[str, Decimal]
    sequence: int
    public_note: str = ""
    private_note: str = ""
    remarks: Mapping[str, Remark] | None = None


@atomic()
def seal(judged: JudgedRound, actor: Account, *, at: datetime) -> JudgedRound:
    """Seal the protocol: from now on it does not change, and the round is no draft any more.

    Sealing again does nothing. Raise `CannotJudge` where something is wrong with it, or the seed is
    not the one it names.
    """
    lock(judged)
    if judged.sealed_at is not None:
        return judged
    protocol = judged.declared
    problems = protocol.problems()
    if problems:
        raise CannotJudge(problems[0].message, **problems[0].values)
    if protocol.seed_digest not in ("", sealing.seed_digest(bytes.fromhex(judged.seed))):
        raise CannotJudge(N_("The seed is not the one whose digest stands in the protocol."))
    judged.digest, judged.sealed_at = protocol.digest, at
    if judged.round.state is RoundState.DRAFT:
        judged.round.state = RoundState.READY
    told = {"digest": judged.digest, "parts": parting.digest(judged)}
    _record(judged, actor, "round.sealed", f"round:{judged.round.public_id}", **told)
    return judged


@atomic()
def save(sheet: Scoresheet, judge: Account, draft: Draft, *, at: datetime) -> Scoresheet:
    """Keep what a judge has on the sheet so far.

    A device without a network sends later, and possibly out of order: what is older than what
    is kept changes nothing. Raise `CannotJudge` for somebody else's sheet, once it is locked, or
    for a mark that the rubric does not know.
    """
    lock(sheet)
    check_judge(sheet, judge)
    if draft.sequence <= sheet.sequence:
        return sheet
    _check_open(sheet)
    _check_running(sheet)
    check_marks(sheet, draft.marks)
    check_remarks(sheet, draft.remarks or {})
    sheet.marks = {id_: str(mark) for id_, mark in draft.marks.items()}
    sheet.public_note, sheet.private_note = draft.public_note, draft.private_note
    if draft.remarks is not None:
        sheet.remarks = {id_: one.written() for id_, one in draft.remarks.items()}
    sheet.sequence, sheet.saved_at = draft.sequence, at
    return sheet


@atomic()
def submit(sheet: Scoresheet, judge: Account, *, at: datetime) -> SheetVersion:
    """Lock the sheet as it stands, sealed by a commitment. Doing so again does nothing.

    Raise `CannotJudge` for somebody else's sheet, before the protocol is sealed, after the judge
    was recused, or while a required criterion has no mark.
    """
    lock(sheet)
    check_judge(sheet, judge)
    if sheet.locked is not None:
        return sheet.locked
    return _lock(sheet, judge, at)


@atomic()
def lock_paper(
    sheet: Scoresheet, typists: tuple[Account, Account], *, at: datetime
) -> SheetVersion:
    """Lock a sheet that two people typed in from paper, as it stands; see `submit`."""
    lock(sheet)
    return _lock(sheet, typists[1], at, typists)


def _lock(
    sheet: Scoresheet,
    actor: Account,
    at: datetime,
    typists: tuple[Account, Account] | None = None,
) -> SheetVersion:
    _check_running(sheet)
    judged, entry = sheet.round_entry.judged, sheet.round_entry.entry
    if judged.sealed_at is None:
        raise CannotJudge(N_("The rules of judging have not been sealed yet."))
    if recusal_of(entry.id, sheet.member.account_id) is not None:
        raise CannotJudge(N_("You do not judge this entry."))
    marks = {id_: Decimal(mark) for id_, mark in sheet.marks.items()}
    check_whole(sheet, marks)
    version = _version(sheet, marks, at)
    told: dict[str, object] = {"version": version.number, "commitment": version.commitment}
    if typists is not None:
        version.entered_by_id, version.compared_by_id = (one.id for one in typists)
        told["typed_by"] = [one.public_id for one in typists]
    db.session.add(version)
    sheet.state, sheet.submitted_at = SheetState.LOCKED, at
    db.session.flush()
    _record(judged, actor, "sheet.locked", f"sheet:{sheet.public_id}", **told)
    return version


@atomic()
def unlock(sheet: Scoresheet, chair: Account, *, reason: str, at: datetime) -> Scoresheet:
    """Give a locked sheet back to its judge; the locked version stays beside the next one.

    Raise `CannotJudge` without a reason, for an open sheet, for who does not chair the panel,
    and for the chair's own sheet; `RoundFinal` once the results are final.
    """
    lock(sheet)
    if not any(one.account_id == chair.id for one in _chairs(sheet)):
        raise CannotJudge(N_("Only the chair of the panel opens a sheet again."))
    return _give_back(sheet, chair, reason, at)


@atomic()
def unlock_chairs(sheet: Scoresheet, keeper: Account, *, reason: str, at: datetime) -> Scoresheet:
    """Give the chair's own locked sheet back; both values stay, as after `unlock`.

    `keeper` keeps the books of the panel, as `judge_access.typed_panel` finds out. Raise
    `CannotJudge` for the sheet of anybody else, which the chair opens, and for who judges on the
    panel.
    """
    lock(sheet)
    if sheet.member.account_id not in {one.account_id for one in _chairs(sheet)}:
        raise CannotJudge(N_("The chair opens the sheets of the other judges."))
    if any(one.account_id == keeper.id for one in judges_of(sheet.member.panel)):
        raise CannotJudge(N_("Who judges on the panel does not open the sheet of its chair."))
    return _give_back(sheet, keeper, reason, at)


def _give_back(sheet: Scoresheet, opener: Account, reason: str, at: datetime) -> Scoresheet:
    if not reason.strip():
        raise CannotJudge(N_("Say why the sheet is opened again."))
    if sheet.member.account_id == opener.id:
        raise CannotJudge(N_("Nobody opens their own sheet again."))
    version = sheet.locked
    if version is None:
        raise CannotJudge(N_("The sheet is open already."))
    _check_running(sheet)
    version.unlocked_at, version.unlocked_by_id, version.unlocked_for = at, opener.id, reason
    sheet.state = SheetState.DRAFT
    target, judged = f"sheet:{sheet.public_id}", sheet.round_entry.judged
    _record(judged, opener, "sheet.unlocked", target, version=version.number, reason=reason)
    return sheet


@atomic()
def recuse(
    entry: Entry, judge: Account, actor: Account, cause: Cause, *, note: str, at: datetime
) -> Recusal:
    """Record that a judge does not judge an entry; recording it again changes nothing.

    What the judge already gave stays kept, and does not count.
    """
    known = recusal_of(entry.id, judge.id)
    if known is not None:
        return known
    made = Recusal(
        entry=entry,
        account=judge,
        cause=cause,
        note=note,
        recorded_by=actor,
        recorded_at=at,
    )
    db.session.add(made)
    db.session.flush()
    auditing.record(
        actor,
        "entry.recused",
        f"entry:{entry.public_id}",
        log=entry.contest.log,
        judge=judge.public_id,
        cause=cause.value,
    )
    return made


def asked(sheet: Scoresheet) -> list[Criterion]:
    """Return the criteria that this judge marks for this entry, in order."""
    leaves = sheet.round_entry.judged.declared.rubric.leaves(
        sheet.round_entry.entry.category.prefix
    )
    return [leaf for leaf in leaves if leaf.panel == sheet.member.panel.criteria]


def check_marks(sheet: Scoresheet, marks: Mapping[str, Decimal]) -> None:
    """Raise `CannotJudge` for a mark that the sheet does not ask for, or that cannot be."""
    leaves = {leaf.id: leaf for leaf in asked(sheet)}
    for id_, mark in marks.items():
        if id_ not in leaves:
            raise CannotJudge(N_("The sheet has a mark for what it does not ask."))
        fault = rubric.fault(leaves[id_], mark)
        if fault is not None:
            raise CannotJudge(fault.message, **fault.values)


def check_remarks(sheet: Scoresheet, remarks: Collection[str]) -> None:
    """Raise `CannotJudge` for a remark on a criterion that the sheet does not ask for."""
    if not {leaf.id for leaf in asked(sheet)}.issuperset(remarks):
        raise CannotJudge(N_("The sheet has a remark on what it does not ask."))


def check_whole(sheet: Scoresheet, marks: Mapping[str, Decimal]) -> None:
    """Raise `CannotJudge` while a required criterion has no mark."""
    missing = [leaf for leaf in asked(sheet) if leaf.is_required and leaf.id not in marks]
    if missing:
        raise CannotJudge(N_("“%(title)s” has no mark yet."), title=missing[0].title)


def check_judge(sheet: Scoresheet, judge: Account) -> None:
    """Raise `CannotJudge` unless the sheet is this judge's, who still sits."""
    member = sheet.member
    if member.account_id != judge.id or member.left_at is not None or member.role not in JUDGES:
        raise CannotJudge(N_("This is the sheet of another judge."))


def check_hours(sheet: Scoresheet, written: datetime | None, at: datetime) -> None:
    """Raise `CannotJudge` for marks that come after the end of judging.

    What the chair asks for again is taken after it too: a sheet that was opened, a third mark.
    """
    end = sheet.round_entry.judged.round.closes_at
    if hours.are_taken(written, at, end) or is_asked_again(sheet):
        return
    message = N_(
        "Judging ended at %(end)s: new marks are not taken. The chair or the organizers can"
        " prolong it, with a reason."
    )
    raise CannotJudge(message, end=end)


def is_asked_again(sheet: Scoresheet) -> bool:
    """Say whether a sheet was handed in before, or is a third one that the chair asked for."""
    if sheet.versions:
        return True
    asked_for = select(DeviationDecision.id).where(DeviationDecision.third_sheet_id == sheet.id)
    return db.session.scalar(asked_for.limit(1)) is not None


def judges_of(panel: Panel) -> list[PanelMember]:
    """Return who may score on a panel, substitutes who wait among them."""
    return [one for one in panel.members if one.left_at is None and one.role in JUDGES]


def recusal_of(entry_id: int, account_id: int) -> Recusal | None:
    """Return why a judge does not judge an entry; None where nothing is known against it."""
    return db.session.scalar(
        select(Recusal).where(Recusal.entry_id == entry_id, Recusal.account_id == account_id)
    )


def _check_running(sheet: Scoresheet) -> None:
    if sheet.round_entry.judged.round.state is RoundState.FINAL:
        raise RoundFinal


def _check_open(sheet: Scoresheet) -> None:
    if sheet.locked is not None:
        raise CannotJudge(N_("The sheet is locked: ask the chair to open it again."))


def _version(sheet: Scoresheet, marks: Mapping[str, Decimal], at: datetime) -> SheetVersion:
    judged, entry = sheet.round_entry.judged, sheet.round_entry.entry
    score = rubric.score(judged.declared.rubric, marks)
    nonce = secrets.token_bytes(16)
    return SheetVersion(
        sheet=sheet,
        number=len(sheet.versions) + 1,
        marks=dict(sheet.marks),
        remarks=dict(sheet.remarks),
        score=table.to_billionths(score),
        locked_at=at,
        commitment=sealing.commitment(
            nonce, entry.public_id, sheet.member.account.public_id, score
        ),
        nonce=nonce.hex(),
    )


def _chairs(sheet: Scoresheet) -> list[PanelMember]:
    members = sheet.member.panel.members
    return [one for one in members if one.role is PanelRole.CHAIR and one.left_at is None]


def _record(judged: JudgedRound, actor: Account, act: str, target: str, **details: object) -> None:
    auditing.record(actor, act, target, log=judged.round.contest.log, **details)

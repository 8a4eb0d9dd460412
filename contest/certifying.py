"""Certificates: designed, issued with a number and a code, printed, withdrawn, issued anew."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from accounts import auditing
from accounts.models import Account
from contest import award_queries, certificate_queries, drafting, run_queries
from contest.documents import certificates, phrases
from contest.documents.certificates import MOST_SHEETS, Awardee, Background, Design
from contest.errors import CertificateGone, RoundNotReady
from contest.models import Certificate, CertificateDesign, Contest, Enrolment, ResultRun, Round
from core import clock, ids, jobs, pictures
from core.db import atomic, db
from core.jobs import Job, Work
from core.text import N_
from core.vietnam import civil_day

JOB = "certificates.write"
NAMELESS = N_("The person was erased: the certificate can be withdrawn, not printed.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who gets a certificate: of which round, with at least so many percent right, for what.

    With `winners`, only who was given a prize of the round by decision; the prize is named first.
    """

    round: Round
    percent: int
    honour: str
    winners: bool = False


# --- Designs -----------------------------------------------------------------------------------


@atomic()
def add_design(contest: Contest, title: str, actor: Account, *, at: datetime) -> CertificateDesign:
    """Begin a design with everything where it usually stands."""
    design = CertificateDesign(
        public_id=ids.public_id(),
        contest_id=contest.id,
        title=title,
        written=Design().written(),
        created_at=at,
    )
    db.session.add(design)
    db.session.flush()
    _record(contest, actor, "certificate.design_added", f"design:{design.public_id}", title=title)
    return design


@atomic()
def keep_design(
    row: CertificateDesign, title: str, design: Design, actor: Account, *, picture: bytes = b""
) -> None:
    """Keep how certificates look; a new picture is encoded anew. Raise `FileRefused`."""
    if picture:
        made = pictures.encode(picture)
        row.picture, row.mime = made.content, made.mime
    row.title, row.written = title, design.written()
    target = f"design:{row.public_id}"
    _record(row.contest, actor, "certificate.design_saved", target, has_picture=bool(picture))


def design_of(row: CertificateDesign) -> Design:
    """Return how the certificates of a design look."""
    design = Design.read(row.written)
    return design.on_stock() if design.background is Background.STOCK else design


def preview(row: CertificateDesign, design: Design, address: str, *, at: datetime) -> bytes:
    """Return a sheet of a design with a made-up name, as a picture."""
    one = Awardee(
        name="Nguyễn Thị Minh Hạnh",
        unit="Trung tâm Phục vụ hành chính công tỉnh",
        honour="Đạt Giải Nhất, Tuần 2",
        contest=phrases.contest_named(row.contest.title),
        number=147,
        on=civil_day(at),
        address=address,
        code="0" * 20,
    )
    shown = design.on_stock() if design.background is Background.STOCK else design
    return certificates.preview(shown, drafting.office_of(row.contest), one, row.picture)


# --- Issuing -----------------------------------------------------------------------------------


@atomic()
def order(
    row: CertificateDesign, wanted: Wanted, actor: Account, address: str, *, at: datetime
) -> Job:
    """Queue the issuing and the printing of certificates; who has one keeps it.

    Raise `RoundNotReady` before the results are computed.
    """
    run = run_queries.current_run(wanted.round)
    if run is None or run.is_provisional:
        raise RoundNotReady(N_("Compute the results before issuing certificates."))
    payload = {
        "design": row.public_id,
        "round_id": wanted.round.id,
        "percent": wanted.percent,
        "honour": wanted.honour,
        "winners": wanted.winners,
        "address": address,
        "in_full": True,
        "owner": actor.id,
    }
    key = f"{JOB}:{row.public_id}:{wanted.round.public_id}"
    return jobs.enqueue(JOB, payload, at=at, key=key, owner=actor.id)


@atomic()
def issue(row: CertificateDesign, wanted: Wanted, actor: Account | None, *, at: datetime) -> int:
    """Issue certificates to the next people who have none of this design; return how many."""
    db.session.get_one(Contest, row.contest_id, with_for_update=True)
    run = run_queries.current_run(wanted.round)
    if run is None:
        return 0
    people = _honoured(row, wanted, run)
    if not people:
        return 0
    first = 1 + certificate_queries.last_number(row.contest_id)
    shared = {
        "contest_id": row.contest_id,
        "design_id": row.id,
        "round_id": wanted.round.id,
        "dated_on": civil_day(at),
        "run_id": run.id,
        "issued_at": at,
        "issued_by_id": actor.id if actor else None,
        "withdrawn_for": "",
    }
    rows = [
        shared | _issued(enrolment, honour, number)
        for number, (enrolment, honour) in enumerate(people, start=first)
    ]
    db.session.execute(insert(Certificate), rows)
    _record(
        wanted.round.contest,
        actor,
        "certificate.issued",
        f"design:{row.public_id}",
        round=wanted.round.public_id,
        run=run.number,
        numbers=[first, first + len(people) - 1],
    )
    return len(people)


def _honoured(
    row: CertificateDesign, wanted: Wanted, run: ResultRun
) -> list[tuple[Enrolment, str]]:
    """Return who gets one next, and for what each."""
    if not wanted.winners:
        found = certificate_queries.standings_without(
            run, row, percent=wanted.percent, most=MOST_SHEETS
        )
        return [(one.enrolment, wanted.honour) for one in found]
    held = certificate_queries.holders(row, wanted.round)
    won = [
        (one.enrolment, f"Đạt {one.level}, {wanted.honour}")
        for one in award_queries.awards_of(wanted.round)
        if one.enrolment is not None and one.enrolment.id not in held
    ]
    # One sheet for each person, for the highest prize.
    first = {person.id: (person, honour) for person, honour in reversed(won)}
    return [one for one in won if first[one[0].id] == one][:MOST_SHEETS]


def _issued(enrolment: Enrolment, honour: str, number: int) -> dict[str, object]:
    unit = enrolment.counted_unit or enrolment.unit
    return {
        "code": ids.public_id(),
        "enrolment_id": enrolment.id,
        "number": number,
        "honour": honour,
        "name": enrolment.account.full_name,
        "unit": unit.name if unit else "",
    }


# --- Printing ----------------------------------------------------------------------------------


def write(work: Work) -> tuple[bytes, str]:
    """Issue and print what was ordered, saying how far it is; return the file and its name.

    More sheets than one PDF file takes become several files in an archive.
    """
    payload = work.payload
    row = certificate_queries.design_with(payload["design"])
    round_ = run_queries.round_of(int(payload["round_id"]))
    if row is None:
        raise CertificateGone
    actor = db.session.get(Account, payload["owner"])
    winners = bool(payload.get("winners"))
    wanted = Wanted(round_, int(payload["percent"]), payload["honour"], winners)
    run = run_queries.current_run(round_)
    total = certificate_queries.reached(run, percent=wanted.percent) if run else 0
    work.progress(0, 2 * total)
    issued = 0
    while count := issue(row, wanted, actor, at=clock.now()):
        issued += count
        work.progress(min(issued, total), 2 * total)
    files = _printed(work, row, round_, total)
    note_printed(row, round_, actor, count=certificate_queries.standing_count(row, round_))
    name = f"giay-chung-nhan-{round_.contest.slug}-vong-{round_.number}"
    if len(files) == 1:
        return files[0], f"{name}.pdf"
    return _bundled(files, name), f"{name}.zip"


def _printed(work: Work, row: CertificateDesign, round_: Round, total: int) -> list[bytes]:
    files, last, done = [], 0, 0
    office, design = drafting.office_of(round_.contest), design_of(row)
    while found := certificate_queries.standing_certificates(
        row, round_, after=last, most=MOST_SHEETS
    ):
        last, done = found[-1].number, done + len(found)
        people = [awardee(one, work.payload["address"]) for one in found if one.name]
        files.append(certificates.pdf(design, office, people, row.picture))
        work.progress(total + min(done, total), 2 * total)
    return files


def _bundled(files: Sequence[bytes], name: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as bundle:
        for at, content in enumerate(files, start=1):
            bundle.writestr(f"{name}-{at:02}.pdf", content)
    return target.getvalue()


def print_one(one: Certificate, address: str) -> bytes:
    """Return one certificate as a PDF file. Raise `CertificateGone` for one of nobody."""
    if not one.name:
        raise CertificateGone(NAMELESS)
    row = certificate_queries.design_with(one.design.public_id) or one.design
    office = drafting.office_of(one.contest)
    return certificates.pdf(design_of(row), office, [awardee(one, address)], row.picture)


def awardee(one: Certificate, address: str) -> Awardee:
    """Return what the sheet of a certificate says."""
    contest = phrases.contest_named(one.contest.title)
    return Awardee(
        one.name, one.unit, one.honour, contest, one.number, one.dated_on, address, one.code
    )


@atomic()
def note_printed(
    row: CertificateDesign, round_: Round | None, actor: Account | None, *, count: int
) -> None:
    """Write down that certificates with full names were taken out."""
    _record(
        row.contest,
        actor,
        "certificate.printed",
        f"design:{row.public_id}",
        round=round_.public_id if round_ else "",
        count=count,
        personal_data=True,
    )


# --- Withdrawing -------------------------------------------------------------------------------


@atomic()
def withdraw(one: Certificate, reason: str, actor: Account, *, at: datetime) -> None:
    """Take a certificate back; its public page says so. Taken back twice is once."""
    one = db.session.get_one(Certificate, one.id, with_for_update=True)
    if one.withdrawn_at is None:
        one.withdrawn_at, one.withdrawn_for = at, reason
        _record_of(one, actor, "certificate.withdrawn", reason=reason)


@atomic()
def reissue(one: Certificate, reason: str, actor: Account, *, at: datetime) -> Certificate:
    """Issue a certificate anew, with the name as it is now, a new number and a new code.

    Raise `CertificateGone` for one that was replaced already, or whose person was erased.
    """
    db.session.get_one(Contest, one.contest_id, with_for_update=True)
    one = db.session.get_one(Certificate, one.id, with_for_update=True)
    if one.replaced_by_id is not None or not one.name:
        raise CertificateGone
    enrolment = one.enrolment
    unit = enrolment.counted_unit or enrolment.unit
    new = Certificate(
        code=ids.public_id(),
        contest_id=one.contest_id,
        design_id=one.design_id,
        round_id=one.round_id,
        enrolment_id=one.enrolment_id,
        number=1 + certificate_queries.last_number(one.contest_id),
        honour=one.honour,
        name=enrolment.account.full_name,
        unit=unit.name if unit else "",
        dated_on=civil_day(at),
        run_id=one.run_id,
        issued_at=at,
        issued_by_id=actor.id,
    )
    db.session.add(new)
    db.session.flush()
    if one.withdrawn_at is None:
        one.withdrawn_at, one.withdrawn_for = at, reason
    one.replaced_by_id = new.id
    _record_of(one, actor, "certificate.reissued", reason=reason, number=new.number)
    return new


def _record_of(one: Certificate, actor: Account, act: str, **details: object) -> None:
    target = f"certificate:{one.contest.slug}/{one.number}"[:80]
    auditing.record(actor, act, target, log=one.contest.log, **details)


def _record(
    contest: Contest, actor: Account | None, act: str, target: str, **details: object
) -> None:
    auditing.record(actor, act, target, log=contest.log, **details)

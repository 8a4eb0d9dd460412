"""Certificates: designed, issued with a number and a code, printed, withdrawn, issued anew."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import insert

from accounts import auditing
from accounts.models import Account
from contest import (
    award_queries,
    certificate_queries,
    drafting,
    entry_certificates,
    run_queries,
    running,
)
from contest.documents import certificates, phrases
from contest.documents.certificates import MOST_SHEETS, Awardee, Background, Design
from contest.errors import CertificateGone
from contest.models import (
    Certificate,
    CertificateDesign,
    Contest,
    ResultRun,
    Round,
)
from contest.running import RoundMoved
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


@dataclass(frozen=True, slots=True)
class Planned:
    """Certificates to be issued by a run, as their columns, beside so many that stand."""

    run: int
    rows: Sequence[dict[str, Any]]
    standing: int

    @property
    def first(self) -> int:
        """The number of the first one."""
        return int(self.rows[0]["number"])

    @property
    def sheets(self) -> int:
        """How many are printed."""
        return self.standing + len(self.rows)


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
    entry_certificates.basis(wanted.round)
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


def plan(row: CertificateDesign, wanted: Wanted, *, at: datetime) -> Planned:
    """Return the certificates of those who have none of this design; nothing is written."""
    number, run = entry_certificates.basis(wanted.round)
    first = 1 + certificate_queries.last_number(row.contest_id)
    shared = {
        "contest_id": row.contest_id,
        "design_id": row.id,
        "round_id": wanted.round.id,
        "dated_on": civil_day(at),
        "run_id": run.id if run is not None else None,
        "issued_at": at,
        "withdrawn_for": "",
    }
    told = (
        _honoured(row, wanted, run)
        if run is not None
        else entry_certificates.winning(row, wanted.round, wanted.honour)
    )
    rows = [shared | one | {"number": number} for number, one in enumerate(told, start=first)]
    return Planned(number, rows, certificate_queries.standing_count(row, wanted.round))


def _honoured(
    row: CertificateDesign, wanted: Wanted, run: ResultRun
) -> Iterator[dict[str, object]]:
    """Yield who gets one, and for what each."""
    if not wanted.winners:
        found = certificate_queries.people_without(run, row, percent=wanted.percent)
        for enrolment, name, unit in found:
            yield _sheet(enrolment, name, unit, wanted.honour)
        return
    held = certificate_queries.holders(row, wanted.round)
    for one in award_queries.awards_of(wanted.round):
        person = one.enrolment
        # One sheet for each person, for the highest prize.
        if person is None or person.id in held:
            continue
        held.add(person.id)
        counted = person.counted_unit or person.unit
        honour = f"Đạt {one.level}, {wanted.honour}"
        yield _sheet(person.id, person.account.full_name, counted.name if counted else "", honour)


def _sheet(enrolment: int, name: str, unit: str, honour: str) -> dict[str, object]:
    code = ids.public_id()
    return {"code": code, "enrolment_id": enrolment, "honour": honour, "name": name, "unit": unit}


@atomic()
def issue(
    row: CertificateDesign, wanted: Wanted, planned: Planned, actor: Account | None
) -> Planned:
    """Issue what was planned.

    Raise `RoundMoved` where numbers were given, or certificates of this design, since then.
    """
    db.session.get_one(Contest, row.contest_id, with_for_update=True)
    standing = certificate_queries.standing_count(row, wanted.round)
    last = certificate_queries.last_number(row.contest_id)
    if standing != planned.standing or (planned.rows and last != planned.first - 1):
        raise RoundMoved
    if planned.rows:
        by = {"issued_by_id": actor.id if actor else None}
        db.session.execute(insert(Certificate), [one | by for one in planned.rows])
        _record(
            wanted.round.contest,
            actor,
            "certificate.issued",
            f"design:{row.public_id}",
            round=wanted.round.public_id,
            run=planned.run,
            numbers=[planned.first, planned.first + len(planned.rows) - 1],
        )
    return planned


# --- Printing ----------------------------------------------------------------------------------


def write(work: Work) -> tuple[bytes, str]:
    """Print and issue what was ordered, saying how far it is; return the file and its name.

    Nothing is issued before all is printed. More sheets than one PDF file takes become several
    files in an archive.
    """
    row = certificate_queries.design_with(work.payload["design"])
    if row is None:
        raise CertificateGone
    return running.once_more(lambda: _write(work, row))


def _write(work: Work, row: CertificateDesign) -> tuple[bytes, str]:
    payload = work.payload
    round_ = run_queries.round_of(int(payload["round_id"]))
    actor = db.session.get(Account, payload["owner"])
    winners = bool(payload.get("winners"))
    wanted = Wanted(round_, int(payload["percent"]), payload["honour"], winners)
    planned = plan(row, wanted, at=clock.now())
    files = _printed(work, row, wanted, planned)
    with atomic():
        issue(row, wanted, planned, actor)
        note_printed(row, round_, actor, count=planned.sheets)
    name = f"giay-chung-nhan-{round_.contest.slug}-vong-{round_.number}"
    if len(files) == 1:
        return files[0], f"{name}.pdf"
    return _bundled(files, name), f"{name}.zip"


def _printed(work: Work, row: CertificateDesign, wanted: Wanted, planned: Planned) -> list[bytes]:
    """Print who has one and who will have one, so many sheets in a file."""
    design, office, picture = design_of(row), drafting.office_of(row.contest), row.picture
    sheets, files, done = _sheets(row, wanted, planned, work.payload["address"]), [], 0
    while some := list(islice(sheets, MOST_SHEETS)):
        work.progress(done, planned.sheets)
        files.append(certificates.pdf(design, office, some, picture))
        done += len(some)
    work.progress(planned.sheets, planned.sheets)
    return files


def _sheets(
    row: CertificateDesign, wanted: Wanted, planned: Planned, address: str
) -> Iterator[Awardee]:
    last = 0
    while found := certificate_queries.standing_certificates(
        row, wanted.round, after=last, most=MOST_SHEETS
    ):
        last = found[-1].number
        yield from [awardee(one, address) for one in found if one.name]
    contest = phrases.contest_named(row.contest.title)
    for told in planned.rows:
        name, unit, honour = told["name"], told["unit"], told["honour"]
        number, on, code = told["number"], told["dated_on"], told["code"]
        yield Awardee(name, unit, honour, contest, number, on, address, code)


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
    name, unit = _named(one)
    new = Certificate(
        code=ids.public_id(),
        contest_id=one.contest_id,
        design_id=one.design_id,
        round_id=one.round_id,
        enrolment_id=one.enrolment_id,
        member_id=one.member_id,
        number=1 + certificate_queries.last_number(one.contest_id),
        honour=one.honour,
        name=name,
        unit=unit,
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


def _named(one: Certificate) -> tuple[str, str]:
    """Return whose certificate it is by now, and of which unit."""
    if one.member is not None:
        return one.member.full_name, one.unit
    if one.enrolment is None:
        return one.name, one.unit
    unit = one.enrolment.counted_unit or one.enrolment.unit
    return one.enrolment.account.full_name, unit.name if unit else ""


def _record_of(one: Certificate, actor: Account, act: str, **details: object) -> None:
    target = f"certificate:{one.contest.slug}/{one.number}"[:80]
    auditing.record(actor, act, target, log=one.contest.log, **details)


def _record(
    contest: Contest, actor: Account | None, act: str, target: str, **details: object
) -> None:
    auditing.record(actor, act, target, log=contest.log, **details)

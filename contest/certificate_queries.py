"""What is read of certificates: designs, who may be given one, and those issued."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, undefer

from accounts.models import Account, Unit
from contest.models import (
    Audience,
    Certificate,
    CertificateDesign,
    Contest,
    Enrolment,
    ResultRun,
    Round,
    Standing,
)
from core.db import db
from core.web import Page, whole_or

PAGE = 50


def designs_of(contest: Contest) -> Sequence[CertificateDesign]:
    """Return the designs of a contest, the oldest first."""
    return db.session.scalars(
        select(CertificateDesign)
        .where(CertificateDesign.contest_id == contest.id)
        .order_by(CertificateDesign.id)
    ).all()


def design_with(public_id: str) -> CertificateDesign | None:
    """Return a design with its contest and its picture."""
    return db.session.scalar(
        select(CertificateDesign)
        .where(CertificateDesign.public_id == public_id)
        .options(joinedload(CertificateDesign.contest), undefer(CertificateDesign.picture))
    )


def certificate_with(code: str) -> Certificate | None:
    """Return a certificate by its code, with all that its pages say."""
    return db.session.scalar(
        select(Certificate)
        .where(Certificate.code == code)
        .options(
            joinedload(Certificate.contest),
            joinedload(Certificate.design),
            joinedload(Certificate.round),
            joinedload(Certificate.replaced_by),
            joinedload(Certificate.enrolment).joinedload(Enrolment.account),
        )
    )


def issued_in(contest: Contest, *, after: str | None = None) -> Page[Certificate]:
    """Return one page of the certificates of a contest, the newest number first."""
    statement = select(Certificate).where(Certificate.contest_id == contest.id)
    if after:
        statement = statement.where(Certificate.number < whole_or(after, 0))
    rows = list(
        db.session.scalars(
            statement.order_by(Certificate.number.desc())
            .limit(PAGE + 1)
            .options(
                joinedload(Certificate.enrolment).joinedload(Enrolment.account),
                joinedload(Certificate.round),
            )
        )
    )
    has_more, rows = len(rows) > PAGE, rows[:PAGE]
    return Page(rows, after=str(rows[-1].number) if has_more else None)


def last_number(contest_id: int) -> int:
    """Return the greatest number of a contest's certificates; 0 where there is none."""
    found = select(func.max(Certificate.number)).where(Certificate.contest_id == contest_id)
    return db.session.scalar(found) or 0


def count_of(contest: Contest) -> int:
    """Return how many certificates of a contest stand."""
    found = select(func.count()).where(
        Certificate.contest_id == contest.id, Certificate.withdrawn_at.is_(None)
    )
    return db.session.scalar(found) or 0


def member_holders(row: CertificateDesign, round_: Round) -> set[int]:
    """Return the people of entries that have a certificate of this design and round."""
    found = db.session.scalars(
        select(Certificate.member_id).where(
            Certificate.design_id == row.id,
            Certificate.round_id == round_.id,
            Certificate.member_id.is_not(None),
            Certificate.withdrawn_at.is_(None),
        )
    )
    return {one for one in found if one is not None}


def holders(design: CertificateDesign, round_: Round) -> set[int]:
    """Return the enrolments that have a certificate of this design and round; one statement."""
    return set(
        db.session.scalars(
            select(Certificate.enrolment_id).where(
                Certificate.design_id == design.id,
                Certificate.round_id == round_.id,
                Certificate.withdrawn_at.is_(None),
            )
        )
    )


def people_without(
    run: ResultRun, design: CertificateDesign, *, percent: int
) -> Sequence[tuple[int, str, str]]:
    """Return who of a run has no certificate of this design yet, in order of rank; one statement.

    For each the enrolment, the full name and the name of the unit. `percent` is the least share
    of right answers.
    """
    given = (
        select(Certificate.id)
        .where(
            Certificate.design_id == design.id,
            Certificate.round_id == run.round_id,
            Certificate.enrolment_id == Standing.enrolment_id,
            Certificate.withdrawn_at.is_(None),
        )
        .exists()
    )
    rows = db.session.execute(
        select(Enrolment.id, Account.full_name, func.coalesce(Unit.name, ""))
        .select_from(Standing)
        .join(Enrolment, Enrolment.id == Standing.enrolment_id)
        .join(Account, Account.id == Enrolment.account_id)
        .outerjoin(Unit, Unit.id == func.coalesce(Enrolment.counted_unit_id, Enrolment.unit_id))
        .where(
            Standing.run_id == run.id,
            Standing.audience == Audience.PARTICIPANT,
            Standing.correct * 100 >= Standing.asked * percent,
            ~given,
        )
        .order_by(Standing.sort_key, Standing.enrolment_id)
    )
    return [(enrolment, name, unit) for enrolment, name, unit in rows]


def standing_certificates(
    design: CertificateDesign, round_: Round, *, after: int, most: int
) -> Sequence[Certificate]:
    """Return certificates of a design and a round that stand, by number, above one."""
    return db.session.scalars(
        select(Certificate)
        .where(
            Certificate.design_id == design.id,
            Certificate.round_id == round_.id,
            Certificate.withdrawn_at.is_(None),
            Certificate.number > after,
        )
        .order_by(Certificate.number)
        .limit(most)
        .options(joinedload(Certificate.contest))
    ).all()


def standing_count(design: CertificateDesign, round_: Round) -> int:
    """Return how many certificates of a design and a round stand."""
    found = select(func.count()).where(
        Certificate.design_id == design.id,
        Certificate.round_id == round_.id,
        Certificate.withdrawn_at.is_(None),
    )
    return db.session.scalar(found) or 0

"""What surrounds a contest's documents, the numbers they were given, and certificates."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from contest.documents.office import Office
from contest.models.contest import Contest, Round
from contest.models.enrolment import Enrolment
from contest.models.entry import EntryMember
from core.db import Model


class Stationery(Model):
    """What a contest's office puts around its documents."""

    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"), primary_key=True)
    # An `Office`, as it writes itself.
    written: Mapped[dict[str, Any]]

    @property
    def office(self) -> Office:
        """The office that issues the documents."""
        return Office.read(self.written)


class NumberedDocument(Model):
    """The number that a document was given in its series, and its day; both for good."""

    __table_args__ = (
        UniqueConstraint("contest_id", "letters", "number"),
        UniqueConstraint("contest_id", "kind", "about"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"))
    kind: Mapped[str] = mapped_column(String(40))
    # The public id of the round it is about; empty for the whole contest.
    about: Mapped[str] = mapped_column(String(24), default="")
    # The series: “TB”, “QĐ”.
    letters: Mapped[str] = mapped_column(String(10))
    number: Mapped[int]
    dated_on: Mapped[date]
    run_id: Mapped[int | None] = mapped_column(ForeignKey("result_run.id"))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]


class CertificateDesign(Model):
    """How the certificates of a contest look: its fields in millimetres, its background."""

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    # A `Design`, as it writes itself.
    written: Mapped[dict[str, Any]]
    mime: Mapped[str] = mapped_column(String(20), default="")
    picture: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    created_at: Mapped[datetime]

    contest: Mapped[Contest] = relationship()


class Certificate(Model):
    """A certificate that was issued: whom to, for what, and whether it still stands."""

    __table_args__ = (
        UniqueConstraint("contest_id", "number"),
        CheckConstraint("(enrolment_id IS NULL) <> (member_id IS NULL)", name="of_one_person"),
        Index("ix_certificate_issued", "design_id", "round_id", "enrolment_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # 100 random bits: the address of its public page.
    code: Mapped[str] = mapped_column(String(24), unique=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"))
    design_id: Mapped[int] = mapped_column(ForeignKey("certificate_design.id"))
    round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"))
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolment.id"), index=True)
    # Of a judged contest: the person of the entry that won.
    member_id: Mapped[int | None] = mapped_column(ForeignKey("entry_member.id"), index=True)
    number: Mapped[int]
    # For what, as it is printed: “đạt Giải Nhất”, “đã hoàn thành bài thi”.
    honour: Mapped[str] = mapped_column(String(200))
    # The name as it was printed; emptied when the person is erased.
    name: Mapped[str] = mapped_column(String(120))
    unit: Mapped[str] = mapped_column(String(300), default="")
    dated_on: Mapped[date]
    run_id: Mapped[int | None] = mapped_column(ForeignKey("result_run.id"))
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_for: Mapped[str] = mapped_column(String(300), default="")
    # The one that was issued in its place.
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"))

    contest: Mapped[Contest] = relationship()
    design: Mapped[CertificateDesign] = relationship()
    round: Mapped[Round | None] = relationship()
    enrolment: Mapped[Enrolment | None] = relationship()
    member: Mapped[EntryMember | None] = relationship()
    replaced_by: Mapped["Certificate | None"] = relationship(remote_side=id)

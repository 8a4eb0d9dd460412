"""Units, the dated trees they stand in, what became of them, and how many people they have."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.rules.staff import StaffCategory
from accounts.rules.units import Tree, UnitKind
from core.db import Model


class Unit(Model):
    """A place or an organisation, known by its code and its dates, never by its name."""

    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        CheckConstraint("valid_to >= valid_from", name="valid_in_order"),
        Index("ix_unit_search_text", "search_text"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[UnitKind]
    # What tells it from others of its name: the district it lay in, the body it belongs to.
    context: Mapped[str] = mapped_column(String(200), default="")
    sort_key: Mapped[str] = mapped_column(String(600))
    search_text: Mapped[str] = mapped_column(String(400))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    def is_valid(self, on: date) -> bool:
        """Say whether the unit exists on that day."""
        begun = self.valid_from is None or self.valid_from <= on
        return begun and (self.valid_to is None or on <= self.valid_to)


class UnitPlace(Model):
    """Where a unit stands in one of the trees, and from when to when."""

    __table_args__ = (UniqueConstraint("unit_id", "tree", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    tree: Mapped[Tree]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class UnitChange(Model):
    """What an old unit became: the whole of it, or a part."""

    __table_args__ = (UniqueConstraint("old_id", "new_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    old_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    new_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    share: Mapped[str] = mapped_column(String(10))

    old: Mapped[Unit] = relationship(foreign_keys=old_id)
    new: Mapped[Unit] = relationship(foreign_keys=new_id)


class Headcount(Model):
    """How many people of a category a unit has on a day, and which paper says so."""

    __table_args__ = (
        UniqueConstraint("unit_id", "category", "one_stop", "counted_on"),
        CheckConstraint("people >= 0", name="not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    category: Mapped[StaffCategory]
    one_stop: Mapped[bool] = mapped_column(default=False)
    counted_on: Mapped[date]
    people: Mapped[int]
    source: Mapped[str] = mapped_column(String(300))

    unit: Mapped[Unit] = relationship()

"""What rounds said about item versions and about their tests: one row for each, and round."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model
from questions.models.bank import ItemVersion


class ItemStatistic(Model):
    """The figures of one item version in one round, computed anew as a whole."""

    __table_args__ = (
        UniqueConstraint("version_id", "occasion"),
        Index("ix_item_statistic_occasion", "occasion"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"))
    # The round by its public id and its title as it was: the bank does not know rounds.
    occasion: Mapped[str] = mapped_column(String(24))
    title: Mapped[str] = mapped_column(String(300))
    taken_at: Mapped[datetime]
    # In how many papers it stood, and how many answers were counted.
    asked: Mapped[int]
    n: Mapped[int]
    # Millionths; empty where too few were counted, as are the figures.
    facility_ppm: Mapped[int | None] = mapped_column(BigInteger)
    discrimination_ppm: Mapped[int | None] = mapped_column(BigInteger)
    # Each between commas, as `rules/flagging.py` writes them.
    flags: Mapped[str] = mapped_column(String(120), default="")
    # As `rules/analysing.py` writes ItemFigures; options by their ids in the version.
    figures: Mapped[dict[str, Any]]

    version: Mapped[ItemVersion] = relationship()


class TestStatistic(Model):
    """The figures of a round's test as a whole."""

    # A table, not a class of tests.
    __test__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    occasion: Mapped[str] = mapped_column(String(24), unique=True)
    title: Mapped[str] = mapped_column(String(300))
    taken_at: Mapped[datetime]
    computed_at: Mapped[datetime]
    # How many attempts were counted; below the least that says anything the figures are empty.
    n: Mapped[int]
    figures: Mapped[dict[str, Any]]

"""The reveal ceremony of a round: what is shown to the hall, and how far it has come."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from contest.models.contest import Block, Round
from contest.models.prize import AwardList
from contest.models.result import ResultRun
from core.db import Model

_RUNNING = text("ended_at IS NULL")


class Ceremony(Model):
    """One showing of a computed run to a hall, from the last place upwards or prize by prize.

    Names are not kept: they are read anew each time, as the public may read them by then.
    """

    __table_args__ = (
        CheckConstraint("step BETWEEN 0 AND steps", name="step_there_is"),
        CheckConstraint("furthest BETWEEN step AND steps", name="furthest_step_there_is"),
        Index(
            "uq_ceremony_running",
            "round_id",
            unique=True,
            sqlite_where=_RUNNING,
            postgresql_where=_RUNNING,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    # What was current when it began; a run made since is not shown.
    run_id: Mapped[int] = mapped_column(ForeignKey("result_run.id"))
    block_id: Mapped[int | None] = mapped_column(ForeignKey("block.id"))
    # The list of winners that is shown; empty: the first places.
    list_id: Mapped[int | None] = mapped_column(ForeignKey("award_list.id"))
    # How many are revealed altogether, by now, and were at most.
    steps: Mapped[int]
    step: Mapped[int] = mapped_column(default=0)
    furthest: Mapped[int] = mapped_column(default=0)
    is_dark: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime]
    started_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    round: Mapped[Round] = relationship()
    run: Mapped[ResultRun] = relationship()
    block: Mapped[Block | None] = relationship()
    award_list: Mapped[AwardList | None] = relationship()
    started_by: Mapped[Account] = relationship(foreign_keys=started_by_id)

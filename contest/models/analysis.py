"""What a run of results says as a whole: figures kept beside the run they were counted from."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contest.models.result import ResultRun
from core.db import Model


class RunAnalysis(Model):
    """The figures of one run; those of a run that is not provisional never change."""

    run_id: Mapped[int] = mapped_column(ForeignKey("result_run.id"), primary_key=True)
    # As `contest/rules/figuring.py` reads it: counts only, nobody's rows.
    figures: Mapped[dict[str, Any]]
    computed_at: Mapped[datetime]

    run: Mapped[ResultRun] = relationship()

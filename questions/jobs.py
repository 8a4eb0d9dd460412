"""What is done to the bank by jobs: large files and exports; what rests on ended law."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import current_app

from core import clock, jobs
from core.jobs import Work
from questions import (
    amending,
    exporting,
    illustrating,
    importing,
    papering,
    printing,
    tending,
)
from questions.formats import writing

_KEPT_SECONDS = 24 * 3600


@jobs.handles(importing.JOB_READ)
def read_file(work: Work) -> dict[str, Any]:
    """Read a large file for the preview."""
    return importing.read(work, at=clock.now())


@jobs.handles(importing.JOB_WRITE)
def write_items(work: Work) -> dict[str, Any]:
    """Write the questions of a large import."""
    return importing.write_later(work, at=clock.now())


@jobs.handles(exporting.JOB)
def export_bank(work: Work) -> dict[str, Any]:
    """Write a large bank to a workbook in the instance folder; old ones are taken away."""
    content, said = exporting.write_later(work, at=clock.now())
    folder = exports()
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    oldest = clock.now().timestamp() - _KEPT_SECONDS
    for path in folder.glob("*.*"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
    target = folder / f"{work.job_id}.{writing.FORMATS[said['form']].ending}"
    target.write_bytes(content)
    target.chmod(0o640)
    work.progress(exporting.STEPS, exporting.STEPS)
    return said | {"file": target.name}


@jobs.handles(tending.JOB)
def compare_items(work: Work) -> dict[str, Any]:
    """Find the near-duplicates of a large bank."""
    return tending.compare_later(work)


@jobs.handles("questions.clean", every=timedelta(days=1))
def clean(_work: Work) -> dict[str, Any]:
    """Take away pictures and sounds that nothing shows."""
    return {"gone": illustrating.forget_unused(at=clock.now())}


@jobs.handles(papering.JOB)
def draw_papers(work: Work) -> dict[str, Any]:
    """Draw the papers of a large set."""
    return {"papers": papering.fill_later(work.payload["set"])}


@jobs.handles(printing.JOB)
def print_papers(work: Work) -> dict[str, Any]:
    """Write all files of a paper set into one archive; old ones are taken away."""
    file = printing.archive(work)
    if file is None:
        return {}
    folder = exports()
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    oldest = clock.now().timestamp() - _KEPT_SECONDS
    for path in folder.glob("*.zip"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
    target = folder / f"{work.job_id}.zip"
    target.write_bytes(file.content)
    target.chmod(0o640)
    return {"file": target.name, "name": file.name}


def exports() -> Path:
    """Return the folder that holds written files until they are fetched."""
    return Path(current_app.config["INSTANCE"]) / "exports"


@jobs.handles("questions.keep_out_ended", every=timedelta(minutes=10))
def keep_out_ended(_work: Work) -> dict[str, Any] | None:
    """Keep out of papers what rests on documents whose last day is over."""
    return {"items": amending.keep_out_ended(at=clock.now())}

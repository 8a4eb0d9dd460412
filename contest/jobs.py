"""What happens by the clock, and what takes longer than a request."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import current_app

from contest import (
    analysing,
    attempting,
    certifying,
    clearing,
    compiling,
    drafting,
    exporting,
    measuring,
    preparing,
    previewing,
    publishing,
    revising,
    run_queries,
    running,
    unopened,
    uploading,
    watching,
    weighing,
)
from contest.exporting import CSV
from core import assets, clock, i18n, ids, jobs
from core.jobs import Work

KEPT = timedelta(hours=24)


@jobs.handles("contest.expire", every=timedelta(seconds=2))
def expire(work: Work) -> dict[str, Any] | None:
    """Close the attempts whose time and grace are over."""
    attempting.expire_due(at=clock.now())
    return None


@jobs.handles("contest.publish_due", every=timedelta(seconds=10))
def publish_due(work: Work) -> dict[str, Any] | None:
    """Show the results whose hour has come."""
    now = clock.now()
    for round_ in run_queries.due_for_publishing(at=now):
        publishing.publish(round_, None, at=now)
    return None


@jobs.handles(exporting.JOB)
def export(work: Work) -> dict[str, Any] | None:
    """Write a large table of results into a file, saying how far it is."""
    round_, run = run_queries.run_with(work.payload["run_id"])
    in_full, form = bool(work.payload["in_full"]), str(work.payload["form"])
    total = run_queries.ranked_people(run)
    work.progress(0, total)
    path = folder() / f"{work.payload['name']}.{form}"
    if form == CSV:
        with path.open("wb") as target:
            for number, part in enumerate(exporting.csv(run, in_full=in_full)):
                target.write(part)
                if number % 1000 == 0:
                    work.progress(number, total)
    else:
        path.write_bytes(exporting.workbook(round_, run, in_full=in_full))
    work.progress(total, total)
    return {"file": path.name, "download": exporting.file_name(round_, form)}


@jobs.handles(drafting.JOB)
def write_documents(work: Work) -> dict[str, Any] | None:
    """Write all documents of a round into one archive, saying how far it is."""
    content, name = drafting.archive(work, i18n.say)
    path = folder() / f"{ids.public_id()}.zip"
    path.write_bytes(content)
    return {"file": path.name, "download": name}


@jobs.handles(compiling.JOB)
def write_dossier(work: Work) -> dict[str, Any] | None:
    """Write the whole file of a contest, saying how far it is."""
    path = folder() / ids.public_id()
    name = compiling.write(work, path, i18n.translated, at=clock.now())
    return {"file": path.name, "download": name}


@jobs.handles(certifying.JOB)
def write_certificates(work: Work) -> dict[str, Any] | None:
    """Issue and print certificates, saying how far it is."""
    content, name = certifying.write(work)
    path = folder() / f"{ids.public_id()}{Path(name).suffix}"
    path.write_bytes(content)
    return {"file": path.name, "download": name}


@jobs.handles("contest.statistics_due", every=timedelta(minutes=1))
def queue_statistics(work: Work) -> dict[str, Any] | None:
    """Have the statistics computed of rounds that are over."""
    measuring.queue_due(at=clock.now())
    return None


@jobs.handles(measuring.JOB)
def compute_statistics(work: Work) -> dict[str, Any] | None:
    """Compute what a round says about its questions, saying how far it is."""
    round_, actor = measuring.of_job(work.payload)
    counted = measuring.compute(round_, actor, at=clock.now(), progress=work.progress)
    return {"attempts": counted}


@jobs.handles(publishing.JOB)
def compute_results(work: Work) -> dict[str, Any] | None:
    """Compute the results of a round for the person who asked for it, saying how far it is."""
    round_, actor = publishing.of_job(work.payload)
    reason = str(work.payload["reason"])
    run = publishing.compute(round_, actor, reason=reason, at=clock.now(), progress=work.progress)
    return {"run": run.number}


@jobs.handles("contest.sweep_runs", every=timedelta(minutes=10))
def sweep_runs(work: Work) -> dict[str, Any] | None:
    """Remove what is left of runs whose writing was killed."""
    return {"runs": running.sweep_all(at=clock.now())}


@jobs.handles("contest.analyses_due", every=timedelta(minutes=1))
def queue_analyses(work: Work) -> dict[str, Any] | None:
    """Have the figures counted of runs that were computed."""
    analysing.queue_due(at=clock.now())
    return None


@jobs.handles(analysing.JOB)
def count_figures(work: Work) -> dict[str, Any] | None:
    """Count the figures of a run, saying how far it is."""
    run_id = int(work.payload["run_id"])
    return {"kept": analysing.compute(run_id, at=clock.now(), progress=work.progress)}


@jobs.handles(weighing.JOB)
def weigh_result(work: Work) -> dict[str, Any] | None:
    """Work out how firmly a judged result stands, saying how far it is."""
    round_id = int(work.payload["round_id"])
    return {"of": weighing.compute(round_id, at=clock.now(), progress=work.progress)}


@jobs.handles(previewing.JOB)
def preview_change(work: Work) -> dict[str, Any] | None:
    """Compute what a change of results would lead to, saying how far it is."""
    change, _actor = previewing.of_job(work.payload)
    preview = previewing.compute(change, at=clock.now(), progress=work.progress)
    previewing.write(previewing.file_of(folder(), change), preview)
    return {"rows": len(preview.moved)}


@jobs.handles(previewing.APPLY)
def apply_change(work: Work) -> dict[str, Any] | None:
    """Carry a change of results out for the person who agreed to it, saying how far it is."""
    change, actor = previewing.of_job(work.payload)
    reason = str(work.payload["reason"])
    run = revising.agree(change, actor, reason=reason, at=clock.now(), progress=work.progress)
    return {"run": run.number}


@jobs.handles(preparing.JOB)
def prepare_papers(work: Work) -> dict[str, Any] | None:
    """Prepare the papers of a sitting, saying how far it is."""
    sitting, actor = preparing.of_job(work.payload)
    made = preparing.prepare(
        sitting,
        actor,
        unopened.pages,
        release=assets.current(),
        at=clock.now(),
        progress=work.progress,
    )
    return {"papers": made}


@jobs.handles("contest.erase_presence", every=timedelta(hours=1))
def erase_presence(work: Work) -> dict[str, Any] | None:
    """Erase what watched attempts showed beside their answers, some days after their round."""
    days, erased = current_app.config["PRESENCE_DAYS"], 0
    while count := watching.erase_due(at=clock.now(), days=days):
        erased += count
    return {"erased": erased}


@jobs.handles("contest.sweep_uploads", every=timedelta(hours=1))
def sweep_uploads(work: Work) -> dict[str, Any] | None:
    """Throw away files that nobody has gone on sending."""
    return {"dropped": uploading.sweep(at=clock.now())}


@jobs.handles("contest.clear_files", every=timedelta(hours=6))
def clear_files(work: Work) -> dict[str, Any] | None:
    """Remove the bytes of files that no entry names any more."""
    at = clock.now()
    return {"removed": clearing.clear(at=at), "parts": clearing.clear_parts(at=at)}


@jobs.handles("contest.sweep_exports", every=timedelta(hours=1))
def sweep_exports(work: Work) -> dict[str, Any] | None:
    """Remove written files that are older than a day."""
    oldest = (clock.now() - KEPT).timestamp()
    for path in folder().iterdir():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
    return None


def folder() -> Path:
    """Return the folder of written files, made when it is missing."""
    path: Path = current_app.config["INSTANCE"] / "exports"
    path.mkdir(parents=True, exist_ok=True)
    return path

"""Results: review a run, compute, publish, export."""

from flask import (
    Blueprint,
    Response,
    flash,
    jsonify,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import fresh, signed_in
from accounts.rules.authorizing import Permission
from contest import (
    access,
    change_telling,
    exporting,
    late_queries,
    overviews,
    previewing,
    publishing,
    run_queries,
)
from contest import jobs as contest_jobs
from contest.errors import RoundNotReady
from contest.exporting import CSV, DIRECT_ROWS, XLSX, Ordered
from contest.forms.organizer import ReasonForm
from contest.models import Round
from contest.rules import participating
from core import clock, jobs, limits
from core.errors import Forbidden, NotFound
from core.jobs import Job, JobState
from core.web import see_other

bp = Blueprint("results", __name__, url_prefix="/quan-ly")
SHOWN = 50
MIMES = {
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    CSV: "text/csv; charset=utf-8",
}


@bp.get("/vong/<public_id>/ket-qua")
def summary(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.SEE_CONTEST)
    now = clock.now()
    (stood,) = overviews.rounds_at([round_])
    run = run_queries.current_run(round_)
    in_full = access.may_in(round_.contest, Permission.SEE_PERSONAL_DATA)
    papers = run_queries.achieved_papers(run) if run else []
    job = publishing.alive(round_)
    return render_template(
        "contest/results/summary.html",
        contest=round_.contest,
        round=round_,
        stage=stood.stage(now),
        run=run,
        runs=run_queries.runs_of(round_),
        true_values=change_telling.true_values(round_, run),
        bands=participating.bands(papers),
        passed=run_queries.passed_in(run) if run else None,
        pass_mark=run_queries.pass_mark(round_),
        live=overviews.live(round_, at=now),
        open_attempts=run_queries.open_attempts(round_),
        late_waiting=late_queries.waiting_in(round_),
        rows=list(exporting.rows(run, in_full=in_full, most=SHOWN)) if run else [],
        people=len(papers),
        in_full=in_full,
        may_export=access.may_in(round_.contest, Permission.EXPORT_RESULTS),
        may_compute=access.may_in(round_.contest, Permission.COMPUTE_RESULTS),
        may_analyse=access.may_in(round_.contest, Permission.READ_BANK),
        job=job,
        share=_share(job) if job else 0,
        fault=publishing.last_fault(round_),
    )


# --- Compute and publish -----------------------------------------------------------------------


@bp.get("/vong/<public_id>/ket-qua/tinh")
@fresh
def ask_compute(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.COMPUTE_RESULTS)
    return _question(round_, "compute", ReasonForm(), 200)


@bp.post("/vong/<public_id>/ket-qua/tinh")
@fresh
def compute(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.COMPUTE_RESULTS)
    form = ReasonForm()
    if not form.validate():
        return _question(round_, "compute", form, 422)
    back = see_other(url_for(".summary", public_id=public_id))
    told = {"reason": form.reason.data, "at": clock.now()}
    if previewing.is_large(round_):
        publishing.order(round_, signed_in(), **told)
        flash(_("The new run is being computed."), "success")
        return back
    run = publishing.compute(round_, signed_in(), **told)
    flash(_("Run %(number)s of the results is computed.", number=run.number), "success")
    return back


@bp.get("/vong/<public_id>/ket-qua/tinh/tien-do")
def computing(public_id: str) -> ResponseReturnValue:
    job = publishing.alive(access.round_managed_by(public_id, Permission.COMPUTE_RESULTS))
    if job is None:
        return jsonify(state="done", progress=100, text="")
    share = _share(job)
    return jsonify(state=job.state.value, progress=share, text=done_of_a_hundred(share))


def done_of_a_hundred(share: int) -> str:
    """Say how far a work is that tells its share of a hundred."""
    return str(_("Done: %(share)s%%.", share=share))


@bp.post("/vong/<public_id>/ket-qua/tinh/dung")
@fresh
def stop_computing(public_id: str) -> ResponseReturnValue:
    job = publishing.alive(access.round_managed_by(public_id, Permission.COMPUTE_RESULTS))
    if job is not None:
        jobs.cancel(job, at=clock.now())
        flash(_("The work was stopped; nothing has changed."), "success")
    return see_other(url_for(".summary", public_id=public_id))


@bp.get("/vong/<public_id>/ket-qua/cong-bo")
@fresh
def ask_publish(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.COMPUTE_RESULTS)
    return _question(round_, "publish", ReasonForm(), 200)


@bp.post("/vong/<public_id>/ket-qua/cong-bo")
@fresh
def publish(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.COMPUTE_RESULTS)
    publishing.publish(round_, signed_in(), at=clock.now())
    flash(_("The results are public."), "success")
    return see_other(url_for(".summary", public_id=public_id))


def _question(round_: Round, act: str, form: ReasonForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "contest/results/ask.html",
        contest=round_.contest,
        round=round_,
        act=act,
        form=form,
        live=overviews.live(round_, at=clock.now()),
        run=run_queries.current_run(round_),
    )
    return page, status


# --- Export ------------------------------------------------------------------------------------


@bp.post("/vong/<public_id>/ket-qua/xuat")
def export(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.EXPORT_RESULTS)
    limits.count("export", signed_in().public_id)
    ordered = _ordered(round_)
    run = ordered.run
    if run_queries.ranked_people(run) > DIRECT_ROWS:
        job = exporting.order(round_, ordered, signed_in(), at=clock.now())
        return see_other(url_for(".written", public_id=job.public_id))
    exporting.record(round_, ordered, signed_in())
    name = exporting.file_name(round_, ordered.form)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if ordered.form == CSV:
        # Whole, not streamed: the rows are read while the database session is still there.
        lines = b"".join(exporting.csv(run, in_full=ordered.in_full))
        return Response(lines, mimetype="text/csv", headers=headers)
    book = exporting.workbook(round_, run, in_full=ordered.in_full)
    return Response(book, mimetype=MIMES[XLSX], headers=headers)


def _ordered(round_: Round) -> Ordered:
    run = run_queries.current_run(round_)
    if run is None:
        raise RoundNotReady(exporting.NO_RESULTS)
    form = CSV if request.form.get("form") == CSV else XLSX
    wanted = request.form.get("names") == "full"
    may = access.may_in(round_.contest, Permission.SEE_PERSONAL_DATA)
    return Ordered(run, form, wanted and may)


@bp.get("/xuat/<public_id>")
def written(public_id: str) -> ResponseReturnValue:
    job = _job(public_id)
    return render_template("contest/results/written.html", job=job, share=_share(job))


@bp.get("/xuat/<public_id>/tien-do")
def progress(public_id: str) -> ResponseReturnValue:
    job = _job(public_id)
    words = _("Rows written: %(done)s of %(total)s.", done=job.done, total=job.total)
    return jsonify(state=job.state.value, progress=_share(job), text=words)


@bp.get("/xuat/<public_id>/tai-ve")
def download(public_id: str) -> ResponseReturnValue:
    job = _job(public_id)
    if job.state is not JobState.DONE or not job.result:
        raise NotFound
    path = contest_jobs.folder() / str(job.result["file"])
    if not path.exists():
        raise NotFound
    return send_file(path, as_attachment=True, download_name=str(job.result["download"]))


def _job(public_id: str) -> Job:
    job = jobs.owned(public_id, signed_in().id)
    if job is None or job.kind != exporting.JOB:
        raise NotFound
    # The role may have ended since the file was ordered.
    round_, _run = run_queries.run_with(int(job.payload["run_id"]))
    access.round_managed_by(round_.public_id, Permission.EXPORT_RESULTS)
    if job.payload["in_full"] and not access.may_in(round_.contest, Permission.SEE_PERSONAL_DATA):
        raise Forbidden
    return job


def _share(job: Job) -> int:
    return 100 * job.done // job.total if job.total else 0

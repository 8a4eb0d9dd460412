"""The whole file of a contest for judges and auditors: ordered, waited for, stopped, fetched."""

from flask import Blueprint, jsonify, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import fresh, signed_in
from accounts.rules.authorizing import Permission
from contest import access, compiling
from contest import jobs as contest_jobs
from contest.compiling import Wanted
from contest.dossier_files import FileForm
from contest.forms.dossiers import DossierForm
from contest.models import Contest
from contest.rules import dictionary
from contest.rules.dictionary import Part
from core import clock, jobs, limits
from core.errors import Forbidden, NotFound
from core.jobs import Job, JobState
from core.web import see_other

bp = Blueprint("dossiers", __name__, url_prefix="/quan-ly")


@bp.get("/<public_id>/ho-so")
def index(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, Permission.EXPORT_RESULTS)
    return _page(contest, _form(contest), 200)


def _form(contest: Contest) -> DossierForm:
    form = DossierForm()
    rounds = [(one.public_id, one.title) for one in contest.rounds]
    form.round.choices = [("", _("The whole contest")), *rounds]
    return form


def _page(contest: Contest, form: DossierForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "contest/dossiers/index.html",
        contest=contest,
        form=form,
        tables=dictionary.tables(),
        may_name=access.may_in(contest, Permission.SEE_PERSONAL_DATA),
        reads_bank=access.may_in(contest, Permission.READ_BANK),
    )
    return page, status


@bp.post("/<public_id>/ho-so")
@fresh
def order(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, Permission.EXPORT_RESULTS)
    form = _form(contest)
    if not form.validate():
        return _page(contest, form, 422)
    limits.count("export", signed_in().public_id)
    job = compiling.order(contest, _wanted(contest, form), signed_in(), at=clock.now())
    return see_other(url_for(".written", public_id=job.public_id))


def _wanted(contest: Contest, form: DossierForm) -> Wanted:
    """Return what is asked for, as far as who asks may read it."""
    chosen = form.round.data
    return Wanted(
        parts=tuple(Part(part) for part in form.parts.data or ()),
        form=FileForm(form.form.data),
        reason=form.reason.data or "",
        round=next((one for one in contest.rounds if one.public_id == chosen), None),
        in_full=form.in_full.data and access.may_in(contest, Permission.SEE_PERSONAL_DATA),
        reads_bank=access.may_in(contest, Permission.READ_BANK),
    )


@bp.get("/ho-so/<public_id>")
def written(public_id: str) -> ResponseReturnValue:
    job, contest, wanted = _job(public_id)
    return render_template(
        "contest/dossiers/written.html",
        contest=contest,
        wanted=wanted,
        job=job,
        share=_share(job),
    )


@bp.get("/ho-so/<public_id>/tien-do")
def progress(public_id: str) -> ResponseReturnValue:
    job, _contest, _wanted = _job(public_id)
    words = _("Rows written: %(done)s of %(total)s.", done=job.done, total=job.total)
    return jsonify(state=job.state.value, progress=_share(job), text=words)


@bp.post("/ho-so/<public_id>/dung")
def stop(public_id: str) -> ResponseReturnValue:
    job, _contest, _wanted = _job(public_id)
    jobs.cancel(job, at=clock.now())
    return see_other(url_for(".written", public_id=public_id))


@bp.get("/ho-so/<public_id>/tai-ve")
def download(public_id: str) -> ResponseReturnValue:
    job, _contest, _wanted = _job(public_id)
    if job.state is not JobState.DONE or not job.result:
        raise NotFound
    path = contest_jobs.folder() / str(job.result["file"])
    if not path.exists():
        raise NotFound
    return send_file(path, as_attachment=True, download_name=str(job.result["download"]))


def _job(public_id: str) -> tuple[Job, Contest, Wanted]:
    job = jobs.owned(public_id, signed_in().id)
    if job is None or job.kind != compiling.JOB:
        raise NotFound
    contest, wanted = compiling.wanted_of(job.payload)
    # A role may have ended since the file was ordered.
    access.contest_managed_by(contest.public_id, Permission.EXPORT_RESULTS)
    if wanted.in_full and not access.may_in(contest, Permission.SEE_PERSONAL_DATA):
        raise Forbidden
    if wanted.reads_bank and not access.may_in(contest, Permission.READ_BANK):
        raise Forbidden
    return job, contest, wanted


def _share(job: Job) -> int:
    return 100 * job.done // job.total if job.total else 0

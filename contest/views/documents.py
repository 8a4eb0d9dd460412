"""Official documents of a contest: what there is, what is missing, how they look, taken out."""

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
from flask_babel import force_locale
from flask_babel import gettext as _

from accounts.access import fresh, signed_in
from accounts.rules.authorizing import Permission
from contest import access, certifying, document_queries, drafting, run_queries
from contest import jobs as contest_jobs
from contest.document_queries import Wanted
from contest.documents import kinds, typeset
from contest.documents.kinds import FORMS, Kind
from contest.documents.phrases import MOST_ROWS
from contest.drafting import About, FileForm
from contest.forms.documents import OfficeForm, TakeForm
from contest.models import Contest, Round
from core import clock, i18n, jobs, limits
from core.errors import Forbidden, NotFound
from core.jobs import Job, JobState
from core.keeping import Kept
from core.saying import Sentence
from core.web import see_other

bp = Blueprint("documents", __name__, url_prefix="/quan-ly")
_PICTURE_SECONDS = 120
# The address of one document; other names under /van-ban are pages of their own.
_KINDS = ",".join(f'"{kind}"' for kind in Kind)
ONE = f"/<public_id>/van-ban/<any({_KINDS}):kind>"
_pages: Kept[list[bytes]] = Kept(_PICTURE_SECONDS, most=8)


def in_vietnamese(sentence: Sentence) -> str:
    """Return what a rule says in the language of official documents."""
    with force_locale("vi"):
        return i18n.say(sentence)


# --- What there is -----------------------------------------------------------------------------


@bp.get("/<public_id>/van-ban")
def index(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, Permission.EXPORT_RESULTS)
    round_ = _round_of(contest)
    office = drafting.office_of(contest)
    return render_template(
        "contest/documents/index.html",
        contest=contest,
        round=round_,
        rounds=document_queries.held_rounds(contest),
        lines=_lines(contest, round_),
        lacks=[i18n.say(one) for one in office.lacks()],
        is_set=document_queries.stationery_of(contest) is not None,
        remarks=drafting.remarks_on_rules(contest, in_vietnamese),
        say=i18n.say,
        may_set=access.may_in(contest, Permission.MANAGE_CONTEST),
        in_full=access.may_in(contest, Permission.SEE_PERSONAL_DATA),
    )


def _round_of(contest: Contest) -> Round | None:
    """Return the round that the address names; without one, the last that is over."""
    held = document_queries.held_rounds(contest)
    asked = request.args.get("vong", type=int)
    if asked is not None:
        found = next((one for one in held if one.number == asked), None)
        if found is None:
            raise NotFound
        return found
    now = clock.now()
    over = [one for one in held if one.closes_at <= now]
    return next(reversed(over or held), None)


def _lines(contest: Contest, round_: Round | None) -> list[dict[str, object]]:
    """Return every kind of document with what is still missing for it; few statements."""
    wanted = Wanted(in_vietnamese, most=1)
    given = document_queries.numbers_of(contest)
    whole = drafting.matter(contest, About(Kind.CONTEST_DECISION), wanted)
    told = drafting.matter(contest, About(Kind.RESULTS_LIST, round_), wanted) if round_ else whole
    found = []
    for kind, form in FORMS.items():
        about = round_ if form.is_of_round else None
        made_from = told if form.is_of_round else whole
        number = given.get((kind.value, about.public_id if about else ""))
        lacking = [_(one.message) for one in kinds.missing(kind, made_from)]
        found.append({"kind": kind, "form": form, "missing": lacking, "number": number})
    return found


# --- One document ------------------------------------------------------------------------------


@bp.get(ONE)
def show(public_id: str, kind: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, Permission.EXPORT_RESULTS)
    about = _about(contest, kind)
    made_from = drafting.matter(contest, about, _masked())
    missing = [_(one.message) for one in kinds.missing(about.kind, made_from)]
    pages = [] if missing else _pictures(contest, about)
    return render_template(
        "contest/documents/show.html",
        contest=contest,
        about=about,
        form=FORMS[about.kind],
        asked=_asked(about),
        units=made_from.contest.units if about.kind is Kind.UNIT_REPORT else (),
        missing=missing,
        pages=len(pages),
        number=made_from.number,
        files=[] if missing else drafting.forms_of(kinds.paper(about.kind, made_from)),
        remarks=_remarks(contest, about),
        say=i18n.say,
        most=MOST_ROWS,
        in_full=access.may_in(contest, Permission.SEE_PERSONAL_DATA),
    )


def _remarks(contest: Contest, about: About) -> list[object]:
    if about.kind is not Kind.REGULATIONS:
        return []
    return list(drafting.remarks_on_rules(contest, in_vietnamese))


def _about(contest: Contest, kind: str) -> About:
    asked = Kind(kind)
    round_ = _round_of(contest) if FORMS[asked].is_of_round else None
    if FORMS[asked].is_of_round and round_ is None:
        raise NotFound
    unit = request.args.get("don_vi", "") if asked is Kind.UNIT_REPORT else ""
    return About(asked, round_, unit)


def _asked(about: About) -> dict[str, object]:
    """Return what the address says beside contest and kind."""
    told: dict[str, object] = {"vong": about.round.number} if about.round else {}
    return told | ({"don_vi": about.unit} if about.unit else {})


def _masked() -> Wanted:
    return Wanted(in_vietnamese, most=MOST_ROWS)


def _pictures(contest: Contest, about: About) -> list[bytes]:
    """Return the pages with masked names; a browser asks for them one by one."""
    paper = drafting.draft(contest, about, _masked())
    return _pages.get(repr(paper), lambda: typeset.pages(paper), at=clock.now())


@bp.get(f"{ONE}/trang-<int:number>.png")
def page(public_id: str, kind: str, number: int) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, Permission.EXPORT_RESULTS)
    pages = _pictures(contest, _about(contest, kind))
    if not 1 <= number <= len(pages):
        raise NotFound
    return Response(pages[number - 1], mimetype="image/png")


@bp.post(f"{ONE}/tai-ve")
@fresh
def take(public_id: str, kind: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, Permission.EXPORT_RESULTS)
    limits.count("print", signed_in().public_id)
    about, form = _about(contest, kind), TakeForm()
    written = FileForm(form.form.data if form.validate() else "docx")
    in_full = _in_full(contest)
    paper = drafting.draft(contest, about, Wanted(in_vietnamese, in_full))
    content = drafting.write(paper, written)
    drafting.record(contest, about, signed_in(), form=written.value, in_full=in_full)
    name = drafting.file_name(contest, about, written)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=written.mime, headers=headers)


def _in_full(contest: Contest) -> bool:
    may = access.may_in(contest, Permission.SEE_PERSONAL_DATA)
    return request.form.get("names") == "full" and may


@bp.post(f"{ONE}/lay-so")
def number(public_id: str, kind: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, Permission.EXPORT_RESULTS)
    about = _about(contest, kind)
    if not FORMS[about.kind].letters:
        raise NotFound
    given = drafting.give_number(contest, about, signed_in(), at=clock.now())
    flash(_("The document has the number %(number)s.", number=given), "success")
    return see_other(url_for(".show", public_id=public_id, kind=kind, **_asked(about)))


# --- The office --------------------------------------------------------------------------------


@bp.get("/<public_id>/van-ban/co-quan")
def office(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, Permission.MANAGE_CONTEST)
    return _office_page(contest, OfficeForm(data=drafting.office_of(contest).written()), 200)


@bp.post("/<public_id>/van-ban/co-quan")
def keep_office(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, Permission.MANAGE_CONTEST)
    form = OfficeForm()
    if not form.validate():
        return _office_page(contest, form, 422)
    drafting.keep_office(contest, form.office, signed_in())
    flash(_("What stands around the documents is saved."), "success")
    return see_other(url_for(".index", public_id=public_id))


def _office_page(contest: Contest, form: OfficeForm, status: int) -> ResponseReturnValue:
    page = render_template("contest/documents/office.html", contest=contest, form=form)
    return page, status


# --- A whole week ------------------------------------------------------------------------------


@bp.post("/vong/<public_id>/van-ban")
@fresh
def bundle(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.EXPORT_RESULTS)
    limits.count("export", signed_in().public_id)
    in_full = _in_full(round_.contest)
    job = drafting.order(round_.contest, round_, signed_in(), in_full=in_full, at=clock.now())
    return see_other(url_for(".bundled", public_id=job.public_id))


@bp.get("/van-ban/goi/<public_id>")
def bundled(public_id: str) -> ResponseReturnValue:
    job, round_ = _job(public_id)
    return render_template(
        "contest/documents/bundled.html",
        contest=round_.contest,
        round=round_,
        job=job,
        share=_share(job),
    )


@bp.get("/van-ban/goi/<public_id>/tien-do")
def progress(public_id: str) -> ResponseReturnValue:
    job, _round = _job(public_id)
    words = _("Done: %(done)s of %(total)s.", done=job.done, total=job.total)
    return jsonify(state=job.state.value, progress=_share(job), text=words)


@bp.post("/van-ban/goi/<public_id>/dung")
def stop(public_id: str) -> ResponseReturnValue:
    job, _round = _job(public_id)
    jobs.cancel(job, at=clock.now())
    return see_other(url_for(".bundled", public_id=public_id))


@bp.get("/van-ban/goi/<public_id>/tai-ve")
def download(public_id: str) -> ResponseReturnValue:
    job, _round = _job(public_id)
    if job.state is not JobState.DONE or not job.result:
        raise NotFound
    path = contest_jobs.folder() / str(job.result["file"])
    if not path.exists():
        raise NotFound
    return send_file(path, as_attachment=True, download_name=str(job.result["download"]))


def _job(public_id: str) -> tuple[Job, Round]:
    job = jobs.owned(public_id, signed_in().id)
    if job is None or job.kind not in (drafting.JOB, certifying.JOB):
        raise NotFound
    # The role may have ended since the files were ordered.
    round_ = run_queries.round_of(int(job.payload["round_id"]))
    access.round_managed_by(round_.public_id, Permission.EXPORT_RESULTS)
    contest = round_.contest
    if job.payload["in_full"] and not access.may_in(contest, Permission.SEE_PERSONAL_DATA):
        raise Forbidden
    return job, round_


def _share(job: Job) -> int:
    return 100 * job.done // job.total if job.total else 0

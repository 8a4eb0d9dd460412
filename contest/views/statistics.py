"""What a round says of its questions: the figures, computed anew when asked, and written out."""

from flask import Blueprint, Response, flash, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import fresh, signed_in
from accounts.rules.authorizing import Permission
from contest import access, domains, measuring, reporting
from contest.models import Round
from core import clock, limits, plots
from core.errors import NotFound
from core.jobs import Job
from core.plots import Point
from core.web import see_other, whole_or
from questions import findings
from questions.findings import Line
from questions.rules import flagging
from questions.rules.analysing import FEWEST
from questions.rules.flagging import Flag

bp = Blueprint("statistics", __name__, url_prefix="/quan-ly")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 100


@bp.get("/vong/<public_id>/phan-tich")
def show(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.READ_BANK)
    test, lines = findings.test_of(public_id), findings.lines_of(public_id)
    flag, sort = request.args.get("co", type=Flag), request.args.get("sort", "code")
    chosen = findings.sorted_by([one for one in lines if flag is None or flag in one.flags], sort)
    page = min(whole_or(request.args.get("trang"), 1) or 1, max(1, -(-len(chosen) // SHOWN)))
    return render_template(
        "contest/statistics/show.html",
        contest=round_.contest,
        round=round_,
        test=test,
        lines=chosen[SHOWN * (page - 1) : SHOWN * page],
        total=len(chosen),
        page=page,
        pages=-(-len(chosen) // SHOWN),
        counts={one: sum(one in line.flags for line in lines) for one in Flag},
        flag=flag,
        flags=flagging.NAMES,
        sort=sort,
        domains=domains.by_topic(domains.read(test.figures if test else {})),
        plot=_scatter(lines),
        bars=_bars(test.figures.get("bars", []) if test else []),
        fewest=FEWEST,
        job=measuring.alive(round_),
        may_compute=access.may_in(round_.contest, Permission.COMPUTE_RESULTS),
        may_export=access.may_in(round_.contest, Permission.EXPORT_RESULTS),
    )


def _scatter(lines: list[Line]) -> str:
    points = [
        Point(float(facility), float(index), line.code, stands_out=bool(line.flags))
        for line in lines
        if (facility := line.figure("facility")) is not None
        and (index := line.figure("discrimination")) is not None
    ]
    label = _("Facility across, discrimination upwards; questions: %(count)s", count=len(points))
    return plots.scatter(points, label) if points else ""


def _bars(bars: list[dict[str, float]]) -> str:
    named = [(f"{bar['low']:g}".replace(".", ","), int(bar["count"])) for bar in bars]
    return plots.histogram(named, _("How many attempts have each score"))


@bp.post("/vong/<public_id>/phan-tich")
def order(public_id: str) -> ResponseReturnValue:
    round_ = _computed_by(public_id)
    measuring.order(round_, signed_in(), at=clock.now())
    flash(_("The figures are being computed anew."), "success")
    return see_other(url_for(".show", public_id=public_id))


def _computed_by(public_id: str) -> Round:
    access.round_managed_by(public_id, Permission.READ_BANK)
    return access.round_managed_by(public_id, Permission.COMPUTE_RESULTS)


@bp.get("/vong/<public_id>/phan-tich/tien-do")
def progress(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.READ_BANK)
    job = measuring.alive(round_)
    if job is None:
        return jsonify(state="done", progress=100, text="")
    words = _("Attempts read: %(done)s of %(total)s.", done=job.done, total=job.total)
    return jsonify(state=job.state.value, progress=_share(job), text=words)


def _share(job: Job) -> int:
    return 100 * job.done // job.total if job.total else 0


@bp.post("/vong/<public_id>/phan-tich/xuat")
@fresh
def export(public_id: str) -> ResponseReturnValue:
    access.round_managed_by(public_id, Permission.READ_BANK)
    round_ = access.round_managed_by(public_id, Permission.EXPORT_RESULTS)
    limits.count("export", signed_in().public_id)
    if findings.test_of(public_id) is None:
        raise NotFound
    book = reporting.workbook(round_, _)
    reporting.record(round_, signed_in())
    headers = {"Content-Disposition": f'attachment; filename="{reporting.file_name(round_)}"'}
    return Response(book, mimetype=XLSX, headers=headers)

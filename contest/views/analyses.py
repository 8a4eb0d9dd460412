"""Analysis of results: a round and a whole contest in figures, drawn, as tables, as files."""

from flask import Blueprint, Response, flash, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from accounts.access import signed_in
from accounts.rules.authorizing import Permission
from contest import access, analysing, analysis_tables, run_queries
from contest.analysis_tables import ChartKind, RoundFigures, Table
from contest.models import Contest, Round, RunAnalysis
from contest.rules import figuring
from contest.views.documents import in_vietnamese
from contest.views.results import MIMES
from core import charts, clock, i18n, limits, sheets
from core.charts import Bar
from core.errors import NotFound
from core.jobs import Job
from core.saying import Sentence
from core.web import see_other

bp = Blueprint("analyses", __name__, url_prefix="/quan-ly")
XLSX, CSV = "xlsx", "csv"
ALL = "tat-ca"


# --- A round -----------------------------------------------------------------------------------


@bp.get("/vong/<public_id>/phan-tich-ket-qua")
def of_round(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.SEE_CONTEST)
    run = run_queries.current_run(round_)
    kept = analysing.kept_of(run)
    told = [_figures(kept, round_.title)] if kept else []
    return render_template(
        "contest/analyses/of_round.html",
        contest=round_.contest,
        round=round_,
        run=run,
        kept=kept,
        whole=told[0].figures if told else None,
        tables=_drawn(_tables_of(told)),
        job=analysing.alive(run),
        may_compute=access.may_in(round_.contest, Permission.COMPUTE_RESULTS),
        may_export=access.may_in(round_.contest, Permission.EXPORT_RESULTS),
        may_analyse=access.may_in(round_.contest, Permission.READ_BANK),
    )


def _figures(kept: RunAnalysis, title: str) -> RoundFigures:
    return RoundFigures(title, figuring.read(kept.figures))


def _tables_of(rounds: list[RoundFigures]) -> list[Table]:
    return analysis_tables.of_round(rounds[0]) if rounds else []


def _drawn(tables: list[Table]) -> list[tuple[Table, Markup]]:
    return [(table, _chart(table)) for table in tables]


def _chart(table: Table) -> Markup:
    label = _("Chart: %(title)s", title=_(table.title))
    if table.chart is ChartKind.COLUMNS:
        return charts.columns([_bar(*point) for point in table.points], label)
    if table.chart is ChartKind.BARS:
        return charts.bars([_bar(*point) for point in table.points], label, most=100)
    return Markup("")


def _bar(name: analysis_tables.Value, value: analysis_tables.Value) -> Bar:
    """Return what is drawn of a row; shares are decimals, counts whole numbers."""
    said = i18n.number(value) if isinstance(value, int) else i18n.percent(value)
    if isinstance(name, Sentence):
        return Bar(i18n.say(name), float(value), said)
    return Bar(name if isinstance(name, str) else f"{name:%d/%m}", float(value), said)


@bp.post("/vong/<public_id>/phan-tich-ket-qua")
def order(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.COMPUTE_RESULTS)
    run = run_queries.current_run(round_)
    if run is None:
        raise NotFound
    analysing.order(round_, run, signed_in(), at=clock.now())
    flash(_("The figures are being computed anew."), "success")
    return see_other(url_for(".of_round", public_id=public_id))


@bp.get("/vong/<public_id>/phan-tich-ket-qua/tien-do")
def progress(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.SEE_CONTEST)
    job = analysing.alive(run_queries.current_run(round_))
    if job is None:
        return jsonify(state="done", progress=100, text="")
    words = _("Results read: %(done)s of %(total)s.", done=job.done, total=job.total)
    return jsonify(state=job.state.value, progress=_share(job), text=words)


def _share(job: Job) -> int:
    return 100 * job.done // job.total if job.total else 0


@bp.post("/vong/<public_id>/phan-tich-ket-qua/xuat")
def export(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.EXPORT_RESULTS)
    kept = analysing.kept_of(run_queries.current_run(round_))
    if kept is None:
        raise NotFound
    file = _file(_tables_of([_figures(kept, round_.title)]), [(round_, kept)])
    name = f"phan-tich-{round_.contest.slug}-vong-{round_.number}-lan-{kept.run.number}"
    analysing.record(round_, round_.contest.log, f"round:{public_id}", signed_in(), _told())
    return _sent(file, name)


# --- A contest ---------------------------------------------------------------------------------


@bp.get("/<public_id>/phan-tich")
def of_contest(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, Permission.SEE_CONTEST)
    kept = _kept(contest)
    told = [_figures(one, round_.title) for round_, one in kept]
    return render_template(
        "contest/analyses/of_contest.html",
        contest=contest,
        kept=kept,
        whole=figuring.together([one.figures for one in told]),
        tables=_drawn(analysis_tables.of_contest(told)),
        waiting=analysing.waiting_in(contest.id),
        may_export=access.may_in(contest, Permission.EXPORT_RESULTS),
    )


def _kept(contest: Contest) -> list[tuple[Round, RunAnalysis]]:
    rounds = {one.id: one for one in contest.rounds}
    return [(rounds[one.run.round_id], one) for one in analysing.kept_in(contest.id)]


@bp.post("/<public_id>/phan-tich/xuat")
def export_contest(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, Permission.EXPORT_RESULTS)
    kept = _kept(contest)
    if not kept:
        raise NotFound
    told = [_figures(one, round_.title) for round_, one in kept]
    file = _file(analysis_tables.of_contest(told), kept)
    analysing.record(None, contest.log, f"contest:{public_id}", signed_in(), _told())
    return _sent(file, f"phan-tich-{contest.slug}")


# --- Files -------------------------------------------------------------------------------------


def _told() -> str:
    return f"{request.form.get('bang', ALL)}.{_form()}"


def _form() -> str:
    return CSV if request.form.get("form") == CSV else XLSX


def _file(tables: list[Table], kept: list[tuple[Round, RunAnalysis]]) -> bytes:
    """Return the table that was asked for, or all of them; the words are Vietnamese."""
    limits.count("print", signed_in().public_id)
    wanted = request.form.get("bang", ALL)
    chosen = [one for one in tables if wanted in (ALL, one.key)]
    if not chosen:
        raise NotFound
    leaves = [analysis_tables.leaf(one, in_vietnamese) for one in chosen]
    if _form() == CSV:
        return b"".join(sheets.write_csv(leaves[0].header, leaves[0].rows))
    return sheets.write_book([*leaves, analysis_tables.origin(_runs(kept), in_vietnamese)])


def _runs(kept: list[tuple[Round, RunAnalysis]]) -> list[analysis_tables.Origin]:
    return [
        analysis_tables.Origin(
            round_.title, one.run.number, one.run.board_digest, one.run.made_at, one.computed_at
        )
        for round_, one in kept
    ]


def _sent(content: bytes, name: str) -> Response:
    wanted = request.form.get("bang", ALL)
    file = f"{name}.{_form()}" if wanted == ALL else f"{name}-{wanted}.{_form()}"
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    return Response(content, mimetype=MIMES[_form()], headers=headers)

"""The parts of a judged round: declared, taken out, and the figures of those that are counted."""

from flask import Blueprint, flash, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import signed_in
from accounts.rules.authorizing import Permission
from contest import apportioning, judge_access, parting, stage_access, stage_queries
from contest.errors import CannotJudge
from contest.forms.parts import FIGURES, KINDS, SCALES, CountForm, PartForm
from contest.models import JudgedRound, Part, Round, RoundKind
from contest.rules.judging.parts import PartKind
from core import clock, i18n
from core.errors import DomainError, NotFound
from core.web import see_other

bp = Blueprint("parts", __name__, url_prefix="/quan-ly")
WAYS = {
    "giam-khao": PartKind.JUDGED,
    "trac-nghiem": PartKind.QUIZ,
    "dem": PartKind.MEASURED,
    "binh-chon": PartKind.VOTED,
}


def _mine(public_id: str) -> JudgedRound:
    return judge_access.judged_round(public_id, Permission.MANAGE_ROUND)


def _kind(way: str) -> PartKind:
    if way not in WAYS:
        raise NotFound
    return WAYS[way]


@bp.get("/vong/<public_id>/phan-thi")
def index(public_id: str) -> ResponseReturnValue:
    judged = judge_access.judged_round(public_id, Permission.SEE_CONTEST)
    return render_template(
        "contest/parts/index.html",
        contest=judged.round.contest,
        round=judged.round,
        judged=judged,
        scores=list(zip(parting.parts_of(judged), parting.part_scores(judged), strict=True)),
        problems=apportioning.problems(judged),
        digest=parting.digest(judged),
        ways=WAYS,
        kinds=KINDS,
        scales=SCALES,
        figures=FIGURES,
    )


@bp.get("/vong/<public_id>/phan-thi/them/<way>")
def new(public_id: str, way: str) -> ResponseReturnValue:
    return _form(_mine(public_id), way, PartForm(formdata=None), 200)


@bp.post("/vong/<public_id>/phan-thi/them/<way>")
def add(public_id: str, way: str) -> ResponseReturnValue:
    judged, form = _mine(public_id), PartForm()
    form.offer(_kind(way), _quizzes(judged))
    if not form.validate():
        return _form(judged, way, form, 422)
    settings = form.settings(_kind(way), _quizzes(judged))
    try:
        apportioning.add(judged, settings, signed_in())
    except CannotJudge as refused:
        return _refused(judged, way, form, refused)
    return see_other(url_for(".index", public_id=public_id))


def _refused(
    judged: JudgedRound, way: str, form: PartForm, refused: DomainError
) -> ResponseReturnValue:
    """Show the form again with why it was refused; what was typed stays."""
    form.title.errors = [i18n.translated(refused.message) % refused.details]
    return _form(judged, way, form, 422)


def _form(judged: JudgedRound, way: str, form: PartForm, status: int) -> ResponseReturnValue:
    form.offer(_kind(way), _quizzes(judged))
    page = render_template(
        "contest/parts/new.html",
        contest=judged.round.contest,
        round=judged.round,
        kind=_kind(way),
        way=way,
        kinds=KINDS,
        form=form,
    )
    return page, status


def _quizzes(judged: JudgedRound) -> list[Round]:
    return [one for one in judged.round.contest.rounds if one.kind is RoundKind.QUIZ]


@bp.post("/phan-thi/<public_id>/bo")
def remove(public_id: str) -> ResponseReturnValue:
    part = stage_access.part_with(public_id, Permission.MANAGE_ROUND)
    round_ = part.judged.round
    apportioning.remove(part, signed_in())
    return see_other(url_for(".index", public_id=round_.public_id))


# --- What is counted ---------------------------------------------------------------------------


def _measured(public_id: str) -> Part:
    return stage_access.part_managed_by(public_id, Permission.COMPUTE_RESULTS, PartKind.MEASURED)


@bp.get("/phan-thi/<public_id>/dem")
def counts(public_id: str) -> ResponseReturnValue:
    return _counts(_measured(public_id), CountForm(formdata=None), 200)


@bp.post("/phan-thi/<public_id>/dem")
def count(public_id: str) -> ResponseReturnValue:
    part, form = _measured(public_id), CountForm()
    form.ask(apportioning.figures_of(part))
    if not form.validate():
        return _counts(part, form, 422)
    row = judge_access.row_in(part.judged, form.entry.data or "")
    apportioning.count(part, row, form.counted(), signed_in(), at=clock.now())
    flash(_("The figures of %(entry)s are written down.", entry=row.entry.code), "success")
    return see_other(url_for(".counts", public_id=public_id))


def _counts(part: Part, form: CountForm, status: int) -> ResponseReturnValue:
    asked = apportioning.figures_of(part)
    form.ask(asked)
    runs = stage_queries.runs_in(part.judged)
    form.offer([run.row for run in runs])
    page = render_template(
        "contest/parts/counts.html",
        contest=part.judged.round.contest,
        round=part.judged.round,
        part=part,
        form=form,
        runs=runs,
        held=parting.counts_in(part),
        asked={name: FIGURES[name] for name in asked},
    )
    return page, status


@bp.get("/phan-thi/dem/<public_id>/anh")
def evidence(public_id: str) -> ResponseReturnValue:
    count = stage_access.count_managed_by(public_id, Permission.COMPUTE_RESULTS)
    response = make_response(count.evidence or b"")
    response.headers["Content-Type"] = count.media_type
    return response

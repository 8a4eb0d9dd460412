"""How firmly a judged result stands: other rules, judges left out, chance, agreement, severity."""

from decimal import Decimal

from flask import Blueprint, flash, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import signed_in
from contest import judged_results, panel_access, score_telling, weighing
from contest.judged_results import Results
from contest.panel_access import Seat
from contest.rules.judging import terms
from contest.rules.judging.terms import Rule
from core import clock, i18n
from core.errors import Forbidden
from core.jobs import Job
from core.saying import Sentence
from core.web import see_other

bp = Blueprint("firmness", __name__, url_prefix="/quan-ly/vong/<public_id>/do-vung")


@bp.get("")
def show(public_id: str) -> ResponseReturnValue:
    results, seat = _seen(public_id)
    judged = results.read.judged
    kept = weighing.kept_of(judged)
    names = {code: score_telling.name_of(results, seat, code) for code in results.read.entries}
    return render_template(
        "contest/firmness/show.html",
        contest=judged.round.contest,
        round=judged.round,
        judged=judged,
        seat=seat,
        kept=kept,
        is_old=kept is not None and kept.inputs_digest != judged_results.inputs_digest(results),
        job=weighing.alive(judged),
        figures=kept.figures if kept else None,
        rules=_rules(),
        disagreeing=weighing.disagreeing(kept.figures) if kept else [],
        names=names,
        judges=results.read.judges,
        points=Decimal,
        refusal=_refusal,
    )


def _seen(public_id: str) -> tuple[Results, Seat]:
    """Return the results; whoever still judges sees no figures made of others' marks."""
    judged, seat = panel_access.table_seen(public_id)
    results = judged_results.results(judged)
    if seat.waits(results.read):
        raise Forbidden
    return results, seat


def _rules() -> dict[str, str]:
    return {rule.value: i18n.say(terms.name(rule)) for rule in Rule}


def _refusal(told: list[object]) -> str:
    message, values = told
    assert isinstance(values, dict)  # noqa: S101 -- as `weighing` writes it
    return i18n.say(Sentence(str(message), values))


@bp.post("")
def order(public_id: str) -> ResponseReturnValue:
    results, _seat = _seen(public_id)
    weighing.order(results.read.judged, signed_in(), at=clock.now())
    flash(_("The figures are being worked out."), "success")
    return see_other(url_for(".show", public_id=public_id))


@bp.get("/tien-do")
def progress(public_id: str) -> ResponseReturnValue:
    results, _seat = _seen(public_id)
    job = weighing.alive(results.read.judged)
    if job is None:
        return jsonify(state="done", progress=100, text="")
    words = _("Steps done: %(done)s of %(total)s.", done=job.done, total=job.total)
    return jsonify(state=job.state.value, progress=_share(job), text=words)


def _share(job: Job) -> int:
    return 100 * job.done // job.total if job.total else 0

"""Results of judged rounds: the public page, and the feedback sheet of who entered."""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from accounts.access import signed_in
from contest import feedback_sheets, honouring, outcome_telling, panel_access, presenting
from contest.documents import typeset
from contest.views.documents import in_vietnamese
from core import clock, i18n, limits
from core.errors import NotFound

bp = Blueprint("outcomes", __name__)


@bp.get("/cuoc-thi/<slug>/ket-qua-cham/<int:number>")
def show(slug: str, number: int) -> ResponseReturnValue:
    judged, run = panel_access.open_result(slug, number)
    held = honouring.held_of(judged)
    return render_template(
        "contest/outcomes/show.html",
        contest=judged.round.contest,
        round=judged.round,
        frame=presenting.frame(judged.round.contest),
        run=run,
        rule=[i18n.say(one) for one in judged.declared.says()],
        judges=outcome_telling.judges_in(run),
        rows=outcome_telling.public_rows(run, held),
        prizes=[one for one in held.prizes if one.entry] if held else [],
    )


@bp.get("/thi/bai-du-thi/<public_id>/phieu-nhan-xet")
def feedback(public_id: str) -> ResponseReturnValue:
    entry = panel_access.own_entry(public_id)
    return render_template(
        "contest/outcomes/feedback.html",
        contest=entry.contest,
        frame=presenting.frame(entry.contest),
        entry=entry,
        rounds=feedback_sheets.feedback_on(entry, at=clock.now()),
        say=i18n.say,
    )


@bp.get("/thi/bai-du-thi/<public_id>/phieu-nhan-xet.pdf")
def feedback_file(public_id: str) -> ResponseReturnValue:
    entry = panel_access.own_entry(public_id)
    limits.count("print", signed_in().public_id)
    paper = feedback_sheets.own_paper(entry, in_vietnamese, at=clock.now())
    if paper is None:
        raise NotFound
    name = f"phieu-nhan-xet-{(entry.code or entry.public_id).lower()}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(typeset.pdf(paper), mimetype="application/pdf", headers=headers)

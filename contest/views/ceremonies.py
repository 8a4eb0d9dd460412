"""The reveal ceremony: begun, operated step by step, shown on a screen, taken along as a file."""

from flask import Blueprint, current_app, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import fresh, signed_in
from accounts.rules.authorizing import Permission
from contest import access, award_queries, ceremony_queries, ceremony_telling, unveiling
from contest.forms.ceremony import StartForm
from contest.models import Ceremony, Round
from core import clock, web
from core.web import see_other, whole_or

bp = Blueprint("ceremonies", __name__, url_prefix="/quan-ly")


@bp.get("/vong/<public_id>/le-cong-bo")
def index(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.REVEAL_RESULTS)
    return _page(round_, StartForm(formdata=None), 200)


def _page(round_: Round, form: StartForm, status: int) -> ResponseReturnValue:
    form.offer(round_.contest.blocks, award_queries.held_in(round_))
    found = ceremony_queries.ceremonies_of(round_)
    page = render_template(
        "contest/ceremonies/index.html",
        contest=round_.contest,
        round=round_,
        form=form,
        ceremonies=[(one, ceremony_telling.title_of(one)) for one in found],
        running=next((one for one in found if one.ended_at is None), None),
    )
    return page, status


@bp.post("/vong/<public_id>/le-cong-bo")
@fresh
def start(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.REVEAL_RESULTS)
    form, lists = StartForm(), award_queries.held_in(round_)
    form.offer(round_.contest.blocks, lists)
    if not form.validate():
        return _page(round_, form, 422)
    chosen = form.chosen(round_.contest.blocks, lists)
    made = unveiling.start(round_, signed_in(), chosen, at=clock.now())
    return see_other(url_for(".show", public_id=made.public_id))


@bp.get("/le-cong-bo/<public_id>")
def show(public_id: str) -> ResponseReturnValue:
    ceremony = _mine(public_id)
    return render_template(
        "contest/ceremonies/show.html",
        contest=ceremony.round.contest,
        round=ceremony.round,
        ceremony=ceremony,
        script=ceremony_telling.script(ceremony),
        is_outdated=ceremony.round.current_run_id != ceremony.run_id,
    )


def _mine(public_id: str) -> Ceremony:
    return access.ceremony_managed_by(public_id, Permission.REVEAL_RESULTS)


@bp.post("/le-cong-bo/<public_id>/buoc")
def move(public_id: str) -> ResponseReturnValue:
    ceremony = _mine(public_id)
    seen = whole_or(request.form.get("seen"), -1)
    unveiling.move(ceremony, seen=seen, to=whole_or(request.form.get("to"), seen))
    return see_other(url_for(".show", public_id=public_id))


@bp.post("/le-cong-bo/<public_id>/man-toi")
def darken(public_id: str) -> ResponseReturnValue:
    unveiling.darken(_mine(public_id), is_dark=request.form.get("dark") == "1")
    return see_other(url_for(".show", public_id=public_id))


@bp.post("/le-cong-bo/<public_id>/ket-thuc")
def end(public_id: str) -> ResponseReturnValue:
    ceremony = unveiling.end(_mine(public_id), signed_in(), at=clock.now())
    flash(_("The reveal has ended. The public board is as it was."), "success")
    return see_other(url_for(".index", public_id=ceremony.round.public_id))


@bp.get("/le-cong-bo/<public_id>/man-chieu")
def screen(public_id: str) -> ResponseReturnValue:
    script = ceremony_telling.script(_mine(public_id))
    return web.versioned(
        script.version,
        lambda: render_template("contest/ceremonies/screen.html", script=script),
        is_shared=False,
    )


@bp.post("/le-cong-bo/<public_id>/tep")
@fresh
def take(public_id: str) -> ResponseReturnValue:
    ceremony = unveiling.take(_mine(public_id), signed_in())
    style, scripts, policy = current_app.extensions["assets"].inlined(
        "css/stage.css", "js/ceremony-file.js"
    )
    page = render_template(
        "contest/ceremonies/file.html",
        script=ceremony_telling.script(ceremony),
        style=style,
        scripts=scripts,
        policy=policy,
    )
    name = f"cong-bo-{ceremony.round.contest.slug}-vong-{ceremony.round.number}.html"
    response = make_response(page)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

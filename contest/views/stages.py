"""A round on stage: lots, the clock, sheets that are in, the sealed reveal, the projector."""

from flask import Blueprint, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from accounts.access import fresh, signed_in
from accounts.rules.authorizing import Permission
from contest import judge_access, performing, revealing, stage_queries, stage_telling
from contest.errors import CannotJudge
from contest.forms.organizer import ReasonForm
from contest.forms.stage import SCENES, SceneForm
from contest.models import JudgedRound, RoundEntry
from core import clock, i18n, web
from core.saying import Sentence
from core.text import N_
from core.web import see_other, whole_or

bp = Blueprint("stages", __name__, url_prefix="/quan-ly/vong/<public_id>/san-khau")


def _mine(public_id: str) -> JudgedRound:
    return judge_access.judged_round(public_id, Permission.REVEAL_RESULTS)


def _row(public_id: str) -> RoundEntry:
    """Return the entry that a form names."""
    judged, entry = _mine(public_id), request.form.get("entry", "")
    if not entry:
        raise CannotJudge(N_("Call an entry first."))
    return judge_access.row_in(judged, entry)


def _back(public_id: str) -> ResponseReturnValue:
    return see_other(url_for(".show", public_id=public_id))


def _reason() -> str:
    form = ReasonForm()
    return (form.reason.data or "") if form.validate() else ""


@bp.get("")
def show(public_id: str) -> ResponseReturnValue:
    judged = _mine(public_id)
    return render_template(
        "contest/stages/show.html",
        contest=judged.round.contest,
        round=judged.round,
        script=stage_telling.script(judged, at=clock.now()),
        undone=stage_queries.undone_in(judged),
        set_back=stage_queries.set_back_in(judged),
        scenes=SCENES,
    )


@bp.get("/trang-thai")
def state(public_id: str) -> ResponseReturnValue:
    script = stage_telling.script(_mine(public_id), at=clock.now())
    return jsonify(version=script.version)


@bp.get("/man-chieu")
def screen(public_id: str) -> ResponseReturnValue:
    script = stage_telling.script(_mine(public_id), at=clock.now())
    return web.versioned(
        script.version,
        lambda: render_template("contest/stages/screen.html", script=script),
        is_shared=False,
    )


@bp.post("/boc-tham")
@fresh
def draw(public_id: str) -> ResponseReturnValue:
    performing.draw(_mine(public_id), signed_in(), at=clock.now())
    return _back(public_id)


@bp.post("/xuong-cuoi")
def put_last(public_id: str) -> ResponseReturnValue:
    performing.put_last(_row(public_id), signed_in(), reason=_reason())
    return _back(public_id)


@bp.post("/goi")
def call(public_id: str) -> ResponseReturnValue:
    performing.call(_row(public_id), seen=whole_or(request.form.get("seen"), -1))
    return _back(public_id)


@bp.post("/canh")
def scene(public_id: str) -> ResponseReturnValue:
    judged, form = _mine(public_id), SceneForm()
    if not form.validate():
        raise CannotJudge
    votes = stage_telling.script(judged, at=clock.now()).votes
    asked = request.form.get("part")
    part = next((one for one in votes if asked in (None, one.public_id)), None)
    performing.show(judged, form.chosen, part)
    return _back(public_id)


@bp.post("/man-toi")
def darken(public_id: str) -> ResponseReturnValue:
    performing.darken(_mine(public_id), is_dark=request.form.get("dark") == "1")
    return _back(public_id)


@bp.post("/dong-ho/chay")
def begin(public_id: str) -> ResponseReturnValue:
    performing.begin(_row(public_id), signed_in(), at=clock.now())
    return _back(public_id)


@bp.post("/dong-ho/tam-dung")
def pause(public_id: str) -> ResponseReturnValue:
    performing.pause(_row(public_id), signed_in(), at=clock.now())
    return _back(public_id)


@bp.post("/dong-ho/dung")
def stop(public_id: str) -> ResponseReturnValue:
    performing.stop(_row(public_id), signed_in(), say=_in_vietnamese, at=clock.now())
    return _back(public_id)


def _in_vietnamese(sentence: Sentence) -> str:
    """Return a sentence as it stands in documents, whatever the operator reads."""
    with force_locale("vi"):
        return i18n.say(sentence)


@bp.post("/dong-ho/dat-lai")
def set_back(public_id: str) -> ResponseReturnValue:
    performing.set_back(_row(public_id), signed_in(), reason=_reason(), at=clock.now())
    return _back(public_id)


@bp.post("/cong-bo")
def reveal(public_id: str) -> ResponseReturnValue:
    revealing.reveal(_row(public_id), signed_in(), at=clock.now())
    return _back(public_id)


@bp.post("/rut-lai")
def undo(public_id: str) -> ResponseReturnValue:
    revealing.undo(_row(public_id), signed_in(), reason=_reason(), at=clock.now())
    return _back(public_id)

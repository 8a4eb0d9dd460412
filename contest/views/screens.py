"""Boards on a screen and on other sites: the projector, the podium, and the board in a frame."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from flask import Blueprint, current_app, g, render_template, request
from flask.typing import ResponseReturnValue

from contest import access, screening
from contest.models import Contest
from core import clock, fastpath, web
from core.errors import NotFound
from core.web import whole

bp = Blueprint("screens", __name__, url_prefix="/cuoc-thi/<slug>/bang-xep-hang")
T = TypeVar("T")


@bp.get("/<int(max=9999):number>/man-chieu")
def board(slug: str, number: int) -> ResponseReturnValue:
    shown = _found(slug, number, screening.screen)
    return web.versioned(
        shown.version,
        lambda: render_template("contest/screens/board.html", screen=shown),
        is_shared=bool(fastpath.sharing(request.environ)),
    )


@bp.get("/<int(max=9999):number>/buc-vinh-danh")
def podium(slug: str, number: int) -> ResponseReturnValue:
    shown = _found(slug, number, screening.podium)
    return web.versioned(
        shown.version,
        lambda: render_template("contest/screens/podium.html", podium=shown, screen=shown.screen),
        is_shared=bool(fastpath.sharing(request.environ)),
    )


def _found(slug: str, number: int, read: Callable[..., T | None]) -> T:
    contest: Contest = access.open_contest(slug)
    now: datetime = clock.now()
    shown = read(contest, number, request.args.get("khoi", type=whole), at=now)
    if shown is None:
        raise NotFound
    return shown


@bp.get("/<int(max=9999):number>/nhung")
def embedded(slug: str, number: int) -> ResponseReturnValue:
    g.keeps_nothing = True
    block = request.args.get("khoi", type=whole)
    shown = screening.embedded(slug, number, block, at=clock.now())
    if shown is None:
        raise NotFound
    response = web.versioned(
        shown.version,
        lambda: render_template("contest/screens/embedded.html", shown=shown),
        is_shared=True,
    )
    response.headers["Content-Security-Policy"] = web.framed_by(current_app.config["EMBED_SITES"])
    return response

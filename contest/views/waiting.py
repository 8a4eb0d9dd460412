"""The waiting room of a sitting: who has a seat waits, keeps the sealed paper, and starts."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts import authenticating
from accounts.access import browser_session, sign_in_required, signed_in
from contest import access, attempting, beginning_edge, prepared_queries, waiting
from contest.access import Place
from contest.attempting import Client
from contest.errors import CannotStart
from contest.forms.participant import StartForm
from contest.models import PreparedPaper
from core import clock, fastpath, i18n, limits
from core.errors import NotFound
from core.saying import Sentence
from core.web import see_other

bp = Blueprint("waiting", __name__, url_prefix="/thi/ca")
START = fastpath.view(beginning_edge.start)
bp.add_url_rule("/<token>/bat-dau", "start", START, methods=["PUT"])


@bp.get("/<token>/phong-cho")
@sign_in_required
def room(token: str) -> ResponseReturnValue:
    place, now = access.own_sitting(signed_in(), token), clock.now()
    running = waiting.running(place, at=now)
    if running is not None:
        return see_other(url_for("participant.attempt", public_id=running.public_id))
    return _page(place, StartForm(), now)


@bp.post("/<token>/phong-cho")
@sign_in_required
def begin(token: str) -> ResponseReturnValue:
    account, now = signed_in(), clock.now()
    limits.count("start", account.public_id)
    place, form = access.own_sitting(account, token), StartForm()
    if not form.validate():
        return _page(place, form, now, status=422)
    round_, enrolment, client = place.sitting.round, place.enrolment, _client()
    try:
        attempt = attempting.start(round_, enrolment, account, client=client, at=now)
    except CannotStart as refusal:
        said = i18n.say(Sentence(refusal.message, refusal.details))
        return _page(access.own_sitting(account, token), form, now, said=said, status=409)
    authenticating.hold(client.session, attempt.accepts_until + authenticating.AFTER_ATTEMPT)
    return see_other(url_for("participant.attempt", public_id=attempt.public_id))


@bp.get("/<token>/de")
@sign_in_required
def sealed(token: str) -> ResponseReturnValue:
    place = access.own_sitting(signed_in(), token)
    seat = place.stand.seat
    found = prepared_queries.document_of(seat.id) if seat is not None else None
    if found is None:
        raise NotFound
    return Response(found[1], mimetype="application/octet-stream", headers={"X-Paper": found[0]})


@bp.get("/<token>/gio")
@sign_in_required
def state(token: str) -> ResponseReturnValue:
    place, now = access.own_sitting(signed_in(), token), clock.now()
    paper = _paper(place)
    ready = paper.document_digest if paper is not None and paper.used_at is None else ""
    return jsonify(waiting.moments(place, at=now) | {"digest": ready})


def _page(
    place: Place, form: StartForm, now: datetime, *, said: str = "", status: int = 200
) -> ResponseReturnValue:
    config: dict[str, Any] = waiting.config(
        place, _paper(place), session=_client().session, device=_client().device, at=now
    )
    shown = waiting.room(place, at=now, config=config)
    page = render_template("contest/waiting/room.html", room=shown, form=form, said=said)
    return page, status


def _paper(place: Place) -> PreparedPaper | None:
    seat = place.stand.seat
    return prepared_queries.paper_of(seat.id) if seat is not None else None


def _client() -> Client:
    device = "phone" if "Mobi" in request.headers.get("User-Agent", "") else "computer"
    return Client(browser_session().public_id, device)

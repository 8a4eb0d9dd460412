"""The public vote on a phone: one page to choose on, one that says that the vote came in."""

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import viewer
from contest import ballot_queries, balloting, stage_access
from contest.balloting import Source
from contest.errors import CannotVote
from contest.forms.ballot import VoteForm
from contest.models import Part, RoundEntry, Vote
from core import clock, i18n, ids, limits
from core.errors import NotFound, SignInNeeded
from core.web import see_other

bp = Blueprint("votes", __name__, url_prefix="/binh-chon")
# What a browser keeps of having been here, so that votes of one device can be told.
COOKIE = "phieu"
_LASTS = 30 * 24 * 3600
_LENGTH = 20


@bp.get("/<public_id>")
def show(public_id: str) -> ResponseReturnValue:
    part, form = stage_access.open_vote(public_id), VoteForm(formdata=None)
    form.code.data = request.args.get("ma", "")[:40]
    return _page(part, form, "", 200)


@bp.post("/<public_id>")
def cast(public_id: str) -> ResponseReturnValue:
    part, form = stage_access.open_vote(public_id), VoteForm()
    rows = ballot_queries.choices_in(part)
    limits.check("vote refused", limits.address())
    row = form.chosen(rows)
    if not form.validate() or row is None:
        return _page(part, form, "", 422)
    try:
        vote = _cast(part, row, form.code.data or "")
    except CannotVote as refused:
        limits.count("vote refused", limits.address())
        return _page(part, form, i18n.translated(refused.message) % refused.details, 409)
    return see_other(url_for(".received", public_id=public_id, receipt=vote.public_id))


def _cast(part: Part, row: RoundEntry, code: str) -> Vote:
    source = Source(limits.address(), request.cookies.get(COOKIE, "")[:_LENGTH])
    if not ballot_queries.is_by_roster(part):
        return balloting.cast(part, row, code, source, at=clock.now())
    voter = viewer()
    if voter is None:
        raise SignInNeeded
    return balloting.cast_as(part, row, voter, source, at=clock.now())


def _page(part: Part, form: VoteForm, refused: str, status: int) -> ResponseReturnValue:
    rows = ballot_queries.choices_in(part)
    form.offer(rows)
    page = make_response(
        render_template(
            "contest/votes/show.html",
            part=part,
            form=form,
            rows=rows,
            rule=ballot_queries.rule_of(part),
            by_roster=ballot_queries.is_by_roster(part),
            me=viewer(),
            refused=refused,
            at=clock.now(),
        ),
        status,
    )
    if COOKIE not in request.cookies:
        page.set_cookie(COOKIE, ids.public_id(), max_age=_LASTS, httponly=True, samesite="Lax")
    return page


@bp.get("/<public_id>/da-nhan/<receipt>")
def received(public_id: str, receipt: str) -> ResponseReturnValue:
    """Say that a vote came in, and when; never for whom, so that nobody can prove it for money."""
    part = stage_access.open_vote(public_id)
    vote = ballot_queries.vote_in(part, receipt)
    if vote is None:
        raise NotFound
    return render_template("contest/votes/received.html", part=part, vote=vote)

"""A public vote as its organisers see it: cards, sealed counts, what looks odd, votes struck."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import fresh, signed_in
from accounts.rules.authorizing import Permission
from contest import ballot_queries, balloting, prolonging, stage_access, stage_queries
from contest.ballot_queries import Counted
from contest.forms.ballot import CancelForm, CardsForm
from contest.forms.organizer import ExtendForm, ReasonForm
from contest.models import Part
from contest.rules.judging.parts import PartKind
from contest.rules.judging.voting import Vote
from core import clock, web
from core.errors import Invalid
from core.web import see_other

# The page has several forms with a reason.
LATER = "later-"
bp = Blueprint("ballots", __name__, url_prefix="/quan-ly/binh-chon/<public_id>")


def _mine(public_id: str) -> Part:
    return stage_access.part_managed_by(public_id, Permission.REVEAL_RESULTS, PartKind.VOTED)


def _back(public_id: str) -> ResponseReturnValue:
    return see_other(url_for(".show", public_id=public_id))


@bp.get("")
def show(public_id: str) -> ResponseReturnValue:
    return _page(_mine(public_id), CardsForm(formdata=None), CancelForm(formdata=None), 200)


def _page(
    part: Part,
    cards: CardsForm,
    cancelling: CancelForm,
    status: int,
    postponing: ExtendForm | None = None,
) -> ResponseReturnValue:
    counted = ballot_queries.counted(part) if part.opened_at is not None else None
    page = render_template(
        "contest/ballots/show.html",
        contest=part.judged.round.contest,
        round=part.judged.round,
        part=part,
        rule=ballot_queries.rule_of(part),
        by_roster=ballot_queries.is_by_roster(part),
        codes=ballot_queries.codes_in(part),
        cast=ballot_queries.cast_in(part),
        counted=counted,
        votes=_votes(counted),
        moves=[one for one in stage_queries.moves_in(part.judged) if one.part_id == part.id],
        rows={str(one.entry_id): one for one in ballot_queries.choices_in(part)},
        at=clock.now(),
        cards=cards,
        cancelling=cancelling,
        postponing=postponing or ExtendForm(formdata=None, prefix=LATER),
    )
    return page, status


def _votes(counted: Counted | None) -> web.Page[Vote] | None:
    if counted is None:
        return None
    after, before = request.args.get("after"), request.args.get("before")
    return ballot_queries.votes_page(counted, after=after, before=before)


@bp.post("/the")
@fresh
def issue(public_id: str) -> ResponseReturnValue:
    """Show the cards at once: their codes are kept nowhere."""
    part, form = _mine(public_id), CardsForm()
    if not form.validate():
        return _page(part, form, CancelForm(formdata=None), 422)
    cards = balloting.issue(part, signed_in(), count=form.count.data, at=clock.now())
    return render_template("contest/ballots/cards.html", part=part, cards=cards)


@bp.post("/the/huy")
def cancel(public_id: str) -> ResponseReturnValue:
    part, form = _mine(public_id), CancelForm()
    if not form.validate():
        return _page(part, CardsForm(formdata=None), form, 422)
    number, reason = form.number.data, form.reason.data
    balloting.cancel(part, number, signed_in(), reason=reason, at=clock.now())
    return _back(public_id)


@bp.post("/dong")
def close(public_id: str) -> ResponseReturnValue:
    prolonging.close_vote(_mine(public_id), signed_in(), reason=_reason(), at=clock.now())
    return _back(public_id)


@bp.post("/doi-gio")
def postpone(public_id: str) -> ResponseReturnValue:
    part, form = _mine(public_id), ExtendForm(prefix=LATER)
    if not form.validate():
        return _page(part, CardsForm(formdata=None), CancelForm(formdata=None), 422, form)
    until, reason = form.closes_at.data, form.reason.data or ""
    prolonging.postpone(part, until, signed_in(), reason=reason, at=clock.now())
    return _back(public_id)


@bp.post("/mo-phieu")
@fresh
def open_votes(public_id: str) -> ResponseReturnValue:
    balloting.open_votes(_mine(public_id), signed_in(), at=clock.now())
    return _back(public_id)


@bp.post("/gach")
def strike(public_id: str) -> ResponseReturnValue:
    part, votes = _mine(public_id), request.form.getlist("vote")
    balloting.strike(part, votes, signed_in(), reason=_reason(), at=clock.now())
    beside = {name: request.args.get(name) for name in ("after", "before")}
    return see_other(url_for(".show", public_id=public_id, _anchor="h-list", **beside))


def _reason() -> str:
    form = ReasonForm()
    if not form.validate():
        raise Invalid(str(next(iter(form.errors.values()))[0]))
    return form.reason.data or ""

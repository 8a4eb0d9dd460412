"""The panel's table: every score, what lies too far apart, lines, votes, and one entry in full."""

from decimal import Decimal

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import signed_in
from contest import (
    concluding,
    deliberating,
    judged_reading,
    judged_results,
    panel_access,
    score_telling,
)
from contest.deliberating import Decided, Motion
from contest.forms.judged import DecideForm, LineForm, VoteForm
from contest.forms.organizer import ReasonForm
from contest.judged_deviations import Deviation
from contest.judged_results import Results
from contest.models import DeductionLine, RoundEntry
from contest.panel_access import Seat
from contest.rules.judging import terms
from contest.rules.judging.deviating import Way
from core import clock, i18n
from core.errors import Forbidden, NotFound
from core.web import see_other

bp = Blueprint("scores", __name__, url_prefix="/quan-ly/vong/<public_id>/bang-diem")


@bp.get("")
def show(public_id: str) -> ResponseReturnValue:
    judged, seat = panel_access.table_seen(public_id)
    return _table(judged_results.results(judged), seat, VoteForm(formdata=None), 200)


def _table(results: Results, seat: Seat, form: VoteForm, status: int) -> ResponseReturnValue:
    judged = results.read.judged
    by_place = request.args.get("xep") == "hang"
    page = render_template(
        "contest/scores/show.html",
        contest=judged.round.contest,
        round=judged.round,
        judged=judged,
        seat=seat,
        heads=score_telling.heads(results),
        short_name=score_telling.short_name,
        rows=score_telling.rows(results, seat, by_place=by_place),
        by_place=by_place,
        rule=[i18n.say(one) for one in judged.declared.says()],
        room=score_telling.room_said(results),
        lines=[(i18n.say(one.says), one.is_done, one.name) for one in concluding.lines(results)],
        parts=results.parts,
        warnings=[i18n.say(one) for one in results.warnings],
        deviations=_cards(results, seat),
        vote=results.read.vote,
        form=form,
    )
    return page, status


def _cards(results: Results, seat: Seat) -> list[dict[str, object]]:
    """Return what waits for the chair, widest apart first, as far as the asker may see it."""
    return [
        {
            "code": one.entry,
            "name": score_telling.name_of(results, seat, one.entry),
            "spread": one.spread,
            "allowed": _allowed(results),
            "scores": sorted(one.case.before.items()),
        }
        for one in results.open_deviations
        if not seat.is_shut(results.read, one.entry)
    ]


def _allowed(results: Results) -> object:
    rule = results.read.judged.declared.deviation
    return rule.points if rule is not None else None


@bp.post("/bieu-quyet")
def vote(public_id: str) -> ResponseReturnValue:
    judged, seat = panel_access.table_seen(public_id)
    form = VoteForm()
    if not seat.may_write:
        raise Forbidden
    if not form.validate():
        return _table(judged_results.results(judged), seat, form, 422)
    counted = form.votes_for.data or 0, form.votes_against.data or 0
    motion = Motion(form.codes, form.words.data or "", *counted)
    deliberating.vote(judged, motion, signed_in(), at=clock.now())
    flash(_("The vote is recorded."), "success")
    return see_other(url_for(".show", public_id=public_id))


# --- One entry ---------------------------------------------------------------------------------


@bp.get("/<code>")
def entry(public_id: str, code: str) -> ResponseReturnValue:
    results, seat = _entry(public_id, code)
    return _page(results, seat, code, LineForm(formdata=None), 200)


def _entry(public_id: str, code: str) -> tuple[Results, Seat]:
    """Return the round and what the asker is to it. Raise `NotFound` for an entry it lacks."""
    judged, seat = panel_access.table_seen(public_id)
    results = judged_results.results(judged)
    if code not in results.read.entries:
        raise NotFound
    return results, seat


def _page(
    results: Results,
    seat: Seat,
    code: str,
    form: LineForm,
    status: int,
    deciding: DecideForm | None = None,
) -> ResponseReturnValue:
    judged, read = results.read.judged, results.read
    row = next(one for one in score_telling.rows(results, seat, by_place=True) if one.code == code)
    open_ = [] if row.is_shut else [o for o in results.open_deviations if o.entry == code]
    page = render_template(
        "contest/scores/entry.html",
        contest=judged.round.contest,
        round=judged.round,
        seat=seat,
        row=row,
        judges=[one for one in score_telling.heads(results) if (code, one.key) in read.cells],
        cells={} if row.is_shut else {j: c for (e, j), c in read.cells.items() if e == code},
        totals={} if row.is_shut else judged_reading.scores(read).get(code, {}),
        leaves=judged.declared.rubric.leaves(read.entries[code].entry.category.prefix),
        steps=[] if row.is_shut else score_telling.steps(results, seat, code),
        decisions=() if row.is_shut else read.decisions.get(code, ()),
        told=i18n.translated,
        points=Decimal,
        rule=i18n.say(terms.name(judged.declared.terms.rule)),
        deviations=[(one, deciding or _form(results, one)) for one in open_],
        form=form,
        cancelling=ReasonForm(formdata=None),
    )
    return page, status


def _form(results: Results, deviation: Deviation, **more: object) -> DecideForm:
    form = DecideForm(**more)
    form.offer(results, deviation, deliberating.third_markers(results, deviation))
    return form


@bp.post("/<code>/do-lech")
def decide(public_id: str, code: str) -> ResponseReturnValue:
    results, seat = _entry(public_id, code)
    if not seat.chairs:
        raise Forbidden
    criteria = request.form.get("criteria", "")
    waiting = [
        one for one in results.open_deviations if (one.entry, one.criteria) == (code, criteria)
    ]
    if not waiting or seat.is_shut(results.read, code):
        raise NotFound
    form = _form(results, waiting[0])
    if not form.validate():
        return _page(results, seat, code, LineForm(formdata=None), 422, form)
    decided = Decided(Way(form.way.data), form.reason.data or "", tuple(form.judges.data or ()))
    deliberating.decide(results.read.judged, code, criteria, decided, signed_in(), at=clock.now())
    flash(_("It is decided, and stands in the minutes."), "success")
    return see_other(url_for(".entry", public_id=public_id, code=code))


@bp.post("/<code>/diem-tru")
def add_line(public_id: str, code: str) -> ResponseReturnValue:
    results, seat = _entry(public_id, code)
    if not seat.may_write:
        raise Forbidden
    form = LineForm()
    if not form.validate():
        return _page(results, seat, code, form, 422)
    row = results.read.entries[code]
    reason = form.reason.data or ""
    deliberating.add_line(row, form.points.data, reason, signed_in(), at=clock.now())
    flash(_("The line is added."), "success")
    return see_other(url_for(".entry", public_id=public_id, code=code))


@bp.post("/<code>/diem-tru/<int:line_id>/huy")
def cancel_line(public_id: str, code: str, line_id: int) -> ResponseReturnValue:
    results, seat = _entry(public_id, code)
    if not seat.may_write:
        raise Forbidden
    row, form = results.read.entries[code], ReasonForm()
    line = _line(row, line_id)
    if not form.validate():
        return _page(results, seat, code, LineForm(formdata=None), 422)
    deliberating.cancel_line(row, line, form.reason.data or "", signed_in(), at=clock.now())
    flash(_("The line is taken back."), "success")
    return see_other(url_for(".entry", public_id=public_id, code=code))


def _line(row: RoundEntry, line_id: int) -> DeductionLine:
    found = next((one for one in row.lines if one.id == line_id), None)
    if found is None:
        raise NotFound
    return found

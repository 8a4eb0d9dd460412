"""A judge's pages: the rounds, the sheets of a round, one sheet filled in, a conflict declared."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import browser_session, sign_in_required, signed_in
from contest import (
    judge_access,
    judging,
    panel_queries,
    prolonging,
    receiving,
    sheet_queries,
    sheet_telling,
    stage_queries,
)
from contest.errors import CannotJudge
from contest.forms.judging import DeclareForm, ReasonForm
from contest.forms.organizer import ExtendForm
from contest.forms.sheets import SheetForm, apart, read, sheet_form
from contest.models import Fate, Panel, Scoresheet
from contest.rules.judging.conflicts import Cause
from contest.sheet_queries import Own
from core import clock, fastpath, i18n
from core.errors import NotFound
from core.fastpath import Asked, Reply, as_json
from core.saying import Sentence
from core.web import see_other

bp = Blueprint("judge", __name__, url_prefix="/cham")


@bp.get("/")
@sign_in_required
def rounds() -> ResponseReturnValue:
    return render_template(
        "contest/judge/rounds.html", tasks=sheet_queries.tasks_of(signed_in().id)
    )


@bp.get("/vong/<public_id>")
@sign_in_required
def sheets(public_id: str) -> ResponseReturnValue:
    own = judge_access.own_round(signed_in(), public_id)
    return _page(own, None, 200)


@bp.get("/vong/<public_id>/phieu/<sheet_id>")
@sign_in_required
def sheet(public_id: str, sheet_id: str) -> ResponseReturnValue:
    own, found = judge_access.own_sheet(signed_in(), public_id, sheet_id)
    return _page(own, found, 200)


def _page(
    own: Own,
    current: Scoresheet | None,
    status: int,
    *,
    form: SheetForm | None = None,
    declare: DeclareForm | None = None,
    said: str = "",
) -> ResponseReturnValue:
    page = render_template(
        "contest/judge/round.html",
        page=sheet_telling.page(own, current, at=clock.now()),
        contest=own.judged.round.contest,
        round=own.judged.round,
        form=form,
        declare=declare or DeclareForm(formdata=None),
        others=receiving.others(current) if current is not None else [],
        telling=sheet_telling,
        judge=signed_in(),
        said=said,
    )
    return page, status


@bp.post("/vong/<public_id>/phieu/<sheet_id>")
@sign_in_required
def fill(public_id: str, sheet_id: str) -> ResponseReturnValue:
    account = signed_in()
    own, found = judge_access.own_sheet(account, public_id, sheet_id)
    form = sheet_form(sheet_telling.shape_of(found).leaves)
    if not form.validate():
        return _page(own, found, 422, form=form)
    sent = form.sent(browser_session().public_id, signs=request.form.get("act") == "sign")
    try:
        kept = receiving.receive(found, account, sent, at=clock.now())
    except CannotJudge as refusal:
        said = i18n.say(Sentence(refusal.message, refusal.details))
        return _again(public_id, sheet_id, form, said, refusal.status)
    if kept.fate in (Fate.APART, Fate.LOCKED):
        return _again(public_id, sheet_id, form, apart(), 409)
    flash(_("Handed in and locked.") if sent.signs else _("Saved."), "success")
    return see_other(_after(public_id, sheet_id))


def _again(
    public_id: str, sheet_id: str, form: SheetForm, said: str, status: int
) -> ResponseReturnValue:
    """Show the sheet with what was typed and what stands there now."""
    own, found = judge_access.own_sheet(signed_in(), public_id, sheet_id)
    form.sequence.raw_data, form.sequence.data = None, str(found.sequence)
    return _page(own, found, status, form=form, said=said)


def _after(public_id: str, sheet_id: str) -> str:
    """Return where a judge goes on: the next sheet that is to be handed in, or the list."""
    if request.form.get("act") != "sign":
        return url_for(".sheet", public_id=public_id, sheet_id=sheet_id)
    own = judge_access.own_round(signed_in(), public_id)
    left = own.to_do
    return (
        url_for(".sheet", public_id=public_id, sheet_id=left[0].public_id)
        if left
        else url_for(".sheets", public_id=public_id)
    )


def _save(asked: Asked, public_id: str, sheet_id: str) -> Reply:
    body = asked.json()
    account = signed_in()
    own, found = judge_access.own_sheet(account, public_id, sheet_id)
    sent = read(body)
    try:
        kept = receiving.receive(found, account, sent, at=asked.at)
    except CannotJudge as refusal:
        said = i18n.say(Sentence(refusal.message, refusal.details))
        return as_json(409, {"error": said} | sheet_telling.told_of_server(asked.at))
    told = sheet_telling.answer(own, found)
    told |= {"fate": kept.fate.value, "hints": sheet_telling.hints(own)}
    return as_json(200, told | sheet_telling.told_of_server(asked.at))


# Guarded by an own header and the origin instead of a form's token, as answers are saved.
SAVE = fastpath.view(_save)
bp.add_url_rule("/vong/<public_id>/phieu/<sheet_id>/luu", "save", SAVE, methods=["PUT"])


@bp.post("/vong/<public_id>/phieu/<sheet_id>/xung-dot")
@sign_in_required
def declare(public_id: str, sheet_id: str) -> ResponseReturnValue:
    account = signed_in()
    own, found = judge_access.own_sheet(account, public_id, sheet_id)
    form = DeclareForm()
    if not form.validate():
        return _page(own, found, 422, declare=form)
    entry, note = found.round_entry.entry, form.note.data or ""
    judging.recuse(entry, account, account, Cause.DECLARED, note=note, at=clock.now())
    flash(_("Recorded: you do not judge this entry."), "success")
    return see_other(url_for(".sheets", public_id=public_id))


# --- The chair ---------------------------------------------------------------------------------


@bp.get("/ban/<panel_id>")
@sign_in_required
def panel(panel_id: str) -> ResponseReturnValue:
    found = judge_access.chaired(signed_in(), panel_id)
    return _panel(found, ReasonForm(formdata=None), 200)


def _panel(
    found: Panel, form: ReasonForm, status: int, prolong: ExtendForm | None = None
) -> ResponseReturnValue:
    page = render_template(
        "contest/judge/panel.html",
        panel=found,
        round=found.judged.round,
        contest=found.judged.round.contest,
        desk=panel_queries.desk_of(found),
        me=signed_in(),
        form=form,
        prolong=prolong or ExtendForm(formdata=None),
        moves=stage_queries.moves_in(found.judged),
        at=clock.now(),
    )
    return page, status


@bp.post("/ban/<panel_id>/phieu/<sheet_id>/mo-khoa")
@sign_in_required
def unlock(panel_id: str, sheet_id: str) -> ResponseReturnValue:
    chair = signed_in()
    found = judge_access.chaired(chair, panel_id)
    locked = sheet_queries.sheet_with(sheet_id)
    if locked is None or locked.member.panel_id != found.id:
        raise NotFound
    form = ReasonForm()
    if not form.validate():
        return _panel(found, form, 422)
    judging.unlock(locked, chair, reason=form.reason.data, at=clock.now())
    flash(_("The sheet is open again. Both versions are kept."), "success")
    return see_other(url_for(".panel", panel_id=panel_id))


@bp.post("/ban/<panel_id>/gia-han")
@sign_in_required
def prolong(panel_id: str) -> ResponseReturnValue:
    chair = signed_in()
    found, form = judge_access.chaired(chair, panel_id), ExtendForm()
    if not form.validate():
        return _panel(found, ReasonForm(formdata=None), 422, form)
    until, reason = form.closes_at.data, form.reason.data or ""
    prolonging.prolong(found.judged, until, chair, reason=reason, at=clock.now())
    flash(_("The judging is prolonged."), "success")
    return see_other(url_for(".panel", panel_id=panel_id))

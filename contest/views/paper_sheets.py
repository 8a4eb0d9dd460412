"""Paper sheets: printed empty, typed in by two people; the chair's own sheet opened again."""

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import signed_in
from contest import judge_access, judging, panel_queries, sheet_telling, transcribing
from contest.errors import CannotJudge
from contest.forms.judging import ReasonForm
from contest.forms.sheets import SheetForm, sheet_form
from contest.models import Panel, Scoresheet
from core import clock, i18n
from core.saying import Sentence
from core.web import see_other

bp = Blueprint("paper_sheets", __name__, url_prefix="/phieu-giay")


@bp.get("/ban/<panel_id>")
def index(panel_id: str) -> ResponseReturnValue:
    return _index(judge_access.typed_panel(panel_id), ReasonForm(formdata=None), 200)


def _index(panel: Panel, form: ReasonForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "contest/paper_sheets/index.html",
        panel=panel,
        round=panel.judged.round,
        contest=panel.judged.round.contest,
        desk=panel_queries.desk_of(panel),
        typed=panel_queries.typed_in(panel),
        me=signed_in(),
        form=form,
    )
    return page, status


@bp.get("/ban/<panel_id>/in")
def print_sheets(panel_id: str) -> ResponseReturnValue:
    panel = judge_access.typed_panel(panel_id)
    found = panel_queries.blank_sheets(panel)
    return render_template(
        "contest/paper_sheets/print.html",
        panel=panel,
        round=panel.judged.round,
        contest=panel.judged.round.contest,
        sheets=[(one, sheet_telling.shape_of(one)) for one in found],
        telling=sheet_telling,
    )


@bp.get("/phieu/<sheet_id>")
def enter(sheet_id: str) -> ResponseReturnValue:
    sheet = judge_access.typed_sheet(sheet_id)
    shape = sheet_telling.shape_of(sheet)
    return _page(sheet, sheet_form(shape.leaves, formdata=None), 200)


@bp.post("/phieu/<sheet_id>")
def type_in(sheet_id: str) -> ResponseReturnValue:
    sheet = judge_access.typed_sheet(sheet_id)
    form = sheet_form(sheet_telling.shape_of(sheet).leaves)
    if not form.validate():
        return _page(sheet, form, 422)
    note, now = form.public_note.data or "", clock.now()
    try:
        typed = transcribing.enter(sheet, signed_in(), form.marks(), note=note, at=now)
    except CannotJudge as refusal:
        said = i18n.say(Sentence(refusal.message, refusal.details))
        return _page(judge_access.typed_sheet(sheet_id), form, refusal.status, said=said)
    if typed.differs:
        found = judge_access.typed_sheet(sheet_id)
        return _page(found, form, 409, differs=typed.differs)
    flash(_told(locked=typed.version is not None), "success")
    return see_other(url_for(".index", panel_id=sheet.member.panel.public_id))


@bp.post("/phieu/<sheet_id>/mo-khoa")
def unlock(sheet_id: str) -> ResponseReturnValue:
    sheet, form = judge_access.typed_sheet(sheet_id), ReasonForm()
    panel = sheet.member.panel
    if not form.validate():
        return _index(panel, form, 422)
    judging.unlock_chairs(sheet, signed_in(), reason=form.reason.data, at=clock.now())
    flash(_("The sheet is open again. Both versions are kept."), "success")
    return see_other(url_for(".index", panel_id=panel.public_id))


def _told(*, locked: bool) -> str:
    if locked:
        return str(_("Both read the same: the sheet is locked."))
    return str(_("Kept. Somebody else types the same sheet in, without seeing this."))


def _page(
    sheet: Scoresheet,
    form: SheetForm,
    status: int,
    *,
    said: str = "",
    differs: tuple[str, ...] = (),
) -> ResponseReturnValue:
    page = render_template(
        "contest/paper_sheets/enter.html",
        sheet=sheet,
        panel=sheet.member.panel,
        round=sheet.round_entry.judged.round,
        contest=sheet.round_entry.judged.round.contest,
        shape=sheet_telling.shape_of(sheet),
        form=form,
        said=said,
        differs=differs,
        telling=sheet_telling,
    )
    return page, status

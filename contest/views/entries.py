"""The staff's pages of entries: the list, one entry with its files, and redacted copies."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import signed_in
from accounts.rules.authorizing import Permission
from contest import (
    access,
    entering,
    entry_access,
    entry_lists,
    entry_queries,
    entry_telling,
    sifting,
    uploading,
)
from contest.entry_lists import Wanted
from contest.forms.entries import FileForm, WhyForm
from contest.models import Entry, EntryFile
from contest.uploading import Declared
from core import clock
from core.errors import NotFound
from core.web import see_other

bp = Blueprint("entries", __name__, url_prefix="/quan-ly")


@bp.get("/cuoc-thi/<public_id>/bai-du-thi")
def index(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, Permission.SCREEN_ENTRIES)
    entry_access.check_screens(contest)
    asked = request.args
    names = ("tim", "trang-thai", "bang", "loc")
    words, state, category, mark = (asked.get(name, "") for name in names)
    wanted = Wanted(words, state, category, mark, reader=signed_in().id)
    return render_template(
        "contest/entries/index.html",
        contest=contest,
        page=entry_lists.entries_page(
            contest, wanted, after=asked.get("after"), before=asked.get("before")
        ),
        wanted=wanted,
        categories=entry_queries.categories_of(contest),
        counts=entry_lists.counts_by_state(contest),
        states=entry_telling.STATES,
        manages=access.may_in(contest, Permission.MANAGE_CONTEST),
    )


@bp.post("/bai-du-thi/<public_id>/rut")
def withdraw(public_id: str) -> ResponseReturnValue:
    entry, form = entry_access.entry_screened(public_id), WhyForm()
    if not form.validate():
        flash(_("Say why."), "error")
    else:
        entering.withdraw(entry, signed_in(), reason=form.reason.data, at=clock.now())
        flash(_("The entry is withdrawn."), "success")
    return _back(entry)


def _back(entry: Entry) -> ResponseReturnValue:
    return see_other(url_for("sifting.show", public_id=entry.public_id))


# --- What blind judges may see -----------------------------------------------------------------


@bp.post("/tep/<public_id>/che-ten")
def redact(public_id: str) -> ResponseReturnValue:
    file, form = entry_access.file_screened(public_id), FileForm()
    if not form.validate():
        flash(form.file.errors[0], "error")
        return _back(file.entry)
    sent = form.file.data
    name, length = entry_telling.file_name(sent.filename), entry_telling.length(sent.stream)
    declared = entry_telling.as_copy_of(file, Declared(name, length))
    uploading.add_whole(file.entry, signed_in(), declared, sent.stream, at=clock.now())
    flash(_("The redacted copy is kept. Blind judges get it in place of the file."), "success")
    return _back(file.entry)


@bp.post("/tep/<public_id>/khong-lo-ten")
def clear(public_id: str) -> ResponseReturnValue:
    file = _original(public_id)
    sifting.clear(file.entry, file, signed_in(), is_clear=request.form.get("clear") == "1")
    return _back(file.entry)


def _original(public_id: str) -> EntryFile:
    file = entry_access.file_screened(public_id)
    if file.redacts_id is not None:
        raise NotFound
    return file


@bp.post("/tep/<public_id>/bo-ban-che")
def remove_copy(public_id: str) -> ResponseReturnValue:
    file = entry_access.file_screened(public_id)
    sifting.remove_copy(file.entry, file, signed_in(), at=clock.now())
    flash(_("The redacted copy is taken away."), "success")
    return _back(file.entry)

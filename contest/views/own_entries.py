"""An entrant's own entries: begun, filled in, files sent, handed in, withdrawn, appealed."""

from typing import Any

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import sign_in_required, signed_in
from contest import (
    entering,
    entry_access,
    entry_history,
    entry_queries,
    entry_telling,
    joining,
    sifting,
    uploading,
)
from contest.forms.entries import (
    ROLE_NAMES,
    AppealForm,
    BeginForm,
    FileForm,
    HandInForm,
    JoinForm,
    WhyForm,
    entry_form,
)
from contest.models import Entry, EntryCategory
from contest.uploading import Declared
from core import clock, i18n
from core.errors import DomainError, NotFound
from core.saying import Sentence
from core.web import see_other

bp = Blueprint("own_entries", __name__, url_prefix="/thi")


@bp.get("/bai-du-thi")
@sign_in_required
def index() -> ResponseReturnValue:
    reader = signed_in()
    return render_template(
        "contest/own_entries/index.html",
        entries=entry_queries.own_entries(reader),
        categories=entry_queries.open_categories(reader, at=clock.now()),
        states=entry_telling.STATES,
    )


@bp.get("/bai-du-thi/tham-gia")
@sign_in_required
def join() -> ResponseReturnValue:
    return render_template("contest/own_entries/join.html", form=JoinForm(formdata=None))


@bp.post("/bai-du-thi/tham-gia")
@sign_in_required
def link() -> ResponseReturnValue:
    form, person = JoinForm(), signed_in()
    try:
        member = joining.link(form.code.data, person, at=clock.now()) if form.validate() else None
    except DomainError as refusal:
        form.code.errors, member = [i18n.say(Sentence(refusal.message, refusal.details))], None
    if member is None:
        return render_template("contest/own_entries/join.html", form=form), 422
    entry = entry_queries.of_member(member)
    flash(_("You now stand in “%(title)s” with your account.", title=entry.title), "success")
    return see_other(url_for(".index"))


@bp.get("/bang/<public_id>/bai-moi")
@sign_in_required
def new(public_id: str) -> ResponseReturnValue:
    category, _enrolment = entry_access.open_category(signed_in(), public_id)
    return _new_page(category, BeginForm(formdata=None), 200)


@bp.post("/bang/<public_id>/bai-moi")
@sign_in_required
def begin(public_id: str) -> ResponseReturnValue:
    category, enrolment = entry_access.open_category(signed_in(), public_id)
    form = BeginForm()
    if not form.validate():
        return _new_page(category, form, 422)
    made = entering.begin(category, enrolment, form.title.data, at=clock.now())
    return see_other(url_for(".show", public_id=made.public_id))


def _new_page(category: EntryCategory, form: BeginForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "contest/own_entries/new.html",
        category=category,
        contest=category.contest,
        form=form,
        asked=entry_telling.asked(category),
    )
    return page, status


@bp.get("/bai-du-thi/<public_id>")
@sign_in_required
def show(public_id: str) -> ResponseReturnValue:
    entry = _own(public_id)
    form = entry_form(entry, entry_queries.form_of(entry.category), sent=False)
    return _page(entry, 200, form=form)


def _own(public_id: str) -> Entry:
    return entry_access.own_entry(signed_in(), public_id)


def _page(entry: Entry, status: int, **forms: Any) -> ResponseReturnValue:  # noqa: ANN401 -- forms of many kinds
    """Return the page of an entry; a form that was sent takes the place of an empty one."""
    asked = entry_queries.form_of(entry.category)
    shown = {
        "form": forms.get("form") or entry_form(entry, asked, sent=False),
        "handing": HandInForm(formdata=None),
        "why": WhyForm(formdata=None),
        "appealing": AppealForm(formdata=None),
        "refused": ("", ""),
    }
    page = render_template(
        "contest/own_entries/show.html",
        entry=entry,
        contest=entry.contest,
        page=entry_telling.own_page(entry, signed_in(), at=clock.now()),
        history=entry_history.of(entry, at=clock.now()),
        size=entry_telling.size,
        roles=ROLE_NAMES,
        codes=joining.codes_of(entry),
        **shown | forms,
    )
    return page, status


@bp.post("/bai-du-thi/<public_id>")
@sign_in_required
def save(public_id: str) -> ResponseReturnValue:
    entry = _own(public_id)
    asked = entry_queries.form_of(entry.category)
    form = entry_form(entry, asked, sent=True)
    if not form.validate():
        return _page(entry, 422, form=form)
    entering.save(entry, signed_in(), form.told(asked), at=clock.now())
    return _done(public_id, _("Saved."), anchor="ho-so")


def _done(public_id: str, said: str, anchor: str | None = None) -> ResponseReturnValue:
    flash(said, "success")
    return see_other(url_for(".show", public_id=public_id, _anchor=anchor))


@bp.post("/bai-du-thi/<public_id>/tep/<field>")
@sign_in_required
def send(public_id: str, field: str) -> ResponseReturnValue:
    entry, form = _own(public_id), FileForm()
    if not form.validate():
        return _page(entry, 422, refused=(field, form.file.errors[0]))
    sent = form.file.data
    name, length = entry_telling.file_name(sent.filename), entry_telling.length(sent.stream)
    declared = Declared(name, length, field=field)
    try:
        uploading.add_whole(entry, signed_in(), declared, sent.stream, at=clock.now())
    except DomainError as refusal:
        said = i18n.say(Sentence(refusal.message, refusal.details))
        return _page(_own(public_id), refusal.status, refused=(field, said))
    return _done(public_id, _("The file has been received."), anchor="tep")


@bp.post("/bai-du-thi/<public_id>/bo-tep/<file_id>")
@sign_in_required
def remove_file(public_id: str, file_id: str) -> ResponseReturnValue:
    entry = _own(public_id)
    file = next((one for one in entry.files if one.public_id == file_id), None)
    if file is None or file.redacts_id is not None:
        raise NotFound
    entering.remove_file(entry, file, signed_in(), at=clock.now())
    return _done(public_id, _("The file is taken out."), anchor="tep")


@bp.post("/bai-du-thi/<public_id>/nop")
@sign_in_required
def hand_in(public_id: str) -> ResponseReturnValue:
    entry, form = _own(public_id), HandInForm()
    if not form.validate():
        return _page(entry, 422, handing=form)
    entering.hand_in(entry, signed_in(), at=clock.now())
    return _done(public_id, _("The entry has been handed in."))


@bp.post("/bai-du-thi/<public_id>/rut")
@sign_in_required
def withdraw(public_id: str) -> ResponseReturnValue:
    entry, form = _own(public_id), WhyForm()
    if not form.validate():
        return _page(entry, 422, why=form)
    entering.withdraw(entry, signed_in(), reason=form.reason.data, at=clock.now())
    return _done(public_id, _("The entry is withdrawn."))


@bp.post("/bai-du-thi/<public_id>/khieu-nai")
@sign_in_required
def appeal(public_id: str) -> ResponseReturnValue:
    entry, form = _own(public_id), AppealForm()
    if not form.validate():
        return _page(entry, 422, appealing=form)
    sifting.appeal(entry, signed_in(), form.plea.data, at=clock.now())
    return _done(public_id, _("We have received your appeal."))

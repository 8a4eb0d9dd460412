"""The pages of an import: choose a file, look it over and correct it, agree, undo."""

from typing import Any

from flask import Blueprint, flash, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.rules.authorizing import Permission
from core import clock, i18n, limits
from core.archives import FileRefused
from core.jobs import Job, owned
from core.sandbox import ReadingFailed
from core.saying import Sentence
from core.web import see_other, whole
from questions import access, browsing, importing, previewing
from questions.errors import ImportClosed, ItemsAsked, NothingToImport
from questions.forms.author import (
    DIFFICULTY_NAMES,
    TYPE_NAMES,
    DefaultsForm,
    EntryForm,
    ImportForm,
    words,
)
from questions.models import Bank, ImportState, ItemImport
from questions.rules import proposing
from questions.rules.drafting import Message
from questions.rules.proposing import Entry, EntryState

bp = Blueprint("files", __name__, url_prefix="/ngan-hang")

_AROUND = 3


@bp.get("/<public_id>/nhap")
def choose(public_id: str) -> ResponseReturnValue:
    return _choose_page(access.bank(public_id, Permission.IMPORT_ITEMS), ImportForm(), 200)


@bp.post("/<public_id>/nhap")
def upload(public_id: str) -> ResponseReturnValue:
    bank = access.bank(public_id, Permission.IMPORT_ITEMS)
    actor, form = access.reader(Permission.IMPORT_ITEMS), ImportForm()
    limits.count("upload", actor.public_id)
    chosen = form.chosen() if form.validate() else None
    if chosen is None:
        form.file.errors = [_("Choose a file, or paste the questions.")]
        return _choose_page(bank, form, 422)
    try:
        pending = importing.stage(actor, bank, *chosen, at=clock.now(), keys=form.keys())
    except (FileRefused, ReadingFailed) as refused:
        form.file.errors = [f"{chosen[0]}: {words(refused)}"]
        return _choose_page(bank, form, 422)
    return see_other(url_for(".preview", public_id=pending.public_id))


def _choose_page(bank: Bank, form: ImportForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "questions/files/choose.html", bank=bank, form=form, lines=browsing.imports_of(bank.id)
    )
    return page, status


# --- Looking over ------------------------------------------------------------------------------


@bp.get("/nhap/<public_id>")
def preview(public_id: str) -> ResponseReturnValue:
    pending = access.item_import(public_id)
    job = _job(pending)
    if job and not job.is_over:
        return render_template("questions/files/waiting.html", pending=pending, job=job)
    if pending.state is not ImportState.OPEN:
        return _result_page(pending)
    states = previewing.states_of(pending)
    first = next((n for n, state in states.items() if state is EntryState.WRONG), 0)
    first = first or next((n for n, state in states.items() if state is EntryState.LOOK), 1)
    number = request.args.get("cau", first, type=whole)
    entry = previewing.entry_of(pending, number)
    form = EntryForm(
        stem=entry["stem"],
        option=entry["options"],
        key=entry["key"],
        explanation=entry["explanation"],
        topic=entry["topic_id"],
        level=entry["level"] or "",
    )
    return _preview_page(pending, entry, form, 200)


def _preview_page(
    pending: ItemImport, entry: Entry, form: EntryForm, status: int
) -> ResponseReturnValue:
    states, messages = previewing.states_of(pending), previewing.messages_of(pending)
    defaults = DefaultsForm(formdata=None)
    for one in (form, defaults):
        one.offer(browsing.known_topics())
    items = browsing.items_by_id([twin["item"] for twin in entry["twins"] if "item" in twin])
    page = render_template(
        "questions/files/preview.html",
        pending=pending,
        entry=entry,
        form=form,
        defaults=defaults,
        states=states,
        counts={state: list(states.values()).count(state) for state in EntryState},
        place=previewing.place_of(entry),
        remarks=messages.get(entry["number"], []),
        sentence=_sentence,
        notes=messages.get(None, []),
        problems=proposing.problems(entry),
        twins=[(twin, items.get(twin.get("item", 0))) for twin in entry["twins"]],
        entries={one["number"]: one for one in pending.drafts},
        lines=_around(pending, entry),
        bare=sum(not one["topic_id"] for one in pending.drafts),
        repeated=sum(proposing.is_repeated(one) and not one["skipped"] for one in pending.drafts),
        before=browsing.applied_before(pending.bank_id, pending.file_digest, but=pending.id),
        next_number=_next(states, entry["number"]),
        levels=DIFFICULTY_NAMES,
        types=TYPE_NAMES,
    )
    return page, status


def _sentence(remark: Message) -> str:
    """Return a remark on a question as a sentence that stands alone."""
    text = i18n.say(remark.text)
    return text[:1].upper() + text[1:]


def _around(pending: ItemImport, entry: Entry) -> list[tuple[list[Any], bool, bool]]:
    """Return the lines around a question, each with whether it is its own and may be the doubt.

    What stands out in a question’s own lines, its head aside, is what marked the key.
    """
    begin, end = entry["lines"]
    if begin == end:
        return []
    shown = range(max(0, begin - _AROUND), min(len(pending.lines), end + _AROUND))
    return [
        (
            pending.lines[place],
            begin <= place < end,
            begin < place < end and any(stands_out for _, stands_out in pending.lines[place]),
        )
        for place in shown
    ]


def _next(states: dict[int, EntryState], number: int) -> int | None:
    """Return the next question to be looked at: faulty ones first, then doubtful ones."""
    for wanted in (EntryState.WRONG, EntryState.LOOK):
        numbers = [n for n, state in states.items() if state is wanted and n != number]
        if numbers:
            return next((n for n in numbers if n > number), numbers[0])
    return None


@bp.post("/nhap/<public_id>/cau/<int:number>")
def correct(public_id: str, number: int) -> ResponseReturnValue:
    pending = access.item_import(public_id)
    actor, form = access.reader(Permission.IMPORT_ITEMS), EntryForm()
    form.offer(browsing.known_topics())
    entry = previewing.entry_of(pending, number)
    if not form.validate():
        return _preview_page(pending, entry, form, 422)
    act = request.form.get("act")
    if act in ("skip", "take"):
        previewing.skip(actor, pending, number, skipped=act == "skip")
        state = EntryState.SKIPPED
    else:
        state = previewing.correct(actor, pending, number, form.told())
    following = (
        number if state is EntryState.WRONG else _next(previewing.states_of(pending), number)
    )
    return see_other(url_for(".preview", public_id=public_id, cau=following or number))


@bp.post("/nhap/<public_id>/phan-loai")
def classify(public_id: str) -> ResponseReturnValue:
    pending = access.item_import(public_id)
    actor, form = access.reader(Permission.IMPORT_ITEMS), DefaultsForm()
    form.offer(browsing.known_topics())
    if form.validate():
        previewing.classify(actor, pending, topic_id=form.topic.data, level=form.difficulty)
        flash(_("Topic and difficulty were set where they were missing."), "success")
    return see_other(_back(public_id))


@bp.post("/nhap/<public_id>/bo-trung")
def skip_repeated(public_id: str) -> ResponseReturnValue:
    pending = access.item_import(public_id)
    count = previewing.skip_repeated(access.reader(Permission.IMPORT_ITEMS), pending)
    flash(_("Repeated questions left out: %(count)s.", count=count), "success")
    return see_other(_back(public_id))


def _back(public_id: str) -> str:
    return url_for(".preview", public_id=public_id, cau=request.args.get("cau", type=whole))


# --- Deciding ----------------------------------------------------------------------------------


@bp.post("/nhap/<public_id>/dong-y")
def agree(public_id: str) -> ResponseReturnValue:
    pending = access.item_import(public_id)
    try:
        importing.agree(access.reader(Permission.IMPORT_ITEMS), pending, at=clock.now())
    except (ImportClosed, NothingToImport) as refused:
        flash(words(refused), "error")
    return see_other(url_for(".preview", public_id=public_id))


@bp.post("/nhap/<public_id>/huy")
def drop(public_id: str) -> ResponseReturnValue:
    pending = access.item_import(public_id)
    bank = pending.bank.public_id
    importing.drop(access.reader(Permission.IMPORT_ITEMS), pending, at=clock.now())
    flash(_("The import was dropped. Nothing was saved."), "success")
    return see_other(url_for("author.bank", public_id=bank))


@bp.post("/nhap/<public_id>/hoan-tac")
def undo(public_id: str) -> ResponseReturnValue:
    pending = access.item_import(public_id)
    actor = access.reader(Permission.IMPORT_ITEMS)
    try:
        count = importing.undo(actor, pending, at=clock.now())
    except (ImportClosed, ItemsAsked) as refused:
        flash(words(refused), "error")
    else:
        flash(_("Questions taken out of the bank again: %(count)s.", count=count), "success")
    return see_other(url_for(".preview", public_id=public_id))


def _result_page(pending: ItemImport) -> ResponseReturnValue:
    messages = previewing.messages_of(pending)
    left = [
        (entry, proposing.problems(entry), messages.get(entry["number"], []))
        for entry in pending.drafts
    ]
    return render_template(
        "questions/files/result.html",
        pending=pending,
        left=left,
        notes=messages.get(None, []),
        asked=importing.asked(pending) if pending.state is ImportState.APPLIED else 0,
    )


def _job(pending: ItemImport) -> Job | None:
    asked_by = pending.account_id
    return owned(pending.job, asked_by) if pending.job and asked_by else None


@bp.get("/nhap/<public_id>/tien-do")
def progress(public_id: str) -> ResponseReturnValue:
    pending = access.item_import(public_id)
    job = _job(pending)
    if job is None:
        return jsonify(state="done", progress=100, text="")
    share = 100 * job.done // job.total if job.total else 0
    text = _("%(done)s of %(total)s steps", done=job.done, total=job.total) if job.total else ""
    if job.fault:
        text = i18n.say(Sentence(job.fault))
    return jsonify(state=job.state.value, progress=share, text=text)

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
from questions import access, browsing, importing, previewing, staged, undoing
from questions.browsing import Filters
from questions.errors import ImportClosed, ItemLocked, ItemsAsked, NothingToImport
from questions.forms.author import (
    DIFFICULTY_NAMES,
    TYPE_NAMES,
    DefaultsForm,
    EntryForm,
    ImportForm,
    words,
)
from questions.models import Bank, ImportState, ItemImport, ItemState, ReviewSteps
from questions.rules import marking, proposing
from questions.rules.drafting import Message
from questions.rules.proposing import Entry, EntryState
from questions.views import looking

bp = Blueprint("files", __name__, url_prefix="/ngan-hang")

_MOST_NAMED = 200
MOST_BYTES = 66 * 1024 * 1024


@bp.url_value_preprocessor
def take_large_files(endpoint: str | None, _values: dict[str, object] | None) -> None:
    """Let a whole bank in as one text: before the form is read, which checks its size."""
    if endpoint == "files.upload":
        request.max_content_length = MOST_BYTES


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
        "questions/files/choose.html",
        bank=bank,
        form=form,
        lines=staged.imports_of(bank.id, own=access.own_in(bank.id)),
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
    number = request.args.get("cau", 0, type=whole) or staged.first_to_see(pending)
    entry = previewing.proposed(previewing.entry_of(pending, number))
    form = EntryForm(
        stem=entry["stem"],
        option=entry["options"],
        key=entry["key"],
        explanation=entry["explanation"],
        topic=entry["topic_id"],
        level=entry["level"] or "",
    )
    return _preview_page(pending, number, form, 200)


def _preview_page(
    pending: ItemImport, number: int, form: EntryForm, status: int
) -> ResponseReturnValue:
    row = previewing.entry_of(pending, number)
    entry, counts = previewing.proposed(row), staged.counts(pending)
    defaults = DefaultsForm(formdata=None)
    for one in (form, defaults):
        one.offer(browsing.known_topics())
    page = render_template(
        "questions/files/preview.html",
        pending=pending,
        entry=entry,
        state=row.state,
        form=form,
        defaults=defaults,
        counts=counts,
        total=sum(counts.values()),
        cells=staged.cells(pending, number, sum(counts.values())),
        place=previewing.place_of(entry),
        remarks=previewing.messages_of(row),
        sentence=_sentence,
        notes=previewing.notes_of(pending),
        problems=proposing.problems(entry),
        lines=row.lines,
        tasks=staged.tasks(pending),
        before=staged.applied_before(pending.bank_id, pending.file_digest, but=pending.id),
        next_number=staged.next_to_see(pending, number),
        levels=DIFFICULTY_NAMES,
        types=TYPE_NAMES,
        **_twins(pending, entry),
        **_look(pending, entry),
    )
    return page, status


def _look(pending: ItemImport, entry: Entry) -> dict[str, Any]:
    """Return a sound question as participants see it, and what is right in it."""
    has_options = entry["type"] in marking.WITH_OPTIONS
    found: dict[str, Any] = {"has_options": has_options, "asks": looking.ASKS[entry["type"]]}
    if proposing.problems(entry):
        return found | {"slot": None, "right": []}
    told = proposing.as_wording(entry)
    slot = looking.preview(told, looking.files_of(pending.bank_id, told.content))
    right = [] if has_options else marking.say(told.type, told.content, None)
    return found | {"slot": slot, "right": right}


def _twins(pending: ItemImport, entry: Entry) -> dict[str, object]:
    """Return the questions that are like one: of the bank, and of the file."""
    alike = [twin["item"] for twin in entry["twins"] if "item" in twin]
    items = browsing.items_by_id(alike, access.seen())
    numbers = [twin["number"] for twin in entry["twins"] if "number" in twin]
    return {
        "twins": [(twin, items.get(twin.get("item", 0))) for twin in entry["twins"]],
        "entries": staged.entries_numbered(pending, numbers),
    }


def _sentence(remark: Message) -> str:
    """Return a remark on a question as a sentence that stands alone."""
    text = i18n.say(remark.text)
    return text[:1].upper() + text[1:]


@bp.post("/nhap/<public_id>/cau/<int:number>")
def correct(public_id: str, number: int) -> ResponseReturnValue:
    pending = access.item_import(public_id)
    actor, form = access.reader(Permission.IMPORT_ITEMS), EntryForm()
    form.offer(browsing.known_topics())
    previewing.entry_of(pending, number)
    if not form.validate():
        return _preview_page(pending, number, form, 422)
    act = request.form.get("act")
    if act in ("skip", "take"):
        previewing.skip(actor, pending, number, skipped=act == "skip")
        state = EntryState.SKIPPED
    else:
        state = previewing.correct(actor, pending, number, form.told())
    following = number if state is EntryState.WRONG else staged.next_to_see(pending, number)
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


@bp.post("/nhap/<public_id>/chap-nhan")
def accept_doubtful(public_id: str) -> ResponseReturnValue:
    pending = access.item_import(public_id)
    count = previewing.accept_doubtful(access.reader(Permission.IMPORT_ITEMS), pending)
    flash(_("Questions taken as they were understood: %(count)s.", count=count), "success")
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
        count = undoing.undo(actor, pending, at=clock.now())
    except (ImportClosed, ItemLocked, ItemsAsked) as refused:
        flash(words(refused), "error")
    else:
        flash(_("Questions taken out of the bank again: %(count)s.", count=count), "success")
    return see_other(url_for(".preview", public_id=public_id))


def _result_page(pending: ItemImport) -> ResponseReturnValue:
    rows = staged.left_out(pending, _MOST_NAMED)
    left = [
        (entry, proposing.problems(entry), previewing.messages_of(row))
        for row in rows
        for entry in [previewing.proposed(row)]
    ]
    return render_template(
        "questions/files/result.html",
        pending=pending,
        left=left,
        total=sum(staged.counts(pending).values()),
        notes=previewing.notes_of(pending),
        asked=undoing.asked(pending) if pending.state is ImportState.APPLIED else 0,
        drafts=_drafts(pending),
    )


def _drafts(pending: ItemImport) -> int | None:
    """Return how many questions of the import are drafts; None where nobody reviews them."""
    if pending.bank.review_steps is ReviewSteps.NONE or pending.state is not ImportState.APPLIED:
        return None
    wanted = Filters(import_id=pending.id, state=ItemState.DRAFT)
    return browsing.count_items(pending.bank_id, wanted)


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

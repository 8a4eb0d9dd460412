"""The pages on which an author writes an item: the type chosen, written, tried, saved."""

from dataclasses import dataclass

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.models import Account
from accounts.rules.authorizing import Permission
from core import clock
from core.errors import DomainError
from core.vietnam import civil_day
from core.web import see_other
from questions import access, authoring, browsing, gallery, illustrating, passaging
from questions.errors import ItemChanged, ItemLocked, ItemRefused
from questions.forms.author import DIFFICULTY_NAMES, PURPOSE_NAMES, TYPE_NAMES, words
from questions.forms.items import WRITE_ONE, Editor
from questions.forms.kinds import BY_TYPE, KINDS
from questions.models import Bank, Item, ItemState, ItemType, Media, Stimulus
from questions.rules import linting, marking
from questions.rules.linting import Lint
from questions.types import answers
from questions.views import looking
from questions.views.author import bp

NAMES = {"difficulties": DIFFICULTY_NAMES, "types": TYPE_NAMES, "purposes": PURPOSE_NAMES}


# What is written of each type.
WRITES = {
    ItemType.SINGLE_CHOICE: "questions/editor/types/single_choice.html",
    ItemType.MULTIPLE_CHOICE: "questions/editor/types/multiple_choice.html",
    ItemType.TRUE_FALSE: "questions/editor/types/true_false.html",
    ItemType.STATEMENTS: "questions/editor/types/statements.html",
    ItemType.MATCHING: "questions/editor/types/matching.html",
    ItemType.ORDERING: "questions/editor/types/ordering.html",
    ItemType.SHORT_ANSWER: "questions/editor/types/short_answer.html",
    ItemType.NUMERIC: "questions/editor/types/numeric.html",
    ItemType.CLOZE: "questions/editor/types/cloze.html",
    ItemType.ESSAY: "questions/editor/types/essay.html",
}


@dataclass(slots=True)
class Desk:
    """An item being written: whose, in which bank, with its forms and files."""

    actor: Account
    bank: Bank
    editor: Editor
    item: Item | None = None

    def files(self) -> dict[str, Media]:
        """Return the pictures and sounds that the forms name and the bank has."""
        names = {row["medium"] for row in self.editor.media.rows()}
        return gallery.media_in(self.bank.id, names) if names else {}

    def kinds(self) -> dict[str, str]:
        """Return the kind of each of these by public id."""
        return {name: row.kind.value for name, row in self.files().items()}

    def passage(self) -> Stimulus | None:
        """Return the passage of the bank that is chosen, if one is."""
        chosen = self.editor.common.passage.data
        if not chosen or chosen == WRITE_ONE:
            return None
        found = gallery.passage_with(chosen)
        return found if found is not None and found.bank_id == self.bank.id else None

    def shown_passage(self) -> Stimulus | None:
        """Return the passage as the preview shows it, also one that is being written."""
        form = self.editor.common
        if form.passage.data == WRITE_ONE and form.passage_text.data:
            title = form.passage_title.data or ""
            return Stimulus(id=0, title=title, text=form.passage_text.data, media=[])
        return self.passage()


@bp.get("/<public_id>/soan")
def new(public_id: str) -> ResponseReturnValue:
    bank = access.bank(public_id, Permission.WRITE_ITEMS)
    if "loai" not in request.args:
        return render_template("questions/editor/kinds.html", bank=bank, kinds=KINDS)
    actor = access.reader(Permission.WRITE_ITEMS)
    return _page(Desk(actor, bank, Editor(_kind())), 200)


@bp.post("/<public_id>/soan")
def create(public_id: str) -> ResponseReturnValue:
    actor = access.reader(Permission.WRITE_ITEMS)
    bank = access.bank(public_id, Permission.WRITE_ITEMS)
    return _sent(Desk(actor, bank, Editor(_kind())))


def _kind() -> ItemType:
    return request.args.get("loai", ItemType.SINGLE_CHOICE, type=ItemType)


@bp.get("/cau/<public_id>/sua")
def edit(public_id: str) -> ResponseReturnValue:
    item = access.item(public_id, Permission.WRITE_ITEMS)
    actor = access.reader(Permission.WRITE_ITEMS)
    if item.state is ItemState.LOCKED:
        flash(words(ItemLocked(code=item.code)), "error")
        return see_other(url_for("author.item", public_id=public_id))
    desk = Desk(actor, browsing.bank_of(item), Editor(item.type), item)
    desk.editor.fill(authoring.as_new(item), item.current.number if item.current else 0)
    passage = item.current.stimulus if item.current else None
    desk.editor.common.passage.data = passage.public_id if passage else ""
    return _page(desk, 200)


@bp.post("/cau/<public_id>/sua")
def revise(public_id: str) -> ResponseReturnValue:
    actor = access.reader(Permission.WRITE_ITEMS)
    item = access.item(public_id, Permission.WRITE_ITEMS)
    return _sent(Desk(actor, browsing.bank_of(item), Editor(item.type), item))


# --- What was sent -----------------------------------------------------------------------------


def _sent(desk: Desk) -> ResponseReturnValue:
    editor = desk.editor
    editor.common.offer(browsing.known_topics(), browsing.known_documents())
    if editor.act():
        status = _take_file(desk) if editor.asked == "upload" else 200
        return _page(desk, status)
    if not editor.validate(desk.kinds()):
        return _page(desk, 422)
    try:
        item = _save(desk)
    except (ItemRefused, ItemChanged, ItemLocked) as refused:
        editor.faults.append(words(refused))
        return _page(desk, 422)
    said = _("The question was saved.")
    if desk.item is None:
        said = _("The question %(code)s was saved.", code=item.code)
    flash(said, "success")
    return see_other(url_for("author.item", public_id=item.public_id))


def _save(desk: Desk) -> Item:
    """Write what was sent, with its passage; a passage that is refused with it stays for others."""
    at, form = clock.now(), desk.editor.common
    passage = desk.passage()
    if form.passage.data == WRITE_ONE:
        title, text = form.passage_title.data or "", form.passage_text.data or ""
        passage = passaging.write(desk.actor, desk.bank, title, text, at=at)
    told = desk.editor.item(desk.kinds(), passage.id if passage else None)
    if desk.item is None:
        return authoring.create(desk.actor, desk.bank, told, at=at)
    return authoring.revise(desk.actor, desk.item, told, number=form.number.data or 0, at=at)


def _take_file(desk: Desk) -> int:
    """Take the picture or sound that was sent into the bank; return the status of the page."""
    form = desk.editor.media
    if form.lacks_words():
        form.file_alt.errors = [_("Say what it shows, or that it only decorates.")]
        return 422
    chosen = form.chosen()
    if chosen is None:
        form.file.errors = [_("Choose a file.")]
        return 422
    try:
        row = illustrating.add(
            desk.actor, desk.bank, chosen.file_name, chosen.content, at=clock.now()
        )
    except DomainError as refused:
        form.file.errors = [words(refused)]
        return 422
    form.take(row.public_id, chosen)
    return 200


# --- The page ----------------------------------------------------------------------------------


def _page(desk: Desk, status: int) -> ResponseReturnValue:
    editor, form = desk.editor, desk.editor.common
    form.offer(browsing.known_topics(), browsing.known_documents())
    form.offer_passages(_passages(desk))
    editor.type.lay()
    files, passage = desk.files(), desk.shown_passage()
    told = editor.item({name: row.kind.value for name, row in files.items()}).wording
    given = answers.from_form(request.form.to_dict(flat=False))
    asks = editor.asked == "try"
    problems = marking.check(told.type, told.stem, told.content) if asks else []
    page = render_template(
        "questions/editor/form.html",
        bank=desk.bank,
        item=desk.item,
        editor=editor,
        form=form,
        kind=editor.kind,
        writes=WRITES[editor.kind],
        asks=looking.ASKS[editor.kind],
        about=BY_TYPE[editor.kind],
        files=files,
        slot=looking.preview(told, files, turn=form.turn.data or 0, given=given, passage=passage),
        problems=problems,
        tried=looking.tried(told.type, told.content, given) if asks and not problems else None,
        lints=_advice(desk),
        today=civil_day(clock.now()),
        **NAMES,
    )
    return page, status


def _advice(desk: Desk) -> list[Lint]:
    """Return the advice on what stands in the forms, once there is something to advise on."""
    told = desk.editor.item({}).wording
    if not told.stem or (desk.item is None and request.method == "GET"):
        return []
    return linting.of_item(
        told.type,
        told.stem,
        told.content,
        explanation=told.explanation,
        has_basis=told.document_id is not None,
    )


def _passages(desk: Desk) -> list[tuple[str, str]]:
    """Return the passages to choose from, with the item's own, though it may be an old one."""
    known = gallery.passage_choices(desk.bank.id)
    own = desk.item.current.stimulus if desk.item and desk.item.current else None
    if own is not None and own.public_id not in dict(known):
        known = [(own.public_id, gallery.called(own)), *known]
    return known

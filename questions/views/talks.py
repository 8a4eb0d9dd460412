"""Pages beside one item: comments, trying it, two items compared; and the passages of a bank."""

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.rules.authorizing import Permission
from core import clock
from core.errors import DomainError, NotFound
from core.web import see_other
from questions import (
    access,
    authoring,
    browsing,
    commenting,
    gallery,
    locking,
    passaging,
    resembling,
)
from questions.forms.author import words
from questions.forms.talk import CommentForm, PassageForm
from questions.models import Bank, Stimulus, ViewPlace
from questions.rules import differing, linting
from questions.views import looking
from questions.views.author import bp, item_page


@bp.post("/cau/<public_id>/thu")
def try_item(public_id: str) -> ResponseReturnValue:
    return item_page(access.item(public_id), 200)


@bp.post("/cau/<public_id>/trao-doi")
def comment(public_id: str) -> ResponseReturnValue:
    actor, item = access.reader(), access.item(public_id)
    form = CommentForm()
    if not form.validate():
        return item_page(item, 422, talk=form)
    commenting.say(actor, item, form.text.data, at=clock.now())
    return see_other(url_for(".item", public_id=public_id, _anchor="h-talk"))


@bp.post("/cau/<public_id>/trao-doi/<int:comment_id>/xong")
def settle(public_id: str, comment_id: int) -> ResponseReturnValue:
    actor, item = access.reader(), access.item(public_id)
    found = commenting.comment_of(item.id, comment_id)
    if found is None:
        raise NotFound
    commenting.settle(actor, item, found, at=clock.now())
    return see_other(url_for(".item", public_id=public_id, _anchor="h-talk"))


@bp.get("/cau/<public_id>/so-sanh/<other_id>")
def compare(public_id: str, other_id: str) -> ResponseReturnValue:
    pair = [access.item(public_id), access.item(other_id)]
    told = [authoring.wording_of(one.current) for one in pair if one.current]
    if len(told) < 2 or pair[0].bank_id != pair[1].bank_id:
        raise NotFound
    locking.note_views(access.reader(), pair, ViewPlace.PAGE, at=clock.now())
    files = [looking.files_of(pair[0].bank_id, one.content) for one in told]
    return render_template(
        "questions/talks/compare.html",
        bank=browsing.bank_of(pair[0]),
        pair=pair,
        slots=[looking.preview(one, known) for one, known in zip(told, files, strict=True)],
        lines=[differing.lines(one.type, one.content) for one in told],
        differences=differing.of_wordings(told[0], told[1]),
    )


@bp.get("/<public_id>/can-bang")
def balance(public_id: str) -> ResponseReturnValue:
    bank = access.whole_bank(public_id)
    told = linting.of_bank(resembling.contents_of(bank.id))
    return render_template("questions/talks/balance.html", bank=bank, told=told)


# --- Passages ----------------------------------------------------------------------------------


@bp.get("/<public_id>/ngu-lieu")
def passages(public_id: str) -> ResponseReturnValue:
    bank = access.whole_bank(public_id)
    return render_template(
        "questions/talks/passages.html", bank=bank, lines=gallery.passages_of(bank.id)
    )


@bp.get("/<public_id>/ngu-lieu/<passage_id>")
def passage(public_id: str, passage_id: str) -> ResponseReturnValue:
    bank = access.whole_bank(public_id, Permission.WRITE_ITEMS)
    found = _passage_of(bank, passage_id)
    return _passage_page(bank, found, PassageForm(obj=found), 200)


@bp.post("/<public_id>/ngu-lieu/<passage_id>")
def revise_passage(public_id: str, passage_id: str) -> ResponseReturnValue:
    actor = access.reader(Permission.WRITE_ITEMS)
    bank = access.whole_bank(public_id, Permission.WRITE_ITEMS)
    found, form = _passage_of(bank, passage_id), PassageForm()
    if not form.validate():
        return _passage_page(bank, found, form, 422)
    try:
        passaging.revise(actor, found, form.title.data, form.text.data, at=clock.now())
    except DomainError as refused:
        form.form_errors.append(words(refused))
        return _passage_page(bank, found, form, refused.status)
    flash(_("The passage was saved."), "success")
    return see_other(url_for(".passages", public_id=public_id))


def _passage_of(bank: Bank, passage_id: str) -> Stimulus:
    found = gallery.passage_with(passage_id)
    if found is None or found.bank_id != bank.id:
        raise NotFound
    return found


def _passage_page(
    bank: Bank, found: Stimulus, form: PassageForm, status: int
) -> ResponseReturnValue:
    page = render_template(
        "questions/talks/passage.html",
        bank=bank,
        passage=found,
        form=form,
        items=gallery.items_about(found.id),
    )
    return page, status

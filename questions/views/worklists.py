"""The worklist of an ended document: each question beside the text of what replaces it."""

from collections.abc import Callable

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core import clock
from core.errors import DomainError, NotFound
from core.vietnam import civil_day
from core.web import see_other
from questions import access, amending, authoring, browsing, law_queries
from questions.forms.author import words
from questions.forms.law import BasisForm, StayForm
from questions.models import Item, LegalDocument
from questions.rules import validity

bp = Blueprint("worklists", __name__, url_prefix="/ngan-hang/van-ban/<code>/ra-soat")


@bp.get("")
def show(code: str) -> ResponseReturnValue:
    document = access.document(code)
    return render_template(
        "questions/worklists/show.html",
        document=document,
        items=law_queries.waiting_on(document.id, access.seen()),
        progress=law_queries.progress(document.id, access.seen()),
        today=civil_day(clock.now()),
    )


@bp.get("/<public_id>")
def compare(code: str, public_id: str) -> ResponseReturnValue:
    return _page(access.document(code), access.item(public_id), None, None, 200)


def _page(
    document: LegalDocument,
    item: Item,
    basis: BasisForm | None,
    stay: StayForm | None,
    status: int,
) -> ResponseReturnValue:
    version = item.current
    if version is None or version.document_id != document.id:
        raise NotFound
    form = basis or BasisForm(
        formdata=None,
        document=document.successor_id,
        clause=version.clause,
        quote=version.quote,
    )
    form.offer(browsing.known_documents(), document.code)
    waiting = law_queries.waiting_on(document.id, access.seen())
    places = [one.public_id for one in waiting]
    place = places.index(item.public_id) if item.public_id in places else -1
    asked = request.args.get("tim")
    clauses = law_queries.clauses_of(document.successor_id)
    parts = validity.articles(clauses)
    wanted = validity.article_named(version.clause) if asked is None else asked
    page = render_template(
        "questions/worklists/compare.html",
        document=document,
        item=item,
        version=version,
        bank=browsing.bank_of(item),
        form=form,
        stay=stay or StayForm(formdata=None),
        progress=law_queries.progress(document.id, access.seen()),
        place=place + 1,
        total=len(places),
        before=places[place - 1] if place > 0 else None,
        after=places[place + 1] if 0 <= place < len(places) - 1 else None,
        articles=validity.finding(parts, wanted) if wanted else parts,
        has_text=bool(parts),
        wanted=wanted,
        today=civil_day(clock.now()),
        may_write=access.may_in(item.bank_id, access.WRITE),
    )
    return page, status


@bp.post("/<public_id>/doi-can-cu")
def move(code: str, public_id: str) -> ResponseReturnValue:
    document, item, form = _writable(code, public_id), access.item(public_id), BasisForm()
    form.offer(browsing.known_documents(), code)
    if not form.validate():
        return _page(document, item, form, None, 422)
    actor, number, now = access.reader(), form.number.data or 0, clock.now()
    return _do(
        document,
        public_id,
        lambda: amending.move_basis(actor, item, form.basis(), number=number, at=now),
    )


@bp.post("/<public_id>/giu-nguyen")
def keep(code: str, public_id: str) -> ResponseReturnValue:
    document, item, form = _writable(code, public_id), access.item(public_id), StayForm()
    if not form.validate():
        return _page(document, item, None, form, 422)
    actor, number, now = access.reader(), form.number.data or 0, clock.now()
    reason = form.reason.data or ""
    return _do(
        document,
        public_id,
        lambda: amending.keep(actor, item, reason, number=number, at=now),
    )


@bp.post("/<public_id>/ngung")
def retire(code: str, public_id: str) -> ResponseReturnValue:
    document, item, form = _writable(code, public_id), access.item(public_id), StayForm()
    if not form.validate():
        return _page(document, item, None, form, 422)
    actor, reason = access.reader(), form.reason.data or ""
    return _do(document, public_id, lambda: authoring.retire(actor, item, reason))


def _writable(code: str, public_id: str) -> LegalDocument:
    """Return the document of a question that the asker may change and that rests on it."""
    document, item = access.document(code), access.item(public_id, access.WRITE)
    if item.current is None or item.current.document_id != document.id:
        raise NotFound
    return document


def _do(document: LegalDocument, public_id: str, act: Callable[[], object]) -> ResponseReturnValue:
    """Do what was asked for one question and go on to the next one that waits."""
    waiting = [one.public_id for one in law_queries.waiting_on(document.id, access.seen())]
    code = document.code
    try:
        act()
    except DomainError as refused:
        flash(words(refused), "error")
        return see_other(url_for(".compare", code=code, public_id=public_id))
    flash(_("Done. The question is off the list."), "success")
    after = waiting[waiting.index(public_id) + 1 :] if public_id in waiting else []
    left = [*after, *(one for one in waiting if one != public_id)]
    if left:
        return see_other(url_for(".compare", code=code, public_id=left[0]))
    return see_other(url_for(".show", code=code))

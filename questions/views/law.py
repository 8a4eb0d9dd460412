"""The pages of what items rest on: the topic tree with its successors, the legal documents."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core import clock
from core.vietnam import civil_day
from core.web import see_other
from questions import access, amending, browsing, law_queries, queries, stocking
from questions.errors import DocumentCodeTaken, SuccessorInCircle
from questions.forms.author import words
from questions.forms.law import KIND_NAMES, DocumentForm, EndForm, NewDocumentForm
from questions.models import LegalDocument
from questions.rules.validity import DocumentKind, Validity

bp = Blueprint("law", __name__, url_prefix="/ngan-hang")


@bp.get("/linh-vuc")
def topics() -> ResponseReturnValue:
    access.reader()
    tree = queries.topics()
    return render_template(
        "questions/law/topics.html",
        roots=[topic for topic in tree if topic.parent_id is None],
        children={
            root.id: [topic for topic in tree if topic.parent_id == root.id] for root in tree
        },
        by_id={topic.id: topic for topic in tree},
        counts=browsing.count_by_topic(),
    )


@bp.get("/van-ban")
def documents() -> ResponseReturnValue:
    access.reader()
    today, kind = civil_day(clock.now()), request.args.get("loai", type=DocumentKind)
    state = request.args.get("hieu-luc", type=Validity)
    lines = [
        line
        for line in law_queries.documents(request.args.get("tim", ""))
        if kind in (None, line.document.kind) and state in (None, line.document.validity(today))
    ]
    return render_template(
        "questions/law/documents.html",
        lines=lines,
        today=today,
        kinds=KIND_NAMES,
        may_write=access.may(access.WRITE),
        may_keep=access.may_everywhere(access.WRITE),
    )


@bp.post("/van-ban/nap")
def load() -> ResponseReturnValue:
    count = stocking.load_law(actor=access.keeper())
    if count:
        flash(_("Documents added to the list: %(count)s.", count=count), "success")
    else:
        flash(_("All documents of the list are here already."), "info")
    return see_other(url_for(".documents"))


@bp.get("/van-ban/them")
def new() -> ResponseReturnValue:
    access.reader(access.WRITE)
    return _new_page(NewDocumentForm(), 200)


@bp.post("/van-ban/them")
def add() -> ResponseReturnValue:
    actor, form = access.reader(access.WRITE), NewDocumentForm()
    form.offer(browsing.known_documents())
    if form.validate():
        try:
            document = amending.add_document(actor, form.document(), at=clock.now())
        except DocumentCodeTaken as taken:
            form.code.errors = [words(taken)]
        else:
            flash(_("The document was added."), "success")
            return see_other(url_for(".document", code=document.code))
    return _new_page(form, 422)


def _new_page(form: NewDocumentForm, status: int) -> ResponseReturnValue:
    form.offer(browsing.known_documents())
    return render_template("questions/law/edit.html", form=form, document=None), status


@bp.get("/van-ban/<code>")
def document(code: str) -> ResponseReturnValue:
    return _document_page(access.document(code), EndForm(), 200)


@bp.get("/van-ban/<code>/sua")
def edit(code: str) -> ResponseReturnValue:
    access.keeper()
    document, form = access.document(code), DocumentForm(formdata=None)
    form.fill(document)
    return _edit_page(document, form, 200)


@bp.post("/van-ban/<code>/sua")
def save(code: str) -> ResponseReturnValue:
    actor, document, form = access.keeper(), access.document(code), DocumentForm()
    form.offer(browsing.known_documents(), code)
    if not form.validate():
        return _edit_page(document, form, 422)
    try:
        count = amending.change_document(actor, document, form.told(), at=clock.now())
    except SuccessorInCircle as refused:
        form.successor.errors = [words(refused)]
        return _edit_page(access.document(code), form, 422)
    flash(_("The document was saved."), "success")
    if count:
        flash(_("Questions kept out of papers: %(count)s.", count=count), "warning")
    return see_other(url_for(".document", code=code))


def _edit_page(document: LegalDocument, form: DocumentForm, status: int) -> ResponseReturnValue:
    form.offer(browsing.known_documents(), document.code)
    return render_template("questions/law/edit.html", form=form, document=document), status


@bp.post("/van-ban/<code>/het-hieu-luc")
def end(code: str) -> ResponseReturnValue:
    actor, document, form = access.keeper(), access.document(code), EndForm()
    form.offer(browsing.known_documents(), code)
    if not form.validate():
        return _document_page(document, form, 422)
    follows = browsing.document_with(form.successor.data) if form.successor.data else None
    now = clock.now()
    try:
        count = amending.end_document(actor, document, form.on.data, successor=follows, at=now)
    except SuccessorInCircle as refused:
        form.successor.errors = [words(refused)]
        return _document_page(access.document(code), form, 422)
    if document.is_in_force(civil_day(now)):
        flash(_("Once that day is over, its questions are kept out of papers."), "success")
    else:
        flash(
            _(
                "The document was marked as ended; questions kept out of papers: %(count)s.",
                count=count,
            ),
            "success",
        )
    return see_other(url_for(".document", code=code))


def _document_page(document: LegalDocument, form: EndForm, status: int) -> ResponseReturnValue:
    form.offer(browsing.known_documents(), document.code)
    page = render_template(
        "questions/law/document.html",
        document=document,
        form=form,
        items=law_queries.items_resting_on(document.id, access.seen()),
        progress=law_queries.progress(document.id, access.seen()),
        today=civil_day(clock.now()),
        kinds=KIND_NAMES,
        may_write=access.may_everywhere(access.WRITE),
    )
    return page, status

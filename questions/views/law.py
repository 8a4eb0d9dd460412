"""The pages of what items rest on: the topic tree with its successors, the legal documents."""

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.rules.authorizing import Permission
from core import clock
from core.vietnam import civil_day
from core.web import see_other
from questions import access, authoring, browsing, queries
from questions.errors import DocumentCodeTaken
from questions.forms.author import DocumentForm, EndForm, words
from questions.models import LegalDocument

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
    return render_template(
        "questions/law/documents.html",
        lines=browsing.documents(),
        today=civil_day(clock.now()),
        may_write=access.may(Permission.WRITE_ITEMS),
    )


@bp.get("/van-ban/them")
def new() -> ResponseReturnValue:
    access.reader(Permission.WRITE_ITEMS)
    return render_template("questions/law/new.html", form=DocumentForm())


@bp.post("/van-ban/them")
def add() -> ResponseReturnValue:
    actor, form = access.reader(Permission.WRITE_ITEMS), DocumentForm()
    if form.validate():
        try:
            document = authoring.add_document(actor, form.document())
        except DocumentCodeTaken as taken:
            form.code.errors = [words(taken)]
        else:
            flash(_("The document was added."), "success")
            return see_other(url_for(".document", code=document.code))
    return render_template("questions/law/new.html", form=form), 422


@bp.get("/van-ban/<code>")
def document(code: str) -> ResponseReturnValue:
    return _document_page(access.document(code), EndForm(), 200)


@bp.post("/van-ban/<code>/het-hieu-luc")
def end(code: str) -> ResponseReturnValue:
    actor = access.reader(Permission.WRITE_ITEMS)
    document, form = access.document(code, Permission.WRITE_ITEMS), EndForm()
    form.offer(browsing.known_documents(), code)
    if not form.validate():
        return _document_page(document, form, 422)
    follows = browsing.document_with(form.successor.data) if form.successor.data else None
    count = authoring.end_document(actor, document, form.on.data, successor=follows)
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
        items=browsing.items_resting_on(document.id),
        today=civil_day(clock.now()),
        may_write=access.may(Permission.WRITE_ITEMS),
    )
    return page, status

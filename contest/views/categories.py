"""The organiser's pages of categories: what each asks of entries, and until when."""

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import signed_in
from accounts.rules.authorizing import Permission
from contest import access, categorizing, entry_access, entry_queries
from contest.errors import NameTaken
from contest.forms.entries import CategoryForm, asked_rows, values_of
from contest.models import Contest, EntryCategory
from core.web import see_other

bp = Blueprint("categories", __name__, url_prefix="/quan-ly")


@bp.get("/cuoc-thi/<public_id>/bang")
def index(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, Permission.MANAGE_CONTEST)
    return render_template(
        "contest/categories/index.html",
        contest=contest,
        categories=entry_queries.categories_of(contest),
        counts=entry_queries.counts_by_category(contest),
    )


@bp.get("/cuoc-thi/<public_id>/bang/moi")
def new(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, Permission.MANAGE_CONTEST)
    return _page(contest, None, CategoryForm(formdata=None, data=_usual()), 200)


def _usual() -> dict[str, object]:
    """Return what the form of a new category begins with, in the reader's language."""
    return {
        "least_members": 1,
        "most_members": 5,
        "screeners": 2,
        "checklist": "\n".join(_(one) for one in categorizing.USUAL_CHECKLIST),
        "fields": asked_rows(categorizing.usual_form(_)),
    }


@bp.post("/cuoc-thi/<public_id>/bang/moi")
def create(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, Permission.MANAGE_CONTEST)
    form = CategoryForm()
    if form.validate():
        try:
            made = categorizing.add(contest, form.settings(), signed_in())
        except NameTaken as taken:
            form.prefix.errors = [_(taken.message)]
        else:
            flash(_("The category is added."), "success")
            return see_other(url_for(".edit", public_id=made.public_id))
    return _page(contest, None, form, 422)


@bp.get("/bang/<public_id>")
def edit(public_id: str) -> ResponseReturnValue:
    category = entry_access.category_managed(public_id)
    form = CategoryForm(formdata=None, data=values_of(category))
    return _page(category.contest, category, form, 200)


@bp.post("/bang/<public_id>")
def save(public_id: str) -> ResponseReturnValue:
    category, form = entry_access.category_managed(public_id), CategoryForm()
    if form.validate():
        try:
            categorizing.edit(category, form.settings(), signed_in())
        except NameTaken as taken:
            form.prefix.errors = [_(taken.message)]
        else:
            flash(_("Saved."), "success")
            return see_other(url_for(".edit", public_id=public_id))
    return _page(category.contest, category, form, 422)


@bp.post("/bang/<public_id>/xoa")
def remove(public_id: str) -> ResponseReturnValue:
    category = entry_access.category_managed(public_id)
    contest_id = category.contest.public_id
    categorizing.remove(category, signed_in())
    flash(_("The category is taken away."), "success")
    return see_other(url_for(".index", public_id=contest_id))


def _page(
    contest: Contest, category: EntryCategory | None, form: CategoryForm, status: int
) -> ResponseReturnValue:
    page = render_template(
        "contest/categories/edit.html", contest=contest, category=category, form=form
    )
    return page, status

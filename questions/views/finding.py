"""Pages about many items at once: one act for all chosen, views kept, near-duplicates of a bank."""

from flask import Blueprint, flash, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.rules.authorizing import Permission
from core import clock
from core.errors import NotFound
from core.jobs import Job, JobState, owned
from core.web import see_other
from questions import access, browsing, found, tending
from questions.forms.finding import ACT_NAMES, BulkForm, ViewForm
from questions.models import Bank
from questions.views import filtering

bp = Blueprint("finding", __name__, url_prefix="/ngan-hang")

_SHOWN = 10


def _list_at(bank: Bank) -> str:
    address = url_for("author.bank", public_id=bank.public_id)
    found = filtering.query()
    return f"{address}?{found}" if found else address


# --- One act for many --------------------------------------------------------------------------


@bp.post("/<public_id>/nhieu-cau")
def change_all(public_id: str) -> ResponseReturnValue:
    bank = access.bank(public_id, Permission.WRITE_ITEMS)
    form, topics = BulkForm(), browsing.known_topics()
    form.offer(topics)
    ids = _chosen(bank, everything=bool(form.everything.data))
    if not ids or not form.validate():
        flash(_("Choose questions first."), "error")
        return see_other(_list_at(bank))
    change = form.change(topics) if request.form.get("sure") else None
    if change is None:
        return _ask_page(bank, form, ids, 422 if request.form.get("sure") else 200)
    done = tending.change_all(access.reader(), bank, ids, change, at=clock.now())
    flash(_("Changed: %(done)s of %(count)s questions.", done=done, count=len(ids)), "success")
    return see_other(_list_at(bank))


def _chosen(bank: Bank, *, everything: bool) -> list[int]:
    """Return the ids of the items that were ticked, or of all that the list finds."""
    wanted = filtering.filters(bank)
    if everything:
        return browsing.item_ids(bank.id, wanted)
    ticked = set(found.ids_of(bank.id, request.form.getlist("cau")))
    if wanted.own is not None:
        ticked &= set(browsing.item_ids(bank.id, browsing.Filters(own=wanted.own)))
    return sorted(ticked)


def _ask_page(bank: Bank, form: BulkForm, ids: list[int], status: int) -> ResponseReturnValue:
    page = render_template(
        "questions/finding/change_all.html",
        bank=bank,
        form=form,
        act=form.chosen,
        words=ACT_NAMES[form.chosen],
        count=len(ids),
        shown=browsing.items_by_id(ids[:_SHOWN], access.seen()),
        ticked=request.form.getlist("cau"),
        query=filtering.query(),
        back=_list_at(bank),
    )
    return page, status


# --- Views kept --------------------------------------------------------------------------------


@bp.post("/<public_id>/bo-loc")
def keep_view(public_id: str) -> ResponseReturnValue:
    bank, form = access.bank(public_id), ViewForm()
    if form.validate():
        tending.keep_view(access.reader(), bank, form.title.data, filtering.query(), at=clock.now())
        flash(_("The view was kept."), "success")
    else:
        flash(_("Enter a name for the view."), "error")
    return see_other(_list_at(bank))


@bp.post("/<public_id>/bo-loc/<view_id>/bo")
def forget_view(public_id: str, view_id: str) -> ResponseReturnValue:
    bank = access.bank(public_id)
    tending.forget_view(access.reader(), bank, view_id)
    flash(_("The view is kept no longer."), "success")
    return see_other(_list_at(bank))


# --- Near-duplicates ---------------------------------------------------------------------------


@bp.get("/<public_id>/trung-lap")
def duplicates(public_id: str) -> ResponseReturnValue:
    bank = access.whole_bank(public_id)
    is_small = sum(browsing.count_states(bank.id).values()) <= tending.MOST_AT_ONCE
    job = _job()
    pairs = tending.pairs_of(bank) if is_small else _found(job)
    items = browsing.items_by_id({one for pair in pairs for one in pair[:2]}, access.seen())
    shown = [(items[a], items[b], share) for a, b, share in pairs if a in items and b in items]
    return render_template(
        "questions/finding/duplicates.html",
        bank=bank,
        pairs=shown,
        job=job,
        is_small=is_small,
        most=tending.MOST_PAIRS,
    )


@bp.post("/<public_id>/trung-lap")
def compare_all(public_id: str) -> ResponseReturnValue:
    bank = access.whole_bank(public_id)
    job = tending.queue_pairs(access.reader(), bank, at=clock.now())
    return see_other(url_for(".duplicates", public_id=public_id, viec=job))


@bp.get("/<public_id>/trung-lap/tien-do")
def progress(public_id: str) -> ResponseReturnValue:
    access.whole_bank(public_id)
    job = _job()
    if job is None:
        raise NotFound
    return jsonify(state=job.state.value, progress=100 * job.done // (job.total or 1), text="")


def _job() -> Job | None:
    asked = request.args.get("viec", "")
    job = owned(asked, access.reader().id) if asked else None
    return job if job is not None and job.kind == tending.JOB else None


def _found(job: Job | None) -> list[list[int]]:
    is_done = job is not None and job.state is JobState.DONE and job.result is not None
    return job.result["pairs"] if is_done and job and job.result else []

"""Screening one entry: what was handed in, the checklist, the verdict, returns and appeals."""

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import signed_in
from contest import entry_access, entry_telling, sifting
from contest.forms.entries import ROLE_NAMES, DecisionForm, ScreenForm, UntilForm, WhyForm
from contest.models import Entry
from contest.rules.judging.screening import Consensus, Verdict
from contest.sifting import Finding
from core import clock
from core.web import see_other

bp = Blueprint("sifting", __name__, url_prefix="/quan-ly")


@bp.get("/bai-du-thi/<public_id>")
def show(public_id: str) -> ResponseReturnValue:
    return _page(entry_access.entry_screened(public_id), 200)


def _page(
    entry: Entry,
    status: int,
    *,
    form: ScreenForm | None = None,
    until: UntilForm | None = None,
    decision: DecisionForm | None = None,
) -> ResponseReturnValue:
    in_full = entry_access.names_in_full(entry.contest)
    told = entry_telling.staff_page(entry, signed_in(), in_full=in_full)
    page = render_template(
        "contest/sifting/show.html",
        entry=entry,
        contest=entry.contest,
        page=told,
        form=form or ScreenForm(formdata=None, data=entry_telling.as_found(entry, told.own)),
        lines={one["id"]: one["text"] for one in entry.category.checklist},
        until=until or UntilForm(formdata=None),
        decision=decision or DecisionForm(formdata=None),
        why=WhyForm(formdata=None),
        verdicts=entry_telling.VERDICTS,
        roles=ROLE_NAMES,
        size=entry_telling.size,
        in_full=in_full,
        is_returned_over=entry_telling.is_return_over(entry, at=clock.now()),
    )
    return page, status


@bp.post("/bai-du-thi/<public_id>/tham-dinh")
def give(public_id: str) -> ResponseReturnValue:
    entry, form = entry_access.entry_screened(public_id), ScreenForm()
    if not form.validate():
        return _page(entry, 422, form=form)
    verdict = Verdict(form.verdict.data)
    found = Finding(form.found(), verdict, form.told.data or "", form.return_by.data)
    come_to = sifting.give(entry, signed_in(), found, at=clock.now())
    flash(_(_SAID[come_to]), "warning" if come_to is Consensus.DISAGREED else "success")
    return _back(entry)


_SAID = entry_telling.CONSENSUS


def _back(entry: Entry) -> ResponseReturnValue:
    return see_other(url_for(".show", public_id=entry.public_id))


@bp.post("/bai-du-thi/<public_id>/gia-han")
def extend(public_id: str) -> ResponseReturnValue:
    entry, form = entry_access.entry_screened(public_id), UntilForm()
    if not form.validate():
        return _page(entry, 422, until=form)
    sifting.extend(entry, signed_in(), form.until.data, at=clock.now())
    flash(_("The entry has more time for being corrected."), "success")
    return _back(entry)


@bp.post("/bai-du-thi/<public_id>/qua-han")
def lapse(public_id: str) -> ResponseReturnValue:
    entry = entry_access.entry_screened(public_id)
    sifting.lapse(entry, signed_in(), at=clock.now())
    flash(_("The entry is rejected: it was not corrected in time."), "success")
    return _back(entry)


@bp.post("/khieu-nai-bai/<public_id>")
def decide(public_id: str) -> ResponseReturnValue:
    appeal, form = entry_access.appeal_screened(public_id), DecisionForm()
    entry_id = appeal.version.entry.public_id
    if not form.validate():
        return _page(entry_access.entry_screened(entry_id), 422, decision=form)
    admits = form.outcome.data == "admit"
    sifting.decide(appeal, signed_in(), admits=admits, reason=form.answer.data, at=clock.now())
    flash(_("The appeal is decided."), "success")
    return see_other(url_for(".show", public_id=entry_id))

"""The clocks of the machines: what is known of each, its steps, and taking its time over."""

from flask import Blueprint, current_app, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import fresh, requires, signed_in
from accounts.rules.authorizing import Permission
from contest import clocking
from contest.forms.sittings import TakeOverForm
from core import clock, clock_watching, i18n
from core.errors import DomainError
from core.saying import Sentence
from core.web import see_other

bp = Blueprint("clocks", __name__, url_prefix="/quan-ly/dong-ho")


@bp.get("")
@requires(Permission.MANAGE_ROUND)
def show() -> ResponseReturnValue:
    return _page(TakeOverForm(formdata=None), 200)


@bp.post("")
@requires(Permission.MANAGE_ROUND)
@fresh
def take_over() -> ResponseReturnValue:
    form = TakeOverForm()
    if not form.validate():
        return _page(form, 422)
    machine, despite = str(form.machine.data), bool(form.despite.data)
    try:
        clocking.take_over(
            machine,
            signed_in(),
            reason=form.reason.data,
            at=clock.now(),
            despite_writing=despite,
        )
    except DomainError as refusal:
        form.despite.errors = [i18n.say(Sentence(refusal.message, refusal.details))]
        return _page(form, refusal.status)
    flash(_("The machine takes its own time over within seconds."), "success")
    return see_other(url_for(".show"))


def _page(form: TakeOverForm, status: int) -> ResponseReturnValue:
    now = clock.now()
    reference = current_app.config["CLOCK_REFERENCE"]
    page = render_template(
        "contest/clocks/show.html",
        form=form,
        machines=clock_watching.machines(at=now),
        steps=clock_watching.steps(),
        writing=clocking.writing_now(at=now),
        reference=reference,
        doubts=clock_watching.doubts(reference=reference, at=now),
        silent=clock_watching.SILENT,
        at=now,
    )
    return page, status

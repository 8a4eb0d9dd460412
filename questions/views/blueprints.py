"""The pages of blueprints: the bank's list, and one laid over the bank while it is written."""

from typing import Any

from flask import Blueprint, flash, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.rules.authorizing import Permission
from core import clock, i18n
from core.web import see_other
from questions import access, assembling, blueprinting, queries
from questions.errors import BlueprintTitleTaken
from questions.forms.author import words
from questions.forms.blueprints import BlueprintForm, of_spec
from questions.models import Bank
from questions.models import Blueprint as BlueprintRow
from questions.rules import filling
from questions.rules.filling import Cell, Finding, Spec

bp = Blueprint("blueprints", __name__, url_prefix="/ngan-hang")

NEW = Spec("", (Cell(None, None, None, 0),) * 3)


@bp.get("/<public_id>/ma-tran")
def index(public_id: str) -> ResponseReturnValue:
    bank = access.whole_bank(public_id)
    specs = [(one, assembling.spec_of(one)) for one in queries.blueprints(bank.id)]
    return render_template(
        "questions/blueprints/list.html",
        bank=bank,
        specs=specs,
        points_of=filling.shown,
        may_write=access.may(Permission.WRITE_ITEMS),
    )


@bp.get("/<public_id>/ma-tran/moi")
def new(public_id: str) -> ResponseReturnValue:
    bank = access.whole_bank(public_id, Permission.WRITE_ITEMS)
    return _editor(bank, None, BlueprintForm(data=of_spec(NEW)), 200)


@bp.post("/<public_id>/ma-tran/moi")
def create(public_id: str) -> ResponseReturnValue:
    actor = access.reader(Permission.WRITE_ITEMS)
    bank, form = access.whole_bank(public_id, Permission.WRITE_ITEMS), BlueprintForm()
    form.offer(queries.topics())
    if form.act(request.form.get("act", "")):
        return _editor(bank, None, form, 200)
    if not form.validate():
        return _editor(bank, None, form, 422)
    try:
        made = blueprinting.create(actor, bank, form.spec, at=clock.now())
    except BlueprintTitleTaken as taken:
        form.title.errors = [words(taken)]
        return _editor(bank, None, form, 409)
    flash(_("The blueprint is saved."), "success")
    return see_other(url_for(".edit", public_id=made.public_id))


@bp.get("/ma-tran/<public_id>")
def edit(public_id: str) -> ResponseReturnValue:
    blueprint = access.blueprint(public_id)
    form = BlueprintForm(data=of_spec(assembling.spec_of(blueprint)))
    return _editor(blueprint.bank, blueprint, form, 200)


@bp.post("/ma-tran/<public_id>")
def save(public_id: str) -> ResponseReturnValue:
    actor = access.reader(Permission.WRITE_ITEMS)
    blueprint, form = access.blueprint(public_id, Permission.WRITE_ITEMS), BlueprintForm()
    form.offer(queries.topics())
    if form.act(request.form.get("act", "")):
        return _editor(blueprint.bank, blueprint, form, 200)
    if not form.validate():
        return _editor(blueprint.bank, blueprint, form, 422)
    try:
        blueprinting.edit(actor, blueprint, form.spec, at=clock.now())
    except BlueprintTitleTaken as taken:
        form.title.errors = [words(taken)]
        return _editor(blueprint.bank, blueprint, form, 409)
    flash(_("The blueprint is saved."), "success")
    return see_other(url_for(".edit", public_id=public_id))


@bp.post("/ma-tran/<public_id>/chep")
def copy(public_id: str) -> ResponseReturnValue:
    actor = access.reader(Permission.WRITE_ITEMS)
    blueprint = access.blueprint(public_id, Permission.WRITE_ITEMS)
    title = _("%(title)s, copy", title=blueprint.title)[:190]
    other = blueprinting.copy(actor, blueprint, title, at=clock.now())
    flash(_("This is the copy. Change what is different, then save."), "success")
    return see_other(url_for(".edit", public_id=other.public_id))


@bp.post("/<public_id>/ma-tran/kiem-tra")
def check(public_id: str) -> ResponseReturnValue:
    bank, form = access.whole_bank(public_id), BlueprintForm()
    form.offer(queries.topics())
    faults = [] if form.validate() else _faults(form)
    said = _said(form.spec, assembling.look(bank.id, form.spec, before=clock.now()))
    wrong = [{"level": "danger", "text": text} for text in faults]
    return jsonify(said | {"remarks": [*wrong, *said["remarks"]]})


def _faults(form: BlueprintForm) -> list[str]:
    """Return what cannot be read of a form; that it has no name yet is no matter here."""
    found = [
        f"{field.label.text}: {field.errors[0]}"
        for field in form
        if field.errors and field.name not in ("title", "cells")
    ]
    if form.cells.errors:
        found.append(_("The table of questions has places to correct."))
    return found


def _editor(
    bank: Bank, blueprint: BlueprintRow | None, form: BlueprintForm, status: int
) -> ResponseReturnValue:
    topics = queries.topics()
    form.offer(topics)
    shown = [entry.form.cell for entry in form.cells]
    spec = form.spec
    finding = assembling.look(bank.id, spec, before=clock.now())
    available = iter(finding.available)
    page = render_template(
        "questions/blueprints/edit.html",
        bank=bank,
        blueprint=blueprint,
        form=form,
        spec=spec,
        stock=[next(available) if cell.count else None for cell in shown],
        matrix=filling.matrix(spec.cells),
        topic_names={topic.id: topic.name for topic in topics},
        said=_said(spec, finding),
        fits=finding.fits,
        points_of=filling.shown,
        difficulties=filling.DIFFICULTIES,
        may_write=access.may(Permission.WRITE_ITEMS),
    )
    return page, status


def _said(spec: Spec, finding: Finding) -> dict[str, Any]:
    """Return a blueprint in sentences, and what was found when it was laid over the bank."""
    total = _(
        "%(count)s questions, %(points)s points in all.",
        count=i18n.number(spec.count),
        points=i18n.score(filling.shown(spec.points)),
    )
    lacks = [{"level": "danger", "text": i18n.say(one)} for one in finding.lacks]
    remarks = [{"level": "warn", "text": i18n.say(one)} for one in finding.remarks]
    fits = {"level": "ok", "text": _("The bank can fill this blueprint.")}
    kept_out = [i18n.say(one) for one in spec.excluding.say()]
    sentences = [total]
    if kept_out:
        sentences.append(_("Only questions: %(which)s.", which="; ".join(kept_out)))
    return {"sentences": sentences, "remarks": [*(lacks or [fits]), *remarks]}

"""The pages of paper sets: draw, look over as printed, replace, approve, lock, print."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, flash, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import fresh
from accounts.models import Account
from accounts.rules.authorizing import Permission
from core import clock, i18n, limits
from core.errors import DomainError, NotFound
from core.jobs import JobState, owned
from core.vietnam import civil_day
from core.web import see_other
from questions import access, assembling, paper_queries, papering, printing, usage
from questions.forms.author import words
from questions.forms.papers import DrawForm, LetterheadForm, PrintForm, ReplaceForm
from questions.jobs import exports
from questions.models import Blueprint as BlueprintRow
from questions.models import Paper, PaperSet
from questions.printing import File, Form
from questions.rules import filling, lettering
from questions.rules.composing import Making
from questions.rules.filling import Spec
from questions.rules.letterheads import Letterhead

bp = Blueprint("papers", __name__, url_prefix="/ngan-hang")

_PICTURE_SECONDS = 300


# --- Drawing -----------------------------------------------------------------------------------


@bp.get("/<public_id>/bo-de")
def index(public_id: str) -> ResponseReturnValue:
    bank = access.whole_bank(public_id)
    lines = paper_queries.sets_of(bank.id)
    return render_template("questions/papers/sets.html", bank=bank, lines=lines)


@bp.get("/ma-tran/<public_id>/rut")
def new(public_id: str) -> ResponseReturnValue:
    blueprint = access.blueprint(public_id, Permission.WRITE_ITEMS)
    last = next(iter(paper_queries.sets_of(blueprint.bank_id)), None)
    told = (last.paper_set.letterhead if last else {}) | usage.letterhead(blueprint.bank_id)
    return _draw_page(blueprint, DrawForm(data={"title": blueprint.title, **told}), 200)


@bp.post("/ma-tran/<public_id>/rut")
def draw(public_id: str) -> ResponseReturnValue:
    actor = access.reader(Permission.WRITE_ITEMS)
    blueprint, form = access.blueprint(public_id, Permission.WRITE_ITEMS), DrawForm()
    if not form.validate():
        return _draw_page(blueprint, form, 422)
    order = papering.Order(form.title.data, form.making, form.letterhead)
    try:
        paper_set = papering.draw(actor, blueprint, order, at=clock.now())
    except DomainError as refused:
        form.form_errors.append(words(refused))
        return _draw_page(access.blueprint(public_id), form, refused.status)
    flash(_("The papers are drawn. Look them over, then approve them."), "success")
    return see_other(url_for(".show", public_id=paper_set.public_id))


def _draw_page(blueprint: BlueprintRow, form: DrawForm, status: int) -> ResponseReturnValue:
    spec = assembling.spec_of(blueprint)
    finding = assembling.look(blueprint.bank_id, spec, before=clock.now())
    page = render_template(
        "questions/papers/draw.html",
        bank=blueprint.bank,
        blueprint=blueprint,
        form=form,
        spec=spec,
        points_of=filling.shown,
        lacks=[i18n.say(one) for one in finding.lacks],
        remarks=[i18n.say(one) for one in finding.remarks],
    )
    return page, status


# --- A set -------------------------------------------------------------------------------------


@bp.get("/bo-de/<public_id>")
def show(public_id: str) -> ResponseReturnValue:
    return _set_page(access.paper_set(public_id), 200)


def _set_page(paper_set: PaperSet, status: int) -> ResponseReturnValue:
    papers = paper_queries.papers_of(paper_set.id)
    making, spec = Making.read(paper_set.making), Spec.read(paper_set.spec)
    form = PrintForm()
    form.offer([paper.form_code for paper in papers])
    page = render_template(
        "questions/papers/set.html",
        bank=paper_set.bank,
        set=paper_set,
        papers=papers,
        making=making,
        spec=spec,
        points_of=filling.shown,
        excluding=[i18n.say(one) for one in spec.excluding.say()],
        letterhead=Letterhead.read(paper_set.letterhead),
        likeness=printing.likeness(papers),
        keys=printing.key_table(papers) if papers else [],
        form=form,
        maker=paper_queries.name_of(paper_set.made_by_id),
        approver=paper_queries.name_of(paper_set.approved_by_id),
        commitment=papering.commitment(paper_set.seed),
        may={permission.name: access.may(permission) for permission in Permission},
    )
    return page, status


@bp.get("/bo-de/<public_id>/tien-do")
def progress(public_id: str) -> ResponseReturnValue:
    paper_set = access.paper_set(public_id)
    state = "running" if paper_set.state.value == "drawing" else "done"
    return jsonify(state=state, progress=0 if state == "running" else 100, text="")


@bp.get("/bo-de/<public_id>/dau-de")
def letterhead(public_id: str) -> ResponseReturnValue:
    paper_set = access.paper_set(public_id, Permission.WRITE_ITEMS)
    return _letterhead_page(paper_set, LetterheadForm(data=paper_set.letterhead), 200)


@bp.post("/bo-de/<public_id>/dau-de")
def head(public_id: str) -> ResponseReturnValue:
    actor = access.reader(Permission.WRITE_ITEMS)
    paper_set, form = access.paper_set(public_id, Permission.WRITE_ITEMS), LetterheadForm()
    if not form.validate():
        return _letterhead_page(paper_set, form, 422)
    return _decide(
        public_id,
        lambda: papering.head(actor, paper_set, form.letterhead),
        _("What is printed around the questions is saved."),
    )


def _letterhead_page(paper_set: PaperSet, form: LetterheadForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "questions/papers/letterhead.html", bank=paper_set.bank, set=paper_set, form=form
    )
    return page, status


@bp.post("/bo-de/<public_id>/duyet")
def approve(public_id: str) -> ResponseReturnValue:
    actor = access.reader(Permission.WRITE_ITEMS)
    paper_set = access.paper_set(public_id, Permission.WRITE_ITEMS)
    return _decide(
        public_id,
        lambda: papering.approve(actor, paper_set, at=clock.now()),
        _("The paper set is approved: its questions no longer change."),
    )


@bp.post("/bo-de/<public_id>/khoa")
@fresh
def close(public_id: str) -> ResponseReturnValue:
    actor = access.reader(Permission.WRITE_ITEMS)
    paper_set = access.paper_set(public_id, Permission.WRITE_ITEMS)
    return _decide(
        public_id,
        lambda: papering.close(actor, paper_set, at=clock.now()),
        _("The paper set is locked for good."),
    )


def _decide(public_id: str, act: Callable[[], object], said: str) -> ResponseReturnValue:
    try:
        act()
    except DomainError as refused:
        flash(words(refused), "error")
    else:
        flash(said, "success")
    return see_other(url_for(".show", public_id=public_id))


# --- One paper ---------------------------------------------------------------------------------


def _paper(paper_set: PaperSet, code: str) -> Paper:
    found = paper_queries.papers_of(paper_set.id)
    paper = next((one for one in found if one.form_code == code), None)
    if paper is None:
        raise NotFound
    return paper


def _seen(paper_set: PaperSet, code: str) -> Paper:
    """Return a paper that is about to be shown; who sees its locked questions is kept."""
    paper = _paper(paper_set, code)
    printing.note_views(access.reader(), [paper], at=clock.now())
    return paper


@bp.get("/bo-de/<public_id>/de/<code>")
def paper(public_id: str, code: str) -> ResponseReturnValue:
    paper_set = access.paper_set(public_id)
    return _paper_page(paper_set, code, ReplaceForm(), 200)


def _paper_page(
    paper_set: PaperSet, code: str, form: ReplaceForm, status: int
) -> ResponseReturnValue:
    paper = _seen(paper_set, code)
    page = render_template(
        "questions/papers/paper.html",
        bank=paper_set.bank,
        set=paper_set,
        paper=paper,
        pages=len(printing.pages(paper_set, paper, at=clock.now())),
        keys={
            slot.position: lettering.key(
                slot.version.type.value, slot.version.content, slot.option_order
            )
            for slot in paper.slots
        },
        form=form,
        same_items=Making.read(paper_set.making).same_items,
        may_write=access.may(Permission.WRITE_ITEMS),
    )
    return page, status


@bp.get("/bo-de/<public_id>/de/<code>/trang/<int:number>.png")
def page(public_id: str, code: str, number: int) -> ResponseReturnValue:
    paper_set = access.paper_set(public_id)
    pictures = printing.pages(paper_set, _seen(paper_set, code), at=clock.now())
    if not 0 < number <= len(pictures):
        abort(404)
    headers = {"Cache-Control": f"private, max-age={_PICTURE_SECONDS}"}
    return Response(pictures[number - 1], mimetype="image/png", headers=headers)


@bp.post("/bo-de/<public_id>/de/<code>/thay")
def replace(public_id: str, code: str) -> ResponseReturnValue:
    actor = access.reader(Permission.WRITE_ITEMS)
    paper_set, form = access.paper_set(public_id, Permission.WRITE_ITEMS), ReplaceForm()
    paper = _paper(paper_set, code)
    if not form.is_sound(len(paper.slots)):
        return _paper_page(paper_set, code, form, 422)
    try:
        papering.replace(actor, paper, form.position.data, form.reason.data)
    except DomainError as refused:
        flash(words(refused), "error")
    else:
        flash(_("Question %(number)s is replaced.", number=form.position.data), "success")
    return see_other(url_for(".paper", public_id=public_id, code=code))


# --- Print -------------------------------------------------------------------------------------


def _printable(public_id: str) -> tuple[Account, PaperSet]:
    """Return who prints and what, if they may; count it."""
    actor = access.reader(Permission.EXPORT_ITEMS)
    paper_set = access.paper_set(public_id, Permission.EXPORT_ITEMS)
    limits.count("print", actor.public_id)
    return actor, paper_set


def _sent(file: File) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.content, mimetype=file.mime, headers=headers)


@bp.post("/bo-de/<public_id>/in")
@fresh
def take(public_id: str) -> ResponseReturnValue:
    actor, paper_set = _printable(public_id)
    form = PrintForm()
    form.offer([one.form_code for one in paper_queries.papers_of(paper_set.id)])
    if not form.validate():
        return _set_page(paper_set, 422)
    paper, kind = _paper(paper_set, form.code.data), Form(form.form.data)
    file = printing.write(paper_set, paper, kind)
    printing.note(actor, paper_set, [paper], form=kind.value, at=clock.now())
    return _sent(file)


@bp.post("/bo-de/<public_id>/dap-an")
@fresh
def keys(public_id: str) -> ResponseReturnValue:
    actor, paper_set = _printable(public_id)
    papers = paper_queries.papers_of(paper_set.id)
    if not papers:
        raise NotFound
    file = printing.keys_workbook(paper_set, papers)
    printing.note(actor, paper_set, papers, form="dap-an.xlsx", at=clock.now())
    return _sent(file)


@bp.post("/bo-de/<public_id>/in-tat-ca")
@fresh
def bundle(public_id: str) -> ResponseReturnValue:
    actor, paper_set = _printable(public_id)
    job = printing.queue(actor, paper_set, at=clock.now())
    return see_other(url_for(".bundled", public_id=public_id, job=job))


@bp.get("/bo-de/<public_id>/tep/<job>")
@fresh
def bundled(public_id: str, job: str) -> ResponseReturnValue:
    actor = access.reader(Permission.EXPORT_ITEMS)
    paper_set = access.paper_set(public_id, Permission.EXPORT_ITEMS)
    found = owned(job, actor.id)
    if found is None or found.kind != printing.JOB:
        raise NotFound
    if "tep" in request.args and found.state is JobState.DONE and found.result:
        path = exports() / found.result["file"]
        if not path.is_file():
            raise NotFound
        name = f"{civil_day(clock.now()):%Y%m%d}-{found.result['name']}"
        return _sent(File(name, "application/zip", path.read_bytes()))
    return render_template(
        "questions/papers/bundled.html", bank=paper_set.bank, set=paper_set, job=found
    )


@bp.get("/bo-de/<public_id>/tep/<job>/tien-do")
def bundle_progress(public_id: str, job: str) -> ResponseReturnValue:
    access.paper_set(public_id, Permission.EXPORT_ITEMS)
    found = owned(job, access.reader(Permission.EXPORT_ITEMS).id)
    if found is None:
        raise NotFound
    share = 100 * found.done // found.total if found.total else 0
    return jsonify(state=found.state.value, progress=share, text="")

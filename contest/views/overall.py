"""Overall tables: the organiser's pages, and what the public sees of one."""

from collections.abc import Mapping

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts import access as people
from accounts.access import signed_in
from accounts.rules.authorizing import Permission
from contest import access, announcing, board_finding, total_queries, totalling
from contest.board_finding import Wanted
from contest.errors import WrongTable
from contest.forms.ranking import ReasonedForm, TableForm, of_table
from contest.models import Contest, OverallTable
from contest.rules import ranking
from contest.rules.ranking import Key
from contest.views import asked_rows
from core import clock, fastpath, i18n, web
from core.errors import NotFound
from core.saying import Sentence
from core.web import Page, see_other, whole

bp = Blueprint("overall", __name__)
USUAL = ranking.natural(Key.SCORE, Key.CORRECT_COUNT, Key.DURATION_MS)


@bp.get("/quan-ly/cuoc-thi/<public_id>/tong-hop")
def index(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, Permission.SEE_CONTEST)
    tables = total_queries.tables_of(contest.id)
    return render_template(
        "contest/overall/index.html",
        contest=contest,
        states=[total_queries.state_of(one) for one in tables],
        may_manage=access.may_in(contest, Permission.MANAGE_CONTEST),
    )


@bp.get("/quan-ly/cuoc-thi/<public_id>/tong-hop/moi")
def new(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, Permission.MANAGE_CONTEST)
    usual = {"title": _("Overall table"), "ranking": _ranking_values()}
    return _editor(contest, None, TableForm(data=usual), 200)


def _ranking_values() -> list[str]:
    return [f"{one.key.value}:{one.direction.value}" for one in USUAL.keys]


@bp.post("/quan-ly/cuoc-thi/<public_id>/tong-hop/moi")
def create(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, Permission.MANAGE_CONTEST)
    form = TableForm()
    if _rearranged(form):
        return _editor(contest, None, form, 200)
    if form.validate():
        try:
            table = totalling.create(contest, form.settings(), signed_in(), at=clock.now())
        except WrongTable as wrong:
            form.min_rounds.errors = [i18n.say(Sentence(wrong.message, wrong.details))]
        else:
            flash(_("The table is made."), "success")
            return see_other(url_for(".show", public_id=table.public_id))
    return _editor(contest, None, form, 422)


@bp.get("/quan-ly/tong-hop/<public_id>/sua")
def edit(public_id: str) -> ResponseReturnValue:
    table = access.table_managed_by(public_id, Permission.MANAGE_CONTEST)
    settings = totalling.settings_of(table)
    form = TableForm(data=of_table(settings))
    return _editor(table.contest, table, form, 200, settings.terms.weights)


@bp.post("/quan-ly/tong-hop/<public_id>/sua")
def save(public_id: str) -> ResponseReturnValue:
    table = access.table_managed_by(public_id, Permission.MANAGE_CONTEST)
    form = TableForm()
    if _rearranged(form):
        return _editor(table.contest, table, form, 200)
    if form.validate():
        try:
            totalling.edit(table, form.settings(), signed_in())
        except WrongTable as wrong:
            form.min_rounds.errors = [i18n.say(Sentence(wrong.message, wrong.details))]
        else:
            flash(_("Saved. Compute the table for it to count."), "success")
            return see_other(url_for(".show", public_id=public_id))
    return _editor(table.contest, table, form, 422)


def _rearranged(form: TableForm) -> bool:
    act = request.form.get("act", "save")
    if act == "save":
        return False
    form.act(act, request.form.get("key", ""))
    return True


def _editor(
    contest: Contest,
    table: OverallTable | None,
    form: TableForm,
    status: int,
    weights: Mapping[int, int] | None = None,
) -> ResponseReturnValue:
    form.offer(contest.rounds, weights)
    page = render_template("contest/overall/edit.html", contest=contest, table=table, form=form)
    return page, status


@bp.get("/quan-ly/tong-hop/<public_id>")
def show(public_id: str) -> ResponseReturnValue:
    table = access.table_managed_by(public_id, Permission.SEE_CONTEST)
    state = total_queries.state_of(table)
    in_full = access.may_in(table.contest, Permission.SEE_PERSONAL_DATA)
    blocks = total_queries.blocks_of(table.contest)
    block = board_finding.block_of(blocks, request.args.get("khoi", type=whole))
    wanted = Wanted(block=block, after=request.args.get("after"), before=request.args.get("before"))
    return render_template(
        "contest/overall/show.html",
        contest=table.contest,
        table=table,
        state=state,
        terms=totalling.settings_of(table).terms,
        runs=total_queries.runs_of(table.id),
        blocks=blocks,
        block=block,
        page=total_queries.lines(state.run.id, wanted, in_full=in_full) if state.run else Page([]),
        is_public=total_queries.public_run(table, at=clock.now()) is not None,
        form=ReasonedForm(),
        may_manage=access.may_in(table.contest, Permission.MANAGE_CONTEST),
        may_compute=access.may_in(table.contest, Permission.COMPUTE_RESULTS),
    )


@bp.post("/quan-ly/tong-hop/<public_id>/tinh")
def compute(public_id: str) -> ResponseReturnValue:
    table = access.table_managed_by(public_id, Permission.COMPUTE_RESULTS)
    form = ReasonedForm()
    reason = (form.reason.data or "") if form.validate() else ""
    run = totalling.compute(table, signed_in(), reason=reason, at=clock.now())
    flash(_("The table is computed: run %(number)s.", number=run.number), "success")
    return see_other(url_for(".show", public_id=public_id))


@bp.get("/cuoc-thi/<slug>/tong-hop/<public_id>")
def board(slug: str, public_id: str) -> ResponseReturnValue:
    wanted = asked_rows.wanted()
    here = url_for(".board", slug=slug, public_id=public_id, **announcing.asking(wanted))
    if asked_rows.is_untidy():
        return see_other(here)
    found = total_queries.board(slug, public_id, wanted, at=clock.now())
    if found is None:
        raise NotFound
    shared = fastpath.sharing(request.environ)
    page = announcing.table_page(found, wanted, me=asked_rows.me(), shared=shared)
    return web.versioned(
        page.etag,
        lambda: render_template("contest/overall/board.html", page=page),
        is_shared=bool(shared and not wanted.words),
    )


@bp.get("/cuoc-thi/<slug>/tong-hop/<public_id>/dong-cua-toi")
@people.sign_in_required
def my_row(slug: str, public_id: str) -> ResponseReturnValue:
    table, run = access.open_table(slug, public_id, at=clock.now())
    found = total_queries.mark_above(run, signed_in().id)
    blocks = total_queries.blocks_of(table.contest)
    return asked_rows.to_mine(url_for(".board", slug=slug, public_id=public_id), found, blocks)

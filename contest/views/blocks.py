"""The organiser's pages of blocks: the groups of a contest, and their papers in a round."""

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import signed_in
from accounts.rules.authorizing import Permission
from contest import access, blocks, planning
from contest.errors import NameTaken
from contest.forms.ranking import BlockForm, BlockPapersForm, of_block
from contest.models import Block, Contest, Round
from contest.rules import grouping
from core import clock, i18n
from core.errors import DomainError
from core.saying import Sentence
from core.web import see_other
from questions import access as bank_access
from questions.models import Blueprint as PaperPlan

bp = Blueprint("blocks", __name__, url_prefix="/quan-ly")


@bp.get("/cuoc-thi/<public_id>/khoi")
def index(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, Permission.MANAGE_CONTEST)
    return _index(contest, BlockForm(), 200)


@bp.post("/cuoc-thi/<public_id>/khoi")
def add(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, Permission.MANAGE_CONTEST)
    form = BlockForm()
    if form.validate():
        try:
            blocks.add(contest, form.settings(), signed_in())
        except NameTaken as taken:
            form.title.errors = [_(taken.message)]
        else:
            flash(_("The group is added."), "success")
            return see_other(url_for(".index", public_id=public_id))
    return _index(contest, form, 422)


def _index(contest: Contest, form: BlockForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "contest/blocks/index.html",
        contest=contest,
        lines=blocks.lines(contest),
        rounds=contest.rounds,
        said=grouping.said,
        form=form,
    )
    return page, status


@bp.get("/cuoc-thi/<public_id>/khoi/<int:block_id>")
def edit(public_id: str, block_id: int) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, Permission.MANAGE_CONTEST)
    block = access.block_in(contest, block_id)
    return _edit(contest, block, BlockForm(data=of_block(blocks.settings_of(block))), 200)


@bp.post("/cuoc-thi/<public_id>/khoi/<int:block_id>")
def save(public_id: str, block_id: int) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, Permission.MANAGE_CONTEST)
    block, form = access.block_in(contest, block_id), BlockForm()
    if form.validate():
        try:
            blocks.edit(contest, block, form.settings(), signed_in())
        except NameTaken as taken:
            form.title.errors = [_(taken.message)]
        else:
            flash(_("Saved."), "success")
            return see_other(url_for(".index", public_id=public_id))
    return _edit(contest, block, form, 422)


def _edit(contest: Contest, block: Block, form: BlockForm, status: int) -> ResponseReturnValue:
    return render_template(
        "contest/blocks/edit.html", contest=contest, block=block, form=form
    ), status


@bp.post("/cuoc-thi/<public_id>/khoi/<int:block_id>/xoa")
def remove(public_id: str, block_id: int) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, Permission.MANAGE_CONTEST)
    blocks.remove(contest, access.block_in(contest, block_id), signed_in())
    flash(_("The group is taken away."), "success")
    return see_other(url_for(".index", public_id=public_id))


# --- Papers of a round ---------------------------------------------------------------------------


@bp.get("/vong/<public_id>/khoi")
def papers(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.MANAGE_ROUND)
    held = blocks.sources(round_)
    lines = [
        {"block": str(one.id), "blueprint": str(held.get(one.id) or "")}
        for one in round_.contest.blocks
    ]
    return _papers(round_, BlockPapersForm(data={"papers": lines}), 200)


@bp.post("/vong/<public_id>/khoi")
def set_papers(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.MANAGE_ROUND)
    form, offered = BlockPapersForm(), _offered(round_)
    form.offer(round_.contest.blocks, _named(offered))
    if not form.validate():
        return _papers(round_, form, 422)
    chosen = {block: offered.get(source or 0) for block, source in form.chosen().items()}
    try:
        blocks.set_papers(round_, chosen, signed_in(), at=clock.now())
    except DomainError as refusal:
        flash(i18n.say(Sentence(refusal.message, refusal.details)), "error")
        round_ = access.round_managed_by(public_id, Permission.MANAGE_ROUND)
        return _papers(round_, form, refusal.status)
    flash(_("The papers of the groups are saved."), "success")
    return see_other(url_for(".papers", public_id=public_id))


def _papers(round_: Round, form: BlockPapersForm, status: int) -> ResponseReturnValue:
    form.offer(round_.contest.blocks, _named(_offered(round_)))
    page = render_template(
        "contest/blocks/papers.html",
        contest=round_.contest,
        round=round_,
        form=form,
        papers=[
            (one, blocks.questions_in(one.blueprint), is_short)
            for one, is_short in blocks.shortages(round_, at=clock.now())
        ],
    )
    return page, status


def _offered(round_: Round) -> dict[int, PaperPlan]:
    """Return the blueprints that the asker may choose, and those that are chosen already."""
    offered = [
        plan
        for bank in planning.banks(bank_access.seen().whole)
        for plan in planning.blueprints(bank.id)
    ]
    held = set(blocks.sources(round_).values())
    kept = [one for one in planning.blueprints_with(held) if one.id not in {p.id for p in offered}]
    return {one.id: one for one in [*offered, *kept]}


def _named(offered: dict[int, PaperPlan]) -> dict[int, str]:
    return {one.id: f"{one.bank.title}: {one.title}" for one in offered.values()}

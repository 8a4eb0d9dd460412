"""The trial of other rules: who would stand in the first places of a round; nothing is kept."""

from dataclasses import replace

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from accounts.rules.authorizing import Permission
from contest import access, presets, trials
from contest.forms.ranking import TrialForm
from contest.rules import describing, whatif
from contest.rules.allowing import Counts
from contest.rules.predicting import Lock
from contest.rules.whatif import Rules
from core.web import whole_or

bp = Blueprint("trials", __name__, url_prefix="/quan-ly")


@bp.get("/vong/<public_id>/thu-the-le")
def show(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.MANAGE_ROUND)
    form = TrialForm(request.args)
    form.offer(presets.every(), round_.contest.blocks)
    people = trials.people_of(round_)
    is_invented = not people
    if is_invented:
        people = trials.invented_for(round_)
    block, most = whole_or(form.block.data, None), whole_or(form.first.data, 10)
    now = whatif.outcome(trials.rules_of(round_), people, block)
    then = whatif.outcome(_other(form, now.rules), people, block)
    return render_template(
        "contest/trials/show.html",
        contest=round_.contest,
        round=round_,
        form=form,
        people=people,
        is_invented=is_invented,
        now=now,
        then=then,
        most=most,
        moves=whatif.moves(now, then, most),
        is_same=then.rules == now.rules,
        uses=whatif.uses_prediction,
        lock_said=describing.lock_said,
    )


def _other(form: TrialForm, rules: Rules) -> Rules:
    """Return the rules as they are set, with what the form sets otherwise."""
    like = presets.find(form.chain.data or "")
    if like is not None:
        asked = rules.prediction or like.prediction
        rules = Rules(like.ranking, like.policy.counts, asked)
    if form.counts.data:
        rules = replace(rules, counts=Counts(form.counts.data))
    config = rules.prediction
    if config is not None and form.lock.data:
        config = replace(config, lock=Lock(form.lock.data))
    if config is not None and form.over.data:
        config = replace(config, not_over=form.over.data == "no")
    return replace(rules, prediction=config)

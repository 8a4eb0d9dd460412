"""The organiser's pages of a round: the editor, the dashboard, its hours."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, flash, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import signed_in
from accounts.rules.authorizing import Permission
from contest import (
    access,
    eligibility_queries,
    essay_queries,
    organizing,
    overviews,
    planning,
    presets,
    proposing,
    scheduling,
)
from contest.errors import NeedsSecond
from contest.forms.organizer import ExtendForm, ReasonForm
from contest.forms.rounds import RoundForm, of_round
from contest.models import Contest, Round, RoundKind
from contest.rules import describing, setting
from contest.rules.describing import Level
from contest.rules.guiding import Stage
from contest.rules.preset import Preset
from core import clock, clock_watching, i18n, writing
from core.errors import DomainError, NotFound
from core.saying import Sentence
from core.web import see_other
from questions import access as bank_access
from questions.models import Bank
from questions.models import Blueprint as PaperPlan

bp = Blueprint("rounds", __name__, url_prefix="/quan-ly")


# --- The editor --------------------------------------------------------------------------------


@bp.get("/cuoc-thi/<public_id>/vong-thi/moi")
def new(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, Permission.MANAGE_ROUND)
    within = bank_access.seen().whole
    settings, like = planning.usual(contest, at=clock.now(), within=within), _like()
    if like is not None:
        settings = planning.like(settings, like, contest)
    form = RoundForm(data=of_round(settings))
    _offer_entry(form, contest)
    if not form.title.data:
        form.title.data = _("Week %(number)s", number=1)
    return _editor(contest, None, form, 200)


@bp.post("/cuoc-thi/<public_id>/vong-thi/moi")
def create(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, Permission.MANAGE_ROUND)
    form = RoundForm()
    _offer(form, contest)
    if _rearranged(form):
        return _editor(contest, None, form, 200)
    if not form.validate():
        return _editor(contest, None, form, 422)
    now = clock.now()
    round_ = organizing.create_round(contest, form.settings(), signed_in(), at=now)
    flash(_("The round is saved."), "success")
    if request.form.get("act") == "ready":
        try:
            reference = current_app.config["CLOCK_REFERENCE"]
            organizing.make_ready(round_, signed_in(), at=now, reference=reference)
        except DomainError as refusal:
            flash(i18n.say(Sentence(refusal.message, refusal.details)), "error")
    return see_other(url_for(".dashboard", public_id=round_.public_id))


@bp.get("/vong/<public_id>/sua")
def edit(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.MANAGE_ROUND)
    form = RoundForm(data=of_round(planning.settings_of(round_)))
    _offer_entry(form, round_.contest, round_)
    return _editor(round_.contest, round_, form, 200)


@bp.post("/vong/<public_id>/sua")
def save(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.MANAGE_ROUND)
    form = RoundForm()
    _offer(form, round_.contest, round_)
    if _rearranged(form):
        return _editor(round_.contest, round_, form, 200)
    if not form.validate():
        return _editor(round_.contest, round_, form, 422)
    try:
        organizing.edit_round(round_, form.settings(), signed_in(), at=clock.now())
    except DomainError as refusal:
        flash(i18n.say(Sentence(refusal.message, refusal.details)), "error")
        round_ = access.round_managed_by(public_id, Permission.MANAGE_ROUND)
        return _editor(round_.contest, round_, form, refusal.status)
    flash(_("The round is saved."), "success")
    return see_other(url_for(".dashboard", public_id=public_id))


@bp.post("/cuoc-thi/<public_id>/vong-thi/xem-truoc")
def preview(public_id: str) -> ResponseReturnValue:
    contest = access.contest_managed_by(public_id, Permission.MANAGE_ROUND)
    form = RoundForm()
    _offer(form, contest)
    return jsonify(_said(contest, form))


def _like() -> Preset | None:
    """Return the real contest whose settings the round is to begin with, if one is chosen."""
    return presets.find(request.args.get("mau", ""))


def _offer_entry(form: RoundForm, contest: Contest, round_: Round | None = None) -> None:
    earlier = eligibility_queries.rounds_before(contest, round_)
    form.offer_entry(contest.blocks, earlier)


def _offer(form: RoundForm, contest: Contest, round_: Round | None = None) -> None:
    _offer_entry(form, contest, round_)
    form.offer(_banks(), _shelf(form), _blueprints(form))
    if form.wants_other_blueprint():
        spec = planning.from_blueprint(_bank_id(form), form.source_id.data)
        if spec:
            form.take(spec)
            form.offer(_banks(), _shelf(form), _blueprints(form))


def _bank_id(form: RoundForm) -> int | None:
    """Return the bank that the form names, if the asker may draw from it."""
    bank_id: Any = form.bank_id.data
    within = bank_access.seen().whole
    return bank_id if within is None or bank_id in within else None


def _blueprints(form: RoundForm) -> Sequence[PaperPlan]:
    return planning.blueprints(_bank_id(form))


def _banks() -> list[Bank]:
    """Return the banks that the asker may draw from: those whose questions the asker may see."""
    return list(planning.banks(bank_access.seen().whole))


def _shelf(form: RoundForm) -> planning.Shelf | None:
    """Return what may be drawn from the bank that the form names, less what it keeps out."""
    return planning.shelf(_bank_id(form), form.excluding, before=form.opens_at.data)


def _rearranged(form: RoundForm) -> bool:
    """Do what a button within the form asks; say whether it was such a button."""
    act = request.form.get("act", "")
    if act in ("", "save", "ready"):
        return False
    form.act(act, request.form.get("key", ""))
    return True


def _editor(
    contest: Contest, round_: Round | None, form: RoundForm, status: int
) -> ResponseReturnValue:
    shelf = _shelf(form)
    form.offer(_banks(), shelf, _blueprints(form))
    stock = [shelf.available(entry.form.cell) if shelf else 0 for entry in form.cells]
    page = render_template(
        "contest/rounds/editor.html",
        contest=contest,
        round=round_,
        form=form,
        stock=stock,
        said=_said(contest, form),
        is_taken=round_ is not None and overviews.has_attempts(round_),
        commitment=setting.commitment(round_.seed) if round_ else "",
        presets=presets.every(),
        like=_like(),
    )
    return page, status


def _said(contest: Contest, form: RoundForm) -> dict[str, list[Any]]:
    """Return what the form sets in sentences, and what to look at, as words."""
    faults = _faults(form)
    if faults:
        return {"sentences": [], "remarks": [{"level": "danger", "text": one} for one in faults]}
    settings = form.settings()
    plan = planning.plan_of(contest, settings, _shelf(form))
    remarks = [
        {"level": remark.level.value, "text": i18n.say(remark.sentence)}
        for remark in describing.inspect(plan, clock.now())
    ]
    if settings.bank_id is None:
        remarks.insert(0, {"level": Level.DANGER.value, "text": i18n.say(planning.NO_BANK)})
    sentences = [i18n.say(sentence) for sentence in describing.describe(plan)]
    return {"sentences": sentences, "remarks": remarks}


def _faults(form: RoundForm) -> list[str]:
    """Return what cannot be read of a form that was sent; nothing for one just begun."""
    if request.method == "GET" or form.validate():
        return []
    found = []
    for field in form:
        if field.errors and field.type != "FieldList":
            found.append(f"{field.label.text}: {field.errors[0]}")
        elif field.errors:
            found.append(_("The table of questions has places to correct."))
    return found


# --- The dashboard -----------------------------------------------------------------------------


@bp.get("/vong/<public_id>")
def dashboard(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.SEE_CONTEST)
    if round_.kind is RoundKind.JUDGED:
        return see_other(url_for("judged_rounds.show", public_id=public_id))
    now = clock.now()
    (stood,) = overviews.rounds_at([round_])
    settings = planning.settings_of(round_)
    plan = planning.plan_of(round_.contest, settings, planning.shelf_for(settings))
    rows = overviews.participation(round_.contest, round_=round_, sort="rate")
    return render_template(
        "contest/rounds/dashboard.html",
        contest=round_.contest,
        round=round_,
        stage=stood.stage(now),
        live=overviews.live(round_, at=now),
        hours=overviews.submitted_by_hour(round_, at=now),
        sentences=describing.describe(plan),
        remarks=describing.inspect(plan, now) if stood.stage(now) is Stage.DRAFT else [],
        commitment=setting.commitment(round_.seed),
        behind=[row for row in rows if row.taken.headcount][:3],
        rates=[row.taken.rate or 0 for row in rows],
        waiting=overviews.overdue(round_, at=now),
        proposals=proposing.waiting_in(round_),
        acts=proposing.ACTS,
        steps=clock_watching.steps_between(round_.opens_at, min(now, round_.closes_at)),
        doubts=clock_watching.doubts(reference=current_app.config["CLOCK_REFERENCE"], at=now),
        may_manage=access.may_in(round_.contest, Permission.MANAGE_ROUND),
        may_decide=access.may_in_round(round_, Permission.COMPUTE_RESULTS),
        marks_essays=access.may_in_round(round_, Permission.MARK_ESSAYS),
        has_essays=essay_queries.has_essays(round_),
        at=now,
    )


@bp.get("/vong/<public_id>/so-lieu")
def figures(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.SEE_CONTEST)
    live = overviews.live(round_, at=clock.now())
    return jsonify(
        running=i18n.number(live.running),
        people=i18n.number(live.people),
        attempts=_("Attempts: %(count)s", count=i18n.number(live.attempts)),
        rate=rate_said(live),
        units=f"{i18n.number(live.units_with)}/{i18n.number(live.units)}",
        late=i18n.number(live.late),
        updated=_("updated %(clock)s", clock=writing.clock(live.at)),
    )


def rate_said(live: overviews.Live) -> str:
    """Return the rate of participation as it is shown; a dash without headcounts."""
    rate = live.participation.rate
    return "–" if rate is None else i18n.percent(rate)


# --- Acts --------------------------------------------------------------------------------------


@bp.post("/vong/<public_id>/san-sang")
def make_ready(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.MANAGE_ROUND)
    now = clock.now()
    organizing.make_ready(
        round_,
        signed_in(),
        at=now,
        reference=current_app.config["CLOCK_REFERENCE"],
        despite_clock=request.form.get("despite_clock") == "1",
    )
    flash(_said_ready(round_, now), "success")
    return see_other(url_for(".dashboard", public_id=public_id))


def _said_ready(round_: Round, now: datetime) -> str:
    said: str = _("The round is ready. It opens by its hours.")
    if round_.opens_at <= now:
        said = _("The round is ready and open: its hour has come.")
    return said


@bp.post("/vong/<public_id>/ve-ban-nhap")
def make_draft(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.MANAGE_ROUND)
    organizing.make_draft(round_, signed_in())
    return see_other(url_for(".dashboard", public_id=public_id))


@bp.post("/vong/<public_id>/sao-chep")
def copy(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.MANAGE_ROUND)
    made = organizing.copy_round(round_, signed_in(), at=clock.now())
    flash(_("The round is copied. Look over its hours."), "success")
    return see_other(url_for(".edit", public_id=made.public_id))


Act = Callable[[Round, ReasonForm, datetime], object]


def _open_now(round_: Round, form: ReasonForm, now: datetime) -> object:
    scheduling.open_now(round_, signed_in(), reason=form.reason.data, at=now)
    return _("The round is open.")


def _extend(round_: Round, form: ReasonForm, now: datetime) -> object:
    until: datetime = form["closes_at"].data
    moved = scheduling.extend(round_, until, signed_in(), reason=form.reason.data)
    return _("The round is extended. Running attempts that gained time: %(count)s.", count=moved)


def _close(round_: Round, form: ReasonForm, now: datetime) -> object:
    actor, reason = signed_in(), form.reason.data
    try:
        moved = scheduling.close_early(round_, actor, reason=reason, at=now)
    except NeedsSecond as refusal:
        proposing.propose(round_, proposing.CLOSE_EARLY, {}, actor, reason=reason, at=now)
        return i18n.say(Sentence(refusal.message))
    return _("The round is closed. Running attempts that end now: %(count)s.", count=moved)


def _pause(round_: Round, form: ReasonForm, now: datetime) -> object:
    scheduling.pause(round_, signed_in(), reason=form.reason.data)
    return _("The round is paused.")


def _resume(round_: Round, form: ReasonForm, now: datetime) -> object:
    scheduling.resume(round_, signed_in(), reason=form.reason.data)
    return _("The round goes on.")


ACTS: dict[str, Act] = {
    "mo-som": _open_now,
    "gia-han": _extend,
    "dong-som": _close,
    "tam-dung": _pause,
    "tiep-tuc": _resume,
}


@bp.get("/vong/<public_id>/viec/<act>")
def ask(public_id: str, act: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.MANAGE_ROUND)
    return _question(round_, act, _form_of(act), 200)


@bp.post("/vong/<public_id>/viec/<act>")
def do(public_id: str, act: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.MANAGE_ROUND)
    form = _form_of(act)
    if not form.validate():
        return _question(round_, act, form, 422)
    flash(str(ACTS[act](round_, form, clock.now())), "success")
    return see_other(url_for(".dashboard", public_id=public_id))


def _form_of(act: str) -> ReasonForm:
    if act not in ACTS:
        raise NotFound
    return ExtendForm() if act == "gia-han" else ReasonForm()


def _question(round_: Round, act: str, form: ReasonForm, status: int) -> ResponseReturnValue:
    live = overviews.live(round_, at=clock.now())
    page = render_template(
        "contest/rounds/ask.html",
        contest=round_.contest,
        round=round_,
        act=act,
        form=form,
        live=live,
    )
    return page, status

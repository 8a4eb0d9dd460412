"""Changes to results: drafted, previewed, proposed, and decided by a second person."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from flask import Blueprint, flash, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import fresh, signed_in
from accounts.rules.authorizing import Permission
from contest import (
    access,
    change_queries,
    change_telling,
    previewing,
    recomputing,
    revising,
    run_queries,
)
from contest import jobs as contest_jobs
from contest.forms import keys
from contest.forms.changes import LinesForm
from contest.forms.organizer import ReasonForm
from contest.models import ChangeState, ResultChange, Round
from contest.recomputing import Preview
from contest.rules import changing, scoring
from contest.rules.changing import ABOUT, Change, ChangeKind
from contest.rules.progressing import unwatched
from contest.views import results
from core import clock, i18n, jobs
from core.errors import DomainError, NotFound
from core.saying import Sentence
from core.web import see_other
from questions import locking
from questions.forms.types import figures
from questions.models import ItemVersion, ViewPlace
from questions.rules import marking, rekeying
from questions.types import answers, options

bp = Blueprint("changes", __name__, url_prefix="/quan-ly")
OPEN = (ChangeState.DRAFT, ChangeState.PROPOSED)


@bp.get("/vong/<public_id>/thay-doi")
def index(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.COMPUTE_RESULTS)
    return render_template(
        "contest/changes/index.html",
        contest=round_.contest,
        round=round_,
        changes=change_queries.changes_of(round_),
        state_of=change_telling.state,
        kinds=_kinds,
    )


def _kinds(change: ResultChange) -> str:
    return "; ".join(dict.fromkeys(_name(one.kind) for one in change.changes))


def _name(kind: ChangeKind) -> str:
    return i18n.say(Sentence(changing.NAMES[kind]))


@bp.post("/vong/<public_id>/thay-doi")
@fresh
def draft(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.COMPUTE_RESULTS)
    made = revising.draft(round_, signed_in(), at=clock.now())
    return see_other(url_for(".show", public_id=made.public_id))


# --- One change --------------------------------------------------------------------------------


@bp.get("/thay-doi/<public_id>")
@fresh
def show(public_id: str) -> ResponseReturnValue:
    return _page(access.change_managed_by(public_id), 200)


def _page(
    change: ResultChange,
    status: int,
    *,
    reason: ReasonForm | None = None,
    lines: LinesForm | None = None,
) -> ResponseReturnValue:
    contest, me = change.round.contest, signed_in()
    preview, fault = _preview(change)
    may = access.may_in
    page = render_template(
        "contest/changes/show.html",
        contest=contest,
        round=change.round,
        change=change,
        state=change_telling.state(change),
        entries=change_telling.entries(
            change,
            in_full=may(contest, Permission.SEE_PERSONAL_DATA),
            shows_items=may(contest, Permission.READ_BANK),
        ),
        is_mine=change.made_by_id == me.id,
        preview=preview,
        offered=_offered(change),
        winners=previewing.winners_of(preview) if preview else [],
        group_named=change_telling.group_named,
        fault=fault or previewing.last_fault(change),
        job=previewing.alive(change),
        reason=reason or ReasonForm(formdata=None),
        lines=lines or LinesForm(formdata=None, data=_lines_typed(change)),
        **matrix(change.round, preview),
    )
    return page, status


def _offered(change: ResultChange) -> list[Round]:
    """Return the other rounds that an own draft could let be computed in the same decision."""
    if change.state is not ChangeState.DRAFT or change.made_by_id != signed_in().id:
        return []
    taken = {one.subject for one in change.changes if one.kind is ChangeKind.RECOMPUTE}
    rounds = change_queries.rounds_counting(change.round) if change.entries else ()
    return [one for one in rounds if one.public_id not in taken]


def _preview(change: ResultChange) -> tuple[Preview | None, str]:
    """Return the preview of an open change where it is there or quickly made, or a refusal."""
    if change.state not in OPEN or not change.entries:
        return None, ""
    path = previewing.file_of(contest_jobs.folder(), change)
    if path.exists():
        return previewing.read(path), ""
    if previewing.is_large(change.round):
        return None, ""
    try:
        return previewing.compute(change, at=clock.now(), progress=unwatched), ""
    except DomainError as refusal:
        return None, str(_(refusal.message, **refusal.details))


def matrix(round_: Round, preview: Preview | None) -> dict[str, object]:
    """Return what the table of a preview reads: a page of it, and what was asked for."""
    way, words = request.args.get("loc", "all"), request.args.get("tim", "")
    in_full = access.may_in(round_.contest, Permission.SEE_PERSONAL_DATA)
    told: dict[str, object] = {"way": way, "words": words, "in_full": in_full, "points": points}
    if preview is None:
        return told | {"rows": None, "count": 0}
    after = request.args.get("after") or request.args.get("before")
    rows, count = previewing.page_of(round_, preview.moved, way=way, words=words, after=after)
    return told | {"rows": rows, "count": count}


def points(millionths: int | None) -> Decimal | None:
    """Return points as they are written; None for none."""
    return None if millionths is None else scoring.from_millionths(millionths).normalize()


def _lines_typed(change: ResultChange) -> dict[str, str]:
    lines = previewing.lines_of(change)
    passing = points(lines.passing)
    typed = "" if passing is None else f"{passing:f}".replace(".", ",")
    return {"places": ", ".join(map(str, lines.places)), "passing": typed}


@bp.post("/thay-doi/<public_id>/moc")
@fresh
def lines(public_id: str) -> ResponseReturnValue:
    change, form = access.change_managed_by(public_id), LinesForm()
    if not form.validate():
        return _page(change, 422, lines=form)
    revising.draw_lines(change, form.lines(), signed_in())
    return see_other(url_for(".show", public_id=public_id))


@bp.post("/thay-doi/<public_id>/bo")
@fresh
def remove(public_id: str) -> ResponseReturnValue:
    change = access.change_managed_by(public_id)
    about = request.form.get("about", ""), request.form.get("subject", "")
    revising.remove(change, about, signed_in())
    return see_other(url_for(".show", public_id=public_id))


# --- What to change ----------------------------------------------------------------------------


@bp.get("/thay-doi/<public_id>/them")
@fresh
def choose(public_id: str) -> ResponseReturnValue:
    change = access.change_managed_by(public_id)
    round_, words = change.round, request.args.get("tim", "")
    asked, after = request.args.get("cau", ""), request.args.get("after")
    questions = None
    if access.may_in(round_.contest, Permission.READ_BANK):
        questions = change_queries.questions_of(round_, words=asked, after=after)
        _note_seen([one.version for one in questions.rows])
    return render_template(
        "contest/changes/choose.html",
        contest=round_.contest,
        round=round_,
        change=change,
        words=words,
        asked=asked,
        takers=change_queries.takers(round_, words),
        questions=questions,
        late=change_queries.late_waiting(round_),
        true_values=change_telling.true_values(round_, run_queries.current_run(round_)),
        in_full=access.may_in(round_.contest, Permission.SEE_PERSONAL_DATA),
    )


def _note_seen(versions: Sequence[ItemVersion]) -> None:
    items = [version.item for version in versions]
    locking.note_views(signed_in(), items, ViewPlace.PAGE, at=clock.now())


@bp.get("/thay-doi/<public_id>/cau/<int:version_id>")
@fresh
def question(public_id: str, version_id: int) -> ResponseReturnValue:
    change = access.change_managed_by(public_id)
    access.round_managed_by(change.round.public_id, Permission.READ_BANK)
    found = change_queries.versions_named(change.round, [version_id]).get(version_id)
    if found is None:
        raise NotFound
    version, code = found
    _note_seen([version])
    held = change_queries.rulings_in(change.round).get(version_id)
    kind = str(version.type)
    return render_template(
        "contest/changes/question.html",
        contest=change.round.contest,
        round=change.round,
        change=change,
        version=version,
        code=code,
        held=held,
        may_rekey=rekeying.may_rekey(kind, version.content),
        kind=kind,
        has_options=kind in marking.WITH_OPTIONS,
        letter=options.letter,
        percent=figures.percent,
        now=answers.parts(rekeying.key_of(kind, version.content)),
        right=change_telling.key_said(kind, version.content),
    )


@bp.post("/thay-doi/<public_id>/them")
@fresh
def add(public_id: str) -> ResponseReturnValue:
    change = access.change_managed_by(public_id)
    sent = request.form
    try:
        kind = ChangeKind(sent.get("kind", ""))
    except ValueError:
        flash(_("Choose one."), "error")
        return see_other(url_for(".choose", public_id=public_id))
    if ABOUT[kind] == "question":
        access.round_managed_by(change.round.public_id, Permission.READ_BANK)
    revising.add(change, Change(kind, sent.get("subject", ""), _values(kind)), signed_in())
    flash(_("Added to the draft."), "success")
    return see_other(url_for(".show", public_id=public_id))


def _values(kind: ChangeKind) -> tuple[str, ...]:
    """Return what was sent beside a change: accepted answers, or the actual value."""
    if kind is ChangeKind.ACTUAL:
        return (request.form.get("value", "").strip(),)
    if kind is not ChangeKind.KEY:
        return ()
    return keys.accepted(request.form)


# --- Deciding ----------------------------------------------------------------------------------


@bp.post("/thay-doi/<public_id>/trinh")
@fresh
def propose(public_id: str) -> ResponseReturnValue:
    return _with_reason(public_id, revising.propose, _("The proposal waits for a second person."))


@bp.post("/thay-doi/<public_id>/tu-choi")
@fresh
def refuse(public_id: str) -> ResponseReturnValue:
    return _with_reason(public_id, revising.refuse, _("The proposal is refused."))


@bp.post("/thay-doi/<public_id>/dong-y")
@fresh
def agree(public_id: str) -> ResponseReturnValue:
    change = access.change_managed_by(public_id)
    if previewing.is_large(change.round):
        return _with_reason(public_id, previewing.order, _("The new run is being computed."))
    return _with_reason(public_id, revising.agree, _("The change is carried out as a new run."))


def _with_reason(public_id: str, act: Callable[..., object], said: str) -> ResponseReturnValue:
    change, form = access.change_managed_by(public_id), ReasonForm()
    if not form.validate():
        return _page(change, 422, reason=form)
    act(change, signed_in(), reason=form.reason.data or "", at=clock.now())
    flash(said, "success")
    return see_other(url_for(".show", public_id=public_id))


@bp.post("/thay-doi/<public_id>/rut-lai")
@fresh
def withdraw(public_id: str) -> ResponseReturnValue:
    change = access.change_managed_by(public_id)
    back = url_for(".index", public_id=change.round.public_id)
    revising.withdraw(change, signed_in())
    flash(_("The proposal is taken back."), "success")
    return see_other(back)


@bp.post("/thay-doi/<public_id>/tinh-thu")
@fresh
def compute(public_id: str) -> ResponseReturnValue:
    change = access.change_managed_by(public_id)
    recomputing.effects_of(change.round, change.changes)
    previewing.order(change, signed_in(), at=clock.now())
    return see_other(url_for(".show", public_id=public_id))


@bp.get("/thay-doi/<public_id>/tien-do")
def progress(public_id: str) -> ResponseReturnValue:
    job = previewing.alive(access.change_managed_by(public_id))
    if job is None:
        return jsonify(state="done", progress=100, text="")
    share = 100 * job.done // job.total if job.total else 0
    words = results.done_of_a_hundred(share)
    return jsonify(state=job.state.value, progress=share, text=words)


@bp.post("/thay-doi/<public_id>/dung")
@fresh
def cancel(public_id: str) -> ResponseReturnValue:
    job = previewing.alive(access.change_managed_by(public_id))
    if job is not None:
        jobs.cancel(job, at=clock.now())
        flash(_("The work was stopped; nothing has changed."), "success")
    return see_other(url_for(".show", public_id=public_id))

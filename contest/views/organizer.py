"""The organiser's pages of a contest: home, the contest, its units, roles and trail."""

from datetime import datetime

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts import granting, unit_queries
from accounts import queries as people
from accounts.access import (
    fresh,
    is_staff,
    may,
    names_shown,
    scope_ids,
    sign_in_required,
    signed_in,
)
from accounts.rules.acts import name_of
from accounts.rules.authorizing import Permission, Role, ScopeKind
from contest import access, organizing, overviews, people_queries, planning, presets
from contest.errors import NameTaken
from contest.forms.organizer import (
    ContestForm,
    RoleForm,
    UnitsForm,
    of_contest,
    of_preset,
    role_name,
)
from contest.models import Contest, ContestState
from contest.rules.preset import Preset
from core import clock, i18n
from core.errors import Forbidden, NotFound
from core.saying import Sentence
from core.text import same_text
from core.web import see_other, whole

bp = Blueprint("organizer", __name__, url_prefix="/quan-ly")
STATES = {
    "cong-bo": ContestState.PUBLISHED,
    "an": ContestState.DRAFT,
    "luu-tru": ContestState.ARCHIVED,
}


@bp.get("/")
@sign_in_required
def home() -> ResponseReturnValue:
    if not is_staff():
        raise Forbidden
    now = clock.now()
    everything = may(Permission.SEE_CONTEST)
    mine = None if everything else scope_ids(Permission.SEE_CONTEST, ScopeKind.CONTEST)
    if mine == set() and _reads_banks():
        return see_other(url_for("author.banks"))
    lines = overviews.contests(mine)
    units = overviews.unit_counts([line.contest.id for line in lines])
    stood = {
        one.public_id: one
        for one in overviews.rounds_at([round_ for line in lines for round_ in line.rounds])
    }
    shown = []
    for line in lines:
        rounds = [stood[round_.public_id] for round_ in line.rounds]
        found = overviews.steps_of(
            line.contest, rounds, units=units.get(line.contest.id, 0), at=now
        )
        shown.append({"line": line, "rounds": rounds, "steps": found})
    return render_template(
        "contest/organizer/home.html",
        shown=shown,
        may_create=may(Permission.CREATE_CONTEST),
        at=now,
    )


def _reads_banks() -> bool:
    """Say whether the asker works in banks, which is where those begin who have no contest."""
    return may(Permission.READ_BANK) or bool(scope_ids(Permission.READ_BANK, ScopeKind.BANK))


@bp.get("/cuoc-thi/moi")
@sign_in_required
def new() -> ResponseReturnValue:
    _may_create()
    like = presets.find(request.args.get("mau", ""))
    form = ContestForm(data=of_preset(like) if like else None)
    return _new(form, like, 200)


@bp.post("/cuoc-thi/moi")
@sign_in_required
def create() -> ResponseReturnValue:
    _may_create()
    form, like = ContestForm(), presets.find(request.form.get("mau", ""))
    groups = like.blocks if like else ()
    if form.validate():
        try:
            contest = organizing.create_contest(
                form.settings(), signed_in(), at=clock.now(), groups=groups
            )
        except NameTaken as taken:
            form.slug.errors = [_(taken.message)]
        else:
            flash(_("The contest is made. Add its first round now."), "success")
            key = like.key if like else None
            return see_other(url_for("rounds.new", public_id=contest.public_id, mau=key))
    return _new(form, like, 422)


def _new(form: ContestForm, like: Preset | None, status: int) -> ResponseReturnValue:
    page = render_template(
        "contest/organizer/edit.html",
        form=form,
        contest=None,
        presets=presets.every(),
        like=like,
    )
    return page, status


def _may_create() -> None:
    signed_in()
    if not may(Permission.CREATE_CONTEST):
        raise Forbidden


@bp.get("/cuoc-thi/<public_id>")
def contest(public_id: str) -> ResponseReturnValue:
    found = access.contest_managed_by(public_id, Permission.SEE_CONTEST)
    now = clock.now()
    line = overviews.line_of(found)
    stood = overviews.rounds_at(found.rounds)
    units = overviews.unit_counts([found.id]).get(found.id, 0)
    return render_template(
        "contest/organizer/contest.html",
        contest=found,
        line=line,
        rounds=stood,
        units=units,
        steps=overviews.steps_of(found, stood, units=units, at=now),
        excluded=planning.excluded(found),
        may_manage=access.may_in(found, Permission.MANAGE_CONTEST),
        at=now,
    )


@bp.get("/cuoc-thi/<public_id>/sua")
def edit(public_id: str) -> ResponseReturnValue:
    found = access.contest_managed_by(public_id, Permission.MANAGE_CONTEST)
    form = ContestForm(data=of_contest(planning.settings_of_contest(found)))
    return render_template("contest/organizer/edit.html", form=form, contest=found)


@bp.post("/cuoc-thi/<public_id>/sua")
def save(public_id: str) -> ResponseReturnValue:
    found = access.contest_managed_by(public_id, Permission.MANAGE_CONTEST)
    form = ContestForm()
    if form.validate():
        try:
            organizing.edit_contest(found, form.settings(), signed_in())
        except NameTaken as taken:
            form.slug.errors = [_(taken.message)]
        else:
            flash(_("Saved."), "success")
            return see_other(url_for(".contest", public_id=public_id))
    return render_template("contest/organizer/edit.html", form=form, contest=found), 422


@bp.post("/cuoc-thi/<public_id>/trang-thai/<state>")
def set_state(public_id: str, state: str) -> ResponseReturnValue:
    found = access.contest_managed_by(public_id, Permission.MANAGE_CONTEST)
    if state not in STATES:
        raise NotFound
    organizing.set_state(found, STATES[state], signed_in())
    return see_other(url_for(".contest", public_id=public_id))


# --- Units -------------------------------------------------------------------------------------


@bp.get("/cuoc-thi/<public_id>/don-vi")
def units(public_id: str) -> ResponseReturnValue:
    found = access.contest_managed_by(public_id, Permission.SEE_UNIT_PROGRESS)
    return _units_page(found, UnitsForm(), 200)


@bp.post("/cuoc-thi/<public_id>/don-vi")
def choose_units(public_id: str) -> ResponseReturnValue:
    found = access.contest_managed_by(public_id, Permission.MANAGE_CONTEST)
    form = UnitsForm()
    if not form.validate():
        return _units_page(found, form, 422)
    chosen, unknown = _chosen(form)
    if unknown:
        form.listed.errors = [_("Not in the list of units: %(names)s", names="; ".join(unknown))]
        return _units_page(found, form, 422)
    count = organizing.choose_units(found, chosen, signed_in(), at=clock.now())
    flash(_("Units that take part: %(count)s.", count=count), "success")
    return see_other(url_for(".units", public_id=public_id))


def _units_page(found: Contest, form: UnitsForm, status: int) -> ResponseReturnValue:
    sort = request.args.get("sort", "name")
    rows = overviews.participation(found, sort=sort)
    page = render_template(
        "contest/organizer/units.html", contest=found, rows=rows, sort=sort, form=form
    )
    return page, status


def _chosen(form: UnitsForm) -> tuple[set[int], list[str]]:
    """Return the units that the form chooses, and the names that are no unit's."""
    kind = form.kind.data
    chosen: set[int] = set()
    if kind in ("communes", "both"):
        chosen |= organizing.communes()
    if kind in ("agencies", "both"):
        chosen |= organizing.agencies()
    if kind != "listed":
        return chosen, []
    living = unit_queries.living_units()
    unknown = []
    for name in form.names:
        same = [one.id for one in living if one.code == name or same_text(one.name, name)]
        chosen.update(same[:1])
        unknown += [] if len(same) == 1 else [name]
    return chosen, unknown


# --- Roles and trail ---------------------------------------------------------------------------


@bp.get("/cuoc-thi/<public_id>/phan-cong")
def roles(public_id: str) -> ResponseReturnValue:
    found = access.contest_managed_by(public_id, Permission.MANAGE_CONTEST)
    return _roles_page(found, RoleForm(), 200)


@bp.post("/cuoc-thi/<public_id>/phan-cong")
@fresh
def grant(public_id: str) -> ResponseReturnValue:
    found = access.contest_managed_by(public_id, Permission.GRANT_ROLES)
    form = RoleForm()
    account = people.account_with(form.account.data or "")
    if not form.validate() or account is None:
        return _roles_page(found, form, 422)
    scope = (ScopeKind.CONTEST, found.id)
    granting.give(signed_in(), account, Role(form.role.data), scope, at=clock.now())
    flash(_("The role is given. The person signs in again to use it."), "success")
    return see_other(url_for(".roles", public_id=public_id))


@bp.post("/cuoc-thi/<public_id>/phan-cong/<int:grant_id>/thu-hoi")
@fresh
def withdraw(public_id: str, grant_id: int) -> ResponseReturnValue:
    found = access.contest_managed_by(public_id, Permission.GRANT_ROLES)
    now = clock.now()
    held = next(
        (one for one in people_queries.grants_in(found, at=now) if one.id == grant_id), None
    )
    if held is None:
        raise NotFound
    granting.withdraw(signed_in(), held, at=now)
    flash(_("The role is withdrawn."), "success")
    return see_other(url_for(".roles", public_id=public_id))


def _roles_page(found: Contest, form: RoleForm, status: int) -> ResponseReturnValue:
    now: datetime = clock.now()
    words = request.args.get("tim", "")
    page = render_template(
        "contest/organizer/roles.html",
        contest=found,
        grants=people_queries.grants_in(found, at=now),
        may_grant=access.may_in(found, Permission.GRANT_ROLES),
        words=words,
        people=people.accounts_page(words).rows[:12] if words else [],
        role_names={role: role_name(role) for role in Role},
        form=form,
    )
    return page, status


@bp.get("/cuoc-thi/<public_id>/nhat-ky")
def trail(public_id: str) -> ResponseReturnValue:
    found = access.contest_managed_by(public_id, Permission.READ_AUDIT)
    before = request.args.get("after", type=whole)
    words = request.args.get("tim", "")
    page = people.trail_page(log=found.log, words=words, before=before)
    names = names_shown(
        {row.actor_id for row in page.rows if row.actor_id is not None},
        in_full=access.may_in(found, Permission.SEE_PERSONAL_DATA),
    )
    return render_template(
        "contest/organizer/trail.html",
        contest=found,
        page=page,
        names=names,
        words=words,
        act=lambda key: i18n.say(Sentence(name_of(key))),
    )

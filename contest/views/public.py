"""Anyone's pages: contests, rules, leaderboard, units, registration, receipts, personal data."""

import re

from flask import Blueprint, make_response, render_template, request, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue

from accounts import access as people
from accounts import authenticating, unit_queries
from accounts import queries as people_queries
from accounts.errors import PhoneTaken, SignInRefused
from accounts.models import Account, Unit
from accounts.registering import Applicant
from accounts.rules.consents import Purpose
from accounts.rules.staff import StaffCategory
from accounts.unit_queries import UnitChoice
from contest import (
    access,
    announcing,
    award_telling,
    board_lines,
    boards,
    enrolling,
    greeting,
    presenting,
    queries,
    turnouts,
)
from contest.enrolling import Entry
from contest.errors import TooYoung, WrongBlock
from contest.forms.public import EntryForm, ReceiptForm, RegisterForm
from contest.models import Contest
from contest.views import asked_rows
from core import clock, fastpath, i18n, ids, limits, web
from core.errors import DomainError, NotFound
from core.saying import Sentence
from core.text import clean_line
from core.web import see_other

bp = Blueprint("public", __name__)
# The pages that everybody gets alike, kept ready before Flask.
BOARD = re.compile(
    r"/cuoc-thi/[^/]+/(?:bang-xep-hang/\d+(?:/man-chieu|/buc-vinh-danh|/nhung)?|tong-hop/[\w-]+)",
)


@bp.get("/")
def home() -> ResponseReturnValue:
    cards = greeting.cards(turnouts.published_contests(), at=clock.now())
    return render_template("contest/public/home.html", cards=cards, me=people.viewer())


@bp.get("/cuoc-thi/<slug>")
def contest(slug: str) -> ResponseReturnValue:
    row = access.open_contest(slug)
    page = presenting.contest_page(row, people.viewer(), at=clock.now())
    return render_template("contest/public/contest.html", page=page)


@bp.get("/cuoc-thi/<slug>/the-le")
def rules(slug: str) -> ResponseReturnValue:
    row = access.open_contest(slug)
    return render_template(
        "contest/public/rules.html",
        contest=row,
        frame=presenting.frame(row),
        short=presenting.rules_in_short(row, None),
        rounds=presenting.rules_in_full(row),
    )


# --- Boards ------------------------------------------------------------------------------------


@bp.get("/cuoc-thi/<slug>/bang-xep-hang")
def newest_board(slug: str) -> ResponseReturnValue:
    head = boards.head(slug, None, at=clock.now())
    if head is None:
        row = access.open_contest(slug)
        frame = presenting.frame(row)
        return render_template("contest/public/no_board.html", frame=frame)
    return see_other(url_for(".board", slug=slug, number=head.number))


@bp.get("/cuoc-thi/<slug>/bang-xep-hang/<int(max=9999):number>")
def board(slug: str, number: int) -> ResponseReturnValue:
    wanted = asked_rows.wanted()
    if asked_rows.is_untidy():
        return see_other(url_for(".board", slug=slug, number=number, **announcing.asking(wanted)))
    found = board_lines.board(slug, number, wanted, at=clock.now())
    if found is None:
        raise NotFound
    shared = fastpath.sharing(request.environ)
    page = announcing.board_page(*found, wanted, me=asked_rows.me(), shared=shared)
    return web.versioned(
        page.etag,
        lambda: render_template("contest/public/board.html", page=page),
        is_shared=bool(shared and not wanted.words),
    )


@bp.get("/cuoc-thi/<slug>/bang-xep-hang/<int(max=9999):number>/dong-cua-toi")
@people.sign_in_required
def my_row(slug: str, number: int) -> ResponseReturnValue:
    head = boards.head(slug, number, at=clock.now())
    if head is None:
        raise NotFound
    found = board_lines.mark_above(head, people.signed_in().id)
    return asked_rows.to_mine(url_for(".board", slug=slug, number=number), found, head.blocks)


@bp.get("/cuoc-thi/<slug>/don-vi")
def units(slug: str) -> ResponseReturnValue:
    row = access.open_contest(slug)
    taken = turnouts.turnout(row, at=clock.now())
    words = clean_line(request.args.get("tim", ""))[:100]
    sort = request.args.get("sort", "-rate")
    return render_template(
        "contest/public/units.html",
        contest=row,
        frame=presenting.frame(row),
        taken=taken,
        rates=taken.rates,
        shown=turnouts.units_sorted(taken, words, sort),
        words=words,
        sort=sort,
    )


@bp.get("/cuoc-thi/<slug>/giai-thuong")
def winners(slug: str) -> ResponseReturnValue:
    row = access.open_contest(slug)
    return render_template(
        "contest/public/winners.html",
        contest=row,
        frame=presenting.frame(row),
        lists=award_telling.public_lists(row, at=clock.now()),
    )


# --- Entering ----------------------------------------------------------------------------------


@bp.get("/cuoc-thi/<slug>/dang-ky")
def entry(slug: str) -> ResponseReturnValue:
    row, account = access.open_contest(slug), people.viewer()
    if account is not None and queries.enrolment_of(account.id, row.id) is not None:
        return see_other(_start(row))
    enrolling.check_takes_entries(row, at=clock.now())
    form = _form(row, account)
    unit = unit_queries.unit_of_code(clean_line(request.args.get("dv", ""))[:40])
    if form.unit is not None and unit is not None:
        form.unit.data, form.unit_text.data = unit.public_id, unit.name
    return _entry_page(row, form, 200)


@bp.post("/cuoc-thi/<slug>/dang-ky")
def enter(slug: str) -> ResponseReturnValue:
    limits.count("registration", limits.address())
    row, account = access.open_contest(slug), people.viewer()
    form = _form(row, account)
    if request.form.get("unit_find"):
        return _entry_page(row, form, 200, unit_queries.find_units(form.unit_text.data or ""))
    unit = _unit(form)
    if not form.validate():
        return _entry_page(row, form, 422, _choices(form))
    said = _said(row, form, unit)
    try:
        if account is None:
            return _register(row, form, said)
        enrolling.enrol(row, account, said, at=clock.now())
    except (TooYoung, WrongBlock) as refused:
        field = form.birth_date if isinstance(refused, TooYoung) else form.block
        if field is None:
            raise
        field.errors = [i18n.say(Sentence(refused.message, refused.details))]
        return _entry_page(row, form, 422, _choices(form))
    return see_other(_start(row))


def _register(row: Contest, form: RegisterForm, said: Entry) -> ResponseReturnValue:
    """Make the account and the enrolment, and sign the person in."""
    applicant = Applicant(
        form.full_name.data,
        phone=form.phone.data,
        password_hash=authenticating.hash_password(form.password.data),
        locale=i18n.language(),
    )
    try:
        account = enrolling.register(row, applicant, said, at=clock.now()).account
    except PhoneTaken as taken:
        known = _same_person(form)
        if known is None:
            form.phone.errors = [i18n.say(Sentence(taken.message, taken.details))]
            return _entry_page(row, form, 422, is_taken=True)
        account = known
        enrolling.enrol(row, account, said, at=clock.now())
    browser.clear()
    token = authenticating.open_session(
        account, is_staff=False, device=request.user_agent.string, at=clock.now()
    )
    return people.put_cookie(make_response(see_other(_start(row))), token, is_staff=False)


def _same_person(form: RegisterForm) -> Account | None:
    """Return the account if the form was sent twice, or by somebody who knows the password.

    Who has a role or a second factor signs in on the page for it.
    """
    now = clock.now()
    try:
        known = authenticating.sign_in(form.phone.data, form.password.data, at=now)
    except (SignInRefused, DomainError):
        return None
    needs_more = known.is_staff or known.has_factor
    return None if needs_more else people_queries.account_with(known.public_id)


def _form(row: Contest, account: Account | None) -> EntryForm:
    form = RegisterForm() if account is None else EntryForm()
    form.ask(row, account)
    return form


def _unit(form: EntryForm) -> Unit | None:
    """Return the unit chosen; one that is not there, or no more, counts as not chosen."""
    if form.unit is None or not form.unit.data:
        return None
    unit = unit_queries.unit_with(clean_line(form.unit.data)[:24])
    if unit is None or unit.valid_to is not None:
        form.unit.data = ""
        return None
    return unit


def _choices(form: EntryForm) -> list[UnitChoice]:
    """Return units to choose from where the person typed a name and chose none."""
    if form.unit is None or form.unit.data:
        return []
    return unit_queries.find_units(form.unit_text.data or "")


def _said(row: Contest, form: EntryForm, unit: Unit | None) -> Entry:
    chosen = form.block.data if form.block is not None else None
    return Entry(
        unit=unit,
        unit_claim="" if unit or form.unit is None else form.unit_text.data,
        category=StaffCategory(form.category.data) if form.category is not None else None,
        one_stop=bool(form.one_stop.data) if form.one_stop is not None else False,
        block=next((one for one in row.blocks if str(one.id) == chosen), None),
        birth_date=form.birth_date.day if form.birth_date is not None else None,
        consents=form.consents(),
    )


def _start(row: Contest) -> str:
    """Return where somebody goes who has just entered: the start of the open round."""
    now = presenting.open_round(row.quizzes, at=clock.now())
    if now is None:
        return url_for("participant.rounds")
    if request.args.get("thu"):
        return url_for("participant.practice", public_id=now.public_id)
    return url_for("participant.start", public_id=now.public_id)


def _entry_page(
    row: Contest,
    form: EntryForm,
    status: int,
    found: list[UnitChoice] | None = None,
    *,
    is_taken: bool = False,
) -> ResponseReturnValue:
    choices = [
        {"id": one.id, "text": one.text, "note": i18n.say(one.note) if one.note else ""}
        for one in found or []
    ]
    page = render_template(
        "contest/public/entry.html",
        contest=row,
        frame=presenting.frame(row),
        form=form,
        choices=choices,
        is_taken=is_taken,
        me=people.viewer(),
    )
    return page, status


# --- Posters and receipts ----------------------------------------------------------------------


@bp.get("/cuoc-thi/<slug>/ma-qr")
def poster(slug: str) -> ResponseReturnValue:
    row = access.open_contest(slug)
    unit = unit_queries.unit_of_code(clean_line(request.args.get("dv", ""))[:40])
    code = unit.code if unit else None
    return render_template(
        "contest/public/poster.html",
        contest=row,
        frame=presenting.frame(row),
        unit=unit,
        address=url_for(".entry", slug=slug, dv=code, _external=True),
    )


@bp.get("/bien-nhan")
def receipt() -> ResponseReturnValue:
    form = ReceiptForm(request.args)
    code = form.ma.data or ""
    found, status = None, 200
    if code:
        limits.count("lookup", limits.address())
        known = ids.normalise_code(code) if form.validate() else None
        found = presenting.checked(known) if known else None
        status = 200 if found else 404
    page = render_template("contest/public/receipt.html", form=form, code=code, found=found)
    return page, status


@bp.get("/du-lieu-ca-nhan")
def privacy() -> ResponseReturnValue:
    return render_template("contest/public/privacy.html", purposes=list(Purpose))

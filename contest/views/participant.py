"""The participant's pages: my rounds, the start, the attempt."""

import json
from datetime import datetime

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts import authenticating
from accounts.access import browser_session, sign_in_required, signed_in
from contest import (
    access,
    appeal_telling,
    attempting,
    foretelling,
    greeting,
    prediction_telling,
    queries,
    saving,
    saving_edge,
    showing,
    start_telling,
    waiting,
)
from contest.attempting import Client
from contest.forms.participant import (
    AnswerForm,
    PracticeForm,
    PredictionForm,
    StartForm,
    SubmitForm,
)
from contest.models import Attempt
from contest.saving import Answer
from core import clock, fastpath, limits
from core.errors import Invalid, NotFound
from core.web import see_other, whole
from questions.types import answers

bp = Blueprint("participant", __name__, url_prefix="/thi")
SAVE, BEAT = fastpath.view(saving_edge.save), fastpath.view(saving_edge.beat)
HAND_IN = fastpath.view(saving_edge.submit)
bp.add_url_rule("/bai/<public_id>/nop", "hand_in", HAND_IN, methods=["PUT"])
bp.add_url_rule("/bai/<public_id>/tra-loi", "save", SAVE, methods=["PUT"])
bp.add_url_rule("/bai/<public_id>/nhip", "beat", BEAT, methods=["PUT"])


@bp.get("/")
@sign_in_required
def rounds() -> ResponseReturnValue:
    home = greeting.home(signed_in(), at=clock.now())
    return render_template("contest/participant/rounds.html", home=home)


@bp.get("/vong/<public_id>")
@sign_in_required
def start(public_id: str) -> ResponseReturnValue:
    round_, enrolment = access.own_round(signed_in(), public_id)
    room = waiting.address(round_, enrolment)
    if room:
        return see_other(room)
    return _start_page(start_telling.start(round_, enrolment, at=clock.now()), StartForm(), 200)


@bp.post("/vong/<public_id>")
@sign_in_required
def begin(public_id: str) -> ResponseReturnValue:
    account, now = signed_in(), clock.now()
    limits.count("start", account.public_id)
    round_, enrolment = access.own_round(account, public_id)
    form = StartForm()
    if not form.validate():
        return _start_page(start_telling.start(round_, enrolment, at=now), form, 422)
    client = _client()
    attempt = attempting.start(round_, enrolment, account, client=client, at=now)
    authenticating.hold(client.session, attempt.accepts_until + authenticating.AFTER_ATTEMPT)
    return see_other(url_for(".attempt", public_id=attempt.public_id))


@bp.get("/vong/<public_id>/thi-thu")
@sign_in_required
def practice(public_id: str) -> ResponseReturnValue:
    round_, enrolment = access.own_round(signed_in(), public_id)
    page = start_telling.start(round_, enrolment, at=clock.now(), is_practice=True)
    return _start_page(page, PracticeForm(), 200)


@bp.post("/vong/<public_id>/thi-thu")
@sign_in_required
def practise(public_id: str) -> ResponseReturnValue:
    account = signed_in()
    limits.count("start", account.public_id)
    round_, enrolment = access.own_round(account, public_id)
    if not PracticeForm().validate():
        raise Invalid
    attempt = attempting.practise(round_, enrolment, account, client=_client(), at=clock.now())
    return see_other(url_for(".attempt", public_id=attempt.public_id))


@bp.get("/bai/<public_id>")
@sign_in_required
def attempt(public_id: str) -> ResponseReturnValue:
    return _attempt_page(public_id, request.args.get("cau", type=whole))


@bp.get("/bai/<public_id>/cau/<int:n>")
@sign_in_required
def question(public_id: str, n: int) -> ResponseReturnValue:
    return _attempt_page(public_id, n)


@bp.post("/bai/<public_id>/cau/<int:n>")
@sign_in_required
def save_form(public_id: str, n: int) -> ResponseReturnValue:
    now, row = clock.now(), access.own_attempt(signed_in(), public_id)
    ticket = saving.ticket_of(row)
    if row.holder != browser_session().public_id or saving.is_behind(ticket):
        return see_other(url_for(".attempt", public_id=public_id))
    form = AnswerForm()
    if not form.validate() or not 0 < n <= saving.MOST_ANSWERS:
        raise Invalid
    text = answers.from_form(request.form.to_dict(flat=False))
    if len(text) > saving.LONGEST_ANSWER:
        raise Invalid
    saving.save(ticket, [Answer(n, 1 + queries.newest_seq_of(row.id, n), text)], at=now)
    if form.go.data == "review":
        return see_other(url_for(".review", public_id=public_id))
    step = -1 if form.go.data == "prev" else 1
    return see_other(url_for(".question", public_id=public_id, n=max(1, n + step)))


@bp.post("/bai/<public_id>/lam-o-day")
@sign_in_required
def take_over(public_id: str) -> ResponseReturnValue:
    account = signed_in()
    row = access.own_attempt(account, public_id)
    session = browser_session().public_id
    attempting.take_over(row, account, session=session, at=clock.now())
    return see_other(url_for(".attempt", public_id=public_id))


@bp.get("/bai/<public_id>/xem-lai")
@sign_in_required
def review(public_id: str) -> ResponseReturnValue:
    now, row = clock.now(), access.own_attempt(signed_in(), public_id)
    if not attempting.is_running(row, at=now):
        return see_other(url_for(".receipt", public_id=public_id))
    return render_template("contest/participant/review.html", paper=_paper(row, now))


@bp.post("/bai/<public_id>/nop")
@sign_in_required
def submit(public_id: str) -> ResponseReturnValue:
    now, account = clock.now(), signed_in()
    row = access.own_attempt(account, public_id)
    form = SubmitForm()
    if not form.validate():
        raise Invalid
    pending = _pending(form.pending.data)
    if pending:
        saving.save(saving.ticket_of(row), pending, at=now)
    attempting.submit(row, account, at=now)
    return see_other(url_for(".receipt", public_id=public_id))


@bp.get("/bai/<public_id>/bien-nhan")
@sign_in_required
def receipt(public_id: str) -> ResponseReturnValue:
    now = clock.now()
    row = _closed(public_id, now)
    return render_template(
        "contest/participant/receipt.html",
        receipt=showing.receipt(row),
        predict_until=foretelling.open_until(row, at=now),
    )


@bp.get("/bai/<public_id>/du-doan")
@sign_in_required
def prediction(public_id: str) -> ResponseReturnValue:
    return _prediction_page(_closed(public_id, clock.now()), PredictionForm(), 200)


@bp.post("/bai/<public_id>/du-doan")
@sign_in_required
def predict(public_id: str) -> ResponseReturnValue:
    now, form = clock.now(), PredictionForm()
    row = _closed(public_id, now)
    if not form.validate():
        return _prediction_page(row, form, 422)
    foretelling.send(row, form.number.data or "", signed_in(), at=now)
    flash(_("Your prediction is kept and locked."), "success")
    return see_other(url_for(".receipt", public_id=public_id))


def _prediction_page(row: Attempt, form: PredictionForm, status: int) -> ResponseReturnValue:
    told = prediction_telling.foretold(row, at=clock.now())
    if told is None:
        raise NotFound
    return render_template("contest/participant/foretell.html", told=told, form=form), status


@bp.get("/bai/<public_id>/ket-qua")
@sign_in_required
def result(public_id: str) -> ResponseReturnValue:
    now = clock.now()
    row = _closed(public_id, now)
    shown = showing.result(row, at=now)
    if shown is None:
        return see_other(url_for(".receipt", public_id=public_id))
    appeal = appeal_telling.invited(row, at=now)
    return render_template(
        "contest/participant/result.html",
        result=shown,
        appeal=appeal,
        predict_until=foretelling.open_until(row, at=now),
        predict_url=url_for(".prediction", public_id=public_id),
    )


def _start_page(start: start_telling.Start, form: object, status: int) -> ResponseReturnValue:
    page = render_template("contest/participant/start.html", start=start, form=form)
    return page, status


def _attempt_page(public_id: str, n: int | None) -> ResponseReturnValue:
    now, row = clock.now(), access.own_attempt(signed_in(), public_id)
    if not attempting.is_running(row, at=now):
        return see_other(url_for(".receipt", public_id=public_id))
    paper = _paper(row, now, n)
    if not 1 <= paper.current <= len(paper.slots):
        raise NotFound
    return render_template("contest/participant/attempt.html", paper=paper)


def _paper(row: Attempt, now: datetime, current: int | None = 1) -> showing.Paper:
    return showing.paper(row, session=browser_session().public_id, current=current, at=now)


def _closed(public_id: str, now: datetime) -> Attempt:
    """Return an own attempt that is over, closing it where nobody has yet."""
    row = access.own_attempt(signed_in(), public_id)
    if row.submitted_at is None:
        if attempting.is_running(row, at=now):
            raise NotFound
        attempting.submit(row, None, at=now)
    return row


def _pending(text: str) -> list[Answer]:
    try:
        sent = json.loads(text or "[]")
    except (ValueError, RecursionError):
        raise Invalid from None
    return saving_edge.read_answers(sent) if sent else []


def _client() -> Client:
    device = "phone" if "Mobi" in request.headers.get("User-Agent", "") else "computer"
    return Client(browser_session().public_id, device)

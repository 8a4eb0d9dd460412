"""The participant's page of a prediction sent after handing in."""

from datetime import timedelta

import pytest

from contest import attempting
from contest.models import Attempt
from contest.rules.predicting import Asked, Prediction, Target
from core import clock
from core.db import db
from tests import factories
from tests.contest.judged import one_paper, take
from tests.world import Asker


@pytest.fixture
def attempt(app):
    now = clock.now() - timedelta(minutes=30)
    config = Prediction(Target.PARTICIPANTS, asked=Asked.AFTER_SUBMIT)
    round_ = factories.round_(opens_at=now, blueprint=one_paper(), prediction=config.written())
    made = take(round_, "bbb", at=now)
    attempting.submit(made, made.enrolment.account, at=now + timedelta(minutes=1))
    return db.session.get_one(Attempt, made.id)


def test_the_receipt_leads_to_the_page_and_the_number_is_locked_there(app, attempt):
    owner, page = Asker(app, attempt.enrolment.account), f"/thi/bai/{attempt.public_id}/du-doan"
    receipt = f"/thi/bai/{attempt.public_id}/bien-nhan"
    assert page in owner.ask("GET", receipt).text
    assert owner.ask("GET", page).status_code == 200
    assert owner.ask("POST", page, data={"number": ""}).status_code == 422
    assert owner.ask("POST", page, data={"number": "nhiều"}).status_code == 409

    assert owner.ask("POST", page, data={"number": "1.350"}).status_code == 303

    db.session.rollback()
    assert db.session.get_one(Attempt, attempt.id).predicted == 1_350_000_000
    assert page not in owner.ask("GET", receipt).text
    assert "1.350" in owner.ask("GET", page).text
    assert owner.ask("POST", page, data={"number": "1"}).status_code == 409


def test_nobody_else_predicts_for_an_attempt(app, attempt):
    other = Asker(app, factories.account())

    page = f"/thi/bai/{attempt.public_id}/du-doan"

    assert other.ask("GET", page).status_code == 404
    assert other.ask("POST", page, data={"number": "5"}).status_code == 404


def test_every_page_on_the_way_leads_to_a_prediction_still_to_be_sent(app, attempt):
    owner, page = Asker(app, attempt.enrolment.account), f"/thi/bai/{attempt.public_id}/du-doan"
    ways = {
        "my page": "/thi/",
        "round": f"/thi/vong/{attempt.round.public_id}",
        "result": f"/thi/bai/{attempt.public_id}/ket-qua",
    }
    before = {name: page in owner.ask("GET", way).text for name, way in ways.items()}

    owner.ask("POST", page, data={"number": "1.350"})

    after = {name: page in owner.ask("GET", way).text for name, way in ways.items()}
    assert before == dict.fromkeys(ways, True)
    assert after == dict.fromkeys(ways, False)


def test_own_page_puts_the_prediction_first_once_no_attempt_is_left(app, attempt):
    owner = Asker(app, attempt.enrolment.account)

    assert "bạn còn phải gửi dự đoán" in owner.ask("GET", "/thi/").text

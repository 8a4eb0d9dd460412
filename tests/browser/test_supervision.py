"""A proctor's page in the browser: fresh by itself, honest when the server is silent."""

import pytest
from playwright.sync_api import expect

from accounts import issuing
from accounts.rules.authorizing import Role
from contest import saving, watching
from contest.models import Attempt, Enrolment
from contest.saving import Answer
from core import clock
from core.db import db
from tests import factories
from tests.browser import scene, supervised

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def values(site):
    with scene.application(site):
        return supervised.set_up(clock.now(), number=1)


@pytest.fixture(scope="module")
def proctor(chrome, site, values):
    """The page of somebody who manages rounds, signed in."""
    with scene.application(site):
        account = factories.account(full_name="Lê Văn Sơn")
        factories.grant(account, Role.ORGANIZER)
        code = issuing.issue(None, account, at=clock.now()).code
    page = scene.person(chrome, site, code)
    yield page
    page.context.close()


@pytest.fixture
def room(proctor, site, values):
    proctor.goto(f"{site.address}/coi-thi/phong/{values['room']}")
    return proctor


def cell(page, values, name):
    row = page.locator(f'tr:has([data-seat="{values["seated"]}"])')
    return row.locator(f'[data-cell="{name}"]')


def work_on(site, values, position):
    """Let the person of the first seat answer and turn to a question, as a device would."""
    with scene.application(site):
        attempt = db.session.scalars(
            db.select(Attempt)
            .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
            .where(Enrolment.public_id == values["seated"])
            .order_by(Attempt.id.desc())
        ).first()
        ticket, number = saving.ticket_of(attempt), attempt.id
        db.session.rollback()
        now = clock.now()
        saving.save(ticket, [Answer(position, 1, "b")], at=now)
        watching.forget()
        watching.note(number, here=position, left=7, address="10.0.0.9", at=now)


def test_a_room_stays_fresh_without_a_reload(room, site, values):
    room.evaluate("() => { window.isSame = true; }")

    work_on(site, values, 5)

    expect(cell(room, values, "here")).to_have_text("5", timeout=15_000)
    expect(cell(room, values, "state")).to_have_text("đang làm")
    expect(cell(room, values, "answered")).to_have_text("3/20")
    expect(cell(room, values, "flags")).to_contain_text("rời trang: 7")
    assert room.evaluate("() => window.isSame")


def test_the_time_left_counts_down_by_itself(room, values):
    left = cell(room, values, "left")
    before = left.inner_text()

    room.context.set_offline(True)

    expect(left).not_to_have_text(before, timeout=5_000)
    room.context.set_offline(False)


def test_a_silent_server_is_said_and_forgotten_when_it_answers(room):
    notice = room.locator("[data-stale]")
    expect(notice).to_be_hidden()

    room.context.set_offline(True)
    expect(notice).to_be_visible(timeout=15_000)
    room.context.set_offline(False)

    expect(notice).to_be_hidden(timeout=40_000)


def test_without_a_script_the_question_opens_in_place_and_all_seats_stand_there(
    chrome, proctor, site, values
):
    state = proctor.context.storage_state()
    quiet = chrome.new_context(java_script_enabled=False, storage_state=state).new_page()
    quiet.goto(f"{site.address}/coi-thi/phong/{values['room']}")

    quiet.locator("#pause summary").click()

    expect(quiet.locator("#pause textarea")).to_be_visible()
    expect(quiet.locator("tbody tr")).to_have_count(6)
    quiet.context.close()

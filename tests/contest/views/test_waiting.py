"""The waiting room and the organiser's page of prepared papers, over HTTP."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from accounts import authenticating
from accounts.models import BrowserSession
from accounts.rules.authorizing import Role, ScopeKind
from contest import preparing, sitting_queries, unopened
from contest.models import Attempt, PreparedPaper
from contest.rules.timing import Clock
from core import assets, clock, jobs, sealing
from core.db import atomic, db
from tests import factories

OURS = {"X-Requested-With": "chungtay"}


@pytest.fixture
def round_(app):
    opens = clock.now() - timedelta(minutes=1)
    made = factories.round_(opens_at=opens, closes_at=opens + timedelta(hours=1))
    with atomic():
        made.sittings[0].clock = Clock.FIXED
    return made


@pytest.fixture
def person(round_):
    return factories.enrolment(round_.contest, factories.account(full_name="H’Hoa Niê"), number=7)


@pytest.fixture
def mine(client, person):
    return signed_in(client, person.account)


def signed_in(client, account, **more):
    token = authenticating.open_session(
        account, is_staff=False, device="phép thử", at=clock.now(), **more
    )
    client.set_cookie("sid", token)
    return client


def ready(round_):
    sitting = sitting_queries.sitting_with(round_.sittings[0].public_id)
    preparing.order(sitting, factories.account(), at=clock.now())
    sitting = sitting_queries.sitting_with(round_.sittings[0].public_id)
    preparing.prepare(sitting, None, unopened.pages, release=assets.current(), at=clock.now())
    db.session.rollback()


def at(round_, last="phong-cho"):
    return f"/thi/ca/{round_.sittings[0].public_id}/{last}"


def told(answer):
    """Return what the page tells its script."""
    return json.loads(unescape(re.search(r'"waiting-config">([^<]+)<', answer.text)[1]))


def attempts():
    db.session.rollback()
    return db.session.scalars(select(Attempt)).all()


def test_script_gets_key_and_ticket_and_opens_the_paper_with_them(mine, round_, person):
    ready(round_)
    config = told(mine.get(at(round_)))
    sealed = mine.get(config["sealed"])

    answer = mine.put(config["start"], json={"ticket": config["ticket"]}, headers=OURS)

    page = json.loads(sealing.unseal(sealed.data, answer.json["key"], config["paper"]))
    (attempt,) = attempts()
    assert answer.status_code == 200
    assert sealed.headers["Cache-Control"] == "no-store"
    assert page["config"]["attempt"] == answer.json["attempt"] == attempt.public_id
    saved = mine.put(
        page["config"]["save"],
        json={"ticket": answer.json["ticket"], "answers": [{"slot": 1, "seq": 1, "answer": "b"}]},
        headers=OURS,
    )
    assert (saved.status_code, list(saved.json["slots"])) == (200, ["1"])


def test_page_that_was_sealed_is_the_page_that_the_server_shows(mine, round_, person):
    ready(round_)
    config = told(mine.get(at(round_)))
    sealed = mine.get(config["sealed"]).data
    key = mine.put(config["start"], json={"ticket": config["ticket"]}, headers=OURS).json["key"]
    document = json.loads(sealing.unseal(sealed, key, config["paper"]))
    shown = mine.get(config["attempt"]).text

    fields = re.compile(r"<(?:input|legend|label|fieldset)[^>]*>|data-stem>[^<]*")
    of_paper = [one for one in fields.findall("".join(document["pieces"])) if "csrf" not in one]
    of_server = [one for one in fields.findall(shown) if "csrf" not in one]

    assert of_paper == of_server
    assert len(of_paper) > 12


def test_session_outlives_the_paper_that_it_started(mine, round_, person):
    ready(round_)
    config = told(mine.get(at(round_)))

    mine.put(config["start"], json={"ticket": config["ticket"]}, headers=OURS)

    until = attempts()[0].accepts_until + authenticating.AFTER_ATTEMPT
    assert db.session.scalar(select(BrowserSession.held_until)) == until


def test_start_before_the_hour_says_when_and_gives_no_key(mine, round_, person):
    with atomic():
        round_.sittings[0].opens_at = clock.now() + timedelta(minutes=10)
    ready(round_)
    config = told(mine.get(at(round_)))

    answer = mine.put(config["start"], json={"ticket": config["ticket"]}, headers=OURS)

    assert (answer.status_code, answer.json["error"]) == (409, "refused")
    assert answer.json["said"].startswith("Mở lúc")
    assert "key" not in answer.json
    assert (config["phase"], attempts()) == ("upcoming", [])


def test_ticket_that_is_not_ours_or_from_another_site_starts_nothing(mine, round_, person):
    ready(round_)
    config = told(mine.get(at(round_)))
    body, sign = config["ticket"].split(".")

    altered = mine.put(config["start"], json={"ticket": f"{body}x.{sign}"}, headers=OURS)
    foreign = mine.put(config["start"], json={"ticket": config["ticket"]})

    assert (altered.status_code, foreign.status_code, attempts()) == (401, 403, [])


def test_form_starts_the_prepared_paper_and_the_room_then_leads_to_it(mine, round_, person):
    ready(round_)
    paper = db.session.scalar(select(PreparedPaper.public_id))

    answer = mine.post(at(round_), data={"honest": "y"})

    assert answer.location == f"/thi/bai/{paper}"
    assert mine.get(at(round_)).location == f"/thi/bai/{paper}"


def test_form_without_the_promise_or_before_the_hour_starts_nothing(mine, round_, person):
    unticked = mine.post(at(round_), data={})
    with atomic():
        round_.sittings[0].opens_at = clock.now() + timedelta(minutes=10)
    early = mine.post(at(round_), data={"honest": "y"})

    assert (unticked.status_code, early.status_code, attempts()) == (422, 409, [])
    assert "Mở lúc" in early.text


def test_start_page_of_a_sitting_with_one_start_leads_to_the_waiting_room(mine, round_, person):
    assert mine.get(f"/thi/vong/{round_.public_id}").location == at(round_)


def test_start_page_of_a_round_with_own_starts_stays_without_prepared_papers(mine, round_, person):
    with atomic():
        round_.sittings[0].clock = Clock.OWN

    assert mine.get(f"/thi/vong/{round_.public_id}").status_code == 200
    ready(round_)
    assert mine.get(f"/thi/vong/{round_.public_id}").location == at(round_)


def test_who_came_too_late_is_told_so_and_has_no_button(mine, round_, person):
    with atomic():
        round_.sittings[0].opens_at = clock.now() - timedelta(minutes=30)
        round_.sittings[0].late_minutes = 10
        round_.opens_at = round_.sittings[0].opens_at
    ready(round_)

    page = mine.get(at(round_))

    assert "Không còn bắt đầu được ở đây nữa" in page.text
    assert 'id="go"' not in page.text


def test_somebody_elses_sealed_paper_is_not_there(client, round_, person):
    ready(round_)
    stranger = signed_in(client, factories.account())

    answers = [stranger.get(at(round_, last)).status_code for last in ("phong-cho", "de", "gio")]

    assert answers == [404, 404, 404]


@pytest.fixture
def organizer(client, round_):
    account = factories.account()
    factories.grant(account, Role.ORGANIZER, ScopeKind.CONTEST, round_.contest_id)
    return signed_in(client, account)


def test_organizer_has_papers_prepared_and_sees_how_far_they_are(organizer, round_, person):
    sitting = round_.sittings[0].public_id

    before = organizer.get(f"/quan-ly/vong/{round_.public_id}/de-thi").text
    ordered = organizer.post(f"/quan-ly/ca/{sitting}/de-thi")
    waiting = organizer.get(f"/quan-ly/ca/{sitting}/de-thi/tien-do").json
    jobs.run_next(at=clock.now())
    done = organizer.get(f"/quan-ly/ca/{sitting}/de-thi/tien-do").json
    after = organizer.get(f"/quan-ly/vong/{round_.public_id}/de-thi").text

    assert "Chưa chuẩn bị" in before
    assert ordered.status_code == 303
    assert (waiting["state"], done["state"]) == ("queued", "done")
    assert "1 trên 1" in after
    assert "Sẵn sàng" in after


def test_organizer_is_told_when_the_bank_has_changed_since(organizer, round_, person):
    ready(round_)
    jobs.run_next(at=clock.now())
    factories.item(round_.blueprint.bank, number=50)

    page = organizer.get(f"/quan-ly/vong/{round_.public_id}/de-thi").text

    assert "đã thay đổi sau khi chuẩn bị" in page
    assert "đề đã cũ" in page


@pytest.mark.parametrize("supervised", [True, False])
def test_waiting_room_says_beforehand_what_supervision_sees(mine, round_, person, supervised):
    sitting = round_.sittings[0]
    room = factories.room(sitting) if supervised else None
    factories.seat(sitting, person, room_id=room.id if room else None)
    ready(round_)

    page = mine.get(at(round_)).text

    assert ("Ca thi này có giám thị" in page) is supervised

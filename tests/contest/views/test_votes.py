"""The public vote on phones, and the page of who runs it."""

import re

import pytest

from accounts import authenticating
from accounts.rules.authorizing import Role
from contest import ballot_queries, balloting
from contest.models import Part, RoundEntry, Vote
from contest.rules.judging.parts import PartKind
from core import clock
from core.db import atomic, db
from tests import factories
from tests.contest import staged
from tests.contest.test_balloting import over
from tests.world import Asker


@pytest.fixture
def hall(app):
    return staged.hall()


@pytest.fixture
def part(hall):
    return staged.part(hall.judged, PartKind.VOTED)


@pytest.fixture
def codes(part):
    made = balloting.issue(part, factories.account(), count=3, at=clock.now())
    return [one.code for one in made]


@pytest.fixture
def organizer(client):
    person = factories.account(full_name="Lê Thị Mai")
    factories.grant(person, Role.SECRETARY)
    token = authenticating.open_session(person, is_staff=True, device="phép thử", at=clock.now())
    client.set_cookie("sid", token)
    return client


def send(client, part, row, code):
    db.session.rollback()
    choice = db.session.get_one(RoundEntry, row.id).entry.public_id
    return client.post(f"/binh-chon/{part.public_id}", data={"choice": choice, "code": code})


def votes():
    db.session.rollback()
    return [one.round_entry_id for one in db.session.query(Vote)]


def test_code_on_the_card_is_filled_in_from_its_address(client, part, codes):
    page = client.get(f"/binh-chon/{part.public_id}?ma={codes[0]}").text

    assert f'value="{codes[0]}"' in page
    assert page.count('type="radio"') == 3


def test_voter_votes_once_and_the_receipt_names_nobody(client, hall, part, codes):
    sent = send(client, part, hall.rows[0], codes[0])
    receipt = client.get(sent.location).text
    again = send(client, part, hall.rows[1], codes[0])

    assert (sent.status_code, again.status_code) == (303, 409)
    assert "Mã này đã bình chọn" in again.text
    assert not any(team in receipt for team in staged.TEAMS)
    assert votes() == [hall.rows[0].id]


def test_wrong_code_is_told_and_the_choice_stays(client, hall, part, codes):
    answer = send(client, part, hall.rows[1], "7F2K-92QD-M4XC")

    assert answer.status_code == 409
    assert "Không có thẻ nào" in answer.text
    assert re.search(r'value="\w+" checked', answer.text)
    assert votes() == []


def test_vote_without_a_choice_is_told(client, part, codes):
    answer = client.post(f"/binh-chon/{part.public_id}", data={"code": codes[0]})

    assert answer.status_code == 422
    assert "Hãy chọn một bài dự thi." in answer.text


def test_codes_are_not_guessed_for_ever(app, client, hall, part, monkeypatch):
    monkeypatch.setitem(app.config, "RATELIMIT_ENABLED", True)

    answers = [send(client, part, hall.rows[0], "7F2K-92QD-M4XC").status_code for _ in range(121)]

    assert answers[:120] == [409] * 120
    assert answers[120] == 429


def test_page_of_a_vote_that_is_over_takes_nothing(client, hall, part, codes):
    over(part)

    page = client.get(f"/binh-chon/{part.public_id}").text
    sent = send(client, part, hall.rows[0], codes[0])

    assert "Bình chọn đã đóng." in page
    assert 'type="radio"' not in page
    assert (sent.status_code, votes()) == (409, [])


def test_vote_of_rules_that_are_not_sealed_is_not_there(client, app):
    hall = staged.hall(digest="", sealed_at=None)
    part = staged.part(hall.judged, PartKind.VOTED)

    assert client.get(f"/binh-chon/{part.public_id}").status_code == 404


def test_vote_by_roster_asks_to_sign_in_and_takes_one_vote(client, hall):
    terms = {"roster": True, "per_device": None, "per_network": None}
    part = staged.part(hall.judged, PartKind.VOTED, terms=terms)
    stranger = client.get(f"/binh-chon/{part.public_id}").text
    person = factories.account()
    token = authenticating.open_session(person, is_staff=False, device="máy", at=clock.now())
    client.set_cookie("sid", token)

    first = send(client, part, hall.rows[0], "")
    second = send(client, part, hall.rows[1], "")

    assert "Đăng nhập để bình chọn" in stranger
    assert (first.status_code, second.status_code) == (303, 409)
    assert votes() == [hall.rows[0].id]


def test_nobody_is_told_a_count_before_the_votes_are_opened(organizer, hall, part, codes):
    for code in codes:
        send(organizer, part, hall.rows[0], code)
    desk = f"/quan-ly/binh-chon/{part.public_id}"

    before = organizer.get(desk).text
    refused = organizer.post(f"{desk}/mo-phieu").status_code
    over(part)
    opened = organizer.post(f"{desk}/mo-phieu").status_code
    after = organizer.get(desk).text

    assert "A-001" not in before
    assert "Số phiếu đang niêm phong." in before
    assert (refused, opened) == (409, 303)
    assert re.search(r"A-001</b> Tiểu phẩm 1</td><td class=\"r num\">3</td>", after)


def test_cards_are_shown_once_and_lead_to_the_vote(organizer, part):
    desk = f"/quan-ly/binh-chon/{part.public_id}"

    page = organizer.post(f"{desk}/the", data={"count": "9"}).text

    codes = re.findall(r'class="code">([0-9A-Z-]{14})<', page)
    assert len(set(codes)) == 9
    assert not any(code in organizer.get(desk).text for code in codes)
    db.session.rollback()
    assert ballot_queries.codes_in(db.session.get_one(Part, part.id)) == (9, 0)


def test_struck_votes_stay_in_the_list(organizer, hall, part, codes):
    for code in codes:
        send(organizer, part, hall.rows[0], code)
    over(part)
    desk = f"/quan-ly/binh-chon/{part.public_id}"
    organizer.post(f"{desk}/mo-phieu")
    first = db.session.query(Vote).order_by(Vote.id).first().public_id

    without = organizer.post(f"{desk}/gach", data={"vote": first, "reason": ""})
    struck = organizer.post(f"{desk}/gach", data={"vote": first, "reason": "Thẻ in trùng"})

    assert (without.status_code, struck.status_code) == (422, 303)
    assert "bị gạch theo quyết định" in organizer.get(desk).text


def test_judges_and_strangers_do_not_see_the_page_of_the_vote(app, part):
    judge = factories.account()
    factories.grant(judge, Role.JUDGE)
    desk = f"/quan-ly/binh-chon/{part.public_id}"

    asked = [Asker(app, one).ask("GET", desk) for one in (None, judge)]

    assert asked[0].location.startswith("/dang-nhap")
    assert asked[1].status_code in (403, 404)
    with atomic():
        assert db.session.get_one(Part, part.id).opened_at is None


def test_organiser_lets_the_vote_close_later_and_its_page_says_why(organizer, part):
    told = {"later-closes_at": "22h00 01/12/2099", "later-reason": "Đội cuối diễn muộn"}
    address = f"/quan-ly/binh-chon/{part.public_id}"

    without = organizer.post(f"{address}/doi-gio", data=told | {"later-reason": ""})
    done = organizer.post(f"{address}/doi-gio", data=told)
    page = organizer.get(address).text

    assert (without.status_code, done.status_code) == (422, 303)
    assert "Đội cuối diễn muộn" in page
    assert "22h00" in page


def test_every_vote_is_found_on_one_of_the_pages_and_struck_on_the_second(
    organizer, hall, part, monkeypatch
):
    monkeypatch.setattr(ballot_queries, "PAGE", 2)
    made = [staged.vote(part, hall.rows[0], code=f"{n:032}").public_id for n in range(5)]
    over(part)
    balloting.open_votes(db.session.get_one(Part, part.id), factories.account(), at=clock.now())
    address, seen, after = f"/quan-ly/binh-chon/{part.public_id}", [], ""
    while after is not None:
        page = organizer.get(f"{address}?after={after}").text
        seen.append([one for one in made if f'<td class="code">{one[:8]}' in page])
        found = re.search(r'rel="next" href="[^"]*after=(\w+)', page)
        after = found[1] if found else None
    back = organizer.get(f"{address}?before={made[2]}").text

    assert seen == [made[:2], made[2:4], made[4:]]
    assert all(one[:8] in back for one in made[:2])

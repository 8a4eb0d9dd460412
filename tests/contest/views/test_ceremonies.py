"""The pages of the reveal ceremony: begun, operated, followed by a screen, taken along."""

import hashlib
import re
from base64 import b64encode
from datetime import timedelta

import pytest

from accounts import authenticating
from accounts.rules.authorizing import Role
from contest import publishing
from contest.models import Ceremony
from core import clock
from core.db import db
from tests import factories
from tests.contest.standing import taken
from tests.world import Asker


@pytest.fixture
def round_(app):
    made = factories.round_(opens_at=clock.now() - timedelta(days=8), public_results_at=None)
    names = ("Vũ Thị Dung", "Y Thiên Niê", "Trần Quốc Bảo", "H’Linh Mlô", "Phạm Văn Tùng")
    for number, name in enumerate(names):
        taken(made, name, 3, 60 + number, publishes_name=name != "Y Thiên Niê")
    publishing.rebuild_provisional(made)
    db.session.rollback()
    row = db.session.get_one(type(made), made.id)
    publishing.compute(row, None, reason="", at=clock.now())
    return made


@pytest.fixture
def as_mai(client, app):
    return signed_in(client, Role.ORGANIZER)


def signed_in(client, role):
    person = factories.account(full_name="Lê Thị Mai")
    factories.grant(person, role)
    token = authenticating.open_session(person, is_staff=True, device="phép thử", at=clock.now())
    client.set_cookie("sid", token)
    return client


def begun(client, round_, places="5"):
    answer = client.post(
        f"/quan-ly/vong/{round_.public_id}/le-cong-bo", data={"what": "", "places": places}
    )
    assert answer.status_code == 303
    return answer.location


def ceremony():
    db.session.rollback()
    return db.session.query(Ceremony).one()


def move(client, address, seen, to):
    return client.post(f"{address}/buoc", data={"seen": seen, "to": to})


def test_ceremony_is_begun_and_operated_step_by_step(as_mai, round_):
    address = begun(as_mai, round_)

    for seen in range(2):
        move(as_mai, address, seen, seen + 1)
    page = as_mai.get(address).text

    assert ceremony().step == 2
    assert "Bước 2/5" in page
    assert re.search(r'<p role="status"><b>H’Linh Mlô</b>', page)


def test_screen_shows_nobody_before_and_each_one_after_the_step(as_mai, round_):
    address = begun(as_mai, round_)
    seen = []
    for step in range(6):
        page = as_mai.get(f"{address}/man-chieu").text
        names = ("Vũ Thị Dung", "Y Thiên N***", "Trần Quốc Bảo", "H’Linh Mlô", "Phạm Văn Tùng")
        seen.append([name for name in names if name in page])
        move(as_mai, address, step, step + 1)

    assert [len(one) for one in seen] == [0, 1, 2, 1, 2, 3]
    assert seen[5] == ["Vũ Thị Dung", "Y Thiên N***", "Trần Quốc Bảo"]
    assert seen[1] == ["Phạm Văn Tùng"]


def test_screen_is_sent_again_only_after_a_step(as_mai, round_):
    address = begun(as_mai, round_)
    first = as_mai.get(f"{address}/man-chieu")
    known = {"If-None-Match": first.headers["ETag"]}

    same = as_mai.get(f"{address}/man-chieu", headers=known)
    move(as_mai, address, 0, 1)
    other = as_mai.get(f"{address}/man-chieu", headers=known)

    assert [one.status_code for one in (first, same, other)] == [200, 304, 200]
    assert "public" not in first.headers["Cache-Control"]


def test_dark_screen_and_ended_one_show_nobody(as_mai, round_):
    address = begun(as_mai, round_)
    move(as_mai, address, 0, 5)
    as_mai.post(f"{address}/man-toi", data={"dark": "1"})
    dark = as_mai.get(f"{address}/man-chieu").text
    as_mai.post(f"{address}/man-toi", data={"dark": "0"})
    light = as_mai.get(f"{address}/man-chieu").text
    as_mai.post(f"{address}/ket-thuc")
    ended = as_mai.get(f"{address}/man-chieu").text

    assert ["Vũ Thị Dung" in page for page in (dark, light, ended)] == [False, True, False]


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.AUTHOR, Role.UNIT_OFFICER, Role.JUDGE])
def test_who_may_not_reveal_sees_no_screen_and_moves_nothing(client, app, round_, role):
    address = begun(signed_in(client, Role.SECRETARY), round_)
    other = signed_in(client, role)

    answers = [
        other.get(f"{address}/man-chieu"), other.get(address), move(other, address, 0, 1),
        other.post(f"{address}/tep"), other.post(f"{address}/ket-thuc"),
    ]  # fmt: skip

    assert {one.status_code for one in answers} <= {403, 404}
    assert not any("Vũ Thị" in one.text for one in answers)
    assert (ceremony().step, ceremony().ended_at) == (0, None)


def test_stranger_is_not_shown_what_the_hall_sees(client, app, round_):
    address = begun(signed_in(client, Role.ORGANIZER), round_)
    move(client, address, 0, 5)
    client.delete_cookie("sid")
    slug = round_.contest.slug

    public = [
        client.get(f"/cuoc-thi/{slug}/bang-xep-hang/1{rest}").text
        for rest in ("", "/man-chieu", "/buc-vinh-danh", "/nhung")
    ]

    assert client.get(f"{address}/man-chieu").location.startswith("/dang-nhap")
    assert not any("Vũ Thị" in page for page in public)


def test_file_holds_every_step_and_asks_nobody_for_anything(app, client, round_):
    address = begun(signed_in(client, Role.ORGANIZER), round_)
    person = factories.account()
    factories.grant(person, Role.SECRETARY)

    # The file is no page of the site, which would have one heading and no script in it.
    answer = Asker(app, person).ask("POST", f"{address}/tep")

    page = answer.text
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert re.findall(r'data-step="(\d+)"', page) == list("012345")
    addresses = re.findall(r"""(?:src|href|action|url)\s*[=(]\s*["']?([^"')>\s]+)""", page)
    assert {one[:5] for one in addresses if not one.startswith("#")} == {"data:"}
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1]
    policy = policy.replace("&#39;", "'")
    assert policy.startswith("default-src 'none';")
    for element in ("style", "script"):
        inside = re.search(f"<{element}>(.*?)</{element}>", page, re.S)[1]
        digest = b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in policy


def test_form_that_names_nothing_there_is_refused_with_its_page(as_mai, round_):
    answer = as_mai.post(
        f"/quan-ly/vong/{round_.public_id}/le-cong-bo", data={"what": "block:9", "places": "4"}
    )

    assert answer.status_code == 422
    assert db.session.query(Ceremony).count() == 0


def test_ceremonies_are_listed_with_how_far_they_came(as_mai, round_):
    address = begun(as_mai, round_)
    move(as_mai, address, 0, 3)
    as_mai.post(f"{address}/ket-thuc")

    page = as_mai.get(f"/quan-ly/vong/{round_.public_id}/le-cong-bo").text

    assert "3/5" in page
    assert "Bắt đầu một lễ công bố" in page

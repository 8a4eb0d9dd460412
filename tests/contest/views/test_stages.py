"""The pages of a round on stage: the operator's, the projector's, and who may see them."""

import re
from datetime import timedelta

import pytest

from accounts import authenticating
from accounts.rules.authorizing import Role
from contest.models import DeductionLine, Performance, Reveal, RoundEntry, Stage
from contest.rules.judging.parts import PartKind
from core import clock
from core.db import atomic, db
from tests import factories
from tests.contest import staged
from tests.page import without_moments


@pytest.fixture
def hall(app):
    return staged.hall()


@pytest.fixture
def desk(client, hall):
    signed_in(client, Role.SECRETARY)
    return f"/quan-ly/vong/{hall.judged.round.public_id}/san-khau"


def signed_in(client, role):
    person = factories.account(full_name="Lê Thị Mai")
    factories.grant(person, role)
    token = authenticating.open_session(person, is_staff=True, device="phép thử", at=clock.now())
    client.set_cookie("sid", token)
    return client


def press(client, address, **data):
    answer = client.post(address, data=data)
    assert answer.status_code == 303, answer.text
    return answer


def entry_of(row):
    db.session.rollback()
    return db.session.get_one(RoundEntry, row.id).entry.public_id


def called(client, desk, hall):
    """Draw lots and call the first; return its row."""
    press(client, f"{desk}/boc-tham")
    db.session.rollback()
    row = db.session.query(RoundEntry).filter_by(running_order=1).one()
    press(client, f"{desk}/goi", entry=row.entry.public_id, seen=1)
    return next(one for one in hall.rows if one.id == row.id)


def test_team_goes_from_its_lot_to_its_scores_by_one_button_after_another(client, desk, hall):
    page = client.get(desk).text
    assert "Bốc thăm thứ tự thi" in page
    row = called(client, desk, hall)
    entry = entry_of(row)

    press(client, f"{desk}/dong-ho/chay", entry=entry)
    assert "Tạm dừng đồng hồ" in client.get(desk).text
    press(client, f"{desk}/dong-ho/dung", entry=entry)
    assert "Chờ đủ phiếu: 0/5" in client.get(desk).text
    hall.lock(row, 8, 8, 9, 9, 5)
    assert "Công bố điểm cùng lúc" in client.get(desk).text
    press(client, f"{desk}/cong-bo", entry=entry)

    page = client.get(desk).text
    assert "83,33" in page
    assert "Gọi đội tiếp theo" in page


def test_projector_shows_no_score_before_and_all_after_the_reveal(client, desk, hall):
    row = called(client, desk, hall)
    hall.lock(row, 8, "8.25", 9, "9.25", "5.5")
    scores = ("80,00", "82,50", "90,00", "92,50", "55,00", "84,17")

    before = client.get(f"{desk}/man-chieu").text
    press(client, f"{desk}/cong-bo", entry=entry_of(row))
    after = client.get(f"{desk}/man-chieu").text

    assert [one for one in scores if one in before] == []
    assert "đủ phiếu" in before
    assert [one for one in scores if one in after] == list(scores)
    assert after.count('data-s="off"') == 2


def test_operators_page_shows_no_score_before_the_reveal(client, desk, hall):
    row = called(client, desk, hall)
    hall.lock(row, "8.25", "8.25", "8.25", "8.25")

    page = without_moments(client.get(desk).text)

    assert "82,5" not in page
    assert "8.25" not in page
    assert page.count("đã khóa") == 4


def test_time_over_the_limit_is_a_line_in_vietnamese_whatever_the_operator_reads(
    client, desk, hall
):
    row = called(client, desk, hall)
    entry = entry_of(row)
    press(client, f"{desk}/dong-ho/chay", entry=entry)
    with atomic():
        running = db.session.query(Performance).one()
        running.running_since -= timedelta(seconds=645)

    press(client, f"{desk}/dong-ho/dung?lang=en", entry=entry)

    line = db.session.query(DeductionLine).one()
    assert re.fullmatch(r"Quá giờ 3\d giây", line.reason), line.reason
    assert line.points == -1_000_000


def test_scores_taken_back_leave_the_projector_and_stand_in_the_minutes(client, desk, hall):
    row = called(client, desk, hall)
    hall.lock(row, 8, 8, 9, 9, 5)
    entry = entry_of(row)
    press(client, f"{desk}/cong-bo", entry=entry)
    refused = client.post(f"{desk}/rut-lai", data={"entry": entry, "reason": ""})
    press(client, f"{desk}/rut-lai", entry=entry, reason="GK3 chấm nhầm đội")

    assert refused.status_code == 409
    assert "83,33" not in client.get(f"{desk}/man-chieu").text
    page = client.get(desk).text
    assert "GK3 chấm nhầm đội" in page
    assert "Lê Thị Mai rút lại điểm của" in page


def test_sheet_opened_again_after_the_reveal_is_told_to_the_operator(client, desk, hall):
    row = called(client, desk, hall)
    hall.lock(row, 8, 8, 9, 9, 5)
    press(client, f"{desk}/cong-bo", entry=entry_of(row))
    before = client.get(desk).text
    chair = factories.account()
    with atomic():
        version = hall.sheet(row, 2).versions[0]
        version.unlocked_by_id, version.unlocked_for = chair.id, "Cộng nhầm"
        version.unlocked_at = clock.now()

    page = client.get(desk).text

    told = "Có phiếu được mở lại sau khi điểm đã công bố."
    assert (told in before, told in page) == (False, True)
    assert "83,33" in client.get(f"{desk}/man-chieu").text


@pytest.mark.parametrize("scene", ["title", "order", "team", "scores", "board", "vote"])
def test_every_scene_has_a_page(client, desk, hall, scene):
    staged.part(hall.judged, PartKind.VOTED)
    row = called(client, desk, hall)
    hall.lock(row, 8, 8, 9, 9, 5)
    press(client, f"{desk}/cong-bo", entry=entry_of(row))

    press(client, f"{desk}/canh", scene=scene)
    page = client.get(f"{desk}/man-chieu").text

    wanted = {
        "title": "Quy tắc chấm đã niêm phong", "order": "Thứ tự thi", "team": "Lượt 1/3",
        "scores": "83,33", "board": "Bảng điểm", "vote": "/binh-chon/",
    }  # fmt: skip
    assert wanted[scene] in page


def test_dark_screen_shows_nothing(client, desk, hall):
    called(client, desk, hall)
    press(client, f"{desk}/man-toi", dark="1")

    assert "Lượt 1/3" not in client.get(f"{desk}/man-chieu").text


def test_screen_is_sent_again_only_after_something_happened(client, desk, hall):
    row = called(client, desk, hall)
    first = client.get(f"{desk}/man-chieu")
    known = {"If-None-Match": first.headers["ETag"]}
    version = client.get(f"{desk}/trang-thai").json["version"]

    same = client.get(f"{desk}/man-chieu", headers=known)
    hall.lock(row, 8)
    other = client.get(f"{desk}/man-chieu", headers=known)

    assert [one.status_code for one in (first, same, other)] == [200, 304, 200]
    assert client.get(f"{desk}/trang-thai").json["version"] != version
    assert "public" not in first.headers["Cache-Control"]


def test_blind_round_shows_codes_and_no_units(client, app):
    hall = staged.hall(is_blind=True)
    signed_in(client, Role.SECRETARY)
    desk = f"/quan-ly/vong/{hall.judged.round.public_id}/san-khau"
    called(client, desk, hall)

    page = client.get(f"{desk}/man-chieu").text

    assert not any(team in page for team in staged.TEAMS)
    assert "Tiểu phẩm" not in page


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.JUDGE, Role.UNIT_OFFICER, Role.AUTHOR])
def test_who_may_not_reveal_sees_no_screen_and_moves_nothing(client, desk, hall, role):
    row = called(client, desk, hall)
    hall.lock(row, 8, 8, 9, 9, 5)
    entry = entry_of(row)
    other = signed_in(client, role)

    answers = [
        other.get(desk), other.get(f"{desk}/man-chieu"), other.get(f"{desk}/trang-thai"),
        *(other.post(f"{desk}/{act}", data={"entry": entry, "reason": "Thử", "scene": "board"})
          for act in ("boc-tham", "goi", "canh", "man-toi", "dong-ho/chay", "dong-ho/dung",
                      "dong-ho/tam-dung", "dong-ho/dat-lai", "cong-bo", "rut-lai", "xuong-cuoi")),
    ]  # fmt: skip

    assert {one.status_code for one in answers} <= {403, 404}
    db.session.rollback()
    assert db.session.query(Reveal).count() == 0
    assert db.session.query(Stage).one().step == 2


def test_entry_of_another_round_is_not_on_this_stage(client, desk, hall):
    other = staged.hall(contest=factories.contest(slug="cuoc-thi-khac"))

    answer = client.post(f"{desk}/goi", data={"entry": entry_of(other.rows[0]), "seen": 0})

    assert answer.status_code == 404

"""Boards on projectors, in frames, and searched: what everybody is shown, and what is not told."""

import re
from datetime import timedelta

import pytest

from accounts import authenticating
from contest import board_lines, freezing, publishing, turnouts
from contest.models import ContestUnit, Round
from core import clock, limits
from core.db import db
from core.limits import Limit
from tests import factories
from tests.contest.standing import taken


@pytest.fixture
def round_(app):
    return factories.round_(opens_at=clock.now() - timedelta(hours=2))


@pytest.fixture
def over(app):
    """A round that is over and computed, its results public."""
    made = factories.round_(opens_at=clock.now() - timedelta(days=8))
    for number, name in enumerate(("Vũ Thị Dung", "Y Thiên Niê", "Trần Quốc Bảo", "H’Linh Mlô")):
        taken(made, name, 3, 60 + number, publishes_name=name != "Y Thiên Niê")
    publishing.rebuild_provisional(made)
    publishing.compute(again(made), None, reason="", at=clock.now())
    return made


def again(row):
    db.session.rollback()
    return db.session.get_one(type(row), row.id)


def standing(round_, *names, **fields):
    for number, name in enumerate(names):
        taken(round_, name, 3, 60 + number, **fields)
    publishing.rebuild_provisional(again(round_))
    board_lines.kept.forget()
    turnouts._kept.forget()


def board(round_, rest=""):
    return f"/cuoc-thi/{round_.contest.slug}/bang-xep-hang/{round_.number}{rest}"


def rows(page):
    return re.findall(r"<tr[^>]*><td>.*?</tr>", page, re.S)


# --- Searching ---------------------------------------------------------------------------------


def test_board_of_a_unit_has_its_rows_with_their_true_places_and_its_name(client, round_):
    health = factories.unit(name="Sở Y tế")
    standing(round_, "Vũ Thị Dung", "Y Thiên Niê")
    taken(round_, "Nguyễn Thị Hạnh", 3, 90, unit=health)
    publishing.rebuild_provisional(again(round_))

    page = client.get(board(round_, f"?don-vi={health.public_id}")).text

    assert len(rows(page)) == 1
    assert ">3</span>" in rows(page)[0]
    assert "Sở Y tế" in page
    assert f'value="{health.public_id}"' in page


def test_form_of_the_board_leads_to_an_address_that_says_only_what_is_asked(client, round_):
    health = factories.unit(name="Sở Y tế")
    standing(round_, "Vũ Thị Dung")
    asked = [
        f"?tim=&don-vi_text=S%E1%BB%9F+Y+t%E1%BA%BF&don-vi={health.public_id}",
        "?tim=dung&don-vi_text=&don-vi=",
        "?tim=&don-vi_text=so+y+te&don-vi=",
        "?tim=&khoi=0",
    ]

    led = [client.get(board(round_, one)).location for one in asked]

    assert led == [
        board(round_, f"?don-vi={health.public_id}"),
        board(round_, "?tim=dung"),
        board(round_, "?tim=so+y+te"),
        board(round_, "?khoi=0"),
    ]


def test_tabs_keep_who_is_looked_for(client, round_):
    factories.round_(contest=round_.contest, number=2, opens_at=round_.closes_at)
    standing(round_, "Vũ Thị Dung")

    page = client.get(board(round_, "?tim=dung")).text

    assert f'href="/cuoc-thi/{round_.contest.slug}/bang-xep-hang/2?tim=dung"' in page


@pytest.mark.parametrize("count", [1, 6])
def test_board_of_a_unit_takes_five_statements(client, round_, queries, count):
    health = factories.unit(name="Sở Y tế")
    standing(round_, *["Vũ Thị Dung"] * count, unit=health)
    address = board(round_, f"?don-vi={health.public_id}")
    db.session.rollback()
    queries.clear()

    page = client.get(address).text

    assert (len(rows(page)), len(queries)) == (count, 5)


def test_board_of_a_unit_nobody_stands_for_says_so(client, round_):
    standing(round_, "Vũ Thị Dung")

    page = client.get(board(round_, f"?don-vi={factories.unit().public_id}")).text

    assert "Chưa có ai của đơn vị này" in page


def test_words_are_searched_so_often_from_one_address_and_units_as_often_as_wanted(
    app, client, round_, monkeypatch
):
    monkeypatch.setitem(app.config, "RATELIMIT_ENABLED", True)
    limits.forget()
    monkeypatch.setitem(limits.LIMITS, "board", Limit("3 per day", "address"))
    unit = factories.unit()
    standing(round_, "Vũ Thị Dung", unit=unit)

    units = {client.get(board(round_, f"?don-vi={unit.public_id}")).status_code for _ in range(5)}
    words = [client.get(board(round_, f"?tim=dung{one}")).status_code for one in range(4)]

    assert units == {200}
    assert words == [200, 200, 200, 429]


# --- The projector -----------------------------------------------------------------------------


def test_projector_shows_eight_masked_rows_and_how_many_took_part(client, round_):
    standing(round_, *["Nguyễn Thị Hạnh"] * 9, publishes_name=True)

    page = client.get(board(round_, "/man-chieu")).text

    assert len(rows(page)) == 8
    assert '<p class="big">9</p>' in page
    assert "Thứ hạng tạm tính" in page
    assert "Nguyễn Thị Hạnh" not in page
    assert "Quét để vào thi" in page


def test_projector_is_sent_again_only_when_it_says_something_else(client, round_):
    standing(round_, "Vũ Thị Dung")
    first = client.get(board(round_, "/man-chieu"))
    known = {"If-None-Match": first.headers["ETag"]}

    same = client.get(board(round_, "/man-chieu"), headers=known)
    standing(round_, "Y Thiên Niê")
    other = client.get(board(round_, "/man-chieu"), headers=known)

    assert [one.status_code for one in (first, same, other)] == [200, 304, 200]
    assert f'data-version="{first.headers["ETag"].strip(chr(34))}"' in first.text


def test_projector_stands_still_while_the_board_is_frozen(client, round_):
    standing(round_, "Vũ Thị Dung")
    freezing.freeze(again(round_), factories.account(), reason="Giờ cuối", at=clock.now())
    board_lines.kept.forget()
    before = client.get(board(round_, "/man-chieu"))
    standing(round_, "Y Thiên Niê")

    after = client.get(board(round_, "/man-chieu"))

    assert "Y Thiên" not in after.text
    assert "Bảng giữ nguyên từ" in after.text
    assert rows(before.text) == rows(after.text)
    assert '<p class="big">1</p>' in after.text


def test_projector_of_a_round_without_a_public_board_shows_no_row(client):
    long_ago = clock.now() - timedelta(days=8)
    made = factories.round_(opens_at=long_ago, live_board=False, public_results_at=None)
    standing(made, "Vũ Thị Dung")

    page = client.get(board(made, "/man-chieu")).text

    assert (rows(page), "Vũ Thị" in page) == ([], False)
    assert "Ban Tổ chức chưa" in page or "chưa" in page


def test_cloth_of_the_projector_says_in_words_what_it_draws(client, round_):
    unit = factories.unit()
    factories.saved(ContestUnit(contest_id=round_.contest_id, unit_id=unit.id))
    standing(round_, "Vũ Thị Dung", counted_unit_id=unit.id)

    page = client.get(board(round_, "/man-chieu")).text

    assert 'role="img" aria-label="Tấm dệt các đơn vị' in page
    assert "đã có 1/1 đơn vị" in page


# --- The podium --------------------------------------------------------------------------------


def test_podium_has_the_first_in_the_middle_and_names_who_agreed(client, over):
    page = client.get(board(over, "/buc-vinh-danh")).text

    names = re.findall(r'<span class="name[^"]*">(.*?)</span>', page)
    assert names == ["Y Thiên N***", "Vũ Thị Dung", "Trần Quốc Bảo"]
    assert re.findall(r'<li data-r="(\d)"', page) == ["2", "1", "3"]


def test_podium_is_empty_while_results_are_provisional(client, round_):
    standing(round_, "Vũ Thị Dung", "Y Thiên Niê")

    page = client.get(board(round_, "/buc-vinh-danh")).text

    assert "Vũ Thị" not in page
    assert "Kết quả chưa được công bố" in page


@pytest.mark.parametrize("rest", ["/man-chieu", "/buc-vinh-danh", "/nhung"])
def test_screens_of_a_round_that_nobody_may_know_of_are_not_there(client, round_, rest):
    draft = factories.round_(contest=round_.contest, number=2, state="draft")

    assert [client.get(board(one, rest)).status_code for one in (draft, round_)] == [404, 200]


# --- In a frame --------------------------------------------------------------------------------


def test_only_listed_sites_may_frame_the_embedded_board_and_nobody_any_other_page(
    app, client, over, monkeypatch
):
    sites = ("https://daklak.gov.vn", "https://*.tinhdoandaklak.vn")
    monkeypatch.setitem(app.config, "EMBED_SITES", sites)

    policies = [
        client.get(board(over, rest)).headers["Content-Security-Policy"]
        for rest in ("/nhung", "", "/man-chieu", "/buc-vinh-danh")
    ]

    assert [re.search("frame-ancestors ([^;]*)", one)[1] for one in policies] == [
        " ".join(sites), "'none'", "'none'", "'none'",
    ]  # fmt: skip
    assert re.sub("frame-ancestors [^;]*", "", policies[0]) == re.sub(
        "frame-ancestors [^;]*", "", policies[1]
    )


def test_embedded_board_is_framed_by_nobody_where_no_site_is_listed(client, over):
    policy = client.get(board(over, "/nhung")).headers["Content-Security-Policy"]

    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("query", ["", "?lang=en", "?x=1", "?khoi=0"])
def test_embedded_board_reads_no_session_and_leaves_no_cookie(client, over, queries, query):
    token = authenticating.open_session(
        factories.account(), is_staff=False, device="phép thử", at=clock.now()
    )
    client.set_cookie("sid", token)
    db.session.rollback()
    board_lines.kept.forget()
    queries.clear()

    answer = client.get(board(over, f"/nhung{query}"))

    assert answer.headers.getlist("Set-Cookie") == []
    assert not [one for one in queries if "browser_session" in one]
    assert "Y Thiên N***" in answer.text


def test_embedded_board_is_small_and_asks_for_a_sheet_and_a_mark_only(client, over):
    page = client.get(board(over, "/nhung")).text

    assert len(page) < 4000
    assert "<script" not in page
    assert re.findall(r'<link rel="(\w+)"', page) == ["stylesheet", "icon"]


def test_round_of_many_rows_takes_no_more_statements_on_a_screen(client, app, queries):
    counts = {}
    for people in (1, 6):
        made = factories.round_(opens_at=clock.now() - timedelta(hours=2))
        standing(made, *["Vũ Thị Dung"] * people)
        address = board(db.session.get_one(Round, made.id), "/man-chieu")
        db.session.rollback()
        queries.clear()
        client.get(address)
        counts[people] = len(queries)

    assert counts[1] == counts[6]

"""The pages on which parts of a judged round are declared, and figures written down."""

import io

import pytest

from accounts import authenticating
from accounts.rules.authorizing import Role
from contest.models import Part, PartCount
from contest.rules.judging.parts import PartKind
from core import clock
from core.db import db
from tests import factories
from tests.contest import judging, staged


@pytest.fixture
def judged(app):
    return judging.judged_round(factories.contest(), digest="", sealed_at=None)


@pytest.fixture
def organizer(client):
    person = factories.account(full_name="Lê Thị Mai")
    factories.grant(person, Role.ORGANIZER)
    token = authenticating.open_session(person, is_staff=True, device="phép thử", at=clock.now())
    client.set_cookie("sid", token)
    return client


def home(judged):
    return f"/quan-ly/vong/{judged.round.public_id}/phan-thi"


def test_parts_of_seventy_and_thirty_are_declared(organizer, judged):
    address = home(judged)
    judged_part = {"title": "Nội dung", "most": "70"}
    media = {
        "title": "Lan tỏa", "most": "30", "closes_at": "17h00 30/11/2027", "scale": "log",
        "cap": "", "views": "1", "likes": "5", "comments": "", "shares": "",
    }  # fmt: skip

    first = organizer.post(f"{address}/them/giam-khao", data=judged_part)
    second = organizer.post(f"{address}/them/dem", data=media)

    assert (first.status_code, second.status_code) == (303, 303), second.text
    db.session.rollback()
    made = db.session.query(Part).order_by(Part.position).all()
    assert [(one.kind, int(one.points)) for one in made] == [
        (PartKind.JUDGED, 70), (PartKind.MEASURED, 30),
    ]  # fmt: skip
    assert made[1].terms["weights"] == {"views": "1", "likes": "5"}
    page = organizer.get(address).text
    assert "Lan tỏa" in page
    assert "theo phiếu chấm" in page


@pytest.mark.parametrize("way", ["giam-khao", "trac-nghiem", "dem", "binh-chon"])
def test_every_kind_has_its_form_and_refuses_an_empty_one(organizer, judged, way):
    address = f"{home(judged)}/them/{way}"

    page, sent = organizer.get(address), organizer.post(address)

    assert (page.status_code, sent.status_code) == (200, 422)
    assert "Ghi tên phần thi." in sent.text


def test_refusal_is_told_on_the_form(organizer, judged):
    sent = organizer.post(
        f"{home(judged)}/them/binh-chon", data={"title": "Bình chọn", "most": "10", "by": "cards"}
    )

    assert sent.status_code == 422
    assert "Ghi rõ giờ mở và đóng bình chọn." in sent.text


def test_part_is_taken_out(organizer, judged):
    part = staged.part(judged)

    answer = organizer.post(f"/quan-ly/phan-thi/{part.public_id}/bo")

    assert answer.status_code == 303
    db.session.rollback()
    assert db.session.query(Part).count() == 0


def test_figures_are_written_down_with_their_picture(organizer, judged):
    row = judging.round_entry(judged, judging.entry(judging.category(judged.round.contest)))
    part = staged.part(judged, PartKind.MEASURED)
    from PIL import Image

    target = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(target, "PNG")
    target.seek(0)

    address = f"/quan-ly/phan-thi/{part.public_id}/dem"
    entry = row.entry.public_id
    read_at = "0h00 01/11/2026"
    sent = organizer.post(
        address,
        data={"entry": entry, "views": "1.250", "taken_at": read_at, "picture": (target, "a.png")},
    )

    assert sent.status_code == 303, sent.text
    page = organizer.get(address).text
    assert "1.250" in page
    db.session.rollback()
    made = db.session.query(PartCount).one()
    picture = organizer.get(f"/quan-ly/phan-thi/dem/{made.public_id}/anh")
    assert (picture.mimetype, picture.data[:4]) == ("image/png", b"\x89PNG")

"""Writing an item of every type: the forms, their buttons, the preview, pictures, passages."""

import io
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from accounts.rules.authorizing import Role
from core import clock
from core.db import db
from questions import authoring, illustrating, passaging
from questions.models import Item, ItemType, ItemVersion, Media, Stimulus
from questions.rules.wording import Wording
from tests import factories
from tests.core.test_pictures import SVG, bomb
from tests.questions.contents import SOUND, STEMS
from tests.questions.sending import plain, sent_of

KINDS = sorted(SOUND)
UPLOAD = {"act": "upload", "file_alt": "Bản đồ tỉnh", "file_at": "stem"}


def read(statement):
    db.session.rollback()
    return db.session.scalar(statement)


def count():
    return read(select(func.count()).select_from(Item))


def fields(kind, **more):
    told = {"stem": STEMS[kind], "purpose": "official", "number": "1"}
    return {**told, **sent_of(kind, SOUND[kind]).to_dict(flat=False), **more}


def item_of(bank, kind):
    told = authoring.NewItem("", Wording(kind, STEMS[kind], SOUND[kind], "Theo Kế hoạch."))
    return authoring.create(factories.account(), bank, told, at=clock.now())


@pytest.fixture
def bank(author):
    return factories.bank()


@pytest.fixture
def address(bank):
    return f"/ngan-hang/{bank.public_id}/soan"


def test_new_when_no_type_is_chosen_then_all_ten_are_offered(client, address):
    page = client.get(address).text

    assert all(f"loai={kind}" in page for kind in KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_new_shows_the_form_of_the_type(client, address, kind):
    answer = client.get(f"{address}?loai={kind}")

    assert answer.status_code == 200
    assert 'id="phan-rieng"' in answer.text


@pytest.mark.parametrize("kind", KINDS)
def test_create_when_the_form_is_good_then_the_item_says_it(client, address, kind):
    answer = client.post(f"{address}?loai={kind}", data=fields(kind))

    assert answer.status_code == 303
    item = read(select(Item))
    assert (item.type, item.current.stem) == (kind, STEMS[kind])
    assert plain(item.current.content) == plain(SOUND[kind])


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "essay"])
def test_create_when_the_part_of_the_type_is_empty_then_faults_are_named(client, address, kind):
    told = {"stem": STEMS[kind], "purpose": "official"}

    answer = client.post(f"{address}?loai={kind}", data=told)

    assert answer.status_code == 422
    assert 'id="loi"' in answer.text
    assert STEMS[kind].partition("[[")[0] in answer.text
    assert count() == 0


@pytest.mark.parametrize("kind", KINDS)
def test_item_of_each_type_is_shown_tried_edited_and_kept(client, bank, kind):
    item = item_of(bank, kind)
    page = client.get(f"/ngan-hang/cau/{item.public_id}")
    tried = client.post(f"/ngan-hang/cau/{item.public_id}/thu", data={"act": "try", "answer": "b"})
    form = client.get(f"/ngan-hang/cau/{item.public_id}/sua")
    same = fields(kind, explanation="Theo Kế hoạch.")

    saved = client.post(f"/ngan-hang/cau/{item.public_id}/sua", data=same)

    statuses = (page.status_code, tried.status_code, form.status_code, saved.status_code)
    assert statuses == (200, 200, 200, 303)
    assert "số điểm." in tried.text or kind == "essay"
    versions = select(func.count()).select_from(ItemVersion).where(ItemVersion.item_id == item.id)
    assert read(versions) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_create_when_the_reviewer_may_only_read_then_it_is_refused(client, sign_in, kind):
    bank = factories.bank()
    sign_in(Role.REVIEWER)

    answer = client.post(f"/ngan-hang/{bank.public_id}/soan?loai={kind}", data=fields(kind))

    assert (answer.status_code, count()) == (403, 0)


def test_create_when_a_stranger_asks_then_there_is_no_bank(client, sign_in):
    bank = factories.bank()
    sign_in()

    answer = client.post(f"/ngan-hang/{bank.public_id}/soan?loai=essay", data=fields("essay"))

    assert (answer.status_code, count()) == (404, 0)


@pytest.mark.parametrize(
    ("kind", "act", "name"),
    [
        ("statements", "add", "statement-4"),
        ("matching", "add", "left-2"),
        ("matching", "add.distractor", "distractor-1"),
        ("ordering", "add", "part-3"),
        ("short_answer", "add", "accept-2"),
        ("numeric", "add", "value-1"),
        ("cloze", "add-gap", "gap-4-accept-0"),
        ("cloze", "gap-3:add", "gap-3-option-2"),
        ("essay", "add", "criterion-2"),
    ],
)
def test_a_row_is_added_without_a_script_and_nothing_is_saved(client, address, kind, act, name):
    page = client.post(f"{address}?loai={kind}", data=fields(kind, act=act)).text

    assert f'name="{name}"' in page
    assert count() == 0


def test_parts_move_without_a_script(client, address):
    page = client.post(f"{address}?loai=ordering", data=fields("ordering", act="up-1")).text

    assert page.index("Chuyển xử lý") < page.index("Tiếp nhận")


def test_a_gap_that_is_added_or_taken_away_changes_the_text(client, address):
    more = client.post(f"{address}?loai=cloze", data=fields("cloze", act="add-gap")).text
    less = client.post(f"{address}?loai=cloze", data=fields("cloze", act="remove-gap-1")).text

    assert "tại [[3]]. [[4]]" in more
    assert "Hội thi do chủ trì, Tỉnh Đoàn phối hợp, tổ chức năm [[1]] tại [[2]]." in less


def test_try_when_an_answer_is_given_then_its_mark_is_said_and_nothing_saved(client, address):
    told = fields("statements", act="try")
    told |= {"answer-a": "T", "answer-b": "F", "answer-c": "T", "answer-d": "T"}

    page = client.post(f"{address}?loai=statements", data=told | {"scoring": "steps"}).text

    assert "được 50% số điểm" in page
    assert count() == 0


def test_preview_when_shuffled_then_the_next_turn_is_another(client, address):
    told = fields("ordering", act="shuffle", turn="3")

    page = client.post(f"{address}?loai=ordering", data=told).text

    assert 'name="turn" value="4"' in page


def test_advice_is_given_on_what_was_written(client, address):
    told = fields("single_choice", act="preview", stem="Việc nào không thuộc Kế hoạch?")

    page = client.post(address, data=told).text

    assert "dễ bị bỏ sót" in page
    assert "Chưa có căn cứ pháp lý" in page


# --- Pictures ----------------------------------------------------------------------------------


def upload(client, address, content, **more):
    told = {"stem": "Hỏi?", "file": (io.BytesIO(content), "bản đồ.png"), **UPLOAD, **more}
    return client.post(address, data=told, content_type="multipart/form-data")


def test_upload_when_it_is_a_picture_then_it_is_shown_and_saved_with_the_item(client, address):
    page = upload(client, address, factories.DOT, file_at="1").text
    medium = read(select(Media))
    told = fields("single_choice", **{"medium-0": medium.public_id, "alt-0": "Bản đồ tỉnh"})

    client.post(address, data=told | {"at-0": "1"})

    assert f"/tep/{medium.public_id}" in page
    assert read(select(ItemVersion)).content["media"] == [
        {"id": medium.public_id, "kind": "picture", "alt": "Bản đồ tỉnh", "at": "b"}
    ]


def test_upload_when_the_same_comes_twice_then_it_is_kept_once(client, address):
    upload(client, address, factories.DOT)
    upload(client, address, factories.DOT)

    assert read(select(func.count()).select_from(Media)) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (SVG, "Không nhận hình SVG"),
        (bomb(30_000, 30_000), "30.000 × 30.000 điểm ảnh"),
        (b"MZ\x90", "Chỉ nhận hình PNG, JPEG, WebP và GIF."),
        (factories.DOT[:40], "Hình bị hỏng"),
    ],
    ids=["svg", "bomb", "program", "truncated"],
)
def test_upload_when_it_is_hostile_then_it_is_refused_by_name(client, address, content, said):
    answer = upload(client, address, content)

    assert answer.status_code == 422
    assert said in answer.text
    assert read(select(func.count()).select_from(Media)) == 0


def test_upload_when_it_has_no_words_then_they_are_asked_for(client, address):
    answer = upload(client, address, factories.DOT, file_alt="")
    plain_one = upload(client, address, factories.DOT, file_alt="", file_plain="y")

    assert (answer.status_code, plain_one.status_code) == (422, 200)
    assert "Mô tả nội dung, hoặc chọn chỉ để trang trí." in answer.text


def test_a_picture_of_another_bank_is_not_taken(client, address):
    foreign = factories.medium(factories.bank(title="Ngân hàng khác"))
    told = fields("single_choice", **{"medium-0": foreign.public_id, "alt-0": "Bản đồ"})

    client.post(address, data=told)

    assert "media" not in read(select(ItemVersion)).content


def test_show_serves_the_picture_so_that_nothing_in_it_can_act(client, bank):
    medium = factories.medium(bank)

    answer = client.get(f"/tep/{medium.public_id}")
    again = client.get(
        f"/tep/{medium.public_id}", headers={"If-None-Match": answer.headers["ETag"]}
    )

    assert (answer.data, answer.mimetype) == (factories.DOT, "image/png")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in answer.headers["Cache-Control"]
    assert again.status_code == 304


def test_show_when_a_participant_was_not_asked_then_there_is_none(client, sign_in):
    medium = factories.medium(factories.bank())
    sign_in()

    assert client.get(f"/tep/{medium.public_id}").status_code == 404


def test_pictures_that_nothing_shows_go_after_some_days(app, bank):
    at = clock.now()
    old = at - 2 * illustrating.KEPT
    used, unused = (
        factories.medium(bank, created_at=old),
        factories.medium(bank, created_at=old, content=factories.DOT + b"x"),
    )
    fresh = factories.medium(bank, content=factories.DOT + b"y")
    shown = {"media": [{"id": used.public_id, "kind": "picture", "alt": "", "at": "stem"}]}
    factories.item(bank, content=SOUND["single_choice"] | shown)
    names = {used.public_id, fresh.public_id}

    gone = illustrating.forget_unused(at=at)

    assert gone == 1
    assert set(db.session.scalars(select(Media.public_id))) == names
    assert unused is not None


# --- Passages, comments, comparing -------------------------------------------------------------


def test_a_passage_is_written_with_its_first_question_and_chosen_by_the_next(client, address):
    written = {"passage": "new", "passage_title": "Kế hoạch 88", "passage_text": "Ba nhiệm vụ."}
    client.post(address, data=fields("single_choice", **written))
    passage = read(select(Stimulus))

    client.post(f"{address}?loai=numeric", data=fields("numeric", passage=passage.public_id))

    db.session.rollback()
    versions = db.session.scalars(select(ItemVersion.stimulus_id)).all()
    assert versions == [passage.id, passage.id]


def test_revise_passage_writes_new_versions_and_keeps_the_old_text(client, bank):
    author = factories.account()
    passage = passaging.write(author, bank, "", "Ba nhiệm vụ.", at=clock.now())
    told = authoring.NewItem("", Wording("numeric", "Mấy?", SOUND["numeric"]))
    told = replace(told, wording=replace(told.wording, stimulus_id=passage.id))
    item = authoring.create(author, bank, told, at=clock.now())
    place = f"/ngan-hang/{bank.public_id}/ngu-lieu/{passage.public_id}"
    before = client.get(place).text

    client.post(place, data={"title": "", "text": "Bốn nhiệm vụ."})

    assert "1 câu" in before
    db.session.rollback()
    texts = db.session.scalars(
        select(Stimulus.text)
        .join(ItemVersion, ItemVersion.stimulus_id == Stimulus.id)
        .where(ItemVersion.item_id == item.id)
        .order_by(ItemVersion.number)
    ).all()
    assert texts == ["Ba nhiệm vụ.", "Bốn nhiệm vụ."]
    assert "Bốn nhiệm vụ." in client.get(f"/ngan-hang/{bank.public_id}/ngu-lieu").text


def test_comment_is_shown_with_its_author_and_settled(client, bank):
    item = factories.item(bank)
    place = f"/ngan-hang/cau/{item.public_id}"

    client.post(f"{place}/trao-doi", data={"text": "Đề nghị ghi rõ ngạch"})
    said = client.get(place).text
    client.post(f"{place}/trao-doi/1/xong")
    settled = client.get(place).text
    empty = client.post(f"{place}/trao-doi", data={"text": " "})

    assert "Đề nghị ghi rõ ngạch" in said
    assert "H’Hương Niê" in said
    assert "Đánh dấu đã xong" in said
    assert "Đánh dấu đã xong" not in settled
    assert (empty.status_code, "Viết ý kiến." in empty.text) == (422, True)


def test_settle_when_the_comment_is_of_another_item_then_there_is_none(client, bank):
    item, other = factories.item(bank, number=1), factories.item(bank, number=2)
    client.post(f"/ngan-hang/cau/{item.public_id}/trao-doi", data={"text": "Sửa"})

    answer = client.post(f"/ngan-hang/cau/{other.public_id}/trao-doi/1/xong")

    assert answer.status_code == 404


def test_twins_stand_beside_the_item_and_are_compared(client, bank):
    stem = "Cơ quan nào chủ trì Hội thi tìm hiểu cải cách hành chính năm 2017?"
    one = item_of(bank, "single_choice")
    told = Wording("single_choice", stem, SOUND["single_choice"])
    near = Wording("single_choice", stem.replace("2017", "2018"), SOUND["single_choice"])
    at, person = clock.now(), factories.account()
    first, second = (
        authoring.create(person, bank, authoring.NewItem("", each), at=at) for each in (told, near)
    )

    page = client.get(f"/ngan-hang/cau/{first.public_id}").text
    both = client.get(f"/ngan-hang/cau/{first.public_id}/so-sanh/{second.public_id}").text

    assert f"/so-sanh/{second.public_id}" in page
    assert f"/so-sanh/{one.public_id}" not in page
    assert "<del>2017?</del><ins>2018?</ins>" in both


@pytest.mark.parametrize("rows", [1, 3])
def test_item_when_more_is_said_about_it_then_statements_do_not_grow(
    client, bank, author, queries, rows
):
    item = item_of(bank, "single_choice")
    place = f"/ngan-hang/cau/{item.public_id}"
    for n in range(rows):
        client.post(f"{place}/trao-doi", data={"text": f"Ý kiến {n}"})
        stem = f"Cơ quan nào chủ trì phong trào “3 trách nhiệm” {n}?"
        client.post(f"{place}/sua", data=fields("single_choice", stem=stem, number=str(n + 1)))
    queries.clear()

    client.get(place)

    assert len(queries) == 14


def test_balance_says_where_the_keys_stand(client, bank):
    for number in range(1, 31):
        factories.item(bank, number=number, key="b")

    page = client.get(f"/ngan-hang/{bank.public_id}/can-bang").text

    assert "Có chữ cái làm đáp án quá nhiều hoặc quá ít." in page


def test_types_of_the_editor_are_those_of_the_bank():
    assert {kind.value for kind in ItemType} == set(KINDS)

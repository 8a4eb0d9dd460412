"""Every type of question in an attempt: asked, saved with and without a script, marked, shown."""

import json
import re
from datetime import timedelta
from decimal import Decimal

import pytest

from contest import asked, attempting, explaining, queries, saving, verifying
from contest.attempting import Client
from contest.models import Attempt, Slot
from contest.rules import scoring
from contest.rules.ranking import Key, natural
from core import clock, ids
from core.db import atomic, db
from questions.models import ItemVersion, Media, MediaKind, Stimulus
from questions.rules import marking
from questions.types import answers
from tests import factories
from tests.contest.views.test_participant import (
    answers as answers_in,
)
from tests.contest.views.test_participant import (
    begun,
    put,
    row,
    signed_in,
    ticket,
)
from tests.questions.contents import CONTENTS, SOUND

KINDS = sorted(CONTENTS)
PASSAGE = "Năm 2016, tỉnh Đắk Lắk có 184 xã, phường, thị trấn.\nBộ phận một cửa có ở tất cả."


def open_round(bank, kinds):
    return factories.round_(
        opens_at=clock.now() - timedelta(hours=2),
        blueprint=factories.blueprint_of_types(bank, kinds),
        shows_answers=True,
        ranking=natural(Key.SCORE, Key.DURATION_MS).written(),
    )


@pytest.fixture
def bank(app):
    made = factories.bank()
    for number, kind in enumerate(KINDS, start=1):
        factories.item_of(made, kind, number=number)
    return made


@pytest.fixture
def round_(bank):
    return open_round(bank, KINDS)


@pytest.fixture
def mine(client, round_):
    return signed_in(client, factories.enrolment(round_.contest).account)


def picture(bank, **fields):
    return factories.saved(
        Media(
            **{
                "public_id": ids.public_id(),
                "bank_id": bank.id,
                "kind": MediaKind.PICTURE,
                "mime": "image/png",
                "digest": ids.public_id(),
                "width": 640,
                "height": 360,
                "size": 3,
                "content": b"png",
                "created_at": clock.now(),
            }
            | fields
        )
    )


def positions(public_id):
    """Return the place of each type in the paper."""
    slots = queries.slots_of(row(public_id).id)
    return {str(slot.version.type): slot.position for slot in slots}


def form_of(kind, answer):
    """Return the fields that a form without a script sends for this answer."""
    if kind in marking.KEYED:
        return {f"answer-{part}": value for part, value in answers.parts(answer).items()}
    return {"answer": answer.split(",") if kind in marking.WITH_OPTIONS else answer}


@pytest.mark.parametrize("kind", KINDS)
def test_answer_sent_without_a_script_is_stored_and_shown_again(mine, round_, kind):
    public_id = begun(mine, round_)
    place, right = positions(public_id)[kind], marking.right(kind, SOUND[kind])
    given = right or "Cơ chế một cửa giúp người dân\r\nđi lại ít hơn."

    mine.post(f"/thi/bai/{public_id}/cau/{place}", data=form_of(kind, given) | {"go": "next"})
    page = mine.get(f"/thi/bai/{public_id}/cau/{place}").text

    assert answers_in(public_id) == {place: given.replace("\r\n", "\n")}
    config = json.loads(re.search(r'id="attempt-config">(.*?)</script>', page)[1])
    assert config["slots"][place - 1]["answer"] == given.replace("\r\n", "\n")
    section = page.partition(f'id="slot-{place}"')[2].partition("</form>")[0]
    for value in answers.parts(given).values() if kind in marking.KEYED else ():
        assert re.search(rf'value="{value}"( checked| selected|[^>]*data-part)', section)


def test_paper_of_every_type_answered_right_earns_all_but_the_essay(mine, round_):
    public_id = begun(mine, round_)
    sent = [
        {"slot": place, "seq": 1, "answer": marking.right(kind, SOUND[kind])}
        for kind, place in positions(public_id).items()
    ]

    saved = put(mine, public_id, sent, ticket(public_id))
    mine.post(f"/thi/bai/{public_id}/nop")

    attempt = row(public_id)
    assert saved.status_code == 200
    assert (attempt.correct, attempt.asked) == (9, 10)
    assert scoring.from_millionths(attempt.score) == Decimal(9)
    assert verifying.verify(round_.contest).faults == []


def test_answer_right_in_part_earns_a_part_and_is_no_correct_one(mine, round_):
    public_id = begun(mine, round_)
    place = positions(public_id)["statements"]
    half = answers.keyed({"a": "T", "b": "F"})

    put(mine, public_id, [{"slot": place, "seq": 1, "answer": half}], ticket(public_id))
    mine.post(f"/thi/bai/{public_id}/nop")

    attempt = row(public_id)
    assert (attempt.correct, scoring.from_millionths(attempt.score)) == (0, Decimal("0.5"))
    assert "0,5 điểm" in mine.get(f"/thi/bai/{public_id}/ket-qua").text.replace("\xa0", " ")
    assert verifying.verify(round_.contest).faults == []


def test_essay_of_twenty_thousand_letters_is_saved_and_one_more_is_refused(mine, round_):
    public_id = begun(mine, round_)
    place, token = positions(public_id)["essay"], ticket(public_id)
    longest = ("Cải cách hành chính ở xã Ea Kar. " * 700)[:20_000]

    kept = put(mine, public_id, [{"slot": place, "seq": 1, "answer": longest}], token)
    refused = put(mine, public_id, [{"slot": place, "seq": 2, "answer": longest + "x"}], token)
    form = mine.post(f"/thi/bai/{public_id}/cau/{place}", data={"answer": longest + "x"})

    assert [one.status_code for one in (kept, refused, form)] == [200, 422, 422]
    assert answers_in(public_id) == {place: longest}


def test_submitting_takes_essays_that_were_still_waiting(mine, round_):
    public_id = begun(mine, round_)
    essay = ("Ủy ban nhân dân tỉnh ban hành kế hoạch. " * 500)[:19_990]
    waiting = [{"slot": place, "seq": 1, "answer": essay} for place in range(1, 6)]

    mine.post(f"/thi/bai/{public_id}/nop", data={"pending": json.dumps(waiting)})

    assert set(answers_in(public_id)) == {1, 2, 3, 4, 5}


def test_attempt_of_every_type_takes_the_statements_of_one_type(client, round_, queries):
    person = factories.enrolment(round_.contest)
    public_id = begun(signed_in(client, person.account), round_)
    client.get(f"/thi/bai/{public_id}")
    db.session.rollback()
    queries.clear()

    client.get(f"/thi/bai/{public_id}")

    assert len(queries) == 5


def test_attempt_of_every_type_does_not_tell_the_keys(mine, round_):
    page = mine.get(f"/thi/bai/{begun(mine, round_)}").text

    for word in ("Sở Thông tin và Truyền thông", "is_true", "pairs", "tỉnh Đắk Lắk", "Nêu đúng"):
        assert word not in page
    ordering = page.partition("data-places")[2].partition("</form>")[0]
    shown = [ordering.index(part) for part in ("Tiếp nhận", "Chuyển xử lý", "Trả kết quả")]
    assert all(place > 0 for place in shown)


def test_review_without_a_script_names_parts_that_are_empty(mine, round_):
    public_id = begun(mine, round_)
    place = positions(public_id)["statements"]

    mine.post(f"/thi/bai/{public_id}/cau/{place}", data={"answer-a": "T", "go": "review"})

    page = mine.get(f"/thi/bai/{public_id}/xem-lai").text.replace("\xa0", " ")
    assert "Còn 9 câu chưa trả lời" in page
    assert "Số ý chưa trả lời: 3" in page


def test_result_says_each_part_with_what_is_right(client, bank):
    practice = open_round(bank, ["matching", "cloze", "essay"])
    practice = closed(practice)
    person = factories.enrolment(practice.contest)
    attempt = submitted(practice, person, {"matching": answers.keyed({"1": "a"})})

    wrong = explaining.wrong_items(attempt)

    by_stem = {one.stem: one for one in wrong}
    cloze = by_stem["Hội thi do (1) chủ trì, Tỉnh Đoàn phối hợp, tổ chức năm (2) tại (3)."]
    assert [(one.label, one.given, one.right) for one in cloze.said] == [
        ("(1)", "", "Sở Thông tin và Truyền thông"),
        ("(2)", "", "2017"),
        ("(3)", "", "Buôn Ma Thuột"),
    ]
    page = signed_in(client, person.account).get(f"/thi/bai/{attempt.public_id}/ket-qua").text
    assert "Chuyên mục bạn đọc" in page
    assert "Báo Đắk Lắk" in page


def closed(round_):
    with atomic():
        round_.closes_at = clock.now() - timedelta(minutes=5)
    return round_


def submitted(round_, person, given):
    early = round_.opens_at + timedelta(minutes=1)
    attempt = attempting.start(round_, person, person.account, client=Client("a" * 20), at=early)
    places = {str(one.version.type): one.position for one in queries.slots_of(attempt.id)}
    sent = [saving.Answer(places[kind], 1, text) for kind, text in given.items()]
    if sent:
        saving.save(saving.ticket_of(attempt), sent, at=early)
    return attempting.submit(attempt, person.account, at=early + timedelta(minutes=2))


# --- Pictures, sounds, passages ----------------------------------------------------------------


def illustrated(bank):
    """Make an item with a picture at its stem, and one about a passage with a sound."""
    shown = picture(bank)
    heard = picture(bank, kind=MediaKind.SOUND, mime="audio/ogg", width=None, height=None)
    at_stem = {"id": shown.public_id, "kind": "picture", "alt": "Bản đồ Đắk Lắk", "at": "stem"}
    in_text = {"id": heard.public_id, "kind": "sound", "alt": "Bản tin", "at": "stem"}
    passage = factories.saved(
        Stimulus(
            public_id=ids.public_id(),
            bank_id=bank.id,
            title="Bộ phận một cửa",
            text=PASSAGE,
            media=[in_text],
            created_at=clock.now(),
        )
    )
    factories.item_of(bank, "numeric", number=21, content={"media": [at_stem]})
    for number, kind in enumerate(("short_answer", "single_choice"), start=22):
        item = factories.item_of(bank, kind, number=number)
        with atomic():
            db.session.get_one(ItemVersion, item.current_id).stimulus_id = passage.id
    return shown, heard


def test_pictures_and_passages_are_shown_once_with_size_and_words(client, app, queries):
    bank = factories.bank()
    shown, heard = illustrated(bank)
    round_ = open_round(bank, ["numeric", "short_answer", "single_choice"])
    person = factories.enrolment(round_.contest)
    public_id = begun(signed_in(client, person.account), round_)
    client.get(f"/thi/bai/{public_id}")
    db.session.rollback()
    queries.clear()

    page = client.get(f"/thi/bai/{public_id}").text

    assert len(queries) == 7
    assert page.count("có 184 xã") == 1
    assert f'src="/tep/{shown.public_id}" alt="Bản đồ Đắk Lắk" loading="lazy"' in page
    assert 'width="640" height="360"' in page
    assert f'preload="none" src="/tep/{heard.public_id}"' in page


def test_media_are_for_whoever_has_them_in_a_paper(client, app, queries):
    bank = factories.bank()
    shown, heard = illustrated(bank)
    round_ = open_round(bank, ["numeric", "short_answer"])
    person, other = factories.enrolment(round_.contest), factories.account()
    begun(signed_in(client, person.account), round_)
    db.session.rollback()
    account, media = person.account_id, shown.public_id
    queries.clear()

    assert asked.may_see(account, media)

    assert len(queries) == 1
    assert asked.may_see(person.account_id, heard.public_id)
    assert not asked.may_see(other.id, shown.public_id)
    assert not asked.may_see(person.account_id, picture(bank).public_id)
    assert client.get(f"/tep/{shown.public_id}").data == b"png"
    assert signed_in(client, other).get(f"/tep/{shown.public_id}").status_code == 404


def test_same_media_in_a_second_paper_are_no_fault(client, app):
    bank = factories.bank()
    illustrated(bank)
    round_ = open_round(bank, ["numeric"])

    for _ in range(2):
        begun(signed_in(client, factories.enrolment(round_.contest).account), round_)

    db.session.rollback()
    assert db.session.query(Attempt).count() == 2
    assert db.session.query(Slot).count() == 2

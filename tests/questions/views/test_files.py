"""An import in the browser: choose, look over, correct, agree, undo."""

import io
from pathlib import Path

import pytest
from sqlalchemy import func, select

from accounts.rules.authorizing import Role
from core.db import atomic, db
from core.jobs import Job, JobState
from questions import importing
from questions.models import ImportEntry, ImportState, Item, ItemImport, ItemType
from tests import factories

FILES = Path(__file__).parents[1] / "files"


@pytest.fixture
def bank(author):
    return factories.bank(title="Ngân hàng 2026")


def send(client, bank, name, content=None):
    content = (FILES / name).read_bytes() if content is None else content
    form = {"file": (io.BytesIO(content), name)}
    return client.post(f"/ngan-hang/{bank.public_id}/nhap", data=form)


def count():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Item))


def state():
    db.session.rollback()
    return db.session.scalar(select(ItemImport.state).order_by(ItemImport.id.desc()))


def test_upload_when_a_file_is_sent_then_two_requests_put_it_into_the_bank(client, bank):
    preview = send(client, bank, "01-bold-option.docx").location
    page = client.get(preview).text
    before = count()

    client.post(f"{preview}/dong-y")

    assert "Nhập 24 câu không có lỗi" in page
    assert (before, count()) == (0, 24)
    assert "Đã lưu 24 câu vào ngân hàng." in client.get(preview).text


def test_upload_when_questions_are_pasted_then_they_are_read(client, bank):
    text = "Câu 1. Ai chủ trì Hội thi?\nA. Sở Nội vụ\nB. Tỉnh Đoàn\nĐáp án: B"

    preview = client.post(f"/ngan-hang/{bank.public_id}/nhap", data={"text": text}).location

    assert "Ai chủ trì Hội thi?" in client.get(preview).text


def test_upload_when_the_keys_stand_in_a_file_of_their_own_then_they_are_laid_over(client, bank):
    text = "Câu 1. Ai chủ trì Hội thi?\nA. Sở Nội vụ\nB. Tỉnh Đoàn"
    form = {
        "file": (io.BytesIO(text.encode()), "de.txt"),
        "key": (io.BytesIO(b"1-B"), "dap-an.txt"),
    }

    client.post(f"/ngan-hang/{bank.public_id}/nhap", data=form)

    db.session.rollback()
    draft = db.session.scalars(select(ImportEntry)).one().entry
    assert (draft["options"], draft["key"]) == (["Sở Nội vụ", "Tỉnh Đoàn"], [1])


def test_upload_when_the_file_of_keys_has_none_then_it_is_refused_in_words(client, bank):
    form = {
        "file": (io.BytesIO((FILES / "01-bold-option.docx").read_bytes()), "de.docx"),
        "key": (io.BytesIO("Xin chào".encode()), "dap-an.txt"),
    }

    answer = client.post(f"/ngan-hang/{bank.public_id}/nhap", data=form)

    assert answer.status_code == 422
    assert "Không tìm thấy đáp án nào trong tệp đáp án." in answer.text


def test_upload_when_nothing_is_sent_then_it_is_said(client, bank):
    answer = client.post(f"/ngan-hang/{bank.public_id}/nhap", data={"text": " "})

    assert answer.status_code == 422
    assert "Chọn tệp hoặc dán câu hỏi." in answer.text


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("rong.docx", b"", "rong.docx: Tệp rỗng."),
        ("anh.docx", b"\x89PNG\r\n\x1a\n" + b"0" * 99, "anh.docx: Tệp là hình ảnh."),
    ],
)
def test_upload_when_the_file_is_wrong_then_it_is_named(client, bank, name, content, words):
    answer = send(client, bank, name, content)

    assert answer.status_code == 422
    assert words in answer.text
    assert count() == 0


def test_upload_when_the_reviewer_may_not_import_then_it_is_refused(client, sign_in):
    bank = factories.bank()
    sign_in(Role.REVIEWER)

    assert send(client, bank, "01-bold-option.docx").status_code == 403


def test_preview_when_questions_are_faulty_then_each_is_named_beside_its_lines(client, bank):
    preview = send(client, bank, "16-mixed-and-faulty.docx").location

    page = client.get(f"{preview}?cau=7").text

    assert "Câu 7, có lỗi" in page
    assert "Loại câu hỏi này cần đúng một đáp án" in page
    assert '<div class="paper' in page
    assert "Nhập 8 câu không có lỗi" in page


def test_preview_when_a_stranger_asks_then_there_is_none(client, bank, sign_in):
    preview = send(client, bank, "01-bold-option.docx").location
    sign_in()

    assert client.get(preview).status_code == 404


@pytest.mark.parametrize("name", ["01-bold-option.docx", "16-mixed-and-faulty.docx"])
def test_preview_when_the_file_is_longer_then_statements_do_not_grow(client, bank, queries, name):
    preview = send(client, bank, name).location
    queries.clear()

    client.get(f"{preview}?cau=1")

    assert len(queries) == 14


def test_correct_when_the_key_is_ticked_then_the_next_faulty_question_follows(client, bank):
    preview = send(client, bank, "16-mixed-and-faulty.docx").location
    told = {"stem": "Ai chủ trì?", "option-0": "Sở Tư pháp", "option-1": "Sở Nội vụ", "key": "1"}

    answer = client.post(f"{preview}/cau/7", data=told | {"topic": "", "level": ""})

    assert answer.location == f"{preview}?cau=9"
    assert "Câu 7, sẵn sàng" in client.get(preview).text


def test_correct_when_the_question_is_still_faulty_then_it_stays(client, bank):
    preview = send(client, bank, "16-mixed-and-faulty.docx").location
    told = {"stem": "", "option-0": "Sở Tư pháp", "topic": "", "level": ""}

    answer = client.post(f"{preview}/cau/7", data=told)

    assert answer.location == f"{preview}?cau=7"
    assert "Câu hỏi chưa có nội dung." in client.get(f"{preview}?cau=7").text


PAIRS = """Nối mỗi cơ quan với việc được giao. {
  =Sở Nội vụ -> Chủ trì cải cách hành chính
  =Tỉnh Đoàn -> Tổ chức hội thi cho thanh niên
  =Sở Tư pháp -> Kiểm soát thủ tục hành chính
}
"""


def test_correct_when_the_question_has_pairs_then_they_stay_and_are_shown(client, bank):
    preview = send(client, bank, "noi.gift", PAIRS.encode()).location

    shown = client.get(preview).text
    told = {"stem": "Nối cơ quan với việc.", "topic": "", "level": ""}
    client.post(f"{preview}/cau/1", data=told)
    client.post(f"{preview}/dong-y", data={})
    db.session.rollback()

    item = db.session.scalar(select(Item))
    assert "Thí sinh sẽ thấy" in shown
    assert "Tổ chức hội thi cho thanh niên" in shown
    assert (item.type, item.current.stem) == (ItemType.MATCHING, told["stem"])
    assert len(item.current.content["rows"]) == 3


def test_skip_when_a_question_is_left_out_then_it_is_not_written(client, bank):
    preview = send(client, bank, "01-bold-option.docx").location
    told = {"stem": "x", "option-0": "y", "topic": "", "level": "", "act": "skip"}

    client.post(f"{preview}/cau/3", data=told)
    client.post(f"{preview}/dong-y")

    assert count() == 23
    assert "Đã bỏ qua" in client.get(preview).text


def test_classify_when_a_topic_is_chosen_then_the_items_have_it(client, bank):
    topic = factories.topic()
    preview = send(client, bank, "01-bold-option.docx").location

    client.post(f"{preview}/phan-loai", data={"topic": str(topic.id), "level": "TH"})
    client.post(f"{preview}/dong-y")

    count()
    found = db.session.execute(select(Item.topic_id, Item.difficulty).distinct()).all()
    assert found == [(topic.id, "TH")]


def test_drop_when_the_person_does_not_agree_then_the_bank_is_unchanged(client, bank):
    preview = send(client, bank, "01-bold-option.docx").location

    answer = client.post(f"{preview}/huy")

    assert answer.location == f"/ngan-hang/{bank.public_id}"
    assert (count(), state()) == (0, ImportState.DROPPED)


def test_undo_when_asked_then_the_questions_are_gone(client, bank):
    preview = send(client, bank, "01-bold-option.docx").location
    client.post(f"{preview}/dong-y")

    client.post(f"{preview}/hoan-tac")

    assert (count(), state()) == (0, ImportState.UNDONE)


def test_upload_when_the_same_file_comes_again_then_it_is_said(client, bank):
    first = send(client, bank, "01-bold-option.docx").location
    client.post(f"{first}/dong-y")

    second = send(client, bank, "01-bold-option.docx").location
    page = client.get(second).text
    client.post(f"{second}/bo-trung")

    assert "Chính tệp này đã được nhập." in page
    assert "24 bỏ qua" in client.get(second).text


def test_progress_when_the_file_is_large_then_the_page_waits_for_the_job(client, bank, monkeypatch):
    monkeypatch.setattr(importing, "MOST_BYTES_AT_ONCE", 100)
    preview = send(client, bank, "01-bold-option.docx").location

    page = client.get(preview).text
    told = client.get(f"{preview}/tien-do").json

    assert 'data-behaviour="job-progress"' in page
    assert told == {"state": "queued", "progress": 0, "text": ""}


def test_preview_when_the_job_has_failed_then_the_page_says_so_and_waits_no_more(
    client, bank, monkeypatch
):
    monkeypatch.setattr(importing, "MOST_BYTES_AT_ONCE", 100)
    preview = send(client, bank, "01-bold-option.docx").location
    with atomic():
        db.session.scalar(select(Job)).state = JobState.FAILED

    page = client.get(preview).text

    assert "Không đọc được tệp." in page
    assert "job-progress" not in page

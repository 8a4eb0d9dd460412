"""Imports: the bank is untouched until a person agrees, and as before once it was undone."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from accounts.models import AuditEntry
from core import archives, jobs, sandbox, sheets
from core.db import db
from questions import importing, previewing, staging, stocking, undoing, usage
from questions.errors import ImportClosed, ItemsAsked, NothingToImport
from questions.formats import splitting
from questions.models import (
    Difficulty,
    ImportEntry,
    ImportState,
    Item,
    ItemImport,
    ItemState,
    ItemVersion,
)
from questions.rules.proposing import EntryState
from tests import factories

FILES = Path(__file__).parent / "files"
PAPER = """Câu 1. Cơ quan nào chủ trì Hội thi cấp tỉnh năm nay?
A. Sở Nội vụ
*B. Tỉnh Đoàn
C. Sở Tư pháp
D. Báo Đắk Lắk

Câu 2. Thời hạn gửi báo cáo kết quả thực hiện Kế hoạch là ngày nào?
A. Ngày 15 tháng 11
B. Ngày 30 tháng 11
C. Ngày 15 tháng 12
*D. Ngày 31 tháng 12

Câu 3. Câu này không có đáp án nào được đánh dấu?
A. Một
B. Hai
C. Ba
"""


@pytest.fixture
def owner(app):
    return factories.account(full_name="Y Thịnh Êban")


@pytest.fixture
def bank(app):
    return factories.bank()


@pytest.fixture
def pending(owner, bank, noon):
    return importing.stage(owner, bank, "de-cuong.txt", PAPER.encode(), at=noon)


def count(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


def entries(pending):
    db.session.rollback()
    found = select(ImportEntry).where(ImportEntry.import_id == pending.id)
    return db.session.scalars(found.order_by(ImportEntry.number)).all()


def states(pending):
    return [row.state.value for row in entries(pending)]


def actions():
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def told(entry, **changes):
    words = {
        "stem": entry["stem"],
        "options": entry["options"],
        "key": entry["key"],
        "explanation": "",
        "topic_id": None,
        "level": None,
    }
    return words | changes


def test_stage_when_a_file_is_read_then_the_bank_has_nothing_of_it(pending):
    assert pending.state == ImportState.OPEN
    assert states(pending) == ["ready", "ready", "wrong"]
    assert [count(Item), count(ItemVersion)] == [0, 0]


def test_stage_when_a_file_is_read_then_each_question_knows_its_lines(pending):
    first = entries(pending)[0]
    own = [line for line, is_own, _ in first.lines if is_own]

    assert ["".join(text for text, _ in line) for line in own][:2] == [
        "Câu 1. Cơ quan nào chủ trì Hội thi cấp tỉnh năm nay?",
        "A. Sở Nội vụ",
    ]


def test_write_when_agreed_then_the_sound_questions_are_usable_items(owner, pending, noon):
    written = importing.write(owner, pending, at=noon)

    items = db.session.scalars(select(Item).order_by(Item.id)).all()
    assert written == 2
    assert [(item.code, item.state, item.author_id) for item in items] == [
        ("N0001", ItemState.USABLE, owner.id),
        ("N0002", ItemState.USABLE, owner.id),
    ]
    assert items[0].current.content["key"] == ["b"]
    assert [row.number for row in entries(pending)] == [3]


def test_write_when_called_twice_then_the_questions_are_written_once(owner, pending, noon):
    importing.write(owner, pending, at=noon)

    assert importing.write(owner, pending, at=noon) == 2
    assert count(Item) == 2


def test_write_when_everything_is_left_out_then_it_is_refused(owner, pending, noon):
    for number in (1, 2):
        previewing.skip(owner, pending, number)

    with pytest.raises(NothingToImport):
        importing.write(owner, pending, at=noon)

    assert count(Item) == 0


def test_correct_when_the_key_is_given_then_the_question_is_ready(owner, pending, noon):
    entry = previewing.proposed(previewing.entry_of(pending, 3))

    state = previewing.correct(owner, pending, 3, told(entry, key=[1], level="TH"))
    importing.write(owner, pending, at=noon)

    assert state is EntryState.READY
    third = db.session.scalar(select(Item).order_by(Item.id.desc()))
    assert (third.difficulty, third.current.content["key"]) == (Difficulty.UNDERSTANDING, ["b"])


def test_correct_when_an_option_is_emptied_then_the_fault_stays(owner, pending):
    entry = previewing.proposed(previewing.entry_of(pending, 1))

    state = previewing.correct(
        owner, pending, 1, told(entry, options=["Sở Nội vụ", "", "Sở Tư pháp"])
    )

    assert state is EntryState.WRONG


def test_skip_when_a_question_is_left_out_then_it_can_be_taken_in_again(owner, pending):
    previewing.skip(owner, pending, 1)
    left_out = states(pending)
    previewing.skip(owner, pending, 1, skipped=False)

    assert left_out == ["skipped", "ready", "wrong"]
    assert states(pending) == ["ready", "ready", "wrong"]


def test_classify_when_a_topic_is_chosen_then_only_bare_questions_get_it(owner, pending):
    own, other = factories.topic(), factories.topic()
    entry = previewing.proposed(previewing.entry_of(pending, 1))
    previewing.correct(owner, pending, 1, told(entry, topic_id=own.id))

    previewing.classify(owner, pending, topic_id=other.id, level=Difficulty.RECALL)

    assert [row.topic_id for row in entries(pending)] == [own.id, other.id, other.id]
    assert [row.level for row in entries(pending)] == ["NB", "NB", "NB"]


def test_stage_when_the_bank_has_the_question_then_both_are_named(owner, bank, pending, noon):
    importing.write(owner, pending, at=noon)
    changed = PAPER.replace("cấp tỉnh năm nay", "cấp tỉnh năm 2026")

    again = importing.stage(owner, bank, "lan-2.txt", changed.encode(), at=noon)

    assert states(again) == ["look", "look", "wrong"]
    first, second = (row.twins[0] for row in entries(again)[:2])
    assert 0.7 <= first["share"] < 1
    assert second["share"] == 1


def test_skip_repeated_when_a_question_is_known_word_for_word_then_it_is_left_out(
    owner, bank, pending, noon
):
    importing.write(owner, pending, at=noon)
    again = importing.stage(owner, bank, "de-cuong.txt", PAPER.encode(), at=noon)

    left_out = previewing.skip_repeated(owner, again)

    assert left_out == 2
    assert states(again) == ["skipped", "skipped", "wrong"]


def test_undo_when_no_item_was_asked_then_the_bank_is_as_before(owner, bank, pending, noon):
    factories.item(bank)
    importing.write(owner, pending, at=noon)

    undone = undoing.undo(owner, pending, at=noon)

    assert undone == 2
    assert [count(Item), count(ItemVersion)] == [1, 1]
    assert actions() == ["import.staged", "import.agreed", "import.undone"]


def test_undo_when_an_item_stands_in_a_paper_then_nothing_is_taken_away(
    owner, pending, noon, monkeypatch
):
    importing.write(owner, pending, at=noon)
    drawn = db.session.scalar(select(Item.current_id))
    monkeypatch.setattr(usage, "_counters", [lambda ids: {drawn: 1}])

    with pytest.raises(ItemsAsked) as refused:
        undoing.undo(owner, pending, at=noon)

    assert refused.value.details == {"count": 1}
    assert count(Item) == 2


def test_undo_when_done_twice_then_the_second_is_refused(owner, pending, noon):
    importing.write(owner, pending, at=noon)
    undoing.undo(owner, pending, at=noon)

    with pytest.raises(ImportClosed):
        undoing.undo(owner, pending, at=noon)


def test_drop_when_the_person_does_not_agree_then_nothing_is_kept(owner, pending, noon):
    importing.drop(owner, pending, at=noon)

    assert (pending.state, entries(pending)) == (ImportState.DROPPED, [])
    assert count(Item) == 0
    with pytest.raises(ImportClosed):
        importing.write(owner, pending, at=noon)


def test_stage_when_the_file_is_large_then_a_job_reads_it(owner, bank, noon, monkeypatch):
    monkeypatch.setattr(importing, "MOST_BYTES_AT_ONCE", 100)

    pending = importing.stage(owner, bank, "lon.txt", PAPER.encode(), at=noon)
    waiting = pending.state
    jobs.run_next(at=noon)

    db.session.rollback()
    read = db.session.get(ItemImport, pending.id)
    assert (waiting, read.state, read.content) == (ImportState.READING, ImportState.OPEN, None)
    assert states(read) == ["ready", "ready", "wrong"]


def test_stage_when_a_large_file_cannot_be_read_then_the_import_says_why(
    owner, bank, noon, monkeypatch
):
    monkeypatch.setattr(importing, "MOST_BYTES_AT_ONCE", 2)
    pending = importing.stage(owner, bank, "anh.docx", b"\x89PNG\r\n\x1a\n" + b"0" * 50, at=noon)

    jobs.run_next(at=noon)

    db.session.rollback()
    failed = db.session.get(ItemImport, pending.id)
    assert failed.state == ImportState.FAILED
    assert previewing.notes_of(failed)[0].text.message.startswith("The file is a picture")
    assert count(Item) == 0


def test_agree_when_there_are_many_questions_then_a_job_writes_them(
    owner, pending, noon, monkeypatch
):
    monkeypatch.setattr(importing, "MOST_AT_ONCE", 1)

    importing.agree(owner, pending, at=noon)
    before = count(Item)
    jobs.run_next(at=noon)

    assert (before, count(Item)) == (0, 2)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rong.docx", b""),
        ("anh.docx", b"\x89PNG\r\n\x1a\n" + b"0" * 100),
        ("hong.xlsx", b"PK\x03\x04" + b"0" * 100),
    ],
)
def test_stage_when_the_file_is_no_such_file_then_it_is_refused(owner, bank, noon, name, content):
    with pytest.raises(archives.FileRefused):
        importing.stage(owner, bank, name, content, at=noon)

    assert [count(Item), count(ItemImport)] == [0, 0]


def test_stage_when_the_file_is_truncated_then_it_is_refused(owner, bank, noon):
    whole = (FILES / "01-bold-option.docx").read_bytes()

    with pytest.raises((archives.FileRefused, sandbox.ReadingFailed)):
        importing.stage(owner, bank, "cut.docx", whole[: len(whole) // 2], at=noon)

    assert [count(Item), count(ItemImport)] == [0, 0]


def test_stage_when_the_file_is_a_zip_bomb_then_it_is_refused(owner, bank, noon, zip_bomb):
    with pytest.raises((archives.FileRefused, sandbox.ReadingFailed)):
        importing.stage(owner, bank, "bom.docx", zip_bomb, at=noon)

    assert [count(Item), count(ItemImport)] == [0, 0]


@pytest.mark.slow
def test_stage_when_a_long_sheet_has_bad_rows_then_each_is_named_by_its_row(owner, bank, noon):
    header = ["Câu hỏi", "A", "B", "C", "D", "Đáp án"]
    rows = [
        [f"Việc thứ {n} do ai làm?", f"Sở {n}", f"Ban {n}", f"Hội {n}", f"Tổ {n}", "A"]
        for n in range(5000)
    ]
    for bad in range(0, 4000, 100):
        rows[bad][5] = "Z"

    pending = importing.stage(
        owner, bank, "5000.xlsx", sheets.write_xlsx("Câu hỏi", header, rows), at=noon
    )

    found = entries(pending)
    wrong = [row.number for row in found if row.state is EntryState.WRONG]
    assert len(found) == 5000
    assert wrong == [number + 1 for number in range(0, 4000, 100)]
    remark = previewing.messages_of(found[100])[0]
    assert remark.place.values == {"row": 102}
    assert count(Item) == 0


def test_stage_when_the_file_names_our_topics_then_they_are_found(owner, noon):
    bank = stocking.stock(at=noon)
    header = ["Câu hỏi", "A", "B", "Đáp án", "Chủ đề", "Mức độ", "Căn cứ pháp lý"]
    row = ["Ai ban hành?", "UBND tỉnh", "HĐND tỉnh", "A", "Cải cách thể chế", "Thông hiểu"]
    row += ["Điều 3 Quyết định số 377/QĐ-UBND"]

    pending = importing.stage(
        owner, bank, "chu-de.xlsx", sheets.write_xlsx("Câu hỏi", header, [row]), at=noon
    )
    importing.write(owner, pending, at=noon)

    item = db.session.scalar(select(Item).where(Item.import_id == pending.id))
    assert (item.topic.code, item.difficulty) == ("THECHE", Difficulty.UNDERSTANDING)
    assert item.current.document.code == "QD-377-2016"
    assert item.current.clause == "Điều 3 Quyết định số 377/QĐ-UBND"


def test_understand_when_a_text_is_read_in_parts_then_what_each_leaves_out_is_named(
    app, monkeypatch
):
    lines = "".join(
        f"Câu {n}. Cơ quan nào chủ trì việc số {n}?\nA. Sở Nội vụ\n*B. Tỉnh Đoàn\n\n"
        f"Lời của người soạn sau câu {n}, không thuộc câu nào.\n\n"
        for n in range(1, 7)
    )
    whole = list(staging.understand("de.txt", lines.encode()))
    monkeypatch.setattr(splitting, "PART", 2)
    monkeypatch.setattr(splitting, "_FEWEST_BYTES", 10)

    parts = list(staging.understand("de.txt", lines.encode()))

    assert (len(whole), len(parts)) == (1, 3)
    assert said_of(parts) == said_of(whole) != []


def said_of(parts):
    """What was left out, wherever it is said: of a question or of the file."""
    remarks = [one for part in parts for one in part.messages]
    remarks += [one for part in parts for row in part.rows for one in row["messages"]]
    return sorted(str(one["text"]) for one in remarks if one["code"] == "left-out")

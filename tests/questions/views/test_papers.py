"""The pages of blueprints and paper sets: made, drawn, looked over, replaced, printed."""

import io
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from accounts.models import AuditEntry, BrowserSession
from accounts.rules.authorizing import Role
from core import clock, jobs, sheets
from core.db import atomic, db
from questions import assembling, blueprinting, paper_queries, papering
from questions.models import Blueprint, PaperSet, PaperSetState
from questions.rules.composing import Making
from questions.rules.filling import Cell, Spec
from questions.rules.letterheads import Letterhead
from tests import factories

DRAW = {
    "title": "Đề thi vòng tỉnh",
    "count": "3",
    "same_items": "same",
    "shuffles_items": "y",
    "shuffles_options": "y",
    "grouping": "mixed",
    "coding": "rising",
    "profile": "state",
    "parent": "UBND tỉnh Đắk Lắk",
    "body": "Ban Tổ chức cuộc thi",
    "heading": "Đề thi chính thức",
    "minutes": "60",
    "instructions": "Không sử dụng tài liệu.",
}


@pytest.fixture
def bank(app):
    bank = factories.bank()
    bank.topic = factories.topic(code="thu-tuc", name="Thủ tục hành chính")
    for number in range(1, 9):
        factories.item(bank, number=number, topic_id=bank.topic.id)
    return bank


@pytest.fixture
def blueprint(bank):
    spec = Spec("Ma trận vòng tỉnh", (Cell(bank.topic.id, None, None, 5, 2_000_000),))
    return blueprinting.create(factories.account(), bank, spec, at=clock.now())


@pytest.fixture
def drawn(blueprint):
    head = Letterhead(parent="UBND tỉnh Đắk Lắk", body="Ban Tổ chức cuộc thi", minutes=60)
    order = papering.Order("Đề thi vòng tỉnh", Making(count=2), head)
    return papering.draw(factories.account(), blueprint, order, at=clock.now())


def form(*counts, act="save", topic="", **more):
    told = {"title": "Ma trận mới", "act": act} | more
    for at, count in enumerate(counts):
        told |= {
            f"cells-{at}-topic_id": str(topic),
            f"cells-{at}-difficulty": "",
            f"cells-{at}-type": "",
            f"cells-{at}-count": str(count),
            f"cells-{at}-points": "1",
        }
    return told


def words(answer):
    """Return a page with its spaces that do not break as others."""
    return answer.text.replace("\u00a0", " ")


def read(statement):
    db.session.rollback()
    return db.session.scalar(statement)


def last_act():
    return read(select(AuditEntry.action).order_by(AuditEntry.id.desc()).limit(1))


# --- Blueprints --------------------------------------------------------------------------------


def test_create_when_lines_are_given_then_the_blueprint_is_listed(client, author, bank):
    address = f"/ngan-hang/{bank.public_id}/ma-tran"

    answer = client.post(f"{address}/moi", data=form(3, 2, "", topic=bank.topic.id))

    assert answer.status_code == 303
    made = read(select(Blueprint))
    assert [row.count for row in made.rows] == [3, 2]
    assert "Ma trận mới" in client.get(address).text


def test_create_when_the_bank_has_too_few_then_the_cell_is_named_in_words(client, author, bank):
    address = f"/ngan-hang/{bank.public_id}/ma-tran/moi"
    lines = form(11, topic=bank.topic.id, act="look") | {"cells-0-type": "single_choice"}

    page = words(client.post(address, data=lines))

    assert "Cần 11 câu Thủ tục hành chính · Một đáp án, ngân hàng có 8." in page


def test_check_when_lines_change_then_it_answers_in_words(client, author, bank):
    lines = form(3, topic=bank.topic.id, target_points="10", not_in_sets="2")

    said = client.post(f"/ngan-hang/{bank.public_id}/ma-tran/kiem-tra", data=lines).json

    assert said == {
        "sentences": ["Tất cả 3 câu, 3 điểm.", "Chỉ lấy câu: không có trong 2 bộ đề gần nhất."],
        "remarks": [
            {"level": "ok", "text": "Ngân hàng đủ câu cho ma trận này."},
            {"level": "warn", "text": "Tổng điểm các câu là 3; mục tiêu là 10."},
        ],
    }


def test_check_when_a_number_cannot_be_read_then_that_is_said(client, author, bank):
    lines = form("năm", topic=bank.topic.id, most_share="101")

    said = client.post(f"/ngan-hang/{bank.public_id}/ma-tran/kiem-tra", data=lines).json

    assert [one["text"] for one in said["remarks"]] == [
        "Đã có trong không quá … % số đề: Ghi một số nguyên từ 0 đến 100.",
        "Bảng rút câu hỏi có chỗ cần sửa.",
        "Ma trận chưa yêu cầu câu hỏi nào.",
    ]


def test_edit_when_points_are_made_equal_then_they_sum_up(client, author, blueprint):
    lines = form(3, 3, act="equal", target_points="100")

    page = words(client.post(f"/ngan-hang/ma-tran/{blueprint.public_id}", data=lines))

    assert page.count('value="16,666667"') == 2
    assert "Tất cả 6 câu, 100 điểm." in page


@pytest.mark.parametrize(("act", "lines"), [("add", 3), ("drop:0", 1), ("look", 2)])
def test_edit_when_a_line_is_added_or_dropped_then_nothing_is_saved(
    client, author, blueprint, act, lines
):
    page = client.post(f"/ngan-hang/ma-tran/{blueprint.public_id}", data=form(3, 3, act=act)).text

    assert page.count('-topic_id"') // 2 == lines or page.count('name="cells-') == 5 * lines
    assert read(select(Blueprint.title)) == "Ma trận vòng tỉnh"


def test_save_when_the_name_is_taken_then_it_is_said(client, author, bank, blueprint):
    told = form(3) | {"title": "Ma trận vòng tỉnh"}

    answer = client.post(f"/ngan-hang/{bank.public_id}/ma-tran/moi", data=told)

    assert answer.status_code == 409
    assert "Ngân hàng đã có ma trận đề tên “Ma trận vòng tỉnh”." in answer.text


def test_copy_when_asked_then_another_is_made(client, author, blueprint):
    client.post(f"/ngan-hang/ma-tran/{blueprint.public_id}/chep")

    assert read(select(func.count()).select_from(Blueprint)) == 2


def test_blueprint_of_a_round_is_not_shown_among_the_banks_own(client, author):
    round_ = factories.round_()
    hidden = round_.blueprint.public_id

    assert client.get(f"/ngan-hang/ma-tran/{hidden}").status_code == 404


def test_blueprints_when_there_are_more_then_statements_do_not_grow(
    client, author, bank, blueprint, queries
):
    address = f"/ngan-hang/{bank.public_id}/ma-tran"
    client.get(address)
    queries.clear()
    client.get(address)
    one = len(queries)
    for number in range(3):
        blueprinting.copy(author, blueprint, f"Ma trận {number}", at=clock.now())
    queries.clear()

    client.get(address)

    assert len(queries) == one


# --- Drawing -----------------------------------------------------------------------------------


def test_draw_when_the_form_is_sound_then_the_papers_are_there(client, author, blueprint):
    answer = client.post(f"/ngan-hang/ma-tran/{blueprint.public_id}/rut", data=DRAW)

    page = client.get(answer.location).text
    assert all(f">{code}</a>" in page for code in (101, 102, 103))
    assert last_act() == "papers.drawn"


def test_draw_when_the_bank_has_too_few_then_it_is_refused_in_words(client, author, bank):
    spec = Spec("Ma trận lớn", (Cell(bank.topic.id, None, None, 9),))
    blueprint = blueprinting.create(author, bank, spec, at=clock.now())

    answer = client.post(f"/ngan-hang/ma-tran/{blueprint.public_id}/rut", data=DRAW)

    assert answer.status_code == 409
    assert "Cần 9 câu Thủ tục hành chính, ngân hàng có 8." in words(answer)
    assert read(select(func.count()).select_from(PaperSet)) == 0


def test_set_when_it_has_more_papers_then_statements_do_not_grow(
    client, author, blueprint, drawn, queries
):
    order = papering.Order("Bộ đề lớn", Making(count=6), Letterhead())
    many = papering.draw(author, blueprint, order, at=clock.now())
    for one in (drawn, many):
        client.get(f"/ngan-hang/bo-de/{one.public_id}")
    counted = []
    for one in (drawn, many):
        queries.clear()
        client.get(f"/ngan-hang/bo-de/{one.public_id}")
        counted.append(len(queries))

    assert counted[0] == counted[1]


def test_set_when_it_is_a_draft_then_the_seed_is_not_shown(client, author, drawn):
    page = client.get(f"/ngan-hang/bo-de/{drawn.public_id}").text

    assert papering.commitment(drawn.seed) in page
    assert drawn.seed not in page


def test_set_when_it_is_locked_then_the_seed_is_shown(client, author, drawn):
    address = f"/ngan-hang/bo-de/{drawn.public_id}"
    client.post(f"{address}/duyet")
    client.post(f"{address}/khoa")

    assert read(select(PaperSet.state)) is PaperSetState.LOCKED
    assert drawn.seed in client.get(address).text


def test_paper_when_looked_at_then_its_pages_are_pictures(client, author, drawn):
    address = f"/ngan-hang/bo-de/{drawn.public_id}/de/101"

    page, picture = client.get(address), client.get(f"{address}/trang/1.png")

    assert f"{address}/trang/1.png" in page.text
    assert picture.data.startswith(b"\x89PNG")
    assert client.get(f"{address}/trang/9.png").status_code == 404
    assert client.get(address.replace("101", "999")).status_code == 404


def test_replace_when_no_reason_is_given_then_it_is_asked_for(client, author, drawn):
    address = f"/ngan-hang/bo-de/{drawn.public_id}/de/101/thay"

    refused = client.post(address, data={"position": "2"})
    done = client.post(address, data={"position": "2", "reason": "Câu hỏi đã lộ"})

    assert (refused.status_code, done.status_code) == (422, 303)
    assert last_act() == "papers.replaced"


def test_replace_when_there_is_no_such_place_then_it_is_said(client, author, drawn):
    address = f"/ngan-hang/bo-de/{drawn.public_id}/de/101/thay"

    answer = client.post(address, data={"position": "6", "reason": "Câu hỏi đã lộ"})

    assert answer.status_code == 422


def test_letterhead_when_saved_then_it_is_printed(client, author, drawn):
    address = f"/ngan-hang/bo-de/{drawn.public_id}/dau-de"
    told = DRAW | {"profile": "union", "parent": "BCH Đoàn tỉnh Đắk Lắk"}

    client.post(address, data=told)

    kept = Letterhead.read(read(select(PaperSet.letterhead)))
    assert (kept.profile, kept.parent) == ("union", "BCH Đoàn tỉnh Đắk Lắk")


# --- Print -------------------------------------------------------------------------------------


def text_of(content):
    from docx import Document

    file = Document(io.BytesIO(content))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in file.paragraphs), *cells])


def test_print_word_when_taken_then_it_holds_the_paper_and_is_recorded(client, author, drawn):
    answer = client.post(
        f"/ngan-hang/bo-de/{drawn.public_id}/in", data={"code": "102", "form": "de.docx"}
    )

    told = text_of(answer.data)
    assert "Mã đề 102" in told
    assert "UBND TỈNH ĐẮK LẮK" in told
    for slot in paper_queries.papers_of(drawn.id)[1].slots:
        assert f"Câu {slot.position}. {slot.version.stem}" in told
    assert last_act() == "papers.printed"


def test_print_pdf_when_taken_then_it_is_one(client, author, drawn):
    answer = client.post(
        f"/ngan-hang/bo-de/{drawn.public_id}/in", data={"code": "101", "form": "de.pdf"}
    )

    assert (answer.mimetype, answer.data[:5]) == ("application/pdf", b"%PDF-")
    assert 'filename="de-thi-vong-tinh-101-de.pdf"' in answer.headers["Content-Disposition"]


def test_print_when_the_person_proved_nothing_lately_then_that_is_asked(client, author, drawn):
    with atomic():
        for row in db.session.scalars(select(BrowserSession)):
            row.stepped_up_at = clock.now() - timedelta(hours=1)

    for act in ("in", "dap-an", "in-tat-ca"):
        answer = client.post(f"/ngan-hang/bo-de/{drawn.public_id}/{act}", data={"code": "101"})
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/xac-nhan")


def test_print_when_a_reviewer_asks_then_it_is_refused(client, sign_in, drawn):
    sign_in(Role.REVIEWER)

    answer = client.post(f"/ngan-hang/bo-de/{drawn.public_id}/in", data={"code": "101"})

    assert answer.status_code == 403


def test_keys_when_taken_then_every_code_has_its_column(client, author, drawn):
    answer = client.post(f"/ngan-hang/bo-de/{drawn.public_id}/dap-an")

    first = sheets.read_xlsx(answer.data)[0].rows
    papers = paper_queries.papers_of(drawn.id)
    shown = [
        "ABCD"[slot.option_order.index(slot.version.content["key"][0])] for slot in papers[0].slots
    ]
    assert [cell.text for cell in first[0]] == ["Câu", "Mã đề 101", "Mã đề 102"]
    assert [row[1].text for row in first[1:]] == shown
    assert last_act() == "papers.printed"


def test_archive_when_the_job_is_done_then_it_holds_everything(client, author, drawn):
    answer = client.post(f"/ngan-hang/bo-de/{drawn.public_id}/in-tat-ca")
    waiting = client.get(answer.location).text
    while jobs.run_next(at=clock.now()):
        pass

    archive = zipfile.ZipFile(io.BytesIO(client.get(f"{answer.location}?tep=1").data))

    assert "data-url" in waiting
    assert sorted(archive.namelist()) == sorted(
        [
            "de-thi-vong-tinh-dap-an.xlsx",
            *(
                f"ma-de-{code}/{code}-{form}"
                for code in (101, 102)
                for form in ("de.pdf", "de.docx", "phieu-tra-loi.pdf", "dap-an.pdf", "dap-an.docx")
            ),
        ]
    )
    assert last_act() == "papers.printed"


def test_archive_when_another_person_asks_for_it_then_there_is_none(client, sign_in, author, drawn):
    answer = client.post(f"/ngan-hang/bo-de/{drawn.public_id}/in-tat-ca")
    sign_in(Role.AUTHOR)

    assert client.get(answer.location).status_code == 404


def test_look_costs_the_same_whatever_the_blueprint_asks(app, bank, queries):
    def cost(*counts):
        cells = tuple(Cell(bank.topic.id, None, None, count) for count in counts)
        db.session.rollback()
        queries.clear()
        assembling.look(bank.id, Spec("", cells), before=clock.now())
        return len(queries)

    assert cost(1) == cost(1, 2, 3)

"""What the decree asks of a document beyond its sizes: rules, page numbers, signing, annexes."""

import io
import re
import unicodedata
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from contest.documents import layout, typeset, word, word_parts, workbook
from contest.documents.kinds import Kind
from contest.documents.office import SIGNING
from contest.documents.paper import Annex, Items, Letterhead, Paper, Table, Text
from contest.documents.report import MEASURES
from core import sheets
from tests.contest import papers
from tests.contest.test_documents import W, _lines, _look, _pages, made, opened

EVERY = [(kind, office) for kind in Kind for office in ("STATE", "UNION")]
POINTS = 72 / 25.4


def of(kind, office):
    return made(kind, getattr(papers, office))


def pdf_of(paper, folder):
    path = folder / "van-ban.pdf"
    path.write_bytes(typeset.pdf(paper))
    return list(_pages(path))


def every_line(file):
    """The lines of the body and of its tables."""
    return [*file.paragraphs, *(line for table in file.tables for line in _lines(table))]


# --- Letters and rules -------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "office"), EVERY)
def test_letters_are_black_times_new_roman_of_the_standard_for_vietnamese(kind, office):
    file = opened(word.docx(of(kind, office)))

    runs = [run for line in every_line(file) for run in line.runs]
    assert {run.font.color.rgb for run in runs} == {None}
    assert {run.font.name for run in runs} == {None}
    # TCVN 6909:2001 is Unicode of letters that are whole, not put together.
    text = "".join(run.text for run in runs)
    assert text == unicodedata.normalize("NFC", text)


def rules_of(cell):
    """The widths of the rules in a cell, in millimetres, by what stands above each."""
    found, above = {}, ""
    for line in cell.paragraphs:
        if line._element.find(f".//{W}pBdr") is None:
            above = line.text or above
            continue
        side = line.paragraph_format.left_indent.mm
        found[above] = round(cell.width.mm - 2 * side)
    return found


def test_rules_have_the_share_of_the_line_above_that_the_table_says():
    file = opened(word.docx(of(Kind.DECISION, "STATE")))

    left, right = file.tables[0].rows[0].cells
    motto, body = "Độc lập - Tự do - Hạnh phúc", "BAN TỔ CHỨC CUỘC THI"
    sizes, used = layout.used_in("sizes"), layout.used
    long = {
        motto: word_parts.measured(motto, sizes["motto"], is_bold=True) * used("rules.motto"),
        body: word_parts.measured(body, sizes["body"], is_bold=True) * used("rules.body"),
    }
    assert rules_of(right) == {motto: pytest.approx(long[motto], abs=1)}
    assert rules_of(left) == {body: pytest.approx(long[body], abs=1)}
    assert used("rules.motto") == 1
    assert 0.33 <= used("rules.body") <= 0.5


def test_subject_of_the_youth_union_has_hyphens_and_its_body_stars_and_neither_a_rule():
    file = opened(word.docx(of(Kind.ANNOUNCEMENT, "UNION")))

    left, right = file.tables[0].rows[0].cells
    assert "***" in [line.text for line in left.paragraphs]
    assert rules_of(left) == {}
    assert list(rules_of(right)) == ["ĐOÀN TNCS HỒ CHÍ MINH"]
    assert "-----" in [line.text for line in file.paragraphs]


@pytest.mark.parametrize(
    ("office", "sign"), [("STATE", "Số: 05/TB-BTC"), ("UNION", "Số: 05-TB/TĐTN-BTG")]
)
def test_sign_is_written_as_each_of_the_two_guides_says(office, sign):
    assert getattr(papers, office).head("TB", "05", papers.ON).sign == sign


# --- The page ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Kind.DECISION, Kind.REPORT])
def test_number_of_the_page_stands_centred_in_the_upper_margin_but_for_the_first(kind, tmp_path):
    pages = pdf_of(of(kind, "STATE"), tmp_path)

    above = [[one for one in placed if one[3] < layout.used("margins.top")] for _, placed in pages]
    assert len(pages) > 1
    assert [[one[4] for one in some] for some in above] == [
        [],
        *([str(number)] for number in range(2, len(pages) + 1)),
    ]
    used = layout.used
    middle = (used("margins.left") + used("page.width") - used("margins.right")) / 2
    for some in above[1:]:
        assert (some[0][0] + some[0][2]) / 2 == pytest.approx(middle, abs=0.5)


def test_first_line_of_a_paragraph_is_indented_in_the_pdf_too(tmp_path):
    (_size, placed), *_rest = pdf_of(of(Kind.ANNOUNCEMENT, "STATE"), tmp_path)

    first = next(one for one in placed if one[4] == "Căn")
    wanted = layout.used("margins.left") + layout.used("paragraphs.indent")
    assert first[0] == pytest.approx(wanted, abs=0.5)


def test_annex_begins_on_its_own_page_with_a_bold_heading_of_fourteen():
    file = opened(word.docx(of(Kind.REPORT, "STATE")))

    heading = next(line for line in file.paragraphs if line.text == "Phụ lục")
    assert _look(heading) == (layout.used("sizes.annex"), "b")
    assert heading.paragraph_format.page_break_before
    assert heading.alignment.name == "CENTER"


def test_heading_title_and_note_of_an_annex_stand_below_each_other(tmp_path):
    _size, placed = pdf_of(of(Kind.REPORT, "STATE"), tmp_path)[-1]

    heading = next(one for one in placed if one[4] == "Phụ")
    title = next(one for one in placed if one[4] == "SỐ")
    note = next(one for one in placed if one[4] == "(Kèm")
    last = max(one[3] for one in placed if one[4].isupper() and one[3] < note[3])
    assert heading[3] <= title[1] + 1.5
    assert last <= note[1] + 1.5


def test_signature_never_stands_on_a_page_alone(tmp_path):
    pages = pdf_of(of(Kind.UNIT_REPORT, "STATE"), tmp_path)
    number = next(at for at, (_, some) in enumerate(pages) if any(o[4] == "nhận:" for o in some))
    end = next(one for one in pages[number][1] if one[4] == "nhận:")
    file = opened(word.docx(of(Kind.UNIT_REPORT, "STATE")))

    above = [one for one in pages[number][1] if one[1] < end[1] - 4 and one[4] != str(number + 1)]
    last = next(line for line in file.paragraphs if line.text.startswith("Trên đây"))
    assert above
    assert last.paragraph_format.keep_with_next


def test_subject_of_a_letter_stands_under_the_sign_in_twelve():
    head = papers.STATE.head_of_letter(papers.ON)
    paper = Paper(replace(head, number="07"), "", about="nhắc thực hiện chỉ tiêu dự thi")
    left = opened(word.docx(paper)).tables[0].rows[0].cells[0]

    told = {line.text: _look(line)[0] for line in left.paragraphs if line.runs}

    assert told["Số: 07/BTC"] == layout.used("sizes.number")
    assert told["V/v nhắc thực hiện chỉ tiêu dự thi"] == layout.used("sizes.about")
    assert papers.UNION.head_of_letter(papers.ON).letters == "CV/TĐTN-BTG"


# --- Signing -----------------------------------------------------------------------------------


@pytest.mark.parametrize("signing", SIGNING)
def test_every_way_of_signing_stands_in_bold_capitals_above_the_position(signing):
    office = replace(papers.STATE, signing=signing, capacity="Trưởng ban", post="Phó trưởng ban")
    end = opened(word.docx(made(Kind.DECISION, office))).tables[1]

    told = [line for line in _lines(end) if line.text]
    looks = {line.text: _look(line) for line in told}

    first = f"{signing} TRƯỞNG BAN".strip()
    size = layout.used("sizes.post")
    assert looks[first] == (size, "b")
    assert looks["PHÓ TRƯỞNG BAN"] == (size, "b")
    assert looks["Nguyễn Văn Bình"] == (layout.used("sizes.signer"), "b")


def test_room_for_the_picture_of_a_signature_is_empty_between_position_and_name(tmp_path):
    pages = pdf_of(of(Kind.ANNOUNCEMENT, "STATE"), tmp_path)
    size, placed = next(
        page for page in reversed(pages) if any(one[4] == "TRƯỞNG" for one in page[1])
    )
    middle = size[0] / 2
    right = [one for one in placed if one[0] > middle]

    post = max(one[3] for one in right if one[4] in ("TRƯỞNG", "BAN"))
    name = next(one for one in right if one[4] == "Bình" and one[1] > post)

    least = layout.measures()["signing.room"].least
    assert name[1] - post >= least - 2
    assert [one for one in right if post + 0.5 < one[1] < name[1] - 0.5] == []


def test_upper_right_corner_of_the_first_page_is_left_to_the_seal_of_a_copy(tmp_path):
    (size, placed), *_rest = pdf_of(of(Kind.DECISION, "STATE"), tmp_path)

    corner = [one for one in placed if one[0] > size[0] / 2 and one[3] < layout.used("margins.top")]
    assert corner == []


# --- Words -------------------------------------------------------------------------------------


def said(paper):
    told = []
    for block in paper.blocks:
        if isinstance(block, Text):
            told.append(f"{block.lead} {block.text}".strip())
        elif isinstance(block, Items):
            told += block.lines
        elif isinstance(block, Annex):
            told.append(block.title)
    return told


@pytest.mark.parametrize(("office", "address"), [("STATE", "Ông (bà)"), ("UNION", "Đồng chí")])
def test_minutes_address_people_as_their_body_does(office, address):
    text = said(of(Kind.MINUTES, office))

    assert f"{address} Nguyễn Văn Bình – Trưởng ban;" in text
    assert f"Chủ trì: {address} Nguyễn Văn Bình." in text
    assert f"Thư ký: {address} Lê Thị Mai." in text
    assert papers.STATE.addressed("Bà Lê Thị Mai") == "Bà Lê Thị Mai"


def test_minutes_have_time_place_members_course_results_opinions_and_signatures():
    paper = of(Kind.MINUTES, "STATE")
    text = said(paper)

    headings = [one for one in text if re.match(r"[IV]+\. ", one)]
    assert headings == [
        "I. THÀNH PHẦN",
        "II. DIỄN BIẾN",
        "III. KẾT QUẢ",
        "IV. Ý KIẾN CỦA CÁC THÀNH VIÊN",
    ]
    assert text[0].startswith("Thời gian bắt đầu:")
    assert text[1].startswith("Địa điểm:")
    assert len(paper.signatures) == 2


FIVE = ("I. ", "II. ", "III. ", "IV. ", "V. ")


@pytest.mark.parametrize("kind", [Kind.REPORT, Kind.UNIT_REPORT])
def test_reports_have_the_five_parts_of_clause_four_and_the_nine_measures(kind):
    office = replace(papers.STATE, measures="5. Đã tổ chức vòng chung kết\n9. Có kế hoạch phối hợp")
    paper = made(kind, office)

    bold = [one.text for one in paper.blocks if isinstance(one, Text) and one.look == "b"]
    headings = [one for one in bold if re.match(r"[IV]+\. ", one)]
    assert [one.startswith(part) for one, part in zip(headings, FIVE, strict=True)] == [True] * 5
    (measures,) = [
        one for one in paper.blocks if isinstance(one, Table) and one.name == "Biện pháp"
    ]
    assert [row[1] for row in measures.rows] == list(MEASURES)
    done = {row[0]: row[2] for row in measures.rows if row[2]}
    wanted = {5: "Đã tổ chức vòng chung kết", 9: "Có kế hoạch phối hợp"}
    # What a unit did is for the unit to write.
    assert done == (wanted if kind is Kind.REPORT else {})
    assert any("ngân sách nhà nước" in one for one in said(paper))


def test_report_has_the_score_bands_of_each_round_in_its_annex():
    names = [one.name for one in of(Kind.REPORT, "STATE").blocks if isinstance(one, Table)]

    assert names == ["Biện pháp", "Vòng thi", "Đơn vị", "Phổ kết quả Tuần 2"]


def test_plan_says_who_when_and_by_whom_from_the_configuration():
    paper = of(Kind.PLAN, "STATE")
    text = "\n".join(said(paper))

    assert paper.head.sign == "Số: 05/KH-BTC"
    assert "Tuần 1: Vòng thi mở từ 0h00 19/01/2026 đến 24h00 25/01/2026." in text
    assert "Cán bộ, công chức, viên chức và người dân từ đủ 18 tuổi." in text
    assert "Sở Nội vụ: chủ trì" in text
    assert "Tỉnh Đoàn Đắk Lắk: phối hợp" in text
    assert [one for one in text.splitlines() if one.startswith("IV.")] == ["IV. KINH PHÍ"]


def test_numbers_and_days_of_a_workbook_are_numbers_and_days_in_vietnamese_formats():
    content = workbook.xlsx(of(Kind.SCORE_TABLE, "STATE"))

    leaf = sheets.read_xlsx(content)[0]
    head = [cell.text for cell in leaf.rows[0]]
    told = dict(zip(head, (cell.text for cell in leaf.rows[1]), strict=True))
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        written = book.read("xl/worksheets/sheet1.xml").decode()
    assert (told["Điểm bằng số"], told["Điểm bằng chữ"]) == ("8,25", "Tám phẩy hai lăm")
    assert re.fullmatch(r"\d{2}/\d{2}/\d{4}", told["Ngày sinh"])
    # A number, to which the office program gives the comma of its country; no text.
    assert "<v>8.25</v>" in written


def test_open_head_of_a_letter_leaves_room_for_its_number():
    assert re.fullmatch(r"Số: +/BTC", papers.STATE.head_of_letter(None).sign)
    assert Letterhead().sign == ""


def test_every_test_that_the_checklist_names_is_there():
    root = Path(__file__).parents[2]
    told = (root / "docs" / "documents.md").read_text(encoding="utf-8")
    known = {
        letter: (root / "tests" / "contest" / f"test_{name}.py").read_text(encoding="utf-8")
        for letter, name in (("D", "documents"), ("E", "decree"))
    }

    named = re.findall(r"([DE]) (test_\w+)(…?)", told)
    files = re.findall(r"`(tests/[\w/]+\.py)`", told)
    pictures = re.findall(r"\((images/[^)]+)\)", told)

    assert len(named) > 40
    lost = [
        name
        for letter, name, cut in named
        if f"def {name}{'' if cut else '('}" not in known[letter]
    ]
    assert lost == []
    assert [one for one in files if not (root / one).exists()] == []
    assert [one for one in pictures if not (root / "docs" / one).exists()] == []

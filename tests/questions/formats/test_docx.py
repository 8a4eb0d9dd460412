import base64
import io

import pytest

from questions.formats import docx as word

LETTERS = "ABCD"
DOT = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)


def document():
    from docx import Document

    return Document()


def read(paper):
    target = io.BytesIO()
    paper.save(target)
    return word.read(target.getvalue())


def keys(found):
    return ["".join(LETTERS[place] for place in draft.key) for draft in found.drafts()]


def codes(found):
    return [(message.question, message.code) for message in found.messages]


def bold(run):
    run.bold = True


def italic(run):
    run.italic = True


def underline(run):
    run.underline = True


def red(run):
    from docx.shared import RGBColor

    run.font.color.rgb = RGBColor(255, 0, 0)


def highlight(run):
    from docx.enum.text import WD_COLOR_INDEX

    run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def paper_of(mark, *, parts=("letter", "text"), letters=None):
    """Four questions with the keys A, B, C, D; `mark` shows them on these parts."""
    paper = document()
    for number in range(4):
        heading = paper.add_paragraph()
        heading.add_run(f"Câu {number + 1}. ").bold = True
        heading.add_run(f"Buôn số {number + 1} ở xã nào?")
        for place, letter in enumerate(LETTERS):
            option = paper.add_paragraph()
            runs = {"letter": option.add_run(f"{letter}. "), "text": option.add_run(f"Xã {place}")}
            if letters:
                letters(runs["letter"])
            for part in parts if place == number else ():
                mark(runs[part])
    return paper


@pytest.mark.parametrize("mark", [bold, italic, underline, red, highlight])
@pytest.mark.parametrize("parts", [("letter",), ("text",), ("letter", "text")])
def test_read_key_by_formatting_is_found(mark, parts):
    found = read(paper_of(mark, parts=parts))

    assert keys(found) == ["A", "B", "C", "D"]
    assert codes(found) == []


def test_read_key_underlined_where_all_letters_are_bold_is_found():
    found = read(paper_of(underline, parts=("letter",), letters=bold))

    assert (keys(found), codes(found)) == (["A", "B", "C", "D"], [])


def test_read_paper_that_is_bold_everywhere_says_so_and_gives_no_key():
    paper = paper_of(bold)
    for paragraph in paper.paragraphs:
        for run in paragraph.runs:
            run.bold = True

    found = read(paper)

    assert keys(found) == ["", "", "", ""]
    assert codes(found)[0] == (None, "formatted-everywhere")


def test_read_two_bold_options_are_named():
    paper = paper_of(bold)
    for run in paper.paragraphs[2].runs:
        run.bold = True

    found = read(paper)

    assert keys(found) == ["AB", "B", "C", "D"]
    assert codes(found) == [(1, "several-marked")]


def test_read_key_table_that_disagrees_with_the_formatting_is_named():
    paper = paper_of(bold)
    table = paper.add_table(2, 5)
    for column, (number, key) in enumerate(zip(["Câu", *"1234"], ["ĐA", *"ACCD"], strict=True)):
        table.cell(0, column).text = number
        table.cell(1, column).text = key

    found = read(paper)

    assert keys(found) == ["A", "C", "C", "D"]
    assert codes(found) == [(2, "key-disagrees")]


def test_read_key_table_in_two_columns_serves_the_questions():
    paper = paper_of(lambda run: None)
    table = paper.add_table(5, 2)
    for row, (number, key) in enumerate(zip(["Câu", *"1234"], ["Đáp án", *"DCBA"], strict=True)):
        table.cell(row, 0).text = number
        table.cell(row, 1).text = key

    found = read(paper)

    assert (keys(found), codes(found)) == (["D", "C", "B", "A"], [])


def test_read_options_in_a_table_of_two_by_two_are_found():
    paper = document()
    paper.add_paragraph("Câu 1. Tỉnh nào?")
    table = paper.add_table(2, 2)
    for place, letter in enumerate(LETTERS):
        run = table.cell(place // 2, place % 2).paragraphs[0].add_run(f"{letter}. Xã {place}")
        run.bold = letter == "C"

    found = read(paper)

    assert [draft.options for draft in found.questions] == [("Xã 0", "Xã 1", "Xã 2", "Xã 3")]
    assert keys(found) == ["C"]


def test_read_soft_breaks_part_stem_and_options():
    paper = document()
    paragraph = paper.add_paragraph("Câu 1: Dòng một")
    for text in ("dòng hai?", "A. một", "*B. hai"):
        paragraph.add_run().add_break()
        paragraph.add_run(text)

    (draft,) = read(paper).questions

    assert (draft.stem, draft.options, draft.key) == ("Dòng một\ndòng hai?", ("một", "hai"), (1,))


def test_read_bullets_under_automatic_numbers_are_options():
    paper = document()
    for number in range(2):
        paper.add_paragraph(f"Buôn {number} ở đâu?", style="List Number")
        for place in range(3):
            option = paper.add_paragraph(style="List Bullet")
            option.add_run(f"Xã {place}").bold = place == number

    found = read(paper)

    assert (keys(found), codes(found)) == (["A", "B"], [])


def test_read_bold_that_comes_from_a_style_counts_as_bold():
    from docx.enum.style import WD_STYLE_TYPE

    paper = document()
    style = paper.styles.add_style("Khóa", WD_STYLE_TYPE.PARAGRAPH)
    style.font.bold = True
    paper.add_paragraph("Câu 1. Tỉnh nào?")
    paper.add_paragraph("A. Gia Lai")
    paper.add_paragraph("B. Đắk Lắk", style="Khóa")

    assert keys(read(paper)) == ["B"]


def test_read_lowered_figures_become_letters_of_their_own():
    paper = document()
    paper.add_paragraph("Câu 1. Nước?")
    option = paper.add_paragraph("*A. H")
    option.add_run("2").font.subscript = True
    option.add_run("O")
    paper.add_paragraph("B. Khí")

    (draft,) = read(paper).questions

    assert draft.options == ("H₂O", "Khí")


def test_read_picture_in_a_question_is_named():
    picture = io.BytesIO(base64.b64decode(DOT))
    paper = paper_of(bold)
    paper.paragraphs[1].insert_paragraph_before().add_run().add_picture(picture)

    (one, *_) = read(paper).questions
    assert [(media["at"], media["data"]) for media in one.media] == [("stem", DOT)]


def test_read_table_within_a_stem_stays_in_it():
    paper = document()
    paper.add_paragraph("Câu 1: Bảng cho biết gì?")
    table = paper.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Năm", "2017"
    paper.add_paragraph("*A. Năm")
    paper.add_paragraph("B. Tháng")

    (draft,) = read(paper).questions

    assert draft.stem == "Bảng cho biết gì?\nNăm | 2017"

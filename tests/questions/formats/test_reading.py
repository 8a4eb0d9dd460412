import io
import json
import zipfile
from pathlib import Path

import pytest

from core.archives import FileRefused
from questions.formats import reading
from questions.rules import drafting

FILES = Path(__file__).parent.parent / "files"
TYPES = {"single": "single_choice", "multiple": "multiple_choice", "truefalse": "true_false"}
CLEAN = ("01-bold-option", "01-plain", "03-red-option", "04-plain-vn", "05-asterisk",
         "06-answer-line", "07-key-table-grid", "07-utf8-bom-crlf", "09-auto-numbering-bold",
         "12-table")  # fmt: skip


def cases():
    for expected in sorted(FILES.glob("*.expected.json")):
        name = expected.name.removesuffix(".expected.json")
        file = next(file for file in FILES.glob(f"{name}.*") if file.suffix != ".json")
        yield pytest.param(file, json.loads(expected.read_text()), id=name)


def words(text):
    return " ".join(text.split())


def wanted(question):
    return (
        TYPES[question["type"]],
        words(question["stem"]),
        [words(option) for option in question["options"]],
        question["correct"],
    )


def read(draft):
    return (draft.type, words(draft.stem), list(map(words, draft.options)), list(draft.key))


@pytest.mark.parametrize(("file", "expected"), list(cases()))
def test_read_example_file_gives_its_expected_questions(file, expected):
    found = reading.read(file.name, file.read_bytes())

    assert [read(draft) for draft in found.questions] == list(map(wanted, expected["questions"]))
    assert len(found.messages) >= len(expected.get("must_warn", []))


@pytest.mark.parametrize("name", CLEAN)
def test_read_clean_file_says_nothing(name):
    file = next(file for file in FILES.glob(f"{name}.*") if file.suffix != ".json")

    found = reading.read(file.name, file.read_bytes())

    assert (found.messages, found.faulty) == ((), ())


def test_read_faulty_sheet_names_each_row_with_its_fault():
    file = FILES / "06-faulty.xlsx"

    found = reading.read(file.name, file.read_bytes())

    said = [
        (message.place.values["row"], message.level, message.code) for message in found.messages
    ]
    assert said == [
        (4, "error", "unknown-key"),
        (5, "error", "no-key"),
        (6, "error", "no-stem"),
        (7, "error", "one-option"),
        (8, "warning", "repeated-question"),
    ]
    assert [draft.place.values["row"] for draft in found.faulty] == [4, 5, 6, 7]


def test_read_in_child_gives_what_reading_here_gives():
    file = FILES / "16-mixed-and-faulty.docx"

    found = reading.read_in_child(file.name, file.read_bytes())

    assert found == reading.read(file.name, file.read_bytes())


def workbook(rows):
    from xlsxwriter import Workbook

    target = io.BytesIO()
    with Workbook(target) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    return target.getvalue()


@pytest.mark.slow
def test_read_in_child_of_a_large_sheet_reports_each_bad_row():
    header = ["STT", "Câu hỏi", "A", "B", "C", "D", "Đáp án"]
    rows = [
        [n, f"Thôn {n} ở xã nào?", f"Ea Kao {n}", "Ea Tu", "Hòa Thắng", "Cư Êbur", "ABCD"[n % 4]]
        for n in range(5000)
    ]
    for bad in range(0, 5000, 125):
        rows[bad][6] = "E"

    found = reading.read_in_child("ngân hàng.xlsx", workbook([header, *rows]))

    assert (len(found.questions), len(found.faulty)) == (4960, 40)
    assert [m.place.values["row"] for m in found.messages] == list(range(2, 5002, 125))


def bomb():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (60 * 1024 * 1024))
    return target.getvalue()


def crowd():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(2001):
            archive.writestr(f"word/{number}.xml", b"")
    return target.getvalue()


def archive_of(name, content):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(name, content)
    return target.getvalue()


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOL = b'<!DOCTYPE d [<!ENTITY a "lol">]><d>&a;</d>'


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("rong.docx", b"", "The file is empty."),
        ("rong.txt", b" \r\n\r\n", "The file is empty."),
        ("anh.docx", b"\x89PNG\r\n\x1a\n" + bytes(60), reading.PICTURE),
        ("cu.doc", OLD + "WordDocument".encode("utf-16-le"), reading.OLD_WORD),
        ("cu.xls", OLD + "Workbook".encode("utf-16-le"), reading.OLD_EXCEL),
        ("khoa.xlsx", OLD + "EncryptedPackage".encode("utf-16-le"), reading.archives.LOCKED),
        ("de.pdf", b"%PDF-1.7\n", reading.PDF),
        ("trang.doc", b"<html><body>A</body></html>", reading.WEB_PAGE),
        ("khac.docx", archive_of("readme.md", b"x"), reading.OTHER),
        ("bom.docx", bomb(), reading.archives.TOO_DENSE),
        ("dong.docx", crowd(), reading.archives.TOO_MANY_PARTS),
        ("thuc-the.docx", archive_of("word/document.xml", LOL), reading.archives.MARKUP),
        ("hong.docx", b"PK\x03\x04 cut off", reading.archives.DAMAGED),
        ("hong.txt", bytes(range(256)) * 4, reading.archives.DAMAGED),
        ("loi-chao.txt", "Xin chào các đồng chí.".encode(), reading.NOTHING),
    ],
)
def test_read_wrong_file_is_refused_in_words(name, content, message, monkeypatch):
    # Where LibreOffice is installed an old file is handed to it first.
    monkeypatch.setattr(reading.old_word, "program", lambda: None)
    with pytest.raises(FileRefused) as refused:
        reading.read_in_child(name, content)

    assert refused.value.message == message


@pytest.mark.parametrize("name", ["01-bold-option.docx", "01-plain.xlsx"])
def test_read_truncated_file_is_refused(name):
    content = (FILES / name).read_bytes()

    with pytest.raises(FileRefused) as refused:
        reading.read_in_child(name, content[: len(content) // 2])

    assert refused.value.message == reading.archives.DAMAGED


def test_read_too_large_file_is_refused_before_a_child_starts():
    with pytest.raises(FileRefused) as refused:
        reading.read_in_child("lon.txt", b"A" * (10 * 1024 * 1024 + 1))

    assert refused.value.details == {"megabytes": 10}


def test_read_sheet_named_docx_is_read_as_what_it_is():
    content = (FILES / "01-plain.xlsx").read_bytes()

    found = reading.read("de-thi.docx", content)

    assert len(found.questions) == 24
    assert [(message.code, message.text.values) for message in found.messages] == [
        ("other-kind", {"kind": "xlsx", "ending": "docx"})
    ]


def test_json_of_a_reading_gives_the_reading_back():
    file = FILES / "03-typed-cells.xlsx"
    found = reading.read(file.name, file.read_bytes())

    again = drafting.from_json(json.loads(json.dumps(drafting.to_json(found))))

    assert again == found

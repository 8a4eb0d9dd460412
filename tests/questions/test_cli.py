import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.db import db
from questions import browsing, stocking
from questions.models import Item
from tests import factories

pytestmark = pytest.mark.slow

FILES = Path(__file__).parent / "files"
ROOT = Path(__file__).parent.parent.parent
FLASK = [sys.executable, "-m", "flask", "--app", "app", "questions", "import"]


def run(*arguments):
    return subprocess.run(
        [*FLASK, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_import_of_all_example_files_passes_the_checker():
    command = f"{' '.join(FLASK)} {{file}} --dry-run --format json"

    done = subprocess.run(
        [sys.executable, "tests/questions/check_import.py", "--types", "--cmd", command, FILES],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout.splitlines()[-1], done.returncode) == (
        "15 of 15 files pass (306 questions read)",
        0,
    )


def test_import_says_its_messages_in_vietnamese():
    done = run(FILES / "06-faulty.xlsx", "--dry-run", "--format", "json")

    said = json.loads(done.stdout)["messages"]
    assert said[0] == {
        "question": 3,
        "level": "error",
        "text": "Dòng 4: đáp án “E” không có trong các phương án.",
    }
    assert done.returncode == 0


def test_import_with_a_file_of_keys_takes_them_from_it(tmp_path):
    (tmp_path / "de.txt").write_text("Câu 1. Ở đâu?\nA. Xã\nB. Tỉnh", encoding="utf-8")
    (tmp_path / "key.txt").write_text("1-B", encoding="utf-8")

    done = run(tmp_path / "de.txt", "--key", tmp_path / "key.txt", "--dry-run", "--format", "json")

    (question,) = json.loads(done.stdout)["questions"]
    assert [one["correct"] for one in question["options"]] == [False, True]


def test_import_of_a_wrong_file_is_refused_with_a_status(tmp_path):
    wrong = tmp_path / "anh.docx"
    wrong.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))

    done = run(wrong, "--dry-run", "--format", "json")

    text = "Tệp là hình ảnh. Chọn tệp Word, Excel hoặc văn bản chứa câu hỏi."
    assert json.loads(done.stdout) == {
        "questions": [],
        "messages": [{"question": None, "level": "error", "text": text}],
    }
    assert done.returncode == 1


def test_import_as_text_marks_the_key():
    done = run(FILES / "16-mixed-and-faulty.docx", "--dry-run")

    assert " *C. Năm 2017" in done.stdout.splitlines()
    assert done.stdout.splitlines()[-1].startswith("Cảnh báo: Câu 11: số thứ tự nhảy từ 9 sang 11.")


@pytest.fixture
def invoke(app):
    return lambda *words: app.test_cli_runner().invoke(args=["questions", *map(str, words)])


def count():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Item))


def test_import_when_a_bank_is_named_then_the_questions_are_in_it(invoke):
    factories.bank(title="Ngân hàng 2026")

    done = invoke("import", FILES / "01-bold-option.docx", "--bank", "Ngân hàng 2026")

    assert done.output == "24 questions were written to Ngân hàng 2026.\n"
    assert count() == 24


def test_import_when_questions_are_faulty_then_they_are_named(invoke):
    factories.bank(title="Ngân hàng 2026")

    done = invoke("import", FILES / "16-mixed-and-faulty.docx", "--bank", "Ngân hàng 2026")

    assert done.exit_code == 0
    assert done.output.count("Left out: ") == 2
    assert count() == 8


def test_import_when_no_bank_is_named_then_the_banks_are_listed(invoke):
    factories.bank(title="Ngân hàng 2026")

    done = invoke("import", FILES / "01-bold-option.docx")

    assert done.exit_code == 2
    assert "Ngân hàng 2026" in done.output
    assert count() == 0


def test_import_when_the_file_is_no_such_file_then_the_bank_is_unchanged(invoke, tmp_path):
    factories.bank(title="Ngân hàng 2026")
    picture = tmp_path / "anh.docx"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 100)

    done = invoke("import", picture, "--bank", "Ngân hàng 2026")

    assert done.exit_code == 1
    assert "hình ảnh" in done.output
    assert count() == 0


def test_stock_when_run_twice_then_the_questions_are_there_once(invoke):
    first = invoke("stock")
    second = invoke("stock")

    assert first.output == second.output
    assert first.output.startswith(stocking.TITLE)


def test_export_when_a_bank_is_named_then_a_workbook_is_written(invoke, tmp_path):
    bank = factories.bank(title="Ngân hàng 2026")
    factories.item(bank)
    target = tmp_path / "xuat.xlsx"

    done = invoke("export", target, "--bank", "Ngân hàng 2026")

    assert done.exit_code == 0
    assert target.read_bytes().startswith(b"PK")
    assert len(browsing.all_items(bank.id)) == 1

import json
import subprocess
import sys
from pathlib import Path

import pytest

FILES = Path(__file__).parent / "files"
ROOT = Path(__file__).parent.parent.parent
FLASK = [sys.executable, "-m", "flask", "--app", "app", "questions", "import"]


def run(*arguments):
    return subprocess.run(
        [*FLASK, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
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
        "13 of 13 files pass (259 questions read)",
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


def test_import_without_dry_run_is_refused_for_now():
    done = run(FILES / "01-plain.xlsx")

    assert done.returncode == 2
    assert "--dry-run" in done.stderr


def test_import_as_text_marks_the_key():
    done = run(FILES / "16-mixed-and-faulty.docx", "--dry-run")

    assert " *C. Năm 2017" in done.stdout.splitlines()
    assert done.stdout.splitlines()[-1].startswith("Cảnh báo: Câu 11: số thứ tự nhảy từ 9 sang 11.")

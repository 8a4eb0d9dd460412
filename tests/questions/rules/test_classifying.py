"""What files call difficulties, topics and documents is understood, or left open."""

import pytest

from questions.rules import classifying
from questions.rules.classifying import Basis, Known

TOPICS = [Known(1, "THECHE", "Cải cách thể chế"), Known(2, "THECHE-2021", "Cải cách thể chế")]
DOCUMENTS = [Known(7, "KH-2017", "Kế hoạch"), Known(8, "ND-170-2025", "NĐ", "170/2025/NĐ-CP")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("NB", "NB"),
        ("Nhận biết", "NB"),
        ("Mức độ: thông hiểu", "TH"),
        ("Vận dụng", "VD"),
        ("vận dụng cao", "VDC"),
        ("Mức 2", "TH"),
        ("Rất dễ chịu", None),
        ("", None),
    ],
)
def test_difficulty_when_written_in_an_office_then_it_is_understood(text, code):
    assert classifying.difficulty(text) == code


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cải cách thể chế", 1),
        ("THECHE-2021", 2),
        ("THECHE-2021 – Cải cách thể chế", 2),
        ("Phần khác", None),
        ("", None),
    ],
)
def test_topic_when_named_then_it_is_found(text, found):
    assert classifying.topic(text, TOPICS) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("KH-2017 · mục II.1 · “nguyên văn”", Basis(7, "mục II.1", "nguyên văn")),
        ("KH-2017", Basis(7)),
        ("Điều 8 Nghị định 170/2025/NĐ-CP", Basis(8, "Điều 8 Nghị định 170/2025/NĐ-CP")),
        ("Điều 3 Luật khác", Basis(None, "Điều 3 Luật khác")),
        ("", Basis()),
    ],
)
def test_basis_when_given_in_one_cell_then_document_and_clause_are_told_apart(text, found):
    assert classifying.basis(text, DOCUMENTS) == found

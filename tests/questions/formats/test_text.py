import pytest

from questions.formats import text

LETTERS = "ABCDEFGH"


def read(paper):
    found = text.read(paper.encode())
    return [
        (draft.stem, "/".join(draft.options), "".join(LETTERS[place] for place in draft.key))
        for draft in found.drafts()
    ]


def codes(paper):
    return [(message.question, message.code) for message in text.read(paper.encode()).messages]


ONE = [("Tỉnh nào?", "Gia Lai/Đắk Lắk", "B")]


@pytest.mark.parametrize(
    "heading",
    ["Câu 1: ", "Câu 1. ", "Câu 1) ", "Câu 1/ ", "Câu 1 - ", "Câu 01: ", "CÂU 1: ", "Cau 1: ",
     "Câu hỏi 1: ", "Bài 1. ", "Question 1: ", "1. ", "1) ", "1/ ", "Câu 1 ", "Câu 1 (NB): ",
     "Câu 1. [TH] ", "Câu 1 (0,25 điểm): ", "Câu 1:\n", "１．", "C\u200bâu 1:\u00a0"],
)  # fmt: skip
def test_read_heading_in_any_writing_begins_a_question(heading):
    assert read(f"{heading}Tỉnh nào?\nA. Gia Lai\nB. Đắk Lắk\nĐáp án: B") == ONE


@pytest.mark.parametrize(
    "options",
    ["A. Gia Lai\nB. Đắk Lắk", "A) Gia Lai\nB) Đắk Lắk", "A/ Gia Lai\nB/ Đắk Lắk",
     "a. Gia Lai\nb. Đắk Lắk", "a) Gia Lai\nb) Đắk Lắk", "(A) Gia Lai\n(B) Đắk Lắk",
     "Ａ．Gia Lai\nＢ．Đắk Lắk", "A. Gia Lai\tB. Đắk Lắk", "A. Gia Lai    B. Đắk Lắk",
     "A. Gia Lai B. Đắk Lắk", "A.Gia Lai\nB.Đắk Lắk", "A.\nGia Lai\nB.\nĐắk Lắk",
     "A- Gia Lai\nB- Đắk Lắk", "- Gia Lai\n- Đắk Lắk", "A. Gia\nLai\nB. Ðắk Lắk",
     "A. Gia Lai\nB. Đa\u0306\u0301k La\u0306\u0301k"],
)  # fmt: skip
def test_read_options_in_any_writing_are_found(options):
    assert read(f"Câu 1: Tỉnh nào?\n{options}\nĐáp án: B") == ONE


@pytest.mark.parametrize(
    "said",
    ["Đáp án: B", "ĐÁP ÁN: B", "Đáp án B", "ĐA: b", "Đ/A: B", "Key: B", "Answer: B", "Chọn B",
     "Chọn đáp án B.", "=> Chọn B", "Đáp án đúng là B", "Đáp án đúng: B. Đắk Lắk",
     "Đáp án: Đắk Lắk", "Đáp án: 2", "Đáp án:\nB", "Câu trả lời đúng: B", "Phương án đúng: (B)",
     "Lời giải: Chọn B", "HẾT\nĐÁP ÁN\n1-B", "BẢNG ĐÁP ÁN\n1b", "Đáp án\n1. B", "ĐÁP ÁN\nCâu 1: B",
     "HƯỚNG DẪN CHẤM\nCâu 1. Chọn B."],
)  # fmt: skip
def test_read_key_in_any_spelling_is_found(said):
    assert read(f"Câu 1: Tỉnh nào?\nA. Gia Lai\nB. Đắk Lắk\n{said}") == ONE


@pytest.mark.parametrize(
    "options",
    ["A. Gia Lai\n*B. Đắk Lắk", "A. Gia Lai\nB*. Đắk Lắk", "A. Gia Lai\nB. Đắk Lắk*",
     "A. Gia Lai\nB. Đắk Lắk (Đ)", "A. Gia Lai (S)\nB. Đắk Lắk (Đ)", "A. Gia Lai\n[x] B. Đắk Lắk"],
)  # fmt: skip
def test_read_sign_at_the_key_marks_it(options):
    assert read(f"Câu 1: Tỉnh nào?\n{options}") == ONE


@pytest.mark.parametrize(
    "keys",
    ["1-A 2-B 3-C", "1A2B3C", "1.A\n2.B\n3.C", "1a; 2b; 3c", "1-3: ABC",
     "Câu 1: A, Câu 2: B, Câu 3: C",     "1\tA\n2\tB\n3\tC"],
)  # fmt: skip
def test_read_list_of_keys_at_the_end_serves_all_questions(keys):
    paper = "".join(f"{n}. Số {n}?\nA. một\nB. hai\nC. ba\n" for n in (1, 2, 3))

    found = read(paper + "\n" + keys)

    assert [key for _, _, key in found] == ["A", "B", "C"]


def test_read_clean_papers_say_nothing():
    paper = "Câu 1: Tỉnh nào?\nA. Gia Lai\nB. Đắk Lắk\nĐáp án: B\nGiải thích: Theo Nghị quyết."

    assert codes(paper) == []


def test_read_list_inside_a_stem_stays_in_it():
    paper = (
        "Câu 1: Yêu cầu nào được nêu?\na) Công khai\nb) Dễ tiếp cận\nChọn một.\n"
        "A. Chỉ a\nB. Cả a và b\nĐáp án: B"
    )

    stem = "Yêu cầu nào được nêu?\na) Công khai\nb) Dễ tiếp cận\nChọn một."
    assert read(paper) == [(stem, "Chỉ a/Cả a và b", "B")]


def test_read_numbered_list_in_a_paper_of_bare_numbers_stays_in_its_stem():
    paper = (
        "1. Cho các việc:\n1. niêm yết\n2. công khai\nMấy việc?\nA. 1\nB. 2\nĐáp án: B\n"
        "2. Tỉnh nào?\nA. Gia Lai\nB. Đắk Lắk\nĐáp án: B"
    )

    stem = "Cho các việc:\n1. niêm yết\n2. công khai\nMấy việc?"
    assert read(paper) == [(stem, "1/2", "B"), *ONE]


def test_read_parts_that_count_from_one_take_the_keys_of_their_part():
    paper = (
        "PHẦN I. CHUNG\nCâu 1. X?\nA. một\nB. hai\nPHẦN II. RIÊNG\nCâu 1. Y?\nA. ba\nB. bốn\n"
        "ĐÁP ÁN\nPhần I\n1.A\nPhần II\n1.B"
    )

    found = text.read(paper.encode())

    assert [(draft.topic, draft.key) for draft in found.questions] == [
        ("PHẦN I. CHUNG", (0,)),
        ("PHẦN II. RIÊNG", (1,)),
    ]
    assert found.messages == ()


def test_read_passage_goes_with_its_questions_only():
    paper = "Đọc đoạn trích sau và trả lời câu 1 đến câu 2:\nNiêm yết công khai.\n" + "".join(
        f"Câu {n}. Số {n}?\nA. một\nB. hai\nĐáp án: A\n" for n in (1, 2, 3)
    )

    found = text.read(paper.encode())

    passage = "Đọc đoạn trích sau và trả lời câu 1 đến câu 2:\nNiêm yết công khai."
    assert [draft.passage for draft in found.questions] == [passage, passage, ""]
    assert [(m.question, m.code) for m in found.messages] == [(1, "passage"), (2, "passage")]


def test_read_solutions_at_the_end_give_keys_and_explanations():
    paper = (
        "Câu 1. X?\nA. một\nB. hai\nHẾT\nLỜI GIẢI CHI TIẾT\nCâu 1: Chọn B. Vì thế này.\nDòng hai."
    )

    found = text.read(paper.encode())

    assert [(d.key, d.explanation) for d in found.questions] == [((1,), "Vì thế này.\nDòng hai.")]


def test_read_fields_of_a_question_are_kept_apart():
    paper = (
        "Câu 1 (VD): X?\nA. một\nB. hai\nĐáp án: B. hai\nGiải thích: Vì hai.\n"
        "Căn cứ: Điều 5 Luật Cán bộ, công chức\nChủ đề: Cải cách thể chế"
    )

    (draft,) = text.read(paper.encode()).questions

    assert (draft.difficulty, draft.explanation) == ("VD", "Vì hai.")
    assert (draft.legal_basis, draft.topic) == (
        "Điều 5 Luật Cán bộ, công chức",
        "Cải cách thể chế",
    )


@pytest.mark.parametrize(
    ("paper", "expected"),
    [
        ("Câu 1. Trái đất tròn.\nĐáp án: Đúng", ("true_false", (0,))),
        ("Câu 1. Trái đất vuông.\nA. Đúng\nB. Sai\nĐáp án: S", ("true_false", (1,))),
        ("Câu 1. Trái đất tròn.\nĐúng\nSai\nĐáp án: Đ", ("true_false", (0,))),
        ("Câu 1. X?\nA. a\nB. b\nC. c\nĐáp án: A và C", ("multiple_choice", (0, 2))),
        ("Câu 1. X?\nA. a\nB. b\nC. c\nD. d\nĐáp án: D", ("single_choice", (3,))),
    ],
)
def test_read_options_and_key_decide_the_type(paper, expected):
    (draft,) = text.read(paper.encode()).questions

    assert (draft.type, draft.key) == expected


X = "Câu 1. X?\nA. một\nB. hai\nĐáp án: A\n"


@pytest.mark.parametrize(
    ("paper", "expected"),
    [
        (X + X.replace("Câu 1", "Câu 2"), [(2, "repeated-question")]),
        (X + X.replace("Câu 1. X", "Câu 3. Y"), [(2, "number-skipped")]),
        (X + X.replace("Câu 1. X", "Câu 1. Y"), [(2, "number-repeated")]),
        (X.replace("Đáp án: A\n", ""), [(1, "no-key")]),
        (X.replace("Đáp án: A", "Đáp án: E"), [(1, "unknown-key")]),
        (X.replace("B. hai", "B. Một"), [(1, "equal-options")]),
        (X.replace("B. hai", "C. hai"), [(1, "missing-option")]),
        ("Câu 1. X?\nA. một\nĐáp án: A", [(1, "one-option")]),
        ("Câu 1. Nêu suy nghĩ.\nCâu 2. X?\nA. một\nB. hai\nĐáp án: A", [(1, "no-options")]),
        (X + "ĐÁP ÁN\n1.A\n9.B", [(None, "unknown-question")]),
        (X + "BẢNG ĐÁP ÁN\n1-B", [(1, "keys-differ")]),
        (X + "\nGhi chú của người soạn", [(1, "left-out")]),
        (X.replace("A. một", "*A. một").replace("án: A", "án: B"), [(1, "key-disagrees")]),
        (X + "Y không số?\nA. ba\nB. bốn\nĐáp án: B", [(2, "no-number")]),
        ("".join(f"Câu {n}. X{n}?\nA. a\nB. b\nC. c\nĐáp án: A\n" for n in range(1, 13)),
         [(None, "unbalanced")]),
    ],
)  # fmt: skip
def test_read_doubtful_paper_names_the_question_and_the_doubt(paper, expected):
    assert codes(paper) == expected


def test_read_paper_without_numbers_begins_a_question_at_each_first_option():
    paper = (
        "BỘ CÂU HỎI\n\nThủ đô?\nA. Hà Nội\nB. Huế\nĐáp án: A\n\n"
        "Tỉnh?\nA. Gia Lai\nB. Lào Cai\nĐA: B"
    )

    assert read(paper) == [("Thủ đô?", "Hà Nội/Huế", "A"), ("Tỉnh?", "Gia Lai/Lào Cai", "B")]


def test_read_table_pasted_from_a_sheet_is_read_by_columns():
    assert read("STT\tCâu hỏi\tA\tB\tĐáp án\n1\tTỉnh nào?\tGia Lai\tĐắk Lắk\tB") == ONE


def test_read_options_behind_boxes_are_found_with_their_key():
    paper = "1. Tỉnh nào?\n- [ ] Huế\n- [x] Đắk Lắk\n\n2. Sông nào?\n- [x] Hồng\n- [ ] Hương"

    found = text.read_text(paper, []).questions

    assert [(d.options, d.key) for d in found] == [
        (("Huế", "Đắk Lắk"), (1,)),
        (("Hồng", "Hương"), (0,)),
    ]

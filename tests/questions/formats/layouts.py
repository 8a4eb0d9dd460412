"""Layouts of question papers, each with what is to be read from it.

A question is expected as (stem, options, key) with the key in letters; as (type, stem, answer)
where there are no options: verdicts as TF…, answers joined by |, the sample of an essay.
"""

X = ("Xã Ea Kar", "Xã Hòa Phú", "Xã Cư Né", "Xã Ea Tul")
ONE = "Buôn Ako Dhông ở đâu?"
TWO = "Chợ phiên họp ở xã nào?"
A, B, C, D = X


def both(one="B", two="D", options=X, stems=(ONE, TWO)):
    return [(stems[0], options, one), (stems[1], options, two)]


def marked(form, mark="**{}**", heading="Câu {}. ", keys="BD"):
    """Two questions with options written by `form`, the key's line in `mark`."""
    blocks = []
    for number, (stem, key) in enumerate(zip((ONE, TWO), keys, strict=True), start=1):
        blocks.append(heading.format(number) + stem)
        for letter, text in zip("ABCD", X, strict=True):
            line = form.format(letter, text, low=letter.lower())
            blocks.append(mark.format(line) if letter == key else line)
    return blocks


def inline(line, mark="**{}**", keys="BD", heading="Câu {}: "):
    blocks = []
    for number, (stem, key) in enumerate(zip((ONE, TWO), keys, strict=True), start=1):
        parts = [
            mark.format(f"{letter}. {text}") if letter == key else f"{letter}. {text}"
            for letter, text in zip("ABCD", X, strict=True)
        ]
        blocks += [heading.format(number) + stem, *(text.format(*parts) for text in line)]
    return blocks


def plain(heading="Câu {}. ", form="{}. {}", after=("", "")):
    blocks = []
    for number, (stem, more) in enumerate(zip((ONE, TWO), after, strict=True), start=1):
        blocks.append(heading.format(number) + stem)
        blocks += [form.format(letter, text) for letter, text in zip("ABCD", X, strict=True)]
        blocks += [more] if more else []
    return blocks


LAYOUTS = {
    # How the key is marked.
    "bold option": (marked("{}. {}"), both()),
    "underlined option": (marked("{}. {}", "__{}__"), both()),
    "red option": (marked("{}. {}", "~~{}~~"), both()),
    "highlighted option": (marked("{}. {}", "=={}=="), both()),
    "starred option": (marked("{}. {}", "*{}"), both()),
    "hash before the letter": (marked("{}. {}", "#{}"), both()),
    "tick after the option": (marked("{}. {}", "{} ✓"), both()),
    "verdict after the option": (marked("{}. {}", "{} (Đ)"), both()),
    "bold and red together": (marked("{}. {}", "**~~{}~~**"), both()),
    "letters all bold, key underlined": (marked("**{}.** {}", "__{}__"), both()),
    "bold headings and bold key": (marked("{}. {}", heading="**Câu {}.** "), both()),
    "bold stems, underlined key": (
        ["**Câu 1. " + ONE + "**", "A. " + A, "__B.__ " + B, "C. " + C, "D. " + D,
         "**Câu 2. " + TWO + "**", "A. " + A, "B. " + B, "C. " + C, "__D.__ " + D], both()),
    # How questions begin.
    **{
        f"heading “{heading}”": (marked("{}. {}", heading=heading), both())
        for heading in ("Câu {}: ", "Câu {}) ", "Câu {} ", "CÂU {}. ", "Câu hỏi {}: ", "Bài {}. ",
                        "Question {}. ", "{}. ", "{}) ", "{}/ ", "Câu số {}: ", "Câu {} (NB): ",
                        "Câu {}. [TH] ", "Câu {}: <VD> ", "Câu{}: ", "Câu {} - ")
    },
    # How options begin.
    **{
        f"option “{form}”": (marked(form), both())
        for form in ("{}) {}", "{}/ {}", "({}) {}", "{}: {}", "{}- {}", "{low}) {1}", "{low}. {1}",
                     "{}.{}", " {}. {}", "{}.\t{}", "[{}] {}", "{}．{}")
    } | {"option “letter and tab”": (marked("{}.\t{}"), both())},
    # Several options in one line.
    "four in one line by tabs": (inline(["{}\t{}\t{}\t{}"]), both()),
    "four in one line by spaces": (inline(["{}      {}      {}      {}"]), both()),
    "two and two by tabs": (inline(["{0}\t\t{1}", "{2}\t\t{3}"]), both()),
    "soft breaks": (inline(["{}\n{}\n{}\n{}"]), both()),
    "everything in one paragraph": (
        [f"Câu 1. {ONE}\nA. {A}\n**B. {B}**\nC. {C}\nD. {D}",
         f"Câu 2. {TWO}\nA. {A}\nB. {B}\nC. {C}\n**D. {D}**"], both()),
    # Keys in words.
    **{
        f"line “{line}”": (plain(after=(line.format("B"), line.format("D"))), both())
        for line in ("Đáp án: {}", "ĐÁP ÁN {}", "Đáp án đúng là: {}.", "Answer: {}", "Chọn {}",
                     "=> {}", "=> Chọn {}", "Đ/A: {}", "ĐA: {}", "Đáp án: **{}**",
                     "→ Đáp án {}", "Key: {}", "Chọn đáp án {}.")
    },
    "answer in the stem": (
        [f"Câu 1. {ONE} (Đáp án: B)", *plain()[1:5], f"Câu 2. {TWO} (Đáp án: D)",
                     *plain()[6:10]], both()),
    "list at the end": ([*plain(), "ĐÁP ÁN", "1. B   2. D"], both()),
    "list with dashes": ([*plain(), "BẢNG ĐÁP ÁN", "1-B\t2-D"], both()),
    "list without a heading": ([*plain(), "1B 2D"], both()),
    "list line by line": ([*plain(), "HẾT", "ĐÁP ÁN", "Câu 1: B", "Câu 2: D"], both()),
    "table of two rows": ([*plain(), [["Câu", "1", "2"], ["Đáp án", "B", "D"]]], both()),
    "table of two columns": (
        [*plain(), "ĐÁP ÁN", [["Câu", "Đáp án"], ["1", "B"], ["2", "D"]]], both()),
    "table of pairs": ([*plain(), "BẢNG ĐÁP ÁN", [["1.B", "2.D"]]], both()),
    "table without headings": ([*plain(), "ĐÁP ÁN", [["1", "2"], ["B", "D"]]], both()),
    "table in blocks": (
        [*plain(), [["Câu", "ĐA", "Câu", "ĐA"], ["1", "B", "2", "D"]]], both()),
    # Tables.
    "options in a table": (
        [f"Câu 1. {ONE}", [[f"A. {A}", f"**B. {B}**"], [f"C. {C}", f"D. {D}"]],
         f"Câu 2. {TWO}", [[f"A. {A}", f"B. {B}"], [f"C. {C}", f"**D. {D}**"]]], both()),
    "letters in their own cells": (
        [f"Câu 1. {ONE}", [["A", A], ["**B**", f"**{B}**"], ["C", C], ["D", D]],
         f"Câu 2. {TWO}", [["A", A], ["B", B], ["C", C], ["**D**", f"**{D}**"]]], both()),
    "a row for each question": (
        [[["STT", "Câu hỏi", "A", "B", "C", "D", "Đáp án"],
          ["1", ONE, *X, "B"], ["2", TWO, *X, "D"]]], both()),
    "a row for each question, options in one cell": (
        [[["STT", "Nội dung câu hỏi", "Đáp án"],
          ["1", f"{ONE}¶A. {A}¶B. {B}¶C. {C}¶D. {D}", "B"],
          ["2", f"{TWO}¶A. {A}¶B. {B}¶C. {C}¶D. {D}", "D"]]], both()),
    "a table around a whole question": (
        [[[f"Câu 1. {ONE}"], [f"A. {A}"], [f"**B. {B}**"], [f"C. {C}"], [f"D. {D}"]],
         [[f"Câu 2. {TWO}"], [f"A. {A}"], [f"B. {B}"], [f"C. {C}"], [f"**D. {D}**"]]], both()),
    # Numbers that Word counts.
    "automatic numbers and letters": (
        [f"[0:]{ONE}", f"[1:]{A}", f"[1:]**{B}**", f"[1:]{C}", f"[1:]{D}",
         f"[0:]{TWO}", f"[1:]{A}", f"[1:]{B}", f"[1:]{C}", f"[1:]**{D}**"], both()),
    "automatic numbers, typed letters": (
        [f"[0:]{ONE}", f"A. {A}", f"**B. {B}**", f"C. {C}", f"D. {D}",
         f"[0:]{TWO}", f"A. {A}", f"B. {B}", f"C. {C}", f"**D. {D}**"], both()),
    "automatic letters with a typed heading": (
        [f"Câu 1. {ONE}", f"[1:]{A}", f"[1:]**{B}**", f"[1:]{C}", f"[1:]{D}"],
        [(ONE, X, "B")]),
    "automatic numbers that start again": (
        [f"[0:]{ONE}", f"[1:]{A}", f"[1:]**{B}**", f"[1:]{C}", f"[1:]{D}", "PHẦN II",
         f"[0,78:]{TWO}", f"[1,78:]{A}", f"[1,78:]{B}", f"[1,78:]{C}", f"[1,78:]**{D}**"],
        both()),
    # Stems, options and what stands around them.
    "stem of several paragraphs": (
        [f"Câu 1. {ONE}", "Biết rằng buôn ở Buôn Ma Thuột.", *plain()[1:5], "Đáp án: B"],
        [(f"{ONE}\nBiết rằng buôn ở Buôn Ma Thuột.", X, "B")]),
    "option over two lines": (
        [f"Câu 1. {ONE}", f"A. {A}", f"**B. {B},**", "**nay là phường**", f"C. {C}", f"D. {D}"],
        [(ONE, (A, f"{B}, nay là phường", C, D), "B")]),
    "explanation after the key": (
        [*plain()[:5], "Đáp án: B", "Giải thích: Theo Nghị quyết.", *plain()[5:], "Đáp án: D",
         "Lời giải. Theo Quyết định."], both()),
    "solutions at the end": (
        [*plain(), "HẾT", "HƯỚNG DẪN GIẢI CHI TIẾT", "Câu 1. Chọn B", "Theo Nghị quyết.",
         "Câu 2. Chọn D. Theo Quyết định."], both()),
    "passage for two questions": (
        ["Đọc đoạn văn sau và trả lời câu 1 đến câu 2:", "Buôn Đôn nổi tiếng vì voi.",
         *marked("{}. {}")], both()),
    "parts that start again, a table each": (
        ["PHẦN I. KIẾN THỨC CHUNG", *plain()[:5], "PHẦN II. LIÊN HỆ", f"Câu 1. {TWO}",
         *plain()[1:5], "ĐÁP ÁN", "PHẦN I", [["Câu", "1"], ["Đáp án", "B"]],
         "PHẦN II", [["Câu", "1"], ["Đáp án", "D"]]], both()),
    "true or false in a line": (
        ["Câu 1. Ea Kar là một xã. (Đ/S)", "A. Đúng", "B. Sai", "Đáp án: A"],
        [("Ea Kar là một xã. (Đ/S)", ("Đúng", "Sai"), "A")]),
    "three options": (
        [f"Câu 1. {ONE}", f"A. {A}", f"*B. {B}", f"C. {C}"], [(ONE, (A, B, C), "B")]),
    "eight options": (
        [f"Câu 1. {ONE}", *(f"{letter}. Thôn {n}" for n, letter in enumerate("ABCDEFGH")),
         "Đáp án: H"],
        [(ONE, tuple(f"Thôn {n}" for n in range(8)), "H")]),
    "McMIX signs": (
        ["[<br>]", f"{ONE}", f"A. {A}", f"__B.__ {B}", f"C. {C}", f"D. {D}", "[<br>]",
         f"{TWO}", f"A. {A}", f"B. {B}", f"C. {C}", f"__D.__ {D}", "[<br>]"], both()),
    "Azota with table and solutions": (
        ["ĐỀ KIỂM TRA", *plain(), "---- HẾT ----", "BẢNG ĐÁP ÁN", [["1.B", "2.D"]],
         "LỜI GIẢI CHI TIẾT", "Câu 1. Theo Nghị quyết.", "Câu 2. Theo Quyết định."], both()),
    # The format of 2025.
    "statements with a key line": (
        ["PHẦN II. Câu trắc nghiệm đúng sai", "Câu 1. Về Kế hoạch năm 2017:",
         "a) Do tỉnh ban hành.", "b) Chỉ cho xã.", "c) Có sáu nhiệm vụ.", "d) Không có kinh phí.",
         "Đáp án: Đ S Đ S"],
        [("statements", "Về Kế hoạch năm 2017:", "TFTF")]),
    "statements with a long heading": (
        ["PHẦN II. Câu trắc nghiệm đúng sai. Thí sinh trả lời từ câu 1 đến câu 2. Trong mỗi ý a), "
         "b), c), d) ở mỗi câu, thí sinh chọn đúng hoặc sai và tô vào phiếu trả lời của mình nhé.",
         "Câu 1. Về Kế hoạch:", "a) Do tỉnh ban hành.", "b) Chỉ cho xã.", "c) Có sáu nhiệm vụ.",
         "d) Không có kinh phí.", "Đáp án: a) Đúng; b) Sai; c) Sai; d) Đúng",
         "Câu 2. Về cải cách:", "a) Là một.", "b) Là hai.", "c) Là ba.", "d) Là bốn.",
         "Đáp án: ĐĐĐS"],
        [("statements", "Về Kế hoạch:", "TFFT"), ("statements", "Về cải cách:", "TTTF")]),
    "statements with verdicts": (
        ["PHẦN II. ĐÚNG SAI", "Câu 1. Về Kế hoạch:", "a) Do tỉnh ban hành. (Đ)",
         "b) Chỉ cho xã. (S)", "c) Có sáu nhiệm vụ. (Đ)", "d) Không có kinh phí. (S)"],
        [("statements", "Về Kế hoạch:", "TFTF")]),
    "statements with words after a dash": (
        ["Câu 1. Các phát biểu sau đúng hay sai?", "a) Do tỉnh ban hành – Đúng",
         "b) Chỉ cho xã – Sai", "c) Có sáu nhiệm vụ – Đúng", "d) Không có kinh phí – Sai"],
        [("statements", "Các phát biểu sau đúng hay sai?", "TFTF")]),
    "statements with underlined letters": (
        ["PHẦN II. Câu hỏi đúng/sai", "Câu 1. Về Kế hoạch:", "__a)__ Do tỉnh ban hành.",
         "b) Chỉ cho xã.", "__c)__ Có sáu nhiệm vụ.", "d) Không có kinh phí.",
         "Câu 2. Về cải cách:", "a) Là một.", "b) Là hai.", "c) Là ba.", "__d)__ Là bốn."],
        [("statements", "Về Kế hoạch:", "TFTF"), ("statements", "Về cải cách:", "FFFT")]),
    "statements with solutions": (
        ["PHẦN II. Trắc nghiệm đúng sai", "Câu 1. Về Kế hoạch:", "a) Do tỉnh ban hành.",
         "b) Chỉ cho xã.", "c) Có sáu nhiệm vụ.", "d) Không có kinh phí.", "Lời giải",
         "a) Đúng. Theo Quyết định.", "b) Sai. Cho cả huyện.", "c) Đúng.", "d) Sai."],
        [("statements", "Về Kế hoạch:", "TFTF")]),
    "statements with a table of verdicts": (
        ["PHẦN II. Trắc nghiệm đúng sai", "Câu 1. Về Kế hoạch:", "a) Một.", "b) Hai.", "c) Ba.",
         "d) Bốn.", "Câu 2. Về cải cách:", "a) Năm.", "b) Sáu.", "c) Bảy.", "d) Tám.", "ĐÁP ÁN",
         [["Câu", "1", "2"], ["a)", "Đ", "S"], ["b)", "S", "S"], ["c)", "Đ", "Đ"],
          ["d)", "S", "Đ"]]],
        [("statements", "Về Kế hoạch:", "TFTF"), ("statements", "Về cải cách:", "FFTT")]),
    "short answers": (
        ["PHẦN III. Câu trắc nghiệm trả lời ngắn", "Câu 1. Kế hoạch có mấy nhiệm vụ?", "Đáp án: 6",
         "Câu 2. Diện tích là bao nhiêu?", "Đáp án: 12,5", "Câu 3. Tỉnh nào ban hành?",
         "Đáp án: Đắk Lắk"],
        [("numeric", "Kế hoạch có mấy nhiệm vụ?", "6"),
         ("numeric", "Diện tích là bao nhiêu?", "12.5"),
         ("short_answer", "Tỉnh nào ban hành?", "Đắk Lắk")]),
    "short answers with a table": (
        ["PHẦN III. Câu trả lời ngắn", "Câu 1. Kế hoạch có mấy nhiệm vụ?",
         "Câu 2. Tỉnh nào ban hành?", "ĐÁP ÁN", [["Câu", "1", "2"], ["Đáp án", "6", "Đắk Lắk"]]],
        [("numeric", "Kế hoạch có mấy nhiệm vụ?", "6"),
         ("short_answer", "Tỉnh nào ban hành?", "Đắk Lắk")]),
    "essay with what it is marked by": (
        ["PHẦN IV. TỰ LUẬN", "Câu 1 (2 điểm). Trình bày cơ chế một cửa.",
         "Hướng dẫn chấm: Nêu đúng khái niệm.", "Có ví dụ ở xã."],
        [("essay", "Trình bày cơ chế một cửa.", "Nêu đúng khái niệm.\nCó ví dụ ở xã.")]),
    "three parts with one key": (
        ["PHẦN I. Trắc nghiệm nhiều phương án lựa chọn", *plain(),
         "PHẦN II. Trắc nghiệm đúng sai", "Câu 1. Về Kế hoạch:", "a) Một.", "b) Hai.", "c) Ba.",
         "d) Bốn.", "PHẦN III. Trả lời ngắn", "Câu 1. Mấy nhiệm vụ?", "HẾT", "ĐÁP ÁN",
         "PHẦN I", [["Câu", "1", "2"], ["Đáp án", "B", "D"]],
         "PHẦN II", [["Câu", "1"], ["Đáp án", "Đ S S Đ"]],
         "PHẦN III", [["Câu", "1"], ["Đáp án", "12,5"]]],
        [*both(), ("statements", "Về Kế hoạch:", "TFFT"), ("numeric", "Mấy nhiệm vụ?", "12.5")]),
    # What else teachers do.
    "statements told by the stem, one underlined": (
        ["Câu 1. Xét tính đúng sai của các phát biểu sau:", "a) Một.", "__b)__ Hai.", "c) Ba.",
         "d) Bốn."],
        [("statements", "Xét tính đúng sai của các phát biểu sau:", "FTFF")]),
    "statements in a table with ticks": (
        ["PHẦN II. ĐÚNG SAI", "Câu 1. Về Kế hoạch:",
         [["Phát biểu", "Đúng", "Sai"], ["a) Một.", "x", ""], ["b) Hai.", "", "x"],
          ["c) Ba.", "x", ""], ["d) Bốn.", "", "x"]]],
        [("statements", "Về Kế hoạch:", "TFTF")]),
    "options in a table with a tick beside the key": (
        [f"Câu 1. {ONE}", [[f"A. {A}", ""], [f"B. {B}", "x"], [f"C. {C}", ""]]],
        [(ONE, (A, B, C), "B")]),
    "one right of four small letters": (
        ["Câu 1. Ai?", "a) Một (S)", "b) Hai (Đ)", "c) Ba (S)", "d) Bốn (S)"],
        [("Ai?", ("Một", "Hai", "Ba", "Bốn"), "B")]),
    "short answer after its solution": (
        ["PHẦN III. Câu trắc nghiệm trả lời ngắn", "Câu 1. Mấy?", "Lời giải", "Ta có 5 + 1.",
         "Đáp án: 6"],
        [("numeric", "Mấy?", "6")]),
    "short answer with a unit": (
        ["PHẦN III. TRẢ LỜI NGẮN", "Câu 1. Quãng đường?", "Đáp số: 12,5 km"],
        [("numeric", "Quãng đường?", "12.5")]),
    "options and an essay, each with its key": (
        ["I. TRẮC NGHIỆM", *plain()[:5], "II. TỰ LUẬN", "Câu 1. Trình bày cơ chế một cửa.",
         "ĐÁP ÁN", "I. TRẮC NGHIỆM", [["Câu", "1"], ["Đáp án", "B"]], "II. TỰ LUẬN",
         "Câu 1. Cơ chế là một nơi."],
        [(ONE, X, "B"), ("essay", "Trình bày cơ chế một cửa.", "Cơ chế là một nơi.")]),
    "essays with bare numbers": (
        ["PHẦN TỰ LUẬN", "1. Trình bày cơ chế.", "2. Nêu ví dụ."],
        [("essay", "Trình bày cơ chế.", ""), ("essay", "Nêu ví dụ.", "")]),
    "key in the words of the option": (
        [f"Câu 1. {ONE}", f"A. {A}", f"B. {B}", f"Đáp án: {B}"], [(ONE, (A, B), "B")]),
    "several keys asked for": (
        ["Câu 1. Chọn hai đáp án đúng?", "A. Một", "**B. Hai**", "**C. Ba**", "D. Bốn"],
        [("Chọn hai đáp án đúng?", ("Một", "Hai", "Ba", "Bốn"), "BC")]),
    "headings and endings around": (
        ["SỞ NỘI VỤ", "ĐỀ THI", "Họ và tên: ……… Lớp: ……",
         "Chọn đáp án đúng nhất trong các câu sau:", *marked("{}. {}"), "--- HẾT ---",
         "Cán bộ coi thi không giải thích gì thêm."], both()),
    "a grid for each question": (
        [[["Câu 1", ONE], ["A", A], ["B", B], ["C", C], ["D", D], ["Đáp án", "B"]],
         [["Câu 2", TWO], ["A", A], ["B", B], ["C", C], ["D", D], ["Đáp án", "D"]]], both()),
    "one key of a table with several codes": (
        [*plain(), "ĐÁP ÁN", [["Câu", "Mã 101", "Mã 102"], ["1", "B", "C"], ["2", "D", "A"]]],
        both()),
    "statements in one line": (
        ["PHẦN II. ĐÚNG SAI", "Câu 1. Về Kế hoạch: a) Một. b) Hai. c) Ba. d) Bốn.",
         "Đáp án: Đ, S, S, Đ"],
        [("statements", "Về Kế hoạch:", "TFFT")]),
    "numbers that go on in the next part": (
        ["PHẦN I", *plain()[:5], "PHẦN II. Trắc nghiệm đúng sai", "Câu 2. Về Kế hoạch:",
         "a) Một.", "b) Hai.", "c) Ba.", "d) Bốn.", "ĐÁP ÁN", "1. B", "2. ĐSSĐ"],
        [(ONE, X, "B"), ("statements", "Về Kế hoạch:", "TFFT")]),
    "verdicts in a list at the end": (
        ["PHẦN II. ĐÚNG SAI", "Câu 1. Một?", "a) Một.", "b) Hai.", "c) Ba.", "d) Bốn.",
         "Câu 2. Hai?", "a) Năm.", "b) Sáu.", "c) Bảy.", "d) Tám.", "ĐÁP ÁN",
         "Câu 1: a) Đ; b) S; c) S; d) Đ", "Câu 2: a) S b) S c) S d) Đ"],
        [("statements", "Một?", "TFFT"), ("statements", "Hai?", "FFFT")]),
    "short answers in a list at the end": (
        ["PHẦN III. TRẢ LỜI NGẮN", "Câu 1. Bao nhiêu?", "Câu 2. Tỉnh nào?", "ĐÁP ÁN",
         "Câu 1: 12,5", "Câu 2: Đắk Lắk"],
        [("numeric", "Bao nhiêu?", "12.5"), ("short_answer", "Tỉnh nào?", "Đắk Lắk")]),
}  # fmt: skip

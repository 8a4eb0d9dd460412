"""What is written, reviewed, drawn and taken on the journey: a question of every type.

Each has a stem, and the acts of the keyboard by which its author writes it and by which a
participant answers it right.
"""

from dataclasses import dataclass

from tests.browser import keyboard

PROGRAMME = "76/NQ-CP"
PASSAGE = (
    "Cải cách hành chính nhà nước giai đoạn 2021–2030 gồm sáu nội dung: cải cách thể chế; cải cách "
    "thủ tục hành chính; cải cách tổ chức bộ máy hành chính nhà nước; cải cách chế độ công vụ; cải "
    "cách tài chính công; xây dựng và phát triển Chính phủ điện tử, Chính phủ số."
)
ESSAY = (
    "Cơ chế một cửa liên thông giúp người dân chỉ nộp hồ sơ một lần tại Bộ phận Một cửa của xã, "
    "phường, các cơ quan tự chuyển hồ sơ cho nhau; thời hạn giải quyết được công khai nên ai cũng "
    "theo dõi được hồ sơ của mình, bớt đi lại và bớt chi phí."
)
STATEMENTS = {
    "Đoạn trích nêu sáu nội dung cải cách hành chính.": "Đúng",
    "Cải cách tài chính công không thuộc các nội dung này.": "Sai",
    "Cải cách chế độ công vụ là một trong các nội dung này.": "Đúng",
    "Chính phủ số chỉ được nêu cho giai đoạn sau năm 2030.": "Sai",
}
PERIODS = {
    "Quyết định số 136/2001/QĐ-TTg": "Giai đoạn 2001–2010",
    "Nghị quyết số 30c/NQ-CP": "Giai đoạn 2011–2020",
    "Nghị quyết số 76/NQ-CP": "Giai đoạn 2021–2030",
}
STEPS = (
    "Tiếp nhận hồ sơ, cấp giấy tiếp nhận và hẹn trả kết quả",
    "Chuyển hồ sơ đến cơ quan có thẩm quyền giải quyết",
    "Giải quyết hồ sơ",
    "Trả kết quả cho người nộp hồ sơ",
)


@dataclass(frozen=True)
class Question:
    """A question: its type as the editor calls it, its stem, how it is written and answered.

    An act is a function of the page and of what follows it; manner is given by name.
    """

    kind: str
    stem: str
    written: tuple
    answered: tuple
    # What a page shows of the stem where it shows only words.
    shown: str = ""

    def write(self, page):
        """Write it on the editor's page, from its stem to its last field."""
        keyboard.fill(page, "Câu hỏi", self.stem)
        for act, *told in self.written:
            act(page, *told)

    def answer(self, page):
        """Answer it on the page of an attempt."""
        for act, *told in self.answered:
            act(page, *told)

    @property
    def begins(self):
        """How its stem begins wherever it is listed."""
        return (self.shown or self.stem)[:60]


def _pick_back(page, name):
    keyboard.pick(page, name, back=True)


def _say_verdicts(page):
    for letter, (statement, verdict) in zip("abcd", STATEMENTS.items(), strict=True):
        keyboard.fill(page, f"Ý {letter}", statement)
        keyboard.pick(page, verdict)


def _add_gap(page, kind):
    """Add a gap where the text ends so far; the focus comes to the gap's first field."""
    gaps = page.locator(".gap")
    before = gaps.count()
    keyboard.choose(page, "Loại chỗ trống", kind)
    keyboard.press(page, "Thêm chỗ trống")
    gaps.nth(before).wait_for()


def _go_on(page, text):
    """Go back to the stem and on with it."""
    keyboard.go_to(page, "Câu hỏi", back=True)
    page.keyboard.press("Control+End")
    page.keyboard.type(text)


def _type(page, text):
    page.keyboard.type(text)


def _tick_here(page, _told):
    page.keyboard.press("Space")


def _tick_all(page, *names):
    keyboard.each(page, dict.fromkeys(names), _tick_here)


def _remove_row(page, name, follows):
    """Take a row away; the focus goes on beside it."""
    keyboard.press(page, name)
    page.get_by_role("button", name=follows).wait_for()
    page.get_by_role("button", name=name).wait_for(state="detached")


def _add_row(page, name, field, text):
    """Add a row; the focus comes to its field."""
    keyboard.press(page, name)
    page.get_by_role("textbox", name=field, exact=True).wait_for()
    assert keyboard.is_at(page, field)
    page.keyboard.type(text)


QUESTIONS = (
    Question(
        "Một đáp án",
        "Chương trình tổng thể cải cách hành chính nhà nước giai đoạn 2021–2030 được ban hành kèm "
        "theo văn bản nào?",
        (
            (keyboard.fill, "Phương án A", "Nghị quyết số 30c/NQ-CP ngày 08/11/2011"),
            (keyboard.fill, "Phương án B", "Nghị quyết số 76/NQ-CP ngày 15/7/2021"),
            (keyboard.fill, "Phương án C", "Nghị định số 61/2018/NĐ-CP ngày 23/4/2018"),
            (keyboard.fill, "Phương án D", "Quyết định số 136/2001/QĐ-TTg ngày 17/9/2001"),
            (_pick_back, "B là đáp án đúng"),
        ),
        ((keyboard.pick, "Nghị quyết số 76/NQ-CP"),),
    ),
    Question(
        "Nhiều đáp án",
        "Những nội dung nào thuộc Chương trình tổng thể cải cách hành chính giai đoạn 2021–2030?",
        (
            (keyboard.tick, "A là đáp án đúng"),
            (keyboard.fill, "Phương án A", "Cải cách thể chế"),
            (keyboard.fill, "Phương án B", "Cải cách tư pháp"),
            (keyboard.tick, "C là đáp án đúng"),
            (keyboard.fill, "Phương án C", "Cải cách chế độ công vụ"),
            (_remove_row, "Xóa phương án D", "Xóa phương án C"),
        ),
        ((_tick_all, "Cải cách thể chế", "Cải cách chế độ công vụ"),),
    ),
    Question(
        "Đúng/sai",
        "Xây dựng và phát triển Chính phủ điện tử, Chính phủ số là một nội dung của cải cách hành "
        "chính giai đoạn 2021–2030.",
        ((keyboard.pick, "Đúng"),),
        ((keyboard.pick, "Đúng"),),
    ),
    Question(
        "Đúng/Sai nhiều ý",
        "Theo đoạn trích trong Nghị quyết số 76/NQ-CP, mỗi ý sau đúng hay sai?",
        (
            (_say_verdicts,),
            (keyboard.choose, "Ngữ liệu", "Viết ngữ liệu mới"),
            (keyboard.fill, "Tên ngữ liệu", "Trích Nghị quyết số 76/NQ-CP"),
            (keyboard.fill, "Nội dung ngữ liệu", PASSAGE),
        ),
        ((keyboard.each, STATEMENTS, keyboard.pick_here),),
    ),
    Question(
        "Ghép đôi",
        "Ghép mỗi văn bản với giai đoạn của chương trình tổng thể mà văn bản ban hành.",
        (
            *(
                (keyboard.fill, f"{name} {n}", text)
                for n, pair in enumerate(PERIODS.items(), start=1)
                for name, text in zip(("Dòng", "Nội dung ghép với dòng"), pair, strict=True)
            ),
            (keyboard.fill, "Nội dung gây nhiễu 1", "Giai đoạn 1991–2000"),
        ),
        ((keyboard.each, PERIODS, keyboard.choose_here),),
    ),
    Question(
        "Sắp xếp",
        "Sắp xếp các bước giải quyết thủ tục hành chính theo cơ chế một cửa.",
        tuple((keyboard.fill, f"Phần {n}", text) for n, text in enumerate(STEPS, start=1)),
        (
            (
                keyboard.each,
                {text: str(n) for n, text in enumerate(STEPS, start=1)},
                keyboard.choose_here,
            ),
        ),
    ),
    Question(
        "Trả lời ngắn",
        "Chỉ số hài lòng của người dân về sự phục vụ của cơ quan hành chính nhà nước được viết tắt "
        "là gì?",
        (
            (keyboard.fill, "Câu trả lời được chấp nhận 1", "SIPAS"),
            (
                _add_row,
                "Thêm câu trả lời được chấp nhận",
                "Câu trả lời được chấp nhận 2",
                "Chỉ số SIPAS",
            ),
        ),
        ((keyboard.fill, "Câu trả lời của bạn", "sipas"),),
    ),
    Question(
        "Điền số",
        "Đến năm 2030, mức độ hài lòng của người dân về giải quyết thủ tục hành chính đạt tối "
        "thiểu bao nhiêu?",
        (
            (keyboard.fill, "Con số 1", "95"),
            (keyboard.fill, "Đơn vị tính", "%"),
        ),
        ((keyboard.fill, "Câu trả lời bằng số", "95"),),
    ),
    Question(
        "Điền chỗ trống",
        "Bộ ",
        (
            (_add_gap, "Trả lời ngắn"),
            (_type, "Nội vụ"),
            (_go_on, " là cơ quan thường trực của Chương trình tổng thể đến năm "),
            (_add_gap, "Điền số"),
            (_type, "2030"),
            (_go_on, "."),
        ),
        (
            (keyboard.fill, "Chỗ trống 1", "Nội vụ"),
            (keyboard.fill, "Chỗ trống 2", "2030"),
        ),
        shown="Bộ",
    ),
    Question(
        "Tự luận",
        "Trình bày lợi ích của cơ chế một cửa liên thông đối với người dân ở xã, phường.",
        (
            (keyboard.fill, "Số từ ít nhất", "30"),
            (keyboard.fill, "Tiêu chí 1", "Nêu được ít nhất hai lợi ích"),
            (keyboard.fill, "Điểm của tiêu chí 1", "2"),
            (keyboard.fill, "Tiêu chí 2", "Có liên hệ thực tế ở địa phương"),
            (keyboard.fill, "Điểm của tiêu chí 2", "1,5"),
        ),
        ((keyboard.fill, "Bài viết của bạn", ESSAY),),
    ),
)

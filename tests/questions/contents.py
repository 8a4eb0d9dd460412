"""One sound item of every type, with Vietnamese words, and a strategy for any content of it."""

from hypothesis import strategies as st

from questions.types import (
    cloze,
    essay,
    matching,
    numeric,
    options,
    ordering,
    short_answer,
    statements,
)

STEMS = {
    "single_choice": "Cơ quan nào chủ trì phong trào “3 trách nhiệm”?",
    "multiple_choice": "Những hình thức tuyên truyền nào có trong Kế hoạch?",
    "true_false": "Tỉnh Đoàn chủ trì phong trào “3 trách nhiệm”.",
    "statements": "Về Kế hoạch tuyên truyền cải cách hành chính năm 2017:",
    "matching": "Ghép mỗi nhiệm vụ với cơ quan chủ trì.",
    "ordering": "Sắp xếp các bước tiếp nhận hồ sơ theo thứ tự.",
    "short_answer": "Tỉnh nào ban hành Kế hoạch?",
    "numeric": "Kế hoạch nêu bao nhiêu nhiệm vụ cải cách hành chính?",
    "cloze": "Hội thi do [[1]] chủ trì, Tỉnh Đoàn phối hợp, tổ chức năm [[2]] tại [[3]].",
    "essay": "Trình bày lợi ích của cơ chế một cửa liên thông ở xã Ea Kar.",
}
SOUND = {
    "single_choice": options.content(["Sở Nội vụ", "Tỉnh Đoàn", "Báo Đắk Lắk"], [1]),
    "multiple_choice": options.content(["Pa nô", "Tờ gấp", "Đa cấp"], [0, 1]),
    "true_false": options.content(["Đúng", "Sai"], [0]),
    "statements": statements.content(
        [("Do UBND tỉnh ban hành", True), ("Chỉ áp dụng cho cấp xã", False),
         ("Có sáu nhiệm vụ", True), ("Không có kinh phí", False)]
    ),
    "matching": matching.content(
        [("Phong trào “3 trách nhiệm”", "Tỉnh Đoàn"), ("Chuyên mục bạn đọc", "Báo Đắk Lắk")],
        ["Sở Tài chính"],
    ),
    "ordering": ordering.content(["Tiếp nhận", "Chuyển xử lý", "Trả kết quả"]),
    "short_answer": short_answer.content(["Đắk Lắk", "tỉnh Đắk Lắk"]),
    "numeric": numeric.content("6"),
    "cloze": cloze.content(
        [
            ("short_answer", short_answer.content(["Sở Thông tin và Truyền thông"])),
            ("numeric", numeric.content("2017")),
            ("single_choice", options.content(["Buôn Ma Thuột", "Tuy Hòa"], [0])),
        ]
    ),
    "essay": essay.content(100, 500, [("Nêu đúng khái niệm", "2"), ("Có ví dụ", "1.5")]),
}  # fmt: skip

words = st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạếềệ ", min_size=1, max_size=12).filter(str.strip)


def _unlike(least, most):
    return st.lists(
        words,
        min_size=least,
        max_size=most,
        unique_by=lambda text: "".join(text.split()).casefold(),
    )


@st.composite
def with_options(draw, most_keys=1):
    texts = draw(_unlike(2, 8))
    places = st.integers(0, len(texts) - 1)
    return options.content(texts, sorted(draw(st.sets(places, min_size=1, max_size=most_keys))))


@st.composite
def several(draw):
    content = draw(with_options(most_keys=8))
    scoring = draw(st.sampled_from(["all", "partial", "penalty", "weights"]))
    for one in content["options"]:
        one["weight"] = draw(st.sampled_from(["1", "0.5", "0", "-0.5", "-1", "x"]))
    return content | {"scoring": scoring}


decimals = st.decimals(-9999, 9999, places=3).map(str)


@st.composite
def numbers(draw):
    kind = draw(st.sampled_from(numeric.KINDS))
    tolerance = (
        str(draw(st.integers(0, 6)))
        if kind == "decimals"
        else draw(st.decimals(0, 10, places=2).map(str))
    )
    return numeric.content(draw(decimals), tolerance, kind)


verdicts = st.lists(st.tuples(words, st.booleans()), min_size=2, max_size=8)
short = st.builds(
    short_answer.content, _unlike(1, 5), st.sets(st.sampled_from(short_answer.EXACT)).map(sorted)
)
CONTENTS = {
    "single_choice": with_options(),
    "multiple_choice": several(),
    "true_false": st.sampled_from([0, 1]).map(lambda key: options.content(["Đúng", "Sai"], [key])),
    "statements": st.builds(
        statements.content, verdicts, st.sampled_from(statements.SCORINGS)
    ),
    "matching": st.builds(
        matching.content,
        st.lists(st.tuples(words, words), min_size=2, max_size=12),
        st.lists(words, max_size=3),
        st.sampled_from(matching.SCORINGS),
    ),
    "ordering": st.builds(ordering.content, _unlike(2, 12), st.sampled_from(ordering.SCORINGS)),
    "short_answer": short,
    "numeric": numbers(),
    "cloze": st.lists(
        st.one_of(
            short.map(lambda one: ("short_answer", one)),
            numbers().map(lambda one: ("numeric", one)),
            with_options().map(lambda one: ("single_choice", one)),
        ),
        min_size=1,
        max_size=6,
    ).map(cloze.content),
    "essay": st.builds(essay.content, st.none(), st.none(), st.just(())),
}  # fmt: skip
any_item = st.sampled_from(sorted(CONTENTS)).flatmap(
    lambda kind: st.tuples(st.just(kind), CONTENTS[kind])
)
